"""What formulas remember from one step to the next: where it is kept, and under which name.

The functions that remember are in `remembering`. Does not evaluate formulas: `formula` does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .arithmetic import Number

#: A stateful call's own name: (table, input, call text, occurrence). It outlives an edit of the
#: rest of its formula, so a reload does not start it anew.
Key = tuple[str, str, str, int]

_OF_ONE_SIGNAL = "live"

#: Names in an environment that no formula may say: what the arrays of `[people]` bring along.
REBORN = "*reborn"  # bool per slot: somebody new has taken it this step
PERSON = "*person"  # the number of the person in the slot


class Cell(Protocol):
    """The memory of one stateful call."""

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take this step's arguments and return this step's value."""


class State:
    """What the stateful calls of one formula remember; `Memory.of` makes it."""

    def __init__(self, seed: int = 0, table: str = "", name: str = "") -> None:
        self.seed = seed
        self.table = table
        self.name = name
        self._cells: dict[tuple[str, int], Cell] = {}

    def cell(self, call: tuple[str, int], make: Callable[[int], Cell]) -> Cell:
        """Return the memory of a call (text, occurrence); at first, make it with its own seed."""
        found = self._cells.get(call)
        if found is None:
            key: Key = (self.table, self.name, *call)
            found = self._cells[call] = make(seed_of(self.seed, key))
        return found

    def keep(self, calls: Collection[tuple[str, int]]) -> None:
        """Forget every call but these.

        A call that is new takes over from one of the same function that is gone, in the order of
        their texts: where `travel(0.2)` becomes `travel(0.3)`, the motion goes on from its place.
        `live` does not, since what it knows is about one signal.
        """
        cells = {call: cell for call, cell in self._cells.items() if call in calls}
        gone = sorted(self._cells.keys() - cells.keys())
        for call in sorted(set(calls) - cells.keys()):
            function = _function(call)
            heir = next((old for old in gone if _function(old) == function), None)
            if heir is not None and function != _OF_ONE_SIGNAL:
                gone.remove(heir)
                cells[call] = self._cells[heir]
        self._cells = cells


def _function(call: tuple[str, int]) -> str:
    return call[0].partition("(")[0]


class Memory:
    """What the formulas of one preset remember, from its activation on."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._states: dict[tuple[str, str], State] = {}

    def of(self, table: str, name: str) -> State:
        """Return the state of the formula of an input (`name`) in a table (`inputs`, `people`)."""
        key = (table, name)
        if key not in self._states:
            self._states[key] = State(self.seed, table, name)
        return self._states[key]

    def keep(self, calls: Mapping[tuple[str, str], Collection[tuple[str, int]]]) -> None:
        """Forget all but the given calls of the given formulas: what an edit has left behind."""
        self._states = {key: state for key, state in self._states.items() if key in calls}
        for key, state in self._states.items():
            state.keep(calls[key])


class Scope:
    """One evaluation: the values of names, and what is remembered."""

    __slots__ = ("person", "reborn", "state", "values")

    def __init__(self, values: Mapping[str, Any], state: State) -> None:
        self.values = values
        self.state = state
        # only `[people]` has these
        self.reborn: NDArray[np.bool_] | None = values.get(REBORN)
        self.person: NDArray[np.integer[Any]] | None = values.get(PERSON)


def seed_of(seed: int, key: object) -> int:
    """Return a seed in [0, 2^64) that depends on `seed` and the text of `key`, and nothing else."""
    digest = hashlib.blake2b(repr((seed, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
