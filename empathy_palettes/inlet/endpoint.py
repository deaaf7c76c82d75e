"""A UDP socket for a host and port that a user wrote; neither bound nor connected."""

from __future__ import annotations

import socket
from typing import Any

from ..core.errors import Fault, MachineError


def open_socket(host: str, port: int, where: str, fix: str) -> tuple[socket.socket, Any]:
    """Return a socket of the right family, and the address for `bind` or `connect`.

    MachineError, with `where` and `fix`, where the two name no address.
    """
    if not 0 <= port <= 65535:
        raise MachineError(Fault("", where, f"no port {port}", "a port is 1 to 65535"))
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[
            0
        ]
        return socket.socket(family, kind, protocol), address
    except (OSError, UnicodeError):
        raise MachineError(Fault("", where, f"no such address: {host!r}", fix)) from None
