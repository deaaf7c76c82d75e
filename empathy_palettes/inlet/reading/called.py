"""Who messages are about, read off the bytes of many addresses at a time.

Takes `/empathy/<who>`, and with `/valence`, `/arousal` or `/consent` behind it, and nothing else.
Texts are rows of words of four bytes, first byte lowest, one column per text, and all bytes of a
word are judged at once (Lamport 1975, CACM 18:471).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..address import MOST_NAME
from ..naming import Naming, Space
from .elements import Flags, Ints, Words

Fields = NDArray[np.uint8]

NO_FIELD, VALENCE, AROUSAL, CONSENT = 0, 1, 2, 3

_PREFIX = 9  # "/empathy/"
_PREFIX_WORDS = 2  # whole ones; of the third only the slash
_FIELD = 8  # "/valence", "/arousal", "/consent"
_MOST_WORDS = (_PREFIX + MOST_NAME + _FIELD) // 4 + 1  # of an address
_NARROW = 8  # words of an address: most are no longer, and do not pay for those that are


def _every(byte: int) -> np.uint32:
    return np.uint32(byte * 0x01010101)


def word(text: bytes) -> np.uint32:
    """Return up to four bytes as they lie in memory."""
    return np.uint32(int.from_bytes(text, "little"))


_FIRST = np.uint32(0xFF)
_SLASH, _SLASHES = np.uint32(ord("/")), _every(ord("/"))
CROWD = word(b"crow"), word(b"d")
_FIELDS = (
    (VALENCE, word(b"/val"), word(b"ence")),
    (AROUSAL, word(b"/aro"), word(b"usal")),
    (CONSENT, word(b"/con"), word(b"sent")),
)

_HIGH = _every(0x80)
_FIRST_HIGH = np.uint32(0x80)
_BELOW_HIGH = _every(0x7F)  # added to 0, leaves the high bit as it is; to 1..127, sets it
_BELOW_SPACE = _every(0x60)  # added to 32..127, sets the high bit
_BELOW_DELETE = _every(0x01)  # added to 127, sets the high bit
_BYTE, _THREE_BYTES, _WORD = np.uint32(8), np.uint32(24), np.uint32(32)


@dataclass(frozen=True, slots=True)
class Called:
    """`digest` (n, 2): the name; `field` (n,): what is said of it; `good` (n,): taken at all."""

    digest: NDArray[np.uint64]
    field: Fields | None  # None = nothing, of all
    good: Flags


def called(
    words: Words, at: Ints, size: Ints, fielded: Flags | None, naming: Naming, space: Space
) -> Called:
    """Read addresses that begin with `/empathy`, at `at` and `size` words long, padding included.

    `fielded`: which have to end in a field; the others must not. None = none has to.
    """
    most = int(size.max(initial=0))
    if most <= _NARROW:
        return _called(words, at, size, most, fielded, naming, space)
    digest = np.zeros((len(at), 2), np.uint64)
    field, good = np.zeros(len(at), np.uint8), np.zeros(len(at), np.bool_)
    narrow = size <= _NARROW
    for which in (np.flatnonzero(narrow), np.flatnonzero(~narrow & (size <= _MOST_WORDS))):
        some = None if fielded is None else fielded[which]
        most = int(size[which].max(initial=0))
        part = _called(words, at[which], size[which], most, some, naming, space)
        digest[which], good[which] = part.digest, part.good
        if part.field is not None:
            field[which] = part.field
    return Called(digest, None if fielded is None else field, good)


def _called(
    words: Words,
    at: Ints,
    size: Ints,
    most: int,
    fielded: Flags | None,
    naming: Naming,
    space: Space,
) -> Called:
    size = size - _PREFIX_WORDS
    column = np.arange(max(most - _PREFIX_WORDS, 1))[:, None]
    block = words.take(at + _PREFIX_WORDS + column, mode="clip")
    inside = column < size
    if not inside.all():
        block *= inside
    text = block >> _BYTE
    text[:-1] |= block[1:] << _THREE_BYTES
    length, wrong = judged(text)
    good = (block[0] & _FIRST) == _SLASH
    good &= (length + 1 >> 2) + 1 == size
    field = None
    if fielded is not None and fielded.any():
        field, fits = _without_fields(text, length, fielded)
        good &= fits
    wrong |= slashes(text)
    good &= np.bitwise_or.reduce(wrong, axis=0) == 0
    good &= length > 0
    if len(text) > MOST_NAME // 4:
        good &= length <= MOST_NAME
    crowd = text[0] == CROWD[0]
    if crowd.any() and len(text) > 1:
        good &= ~(crowd & (text[1] == CROWD[1]))
    return Called(naming.digests_of_words(text, length, space), field, good)


def judged(text: Words) -> tuple[Ints, Words]:
    """Return the lengths of texts (w, n), (n,), and bits (w, n) where one is not a text.

    It is none where a byte is not printable ASCII, or where one stands behind a zero. Where a byte
    is above 127 the length may be any, and more bits than its own be set.
    """
    nonzero = (text + _BELOW_HIGH) & _HIGH  # above 127 it may be wrong, and so is the text
    length = np.add.reduce(np.bitwise_count(nonzero), axis=0, dtype=np.uint8).astype(np.int64)
    wrong = (text + _BELOW_SPACE) ^ nonzero
    wrong |= text
    wrong |= text + _BELOW_DELETE
    before = nonzero << _BYTE
    before[0] |= _FIRST_HIGH
    before[1:] |= nonzero[:-1] >> _THREE_BYTES
    wrong |= nonzero & ~before
    wrong &= _HIGH
    return length, wrong


def slashes(text: Words) -> Words:
    """High bits where a byte, of bytes up to 127, is a slash."""
    return ~((text ^ _SLASHES) + _BELOW_HIGH) & _HIGH


def _without_fields(text: Words, length: Ints, fielded: Flags) -> tuple[Fields, Flags]:
    """Take fields off `text` (w, n) and `length` (n,); return them, and where one is as it should.

    Those that are not `fielded` stay as they are, and are.
    """
    if fielded.all():
        length -= _FIELD
        field = _strip_field(text, length)
        return field, field > NO_FIELD
    some = np.flatnonzero(fielded)
    names = text.take(some, axis=1)
    length[some] -= _FIELD
    field = np.zeros(len(length), np.uint8)
    field[some] = _strip_field(names, length[some])
    text[:, some] = names
    return field, (field > NO_FIELD) | ~fielded


def _strip_field(text: Words, length: Ints) -> Fields:
    """Zero what stands behind `length` bytes of contiguous texts; return which field it is."""
    width, count = text.shape
    rest = np.maximum(length, 0)
    last = rest >> 2
    bits = ((rest & 3) << 3).astype(np.uint32)
    flat = text.reshape(-1)
    first = last * count
    first += np.arange(count)
    three = flat.take(first + np.arange(3)[:, None] * count, mode="clip")
    low = three >> bits
    start, end = low[:2] | (three[1:] << (_WORD - bits))
    text *= np.arange(width)[:, None] <= last
    np.minimum(first, len(flat) - 1, out=first)
    flat[first] = three[0] & ((np.uint32(1) << bits) - np.uint32(1))
    field: Fields = np.zeros(count, np.uint8)
    for number, begins, ends in _FIELDS:
        field += ((start == begins) & (end == ends)) * np.uint8(number)
    return field
