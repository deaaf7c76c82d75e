"""Whatever a shader's file holds, and wherever it leads: a fault at once, never an exception."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from empathy_palettes.core.assets import Assets, tabs_of
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.core.watch import Watch
from empathy_palettes.render import loader
from empathy_palettes.render.loader import load
from empathy_palettes.render.source import MOST_BYTES

TOY = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p, iTime, 1.0); }\n"
ISF = '/*{"ISFVSN": "2"}*/ void main() { gl_FragColor = vec4(1.0); }\n'
Put = Callable[[str, str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """`put(path, text)`: writes a file of a project."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return put


def refused(path: Path) -> str:
    with pytest.raises(ShaderError) as caught:
        load(path, Assets([]))
    return str(caught.value)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("uniform float x; // in {-, 1}", (0.5, 0.0, 1.0)),
        ("uniform float x; // = 2 in {-1e0, +3.}", (2.0, -1.0, 3.0)),
        ("uniform float x; // = 2 in {0, 1e999}", (2.0, 0.0, 5.0)),
        ("#iUniform float x = 0.25 in { -, 2 }", (0.25, 0.0, 1.0)),
        ("uniform float x = 1e999;", (0.5, 0.0, 1.0)),
        ("uniform float x = -1e36;", (0.5, 0.0, 1.0)),
        ("uniform float x = -1e-323;", (0.5, 0.0, 1.0)),
        ("uniform int x = 99999999999;", (10**9, 0, 2 * 10**9)),
    ],
)
def test_a_range_and_a_default_that_are_none_are_overlooked(
    put: Put, declared: str, expected: tuple[float, float, float]
) -> None:
    path = put("a.glsl", f"{declared}\n" + TOY.replace("iTime", "iTime + x"))
    (item,) = (item for item in load(path, Assets([])).header.inputs if item.name == "x")
    assert (item.default, item.min, item.max) == expected


def test_a_vector_of_infinities_has_the_usual_default(put: Put) -> None:
    path = put("a.glsl", "uniform vec3 x = vec3(1e400);\n" + TOY.replace("iTime", "x.y"))
    found = {item.name: item.default for item in load(path, Assets([])).header.inputs}
    assert found == {"x_x": 0.5, "x_y": 0.5, "x_z": 0.5}


def test_a_mistake_of_ours_is_a_fault(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(text: str) -> str:
        raise IndexError("out of range")

    monkeypatch.setattr(loader, "detect", wrong)
    said = refused(put("a.fs", ISF))
    assert "a.fs: cannot be read as a shader: IndexError: out of range" in said
    assert "this is a mistake of ours: please report it, with the file" in said


@pytest.mark.parametrize(
    "piece",
    [
        "uniform x ",
        "uniform float a, ",
        "uniform iResolution ",
        "layout(",
        "flat ",
        "vec3 a ",
        "/*",
        '#include "a"\n',
    ],
)
def test_a_piece_many_times_over_takes_no_time(put: Put, piece: str) -> None:
    text = TOY.replace("p, iTime, 1.0", "texture(iChannel0, p)") + piece * (96_000 // len(piece))
    begun = process_time()
    try:
        load(put("a.glsl", text), Assets([]))
    except ShaderError:
        pass
    assert process_time() - begun < 2


def test_more_uniforms_than_any_gpu_holds_are_refused(put: Put) -> None:
    names = ", ".join(f"a{number}" for number in range(20_000))
    assert "20000 uniforms, more than 1,000" in refused(
        put("a.glsl", f"uniform float {names};{TOY}")
    )


def test_what_is_no_file_of_text_is_not_read(put: Put, tmp_path: Path) -> None:
    assert "4,194,305 bytes, more than" in refused(put("a.fs", " " * (MOST_BYTES + 1)))
    pipe = tmp_path / "pipe.fs"
    os.mkfifo(pipe)
    assert "no regular file" in refused(pipe)


def test_no_file_of_a_shader_leads_out_of_its_project(put: Put, tmp_path: Path) -> None:
    secret = tmp_path / "secret.glsl"
    secret.write_text(TOY)
    filtered = put("alone/b.fs", ISF)
    filtered.with_suffix(".vs").symlink_to(secret)
    assert "'b.vs' leads outside" in refused(filtered)
    toy = put("toy/image.glsl", TOY).parent
    (toy / "bufferA.glsl").symlink_to(secret)
    assert "'bufferA.glsl' leads outside" in refused(toy)
    beside = tmp_path / "project" / "shaders" / "lib"
    beside.mkdir(parents=True)
    inside = put("shaders/toy/image.glsl", TOY).parent
    (inside / "common.glsl").symlink_to(put("shaders/lib/shared.glsl", "const float A = 1.0;\n"))
    load(inside, Assets([]))
    assert load(toy, Assets([tmp_path])).path == toy, "a root of the run holds it"


@pytest.mark.parametrize(
    ("files", "is_one"),
    [
        ({"image.fs": TOY, "common.glsl": ""}, True),
        ({"main.fs": ISF, "common.glsl": ""}, False),
        ({"main.fs": "// mine\n" + ISF, "bufferA.fs": TOY}, False),
        ({"shader.frag": TOY, "common.glsl": "", "lamp.frag": TOY}, False),
        ({"shader.frag": TOY, "common.glsl": "", "main.frag": TOY}, False),
        ({"shader.frag": TOY, "common.glsl": "", "noise.glsl": "float n() { return 1.0; }"}, True),
        ({"image.glsl": TOY, "bufferA.glsl": TOY, "blur.glsl": TOY}, True),
        ({"image.glsl": TOY, "bufferA.glsl": TOY, "lamp.fs": ISF}, False),
    ],
)
def test_a_folder_of_shaders_is_no_shadertoy(
    put: Put, tmp_path: Path, files: dict[str, str], is_one: bool
) -> None:
    paths = [put(f"shaders/there/{name}", text) for name, text in files.items()]
    folder = paths[0].parent
    assert bool(tabs_of(folder)) is is_one
    listed = Assets([tmp_path / "project"]).listing("shaders")
    assert ([folder] == listed) is is_one
    assert (set(listed) == set(paths)) is not is_one


def test_a_file_that_joins_a_shader_is_waited_for(put: Put) -> None:
    toy = put("toy/image.glsl", TOY).parent
    put("toy/bufferA.glsl", TOY)
    watch = Watch(load(toy, Assets([])).files.watched)
    for name in ("bufferB.glsl", "Buffer C.glsl", "buffer-d.glsl", "common.glsl"):
        joined = put(f"toy/{name}", "")
        assert watch.changed() == {joined}
        assert watch.changed() == frozenset()
    alone = put("alone.fs", ISF)
    for suffix in (".vert", ".vs"):
        watch = Watch(load(alone, Assets([])).files.watched)
        joined = put(f"alone{suffix}", "void main() { isf_vertShaderInit(); }")
        assert watch.changed() == {joined}
