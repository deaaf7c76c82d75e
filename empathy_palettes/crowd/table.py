"""The people who are here, as a struct of arrays with one slot per person.

Does not judge consent, range or rate (the gate has), and computes nothing about the crowd.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..inlet.sample import NOT_GIVEN, Samples

Whos = NDArray[np.uint32]
Slots = NDArray[np.intp]

NOBODY = 0xFFFFFFFF  # the `who` of an empty slot
NEVER = -(2**62)  # the `born` and `said` of an empty slot; a difference of two steps still fits
_EMPTY = -1  # from the lookup: this number has no slot


class People:
    """`capacity` slots; a person keeps theirs from their first sample until they are gone.

    Arrays of shape (capacity,), indexed by slot; only where `alive` do they say anything:
    `who` u4 · `valence arousal dominance` f4 in [-1, 1], NaN = never said · `weight` f4 in [0, 1]
    (the source's own confidence) · `kind` u1 · `circle` u2 and `word` u1, 0 = none · `born` i8,
    the step of the first sample · `said` i8, the step of the last one. A newcomer takes the lowest
    free slot; newcomers of one step take theirs in the order of their numbers. A number is any
    u4 but `NOBODY`; memory does not depend on which.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1, not {capacity}")
        self.capacity = capacity
        self.count = 0
        self.reach = 0
        self.who = np.full(capacity, NOBODY, np.uint32)
        self.valence = np.full(capacity, NOT_GIVEN, np.float32)
        self.arousal = np.full(capacity, NOT_GIVEN, np.float32)
        self.dominance = np.full(capacity, NOT_GIVEN, np.float32)
        self.weight = np.zeros(capacity, np.float32)
        self.kind = np.zeros(capacity, np.uint8)
        self.circle = np.zeros(capacity, np.uint16)
        self.word = np.zeros(capacity, np.uint8)
        self.born = np.full(capacity, NEVER, np.int64)
        self.said = np.full(capacity, NEVER, np.int64)
        self.alive = np.zeros(capacity, np.bool_)
        self._here: Whos = np.empty(0, np.uint32)  # the numbers of those alive, ascending
        self._seats: Slots = np.empty(0, np.intp)  # and the slot of each

    def slots(self) -> Slots:
        """Return the slots of those who are here, ascending."""
        return np.flatnonzero(self.alive[: self.reach])

    def apply(self, samples: Samples, step: int) -> int:
        """Take in what was said at `step`; return how many people are new.

        A NaN component keeps what was said before; of several samples of one person the last wins,
        per component. A sample with all three NaN says "still here" and names a circle: it leaves
        feeling, weight, kind and word alone. Newcomers beyond the capacity are left out; the gate,
        which has the same limit, has counted them.
        """
        if len(samples) == 0:
            return 0
        who = samples["who"]
        slots = self._find(who)
        arrived = 0
        if slots.min() == _EMPTY:
            arrived = self._admit(np.unique(who[slots == _EMPTY]), step)
            slots = self._find(who)
            if slots.min() == _EMPTY:  # full
                seated = slots != _EMPTY
                samples, slots = samples[seated], slots[seated]
        # Of repeated indices numpy's assignment keeps the last, which is what "the last wins" asks.
        self.said[slots] = step
        self.circle[slots] = samples["circle"]
        felt = np.zeros(len(samples), np.bool_)
        for name in ("valence", "arousal", "dominance"):
            values = samples[name]
            given = ~np.isnan(values)
            getattr(self, name)[slots[given]] = values[given]
            felt |= given
        if not felt.all():
            samples, slots = samples[felt], slots[felt]
        for name in ("weight", "kind", "word"):
            getattr(self, name)[slots] = samples[name]
        return arrived

    def withdraw(self, who: Whos) -> int:
        """Erase these people at once; return how many of them were here."""
        if len(who) == 0 or self.count == 0:
            return 0
        slots = self._find(np.unique(who))
        return len(self._erase(slots[slots != _EMPTY]))

    def expire(self, step: int, after: int) -> Whos:
        """Erase those silent for more than `after` steps; return their numbers, by slot."""
        said = self.said[: self.reach]
        silent = np.flatnonzero(self.alive[: self.reach] & (said < step - after))
        return self._erase(silent)

    def _find(self, who: Whos) -> Slots:
        """Return the slot of each number, `_EMPTY` where it has none."""
        if self.count == 0:
            return np.full(len(who), _EMPTY, np.intp)
        place = np.minimum(np.searchsorted(self._here, who), self.count - 1)
        return np.where(self._here[place] == who, self._seats[place], _EMPTY)

    def _admit(self, newcomers: Whos, step: int) -> int:
        free = np.flatnonzero(~self.alive)[: len(newcomers)]
        newcomers = newcomers[: len(free)]
        place = np.searchsorted(self._here, newcomers)
        self._here = np.insert(self._here, place, newcomers)
        self._seats = np.insert(self._seats, place, free)
        self.who[free] = newcomers
        self.born[free] = step
        self.alive[free] = True
        self._recount()
        return len(free)

    def _erase(self, slots: NDArray[np.signedinteger]) -> Whos:
        gone: Whos = self.who[slots]
        if len(slots) == 0:
            return gone
        self.who[slots] = NOBODY
        for feeling in (self.valence, self.arousal, self.dominance):
            feeling[slots] = NOT_GIVEN
        for column in (self.weight, self.kind, self.circle, self.word, self.alive):
            column[slots] = 0
        self.born[slots] = NEVER
        self.said[slots] = NEVER
        stays = self.alive[self._seats]
        self._here, self._seats = self._here[stays], self._seats[stays]
        self._recount()
        return gone

    def _recount(self) -> None:
        """Set `count`, and `reach`: the highest slot in use, plus one."""
        self.count = int(np.count_nonzero(self.alive))
        self.reach = self.capacity - int(self.alive[::-1].argmax()) if self.count else 0
