"""Stripes by arithmetic: how many pairs, how strong, over how much, still or moving."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.color import linear_to_srgb
from empathy_palettes.render.flashes.analyser import Analyser
from empathy_palettes.render.flashes.stripes import WIDE, Stripes, shrunk
from empathy_palettes.render.flashes.verdict import Finding

SIZE = (640, 360)
X, Y = np.meshgrid(np.arange(640), np.arange(360))
DUE = (0, 150, 350)  # ms: when looks are due, and again each 600

Pixels = NDArray[np.uint8]


def judge(draw: Callable[[int], Pixels], looks: int = 5) -> Finding:
    stripes = Stripes()
    for look in range(looks):
        now = 1000 * (DUE[look % 3] + look // 3 * 600)
        assert stripes.next == now
        stripes.see(draw(look), now)
    return stripes.finding(SIZE)


def bars(
    pairs: float,
    *,
    low: float = 0.0,
    high: float = 1.0,
    degrees: float = 0.0,
    to: float = 1.0,
    sine: bool = False,
    speed: float = 0.0,
) -> Callable[[int], Pixels]:
    """So many pairs across a picture's width, on its left part up to `to`; grey beside them."""
    dark, light, middle = linear_to_srgb([low, high, (low + high) / 2]) * 255
    turn = np.radians(degrees)
    along = (X * np.cos(turn) + Y * np.sin(turn)) / SIZE[0]

    def draw(look: int) -> Pixels:
        wave = np.sin(2 * np.pi * (pairs * along + speed * look) + 0.3)
        grey = dark + (light - dark) * ((wave + 1) / 2 if sine else wave > 0)
        grey = np.where(X[0] < to * SIZE[0], grey, middle)
        pixels: Pixels = grey.round().astype(np.uint8)[..., None].repeat(3, 2)
        return pixels

    return draw


@pytest.mark.parametrize("pairs", [3, 4, 5])
def test_five_pairs_are_no_pattern(pairs: int) -> None:
    assert judge(bars(pairs)).passed


@pytest.mark.parametrize("pairs", [6, 7, 10, 17, 31, 60, 105, 150, 200])
@pytest.mark.parametrize("sine", [False, True])
def test_six_and_more_are(pairs: int, sine: bool) -> None:
    found = judge(bars(pairs, sine=sine))
    assert not found.passed and found.share > 0.95 and not found.moving
    assert found.where == pytest.approx((320, 180), abs=16)


@pytest.mark.parametrize("degrees", range(0, 180, 36))
def test_in_any_direction(degrees: int) -> None:
    assert judge(bars(24, degrees=degrees)).share > 0.95


@pytest.mark.parametrize(
    ("low", "high", "seen"),
    [(0.2, 0.34, True), (0.2, 0.27, False), (0.0, 0.12, True), (0.82, 1.0, False)],
)
def test_their_contrast(low: float, high: float, seen: bool) -> None:
    assert judge(bars(40, low=low, high=high)).passed is not seen


@pytest.mark.parametrize("pairs", [30, 64, 110])
@pytest.mark.parametrize(
    ("to", "still", "moving"), [(0.2, True, True), (0.33, True, False), (0.47, False, False)]
)
def test_their_area(pairs: int, to: float, still: bool, moving: bool) -> None:
    found = judge(bars(pairs, to=to))
    assert found.passed is still and found.share == pytest.approx(to, abs=0.08)
    found = judge(bars(pairs, to=to, speed=0.3))
    assert (found.passed, found.moving) == (moving, True)


def test_that_turn_round_or_come_and_go_are_moving() -> None:
    still = bars(30, to=0.33)
    plain = np.full((360, 640, 3), 128, np.uint8)
    turning = judge(lambda look: still(0) if look % 2 else 255 - still(0))
    flashing = judge(lambda look: plain if look % 4 == 3 else still(0))
    assert not turning.passed and turning.moving and not flashing.passed and flashing.moving


def test_they_must_be_there_for_half_a_second() -> None:
    assert judge(bars(30), looks=2).passed and not judge(bars(30), looks=3).passed


def test_red_stripes_are_seen_though_their_luma_is_low() -> None:
    assert not judge(lambda look: bars(30)(look) * np.array([1, 0, 0], np.uint8)).passed


@pytest.mark.parametrize("size", [8, 16, 32, 64])
def test_clouds_are_no_stripes(size: int) -> None:
    rng = np.random.default_rng(size)
    waves = np.hypot(np.fft.fftfreq(360)[:, None] * 360, np.fft.fftfreq(640) * 640)
    for _ in range(2):
        noise = np.fft.fft2(rng.normal(size=(360, 640)))
        cloud = np.fft.ifft2(noise * np.exp(-((waves / size) ** 2))).real
        grey = np.clip(128 + 70 * cloud / cloud.std(), 0, 255).astype(np.uint8)
        moving = judge(lambda look, grey=grey: np.roll(grey, 5 * look, 1)[..., None].repeat(3, 2))  # type: ignore[misc]
        assert moving.share < 0.15


def test_noise_checkers_and_ramps_are_none() -> None:
    rng = np.random.default_rng(1)
    checker = ((X // 20 + Y // 20) % 2 * 255).astype(np.uint8)[..., None].repeat(3, 2)
    ramp = (X * 255 // 640).astype(np.uint8)[..., None].repeat(3, 2)
    for draw in (
        lambda look: rng.integers(0, 256, (360, 640, 3), dtype=np.uint8),
        lambda look: checker,
        lambda look: ramp,
        lambda look: np.full((360, 640, 3), 40 * (look % 2), np.uint8),
    ):
        assert judge(draw).share < 0.05


def test_a_small_or_changed_picture_is_survived() -> None:
    stripes = Stripes()
    for number, size in enumerate([(8, 8), (40, 70), (360, 640), (180, 320), (1, 1)]):
        stripes.see(np.full((*size, 3), 9, np.uint8), number * 1_000_000)
    assert stripes.finding(SIZE).passed


def test_the_analyser_looks_for_them() -> None:
    analyser = Analyser(SIZE, 30)
    for _ in range(30):
        analyser.see(bars(30, to=0.6)(0))
    verdict = analyser.verdict()
    assert not verdict.stripes.passed and verdict.general.flashes == 0 and not verdict.passed
    assert verdict.flashing_passed and verdict.worst == "stripes"
    points = verdict.points["stripes"]
    assert points[:, :180].mean() > 0.95 and points[:, 220:].mean() < 0.05
    assert verdict.series.stripes.max() == pytest.approx(0.6, abs=0.05)
    assert verdict.series.stripes[:3].max() == 0


@pytest.mark.parametrize("shape", [(1080, 1920), (720, 1280), (37, 53), (1081, 1923)])
def test_shrunk_is_the_mean_of_blocks(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    block = max(round(shape[1] / WIDE), 1)
    small = shrunk(pixels)
    assert small.shape == (shape[0] // block, shape[1] // block, 3)
    for row, col in ((0, 0), (small.shape[0] - 1, small.shape[1] - 1), (3, 17)):
        part = pixels[row * block : (row + 1) * block, col * block : (col + 1) * block]
        assert np.abs(small[row, col] - part.mean(axis=(0, 1))).max() < 1
