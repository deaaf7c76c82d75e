"""Shaders of other hosts, read: whose they are, what they want from outside, what they cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from empathy_palettes.core.errors import ShaderError
from empathy_palettes.core.isf import parse
from empathy_palettes.render.dialects import detect, to_isf, wrap

TOY = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0.5, 1.0); }"
HERE = Path("a.glsl")


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ('/*{"INPUTS": []}*/ void mainImage(out vec4 c, in vec2 p) {}', "isf"),
        ("// first\n\n/*\n{ CREDIT: by me, }*/ void main() {}", "isf"),
        ("/* { int old = 1; } */\n" + TOY, "shadertoy"),
        (TOY, "shadertoy"),
        ("// mainImage(\nuniform vec2 u_resolution; void main() {}", "glslviewer"),
        (
            "void main() { gl_FragColor = vec4(gl_FragCoord.xy / iResolution.xy, 0, 1); }",
            "shadertoy",
        ),
        ("uniform vec2 iResolution; void main() {}", "plain"),
        ("vec4 transition(vec2 uv) { return getToColor(uv); }", "transition"),
        (
            "void mainImage(out vec4 c, vec2 p) {}\n"
            "vec4 transition (in vec2 uv) { return getFromColor(uv); }",
            "transition",
        ),
        ("uniform float u_time; uniform float fGlobalTime; void main() {}", "glslviewer"),
        ("uniform vec2 v2Resolution; uniform float time; void main() {}", "bonzomatic"),
        ("uniform vec2 mouse, resolution; void main(void) {}", "sandbox"),
        ("uniform highp float time; void main( void ) {}", "sandbox"),
        ("out vec4 c; void main() { c = vec4(1); }", "plain"),
        ("float noise(vec2 p) { return 0.0; }", "library"),
    ],
)
def test_a_shader_says_whose_it_is(text: str, dialect: str) -> None:
    assert detect(text) == dialect


def inputs(text: str) -> dict[str, dict[str, Any]]:
    return {item["NAME"]: item for item in wrap(text, HERE).header["INPUTS"]}


@pytest.mark.parametrize(
    ("line", "name", "table"),
    [
        ("uniform float a; // = 0.25", "a", ("float", 0.25, 0.0, 1.0)),
        ("uniform float a; // = 30", "a", ("float", 30.0, 0.0, 100.0)),
        ("uniform float a = -1.5;", "a", ("float", -1.5, -5.0, 5.0)),
        ("uniform float a ; //=.7; if 1.0, no edge", "a", ("float", 0.7, 0.0, 1.0)),
        ("uniform mediump float a;", "a", ("float", 0.5, 0.0, 1.0)),
        ("uniform int a; // = 5", "a", ("long", 5, 0, 10)),
        ("uniform bool a; // = true", "a", ("bool", True, None, None)),
        ("uniform bool a; // = 0", "a", ("bool", False, None, None)),
        ("uniform vec2 a; // = vec2(0.5)", "a", ("point2D", [0.5, 0.5], [0.0, 0.0], [1.0, 1.0])),
        ("uniform vec2 a; // = vec2(1., -1)", "a", ("point2D", [1, -1], [-2, -2], [2, 2])),
        ("uniform ivec2 a; // = ivec2(4)", "a", ("point2D", [4, 4], [0, 0], [10, 10])),
        (
            "uniform vec3 colour /* = vec3(.9, 0.4, 0.2) */;",
            "colour",
            ("color", [0.9, 0.4, 0.2, 1.0], None, None),
        ),
        ("uniform vec4 bgcolor; // = vec4(0.)", "bgcolor", ("color", [0, 0, 0, 0], None, None)),
        ("uniform vec4 a; // = vec4(0.0, 0.2, 0.4, 0.0)", "a_y", ("float", 0.2, 0.0, 1.0)),
        ("uniform vec3 axis = vec3(0, -1, 0);", "axis_y", ("float", -1.0, -2.0, 2.0)),
        ("uniform sampler2D luma;", "luma", ("image", None, None, None)),
        ("uniform float x, a;", "a", ("float", 0.5, 0.0, 1.0)),
    ],
)
def test_a_uniform_of_the_authors_becomes_an_input(
    line: str, name: str, table: tuple[Any, ...]
) -> None:
    found = inputs(f"{line}\nvec4 transition(vec2 uv) {{ return getFromColor(uv); }}")[name]
    assert tuple(found.get(key) for key in ("TYPE", "DEFAULT", "MIN", "MAX")) == table


def test_an_editors_own_lines_are_understood() -> None:
    text = "#iUniform float size = 1.5 in { 0.5, 3.5 }\n#iUniform color3 tint = color3(1, 0, 0)\n"
    found = inputs(f"{text}#StrictCompatibility\n{TOY}")
    assert found["size"] == {
        "NAME": "size",
        "TYPE": "float",
        "DEFAULT": 1.5,
        "MIN": 0.5,
        "MAX": 3.5,
    }
    assert found["tint"]["TYPE"] == "color"
    assert "#iU" not in wrap(text + TOY, HERE).text


@pytest.mark.parametrize(
    ("notes", "heard"),
    [
        ("", {"iChannel0"}),
        ("// iChannel1: music", {"iChannel1"}),
        ("// iChannel0 = noise, iChannel1 (FFT)", {"iChannel1"}),
        ('#iChannel0 "file://stone.png"', set()),
    ],
)
def test_a_channel_that_hears_says_so(notes: str, heard: set[str]) -> None:
    looks = "float a = texture(iChannel0, vec2(0)).x + texture(iChannel1, vec2(0)).x;"
    found = inputs(f"{notes}\n{TOY.replace('{', '{' + looks, 1)}")
    assert {name for name, item in found.items() if item.get("LABEL") == "sound"} == heard


def test_every_line_stays_where_it_was() -> None:
    text = (
        "#version 330\nuniform float\n  iTime,\n  mine;\nuniform sampler2D iChannel0; // noise\n"
        "/* text */ float half_(float x) { return x / 2.; }\n" + TOY
    )
    kept = wrap(text, HERE).text.split("\n")
    assert len(kept) == text.count("\n") + 1
    assert kept[4].strip() == "// noise"
    assert kept[5:] == text.split("\n")[5:]
    assert "uniform" not in "".join(kept)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "vec2 mainSound(in int s, float t) { return vec2(0); }",
            "line 1: needs what ISF does not have: a sound",
        ),
        ("void mainVR(out vec4 c, vec2 p, vec3 o, vec3 d) {}", "a VR shader"),
        ("void mainCubemap(out vec4 c, vec2 p, vec3 o, vec3 d) {}", "draws a cube"),
        (
            "const int KEY_LEFT = 37;\nfloat k() { return texture(iChannel0, vec2(0)).x; }\n" + TOY,
            "line 1: needs what ISF does not have: it is played on a keyboard",
        ),
        ("#iKeyboard\n" + TOY, "keyboard"),
        ("layout(local_size_x = 8) in; void main() {}", "a compute shader"),
        ("void main() { imageStore(a, ivec2(0), vec4(1)); }", "imageStore"),
        (
            "in vec3 p;\nvoid main() {\n gl_Position = vec4(p, 1); }",
            "line 3: needs what ISF does not have: a vertex shader",
        ),
        ("uniform sampler3D cloud;\n" + TOY, "a 3D texture"),
        ("#pragma glslify: noise = require(glsl-noise)\n" + TOY, "glslify"),
        ("uniform vec2 u_resolution; uniform sampler2D u_sceneDepth; void main() {}", "3D scene"),
        (
            "uniform float u_time;\n#ifdef MODEL_VERTEX_NORMAL\n#endif\nvoid main() {}",
            "line 2: needs what ISF does not have: a 3D scene",
        ),
        ("uniform float u_time;\n#ifdef PYRAMID_0\n#endif\nvoid main() {}", "pyramid"),
        (
            "varying vec3 v_normal; void main() { gl_FragColor = vec4(v_normal, 1); }",
            "v_normal would come from a vertex shader",
        ),
        (
            "float noise(vec2 p) { return 0.0; }",
            'a library of functions: include it from a shader: #include "a.glsl"',
        ),
    ],
)
def test_what_isf_does_not_have_is_refused_by_name(text: str, told: str) -> None:
    with pytest.raises(ShaderError) as caught:
        wrap(text, HERE)
    (fault,) = caught.value.faults
    assert told in str(fault) and fault.file == "a.glsl" and fault.fix


def test_all_that_is_missing_is_told_at_once() -> None:
    text = "uniform sampler3D a;\nvarying vec3 n;\n#pragma glslify: x = require(y)\n"
    with pytest.raises(ShaderError) as caught:
        wrap(f"{text}void main() {{ gl_FragColor = vec4(n, 1); }}", HERE)
    assert len(caught.value.faults) == 3


def test_what_only_a_model_would_use_is_no_hindrance() -> None:
    text = "varying vec4 v_color;\nvoid main() {\n#ifdef DOT\n gl_FragColor = v_color;\n#endif\n}"
    assert "v_color" not in wrap(text, HERE).text.split("\n")[0]


LICENSED = (
    "// Author: Ann Example\n// License: CC BY 4.0\n// A shoreline, seen from above.\n"
    "/* from https://example.org/view/1 */\nuniform float speed; // = 2.0\n" + TOY + "// by hand\n"
)


def test_a_conversion_is_isf_that_says_where_it_is_from() -> None:
    text = to_isf(LICENSED, HERE)
    header = parse(text, "a.fs")
    assert header.warnings == ()
    assert json.loads(text[2 : text.index("*/")])["ISFVSN"] == "2"
    assert "Ann Example" in header.credit and "CC BY 4.0" in header.credit
    assert "https://example.org/view/1" in header.credit
    assert header.description == "A shoreline, seen from above."
    assert "// License: CC BY 4.0" in text, "the author's own words stay in the text too"
    assert [item.name for item in header.inputs] == ["speed"]
    assert detect(text) == "isf" and to_isf(text, HERE) == text


def test_no_word_of_an_author_ends_the_header() -> None:
    text = "/* Author: Eve */ // by Eve */ void x() {} /*\n" + TOY
    assert parse(to_isf(text, HERE), "a.fs").credit
    told = '// Copyright "Zoë" \\ 2020 */ {\n' + TOY
    assert "Zoë" in parse(to_isf(told, HERE), "a.fs").credit


def test_buffers_compiled_one_by_one_make_no_file() -> None:
    text = (
        "uniform sampler2D u_buffer0; uniform vec2 u_resolution;\nvoid main() {\n"
        "#ifdef BUFFER_0\n gl_FragColor = vec4(1);\n#else\n"
        " gl_FragColor = texture2D(u_buffer0, vec2(0));\n#endif\n}"
    )
    with pytest.raises(ShaderError, match="use it as it is"):
        to_isf(text, HERE)
