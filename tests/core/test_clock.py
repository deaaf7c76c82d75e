"""Clocks count whole steps; only the real one reads time, waits and clamps."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.clock import (
    MOST_STEPS_PER_FRAME,
    STEP,
    FixedClock,
    RealClock,
    ReplayClock,
    Tick,
)

RATES = [24, 25, 30, 50, 60, 120, Fraction(24000, 1001), Fraction(30000, 1001), Fraction(1, 3)]


class Wall:
    """A clock on the wall that moves when slept by, and by `cost` each time it is looked at."""

    def __init__(self, start: float = 0.0, cost: float = 0.0) -> None:
        self.time = start
        self.cost = cost
        self.slept: list[float] = []

    def now(self) -> float:
        self.time += self.cost
        return self.time

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0.0
        self.slept.append(seconds)
        self.time += seconds


@pytest.mark.parametrize("fps", RATES)
def test_frames_lie_at_exact_instants(fps: Fraction | int) -> None:
    for tick in FixedClock(fps, 1000):
        instant = Fraction(tick.index * 60) / Fraction(fps)
        assert tick.step == instant.numerator // instant.denominator
        assert tick.phase == float(instant - tick.step)
        assert 0.0 <= tick.phase < 1.0
        assert tick.seconds == pytest.approx(float(instant) / 60, rel=1e-15)


@given(st.fractions(min_value=Fraction(1, 2), max_value=500), st.integers(0, 200))
def test_no_step_is_lost_or_counted_twice(fps: Fraction, frames: int) -> None:
    ticks = list(FixedClock(fps, frames))
    assert [tick.index for tick in ticks] == list(range(frames))
    assert [tick.step for tick in ticks] == list(itertools.accumulate(t.steps for t in ticks))
    assert all(tick.steps >= 0 for tick in ticks)


def test_two_rates_agree_where_their_instants_meet() -> None:
    films = {(t.step, t.phase): t for t in FixedClock(24, 240)}
    videos = {(t.step, t.phase): t for t in FixedClock(60, 600)}
    assert len(films.keys() & videos.keys()) == 120


def test_the_first_frame_is_step_0_and_spans_none() -> None:
    assert next(iter(FixedClock(60, 1))) == Tick(0, 0, 0, 0.0)
    assert list(FixedClock(60, 0)) == []


@pytest.mark.parametrize("fps", [0, -24])
def test_a_rate_is_positive(fps: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        FixedClock(fps, 1)


def test_a_fixed_clock_can_be_gone_through_again() -> None:
    clock = FixedClock(24, 10)
    assert list(clock) == list(clock)


@pytest.mark.parametrize("start", [0.0, 100.1, 12345.678, 5e6 + 0.1, 1e7 + 1 / 3])
def test_a_real_clock_presents_on_every_boundary(start: float) -> None:
    wall = Wall(start)
    ticks = []
    for tick in itertools.islice(RealClock(now=wall.now, sleep=wall.sleep), 600):
        assert abs((wall.time - start) / STEP - tick.step) < 1e-3
        ticks.append(tick)
    assert ticks == [Tick(i, i + 1, 1) for i in range(600)]
    assert len(wall.slept) <= 602  # one wait a frame: it does not spin


def test_a_slow_frame_spans_the_steps_it_took() -> None:
    wall = Wall()
    steps = []
    for tick in itertools.islice(RealClock(now=wall.now, sleep=wall.sleep), 5):
        steps.append(tick.steps)
        wall.time += 2.5 * STEP
    assert steps == [1, 2, 3, 2, 3]


def test_a_stall_is_forgotten_rather_than_caught_up_with() -> None:
    wall = Wall()
    ticks = iter(RealClock(now=wall.now, sleep=wall.sleep))
    assert next(ticks) == Tick(0, 1, 1)
    wall.time += 10.0
    assert next(ticks) == Tick(1, 1 + MOST_STEPS_PER_FRAME, MOST_STEPS_PER_FRAME)
    assert next(ticks) == Tick(2, 2 + MOST_STEPS_PER_FRAME, 1)


def test_a_real_clock_ends_after_its_seconds() -> None:
    wall = Wall(start=3.3)
    ticks = list(RealClock(2.0, now=wall.now, sleep=wall.sleep))
    assert wall.time == pytest.approx(5.3, abs=0.02)
    assert 118 <= len(ticks) <= 120


def test_a_clock_that_is_looked_at_for_long_still_counts_true() -> None:
    wall = Wall(cost=1e-3)
    ticks = list(RealClock(1.0, now=wall.now, sleep=wall.sleep))
    assert ticks[-1].step == sum(tick.steps for tick in ticks)
    assert ticks[-1].step in (58, 59, 60)


def test_real_time_passes() -> None:
    (tick,) = itertools.islice(RealClock(), 1)
    assert tick.index == 0
    assert tick.steps >= 1


def test_a_replay_repeats_its_ticks() -> None:
    ticks = [Tick(0, 1, 1), Tick(1, 4, 3), Tick(2, 5, 1)]
    assert list(ReplayClock(ticks)) == ticks


def test_a_fixed_clock_may_start_later() -> None:
    early, late = list(FixedClock(24, 40)), list(FixedClock(24, 30, start=25))
    assert late[0] == Tick(0, 25, 25)
    for before, after in zip(early[10:], late, strict=True):
        assert (before.step, before.phase) == (after.step, after.phase)
