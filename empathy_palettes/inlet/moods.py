"""The moods that a simulated crowd can be in: where its people are drawn to, and how loosely.

Does not move anybody: `simulate` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: (seconds, place of each person in [0, 1), camp of each person, 0 or 1) → (n, 2) or (2,) feelings
Draw = Callable[[float, Array, Array], Array]

_TOUR_SECONDS = 240.0
_TOUR_RADIUS = 0.5
_WAVE_SECONDS = 16.0
_WAVE_HEIGHT = 0.55
_CAMPS = np.array([[-0.62, 0.2], [0.62, 0.3]])


@dataclass(frozen=True, slots=True)
class Mood:
    """What draws the people of a crowd.

    Standard deviations, in feeling, per axis or for both: `spread` of the people's tempers,
    `wander` of each one's own ups and downs, `shared` of those that all go through together.
    `inertia`: seconds in which a person gives in. `knee`: nobody is drawn beyond the ends of the
    scale; from here on, out of 1, they are held back softly. `camps`: only one's own camp is
    contagious.
    """

    says: str
    draw: Draw
    spread: tuple[float, float] = (0.44, 0.44)
    wander: float = 0.22
    shared: float = 0.12
    inertia: float = 2.5
    knee: float = 0.6
    camps: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """One feeling that a crowd is held at, each in [-1, 1]; dominance None = nobody says it."""

    valence: float
    arousal: float
    dominance: float | None = None


def _at(valence: float, arousal: float) -> Draw:
    def draw(_seconds: float, _place: Array, _camp: Array) -> Array:
        return np.array([valence, arousal])

    return draw


def _split(_seconds: float, _place: Array, camp: Array) -> Array:
    sides: Array = _CAMPS[camp.astype(np.intp)]
    return sides


def _wave(seconds: float, place: Array, _camp: Array) -> Array:
    angle = 2 * np.pi * (seconds / _WAVE_SECONDS - place)
    return _WAVE_HEIGHT * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _tour(seconds: float, _place: Array, _camp: Array) -> Array:
    angle = 2 * np.pi * (seconds / _TOUR_SECONDS + 0.125)
    return _TOUR_RADIUS * np.array([np.cos(angle), np.sin(angle)])


MOODS: MappingProxyType[str, Mood] = MappingProxyType(
    {
        "calm": Mood("pleasant and still", _at(0.5, -0.6), wander=0.2, shared=0.11, inertia=4.0),
        "joy": Mood("pleasant and stirred", _at(0.65, 0.55)),
        "tension": Mood(
            "unpleasant and stirred", _at(-0.55, 0.65), wander=0.26, shared=0.13, inertia=1.2
        ),
        "grief": Mood("unpleasant and still", _at(-0.65, -0.45), inertia=4.0),
        "split": Mood(
            "two camps, one pleasant and one not",
            _split,
            spread=(0.18, 0.26),
            wander=0.15,
            shared=0.09,
            camps=True,
        ),
        "wave": Mood(
            "a feeling that travels through the crowd",
            _wave,
            spread=(0.15, 0.15),
            wander=0.08,
            shared=0.0,
            inertia=0.8,
        ),
        "drift": Mood("a slow tour of the four quadrants", _tour, spread=(0.38, 0.38), wander=0.3),
    }
)


def held(feeling: Held) -> Mood:
    """Return the mood of a crowd whose mean stays at `feeling`, its people evenly about it.

    The nearer the end of an axis, the closer they stand, so that the end cuts nobody off.
    """
    centre = (feeling.valence, feeling.arousal)
    across, up = (min(0.22, (1.0 - abs(value)) / 2.5) for value in centre)
    return Mood(
        "held at one feeling",
        _at(*centre),
        spread=(across, up),
        wander=min(across, up) / 4,
        shared=0.0,
        knee=1.0,
    )
