"""Echoes: streams that move identically, as one script behind many names does, weigh as one.

Judges nobody for holding still, saying the same word as others, or sending at the same pace.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from .table import NEVER, People

Floats = NDArray[np.float32]
Slots = NDArray[np.intp]
Groups = NDArray[np.int32]
Entries = NDArray[np.uint32]  # tick · 65,536 + cell + 1; 0 = none

TICK = STEPS_PER_SECOND // 4  # steps: a quarter of a second
COINCIDE = 2  # ticks: changes that are at most so far apart
KEPT = 16  # changes per slot, at most one of two ticks: the last
LATELY = 120  # ticks that changes are kept
FEWEST_CHANGES = 8
FEWEST_STREAMS = 4
EQUAL = 0.9  # of the changes of either
STRAYS = 2  # changes that are not its group's set one free: more than the tenth that may differ
_PART_OF = 4  # a change is a group's where one in so many of those who move makes it
_SEEN = 24  # ticks before a round that everybody's changes are surely kept until their turn
_PASS = 60  # steps in which every slot has its turn
_SLICE = 1024  # slots at a time, or more in a large crowd
_PAIRS = 1024  # comparisons of a step
_TIME = np.uint32(16)  # bits by which the tick is shifted
_PAIR = np.uint32(17)  # and by which two of them are
_CELL = np.uint32(0xFFFF)
_ONE_TICK = np.uint32(1) << _TIME
_EVEN = ~_ONE_TICK
# Odd numbers without a pattern: two to mix with, and four ways to order what is mixed.
_MIX = np.array([0x9E3779B1, 0x85EBCA77], np.uint32)
_WAYS = np.array([0xC2B2AE3D, 0x27D4EB2F, 0x165667B1, 0xD3A2646D], np.uint32)


class Echoes:
    """Compares how people's feelings changed in the last half minute; `worth` is what they count.

    `worth` (capacity,) f4 per slot: 1, or 1/size for each of a group of four or more whose changes
    coincide in time and are nine tenths equal, eight changes or more in 30 s. A factor for the
    weight, before shares. Somebody new in a slot begins with 1. A group that was found lasts, as
    1/size of those who remain, however still they hold; who makes two changes that are not the
    group's is free, and so are all when fewer than four remain.

    Who may be alike is found by min-hashing (Broder 1997, Compression and Complexity of
    Sequences), four times; that they are is decided by comparing their changes with those of the
    first of them. Spread over the steps: a round takes one to three seconds.
    """

    def __init__(self, capacity: int) -> None:
        self.worth: Floats = np.ones(capacity, np.float32)
        self._changes: Entries = np.zeros((KEPT, 0), np.uint32)
        self._newest = np.zeros(0, np.intp)
        self._cell = np.zeros(0, np.uint16)
        self._born = np.zeros(0, np.int64)
        self._group = np.zeros(0, np.int32)  # 0 = in none, else one of `_groups`
        self._strays = np.zeros(0, np.uint8)  # changes that were not the group's
        self._groups = 0
        self._round = _Round(0, NEVER, 0, NEVER)

    def heard(self, people: People, slots: Slots, step: int) -> None:
        """Take in that these `slots` (n,) said something at `step`, after `People.apply` did.

        Repeated slots do no harm.
        """
        if not len(slots):
            return
        self._widen(people)
        cell = people.cell[slots]
        fresh = people.born[slots] != self._born[slots]
        if fresh.any():
            new = slots[fresh]
            self._changes[:, new] = 0
            self._cell[new] = cell[fresh]
            self._born[new] = people.born[new]
            self.worth[new] = 1.0
            self._group[new] = 0
        changed = cell != self._cell[slots]
        slots, cell = slots[changed], cell[changed]
        tick = _tick(step)
        place = self._newest[slots]
        place += (self._changes[place, slots] >> _PAIR) != tick >> np.uint32(1)
        place %= KEPT
        self._changes[place, slots] = (tick << _TIME) | (cell + np.uint32(1))
        self._newest[slots] = place
        self._cell[slots] = cell

    def step(self, people: People, step: int) -> None:
        """Go to `step`, after `heard`: one part of the comparison."""
        work = self._round
        if work.next < work.reach:
            self._look(work, people, _tick(step))
        elif work.way < len(_WAYS):
            work.suspect()
        elif work.held:
            slots, strays, met = work.astray()
            self._strays[slots] = np.minimum(self._strays[slots] + strays, STRAYS)
            self._strays[slots[(met > 0) & (strays == 0)]] = 0
            self._group[slots[self._strays[slots] >= STRAYS]] = 0
        elif not work.done:
            work.done = work.compare(self._changes)
            if work.done:
                self._conclude(work, people)
        elif step - work.began >= _PASS:
            self._widen(people)
            self._round = _Round(people.reach, step, self._groups, work.began)

    def _look(self, work: _Round, people: People, tick: np.uint32) -> None:
        """Forget what is over in a slice of the slots; hash what those did who changed enough."""
        first = work.next
        work.next = min(first + max(_SLICE, -(-work.reach // _PASS)), work.reach)
        changes = self._changes[:, first : work.next]
        old = (tick - (changes >> _TIME)) & _CELL > LATELY
        changes[old] = 0
        same = people.born[first : work.next] == self._born[first : work.next]
        changes *= same
        group = self._group[first : work.next]
        if self._groups and group.any():
            group *= same
            held = np.flatnonzero(group)
            work.watch(held + first, group[held], changes[:, held])
        busy = np.flatnonzero(_count(changes) >= FEWEST_CHANGES)
        if len(busy):
            work.add(busy + first, changes[:, busy])

    def _conclude(self, work: _Round, people: People) -> None:
        """Make the groups that were found and those that last into the groups of now."""
        slots, found = work.groups()
        here = people.born[slots] <= work.began
        slots, found = slots[here], found[here]
        count = int(found.max(initial=-1)) + 1
        # A group that goes on moving is the one it was, with those of it who hold still. Where it
        # has parted, they stay with the first.
        before = np.zeros(count, np.int32)
        np.maximum.at(before, found, self._group[slots])
        first = np.full(self._groups + 1, count)
        np.minimum.at(first, before, np.arange(count))
        own = np.arange(count)
        goes_on = (before > 0) & (first[before] == own)
        number = np.where(goes_on, before, own + (self._groups + 1)).astype(np.int32)
        self._group[slots] = number[found]
        self._group[work.reach :] = 0
        self._strays[slots] = 0
        self.worth[: work.reach] = 1.0
        self._groups += count
        if not self._groups:
            return
        held = np.flatnonzero(self._group)
        group = self._group[held]
        size = np.bincount(group, minlength=self._groups + 1)
        lasts = size >= FEWEST_STREAMS
        lasts[0] = False
        anew = np.cumsum(lasts, dtype=np.int32) * lasts
        self._group[held] = anew[group]
        self._groups = int(anew.max())
        stays = lasts[group]
        self.worth[held[stays]] = 1.0 / size[group[stays]]

    def _widen(self, people: People) -> None:
        held = len(self._cell)
        if people.reach <= held:
            return
        more = min(max(64, 1 << (people.reach - 1).bit_length()), people.capacity) - held
        self._changes = np.concatenate([self._changes, np.zeros((KEPT, more), np.uint32)], axis=1)
        self._newest = np.concatenate([self._newest, np.zeros(more, np.intp)])
        self._cell = np.concatenate([self._cell, np.zeros(more, np.uint16)])
        self._born = np.concatenate([self._born, np.full(more, NEVER, np.int64)])
        self._group = np.concatenate([self._group, np.zeros(more, np.int32)])
        self._strays = np.concatenate([self._strays, np.zeros(more, np.uint8)])


class _Round:
    """One comparison of everybody: look at all, suspect in four ways, compare pairs, conclude.

    Before pairs are compared, those who are held in one of `groups` are looked at: whose changes
    since the round that began at `before` were their group's?
    """

    def __init__(self, reach: int, began: int, groups: int, before: int) -> None:
        self.reach, self.began = reach, began
        self.held: list[tuple[Slots, Groups, Entries]] = []
        newest = began // TICK - COINCIDE  # after that, some of a group may be yet to come
        self._until = np.uint32(newest & 0xFFFF)
        self._ticks = np.uint32(min(max(newest - (before // TICK - COINCIDE), 0), _SEEN))
        bits = min(max(reach.bit_length() + 4, 12), 20)
        self._bits = np.uint32((1 << bits) - 1)
        self._made = np.zeros(1 << bits if groups else 0, np.int32)
        self._moving = np.zeros(groups + 1, np.int64)
        self.next = 0
        self.way = 0
        self.done = False
        self._found: list[Slots] = []
        self._hashes: list[Entries] = []
        self._slots: Slots = np.empty(0, np.intp)
        self._first = np.empty(0, np.intp)  # of each row: one that is like it and comes before
        self._pairs: list[tuple[Slots, Slots]] = []

    def add(self, slots: Slots, changes: Entries) -> None:
        """Hash the changes (16, n) of slots that changed enough."""
        mixed = np.where(changes == 0, changes.max(axis=0), changes)  # again instead of none
        # By two ticks from an even one and from an odd one: who is a bit late shares one of them.
        both = [mixed & _EVEN, (mixed + _ONE_TICK) & _EVEN]
        for mixed in both:
            mixed *= _MIX[0]
            mixed ^= mixed >> _TIME
            mixed *= _MIX[1]
            mixed ^= mixed >> _TIME
        hashes = np.empty((len(_WAYS), len(slots)), np.uint32)
        for way, number in enumerate(_WAYS):
            np.min(both[way % 2] * number, axis=0, out=hashes[way])
        self._found.append(slots)
        self._hashes.append(hashes)

    def watch(self, slots: Slots, group: Groups, changes: Entries) -> None:
        """Count the changes (16, n) of those held in a group, as the group's."""
        # Those before and after the ones that are judged count too, as others' may be early, late.
        near = (self._until + np.uint32(2 * COINCIDE) - (changes >> _TIME)) & _CELL
        near = (near <= self._ticks + np.uint32(4 * COINCIDE)) & (changes != 0)
        moves = np.flatnonzero(near.any(axis=0))
        if not len(moves):
            return
        slots, group, changes = slots[moves], group[moves], changes[:, moves]
        np.add.at(self._made, self._key(changes, group, 0)[near[:, moves]], 1)
        np.add.at(self._moving, group, 1)
        for start in range(0, len(slots), _SLICE):
            some = slice(start, start + _SLICE)
            self.held.append((slots[some], group[some], changes[:, some]))

    def astray(self) -> tuple[Slots, NDArray[np.uint8], NDArray[np.uint8]]:
        """Judge some of those held: return slots, how many changes were theirs alone, were not."""
        slots, group, changes = self.held.pop()
        made = self._made[self._key(changes, group, 0)]
        for half_second in (-1, 1):
            made += self._made[self._key(changes, group, half_second)]
        judged = (self._until - (changes >> _TIME)) & _CELL < self._ticks
        judged &= changes != 0
        enough = made >= np.maximum(2, -(-self._moving[group] // _PART_OF))
        return slots, _count(judged & ~enough), _count(judged & enough)

    def _key(self, changes: Entries, group: Groups, later: int) -> Entries:
        """Where changes (16, n) of these groups are counted: by feeling and half second."""
        key = (changes & _EVEN) + np.uint32((later * 2 << 16) & 0xFFFFFFFF)
        key += group.astype(np.uint32) * _WAYS[0]
        key *= _MIX[0]
        key ^= key >> _TIME
        key *= _MIX[1]
        key ^= key >> _TIME
        key &= self._bits
        return key

    def suspect(self) -> None:
        """Pair everybody with the first of those who hash alike, in one more way."""
        if self.way == 0 and self._found:
            self._slots = np.concatenate(self._found)
            self._first = np.arange(len(self._slots))
            self._hashes = [np.concatenate(self._hashes, axis=1)]
        if len(self._slots) >= FEWEST_STREAMS:
            hashes = self._hashes[0][self.way]
            rows = _repeated(hashes)
            if len(rows):
                self._pairs.append(_with_leaders(rows, hashes[rows]))
        self.way += 1

    def compare(self, changes: Entries) -> bool:
        """Compare some of the pairs that are not known to be alike; return whether all are done."""
        while self._pairs:
            rows, leaders = self._pairs.pop()
            new = self._root(rows) != self._root(leaders)
            rows, leaders = rows[new], leaders[new]
            if len(rows) > _PAIRS:
                self._pairs.append((rows[_PAIRS:], leaders[_PAIRS:]))
                rows, leaders = rows[:_PAIRS], leaders[:_PAIRS]
            if len(rows):
                same = alike(changes[:, self._slots[rows]], changes[:, self._slots[leaders]])
                one, two = self._root(rows[same]), self._root(leaders[same])
                self._first[np.maximum(one, two)] = np.minimum(one, two)
                return False
        return True

    def groups(self) -> tuple[Slots, Slots]:
        """Return the slots of those who have company enough, and which group from 0 each is in."""
        root = self._root(np.arange(len(self._slots)))
        size = np.bincount(root, minlength=1)
        many = np.flatnonzero(size[root] >= FEWEST_STREAMS)
        place = np.cumsum(size >= FEWEST_STREAMS) - 1
        return self._slots[many], place[root[many]]

    def _root(self, rows: Slots) -> Slots:
        while True:
            before = self._first[rows]
            if np.array_equal(before, rows):
                return before
            rows = before


def alike(one: Entries, two: Entries) -> NDArray[np.bool_]:
    """Return whether each column of (16, n) changes is like the other's: (n,).

    Alike: eight changes or more in both, and nine tenths of either's, to the same feeling in the
    same half second or nearly so.
    """
    counts = np.stack([_count(one), _count(two)])
    given = (
        np.where(one == 0, _CELL, one) + COINCIDE * _ONE_TICK
    )  # of no feeling: nothing is like it
    twice = np.concatenate([two, two])
    met = np.zeros(one.shape, np.bool_)
    for turn in range(KEPT):
        apart = given - twice[turn : turn + KEPT]  # wraps; some ticks less or more than that
        met |= ((apart & _CELL) == 0) & (apart <= 2 * COINCIDE * _ONE_TICK)
    equal: NDArray[np.bool_] = _count(met) >= EQUAL * counts.max(axis=0)
    equal &= counts.min(axis=0) >= FEWEST_CHANGES
    return equal


def _count(entries: NDArray[np.generic]) -> NDArray[np.uint8]:
    """How many of each column are not 0."""
    counts: NDArray[np.uint8] = np.add.reduce((entries != 0).view(np.uint8), axis=0, dtype=np.uint8)
    return counts


def _with_leaders(rows: Slots, hashes: Entries) -> tuple[Slots, Slots]:
    """Return the rows that follow another of the same hash, and the first that has it."""
    order = np.argsort(hashes, kind="stable")
    rows, hashes = rows[order], hashes[order]
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
    leader = np.repeat(rows[starts], np.diff(starts, append=len(rows)))
    follows = rows != leader
    return rows[follows], leader[follows]


def _tick(step: int) -> np.uint32:
    return np.uint32(step // TICK & 0xFFFF)


def _repeated(hashes: Entries) -> Slots:
    """Return the rows whose hash some other row may have: all that do, and few others."""
    rows = np.arange(len(hashes))
    for low in (16, 0):
        bits = np.uint32((1 << max(8, min(18, len(rows).bit_length() + 1))) - 1)
        bucket = ((hashes[rows] >> np.uint32(low)) ^ (hashes[rows] << _TIME)) & bits
        rows = rows[np.bincount(bucket)[bucket] >= 2]
        if not len(rows):
            break
    return rows
