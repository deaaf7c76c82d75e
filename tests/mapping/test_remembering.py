"""The functions with memory, against closed forms; and per person, with rebirth."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.mapping.arithmetic import Number
from empathy_palettes.mapping.formula import compile
from empathy_palettes.mapping.memory import PERSON, REBORN, State

Array = NDArray[Any]
NAMES = ("x", "y", "z")


def run(text: str, steps: int, *, seed: int = 0, **values: Any) -> Array:
    """Evaluate a formula step by step; a value that is a list is one value per step."""
    formula = compile(text, NAMES)
    state = State(seed, "inputs", "it")
    got: list[Number] = []
    for step in range(steps):
        env = {name: v[step] if isinstance(v, list) else v for name, v in values.items()}
        got.append(formula.evaluate(env, state))
    return np.array(got)


def people(
    text: str, rows: list[dict[str, Any]], reborn: dict[int, list[int]], who: Array
) -> Array:
    """Evaluate a formula over three slots; `reborn`: step → slots that somebody new takes."""
    formula = compile(text, (*NAMES, "crowd_x"))
    state = State(3, "people", "it")
    got = []
    for step, row in enumerate(rows):
        mask = np.zeros(3, bool)
        mask[reborn.get(step, [])] = True
        env = {**row, REBORN: mask, PERSON: who}
        got.append(np.broadcast_to(np.asarray(formula.evaluate(env, state)), 3))
    return np.array(got)


WHO = np.array([10, 11, 12], np.uint32)


class TestSmooth:
    @pytest.mark.parametrize("seconds", [0.1, 1.0, 30.0])
    def test_it_is_the_exact_exponential(self, seconds: float) -> None:
        got = run(f"smooth(x, {seconds})", 240, x=[0.0] + [1.0] * 239)
        t = np.arange(240) / 60
        np.testing.assert_allclose(got, 1 - np.exp(-t / seconds), atol=1e-13)

    def test_it_begins_where_its_input_is(self) -> None:
        assert run("smooth(x, 5)", 3, x=0.7).tolist() == [0.7, 0.7, 0.7]

    @pytest.mark.parametrize("seconds", ["0", "-3"])
    def test_without_time_it_is_its_input(self, seconds: str) -> None:
        assert run(f"smooth(x, {seconds})", 3, x=[1.0, 4.0, 2.0]).tolist() == [1.0, 4.0, 2.0]

    def test_lag_has_a_time_for_each_way(self) -> None:
        got = run("lag(x, 1, 4)", 180, x=[0.0] + [1.0] * 89 + [0.0] * 90)
        top = 1 - math.exp(-89 / 60)
        assert got[89] == pytest.approx(top, abs=1e-13)
        assert got[179] == pytest.approx(top * math.exp(-90 / 60 / 4), abs=1e-13)

    def test_a_time_may_differ_by_person(self) -> None:
        times = np.array([0.5, 1.0, 2.0], np.float32)
        rows = [{"crowd_x": float(step > 0), "y": times} for step in range(61)]
        got = people("smooth(crowd_x, y)", rows, {}, WHO)
        np.testing.assert_allclose(got[60], 1 - np.exp(-1 / times.astype(float)), atol=1e-12)

    def test_of_a_person_it_begins_anew_with_the_next_one(self) -> None:
        x = np.array([0.2, 0.4, 0.6], np.float32)
        rows = [{"x": x}] * 5 + [{"x": x + np.float32(1)}] * 5
        got = people("smooth(x, 100)", rows, {7: [1]}, WHO)
        assert got[7, 1] == np.float32(1.4)
        assert got[9, 1] == np.float32(1.4)
        assert got[9, 0] < 0.3


class TestTravel:
    def test_a_steady_rate_gives_the_time(self) -> None:
        got = run("travel(3)", 6001)
        np.testing.assert_allclose(got, np.arange(6001) * 3 / 60, rtol=0, atol=1e-10)

    @given(st.lists(st.floats(-1e5, 1e5), min_size=2, max_size=60))
    def test_it_is_the_integral_wrapped_at_1024(self, rates: list[float]) -> None:
        got = run("travel(x)", len(rates), x=rates)
        exact = np.cumsum([0.0, *rates[1:]]) / 60
        assert ((got >= 0) & (got < 1024)).all()
        away = (got - exact + 512) % 1024 - 512
        np.testing.assert_allclose(away, 0, atol=1e-8)

    @pytest.mark.parametrize("rate", [-1e-300, -1e-18, -1.0])
    def test_backwards_from_0_it_stays_below_1024(self, rate: float) -> None:
        got = run("travel(x)", 3, x=rate)
        assert (got < 1024).all()

    def test_the_wrap_is_exact(self) -> None:
        # 1,024 seconds at one per second, in quarters of a step's way so that sums are exact
        got = run("travel(15 * 1024)", 10)
        assert got.tolist() == [0, 256, 512, 768, 0, 256, 512, 768, 0, 256]

    def test_a_month_on_it_still_moves_evenly(self) -> None:
        state = State()
        formula = compile("travel(x)", NAMES)
        formula.evaluate({"x": 0.0}, state)
        formula.evaluate({"x": 1023.9 * 60}, state)
        steps = np.diff([float(np.asarray(formula.evaluate({"x": 0.06}, state))) for _ in range(9)])
        np.testing.assert_allclose(steps, 0.001, rtol=1e-9)

    def test_every_person_goes_their_own_way_from_0(self) -> None:
        rows = [{"x": np.array([60.0, 120.0, 0.0], np.float32)}] * 6
        got = people("travel(x)", rows, {3: [0]}, WHO)
        np.testing.assert_allclose(got[5], [2.0, 10.0, 0.0], rtol=1e-12)


class TestLfo:
    def test_the_shapes(self) -> None:
        phase = np.arange(120) / 60 % 1
        shapes = {
            "sine": 0.5 - 0.5 * np.cos(2 * np.pi * phase),
            "triangle": np.interp(phase, [0, 0.5, 1], [0, 1, 0]),
            "saw": phase,
        }
        for shape, expected in shapes.items():
            got = run(f"lfo(1, '{shape}')", 120)
            away = (got - expected + 0.5) % 1 - 0.5 if shape == "saw" else got - expected
            np.testing.assert_allclose(away, 0, atol=1e-12)
        square = run('lfo(2, "square")', 60)
        assert 29 <= square.sum() <= 31
        assert set(square) == {0.0, 1.0}

    def test_sine_is_the_usual_shape(self) -> None:
        assert run("lfo(0.7)", 90).tolist() == run("lfo(0.7, 'sine')", 90).tolist()

    @given(st.lists(st.floats(-5, 5), min_size=2, max_size=40))
    def test_changing_its_frequency_never_makes_it_jump(self, hz: list[float]) -> None:
        got = run("lfo(x)", len(hz), x=hz)
        assert ((got >= 0) & (got <= 1)).all()
        assert np.abs(np.diff(got)).max() <= math.pi * 5 / 60 + 1e-9


class TestNoise:
    def test_it_is_smooth_and_stays_between_0_and_1(self) -> None:
        got = run("noise(2)", 3000)
        assert 0 <= got.min() < 0.1
        assert 0.9 < got.max() <= 1
        assert np.abs(np.diff(got)).max() <= 15 / 8 * 2 / 60 + 1e-12  # the curve's steepest
        assert abs(got.mean() - 0.5) < 0.1

    def test_at_whole_places_it_takes_the_values_it_wanders_between(self) -> None:
        coarse, fine = run("noise(x)", 50, x=60.0), run("noise(x)", 100, x=30.0)
        np.testing.assert_allclose(fine[::2], coarse, atol=1e-12)
        np.testing.assert_allclose(fine[1:-1:2], (coarse[:-1] + coarse[1:]) / 2, atol=1e-12)

    def test_it_repeats_after_1024(self) -> None:
        got = run("noise(60 * 64)", 40)
        np.testing.assert_allclose(got[16:32], got[:16], atol=1e-12)

    def test_it_depends_on_the_seed_and_on_nothing_else(self) -> None:
        assert run("noise(1)", 40, seed=5).tolist() == run("noise(1)", 40, seed=5).tolist()
        assert run("noise(1)", 40, seed=5).tolist() != run("noise(1)", 40, seed=6).tolist()
        # pinned: a show rendered again next year looks the same
        assert run("noise(1)", 1, seed=5)[0] == pytest.approx(0.3072707, abs=1e-6)

    def test_two_calls_alike_wander_apart(self) -> None:
        assert run("abs(noise(1) - noise(1))", 200).max() > 0.2

    def test_every_person_has_their_own_and_takes_it_along(self) -> None:
        rows: list[dict[str, Any]] = [{}] * 60
        here = people("noise(3)", rows, {}, WHO)
        assert (np.abs(np.diff(here, axis=1)).max(axis=0) > 0.1).all()
        elsewhere = people("noise(3)", rows, {}, WHO[::-1])
        np.testing.assert_array_equal(here, elsewhere[:, ::-1])

    def test_a_pace_may_differ_by_person(self) -> None:
        rows = [{"x": np.array([1.0, 2.0, 0.0], np.float32)}] * 61
        got = people("noise(x)", rows, {}, np.array([7, 7, 7], np.uint32))
        np.testing.assert_allclose(got[60, 0], got[30, 1], atol=1e-9)
        np.testing.assert_allclose(got[:, 2], got[0, 2], atol=1e-15)


class TestPick:
    def test_it_stays_and_depends_on_its_seed_alone(self) -> None:
        first = run("pick(4)", 20)
        assert np.ptp(first) == 0
        assert first[0] == run("0 + pick(4.9)", 1)[0]
        assert first[0] != run("pick(5)", 1)[0]
        assert first[0] != run("pick(4)", 1, seed=1)[0]
        assert first[0] != run("pick(-4)", 1)[0]

    def test_it_is_even(self) -> None:
        got = np.array([run(f"pick({seed})", 1)[0] for seed in range(400)])
        assert abs(got.mean() - 0.5) < 0.07  # five standard deviations
        assert got.min() < 0.02
        assert got.max() > 0.98

    def test_every_person_has_their_own(self) -> None:
        got = people("pick(1)", [{}, {}], {1: [0]}, WHO)
        assert len(set(got[0])) == 3
        np.testing.assert_array_equal(got[0], got[1])
        per_person = people("pick(x)", [{"x": np.full(3, 1.0)}], {}, WHO)
        np.testing.assert_array_equal(got[0], per_person[0])


class TestHoldAndTrigger:
    def test_a_value_is_held_since_the_condition_last_held(self) -> None:
        x = [1.0, 2.0, 3.0, 4.0, 5.0]
        assert run("hold(x, y)", 5, x=x, y=[0.0, 1.0, 1.0, 0.0, 0.0]).tolist() == [1, 2, 3, 3, 3]

    def test_an_edge_is_one_step_long(self) -> None:
        x = [0.0, 1.0, 1.0, 0.0, 0.6, 0.4, 1.0]
        assert run("trigger(x)", 7, x=x).tolist() == [0, 1, 0, 0, 1, 0, 1]

    def test_what_holds_from_the_start_has_not_come_true(self) -> None:
        assert run("trigger(x > 0)", 3, x=1.0).tolist() == [0, 0, 0]

    def test_of_people(self) -> None:
        x = np.array([0.0, 0.0, 1.0], np.float32)
        rows = [{"x": x}, {"x": 1 - x}, {"x": 1 - x}]
        assert people("trigger(x)", rows, {1: [0]}, WHO).tolist() == [[0] * 3, [0, 1, 0], [0] * 3]
        held = people("hold(x, crowd_x)", [{**row, "crowd_x": 0.0} for row in rows], {2: [1]}, WHO)
        assert held.tolist() == [[0, 0, 1], [0, 0, 1], [0, 1, 1]]
        by_person = people("hold(crowd_x, x)", [{**row, "crowd_x": 5.0} for row in rows], {}, WHO)
        assert by_person.tolist() == [[5] * 3] * 3


class TestDelay:
    @given(st.lists(st.floats(-9, 9), min_size=1, max_size=30), st.integers(0, 20))
    def test_whole_steps_are_exact(self, x: list[float], steps: int) -> None:
        got = run("delay(x, y)", len(x), x=x, y=steps / 60 + 1e-12)
        expected = [x[max(step - steps, 0)] for step in range(len(x))]
        np.testing.assert_allclose(got, expected, atol=1e-8)

    def test_between_two_steps_it_is_a_straight_line(self) -> None:
        x = [float(step * step) for step in range(30)]
        got = run("delay(x, 2.25 / 60)", 30, x=x)
        expected = [0.75 * x[n - 2] + 0.25 * x[n - 3] for n in range(3, 30)]
        np.testing.assert_allclose(got[3:], expected, atol=1e-9)

    @pytest.mark.parametrize("seconds", ["90", "60", "1e9"])
    def test_it_remembers_a_minute_and_no_more(self, seconds: str) -> None:
        got = run(f"delay(x, {seconds})", 3700, x=[float(step) for step in range(3700)])
        assert got[3600] == 0
        assert got[3699] == 99

    def test_a_delay_that_grows_finds_the_past_that_was_kept(self) -> None:
        x = [float(step) for step in range(40)]
        y = [2 / 60] * 20 + [10 / 60] * 20
        got = run("delay(x, y)", 40, x=x, y=y)
        assert got[19] == pytest.approx(17)
        assert got[21] == pytest.approx(16)  # the oldest that was kept
        np.testing.assert_allclose(got[30:], np.arange(20, 30), atol=1e-9)

    def test_a_negative_delay_is_none(self) -> None:
        assert run("delay(x, -1)", 3, x=[1.0, 2.0, 3.0]).tolist() == [1, 2, 3]

    def test_of_people(self) -> None:
        rows = [{"x": np.arange(3, dtype=np.float32) + 10 * step} for step in range(8)]
        got = people("delay(x, 2 / 60 + 1e-9)", rows, {5: [1]}, WHO)
        np.testing.assert_allclose(got[6], [40, 51, 42], atol=1e-4)
        np.testing.assert_allclose(got[7], [50, 51, 52], atol=1e-4)

    def test_by_people(self) -> None:
        times = np.array([0.0, 1.0, 3.0]) / 60 + 1e-12
        rows: list[dict[str, Any]] = [{"crowd_x": float(n), "y": times} for n in range(6)]
        np.testing.assert_allclose(people("delay(crowd_x, y)", rows, {}, WHO)[5], [5, 4, 2])
        rows = [{"x": np.arange(3.0) + 10 * n, "y": times} for n in range(6)]
        np.testing.assert_allclose(people("delay(x, y)", rows, {}, WHO)[5], [50, 41, 22])


@settings(max_examples=40)
@given(st.data())
def test_people_alike_and_alone_agree_with_a_number(data: st.DataObject) -> None:
    text = data.draw(
        st.sampled_from(
            ["smooth(x, y)", "lag(x, y, 2)", "travel(x)", "delay(x, y)", "hold(x, y)", "trigger(x)"]
        )
    )
    values = st.lists(st.floats(0, 3), min_size=8, max_size=8)
    x, y = data.draw(values), data.draw(values)
    rows: list[dict[str, Any]] = [
        {"x": np.full(3, a), "y": np.full(3, b)} for a, b in zip(x, y, strict=True)
    ]
    single = run(text, 8, x=x, y=y)
    many = people(text, rows, {}, WHO)
    np.testing.assert_allclose(many, np.repeat(single[:, None], 3, axis=1), atol=1e-12)


@pytest.mark.parametrize(
    "text", ["smooth(x, 9)", "lag(x, 3, 2)", "travel(x)", "hold(x, x < 0)", "delay(x, 0.1)"]
)
def test_a_room_that_grows_and_shrinks_keeps_those_who_stay(text: str) -> None:
    """Slots beyond the highest in use come and go; what they hold starts with them."""
    formula, still, wide = compile(text, NAMES), State(), State()
    random, before = np.random.default_rng(3), 0
    for width in [3, 3, 5, 5, 5, 2, 2, 4, 4, 4, 4, 4, 4]:
        x = random.uniform(0, 1, 5)
        ours = formula.evaluate({"x": x[:width]}, wide)
        kept = formula.evaluate({"x": x[:2]}, still)
        assert isinstance(ours, np.ndarray) and len(ours) == width
        np.testing.assert_array_equal(ours[:2], kept)
        if width > before:  # whoever is new begins as a room of their own would
            new = formula.evaluate({"x": x[before:width]}, State())
            np.testing.assert_array_equal(ours[before:], new)
        before = width


def test_a_condition_that_holds_from_the_start_of_a_slot_has_not_come_true() -> None:
    formula, state = compile("trigger(x > 0.5)", NAMES), State()
    fired = [
        np.asarray(formula.evaluate({"x": np.array(x)}, state)).tolist()
        for x in ([0.0, 1.0], [1.0, 1.0, 1.0], [1.0], [1.0, 1.0])
    ]
    assert fired == [[0, 0], [1, 0, 0], [0], [0, 0]]
