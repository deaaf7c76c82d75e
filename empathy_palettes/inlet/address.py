"""What OSC messages mean: the addresses, their types and ranges, one message at a time.

Does not decode bytes (`osc`) and lets nobody in (`gate`). `batch` reads the same of the messages
that come most, many at a time, and agrees with it. Addresses are compared, never matched as
patterns.

    /empathy/<who>            ff, fff, ffff   valence, arousal [, dominance [, weight]]
    /empathy/<who>/valence    f               one at a time; what was said of the other stays
    /empathy/<who>/arousal    f
    /empathy/<who>/word       s               an emotion word of `core.words`
    /empathy/<who>/circle     s               joins a circle; "" leaves it
    /empathy/<who>/consent    i               0 withdraws, 1 or 2 consents
    /empathy/crowd            b               records: 8-byte name, valence <f4, arousal <f4

i, h, d, T and F count as numbers. Feelings are in the inlet's range, a weight in 0..1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from ..core.words import lookup
from .naming import Naming, Space
from .notices import FIELDS, Notices
from .osc import Argument, Message
from .reasons import Reason
from .sample import Kind, Observation

PREFIX = "/empathy/"
MOST_NAME = 64
RECORD = np.dtype([("who", "S8"), ("feeling", "<f4", 2)])

_CROWD = "crowd"
_NUMBER = (int, float)  # bool among them
_ROUNDING = 1e-6  # of the range: an end that the sender's float32 has rounded outwards is inside


@dataclass(frozen=True, slots=True)
class Scale:
    """How numbers of a range (low, high) come to lie in [-1, 1]: `n * gain + offset`, clamped.

    Those from `least` to `most` are taken: an end that float32 has rounded outwards is inside.
    """

    range: tuple[float, float]
    gain: float
    offset: float
    least: float
    most: float

    @classmethod
    def of(cls, range: tuple[float, float]) -> Scale:
        """Return the scale of a range; ValueError for one that is none."""
        lo, hi = range
        if not (isfinite(lo) and isfinite(hi) and lo < hi):
            raise ValueError(f"a range runs from a lower to a higher number, not {lo} to {hi}")
        slack = _ROUNDING * max(abs(lo), abs(hi))
        return cls(range, 2.0 / (hi - lo), -(hi + lo) / (hi - lo), lo - slack, hi + slack)


class AddressSpace:
    """Reads one inlet's messages.

    `range`: what the sender's numbers run over, mapped to [-1, 1]. A value outside is dropped
    with its message, not clamped. `notices`, shared by every inlet of a show, is told of everything
    that is dropped. `kind`: how this inlet's feelings were come by. `naming`, shared likewise,
    tells senders apart, in `space`.
    """

    def __init__(
        self,
        range: tuple[float, float],
        notices: Notices | None = None,
        kind: Kind = Kind.SELF_REPORT,
        naming: Naming | None = None,
        space: Space = Space.SENDER,
    ) -> None:
        self.scale = Scale.of(range)
        self._notices = notices or Notices()
        self._kind = kind
        self._naming = naming or Naming()
        self._space = space

    def read(self, messages: Iterable[Message]) -> list[Observation]:
        """Return what the messages say, in order; what says nothing is counted by reason."""
        said: list[Observation] = []
        for address, args in messages:
            name, slash, field = address.removeprefix(PREFIX).partition("/")
            if not address.startswith(PREFIX):
                self._notices.unknown_address(address)
            elif name == _CROWD and not slash:
                said += self._records(args)
            elif not _is_name(name) or name == _CROWD:
                self._notices.reject(Reason.NAME)
            else:
                who = name.encode("ascii")
                if not slash:
                    observation = self._feeling(who, args)
                elif field in FIELDS:
                    observation = self._field(who, field, args)
                else:
                    self._notices.unknown_address(address, self._number(who))
                    continue
                if observation is not None:
                    said.append(observation)
        return said

    def _field(self, who: bytes, field: str, args: Sequence[Argument]) -> Observation | None:
        match field:
            case "valence":
                numbers = self._numbers(who, args, 1, 1, "/valence (f)")
                feeling = numbers and self._scaled(who, numbers)
                return Observation(who, valence=feeling[0], kind=self._kind) if feeling else None
            case "arousal":
                numbers = self._numbers(who, args, 1, 1, "/arousal (f)")
                feeling = numbers and self._scaled(who, numbers)
                return Observation(who, arousal=feeling[0], kind=self._kind) if feeling else None
            case "word":
                return self._word(who, args)
            case "circle":
                return self._circle(who, args)
        return self._consent(who, args)

    def _feeling(self, who: bytes, args: Sequence[Argument]) -> Observation | None:
        numbers = self._numbers(who, args, 2, 4, " (ff, fff or ffff)")
        feeling = numbers and self._scaled(who, numbers[:3])
        if not numbers or not feeling:
            return None
        if len(numbers) == 2:
            return Observation(who, feeling[0], feeling[1], kind=self._kind)
        weight = numbers[3] if len(numbers) == 4 else 1.0
        if not 0.0 <= weight <= 1.0:
            self._notices.reject(Reason.WEIGHT, self._number(who))
            return None
        return Observation(who, feeling[0], feeling[1], feeling[2], weight, self._kind)

    def _word(self, who: bytes, args: Sequence[Argument]) -> Observation | None:
        text = self._text(who, args, "/word (s)")
        if text is None:
            return None
        word = lookup(text)
        if word is None:
            self._notices.reject(Reason.WORD, self._number(who))
            return None
        return Observation(
            who, word.valence, word.arousal, word.dominance, kind=self._kind, word=word.index
        )

    def _circle(self, who: bytes, args: Sequence[Argument]) -> Observation | None:
        name = self._text(who, args, "/circle (s)")
        if name is None:
            return None
        return Observation(who, circle=name, kind=self._kind)

    def _consent(self, who: bytes, args: Sequence[Argument]) -> Observation | None:
        numbers = self._numbers(who, args, 1, 1, "/consent (i)")
        if not numbers:
            return None
        if numbers[0] not in (0.0, 1.0, 2.0):
            self._notices.reject(Reason.CONSENT, self._number(who))
            return None
        return Observation(who, consent=int(numbers[0]), kind=self._kind)

    def _records(self, args: Sequence[Argument]) -> list[Observation]:
        """Read a gateway's records; one that is wrong is dropped without the others."""
        blob = args[0] if len(args) == 1 else None
        if not isinstance(blob, bytes) or len(blob) % RECORD.itemsize:
            self._notices.reject(Reason.VALUES, example="/empathy/crowd (b of 16-byte records)")
            return []
        said = []
        records = np.frombuffer(blob, RECORD)
        feelings: list[list[float]] = records["feeling"].tolist()
        for who, numbers in zip(records["who"].tolist(), feelings, strict=True):
            if not _is_name(who.decode("latin-1")):
                self._notices.reject(Reason.NAME)
            elif not all(map(isfinite, numbers)):
                self._notices.reject(Reason.NOT_A_NUMBER, self._number(who))
            elif feeling := self._scaled(who, numbers):
                said.append(Observation(who, feeling[0], feeling[1], kind=self._kind))
        return said

    def _numbers(
        self, who: bytes, args: Sequence[Argument], least: int, most: int, shape: str
    ) -> list[float] | None:
        """Return `least` to `most` finite numbers, or None where the arguments are not that."""
        numbers = [float(value) for value in args if isinstance(value, _NUMBER)]
        if not least <= len(args) <= most or len(numbers) != len(args):
            self._notices.reject(Reason.VALUES, self._number(who), f"/empathy/<who>{shape}")
            return None
        if not all(map(isfinite, numbers)):
            self._notices.reject(Reason.NOT_A_NUMBER, self._number(who))
            return None
        return numbers

    def _text(self, who: bytes, args: Sequence[Argument], shape: str) -> str | None:
        text = args[0] if len(args) == 1 else None
        if isinstance(text, str) and len(text) <= MOST_NAME:
            return text
        self._notices.reject(Reason.VALUES, self._number(who), f"/empathy/<who>{shape}")
        return None

    def _scaled(self, who: bytes, numbers: Sequence[float]) -> list[float] | None:
        """Return numbers of the inlet's range in [-1, 1], or None where one is outside of it."""
        scale = self.scale
        for number in numbers:
            if not scale.least <= number <= scale.most:
                self._notices.out_of_range(number, scale.range, self._number(who))
                return None
        return [min(max(n * scale.gain + scale.offset, -1.0), 1.0) for n in numbers]

    def _number(self, who: bytes) -> int:
        return self._naming.digest(who, self._space)[0]


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MOST_NAME and text.isascii() and text.isprintable()
