"""Circles: each is read as a crowd of its own would be, in its turn; ties are correlations."""

import math
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.config import parse
from empathy_palettes.crowd import statistics
from empathy_palettes.crowd.circles import CIRCLE_SIGNALS, CIRCLES, TURNS, no_circles
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.crowd.resonance import Resonance
from empathy_palettes.crowd.signals import SIGNALS
from empathy_palettes.crowd.table import People
from empathy_palettes.crowd.ties import ENOUGH, SAMPLE_STEPS, WINDOW, Ties, correlations
from empathy_palettes.crowd.within import Within
from empathy_palettes.inlet.sample import SAMPLE, Samples

NAN = math.nan
COLUMNS = ("valence", "arousal", "dominance", "weight")
NOTHING = np.empty(0, SAMPLE)
NOBODY = np.empty(0, np.uint32)


def room(shares: dict[int, float] | None = None) -> Crowd:
    return Crowd(parse({"leave_after": 600, "half_life": 3600}, CrowdSettings, ""), shares)


def batch(people: int, seed: int = 0) -> Samples:
    rng = np.random.default_rng(seed)
    rows = np.zeros(people, SAMPLE)
    rows["who"] = np.arange(people)
    for name in ("valence", "arousal", "dominance"):
        rows[name] = rng.integers(-32, 33, people) / 32
    rows["dominance"][rng.random(people) < 0.5] = NAN
    rows["valence"][rng.random(people) < 0.1] = NAN
    rows["weight"] = rng.integers(1, 5, people) / 4
    return rows


def test_who_is_in_a_circle_is_read_as_a_crowd_of_its_own() -> None:
    crowd, rows = room(), batch(900)
    rows["circle"] = np.random.default_rng(1).choice([0, 1, 2, 6, 7, 63, 64, 65, 900], 900)
    for step in range(TURNS):
        crowd.step(step, rows, NOBODY)
    circles = crowd.circles
    assert tuple(circles.signals) == CIRCLE_SIGNALS and set(CIRCLE_SIGNALS) <= set(SIGNALS)
    assert np.flatnonzero(circles.members).tolist() == [n - 1 for n in (1, 2, 6, 7, 63, 64)]
    for number in (1, 2, 6, 7, 63, 64):
        mine = rows[rows["circle"] == number]
        alone = statistics.signals(*(mine[name] for name in COLUMNS))
        place = number - 1
        for name, value in alone.items():
            got = float(circles.signals[name][place])
            assert got == pytest.approx(value, abs=1e-6, nan_ok=True), name  # float32
        assert circles.members[place] == len(mine)
        share = mine["weight"].sum(dtype=float) / rows["weight"].sum(dtype=float)
        assert circles.share[place] == pytest.approx(share, abs=1e-6)
        assert (circles.x[place], circles.y[place]) == pytest.approx(
            (alone["valence"], alone["arousal"]), abs=1e-6
        )
    empty = no_circles()
    for name in CIRCLE_SIGNALS:
        np.testing.assert_array_equal(circles.signals[name][9:60], empty.signals[name][9:60])


def test_a_circle_is_renewed_ten_times_a_second_ages_and_is_forgotten() -> None:
    crowd, rows = room(), batch(8)
    rows["circle"], rows["valence"] = 3, -1.0
    crowd.step(0, NOTHING, NOBODY)
    crowd.step(1, rows, NOBODY)
    assert crowd.circles.members[2] == 0
    for step in range(2, 4):
        crowd.step(step, NOTHING, NOBODY)
    assert (crowd.circles.members[2], crowd.circles.age[2], crowd.circles.x[2]) == (8, 0.0, -1.0)
    rows["valence"] = 1.0
    moved = set()
    for step in range(4, 64):
        crowd.step(step, rows, NOBODY)
        moved.add((float(crowd.circles.x[2]), float(crowd.circles.age[2])))
    assert len(moved) == 11
    assert crowd.circles.age[2] == 1.0
    assert crowd.circles.x[2] == pytest.approx(1 - 2 * math.exp(-1.0), abs=1e-5)  # eased over 1 s
    rows["circle"] = 0
    for step in range(64, 64 + TURNS):
        crowd.step(step, rows, NOBODY)
    gone, empty = crowd.circles, no_circles()
    for name in ("members", "share", "age", "x", "y"):
        np.testing.assert_array_equal(getattr(gone, name), getattr(empty, name))
    for name in CIRCLE_SIGNALS:
        np.testing.assert_array_equal(gone.signals[name], empty.signals[name])


