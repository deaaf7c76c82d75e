"""Seeded crowds that speak OSC: the datagrams that real people's phones would send.

Opens no socket and knows no show: whoever asks for a step's datagrams delivers them. How it
feels to be in a mood is told by `moods`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from ..core.config import nearest
from ..core.errors import ConfigError, Fault
from .moods import MOODS, Array, Held, held
from .osc import encode, encode_bundle
from .rings import Rings

__all__ = ["MOODS", "Held", "SimulatedCrowd"]

_STEPS_PER_TICK = 6
_TICK = _STEPS_PER_TICK / STEPS_PER_SECOND
_CONTAGION = 0.08  # per second, towards the mean of the neighbours
_NEIGHBOURS = (-2, -1, 1, 2)  # along the ring on which the people of a camp stand
_WANDER_SECONDS = 7.0
_SHARED_SECONDS = 9.0
_BUNDLE = 32  # messages
_GOLDEN = (5**0.5 - 1) / 2
_NEVER = np.iinfo(np.int64).max


class SimulatedCrowd:
    """People `s0001`, `s0002`, …, who feel, move one another, and each send `rate` times a second.

    Everybody has a temper of their own, their own inertia, ups and downs of their own and some
    that all share, and a pull towards a few neighbours. `mood` names one of `MOODS` (ConfigError
    for another), or is a feeling that the crowd is held at. People arrive one after another
    within `arrive_over` steps (0 = all at once), say that they consent, and how they feel. `sent`
    counts the feelings. `circles` (0 to 64): how many circles they join on arrival, `c1`, `c2`, …;
    the ups and downs that all share are then shared within a circle above all. The same `seed` and
    steps give the same bytes.
    """

    def __init__(
        self,
        people: int,
        mood: str | Held,
        seed: int,
        rate: float = 10.0,
        arrive_over: int = 180,
        circles: int = 0,
    ) -> None:
        if people < 0 or not rate > 0.0 or arrive_over < 0:
            raise ValueError("people and arrive_over are at least 0, rate is above 0")
        if isinstance(mood, Held):
            self._mood = held(mood)
        elif mood in MOODS:
            self._mood = MOODS[mood]
        else:
            raise ConfigError(Fault("", "mood", f"no mood {mood!r}", nearest(mood, MOODS)))
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._rate = rate
        self._rings = Rings(people, circles, seed) if circles else None
        self._people(people)
        self._messages(people, mood.dominance if isinstance(mood, Held) else None)
        self._turn = self._random.permutation(people)
        self._arrival = self._turn * arrive_over // max(people, 1)
        self._departure = np.full(people, _NEVER)
        self._present = np.zeros(people, np.bool_)
        self._origin: int | None = None
        self.sent = 0
        self._tick = 0

    @property
    def feelings(self) -> Array:
        """What everybody feels now, present or not: (people, 2), valence and arousal in [-1, 1]."""
        return self._feels.copy()

    @property
    def present(self) -> int:
        """How many people have come and not yet gone."""
        return int(np.count_nonzero(self._present))

    def advance(self, step: int) -> list[bytes]:
        """Return the datagrams of `step`, bundles of at most 32 messages.

        The first step asked for is the one at which people begin to arrive. Later ones may leave
        steps out, whose messages are then lost; a step back is a ValueError.
        """
        if self._origin is None:
            self._origin = step
        passed = step - self._origin
        tick = passed // _STEPS_PER_TICK
        if tick < self._tick:
            raise ValueError("a simulated crowd does not go back in time")
        while self._tick < tick:
            self._tick += 1
            self._move()
        leaving = self._present & (self._departure <= passed)
        absent = ~self._present & (self._arrival <= passed) & (self._departure > passed)
        self._present = (self._present | absent) & ~leaving
        due = self._present & (self._calls(passed + 1) > self._calls(passed))
        return self._bundles(absent, due | absent, leaving)

    def leave(self, step: int, over: int = 300) -> None:
        """Let everybody leave, one after another, within `over` steps from `step` on.

        They say so (consent 0). Who had not arrived does not come. Once begun it goes on.
        """
        if self._departure.size and self._departure[0] != _NEVER:
            return
        begin = step - (step if self._origin is None else self._origin)
        self._departure = begin + (self._turn + 1) * over // max(len(self._turn), 1)

    def _people(self, people: int) -> None:
        random, mood = self._random, self._mood
        self._place = np.arange(people) / max(people, 1)
        camp = random.permutation(people) % 2 if mood.camps else np.zeros(people, np.int64)
        self._camp: Array = camp.astype(np.float64)
        temper = random.normal(size=(people, 2))
        if people:
            temper -= temper.mean(axis=0)
        self._temper = temper * mood.spread
        self._inertia = mood.inertia * np.exp(0.4 * random.normal(size=(people, 1)))
        self._share = mood.shared * random.uniform(0.5, 1.5, size=(people, 1))
        self._wander = random.normal(size=(people, 2))
        self._together = random.normal(size=2)
        self._neighbours = np.zeros((people, len(_NEIGHBOURS)), np.intp)
        for side in (0, 1):
            ring = np.flatnonzero(camp == side)
            for column, away in enumerate(_NEIGHBOURS):
                self._neighbours[ring, column] = np.roll(ring, -away)
        self._feels = np.clip(self._aim(0.0), -1.0, 1.0)

    def _messages(self, people: int, dominance: float | None) -> None:
        feeling = (0.0, 0.0) if dominance is None else (0.0, 0.0, dominance)
        digits = max(4, len(str(people)))
        self._names = [f"s{number:0{digits}d}" for number in range(1, people + 1)]
        heads = [encode(f"/empathy/{name}", *feeling)[: -4 * len(feeling)] for name in self._names]
        head = len(heads[0]) if heads else 0
        self._told = np.zeros(people, [("head", f"V{head}"), ("feeling", ">f4", len(feeling))])
        self._told["feeling"] = feeling
        self._told["head"] = np.frombuffer(b"".join(heads), f"V{head}") if heads else b""

    def _aim(self, seconds: float) -> Array:
        drawn = self._mood.draw(seconds, self._place, self._camp)
        own: Array = self._temper + self._mood.wander * self._wander
        together = self._rings.shared(self._together) if self._rings else self._together
        aim: Array = drawn + own + self._share * together
        size, knee = np.abs(aim), self._mood.knee
        room = max(1.0 - knee, 1e-9)
        soft = knee + room * np.tanh((size - knee) / room)
        return np.where(size > knee, np.copysign(soft, aim), aim)

    def _move(self) -> None:
        random = self._random
        for noise, lasts in ((self._wander, _WANDER_SECONDS), (self._together, _SHARED_SECONDS)):
            kept = 1.0 - _TICK / lasts
            noise *= kept
            noise += np.sqrt(1.0 - kept * kept) * random.normal(size=noise.shape)
        if self._rings:
            self._rings.move(1.0 - _TICK / _SHARED_SECONDS)
        feels = self._feels
        near = feels[self._neighbours].mean(axis=1)
        pull = (self._aim(self._tick * _TICK) - feels) / self._inertia
        feels += _TICK * (pull + _CONTAGION * (near - feels))
        np.clip(feels, -1.0, 1.0, out=feels)

    def _calls(self, passed: int) -> NDArray[np.int64]:
        """How often everybody was due to send before `passed` steps: spread evenly over steps."""
        people = np.arange(len(self._turn))
        offset = people * _GOLDEN % 1.0
        calls: NDArray[np.int64] = np.floor(passed * self._rate / STEPS_PER_SECOND + offset).astype(
            np.int64
        )
        return calls

    def _bundles(
        self, come: NDArray[np.bool_], speak: NDArray[np.bool_], go: NDArray[np.bool_]
    ) -> list[bytes]:
        who = np.flatnonzero(speak)
        self._told["feeling"][who, :2] = self._feels[who]
        self.sent += len(who)
        block = self._told[who].tobytes()
        size = self._told.itemsize
        messages = [
            *self._consents(np.flatnonzero(come).tolist(), 1),
            *self._joins(np.flatnonzero(come).tolist()),
            *(block[start : start + size] for start in range(0, len(block), size)),
            *self._consents(np.flatnonzero(go).tolist(), 0),
        ]
        return [
            encode_bundle(messages[start : start + _BUNDLE])
            for start in range(0, len(messages), _BUNDLE)
        ]

    def _consents(self, people: Iterable[int], answer: int) -> list[bytes]:
        return [encode(f"/empathy/{self._names[who]}/consent", answer) for who in people]

    def _joins(self, people: Iterable[int]) -> list[bytes]:
        if self._rings is None:
            return []
        of = self._rings.of
        return [encode(f"/empathy/{self._names[who]}/circle", f"c{of[who] + 1}") for who in people]
