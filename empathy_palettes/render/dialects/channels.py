"""What a Shadertoy's four channels show: a buffer, a picture, a cube; as far as a text tells.

Shadertoy keeps that beside the text, not in it: comments and habits are all there is.
"""

from __future__ import annotations

import re

from ..source import strip_comments
from .declared import Declaration

CHANNELS = tuple(f"iChannel{number}" for number in range(4))
BUFFERS = tuple(f"buffer{letter}" for letter in "ABCD")

_LOOKUP = r"\b(?:texture|textureCube|textureLod)\s*\(\s*{}\s*,"
_FILE_LINE = re.compile(r'^[ \t]*#[ \t]*(iChannel\d)[ \t]+"(?:file:/*)?([^"\n]+)"', re.MULTILINE)
_EDITOR_LINE = re.compile(
    r"^[ \t]*#[ \t]*(?:iChannel\d|iUniform|iKeyboard|iVertex|iFirstPersonControls"
    r"|StrictCompatibility)\b[^\n]*",
    re.MULTILINE,
)
_UNIFORM = re.compile(r"^[ \t]*#[ \t]*iUniform[ \t]+(\w+)[ \t]+(\w+)([^\n]*)", re.MULTILINE)
_SAMPLER = re.compile(r"\buniform\s+sampler2D\s+(\w+)\s*;[ \t]*//[ \t]*([^\n]+)")
_NOTE = re.compile(
    r"\b(iChannel\d)\b\s*[:=]*\s*(?:is|->)?\s*\(?((?:Buf(?:fer)?[ _-]?[A-D]|self)\b)", re.I
)
_HEARD = re.compile(
    r"\b(iChannel\d)\b\s*[:=]*\s*(?:is|->)?\s*\(?(sound|audio|music|mic|spectrum|fft)\b", re.I
)
_NAMED = re.compile(r"buf(?:fer)?[ _-]?([a-d])(?![a-z])", re.IGNORECASE)


def looks_like_cube(text: str, channel: str) -> bool:
    """Whether a text may look a channel up by direction, as one does a cube.

    To say so of one that does not costs a function call, no more.
    """
    bare = strip_comments(text)
    vectors = set(re.findall(r"\bvec3\s+(\w+)", bare))
    for several, closed in re.findall(r"\bvec3\s++(\w[^;{}]*+)(;?)", bare):
        if closed:
            vectors |= set(re.findall(r"(?:^|,)\s*(\w+)\s*(?=[,=]|\Z)", several))
    for found in re.finditer(_LOOKUP.format(channel), bare):
        argument = _argument(bare, found.end()).strip()
        if argument in vectors or re.match(r"(?:reflect|refract|vec3)\s*\(", argument):
            return True
        if re.fullmatch(r"-?\w+\.[xyzrgb]{3}", argument):
            return True
        inner = re.match(r"normalize\s*\((.*)\)\Z", argument, re.DOTALL)
        if inner and (inner[1].strip() in vectors or "vec3" in inner[1]):
            return True
    return False


def bindings(text: str, own: str, buffers: tuple[str, ...]) -> dict[str, str]:
    """Return sampler → target of one text of a folder that has these `buffers`.

    `own`: the text's own target, which `self` means. What the text says of a channel holds:
    `#iChannel0 "file://bufferA.glsl"`, `uniform sampler2D x; // buffer-a.glsl`,
    `// iChannel0: Buffer A`. Where it says nothing of any, the channels are the buffers in order.
    """
    said: dict[str, str] = {}
    for channel, what in _NOTE.findall(text):
        said[channel] = what
    for channel, file in (*_FILE_LINE.findall(text), *_SAMPLER.findall(text)):
        said[channel] = file
    if not said:
        return dict(zip(CHANNELS, buffers, strict=False))
    found = {name: _target(what, own) for name, what in said.items()}
    return {name: target for name, target in found.items() if target in buffers}


def hears(text: str) -> frozenset[str]:
    """Return the channels that a sound plays on.

    By a comment, `// iChannel1: music`; where none says so, the first, unless the text says that it
    is something else: a picture in `[images]` goes before it.
    """
    heard = frozenset(channel for channel, _ in _HEARD.findall(text))
    shown = {channel for channel, _ in (*_NOTE.findall(text), *_FILE_LINE.findall(text))}
    return heard or frozenset({CHANNELS[0]}) - shown


def without_notes(text: str) -> str:
    """Empty the lines `#iChannel0 …`, which are no GLSL; every line stays where it was."""
    return _EDITOR_LINE.sub("", text)


def feedback(text: str) -> str:
    """Return the channel that shows the shader's own last frame; "" where none does."""
    said = dict((*_NOTE.findall(text), *_FILE_LINE.findall(text)))
    return next((name for name, what in said.items() if what.lower().startswith("self")), "")


def editor_uniforms(text: str) -> dict[str, Declaration]:
    """Return what lines `#iUniform float x = 1.0 in { 0.0, 2.0 }` declare, by name."""
    kinds = {"color3": "vec3"}
    return {
        name: Declaration("uniform", kinds.get(kind, kind), name, False, said)
        for kind, name, said in _UNIFORM.findall(strip_comments(text))
    }


def _target(said: str, own: str) -> str:
    if said.strip().lower().startswith("self"):
        return own
    named = _NAMED.search(said)
    return f"buffer{named[1].upper()}" if named else ""


def _argument(text: str, start: int) -> str:
    depth = 0
    for place in range(start, min(len(text), start + 400)):
        sign = text[place]
        depth += (sign in "([") - (sign in ")]")
        if depth < 0 or (sign == "," and depth == 0):
            return text[start:place]
    return ""
