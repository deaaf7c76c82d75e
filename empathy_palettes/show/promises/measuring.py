"""Takes a work through sweeps, and keeps what was felt and what was seen at each level.

Judges nothing: `verdict` and `looks` do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ...core.assets import Assets
from ...crowd.signals import Reading
from ...render.measures.table import measured
from .hall import Hall, open_hall
from .looks import Look, look_of
from .moments import Moments
from .sweeps import CROWDS, STILL, SWEEPS, Sweep

LOOK = 3.0  # seconds for which each level is looked at: in which the crowd's sway comes round once
SETTLE = 4.0  # seconds before that, from one level to the next
LONGER = 2.5  # times that at first, and on going back: these are no small steps
ALONE = 25.0  # that the crowds whose looks are compared are by themselves before
CROWDS_NAME = "crowds"

#: The rooms in which sweeps are gone through, one after the other, at the same time: what a work
#: remembers of one sweep is there in the next, so the order is always the same. Sweeps that leave
#: the means alone come first: by the time that means are looked at, `live` has widened them.
HALLS = (
    ("polarization", "resonance", "arousal", CROWDS_NAME),
    ("spread", STILL.name, "presence", "valence"),
)


@dataclass(frozen=True, slots=True)
class Station:
    """One level: what the crowd felt, mean signals by name, and what was seen, by measure."""

    felt: Reading
    seen: dict[str, float]
    look: Look = field(repr=False)


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep gone through: its levels, lowest first, and the lowest again at the end."""

    name: str
    levels: tuple[Station, ...]
    back: Station


@dataclass(frozen=True, slots=True)
class Seen:
    """What one hall has seen: sweeps by name, and the looks of crowds."""

    swept: dict[str, Swept]
    crowds: dict[str, Station]


def halls(wanted: Sequence[str]) -> list[tuple[str, ...]]:
    """Return what is gone through in each hall; `wanted`: sweeps that are asked for besides."""
    last = tuple(name for name in wanted if not any(name in hall for hall in HALLS))
    return [HALLS[0], (*HALLS[1], *last)]


def go_through(
    preset: str,
    assets: Assets,
    seed: int,
    names: Sequence[str],
    settle: float = SETTLE,
    tell: Callable[[], None] = lambda: None,
) -> Seen:
    """Take `preset` through sweeps in a hall of their own; `tell` is called after each level.

    EmpathyError for a preset that does not hold.
    """
    seen = Seen({}, {})
    with open_hall(preset, assets, seed) as hall:
        for name in names:
            if name == CROWDS_NAME:
                for crowd, moments in CROWDS.items():
                    seen.crowds[crowd] = _station(hall, moments, ALONE, LONGER * settle, LOOK)
                    tell()
            else:
                sweep = STILL if name == STILL.name else SWEEPS[name]
                seen.swept[name] = go_up(hall, sweep, settle, tell)
    return seen


def count(names: Sequence[str]) -> int:
    """Return how many levels there are to go through."""
    return sum(map(_levels, names))


def _levels(name: str) -> int:
    return len(CROWDS) if name == CROWDS_NAME else 8


def go_up(
    hall: Hall, sweep: Sweep, settle: float, tell: Callable[[], None], look: float = LOOK
) -> Swept:
    """Take a hall through the levels of a sweep, and back; each is looked at for `look` seconds."""
    levels = sweep.levels()
    found = []
    hall.gather(sweep.before(), sweep.lead, 0.0)
    for place, moments in enumerate([*levels, levels[0]]):
        alone = sweep.lead if place == len(levels) and sweep.steps else sweep.alone
        longer = 1.0 if 0 < place < len(levels) else LONGER
        found.append(_station(hall, moments, alone, longer * settle, look))
        tell()
    return Swept(sweep.name, tuple(found[:-1]), found[-1])


def _station(hall: Hall, moments: Moments, alone: float, settle: float, look: float) -> Station:
    hall.gather(moments, alone, settle)
    run, felt = hall.look(look)
    seen = measured(run)
    return Station(felt, seen, look_of(run, seen))
