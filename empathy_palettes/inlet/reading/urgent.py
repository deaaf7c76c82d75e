"""Which datagrams may hold a consent, or take one back: those are read before others.

Decodes nothing: it looks for the bytes, wherever they stand, and may be wrong about what they mean.
"""

from __future__ import annotations

import numpy as np

from .called import word
from .elements import Flags, Ints, Words

# Of "/consent" one of these words stands whole wherever it begins.
_PARTS = word(b"/con"), word(b"cons"), word(b"onse"), word(b"nsen")
_AT_ONCE = 1 << 16  # words, so that what is looked at stays near


def urgent(words: Words, at: Ints, size: Ints) -> Flags:
    """Return (n,) which of the datagrams at `at`, `size` words long, may speak of consent."""
    found = np.zeros(len(at), np.bool_)
    ends = np.cumsum(size)
    first = 0
    while first < len(at):
        before = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, before + _AT_ONCE, side="right")), first + 1)
        some = size[first:last]
        which = np.repeat(np.arange(first, last), some)
        begins = at[first:last] - (ends[first:last] - some - before)
        text = words.take(np.arange(len(which)) + np.repeat(begins, some))
        hit = text == _PARTS[0]
        for part in _PARTS[1:]:
            hit |= text == part
        found[which[hit]] = True
        first = last
    return found
