"""Finds the inputs that a shader multiplies TIME by: what moves by them jumps when they change.

After ten minutes `TIME * speed` is 600 times the speed: a hundredth more of it, and the picture is
six units further on. Reads GLSL as tokens and follows plain assignments; does not compile, and
does not look through functions, so that it may miss some.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

Token = tuple[str, int]  # text, line
Roots = frozenset[str]

_TOKEN = re.compile(r"[A-Za-z_]\w*|[0-9.]+(?:[eE][-+]?\d+)?[fFuU]?|[-+*/]=|\S", re.ASCII)
_DEFINE = re.compile(r"\s*#\s*define\s+(\w+)\s+(\S.*)\Z", re.ASCII)
_WORD = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_CLOSING = {"(": ")", "[": "]"}
_TIME = "TIME"
#: What other dialects call it.
_CLOCKS = (_TIME, "iTime", "iGlobalTime", "u_time", "fGlobalTime")
#: Calls that leave a growing number growing; sin, fract, noise and the like do not.
_KEEPS = frozenset("float int vec2 vec3 vec4 abs floor ceil round min max mix radians".split())
_NONE: Roots = frozenset()


def jumping(text: str, inputs: Collection[str]) -> dict[str, int]:
    """Return every one of `inputs` that multiplies or divides TIME → the first line where it does.

    `text`: GLSL without comments.
    """
    reader = _Reader(inputs)
    try:
        reader.read(text)
    except RecursionError:  # brackets deeper than any driver takes: the compiler will tell
        pass
    return reader.found


class _Reader:
    """Goes through the tokens once; what it knows of a local name ends with the function."""

    def __init__(self, inputs: Collection[str]) -> None:
        self._inputs = inputs
        self.found: dict[str, int] = {}
        # Name → the inputs, and TIME, that it grows with.
        self._globals: dict[str, Roots] = {name: frozenset((name,)) for name in inputs}
        self._globals |= dict.fromkeys(_CLOCKS, frozenset((_TIME,)))
        self._names = dict(self._globals)

    def read(self, text: str) -> None:
        tokens: list[Token] = []
        for number, line in enumerate(text.split("\n"), 1):
            if define := _DEFINE.match(line):
                content, _ = self._expression(_tokens(define[2], number), 0, "")
                self._globals[define[1]] = self._names[define[1]] = content
            elif not line.lstrip().startswith("#"):
                tokens += _tokens(line, number)
        place, depth = 0, 0
        while place < len(tokens):
            here = tokens[place][0]
            depth += (here == "{") - (here == "}")
            if here == "}" and depth == 0:
                self._names = dict(self._globals)
            place = place + 1 if here in "{};,)]" else self._expression(tokens, place, ";{}")[1]

    def _expression(self, tokens: Sequence[Token], place: int, ends: str) -> tuple[Roots, int]:
        """Return what the expression from `place` on grows with, and where it ends."""
        total, chain, joined = _NONE, list[Roots](), False
        while place < len(tokens) and tokens[place][0] not in ends:
            here, line = tokens[place]
            if here in "*/":
                joined, place = True, place + 1
                continue
            if joined and here in "+-":  # a sign
                place += 1
                continue
            if not (_WORD.match(here) or here[0].isdigit() or here[0] == "." or here in _CLOSING):
                total, chain, joined, place = total.union(*chain), [], False, place + 1
                continue
            if not joined:
                total, chain = total.union(*chain), []
            target = place
            factor, place = self._factor(tokens, place)
            operator = tokens[place][0] if place < len(tokens) else ""
            if operator in ("=", "*=", "/=", "+=", "-=") and _plain(tokens, place):
                factor, place = self._assignment(tokens, target, place, ends)
            chain.append(factor)
            self._tell(chain, line)
            joined = False
        return total.union(*chain), place

    def _factor(self, tokens: Sequence[Token], place: int) -> tuple[Roots, int]:
        """Return what one name, number, call or bracket grows with, and the place behind it."""
        here = tokens[place][0]
        content = self._names.get(here, _NONE)
        if here not in _CLOSING:
            place += 1
        keeps = here in _KEEPS or here == "("
        while place < len(tokens) and tokens[place][0] in "([.":
            mark = tokens[place][0]
            if mark == ".":
                place += 2  # a part of it
                continue
            inner, place = self._expression(tokens, place + 1, _CLOSING[mark])
            place += 1
            if mark == "(":
                content = inner if keeps else _NONE
        return content, place

    def _assignment(
        self, tokens: Sequence[Token], target: int, place: int, ends: str
    ) -> tuple[Roots, int]:
        """Return what a name grows with once it has been told something."""
        name, line = tokens[target]
        operator = tokens[place][0]
        value, place = self._expression(tokens, place + 1, f"{ends},")
        before = self._names.get(name, _NONE)
        if operator in ("*=", "/="):
            self._tell([before, value], line)
        if name not in self._inputs and name not in _CLOCKS:
            self._names[name] = value if operator == "=" else before | value
        return value, place

    def _tell(self, chain: Sequence[Roots], line: int) -> None:
        """Note the inputs of the last factor where another grows with TIME, and the reverse."""
        *others, last = chain
        for other in others:
            found = (last if _TIME in other else _NONE) | (other if _TIME in last else _NONE)
            for name in found - {_TIME}:
                self.found.setdefault(name, line)


def _tokens(text: str, line: int) -> list[Token]:
    return [(token, line) for token in _TOKEN.findall(text)]


def _plain(tokens: Sequence[Token], place: int) -> bool:
    """Whether the `=` at `place` is not half of a comparison."""
    return tokens[place][0] != "=" or place + 1 >= len(tokens) or tokens[place + 1][0] != "="
