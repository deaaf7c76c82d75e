"""What the technician should know about what arrives, and the remedy: at most a line per reason.

Counts every rejection. Rejects nothing itself and draws nothing. No text and no value that came
over a network is kept or shown, for whoever sent it may never have consented: of an address only
the words that are ours, of values out of range only a usual one that holds them all. Senders are
told apart by numbers, of which those that `Naming` makes tell nobody anything.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from math import inf

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from .reasons import Reason

Senders = NDArray[np.uint64]

STAY_STEPS = 10 * STEPS_PER_SECOND
_MOST_SENDERS = 64
_MOST_LOOKED_AT = 4096  # of those who are rejected together
MOST_EXAMPLES = 3
_MOST_COMPARED = 40  # characters of an address's part: comparing is slow
_MOST_PARTS = 4  # of an address
_NEAR = 0.75  # of difflib's ratio: a slip of the finger

FIELDS = ("valence", "arousal", "word", "circle", "consent")  # of /empathy/<who>/…
_OURS = ("empathy", "crowd", *FIELDS)

#: Ranges that senders use, narrowest first; which of them holds all that was seen is suggested.
_USUAL_RANGES = (
    (0, 1),
    (-1, 1),
    (0, 10),
    (-10, 10),
    (0, 100),
    (0, 127),
    (-100, 100),
    (0, 255),
    (0, 1023),
    (-1000, 1000),
)

#: The fields are filled in by `_line`; counts run from when the line appeared.
_LINES = {
    Reason.NETWORK: "{packets} from outside the inlet's networks, dropped: "
    "networks says whom it hears",
    Reason.RATE: "{packets} faster than the inlet's rate, dropped: raise rate, or let it send less",
    Reason.FLOOD: "{packets} more than there was time to read, dropped: "
    "send feelings as numbers, or less often",
    Reason.SIZE: "{packets} too large or cut short, dropped: send bundles of at most 32 messages",
    Reason.ADDRESS: "{packets} without a proper OSC address, dropped: addresses begin with /",
    Reason.TYPES: "{packets} with unknown OSC type tags, dropped: send f, i, d, T, F, s or b",
    Reason.ARGUMENTS: "{packets} with too many arguments, dropped: send a feeling per message",
    Reason.TRUNCATED: "{packets} cut short, dropped: check what else sends to this port",
    Reason.TRAILING: "{packets} longer than their type tags say, dropped: check the sender's tags",
    Reason.PADDING: "{packets} with wrong padding, dropped: check what else sends to this port",
    Reason.TEXT: "{packets} with a text that is too long or not UTF-8, dropped",
    Reason.BUNDLE: "{packets} with a broken bundle, dropped: check what else sends to this port",
    Reason.DEPTH: "{packets} with bundles nested too deep, dropped: send one bundle of messages",
    Reason.ELEMENTS: "{packets} with too large a bundle, dropped: send at most 32 messages in one",
    Reason.UNKNOWN_ADDRESS: "{messages} to addresses that are not ours, dropped: "
    "{eg} is not /empathy/<who> ff",
    Reason.NAME: "{values} without a proper name, dropped: <who> is 1 to 64 printable ASCII bytes",
    Reason.VALUES: "{values} of another type or number, dropped: it is {eg}",
    Reason.NOT_A_NUMBER: "{values} from {senders} not a number, dropped: leave out what is unknown",
    Reason.RANGE: "{values} from {senders} outside {allowed}, dropped: set range = [{fix}]",
    Reason.WEIGHT: "{values} from {senders} with a weight outside 0..1, dropped: a weight is 0..1",
    Reason.WORD: "{words} from {senders} not in the table, dropped: empathy list words",
    Reason.CONSENT: "{messages} from {senders} with no consent we know, dropped: send 0, 1 or 2",
    Reason.ELSEWHERE: "{messages} for {people} from another machine than theirs, dropped: "
    "a new /empathy/<who>/consent counts once they have left, or one from this machine",
    Reason.WAITING: "{values} from {senders} {wait} for consent: send /empathy/<who>/consent 1, "
    "or name whose device it is (people = …)",
    Reason.WITHDRAWN: "{values} from {senders} who withdrew, dropped: "
    "/empathy/<who>/consent 1 lets them in again",
    Reason.PEOPLE: "{values} from {senders} beyond the limit, dropped: raise max_people "
    "(devices of adapters: 4096 an inlet)",
    Reason.NEWCOMERS: "{messages} from {senders} of more new names than a machine may bring, "
    "dropped: raise the inlet's newcomers, or look for who makes names up",
    Reason.REFUSALS: "{messages} with a no from {senders} more than a machine may bring of people "
    "never met, not remembered: send it again, or look for who makes names up",
    Reason.WITHDRAWALS: "more have withdrawn than can be remembered: "
    "whoever is new sends /empathy/<who>/consent 1",
    Reason.CIRCLES: "{messages} for one circle too many, dropped: let people share circles",
}


class Notices:
    """The count of every rejection by reason, and the lines that explain the recent ones.

    `rejected` is open to be counted in by name of a `Reason`, as `osc.decode` does; what else is
    known of a rejection is told to `reject`. Memory is bounded whatever arrives.
    """

    def __init__(self) -> None:
        self.rejected: Counter[str] = Counter()
        self._details: dict[Reason, _Detail] = {}

    def reject(
        self, reason: Reason, sender: int = 0, example: str | None = None, count: int = 1
    ) -> None:
        """Count `count` rejections of one sender.

        `example` is shown: it holds nothing but our own vocabulary.
        """
        self.rejected[reason] += count
        self._detail(reason).add((sender,), (example,) if example is not None else ())

    def reject_many(self, reason: Reason, senders: Senders) -> None:
        """Count one rejection of each of `senders` (n,), who may be there more than once."""
        if len(senders):
            self.rejected[reason] += len(senders)
            self._detail(reason).add_many(senders)

    def unknown_address(self, address: str, sender: int = 0) -> None:
        """Count one message to an address that is not ours; only its shape is kept."""
        detail = self._detail(Reason.UNKNOWN_ADDRESS)
        self.reject(Reason.UNKNOWN_ADDRESS, sender, _shape(address) if detail.asks() else None)

    def out_of_range(self, value: float, allowed: tuple[float, float], sender: int = 0) -> None:
        """Count one value outside the inlet's range, so that the right range can be told."""
        self.reject(Reason.RANGE, sender)
        self._detail(Reason.RANGE).widen(value, value, allowed)

    def out_of_range_many(
        self, values: NDArray[np.float64], allowed: tuple[float, float], senders: Senders
    ) -> None:
        """Count one value outside the inlet's range of each of `senders`; all (n,)."""
        if len(senders):
            self.reject_many(Reason.RANGE, senders)
            least, most = float(values.min()), float(values.max())
            self._detail(Reason.RANGE).widen(least, most, allowed)

    def lines(self, step: int) -> tuple[str, ...]:
        """Return what to show at `step`; a line goes ten seconds after the last occurrence."""
        shown = []
        for reason in Reason:
            total = self.rejected[reason]
            if not total:
                continue
            detail = self._detail(reason)
            if total > detail.seen:
                detail.seen, detail.last = total, step
            if step - detail.last >= STAY_STEPS:
                detail.fade()
            if detail.seen > detail.before:
                shown.append(_line(reason, detail))
        return tuple(shown)

    def _detail(self, reason: Reason) -> _Detail:
        detail = self._details.get(reason)
        if detail is None:
            detail = self._details[reason] = _Detail()
        return detail


