"""Of fewer people than the minimum nothing is told and no group shown, however they come and go.

Who is here, and what each has said, is kept beside it in plain lists: no count of the crowd's own
is believed.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from math import nan

import numpy as np
import pytest

from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.inlet.sample import SAMPLE
from empathy_palettes.show.telling import ALWAYS_TOLD, Telling

RENEWED = 6  # steps: what is told of a circle or a gathering is as old at most
STEPS = 2  # of a history; the next one goes on from it
SEATS = 12
LEAVE_AFTER = 60  # steps
A_SHOW = 1_000  # histories, one after another, before everything begins anew

BOTH = ({"valence", "arousal"},)
#: What those have said whom a statistic is made of, by a part of its name: the first that fits.
MADE_OF: tuple[tuple[str, tuple[set[str], ...]], ...] = (
    ("valence", ({"valence"},)),
    ("arousal", ({"arousal"},)),
    ("dominance", ({"dominance"},)),
    ("agreement", ({"valence"}, {"arousal"})),
    ("polarization", ({"valence"},)),
    *((part, BOTH) for part in ("divide", "spread", "diversity", "kinds")),
    *((part, BOTH) for part in ("joy", "calm", "tension", "sorrow")),
)


@dataclass
class Person:
    """What somebody has said."""

    spoke: int
    circle: int = 0
    said: set[str] = field(default_factory=set)
    weight: float = 0.0

    @property
    def counts(self) -> bool:
        return bool(self.said) and self.weight > 0.0


Here = dict[int, Person]


class Hall:
    """A crowd, and who is in it by what was said to it."""

    def __init__(self, seed: int, minimum: int) -> None:
        self.random = random.Random(seed)
        self.minimum = minimum
        self.telling = Telling(minimum)
        settings = CrowdSettings(max_people=SEATS, leave_after=LEAVE_AFTER / 60)
        self.crowd = Crowd(settings)
        self.step, self.next = 0, 0
        self.here: Here = {}
        self.lately: deque[Here] = deque(maxlen=RENEWED + 1)
        self.told = 0

    def live(self) -> None:
        """Go through a history: some come, some go, some say more, most of them at random."""
        for _ in range(STEPS):
            self.go_on()
            self.check()

    def go_on(self) -> None:
        chance, rows, gone = self.random, [], []
        self.step += 1
        for who in list(self.here):
            if chance.random() < 0.18:
                gone.append(who)
                del self.here[who]
        while len(self.here) < SEATS and chance.random() < 0.55:
            self.here[self.next] = Person(self.step)
            rows.append(self.speaks(self.next))
            self.next += 1
        some = [who for who in self.here if chance.random() < 0.1]
        rows += [self.speaks(who) for who in some]
        self.crowd.step(self.step, np.array(rows, SAMPLE), np.array(gone, np.uint32))
        self.telling.step(self.crowd)
        for who in self.crowd.gone.tolist():
            assert self.step - self.here.pop(who).spoke > LEAVE_AFTER
        self.lately.append({who: Person(**vars(one)) for who, one in self.here.items()})

    def speaks(self, who: int) -> tuple[float, ...]:
        chance, person = self.random, self.here[who]
        person.spoke = self.step
        if chance.random() < 0.6:
            person.circle = chance.choice((0, 1, 1, 2, 7))
        axes = [axis for axis in ("valence", "arousal", "dominance") if chance.random() < 0.7]
        if axes:
            person.said |= {*axes}
            person.weight = chance.choice((0.0, 1.0, 1.0, 1.0, 0.5))
        values = [
            chance.randint(-32, 32) / 32 if axis in axes else nan
            for axis in ("valence", "arousal", "dominance")
        ]
        return (who, self.step, *values, person.weight, 0, person.circle, 0, 1, 1)

    def check(self) -> None:
        """Nothing of fewer than the minimum is told: now, or of a group as it was last renewed."""
        crowd, telling, least = self.crowd, self.telling, self.minimum
        people = list(self.here.values())
        assert crowd.people.count == len(people)
        counted = [person for person in people if person.counts]
        told = {*telling.reading, *telling.analysis(crowd)} - {*ALWAYS_TOLD}
        few = telling.few
        assert few == (len(counted) < least)
        assert not (told and few)
        self.told += bool(told)
        for name in told:
            for axes in made_of(name):
                saying = sum(axes <= person.said for person in counted)
                assert saying == 0 or saying >= least, (name, saying)  # 0: neutral, nobody's
        if few:
            assert not telling.modes.mass.size
            assert telling.circles is None and telling.clusters is None
            return
        circles = telling.circles
        assert circles is not None and telling.clusters is not None
        for number in np.flatnonzero(circles.members).tolist():
            assert self.at_most(number + 1) >= least
        shown = np.isfinite(circles.signals["valence"]) | (circles.share > 0)
        assert not (shown & (circles.members == 0)).any()
        for _ in telling.modes.mass:
            assert self.at_most() >= least
        labels = telling.clusters[crowd.people.slots()]
        for label in np.unique(labels[labels > 0]):
            assert np.count_nonzero(labels == label) >= least

    def at_most(self, circle: int | None = None) -> int:
        """How many who count were in a circle, or here, when it was last looked at, at most."""
        return max(
            sum(person.counts and circle in (None, person.circle) for person in here.values())
            for here in self.lately
        )


def made_of(name: str) -> tuple[set[str], ...]:
    return next((made for part, made in MADE_OF if part in name), ())


def live(histories: int, seed: int) -> int:
    told = 0
    for first in range(0, histories, A_SHOW):
        minimum = 2 + (first // A_SHOW + seed) % 5
        hall = Hall(first + seed, minimum)
        for _ in range(min(A_SHOW, histories - first)):
            hall.live()
        told += hall.told
        assert hall.told > 0 or histories - first < A_SHOW
    return told


def test_no_statistic_is_of_fewer_than_the_minimum() -> None:
    assert live(2_500, 0) > 1_000


@pytest.mark.soak
def test_nor_in_a_hundred_thousand_histories() -> None:
    assert live(100_000, 1) > 20_000
