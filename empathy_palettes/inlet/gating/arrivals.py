"""How many people whom nobody knows yet each machine may bring, inlet by inlet.

Does not know what is remembered of them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..said import ADAPTED
from ..wire.traffic import NETWORK
from .allowance import Allowances, Mask, Numbers


class Arrivals:
    """An allowance for each machine, `each_second`; this machine may bring as many as it likes.

    So may adapters, which count for themselves.

    `by_inlet`: that of inlets that have another, by their number. Each inlet counts for itself.
    Machines of one IPv6 network share theirs, as one machine may have all its addresses.
    """

    def __init__(self, each_second: int, by_inlet: Mapping[int, int] | None = None) -> None:
        self._each_second = each_second
        self._by_inlet = dict(by_inlet or {})
        self._allowances: dict[int, Allowances] = {}  # of inlets that a network has been heard on

    def take(self, hosts: Numbers, origins: NDArray[np.uint8], step: int) -> Mask:
        """Take one at `step` for each, by the host and the inlet (n,) it comes by.

        Return (n,) who got one. They are served in order.
        """
        got = np.ones(len(hosts), np.bool_)
        far = np.flatnonzero(hosts > ADAPTED)
        if len(far) == 0:
            return got
        through = origins[far]
        for inlet in np.unique(through).tolist():
            some = far[through == inlet]
            got[some] = self._of(inlet).take(hosts[some] & NETWORK, step)
        return got

    def _of(self, inlet: int) -> Allowances:
        if inlet not in self._allowances:
            each_second = self._by_inlet.get(inlet, self._each_second)
            self._allowances[inlet] = Allowances(each_second)
        return self._allowances[inlet]
