"""Whose names have come up in a recording so far, be they here or long silent.

So that of a flood of noes only those cost anything whose people there is something to erase of.
"""

from __future__ import annotations

import numpy as np

from ...core.places import NOWHERE, Places
from ..naming import Digests


class Spoken:
    """Names of people, as the digests that `naming` makes of them, (n, 2)."""

    def __init__(self) -> None:
        self._places = Places(1024)

    def __len__(self) -> int:
        return len(self._places)

    def add(self, names: Digests) -> None:
        """Know these names, too."""
        names = np.unique(np.ascontiguousarray(names, np.uint64), axis=0)
        names = names[self._places.find(names) == NOWHERE]
        if len(names):
            self._places.insert(names, np.zeros(len(names), np.int64))

    def take(self, names: Digests) -> Digests:
        """Return those of `names` that are known, each once, and know them no more."""
        names = np.ascontiguousarray(names, np.uint64)
        known: Digests = np.unique(names[self._places.find(names) != NOWHERE], axis=0)
        if len(known):
            self._places.remove(known)
        return known
