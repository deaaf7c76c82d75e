"""What may be told of few people, among simulated ones too; long histories: `test_groups`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.crowd.signals import SIGNALS, Reading
from empathy_palettes.crowd.ties import SAMPLE_STEPS, WINDOW
from empathy_palettes.inlet.sample import NOT_GIVEN, SAMPLE, SIMULATED, Samples
from empathy_palettes.show.telling import ALWAYS_TOLD, Telling

NOBODY = np.empty(0, np.uint32)
TIE_STEPS = WINDOW * SAMPLE_STEPS


def said(people: int, first: int = 0, origin: int = 1, weight: float = 1.0) -> Samples:
    rows = np.zeros(people, SAMPLE)
    rows["who"] = np.arange(first, first + people)
    rows["valence"], rows["arousal"], rows["dominance"] = 0.5, -0.25, NOT_GIVEN
    rows["weight"], rows["origin"] = weight, origin
    return rows


def feeling(people: Sequence[int], valence: float, arousal: float, circle: int = 0) -> Samples:
    rows = said(len(people))
    rows["who"], rows["valence"], rows["arousal"] = people, valence, arousal
    rows["circle"] = circle
    return rows


class Hall:
    """A crowd, and what is told of it."""

    def __init__(self, minimum: int) -> None:
        self.crowd = Crowd(CrowdSettings(max_people=64, leave_after=600))
        self.telling = Telling(minimum)
        self.now = -1

    def live(self, *parts: Samples, gone: Sequence[int] = (), steps: int = 1) -> Reading:
        """Let people say this, and others withdraw, and then be silent; return what is told."""
        rows, left = np.concatenate([np.zeros(0, SAMPLE), *parts]), np.array(gone, np.uint32)
        for _ in range(steps):
            self.now += 1
            self.crowd.step(self.now, rows, left)
            self.telling.step(self.crowd)
            rows, left = rows[:0], NOBODY
        return self.telling.reading


def hall_of(*parts: Samples) -> Hall:
    hall = Hall(3)
    hall.live(*parts)
    return hall


def is_told(*parts: Samples) -> bool:
    hall = hall_of(*parts)
    told = hall.telling.reading
    assert set(ALWAYS_TOLD) <= set(told)
    assert bool(hall.telling.analysis(hall.crowd)) == ("valence" in told)
    return "valence" in told


@pytest.mark.parametrize("people", range(1, 6))
def test_of_too_few_only_how_many_they_are(people: int) -> None:
    assert is_told(said(people)) == (people >= 3)


def test_of_simulated_people_alone_everything_is_told() -> None:
    assert is_told(said(2, origin=SIMULATED))
    assert hall_of(said(2, origin=SIMULATED)).telling.reading.keys() == SIGNALS.keys()


@pytest.mark.parametrize("real", [1, 2, 3, 30])
def test_beside_simulated_people_nothing_is_told_and_no_group_shown(real: int) -> None:
    simulated = said(30, first=30, origin=SIMULATED)
    simulated["circle"] = 1
    assert not is_told(simulated, said(real))
    hall = hall_of(simulated, said(real))
    assert hall.telling.modes.mass.size == 0
    assert hall.telling.circles is None and hall.telling.clusters is None
    told = hall.live(gone=range(30, 60))
    assert ("valence" in told) == (real >= 3)


def test_a_word_without_weight_is_nobody_s_cover() -> None:
    assert not is_told(said(2), said(4, first=10, weight=0.0))


def test_what_few_said_is_not_told_although_many_are_here() -> None:
    rows = said(5)
    rows["valence"][:4] = NOT_GIVEN
    told = hall_of(rows).telling.reading
    assert "arousal" in told and "median_arousal" in told
    hidden = {"valence", "median_valence", "polarization", "joy", "spread", "agreement"}
    assert not hidden & told.keys()


def test_nobody_is_nothing_to_tell_of() -> None:
    assert not is_told(np.zeros(0, SAMPLE))


def test_what_is_told_first_holds_nothing_of_who_was_alone_before() -> None:
    hall, fresh = Hall(5), Hall(5)
    others = feeling(range(1, 5), 0.9, -0.9)
    hall.live(feeling([0], -1.0, 1.0), steps=1200)
    fresh.live(steps=1200)
    mixed = [feeling([0], 0.5, 0.0), others]  # so that both are the same five people
    told, expected = hall.live(*mixed), fresh.live(*mixed)
    assert hall.crowd.reading["valence"] < -0.9  # which the picture follows
    assert told["valence"] == pytest.approx(hall.crowd.raw["valence"], abs=1e-6)
    assert told["arousal"] == pytest.approx(hall.crowd.raw["arousal"], abs=1e-6)
    for _ in range(120):
        for name in expected.keys() - {*ALWAYS_TOLD, "arrivals", "departures", "confidence"}:
            assert told[name] == pytest.approx(expected[name], abs=1e-6), name
        told, expected = hall.live(), fresh.live()


def test_nor_when_enough_who_were_there_before_are_there_again() -> None:
    hall = Hall(5)
    hall.live(feeling(range(5), 0.5, 0.5), steps=300)
    assert hall.live(gone=[0, 1, 2, 3], steps=300).keys() == {*ALWAYS_TOLD}
    hall.live(feeling([4], -1.0, -1.0), steps=300)
    told = hall.live(feeling(range(5, 9), 1.0, 1.0), feeling([4], 0.0, 0.0))
    assert told["valence"] == pytest.approx(0.8, abs=1e-3)
    assert told["joy"] + told["calm"] + told["tension"] + told["sorrow"] == pytest.approx(1.0)
    assert told["momentum_valence"] == 0.0
    assert hall.live(steps=60)["momentum_valence"] == pytest.approx(0.0, abs=1e-6)


def test_what_one_said_is_not_told_once_they_have_gone() -> None:
    hall = Hall(5)
    one = feeling([5], 0.1, 0.1)
    one["dominance"] = -1.0
    assert "dominance" not in hall.live(feeling(range(5), 0.1, 0.1), one, steps=400)
    held = dict(zip(SIGNALS, hall.telling._smoother._now.tolist(), strict=True))
    assert held["dominance"] == 0.0
    told = hall.live(gone=[5])
    assert hall.crowd.reading["dominance"] < -0.9
    assert told["dominance"] == told["median_dominance"] == 0.0


def test_nor_how_two_moved_together_once_they_have() -> None:
    hall = Hall(5)
    hall.live(feeling(range(7), 0.0, 0.0))
    for turn in range(60):
        told = hall.live(feeling([5, 6], (turn % 8) / 8, 0.0), steps=30)
        assert "resonance" not in told or turn < 40
    assert hall.crowd.reading["resonance"] > 0.5 and hall.crowd.moved == 2
    while hall.crowd.moved:
        told = hall.live(gone=[5, 6])
    assert hall.crowd.reading["resonance"] > 0.1
    assert told["resonance"] == 0.0


def test_a_line_between_camps_begins_where_it_is() -> None:
    hall = Hall(4)
    hall.live(feeling([0], 0.0, 1.0), feeling([1], 0.0, -1.0), steps=600)
    camps = feeling([2, 3, 4], -0.5, 0.0), feeling([0, 1, 5], 0.5, 0.0)
    told = hall.live(*camps)
    for name in ("divide_angle", "divide_offset", "divide_gap"):
        assert told[name] == pytest.approx(hall.crowd.raw[name], abs=1e-6), name


def test_a_circle_is_first_shown_where_enough_of_it_feel() -> None:
    hall = Hall(5)
    hall.live(feeling([0], -1.0, 1.0, circle=1), feeling(range(10, 20), 0.0, 0.0), steps=300)
    assert hall.telling.circles is not None and not hall.telling.circles.members.any()
    hall.live(feeling(range(5), 0.75, -0.75, circle=1), steps=6)  # each is renewed by then
    circles = hall.telling.circles
    assert circles is not None and circles.members[0] == 5
    assert hall.crowd.circles.x[0] < 0.0  # eased
    assert (circles.x[0], circles.y[0]) == (0.75, -0.75)
    hall.live(feeling(range(5), 0.25, -0.25, circle=1), steps=12)
    circles = hall.telling.circles
    assert circles is not None and 0.5 < circles.x[0] < 0.75  # from then on it is
    hall.live(steps=300)
    circles = hall.telling.circles
    assert circles is not None and circles.x[0] == pytest.approx(0.25, abs=0.01)


def test_from_enough_on_what_is_told_is_what_the_picture_follows() -> None:
    hall, chance = Hall(5), np.random.default_rng(3)
    told: Reading = {}
    for turn in range(20):
        parts = [feeling([who], *(chance.integers(-32, 33, 2) / 32).tolist()) for who in range(12)]
        told = hall.live(*parts if turn < 18 else [], steps=60)
    assert told.keys() == SIGNALS.keys()
    for name in SIGNALS:
        assert told[name] == pytest.approx(hall.crowd.reading[name], abs=0.02), name


@pytest.mark.soak
def test_ties_are_of_nobody_s_time_alone() -> None:
    crowd, telling = Crowd(CrowdSettings(max_people=64)), Telling(3)
    rows = said(9)
    rows["circle"] = [1] * 4 + [2] * 5
    known = []
    for step in range(2 * TIE_STEPS):
        moving = round(np.sin(step / 100) * 32) / 32
        rows["valence"][:5] = moving  # the first of circle 2 moves with circle 1 while it is alone
        here = rows[:5] if step < TIE_STEPS - 300 else rows
        rows["valence"][5:] = 0.5 if step < TIE_STEPS else -moving
        crowd.step(step, here if step % 6 == 0 else rows[:0], NOBODY)
        telling.step(crowd)
        circles = telling.circles
        known.append(circles is not None and bool(np.isfinite(circles.ties[0, 1])))
    joined = TIE_STEPS - 300
    assert not any(known[: joined + TIE_STEPS]), "made of samples of one person"
    assert any(known[joined + TIE_STEPS :])
