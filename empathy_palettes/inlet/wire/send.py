"""Datagrams out to a show, this machine's or another's.

Does not pace: whoever sends knows when.
"""

from __future__ import annotations

from ...core.errors import Fault, MachineError
from .endpoint import open_socket

_FIX = "write HOST:PORT, such as 127.0.0.1:9000"


class Sender:
    """A UDP socket towards `host`:`port`; MachineError where that cannot be an address.

    `sent` counts datagrams. `unheard` counts those after which the other machine said that nobody
    listens there; not every machine says so.
    """

    def __init__(self, host: str, port: int) -> None:
        self._to = f"{host}:{port}"
        self.sent = 0
        self.unheard = 0
        self._socket, address = open_socket(host, port, f"to {self._to}", _FIX)
        try:
            self._socket.connect(address)
        except OSError as error:
            self._socket.close()
            raise self._error(error) from None

    def send(self, datagram: bytes) -> None:
        """Send one datagram; waits while the socket is full. MachineError without a network."""
        try:
            self._socket.send(datagram)
        except ConnectionRefusedError:  # the answer to an earlier one; this one was not sent
            self.unheard += 1
            return
        except OSError as error:
            raise self._error(error) from None
        self.sent += 1

    def close(self) -> None:
        """Close the socket; safe to call twice."""
        self._socket.close()

    def _error(self, error: OSError) -> MachineError:
        return MachineError(Fault("", f"to {self._to}", error.strerror or str(error), _FIX))
