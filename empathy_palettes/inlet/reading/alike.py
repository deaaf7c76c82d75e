"""Messages that are all of one shape, seen as columns of words without copying any.

Knows no message. Most frames bring nothing else: one feeling to a datagram, or bundles of as many,
with names of about one length. Whatever else there is, is left to `elements` and `batch`.
"""

from __future__ import annotations

import numpy as np

from ..wire.datagrams import Datagrams
from .called import word
from .elements import HEAD, MOST_BYTES, MOST_ELEMENTS, Words

_SINGLE = int(word(b"/emp"))
_BUNDLE = np.array([word(b"#bun"), word(b"dle\0")])


def alike(words: Words, datagrams: Datagrams) -> tuple[Words, bool] | None:
    """Return (w, d, e): word of a message, datagram, message in it; and whether those are bundles.

    Of bundles the first word is the size of their element. None where the datagrams are not all of
    one length, or do not lie at equal distances, or the first says that they are not alike. What
    the messages of the others hold has yet to be compared.
    """
    start, length = datagrams.start, datagrams.length
    count, first, size = len(start), int(start[0]) >> 2, int(length[0])
    if not 0 < size <= MOST_BYTES or size & 3:
        return None
    if np.count_nonzero(length != size):  # sooner than `any`, when a frame begins
        return None
    stride = datagrams.stride or size
    if count > 1 and not datagrams.stride:
        stride = int(start[1] - start[0])
        if np.count_nonzero(start[1:] - start[:-1] != stride):
            return None
    size >>= 2
    bundled = bool(words[first] == _BUNDLE[0])
    if not bundled:
        if int(words[first]) != _SINGLE:
            return None
        each, elements = size, 1
    else:
        if size <= HEAD:
            return None
        heads = np.ndarray((count, 2), np.uint32, words, 4 * first, (stride, 4))
        if np.count_nonzero(heads != _BUNDLE):
            return None
        bytes_of_each = int.from_bytes(words[first + HEAD].tobytes(), "big")
        each = (bytes_of_each >> 2) + 1  # with the word that tells it
        elements = (size - HEAD) // each
        whole = bytes_of_each & 3 == 0 < bytes_of_each and elements * each == size - HEAD
        if not whole or elements > MOST_ELEMENTS:
            return None
        first += HEAD
    columns = np.ndarray(
        (each, count, elements), np.uint32, words, 4 * first, (4, stride, 4 * each)
    )
    return columns, bundled
