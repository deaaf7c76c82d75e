"""A thread that reads a socket while frames stall, and naps while there is nothing to read.

Does not decide when it is needed: `Stalls` does, from what it is told. Decodes nothing.
"""

from __future__ import annotations

import socket
import threading

from ...core.clock import STEPS_PER_SECOND
from .block import Block
from .datagrams import Datagrams
from .receiver import Receiver

NAP = 0.002  # seconds: a buffer of 4 MB holds 10,000 datagrams, so 5 million a second

_STALLED = 3  # steps of a frame: below 20 frames a second, or half of 30 now and then
_SMOOTH_STEPS = 10 * STEPS_PER_SECOND


class Stalls:
    """Whether frames stall: since one took three steps or more, until none has for ten seconds.

    Or since the system dropped something that was not fetched in time.
    """

    def __init__(self) -> None:
        self._smooth = _SMOOTH_STEPS

    def told(self, steps: int, lost: bool = False) -> bool:
        """Take in how many steps a frame spans, and whether anything was dropped since the last."""
        self._smooth = 0 if lost or steps >= _STALLED else min(self._smooth + steps, _SMOOTH_STEPS)
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
        self._lent, self._filled = blocks  # older ones first, as `stop` returns them
        self._turn = threading.Lock()  # held by whoever reads, or exchanges the blocks
        self._wanted = False  # by who drains, before whom the thread steps back
        # Held as long as the thread is to run: to wait for it is the cheapest nap there is.
        self._running = threading.Lock()
        self._running.acquire()
        self._thread = threading.Thread(target=self._run, name="nap", daemon=True)
        self._thread.start()

    def take(self, most: int) -> Datagrams:
        """Return the oldest `most` that were read or wait now; lent until they are next asked for.

        What waits is read here and now, so that nobody is a nap late.
        """
        if not len(self._lent):
            self._wanted = True
            with self._turn:
                self._wanted = False
                while (most := self._most()) and self._read(most) == most:
                    pass
                self._lent.clear()
                self._filled, self._lent = self._lent, self._filled
        return self._lent.lend(most)

    def stop(self) -> tuple[Block, Block]:
        """End the thread; return what it has read and not yet handed out, older ones first."""
        self._running.release()
        self._thread.join()
        return self._lent, self._filled

    def _run(self) -> None:
        while self._running.locked():
            count = 0
            if not self._wanted:
                with self._turn:
                    count = self._read(self._most())
            if not count and self._running.acquire(timeout=NAP):
                return

    def _most(self) -> int:
        return min(self._receiver.at_once, self._filled.room())

    def _read(self, most: int) -> int:
        """Read once; return how many came."""
        try:
            count = self._receiver.fetch(self._port, most)
        except OSError:
            self.errors += 1  # a network that fails does not end the show
            return 0
        if count:
            self._filled.pack(self._receiver.lend())
        return count
