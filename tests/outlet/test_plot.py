"""The plot: curves and limits lie where their numbers say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.outlet.plot import SIZE, Curve, Panel, captioned, plot

PALE, RED, AMBER = (214, 221, 236), (255, 112, 96), (255, 190, 92)
MARKS = tuple(float(number) for number in range(20))


def panel(*curves: Curve, limits: tuple[float, ...] = (3.0,), top: float = 4.0) -> Panel:
    return Panel("flashes", curves, limits, top, MARKS)


def curve(values: list[float], color: tuple[int, int, int] = PALE) -> Curve:
    return Curve("one", np.array(values, np.float32), color)


def is_color(pixels: NDArray[np.uint8], color: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Where the field of the panel has a colour: its head, where names are, is left out."""
    found: NDArray[np.bool_] = (pixels == color).all(axis=2)
    found[:108] = False
    return found


@pytest.mark.parametrize("count", [10, 100, 5000, 100_000])
def test_a_curve_rises_where_its_values_do(count: int) -> None:
    values = [0.0] * (count // 2) + [2.0] * (count // 2)
    pixels = plot("film", "pass", [panel(curve(values))], 0.1)
    assert pixels.shape == (SIZE[1], SIZE[0], 3) and pixels.dtype == np.uint8
    line = is_color(pixels, PALE)
    rows, cols = np.nonzero(line)
    left, right = cols.min(), cols.max()
    middle = (left + right) // 2
    low = rows[(cols < middle - 20)]
    high = rows[(cols > middle + 20)]
    assert np.ptp(low) <= 3 and np.ptp(high) <= 3 and high.mean() < low.mean()
    limit = np.nonzero(is_color(pixels, AMBER))[0]
    assert np.ptp(limit) <= 3
    # 0, 2 and the limit of 3 are evenly spaced upwards.
    assert (low.mean() - limit.mean()) / (low.mean() - high.mean()) == pytest.approx(1.5, abs=0.03)


def test_one_high_value_among_many_is_not_lost() -> None:
    values = [0.0] * 50_000
    values[31_234] = 9.0
    pixels = plot("film", "pass", [panel(curve(values))], 0.1)
    rows, cols = np.nonzero(is_color(pixels, PALE))
    peak = cols[rows == rows.min()].mean()
    assert (peak - cols.min()) / np.ptp(cols) == pytest.approx(31_234 / 50_000, abs=0.005)


def test_every_limit_is_drawn_at_its_height() -> None:
    pixels = plot("film", "pass", [panel(curve([0.0] * 50), limits=(1.0, 3.0))], 0.1)
    rows = np.unique(np.nonzero(is_color(pixels, AMBER))[0])
    high, low = (part.mean() for part in np.split(rows, np.nonzero(np.diff(rows) > 5)[0] + 1))
    floor = np.nonzero(is_color(pixels, PALE))[0].mean()
    assert (floor - high) / (floor - low) == pytest.approx(3, abs=0.05)


def test_the_worst_is_shaded_from_its_beginning_to_its_end() -> None:
    plain, shaded = (
        plot("film", "pass", [replace(panel(curve([0.0] * 100)), span=span)], 0.1)
        for span in (None, (2.0, 3.0))
    )
    rows, cols = np.nonzero((plain != shaded).any(axis=2))
    line = np.nonzero(is_color(plain, PALE))[1]
    begin, end = ((edge - line.min()) / np.ptp(line) for edge in (cols.min(), cols.max() + 1))
    assert (begin, end) == (pytest.approx(0.2, abs=0.003), pytest.approx(0.3, abs=0.003))
    assert np.ptp(rows) > 400
    late = replace(panel(curve([0.0] * 100)), span=(20.0, 21.0))
    plot("film", "pass", [late, replace(panel(), span=(0.0, 1.0))], 0.1)


@pytest.mark.parametrize("wide", [16, 160, 1920])
def test_a_caption_stands_below_the_picture(wide: int) -> None:
    picture = np.full((90, wide, 3), 200, np.uint8)
    found = captioned(picture, "0:01.2   general flashes: FAIL   film.mp4")
    assert found.dtype == np.uint8 and (found[:90] == picture).all()
    strip = found[90:]
    assert len(strip) >= 20 and strip.shape[1] == wide
    if wide > 16:
        assert strip.max() > 200 and np.median(strip) < 30


def test_what_is_to_warn_is_written_in_amber() -> None:
    plain, warned = (
        plot("a", "FAIL", [panel(curve([0.0]))], 0.1, warn=warn) for warn in (False, True)
    )
    heads = [pixels[50:75, :400].astype(int) for pixels in (plain, warned)]
    assert [bool((head[..., 0] > head[..., 2] + 80).any()) for head in heads] == [False, True]


def test_empty_short_and_odd_names_are_drawn() -> None:
    for values in ([], [1.0], [1.0, 2.0]):
        plot("n\0ame\udcff" * 40, "", [panel(curve(values), curve(values, RED))] * 3, 0.1)
