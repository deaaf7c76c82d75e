"""The one door: who may be part of the collective, under which number, in how fine a grain.

Knows no network, no name but by its keyed numbers, and no meaning of a feeling. What it remembers
of those who are not here is `memory`'s; when a sample goes on is the `mailbox`'s.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.places import NOWHERE
from .allowance import Allowance
from .circles import Circles
from .mailbox import Mailbox
from .memory import Memory
from .naming import Digests
from .notices import Notices
from .reasons import Reason
from .registry import Registry, Rows, Whos, distinct
from .said import LEAVES_CIRCLE, NO_CIRCLE_SAID, UNSAID, Said
from .sample import Samples
from .story import as_told, taken_back

Mode = Literal["attested", "explicit"]
Mask = NDArray[np.bool_]

NEW_NAMES = 50  # per second that networks may bring; this machine brings as many as it likes


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


class Gate:
    """Lets in, as samples, step by step, what is said.

    `attested`: everybody's consent was obtained at the place; one who withdraws stays out until
    they consent again. `explicit`: nothing is kept of anybody who has not consented by message.

    At most `max_people` at a time. Of those who are not among the crowd it remembers what `Memory`
    tells: consents and circles, the oldest forgotten first, and every withdrawal; where one more of
    those would be too many, attested becomes explicit, so that nobody who has said no is let in
    without a yes. Networks bring at most `NEW_NAMES` a second that it has to remember something
    of, and as many withdrawals of people it has never met.

    `accepted`: how many rows were let in. `superseded`: how many of them went on within the
    sample of another, as one person has one sample a step, and thirty a second, at most.
    """

    def __init__(
        self,
        mode: Mode,
        max_people: int = 4096,
        notices: Notices | None = None,
        circles: int = 1024,
    ) -> None:
        self.accepted = 0
        self._max_people = max_people
        self._notices = notices or Notices()
        self._registry = Registry()
        self._memory = Memory(self._registry, mode == "attested", max_people, Circles(circles))
        self._mailbox = Mailbox(self._registry)
        self._newcomers = Allowance(NEW_NAMES)
        self._refusals = Allowance(NEW_NAMES)  # their own, so that no crowd of names stops a "no"

    @property
    def superseded(self) -> int:
        """How many rows went on within another's sample."""
        return self._mailbox.superseded

    def admit(self, said: Said, step: int, limited: bool = False) -> Admitted:
        """Return what is said, in its order, and what waited, as far as it is due at `step`.

        What is said about consent and circles is heard first; a feeling counts if its person
        might come when it was told. A new person gets the next number with their first accepted
        feeling, counted from 0, and keeps it until they withdraw or are forgotten. Who joins a
        circle without a word on how they feel gets a sample without a feeling. Who withdraws
        takes along what they said before. `limited`: it comes over a network.
        """
        withdrawn: Whos = np.empty(0, np.uint32)
        if len(said):
            rows = self._registry.find(said.name)
            spoken = (said.consent != UNSAID) | (said.circle != NO_CIRCLE_SAID)
            if spoken.any():
                rows = self._meet(said.name, rows, spoken)
                heard = self._hear(said, rows, np.flatnonzero(spoken), step, limited)
                withdrawn = heard.withdrawn
                self._feel(said, rows, heard, step, limited)
                self._release(rows[spoken])
            else:
                heard = _Heard(self._memory.may_come(rows), spoken, spoken, withdrawn)
                self._feel(said, rows, heard, step, limited)
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

    def _hear(self, said: Said, rows: Rows, at: Rows, step: int, limited: bool) -> _Heard:
        """Hear those who speak, at `at`, about consent and circles, one after another."""
        registry, memory = self._registry, self._memory
        before, trusted = memory.may_come(rows), memory.trusts
        moved = np.zeros(len(rows), np.bool_)
        consent, circle = said.consent[at], said.circle[at]
        plain = (consent > 0).all() and (circle == NO_CIRCLE_SAID).all()
        if plain and memory.has_room(len(at)):  # a crowd that arrives
            after = self._consent_all(rows[at], step, limited)
            may = as_told(rows, at, after, before)
            return _Heard(may, moved, np.zeros(len(rows), np.bool_), np.empty(0, np.uint32))
        after = np.zeros(len(at), np.bool_)
        retired: list[int] = []
        columns = (at, rows[at], consent, circle)
        spoken = zip(*(column.tolist() for column in columns), strict=True)
        for turn, (entry, row, choice, joins) in enumerate(spoken):
            if choice == 0:
                if registry.present[row]:
                    retired.append(row)
                self._withdraw(row, step, limited)
            elif choice > 0:
                self._consent(row, step, limited)
            after[turn] = memory.may_one_come(row)
            if joins == NO_CIRCLE_SAID:
                continue
            if after[turn]:
                moved[entry] = self._choose(row, joins, step, limited)
            else:
                self._reject(self._outside, row)
        left = np.array(retired, np.int64)
        self._mailbox.drop(left)
        withdrawn = registry.leave(left)
        # Once too many have withdrawn, what strangers might do before is void.
        may = (
            as_told(rows, at, after, before) if trusted == memory.trusts else memory.may_come(rows)
        )
        void = taken_back(rows, at[said.consent[at] == 0])
        return _Heard(may, moved, void, withdrawn)

    def _withdraw(self, row: int, step: int, limited: bool) -> None:
        memory = self._memory
        met = memory.has_met_one(row)
        self._registry.present[row] = False
        memory.erase(row)
        if not memory.trusts or not (met or self._may_be_new(row, self._refusals, step, limited)):
            return
        if not memory.keep_no(row):
            self._reject(Reason.WITHDRAWALS, row)

    def _consent(self, row: int, step: int, limited: bool) -> None:
        # Where strangers are trusted a yes takes no memory: it ends that of a no.
        if self._memory.trusts or self._may_be_new(row, self._newcomers, step, limited):
            self._memory.keep_yes(row)

    def _consent_all(self, rows: Rows, step: int, limited: bool) -> Mask:
        """Let people consent, all at once; return which entries of `rows` (n,) may come then."""
        memory, may = self._memory, np.ones(len(rows), np.bool_)
        if limited and not memory.trusts:
            may = memory.has_met(rows)
            new = rows[~may]
            new = new[np.sort(np.unique(new, return_index=True)[1])]
            may |= np.isin(rows, new[: self._newcomers.take(step, len(new))])
            self._notices.reject_many(Reason.NEWCOMERS, self._registry.name[rows[~may], 0])
        memory.keep_every_yes(rows[may])
        return may

    def _choose(self, row: int, circle: int, step: int, limited: bool) -> bool:
        """Let somebody join a circle, or leave theirs; return whether the crowd is to know."""
        joins = circle != LEAVES_CIRCLE
        if joins and not self._may_be_new(row, self._newcomers, step, limited):
            return False
        moved = self._memory.choose(row, circle if joins else NO_CIRCLE_SAID)
        if moved is None:
            self._reject(Reason.CIRCLES, row)
            return False
        return moved and bool(self._registry.present[row])

    def _may_be_new(self, row: int, allowance: Allowance, step: int, limited: bool) -> bool:
        if not limited or self._memory.has_met_one(row) or allowance.take(step):
            return True
        self._reject(Reason.NEWCOMERS, row)
        return False

    def _feel(self, said: Said, rows: Rows, heard: _Heard, step: int, limited: bool) -> None:
        """Put what is felt, and what else the crowd is to know, into the mailbox."""
        present = self._registry.present[rows]
        felt = ~(np.isnan(said.valence) & np.isnan(said.arousal) & np.isnan(said.dominance))
        silent = ~felt & (said.consent == UNSAID) & (said.circle == NO_CIRCLE_SAID)
        refused = felt & ~heard.may & (said.circle == NO_CIRCLE_SAID)  # for that has been counted
        if refused.any():
            self._notices.reject_many(self._outside, said.name[refused, 0])
        counts = ((felt & heard.may) | heard.moved | (silent & present)) & ~heard.void
        strangers = np.flatnonzero(counts & ~present)
        if len(strangers):
            rows = rows.copy()
            rows[strangers] = self._let_in(said.name, rows, strangers, step, limited)
            counts &= self._registry.present[rows]
        accepted = int(np.count_nonzero(counts))
        self.accepted += accepted
        if accepted == len(counts):
            self._mailbox.put(rows, said)
        elif accepted:
            self._mailbox.put(rows[counts], said.take(counts))

    def _let_in(self, names: Digests, rows: Rows, entries: Rows, step: int, limited: bool) -> Rows:
        """Let in those whose first feelings are among `entries`, as far as there is room.

        Return the row of each entry, `NOWHERE` of those who stay outside; they are counted.
        """
        first, which = distinct(names[entries])
        people = rows[entries[first]]
        met = self._memory.has_met(people)
        left = self._newcomers.left(step) if limited else len(people)
        passes = met | (np.cumsum(~met) <= left)
        room = self._max_people - self._registry.present_count
        enters = passes & (np.cumsum(passes) <= room)
        if limited:
            self._newcomers.take(step, int(np.count_nonzero(enters & ~met)))
        if not enters.all():
            full = np.count_nonzero(enters) == room  # from the last who entered on
            last = int(entries[first[enters][-1]]) if enters.any() else -1
            outside = entries[~enters[which]]
            late = full & (outside > last)
            senders = names[outside, 0]
            self._notices.reject_many(Reason.PEOPLE, senders[late])
            self._notices.reject_many(Reason.NEWCOMERS, senders[~late])
        entering = people[enters]
        new = entering == NOWHERE
        entering[new] = self._add(names[entries[first[enters][new]]])
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

    @property
    def _outside(self) -> Reason:
        return Reason.WITHDRAWN if self._memory.trusts else Reason.WAITING

    def _reject(self, reason: Reason, row: int) -> None:
        self._notices.reject(reason, int(self._registry.name[row, 0]))
