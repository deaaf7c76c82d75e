"""The door: bytes from every source, through reader and gate, into one step's samples.

Knows no crowd and no picture; what the samples mean is not its business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..core.clock import STEPS_PER_SECOND
from ..inlet.gate import Admitted, Gate
from ..inlet.naming import KEY_BYTES, Digests, Naming, Space
from ..inlet.notices import Notices
from ..inlet.osc import encode
from ..inlet.reader import Reader
from ..inlet.reasons import Reason
from ..inlet.said import UNSAID, Said, together
from ..inlet.sample import SIMULATED
from ..inlet.simulate import SimulatedCrowd
from ..inlet.wire.datagrams import from_ourselves
from .listening import Listener, slow_frames

HAND = "hand"  # the participant that the mouse at this machine is
LEAVING_STEPS = 300
_HAND_EVERY = STEPS_PER_SECOND


class Noes(NamedTuple):
    """The names (n, 2) of people, and the key that they are known under."""

    names: Digests
    salt: bytes


NO_NOES = Noes(np.empty((0, 2), np.uint64), b"")


class Door:
    """Everything that arrives, one step at a time.

    `naming`: turns names into numbers, those of the hand, of simulated people and of those who send
    apart from each other. `notices` holds what the technician should know. A simulated crowd leaves
    over five seconds when somebody real is first let in; `real`: it has, in the show before.
    `alone`: its people may be followed alone, too.
    `accepted` counts what was let in of all that was said, but for what was simulated. `noes`: who
    has said no at the last step that was admitted, be they among the crowd or not. Once
    everything has been quiet for long (`Gate.quiet`), and when it closes, the key of `naming` turns
    and everybody is forgotten but simulated people.
    """

    def __init__(
        self,
        gate: Gate,
        naming: Naming,
        notices: Notices,
        listeners: Iterable[Listener] = (),
        simulated: SimulatedCrowd | None = None,
        *,
        real: bool = False,
        alone: bool = False,
    ) -> None:
        self.gate = gate
        self._alone = alone
        self.notices = notices
        self.listeners = tuple(listeners)
        self.accepted = 0
        self.noes = NO_NOES
        self._naming = naming
        self._refused = 0  # how often somebody was
        everything = (-1.0, 1.0)
        self._hand = Reader(everything, naming, notices, space=Space.HAND)
        # They stay when the key turns, and are who they were in the show before: nobody's secret.
        invented = Naming(bytes(KEY_BYTES))
        self._simulator = Reader(
            everything, invented, notices, space=Space.SIMULATED, origin=SIMULATED
        )
        self._simulated = None if real else simulated
        # Of each listener, and of the hand as the last: within one it is known what came first.
        self._waiting: list[list[Said]] = [[] for _ in range(len(self.listeners) + 1)]
        self._hand_feels: tuple[float, float] | None = None
        self._leaving = real

    @property
    def real(self) -> bool:
        """Whether a simulated crowd has begun to leave, as somebody real has come."""
        return self._leaving

    @property
    def datagrams(self) -> int:
        """How many datagrams the ports have received."""
        return sum(listener.socket.datagrams for listener in self.listeners)

    @property
    def dropped(self) -> int | None:
        """How many datagrams the system had no room for; None where it does not tell."""
        counts = [listener.socket.dropped for listener in self.listeners]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    @property
    def ignored(self) -> int:
        """How many datagrams and messages adapters wanted dropped."""
        return sum(listener.reader.counts.ignored for listener in self.listeners)

    @property
    def mistimed(self) -> int:
        """How many bundles were meant for another time, and applied at once all the same."""
        return sum(listener.reader.counts.mistimed for listener in self.listeners)

    @property
    def errors(self) -> int:
        """How often the system failed to read, or a connection had to be ended."""
        return sum(listener.socket.errors for listener in self.listeners)

    @property
    def salt(self) -> bytes:
        """The key under which people's names are known: for a recording's key table alone."""
        return self._naming.key

    def listening(self) -> list[str]:
        """Return where senders reach this show, one line per port."""
        return [
            f"listening on {listener.protocol} " + ", ".join(listener.socket.addresses())
            for listener in self.listeners
        ]

    def collect(self, step: int, steps: int = 1) -> None:
        """Read what the ports hold; it is admitted at `step`, the next. Once per frame.

        `steps`: how many the frame spans. The time for what has to be read slowly is that of all
        ports together: each has its part of it, and of what others before it left.
        """
        left = slow_frames(steps)
        for place, listener in enumerate(self.listeners):
            said = listener.listen(step, steps, left / (len(self.listeners) - place))
            left = max(0.0, left - listener.reader.spent)
            if len(said):
                self._waiting[place].append(said)
        refused = sum(self.notices.rejected[reason] for reason in _REFUSED)
        if refused != self._refused:  # by an adapter: the gate has not heard of it
            self._refused = refused
            self.gate.hear(step)

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
        before = self.gate.accepted
        heard = []
        if said := self._said():
            heard.append(self.gate.admit(together(said), step))
        accepted = self.gate.accepted - before
        self.accepted += accepted
        if self._simulated is not None:
            heard.insert(0, self._simulate(self._simulated, step, accepted > 0))
        heard.append(Admitted(self.gate.due(step), _NOBODY))
        if self.gate.quiet(step):
            self.forget_all()
        return _together(heard)

    def forget_all(self) -> None:
        """Know nobody any more, by name or by what is usual for them: all are strangers."""
        self._naming.turn()
        self.gate.forget_all()
        for listener in self.listeners:
            listener.reader.forget_all()
        for said in self._waiting:
            said.clear()

    def _said(self) -> list[Said]:
        """Take what waits, a part for each port; who says no leaves nothing with any of them."""
        parts = [together(said) for said in self._waiting if said]
        for said in self._waiting:
            said.clear()
        refused = no_wins(parts, self.gate)
        self.noes = Noes(refused, self._naming.key) if len(refused) else NO_NOES
        if len(refused):
            for listener in self.listeners:
                listener.reader.withdraw(refused)
            # Nobody knows which port was first: what others say was said before the no.
            parts.sort(key=lambda part: bool((part.consent == 0).any()))
        return parts

    def _simulate(self, crowd: SimulatedCrowd, step: int, real: bool) -> Admitted:
        """Take the simulated crowd a step further; once it has left, it is nobody's work."""
        if real and not self._leaving:
            crowd.leave(step, LEAVING_STEPS)
            self._leaving = True
        said = self._simulator.read(from_ourselves(crowd.advance(step)), step, frames=_ALL)
        if self._alone:
            said = replace(said, consent=np.where(said.consent == 1, np.int8(2), said.consent))
        if self._leaving and not crowd.present:
            self._simulated = None
        return self.gate.admit(said, step)

    def _tell(self, datagram: bytes) -> None:
        said = self._hand.read(from_ourselves([datagram]), 0, frames=_ALL)
        self._waiting[-1].append(said)

    def close(self) -> None:
        """Give the ports back, and forget everybody."""
        for listener in self.listeners:
            listener.socket.close()
        self.forget_all()


