"""Transitions of points: by the longest zigzag there is, and by plain loops over one point."""

from __future__ import annotations

from math import dist, hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.render.flashes.zigzag import (
    Brightness,
    RedAmount,
    RedHue,
    saturated_red,
)

# Sixty-fourths are exact in float32, and so are their differences.
LEVELS = st.lists(st.integers(0, 64), min_size=1, max_size=40)
COLORS = st.lists(st.tuples(*[st.integers(0, 8)] * 3), min_size=1, max_size=40)


def transitions(values: list[float], change: float = 0.1) -> list[int]:
    counter = Brightness(1, change)
    return [int(counter.see(np.array([value], np.float32))[0]) for value in values]


def longest_zigzag(values: list[float], change: float) -> int:
    """How many alternating steps of `change` or more a subsequence can have: by trying all."""
    up, down = [0] * len(values), [0] * len(values)
    for now, value in enumerate(values):
        for before in range(now):
            if value - values[before] >= change:
                up[now] = max(up[now], down[before] + 1)
            if values[before] - value >= change:
                down[now] = max(down[now], up[before] + 1)
    return max(*up, *down)


def swings(values: list[float], change: float) -> list[int]:
    """The same transitions by a loop over a list of pivots; darker states count below .80."""
    made = [0] * len(values)
    least = most = values[0]
    pivot = extreme = None
    counted = False
    for now, value in enumerate(values):
        if pivot is None or extreme is None:
            least, most = min(least, value), max(most, value)
            if most - least >= change:
                pivot, extreme = (least, most) if value == most else (most, least)
        elif (value - extreme) * (1 if extreme > pivot else -1) >= 0:
            extreme = value
        elif abs(value - extreme) >= change:
            pivot, extreme, counted = extreme, value, False
        if pivot is not None and extreme is not None and not counted:
            counted = min(pivot, extreme) < 0.8
            made[now] = int(counted)
    return made


@given(LEVELS)
def test_as_many_as_the_longest_zigzag_has(levels: list[int]) -> None:
    dark = [level / 64 * 0.75 for level in levels]  # so that the darker state is always below .80
    assert sum(transitions(dark, 0.09375)) == longest_zigzag(dark, 0.09375)


@given(LEVELS, st.sampled_from([1 / 64, 4 / 64, 0.1, 0.25]))
def test_each_in_its_frame(levels: list[int], change: float) -> None:
    values = [level / 64 for level in levels]
    assert transitions(values, change) == swings(values, change)


@given(st.lists(LEVELS, min_size=2, max_size=6))
def test_points_do_not_disturb_each_other(columns: list[list[int]]) -> None:
    frames = min(map(len, columns))
    table = np.array([column[:frames] for column in columns], np.float32) / 64
    together = Brightness(len(columns), 0.1)
    made = np.array([together.see(np.ascontiguousarray(frame)) for frame in table.T])
    for point, column in enumerate(table):
        assert made[:, point].tolist() == [bool(each) for each in transitions(list(column))]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([0.2, 0.3], [0, 1]),
        ([0.2, 0.29], [0, 0]),
        ([0.5, 0.52, 0.54, 0.56, 0.58, 0.6, 0.62], [0, 0, 0, 0, 0, 1, 0]),  # one slow swing is one
        ([0.85, 1.0, 0.85, 1.0], [0, 0, 0, 0]),  # nothing flashes up there
        ([1.0, 0.85, 0.75, 1.0], [0, 0, 1, 1]),  # until it comes down
        ([0.1, 0.5, 0.45, 0.55, 0.1], [0, 1, 0, 0, 1]),  # the ripple belongs to the swing
        ([0.4, 0.35, 0.43, 0.32, 0.42], [0, 0, 0, 1, 1]),
    ],
)
def test_by_hand(values: list[float], wanted: list[int]) -> None:
    assert transitions(values) == wanted


def linear(*colors: tuple[float, float, float]) -> NDArray[np.float32]:
    return np.array(colors, np.float32)[:, :, None]


def is_saturated(color: tuple[float, float, float]) -> bool:
    red, green, blue = color
    return red >= 0.8 * (red + green + blue) and red - green - blue >= 20 / 320


def by_amount(colors: list[tuple[float, float, float]]) -> list[int]:
    """WCAG 2.1's red transitions by a loop."""
    made = []
    states = [(max(r - g - b, 0.0), is_saturated((r, g, b))) for r, g, b in colors]
    pivot = extreme = states[0]
    low = high = states[0]
    begun = counted = False
    for now in states:
        if not begun:
            if now[0] < low[0]:
                low = now
            high = now if now[0] > high[0] else (high[0], high[1] or now[1])
            if high[0] - low[0] > 20 / 320:
                begun = True
                pivot, extreme = (low, high) if now[0] == high[0] else (high, low)
        else:
            ahead = (now[0] - extreme[0]) * (1 if extreme[0] > pivot[0] else -1)
            if ahead > 0:
                extreme = now
            elif -ahead > 20 / 320:
                pivot, extreme, counted = extreme, now, False
            else:
                extreme = (extreme[0], extreme[1] or now[1])
        new = begun and not counted and (pivot[1] or extreme[1])
        counted |= new
        made.append(int(new))
    return made


