"""The shortest way for what most frames bring: two numbers about each of many people, all alike.

Reads `/empathy/<who> ,ff`, alone or in bundles, with addresses of one size, and only where nothing
at all is wrong with any. Else it says so, and `batch` reads them, which comes to the same. What a
frame costs after it has slept is not numbers but how much code it touches; this touches little.
"""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from ..address import Scale
from ..naming import Digests, Naming, Space
from ..said import Floats, Said, said
from ..sample import Kind
from ..wire.datagrams import Datagrams
from .alike import alike
from .batch import FF, OURS, scaled
from .called import CROWD, judged, slashes
from .elements import Words

_AT_ONCE = 8_192  # messages, so that what is worked on stays near
_LEAST = 6  # words: two before the name, one of it, three behind it
_MOST = 21  # names of up to 62 bytes
_BEHIND = 3  # words: the types, and two numbers
_BYTE, _THREE_BYTES = np.uint32(8), np.uint32(24)
_SLASH, _FIRST, _LAST = np.uint32(ord("/")), np.uint32(0xFF), np.uint32(0xFF << 24)


class Straight:
    """Reads what it can whole; for the arguments see `Reader`."""

    def __init__(self, scale: Scale, naming: Naming, kind: Kind, space: Space, origin: int) -> None:
        self._scale = scale
        self._least, self._most = _within(scale.least, scale.most)
        self._as_is = scale.gain == 1.0 and scale.offset == 0.0
        self._naming = naming
        self._space = space
        self._kind = kind
        self._origin = origin
        self._same = _locked(said(0, kind, origin))
        self._fixed: tuple[int, Words, Words] = (0, *_fixed(_LEAST, 0))

    def read(self, words: Words, datagrams: Datagrams) -> Said | None:
        """Return what they say, in order; None where it is another's to read.

        What nobody has said anything about is lent for reading only.
        """
        found = alike(words, datagrams)
        if found is None:
            return None
        columns, bundled = found
        size, count, each = columns.shape
        if not _LEAST <= size - bundled <= _MOST:
            return None
        digest = np.empty((count * each, 2), np.uint64)
        feeling = np.empty((2, count * each), np.float32)
        some = max(1, _AT_ONCE // each)
        for first in range(0, count, some):
            block = columns[:, first : first + some].copy().reshape(size, -1)
            here = slice(first * each, first * each + block.shape[1])
            if not self._reads(block, bundled, digest[here], feeling[:, here]):
                return None
        return self._said(digest, feeling)

    def _reads(self, block: Words, bundled: bool, digest: Digests, feeling: Floats) -> bool:
        """Read messages (w, n) into `digest` and `feeling`; return whether all is right with all.

        What has been written until then is void.
        """
        if (key := len(block) << 1 | bundled) != self._fixed[0]:
            self._fixed = key, *_fixed(len(block), int(block[0, 0]) if bundled else None)
        _, mask, expected = self._fixed
        if np.count_nonzero(block & mask ^ expected):
            return False
        name = block[2 + bundled : -_BEHIND]
        text = name >> _BYTE
        text[:-1] |= name[1:] << _THREE_BYTES
        length, wrong = judged(text)
        wrong |= slashes(text)
        if np.count_nonzero(wrong) or np.count_nonzero(length < max(1, 4 * len(text) - 5)):
            return False  # a shorter one would have had less room
        if len(text) == len(CROWD) and np.count_nonzero(text[1] == CROWD[1]):
            return False
        numbers = block[-2:].byteswap().view(np.float32)
        inside = (numbers >= self._least) & (numbers <= self._most)
        if np.count_nonzero(inside) < inside.size:
            return False
        if self._as_is:
            np.maximum(numbers, np.float32(-1), out=feeling)
            np.minimum(feeling, np.float32(1), out=feeling)
        else:
            feeling[:] = scaled(numbers.astype(np.float64), self._scale)
        digest[:] = self._naming.digests_of_words(text, length, self._space)
        return True

    def _said(self, digest: Digests, feeling: Floats) -> Said:
        people = len(digest)
        if len(self._same) < people:
            self._same = _locked(said(2 * people, self._kind, self._origin))
        same = self._same
        return Said(
            digest,
            feeling[0],
            feeling[1],
            same.dominance[:people],
            same.weight[:people],
            same.kind[:people],
            same.word[:people],
            same.circle[:people],
            same.consent[:people],
            same.origin[:people],
            same.host[:people],
        )


def _fixed(size: int, first: int | None) -> tuple[Words, Words]:
    """Which bits of messages, `size` words long, are the same of all, and how they are; (w, 1).

    `first`: the word that is before each.
    """
    mask, expected = np.zeros((2, size, 1), np.uint32)
    begin = 0
    if first is not None:
        mask[0], expected[0], begin = ~np.uint32(0), first, 1
    mask[begin : begin + 2, 0], expected[begin : begin + 2, 0] = ~np.uint32(0), OURS
    mask[begin + 2], expected[begin + 2] = _FIRST, _SLASH
    mask[-_BEHIND - 1] |= _LAST  # an address ends in a zero
    mask[-_BEHIND], expected[-_BEHIND] = ~np.uint32(0), FF
    return mask, expected


def _within(least: float, most: float) -> tuple[np.float32, np.float32]:
    """The lowest and the highest of the numbers of 32 bits that lie within."""
    with np.errstate(over="ignore"):
        low, high = np.float32(least), np.float32(most)
    if float(low) < least:
        low = np.nextafter(low, np.float32(inf))
    if float(high) > most:
        high = np.nextafter(high, np.float32(-inf))
    return low, high


def _locked(rows: Said) -> Said:
    columns: tuple[NDArray[np.generic], ...] = (
        rows.dominance,
        rows.weight,
        rows.kind,
        rows.word,
        rows.circle,
        rows.consent,
        rows.origin,
        rows.host,
    )
    for column in columns:
        column.flags.writeable = False
    return rows
