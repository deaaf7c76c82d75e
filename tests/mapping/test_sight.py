import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.color import (
    DEFICIENCIES,
    delta_e_ok,
    hex_to_srgb,
    linear_to_oklab,
    simulate_cvd,
    srgb_to_linear,
)
from empathy_palettes.mapping.sight import EYES, alike, differences, least_difference, seen

CODES = st.tuples(*[st.integers(0, 255)] * 3)


def lab_of(*colors: str) -> np.ndarray:
    return linear_to_oklab(srgb_to_linear([hex_to_srgb(color) for color in colors]))


@given(st.lists(CODES, min_size=2, max_size=8))
def test_every_pair_is_looked_at_by_every_eye(codes: list[tuple[int, int, int]]) -> None:
    linear = srgb_to_linear(np.array(codes) / 255)
    lab = linear_to_oklab(linear)
    eyes = seen(lab, linear)
    table = differences(lab)
    least = np.inf
    assert EYES == ("normal", *DEFICIENCIES)
    views = [linear, *(simulate_cvd(linear, kind) for kind in DEFICIENCIES)]
    for number, shown in enumerate(views):
        np.testing.assert_allclose(eyes[number], linear_to_oklab(shown), atol=1e-12)
        for i in range(len(codes)):
            for j in range(i):
                apart = float(delta_e_ok(eyes[number, i], eyes[number, j]))
                assert table[number, i, j] == pytest.approx(apart, abs=1e-6)
                least = min(least, apart)
    assert least_difference(lab) == pytest.approx(least, abs=1e-6)
    found = alike(lab, 0.05)
    assert bool(found) == (least_difference(lab) < 0.05)
    assert all(each.one < each.other for each in found)


def test_the_eye_that_sees_least_is_named() -> None:
    (found,) = alike(lab_of("#101010", "#5f9c4c", "#b7794a", "#f0f0f0"), 0.02)
    assert found[:3] == (1, 2, "deutan")
    assert found.difference == pytest.approx(0.010, abs=0.001)
    (same,) = alike(lab_of("#405060", "#405060"), 0.02)
    assert same == (0, 1, "normal", 0.0)
    assert not alike(lab_of("#101010", "#808080", "#f0f0f0"), 0.05)


@pytest.mark.parametrize(("count", "found"), [(16, False), (33, False), (64, False)])
def test_of_a_long_row_only_what_is_shown_together_is_compared(count: int, found: bool) -> None:
    grey = np.zeros((count, 3))
    grey[:, 0] = np.linspace(0.05, 0.95, count)
    assert bool(alike(grey, 0.05)) is found
    grey[-1] = grey[0]
    assert [(each.one, each.other) for each in alike(grey, 0.02)] == [(0, count - 1)]
