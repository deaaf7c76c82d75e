"""python-osc's TCP server with a guard on each connection, for what the library would let pass.

Left to itself it gathers whatever a sender calls one packet, up to 4 GiB, and has a thread for
everybody. Knows no OSC but its framing over TCP, and decodes nothing.
"""

from __future__ import annotations

import errno
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from pythonosc import osc_tcp_server
from pythonosc.dispatcher import Dispatcher

from ..osc import DEFAULT_LIMITS
from .datagrams import host_bytes
from .networks import Networks

MOST_CONNECTIONS = 64
MOST_OF_A_HOST = 8

_MOST = DEFAULT_LIMITS.datagram
_MOST_FRAMED = 2 * _MOST + 1  # bytes: each of them escaped, and the one that ends the packet
_END = b"\xc0"
_NOTHING = bytes(4)  # a packet of no bytes, behind its size
_CHUNK = 4_096
_POLL = 0.1  # seconds until a server that is shut down has noticed
_JOIN = 1.0  # seconds that threads are waited for
_SILENT = 60.0  # seconds without a whole packet after which a connection is ended
_LOOKS = 6  # at everybody in that time

#: Who is gone without a word is found out after a minute, instead of more than two hours.
_KEEP_ALIVE = (
    ("TCP_KEEPIDLE", 30),
    ("TCP_KEEPALIVE", 30),
    ("TCP_KEEPINTVL", 10),
    ("TCP_KEEPCNT", 3),
)

#: What the system answers when it can open no more; the connection waits, and is there again.
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Packets(Protocol):
    """What the library's server asks of a dispatcher, and no more."""

    def call_handlers_for_packet(self, data: bytes, client_address: tuple[str, int]) -> list[None]:
        """Take one packet; what is returned would be sent back."""


class Connections(osc_tcp_server.ThreadingOSCTCPServer):
    """Serves a bound socket on threads of its own until `close`; packets go to `packets`.

    `errors`: connections that were ended for what came over them, or for a minute without a whole
    packet, and failures of the system; `refused`: those that were not trusted, or one too many,
    in all or of their host.
    """

    daemon_threads = True
    block_on_close = False  # `close` wakes the threads first, and does not wait for ever

    def __init__(self, bound: socket.socket, packets: Packets, trusted: Networks) -> None:
        self.errors = 0
        self.refused = 0
        self._bound = bound
        self._trusted = trusted
        self._open: dict[socket.socket, _Open] = {}
        self._closing = threading.Event()
        self._change = threading.Condition()
        super().__init__(bound.getsockname()[:2], cast(Dispatcher, packets))
        self._thread = threading.Thread(
            target=self.serve_forever, args=(_POLL,), name="tcp", daemon=True
        )
        self._thread.start()
        self._watching = threading.Thread(target=self._watch, name="tcp silence", daemon=True)
        self._watching.start()

    def close(self) -> None:
        """Hang up on everybody; safe to call twice."""
        self._closing.set()
        self.shutdown()
        self.server_close()
        with self._change:
            for request in self._open:
                with suppress(OSError):  # hung up already
                    request.shutdown(socket.SHUT_RDWR)
            self._change.wait_for(lambda: not self._open, _JOIN)
        self._thread.join(_JOIN)
        self._watching.join(_JOIN)

    def server_bind(self) -> None:
        """Take the socket that is bound already, instead of another one."""
        self.socket.close()
        self.socket = self._bound
        self.server_address = self._bound.getsockname()

    def get_request(self) -> Any:
        """Accept a connection; OSError where that fails, after a moment if there is no room."""
        try:
            return super().get_request()
        except OSError as error:
            if error.errno in _NO_ROOM:
                with self._change:
                    self.errors += 1
                self._closing.wait(_POLL)  # or the server would ask again at once, and for ever
            raise

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Return whether this machine may connect, and there are not too many."""
        address = host_bytes(client_address[0])
        trusted = self._trusted.hear(np.frombuffer(address, np.uint64).reshape(1, 2))[0]
        with self._change:
            room = len(self._open) < MOST_CONNECTIONS
            same = sum(one.address == address for one in self._open.values())
            room = room and same < MOST_OF_A_HOST
            welcome = room and bool(trusted)
            if welcome:
                self._open[request] = _Open(address)
            else:
                self.refused += 1
        return welcome

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection by the framing that its first byte shows, on its own thread."""
        request.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEP_ALIVE:
            option = getattr(socket, name, None)  # systems differ in which they have
            if option is not None:
                request.setsockopt(socket.IPPROTO_TCP, option, value)
        first = request.recv(1, socket.MSG_PEEK)
        with self._change:
            one = self._open[request]
        guard: Any
        if first == b"\0":  # of a size; SLIP begins with its END or with the packet
            guard = _Sized(request, one)
            _SIZED(guard, client_address, self)
        elif first:
            guard = _Slipped(request, one)
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
            self._open.pop(request, None)
            self._change.notify_all()

    def _watch(self) -> None:
        """Hang up on whoever is silent; no clock is read, but looks are counted."""
        while not self._closing.wait(_SILENT / _LOOKS):
            with self._change:
                for request, one in self._open.items():
                    one.looks += 1
                    if one.waits and one.looks > _LOOKS:
                        one.waits = False
                        self.errors += 1
                        with suppress(OSError):  # hung up already
                            request.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class _Open:
    """A connection: whose it is, and how often was looked at it since a packet is waited for."""

    address: bytes
    waits: bool = True
    looks: int = 0


