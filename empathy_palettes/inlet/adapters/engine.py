"""The adapters of one inlet at work: messages of other programs into what was said, and by whom.

Decodes no bytes (`inlet.reader`) and lets nobody in (`inlet.gate`). What the files say is
`adapter`'s; how a feeling comes of it, `mixing`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ..naming import Digests, Naming
from ..notices import Notices
from ..osc import Argument, Message
from ..reasons import Reason
from ..said import ADAPTED, Said, said, together
from .adapter import Adapter
from .participants import MOST_PARTICIPANTS, MayCome, Participants, Who
from .paths import literal_head, parts_of
from .plan import Plan
from .reading import Reading

_MOST_DEVICE = 64  # characters


class Taken(NamedTuple):
    """Which adapter a message is for, by its id, and the address as its file writes it."""

    adapter: str
    address: str


class _Route(NamedTuple):
    """What becomes of an address; `readings` may be none, `refused` says why it is rejected."""

    plan: int = -1  # nobody's, or ignored
    device: str = ""
    label: str = ""
    readings: tuple[Reading, ...] = ()
    refused: Reason | None = None


class Adapters:
    """All adapters of one inlet, the first that has a use for a message before the others.

    `origin`: the inlet's number. `people`: whose a device is, by what its adapter captures as
    `{device}`, or by the adapter's id where it captures nothing: that person is the one who sends
    as `/empathy/<who>`. Everybody else is told apart by adapter, machine and device. `range`: the
    inlet's, for files that leave it to the inlet.

    `may_come`: of names (n, 2), which (n,) may be kept something of, asked at each `read` of those
    who are heard. Of others no number is looked at and nothing is left: their messages are counted
    under what `outside` returns, `Reason.WAITING` where it is None. Without `may_come` everybody
    may.

    At most 4,096 participants are remembered, besides those of `people`, and none for longer than
    ten silent minutes. Until then nobody makes room for somebody new; a machine brings 50 new ones
    a second, this one 1,000. `taken` counts messages by adapter, `passed_over` those that were
    ignored.
    """

    def __init__(
        self,
        adapters: Iterable[Adapter],
        naming: Naming,
        notices: Notices,
        origin: int = 0,
        people: Mapping[str, str] | None = None,
        *,
        range: tuple[float, float] = (-1.0, 1.0),
        most: int = MOST_PARTICIPANTS,
        may_come: MayCome | None = None,
        outside: Callable[[], Reason] | None = None,
    ) -> None:
        self.taken: Counter[str] = Counter()
        self.passed_over = 0
        self._notices = notices
        self._plans = [Plan(adapter, notices, origin, range) for adapter in adapters]
        self._participants = Participants(
            [(plan.id, plan.latches) for plan in self._plans],
            naming,
            people or {},
            most,
            may_come,
            outside,
        )

    @property
    def slashless(self) -> bool:
        """Whether any of them takes addresses without a slash in front."""
        return any(plan.slashless for plan in self._plans)

    @property
    def prefixes(self) -> tuple[bytes, ...]:
        """How addresses begin that could be theirs."""
        heads = {
            (plan.slashless, literal_head(address))
            for plan in self._plans
            for address in (
                *(pattern for pattern, _ in plan.patterns),
                *(each for each in plan.adapter.ignore if not _at_once(each)),
            )
        }
        found = {head.encode("ascii") for _, head in heads}
        for slashless, head in heads:
            if slashless:
                bare = head.removeprefix("/").encode("ascii")
                found |= {bare, b"/" + bare}
        return tuple(sorted(found))

    @property
    def ignored(self) -> tuple[bytes, ...]:
        """How addresses begin that nobody here has a use for, to be dropped unread."""
        found: set[bytes] = set()
        for plan in self._plans:
            others = [
                literal_head(pattern).encode("ascii")
                for other in self._plans
                if other is not plan
                for pattern, _ in other.patterns
            ]
            for each in filter(_at_once, plan.adapter.ignore):
                head = literal_head(each).encode("ascii")
                if any(head.startswith(other) or other.startswith(head) for other in others):
                    continue  # somebody else's, perhaps: that is seen once it is read
                found.add(head)
        return tuple(sorted(found))

    def find(self, address: str) -> Taken | None:
        """Return whose an address is; None: nobody's."""
        parts = parts_of(address)
        for plan in self._plans:
            if known := plan.known(plan.hits(address, parts)):
                return Taken(plan.id, plan.patterns[known[0].number][0])
        for plan in self._plans:
            if hits := plan.hits(address, parts):
                return Taken(plan.id, plan.patterns[hits[0].number][0])
            if pattern := plan.ignored.find(address, parts):
                return Taken(plan.id, pattern)
        return None

    def read(self, messages: Sequence[tuple[Message, bytes]], step: int) -> Said:
        """Return what is due at `step` after these messages, each with its host's 16 bytes.

        A message that is nobody's is counted as rejected.
        """
        routes: dict[str, _Route] = {}
        heard: list[tuple[Who, _Route, Sequence[Argument]]] = []
        for (address, args), host in messages:
            route = routes.get(address)
            if route is None:
                route = routes[address] = self._route(address)
            if route.plan >= 0:
                self.taken[self._plans[route.plan].id] += 1
            if route.refused:
                self._refuse(route.refused, address)
            elif route.plan < 0:
                self.passed_over += 1
            elif route.readings:
                heard.append(((route.plan, route.device, host), route, args))
        people = self._participants.find(dict.fromkeys(who for who, _, _ in heard), step)
        for who, route, values in heard:
            latches = self._plans[route.plan].latches
            row, sender, refused = people[who]
            if refused:
                self._notices.reject(refused, sender)
                continue
            for reading in route.readings:
                if reading.commits:
                    latches.commit(row)
                elif reading.says_word:
                    if word := reading.word(values, sender):
                        latches.hear_word(row, word, step)
                else:
                    for column, number in reading.numbers(values, route.label, sender):
                        latches.hear(row, column, number, step)
        return self.due(step)

    def due(self, step: int) -> Said:
        """Return what is to be told at `step`: nobody speaks more often than every third step."""
        self._participants.sweep(step)
        parts = [plan.latches.due(step) for plan in self._plans]
        told = [part for part in parts if part is not None]
        if not told:
            return _NOTHING
        heard = together(told)
        heard.host[:] = ADAPTED
        return heard

    def withdraw(self, names: Digests) -> None:
        """Let nothing be left of these people (n, 2), not even what is usual for them.

        For everybody who says no, wherever they say it; nobody else is touched.
        """
        self._participants.withdraw(names)

    def forget(self) -> None:
        """Forget everybody: for when the key turns under which names are known."""
        self._participants.forget()

    @property
    def participants(self) -> int:
        """How many are remembered."""
        return len(self._participants)

    def _route(self, address: str) -> _Route:
        """Find the first adapter with a use for an address, else one that passes it over."""
        parts = parts_of(address)
        swallowed = -1
        for number, plan in enumerate(self._plans):
            hits = plan.hits(address, parts)
            if known := plan.known(hits):
                device, label = known[0].device, known[0].label
                if len(device) > _MOST_DEVICE:
                    return _Route(number, refused=Reason.NAME)
                readings = tuple(plan.patterns[hit.number][1] for hit in known)
                return _Route(number, device, label, readings)
            if hits and swallowed < 0:
                swallowed = number
        if swallowed >= 0 or any(plan.ignored.find(address, parts) for plan in self._plans):
            return _Route(swallowed)
        return _Route(refused=Reason.UNKNOWN_ADDRESS)

    def _refuse(self, reason: Reason, address: str) -> None:
        if reason is Reason.UNKNOWN_ADDRESS:
            self._notices.unknown_address(address)
        else:
            self._notices.reject(reason)


_NOTHING = said(0)


def _at_once(ignored: str) -> bool:
    """Whether what is ignored can be told from the first bytes alone."""
    return "*" not in ignored.removesuffix("/*")
