"""What people say of consent and circles, heard one after another, and what that comes to.

Hears no feelings, and gives nobody a seat: the gate does. What is remembered is `memory`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..notices import Notices
from ..reasons import Reason
from ..said import ADAPTED, LEAVES_CIRCLE, NO_CIRCLE_SAID, Said
from .allowance import Numbers
from .arrivals import Arrivals
from .mailbox import Mailbox
from .memory import Memory
from .registry import Registry, Rows, Whos
from .story import as_told, taken_back

Mask = NDArray[np.bool_]

NEW_NAMES = 50  # per second that a machine may bring; this one brings as many as it likes

_FLOOD = 64  # of noes in a batch


class Heard(NamedTuple):
    """What consents and circles come to, by entry of a batch, and who withdrew.

    `may`: whether its person might come then. `moved`: whether it changed the circle of somebody
    who is here, or what they consent to. `void`: whether it is withdrawn by a later one.
    """

    may: Mask
    moved: Mask
    void: Mask
    withdrawn: Whos


class _TooMany(NamedTuple):
    """Rows of people whom nobody knows yet, and of whom a machine may not bring one more."""

    newcomers: Rows
    refusals: Rows


class Answers:
    """Hears, for the people of a `registry`, what is to be remembered of them.

    `newcomers`: how many new names a machine may bring a second through each inlet, by its number,
    where that is not `NEW_NAMES`.
    """

    def __init__(
        self,
        registry: Registry,
        memory: Memory,
        mailbox: Mailbox,
        notices: Notices,
        newcomers: Mapping[int, int] | None = None,
    ) -> None:
        self.newcomers = Arrivals(NEW_NAMES, newcomers)
        self._registry = registry
        self._memory = memory
        self._mailbox = mailbox
        self._notices = notices
        # Their own, so that no crowd of names stops a "no".
        self._refusals = Arrivals(NEW_NAMES, newcomers)

    def outside(self) -> Reason:
        """Return why those may not come who may not."""
        return Reason.WITHDRAWN if self._memory.trusts else Reason.WAITING

    def hear(self, said: Said, rows: Rows, at: Rows, step: int) -> Heard:
        """Hear those who speak, at `at`, about consent and circles, one after another.

        `rows` (n,): of everybody who says anything; of those who speak none is missing.
        """
        registry, memory = self._registry, self._memory
        too_many = self._too_many(said, rows, at, step)
        before, trusted = memory.may_come(rows), memory.trusts
        moved = np.zeros(len(rows), np.bool_)
        consent, circle = said.consent[at], said.circle[at]
        if self._is_plain(rows[at], consent, circle):
            after = self._consent_all(rows[at], consent, too_many.newcomers)
            may = as_told(rows, at, after, before)
            return Heard(may, moved, np.zeros(len(rows), np.bool_), np.empty(0, np.uint32))
        after = np.zeros(len(at), np.bool_)
        retired: list[int] = []
        newcomers, refusals = (set(some.tolist()) for some in too_many)
        unheard: set[int] = set()  # whose no cannot be remembered
        columns = (at, rows[at], consent, circle)
        turns = np.flatnonzero(~self._noes_over(rows[at], consent, circle, too_many.refusals))
        spoken = zip(turns.tolist(), *(column[turns].tolist() for column in columns), strict=True)
        for turn, entry, row, choice, joins in spoken:
            if choice == 0:
                if registry.seated[row]:
                    retired.append(row)
                if row not in unheard and not self._withdraw(row, row in refusals):
                    unheard.add(row)
            elif choice > 0:
                moved[entry] = self._consent(row, choice, row in newcomers)
                unheard.discard(row)
            after[turn] = memory.may_one_come(row) and row not in unheard
            if joins == NO_CIRCLE_SAID:
                continue
            if after[turn]:
                moved[entry] |= self._choose(row, joins, row in newcomers)
            else:
                self._reject(self.outside(), row)
        left = np.array(retired, np.int64)
        self._mailbox.drop(left)
        withdrawn = registry.leave(left)
        # Once too many have withdrawn, what strangers might do before is void.
        may = (
            as_told(rows, at, after, before) if trusted == memory.trusts else memory.may_come(rows)
        )
        void = taken_back(rows, at[said.consent[at] == 0])
        return Heard(may, moved, void, withdrawn)

    def _too_many(self, said: Said, rows: Rows, at: Rows, step: int) -> _TooMany:
        """Ask once for everybody nobody knows yet of whom, at `at`, something is to be kept."""
        new = at[~self._memory.has_met(rows[at])]
        if not np.count_nonzero(said.host[new] > ADAPTED):
            return _NO_ONE
        consent = said.consent[new]
        comes = (consent > 0) & self._memory.takes_memory(consent)
        refuse = new[:0]
        if self._memory.trusts:
            comes |= (said.circle[new] != NO_CIRCLE_SAID) & (said.circle[new] != LEAVES_CIRCLE)
            refuse = new[consent == 0]
        come = new[comes]
        turned_away = []
        for arrivals, entries in ((self.newcomers, come), (self._refusals, refuse)):
            first = entries[np.sort(np.unique(rows[entries], return_index=True)[1])]
            got = arrivals.take(said.host[first], said.origin[first], step)
            turned_away.append(rows[first[~got]])
        return _TooMany(*turned_away)

    def _is_plain(self, rows: Rows, consent: NDArray[np.int8], circle: Numbers) -> bool:
        """Whether nobody says but a yes, and nobody here another one: so a crowd arrives."""
        if not ((consent > 0).all() and (circle == NO_CIRCLE_SAID).all()):
            return False
        registry, memory = self._registry, self._memory
        if (registry.seated[rows] & (registry.level[rows] != consent)).any():
            return False
        return memory.has_room(int(np.count_nonzero(memory.takes_memory(consent))))

    def _noes_over(self, rows: Rows, consent: NDArray[np.int8], circle: Numbers, few: Rows) -> Mask:
        """Return which of a flood of noes (n,) change nothing, so that nobody need look at them.

        They are those of people who have said no before, and those which a machine may not bring
        (`few`): these are counted here.
        """
        plain = (consent == 0) & (circle == NO_CIRCLE_SAID)
        over = np.zeros(len(rows), np.bool_)
        if np.count_nonzero(plain) < _FLOOD:
            return over
        order = np.argsort(rows, kind="stable")
        first = np.ones(len(rows), np.bool_)
        first[1:] = rows[order][1:] != rows[order][:-1]
        gone = self._registry.withdrawn[rows[order]]
        gone[1:] = np.where(first[1:], gone[1:], consent[order][:-1] == 0)
        over[order] = gone
        alone = np.isin(rows, few) & ~np.isin(rows, rows[~plain])
        counted = order[first & alone[order]]
        self._notices.reject_many(Reason.REFUSALS, self._registry.name[rows[counted], 0])
        over |= alone
        over &= plain
        return over

    def _withdraw(self, row: int, one_too_many: bool) -> bool:
        """Let somebody go; return whether that is remembered, where it has to be."""
        memory = self._memory
        met = memory.has_met_one(row)
        self._registry.unseat(row)
        memory.erase(row)
        if one_too_many and not met:
            self._reject(Reason.REFUSALS, row)
            return False
        if memory.trusts and not memory.keep_no(row):
            self._reject(Reason.WITHDRAWALS, row)
        return True

    def _consent(self, row: int, level: int, one_too_many: bool) -> bool:
        """Let somebody consent; return whether the crowd is to know of it."""
        memory = self._memory
        # Where strangers are trusted most take no memory: such a yes ends that of a no.
        costs = one_too_many and not (memory.trusts and level == memory.level)
        if costs and not memory.has_met_one(row):
            self._reject(Reason.NEWCOMERS, row)
            return False
        return memory.keep_yes(row, level) and bool(self._registry.present[row])

    def _consent_all(self, rows: Rows, levels: NDArray[np.int8], turned_away: Rows) -> Mask:
        """Let people consent, all at once; return which entries of `rows` (n,) may come then."""
        memory = self._memory
        heard = np.ones(len(rows), np.bool_)
        if len(turned_away):
            heard = ~(np.isin(rows, turned_away) & memory.takes_memory(levels))
            self._notices.reject_many(Reason.NEWCOMERS, self._registry.name[rows[~heard], 0])
        memory.keep_every_yes(rows[heard], levels[heard])
        return heard | memory.trusts

    def _choose(self, row: int, circle: int, one_too_many: bool) -> bool:
        """Let somebody join a circle, or leave theirs; return whether the crowd is to know."""
        joins = circle != LEAVES_CIRCLE
        if joins and one_too_many and not self._memory.has_met_one(row):
            self._reject(Reason.NEWCOMERS, row)
            return False
        moved = self._memory.choose(row, circle if joins else NO_CIRCLE_SAID)
        if moved is None:
            self._reject(Reason.CIRCLES, row)
            return False
        return moved and bool(self._registry.present[row])

    def _reject(self, reason: Reason, row: int) -> None:
        self._notices.reject(reason, int(self._registry.name[row, 0]))


_NO_ONE = _TooMany(np.empty(0, np.int64), np.empty(0, np.int64))
