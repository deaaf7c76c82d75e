"""A hash table in numpy: from 128-bit keys to places, whole batches at a time.

Does not hash: its keys are evenly spread already (`inlet.naming`), or made so by `spread`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Keys = NDArray[np.uint64]  # (n, 2)
Indices = NDArray[np.int64]

NOWHERE = -1

_WIDTH_BITS = 3
_WIDTH = 1 << _WIDTH_BITS  # keys of a bucket
_FIRST, _SECOND = np.uint64(0), np.uint64(32)  # of a key's first number, which bits: its buckets
_FULL = 0.5  # of all; two buckets to choose from are then never both full (Azar et al. 1999)
_SPARE = 3  # a first bucket with as many free entries is taken: most searches end in it
_EMPTY = 1 / 64  # a table emptier than that, and yet with a full bucket: keys that were not spread


def spread(numbers: ArrayLike) -> Keys:
    """Return (n, 2) keys for whole numbers, which nobody hostile has chosen.

    The finaliser of SplitMix64 (Steele, Lea & Flood 2014, OOPSLA), beside the number itself.
    """
    plain = np.asarray(numbers).astype(np.uint64)
    mixed = plain + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return np.stack([mixed, plain], axis=-1)


class Places:
    """Where each key has its place, a whole number from 0 to 2³¹ − 2 of the caller's choosing.

    Buckets of eight, two for each key to choose from, both compared whole, so that a key can be
    taken out without a trace and no search is longer than another. `len`: how many keys there are.
    `expected`: how many there may be before memory has to grow, which takes as long as adding
    them all again.
    """

    def __init__(self, expected: int = 256) -> None:
        buckets = 4
        while buckets * _WIDTH * _FULL < expected:
            buckets *= 2
        self._count = 0
        self._clear(buckets)

    def __len__(self) -> int:
        return self._count

    def find(self, keys: Keys) -> Indices:
        """Return each key's place, `NOWHERE` where it has none; (n, 2) → (n,)."""
        places = self._place.take(self._entries(keys)).astype(np.int64)
        places -= 1
        return places

    def insert(self, keys: Keys, places: NDArray[np.signedinteger]) -> None:
        """Add keys that are not there yet, each once."""
        self._count += len(keys)
        buckets = len(self._first) // _WIDTH
        if self._count > buckets * _WIDTH * _FULL:
            while self._count > buckets * _WIDTH * _FULL:
                buckets *= 2
            keys, places = self._with_all(keys, places)
            self._clear(buckets)
        while not self._settle(keys, places):
            if self._count < len(self._first) * _EMPTY:
                raise ValueError("keys that are not evenly spread: see `spread`")
            keys, places = self._with_all(keys, places)
            self._clear(2 * len(self._first) // _WIDTH)

    def remove(self, keys: Keys) -> None:
        """Take keys out; those that are not there are passed over."""
        entry = self._entries(keys)
        entry = entry[entry >= 0]
        turn = np.arange(1, len(entry) + 1, dtype=np.int32)
        self._place[entry] = turn
        self._count -= int(np.count_nonzero(self._place[entry] == turn))  # each one once
        self._place[entry] = 0
        self._first[entry] = 0
        self._second[entry] = 0
        bucket = entry >> _WIDTH_BITS
        taken = self._place[:-1].reshape(-1, _WIDTH).take(bucket, axis=0)
        self._used[bucket] = np.count_nonzero(taken, axis=1)

    def _clear(self, buckets: int) -> None:
        self._mask = np.uint64(buckets - 1)
        self._used = np.zeros(buckets, np.int8)
        self._first = np.zeros(buckets * _WIDTH, np.uint64)
        self._second = np.zeros(buckets * _WIDTH, np.uint64)
        # Plus one; 0 = free. One more than there are keys, always free, where −1 leads.
        self._place = np.zeros(buckets * _WIDTH + 1, np.int32)

    def _bucket(self, keys: Keys, half: np.uint64) -> Indices:
        return ((keys[:, 0] >> half) & self._mask).view(np.int64)

    def _entries(self, keys: Keys) -> Indices:
        """Where in the table each key is, −1 where it is not."""
        found = np.full(len(keys), -1, np.int64)
        if not self._count or not len(keys):
            return found
        firsts = self._first.reshape(-1, _WIDTH)
        left = None
        for half in (_FIRST, _SECOND):
            asked = keys if left is None else keys[left]
            bucket = self._bucket(asked, half)
            same = firsts.take(bucket, axis=0) == asked[:, :1]
            hit = np.flatnonzero(same)
            row = hit >> _WIDTH_BITS  # a division takes as long as all the rest
            entry = bucket[row] * _WIDTH + (hit & (_WIDTH - 1))
            whole = self._second.take(entry) == asked[row, 1]
            whole &= self._place.take(entry) > 0
            found[(row if left is None else left[row])[whole]] = entry[whole]
            left = np.flatnonzero(found < 0)
            if not len(left):
                break
        return found

    def _with_all(
        self, keys: Keys, places: NDArray[np.signedinteger]
    ) -> tuple[Keys, NDArray[np.signedinteger]]:
        """All that are in the table, and those given that are not."""
        used = np.flatnonzero(self._place)
        if len(used) == 0:
            return keys, places
        new = self._entries(keys) < 0
        old = np.stack([self._first[used], self._second[used]], axis=-1)
        every = np.concatenate([self._place[used].astype(np.int64) - 1, places[new]])
        return np.concatenate([old, keys[new]]), every

    def _settle(self, keys: Keys, places: NDArray[np.signedinteger]) -> bool:
        """Give every key an entry, in rounds; False where a key's two buckets are both full."""
        one, two = self._bucket(keys, _FIRST), self._bucket(keys, _SECOND)
        taken = self._place[:-1].reshape(-1, _WIDTH)
        left = np.arange(len(keys))
        while len(left):
            free_one = _WIDTH - self._used.take(one[left])
            free_two = _WIDTH - self._used.take(two[left])
            first = (free_one >= _SPARE) | (free_one >= free_two)
            bucket = np.where(first, one[left], two[left])
            free = np.where(first, free_one, free_two)
            if not free.all():
                return False
            order = np.argsort(bucket, kind="stable")
            left, bucket, free = left[order], bucket[order], free[order]
            starts = np.flatnonzero(np.diff(bucket, prepend=-1))
            wanted = np.diff(starts, append=len(bucket))
            turn = np.arange(len(bucket)) - np.repeat(starts, wanted)
            # All of a round see the same table: none may fill what others count on as spare.
            room = np.maximum(free - (_SPARE - 1), 1)
            fits = turn < room
            self._used[bucket[starts]] += np.minimum(wanted, room[starts]).astype(np.int8)
            bucket, turn, now = bucket[fits], turn[fits], left[fits]
            rank = (taken.take(bucket, axis=0) == 0).cumsum(axis=1, dtype=np.int8)
            entry = bucket * _WIDTH + (rank == (turn + 1)[:, None]).argmax(axis=1)
            self._first[entry], self._second[entry] = keys[now, 0], keys[now, 1]
            self._place[entry] = places[now] + 1
            left = left[~fits]
        return True
