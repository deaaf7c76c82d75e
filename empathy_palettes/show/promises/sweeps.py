"""The table of sweeps: which crowds a signal is taken through, seven levels each, and back.

Everything else about the crowd is held as far as it can be; what moves all the same is measured and
told. One table: what a promise may name is here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from .moments import PEOPLE, Moments

LEVELS = 7
REACH = 0.3  # to each side, of what has two: the most that the mean of a real crowd is seen to move
MINUTE = 55.0  # seconds; with the few before the work, the last minute is all of one level
HALF = 30.0
MOMENT = 3.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """`signals`: what it is a sweep of; a promise about any of them is judged by it.

    `moments`: of a level from −1 to 1. `alone`: seconds that the crowd is by itself at each level
    before the work goes on; `lead`: the same before the first and before going back, that what
    was before is forgotten. `steps`: the whole crowd moves from level to level, which `resonance`
    tells of: the first is come to from one further down, so that the last minute of each level
    holds one such step, and resonance is the same in all. `rival`: whether it is among what a
    promised signal has to outdo.
    """

    name: str
    says: str
    signals: tuple[str, ...]
    moments: Callable[[float], Moments]
    alone: float = MOMENT
    lead: float = MINUTE
    steps: bool = False
    rival: bool = True

    def levels(self) -> list[Moments]:
        """Return the seven crowds, lowest first."""
        return [self.moments(2.0 * level / (LEVELS - 1) - 1.0) for level in range(LEVELS)]

    def before(self) -> Moments:
        """Return the crowd that the lowest level is come to from."""
        return self.moments(-1.0 - 2.0 / (LEVELS - 1) if self.steps else -1.0)


def _between(low: float, high: float, level: float) -> float:
    return low + (high - low) * (level + 1.0) / 2.0


def _apart(level: float) -> Moments:
    each = _between(0.12, 0.40, level)
    return Moments(across=each, up=each)


def _camps(level: float) -> Moments:
    """From one camp to two; what they differ in pleasantness, they differ less in stir."""
    camps = _between(0.0, 0.41, level)
    across = camps**2 + _between(0.15, 0.12, level) ** 2
    return Moments(across=math.sqrt(across), up=math.sqrt(2 * 0.32**2 - across), camps=camps)


def _many(level: float) -> Moments:
    return Moments(people=round(PEOPLE * 2.0 ** (1.5 * level)))


def _diagonal(valence: float, arousal: float) -> Callable[[float], Moments]:
    reach = REACH / math.sqrt(2.0)
    return lambda level: Moments(valence=valence * reach * level, arousal=arousal * reach * level)


_TABLE = (
    Sweep(
        "valence",
        "the mean from −.3 to .3",
        ("valence", "median_valence"),
        lambda level: Moments(valence=REACH * level),
        alone=HALF,
        steps=True,
    ),
    Sweep(
        "arousal",
        "the mean from −.3 to .3",
        ("arousal", "median_arousal"),
        lambda level: Moments(arousal=REACH * level),
        alone=HALF,
        steps=True,
    ),
    Sweep(
        "spread",
        "the deviation of both axes from .12 to .40",
        ("spread", "agreement", "diversity"),
        _apart,
    ),
    Sweep(
        "polarization",
        "from one camp to two, .82 apart, with the mean and the spread of .32 held",
        ("polarization",),
        _camps,
    ),
    Sweep(
        "resonance",
        "any two people's correlation from .1 to .65, all else held",
        ("resonance",),
        lambda level: Moments(together=_between(0.1, 0.65, level)),
        alone=MINUTE,
    ),
    Sweep("presence", "from 71 to 566 people", ("presence", "count"), _many, alone=HALF / 2),
    Sweep(
        "dominance",
        "the mean from −.3 to .3, of people who tell it",
        ("dominance", "median_dominance"),
        lambda level: Moments(dominance=REACH * level),
        rival=False,
    ),
    Sweep(
        "joy",
        "the mean along the diagonal, from sorrow to joy",
        ("joy", "sorrow"),
        _diagonal(1.0, 1.0),
        alone=HALF,
        steps=True,
        rival=False,
    ),
    Sweep(
        "tension",
        "the mean along the diagonal, from calm to tension",
        ("tension", "calm"),
        _diagonal(-1.0, 1.0),
        alone=HALF,
        steps=True,
        rival=False,
    ),
)

SWEEPS: MappingProxyType[str, Sweep] = MappingProxyType({each.name: each for each in _TABLE})
SWEEP_OF: MappingProxyType[str, str] = MappingProxyType(
    {signal: each.name for each in _TABLE for signal in each.signals}
)

#: The same crowd all the time: what a work does by itself.
STILL = Sweep("still", "the same crowd all the time", (), lambda level: Moments())

#: Crowds of one mean feeling, neutral, and four that are not; nobody at all. Looks are compared.
CROWDS: MappingProxyType[str, Moments] = MappingProxyType(
    {
        "neutral": Moments(across=0.12, up=0.12),
        "split": Moments(across=0.62, up=0.16, camps=0.6),
        "diverse": Moments(evenly=True),
        "joy": Moments(valence=0.6, arousal=0.5, across=0.15, up=0.18),
        "calm": Moments(valence=0.55, arousal=-0.55, across=0.16, up=0.16),
        "tension": Moments(valence=-0.55, arousal=0.6, across=0.16, up=0.15),
        "sorrow": Moments(valence=-0.6, arousal=-0.5, across=0.15, up=0.18),
        "nobody": Moments(people=0),
    }
)
ONE_MEAN = ("neutral", "split", "diverse", "nobody")
EVEN_ENOUGH = 0.02  # how far a mean may be from where it was set
