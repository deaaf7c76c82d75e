"""What has been handed on of a registry's people, so that only what is new of them is.

Knows what others have been told, row by row; does not send it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .kept import KEPT, Kept, is_gone, nothing
from .memory import Memory
from .registry import Registry, Rows


class HandedOn:
    """Follows a `registry` from now on; what there is in it has not been told yet."""

    def __init__(self, registry: Registry, memory: Memory) -> None:
        self._told = nothing(registry.room)  # by row
        self._untold: list[Kept] = []  # who is gone with all others
        self._watch(registry, memory)

    def follow(self, registry: Registry, memory: Memory) -> None:
        """Follow another registry: of those told of, nothing is known any more."""
        told = self._told[~is_gone(self._told)]
        self._untold.append(_gone(told["name"]))
        self._told = nothing(registry.room)
        self._watch(registry, memory)

    def know(self, rows: Rows, kept: Kept, gone: Kept) -> None:
        """Take it that `kept` has been told of these rows; from there on changes are told.

        `gone`: what has been told of others, of whom nothing is known any more.
        """
        if len(gone):
            self._untold.append(_gone(gone["name"]))
        if len(self._told) < self._registry.room:
            self._told = nothing(self._registry.room)
        self._told[rows] = kept

    def changes(self) -> Kept:
        """Return rows of those of whom something has changed since the last call; gone ones first.

        A name may be there twice, gone and then as somebody new.
        """
        touched = self._registry.touched
        rows = np.flatnonzero(touched) if touched is not None else _NO_ROWS
        if not len(rows) and not self._untold:
            return _NONE
        parts, self._untold = self._untold, []
        if touched is not None and len(rows):
            touched[rows] = False
            parts += self._changed(rows)
        return np.concatenate(parts)

    def _watch(self, registry: Registry, memory: Memory) -> None:
        self._registry, self._memory = registry, memory
        registry.touched = np.zeros(registry.room, np.bool_)
        registry.touch(registry.everybody())

    def _changed(self, rows: Rows) -> list[Kept]:
        room = self._registry.room
        if len(self._told) < room:
            self._told = np.concatenate([self._told, nothing(room - len(self._told))])
        now, before = self._memory.kept(rows), self._told[rows]
        self._told[rows] = now
        another = (now["name"] != before["name"]).any(axis=1)
        was, none = ~is_gone(before), is_gone(now)
        left = was & (another | none)
        new = ~none & (another | _differ(now, before))
        return [_gone(before["name"][left]), now[new]]


def _gone(names: NDArray[np.uint64]) -> Kept:
    rows = nothing(len(names))
    rows["name"] = names
    return rows


def _differ(one: Kept, other: Kept) -> NDArray[np.bool_]:
    differs = np.zeros(len(one), np.bool_)
    for field in (KEPT.names or ())[1:]:
        differs |= one[field] != other[field]
    return differs


_NONE = nothing()
_NO_ROWS: Rows = np.empty(0, np.int64)
