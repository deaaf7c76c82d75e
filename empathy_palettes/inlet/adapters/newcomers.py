"""How many new participants each machine may bring per second: an allowance for every host.

Knows no participant, and keeps no address for longer than there is something to tell by it.
"""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from ...core.clock import STEPS_PER_SECOND
from ..gating.allowance import Allowance
from ..wire.traffic import from_here

NEW_EACH = 50  # participants per second and host
NEW_HERE = 1_000  # this machine's
MOST_HOSTS = 1_024

_HALF = 8  # bytes: an IPv6 network, for a machine is given a whole one; of IPv4 the rest
_EMPTY = b"\0" * _HALF
_RENEWED = STEPS_PER_SECOND  # then an allowance is whole again, as a stranger's is


class Newcomers:
    """An allowance per host, an IPv4 address or an IPv6 network of 64 bits.

    1,024 hosts are told apart at a time; while all of these are busy, the others share one.
    """

    def __init__(self) -> None:
        self._hosts: OrderedDict[bytes, tuple[Allowance, int]] = OrderedDict()  # and last asked
        self._others = Allowance(NEW_EACH)

    def __len__(self) -> int:
        """How many hosts are told apart now."""
        return len(self._hosts)

    def take(self, host: bytes, step: int) -> bool:
        """Return whether one more may come from a host, by its 16 bytes, at `step`; count it."""
        key = host[_HALF:] if host.startswith(_EMPTY) else host[:_HALF]
        known = self._hosts.get(key)
        if known is None:
            if not self._has_room(step):
                return self._others.take(step) > 0
            here = from_here(np.frombuffer(host, np.uint64).reshape(1, 2))[0]
            allowance = Allowance(NEW_HERE if here else NEW_EACH)
        else:
            allowance = known[0]
        self._hosts[key] = allowance, step
        self._hosts.move_to_end(key)
        return allowance.take(step) > 0

    def _has_room(self, step: int) -> bool:
        if len(self._hosts) < MOST_HOSTS:
            return True
        oldest, (_, asked) = next(iter(self._hosts.items()))
        if step - asked < _RENEWED:
            return False
        del self._hosts[oldest]
        return True