def test_shares_of_the_weight_are_taken_within_a_circle_too() -> None:
    crowd, rows = room({1: 0.5}), batch(40)
    rows["circle"], rows["weight"], rows["arousal"] = 1, 1.0, 0.0
    rows["origin"] = np.arange(40) < 30
    rows["valence"] = np.where(rows["origin"] == 1, 1.0, -1.0)
    for step in range(TURNS):
        crowd.step(step, rows, NOBODY)
    assert crowd.circles.signals["valence"][0] == pytest.approx(0.0, abs=1e-5)
    assert crowd.circles.share[0] == pytest.approx(1.0, abs=1e-5)
    confidence = float(crowd.circles.signals["confidence"][0])
    assert confidence == pytest.approx(crowd.raw["confidence"], abs=1e-4)


def test_circles_of_too_few_are_hidden_whole() -> None:
    crowd, rows = room(), batch(12)
    rows["circle"] = [1] * 4 + [2] * 5 + [3] * 3
    rows["dominance"] = 0.25
    for step in range(1290):
        rows["valence"] = round(math.sin(step / 100) * 32) / 32
        crowd.step(step, rows, NOBODY)
    whole = crowd.circles
    assert not np.isnan(whole.ties[:3, :3]).any()
    assert whole.of_at_least(3) is whole
    shown, empty = whole.of_at_least(5), no_circles()
    assert shown.members.tolist()[:3] == [0, 5, 0]
    hidden = [0, 2]
    for name in ("members", "share", "age", "x", "y"):
        assert (getattr(shown, name)[hidden] == getattr(empty, name)[hidden]).all()
        assert getattr(shown, name)[1] == getattr(whole, name)[1]
    for name in CIRCLE_SIGNALS:
        np.testing.assert_array_equal(shown.signals[name][hidden], empty.signals[name][hidden])
        np.testing.assert_array_equal(shown.signals[name][1], whole.signals[name][1])
    assert np.isnan(np.delete(shown.ties, 1)).all() or shown.ties[1, 1] == whole.ties[1, 1]
    assert np.flatnonzero(~np.isnan(shown.ties)).tolist() == [CIRCLES + 1]


def test_in_a_circle_of_enough_what_few_said_is_hidden() -> None:
    crowd, rows = room(), batch(6)
    rows["circle"], rows["valence"], rows["dominance"] = 1, 0.5, [0.25] * 2 + [NAN] * 4
    for step in range(TURNS):
        crowd.step(step, rows, NOBODY)
    shown = crowd.circles.of_at_least(5).signals
    assert shown["valence"][0] == 0.5
    assert np.isnan(shown["dominance"][0]) and np.isnan(shown["median_dominance"][0])
    assert crowd.circles.of_at_least(2).signals["dominance"][0] == 0.25
    rows["valence"] = [0.5] + [NAN] * 5
    alone = room()
    for step in range(TURNS):
        alone.step(step, rows, NOBODY)
    assert alone.circles.of_at_least(5).members[0] == 0


def swings(people: int) -> list[Samples]:
    """A minute and a half of people some of whom move alike, twenty samples of each a second."""
    rng = np.random.default_rng(8)
    rows = batch(people)
    rows["weight"] = 1.0
    shared = np.cumsum(rng.normal(0, 1, (2, 300)), axis=1)
    own = np.cumsum(rng.normal(0, 1, (2, 300, people)), axis=1)
    share = rng.random(people)
    story = []
    for time in range(300):
        for axis, name in enumerate(("valence", "arousal")):
            feeling = share * shared[axis, time] + (1 - share) * own[axis, time]
            rows[name] = np.rint((feeling / 10).clip(-1, 1) * 32) / 32
        story.append(rows.copy())
    return story