# The library has a name for its two handlers only inside; the server knows one of them at a time.
_SIZED = osc_tcp_server._TCPHandler1_0
_SLIPPED = osc_tcp_server._TCPHandler1_1


class _TooLongError(Exception):
    """A packet beyond the decoder's limit: what follows it cannot be found."""


class _Guard:
    """Reads a connection for one of the library's handlers: whole packets only, one at a time.

    How often a part of one comes does not matter to whether a connection is silent. While a packet
    waits for room in our queue, its sender is not waited for.
    """

    def __init__(self, connection: socket.socket, one: _Open) -> None:
        self._connection = connection
        self._one = one
        self._read = b""

    def _begin(self) -> None:
        """Begin to wait for a packet."""
        self._one.looks = 0
        self._one.waits = True

    def _more(self) -> bool:
        """Read what there is, as soon as there is any; False at the end."""
        more = self._connection.recv(_CHUNK)
        self._read += more
        return bool(more)


class _Sized(_Guard):
    """What the library's handler of OSC 1.0 reads: four bytes, then as many as they say.

    It takes a packet of no bytes for the end; those are passed over.
    """

    _left = 0  # of a packet that is whole

    def recv(self, count: int) -> bytes:
        if not self._left:
            self._begin()
            while not self._left:
                self._left = self._next()
                if not self._left and not self._more():
                    return b""
            self._one.waits = False
        taken, self._read = self._read[:count], self._read[count:]
        self._left -= len(taken)
        return taken

    def _next(self) -> int:
        """Return how long the next packet is, with its size; 0 = it is not whole."""
        while self._read.startswith(_NOTHING):
            self._read = self._read[len(_NOTHING) :]
        size = int.from_bytes(self._read[: len(_NOTHING)], "big")
        if len(self._read) < len(_NOTHING):
            return 0
        if size > _MOST:
            raise _TooLongError
        size += len(_NOTHING)
        return size if len(self._read) >= size else 0


class _Slipped(_Guard):
    """What the library's handler of OSC 1.1 reads.

    It takes packets to end where what it reads happens to end, and joins them where it does not.
    """

    def recv(self, count: int) -> bytes:
        self._begin()
        while True:
            packet, end, rest = self._read.partition(_END)
            if len(packet) >= _MOST_FRAMED:
                raise _TooLongError
            if not end:
                if not self._more():
                    return b""
                continue
            self._read = rest
            if packet:  # else the END that begins the next one
                self._one.waits = False
                return packet + end
