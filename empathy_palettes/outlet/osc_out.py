"""What the crowd feels together, sent on as OSC, so that sound and light desks can follow.

Sends signals, never a person. Which signals may be told is decided before: a frame has no others.
"""

from __future__ import annotations

import errno
import math
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any

from pydantic import Field, field_validator

from ..core.clock import STEPS_PER_SECOND, Tick
from ..core.command import Command
from ..core.config import Record, nearest
from ..core.errors import Fault, MachineError
from ..crowd.signals import SIGNALS
from ..inlet.osc import encode, encode_bundle
from ..inlet.wire.endpoint import open_socket
from ..render.frame import Frame
from .contract import OutletContext

MOST_BYTES = 1_400  # of a datagram: no network on the way has to cut it
_MOST_PREFIX = 128
_PATTERN = set(" #*,?[]{}")  # what an OSC address may not hold, for a receiver matches with it
_FIX = 'write "HOST:PORT", such as "127.0.0.1:57120"'
_NO_HOST = set(" /@?#")  # what of an address of the web is none of ours
_BUNDLE_HEAD, _ELEMENT_HEAD = 16, 4


class Send(Record):
    """One receiver of the collective state.

    `to`: host and port; [::1]:57120 for an address of IPv6. `rate`: bundles of a moment per second.
    `signals`: which are sent; none named, or []: all. `prefix`: what stands before a signal's name.
    """

    to: str = "127.0.0.1:57120"
    rate: Annotated[int, Field(ge=1, le=STEPS_PER_SECOND)] = 30
    signals: tuple[str, ...] = ()
    prefix: str = "/empathy/state"

    @field_validator("to")
    @classmethod
    def _an_address(cls, to: str) -> str:
        address_of(to)
        return to

    @field_validator("signals")
    @classmethod
    def _known(cls, signals: tuple[str, ...]) -> tuple[str, ...]:
        for name in signals:
            if name not in SIGNALS:
                raise ValueError(f"no signal {name!r}: {nearest(name, SIGNALS)}")
        return signals

    @field_validator("prefix")
    @classmethod
    def _a_prefix(cls, prefix: str) -> str:
        proper = prefix.isascii() and prefix.isprintable() and _PATTERN.isdisjoint(prefix)
        if not (proper and 2 <= len(prefix) <= _MOST_PREFIX and prefix.startswith("/")):
            raise ValueError('an address begins with / and has no spaces: "/empathy/state"')
        if prefix.endswith("/"):
            raise ValueError("a prefix has no / at its end; one is put before each signal")
        return prefix


class OscOut:
    """Sends `prefix`/<signal> f, for every signal that a frame tells, `rate` times a second.

    Counted in steps, at most once a frame. Never waits: `sent` counts datagrams, `unheard` those
    that an earlier answer says nobody has received (not every machine answers), `failed` those that
    this machine could not send, for want of a network or of room. None of it stops the show; the
    first time for each, `tell` is given a line. `file`, `number`: where it is written, from 0.
    """

    def __init__(
        self,
        send: Send,
        tell: Callable[[str], None] | None = None,
        file: str = "",
        number: int = 0,
    ) -> None:
        self.spec = send
        self._tell = tell
        self._where = file, f"send.{number}.to"
        self.sent = 0
        self.unheard = 0
        self.failed = 0
        self._wanted = frozenset(send.signals or SIGNALS)
        self._socket: socket.socket | None = None
        self._address: Any = None
        self._connected = False
        self._turn: int | None = None

    def open(self, context: OutletContext) -> None:
        """Make the socket; MachineError where the host has no address."""
        host, port = address_of(self.spec.to)
        try:
            self._socket, self._address = open_socket(host, port, "", _FIX)
        except MachineError as error:
            raise MachineError(
                Fault(*self._where, miss.problem, miss.fix) for miss in error.faults
            ) from None
        self._socket.setblocking(False)
        if self._socket.family == socket.AF_INET:
            with suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)

    @property
    def account(self) -> dict[str, str | int]:
        """What became of what was sent, for the report."""
        return {
            "to": self.spec.to,
            "sent": self.sent,
            "unheard": self.unheard,
            "failed": self.failed,
        }

    @property
    def says(self) -> str:
        """What is sent where, in a line."""
        chosen = [name for name in SIGNALS if name in self.spec.signals]
        return f"sending {', '.join(chosen) or 'all signals'} to {self.spec.to}"

    def poll(self) -> list[Command]:
        """Ask for nothing."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Send what the frame tells, where its turn has come."""
        turn = tick.step * self.spec.rate // STEPS_PER_SECOND
        if turn == self._turn:
            return
        self._turn = turn
        for datagram in datagrams(frame.signals, self._wanted, self.spec.prefix):
            self._send(datagram)

    def close(self) -> None:
        """Close the socket; safe to call twice."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, datagram: bytes) -> None:
        if self._socket is None:
            return
        try:
            if not self._connected:  # only a connected socket hears that nobody listens
                self._socket.connect(self._address)
                self._connected = True
            self._socket.send(datagram)
        except ConnectionRefusedError:  # the answer to an earlier one; this one was not sent
            self.unheard += 1
            if self.unheard == 1:
                self._say("nobody listens there: start what is to hear the signals")
        except OSError as error:
            self.failed += 1
            if self.failed == 1:
                self._say(f"cannot be sent: {error.strerror or error}: is there a network?")
            # After a change of networks the way there has to be found anew.
            self._connected = error.errno in (errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS)
        else:
            self.sent += 1

    def _say(self, line: str) -> None:
        if self._tell:
            self._tell(f"[[send]] to {self.spec.to}: {line}")


def datagrams(
    signals: Mapping[str, float], wanted: Iterable[str], prefix: str = "/empathy/state"
) -> Iterator[bytes]:
    """Yield bundles of at most 1,400 bytes with a message `prefix`/<signal> f for each of `wanted`.

    In the order of `signals`; what is not among them, or not finite, is left out.
    """
    asked = frozenset(wanted)
    room, parts = MOST_BYTES - _BUNDLE_HEAD, list[bytes]()
    for name, value in signals.items():
        if name not in asked or not math.isfinite(value):
            continue
        part = encode(f"{prefix}/{name}", float(value))
        if len(part) + _ELEMENT_HEAD > room:
            yield encode_bundle(parts)
            room, parts = MOST_BYTES - _BUNDLE_HEAD, []
        room -= len(part) + _ELEMENT_HEAD
        parts.append(part)
    if parts:
        yield encode_bundle(parts)


def address_of(to: str) -> tuple[str, int]:
    """Return host and port of `HOST:PORT`; ValueError otherwise."""
    host, _, port = to.rpartition(":")
    named = bool(host) and _NO_HOST.isdisjoint(host)
    if named and port.isascii() and port.isdecimal() and 1 <= int(port[:6]) <= 65_535:
        return host.strip("[]"), int(port)
    raise ValueError(_FIX)
