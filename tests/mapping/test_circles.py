"""What circles look like to a shader, from readings made by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from empathy_palettes.crowd.circles import CIRCLE_SIGNALS, CIRCLES, CircleReadings
from empathy_palettes.mapping.circles import circles_texture, ties_texture


def readings(*circles: tuple[int, dict[str, float]]) -> CircleReadings:
    """Circles by number, each with its signals; of whoever is not named there is nobody."""
    made = CircleReadings(
        signals={name: np.full(CIRCLES, np.nan, np.float32) for name in CIRCLE_SIGNALS},
        members=np.zeros(CIRCLES, np.int32),
        voices=np.zeros(CIRCLES, np.int32),
        moved=np.zeros(CIRCLES, np.int32),
        commanding=np.zeros(CIRCLES, np.int32),
        share=np.zeros(CIRCLES, np.float32),
        age=np.zeros(CIRCLES, np.float32),
        x=np.zeros(CIRCLES, np.float32),
        y=np.zeros(CIRCLES, np.float32),
        ties=np.full((CIRCLES, CIRCLES), np.nan, np.float32),
    )
    for number, values in circles:
        made.members[number - 1] = 9
        for name, value in values.items():
            column = made.signals[name] if name in CIRCLE_SIGNALS else getattr(made, name)
            column[number - 1] = value
    return made


def test_a_circle_is_written_down_whole() -> None:
    first = {"valence": 0.5, "arousal": -1.0, "agreement": 0.75, "resonance": 0.25}
    place = {"share": 0.125, "age": 60.0, "x": -0.5, "y": 1.0}
    table = circles_texture(readings((1, first | place), (64, {"valence": -1.0})))
    assert table.shape == (3, 64, 4) and table.dtype == np.float32
    np.testing.assert_allclose(table[0, 0], [0.75, 0, 0.125, 0.75])
    np.testing.assert_allclose(table[1, 0], [0.25, 1, 0.25, 1 - math.exp(-1)], rtol=1e-6)
    np.testing.assert_array_equal(table[2, 0], [1, 1, 0, 0])
    np.testing.assert_array_equal(table[0, 63], [0, 0.5, 0, 1])
    np.testing.assert_array_equal(table[2, 63], [1, 0, 0, 0])


def test_where_no_circle_is_all_is_neutral() -> None:
    gone = readings((3, {"valence": 1.0, "agreement": 0.0, "resonance": 1.0, "age": 9, "share": 1}))
    gone.members[2] = 0
    gone.x[2] = gone.ties[2, 2] = 1
    for circles in (None, readings(), gone):
        table = circles_texture(circles)
        assert (table[0] == np.array([0.5, 0.5, 0, 1], np.float32)).all()
        assert (table[1] == np.array([0.5, 0.5, 0, 0], np.float32)).all()
        assert not table[2].any()
        assert (ties_texture(circles) == np.array([0.5, 0, 0, 0], np.float32)).all()


def test_ties_lie_both_ways_and_say_whether_they_are_known() -> None:
    made = readings((1, {}), (5, {}), (9, {}))
    for one, other, tie in ((1, 5, -0.5), (1, 9, 1.0), (5, 5, 1.0)):
        made.ties[one - 1, other - 1] = made.ties[other - 1, one - 1] = tie
    table = ties_texture(made)
    assert table.shape == (64, 64, 4) and table.dtype == np.float32
    np.testing.assert_array_equal(table, table.transpose(1, 0, 2))
    np.testing.assert_array_equal(table[0, 4], [0.25, 1, 0, 0])
    np.testing.assert_array_equal(table[0, 8], [1, 1, 0, 0])
    np.testing.assert_array_equal(table[4, 8], [0.5, 0, 0, 0])
    assert table[..., 1].sum() == 5


def test_everything_is_finite_and_encoded() -> None:
    random = np.random.default_rng(5)
    made = readings(*((number, {}) for number in range(1, 65)))
    signals = {name: random.uniform(-1, 1, 64).astype(np.float32) for name in CIRCLE_SIGNALS}
    for name in ("agreement", "resonance"):
        signals[name] = np.where(np.arange(64) % 3, np.abs(signals[name]), np.float32(np.nan))
    full = replace(made, signals=signals, share=np.full(64, 1 / 64, np.float32))
    for table in (circles_texture(full), ties_texture(full)):
        assert np.isfinite(table).all() and table.min() >= 0 and table.max() <= 1


@pytest.mark.parametrize("texture", [circles_texture, ties_texture])
def test_each_call_gives_an_array_of_its_own(texture: object) -> None:
    assert callable(texture)
    first, second = texture(None), texture(None)
    assert not np.shares_memory(first, second)
