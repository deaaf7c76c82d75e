"""Who is who among those that the adapters of an inlet hear: a row for each who may have one.

Keeps no name and no address of a machine, only the keyed numbers of `Naming`. Who may come is not
decided here: it is asked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND
from ..naming import Digests, Naming, Space
from ..reasons import Reason
from ..wire.datagrams import host_bytes
from .latches import Latches
from .newcomers import Newcomers

MOST_PARTICIPANTS = 4096
FORGOTTEN_STEPS = 600 * STEPS_PER_SECOND  # of silence
_SWEEP_EVERY = 10 * STEPS_PER_SECOND

Key = tuple[int, int, int]  # which adapter, and the pair of a name
Who = tuple[int, str, bytes]  # which adapter, device, host
MayCome = Callable[[Digests], NDArray[np.bool_]]  # names (n, 2): which (n,) may be kept


class Found(NamedTuple):
    """Somebody who was heard: their row, unless they are `refused`, and half of their numbers."""

    row: int
    sender: int
    refused: Reason | None = None


class Participants:
    """Finds the rows of people in the latches of their adapters, each given with its id.

    `people`: whose a device is, by device, else by its machine's address, else by adapter. Nothing
    is kept of whom `may_come` refuses, for the reason that `outside` then gives; None: everybody
    may. At most `most` are remembered, and those whom `people` names: of a machine's newcomers no
    more than `Newcomers` lets pass, and while all are busy no other stranger. Nobody is forgotten
    for somebody new who was heard within ten minutes.
    """

    def __init__(
        self,
        latches: Sequence[tuple[str, Latches]],
        naming: Naming,
        people: Mapping[str, str],
        most: int,
        may_come: MayCome | None = None,
        outside: Callable[[], Reason] | None = None,
    ) -> None:
        self._latches = latches
        self._naming = naming
        self._people = {device: name.encode("ascii") for device, name in people.items()}
        self._machines = dict(_machines(self._people))
        self._most = most
        self._may_come = may_come
        self._outside = outside or _waiting
        self._newcomers = Newcomers()
        self._rows: OrderedDict[Key, tuple[int, int]] = OrderedDict()  # row, step last heard
        self._swept = 0

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, people: Iterable[Who], step: int) -> dict[Who, Found]:
        """Return each one, whose row is theirs from now on; `may_come` is asked of all at once.

        Of names nothing but their pairs of numbers is kept.
        """
        order = list(people)
        if not order:
            return {}
        spaces: dict[Space, list[tuple[Who, bytes]]] = {}
        for who in order:
            space, name = self._name(self._latches[who[0]][0], who[1], who[2])
            spaces.setdefault(space, []).append((who, name))
        names: dict[Who, tuple[Space, Digests]] = {}
        for space, group in spaces.items():
            pairs = self._naming.digests_of_texts([name for _, name in group], space)
            for (who, _), pair in zip(group, pairs, strict=True):
                names[who] = space, pair
        digests = np.array([names[who][1] for who in order], np.uint64)
        may = self._may(digests)
        found: dict[Who, Found] = {}
        for who, (first, second), allowed in zip(
            order, digests.tolist(), may.tolist(), strict=True
        ):
            key = who[0], first, second
            if allowed:
                stranger = names[who][0] is Space.ADAPTED
                found[who] = self._row(key, who[2] if stranger else None, step)
            else:
                self._wipe(key)
                found[who] = Found(-1, first, self._outside())
        return found

    def withdraw(self, names: Digests) -> None:
        """Keep nothing of these people (n, 2), whichever adapters they came through."""
        for first, second in names.tolist() if self._rows else ():
            for adapter in range(len(self._latches)):
                self._wipe((adapter, first, second))

    def sweep(self, step: int) -> None:
        """Forget the silent, and those who may not come any more, now and then."""
        if 0 <= step - self._swept < _SWEEP_EVERY:
            return
        self._swept = step
        while self._forgets_one(step):
            pass
        keys = list(self._rows)
        if keys:
            may = self._may(np.array([key[1:] for key in keys], np.uint64))
            for place in np.flatnonzero(~may).tolist():
                self._wipe(keys[place])

    def forget(self) -> None:
        """Forget everybody."""
        for key in list(self._rows):
            self._wipe(key)

    def _name(self, adapter: str, device: str, host: bytes) -> tuple[Space, bytes]:
        alias = self._people.get(device) or self._machines.get(host) or self._people.get(adapter)
        if alias:
            return Space.SENDER, alias
        return Space.ADAPTED, b"\0".join((adapter.encode(), device.encode(), host))

    def _may(self, names: Digests) -> NDArray[np.bool_]:
        return np.ones(len(names), np.bool_) if self._may_come is None else self._may_come(names)

    def _row(self, key: Key, host: bytes | None, step: int) -> Found:
        """Return somebody's row; `host`: which machine's newcomer they would be, None: nobody's."""
        known = self._rows.get(key)
        if known is not None:
            row = known[0]
        else:
            if host is not None:
                if len(self._rows) >= self._most and not self._forgets_one(step):
                    return Found(-1, key[1], Reason.PEOPLE)
                if not self._newcomers.take(host, step):
                    return Found(-1, key[1], Reason.NEWCOMERS)
            row = self._latches[key[0]][1].add(key[1:])
        self._rows[key] = row, step
        self._rows.move_to_end(key)
        return Found(row, key[1])

    def _forgets_one(self, step: int) -> bool:
        """Forget whoever has been silent longest, if that is for long enough."""
        for key, (_, last) in self._rows.items():
            if step - last <= FORGOTTEN_STEPS:
                return False
            self._wipe(key)
            return True
        return False

    def _wipe(self, key: Key) -> None:
        known = self._rows.pop(key, None)
        if known is not None:
            self._latches[key[0]][1].forget(known[0])


def _waiting() -> Reason:
    return Reason.WAITING


def _machines(people: Mapping[str, bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The names of those who are told by the address of a machine, by its 16 bytes."""
    for text, name in people.items():
        with suppress(ValueError):
            address = ip_address(text)
            yield host_bytes(str(address)), name
