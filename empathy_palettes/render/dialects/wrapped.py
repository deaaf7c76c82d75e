"""A shader's text, and what stands before and after it; the one place that writes either.

Does not know the dialects: `wrap` says what each of them needs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from .declared import at_file_scope, declarations, defined, without, words

#: What ISF calls the things it supplies; an author's own word of that name must be another.
_ISF_WORDS = frozenset(
    "TIME RENDERSIZE DATE FRAMEINDEX TIMEDELTA PASSINDEX IMG_SIZE IMG_PIXEL IMG_NORM_PIXEL"
    " IMG_THIS_PIXEL IMG_THIS_NORM_PIXEL".split()
)
_STALE = re.compile(r"^[ \t]*#[ \t]*version\b[^\n]*", re.MULTILINE)
_LOOKUPS = """\
vec4 read_image(sampler2D image, vec2 p) { return texture(image, p); }
vec4 read_image(sampler2D image, vec2 p, float b) { return texture(image, p, b); }
vec4 read_image(sampler2D image, float x) { return texture(image, vec2(x, 0.5)); }
vec4 read_image(sampler2D image, vec3 d) {  // a panorama stands in for a cube
    vec3 n = normalize(d);
    vec2 p = vec2(atan(n.x, n.z) / 6.2831853, asin(n.y) / 3.1415927) + 0.5;
    float pole = 0.5 / float(textureSize(image, 0).y);  // one must not look over it
    return textureLod(image, vec2(p.x, clamp(p.y, pole, 1.0 - pole)), 0.0);
}
vec4 read_image(sampler2D image, vec3 d, float b) { return read_image(image, d); }
vec4 read_lod(sampler2D image, vec2 p, float l) { return textureLod(image, p, l); }
vec4 read_lod(sampler2D image, float x, float l) { return textureLod(image, vec2(x, 0.5), l); }
vec4 read_lod(sampler2D image, vec3 d, float l) { return read_image(image, d); }
vec4 read_texel(sampler2D image, ivec2 p, int l) { return texelFetch(image, p, l); }
vec4 read_texel(sampler2D image, int x, int l) { return texelFetch(image, ivec2(x, 0), l); }
#define texture read_image
#define textureLod read_lod
#define texelFetch read_texel
"""
_AS_BEFORE = "#undef texture\n#undef textureLod\n#undef texelFetch\n"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A shader of another host as ISF.

    `header`: the keys of ISF. `text`: the author's, with only those declarations emptied that the
    host supplies (`hosted`); every line is where it was. `defines`: what comes first in each pass;
    one for all of them, or one for each.
    """

    dialect: str
    header: dict[str, Any]
    before: str
    text: str
    after: str
    hosted: frozenset[str]
    defines: tuple[str, ...] = ("",)

    def around(self, expanded: str) -> list[str]:
        """Return the fragment stage of each pass; `expanded`: the text, its includes in place."""
        body = without(expanded, self.hosted)
        return [f"{define}{self.before}{body}\n#line 1\n{self.after}" for define in self.defines]


@dataclass
class Builder:
    """Collects what a dialect needs around `text`, and writes it.

    `besides`: words that its names must not be either, of texts drawn together with this one.
    `channel`: the sampler that shows the shader's own last frame, "" for none. `heard`: those that
    hear. `entry`: what our
    own `main` does; "" leaves the author's as it is.
    """

    text: str
    channel: str = ""
    heard: frozenset[str] = frozenset()
    besides: frozenset[str] = frozenset()
    inputs: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    hosted: set[str] = field(default_factory=set)
    entry: str = ""
    any_lookup: bool = False
    _supplied: dict[str, tuple[str, str]] = field(default_factory=dict)

    def supply(self, name: str, kind: str, value: str) -> None:
        """Make `name` a global of type `kind` that is `value` in every pixel."""
        self.hosted.add(name)
        if value != name and name not in defined(self.text):
            self._supplied[name] = kind, value

    def add_input(self, table: dict[str, Any]) -> str:
        """Add an INPUT, unless it is there, and return its name."""
        if all(table["NAME"] != known["NAME"] for known in self.inputs):
            self.inputs.append(table)
        return str(table["NAME"])

    def free(self, wanted: str, *others: str) -> str:
        """Return the first of these names that the author's text does not use."""
        used = words(self.text) | self.besides
        return next((name for name in (wanted, *others) if name not in used), f"{wanted}_in")

    def write(self, *, always_first: Collection[str] = ()) -> tuple[str, str]:
        """Return what stands before and after the text.

        `always_first`: supplied names that must hold a value before any function runs.
        """
        early = {*at_file_scope(self.text), *always_first}
        before, assigned = list(self.lines), []
        for name, (kind, value) in self._supplied.items():
            if name in early and "[" not in kind:
                before.append(f"{kind} {name} = {value};")
            else:
                plain, bracket, count = kind.partition("[")
                before.append(f"{plain} {name}{bracket}{count};")
                assigned.append(f"    {name} = {value};\n")
        after = []
        clashes = self._clashes()
        fresh = sorted(clashes - defined(self.text))
        own_main = "main" in words(self.text)
        entry = self.entry or ("    author_main();\n" if assigned else "")
        if entry and own_main:
            fresh.append("main")
            clashes |= {"main"}
        if self.any_lookup:
            before.append(_LOOKUPS.rstrip("\n"))
            after.append(_AS_BEFORE.rstrip("\n"))
        before += (f"#define {name} author_{name}" for name in fresh)
        after += (f"#undef {name}" for name in sorted(clashes))
        if entry:
            after.append(f"void main() {{\n{''.join(assigned)}{entry}}}")
        return _joined(before), _joined(after)

    def blank(self) -> str:
        """Return the text with what the host supplies, and its `#version`, emptied."""
        return _STALE.sub("", without(self.text, self.hosted))

    def _clashes(self) -> set[str]:
        uniforms = {item.name for item in declarations(self.text).values() if item.way == "uniform"}
        return set(_ISF_WORDS & words(self.text)) - uniforms - self.hosted


def _joined(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    return f"{text}\n" if text else ""
