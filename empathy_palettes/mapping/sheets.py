"""Large arrays to write on, lent again and again: new memory costs more than what is written on it.

Knows not what they show. A sheet that anybody still holds, or a part of it, is never lent.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MOST = 8  # that are kept; whoever holds more of them gets new ones


class Sheets:
    """Gives out f4 arrays of one shape at a time, to be written on whole."""

    def __init__(self) -> None:
        self._shape: tuple[int, ...] = ()
        self._sheets: list[Floats] = []
        # What the interpreter counts where nobody but the list holds an array.
        self._free = _holders([np.empty(0, np.float32)], 0)

    def lend(self, shape: tuple[int, ...]) -> Floats:
        """Return an array that nobody else holds; what is on it is of no account."""
        if shape != self._shape:
            self._shape, self._sheets = shape, []
        for place in range(len(self._sheets)):
            if _holders(self._sheets, place) == self._free:
                return self._sheets[place]
        sheet = np.empty(shape, np.float32)
        if len(self._sheets) < _MOST:
            self._sheets.append(sheet)
        return sheet


def _holders(sheets: list[Floats], place: int) -> int:
    return sys.getrefcount(sheets[place])
