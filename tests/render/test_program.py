"""A shader that does not compile is told by its own file and line, whatever driver speaks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import moderngl
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.render.loader import load
from empathy_palettes.render.program import compile_passes, read_log
from empathy_palettes.render.source import ShaderFiles

Write = Callable[[str, str], Path]
Faults = Callable[[Path], list[tuple[str, str, str]]]


@pytest.fixture
def faults(gl: moderngl.Context, tmp_path: Path) -> Faults:
    """File name, place and remedy of every fault that compiling a file finds."""

    def faults(path: Path) -> list[tuple[str, str, str]]:
        with ExitStack() as owner, pytest.raises(ShaderError) as caught:
            compile_passes(gl, load(path, Assets([tmp_path])), owner)
        return [(Path(f.file).name, f.where, f.fix) for f in caught.value.faults]

    return faults


@pytest.mark.gl
def test_a_fault_is_told_by_line_and_shows_it(write: Write, faults: Faults) -> None:
    path = write("a.fs", "\n/*{\n}*/\n// a remark\nvoid main() {\n  gl_FragColor = wrong;\n}\n")
    assert ("a.fs", "line 6", "in: gl_FragColor = wrong;") in faults(path)


@pytest.mark.gl
def test_faults_through_includes_and_in_the_vertex_file(write: Write, faults: Faults) -> None:
    write("lib/deep.glsl", "\nfloat deep() { return nothing_here; }\n")
    write("lib/near.glsl", '#include "deep.glsl"\n\nfloat near() { return nor_here; }\n')
    path = write(
        "a.fs",
        '/*{}*/\n#include "near.glsl"\n\nvoid main() { gl_FragColor = vec4(nowhere); }\n',
    )
    found = faults(path)
    assert ("deep.glsl", "line 2", "in: float deep() { return nothing_here; }") in found
    assert ("near.glsl", "line 3", "in: float near() { return nor_here; }") in found
    assert ("a.fs", "line 4", "in: void main() { gl_FragColor = vec4(nowhere); }") in found
    path = write("b.fs", "/*{}*/\nvoid main() { gl_FragColor = vec4(1.0); }")
    write("b.vs", "\n\nvoid main() { isf_vertShaderInit(); gl_Position = lost; }")
    assert faults(path)[0][:2] == ("b.vs", "line 3")


@pytest.mark.gl
def test_faults_of_the_preprocessor_and_of_the_linker(write: Write, faults: Faults) -> None:
    path = write("a.fs", "/*{}*/\n#if )\n#endif\nvoid main() { gl_FragColor = vec4(1.0); }")
    assert faults(path)[0][:2] == ("a.fs", "line 2")
    path = write("b.fs", "/*{}*/ varying vec3 v; void main() { gl_FragColor = vec4(v, 1.0); }")
    write("b.vs", "varying vec2 v; void main() { isf_vertShaderInit(); v = vec2(1.0); }")
    assert faults(path)[0][:2] == ("b.fs", "")


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
        "/* #include */ // #include <nothing>\nvoid main() { gl_FragColor = vec4(1.0); }",
        "float luma[3] = {0.2, 0.7, 0.1}; void main() { gl_FragColor = vec4(luma[0]); }",
        "void main() { gl_FragColor = IMG_PIXEL(a, IMG_NORM_PIXEL(a, vec2(0.5), 1.0).xy)"
        " + IMG_THIS_PIXEL(a) + IMG_THIS_NORM_PIXEL(a) + texture2D(a, IMG_SIZE(a) + _a_imgSize); }",
    ],
    ids=["v1", "version", "extension", "again", "reserved", "comment", "420pack", "functions"],
)
def test_what_old_and_careless_shaders_do_compiles(
    gl: moderngl.Context, write: Write, tmp_path: Path, body: str
) -> None:
    path = write("a.fs", '/*{"INPUTS": [{"NAME": "a", "TYPE": "image"}]}*/\n' + body)
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


LOGS = {
    "Mesa": "0:2000003(14): error: `x' undeclared",
    "Mesa, preprocessor": "0:2000003(1): preprocessor error: `x' undeclared",
    "NVIDIA": "0(2000003) : error C1503: `x' undeclared",
    "AMD": "ERROR: 0:2000003: `x' undeclared",
    "NVIDIA, fatal": "0(2000003) : fatal error C1503: `x' undeclared",
}


@pytest.mark.parametrize("driver", LOGS)
def test_every_driver_is_understood(driver: str, write: Write, tmp_path: Path) -> None:
    files = ShaderFiles(Assets([tmp_path]))
    files.read(write("a.fs", "one"))
    files.read(write("a.vs", "one\ntwo\n  three\nfour"))
    log = f"GLSL Compiler failed\n\nvertex_shader\n=====\n{LOGS[driver]}\n\n"
    (fault,) = read_log(log * 2, files)
    assert (Path(fault.file).name, fault.where) == ("a.vs", "line 3")
    assert (fault.problem, fault.fix) == ("`x' undeclared", "in: three")


def test_a_long_line_is_quoted_by_its_beginning(write: Write, tmp_path: Path) -> None:
    files = ShaderFiles(Assets([tmp_path]))
    files.read(write("a.fs", "const float table[9] = float[](" + "0.123456, " * 1800 + ");"))
    (fault,) = read_log("0:1000001(1): error: no such name: " + "x" * 20_000, files)
    assert fault.fix.startswith("in: const float table[9] = float[](0.123456, ")
    assert fault.fix.endswith("…") and len(fault.fix) <= 84
    assert fault.problem.startswith("no such name: xxx") and len(fault.problem) <= 80


def test_a_log_of_an_unknown_kind_is_passed_on(write: Write, tmp_path: Path) -> None:
    files = ShaderFiles(Assets([tmp_path]))
    files.read(write("a.fs", "one"))
    (fault,) = read_log("it went wrong\n", files)
    assert fault.problem == "the driver refuses it: it went wrong"
    (fault,) = read_log("0:17(2): error: in our own text", files)
    assert (Path(fault.file).name, fault.where) == ("a.fs", "")
