"""The crowd as a show uses it: samples in, readings out, one step at a time."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.core.config import parse
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.crowd.signals import SIGNALS, neutral_reading
from empathy_palettes.inlet.sample import SAMPLE, Samples

NOTHING = np.empty(0, SAMPLE)
NOBODY = np.empty(0, np.uint32)


def said(*feelings: tuple[int, float, float], weight: float = 1.0) -> Samples:
    rows = [(who, 0, v, a, math.nan, weight, 0, 0, 0, 0, 1) for who, v, a in feelings]
    return np.array(rows, SAMPLE)


def numbers(*who: int) -> NDArray[np.uint32]:
    return np.array(who, np.uint32)


def crowd(**settings: float) -> Crowd:
    return Crowd(parse(settings, CrowdSettings, ""))


def test_before_the_first_step_the_room_is_empty() -> None:
    room = crowd()
    assert room.reading == neutral_reading() and list(room.raw) == list(SIGNALS)
    assert (room.current_step, len(room.modes), len(room.gone)) == (0, 0, 0)
    assert room.raw["count"] == 0.0 and math.isnan(room.raw["valence"])


def test_a_sample_is_heard_in_its_own_step() -> None:
    room = crowd()
    room.step(1, said((0, 0.5, -0.25)), NOBODY)
    assert (room.raw["valence"], room.raw["arousal"], room.raw["count"]) == (0.5, -0.25, 1.0)
    assert room.current_step == 1 and room.people.born[0] == 1
    np.testing.assert_array_equal(room.modes.centres, np.array([[0.5, -0.25]], np.float32))
    assert 0.0 < room.reading["valence"] < 0.5
    room.step(2, said((0, -1.0, 0.0)), NOBODY)
    assert room.raw["valence"] == -1.0


def test_a_word_fades_by_half_each_half_life() -> None:
    room = crowd(half_life=10, leave_after=60)
    room.step(0, said((0, 1.0, 0.0), (1, 0.0, 0.0)), NOBODY)
    for step in range(1, 1201):
        room.step(step, said((1, 0.0, 0.0)), NOBODY)
    assert room.raw["valence"] == pytest.approx(0.25 / 1.25, abs=1e-6)  # float32 weights
    fresh = (1 + 0.25) / 2
    effective = 1.25**2 / (1 + 0.25**2)
    expected = (1 - math.exp(-effective / 5)) * fresh
    assert room.raw["confidence"] == pytest.approx(expected, abs=1e-6)


def test_who_falls_silent_leaves_and_is_named_once() -> None:
    room = crowd(leave_after=2)
    room.step(0, said((0, 0.5, 0.5), (1, 0.5, 0.5)), NOBODY)
    for step in range(1, 121):
        room.step(step, said((1, 0.5, 0.5)), NOBODY)
        assert len(room.gone) == 0
    room.step(121, NOTHING, NOBODY)
    assert room.gone.tolist() == [0] and room.raw["count"] == 1.0
    room.step(122, NOTHING, NOBODY)
    assert room.gone.tolist() == []


def test_who_withdraws_is_gone_within_the_step_and_not_for_the_gate_to_forget() -> None:
    room = crowd()
    room.step(0, said((0, 1.0, 0.0), (1, -0.5, 0.0)), NOBODY)
    room.step(1, said((0, 1.0, 1.0)), numbers(0))
    assert (room.raw["valence"], room.raw["count"]) == (-0.5, 1.0)
    assert room.gone.tolist() == [] and not room.people.alive[0]


def test_a_slot_that_is_given_up_can_be_taken_in_the_same_step() -> None:
    room = crowd(max_people=1)
    room.step(0, said((0, 1.0, 0.0)), NOBODY)
    room.step(1, said((1, -1.0, 0.0)), NOBODY)
    assert room.raw["valence"] == 1.0
    room.step(2, said((1, -1.0, 0.0)), numbers(0))
    assert room.raw["valence"] == -1.0 and room.people.born[0] == 2


def test_arrivals_and_departures_are_counted() -> None:
    room = crowd(leave_after=1)
    room.step(0, said(*((who, 0.0, 0.0) for who in range(6))), NOBODY)
    assert room.raw["arrivals"] == 2.0
    room.step(1, NOTHING, numbers(0, 1, 2))
    assert room.raw["departures"] == 1.0
    for step in range(2, 62):
        room.step(step, NOTHING, NOBODY)
    assert room.raw["departures"] == 2.0 and room.raw["count"] == 0.0


def test_momentum_follows_a_feeling_on_its_way() -> None:
    room = crowd()
    for step in range(1200):
        feeling = -0.5 + step / 1200
        room.step(step, said((0, feeling, -feeling)), NOBODY)
    lags = [seconds * (1 - math.exp(-20 / seconds)) for seconds in (3, 15)]
    expected = 0.05 * (lags[1] - lags[0]) / 12  # of a ramp of .05 per second, after 20 s
    assert room.raw["momentum_valence"] == pytest.approx(expected, rel=2e-3)  # steps, not seconds
    assert room.raw["momentum_arousal"] == pytest.approx(-room.raw["momentum_valence"], rel=1e-6)


def test_people_who_move_together_resonate() -> None:
    room = crowd()
    for step in range(1290):
        swing = round(math.sin(step / 200) * 16) / 16
        room.step(step, said((0, swing, swing), (1, swing / 2, swing / 2)), NOBODY)
    assert room.raw["resonance"] == pytest.approx(1.0, abs=1e-5)
    assert room.reading["resonance"] > 0.9


def test_people_who_move_against_each_other_do_not() -> None:
    room = crowd()
    for step in range(1290):
        swing = round(math.sin(step / 200) * 16) / 32
        room.step(step, said((0, swing, 0.0), (1, -swing, 0.0)), NOBODY)
    assert room.raw["resonance"] == 0.0


def test_when_all_have_gone_the_reading_comes_to_rest_at_neutral() -> None:
    room = crowd(leave_after=1)
    batch = said(*((who, 0.75, 0.75) for who in range(50)))
    for step in range(300):
        room.step(step, batch, NOBODY)
    assert room.reading["valence"] == pytest.approx(0.75, abs=1e-3)
    for step in range(300, 1200):
        room.step(step, NOTHING, NOBODY)
    undefined = {name for name, value in room.raw.items() if math.isnan(value)}
    assert {"valence", "agreement", "resonance", "joy", "momentum_valence"} <= undefined
    expected = neutral_reading()
    assert len(room.modes) == 0
    assert room.reading == pytest.approx(expected, abs=1e-6)


def test_modes_are_renewed_ten_times_a_second() -> None:
    room = crowd()
    room.step(0, said(*((who, -0.5, 0.0) for who in range(20))), NOBODY)
    centres = {-0.5}
    for step in range(1, 61):
        room.step(step, said(*((who, -0.5 + step / 64, 0.0) for who in range(20))), NOBODY)
        centres.add(float(room.modes.centres[0, 0]))
        assert room.modes.identity.tolist() == [0]
    assert len(centres) == 11


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[Samples, NDArray[np.uint32]]]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    story = []
    for _ in range(draw(st.integers(1, 70))):
        batch = np.zeros(rng.integers(0, 12), SAMPLE)
        batch["who"] = rng.integers(0, 30, len(batch))
        for name in ("valence", "arousal", "dominance"):
            values = rng.integers(-32, 33, len(batch)) / 32
            batch[name] = np.where(rng.random(len(batch)) < 0.3, math.nan, values)
        batch["weight"] = rng.integers(0, 5, len(batch)) / 4
        story.append((batch, rng.integers(0, 30, rng.integers(0, 3)).astype(np.uint32)))
    return story


@settings(max_examples=25)
@given(stories())
def test_whatever_arrives_the_reading_is_complete_in_range_and_slow(
    story: list[tuple[Samples, NDArray[np.uint32]]],
) -> None:
    room, twin = crowd(max_people=20, leave_after=1), crowd(max_people=20, leave_after=1)
    readings = [room.reading]
    for step, (samples, withdrawn) in enumerate(story, start=-5):
        room.step(step, samples, withdrawn)
        twin.step(step, samples.copy(), withdrawn)
        readings.append(room.reading)
        assert repr(room.reading) == repr(twin.reading) and repr(room.raw) == repr(twin.raw)
        assert set(room.raw) == set(SIGNALS)
        assert room.raw["count"] == np.count_nonzero(room.people.alive)
        for name, value in room.raw.items():
            signal = SIGNALS[name]
            high = math.inf if name in ("count", "arrivals", "departures") else signal.hi + 1e-9
            assert math.isnan(value) or signal.lo - 1e-9 <= value <= high, name
    for before, after in pairwise(readings):
        assert list(after) == list(SIGNALS)
        for name in SIGNALS.keys() - {"count", "divide_angle"}:
            signal = SIGNALS[name]
            assert signal.lo <= after[name] <= signal.hi
            assert abs(after[name] - before[name]) <= (signal.hi - signal.lo) / 120 + 1e-12


def test_settings_that_make_no_crowd_are_refused_all_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        parse({"half_life": 0, "leave_after": -1, "max_people": 1_000_001}, CrowdSettings, "x.toml")
    assert [fault.where for fault in caught.value.faults] == [
        "half_life",
        "leave_after",
        "max_people",
    ]
