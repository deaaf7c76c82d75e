"""What is said of pictures is what is there to see."""

from __future__ import annotations

import numpy as np
import pytest

from empathy_palettes.core.color import linear_to_srgb, oklab_to_linear, oklch_to_oklab
from empathy_palettes.show.gallery.told import Pixels, motion_of, seen


def plain(lightness: float, chroma: float, hue: float) -> Pixels:
    linear = oklab_to_linear(oklch_to_oklab(np.array([lightness, chroma, hue])))
    code = np.round(linear_to_srgb(linear).clip(0, 1) * 255).astype(np.uint8)
    return np.tile(code, (90, 160, 1))


@pytest.mark.parametrize(
    ("lch", "said"),
    [
        ((0.05, 0.0, 0), "almost black, nearly without colour"),
        ((0.2, 0.06, 265), "very dark, mostly blue"),
        ((0.35, 0.08, 300), "dark, mostly violet"),
        ((0.55, 0.1, 25), "half-lit, mostly red"),
        ((0.7, 0.12, 55), "bright, mostly orange"),
        ((0.9, 0.12, 105), "very bright, mostly yellow"),
        ((0.6, 0.1, 350), "half-lit, mostly rose"),
    ],
)
def test_light_and_hue_have_names(lch: tuple[float, float, float], said: str) -> None:
    assert seen(plain(*lch), 0.0) == f"{said}, evenly lit, all but still"


def test_two_hues_are_both_named() -> None:
    both = plain(0.4, 0.1, 265)
    both[:, :70] = plain(0.4, 0.1, 55)[:, :70]
    assert "blue and orange" in seen(both, 0.0)


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        (slice(0, 20), slice(0, 30), "lightest at the top left"),
        (slice(70, 90), slice(65, 95), "lightest at the bottom"),
        (slice(35, 55), slice(140, 160), "lightest at the right"),
        (slice(35, 55), slice(65, 95), "lightest in the middle"),
    ],
)
def test_light_has_a_place(rows: slice, columns: slice, said: str) -> None:
    picture = plain(0.1, 0.0, 0)
    picture[rows, columns] = 230
    assert said in seen(picture, 0.0)


def test_light_that_is_everywhere_has_none() -> None:
    picture = plain(0.3, 0.0, 0)
    picture[::10] = picture[:, ::10] = 200
    assert "light all over" in seen(picture, 0.0)


def test_motion_is_of_a_second_whatever_the_rate() -> None:
    grey = [np.full((8, 8, 3), level, np.uint8) for level in range(0, 120, 5)]
    assert motion_of(grey, 24) == pytest.approx(120 / 255, rel=1e-5)
    assert motion_of(grey[::2], 12) == pytest.approx(120 / 255, rel=1e-5)
    assert motion_of(grey[:1], 24) == 0.0
    said = [seen(grey[9], motion).rpartition(", ")[2] for motion in (0.0, 0.03, 0.1, 0.5)]
    assert said == ["all but still", "moving slowly", "in steady motion", "in quick motion"]
