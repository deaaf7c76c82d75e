"""What cannot be carried into ISF, said by name: a 3D scene, a keyboard, a sound.

Does not wrap what can: `wrap` does.
"""

from __future__ import annotations

import re
from pathlib import Path

from ...core.errors import Fault, ShaderError
from ..source import strip_comments
from .declared import Declaration, always_used
from .supplied import coordinate

_VERTEX = r"\bgl_Position\s*[.=]"
_MOST_DECLARED = 1_000  # no GPU holds more
_AS_PICTURE = "it draws no picture by itself"
_EVERYWHERE = (
    (
        r"\blocal_size_[xyz]\b|\bgl_GlobalInvocationID\b",
        "a compute shader",
        "only fragment shaders draw a picture",
    ),
    (
        r"\bimage(?:Store|Load|Atomic\w+)\s*\(",
        "it writes into textures as it likes (imageStore, imageLoad)",
        "draw what it keeps in a PERSISTENT pass",
    ),
    (
        r"\bEmitVertex\s*\(|\bgl_in\b",
        "a geometry shader",
        "only fragment shaders draw a picture",
    ),
    (
        r"^[ \t]*#[ \t]*(?:iKeyboard|iFirstPersonControls)\b",
        "it is played on a keyboard",
        "take out what reads the keys",
    ),
    (r"^[ \t]*#[ \t]*iVertex\b", "a vertex shader of its own", "only flat shaders draw here"),
    (_VERTEX, "a vertex shader", "name the fragment shader that belongs to it"),
    (r"\buniform\s+(?:\w+p\s+)?sampler3D\b", "a 3D texture", "compute what it holds instead"),
    (
        r"^[ \t]*#[ \t]*pragma[ \t]+glslify:[^\n]*\b(?:require|import)\b",
        "modules of glslify",
        "bundle it with glslify first",
    ),
)
_OF = {
    "glslviewer": (
        (
            r"\b(?:MODEL_(?!SDF)\w+|MATERIAL_\w+|SCENE_\w+|POSTPROCESSING)\b"
            r"|\bu_(?:scene(?!Fps|Ms)\w*|camera\w*|light\w*|\w+Matrix|cubeMap|SH|iblLuminance)\b",
            "a 3D scene (glslViewer's models, camera and lights)",
            "only its flat shaders draw here",
        ),
        (
            r"\b(?:PYRAMID|FLOOD)_\d",
            "a convolution pyramid or jump flood of glslViewer",
            "draw it in BUFFER_n or DOUBLE_BUFFER_n",
        ),
    ),
}
_KEYS = re.compile(
    r"\bKEY_?(?:LEFT|RIGHT|UP|DOWN|SPACE|ENTER|SHIFT|CTRL|[A-Z])\b"
    r"|\b(?:keyPressed|isKeyPressed|[rR]eadKey|isKeyDown|keyDown|keyToggle[d]?)\s*\("
)
_MAINS = {
    "mainSound": "a sound shader (mainSound)",
    "mainVR": "a VR shader (mainVR)",
    "mainCubemap": "a shader that draws a cube (mainCubemap)",
}


def refuse(text: str, path: Path, dialect: str, declared: dict[str, Declaration]) -> None:
    """Raise ShaderError with everything in a shader that cannot be carried over."""
    if len(declared) > _MOST_DECLARED:
        problem = f"{len(declared)} uniforms, more than {_MOST_DECLARED:,}"
        raise ShaderError(Fault(str(path), "", problem, "put numbers into an array of constants"))
    bare = strip_comments(text)
    faults = _signs(bare, path, dialect)
    if not re.search(_VERTEX, bare):  # its inputs are none of ours to miss
        faults += _ends(declared, bare, path)
    starts = dialect in ("shadertoy", "transition") or re.search(r"\bmain\s*\(", bare)
    if not (starts or re.search(r"^[ \t]*#[ \t]*include\b", bare, re.MULTILINE)):
        fix = 'include it from a shader: #include "' + path.name + '"'
        faults.append(Fault(str(path), "", "no main function: a library of functions", fix))
    if faults:
        raise ShaderError(faults)


def _signs(bare: str, path: Path, dialect: str) -> list[Fault]:
    faults = []
    for sign, what, fix in (*_EVERYWHERE, *_OF.get(dialect, ())):
        found = re.search(sign, bare, re.MULTILINE)
        if found:
            faults.append(_fault(path, bare, found, what, fix))
    if dialect == "shadertoy":
        faults += _shadertoy(bare, path)
    return faults


def _shadertoy(bare: str, path: Path) -> list[Fault]:
    faults = []
    keys = _KEYS.search(bare)
    if keys and re.search(r"\biChannel\d\b", bare):
        fix = "take out what reads the keys"
        faults.append(_fault(path, bare, keys, "it is played on a keyboard", fix))
    if not re.search(r"\bmainImage\s*\(", bare):
        for main, what in _MAINS.items():
            found = re.search(rf"\b{main}\s*\(", bare)
            if found:
                faults.append(_fault(path, bare, found, what, _AS_PICTURE))
    return faults


def _ends(declared: dict[str, Declaration], bare: str, path: Path) -> list[Fault]:
    """Varyings that only a vertex shader of the author's could bring, where they are used."""
    used = always_used(bare)
    brought = sorted(
        item.name
        for item in declared.values()
        if item.way == "in" and item.name in used and coordinate(item.name, item.type) is None
    )
    if not brought:
        return []
    problem = f"{', '.join(brought)} would come from a vertex shader or a 3D scene"
    return [Fault(str(path), "", problem, "work from gl_FragCoord instead")]


def _fault(path: Path, bare: str, found: re.Match[str], what: str, fix: str) -> Fault:
    line = bare.count("\n", 0, found.start()) + 1
    return Fault(str(path), f"line {line}", f"needs what ISF does not have: {what}", fix)
