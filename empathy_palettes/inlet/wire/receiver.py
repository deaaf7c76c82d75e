"""How a UDP socket is read on this system: by the thousand where it can be, else one by one.

Keeps nothing for longer than until it reads again: a `Block` does.
"""

from __future__ import annotations

import socket
from typing import Protocol

from .datagrams import Datagrams
from .mmsg import Mmsg
from .onebyone import OneByOne


class Receiver(Protocol):
    """A way to read a socket that does not wait."""

    at_once: int

    def fetch(self, port: socket.socket, most: int) -> int:
        """Read what waits, at most `most` and `at_once`; return how many, 0 when nothing waits.

        OSError when the system fails to read.
        """

    def lend(self) -> Datagrams:
        """Return what was fetched last, in rows of `block.STRIDE`, until there is a next time."""


def best_receiver() -> Receiver:
    """Return the fastest that works here."""
    try:
        return Mmsg()
    except OSError:
        return OneByOne()
