"""One address that was seen, and how addresses and values may be shown: never with a name in them.

Of an address those parts are shown that are words of ours or of an adapter's file, and of texts
the words that a file or our table knows; whatever else somebody wrote may be a name. Does not
receive and does not decide what is let in.
"""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from ..core.clock import STEPS_PER_SECOND
from ..core.errors import printable
from ..core.words import lookup
from ..inlet.adapters.adapter import Adapter
from ..inlet.notices import FIELDS
from ..inlet.osc import Argument

RATE_STEPS = 2 * STEPS_PER_SECOND
_BIN_STEPS = 12
_MOST_SHOWN = 40  # characters of an address' values
_MOST_ADDRESS = 80
_MOST_PARTS = 8  # of an address
_OURS = frozenset(("empathy", "crowd", *FIELDS))
_DIGITS = "0123456789"
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


def words_of(adapters: Iterable[Adapter]) -> frozenset[str]:
    """Return what the addresses of adapters are made of, and what is left without a number."""
    words = set[str]()
    for adapter in adapters:
        patterns = [address for message in adapter.message for address in message.addresses]
        for pattern in (*patterns, *adapter.ignore):
            words.update(part.partition("{")[0] for part in pattern.split("/"))
    words.update([word.rstrip(_DIGITS) for word in words])
    return frozenset(words - {""})


def labels_of(adapter: Adapter) -> frozenset[str]:
    """Return the texts that an adapter knows as arguments."""
    return frozenset(
        (*adapter.words, *(label for each in adapter.message for label in each.labels))
    )


def shape_of(address: str, words: Set[str]) -> str:
    """Return what of an address that nobody knows is no name: its `words`, and where numbers are.

    `/user/<…>/fader<n>` of /user/anna@example.org/fader7, where `user` and `fader` are words.
    """
    parts = address.split("/", _MOST_PARTS + 1)
    more = len(parts) > _MOST_PARTS + 1
    return "/".join(_part(part, words) for part in parts[: _MOST_PARTS + 1]) + "/…" * more


def _part(part: str, words: Set[str]) -> str:
    if not part or part in words or part.casefold() in _OURS:
        return part
    head = part.rstrip(_DIGITS)
    if head != part and (not head or head in words):
        return f"{head}<n>"
    return "<…>"


def our_shape(address: str) -> tuple[str, str, bool] | None:
    """Return the shape of an address that is ours, or nearly; no part of it that could be a name.

    Whoever writes /Empathy/anna is told so by the notices; here their name is not shown either.
    """
    parts = address.split("/", 4)[1:]
    if len(parts) < 2 or not _nearly_ours(parts[0]):
        return None
    exact = parts[0] == "empathy"
    ours = parts[0] if parts[0].casefold() == "empathy" else "<like empathy>"
    if parts[1:] == ["crowd"]:
        return f"/{ours}/crowd", "", exact
    head = f"/{ours}/<who>"
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


def shown(shape: str, args: Sequence[Argument], labels: Set[str] = frozenset()) -> str:
    """Return values as text: numbers, and of texts emotion words and `labels` alone.

    Of what is ours emotion words only where they are one: a circle or a person may be called Joy.
    """
    ours = "/<who>" in shape or shape.endswith("/crowd")
    parts, room = list[str](), _MOST_SHOWN
    for value in args:
        if isinstance(value, bytes):
            part = f"{len(value)} bytes"
        elif isinstance(value, str):
            part = _text(value, labels) if not ours or shape.endswith("/word") else "text"
        else:
            part = f"{value:.4g}" if isinstance(value, float) else str(value)
        room -= len(part) + 1
        if room < 0:
            return " ".join([*parts, "…"])
        parts.append(part)
    return " ".join(parts)


def _text(text: str, labels: Set[str]) -> str:
    if text in labels:
        return printable(repr(text))
    return "text" if lookup(text) is None else repr(text.strip().casefold())


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
