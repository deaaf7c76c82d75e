"""A shader that does not compile is told by its own file, line and column by any driver."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import moderngl
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import Fault, ShaderError
from empathy_palettes.render.driver_log import read_log
from empathy_palettes.render.loader import load
from empathy_palettes.render.program import compile_passes
from empathy_palettes.render.source import ShaderFiles

Write = Callable[[str, str], Path]
Faults = Callable[[Path], list[tuple[str, str, str]]]


@pytest.fixture
def refused(gl: moderngl.Context, tmp_path: Path) -> Callable[[Path], tuple[Fault, ...]]:
    """Every fault that compiling a file finds."""

    def refused(path: Path) -> tuple[Fault, ...]:
        with ExitStack() as owner, pytest.raises(ShaderError) as caught:
            compile_passes(gl, load(path, Assets([tmp_path])), owner)
        return caught.value.faults

    return refused


@pytest.fixture
def faults(refused: Callable[[Path], tuple[Fault, ...]]) -> Faults:
    """File name, line and remedy of every fault: not every driver tells columns."""
    return lambda path: [
        (Path(f.file).name, f.where.partition(",")[0], f.fix) for f in refused(path)
    ]


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
    path = write("b.fs", "/*{}*/\n// v\nvarying vec3 v;\nvoid main() { gl_FragColor = v.xyzz; }")
    write("b.vs", "varying vec2 v; void main() { isf_vertShaderInit(); v = vec2(1.0); }")
    assert faults(path)[0] == ("b.fs", "line 3", "in: varying vec3 v;")


@pytest.mark.gl
@pytest.mark.parametrize(
    "line",
    [
        "\t\tgl_FragColor   =  vec4(1.0) * ¶;",
        "/* a remark */ gl_FragColor = gl_FragColor + ¶; // another",
        "gl_FragColor = texture2D(a,   vec2(0.0)) + texture2D(a, filter * ¶);",
        "/*{}*/ vec4 ¶;",
        "gl_FragColor = MINE(1.0) + ¶;",
    ],
    ids=["spaces", "comments", "renamed", "header", "macro"],
)
def test_the_column_is_that_of_the_file(
    gl: moderngl.Context,
    write: Write,
    refused: Callable[[Path], tuple[Fault, ...]],
    line: str,
) -> None:
    if "Mesa" not in gl.info["GL_VERSION"]:
        pytest.skip("this driver's log tells no columns")
    before = (
        '/*{"INPUTS": [{"NAME": "a", "TYPE": "image"}, {"NAME": "filter", "TYPE": "point2D"}]}*/'
    )
    if line.startswith("/*{}*/"):
        text = line.replace("¶", "2") + "void main() { gl_FragColor = vec4(1.0); }"
    else:
        text = f"{before}\n#define MINE(x) vec4(x, x, x, x)\nvoid main() {{\n"
        text += line.replace("¶", "lost") + "\n}"
    (fault, *_) = refused(write("a.fs", text))
    if "MINE" in line:  # only the driver knows what became of it
        assert fault.where == "line 4"
    else:
        place = 1 if line.startswith("/*{}*/") else 4
        assert fault.where == f"line {place}, column {line.index('¶') + 1}"
        assert "isf_" not in fault.problem


def test_what_the_prelude_renames_is_called_by_its_own_name(write: Write, tmp_path: Path) -> None:
    files = ShaderFiles(Assets([tmp_path]))
    files.read(write("a.fs", "filter"))
    (fault,) = read_log("0:1000001(1): error: `isf_filter' of isf_FragColor, isf_mine", files)
    assert fault.problem == "`filter' of gl_FragColor, isf_mine"


#: What stands before the words, for line 3, column 7 of file 2; and the column that is told.
LOGS = {
    "Mesa": ("0:2000003(4): error: {}", 7),
    "Mesa, preprocessor": ("0:2000003(7): preprocessor error: {}", 7),
    "Mesa, a file's number": ("2:2000003(4): error: {}", 7),
    "NVIDIA": ("0(2000003) : error C1503: {}", 0),
    "NVIDIA, fatal": ("0(2000003) : fatal error C1503: {}", 0),
    "NVIDIA, old": ("(2000003) : error C1503: {}", 0),
    "AMD": ("ERROR: 0:2000003: error(#143) {}", 0),
    "Intel, Apple, ANGLE": ("ERROR: 0:2000003: {}", 0),
    "glslang, with columns": ("ERROR: 0:2000003:7: {}", 7),
    "ARM": ("0:2000003: L0002: {}", 0),
}


@pytest.mark.parametrize("driver", LOGS)
def test_every_driver_is_understood(driver: str, write: Write, tmp_path: Path) -> None:
    files = ShaderFiles(Assets([tmp_path]))
    files.read(write("a.fs", "one"))
    files.read(write("a.vs", "one\ntwo\n    = x\nfour"))
    form, column = LOGS[driver]
    log = f"WARNING: 0:1: no matter\n\nvertex_shader\n=====\n{form.format('no such x')}\n\n"
    (fault,) = read_log(log * 2, files)
    where = f"line 3, column {column}" if column else "line 3"
    assert (Path(fault.file).name, fault.where) == ("a.vs", where)
    assert (fault.problem, fault.fix) == ("no such x", "in: = x")


LINKERS = [
    "error: fragment shader input `glow' has no matching output in the previous stage",
    'error: "glow" not declared as an output from the previous stage',
    "ERROR: Input of fragment shader 'glow' not written by vertex shader",
]


@pytest.mark.parametrize("says", LINKERS)
def test_a_linker_is_told_by_the_line_of_what_it_names(
    says: str, write: Write, tmp_path: Path
) -> None:
    files = ShaderFiles(Assets([tmp_path]))
    files.read(write("a.fs", "// glow\nfloat glowing;\nvarying float glow;\n"))
    (fault,) = read_log(f"Link info\n---------\n{says}\n", files)
    assert (fault.where, fault.fix) == ("line 3", "in: varying float glow;")
    assert fault.problem[:60] in says
    (fault,) = read_log("error: too many things called `lost'", files)
    assert (fault.where, fault.problem) == ("", "too many things called `lost'")


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


@pytest.mark.parametrize(
    ("says", "fix"),
    [
        ("0:1000001(9): error: `time' undeclared", "time is TIME in ISF"),
        ('0(1000001) : error C1503: undefined variable "iTime"', "iTime is TIME in ISF"),
        (
            "ERROR: 0:1000001: 'u_resolution' : undeclared identifier",
            "u_resolution is RENDERSIZE in ISF",
        ),
        ("0:1000001: L0002: Undeclared variable 'mouse'", "an input of TYPE point2D in ISF"),
        ("0:1000001(9): error: `times' undeclared", "in: x = time;"),
        ("0:1000001(9): error: `time' redeclared", "in: x = time;"),
    ],
)
def test_what_another_host_calls_it_is_called_as_in_isf(
    write: Write, tmp_path: Path, says: str, fix: str
) -> None:
    files = ShaderFiles(Assets([tmp_path]))
    files.read(write("a.fs", "x = time;"))
    (fault,) = read_log(says, files)
    assert fault.fix.startswith("in: x = time;") and fault.fix.endswith(fix)
