"""What arrived, in one block of bytes: the form in which every socket hands it on.

Decodes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Datagrams:
    """`data`: a flat block of bytes, aligned to 4. The others (n,), oldest first.

    `start`: where in it each datagram begins, a multiple of 4 (int64); `length` in bytes (int64).
    `host` (n, 2) u8: the address it came from as the 16 bytes of IPv6, IPv4 mapped into it; zeros:
    from this show itself. `port` (n,) u2: the port it came from. The block is lent until the next
    ones are asked for.
    """

    data: Bytes
    start: Ints
    length: Ints
    host: NDArray[np.uint64]
    port: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, which: int) -> bytes:
        start = int(self.start[which])
        return self.data[start : start + int(self.length[which])].tobytes()

    def take(self, which: NDArray[np.signedinteger] | NDArray[np.bool_]) -> Datagrams:
        """Return some of them, in the order asked for; the block is shared."""
        return Datagrams(
            self.data, self.start[which], self.length[which], self.host[which], self.port[which]
        )


def from_ourselves(datagrams: Iterable[bytes]) -> Datagrams:
    """Return what this show tells itself, as if it had arrived."""
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
    nobody = np.zeros((len(parts), 2), np.uint64)
    return Datagrams(data, start, length, nobody, np.zeros(len(parts), np.uint16))
