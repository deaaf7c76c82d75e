"""Which message an address is, by its parts: dictionaries, and never a pattern that is matched.

Knows nothing of what the messages say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_MOST_PARTS = 16  # of an address that is looked up at all


class Hit(NamedTuple):
    """A pattern that an address fits: its number, and what its captures hold, "" for none."""

    number: int
    device: str
    label: str


class Paths:
    """Patterns of addresses, whose parts are literal, `*`, `{device}`, `{label}` or `head{…}`."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, pattern: str, number: int) -> None:
        """Add a pattern under a number; the slash in front does not matter."""
        node = self._root
        for part in pattern.removeprefix("/").split("/"):
            node = node.child(part)
        node.numbers.append(number)

    def find(self, parts: list[str]) -> list[Hit]:
        """Return what fits, the most literal first. `parts`: see `parts_of`."""
        hits: list[Hit] = []
        self._root.collect(parts, 0, "", "", hits)
        return hits


def parts_of(address: str) -> list[str]:
    """Return the parts of an address without its first slash; none where there are too many."""
    parts = address.removeprefix("/").split("/", _MOST_PARTS)
    return parts if len(parts) <= _MOST_PARTS else []


def literal_head(pattern: str) -> str:
    """Return what every address that fits begins with."""
    ends = [place for place in (pattern.find("{"), pattern.find("*")) if place >= 0]
    return pattern[: min(ends)] if ends else pattern


class Beginnings:
    """How addresses begin that are ignored; a `*` among their parts is any one part."""

    def __init__(self, patterns: Iterable[str]) -> None:
        every = list(patterns)
        self._plain = tuple(each for each in every if "*" not in each)
        self._parts = [(each, parts_of(each)) for each in every if "*" in each]

    def find(self, address: str, parts: list[str]) -> str:
        """Return the pattern by which an address, whose parts are these, begins; "" for none."""
        if address.startswith(self._plain):
            return next(each for each in self._plain if address.startswith(each))
        for pattern, (*heads, last) in self._parts:
            if (
                len(parts) > len(heads)
                and parts[len(heads)].startswith("" if last == "*" else last)
                and all(head in ("*", part) for head, part in zip(heads, parts, strict=False))
            ):
                return pattern
        return ""


class _Node:
    """What may follow: exact parts by name, then those that begin with something, then any."""

    __slots__ = ("exact", "numbers", "open")

    def __init__(self) -> None:
        self.exact: dict[str, _Node] = {}
        self.open: dict[tuple[str, str], _Node] = {}  # by literal beginning and capture
        self.numbers: list[int] = []

    def child(self, part: str) -> _Node:
        head, brace, capture = part.partition("{")
        if part == "*" or brace:
            key = ("" if part == "*" else head, capture.removesuffix("}"))
            found = self.open.setdefault(key, _Node())
            self.open = dict(sorted(self.open.items(), key=lambda item: -len(item[0][0])))
            return found
        return self.exact.setdefault(part, _Node())

    def collect(self, parts: list[str], at: int, device: str, label: str, hits: list[Hit]) -> None:
        node, count = self, len(parts)
        while at < count and not node.open:
            exact = node.exact.get(parts[at])
            if exact is None:
                return
            node, at = exact, at + 1
        if at == count:
            hits += [Hit(number, device, label) for number in node.numbers]
            return
        part = parts[at]
        if (exact := node.exact.get(part)) is not None:
            exact.collect(parts, at + 1, device, label, hits)
        for (head, capture), open_node in node.open.items():
            rest = part[len(head) :]
            if not rest or not part.startswith(head):
                continue
            if capture == "device":
                open_node.collect(parts, at + 1, rest, label, hits)
            elif capture == "label":
                open_node.collect(parts, at + 1, device, rest, hits)
            else:
                open_node.collect(parts, at + 1, device, label, hits)
