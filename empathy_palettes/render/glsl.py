"""ISF into GLSL 3.30: what stands before a shader's own text so that it compiles unchanged.

Text in, text out: compiles nothing, and never rewrites an expression of the shader's author.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import Fault
from ..core.isf import IsfHeader
from .source import ShaderFiles
from .tidy import RESERVED, RESERVED_LATER, clashes, clean, defined, words

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
#: How a stage begins, in the order of trying: a few shaders need two extensions, or the version
#: that has both. Each keeps more words for itself than the one before.
HEADS = (
    "#version 330 core\n",
    "#version 330 core\n"
    "#extension GL_ARB_gpu_shader5 : enable\n"
    "#extension GL_ARB_shading_language_420pack : enable\n",
    "#version 420 core\n",
)

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
_COLOUR = re.compile(r"\b(?:gl|isf)_FragColor\b")
_PLAIN_VERTEX = "void main() { isf_vertShaderInit(); }\n"
_OLD_NAMES = """\
#define texture2D texture
#define texture2DLod textureLod
#define texture2DProj textureProj
#define texture2DLodEXT textureLod
#define texture2DGradEXT textureGrad
#define textureCube texture
#define textureCubeLod textureLod
#define textureCubeLodEXT textureLod
#define vv_FragNormCoord isf_FragNormCoord
#define vv_vertShaderInit isf_vertShaderInit
"""


@dataclass(frozen=True, slots=True)
class Glsl:
    """One ISF shader, ready to be compiled pass by pass; `head` is one of `HEADS`."""

    path: Path
    header: IsfHeader
    files: ShaderFiles
    own_vertex: bool
    _fragments: tuple[str, ...]  # one for all passes, or one for each
    _vertex: str

    def fragment(self, number: int, head: str = HEADS[0]) -> str:
        """Return the fragment stage of pass `number`.

        The pass is a constant, so that the driver drops what other passes draw: llvmpipe runs
        both sides of every branch, and what a pass reads shows in its uniforms.
        """
        text = self._fragments[number % len(self._fragments)]
        return "".join(
            (
                self._head(number, text, head),
                "#define varying in\n#define gl_FragColor isf_FragColor\n",
                "out vec4 isf_FragColor;\n" if _COLOUR.search(text) else "",
                "in vec2 isf_FragNormCoord;\n",
                self._uniforms(text),
                _FUNCTIONS,
                _BIASED,
                text,
                "\n",
            )
        )

    def vertex(self, number: int, head: str = HEADS[0]) -> str:
        """Return the vertex stage of pass `number`: one quad out of vertex numbers alone."""
        return "".join(
            (
                self._head(number, self._vertex, head),
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

    @property
    def defined(self) -> frozenset[str]:
        """The names of the macros that its texts make."""
        return frozenset().union(*map(defined, (*self._fragments, self._vertex)))

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What was forgiven, in the header and in the texts, and other ISF hosts may not."""
        found = [*self.header.warnings]
        for text in (*self._fragments, self._vertex):
            for word in sorted(clashes(text) & RESERVED):
                file, number, _ = self.files.place(_line_of(word, text))
                problem = f"{word!r} is a word of GLSL, not a name; other hosts refuse it"
                fault = Fault(file or str(self.path), f"line {number}", problem, "rename it")
                if fault not in found:
                    found.append(fault)
        return tuple(found)

    def _head(self, number: int, text: str, head: str) -> str:
        renamed = "".join(
            f"#define {word} {uniform_name(word)}\n" for word in sorted(clashes(text))
        )
        return f"{head}{_OLD_NAMES}{renamed}const int PASSINDEX = {number};\n"

    def _uniforms(self, text: str) -> str:
        used = words(text)
        declared = _declarations(self.header, used)
        lines = [f"uniform {kind} {uniform_name(name)};\n" for name, kind in declared.items()]
        for name, kind in declared.items():
            if kind == "sampler2D":
                lines += (
                    f"uniform {helper} _{name}_{what};\n"
                    for helper, what in (("vec4", "imgRect"), ("vec2", "imgSize"), ("bool", "flip"))
                    if f"_{name}_{what}" in used
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
    return f"isf_{name}" if name in RESERVED or name in RESERVED_LATER else name


def input_name(uniform: str) -> str:
    """Return the input, target or image that a uniform of the compiled program stands for."""
    name = uniform.removeprefix("isf_")
    return name if name in RESERVED or name in RESERVED_LATER else uniform


def written_name(name: str) -> str:
    """Return what the author wrote where the compiler reads, and speaks of, `name`."""
    return "gl_FragColor" if name == "isf_FragColor" else input_name(name)


def compiled_name(word: str) -> str:
    """Return what the compiler reads where the author wrote `word`; texts that define it differ."""
    old = dict(line.split()[1:] for line in _OLD_NAMES.splitlines())
    return "isf_FragColor" if word == "gl_FragColor" else old.get(word) or uniform_name(word)


def _declarations(header: IsfHeader, used: Collection[str]) -> dict[str, str]:
    """Every uniform that the host owes the shader: name → GLSL type, each name once."""
    found = dict(_AUTOMATIC)
    found |= {item.name: _TYPES[item.type] for item in header.inputs}
    found |= {item.name: "samplerCube" if item.cube else "sampler2D" for item in header.imports}
    for item in header.passes:
        if item.target:
            found[item.target] = "sampler2D"
        if item.persistent and item.target + PREVIOUS in used:
            found[item.target + PREVIOUS] = "sampler2D"
    if "emo_mix" in used:
        found.setdefault("emo_mix", "float")
    for word in sorted(used):
        if word.startswith("emo_") and word.endswith("_count"):
            found.setdefault(word, "int")
    return found


def _clean(text: str, header: IsfHeader) -> str:
    return clean(text, {*_declarations(header, words(text)), "PASSINDEX"})


def _line_of(word: str, text: str) -> int:
    """The line on which `text` first has `word`, as a compiler counts."""
    number = 0
    sought = re.compile(rf"\b{word}\b")
    for line in text.split("\n"):
        if line.startswith("#line "):
            number = int(line.removeprefix("#line "))
        elif sought.search(line):
            return number
        else:
            number += 1
    return number
