"""The people who are here, as a struct of arrays with one slot per person.

Does not judge consent, range or rate (the gate has), and computes nothing about the crowd.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from ..core.places import Places, spread
from ..inlet.sample import NOT_GIVEN, Samples

Whos = NDArray[np.uint32]
Slots = NDArray[np.intp]
Floats = NDArray[np.float32]

NOBODY = 0xFFFFFFFF  # the `who` of an empty slot
NEVER = -(2**62)  # the `born` and `said` of an empty slot; a difference of two steps still fits
PER_UNIT = 32  # levels of feeling in a unit: the gate gives multiples of 1/32
UNSAID = 2 * PER_UNIT + 1  # the level of what was never said
AXIS = UNSAID + 1  # levels, with that one
NOWHERE = UNSAID * AXIS + UNSAID  # the cell of who said neither valence nor arousal
LOOKED_THROUGH = 65_536  # slots that a step looks through for those who have fallen silent
_ALONE = 2  # of a sample's consent
_EMPTY = -1  # from the lookup: this number has no slot


def levels(values: Floats) -> NDArray[np.uint8]:
    """Return the level of feelings in [-1, 1]: 0 for −1 to 64 for 1, 65 for NaN."""
    level = np.rint(values * np.float32(PER_UNIT))
    level += np.float32(PER_UNIT)
    np.copyto(level, np.float32(UNSAID), where=np.isnan(level))
    bins: NDArray[np.uint8] = level.astype(np.uint8)
    return bins


def cells(valence: Floats, arousal: Floats) -> NDArray[np.uint16]:
    """Return the cell of feelings in the plane: level of valence × 66 + level of arousal."""
    cell = levels(valence).astype(np.uint16)
    cell *= np.uint16(AXIS)
    cell += levels(arousal)
    return cell


class People:
    """`capacity` slots; a person keeps theirs from their first sample until they are gone.

    Arrays of shape (capacity,), indexed by slot; only where `alive` do they say anything:
    `who` u4 · `valence arousal dominance` f4 in [-1, 1], NaN = never said · `weight` f4 in [0, 1]
    (the source's own confidence; 0 while no feeling was said) · `kind` u1 · `circle` u2 and `word`
    u1, 0 = none · `origin` u1, which inlet the feeling came through · `born` i8, the step of the
    first sample · `said` i8, the step of the last one · `alone` bool, whether they may be followed
    alone · `cell` u2 and `dominance_level` u1: where
    the feeling is counted, see `cells` and `levels`. A newcomer takes the lowest free slot;
    newcomers of one step take theirs in the order of their numbers. A number is any u4 but
    `NOBODY`; memory does not depend on which. `count`: how many are here. `reach`: the highest slot
    in use, plus one. `spoke`: the slots whose feelings the last `apply` set, a slot as often as it
    was set.
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
        self.origin = np.zeros(capacity, np.uint8)
        self.born = np.full(capacity, NEVER, np.int64)
        self.said = np.full(capacity, NEVER, np.int64)
        self.cell = np.full(capacity, NOWHERE, np.uint16)
        self.dominance_level = np.full(capacity, UNSAID, np.uint8)
        self.alone = np.zeros(capacity, np.bool_)
        self.alive = np.zeros(capacity, np.bool_)
        self.spoke: Slots = np.empty(0, np.intp)
        self._seats = Places()
        # By the low bits of a number, who took a slot last: most often the one that is asked for.
        self._likely = np.zeros(1 << (capacity - 1).bit_length(), np.int32)
        self._free = 0  # no slot below this one is free
        self._looked = 0  # where the search for the silent goes on

    def slots(self) -> Slots:
        """Return the slots of those who are here, ascending."""
        return np.flatnonzero(self.alive[: self.reach])

    def apply(self, samples: Samples, step: int) -> int:
        """Take in what was said at `step`; return how many people are new.

        A NaN component keeps what was said before; of several samples of one person the last wins,
        per component. A sample with all three NaN says "still here" and names a circle: it leaves
        feeling, weight, kind, word and origin alone. Newcomers beyond the capacity are left out;
        the gate, which has the same limit, has counted them.
        """
        self.spoke = self.spoke[:0]
        if len(samples) == 0:
            return 0
        who = np.ascontiguousarray(samples["who"])
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
        self.circle.put(slots, samples["circle"])
        self.alone.put(slots, samples["consent"] == _ALONE)
        felt = np.zeros(len(samples), np.bool_)
        commanding = False
        for name in ("valence", "arousal", "dominance"):
            values = np.ascontiguousarray(samples[name])
            given = values == values  # NaN alone is not what it is
            if given.all():
                getattr(self, name).put(slots, values)
                felt[:] = True
            elif given.any():
                getattr(self, name)[slots[given]] = values[given]
                felt |= given
            else:
                continue
            commanding = name == "dominance"
        if not felt.all():
            samples, slots = samples[felt], slots[felt]
        for name in ("weight", "kind", "word", "origin"):
            getattr(self, name).put(slots, samples[name])
        self.cell.put(slots, cells(self.valence.take(slots), self.arousal.take(slots)))
        if commanding:
            self.dominance_level.put(slots, levels(self.dominance.take(slots)))
        self.spoke = slots
        return arrived

    def withdraw(self, who: Whos) -> int:
        """Erase these people at once; return how many of them were here."""
        if len(who) == 0 or self.count == 0:
            return 0
        slots = self._find(np.unique(who))
        return len(self._erase(slots[slots != _EMPTY]))

    def expire(self, step: int, after: int) -> Whos:
        """Erase those silent for more than `after` steps; return their numbers, by slot.

        Where there are more than 65,536 slots in use a call looks through a part of them, so that
        calls at every step find each of them within a second.
        """
        if not self.count:
            return np.empty(0, np.uint32)
        size = max(LOOKED_THROUGH, -(-self.reach // STEPS_PER_SECOND))
        start = self._looked if size < self.reach and self._looked < self.reach else 0
        part = slice(start, min(start + size, self.reach))
        self._looked = part.stop
        silent = self.said[part] < step - after
        silent &= self.alive[part]
        return self._erase(np.flatnonzero(silent) + start)

    def _find(self, who: Whos) -> Slots:
        """Return the slots of these people, `_EMPTY` where somebody has none."""
        slots = self._likely.take(who & np.uint32(len(self._likely) - 1)).astype(np.intp)
        other = np.flatnonzero(self.who.take(slots) != who)
        if len(other):
            slots[other] = self._seats.find(spread(who[other]))
        return slots

    def _admit(self, newcomers: Whos, step: int) -> int:
        newcomers = newcomers[: self.capacity - self.count]
        free = self._lowest_free(len(newcomers))
        self._seats.insert(spread(newcomers), free)
        self._likely[newcomers & np.uint32(len(self._likely) - 1)] = free
        self.who[free] = newcomers
        self.born[free] = step
        self.alive[free] = True
        self.count += len(free)
        if len(free):
            self.reach = max(self.reach, int(free[-1]) + 1)
            self._free = int(free[-1]) + 1
        return len(free)

    def _lowest_free(self, wanted: int) -> Slots:
        """Return the `wanted` lowest free slots, of which there are enough."""
        size = 4 * wanted
        while True:
            free = np.flatnonzero(~self.alive[self._free : self._free + size])
            if len(free) >= wanted:
                return free[:wanted] + self._free
            size *= 4

    def _erase(self, slots: NDArray[np.signedinteger]) -> Whos:
        gone: Whos = self.who[slots]
        if len(slots) == 0:
            return gone
        self._seats.remove(spread(gone))
        self.who[slots] = NOBODY
        for feeling in (self.valence, self.arousal, self.dominance):
            feeling[slots] = NOT_GIVEN
        for column in (self.weight, self.kind, self.circle, self.word, self.origin, self.alone):
            column[slots] = 0
        self.alive[slots] = False
        self.born[slots] = NEVER
        self.said[slots] = NEVER
        self.cell[slots] = NOWHERE
        self.dominance_level[slots] = UNSAID
        self.count -= len(slots)
        self._free = min(self._free, int(slots.min()))
        if int(slots.max()) == self.reach - 1:
            below = self.alive[: self.reach][::-1]
            self.reach = self.reach - int(below.argmax()) if self.count else 0
        return gone
