"""The door: bytes from every source, through decoder and gate, into one step's samples.

Knows no crowd and no picture; what the samples mean is not its business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..core.clock import STEPS_PER_SECOND
from ..inlet.address import AddressSpace
from ..inlet.gate import Admitted, Gate
from ..inlet.notices import Notices
from ..inlet.osc import decode, encode
from ..inlet.sample import SAMPLE, Observation, Source
from ..inlet.simulate import SimulatedCrowd
from ..inlet.udp import MOST_BYTES, MOST_DATAGRAMS, UdpInlet

HAND = "hand"  # the participant that the mouse at this machine is
LEAVING_STEPS = 300
_HAND_EVERY = STEPS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Listener:
    """A port and how what it hears is to be read."""

    socket: UdpInlet
    space: AddressSpace

    @property
    def source(self) -> Source:
        """Whether a network can send to it, or this machine alone."""
        return Source.LOOPBACK if self.socket.loopback else Source.NETWORK


class Door:
    """Everything that arrives, one step at a time.

    `hand` reads what is said at this machine itself; `notices` holds what the technician should
    know. A simulated crowd leaves over five seconds when somebody real is first let in. The names
    of the hand, of simulated people and of those who send are kept apart. `accepted` counts the
    samples that were not simulated.
    """

    def __init__(
        self,
        gate: Gate,
        notices: Notices,
        hand: AddressSpace,
        listeners: Iterable[Listener] = (),
        simulated: SimulatedCrowd | None = None,
    ) -> None:
        self.gate = gate
        self.notices = notices
        self.listeners = tuple(listeners)
        self.accepted = 0
        self._hand = hand
        self._simulated = simulated
        self._waiting: dict[Source, list[Observation]] = {
            source: [] for source in (Source.LOOPBACK, Source.NETWORK, Source.HAND)
        }
        self._hand_feels: tuple[float, float] | None = None
        self._leaving = False

    @property
    def datagrams(self) -> int:
        """How many datagrams the ports have received."""
        return sum(listener.socket.datagrams for listener in self.listeners)

    def listening(self) -> list[str]:
        """Return where senders reach this show, one line per port."""
        return [
            "listening on UDP " + ", ".join(listener.socket.addresses())
            for listener in self.listeners
        ]

    def collect(self, steps: int = 1) -> None:
        """Read what the ports hold; it is admitted with the next step. Once per frame.

        All ports together are read up to `MOST_BYTES`, or a quarter of that for each of the
        frame's `steps`, so that slow frames keep up with what honest crowds send and hostile ones
        cannot make them slower yet; and, for each port, to the end of a datagram. A port has at
        least its share. What is left waits in the system for the next frame.
        """
        frames = max(1.0, steps / 4)
        room = round(MOST_BYTES * frames)
        most = round(MOST_DATAGRAMS * frames)
        for after, listener in zip(
            reversed(range(len(self.listeners))), self.listeners, strict=True
        ):
            waiting = self._waiting[listener.source]
            for datagram in listener.socket.drain(room // (after + 1), most):
                room -= len(datagram)
                waiting += listener.space.read(decode(datagram, self.notices.rejected))

    def say(self, valence: float, arousal: float) -> None:
        """Let the hand at this machine feel something in [-1, 1]², along the path of everybody.

        A hand that rests still feels it, until `hush`.
        """
        self._tell(encode(f"/empathy/{HAND}/consent", 1))
        self._tell(encode(f"/empathy/{HAND}", valence, arousal))
        self._hand_feels = valence, arousal

    def hush(self) -> None:
        """Let the hand leave."""
        self._tell(encode(f"/empathy/{HAND}/consent", 0))
        self._hand_feels = None

    def admit(self, step: int) -> Admitted:
        """Return who said what at `step`, and who withdrew."""
        if self._hand_feels and step % _HAND_EVERY == 0:
            self._tell(encode(f"/empathy/{HAND}", *self._hand_feels))
        heard = []
        for source, said in self._waiting.items():
            if said:
                heard.append(self.gate.admit(said, step, source))
                said.clear()
        accepted = sum(len(part.samples) for part in heard)
        self.accepted += accepted
        if self._simulated is not None:
            heard.insert(0, self._simulate(self._simulated, step, accepted > 0))
        return _together(heard)

    def _simulate(self, crowd: SimulatedCrowd, step: int, real: bool) -> Admitted:
        """Take the simulated crowd a step further; once it has left, it is nobody's work."""
        if real and not self._leaving:
            crowd.leave(step, LEAVING_STEPS)
            self._leaving = True
        said = [
            observation
            for datagram in crowd.advance(step)
            for observation in self._hand.read(decode(datagram, self.notices.rejected))
        ]
        if self._leaving and not crowd.present:
            self._simulated = None
        return self.gate.admit(said, step, Source.SIMULATED)

    def _tell(self, datagram: bytes) -> None:
        said = self._hand.read(decode(datagram, self.notices.rejected))
        self._waiting[Source.HAND] += said

    def close(self) -> None:
        """Give the ports back."""
        for listener in self.listeners:
            listener.socket.close()


def _together(parts: list[Admitted]) -> Admitted:
    if len(parts) == 1:
        return parts[0]
    return Admitted(
        np.concatenate([np.empty(0, SAMPLE), *(part.samples for part in parts)]),
        np.concatenate([np.empty(0, np.uint32), *(part.withdrawn for part in parts)]),
    )
