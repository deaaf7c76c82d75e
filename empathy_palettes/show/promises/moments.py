"""Crowds whose moments are set: how pleasant, how stirred, how far apart, in how many camps.

Moves nobody and says nothing: `crowd` does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PEOPLE = 200
SWAY = 0.08  # root mean square of what each one feels more and less, all the time
SWAY_SECONDS = 3.0  # in which all who sway together go up and down once
_FARTHEST = 2.0  # standard deviations that anybody stands from the mean
_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Moments:
    """What a crowd feels, taken together.

    `valence arousal dominance`: means; dominance None: nobody says it. `across` and `up`: standard
    deviations of valence and of arousal. `camps`: how far each of two camps of pleasantness stands
    from the mean; less than `across`. `together`: the correlation of any two people's sway, which
    is their `resonance` once they have swayed for a minute. `evenly`: all kinds of feeling alike,
    to ±.8.
    """

    valence: float = 0.0
    arousal: float = 0.0
    dominance: float | None = None
    across: float = 0.25
    up: float = 0.25
    camps: float = 0.0
    together: float = 0.1
    people: int = PEOPLE
    evenly: bool = False


def places(moments: Moments, seed: int) -> Floats:
    """Return where each one stands: (people, 2), valence and arousal less the crowd's means.

    The mean is 0 and the deviations are what `moments` says, sway included, for whatever people
    and seed; the axes are not correlated. A person stands at about the same place in any crowd of
    one seed.
    """
    people = moments.people
    random = np.random.Generator(np.random.PCG64([seed, 1]))
    if moments.evenly:
        return _evenly(people, random)
    drawn = np.clip(random.normal(size=(4096, 2)), -_FARTHEST, _FARTHEST)[:people]
    side = np.where(np.arange(people) % 2 == 0, -1.0, 1.0)
    within = max(moments.across**2 - moments.camps**2 - SWAY**2, 0.0)
    up = max(moments.up**2 - SWAY**2, 0.0)
    apart = _standard(drawn, side)
    placed = apart * np.sqrt([within, up])
    if people > 1:
        placed[:, 0] += moments.camps * (side - side.mean())
    return placed


def _standard(drawn: Floats, side: Floats) -> Floats:
    """Return the same with mean 0 in both camps, deviation 1 and no correlation, within ±2."""
    found = drawn.copy()
    if len(found) < 6:
        return found - (found.mean(axis=0) if len(found) else 0.0)
    for _ in range(_ROUNDS):
        for camp in (-1.0, 1.0):
            found[side == camp] -= found[side == camp].mean(axis=0)
        covariance = found.T @ found / len(found)
        found = found @ np.linalg.inv(np.linalg.cholesky(covariance)).T
        if np.abs(found).max() <= _FARTHEST:
            break
        found = np.clip(found, -_FARTHEST, _FARTHEST)
    return found


def _evenly(people: int, random: np.random.Generator) -> Floats:
    """Return people spread over all of the plane to ±.8 as evenly as may be: a Kronecker lattice.

    Its steps are those of the plastic number (Roberts 2018): gaps are nearly alike for any count.
    """
    steps = np.array([0.7548776662466927, 0.5698402909980532])
    placed = (random.uniform(size=2) + np.arange(people)[:, None] * steps) % 1.0
    placed = (placed - 0.5) * 1.6
    return np.asarray(placed - placed.mean(axis=0)) if people else placed
