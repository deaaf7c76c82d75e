"""`live` says at most three times what is there, keeps neutral neutral, and waits for a crowd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.crowd.signals import SIGNALS
from empathy_palettes.mapping.formula import compile
from empathy_palettes.mapping.memory import State


def run(signal: str, values: NDArray[Any], count: float = 100, state: State | None = None) -> Any:
    formula = compile(f"live({signal})", list(SIGNALS))
    state = state or State()
    env = {"count": float(count)}
    return np.array([formula.evaluate({**env, signal: float(x)}, state) for x in values])


def swing(seconds: int, half: float, middle: float = 0.0) -> NDArray[np.float64]:
    """A signal that is everywhere between middle − half and middle + half equally often."""
    t = np.arange(seconds * 60) / 60
    return np.asarray(middle + half * (2 * np.abs(2 * (t / 10 % 1) - 1) - 1))


def test_a_crowds_small_moves_come_to_fill_the_span() -> None:
    state = State()
    x = swing(1500, 0.4)
    run("arousal", x, state=state)
    high = np.quantile(x, 0.9)
    got = run("arousal", np.array([0.1, high, -high]), state=state)
    np.testing.assert_allclose(got, [0.1 / high, 1, -1], rtol=0.1)


def test_it_says_at_most_three_times_what_is_there() -> None:
    state = State()
    run("valence", swing(1500, 0.02), state=state)
    got = run("valence", np.array([0.0, 0.1, 0.2, -0.3, -0.9]), state=state)
    np.testing.assert_allclose(got, [0.0, 0.3, 0.6, -0.9, -1.0], rtol=0.1)
    assert (np.abs(got) <= 3 * np.array([0.0, 0.1, 0.2, 0.3, 0.9])).all()


def test_neutral_stays_neutral_however_lopsided_the_hour_was() -> None:
    state = State()
    run("valence", swing(1200, 0.1, 0.3), state=state)
    assert run("valence", np.array([0.0]), state=state)[0] == 0.0
    assert run("valence", np.array([0.2]), state=state)[0] > 0.35


def test_a_signal_of_one_side_is_stretched_from_end_to_end() -> None:
    state = State()
    run("agreement", swing(1500, 0.25, 0.5), state=state)
    got = run("agreement", np.array([0.3, 0.5, 0.7]), state=state)
    np.testing.assert_allclose(got, [0, 0.5, 1], atol=0.05)


@pytest.mark.parametrize("level", [0.03, 0.5, 0.9])
def test_a_signal_that_does_not_move_is_shown_as_it_is(level: float) -> None:
    got = run("polarization", np.full(60 * 600, level))
    assert got[-1] == pytest.approx(level, abs=0.06)


def test_below_twenty_people_nothing_is_learnt_and_nothing_forgotten() -> None:
    state = State()
    x = swing(60, 0.2)
    assert run("arousal", x, count=19, state=state).tolist() == x.tolist()
    run("arousal", swing(600, 0.2), count=20, state=state)
    learnt = run("arousal", np.array([0.1]), count=3, state=state)[0]
    assert learnt > 0.2
    run("arousal", np.full(6000, 0.9), count=19, state=state)
    assert run("arousal", np.array([0.1]), count=19, state=state)[0] == learnt


def test_where_nobody_counts_there_are_always_enough() -> None:
    formula, state = compile("live(arousal)", ["arousal"]), State()
    for x in swing(300, 0.2):
        formula.evaluate({"arousal": x}, state)
    assert float(np.asarray(formula.evaluate({"arousal": 0.1}, state))) > 0.2


def test_the_gain_never_jumps() -> None:
    state = State()
    formula = compile("live(arousal)", list(SIGNALS))
    probe = [
        formula.evaluate({"arousal": 0.1 + 0.05 * np.sin(n / 300), "count": 50.0}, state)
        for n in range(20_000)
    ]
    assert np.abs(np.diff(np.array(probe))).max() < 0.002


@given(st.sampled_from(sorted(SIGNALS)), st.lists(st.floats(-2000, 2000), max_size=30))
def test_it_stays_within_the_signals_span(name: str, values: list[float]) -> None:
    signal = SIGNALS[name]
    if name == "count":
        values = [abs(value) for value in values]
        formula, state = compile("live(count)", ["count"]), State()
        got = np.array([formula.evaluate({"count": value}, state) for value in values])
    else:
        got = run(name, np.array(values))
    assert ((got >= signal.lo) & (got <= signal.hi)).all()
