"""A second opinion: the reference compiler of GLSL accepts our shaders, also for macOS's 4.1."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.render.driver_log import read_log
from empathy_palettes.render.glsl import HEADS
from empathy_palettes.render.loader import load

VALIDATOR = shutil.which("glslangValidator")
needs_validator = pytest.mark.skipif(
    VALIDATOR is None, reason="no glslangValidator here (Debian: glslang-tools)"
)


def stages(head: str, folder: Path) -> list[Path]:
    """Every stage of every pass of the built-in shaders, each in a file of its own."""
    assets = Assets([builtin_root()])
    files = []
    for path in sorted((builtin_root() / "shaders").rglob("*.fs")):
        glsl = load(path, assets)
        for number in range(len(glsl.header.passes)):
            for suffix, text in (
                ("frag", glsl.fragment(number, head)),
                ("vert", glsl.vertex(number, head)),
            ):
                files.append(folder / f"{path.stem}{number}.{suffix}")
                files[-1].write_text(text, encoding="utf-8")
    return files


def refused(files: list[Path]) -> str:
    """What the compiler has to say; nothing where it accepts them all."""
    assert VALIDATOR
    done = subprocess.run([VALIDATOR, *files], capture_output=True, text=True, timeout=60)
    return done.stdout if done.returncode else ""


@needs_validator
@pytest.mark.parametrize("head", [HEADS[0], "#version 410 core\n"], ids=["330", "410"])
def test_our_own_shaders_are_glsl(head: str, tmp_path: Path) -> None:
    files = stages(head, tmp_path)
    assert len(files) > 6
    assert refused(files) == ""
    broken = tmp_path / "broken.frag"
    broken.write_text(files[0].read_text("utf-8").replace("void main", "void main)"), "utf-8")
    assert "ERROR" in refused([broken])


@needs_validator
def test_its_log_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.fs"
    path.write_text("/*{}*/\n\nvoid main() { gl_FragColor = wrong; }\n", encoding="utf-8")
    glsl = load(path, Assets([tmp_path]))
    assert VALIDATOR
    command = [VALIDATOR, "--stdin", "-S", "frag"]
    log = subprocess.run(command, input=glsl.fragment(0), capture_output=True, text=True).stdout
    (fault, *_) = read_log(log, glsl.files)
    assert (fault.file, fault.where) == (str(path), "line 3")
    assert "'wrong'" in fault.problem and fault.fix == "in: void main() { gl_FragColor = wrong; }"