def test_resonance_within_a_circle_is_that_of_a_crowd_of_it() -> None:
    story, everybody = swings(40), np.resize([0, 4, 64, 4], 40)
    everybody[-1] = 7  # by themselves
    members = np.bincount(everybody, minlength=CIRCLES + 1)[1:].astype(np.int32)
    within, whole = Within(CIRCLES), Resonance()
    people, alone = People(6000), {number: (People(50), Resonance()) for number in (4, 64)}
    for step in range(1800):
        rows = story[step // 6]
        rows["circle"] = everybody
        present = rows if step > 600 else rows[:20]  # some come later
        if step == 0:  # they have slots far apart, in two blocks
            crowd = np.zeros(5000, SAMPLE)
            crowd["who"] = np.arange(100, 5100)
            people.apply(crowd, 0)
            people.withdraw(np.arange(100, 110, dtype=np.uint32))
            people.apply(present, 0)
            people.withdraw(np.arange(1100, 1110, dtype=np.uint32))
        elif step % 6 == 0:
            people.apply(present, step)
        whole.step(people, step)
        within.step(people, members, step, whole.minute)
        for number, (own, resonance) in alone.items():
            if step % 6 == 0:
                own.apply(present[present["circle"] == number], step)
            resonance.step(own, step)
        if step == 1300:
            assert not np.isnan(within.value[[3, 63]]).any()
    assert np.flatnonzero(~np.isnan(within.value)).tolist() == [3, 63]
    for number, (_, resonance) in alone.items():
        assert within.value[number - 1] == pytest.approx(resonance.value, abs=1e-5)
    assert abs(float(within.value[3] - within.value[63])) > 1e-3


def test_resonance_of_a_circle_reaches_its_readings() -> None:
    crowd, rows = room(), batch(4)
    rows["circle"] = [2, 2, 2, 0]
    for step in range(1290):
        if step % 10 == 0:
            rows["valence"] = rows["arousal"] = round(math.sin(step / 100) * 32) / 32
            crowd.step(step, rows, NOBODY)
        else:
            crowd.step(step, NOTHING, NOBODY)
    resonance = crowd.circles.signals["resonance"]
    assert resonance[1] == pytest.approx(1.0, abs=1e-5)
    assert np.isnan(np.delete(resonance, 1)).all()


# Ties.


def series(seed: int = 0, circles: int = 5) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    out = np.cumsum(rng.normal(0, 0.05, (WINDOW, circles)), axis=0)
    out[:, 1] = 0.3 * out[:, 0] + 0.1
    out[:, 2] = -out[:, 0]
    out[:70, 3] = NAN
    out[:, 4] = 0.25
    return out


def test_ties_are_numpys_correlations_over_the_time_both_were_there() -> None:
    given = series()
    got = correlations(given)
    for one, other in product(range(4), repeat=2):
        both = ~np.isnan(given[:, one]) & ~np.isnan(given[:, other])
        expected = np.corrcoef(given[both, one], given[both, other])[0, 1]
        assert got[one, other] == pytest.approx(expected, abs=1e-9)
    assert got[0, 1] == pytest.approx(1.0) and got[0, 2] == pytest.approx(-1.0)
    assert np.isnan(got[4]).all() and np.isnan(got[:, 4]).all()  # who stands still has none


def test_it_takes_twenty_seconds_together() -> None:
    given = series()
    given[: WINDOW - ENOUGH, 3] = NAN
    assert not math.isnan(correlations(given)[0, 3])
    given[WINDOW - ENOUGH, 3] = NAN
    assert np.isnan(correlations(given)[:, 3]).all()


def test_a_tie_is_the_mean_over_both_feelings_of_the_last_minute() -> None:
    valence, arousal = series(1).astype(np.float32), series(2).astype(np.float32)
    ties = Ties(5)
    assert np.isnan(ties.now).all()
    noise = np.random.default_rng(3).normal(0, 1, (50, 2, 5)).astype(np.float32)
    step = 0
    for v, a in [*noise, *zip(valence, arousal, strict=True)]:
        for _ in range(SAMPLE_STEPS):
            ties.step(v, a, step)
            step += 1
    expected = (correlations(valence.astype(float)) + correlations(arousal.astype(float))) / 2
    np.testing.assert_allclose(ties.now, expected, atol=1e-5)
