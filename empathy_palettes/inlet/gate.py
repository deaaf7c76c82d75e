"""The one door: who may be part of the collective, under which number, in how fine a grain.

Knows no network, no name but by its keyed numbers, and no meaning of a feeling. What it remembers
of those who are not here is `memory`'s; when a sample goes on is the `mailbox`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from ..core.places import NOWHERE
from .gating.answers import Answers, Heard
from .gating.circles import Circles
from .gating.handing import HandedOn
from .gating.kept import NO_NUMBER, Header, Kept, is_gone
from .gating.mailbox import Mailbox
from .gating.memory import Memory
from .gating.registry import Registry, Rows, Whos, distinct
from .gating.speakers import Hosts, Speakers
from .naming import Digests
from .notices import Notices
from .reasons import Reason
from .said import NO_CIRCLE_SAID, UNSAID, Said
from .sample import SIMULATED, Samples

Mode = Literal["attested", "explicit"]
Mask = NDArray[np.bool_]

QUIET_STEPS = 15 * 60 * STEPS_PER_SECOND
EMPTY_STEPS = 6 * 60 * 60 * STEPS_PER_SECOND
STAY_STEPS = 60 * STEPS_PER_SECOND


class Admitted(NamedTuple):
    """What goes on to the crowd at one step: samples, and the numbers of those who withdrew."""

    samples: Samples
    withdrawn: Whos


class Gate:
    """Lets in, as samples, step by step, what is said.

    `attested`: everybody's consent was obtained at the place; one who withdraws stays out until
    they consent again. `explicit`: nothing is kept of anybody who has not consented by message.

    At most `max_people` at a time. Of those who are not among the crowd it remembers what `Memory`
    tells: consents and circles, the oldest forgotten first, and every withdrawal; where one more of
    those would be too many, attested becomes explicit, so that nobody who has said no is let in
    without a yes. A machine brings at most 50 new names a second that it has to remember something
    of, through inlets in `newcomers` as many as that says, by their number; and as many withdrawals
    of people it has never met. One more of these is not remembered, and holds for its batch.

    `level`: what those have consented to who come without a word on it, 1 or 2. A name is the
    machine's that speaks for it first, see `Speakers`: what others say of it is not heard.

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
        level: int = 1,
    ) -> None:
        self.accepted = 0
        self._mode = mode
        self._max_people = max_people
        self._notices = notices or Notices()
        self._circles = circles
        self._brought = newcomers
        self._level = level
        self._superseded = 0
        self._handed: HandedOn | None = None  # what has been handed on; None: nobody asks
        self._begin()

    def _begin(self, first: int = 0) -> None:
        """Know nobody. `first`: the number given next."""
        self._registry = Registry(first)
        self._memory = Memory(
            self._registry,
            self._mode == "attested",
            self._max_people,
            Circles(self._circles),
            self._level,
        )
        self._mailbox = Mailbox(self._registry)
        self._answers = Answers(
            self._registry, self._memory, self._mailbox, self._notices, self._brought
        )
        self._speakers = Speakers(self._registry, self._memory)
        self._expects_until = 0  # step
        self._heard: int | None = None  # step at which anybody was last, be it in vain
        self._empty: int | None = None  # step since which nobody is here

    @property
    def superseded(self) -> int:
        """How many rows went on within another's sample."""
        return self._superseded + self._mailbox.superseded

    def may_come(self, names: Digests) -> Mask:
        """Return of whom of `names` (n, 2) anything may be kept at all."""
        return self._memory.may_come(self._registry.find(names))

    def outside(self) -> Reason:
        """Return why the others may not."""
        return self._answers.outside()

    def may_speak(self, names: Digests, hosts: Hosts) -> Mask:
        """Return (n,) which of these machines would be heard now on these people (n, 2).

        Of consent, and of anything else: a name is the machine's that spoke for it first
        (`Speakers`). `hosts` as in `Said`.
        """
        return self._speakers.may_speak(names, hosts)

    def may_refuse(self, names: Digests, hosts: Hosts) -> Mask:
        """Return (n,) which of these machines' noes would be heard now for these people (n, 2)."""
        return self._speakers.may_refuse(names, hosts)

    def admit(self, said: Said, step: int) -> Admitted:
        """Return what is said, in its order, and what waited, as far as it is due at `step`.

        What is said about consent and circles is heard first; a feeling counts if its person
        might come when it was told. A new person gets the next number with their first accepted
        feeling, counted from 0, and keeps it until they withdraw or are forgotten. Who joins a
        circle, or consents to something else, without a word on how they feel gets a sample without
        a feeling. Who withdraws takes along what they said before.
        """
        withdrawn: Whos = np.empty(0, np.uint32)
        self._expect(step)
        if len(said):
            if np.count_nonzero(said.origin != SIMULATED):
                self._heard = step
            rows = self._registry.find(said.name)
            heeded = self._speakers.heed(said, rows)
            if heeded is not None and heeded.elsewhere is not None:
                self._notices.reject_many(Reason.ELSEWHERE, said.name[heeded.elsewhere, 0])
                said, rows = said.take(~heeded.elsewhere), rows[~heeded.elsewhere]
            spoken = (said.consent != UNSAID) | (said.circle != NO_CIRCLE_SAID)
            if spoken.any():
                rows = self._meet(said.name, rows, spoken)
                unbound = self._speakers.noes_from_afar(said, rows)
                heard = self._answers.hear(said, rows, np.flatnonzero(spoken), step)
                withdrawn = heard.withdrawn
                if len(unbound):  # who has come in this batch was here when they said no
                    came = rows[said.felt() & heard.may & heard.void]
                    unbound = unbound[~np.isin(unbound, came)]
                self._feel(said, rows, heard, step)
            else:
                heard = Heard(self._memory.may_come(rows), spoken, spoken, withdrawn)
                self._feel(said, rows, heard, step)
            if heeded is not None and len(heeded.names):
                self._speakers.bind(heeded)
            if spoken.any():
                self._speakers.unbind(unbound)
                self._release(rows[spoken])
        return Admitted(self._mailbox.take(step), withdrawn)

    def due(self, step: int) -> Samples:
        """Return what has waited until `step`: `admit` where nobody says anything."""
        self._expect(step)
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

    def hear(self, step: int) -> None:
        """Note that at `step` somebody was refused before this gate, by an adapter."""
        self._heard = step

    def quiet(self, step: int) -> bool:
        """Return whether everybody is to be forgotten; to be asked at every step.

        That is when nobody is here or waits, and nobody has been heard for a quarter of an hour,
        nor refused: who said no stays out for as long as their device sends. But after six hours
        without anybody here it is in any case, for anybody could send something for ever. Simulated
        people are nobody.
        """
        if self._registry.real_count:
            self._empty = None
            return False
        if self._heard is None:
            return False
        if self._empty is None:
            self._empty = step
        return step - self._heard >= QUIET_STEPS or step - self._empty >= EMPTY_STEPS

    def forget_all(self) -> None:
        """Know nobody any more: for when the key turns under which names are known.

        Numbers go on; what was counted is not forgotten. Simulated people stay, as their names are
        not known under it.
        """
        self._superseded += self._mailbox.superseded
        people = np.flatnonzero(self._registry.simulated & self._registry.present)
        kept = self._memory.kept(people)
        self._begin(self._registry.next_number)
        rows = self._add(np.ascontiguousarray(kept["name"]))
        self._registry.expect(rows, np.ascontiguousarray(kept["number"]))
        self._registry.enter(rows)
        self._registry.simulated[rows] = True
        self._memory.restore(rows, kept)
        if self._handed is not None:
            self._handed.follow(self._registry, self._memory)

    def names_of(self, numbers: Whos) -> Digests:
        """Return the names (n, 2) of people by their numbers (n,); zeros of whom it has not."""
        names: Digests = self._registry.name[self._registry.find_numbers(numbers)]
        return names

    def changes(self) -> Kept:
        """Return what is to be handed on of those of whom something has changed since last asked.

        Of everybody at first; none, soon, where nothing has. Who is forgotten comes as a row of
        nothing. What waits, and what was felt, is not handed on.
        """
        if self._handed is None:
            self._handed = HandedOn(self._registry, self._memory)
        return self._handed.changes()

    def header(self) -> Header:
        """Return what else is to be handed on."""
        memory, attested = self._memory, self._mode == "attested"
        number = self._registry.next_number
        return Header(number, memory.trusts, memory.level, attested, self._level)

    def restore(self, kept: Kept, header: Header, step: int = 0, stay: int = STAY_STEPS) -> None:
        """Know again, before anybody is heard, whom the gate of the show before knew.

        `kept`: the last row of everybody, which `changes` need not tell again. It needs the same
        key and number of circles. Who was present then is not here, but expected: their seat and
        number are theirs again with their next feeling; `stay` steps after `step` those who have
        not come back are gone like others who fall silent.

        What this gate was told goes before what that one was. In another mode noes are taken over,
        and which number is next, and no more; where less is agreed on than there, all are taken for
        that; and for whom there is no seat they are like others who are not here.
        """
        told = kept[~is_gone(kept)]
        self._begin(header.next_number)
        self._heard = step
        attested, memory = self._mode == "attested", self._memory
        if attested == bool(header.attested or header.trusts):
            memory.trusts, goes_on = bool(header.trusts), np.ones(len(told), np.bool_)
        else:
            goes_on = told["consent"] == 0
        kept = told[goes_on]
        if header.level < header.told_level:  # somebody's word on it has been forgotten
            memory.level = min(self._level, int(header.level))
        if attested and self._level < header.told_level:
            kept["consent"] = np.minimum(kept["consent"], self._level)
        rows = self._add(np.ascontiguousarray(kept["name"]))
        numbered = np.flatnonzero(kept["number"] != NO_NUMBER)[: self._max_people]
        self._registry.expect(rows[numbered], np.ascontiguousarray(kept["number"][numbered]))
        memory.restore(rows, kept)
        if self._handed is None:
            self._handed = HandedOn(self._registry, self._memory)
        else:
            self._handed.follow(self._registry, self._memory)
        self._handed.know(rows, told[goes_on], told[~goes_on])
        self._release(rows)
        self._expects_until = step + stay

    def _expect(self, step: int) -> None:
        """Give up the seats of those who have not come back in time."""
        registry = self._registry
        if registry.seated_count > registry.present_count and step >= self._expects_until:
            rows = registry.expected()
            registry.leave(rows)
            self._memory.left(rows)
            self._release()

    def _meet(self, names: Digests, rows: Rows, spoken: Mask) -> Rows:
        """Return `rows` with one for everybody who speaks, be it for this batch only."""
        new = names[spoken & (rows == NOWHERE)]
        if len(new) == 0:
            return rows
        self._add(new[distinct(new)[0]])
        return self._registry.find(names)

    def _feel(self, said: Said, rows: Rows, heard: Heard, step: int) -> None:
        """Put what is felt, and what else the crowd is to know, into the mailbox."""
        present = self._registry.present[rows]
        felt = said.felt()
        counts = felt & heard.may
        if np.count_nonzero(counts) < len(counts):
            refused = felt & ~heard.may & (said.circle == NO_CIRCLE_SAID)  # that has been counted
            if refused.any():
                self._notices.reject_many(self.outside(), said.name[refused, 0])
            silent = ~felt & (said.consent == UNSAID) & (said.circle == NO_CIRCLE_SAID)
            counts |= heard.moved | (silent & present)
        counts &= ~heard.void
        strangers = np.flatnonzero(counts & ~present)
        if len(strangers):
            rows = rows.copy()
            rows[strangers] = self._let_in(said, rows, strangers, step)
            counts &= self._registry.present[rows]
        accepted = int(np.count_nonzero(counts))
        self.accepted += accepted
        if 0 < accepted == len(counts):
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
        arrivals = self._answers.newcomers
        passes[~passes] = arrivals.take(said.host[new], said.origin[new], step)
        room = self._max_people - self._registry.seated_count
        seated = self._registry.seated[people]
        enters = passes & (seated | (np.cumsum(passes & ~seated) <= room))
        if not enters.all():
            senders, outside, late = said.name[entries, 0], ~enters[which], passes[which]
            self._notices.reject_many(Reason.PEOPLE, senders[outside & late])
            self._notices.reject_many(Reason.NEWCOMERS, senders[outside & ~late])
        entering = people[enters]
        unseen = entering == NOWHERE
        entering[unseen] = self._add(said.name[first[enters][unseen]])
        self._registry.enter(entering)
        self._registry.simulated[entering] = said.origin[first[enters]] == SIMULATED
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
