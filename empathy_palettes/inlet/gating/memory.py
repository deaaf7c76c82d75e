"""What is remembered of people who are not here: a yes, a no, the circle that they chose.

Knows no feelings and hears nobody; the gate does. Of those who are here only the circle counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .ages import Ages
from .circles import Circles
from .kept import NOTHING_SAID, Kept, nothing
from .registry import Registry, Rows

_TIMES = 16  # as many as may be here are remembered
_NO_ROWS: Rows = np.empty(0, np.int64)
_ENOUGH = 1_000_000  # of them, where more may be here than a sixteenth of that


class Memory:
    """Consents, withdrawals and circles of the people of a `registry`, each kind bounded.

    `trusts`: whether strangers may come (attested), or only those who have consented (explicit).
    `level`: what those are taken for, 1 or 2, who come without a word on it. Of those who are not
    here it keeps sixteen times `max_people` consents, and circles, but not over a million (or
    `max_people`) of each, the oldest forgotten first; where strangers are trusted only such
    consents as are of another level, and if one of these has to be forgotten, strangers are taken
    for 1 from then on. It keeps as many withdrawals, of which none is ever forgotten: where one
    more would be too many, it trusts no more. `idle` rows are those that nothing is left to know
    of. Who has a seat (`Registry`) is here.
    """

    def __init__(
        self,
        registry: Registry,
        trusts: bool,
        max_people: int,
        circles: Circles,
        level: int = 1,
    ) -> None:
        self.trusts = trusts
        self.level = level
        self._registry = registry
        self._circles = circles
        self._most = min(_TIMES * max_people, max(_ENOUGH, max_people))
        self._withdrawn = 0
        self._consented = Ages(registry.room)
        self._chose = Ages(registry.room)  # a circle, and are not here
        self._fading: list[Rows] = []

    def reserve(self) -> None:
        """Follow the registry, which has grown."""
        self._consented.reserve(self._registry.room)
        self._chose.reserve(self._registry.room)

    def may_come(self, rows: Rows) -> NDArray[np.bool_]:
        """Return who of `rows` may be here; −1 is a stranger."""
        if self.trusts:
            return ~self._registry.withdrawn[rows]
        return self._registry.seated[rows] | self._consented.has(rows)

    def may_one_come(self, row: int) -> bool:
        """Return whether `row` may be here."""
        if self.trusts:
            return not self._registry.withdrawn[row]
        return bool(self._registry.seated[row]) or row in self._consented

    def has_met(self, rows: Rows) -> NDArray[np.bool_]:
        """Return of whom something is known, so that keeping more costs no memory."""
        known = self._registry.seated[rows] | self._registry.withdrawn[rows]
        return known | self._consented.has(rows) | self._chose.has(rows)

    def has_met_one(self, row: int) -> bool:
        """Return whether something is known of `row`."""
        registry = self._registry
        if registry.seated[row] or registry.withdrawn[row]:
            return True
        return row in self._consented or row in self._chose

    def keep_yes(self, row: int, level: int) -> bool:
        """Remember that somebody consents; return whether somebody here has changed their mind."""
        registry = self._registry
        before, registry.level[row] = int(registry.level[row]), level
        registry.touch(np.array([row]))
        if self.trusts:
            self._withdrawn -= bool(registry.withdrawn[row])
            registry.withdrawn[row] = False
        if registry.seated[row]:
            return before != level
        if self.trusts and level == self.level:
            self._consented.drop(row)
        else:
            self._consented.put(row)
            self._forget_consents()
        return False

    def agreed(self, rows: Rows) -> NDArray[np.bool_]:
        """Return of whom of `rows`, who are not here, it is remembered that they consented."""
        return self._consented.has(rows)

    def takes_memory(self, levels: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Return which consents (n,), 1 or 2, have to be remembered of somebody not here."""
        costs: NDArray[np.bool_] = levels != (self.level if self.trusts else 0)
        return costs

    def has_room(self, consents: int) -> bool:
        """Return whether so many more are remembered without forgetting one."""
        return len(self._consented) + consents <= self._most

    def keep_every_yes(self, rows: Rows, levels: NDArray[np.int8]) -> None:
        """Remember that all of them consent, one after another, for whom there is room.

        None of those who are here changes their mind.
        """
        registry = self._registry
        if self.trusts:
            self._withdrawn -= len(np.unique(rows[registry.withdrawn[rows]]))
            registry.withdrawn[rows] = False
        registry.level[rows] = levels
        registry.touch(rows)
        latest_first = rows[~registry.seated[rows]][::-1]
        once = latest_first[np.sort(np.unique(latest_first, return_index=True)[1])][::-1]
        if self.trusts:
            other = registry.level[once] != self.level
            self._consented.drop_all(once[~other])
            once = once[other]
        self._consented.put_all(once)

    def keep_no(self, row: int) -> bool:
        """Remember that somebody has withdrawn; False where there is no more room for it."""
        if not self.trusts or self._registry.withdrawn[row]:
            return True
        self._registry.touch(np.array([row]))
        if self._withdrawn < self._most:
            self._registry.withdrawn[row] = True
            self._withdrawn += 1
            return True
        self.trusts = False  # without a yes nobody enters any more
        self._fading.append(np.flatnonzero(self._registry.withdrawn))
        self._registry.touch(self._fading[-1])
        self._registry.withdrawn[:] = False
        self._withdrawn = 0
        return False

    def erase(self, row: int) -> None:
        """Forget consent and circle of somebody who withdraws."""
        self._consented.drop(row)
        self._chose.drop(row)
        self._circles.leave(int(self._registry.circle[row]))
        self._registry.circle[row] = self._registry.level[row] = 0

    def choose(self, row: int, name: int) -> bool | None:
        """Let somebody join the circle `name`, 0 = none; return whether that is a change.

        None: there are too many circles. Those of people who are not here make room.
        """
        registry, number = self._registry, 0
        if name:
            while not self._circles.has_room(name) and len(self._chose):
                self._forget_circles(1)
            if not self._circles.has_room(name):
                return None
            number = self._circles.join(name)
        before = int(registry.circle[row])
        self._circles.leave(before)
        registry.circle[row] = number
        registry.touch(np.array([row]))
        if not registry.seated[row]:
            self._chose.drop(row)
            if number:
                self._chose.put(row)
                self._forget_circles(len(self._chose) - self._most)
        return number != before

    def came(self, rows: Rows) -> None:
        """Note that `rows` are here now: what they said is not of somebody absent any more."""
        self._consented.drop_all(rows)
        self._chose.drop_all(rows)
        levels = self._registry.level[rows]
        self._registry.level[rows] = np.where(levels, levels, np.uint8(self.level))

    def left(self, rows: Rows) -> None:
        """Remember the circles, and the consents that have to be, of `rows`."""
        registry = self._registry
        self._chose.put_all(rows[registry.circle[rows] != 0])
        self._forget_circles(len(self._chose) - self._most)
        if self.trusts:
            self._consented.put_all(rows[registry.level[rows] != self.level])
        else:
            self._consented.put_all(rows)
        self._forget_consents()
        registry.touch(rows)
        self._fading.append(rows)

    def kept(self, rows: Rows) -> Kept:
        """Return what there is to hand on of `rows`, each given once and somebody's."""
        registry = self._registry
        kept = nothing(len(rows))
        kept["name"] = registry.name[rows]
        kept["number"] = registry.number[rows]
        kept["consent"] = self._said(rows)
        kept["host"] = registry.host[rows]
        kept["place"] = registry.circle[rows]
        kept["circle"] = [self._circles.name_of(place) for place in kept["place"].tolist()]
        kept["present"] = registry.present[rows]
        return kept

    def restore(self, rows: Rows, kept: Kept) -> None:
        """Know again what was handed on of `rows`, which are new; seats are not given here.

        Of more than there is room for the first of them are forgotten.
        """
        registry, consent = self._registry, kept["consent"]
        registry.host[rows] = kept["host"]
        registry.level[rows] = np.maximum(consent, 0)
        registry.withdrawn[rows] = (consent == 0) & self.trusts
        self._withdrawn += int(np.count_nonzero(registry.withdrawn[rows]))
        registry.circle[rows] = kept["place"]
        for name, place in zip(kept["circle"].tolist(), kept["place"].tolist(), strict=True):
            if place:
                self._circles.rejoin(name, place)
        absent = ~registry.seated[rows]
        self._consented.put_all(rows[absent & (consent > 0) & self.takes_memory(consent)])
        self._chose.put_all(rows[absent & (kept["place"] != 0)])
        self._forget_consents()
        self._forget_circles(len(self._chose) - self._most)

    def _said(self, rows: Rows) -> NDArray[np.int8]:
        registry = self._registry
        agreed = registry.seated[rows] | self._consented.has(rows)
        said = np.where(agreed, registry.level[rows].astype(np.int8), np.int8(NOTHING_SAID))
        return np.where(registry.withdrawn[rows], np.int8(0), said)

    def idle(self, *rows: Rows) -> Rows:
        """Return, once each, who of `rows`, and of those forgotten, nothing is known of."""
        every = np.unique(np.concatenate([_NO_ROWS, *rows, *self._fading]))
        self._fading.clear()
        return every[~self.has_met(every)]

    def _forget_consents(self) -> None:
        if len(self._consented) > self._most:
            rows = self._consented.take_oldest(len(self._consented) - self._most)
            self._registry.touch(rows)
            self._fading.append(rows)
            if self.trusts:
                self.level = 1

    def _forget_circles(self, count: int) -> None:
        if count <= 0:
            return
        rows = self._chose.take_oldest(count)
        circles, members = np.unique(self._registry.circle[rows], return_counts=True)
        for circle, gone in zip(circles.tolist(), members.tolist(), strict=True):
            self._circles.leave(circle, gone)
        self._registry.circle[rows] = 0
        self._registry.touch(rows)
        self._fading.append(rows)
