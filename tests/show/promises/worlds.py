"""Sweeps that are written down, of works whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from empathy_palettes.crowd.signals import neutral_reading
from empathy_palettes.show.promises.looks import Look
from empathy_palettes.show.promises.measuring import Station, Swept
from empathy_palettes.show.promises.sweeps import STILL, SWEEPS

PLAIN = {
    "lightness": 0.5,
    "chroma": 0.1,
    "warmth": 0.02,
    "motion": 0.2,
    "contrast": 0.1,
    "complexity": 3.0,
    "gathering": 0.3,
    "order": 0.4,
    "division": 0.3,
    "abundance": 8.0,
}
SPANS = {"valence": 0.3, "arousal": 0.3, "dominance": 0.3}

Sees = Callable[[str, float], dict[str, float]]


def station(felt: dict[str, float], seen: dict[str, float]) -> Station:
    look = Look(np.array(list((PLAIN | seen).values())), np.zeros((6, 11, 3)))
    return Station(neutral_reading() | felt, PLAIN | seen, look)


def world(sees: Sees, back: dict[str, float] | None = None) -> dict[str, Swept]:
    """All sweeps of a work that shows `sees(sweep, level)`, level from −1 to 1.

    Within a sweep its own signals go with the level; agreement falls as two camps part.
    """
    swept = {}
    for name, sweep in {**SWEEPS, STILL.name: STILL}.items():
        stations = []
        for level in np.linspace(-1.0, 1.0, 7):
            half = SPANS.get(name, 0.15)
            felt = {signal: 0.3 + half * level for signal in sweep.signals}
            if name == "spread":
                felt["agreement"] = 0.8 - 0.15 * level
            if name == "polarization":
                felt["agreement"] = 0.8 - 0.08 * level
            stations.append(station(felt, sees(name, float(level))))
        last = station(dict(stations[0].felt), dict(stations[0].seen) | (back or {}))
        swept[name] = Swept(name, tuple(stations), last)
    return swept
