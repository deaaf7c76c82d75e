"""ISF into GLSL 3.30: what stands before a shader's own text so that it compiles unchanged.

Text in, text out: compiles nothing, and never rewrites an expression of the shader's author.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.isf import IsfHeader
from .source import ShaderFiles

PREVIOUS = "_previous"  # NAME_previous: a persistent target as it was one simulation step ago

_TYPES = {
    "event": "bool",
    "bool": "bool",
    "long": "int",
    "float": "float",
    "point2D": "vec2",
    "color": "vec4",
    "image": "sampler2D",
    "audio": "sampler2D",
    "audioFFT": "sampler2D",
}
_AUTOMATIC = {
    "RENDERSIZE": "vec2",
    "TIME": "float",
    "TIMEDELTA": "float",
    "DATE": "vec4",
    "FRAMEINDEX": "int",
}
#: Words that GLSL 3.30 reserves and that older shaders use as names; the driver would refuse them.
_RESERVED = frozenset(
    "common partition active filter asm class union enum typedef template this resource goto"
    " inline noinline public static extern external interface long short half fixed unsigned"
    " superp input output sizeof cast namespace using smooth sample".split()
)
_QUALIFIER = re.compile(r"\b(?:smooth|sample)\s+(?:in|out|varying)\b")
_STALE = re.compile(r"^[ \t]*#[ \t]*(?:version|extension)\b[^\n]*", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)

_FUNCTIONS = """\
vec2 IMG_SIZE(sampler2D image) { return vec2(textureSize(image, 0)); }
vec4 IMG_NORM_PIXEL(sampler2D image, vec2 p) { return texture(image, p); }
vec4 IMG_PIXEL(sampler2D image, vec2 p) { return texture(image, p / IMG_SIZE(image)); }
vec4 IMG_THIS_PIXEL(sampler2D image) { return texture(image, isf_FragNormCoord); }
vec4 IMG_THIS_NORM_PIXEL(sampler2D image) { return texture(image, isf_FragNormCoord); }
"""
_BIASED = """\
vec4 IMG_NORM_PIXEL(sampler2D image, vec2 p, float b) { return texture(image, p, b); }
vec4 IMG_PIXEL(sampler2D image, vec2 p, float b) { return texture(image, p / IMG_SIZE(image), b); }
vec4 IMG_THIS_PIXEL(sampler2D image, float b) { return texture(image, isf_FragNormCoord, b); }
vec4 IMG_THIS_NORM_PIXEL(sampler2D image, float b) { return texture(image, isf_FragNormCoord, b); }
"""
_VERTEX = """\
void isf_vertShaderInit() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    isf_FragNormCoord = corner;
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
"""
_PLAIN_VERTEX = "void main() { isf_vertShaderInit(); }\n"
_OLD_NAMES = """\
#define texture2D texture
#define texture2DLod textureLod
#define texture2DProj textureProj
#define textureCube texture
#define vv_FragNormCoord isf_FragNormCoord
#define vv_vertShaderInit isf_vertShaderInit
"""


@dataclass(frozen=True, slots=True)
class Glsl:
    """One ISF shader, ready to be compiled pass by pass.

    `extended` sources ask for two extensions that a few shaders need; they reserve more words,
    so they are the second try.
    """

    path: Path
    header: IsfHeader
    files: ShaderFiles
    own_vertex: bool
    _fragments: tuple[str, ...]  # one for all passes, or one for each
    _vertex: str

    def fragment(self, number: int, *, extended: bool = False) -> str:
        """Return the fragment stage of pass `number`.

        The pass is a constant, so that the driver drops what other passes draw: llvmpipe runs
        both sides of every branch, and what a pass reads shows in its uniforms.
        """
        text = self._fragments[number % len(self._fragments)]
        head = "#define varying in\n#define gl_FragColor isf_FragColor\nout vec4 isf_FragColor;\n"
        return "".join(
            (
                self._head(number, text, extended),
                head,
                "in vec2 isf_FragNormCoord;\n",
                self._uniforms(text),
                _FUNCTIONS,
                _BIASED,
                text,
                "\n",
            )
        )

    def vertex(self, number: int, *, extended: bool = False) -> str:
        """Return the vertex stage of pass `number`: one quad out of vertex numbers alone."""
        return "".join(
            (
                self._head(number, self._vertex, extended),
                "#define varying out\n#define attribute in\nout vec2 isf_FragNormCoord;\n",
                self._uniforms(self._vertex) if self.own_vertex else "",
                _FUNCTIONS if self.own_vertex else "",
                _VERTEX,
                self._vertex,
                "\n",
            )
        )

    @property
    def mentions_discard(self) -> bool:
        """Whether a pass may leave pixels undrawn."""
        return any(re.search(r"\bdiscard\b", text) for text in self._fragments)

    def _head(self, number: int, text: str, extended: bool) -> str:
        extensions = (
            "#extension GL_ARB_gpu_shader5 : enable\n"
            "#extension GL_ARB_shading_language_420pack : enable\n"
        )
        renamed = "".join(
            f"#define {word} {uniform_name(word)}\n" for word in sorted(_clashes(text))
        )
        return (
            f"#version 330 core\n{extensions if extended else ''}{_OLD_NAMES}{renamed}"
            f"const int PASSINDEX = {number};\n"
        )

    def _uniforms(self, text: str) -> str:
        words = set(_WORD.findall(text))
        declared = _declarations(self.header, words)
        lines = [f"uniform {kind} {uniform_name(name)};\n" for name, kind in declared.items()]
        for name, kind in declared.items():
            if kind == "sampler2D":
                lines += (
                    f"uniform {helper} _{name}_{what};\n"
                    for helper, what in (("vec4", "imgRect"), ("vec2", "imgSize"), ("bool", "flip"))
                    if f"_{name}_{what}" in words
                )
        return "".join(lines)


def assemble(
    path: Path,
    header: IsfHeader,
    files: ShaderFiles,
    fragments: Sequence[str],
    vertex: str | None = None,
) -> Glsl:
    """Return the shader made of these texts, includes already in place.

    `fragments`: one for all passes, or one for each. `vertex`: the author's own, if there is one.
    """
    cleaned = tuple(_clean(text, header) for text in fragments)
    own = vertex is not None
    stage = _clean(vertex, header) if vertex is not None else _PLAIN_VERTEX
    return Glsl(path, header, files, own, cleaned, stage)


def uniform_name(name: str) -> str:
    """Return what an input is called in the compiled program."""
    return f"isf_{name}" if name in _RESERVED else name


def input_name(uniform: str) -> str:
    """Return the input, target or image that a uniform of the compiled program stands for."""
    name = uniform.removeprefix("isf_")
    return name if name in _RESERVED else uniform


def _clashes(text: str) -> set[str]:
    clashes = set(_RESERVED.intersection(_WORD.findall(text)))
    if _QUALIFIER.search(text):
        clashes -= {"smooth", "sample"}
    return clashes


def _declarations(header: IsfHeader, words: set[str]) -> dict[str, str]:
    """Every uniform that the host owes the shader: name → GLSL type, each name once."""
    found = dict(_AUTOMATIC)
    found |= {item.name: _TYPES[item.type] for item in header.inputs}
    found |= {item.name: "samplerCube" if item.cube else "sampler2D" for item in header.imports}
    for item in header.passes:
        if item.target:
            found[item.target] = "sampler2D"
        if item.persistent and item.target + PREVIOUS in words:
            found[item.target + PREVIOUS] = "sampler2D"
    if "emo_mix" in words:
        found.setdefault("emo_mix", "float")
    for word in sorted(words):
        if word.startswith("emo_") and word.endswith("_count"):
            found.setdefault(word, "int")
    return found


def _clean(text: str, header: IsfHeader) -> str:
    """Empty the lines that may not stand behind our prelude, and uniforms declared once more."""
    text = _STALE.sub("", text)
    names = [*_declarations(header, set(_WORD.findall(text))), "PASSINDEX"]
    again = re.compile(
        r"\buniform\s+(?:(?:lowp|mediump|highp)\s+)?\w+\s+"
        rf"(?:{'|'.join(map(re.escape, names))})\s*(?:=[^;]*)?;"
    )
    return again.sub(lambda found: "\n" * found[0].count("\n"), text)
