"""Numbers by chance that are the same in every run: hashes, never a generator with a state.

Does not choose seeds: `memory` derives them from the preset's and the place of the call.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_WORD = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_TO_UNIT = 2.0**-53

Words = NDArray[np.uint64]


def mixed(x: int) -> int:
    """Return the 64-bit hash of a 64-bit number: SplitMix64 (Steele, Lea and Flood, 2014)."""
    x = (x + _GOLDEN) & _WORD
    x = ((x ^ (x >> 30)) * _FIRST) & _WORD
    x = ((x ^ (x >> 27)) * _SECOND) & _WORD
    return x ^ (x >> 31)


def mixed_array(x: NDArray[Any]) -> Words:
    """Return the same hash of every element of an array of whole numbers."""
    word = x.astype(np.uint64) + np.uint64(_GOLDEN)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(_FIRST)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(_SECOND)
    hashed: Words = word ^ (word >> np.uint64(31))
    return hashed


def unit(word: int) -> float:
    """Return the hash as a number in [0, 1)."""
    return (word >> 11) * _TO_UNIT


def unit_array(words: Words) -> NDArray[np.float64]:
    """Return the hashes as numbers in [0, 1)."""
    return (words >> np.uint64(11)).astype(np.float64) * _TO_UNIT
