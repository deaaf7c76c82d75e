import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.color import (
    Array,
    delta_e_ok,
    fit_oklab,
    linear_to_oklab,
    oklab_to_linear,
    oklch_to_oklab,
    simulate_cvd,
)
from empathy_palettes.mapping.affect import affect_lch
from empathy_palettes.mapping.groups import Group
from empathy_palettes.mapping.ladder import (
    DARKEST,
    LIGHTEST,
    ladder,
    rising,
    told_apart,
)
from empathy_palettes.mapping.sight import LEAST_DIFFERENCE, least_difference

unit = st.floats(0, 1)
plane = st.floats(-1, 1)


@st.composite
def rows(draw: st.DrawFn) -> list[tuple[Group, int]]:
    counts = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    while not 2 <= sum(counts) <= 16:
        counts = counts[:-1] if sum(counts) > 16 else [*counts, 1]
    groups = [
        (Group(str(i), draw(plane), draw(plane), count / sum(counts)), count)
        for i, count in enumerate(counts)
    ]
    return sorted(groups, key=lambda group: group[0].valence)


def one(valence: float, arousal: float, count: int) -> list[tuple[Group, int]]:
    return [(Group("all", valence, arousal, 1.0), count)]


@given(st.floats(-0.8, 0.5), plane, unit, unit)
def test_five_of_a_feeling(
    valence: float, arousal: float, contrast: float, diversity: float
) -> None:
    light, chroma, hue = affect_lch(valence, arousal)
    row = ladder(one(valence, arousal, 5), contrast, diversity)
    half = 0.06 + 0.12 * contrast
    np.testing.assert_allclose(row[:, 0], light + half * np.array([-1, -0.5, 0, 0.5, 1]), atol=1e-9)
    np.testing.assert_allclose(row[:, 1], chroma * np.array([1.15, 1.075, 1, 0.925, 0.85]))
    swing = (12 + 48 * diversity) * np.array([0, -1, 0, 1, 0])
    np.testing.assert_allclose((row[:, 2] - hue - swing + 180) % 360, 180, atol=1e-9)


@given(rows(), unit, unit)
def test_a_row_climbs_and_its_mean_is_that_of_its_groups(
    groups: list[tuple[Group, int]], contrast: float, diversity: float
) -> None:
    row = ladder(groups, contrast, diversity)
    assert (np.diff(row[:, 0]) > 0.0239).all()
    assert row[0, 0] >= DARKEST - 1e-9
    assert row[-1, 0] <= LIGHTEST + 1e-9
    if DARKEST + 0.01 < row[0, 0] and row[-1, 0] < LIGHTEST - 0.01:
        own = sum(count * float(affect_lch(g.valence, g.arousal)[0]) for g, count in groups)
        assert row[:, 0].mean() == pytest.approx(own / len(row), abs=1e-9)


@given(rows(), unit, unit)
def test_no_two_swatches_look_alike_to_anybody(
    groups: list[tuple[Group, int]], contrast: float, diversity: float
) -> None:
    lab, linear = told_apart(oklch_to_oklab(ladder(groups, contrast, diversity)))
    np.testing.assert_allclose(linear, np.clip(oklab_to_linear(lab), 0, 1), atol=1e-12)
    eyes = [lab]
    eyes += [linear_to_oklab(simulate_cvd(linear, kind)) for kind in ("protan", "deutan", "tritan")]
    for seen in eyes:
        for i in range(len(lab)):
            for j in range(i):
                assert delta_e_ok(seen[i], seen[j]) >= LEAST_DIFFERENCE


@given(rows(), rows(), unit)
def test_nor_on_the_way_from_one_palette_to_another(
    some: list[tuple[Group, int]], others: list[tuple[Group, int]], part: float
) -> None:
    first, second = ladder(some, 0.4, 0.5), ladder(others, 0.4, 0.5)
    size = min(len(first), len(second))
    mixed = mix(first[:size], second[:size], part)
    if size > 1:
        assert least_difference(told_apart(mixed)[0]) >= LEAST_DIFFERENCE


def mix(first: Array, second: Array, part: float) -> Array:
    labs = [fit_oklab(oklch_to_oklab(row)) for row in (first, second)]
    return labs[0] + (labs[1] - labs[0]) * part


@given(rows(), rows(), unit)
def test_a_row_that_changes_slowly_is_widened_slowly(
    some: list[tuple[Group, int]], others: list[tuple[Group, int]], part: float
) -> None:
    first, second = ladder(some, 0.4, 0.5), ladder(others, 0.4, 0.5)
    size = min(len(first), len(second))
    before = mix(first[:size], second[:size], part)
    after = mix(first[:size], second[:size], min(part + 1e-4, 1))
    moved = delta_e_ok(told_apart(before)[0], told_apart(after)[0]).max()
    assert moved <= 0.01


def test_widening_is_left_where_it_is_not_needed() -> None:
    lab = fit_oklab(oklch_to_oklab(ladder(one(0.1, -0.5, 5), 1.0, 0.0)))
    np.testing.assert_allclose(told_apart(lab)[0], lab, atol=1e-12)


@given(st.lists(st.floats(0.2, 0.8), min_size=1, max_size=12), st.floats(0, 0.03))
def test_rising_moves_as_little_as_can_be(values: list[float], step: float) -> None:
    given_row = np.array(values)
    risen = rising(given_row, step, 0.0, 1.0)
    assert (np.diff(risen) >= step - 1e-12).all()
    if 0.001 < risen[0] and risen[-1] < 0.999:
        assert risen.mean() == pytest.approx(given_row.mean(), abs=1e-9)
    # No nearby row that obeys is nearer: the condition of a projection onto a convex set.
    random = np.random.default_rng(len(values))
    for _ in range(20):
        other = rising(random.random(len(values)), step, 0.0, 1.0)
        assert (given_row - risen) @ (other - risen) <= 1e-9


def test_least_difference_is_that_of_the_eye_that_sees_least() -> None:
    linear = np.array([[0.35, 0.12, 0.05], [0.15, 0.2, 0.04]])
    lab = linear_to_oklab(linear)
    as_deutan = linear_to_oklab(simulate_cvd(linear, "deutan"))
    assert least_difference(lab) < 0.5 * float(delta_e_ok(lab[0], lab[1]))
    assert least_difference(lab) <= float(delta_e_ok(as_deutan[0], as_deutan[1])) + 1e-12
