"""The adapters of one inlet at work: messages of other programs into what was said, and by whom.

Decodes no bytes (`inlet.reader`) and lets nobody in (`inlet.gate`). What the files say is
`adapter`'s; how a feeling comes of it, `mixing`'s.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ...core.clock import STEPS_PER_SECOND
from ..naming import Naming, Space
from ..notices import Notices
from ..osc import Argument, Message
from ..reasons import Reason
from ..said import Said, said, together
from ..sample import Kind
from .adapter import Adapter
from .paths import covers, literal_head, parts_of
from .plan import Plan
from .reading import Reading

MOST_PARTICIPANTS = 4096
FORGOTTEN_STEPS = 600 * STEPS_PER_SECOND  # of silence
_MOST_DEVICE = 64  # characters
_SWEEP_EVERY = 10 * STEPS_PER_SECOND

Key = tuple[int, int, int]  # which adapter, and the pair of a name


class Taken(NamedTuple):
    """Which adapter a message is for, by its id, and the address as its file writes it."""

    adapter: str
    address: str


class _Heard(NamedTuple):
    plan: int
    readings: list[Reading]
    label: str
    name: tuple[Space, bytes]
    args: Sequence[Argument]


class Adapters:
    """All adapters of one inlet, the first that has a use for a message before the others.

    `origin`: the inlet's number. `people`: whose a device is, by what its adapter captures as
    `{device}`, or by the adapter's id where it captures nothing: that person is the one who sends
    as `/empathy/<who>`. Everybody else is told apart by adapter, machine and device. `range`: the
    inlet's, for files that leave it to the inlet; `kind`: instead of what the files say.

    At most 4,096 participants are remembered, and none for longer than ten silent minutes. `taken`
    counts messages by adapter, `passed_over` those that were ignored.
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
        kind: Kind | None = None,
        most: int = MOST_PARTICIPANTS,
    ) -> None:
        self.taken: Counter[str] = Counter()
        self.passed_over = 0
        self._naming = naming
        self._notices = notices
        self._people = {who: name.encode("ascii") for who, name in (people or {}).items()}
        self._most = most
        self._plans = [Plan(adapter, notices, origin, range, kind) for adapter in adapters]
        self._rows: OrderedDict[Key, tuple[int, int]] = OrderedDict()  # row, step last heard
        self._swept = 0

    @property
    def slashless(self) -> bool:
        """Whether any of them takes addresses without a slash in front."""
        return any(plan.adapter.slashless for plan in self._plans)

    @property
    def prefixes(self) -> tuple[bytes, ...]:
        """How addresses begin that could be theirs."""
        heads = {
            (plan.adapter.slashless, literal_head(address))
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
                return Taken(plan.adapter.id, plan.patterns[known[0].number][0])
        for plan in self._plans:
            if hits := plan.hits(address, parts):
                return Taken(plan.adapter.id, plan.patterns[hits[0].number][0])
            for each in plan.adapter.ignore:
                if covers(each, parts):
                    return Taken(plan.adapter.id, each)
        return None

    def read(self, messages: Sequence[tuple[Message, bytes]], step: int) -> Said:
        """Return what is due at `step` after these messages, each with its host's 16 bytes.

        A message that is nobody's is counted as rejected.
        """
        heard: list[_Heard] = []
        for (address, args), host in messages:
            self._take(address, args, host, heard)
        for each, name in zip(heard, self._named([each.name for each in heard]), strict=True):
            latches = self._plans[each.plan].latches
            row = self._row((each.plan, *name), step)
            for reading in each.readings:
                if reading.commits:
                    latches.commit(row)
                elif reading.says_word:
                    if word := reading.word(each.args, name[0]):
                        latches.hear_word(row, word, step)
                else:
                    for column, number in reading.numbers(each.args, each.label, name[0]):
                        latches.hear(row, column, number, step)
        return self.due(step)

    def due(self, step: int) -> Said:
        """Return what is to be told at `step`: nobody speaks more often than every third step."""
        self._sweep(step)
        parts = [plan.latches.due(step) for plan in self._plans]
        told = [part for part in parts if part is not None]
        return together(told) if told else _NOTHING

    def forget(self) -> None:
        """Forget everybody: for when the key turns under which names are known."""
        for key, (row, _) in self._rows.items():
            self._plans[key[0]].latches.forget(row)
        self._rows.clear()

    def __len__(self) -> int:
        """How many participants are remembered."""
        return len(self._rows)

    def _take(
        self, address: str, args: Sequence[Argument], host: bytes, heard: list[_Heard]
    ) -> None:
        """Add what a message is to those of it that say something."""
        parts = parts_of(address)
        swallowed = ""
        for number, plan in enumerate(self._plans):
            hits = plan.hits(address, parts)
            if known := plan.known(hits):
                self.taken[plan.adapter.id] += 1
                device, label = known[0].device, known[0].label
                if len(device) > _MOST_DEVICE:
                    self._notices.reject(Reason.NAME)
                    return
                readings = [plan.patterns[hit.number][1] for hit in known]
                name = self._name(plan.adapter.id, device, host)
                heard.append(_Heard(number, readings, label, name, args))
                return
            if hits and not swallowed:
                swallowed = plan.adapter.id
        if swallowed:
            self.taken[swallowed] += 1
        elif any(covers(each, parts) for plan in self._plans for each in plan.adapter.ignore):
            self.passed_over += 1
        else:
            self._notices.unknown_address(address)

    def _name(self, adapter: str, device: str, host: bytes) -> tuple[Space, bytes]:
        if alias := self._people.get(device or adapter):
            return Space.SENDER, alias
        return Space.ADAPTED, b"\0".join((adapter.encode(), device.encode(), host))

    def _named(self, names: Sequence[tuple[Space, bytes]]) -> list[tuple[int, int]]:
        """Return the pairs of names, those of one length reckoned together."""
        pairs: dict[tuple[Space, bytes], tuple[int, int]] = {}
        alike: dict[tuple[Space, int], list[bytes]] = {}
        for space, name in dict.fromkeys(names):
            alike.setdefault((space, len(name)), []).append(name)
        for (space, length), group in alike.items():
            block = np.frombuffer(b"".join(group), np.uint8).reshape(-1, length)
            found = self._naming.digests(block, space).tolist()
            for name, (first, second) in zip(group, found, strict=True):
                pairs[space, name] = first, second
        return [pairs[name] for name in names]

    def _row(self, key: Key, step: int) -> int:
        known = self._rows.get(key)
        latches = self._plans[key[0]].latches
        if known is None:
            if len(self._rows) >= self._most:
                oldest, (row, _) = self._rows.popitem(last=False)
                self._plans[oldest[0]].latches.forget(row)
            row = latches.add(key[1:])
        else:
            row = known[0]
        self._rows[key] = row, step
        self._rows.move_to_end(key)
        return row

    def _sweep(self, step: int) -> None:
        """Forget the silent, now and then."""
        if 0 <= step - self._swept < _SWEEP_EVERY:
            return
        self._swept = step
        while self._rows:
            key, (row, last) = next(iter(self._rows.items()))
            if step - last <= FORGOTTEN_STEPS:
                return
            del self._rows[key]
            self._plans[key[0]].latches.forget(row)


_NOTHING = said(0)


def _at_once(ignored: str) -> bool:
    """Whether what is ignored can be told from the first bytes alone."""
    return "*" not in ignored.removesuffix("/*")
