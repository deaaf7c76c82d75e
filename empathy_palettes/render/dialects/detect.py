"""Which host a fragment shader was written for, told by the names that it uses.

Does not judge whether it can be carried over: `refuse` does.
"""

from __future__ import annotations

import re

from ...core.isf import is_isf
from ..source import strip_comments

_SIZE = re.compile(r"\biResolution\b")
_UNIFORM = re.compile(r"\buniform\s[^;]*+")
_SIGNS = (
    ("shadertoy", re.compile(r"\bmain(?:Image|Sound|VR|Cubemap)\s*\(")),
    (
        "transition",
        re.compile(r"\bvec4\s+transition\s*\(\s*(?:(?:in|const)\s+)*(?:\w+p\s+)?vec2\b"),
    ),
    (
        "glslviewer",
        re.compile(
            r"\bu_(?:time|resolution|mouse|delta|date|frame|scene|sceneDepth"
            r"|tex\d+|buffer\d+|doubleBuffer\d+)\b"
        ),
    ),
    ("bonzomatic", re.compile(r"\b(?:fGlobalTime|v2Resolution)\b")),
    (
        "sandbox",
        re.compile(
            r"\buniform\s+(?:\w+p\s+)?(?:float\s+time|vec[23]\s+(?:\w+\s*,\s*)*resolution)\b"
        ),
    ),
    ("shadertoy", _SIZE),
    ("plain", re.compile(r"\bmain\s*\(\s*(?:void\s*)?\)")),
)
_BOTH = re.compile(r"\bget(?:From|To)Color\s*\(")


def detect(text: str) -> str:
    """Return the dialect of a shader's text.

    One of `isf`, `shadertoy`, `transition` (gl-transitions), `glslviewer` (and The Book of
    Shaders), `bonzomatic`, `sandbox` (GLSL Sandbox), `plain`, and `library`: nothing to draw.
    """
    if is_isf(text):
        return "isf"
    bare = strip_comments(text)
    if _BOTH.search(bare) and dict(_SIGNS)["transition"].search(bare):
        return "transition"  # with a helper that came over from a Shadertoy
    for dialect, sign in _SIGNS:
        if sign.search(bare) and not (sign is _SIZE and _declares_size(bare)):
            return dialect
    return "library"


def _declares_size(bare: str) -> bool:
    """Whether the text declares the size itself: a Shadertoy is given it unasked."""
    return any(_SIZE.search(found[0]) for found in _UNIFORM.finditer(bare))
