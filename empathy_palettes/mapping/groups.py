"""Whose colours a crowd's palette shows: groups of people who feel alike, each with its share.

Gives no colour: `ladder` does. The colour of a crowd's mean is often one that nobody feels, so the
mean is asked only for where the groups lie.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ..crowd.modes import Modes
from ..crowd.signals import Reading

CLEAR_MASS = 0.15  # a gathering of fewer is no camp of its own
CLEAR_TOGETHER = 0.6  # camps speak for the crowd where this much of it is gathered
CLEAR_APART = 0.5  # and where two of them lie this far apart in the plane
_LASTING = 0.8  # camps that were clear stay so until they fall to this much of the above

REORDER = 0.15  # groups change places once their valences are this far out of order
RECOUNT = 0.8  # and swatches change hands once a group has this many too many or too few


class Group(NamedTuple):
    """People who feel alike: where in the plane, and their share in [0, 1] of the whole.

    `key` tells the group from others for as long as it lasts.
    """

    key: str
    valence: float
    arousal: float
    share: float


class Grouping:
    """Divides a number of swatches among a crowd's groups, and does not change its mind lightly.

    Camps that gather (`crowd.modes`) are the groups where two or more are clear; otherwise the
    four quadrants are. Groups are in order of valence, which is the order of lightness.
    """

    def __init__(self, swatches: int) -> None:
        self._swatches = swatches
        self._camps = False
        self._order: list[str] = []
        self._counts: dict[str, int] = {}

    def step(self, reading: Reading, modes: Modes) -> list[tuple[Group, int]]:
        """Return the groups that get swatches, in order, and how many each gets.

        `reading` must be finite. Shares become counts by largest remainders; the counts add up to
        the number of swatches.
        """
        self._camps = are_camps(modes, _LASTING if self._camps else 1.0)
        groups = camps(modes) if self._camps else quadrants(reading)
        by_key = {group.key: group for group in groups}
        self._order = settle_order(self._order, by_key)
        self._counts = settle_counts(
            self._counts, {key: by_key[key].share for key in self._order}, self._swatches
        )
        return [(by_key[key], self._counts[key]) for key in self._order if self._counts[key]]


def are_camps(modes: Modes, strictness: float = 1.0) -> bool:
    """Return whether the crowd is clearly of two or more kinds."""
    clear = modes.mass >= CLEAR_MASS * strictness
    if np.count_nonzero(clear) < 2 or modes.mass.sum() < CLEAR_TOGETHER * strictness:
        return False
    centres = modes.centres[clear]
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=-1).max()
    return bool(apart >= CLEAR_APART * strictness)


def camps(modes: Modes) -> list[Group]:
    """Return one group per mode; the scattered are shared out in proportion."""
    total = float(modes.mass.sum())
    return [
        Group(f"mode {identity}", float(valence), float(arousal), float(mass) / total)
        for identity, (valence, arousal), mass in zip(
            modes.identity.tolist(), modes.centres.tolist(), modes.mass.tolist(), strict=True
        )
    ]


def quadrants(reading: Reading) -> list[Group]:
    """Return sorrow, tension, calm and joy where their people are to be expected.

    Shares are the signals of these names. Within a quadrant, valence and arousal are the means of
    a normal distribution with the crowd's mean and spread, cut at 0 (Johnson, Kotz & Balakrishnan
    1994, §13.10): a crowd that agrees has four groups in nearly one place, one that does not has
    them far apart.
    """
    spread = reading["spread"]
    sad, glad = _halves(reading["valence"], spread)
    still, stirred = _halves(reading["arousal"], spread)
    places = {
        "sorrow": (sad, still),
        "tension": (sad, stirred),
        "calm": (glad, still),
        "joy": (glad, stirred),
    }
    total = sum(reading[name] for name in places)
    shares = {name: reading[name] / total if total > 0 else 0.25 for name in places}
    return [Group(name, *place, shares[name]) for name, place in places.items()]


def settle_order(order: list[str], groups: Mapping[str, Group]) -> list[str]:
    """Return every group's key by valence, kept as in `order` while the difference is small."""
    kept = [key for key in order if key in groups]
    for key in groups:
        if key not in kept:
            below = [
                i for i, other in enumerate(kept) if groups[other].valence <= groups[key].valence
            ]
            kept.insert(below[-1] + 1 if below else 0, key)
    for end in range(len(kept) - 1, 0, -1):
        for i in range(end):
            if groups[kept[i]].valence > groups[kept[i + 1]].valence + REORDER:
                kept[i], kept[i + 1] = kept[i + 1], kept[i]
    return kept


def settle_counts(
    counts: Mapping[str, int], shares: Mapping[str, float], total: int
) -> dict[str, int]:
    """Return whole numbers that add up to `total`, each less than 1 from share · total.

    A division in `counts` that is near enough is kept. Otherwise the largest remainders are
    rounded up, of equal ones those of earlier keys.
    """
    quotas = {key: share * total for key, share in shares.items()}
    kept = {key: counts.get(key, 0) for key in quotas}
    near = all(abs(kept[key] - quota) <= RECOUNT for key, quota in quotas.items())
    if near and sum(kept.values()) == total:
        return kept
    floors = {key: math.floor(quota) for key, quota in quotas.items()}
    left = total - sum(floors.values())
    neediest = sorted(quotas, key=lambda key: floors[key] - quotas[key])[:left]
    return {key: floors[key] + (key in neediest) for key in quotas}


def _halves(mean: float, deviation: float) -> tuple[float, float]:
    """The means of the parts below and above 0 of a normal distribution, held to [-1, 1]."""
    z = mean / max(deviation, 1e-3)
    if abs(z) > 5.0:  # the far part is empty: what there is to say of it is its edge
        return (mean, 0.0) if mean < 0 else (0.0, mean)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    above = 0.5 * math.erfc(-z / math.sqrt(2))
    low = mean - deviation * density / (1 - above)
    high = mean + deviation * density / above
    return max(low, -1.0), min(high, 1.0)
