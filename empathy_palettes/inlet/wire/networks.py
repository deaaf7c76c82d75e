"""Which machines are heard: networks as an installation names them, against addresses that come.

Opens no socket.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network

import numpy as np
from numpy.typing import NDArray

Hosts = NDArray[np.uint64]  # (n, 2): the 16 bytes of IPv6 as `Datagrams.host` has them

_MAPPED = 0xFFFF << 32  # what IPv4 is mapped behind
_BITS = 128
_WORD = 64


class Networks:
    """Networks such as `192.168.1.0/24` or `10.0.0.5`; without one, everybody is heard.

    ValueError for what is no network.
    """

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._masks: list[tuple[NDArray[np.uint64], NDArray[np.uint64]]] = []
        for text in networks:
            network = ip_network(text)
            number, length = int(network.network_address), network.prefixlen
            if isinstance(network, IPv4Network):
                number, length = number | _MAPPED, length + _BITS - 32
            mask = (1 << _BITS) - (1 << (_BITS - length))
            self._masks.append((_words(number), _words(mask)))

    def __bool__(self) -> bool:
        """Whether there is one, so that not everybody is heard."""
        return bool(self._masks)

    def hear(self, host: Hosts) -> NDArray[np.bool_]:
        """Return (n,) which of the addresses are within."""
        if not self._masks:
            return np.ones(len(host), np.bool_)
        heard = np.zeros(len(host), np.bool_)
        for network, mask in self._masks:
            heard |= ((host & mask) == network).all(axis=1)
        return heard


def _words(number: int) -> NDArray[np.uint64]:
    """The 16 bytes of an address, most significant first, as two words of this machine."""
    return np.frombuffer(number.to_bytes(_BITS // 8, "big"), np.uint64)
