"""Resonance clusters: who moves together, wherever in the plane each of them is.

Compares how feelings change, never where they are (`modes` does), and claims no cause.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .changes import AXES, POSITIONS, SAMPLES, Changes, changes
from .minute import BLOCK, UNITS, Block, Minute
from .seeding import COHERENT, PICKED, POOL, chance, resemblance, seed
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
_PASS = 90  # steps in which every block has its turn: before the samples of a fourth are over


@dataclass(frozen=True, slots=True)
class Clusters:
    """At most 8 groups that move together, by ascending identity.

    `centre` (k, 2) f4: its members' mean valence and arousal now, NaN where none said it. `mass`
    (k,) f4: their share of the people here, in (0, 1]. `coherence` (k,) f4: the mean correlation
    of their changes over all pairs, in (0, 1]. `identity` (k,) i8: a number from 0 that a cluster
    keeps while it lasts and no later one is given. `members` (k,) i8: how many they are.
    """

    centre: Floats
    mass: Floats
    coherence: Floats
    identity: Ints
    members: Ints

    def __len__(self) -> int:
        return len(self.mass)


def _no_clusters() -> Clusters:
    empty = Clusters(
        np.empty((0, 2), np.float32),
        np.empty(0, np.float32),
        np.empty(0, np.float32),
        np.empty(0, np.int64),
        np.empty(0, np.int64),
    )
    for array in (empty.centre, empty.mass, empty.coherence, empty.identity, empty.members):
        array.flags.writeable = False
    return empty


NO_CLUSTERS = _no_clusters()


class ClusterTracker:
    """Finds the clusters, renewed every two seconds; the work is spread over the steps between.

    `clusters`: those of the last renewal. `label` (capacity,) u1 per slot: 0 = in none, else 1 +
    the place of theirs in `clusters`; 0 at once where somebody new has taken a slot.

    Spherical k-means (Dhillon & Modha 2001, Machine Learning 42:143) on unit vectors of changes,
    taken one round further at each renewal: everybody joins the cluster whose sum, without
    themselves, they resemble most, if that is more than chance; they stay with theirs unless
    another is better by a margin. Steady drifts correlate by chance (Yule 1926, J. R. Stat. Soc.
    89:1); changes from one two seconds to the next hardly do, and a cluster has to be more coherent
    than chance.
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
        self._round: _Round | None = None
        self._turns = 0

    def step(self, people: People, step: int, minute: Minute) -> None:
        """Go to `step`; `minute` has been there (`Resonance.step`, whose `minute` it is)."""
        if self._round is None and minute.complete and minute.taken % SAMPLES == 0:
            self._round = self._begin(people, minute)
        if self._round is not None:
            self._go_on(self._round, people, minute)
        if len(self.clusters):
            reach = people.reach
            self.label[:reach] *= people.born[:reach] <= self._since

    def _go_on(self, work: _Round, people: People, minute: Minute) -> None:
        blocks = minute.blocks[: work.blocks]
        first = work.next
        work.next = min(first + -(-len(blocks) // _PASS), len(blocks))
        for block in blocks[first : work.next]:
            self._assign(work, block, people)
        if work.next == len(blocks):
            self._renew(work, people)
            self._round = None

    def _begin(self, people: People, minute: Minute) -> _Round:
        """Start a round: the samples so far are the ones that count."""
        window = minute.row // SAMPLES
        # What the oldest position told is over, and of the newest nothing is known yet.
        grid = self._sum.reshape(MOST, AXES, POSITIONS)
        grid[:, :, [window, (window + 1) % POSITIONS, (window + 2) % POSITIONS]] = 0.0
        return _Round(minute, window, people.count, self._turns, self._used, self._sum)

    def _assign(self, work: _Round, block: Block, people: People) -> None:
        """Give everybody of a block their cluster, and add them to its sums."""
        change = changes(block, work.window)
        first = block.number * BLOCK
        here = min(BLOCK, people.capacity - first)
        own = np.zeros(BLOCK, np.uint8)
        own[:here] = self._place[first : first + here]
        own[:here] *= people.born[first : first + here] <= self._since
        counted = change.counted
        similar = work.similar(change, own)
        best = similar.argmax(axis=0) if len(similar) else np.zeros(BLOCK, np.intp)
        most = similar.max(axis=0, initial=0.0)
        place = np.where(counted & (most >= change.asked), best + 1, 0).astype(np.uint8)
        self._place[first : first + here] = place[:here]
        work.add(block, change, place, most)

    def _renew(self, work: _Round, people: People) -> None:
        """End a round: which clusters last, become one, appear or come on trial."""
        self._turns += 1
        members, centre = work.members, work.centre
        self._sum[:] = work.sum
        become = np.arange(MOST + 1)  # the row + 1 that each row + 1 ends as
        self._merge(work, centre, become)
        coherence = np.zeros(MOST)
        here = max(work.here, 1)
        for row in np.flatnonzero(self._used).tolist():
            count = int(members[row])
            known = self._identity[row] >= 0
            coherence[row] = work.coherence(row, self._sum[row])
            asked = WANING if known else COHERENT + (PICKED - 1) * chance(count)
            share = LASTS if known else APPEARS
            if not (count >= max(FEWEST, share * here) and coherence[row] >= asked + chance(count)):
                self._used[row] = False
                self._identity[row] = -1
                become[become == row + 1] = 0
            elif not known:
                self._identity[row] = self._later
                self._later += 1
        rows = np.flatnonzero(self._used)
        rows = rows[np.argsort(self._identity[rows])]
        self.clusters = Clusters(
            centre[rows].astype(np.float32),
            np.minimum(members[rows] / here, 1.0).astype(np.float32),
            np.clip(coherence[rows], 0.0, 1.0).astype(np.float32),
            self._identity[rows],
            members[rows],
        )
        shown = np.zeros(MOST + 1, np.uint8)
        shown[rows + 1] = np.arange(1, len(rows) + 1)
        reach = min(work.blocks * BLOCK, people.capacity)
        self._place[reach:] = 0
        self._place[:reach] = become.astype(np.uint8)[self._place[:reach]]
        self.label[reach:] = 0
        self.label[:reach] = shown[self._place[:reach]]
        self._since = work.sampled
        self._try_another(work)

    def _merge(self, work: _Round, centre: Doubles, become: Ints) -> None:
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
                self._used[other] = False
                self._identity[other] = -1
                become[become == other + 1] = row + 1

    def _try_another(self, work: _Round) -> None:
        """Put one more group on trial, if there is one and room for it."""
        free = np.flatnonzero(~self._used)
        if not len(free) or not work.counted:
            return
        units, asked = work.pooled()
        share = max(FEWEST, APPEARS * work.here) / work.counted
        found = seed(units, asked, share, FEWEST, self._sum[self._used], ONE)
        if found is not None:
            self._sum[free[0]] = found * _FAR
            self._used[free[0]] = True


_FAR = 1e6  # the length of a sum on trial: so long that taking oneself away changes nothing


class _Round:
    """One round under way: what every cluster was when it began, and its sums as they become."""

    def __init__(
        self,
        minute: Minute,
        window: int,
        here: int,
        turn: int,
        used: NDArray[np.bool_],
        sums: Doubles,
    ) -> None:
        self.window, self.here, self.turn = window, here, turn
        self.row, self.sampled = minute.row, minute.sampled
        self.blocks = len(minute.in_use)
        self.next = 0
        self.counted = 0
        self.rows = np.flatnonzero(used)
        self._towards = sums[self.rows].astype(np.float32)
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
        similar = np.full((MOST if len(self.rows) else 0, BLOCK), -1.0, np.float32)
        for row, towards, energy in zip(self.rows, self._towards, self._energy, strict=True):
            along = towards @ change.units
            squares = energy[0, change.compared[0]] + energy[1, change.compared[1]]
            inside = own == row + 1
            part = change.weight * inside
            squares += (part - 2.0 * along) * part
            along -= part
            np.maximum(squares, 1e-6, out=squares)
            along /= np.sqrt(squares)
            along += inside * np.float32(LOYAL)
            similar[row] = along
        return similar

    def add(self, block: Block, change: Changes, place: Labels, most: Floats) -> None:
        """Add a block's people to the sums of theirs, and some of them to the pool for seeds."""
        counted = np.flatnonzero(change.counted)
        self.counted += len(counted)
        if len(counted):
            every = max(1, self.blocks // POOL)
            share = max(1, POOL // self.blocks)
            if (block.number + self.turn) % every == 0:
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
        self.sum[self.rows] += (change.units @ weights).T
        self.weights[self.rows] += weights.sum(axis=0)
        self.squares[self.rows] += (weights**2).sum(axis=0)
        self.members[self.rows] += np.count_nonzero(inside, axis=0)
        self._felt[self.rows] += (block.ring[:, self.row].astype(np.float32) @ belongs).T
        self._said[self.rows] += ((block.length > 0).astype(np.float32) @ belongs).T

    def pooled(self) -> tuple[Floats, Floats]:
        """Return some people's unit vectors (n, 60), and what each asks of a new cluster."""
        if not self._pool:
            return np.empty((0, AXES * POSITIONS), np.float32), np.empty(0, np.float32)
        return np.concatenate(self._pool), np.concatenate(self._asked)

    def coherence(self, row: int, total: Doubles) -> float:
        """Return the mean correlation over all pairs of a cluster, by weight; 0 below two."""
        squares = float(self.squares[row])
        pairs = float(self.weights[row]) ** 2 - squares
        return (float(total @ total) - squares) / pairs if self.members[row] > 1 else 0.0

    @property
    def centre(self) -> Doubles:
        """The members' mean feelings (8, 2), NaN where nobody said it."""
        centre = np.full((MOST, AXES), np.nan)
        np.divide(self._felt / UNITS, self._said, out=centre, where=self._said > 0)
        return centre


def _energies(towards: Floats, window: int) -> Floats:
    """Return (k, 2, 29) the squared length of the newest n changes of each sum, for n to 28."""
    newest_first = (window - np.arange(POSITIONS - 2)) % POSITIONS
    squares = towards.reshape(-1, AXES, POSITIONS)[:, :, newest_first] ** 2
    energies = np.zeros((len(towards), AXES, POSITIONS - 1), np.float32)
    np.cumsum(squares, axis=2, out=energies[:, :, 1:])
    return energies
