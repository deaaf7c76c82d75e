"""What the arguments of one message of an adapter say, number by number.

Keeps nothing from one message to the next: `latches` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot, isfinite, nan

from ...core.words import lookup
from ..notices import Notices
from ..osc import Argument
from ..reasons import Reason
from .adapter import Adapter, Message

_ROUNDING = 1e-6  # of the range: an end that the sender's float32 has rounded outwards is inside
_MOST_TEXT = 64
_MOST = 1e9  # of a number that has no range: its square is still one

Numbers = list[tuple[int, float]]  # which value, and what it is; NaN: the sender has none


class Reading:
    """Reads the arguments of the messages that one record describes.

    `columns`: the number of each value. `inlet`: the range of the inlet. Everything that is
    dropped is told to `notices`.
    """

    def __init__(
        self,
        adapter: Adapter,
        message: Message,
        columns: Mapping[str, int],
        inlet: tuple[float, float],
        notices: Notices,
    ) -> None:
        self.commits = message.commit
        self.says_word = message.word
        self._notices = notices
        self._sender = 0
        self._pattern = message.addresses[0]
        self._take = message.take
        self._into = columns[message.into] if message.into else None
        self._at = [(columns[name], which) for name, which in message.at.items()]
        self._labels = {label.casefold(): columns[name] for label, name in message.labels.items()}
        self._in_address = "{label}" in self._pattern
        self._words = {label.casefold(): word for label, word in adapter.words.items()}
        self._missing = frozenset(message.missing)
        self._clamp = message.clamp
        self._range = inlet if message.range == "inlet" else message.range
        self._to = message.to
        if isinstance(self._range, tuple):
            self._slack = _ROUNDING * max(map(abs, self._range))

    def knows(self, label: str) -> bool:
        """Whether it is for messages whose address holds this label."""
        return not self._in_address or label.casefold() in self._labels

    def numbers(self, args: Sequence[Argument], label: str, sender: int = 0) -> Numbers:
        """Return the values that a message sets; none where it is dropped, or says none of ours.

        `label`: what its address holds; `sender`: for the notices.
        """
        self._sender = sender
        if self._labels:
            return self._labelled(args, label)
        if self._at:
            found = [
                (column, self._scaled(args[which])) if which < len(args) else (column, None)
                for column, which in self._at
            ]
            if any(which >= len(args) for _, which in self._at):
                self._wrong()
            return [(c, n) for c, n in found if n is not None] if _whole(found) else []
        number = self._taken(args)
        return [] if number is None or self._into is None else [(self._into, number)]

    def word(self, args: Sequence[Argument], sender: int = 0) -> int:
        """Return the index of the emotion word that a message says, 0 for none."""
        self._sender = sender
        said = args[0] if args else None
        if isinstance(said, (int, float)) and isfinite(said) and said == int(said):
            said = self._words.get(str(int(said)))
        if not isinstance(said, str) or len(said) > _MOST_TEXT:
            self._wrong()
            return 0
        found = lookup(self._words.get(said.strip().casefold(), said))
        if found is None:
            self._notices.reject(Reason.WORD, sender)
            return 0
        return found.index

    def _labelled(self, args: Sequence[Argument], label: str) -> Numbers:
        if not self._in_address:
            if len(args) < 2 or isinstance(args[0], (bytes, bool)) or args[0] is None:
                self._wrong()
                return []
            said = args[0]
            label = said if isinstance(said, str) else f"{said:g}"
            args = args[1:]
        column = self._labels.get(label.casefold()) if len(label) <= _MOST_TEXT else None
        if column is None:
            return []
        number = self._taken(args)
        return [] if number is None else [(column, number)]

    def _taken(self, args: Sequence[Argument]) -> float | None:
        """The one number that counts, scaled; NaN: there is none; None: it is dropped."""
        if isinstance(self._take, int):
            if self._take >= len(args):
                self._wrong()
                return None
            return self._scaled(args[self._take])
        sent = [float(value) for value in args if isinstance(value, (int, float))]
        if not sent or len(sent) != len(args):
            self._wrong()
            return None
        there = [value for value in sent if value not in self._missing]
        numbers = [value for value in there if isfinite(value)]
        if not there:
            return nan
        if not numbers or (self._take == "norm" and len(numbers) < len(there)):
            self._notices.reject(Reason.NOT_A_NUMBER, self._sender)
            return None
        match self._take:
            case "mean":
                return self._scaled(sum(numbers) / len(numbers))
            case "greatest":
                return self._scaled(max(numbers))
            case "norm":
                return self._scaled(hypot(*numbers))
        return self._scaled(numbers[-1])

    def _scaled(self, value: Argument) -> float | None:
        """A number of the sender's in our scale; NaN: a sign for none; None: it is dropped."""
        if not isinstance(value, (int, float)):
            self._wrong()
            return None
        number = float(value)
        if number in self._missing:
            return nan
        if not isfinite(number):
            self._notices.reject(Reason.NOT_A_NUMBER, self._sender)
            return None
        if not isinstance(self._range, tuple):
            if abs(number) <= _MOST:
                return number
            self._notices.out_of_range(number, (-_MOST, _MOST), self._sender)
            return None
        lo, hi = self._range
        if not (self._clamp or lo - self._slack <= number <= hi + self._slack):
            self._notices.out_of_range(number, self._range, self._sender)
            return None
        start, end = self._to
        return start + (min(max(number, lo), hi) - lo) / (hi - lo) * (end - start)

    def _wrong(self) -> None:
        self._notices.reject(Reason.VALUES, self._sender, example=self._pattern)


def _whole(found: Sequence[tuple[int, float | None]]) -> bool:
    return all(number is not None for _, number in found)
