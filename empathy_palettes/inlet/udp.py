"""A UDP port, read without waiting and without a thread.

Does not decode what it reads and answers nobody.
"""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

from ..core.errors import Fault, MachineError
from .endpoint import open_socket
from .osc import DEFAULT_LIMITS

MOST_DATAGRAMS = 2_048  # of one drain: 120,000 a second at 60 frames a second
MOST_BYTES = 64 * 1024  # of one drain: at most 4,096 feelings, of which each takes 16 bytes

_RECEIVE_BUFFER = 4 * 1024 * 1024  # bytes: the usual 200 KiB hold 256 datagrams, an eighth of these


class UdpInlet:
    """A bound UDP socket that is emptied at the start of each frame.

    Binds exactly `host` (a name or an address; "0.0.0.0" or "::" for every network) and `port`
    (0 = any free one). MachineError where it cannot. `receive_buffer` bytes are asked of the
    kernel; the attribute says what it gave, as the system counts it (Linux tells twice the room).
    `loopback`: only this machine can send to it. `datagrams` counts what was read, `errors` how
    often the system failed to read.
    """

    def __init__(self, host: str, port: int, receive_buffer: int = _RECEIVE_BUFFER) -> None:
        self._socket = _bind(host, port)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.receive_buffer = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        bound: str = self._socket.getsockname()[0]
        self.loopback = ip_address(bound).is_loopback
        self.port: int = self._socket.getsockname()[1]
        self.datagrams = 0
        self.errors = 0
        self._block = memoryview(bytearray(DEFAULT_LIMITS.datagram + 1))

    def drain(
        self, most_bytes: int = MOST_BYTES, most_datagrams: int = MOST_DATAGRAMS
    ) -> list[bytes]:
        """Return the datagrams that wait, oldest first.

        Stops at `most_datagrams`, or with the datagram that reaches `most_bytes`, and leaves the
        rest to the kernel, which drops what it has no room for. A datagram beyond the decoder's
        limit comes cut one byte above it, so that the decoder rejects it by its size.
        """
        taken: list[bytes] = []
        size = 0
        while len(taken) < most_datagrams and size < most_bytes:
            try:
                length = self._socket.recv_into(self._block)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    self.errors += 1  # a network that fails does not end the show
                    break
                length = len(self._block)  # cut, as Windows tells it
            taken.append(bytes(self._block[:length]))
            size += length
        self.datagrams += len(taken)
        return taken

    def addresses(self) -> list[str]:
        """Return where senders reach this port, as `host:port`; loopback first."""
        family, host = self._socket.family, self._socket.getsockname()[0]
        if host == "0.0.0.0":
            hosts = ["127.0.0.1", *_outward(family, "192.0.2.1")]
        elif host == "::":
            hosts = ["::1", *_outward(family, "2001:db8::1")]
        else:
            hosts = [host]
        shape = "[{}]:{}" if family == socket.AF_INET6 else "{}:{}"
        return [shape.format(name, self.port) for name in hosts]

    def close(self) -> None:
        """Give the port back; safe to call twice."""
        self._socket.close()


def _bind(host: str, port: int) -> socket.socket:
    where = f"[[inlet]] listen = {host!r}, port = {port}"
    if not host:
        fix = 'write "127.0.0.1" for this machine alone, "0.0.0.0" for every network'
        raise MachineError(Fault("", where, "no address to listen on", fix))
    fix = "write an address of this machine, such as 127.0.0.1"
    bound, address = open_socket(host, port, where, fix)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows lets two bind one port otherwise
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise MachineError(_fault(error, host, port, where)) from None
    return bound


def _fault(error: OSError, host: str, port: int, where: str) -> Fault:
    if error.errno == errno.EADDRINUSE:
        fix = "another show runs? close it, or set another port in [[inlet]]"
        return Fault("", where, f"port {port} is already in use", fix)
    if error.errno == errno.EADDRNOTAVAIL:
        fix = "list this machine's addresses, or listen on 0.0.0.0"
        return Fault("", where, f"{host} is not an address of this machine", fix)
    if error.errno == errno.EACCES:
        return Fault("", where, f"port {port} is reserved", "take one above 1023")
    return Fault("", where, f"cannot listen: {error.strerror or error}")


def _outward(family: int, anywhere: str) -> list[str]:
    """The address this machine would send from; nothing is sent, `anywhere` is for documents."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((anywhere, 9))
        except OSError:
            return []  # no network, or none of this family
        return [probe.getsockname()[0]]
