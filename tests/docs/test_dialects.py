"""The guide to other hosts' shaders is true: its tables are the code's, and what it shows loads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import moderngl
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.render.chain import Chain
from empathy_palettes.render.dialects import detect, wrap

Text = Callable[[str], str]
Blocks = Callable[[str, str], list[str]]
Table = Callable[[str, str], list[list[str]]]

GUIDE = "dialects.md"
TOLD = {
    "isf": '/*{"INPUTS": []}*/ void main() {}',
    "shadertoy": "void mainImage(out vec4 c, in vec2 p) {}",
    "transition": "vec4 transition(vec2 uv) { return vec4(0); }",
    "glslviewer": "uniform float u_time; void main() {}",
    "bonzomatic": "uniform vec2 v2Resolution; void main() {}",
    "sandbox": "uniform vec2 resolution; void main() {}",
    "plain": "void main() {}",
    "library": "float x() { return 1.0; }",
}


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_dialects_are_all_there_are_in_their_order(table: Table) -> None:
    assert [codes(row[0])[0] for row in table(GUIDE, "dialect")] == list(TOLD)
    assert {dialect: detect(text) for dialect, text in TOLD.items()} == {
        each: each for each in TOLD
    }


def test_uniforms_become_what_the_table_says(table: Table) -> None:
    for row in table(GUIDE, "GLSL"):
        kind, becomes = codes(row[0])[0], codes(row[1])
        other = becomes[1] if "else" in row[1] else becomes[0]
        for name, wanted in (("tint", becomes[0]), ("thing", other)):
            text = f"uniform {kind} {name}; void main() {{}}"
            found = wrap(text, Path("a.frag")).header["INPUTS"]
            assert {item["TYPE"] for item in found} == {wanted}, (kind, name)
            if wanted != kind and wanted == "float":
                assert [item["NAME"] for item in found] == [f"{name}_{part}" for part in "xyzw"][
                    : int(kind[-1])
                ]


@pytest.mark.gl
def test_the_transition_runs(gl: moderngl.Context, blocks: Blocks, tmp_path: Path) -> None:
    (block,) = blocks(GUIDE, "glsl transition")
    path = tmp_path / "cells.glsl"
    path.write_text(block, encoding="utf-8")
    chain = Chain(gl, [path], Assets([tmp_path]), (16, 9))
    names = chain.declared["cells"]
    chain.release()
    assert set(names) == {"startImage", "endImage", "progress", "softness", "edgeColor", "cells"}
    assert names["edgeColor"].default == (1.0, 0.8, 0.6, 1.0)


def test_every_name_of_a_host_is_supplied(text: Text) -> None:
    names = "iResolution iTime iTimeDelta iFrame iFrameRate iSampleRate iMouse iDate"
    for name in f"{names} iChannelTime iChannelResolution".split():
        assert f"`{name}`" in text(GUIDE)
        shader = f"void mainImage(out vec4 c, in vec2 p) {{ {name}; iChannel0; iResolution; }}"
        assert re.search(rf"^\w+ {name}\b", wrap(shader, Path("a.frag")).before, re.MULTILINE), name
    declared = "uniform float u_time, u_delta; uniform int u_frame; uniform vec4 u_date;"
    declared += "uniform vec2 u_mouse, u_resolution, u_tex0Resolution; varying vec2 v_texcoord;"
    declared += "uniform sampler2D u_tex0; void main() {}"
    found = wrap(declared, Path("a.frag"))
    assert {item["NAME"] for item in found.header["INPUTS"]} == {"mouse", "u_tex0"}
    assert "uniform" not in found.text and "varying" not in found.text


def test_refusals_read_as_shown(blocks: Blocks) -> None:
    key = "int KEY_LEFT; void mainImage(out vec4 c, in vec2 p) { c = texture(iChannel0, p); }"
    texts = {"game.frag": key, "noise.glsl": TOLD["library"]}
    (block,) = blocks(GUIDE, "faults")
    for line in block.splitlines():
        path = Path(line.partition(":")[0])
        with pytest.raises(ShaderError) as caught:
            wrap(texts[path.name], path)
        assert str(caught.value) == line