def place(color: tuple[float, float, float]) -> tuple[float, float] | None:
    """u'v', or nothing for what is too dark to have a colour."""
    r, g, b = color
    if r + g + b < 20 / 320:
        return None
    x = 0.4124564 * r + 0.3575761 * g + 0.1804375 * b
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = 0.0193339 * r + 0.1191920 * g + 0.9503041 * b
    return 4 * x / (x + 15 * y + 3 * z), 9 * y / (x + 15 * y + 3 * z)


def amounts(colors: list[tuple[float, float, float]]) -> list[int]:
    counter = RedAmount(1)
    made = []
    for color in linear(*colors):
        amount = color[0] - color[1] - color[2]
        saturated = saturated_red(color, amount)
        made.append(int(counter.see(np.maximum(amount, 0), saturated)[0]))
    return made


def hues(colors: list[tuple[float, float, float]]) -> list[int]:
    counter = RedHue(1)
    return [
        int(counter.see(color, saturated_red(color, color[0] - color[1] - color[2]))[0])
        for color in linear(*colors)
    ]


def by_hue(colors: list[tuple[float, float, float]], far: float) -> list[int]:
    """WCAG 2.2's red transitions by a loop that remembers every colour since the last of them."""
    made, others, reds, last = [], list[tuple[float, float]](), list[tuple[float, float]](), ""
    for color in colors:
        here = place(color)
        changed = ""
        if here is None:
            made.append(0)
            continue
        if is_saturated(color) and last != "red":
            changed = "red" if any(dist(here, each) > far for each in others) else ""
        if last != "other" and any(dist(here, each) > far for each in reds):
            changed = "other"
        if changed:
            reds, last = [], changed
            others = [] if changed == "other" else others
        others.append(here)
        reds += [here] * is_saturated(color)
        made.append(int(bool(changed)))
    return made


def red_side(seed: int, count: int) -> list[tuple[float, float, float]]:
    """Colours of which half are about saturated reds, dark ones and pure ones among them."""
    rng = np.random.default_rng(seed)
    light = rng.random((count, 3)) ** rng.choice([1, 3], (count, 1))
    light[rng.random(count) < 0.5] *= np.array([1, 0.3, 0.3])
    light[rng.random((count, 3)) < 0.15] = 0
    return [(r, g, b) for r, g, b in light.astype(np.float32).tolist()]


@pytest.mark.parametrize("seed", range(30))
def test_red_by_its_hue(seed: int) -> None:
    colors = red_side(seed, 150)
    made = hues(colors)
    # The distances that hold are those of 2 % more at most.
    edges = [by_hue(colors, far) for far in (0.2, 0.2 * 0.98)]
    assert sum(edges[0]) <= sum(made) <= sum(edges[1])
    if edges[0] == edges[1]:
        assert made == edges[0]
    assert sum(made) > 10


def test_hues_of_points_do_not_disturb_each_other() -> None:
    series = [red_side(seed, 80) for seed in range(20)]
    together = RedHue(len(series))
    made = []
    for frame in np.array(series, np.float32).transpose(1, 2, 0):
        made.append(together.see(frame, saturated_red(frame, frame[0] - frame[1] - frame[2])))
    assert np.array(made).T.astype(int).tolist() == [hues(colors) for colors in series]


def test_the_farthest_from_one_red_need_not_be_so_from_another() -> None:
    orange, violet, green = (0.8, 0.2, 0.0), (0.4, 0.0, 0.9), (0.0, 1.0, 0.0)
    assert hues([orange, violet, green] * 4) == [0, *[1, 0, 1] * 3, 1, 0]


@given(COLORS)
def test_red_by_its_amount(eighths: list[tuple[int, int, int]]) -> None:
    colors = [(r / 8, g / 8, b / 8) for r, g, b in eighths]
    assert amounts(colors) == by_amount(colors)


@given(COLORS, st.sampled_from([(0, 0, 8), (0, 8, 0), (8, 8, 8), (0, 8, 8)]))
def test_red_and_back_is_two_whatever_lies_before(
    before: list[tuple[int, int, int]], other: tuple[int, int, int]
) -> None:
    red, far = (1.0, 0.0, 0.0), (other[0] / 8, other[1] / 8, other[2] / 8)
    one, two = place(red), place(far)
    assert one and two and hypot(one[0] - two[0], one[1] - two[1]) > 0.2
    head = [(r / 8, g / 8, b / 8) for r, g, b in before]
    made = hues([*head, red, far, red, far, red])
    assert made[-3:] == [1, 1, 1]


@pytest.mark.parametrize(
    ("one", "other", "amount", "hue"),
    [
        ((1, 0, 0), (0, 0, 0), True, False),  # black has no colour
        ((1, 0, 0), (0, 0, 1), True, True),
        ((1, 0, 0), (0.9, 0, 0), True, False),
        ((1, 0, 0), (0.95, 0, 0), False, False),
        ((1, 0.3, 0), (0, 0, 0), False, False),  # .77 of it is red: not saturated
        ((0.07, 0, 0), (0.1, 0.02, 0.02), False, False),
        ((0.05, 0, 0), (0, 0, 0.9), False, False),  # too dark to be a saturated red
        ((0.07, 0, 0), (0.5, 0.2, 0.23), False, True),  # one amount, two colours
        ((0, 1, 0), (0, 0, 1), False, False),
    ],
)
def test_red_by_hand(
    one: tuple[float, float, float], other: tuple[float, float, float], amount: bool, hue: bool
) -> None:
    assert amounts([one, other, one, other]) == [0, amount, amount, amount]
    assert hues([one, other, one, other]) == [0, hue, hue, hue]
