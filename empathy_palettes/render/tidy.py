"""What older and careless shaders write, made to fit GLSL 3.30: words, lines, what is said twice.

Knows nothing of ISF, and takes no line away: what may not stand becomes an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Collection

# Every repetition ends somewhere: what is searched for from each place must not read to the end.
_NAMED = re.compile(r"\s*(\w+)\s*(?:=.*)?\Z", re.DOTALL)
_PRECISION = r"(?:(?:lowp|mediump|highp)\s+)?"
_UNIFORM = re.compile(
    rf"(?:\blayout\s*\([^)]{{0,200}}\)\s*)?\b(uniform\s+{_PRECISION}\w+)\b"
    r"([^;{}()]*+(?:\([^;{}]*+)?)(?:;|(?P<open>))"
)
_BETWEEN = re.compile(
    r"\b(?:(?:flat|smooth|noperspective|centroid)\s+){0,4}(?:varying|attribute|in|out)\s+"
    rf"{_PRECISION}vec2\s+(?:isf|vv)_FragNormCoord\s*;"
)
_STALE = re.compile(r"^[ \t]*#[ \t]*(?:version|extension)\b[^\n]*", re.MULTILINE)
_DEFINED = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)

#: Words that GLSL 3.30 keeps for itself and that older shaders use as names.
RESERVED = frozenset(
    "common partition active filter asm class union enum typedef template this packed goto inline"
    " noinline volatile public static extern external interface long short half fixed unsigned"
    " superp input output sizeof cast namespace using flat smooth noperspective centroid precision"
    " layout switch default case".split()
)
#: Those that came later, up to 4.20, and stand for names before.
RESERVED_LATER = frozenset(
    "sample patch precise subroutine coherent restrict readonly writeonly resource".split()
)
_ROLE = r"\s+(?:(?:centroid|sample|patch|lowp|mediump|highp)\s+){0,4}(?:in|out|varying)\b"
#: How those that GLSL 3.30 has a use for look in use; a shader that uses one keeps it.
_IN_USE = {
    "smooth": re.compile(rf"\bsmooth{_ROLE}"),
    "flat": re.compile(rf"\bflat{_ROLE}"),
    "noperspective": re.compile(rf"\bnoperspective{_ROLE}"),
    "centroid": re.compile(rf"\bcentroid{_ROLE}"),
    "sample": re.compile(rf"\bsample{_ROLE}"),
    "precision": re.compile(r"\bprecision\s+(?:lowp|mediump|highp)\b"),
    "precise": re.compile(r"\bprecise\s+\w+\s+\w+\s*[=;]"),
    "layout": re.compile(r"\blayout\s*\("),
    "switch": re.compile(r"\bswitch\s*\("),
    "default": re.compile(r"\bdefault\s*:"),
    "case": re.compile(r"\bcase\s+[^;:]{1,400}:"),
}


def words(text: str) -> set[str]:
    """Return every identifier of a GLSL text."""
    return set(_WORD.findall(text))


def clashes(text: str) -> set[str]:
    """Return the reserved words that `text` uses as names; those it defines itself are its own."""
    found = words(text) & (RESERVED | RESERVED_LATER)
    if not found:
        return found
    used = {word for word in found if word in _IN_USE and _IN_USE[word].search(text)}
    return found - used - defined(text)


def defined(text: str) -> set[str]:
    """Return the names of the macros that `text` makes."""
    return set(_DEFINED.findall(text))


def clean(text: str, declared: Collection[str]) -> str:
    """Empty the lines that may not stand behind a prelude, and what it has `declared` already."""

    def without(found: re.Match[str]) -> str:
        if found["open"] is not None:  # a block, or what nobody closes
            return found[0]
        kept = []
        for part in _parted(found[2]):
            name = _NAMED.match(part)
            if name is None or name[1] not in declared:
                kept.append(part)
        if len(kept) == len(_parted(found[2])):
            return found[0]
        rest = f"{found[1]} {','.join(kept)};".replace("\n", " ") if kept else ""
        return rest + _newlines(found)

    text = _STALE.sub("", text)
    if "uniform" in text:
        text = _UNIFORM.sub(without, text)
    return _BETWEEN.sub(_newlines, text)


def _newlines(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _parted(names: str) -> list[str]:
    """The declarations of a list, parted at the commas that stand in no bracket."""
    parts, depth = [""], 0
    for letter in names:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
