"""What arrived, understood: who said what, in columns, before the gate has seen it.

Names end here: of a name there is a keyed pair of numbers, of a circle one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from .sample import Kind

Floats = NDArray[np.float32]

UNSAID = -1  # of `consent`
NO_CIRCLE_SAID = 0  # of `circle`
LEAVES_CIRCLE = 1
ADAPTED = 1  # of `host`


@dataclass(frozen=True, slots=True)
class Said:
    """One row per thing said, in the order in which it was.

    `name` (n, 2) u8: `Naming`'s pair. The others (n,): `valence arousal dominance` f4 in [-1, 1],
    NaN = not said · `weight` f4 in [0, 1] · `kind` u1 · `word` u1, 0 = none · `circle` u8: the
    keyed number of a circle, 1 = leaves, 0 = not said · `consent` i1: 0, 1, 2, −1 = not said ·
    `origin` u1: which of the show's inlets it came through, from 1; 0 = none of them · `host` u8: a
    keyed number of the machine it came from (`traffic.host_numbers`), 0 = this one, 1 = adapters,
    which tell people apart themselves.
    """

    name: NDArray[np.uint64]
    valence: Floats
    arousal: Floats
    dominance: Floats
    weight: Floats
    kind: NDArray[np.uint8]
    word: NDArray[np.uint8]
    circle: NDArray[np.uint64]
    consent: NDArray[np.int8]
    origin: NDArray[np.uint8]
    host: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.valence)

    def take(self, which: NDArray[np.signedinteger] | NDArray[np.bool_]) -> Said:
        """Return some rows, in the order asked for."""
        return Said(*(getattr(self, field.name)[which] for field in fields(self)))

    def felt(self) -> NDArray[np.bool_]:
        """Return (n,) in which rows something is felt."""
        felt: NDArray[np.bool_] = ~(
            np.isnan(self.valence) & np.isnan(self.arousal) & np.isnan(self.dominance)
        )
        return felt

    def of_hosts(self, hosts: NDArray[np.uint64]) -> Said:
        """Return the rows as said by these machines (n,), all else shared."""
        return replace(self, host=hosts)


def said(people: int, kind: Kind = Kind.SELF_REPORT, origin: int = 0) -> Said:
    """Return rows of so many strangers, who have said nothing yet, to be filled in."""
    return Said(
        np.zeros((people, 2), np.uint64),
        np.full(people, np.nan, np.float32),
        np.full(people, np.nan, np.float32),
        np.full(people, np.nan, np.float32),
        np.ones(people, np.float32),
        np.full(people, kind, np.uint8),
        np.zeros(people, np.uint8),
        np.zeros(people, np.uint64),
        np.full(people, UNSAID, np.int8),
        np.full(people, origin, np.uint8),
        np.zeros(people, np.uint64),
    )


def together(parts: Sequence[Said]) -> Said:
    """Return the rows of all parts, one part after another."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return said(0)
    return Said(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Said))
    )
