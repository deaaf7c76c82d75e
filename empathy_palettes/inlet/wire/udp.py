"""A UDP port, emptied at the start of each frame without waiting; by a thread while frames stall.

Does not decode what it reads and answers nobody.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address

from .block import Block
from .datagrams import Datagrams, Hosts
from .drops import dropped
from .endpoint import bind_socket, own_hosts, reached_at
from .nap import Napper, Stalls
from .receiver import Receiver, best_receiver

MOST_DATAGRAMS = 10_240  # for each step of a frame: more than the buffer below holds, 614,400/s

_RECEIVE_BUFFER = 4 * 1024 * 1024  # bytes; the usual 200 KiB hold 256 small datagrams, this 10,082


class UdpInlet:
    """A bound UDP socket that is emptied at the start of each frame.

    Binds exactly `host` (a name or an address; "0.0.0.0" or "::" for every network) and `port`
    (0 = any free one). MachineError where it cannot. `receive_buffer` bytes are asked of the
    kernel; the attribute says what it gave, as the system counts it (Linux tells twice the room).
    `receiver`: how it is read; None = the fastest way there is. `loopback`: only this machine can
    send to it. `datagrams` counts what was read.
    """

    def __init__(
        self,
        host: str,
        port: int,
        receive_buffer: int = _RECEIVE_BUFFER,
        receiver: Receiver | None = None,
    ) -> None:
        self._receiver = receiver or best_receiver()
        self._socket = bind_socket(host, port)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.receive_buffer = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        bound: str = self._socket.getsockname()[0]
        self.loopback = ip_address(bound.partition("%")[0]).is_loopback
        self.port: int = self._socket.getsockname()[1]
        self.datagrams = 0
        self._errors = 0
        self._dropped: int | None = None
        self._blocks = Block(), Block()  # what is handed out, and what comes after it
        self._stalls = Stalls()
        self._napper: Napper | None = None

    @property
    def errors(self) -> int:
        """How often the system failed to read."""
        return self._errors + (self._napper.errors if self._napper else 0)

    @property
    def dropped(self) -> int | None:
        """How many datagrams the system dropped for want of room; None where it does not tell."""
        if self._socket.fileno() >= 0:
            self._dropped = dropped(self._socket)
        return self._dropped

    @property
    def napping(self) -> bool:
        """Whether a thread reads, between naps, because frames stall."""
        return self._napper is not None

    def drain(self, steps: int = 1, most: int = MOST_DATAGRAMS) -> Datagrams:
        """Return the datagrams that wait, oldest first: at most `most` for each of `steps`.

        `steps`: how many the frame spans. Where frames take three or more, and where the system had
        to drop something since the last call, a thread reads from then on, until neither has been
        for ten seconds. What is left waits in the system, which drops what it has no room for. A
        datagram beyond the decoder's limit comes cut one byte above it, so that the decoder rejects
        it by its size. What is returned is lent until the next call.
        """
        before, now = self._dropped, self.dropped
        if self._stalls.told(steps, lost=(now or 0) > (before or 0)):
            self.nap()
        else:
            self.wake()
        most *= max(1, steps)
        taken = self._napper.take(most) if self._napper else self._read(most)
        self.datagrams += len(taken)
        return taken

    def nap(self) -> None:
        """Let a thread read from now on; safe to call twice."""
        if self._napper is None and self._socket.fileno() >= 0:
            self._napper = Napper(self._socket, self._receiver, self._blocks)

    def wake(self) -> None:
        """End the thread, if there is one; what it has read comes first in the next drains."""
        if self._napper is not None:
            self._blocks = self._napper.stop()
            self._errors += self._napper.errors
            self._napper = None

    def own(self) -> Hosts:
        """Return this machine's IPv4 addresses that senders reach this port at, (n, 2)."""
        return own_hosts(self._socket)

    def addresses(self) -> list[str]:
        """Return where senders reach this port, as `host:port`; loopback first."""
        return reached_at(self._socket)

    def close(self) -> None:
        """Give the port back; safe to call twice."""
        self.wake()
        _ = self.dropped  # can still be asked for
        self._socket.close()

    def _read(self, most: int) -> Datagrams:
        receiver = self._receiver
        front, after = self._blocks
        if not len(front):
            front.clear()
            if not len(after):
                asked = min(receiver.at_once, most)
                count = self._fetch(asked)
                if not count:
                    return front.lend(0)
                lent = receiver.lend()
                if count < asked or asked == most or not front.fits(lent):
                    return lent  # the usual case: that was all
                front.pack(lent)
            else:
                self._blocks = front, after = after, front
        if not len(after):
            self._fill(front, most)
        return front.lend(most)

    def _fill(self, block: Block, most: int) -> None:
        """Read until nothing waits, or as many as asked for are there, or the block is full."""
        while (asked := min(self._receiver.at_once, most - len(block), block.room())) > 0:
            count = self._fetch(asked)
            if count:
                block.pack(self._receiver.lend())
            if count < asked:
                return

    def _fetch(self, most: int) -> int:
        try:
            return self._receiver.fetch(self._socket, most)
        except OSError:
            self._errors += 1  # a network that fails does not end the show
            return 0
