"""A sheet shows the colours that it is given, and each as every eye sees it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.color import hex_to_srgb, linear_to_srgb, simulate_cvd, srgb_to_linear
from empathy_palettes.mapping.hues import Hues
from empathy_palettes.mapping.palette_file import PaletteFile
from empathy_palettes.mapping.states import STATES
from empathy_palettes.outlet.png import encode_png
from empathy_palettes.outlet.swatches import WIDTH, Row, rows_of, sheet

COLORS = ("#14202c", "#7a3048", "#c08040", "#f0e8c8")
LINEAR = srgb_to_linear([hex_to_srgb(color) for color in COLORS])


def codes(linear: NDArray[np.floating]) -> set[tuple[int, ...]]:
    rows = np.round(np.clip(linear_to_srgb(linear), 0, 1) * 255).astype(int).tolist()
    return {tuple(row) for row in rows}


def areas(pixels: NDArray[np.uint8]) -> dict[tuple[int, ...], int]:
    colors, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    return {
        tuple(color): count for color, count in zip(colors.tolist(), counts.tolist(), strict=True)
    }


def test_every_swatch_is_there_alike_large_and_so_is_what_others_see() -> None:
    pixels = sheet("Mine", "Four of them.", [Row("", LINEAR)])
    assert pixels.dtype == np.uint8 and pixels.shape[1:] == (WIDTH, 3)
    found = areas(pixels)
    large = [found[color] for color in codes(LINEAR)]
    assert min(large) > 30_000 and max(large) - min(large) < 0.15 * max(
        large
    )  # and the ramp's ends
    for kind in ("protan", "deutan", "tritan"):
        for color in codes(simulate_cvd(LINEAR, kind)):
            assert found[color] > 4_000


def test_the_ramp_climbs_from_the_first_to_the_last() -> None:
    grey = np.linspace(0.01, 0.9, 5)[:, None] * np.ones(3)
    pixels = sheet("Grey", "", [Row("", grey)]).astype(int)
    inside = pixels[:, 140 : WIDTH - 50, 0]
    slow = [row for row in inside if len(np.unique(row)) > 100 and np.diff(row).max() < 5]
    assert len(slow) >= 30
    for row in slow:
        assert (np.diff(row) >= -1).all()  # by its dither one down at most


def test_rows_stand_below_each_other_with_gaps_between_groups() -> None:
    one = sheet("Two", "", [Row("a", LINEAR), Row("b", LINEAR)])
    two = sheet("Two", "", [Row("a", LINEAR, (2, 2)), Row("b", LINEAR)])
    assert one.shape == two.shape and one.shape[0] > 300
    rows, columns = np.nonzero((one != two).any(axis=2))
    assert np.ptp(columns) < 8  # the gap
    assert rows.max() < one.shape[0] // 2 + 60
    back = two[0, 0]
    assert (two[rows, columns] == back).all()


def test_it_is_the_same_picture_every_time_and_small() -> None:
    rows = [Row("", LINEAR)]
    first, second = sheet("Mine", "It.", rows), sheet("Mine", "It.", rows)
    np.testing.assert_array_equal(first, second)
    assert len(encode_png(first)) < 100_000


@pytest.mark.parametrize("title", ["", "x" * 400, "\x00\n"])
def test_any_title_is_written(title: str) -> None:
    assert sheet(title, title, [Row(title, LINEAR)]).shape[1] == WIDTH


def test_a_file_of_colours_has_one_row_and_one_of_hues_six() -> None:
    (row,) = rows_of(PaletteFile(title="Mine", colors=COLORS))
    np.testing.assert_allclose(row.colors, LINEAR)
    rows = rows_of(PaletteFile(title="Mine", hues=Hues(joy=100)))
    assert [row.name for row in rows] == list(STATES)
    assert all(sum(row.groups) == len(row.colors) for row in rows)
    assert sheet("Mine", "", rows).shape[0] > 900
