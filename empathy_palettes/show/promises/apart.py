"""Whether crowds of one mean look different, and whether presets do.

Draws nothing. Distances are those of `looks`, in visible steps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from .looks import distance, wandering
from .measuring import Station, Swept
from .sweeps import ONE_MEAN, STILL

VISIBLE = 1.0  # a step of one thing, or less of several
OF_WANDERING = 3.0
FEELINGS = ("joy", "calm", "tension", "sorrow", "split", "nobody")


@dataclass(frozen=True, slots=True)
class Four:
    """How crowds of one mean look: `distances` by pair, and what they have to reach.

    `least`: three times the picture's own wandering at constant feeling, so that what it does by
    itself is not taken for an answer, and no less than one visible step.
    """

    distances: dict[str, float]
    wandering: float

    @property
    def least(self) -> float:
        """The distance that makes two looks different."""
        return max(VISIBLE, OF_WANDERING * self.wandering)

    @property
    def alike(self) -> tuple[str, ...]:
        """The pairs that do not differ."""
        return tuple(pair for pair, apart in self.distances.items() if not apart >= self.least)

    @property
    def differ(self) -> bool:
        """Whether all pairs do."""
        return not self.alike


@dataclass(frozen=True, slots=True)
class Apart:
    """Two presets: `apart`, how far one is from the other at one feeling, root mean square.

    `within`: how far the one of them that changes more is from itself, from feeling to feeling.
    """

    one: str
    other: str
    apart: float
    within: float

    @property
    def differ(self) -> bool:
        """Whether they are further from each other than from themselves."""
        return self.apart > self.within


def four_crowds(crowds: Mapping[str, Station], swept: Mapping[str, Swept]) -> Four:
    """Return how neutral, split, diverse and absent crowds differ, and silence from calm."""
    pairs = [*combinations(ONE_MEAN, 2), ("nobody", "calm")]
    distances = {
        f"{one}–{other}": distance(crowds[one].look, crowds[other].look) for one, other in pairs
    }
    still = swept[STILL.name]
    return Four(distances, wandering([each.look for each in (*still.levels, still.back)]))


def presets_apart(looks: Mapping[tuple[str, int], Mapping[str, Station]]) -> list[Apart]:
    """Return how far every two presets are apart; `looks`: by name and seed, then by crowd."""
    within: dict[str, float] = {}
    for (name, _), crowds in looks.items():
        own = wandering([crowds[each].look for each in FEELINGS])
        within[name] = max(within.get(name, 0.0), own)
    found: dict[tuple[str, str], float] = {}
    for (one, seed), crowds in looks.items():
        for (other, other_seed), others in looks.items():
            if one < other and seed == other_seed:
                squares = [distance(crowds[e].look, others[e].look) ** 2 for e in FEELINGS]
                far = math.sqrt(sum(squares) / len(squares))
                found[one, other] = min(found.get((one, other), far), far)
    return [
        Apart(one, other, far, max(within[one], within[other]))
        for (one, other), far in sorted(found.items())
    ]
