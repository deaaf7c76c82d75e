"""The slow score against a plain one, number by number; and what it promises."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pytest

from empathy_palettes.inlet.adapters.adapter import Value
from empathy_palettes.inlet.adapters.calibrate import LONGEST_FROZEN, Calibration

ROW = np.array([0])
HEART = Value(calibrate=True, floor=2)


class Plain:
    """The formula in plain Python, for one person and one value."""

    def __init__(self, floor: float) -> None:
        self.floor = floor
        self.mean: float | None = None
        self.variance = self.heard = self.frozen = 0.0

    def score(self, number: float, seconds: float, quality: float = 1.0) -> tuple[float, float]:
        if self.mean is None:
            self.mean, seconds = number, 0.0
        seconds = min(seconds, 10.0)
        self.heard += seconds
        old = self.mean
        unusual = abs(number - old) > 3 * max(sqrt(self.variance), self.floor)
        self.frozen = self.frozen + seconds if unusual else 0.0
        held = unusual and self.heard > 60 and self.frozen <= 180
        if not held and quality >= 0.5:
            alpha = 1 - exp(-seconds / 180)
            self.mean = old + alpha * (number - old)
            self.variance = (1 - alpha) * (self.variance + alpha * (number - old) ** 2)
        z = (number - self.mean) / max(sqrt(self.variance), self.floor)
        return z, min(1.0, self.heard / 60)


def apply(
    calibration: Calibration, number: float, step: int, quality: float = 1.0
) -> tuple[float, float]:
    out, believed = calibration.apply(
        ROW, np.array([[number]]), np.array([[step]]), np.array([quality])
    )
    return float(out[0, 0]), float(believed[0, 0])


def test_it_is_the_formula() -> None:
    rng = np.random.default_rng(1)
    calibration, plain = Calibration([HEART], 1), Plain(2)
    step = 0
    for number in 70 + np.cumsum(rng.normal(0, 3, 800)):
        wait = int(rng.choice([3, 60, 300, 900]))
        step += wait
        quality = float(rng.choice([1.0, 0.6, 0.2], p=[0.8, 0.1, 0.1]))
        now = apply(calibration, number, step, quality)
        assert now == pytest.approx(plain.score(number, wait / 60, quality), rel=1e-9, abs=1e-9)


def test_people_do_not_touch_each_other() -> None:
    rng = np.random.default_rng(2)
    numbers = rng.normal(70, 10, (50, 7))
    together = Calibration([HEART], 4)
    together.grow(7)
    alone = [Calibration([HEART], 1) for _ in range(7)]
    for second, row in enumerate(numbers):
        spoke = rng.random(7) < 0.5
        heard = np.full((7, 1), second * 60)
        told, _ = together.apply(
            np.flatnonzero(spoke), row[spoke, None], heard[spoke], np.ones(spoke.sum())
        )
        for who, score in zip(np.flatnonzero(spoke), told[:, 0], strict=True):
            assert apply(alone[who], row[who], second * 60)[0] == pytest.approx(score)


def after(calibration: Calibration, numbers: np.ndarray, start: int = 0) -> list[float]:
    """Scores, a number each second."""
    return [apply(calibration, n, (start + at) * 60)[0] for at, n in enumerate(numbers)]


def test_a_state_that_lasts_becomes_the_usual_one() -> None:
    calibration = Calibration([HEART], 1)
    usual = 70 + 4 * np.sin(np.arange(400))
    after(calibration, usual)
    stirred = after(calibration, 74 + 4 * np.sin(np.arange(900)), 400)
    assert np.mean(stirred[:60]) > 1.0
    assert abs(np.mean(stirred[-60:])) < 0.1


def test_a_burst_is_no_part_of_what_is_usual_but_not_for_ever() -> None:
    calibration = Calibration([HEART], 1)
    after(calibration, 70 + 2 * np.sin(np.arange(300)))
    burst = after(calibration, np.full(round(LONGEST_FROZEN) - 10, 100.0), 300)
    assert burst[-1] == pytest.approx(burst[0])  # nothing was learnt from it
    later = after(calibration, np.full(1200, 100.0), 300 + len(burst))
    assert later[-1] < 1.0  # a strap that was moved


def test_nobody_is_frozen_in_their_first_minute() -> None:
    calibration = Calibration([HEART], 1)
    scores = after(calibration, np.concatenate([[60.0], np.full(300, 90.0)]))
    assert scores[1] > 3 and scores[-1] < 1.5


def test_it_is_believed_after_a_minute_of_listening() -> None:
    calibration = Calibration([HEART], 1)
    believed = [apply(calibration, 70.0, second * 60)[1] for second in range(90)]
    assert believed[:2] == pytest.approx([0, 1 / 60])
    assert believed[30] == pytest.approx(0.5) and believed[60:] == [1.0] * 30


def test_a_number_stays_until_there_is_another() -> None:
    calibration = Calibration([HEART], 1)
    apply(calibration, 70.0, 0)
    score, _ = apply(calibration, 75.0, 60)
    assert apply(calibration, 75.0, 60)[0] == score  # the same one, seen again
    assert np.isnan(apply(calibration, np.nan, 120)[0])
    calibration.forget(0)
    assert apply(calibration, 200.0, 180) == (0.0, 0.0)


def test_what_is_above_its_own_average() -> None:
    calibration = Calibration([Value(phasic=3.2)], 1)
    told = after(calibration, np.concatenate([np.full(5, 2.0), np.full(30, 3.0)]))
    assert told[:5] == pytest.approx([0] * 5)
    assert told[5] == pytest.approx(exp(-1 / 3.2))
    assert abs(told[-1]) < 1e-3


def test_a_low_pass_and_a_magnitude() -> None:
    calibration = Calibration([Value(smooth=2, magnitude=True)], 1)
    told = after(calibration, np.concatenate([[0.0], np.full(20, -1.0)]))
    assert told[:3] == pytest.approx([0, 1 - exp(-0.5), 1 - exp(-1)])
    assert told[-1] == pytest.approx(1, abs=1e-4)