_NOBODY = np.empty(0, np.uint32)
_REFUSED = (Reason.WAITING, Reason.WITHDRAWN)
_ALL = float("inf")  # frames: what we tell ourselves is read whole, however long it takes


def no_wins(parts: Sequence[Said], gate: Gate) -> Digests:
    """Take back every yes of whom another part, of which nobody knows what came first, says no.

    Return the names (n, 2) of all who say no. A no that `gate` would not hear is nobody's.
    """
    noes = [part.take(part.consent == 0) for part in parts]
    refused = [no.name[gate.may_refuse(no.name, no.host)] if len(no) else no.name for no in noes]
    if len(parts) > 1 and any(map(len, refused)):
        names = [set(map(tuple, some.tolist())) for some in refused]
        for place, part in enumerate(parts):
            elsewhere = set().union(*names[:place], *names[place + 1 :])
            for row in np.flatnonzero(part.consent > 0).tolist() if elsewhere else ():
                if tuple(part.name[row].tolist()) in elsewhere:
                    part.consent[row] = UNSAID
    return np.concatenate(refused) if refused else np.empty((0, 2), np.uint64)


def _together(parts: list[Admitted]) -> Admitted:
    parts = [part for part in parts if len(part.samples) or len(part.withdrawn)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    return Admitted(
        np.concatenate([part.samples for part in parts]),
        np.concatenate([part.withdrawn for part in parts]),
    )
