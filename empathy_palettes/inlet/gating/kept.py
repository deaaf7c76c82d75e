"""What is handed on of the people a gate knows, so that the gate of the next show knows them too.

Holds nothing that was felt, and of names and machines only keyed numbers, which mean something
only beside the key that they were made with. Sends nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .registry import NUMBERS

NO_NUMBER = NUMBERS  # of `number`
NOTHING_SAID = -1  # of `consent`

#: `name`: `Naming`'s pair. `number`: theirs, or `NO_NUMBER`. `consent`: 0 = withdrew, 1 = part of
#: the collective, 2 = may be followed alone, −1 = nothing said. `host`: the machine whose word on
#: them counts, 0 = none yet, 1 = this one. `circle`: its keyed name, 0 = none, and `place`, its
#: number. `present`: whether they are here. Somebody of whom nothing is known any more has no
#: number, `consent` −1, and else 0.
KEPT = np.dtype(
    [
        ("name", "u8", (2,)),
        ("number", "u4"),
        ("consent", "i1"),
        ("host", "u8"),
        ("circle", "u8"),
        ("place", "u2"),
        ("present", "b1"),
    ]
)
Kept = NDArray[np.void]  # of dtype KEPT


class Header(NamedTuple):
    """What a gate knows of nobody in particular.

    `next_number`: which is given next. `trusts`: whether strangers may come. `level`: what those
    may be taken for who come without a word on consent, 1 or 2. `attested` and `told_level`: what
    the gate was told of both when it began.
    """

    next_number: int
    trusts: bool
    level: int = 1
    attested: bool = False
    told_level: int = 1


def nothing(count: int = 0) -> Kept:
    """Return rows of so many people of whom nothing is known."""
    rows = np.zeros(count, KEPT)
    rows["number"] = NO_NUMBER
    rows["consent"] = NOTHING_SAID
    return rows


def is_gone(kept: Kept) -> NDArray[np.bool_]:
    """Return of whom of `kept` (n,) nothing is known any more."""
    told: NDArray[np.bool_] = kept["number"] != NO_NUMBER
    told = told | (kept["consent"] != NOTHING_SAID) | (kept["circle"] != 0) | kept["present"]
    return ~told
