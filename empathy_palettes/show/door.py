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
from ..inlet.sample import Observation
from ..inlet.simulate import SimulatedCrowd
from ..inlet.udp import UdpInlet

HAND = "hand"  # the participant that the mouse at this machine is
LEAVING_STEPS = 300
_HAND_EVERY = STEPS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Listener:
    """A port and how what it hears is to be read."""

    socket: UdpInlet
    space: AddressSpace


class Door:
    """Everything that arrives, one step at a time.

    `hand` reads what is said at this machine itself; `notices` holds what the technician should
    know. A simulated crowd leaves over five seconds when somebody real is first let in.
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
        self._waiting: list[Observation] = []
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

    def collect(self) -> None:
        """Read what the ports hold; it is admitted with the next step. Once per frame."""
        for listener in self.listeners:
            for datagram in listener.socket.drain():
                self._waiting += listener.space.read(decode(datagram, self.notices.rejected))

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
        waiting, self._waiting = self._waiting, []
        real = self.gate.admit(waiting, step)
        self.accepted += len(real.samples)
        if self._simulated is None:
            return real
        if len(real.samples) and not self._leaving:
            self._simulated.leave(step, LEAVING_STEPS)
            self._leaving = True
        said = [
            observation
            for datagram in self._simulated.advance(step)
            for observation in self._hand.read(decode(datagram, self.notices.rejected))
        ]
        simulated = self.gate.admit(said, step)
        return Admitted(
            np.concatenate([simulated.samples, real.samples]),
            np.concatenate([simulated.withdrawn, real.withdrawn]),
        )

    def _tell(self, datagram: bytes) -> None:
        self._waiting += self._hand.read(decode(datagram, self.notices.rejected))

    def close(self) -> None:
        """Give the ports back."""
        for listener in self.listeners:
            listener.socket.close()
