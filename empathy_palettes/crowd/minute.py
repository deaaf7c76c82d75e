"""The last minute of everybody's valence and arousal, twice a second.

Draws no conclusions: `resonance` and `clusters` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from .table import NEVER, People

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]

SAMPLE_STEPS = STEPS_PER_SECOND // 2  # the series are kept at 2 Hz
WINDOW = 120  # samples: 60 s
UNITS = 32  # the gate gives multiples of 1/32
BLOCK = 4096  # slots that are worked on together: two feelings' minute fits a processor's cache
_PASS = SAMPLE_STEPS - 2  # steps in which every block has its turn
_UNSAID = -2.0  # stands for NaN on its way into the ring
_MARK = int(_UNSAID * UNITS)
_MANY = BLOCK // 16  # columns of a block: from here on, clearing all is quicker than picking


class Block(NamedTuple):
    """Up to 4,096 neighbouring slots' last minute.

    `number`: the first is slot `number` · 4,096. `ring` (2, 120, 4096) i1: valence and arousal in
    units of 1/32, 0 where there was nobody; the sample of `Minute.row` is the newest. `length`
    (2, 4096) i2: how many of the newest samples are the present person's, at most 120.
    """

    number: int
    ring: Bytes
    length: NDArray[np.int16]


class Minute:
    """A ring of 120 samples for every slot in use, taken together, tidied block by block.

    `step` takes a sample every half second and then hands out every block once, spread over the
    steps until the next; a crowd that fits one block is handed out at once. `row`: where in the
    ring the newest sample is. `taken`: how many samples have been taken. `sampled`: the step of
    the newest. `complete`: whether this step handed out the last block of a sample. Values are
    taken as multiples of 1/32; 248 bytes per slot.
    """

    def __init__(self) -> None:
        self.row = -1
        self.taken = 0
        self.sampled = NEVER
        self.complete = False
        self.blocks: list[Block] = []
        self._born: list[NDArray[np.int64]] = []
        self._reach = 0
        self._in_use = 0
        self._next = 0
        self._scratch = np.empty(BLOCK, np.float32)

    @property
    def in_use(self) -> Sequence[Block]:
        """The blocks in which anybody was when the newest sample was taken."""
        return self.blocks[: self._in_use]

    def step(self, people: People, step: int) -> Sequence[Block]:
        """Go to `step`; return the blocks whose newest sample has its turn now."""
        self.complete = False
        if step % SAMPLE_STEPS == 0:
            self._take(people, step)
            if self._in_use > 1:  # that was work enough
                return ()
        elif self._next >= self._in_use:
            return ()
        first = self._next
        self._next = min(first + -(-self._in_use // _PASS), self._in_use)
        turn = self.blocks[first : self._next]
        for block in turn:
            self._tidy(block, people)
        self.complete = self._next == self._in_use
        return turn

    def _take(self, people: People, step: int) -> None:
        reach = max(people.reach, self._reach)  # who has left since is to be wiped out
        self._reach, self._next = people.reach, 0
        self._in_use = -(-reach // BLOCK)
        while len(self.blocks) < self._in_use:
            ring = np.zeros((2, WINDOW, BLOCK), np.int8)
            self.blocks.append(Block(len(self.blocks), ring, np.zeros((2, BLOCK), np.int16)))
            self._born.append(np.full(BLOCK, NEVER, np.int64))
        self.row = (self.row + 1) % WINDOW
        self.taken += 1
        self.sampled = step
        for number, ring, _ in self.in_use:
            for axis, felt in enumerate((people.valence, people.arousal)):
                values = felt[number * BLOCK : (number + 1) * BLOCK]
                units = np.fmax(values, np.float32(_UNSAID), out=self._scratch[: len(values)])
                units *= UNITS
                np.rint(units, out=units)
                np.copyto(ring[axis, self.row, : len(values)], units, casting="unsafe")

    def _tidy(self, block: Block, people: People) -> None:
        """Turn the newest samples' marks to zeros, and clear the slots of who is new or gone."""
        number, ring, length = block
        kept = self._born[number]
        born = people.born[number * BLOCK : (number + 1) * BLOCK]
        kept = kept[: len(born)]
        newest = ring[:, self.row]
        said = newest != _MARK
        fresh = np.flatnonzero(born != kept)
        if len(fresh):
            now = newest[:, fresh]
            if len(fresh) < _MANY:
                ring[:, :, fresh] = 0
            else:
                ring *= _mask(fresh)
            here = born[fresh] > NEVER
            here &= born[fresh] <= self.sampled
            length[:, fresh] = 0
            said[:, fresh] &= here
            newest[:, fresh] = now
            kept[fresh] = born[fresh]
        newest *= said
        length += said
        np.minimum(length, WINDOW, out=length)
        length[:, len(born) :] = 0


def _mask(cleared: NDArray[np.intp]) -> Bytes:
    mask = np.ones(BLOCK, np.int8)
    mask[cleared] = 0
    return mask
