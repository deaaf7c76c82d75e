"""The one door: who may be part of the collective, under which number, in how fine a grain.

Knows no network, no name but by its keyed numbers, and no meaning of a feeling. What it remembers
of those who are not here is `memory`'s; when a sample goes on is the `mailbox`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.places import NOWHERE
from .gating.allowance import Numbers
from .gating.arrivals import Arrivals
from .gating.circles import Circles
from .gating.mailbox import Mailbox
from .gating.memory import Memory
from .gating.registry import Registry, Rows, Whos, distinct
from .gating.story import as_told, taken_back
from .naming import Digests
from .notices import Notices
from .reasons import Reason
from .said import LEAVES_CIRCLE, NO_CIRCLE_SAID, UNSAID, Said
from .sample import Samples

Mode = Literal["attested", "explicit"]
Mask = NDArray[np.bool_]

_FLOOD = 64  # of noes in a batch
NEW_NAMES = 50  # per second that a machine may bring; this one brings as many as it likes


class Admitted(NamedTuple):
    """What goes on to the crowd at one step: samples, and the numbers of those who withdrew."""

    samples: Samples
    withdrawn: Whos


class _Heard(NamedTuple):
    """What consents and circles come to, by entry of a batch, and who withdrew.

    `may`: whether its person might come then. `moved`: whether it changed the circle of somebody
    who is here. `void`: whether it is withdrawn by a later one.
    """

    may: Mask
    moved: Mask
    void: Mask
    withdrawn: Whos


class _TooMany(NamedTuple):
    """Rows of people whom nobody knows yet, and of whom a machine may not bring one more."""

    newcomers: Rows
    refusals: Rows


class Gate:
    """Lets in, as samples, step by step, what is said.

    `attested`: everybody's consent was obtained at the place; one who withdraws stays out until
    they consent again. `explicit`: nothing is kept of anybody who has not consented by message.

    At most `max_people` at a time. Of those who are not among the crowd it remembers what `Memory`
    tells: consents and circles, the oldest forgotten first, and every withdrawal; where one more of
    those would be too many, attested becomes explicit, so that nobody who has said no is let in
    without a yes. A machine brings at most `NEW_NAMES` a second that it has to remember something
    of, through inlets in `newcomers` as many as that says, by their number; and as many withdrawals
    of people it has never met. One more of these is not remembered, and holds for its batch.

    `accepted`: how many rows were let in. `superseded`: how many of them went on within the
    sample of another, as one person has one sample a step, and thirty a second, at most.
    """

    def __init__(
        self,
        mode: Mode,
        max_people: int = 4096,
        notices: Notices | None = None,
        circles: int = 1024,
        newcomers: Mapping[int, int] | None = None,
    ) -> None:
        self.accepted = 0
        self._max_people = max_people
        self._notices = notices or Notices()
        self._registry = Registry()
        self._memory = Memory(self._registry, mode == "attested", max_people, Circles(circles))
        self._mailbox = Mailbox(self._registry)
        self._newcomers = Arrivals(NEW_NAMES, newcomers)
        # Their own, so that no crowd of names stops a "no".
        self._refusals = Arrivals(NEW_NAMES, newcomers)

    @property
    def superseded(self) -> int:
        """How many rows went on within another's sample."""
        return self._mailbox.superseded

    def may_come(self, names: Digests) -> Mask:
        """Return of whom of `names` (n, 2) anything may be kept at all."""
        return self._memory.may_come(self._registry.find(names))

    def outside(self) -> Reason:
        """Return why the others may not."""
        return Reason.WITHDRAWN if self._memory.trusts else Reason.WAITING

    def admit(self, said: Said, step: int) -> Admitted:
        """Return what is said, in its order, and what waited, as far as it is due at `step`.

        What is said about consent and circles is heard first; a feeling counts if its person
        might come when it was told. A new person gets the next number with their first accepted
        feeling, counted from 0, and keeps it until they withdraw or are forgotten. Who joins a
        circle without a word on how they feel gets a sample without a feeling. Who withdraws
        takes along what they said before.
        """
        withdrawn: Whos = np.empty(0, np.uint32)
        if len(said):
            rows = self._registry.find(said.name)
            spoken = (said.consent != UNSAID) | (said.circle != NO_CIRCLE_SAID)
            if spoken.any():
                rows = self._meet(said.name, rows, spoken)
                heard = self._hear(said, rows, np.flatnonzero(spoken), step)
                withdrawn = heard.withdrawn
                self._feel(said, rows, heard, step)
                self._release(rows[spoken])
            else:
                heard = _Heard(self._memory.may_come(rows), spoken, spoken, withdrawn)
                self._feel(said, rows, heard, step)
        return Admitted(self._mailbox.take(step), withdrawn)

    def due(self, step: int) -> Samples:
        """Return what has waited until `step`: `admit` where nobody says anything."""
        return self._mailbox.take(step)

    def forget(self, numbers: Whos) -> None:
        """Give up the numbers of people who are gone; who returns is somebody new.

        What they said about consent, and the circle they chose, holds on.
        """
        rows = self._registry.find_numbers(np.asarray(numbers, np.uint32))
        rows = rows[rows != NOWHERE]
        if len(rows):
            rows = rows[np.sort(np.unique(rows, return_index=True)[1])]
            self._mailbox.drop(rows)
            self._registry.leave(rows)
            self._memory.left(rows)
            self._release()

    def _meet(self, names: Digests, rows: Rows, spoken: Mask) -> Rows:
        """Return `rows` with one for everybody who speaks, be it for this batch only."""
        new = names[spoken & (rows == NOWHERE)]
        if len(new) == 0:
            return rows
        self._add(new[distinct(new)[0]])
        return self._registry.find(names)

    def _too_many(self, said: Said, rows: Rows, at: Rows, step: int) -> _TooMany:
        """Ask once for everybody nobody knows yet of whom, at `at`, something is to be kept."""
        new = at[~self._memory.has_met(rows[at])]
        if not np.count_nonzero(said.host[new]):
            return _NO_ONE
        if self._memory.trusts:
            joins = (said.circle[new] != NO_CIRCLE_SAID) & (said.circle[new] != LEAVES_CIRCLE)
            come, refuse = new[joins], new[said.consent[new] == 0]
        else:
            come, refuse = new[said.consent[new] > 0], new[:0]
        turned_away = []
        for arrivals, entries in ((self._newcomers, come), (self._refusals, refuse)):
            first = entries[np.sort(np.unique(rows[entries], return_index=True)[1])]
            got = arrivals.take(said.host[first], said.origin[first], step)
            turned_away.append(rows[first[~got]])
        return _TooMany(*turned_away)

    def _hear(self, said: Said, rows: Rows, at: Rows, step: int) -> _Heard:
        """Hear those who speak, at `at`, about consent and circles, one after another."""
        registry, memory = self._registry, self._memory
        too_many = self._too_many(said, rows, at, step)
        before, trusted = memory.may_come(rows), memory.trusts
        moved = np.zeros(len(rows), np.bool_)
        consent, circle = said.consent[at], said.circle[at]
        plain = (consent > 0).all() and (circle == NO_CIRCLE_SAID).all()
        if plain and memory.has_room(len(at)):  # a crowd that arrives
            after = self._consent_all(rows[at], too_many.newcomers)
            may = as_told(rows, at, after, before)
            return _Heard(may, moved, np.zeros(len(rows), np.bool_), np.empty(0, np.uint32))
        after = np.zeros(len(at), np.bool_)
        retired: list[int] = []
        newcomers, refusals = (set(some.tolist()) for some in too_many)
        unheard: set[int] = set()  # whose no cannot be remembered
        columns = (at, rows[at], consent, circle)
        turns = np.flatnonzero(~self._noes_over(rows[at], consent, circle, too_many.refusals))
        spoken = zip(turns.tolist(), *(column[turns].tolist() for column in columns), strict=True)
        for turn, entry, row, choice, joins in spoken:
            if choice == 0:
                if registry.present[row]:
                    retired.append(row)
                if row not in unheard and not self._withdraw(row, row in refusals):
                    unheard.add(row)
            elif choice > 0:
                self._consent(row, row in newcomers)
                unheard.discard(row)
            after[turn] = memory.may_one_come(row) and row not in unheard
            if joins == NO_CIRCLE_SAID:
                continue
            if after[turn]:
                moved[entry] = self._choose(row, joins, row in newcomers)
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
        return _Heard(may, moved, void, withdrawn)

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
        self._registry.present[row] = False
        memory.erase(row)
        if one_too_many and not met:
            self._reject(Reason.REFUSALS, row)
            return False
        if memory.trusts and not memory.keep_no(row):
            self._reject(Reason.WITHDRAWALS, row)
        return True

    def _consent(self, row: int, one_too_many: bool) -> None:
        # Where strangers are trusted a yes takes no memory: it ends that of a no.
        if not one_too_many or self._memory.trusts or self._memory.has_met_one(row):
            self._memory.keep_yes(row)
        else:
            self._reject(Reason.NEWCOMERS, row)

    def _consent_all(self, rows: Rows, turned_away: Rows) -> Mask:
        """Let people consent, all at once; return which entries of `rows` (n,) may come then."""
        may = np.ones(len(rows), np.bool_)
        if len(turned_away):
            may = ~np.isin(rows, turned_away)
            self._notices.reject_many(Reason.NEWCOMERS, self._registry.name[rows[~may], 0])
        self._memory.keep_every_yes(rows[may])
        return may

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

    def _feel(self, said: Said, rows: Rows, heard: _Heard, step: int) -> None:
        """Put what is felt, and what else the crowd is to know, into the mailbox."""
        present = self._registry.present[rows]
        felt = ~(np.isnan(said.valence) & np.isnan(said.arousal) & np.isnan(said.dominance))
        silent = ~felt & (said.consent == UNSAID) & (said.circle == NO_CIRCLE_SAID)
        refused = felt & ~heard.may & (said.circle == NO_CIRCLE_SAID)  # for that has been counted
        if refused.any():
            self._notices.reject_many(self.outside(), said.name[refused, 0])
        counts = ((felt & heard.may) | heard.moved | (silent & present)) & ~heard.void
        strangers = np.flatnonzero(counts & ~present)
        if len(strangers):
            rows = rows.copy()
            rows[strangers] = self._let_in(said, rows, strangers, step)
            counts &= self._registry.present[rows]
        accepted = int(np.count_nonzero(counts))
        self.accepted += accepted
        if accepted == len(counts):
            self._mailbox.put(rows, said, step)
        elif accepted:
            self._mailbox.put(rows[counts], said.take(counts), step)

    def _let_in(self, said: Said, rows: Rows, entries: Rows, step: int) -> Rows:
        """Let in those whose first feelings are among `entries`, as far as there is room.

        Return the row of each entry, `NOWHERE` of those who stay outside; they are counted.
        """
        first, which = distinct(said.name[entries])
        first = entries[first]
        people = rows[first]
        passes = self._memory.has_met(people)
        new = first[~passes]
        passes[~passes] = self._newcomers.take(said.host[new], said.origin[new], step)
        room = self._max_people - self._registry.present_count
        enters = passes & (np.cumsum(passes) <= room)
        if not enters.all():
            senders, outside, late = said.name[entries, 0], ~enters[which], passes[which]
            self._notices.reject_many(Reason.PEOPLE, senders[outside & late])
            self._notices.reject_many(Reason.NEWCOMERS, senders[outside & ~late])
        entering = people[enters]
        unseen = entering == NOWHERE
        entering[unseen] = self._add(said.name[first[enters][unseen]])
        self._registry.enter(entering)
        self._memory.came(entering)
        people[:] = NOWHERE
        people[enters] = entering
        return people[which]

    def _add(self, names: Digests) -> Rows:
        room = self._registry.room
        rows = self._registry.add(names)
        if self._registry.room > room:
            self._memory.reserve()
            self._mailbox.reserve()
        return rows

    def _release(self, *rows: Rows) -> None:
        """Keep no row of `rows`, or of who was forgotten, that there is nothing to keep of."""
        self._registry.release(self._memory.idle(*rows))

    def _reject(self, reason: Reason, row: int) -> None:
        self._notices.reject(reason, int(self._registry.name[row, 0]))


_NO_ONE = _TooMany(np.empty(0, np.int64), np.empty(0, np.int64))
