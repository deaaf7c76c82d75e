"""Who is who among those that the adapters of an inlet hear: a row for each, the oldest forgotten.

Keeps no name and no address of a machine, only the keyed numbers of `Naming`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address

import numpy as np

from ...core.clock import STEPS_PER_SECOND
from ..datagrams import host_bytes
from ..naming import Naming, Space
from .latches import Latches

MOST_PARTICIPANTS = 4096
FORGOTTEN_STEPS = 600 * STEPS_PER_SECOND  # of silence
_SWEEP_EVERY = 10 * STEPS_PER_SECOND

Key = tuple[int, int, int]  # which adapter, and the pair of a name
Who = tuple[int, str, bytes]  # which adapter, device, host


class Participants:
    """Finds the rows of people in the latches of their adapters, each given with its id.

    `people`: whose a device is, by device, else by its machine's address, else by adapter. At most
    `most` are remembered.
    """

    def __init__(
        self,
        latches: Sequence[tuple[str, Latches]],
        naming: Naming,
        people: Mapping[str, str],
        most: int,
    ) -> None:
        self._latches = latches
        self._naming = naming
        self._people = {device: name.encode("ascii") for device, name in people.items()}
        self._machines = dict(_machines(self._people))
        self._most = most
        self._rows: OrderedDict[Key, tuple[int, int]] = OrderedDict()  # row, step last heard
        self._swept = 0

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, people: Iterable[Who], step: int) -> dict[Who, tuple[int, int]]:
        """Return each one's row, and half of their pair of numbers; names of one length at once.

        Of names nothing but these pairs is kept. Of more than are remembered the last are left out,
        so that nobody's row is given on while it is in use.
        """
        alike: dict[tuple[Space, int], list[tuple[Who, bytes]]] = {}
        for who in people:
            space, name = self._name(self._latches[who[0]][0], who[1], who[2])
            alike.setdefault((space, len(name)), []).append((who, name))
        found: dict[Who, tuple[int, int]] = {}
        for (space, length), group in alike.items():
            block = np.frombuffer(b"".join(name for _, name in group), np.uint8)
            pairs = self._naming.digests(block.reshape(-1, length), space).tolist()
            for (who, _), (first, second) in zip(group, pairs, strict=True):
                if len(found) == self._most:
                    return found
                found[who] = self._row((who[0], first, second), step), first
        return found

    def sweep(self, step: int) -> None:
        """Forget the silent, now and then."""
        if 0 <= step - self._swept < _SWEEP_EVERY:
            return
        self._swept = step
        while self._rows:
            key, (row, last) = next(iter(self._rows.items()))
            if step - last <= FORGOTTEN_STEPS:
                return
            del self._rows[key]
            self._latches[key[0]][1].forget(row)

    def forget(self) -> None:
        """Forget everybody."""
        for key, (row, _) in self._rows.items():
            self._latches[key[0]][1].forget(row)
        self._rows.clear()

    def _name(self, adapter: str, device: str, host: bytes) -> tuple[Space, bytes]:
        alias = self._people.get(device) or self._machines.get(host) or self._people.get(adapter)
        if alias:
            return Space.SENDER, alias
        return Space.ADAPTED, b"\0".join((adapter.encode(), device.encode(), host))

    def _row(self, key: Key, step: int) -> int:
        known = self._rows.get(key)
        latches = self._latches[key[0]][1]
        if known is None:
            if len(self._rows) >= self._most:
                oldest, (row, _) = self._rows.popitem(last=False)
                self._latches[oldest[0]][1].forget(row)
            row = latches.add(key[1:])
        else:
            row = known[0]
        self._rows[key] = row, step
        self._rows.move_to_end(key)
        return row


def _machines(people: Mapping[str, bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The names of those who are told by the address of a machine, by its 16 bytes."""
    for text, name in people.items():
        with suppress(ValueError):
            address = ip_address(text)
            yield host_bytes(str(address)), name
