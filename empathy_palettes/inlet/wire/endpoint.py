"""A socket for a host and port that a user wrote, and what senders call it by.

Sends and receives nothing.
"""

from __future__ import annotations

import errno
import socket
from typing import Any

import numpy as np

from ...core.errors import Fault, MachineError
from .datagrams import MAPPED, Hosts, host_bytes


def open_socket(
    host: str, port: int, where: str, fix: str, kind: socket.SocketKind = socket.SOCK_DGRAM
) -> tuple[socket.socket, Any]:
    """Return a socket of the right family, and the address for `bind` or `connect`.

    MachineError, with `where` and `fix`, where the two name no address.
    """
    if not 0 <= port <= 65535:
        raise MachineError(Fault("", where, f"no port {port}", "a port is 1 to 65535"))
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=kind)[0]
        return socket.socket(family, kind, protocol), address
    except (OSError, UnicodeError):
        raise MachineError(Fault("", where, f"no such address: {host!r}", fix)) from None


def bind_socket(host: str, port: int, kind: socket.SocketKind = socket.SOCK_DGRAM) -> socket.socket:
    """Return a socket bound to exactly `host` and `port` (0 = any free one).

    MachineError, with the remedy, where that cannot be.
    """
    where = f"[[inlet]] listen = {host!r}, port = {port}"
    if not host:
        fix = 'write "127.0.0.1" for this machine alone, "0.0.0.0" for every network'
        raise MachineError(Fault("", where, "no address to listen on", fix))
    fix = "write an address of this machine, such as 127.0.0.1"
    bound, address = open_socket(host, port, where, fix, kind)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows lets two bind one port otherwise
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif kind == socket.SOCK_STREAM:  # or a show that starts again waits for old connections
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise MachineError(_fault(error, host, port, where)) from None
    return bound


def reached_at(bound: socket.socket) -> list[str]:
    """Return where senders reach a bound socket, as `host:port`; loopback first."""
    port = bound.getsockname()[1]
    shape = "[{}]:{}" if bound.family == socket.AF_INET6 else "{}:{}"
    return [shape.format(name, port) for name in _hosts(bound)]


def own_hosts(bound: socket.socket) -> Hosts:
    """Return (n, 2) the IPv4 addresses that a bound socket is reached at, as `Datagrams` has hosts.

    Who sends from one of these is this machine: the system drops what only claims to be. Of IPv6
    Linux drops that of ::1 alone, so other such addresses tell nothing.
    """
    four = [one for one in map(host_bytes, _hosts(bound)) if one.startswith(MAPPED)]
    return np.frombuffer(b"".join(four), np.uint64).reshape(-1, 2)


def _hosts(bound: socket.socket) -> list[str]:
    host: str = bound.getsockname()[0]
    if host == "0.0.0.0":
        return ["127.0.0.1", *_outward(bound.family, "192.0.2.1")]
    if host == "::":  # which hears IPv4, too
        four = _outward(socket.AF_INET, "192.0.2.1")
        return ["::1", *_outward(bound.family, "2001:db8::1"), *four]
    return [host]


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
