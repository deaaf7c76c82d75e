"""How a feeling moves: cues of motion and form that a preset may follow by name.

Draws nothing. Signs are from studies of movement displays and dynamic textures; the magnitudes are
ours. Speed alone reads as unpleasant: where a crowd is stirred and glad, show it light, curved,
regular and colourful as well as fast.

Speed: Paterson, Pollick & Sanford 2001. Amplitude, regularity, scale, contrast: Toet et al. 2011
(i-Perception 2:969). Angularity: Palumbo et al. 2015, Bertamini et al. 2016. Jerk: Pollick et al.
2001, Roether et al. 2009. Coherence: a choice of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from ..crowd.signals import Reading
from ..crowd.table import People
from .affect import DOMINANCE_FROM_VALENCE


class Feeling(NamedTuple):
    """What cues are made of: `command` is the residual dominance, 0 where nobody spoke of it."""

    valence: float
    arousal: float
    command: float
    agreement: float
    polarization: float

    @property
    def stir(self) -> float:
        """Arousal from 0, still, to 1, stirred."""
        return (self.arousal + 1) / 2

    @property
    def unease(self) -> float:
        """Unpleasantness from 0 to 1."""
        return (1 - self.valence) / 2


@dataclass(frozen=True, slots=True)
class Cue:
    """A name for formulas, the span [lo, hi] of its values, plain words, and its rule."""

    name: str
    lo: float
    hi: float
    says: str
    of: Callable[[Feeling], float]


_TABLE = (
    Cue("speed", 0.15, 1, "how fast things move", lambda f: 0.15 ** (1 - f.stir)),
    Cue("jerk", 0.05, 0.5, "how abruptly", lambda f: 0.05 + 0.45 * f.stir * f.unease),
    Cue(
        "angularity",
        0,
        1,
        "from curves to corners",
        lambda f: _held(0.5 - 0.4 * f.valence + 0.1 * f.arousal),
    ),
    Cue(
        "regularity",
        0,
        1,
        "from scattered to even",
        lambda f: _held(0.5 + 0.25 * f.valence - 0.25 * f.arousal),
    ),
    Cue(
        "amplitude",
        0.25,
        0.7,
        "how far things move",
        lambda f: 0.35 + 0.25 * f.stir - 0.10 * f.valence,
    ),
    Cue("scale", 0.7, 1.3, "how big things are", lambda f: 1 + 0.3 * f.command),
    Cue(
        "contrast",
        0,
        1,
        "how far light and dark are apart",
        lambda f: _held(
            0.35 + 0.35 * f.stir + 0.2 * max(f.command, 0.0) + 0.2 * f.polarization,
        ),
    ),
    Cue("coherence", 0, 1, "how much things move as one", lambda f: f.agreement),
)

CUES: MappingProxyType[str, Cue] = MappingProxyType({cue.name: cue for cue in _TABLE})


def motion(reading: Reading, people: People) -> dict[str, float]:
    """Return every cue of `CUES` for a crowd; `reading` finite, as the smoothed one is.

    Dominance counts as far as people speak of it: a crowd of two-number senders has none, which
    is not the same as feeling small.
    """
    here, commanding = people.count, people.dominance[: people.reach]  # NaN in an empty slot
    # what is not NaN is itself
    silent = here - int(np.count_nonzero(commanding == commanding)) if here else 0
    spoken = 1.0 - silent / here if here else 0.0
    rest = reading["dominance"] - DOMINANCE_FROM_VALENCE * reading["valence"]
    feeling = Feeling(
        reading["valence"],
        reading["arousal"],
        spoken * min(max(rest, -1.0), 1.0),
        reading["agreement"],
        reading["polarization"],
    )
    return {cue.name: cue.of(feeling) for cue in _TABLE}


def _held(value: float) -> float:
    return min(max(value, 0.0), 1.0)
