"""How a camera was held when it took a picture, as its file says (Exif 2.32).

Reads that one number and nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import Literal

#: Orientation → whether to mirror left and right, then how many quarter turns to the left.
TURNS = MappingProxyType(
    {
        1: (False, 0),
        2: (True, 0),
        3: (False, 2),
        4: (True, 2),
        5: (True, 1),
        6: (False, -1),
        7: (True, -1),
        8: (False, 1),
    }
)

_BEGIN = re.compile(rb"(?:Exif\0\0|eXIf|EXIF....)(?=II\*\0|MM\0\*)", re.DOTALL)
_WITHIN = 2**18  # bytes from the start of the file
_ORIENTATION = 0x0112
_ENTRY = 12  # bytes
_MOST_ENTRIES = 256


def orientation_of(path: Path) -> int:
    """Return a key of `TURNS`: 1, upright, where the file says nothing of it; OSError."""
    with path.open("rb") as file:
        start = file.read(_WITHIN)
    found = _BEGIN.search(start)
    if found is None:
        return 1
    table = start[found.end() :]
    order: Literal["little", "big"] = "little" if table.startswith(b"II") else "big"

    def number(at: int, size: int = 2) -> int:
        return int.from_bytes(table[at : at + size], order)

    first = number(4, 4)
    for place in range(min(number(first), _MOST_ENTRIES)):
        entry = first + 2 + place * _ENTRY
        if number(entry) == _ORIENTATION:
            value = number(entry + 8)
            return value if value in TURNS else 1
    return 1
