"""Keyed numbers for names: what a show knows people by, and all that is ever kept of a name.

Keeps no name and hands none on. Needs a secret key: without it two names that collide could be
made up; with it nobody can.
"""

from __future__ import annotations

import secrets
from enum import IntEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Digests = NDArray[np.uint64]

KEY_BYTES = 16
MOST_BYTES = 256  # of a name

_LANES = 4
_HEADS = 3  # start, length, space
_HALF = np.uint64(32)


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
        self._start, self._length, self._space = table[:_HEADS]
        self._table = table[_HEADS:]

    def digests(self, names: Bytes, space: Space) -> Digests:
        """Return (n, 2) for names of one length, (n, length) u1; at most 256 bytes each."""
        count, length = names.shape
        padded = names
        if length % 4:
            padded = np.zeros((count, length + -length % 4), np.uint8)
            padded[:, :length] = names
        words = np.ascontiguousarray(padded).view("<u4").astype(np.uint64)
        lanes = words @ self._table[: words.shape[1]]
        lanes += self._start + np.uint64(length) * self._length + np.uint64(space) * self._space
        lanes >>= _HALF
        return lanes[:, ::2] << _HALF | lanes[:, 1::2]

    def digest(self, name: bytes, space: Space) -> tuple[int, int]:
        """Return the pair of one name."""
        one = np.frombuffer(name, np.uint8).reshape(1, -1)
        first, second = self.digests(one, space)[0].tolist()
        return first, second
