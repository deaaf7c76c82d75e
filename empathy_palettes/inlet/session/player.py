"""A recorded session as a crowd that speaks OSC: each of its people, under their number.

Paces nothing and opens no socket. What no address of OSC tells is not told: by which inlet, and in
which way, a feeling was come by; the word it was said in, which is in the feeling already; and the
weight of one without dominance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND
from ...core.errors import Fault, SessionError
from ..osc import encode, encode_bundle
from ..sample import SAMPLE, Samples
from .latest import Latest, Whos
from .session import Second, Session

PATIENCE = 60.0  # seconds, of a show that does not say how long the silent stay
_BUNDLE = 32  # messages
_NONE: Samples = np.empty(0, SAMPLE)
_NOBODY: Whos = np.empty(0, np.uint32)
_SIZES = (2, 3, 4)  # of how many numbers a feeling may be

Values = NDArray[np.float32]


class SessionPlayer:
    """Plays a session: at each step what was said then, as participants `p0`, `p1`, ….

    `speed`: seconds of the session per second. `start`: seconds after its beginning; who is here
    then says at step 0 what they said last. Each consents before anything else, at their level, and
    joins their circle; who withdrew withdraws. Between two steps the last word of each counts, as
    at the gate. `loop`: begin anew at the end; those who are silent then leave as others do. Who
    was erased says nothing. SessionError where there is nobody left to play.
    """

    def __init__(
        self, session: Session, speed: float = 1.0, start: float = 0.0, *, loop: bool = False
    ) -> None:
        if not (speed > 0.0 and start >= 0.0):
            raise ValueError("speed is above 0, and start at least 0")
        if not session.keys and not session.simulated:
            fix = "what people said expires, or its key table does not lie beside it"
            raise SessionError(Fault(str(session.path), "", "there is nobody left to play", fix))
        begin = session.beginning.step
        if start >= session.seconds > 0.0:
            fix = f"begin before {session.seconds:.1f} s"
            raise SessionError(Fault(str(session.path), "from", f"{start:g} s is its end", fix))
        self._session = session
        self._speed = speed
        self._start = begin + round(start * STEPS_PER_SECOND)
        self._length = session.steps - self._start
        self._loop = loop
        self._heads = _Heads()
        self._rewind()

    @property
    def steps(self) -> int:
        """How many steps it takes to play it once."""
        return ceil(self._length / self._speed) + 1

    def advance(self, step: int) -> list[bytes]:
        """Return the datagrams of `step`, bundles of at most 32 messages; step by step, from 0."""
        turn = step % self.steps
        if step and not turn:
            if not self._loop:
                return []
            self._rewind()
        elif step >= self.steps and not self._loop:
            return []
        until = self._start + min(floor(turn * self._speed), self._length)
        parts: list[Samples] = [self._before()] if not turn else []
        left: list[Whos] = []
        for samples, withdrawn in self._until(until):
            parts.append(samples)
            left.append(withdrawn)
        leaving = np.concatenate([_NOBODY, *left])
        samples = np.concatenate([_NONE, *parts])
        messages = [*self._said(samples[~np.isin(samples["who"], leaving)]), *self._leave(leaving)]
        return [
            encode_bundle(messages[first : first + _BUNDLE])
            for first in range(0, len(messages), _BUNDLE)
        ]

    def _rewind(self) -> None:
        self._known = Latest()  # what was said to the show
        told = self._session.beginning.installation.get("crowd", {})
        patience = told.get("leave_after", PATIENCE) if isinstance(told, dict) else PATIENCE
        # Nobody is here whose last word is older than that.
        first = max(self._session.beginning.step, self._start - ceil(patience * STEPS_PER_SECOND))
        self._seconds: Iterator[Second] = self._session.seconds_of(first)
        self._second: Second | None = next(self._seconds, None)
        self._at = first if first > self._session.beginning.step else -1  # steps until then: told

    def _before(self) -> Samples:
        """What each who is here at the start had said last."""
        latest = Latest()
        if self._at < 0:
            latest.take(self._session.here)
        for samples, withdrawn in self._until(self._start):
            latest.take(samples, withdrawn)
        return latest.samples(self._start)

    def _until(self, step: int) -> Iterator[tuple[Samples, Whos]]:
        """What was said and who withdrew after the last step asked for, until `step`."""
        while self._second is not None:
            second = self._second
            if second.step0 <= step:
                steps = second.samples["step"]
                within = (steps > self._at) & (steps <= step)
                left = [whos for at, whos in second.withdrawn.items() if self._at < at <= step]
                if within.any() or left:
                    yield second.samples[within], np.concatenate([_NOBODY, *left])
            if second.step0 + STEPS_PER_SECOND - 1 > step:
                break
            self._second = next(self._seconds, None)
        self._at = step

    def _said(self, samples: Samples) -> Iterator[bytes]:
        """The messages of what people say, by number: so they are let in, and numbered, again."""
        if not len(samples):
            return
        spoken = Latest()
        spoken.take(samples)
        now = spoken.samples(0)
        before, met = self._known.of(spoken.who)
        self._known.take(samples)
        whole, _ = self._known.of(spoken.who)
        consents = ~met | (now["consent"] != before["consent"])
        yield from _each("consent", now[consents], "consent")
        circles = now["circle"] != before["circle"]  # 0 of whom nobody has met
        for who, circle in zip(*_lists(now[circles], "circle"), strict=True):
            yield encode(f"/empathy/p{who}/circle", f"c{circle}" if circle else "")
        felt = ~(np.isnan(now["valence"]) & np.isnan(now["arousal"]) & np.isnan(now["dominance"]))
        # All that is known of each: what they did not say anew stays as it is.
        yield from self._feelings(whole[felt])

    def _feelings(self, samples: Samples) -> list[bytes]:
        """A message for each, in their order: so they are given their numbers, where they come."""
        told = [b""] * len(samples)
        pleasant, stirred = ~np.isnan(samples["valence"]), ~np.isnan(samples["arousal"])
        commanding = ~np.isnan(samples["dominance"])
        size = np.where(commanding, np.where(samples["weight"] == 1.0, 3, 4), 2)
        both = pleasant & stirred
        for numbers in _SIZES:
            some = np.flatnonzero(both & (size == numbers))
            for at, message in zip(
                some.tolist(), self._heads.messages(samples[some], numbers), strict=True
            ):
                told[at] = message
        for axis, alone in (("valence", pleasant & ~stirred), ("arousal", stirred & ~pleasant)):
            some = np.flatnonzero(alone)
            for at, message in zip(some.tolist(), _each(axis, samples[some], axis), strict=True):
                told[at] = message
        return [message for message in told if message]

    def _leave(self, whos: Whos) -> Iterator[bytes]:
        self._known.lose(whos)
        return (encode(f"/empathy/p{who}/consent", 0) for who in whos.tolist())


class _Heads:
    """How the messages of each person's feelings begin: they are the most, by far."""

    def __init__(self) -> None:
        self._of: dict[int, dict[int, bytes]] = {size: {} for size in _SIZES}

    def messages(self, samples: Samples, size: int) -> Iterable[bytes]:
        """Return a message with `size` numbers for each sample."""
        heads = self._of[size]
        whos = samples["who"].tolist()
        for who in whos:
            if who not in heads:
                heads[who] = encode(f"/empathy/p{who}", *(0.0,) * size)[: -4 * size]
        names = ("valence", "arousal", "dominance", "weight")[:size]
        block = np.stack([samples[name] for name in names], axis=-1).astype(">f4").tobytes()
        width = 4 * size
        return [
            heads[who] + block[first : first + width]
            for who, first in zip(whos, range(0, len(block), width), strict=True)
        ]


def _each(field: str, samples: Samples, column: str) -> Iterator[bytes]:
    for who, value in zip(*_lists(samples, column), strict=True):
        yield encode(f"/empathy/p{who}/{field}", value)


def _lists(samples: Samples, column: str) -> tuple[list[int], list[float]]:
    return samples["who"].tolist(), samples[column].tolist()
