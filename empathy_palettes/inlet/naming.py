"""Keyed numbers for names: what a show knows people by, and all that is ever kept of a name.

Keeps no name and hands none on. Needs a secret key: without it two names that collide could be
made up; with it nobody can.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Sequence
from enum import IntEnum
from hashlib import blake2b
from operator import mul

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint32]
Ints = NDArray[np.int64]
Digests = NDArray[np.uint64]

KEY_BYTES = 16
MOST_BYTES = 256  # of a name

_LANES = 4
_HEADS = 3  # start, space, length
_ALL = 2**64 - 1


class Space(IntEnum):
    """What a name is the name of; the same text in two spaces is two names."""

    SENDER = 1  # whoever sends /empathy/<who>, over a network or on this machine
    HAND = 2
    SIMULATED = 3
    HOST = 4  # a machine's address
    CIRCLE = 5
    ADAPTED = 6  # a participant whom an adapter tells apart


class Naming:
    """Turns names into pairs of 64-bit numbers under a secret `key` of 16 bytes; None = random.

    Multilinear hashing over 32-bit words in four lanes of which the upper half is kept (Carter &
    Wegman 1979, J. Computer and System Sciences 18:143; Lemire & Kaser 2014, Computer Journal
    57:1624): for any two different names the chance of one number pair is at most 2⁻¹²⁸.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self.turn(key)

    @property
    def key(self) -> bytes:
        """The key: for the next show to know people by, and for the key table of a recording.

        In no other file; there it is kept until what single people said cannot be read any more.
        """
        return self._key

    def turn(self, key: bytes | None = None) -> None:
        """Take another key: every name is a stranger's from now on."""
        self._key = secrets.token_bytes(KEY_BYTES) if key is None else key
        if len(self._key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(self._key)}")
        blocks = b"".join(
            blake2b(number.to_bytes(4, "little"), key=self._key, digest_size=8 * _LANES).digest()
            for number in range(_HEADS + MOST_BYTES // 4)
        )
        table = np.frombuffer(blocks, np.uint64).reshape(-1, _LANES)
        # of each space, a column
        self._heads = [
            (table[0] + np.uint64(kind) * table[1])[:, None] for kind in range(len(Space) + 1)
        ]
        self._table = table[2:]  # of the length, and of each word
        lanes: list[list[int]] = table.T.tolist()
        self._lanes = [(lane[0], lane[1], lane[2], lane[_HEADS:]) for lane in lanes]

    def digests(self, names: Bytes, space: Space) -> Digests:
        """Return (n, 2) for names of one length, (n, length) u1; at most 256 bytes each."""
        count, length = names.shape
        padded = np.zeros((count, length + -length % 4), np.uint8)
        padded[:, :length] = names
        return self.digests_of_words(padded.view("<u4").T, np.full(count, length), space)

    def digests_of_words(self, words: Words, lengths: Ints, space: Space) -> Digests:
        """Return (n, 2) for names of any `lengths` (n,), (w, n) u4, zero behind their ends.

        Words that are zero add nothing, so that a name comes to the same however many it has.
        """
        width, count = words.shape
        terms = np.empty((1 + width, count), np.uint64)
        terms[0] = lengths
        terms[1:] = words
        lanes = np.einsum("wl,wn->ln", self._table[: 1 + width], terms)
        lanes += self._heads[space]
        halves = lanes.view("<u4")[:, 1::2]
        digests = np.empty((count, _LANES), "<u4")
        for place, lane in enumerate((1, 0, 3, 2)):  # of a number the lower half stands first
            digests[:, place] = halves[lane]
        return digests.view(np.uint64)

    def digests_of_texts(self, names: Sequence[bytes], space: Space) -> Digests:
        """Return (n, 2) for names that are still apart."""
        lengths = np.fromiter(map(len, names), np.int64, len(names))
        width = max(4, int(lengths.max(initial=0)))
        width += -width % 4
        words = np.frombuffer(b"".join(name.ljust(width, b"\0") for name in names), "<u4")
        return self.digests_of_words(words.reshape(len(names), width // 4).T, lengths, space)

    def digest(self, name: bytes, space: Space) -> tuple[int, int]:
        """Return the pair of one name, sooner than an array of one would give it."""
        count = -(-len(name) // 4)
        words = struct.unpack(f"<{count}I", name.ljust(4 * count, b"\0"))
        lanes = []
        for start, kind, length, table in self._lanes:
            lane = start + len(name) * length + space * kind + sum(map(mul, words, table))
            lanes.append((lane & _ALL) >> 32)
        return lanes[0] << 32 | lanes[1], lanes[2] << 32 | lanes[3]
