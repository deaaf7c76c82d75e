"""People who feel what they are set to feel, and say so over OSC, as phones do.

Opens no socket, and knows no show. How they stand to one another is told by `moments`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND
from ...inlet.osc import encode, encode_bundle
from .moments import SWAY, SWAY_SECONDS, Floats, Moments, places

MOST = 1024  # people
_GLIDE = STEPS_PER_SECOND  # steps in which they come to feel what they are set to
_EVERY = STEPS_PER_SECOND // 3  # steps between two messages of one person
_BUNDLE = 32  # messages
_OWN_SECONDS = (2.1, 4.6)  # of the sway that is a person's own


class SetCrowd:
    """People `p0001`, `p0002`, …, each of whom says three times a second how they feel.

    Nobody is here until the first `become`. The same seed, calls and steps give the same bytes.
    """

    def __init__(self, seed: int) -> None:
        random = np.random.Generator(np.random.PCG64([seed, 2]))
        self._seed = seed
        self._turn: NDArray[np.intp] = random.permutation(MOST) % _EVERY
        self._rate = 2.0 * np.pi / random.uniform(*_OWN_SECONDS, size=(MOST, 2))
        self._phase = random.uniform(0.0, 2.0 * np.pi, size=(MOST, 2))
        self._moments = Moments(people=0)
        self._from: Floats = np.zeros((0, 2))
        self._to: Floats = np.zeros((0, 2))
        self._left: list[int] = []
        self._came: list[int] = []
        self._began = 0
        self._last = 0
        names = [f"p{number:04d}" for number in range(1, MOST + 1)]
        self._names = names
        self._heads = {
            count: [encode(f"/empathy/{name}", *[0.0] * count)[: -4 * count] for name in names]
            for count in (2, 3)
        }

    def become(self, moments: Moments, step: int) -> None:
        """Set what they feel from `step` on; who is too many leaves, who is missing comes."""
        here = self._place(step)
        count = moments.people
        if not count <= MOST:
            raise ValueError(f"at most {MOST} people, not {count}")
        self._to = places(moments, self._seed)
        self._from = self._to + np.array([moments.valence, moments.arousal])
        stays = min(len(here), count)
        self._from[:stays] = here[:stays]
        self._left = list(range(count, len(here)))
        self._came = list(range(len(here), count))
        self._moments, self._began = moments, step

    def advance(self, step: int) -> list[bytes]:
        """Return the datagrams of the steps up to `step`, bundles of at most 32 messages."""
        passed, self._last = step - self._last, step
        left, came, self._left, self._came = self._left, self._came, [], []
        count = self._moments.people
        speak = (step - self._turn[:count]) % _EVERY < passed
        speak[came] = True
        who = np.flatnonzero(speak)
        feels = np.clip(self._place(step)[who] + self._sway(step, count)[who], -1.0, 1.0)
        messages = [*self._consents(came, 1), *self._feelings(who, feels)]
        messages += self._consents(left, 0)
        return [
            encode_bundle(messages[start : start + _BUNDLE])
            for start in range(0, len(messages), _BUNDLE)
        ]

    def _place(self, step: int) -> Floats:
        """What they feel but for their sway."""
        gone = min(max((step - self._began) / _GLIDE, 0.0), 1.0)
        moments = self._moments
        mean = np.array([moments.valence, moments.arousal])
        return np.asarray(self._from + (self._to + mean - self._from) * gone)

    def _sway(self, step: int, count: int) -> Floats:
        seconds = step / STEPS_PER_SECOND
        own = np.sin(self._rate[:count] * seconds + self._phase[:count])
        if count > 1:
            own -= own.mean(axis=0)
        turn = 2.0 * np.pi * seconds / SWAY_SECONDS
        shared = np.array([np.sin(turn), np.cos(turn)])
        together = self._moments.together
        swing = np.sqrt(together) * shared + np.sqrt(1.0 - together) * own
        return np.asarray(SWAY * np.sqrt(2.0) * swing)

    def _feelings(self, who: NDArray[np.intp], feels: Floats) -> list[bytes]:
        dominance = self._moments.dominance
        if dominance is not None:
            feels = np.column_stack([feels, np.full(len(feels), dominance)])
        heads = self._heads[feels.shape[1]]
        told = np.ascontiguousarray(feels, ">f4")
        return [heads[each] + told[row].tobytes() for row, each in enumerate(who.tolist())]

    def _consents(self, who: Iterable[int], answer: int) -> list[bytes]:
        return [encode(f"/empathy/{self._names[each]}/consent", answer) for each in who]
