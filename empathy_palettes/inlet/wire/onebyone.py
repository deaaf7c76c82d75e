"""Datagrams read one by one: on every system, by the standard library alone.

Opens no socket and decodes nothing. Where there is `mmsg`, that is faster.
"""

from __future__ import annotations

import errno
import socket
from functools import lru_cache

import numpy as np

from .block import LONGEST, STRIDE
from .datagrams import Datagrams, host_bytes

_AT_ONCE = 64  # rows
_HOSTS = 4_096  # whose addresses are remembered as bytes


class OneByOne:
    """Reads a non-blocking UDP socket of IPv4 or IPv6 with a call for each datagram."""

    at_once = _AT_ONCE

    def __init__(self) -> None:
        self._rows = np.empty((_AT_ONCE, STRIDE), np.uint8)
        self._views = [row.data[:LONGEST] for row in self._rows]
        self._host = lru_cache(_HOSTS)(host_bytes)
        self._lengths: list[int] = []
        self._names: list[tuple[str, int]] = []

    def fetch(self, port: socket.socket, most: int) -> int:
        """Read what waits, at most `most` and 64; return how many, 0 when nothing waits.

        OSError when the system fails to read.
        """
        self._lengths.clear()
        self._names.clear()
        for view in self._views[: max(0, most)]:
            try:
                length, name = port.recvfrom_into(view)
            except (BlockingIOError, InterruptedError):
                break
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    if self._lengths:
                        break  # these first; the next call fails again
                    raise
                length, name = LONGEST, ("::", 0)  # cut, as Windows tells it, and nobody's
            self._lengths.append(length)
            self._names.append(name[:2])
        return len(self._lengths)

    def lend(self) -> Datagrams:
        """Return what was fetched last, in rows of `block.STRIDE`, until there is a next time."""
        hosts = b"".join(self._host(host) for host, _ in self._names)
        return Datagrams(
            self._rows.reshape(-1),
            np.arange(len(self._lengths)) * STRIDE,
            np.array(self._lengths, np.int64),
            np.frombuffer(hosts, np.uint64).reshape(-1, 2),
            np.array([port for _, port in self._names], np.uint16),
        )
