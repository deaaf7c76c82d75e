"""python-osc's TCP server with a guard on each connection, for what the library would let pass.

Left to itself it gathers whatever a sender calls one packet, up to 4 GiB, and has a thread for
everybody. Knows no OSC but its framing over TCP, and decodes nothing.
"""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import suppress
from typing import Any, Protocol, cast

import numpy as np
from pythonosc import osc_tcp_server
from pythonosc.dispatcher import Dispatcher

from .datagrams import host_bytes
from .networks import Networks
from .osc import DEFAULT_LIMITS

MOST_CONNECTIONS = 64

_MOST = DEFAULT_LIMITS.datagram
_MOST_FRAMED = 2 * _MOST + 1  # bytes: each of them escaped, and the one that ends the packet
_END = b"\xc0"
_CHUNK = 4_096
_POLL = 0.1  # seconds until a server that is shut down has noticed
_JOIN = 1.0  # seconds that threads are waited for


class Packets(Protocol):
    """What the library's server asks of a dispatcher, and no more."""

    def call_handlers_for_packet(self, data: bytes, client_address: tuple[str, int]) -> list[None]:
        """Take one packet; what is returned would be sent back."""


class Connections(osc_tcp_server.ThreadingOSCTCPServer):
    """Serves a bound socket on threads of its own until `close`; packets go to `packets`.

    `errors`: connections that were ended for what came over them; `refused`: those that were not
    trusted, or one too many.
    """

    daemon_threads = True
    block_on_close = False  # `close` wakes the threads first, and does not wait for ever

    def __init__(self, bound: socket.socket, packets: Packets, trusted: Networks) -> None:
        self.errors = 0
        self.refused = 0
        self._bound = bound
        self._trusted = trusted
        self._open: set[socket.socket] = set()
        self._change = threading.Condition()
        super().__init__(bound.getsockname()[:2], cast(Dispatcher, packets))
        self._thread = threading.Thread(
            target=self.serve_forever, args=(_POLL,), name="tcp", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Hang up on everybody; safe to call twice."""
        self.shutdown()
        self.server_close()
        with self._change:
            for request in self._open:
                with suppress(OSError):  # hung up already
                    request.shutdown(socket.SHUT_RDWR)
            self._change.wait_for(lambda: not self._open, _JOIN)
        self._thread.join(_JOIN)

    def server_bind(self) -> None:
        """Take the socket that is bound already, instead of another one."""
        self.socket.close()
        self.socket = self._bound
        self.server_address = self._bound.getsockname()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Return whether this machine may connect, and there are not too many."""
        host = np.frombuffer(host_bytes(client_address[0]), np.uint64).reshape(1, 2)
        with self._change:
            welcome = len(self._open) < MOST_CONNECTIONS and bool(self._trusted.hear(host)[0])
            if welcome:
                self._open.add(request)
            else:
                self.refused += 1
        return welcome

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection by the framing that its first byte shows, on its own thread."""
        request.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # who is gone makes room
        first = request.recv(1, socket.MSG_PEEK)
        guard: Any
        if first == b"\0":  # of a size; SLIP begins with its END or with the packet
            guard = _Sized(request)
            _SIZED(guard, client_address, self)
        elif first:
            guard = _Slipped(request)
            _SLIPPED(guard, client_address, self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Count what the library would print; a connection that breaks is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            with self._change:
                self.errors += 1

    def close_request(self, request: Any) -> None:
        """Close one connection."""
        super().close_request(request)
        with self._change:
            self._open.discard(request)
            self._change.notify_all()


# The library has a name for its two handlers only inside; the server knows one of them at a time.
_SIZED = osc_tcp_server._TCPHandler1_0
_SLIPPED = osc_tcp_server._TCPHandler1_1


class _TooLongError(Exception):
    """A packet beyond the decoder's limit: what follows it cannot be found."""


class _Sized:
    """What the library's handler of OSC 1.0 reads: four bytes, then as many as they say."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def recv(self, count: int) -> bytes:
        if count > _MOST:
            raise _TooLongError
        return self._connection.recv(count)


class _Slipped:
    """What the library's handler of OSC 1.1 reads: whole packets only, one at a time.

    It takes packets to end where what it reads happens to end, and joins them where it does not.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._read = b""

    def recv(self, count: int) -> bytes:
        while True:
            packet, end, rest = self._read.partition(_END)
            if len(packet) >= _MOST_FRAMED:
                raise _TooLongError
            if end:
                self._read = rest
                if packet:  # else the END that begins the next one
                    return packet + end
                continue
            more = self._connection.recv(_CHUNK)
            if not more:
                return b""
            self._read += more
