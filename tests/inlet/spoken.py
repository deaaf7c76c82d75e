"""How tests speak to a gate: by names, and what a reader makes of it."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.said import LEAVES_CIRCLE, Said, said
from empathy_palettes.inlet.sample import NOT_GIVEN, Kind

NAMING = Naming(bytes(16))


class Told(NamedTuple):
    """One thing said, by its own name."""

    who: str
    valence: float = NOT_GIVEN
    arousal: float = NOT_GIVEN
    dominance: float = NOT_GIVEN
    weight: float = 1.0
    kind: Kind = Kind.SELF_REPORT
    word: int = 0
    circle: str | None = None
    consent: int | None = None
    origin: int = 0
    host: int = 0

    @property
    def feels(self) -> bool:
        return not all(map(math.isnan, (self.valence, self.arousal, self.dominance)))


def feels(who: str, valence: float = 0.0, arousal: float = 0.0) -> Told:
    return Told(who, valence, arousal)


def consent(who: str, answer: int) -> Told:
    return Told(who, consent=answer)


def circle(who: str, name: str) -> Told:
    return Told(who, circle=name)


def columns(rows: Sequence[Told], space: Space = Space.SENDER) -> Said:
    """Return what a reader would make of it."""
    heard = said(len(rows))
    for index, row in enumerate(rows):
        heard.name[index] = NAMING.digest(row.who.encode(), space)
        for name in ("valence", "arousal", "dominance", "weight", "kind", "word", "origin", "host"):
            getattr(heard, name)[index] = getattr(row, name)
        if row.consent is not None:
            heard.consent[index] = row.consent
        if row.circle is not None:
            keyed = NAMING.digest(row.circle.encode(), Space.CIRCLE)[0]
            heard.circle[index] = keyed if row.circle else LEAVES_CIRCLE
    return heard
