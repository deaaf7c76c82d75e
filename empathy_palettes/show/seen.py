"""One address that was seen, and how addresses and values may be shown: never with a name in them.

Does not receive and does not decide what is let in.
"""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..core.clock import STEPS_PER_SECOND
from ..core.errors import printable
from ..core.words import lookup
from ..inlet.notices import FIELDS
from ..inlet.osc import Argument

RATE_STEPS = 2 * STEPS_PER_SECOND
_BIN_STEPS = 12
_MOST_SHOWN = 40  # characters of an address' values
_MOST_TEXT = 24
_MOST_ADDRESS = 80
_NEAR = 0.75  # of difflib's ratio: a slip of the finger


@dataclass(slots=True)
class Row:
    """One address at one port. `count` and `rate` are estimates where only some were looked at.

    `types`: its type tags, those seen last. `last`: its values, as text. `adapter`: which one took
    it; "" = it is ours, or nobody's. `known`: whether anything here has a use for it.
    """

    port: int
    address: str
    known: bool
    adapter: str = ""
    types: str = ""
    last: str = ""
    count: int = 0
    _bins: deque[tuple[int, int]] = field(default_factory=deque)

    def add(self, many: int, step: int) -> None:
        """Count so many more at `step`."""
        self.count += many
        place = step // _BIN_STEPS
        if self._bins and self._bins[-1][0] == place:
            many += self._bins.pop()[1]
        self._bins.append((place, many))

    def rate(self, step: int) -> float:
        """Return how many came per second, over the last two."""
        oldest = (step - RATE_STEPS) // _BIN_STEPS
        while self._bins and self._bins[0][0] <= oldest:
            self._bins.popleft()
        seconds = min(max(step, _BIN_STEPS), RATE_STEPS) / STEPS_PER_SECOND
        return sum(many for _, many in self._bins) / seconds


def our_shape(address: str) -> tuple[str, str, bool] | None:
    """Return the shape of an address that is ours, or nearly; no part of it that could be a name.

    Whoever writes /Empathy/anna is told so by the notices; here their name is not shown either.
    """
    parts = address.split("/", 4)[1:]
    if len(parts) < 2 or not _nearly_ours(parts[0]):
        return None
    exact = parts[0] == "empathy"
    if parts[1:] == ["crowd"]:
        return "/".join(("", parts[0], "crowd")), "", exact
    head = f"/{whole(parts[0])}/<who>"
    if len(parts) == 2:
        return head, "", exact
    if len(parts) == 3 and parts[2] in FIELDS:
        return f"{head}/{parts[2]}", "", exact
    return f"{head}/<other>", "", False


def _nearly_ours(part: str) -> bool:
    if part == "empathy":
        return True
    if not 4 <= len(part) <= 12:
        return False
    return difflib.SequenceMatcher(None, part.casefold(), "empathy").ratio() >= _NEAR


def whole(text: str) -> str:
    """Return an address that nobody knows as it may be printed, cut where it is long."""
    return printable(text if len(text) <= _MOST_ADDRESS else text[: _MOST_ADDRESS - 1] + "…")


def shown(shape: str, args: Sequence[Argument]) -> str:
    """Return values as text: numbers, and of ours no text but a known word."""
    ours = "/<who>" in shape or shape.endswith("/crowd")
    parts, room = list[str](), _MOST_SHOWN
    for value in args:
        if isinstance(value, bytes):
            part = f"{len(value)} bytes"
        elif isinstance(value, str):
            safe = not ours or (shape.endswith("/word") and lookup(value) is not None)
            part = printable(repr(value[:_MOST_TEXT])) if safe else "a text"
        else:
            part = f"{value:.4g}" if isinstance(value, float) else str(value)
        room -= len(part) + 1
        if room < 0:
            return " ".join([*parts, "…"])
        parts.append(part)
    return " ".join(parts)


def type_tags(data: bytes, start: int, end: int) -> Iterator[str]:
    """Yield the type tags of each message of a packet that has been decoded, in order."""
    if data.startswith(b"#bundle\0", start, end):
        start += 16
        while start < end:
            size = int.from_bytes(data[start : start + 4], "big")
            yield from type_tags(data, start + 4, start + 4 + size)
            start += 4 + size
        return
    start = data.index(0, start) // 4 * 4 + 4
    yield data[start + 1 : data.index(0, start)].decode("ascii") if start < end else ""
