"""Resonance clusters: who moves together, wherever in the plane each of them is.

Compares how feelings change, never where they are (`modes` does), and claims no cause.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from .changes import AXES, FINE_DIRECTION, POSITIONS, SAMPLES, Changes, changes
from .minute import BLOCK, UNITS, Block, Minute
from .seeding import COHERENT, PICKED, POOL, chance, densest, dot, grown, resemblance
from .table import NEVER, People

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels = NDArray[np.uint8]

MOST = 8
FEWEST = 4  # people
LASTS = 0.05  # a cluster holds at least this share of those here,
APPEARS = 0.06  # and a new one this: none comes and goes on one person's account
LOYAL = 0.07  # others have to be more similar by this before somebody leaves
ONE = 0.8  # two clusters whose changes correlate more than this are one
WANING = COHERENT / 2  # the mean correlation below which a cluster is none any more
RESTS = 5 * STEPS_PER_SECOND  # steps before a number is given again
_PASS = 90  # steps in which everybody has their turn: before the samples of a fourth are over
_PART = 256  # slots at a time, or more in a large crowd
_EXACT = 1024  # people whose vectors add up without rounding in single precision


@dataclass(frozen=True, slots=True)
class Clusters:
    """At most 8 groups that move together, by ascending identity.

    `centre` (k, 2) f4: its members' mean valence and arousal now, NaN where none said it. `mass`
    (k,) f4: their share of the people here, in (0, 1]. `coherence` (k,) f4: the mean correlation
    of their changes over all pairs, in (0, 1]. `identity` (k,) i8: a number from 0 that a cluster
    keeps while it lasts and no later one is given. `number` (k,) u1: one from 1 to 8 that it keeps
    as long and that is free again some seconds later, for colours. `members` (k,) i8: how many
    they are.
    """

    centre: Floats
    mass: Floats
    coherence: Floats
    identity: Ints
    number: Labels
    members: Ints

    def __len__(self) -> int:
        return len(self.mass)


def _no_clusters() -> Clusters:
    empty = Clusters(
        np.empty((0, 2), np.float32),
        np.empty(0, np.float32),
        np.empty(0, np.float32),
        np.empty(0, np.int64),
        np.empty(0, np.uint8),
        np.empty(0, np.int64),
    )
    for name in empty.__slots__:
        getattr(empty, name).flags.writeable = False
    return empty


NO_CLUSTERS = _no_clusters()


class ClusterTracker:
    """Finds the clusters, renewed every two seconds; the work is spread over the steps between.

    `clusters`: those of the last renewal. `label` (capacity,) u1 per slot: 0 = in none, else the
    `number` of theirs; 0 at once where somebody new has taken a slot. A new cluster takes the
    lowest number that is free and has been for five seconds.

    Spherical k-means (Dhillon & Modha 2001, Machine Learning 42:143) on unit vectors of changes,
    taken one round further at each renewal: everybody joins the cluster whose sum, without
    themselves, they resemble most, if that is more than chance; they stay with theirs unless
    another is better by a margin. Steady drifts correlate by chance (Yule 1926, J. R. Stat. Soc.
    89:1); changes from one two seconds to the next hardly do, and a cluster has to be more coherent
    than chance.

    The same people make the same clusters on every processor: what is summed is exact in any
    order (`Changes`).
    """

    def __init__(self, capacity: int) -> None:
        self.clusters: Clusters = NO_CLUSTERS
        self.label: Labels = np.zeros(capacity, np.uint8)
        self._place: Labels = np.zeros(capacity, np.uint8)  # 0, or 1 + row of the arrays below
        self._since = NEVER  # the sample that `_place` and `label` go back to
        self._sum = np.zeros((MOST, AXES * POSITIONS))  # of the members' unit vectors
        self._used = np.zeros(MOST, np.bool_)
        self._identity = np.full(MOST, -1, np.int64)  # −1: on trial
        self._later = 0  # the next identity
        self._number = np.zeros(MOST, np.uint8)  # 0: on trial
        self._ended = np.full(MOST + 1, NEVER, np.int64)  # per number: when one that had it did
        self._round: _Round | None = None
        self._turns = 0

    def step(self, people: People, step: int, minute: Minute) -> None:
        """Go to `step`; `minute` has been there (`Resonance.step`, whose `minute` it is)."""
        if self._round is None and minute.complete and minute.taken % SAMPLES == 0:
            self._round = self._begin(people, minute)
        if self._round is not None:
            self._go_on(self._round, people, minute, step)
        if len(self.clusters):
            reach = people.reach
            self.label[:reach] *= people.born[:reach] <= self._since

    def _go_on(self, work: _Round, people: People, minute: Minute, step: int) -> None:
        """Do the next part: assign everybody, renew, and then, in two steps, try another."""
        if not work.renewed:
            first = work.next
            work.next = min(first + -(-work.parts // _PASS), work.parts)
            for part in range(first, work.next):
                self._assign(work, work.part(minute, part), part * work.width, people)
            if work.next == work.parts:
                self._renew(work, people, step)
                work.renewed = True
        elif work.start is None and not self._used.all() and work.pool():
            work.start = densest(work.units, work.asked)
        else:
            if work.start is not None:
                self._try_another(work, work.start)
            self._round = None

    def _begin(self, people: People, minute: Minute) -> _Round:
        """Start a round: the samples so far are the ones that count."""
        window = minute.row // SAMPLES
        # What the oldest position told is over, and of the newest nothing is known yet.
        grid = self._sum.reshape(MOST, AXES, POSITIONS)
        grid[:, :, [window, (window + 1) % POSITIONS, (window + 2) % POSITIONS]] = 0.0
        return _Round(
            minute, window, people.reach, people.count, self._turns, self._used, self._sum
        )

    def _assign(self, work: _Round, block: Block, first: int, people: People) -> None:
        """Give everybody of a part, from slot `first` on, their cluster; add them to its sums."""
        change = changes(block, work.window)
        here = min(work.width, people.capacity - first)
        own = np.zeros(work.width, np.uint8)
        own[:here] = self._place[first : first + here]
        own[:here] *= people.born[first : first + here] <= self._since
        counted = change.counted
        similar = work.similar(change, own)
        best = similar.argmax(axis=0) if len(similar) else np.zeros(work.width, np.intp)
        most = similar.max(axis=0, initial=0.0)
        place = np.where(counted & (most >= change.asked), best + 1, 0).astype(np.uint8)
        self._place[first : first + here] = place[:here]
        work.add(block, first // work.width, change, place, most)

    def _renew(self, work: _Round, people: People, step: int) -> None:
        """End a round: which clusters last, become one, appear or come on trial."""
        self._turns += 1
        members, centre = work.members, work.centre
        self._sum[:] = work.sum
        become = np.arange(MOST + 1)  # the row + 1 that each row + 1 ends as
        self._merge(work, centre, become, step)
        coherence = np.zeros(MOST)
        here = max(work.here, 1)
        for row in np.flatnonzero(self._used).tolist():
            count = int(members[row])
            known = self._identity[row] >= 0
            coherence[row] = work.coherence(row, self._sum[row])
            asked = WANING if known else COHERENT + (PICKED - 1) * chance(count)
            share = LASTS if known else APPEARS
            if not (count >= max(FEWEST, share * here) and coherence[row] >= asked + chance(count)):
                self._end(row, step)
                become[become == row + 1] = 0
            elif not known:
                self._name(row, step)
        named = self._identity >= 0
        rows = np.flatnonzero(named)
        rows = rows[np.argsort(self._identity[rows])]
        self.clusters = Clusters(
            centre[rows].astype(np.float32),
            np.minimum(members[rows] / here, 1.0).astype(np.float32),
            np.clip(coherence[rows], 0.0, 1.0).astype(np.float32),
            self._identity[rows],
            self._number[rows],
            members[rows],
        )
        shown = np.zeros(MOST + 1, np.uint8)
        shown[rows + 1] = self._number[rows]
        reach = min(work.parts * work.width, people.capacity)
        self._place[reach:] = 0
        self._place[:reach] = become.astype(np.uint8)[self._place[:reach]]
        self.label[reach:] = 0
        self.label[:reach] = shown[self._place[:reach]]
        self._since = work.sampled

    def _name(self, row: int, step: int) -> None:
        """Give a cluster that is one its number, if one is to be had, and its identity."""
        given = np.isin(np.arange(MOST + 1), self._number)
        rested = self._ended <= step - RESTS
        free = np.flatnonzero(~given[1:] & rested[1:])
        if len(free):
            self._number[row] = free[0] + 1
            self._identity[row] = self._later
            self._later += 1

    def _end(self, row: int, step: int) -> None:
        self._ended[self._number[row]] = step
        self._used[row] = False
        self._identity[row] = -1
        self._number[row] = 0

    def _merge(self, work: _Round, centre: Doubles, become: Ints, step: int) -> None:
        """Make one of two clusters that move alike; the older identity stays."""
        members = work.members
        rows = np.flatnonzero(self._used & (members > 0))
        ages = np.where(self._identity[rows] >= 0, self._identity[rows], self._later)
        rows = rows[np.argsort(ages, kind="stable")]
        for turn, row in enumerate(rows.tolist()):
            for other in rows[turn + 1 :].tolist():
                one, two = self._sum[row], self._sum[other]
                if not (self._used[row] and self._used[other] and resemblance(one, two) > ONE):
                    continue
                total = members[row] + members[other]
                weighted = members[row] * centre[row] + members[other] * centre[other]
                centre[row] = weighted / total
                self._sum[row] += two
                work.weights[row] += work.weights[other]
                work.squares[row] += work.squares[other]
                members[row] = total
                members[other] = 0
                self._end(other, step)
                become[become == other + 1] = row + 1

    def _try_another(self, work: _Round, start: Doubles) -> None:
        """Put one more group on trial, if there is one."""
        share = max(FEWEST, APPEARS * work.here) / work.counted
        known = self._sum[self._used]
        found = grown(start, work.units, work.asked, share, FEWEST, known, ONE)
        if found is not None:
            row = int(self._used.argmin())
            self._sum[row] = found * _FAR
            self._used[row] = True


_FAR = 1e6  # the length of a sum on trial: so long that taking oneself away changes nothing


class _Round:
    """One round under way: what every cluster was when it began, and its sums as they become."""

    def __init__(
        self,
        minute: Minute,
        window: int,
        reach: int,
        here: int,
        turn: int,
        used: NDArray[np.bool_],
        sums: Doubles,
    ) -> None:
        self.window, self.here, self.turn = window, here, turn
        self.row, self.sampled = minute.row, minute.sampled
        slots = len(minute.in_use) * BLOCK
        self.width = min(max(_PART, 1 << (slots // _PASS - 1).bit_length()), BLOCK)
        self.parts = -(-min(reach, slots) // self.width)
        self.next = 0
        self.renewed = False
        self.counted = 0
        self.start: Doubles | None = None  # where another cluster may be
        self.units: Floats = np.empty((0, AXES * POSITIONS), np.float32)
        self.asked: Floats = np.empty(0, np.float32)
        self.rows = np.flatnonzero(used)
        self._length = np.array([math.sqrt(dot(total, total)) for total in sums[self.rows]])
        np.maximum(self._length, 1e-6, out=self._length)
        fine = np.rint(sums[self.rows] * (FINE_DIRECTION / self._length)[:, None])
        self._towards = (fine / FINE_DIRECTION).astype(np.float32)
        self._energy = _energies(self._towards, window)
        self.sum = np.zeros(sums.shape)
        self.members = np.zeros(MOST, np.int64)
        self.weights = np.zeros(MOST)
        self.squares = np.zeros(MOST)  # of the weights
        self._felt = np.zeros((MOST, AXES))
        self._said = np.zeros((MOST, AXES))
        self._pool: list[Floats] = []
        self._asked: list[Floats] = []

    def similar(self, change: Changes, own: Labels) -> Floats:
        """Return (8 or 0, people) how much each resembles each cluster without themselves.

        Over the changes that the person has, so that who came lately is compared with lately.
        """
        similar = np.full((MOST if len(self.rows) else 0, self.width), -1.0, np.float32)
        if not len(self.rows):
            return similar
        every = self._towards @ change.units
        lengths = self._length.astype(np.float32)
        for row, length, along, energy in zip(self.rows, lengths, every, self._energy, strict=True):
            squares = energy[0, change.compared[0]] + energy[1, change.compared[1]]
            inside = own == row + 1
            part = change.weight * inside
            part /= length
            squares += (part - 2.0 * along) * part
            along -= part
            np.maximum(squares, 1e-6, out=squares)
            along /= np.sqrt(squares)
            along += inside * np.float32(LOYAL)
            similar[row] = along
        return similar

    def part(self, minute: Minute, part: int) -> Block:
        """Return the `width` slots that have their turn as number `part`."""
        number, first = divmod(part * self.width, BLOCK)
        block = minute.blocks[number]
        own = slice(first, first + self.width)
        return Block(number, block.ring[:, :, own], block.length[:, own])

    def add(self, block: Block, part: int, change: Changes, place: Labels, most: Floats) -> None:
        """Add a part's people to the sums of theirs, and some of them to the pool for seeds."""
        counted = np.flatnonzero(change.counted)
        self.counted += len(counted)
        if len(counted):
            every = max(1, self.parts // POOL)
            share = max(1, POOL // self.parts)
            if (part + self.turn) % every == 0:
                stride = max(1, -(-len(counted) // share))
                some = counted[self.turn % stride :: stride][:share]
                self._pool.append(change.units[:, some].T)
                better = np.where(place[some] > 0, most[some] + np.float32(LOYAL), 0.0)
                self._asked.append(np.maximum(better, change.asked[some]))
        if not place.any():
            return
        inside = place[:, None] == self.rows + 1
        belongs = inside.astype(np.float32)
        weights = belongs * change.weight[:, None]
        for first in range(0, self.width, _EXACT):
            few = slice(first, first + _EXACT)
            self.sum[self.rows] += (change.units[:, few] @ weights[few]).T
        self.weights[self.rows] += weights.sum(axis=0)
        self.squares[self.rows] += (weights**2).sum(axis=0)
        self.members[self.rows] += np.count_nonzero(inside, axis=0)
        self._felt[self.rows] += (block.ring[:, self.row].astype(np.float32) @ belongs).T
        self._said[self.rows] += ((block.length > 0).astype(np.float32) @ belongs).T

    def pool(self) -> bool:
        """Put the `units` (n, 60) of some people together, and what each asks of a new cluster."""
        if self._pool:
            self.units, self.asked = np.concatenate(self._pool), np.concatenate(self._asked)
        return len(self.units) >= FEWEST

    def coherence(self, row: int, total: Doubles) -> float:
        """Return the mean correlation over all pairs of a cluster, by weight; 0 below two."""
        squares = float(self.squares[row])
        pairs = float(self.weights[row]) ** 2 - squares
        return (dot(total, total) - squares) / pairs if self.members[row] > 1 else 0.0

    @property
    def centre(self) -> Doubles:
        """The members' mean feelings (8, 2), NaN where nobody said it."""
        centre = np.full((MOST, AXES), np.nan)
        np.divide(self._felt / UNITS, self._said, out=centre, where=self._said > 0)
        return centre


def _energies(towards: Floats, window: int) -> Floats:
    """Return (k, 2, 29) the squared length of the newest n changes of each sum, for n to 28."""
    newest_first = (window - np.arange(POSITIONS - 2)) % POSITIONS
    squares = towards.reshape(-1, AXES, POSITIONS)[:, :, newest_first].astype(np.float64) ** 2
    energies = np.zeros((len(towards), AXES, POSITIONS - 1), np.float32)
    np.cumsum(squares, axis=2, out=energies[:, :, 1:])
    return energies
