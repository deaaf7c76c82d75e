"""The plot: curves and limits lie where their numbers say."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.outlet.plot import SIZE, Curve, Panel, plot

PALE, RED, AMBER = (214, 221, 236), (255, 112, 96), (255, 190, 92)
MARKS = tuple(float(number) for number in range(20))


def panel(*curves: Curve, limit: float = 3.0, top: float = 4.0) -> Panel:
    return Panel("flashes", curves, limit, top, MARKS)


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


def test_what_is_to_warn_is_written_in_amber() -> None:
    plain, warned = (
        plot("a", "FAIL", [panel(curve([0.0]))], 0.1, warn=warn) for warn in (False, True)
    )
    heads = [pixels[50:75, :400].astype(int) for pixels in (plain, warned)]
    assert [bool((head[..., 0] > head[..., 2] + 80).any()) for head in heads] == [False, True]


def test_empty_short_and_odd_names_are_drawn() -> None:
    for values in ([], [1.0], [1.0, 2.0]):
        plot("n\0ame\udcff" * 40, "", [panel(curve(values), curve(values, RED))] * 3, 0.1)
