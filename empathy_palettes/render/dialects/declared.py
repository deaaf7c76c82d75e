"""What a shader's text declares and uses: its uniforms, its varyings, its words.

Reads GLSL only as far as declarations go, on text whose comments are blank; changes nothing but
that it can empty a declaration.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..source import strip_comments

_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_QUALIFIERS = r"(?:(?:flat|smooth|centroid|coherent|readonly|writeonly|lowp|mediump|highp)\s+){0,6}"
_LAYOUT = r"(?:layout\s*\([^)]{0,200}\)\s*)?"
_DECLARATION = re.compile(
    rf"{_LAYOUT}\b(?P<uniform>uniform)\s+{_QUALIFIERS}(?P<type>\w++)(?P<names>[^;{{}}]*+)(?:;|(?P<open>))"
    rf"|(?:^|(?<=[;}}]))[ \t]*{_LAYOUT}{_QUALIFIERS}\b"
    rf"(?P<way>varying|attribute|in|out)\s+{_QUALIFIERS}"
    r"(?P<kind>\w+)\s+(?P<list>\w+(?:\s*,\s*\w+)*)\s*;",
    re.MULTILINE,
)
_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(\w+)((?:\\\n|[^\n])*)", re.MULTILINE)
_DECLARATOR = re.compile(r"(\w++)\s*+(\[[^\]]*\])?\s*+(?:=\s*+(.+))?\Z", re.DOTALL)
_ARRAY = re.compile(r"\s*+\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One name that the author declares to come from, or go to, outside.

    `way`: uniform, in, out. `array`: whether it is one. `said`: the initialiser, and the comments
    of the declaration's own lines, where authors write defaults.
    """

    way: str
    type: str
    name: str
    array: bool
    said: str


def declarations(text: str) -> dict[str, Declaration]:
    """Return what `text` declares, by name; of several the first that says something of itself."""
    found: dict[str, Declaration] = {}
    for start, end, items in _statements(strip_comments(text)):
        line = text.find("\n", end)
        comments = " ".join(_comments(text[start : line if line >= 0 else len(text)]))
        for item in items:
            said = f"= {item.said} " if item.said else ""
            known = found.get(item.name)
            if known is None or not known.said:
                whole = Declaration(item.way, item.type, item.name, item.array, said + comments)
                found[item.name] = whole
    return found


def without(text: str, names: Collection[str]) -> str:
    """Return `text` with the declarations of `names` emptied, every line and column kept.

    Of a statement that declares others too, those are declared anew on its first line.
    """
    parts: list[str] = []
    read = 0
    for start, end, items in _statements(strip_comments(text)):
        if not any(item.name in names for item in items):
            continue
        statement = text[start:end]
        kept = "".join(
            f"{item.way} {item.type} {item.name}{item.said}; "
            for item in items
            if item.name not in names
        )
        blank = re.sub(r"[^\n]", " ", statement)
        parts += (text[read:start], kept, blank[min(len(kept), len(blank)) :])
        read = end
    return "".join((*parts, text[read:]))


def words(text: str) -> frozenset[str]:
    """Return every word of `text` that stands outside comments."""
    return frozenset(_WORD.findall(strip_comments(text)))


def defined(text: str) -> frozenset[str]:
    """Return the names that the preprocessor gives a meaning."""
    bare = strip_comments(text)
    found = (
        _WORD.match(line[2].strip()) for line in _DIRECTIVE.finditer(bare) if line[1] == "define"
    )
    return frozenset(name[0] for name in found if name)


def at_file_scope(text: str) -> frozenset[str]:
    """Return the words outside every function's body, declarations of uniforms aside."""
    bare = _undeclared(_DIRECTIVE.sub(" ", strip_comments(text)))
    kept, depth = [], 0
    for part in re.split(r"([{}])", bare):
        if part in "{}" and part:
            depth = max(depth + (1 if part == "{" else -1), 0)
        elif depth == 0:
            kept.append(part)
    return frozenset(_WORD.findall(" ".join(kept)))


def always_used(text: str) -> frozenset[str]:
    """Return the words that the text uses whatever the preprocessor decides, declarations aside."""
    bare = _undeclared(strip_comments(text))
    kept, depth = [], 0
    for line in bare.split("\n"):
        directive = _DIRECTIVE.match(line)
        if directive:
            depth += (directive[1] in ("if", "ifdef", "ifndef")) - (directive[1] == "endif")
        elif depth <= 0:
            kept.append(line)
    return frozenset(_WORD.findall(" ".join(kept)))


def local_names(text: str) -> frozenset[str]:
    """Return the names of variables, parameters and functions that the text makes itself."""
    bare = _undeclared(strip_comments(text))
    kinds = r"(?:float|int|uint|bool|[biu]?vec[234]|mat[234]|void)"
    return frozenset(re.findall(rf"\b{kinds}\s+(\w+)", bare))


def _undeclared(bare: str) -> str:
    return _DECLARATION.sub(lambda found: " " if found["open"] is None else found[0], bare)


def _statements(bare: str) -> Iterator[tuple[int, int, list[Declaration]]]:
    for found in _DECLARATION.finditer(bare):
        if found["open"] is not None:  # a block, or what nobody closes
            continue
        if found["uniform"]:
            many = _ARRAY.match(found["names"])
            names = found["names"][many.end() :] if many else found["names"]
            pieces = [_DECLARATOR.match(piece.strip()) for piece in _split(names)]
            items = [
                Declaration(
                    "uniform",
                    found["type"],
                    piece[1],
                    bool(piece[2] or many),
                    piece[3] or "",
                )
                for piece in pieces
                if piece
            ]
        else:
            way = "out" if found["way"] == "out" else "in"
            listed = re.findall(r"\w+", found["list"])
            items = [Declaration(way, found["kind"], name, False, "") for name in listed]
        if items:
            yield found.start(), found.end(), items


def _split(names: str) -> Iterator[str]:
    """Declarators at their commas, those inside brackets left alone."""
    start, depth = 0, 0
    for place, sign in enumerate(names):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            yield names[start:place]
            start = place + 1
    yield names[start:]


def _comments(text: str) -> Iterator[str]:
    for comment in re.finditer(r"//([^\n]*)|/\*(.*?)\*/", text, re.DOTALL):
        yield (comment[1] or comment[2] or "").strip()
