"""What arrived, in one block of bytes: the form in which every socket hands it on.

Decodes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Hosts = NDArray[np.uint64]

HOST_BYTES = 16
MAPPED = b"\0" * 10 + b"\xff\xff"  # IPv4 within IPv6 (RFC 4291, 2.5.5.2)
NOBODY = b"\0" * HOST_BYTES


@dataclass(frozen=True, slots=True)
class Datagrams:
    """`data`: a flat block of bytes, aligned to 4. The others (n,), oldest first.

    `start`: where in it each datagram begins, a multiple of 4 (int64); `length` in bytes (int64).
    `host` (n, 2) u8: the address it came from as the 16 bytes of IPv6, IPv4 mapped into it; zeros:
    from this show itself. `port` (n,) u2: the port it came from. `stride`: how many bytes after
    another each begins, where that is known to be the same of all, else 0. The block is lent until
    the next ones are asked for.
    """

    data: Bytes
    start: Ints
    length: Ints
    host: Hosts
    port: NDArray[np.uint16]
    stride: int = 0

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, which: int) -> bytes:
        start = int(self.start[which])
        return self.data[start : start + int(self.length[which])].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        return (self[which] for which in range(len(self)))

    def take(self, which: NDArray[np.signedinteger] | NDArray[np.bool_]) -> Datagrams:
        """Return some of them, in the order asked for; the block is shared."""
        return Datagrams(
            self.data, self.start[which], self.length[which], self.host[which], self.port[which]
        )


def packed(
    datagrams: Iterable[bytes],
    hosts: Sequence[bytes] | None = None,
    ports: Sequence[int] | None = None,
) -> Datagrams:
    """Return datagrams that are bytes, each with its host (`host_bytes`) and port, as a block."""
    parts = list(datagrams)
    length = np.fromiter(map(len, parts), np.int64, len(parts))
    room = (length + 3) // 4 * 4
    start = np.cumsum(room) - room
    if (room == length).all():
        data = np.frombuffer(b"".join(parts), np.uint8)
    else:
        data = np.frombuffer(
            b"".join(part.ljust(-(-len(part) // 4) * 4, b"\0") for part in parts), np.uint8
        )
    host = np.zeros((len(parts), 2), np.uint64)
    if hosts:
        host = np.frombuffer(b"".join(hosts), np.uint64).reshape(-1, 2)
    port = np.zeros(len(parts), np.uint16)
    if ports:
        port = np.array(ports, np.uint16)
    return Datagrams(data, start, length, host, port)


def from_ourselves(datagrams: Iterable[bytes]) -> Datagrams:
    """Return what this show tells itself, as if it had arrived."""
    return packed(datagrams)


def host_bytes(host: str) -> bytes:
    """Return an address in digits as `Datagrams.host` holds it; ValueError for a name."""
    address = ip_address(host.partition("%")[0])  # an IPv6 one may name its network card
    return MAPPED + address.packed if isinstance(address, IPv4Address) else address.packed
