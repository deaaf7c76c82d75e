"""A TCP port for machines that are trusted, served by python-osc, emptied once a frame.

Does not decode what it reads and answers nobody. Whoever is not trusted is hung up on.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Iterable
from ipaddress import ip_address

from .datagrams import Datagrams, Hosts, host_bytes, packed
from .endpoint import bind_socket, own_hosts, reached_at
from .networks import Networks
from .udp import MOST_DATAGRAMS

THIS_MACHINE = ("127.0.0.0/8", "::1/128")

_MOST_BYTES = 8 * 1024 * 1024  # that wait to be drained; then senders wait, too
_OVERHEAD = 128  # bytes of memory, about, of a packet's place in the queue


class TcpInlet:
    """A listening TCP socket for OSC 1.1 (SLIP) and OSC 1.0 (size before each packet).

    Binds exactly `host` and `port` (0 = any free one). MachineError where it cannot. Each
    connection's first byte tells how it is framed. `trusted`: networks whose machines may connect,
    this one alone unless said otherwise; ValueError for what is no network. Others are counted in
    `refused`. `loopback`: only this machine can connect. `datagrams` counts the packets handed
    out, `errors` the connections that were ended because of what came over them, or because for a
    minute nothing whole did, and failures of the system. At most 64 connections, eight of one
    host; a packet beyond the decoder's limit ends its connection.
    """

    dropped = 0  # TCP loses nothing: a sender waits

    def __init__(self, host: str, port: int, trusted: Iterable[str] = THIS_MACHINE) -> None:
        from .connections import Connections  # python-osc's, and asyncio: only where it is used

        networks = Networks(tuple(trusted) or THIS_MACHINE)  # without one, it would hear everybody
        self._queue = _Queue()
        self._socket = bind_socket(host, port, socket.SOCK_STREAM)
        bound: str = self._socket.getsockname()[0]
        self.loopback = ip_address(bound.partition("%")[0]).is_loopback
        self.port: int = self._socket.getsockname()[1]
        self.datagrams = 0
        self._connections = Connections(self._socket, self._queue, networks)

    @property
    def errors(self) -> int:
        """How many connections were ended for what came over them, or did not for a minute."""
        return self._connections.errors

    @property
    def refused(self) -> int:
        """How many connections were not trusted, or one too many, in all or of their host."""
        return self._connections.refused

    def drain(self, steps: int = 1, most: int = MOST_DATAGRAMS) -> Datagrams:
        """Return the packets that wait, oldest first: at most `most` for each of `steps`."""
        parts = self._queue.take(most * max(1, steps))
        self.datagrams += len(parts)
        return packed(
            [data for data, _, _ in parts],
            [host for _, host, _ in parts],
            [port for _, _, port in parts],
        )

    def own(self) -> Hosts:
        """Return this machine's IPv4 addresses that senders reach this port at, (n, 2)."""
        return own_hosts(self._socket)

    def addresses(self) -> list[str]:
        """Return where senders reach this port, as `host:port`; loopback first."""
        return reached_at(self._socket)

    def close(self) -> None:
        """Hang up on everybody and give the port back; safe to call twice."""
        self._queue.close()
        self._connections.close()


class _Queue:
    """Packets that wait to be drained: what python-osc calls instead of decoding them."""

    def __init__(self) -> None:
        self._parts: deque[tuple[bytes, bytes, int]] = deque()
        self._size = 0
        self._open = True
        self._change = threading.Condition()

    def call_handlers_for_packet(self, data: bytes, client_address: tuple[str, int]) -> list[None]:
        """Append a packet; waits while the queue is full, and answers nothing."""
        host, port = client_address[:2]
        with self._change:
            self._change.wait_for(lambda: self._size < _MOST_BYTES or not self._open)
            if self._open:
                self._parts.append((data, host_bytes(host), port))
                self._size += len(data) + _OVERHEAD
        return []

    def take(self, most: int) -> list[tuple[bytes, bytes, int]]:
        """Remove and return the oldest."""
        with self._change:
            taken = [self._parts.popleft() for _ in range(min(most, len(self._parts)))]
            self._size -= sum(len(data) + _OVERHEAD for data, _, _ in taken)
            self._change.notify_all()
        return taken

    def close(self) -> None:
        """Let nobody wait any more; what comes now is dropped."""
        with self._change:
            self._open = False
            self._change.notify_all()
