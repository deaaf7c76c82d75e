"""Contact sheets: every picture in its place, smaller, with its light."""

from __future__ import annotations

import numpy as np
import pytest

from empathy_palettes.core.color import srgb_to_linear
from empathy_palettes.outlet.contact import WIDTH, Pixels, Strip, contact_sheet, smaller


def plain(color: tuple[int, int, int]) -> Pixels:
    return np.tile(np.array(color, np.uint8), (36, 64, 1))


def test_pictures_stand_in_rows_and_columns() -> None:
    colors = [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    strips = [
        Strip("One", "Ann", [plain(color) for color in colors]),
        Strip("Two", "Ann", [plain(color) for color in colors[::-1]]),
    ]
    sheet = contact_sheet(["a", "b", "c"], strips)
    assert sheet.shape[1] == WIDTH
    for color in colors:
        rows, columns = np.nonzero((sheet == color).all(axis=2))
        assert len(rows) > 100_000
        assert len(np.unique(rows)) > 300 and columns.min() > 250
    first = np.argmax((sheet == colors[0]).all(axis=2), axis=1)
    assert (np.diff(first[first > 0].astype(int)) > 0).any()  # the second row is the other way


def test_groups_stand_apart_and_a_missing_picture_leaves_a_place() -> None:
    strips = [Strip(name, "Ann", [None]) for name in "ab"]
    apart = [strips[0], Strip("b", "Bob", [None])]
    one, two = contact_sheet(["x"], strips), contact_sheet(["x"], apart)
    assert two.shape[0] > one.shape[0]


def test_names_that_are_too_long_stay_in_their_place() -> None:
    sheet = contact_sheet(["x"] * 6, [Strip("M" * 80, "M" * 80, [plain((0, 200, 0))] * 6)])
    assert ((sheet == (0, 200, 0)).all(axis=2)).sum() == pytest.approx(
        6 * (WIDTH - 80 - 250 - 40) // 6 * ((WIDTH - 80 - 250 - 40) // 6 * 9 // 16), rel=0.01
    )


def test_a_smaller_picture_has_the_same_light() -> None:
    random = np.random.default_rng(3)
    picture = (random.random((37, 61, 3)) > 0.97).astype(np.uint8) * 255
    small = smaller(picture, (16, 9))
    assert small.shape == (9, 16, 3)
    before, after = (srgb_to_linear(each / 255.0).mean() for each in (picture, small))
    assert after == pytest.approx(before, rel=0.02)
    assert (smaller(plain((10, 20, 30)), (7, 5)) == (10, 20, 30)).all()
