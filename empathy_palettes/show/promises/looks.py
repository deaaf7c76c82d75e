"""How far two looks of a picture are apart, in steps that are seen.

A look is what was measured, and a small picture of where which colour is. Judges no promise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ...render.measures.run import Floats, Run, averaged
from .scale import STEPS, scaled

THUMB = 6  # cells along the short side of a look's small picture
THUMB_STEP = 0.06  # of OKLab, root mean square over the small picture: as far as lightness


class Look(NamedTuple):
    """`figures` (10,): measures, in steps that are seen. `thumb` (6, 11, 3): OKLab, on average."""

    figures: Floats
    thumb: Floats


def look_of(run: Run, seen: Mapping[str, float]) -> Look:
    """Return the look of a run of pictures, of which `seen` are the measures."""
    figures = np.array([scaled(name, seen[name]) / step for name, step in STEPS.items()])
    return Look(figures, averaged(run.lab.mean(axis=0, keepdims=True), THUMB)[0])


def distance(one: Look, other: Look) -> float:
    """Return how far two looks are apart: 1 is one visible step of one thing.

    √(Σ of the squares of the ten measures' differences in visible steps, and of the small pictures'
    root mean square difference over .06).
    """
    figures = float(np.square(one.figures - other.figures).sum())
    apart = np.square(one.thumb - other.thumb).sum(axis=-1).mean() / THUMB_STEP**2
    return math.sqrt(figures + float(apart))


def wandering(looks: Sequence[Look]) -> float:
    """Return how far looks at one constant feeling are from each other, root mean square."""
    apart = [distance(one, other) ** 2 for one, other in combinations(looks, 2)]
    return math.sqrt(sum(apart) / len(apart)) if apart else 0.0
