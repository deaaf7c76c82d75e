"""Includes: found where they may be, once, with every line accounted for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.render.source import LINES_PER_FILE, ShaderFiles, strip_comments

Write = Callable[[str, str], Path]


def expand(path: Path, *roots: Path) -> tuple[ShaderFiles, str]:
    files = ShaderFiles(Assets(list(roots)))
    return files, files.expand(files.read(path), path)


def faults(path: Path, *roots: Path) -> list[str]:
    with pytest.raises(ShaderError) as caught:
        expand(path, *roots)
    return [f"{Path(f.file).name}: {f.where}: {f.problem}" for f in caught.value.faults]


def placed(files: ShaderFiles, text: str) -> list[tuple[str, int, str, str]]:
    """For each line that is left, as a compiler counts: where it is from, and what is there."""
    number, found = 0, []
    for line in text.split("\n"):
        if line.startswith("#line "):
            number = int(line.removeprefix("#line "))
            continue
        file, at, there = files.place(number)
        found.append((Path(file).name, at, there, line.strip()))
        number += 1
    return found


def test_includes_are_spliced_in_and_every_line_keeps_its_place(
    write: Write, tmp_path: Path
) -> None:
    write("lib/noise.glsl", 'float noise;\n#include "hash.glsl"\nfloat more;')
    write("lib/hash.glsl", "float hash;\n")
    write("own.glsl", "float own;")
    path = write("a.fs", 'one\n#include "own.glsl"\n  # include <noise.glsl>\nfour\n')
    files, text = expand(path, tmp_path)
    found = placed(files, text)
    words = [line for *_, line in found if line]
    wanted = "one|float own;|float noise;|float hash;|float more;|four".split("|")
    assert words == wanted
    assert all(there == line for *_, there, line in found)
    assert [path.name for path in files.paths] == ["a.fs", "own.glsl", "noise.glsl", "hash.glsl"]


def test_a_file_is_included_once_even_by_itself(write: Write, tmp_path: Path) -> None:
    write("lib/a.glsl", '#include "b.glsl"\nfloat a;')
    write("lib/b.glsl", '#include "a.glsl"\n#include "b.glsl"\nfloat b;')
    path = write("a.fs", '#include "a.glsl"\n#include "lib/b.glsl"\n#include "a.glsl"\n')
    _, text = expand(path, tmp_path)
    assert text.count("float a;") == text.count("float b;") == 1


def test_an_include_in_a_comment_is_none(write: Write, tmp_path: Path) -> None:
    path = write("a.fs", '// #include "x"\n/*\n#include "y"\n*/ float a;')
    _, text = expand(path, tmp_path)
    assert "include" not in text


def test_every_include_that_cannot_be_had_at_once(write: Write, tmp_path: Path) -> None:
    write("lib/near.glsl", '\n#include "far.glsl"\n')
    path = write("a.fs", '#include "nearr.glsl"\n#include\n#include "near.glsl"\n')
    found = faults(path, tmp_path)
    assert [line.rpartition(" in ")[0] or line for line in found] == [
        "a.fs: line 1: no include 'nearr.glsl'",
        "a.fs: line 2: an include that names no file",
        "near.glsl: line 2: no include 'far.glsl'",
    ]


def test_an_include_stays_inside_the_project(tmp_path: Path) -> None:
    outside = tmp_path / "outside.glsl"
    outside.write_text("secret")
    shaders = tmp_path / "project" / "shaders"
    shaders.mkdir(parents=True)
    (shaders / "link.glsl").symlink_to(outside)
    path = shaders / "a.fs"
    path.write_text(f'#include "../../outside.glsl"\n#include "{outside}"\n#include "link.glsl"\n')
    found = faults(path, tmp_path / "project")
    assert len(found) == 3
    assert all("leads outside" in line for line in found)


def test_includes_have_a_depth(write: Write, tmp_path: Path) -> None:
    for number in range(20):
        write(f"lib/n{number}.glsl", f'#include "n{number + 1}.glsl"\n')
    path = write("a.fs", '#include "n0.glsl"')
    assert faults(path, tmp_path) == ["n15.glsl: line 1: more than 16 includes deep, or 64 files"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    binary = tmp_path / "a.fs"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (binary, tmp_path / "none.fs"):
        with pytest.raises(ShaderError):
            ShaderFiles(Assets([])).read(path)


@given(st.text(alphabet='ab"/*\n \\', max_size=60))
def test_comments_go_and_everything_else_stays_in_place(text: str) -> None:
    stripped = strip_comments(text)
    assert len(stripped) == len(text)
    assert all(new in (old, " ") for new, old in zip(stripped, text, strict=True))
    assert [i for i, c in enumerate(text) if c == "\n"] == [
        i for i, c in enumerate(stripped) if c == "\n"
    ]
    assert strip_comments(stripped) == stripped


def test_our_own_lines_belong_to_no_file() -> None:
    assert ShaderFiles(Assets([])).place(12) == ("", 0, "")
    assert ShaderFiles(Assets([])).place(LINES_PER_FILE) == ("", 0, "")
