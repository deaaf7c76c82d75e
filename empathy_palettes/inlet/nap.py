"""A thread that reads a socket while frames stall, and naps while there is nothing to read.

Does not decide when it is needed: `Stalls` does, from what it is told. Decodes nothing.
"""

from __future__ import annotations

import socket
import threading

from ..core.clock import STEPS_PER_SECOND
from .block import Block
from .datagrams import Datagrams
from .receiver import Receiver

NAP = 0.001  # seconds: a queue of 4 MB takes 10,000 datagrams, so 10 million a second

_STALLED = 3  # steps of a frame: below 20 frames a second, or half of 30 now and then
_SMOOTH_STEPS = 10 * STEPS_PER_SECOND


class Stalls:
    """Whether frames stall: since one took three steps or more, until none has for ten seconds."""

    def __init__(self) -> None:
        self._smooth = _SMOOTH_STEPS

    def told(self, steps: int) -> bool:
        """Take in how many steps a frame spans."""
        self._smooth = 0 if steps >= _STALLED else min(self._smooth + steps, _SMOOTH_STEPS)
        return self._smooth < _SMOOTH_STEPS


class Napper:
    """Reads `port` on a thread of its own into a block, until `stop`; nothing is lost or turned.

    A block that is full is left alone until it is taken: the system drops, and counts, what it
    then has no room for. `errors` counts how often the system failed to read.
    """

    def __init__(self, port: socket.socket, receiver: Receiver, blocks: tuple[Block, Block]):
        self.errors = 0
        self._port = port
        self._receiver = receiver
        self._filled, self._lent = blocks
        self._turn = (
            threading.Lock()
        )  # held while a block is written to or exchanged, never while reading
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="nap", daemon=True)
        self._thread.start()

    def take(self, most: int) -> Datagrams:
        """Return the oldest `most` that were read; lent until they are next asked for."""
        if not len(self._lent):
            with self._turn:
                self._lent.clear()
                self._filled, self._lent = self._lent, self._filled
        return self._lent.lend(most)

    def stop(self) -> tuple[Block, Block]:
        """End the thread; return what it has read and not yet handed out, older ones first."""
        self._stop.set()
        self._thread.join()
        return self._lent, self._filled

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                count = self._receiver.fetch(self._port, self._room())
            except OSError:
                self.errors += 1  # a network that fails does not end the show
                count = 0
            if count:
                with self._turn:
                    self._receiver.pack(self._filled)  # or its successor, which is empty
            else:
                self._stop.wait(NAP)

    def _room(self) -> int:
        with self._turn:
            return self._filled.room()