class _Detail:
    """What is known of one reason's rejections since its line appeared."""

    def __init__(self) -> None:
        self.before = 0  # how many there had been when the last line went
        self.seen = 0
        self.last = 0
        self.fade()

    def fade(self) -> None:
        self.before = self.seen
        self.senders: set[int] = set()
        self.examples: dict[str, None] = {}  # in order of appearance
        self.asked = 0
        self.allowed = (-1.0, 1.0)
        self.fits: tuple[float, float] = (inf, -inf)  # a usual range that holds all values

    def add(self, senders: Iterable[int], examples: Iterable[str]) -> None:
        for sender in senders:
            if len(self.senders) >= _MOST_SENDERS:
                break
            self.senders.add(sender)
        for example in examples:
            if len(self.examples) < MOST_EXAMPLES:
                self.examples.setdefault(example)

    def add_many(self, senders: Senders) -> None:
        room = len(self.senders) < _MOST_SENDERS
        some = np.unique(senders[:_MOST_LOOKED_AT])[:_MOST_SENDERS] if room else senders[:0]
        self.add(some.tolist(), ())

    def asks(self) -> bool:
        """Whether one more text is to be looked at; counts it."""
        self.asked += 1
        return self.asked <= MOST_EXAMPLES

    def widen(self, least: float, most: float, allowed: tuple[float, float]) -> None:
        self.allowed = allowed
        self.fits = _usual_range(min(self.fits[0], least), max(self.fits[1], most))


def _line(reason: Reason, detail: _Detail) -> str:
    count = detail.seen - detail.before
    one = count == 1
    senders = len(detail.senders)
    values = "1 value" if one else f"{count} values"
    return _LINES[reason].format(
        n=count,
        values=values,
        packets="1 packet" if one else f"{count} packets",
        wait="waits" if one else "wait",
        senders="1 sender" if senders == 1 else _many(senders),
        people="1 person" if senders == 1 else _many(senders).replace("senders", "people"),
        messages="1 message" if one else f"{count} messages",
        words="1 word" if one else f"{count} words",
        eg=", ".join(detail.examples),
        allowed=f"{detail.allowed[0]:g}..{detail.allowed[1]:g}",
        fix="{:g}, {:g}".format(*_usual_range(*detail.fits)),
    )


def _shape(address: str) -> str:
    """What of an address is ours: `/Empathy/<who>/<like valence>` of /Empathy/anna/valenz."""
    parts = address.split("/", _MOST_PARTS + 1)[1:]
    shown = [_part(index, part) for index, part in enumerate(parts[:_MOST_PARTS])]
    return "/" + "/".join(shown) + ("/…" if len(parts) > _MOST_PARTS else "")


def _part(index: int, part: str) -> str:
    if not part or part.casefold() in _OURS:
        return part
    if index == 1:
        return "<who>"
    close = difflib.get_close_matches(part[:_MOST_COMPARED].casefold(), _OURS, n=1, cutoff=_NEAR)
    return f"<like {close[0]}>" if close else "<other>"


def _usual_range(low: float, high: float) -> tuple[float, float]:
    """The narrowest usual range that holds both, or one of a power of ten."""
    for lo, hi in _USUAL_RANGES:
        if lo <= low and high <= hi:
            return lo, hi
    most = 1e4
    while most < max(-low, high):
        most *= 10.0
    return (0.0 if low >= 0.0 else -most), most


def _many(senders: int) -> str:
    return f"{senders} senders" if senders < _MOST_SENDERS else f"{senders} or more senders"
