"""Where the messages within bundles lie, of many bundles at a time.

Knows no message. Finds those of bundles whose elements are all of one size, and of those whose
elements all begin as our addresses do; any other bundle is left to `osc`, which takes or rejects
it. Everything is counted in words of four bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]  # little-endian, as they lie in memory
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

HEAD = 4  # "#bundle" and the time tag
MOST_ELEMENTS = 256  # of a bundle, as in `osc.Limits`
MOST_BYTES = 8_192
_MOST_SCANNED = 2**20  # words of one call: 4 MiB
_OURS = np.uint32(int.from_bytes(b"/emp", "little"))


@dataclass(frozen=True, slots=True)
class Elements:
    """One row per message, (n,): where it begins, how long it is, and whose it is.

    `owner`: an index into whatever they were found in; those of one owner are in order.
    """

    at: Ints
    size: Ints
    owner: Ints

    def take(self, which: Ints | Flags) -> Elements:
        """Return some of them, in the order asked for."""
        return Elements(self.at[which], self.size[which], self.owner[which])


def elements(words: Words, at: Ints, size: Ints) -> Elements:
    """Return the elements of the bundles at `at`, `size` long; of those left alone none.

    `owner` is an index into `at`. What is found fills its bundle to the last word.
    """
    some = np.flatnonzero(size > HEAD + 1)
    plain = np.zeros(len(at), np.bool_)
    alike = _of_one_size(words, at, size, some, plain)
    rest = some[~plain[some]]
    if not len(rest):
        return alike
    # only those that begin as ours do are worth a look at every word
    rest = rest[words.take(at[rest] + HEAD + 1) == _OURS]
    rest = rest[np.cumsum(size[rest]) <= _MOST_SCANNED]
    if not len(rest):
        return alike
    mixed = _of_any_size(words, at, size, rest)
    return mixed if not len(alike.at) else _both(alike, mixed)


def _of_one_size(words: Words, at: Ints, size: Ints, some: Ints, plain: Flags) -> Elements:
    """Find bundles whose elements are as long as their first, and note them in `plain`."""
    head = words.take(at[some] + HEAD)
    each = head.byteswap().astype(np.int64)
    step = (each >> 2) + 1
    body = size[some] - HEAD
    count = body // step
    fits = (count * step == body) & (each & 3 == 0) & (each > 0) & (count <= MOST_ELEMENTS)
    some, head, step, count = some[fits], head[fits], step[fits], count[fits]
    ends = np.cumsum(count)
    turn = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count, count)
    step_of = np.repeat(step, count)
    place = np.repeat(at[some] + HEAD, count) + turn * step_of
    same = words.take(place) == np.repeat(head, count)
    plain[some] = True
    found = Elements(place + 1, step_of - 1, np.repeat(some, count))
    if same.all():
        return found
    plain[found.owner[~same]] = False
    return found.take(plain[found.owner])


def _of_any_size(words: Words, at: Ints, size: Ints, rest: Ints) -> Elements:
    """Find elements by how they begin; each has to end where the next one begins."""
    length = size[rest] - HEAD
    which = np.repeat(np.arange(len(rest)), length)
    place = np.arange(len(which)) + np.repeat(
        at[rest] + HEAD - (np.cumsum(length) - length), length
    )
    begins = np.flatnonzero(words.take(place) == _OURS)
    which, place = which[begins], place[begins]
    each = words.take(place - 1).byteswap().astype(np.int64)
    # where the next one has to begin, or the bundle to end (and one would begin a word later)
    after = place + (each >> 2) + 1
    next_place = np.append(place[1:], 0)
    ends = np.append(which[1:] != which[:-1], True)
    next_place[ends] = (at + size)[rest][which[ends]] + 1
    broken = (after != next_place) | (each & 3 != 0) | (each <= 0)
    count = np.bincount(which, minlength=len(rest))
    whole = (count > 0) & (count <= MOST_ELEMENTS)
    whole[which[broken]] = False
    keep = whole[which]
    return Elements(place[keep], each[keep] // 4, rest[which[keep]])


def _both(one: Elements, other: Elements) -> Elements:
    owner = np.concatenate([one.owner, other.owner])
    order = np.argsort(owner, kind="stable")
    at = np.concatenate([one.at, other.at])
    size = np.concatenate([one.size, other.size])
    return Elements(at[order], size[order], owner[order])
