"""What old, careless and unusual shaders write compiles, and a pass is no more than it uses."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import moderngl
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.render.loader import load
from empathy_palettes.render.program import compile_passes

Write = Callable[[str, str], Path]


@pytest.mark.gl
@pytest.mark.parametrize(
    "body",
    [
        "void main() { vec4 c = vec4(vv_FragNormCoord, 0.0, 1.0); gl_FragColor = c; }",
        "#version 120\nvoid main() { gl_FragColor = vec4(1); }",
        "float f;\n#extension GL_OES_standard_derivatives : enable\n"
        "void main() { gl_FragColor = vec4(f); }",
        "uniform float TIME; uniform highp vec2 RENDERSIZE;\nuniform int PASSINDEX;\n"
        "void main() { gl_FragColor = vec4(TIME, RENDERSIZE, PASSINDEX); }",
        "float filter(float sample) { return sample; }\n"
        "void main() { float smooth = 1.0, common = 2.0, active = smooth;"
        " gl_FragColor = vec4(filter(active) * common); }",
        "uniform vec2 RENDERSIZE, moved; uniform sampler2D a;\nvarying vec2 isf_FragNormCoord;\n"
        "void main() { gl_FragColor = vec4(moved, isf_FragNormCoord); }",
        "#define smooth 2.0\nvoid main() { float precision = 0.1, flat = smooth;"
        " gl_FragColor = vec4(precision * flat); }",
        "precision mediump float; smooth varying vec2 v; float layout;\nvoid main() {"
        " switch (int(TIME)) { case 0: layout = 1.0; default: break; }"
        " gl_FragColor = vec4(v, layout, 1.0); }",
        "/* #include */ // #include <nothing>\nvoid main() { gl_FragColor = vec4(1.0); }",
        "float luma[3] = {0.2, 0.7, 0.1}; void main() { gl_FragColor = vec4(luma[0]); }",
        "void main() { gl_FragColor = IMG_PIXEL(a, IMG_NORM_PIXEL(a, vec2(0.5), 1.0).xy)"
        " + IMG_THIS_PIXEL(a) + IMG_THIS_NORM_PIXEL(a) + texture2D(a, IMG_SIZE(a) + _a_imgSize); }",
    ],
    ids="v1 version extension again reserved list defined used comment 420pack functions".split(),
)
def test_what_old_and_careless_shaders_do_compiles(
    gl: moderngl.Context, write: Write, tmp_path: Path, body: str
) -> None:
    path = write("a.fs", '/*{"INPUTS": [{"NAME": "a", "TYPE": "image"}]}*/\n' + body)
    if " varying " in body:
        write("a.vs", "smooth varying vec2 v; void main() { isf_vertShaderInit(); v = vec2(1.0); }")
    with ExitStack() as owner:
        assert len(compile_passes(gl, load(path, Assets([tmp_path])), owner)) == 1


@pytest.mark.gl
def test_an_input_may_have_a_name_that_glsl_reserves(
    gl: moderngl.Context, write: Write, tmp_path: Path
) -> None:
    path = write(
        "a.fs",
        '/*{"INPUTS": [{"NAME": "filter", "TYPE": "float"}, {"NAME": "input", "TYPE": "image"}]}*/'
        "void main() { gl_FragColor = IMG_THIS_PIXEL(input) * filter; }",
    )
    with ExitStack() as owner:
        (program,) = compile_passes(gl, load(path, Assets([tmp_path])), owner)
        assert program.uses("isf_filter")
        assert list(program.reads) == ["isf_input"]


@pytest.mark.gl
def test_a_pass_keeps_only_what_it_uses(gl: moderngl.Context, write: Write, tmp_path: Path) -> None:
    path = write(
        "a.fs",
        """/*{"INPUTS": [{"NAME": "x", "TYPE": "float"}], "PASSES": [{"TARGET": "a"}, {}]}*/
        void main() { gl_FragColor = PASSINDEX == 0 ? vec4(x) : IMG_THIS_PIXEL(a); }""",
    )
    with ExitStack() as owner:
        first, last = compile_passes(gl, load(path, Assets([tmp_path])), owner)
        assert (first.uses("x"), list(first.reads)) == (True, [])
        assert (last.uses("x"), list(last.reads)) == (False, ["a"])


#: `packHalf2x16` is in GLSL 4.20, and in neither of the two extensions that are tried before it.
LATE = """/*{}*/
void main() { gl_FragColor = vec4(unpackHalf2x16(packHalf2x16(vec2(0.5))), WHAT, 1.0); }"""


@pytest.mark.gl
def test_the_last_resort_is_a_later_version_and_the_first_fault_is_told(
    gl: moderngl.Context, write: Write, tmp_path: Path
) -> None:
    if gl.version_code < 420:
        pytest.skip("this machine has no OpenGL 4.2")
    path = write("a.fs", LATE.replace("WHAT", "1.0"))
    with ExitStack() as owner:
        assert len(compile_passes(gl, load(path, Assets([tmp_path])), owner)) == 1
        path = write("a.fs", LATE.replace("WHAT", "wrong"))
        with pytest.raises(ShaderError, match="packHalf2x16"):
            compile_passes(gl, load(path, Assets([tmp_path])), owner)


def test_words_of_glsl_that_are_used_as_names_are_told(write: Write, tmp_path: Path) -> None:
    write("lib/deep.glsl", "// common\nfloat common;\n")
    path = write("a.fs", '/*{}*/\n#include "deep.glsl"\nfloat a, filter = 1.0, sample, b = filter;')
    found = load(path, Assets([tmp_path])).warnings
    assert [(Path(fault.file).name, fault.where, fault.problem[:8]) for fault in found] == [
        ("deep.glsl", "line 2", "'common'"),
        ("a.fs", "line 3", "'filter'"),
    ]
