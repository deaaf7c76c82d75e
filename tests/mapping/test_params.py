"""Between two steps numbers are mixed, wraps are gone round, and whole numbers wait."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.mapping.params import WRAP, Params, Value, interpolate


def params(step: int, *, palette: float = 0.0, columns: int = 4, **inputs: Value) -> Params:
    return Params(
        step=step,
        time=step / 60,
        inputs=inputs,
        overrides={"bloom": dict(inputs)},
        palette=np.full((5, 3), palette, np.float32),
        ramp=np.full((256, 3), palette, np.float32),
        textures={"emo_people": np.full((3, columns, 4), palette, np.float32)},
        counts={"emo_people_count": step},
    )


def test_at_phase_0_it_is_the_step_itself() -> None:
    now = params(3, swell=1.0)
    assert interpolate(now, params(4, swell=2.0), 0.0) is now


def test_numbers_points_colours_and_arrays_are_mixed() -> None:
    now = params(3, palette=0.0, swell=1.0, wind=(0.0, 4.0))
    ahead = params(4, palette=1.0, swell=2.0, wind=(1.0, 2.0))
    got = interpolate(now, ahead, 0.25)
    assert got.step == 3
    assert got.time == pytest.approx(3.25 / 60)
    assert got.inputs == {"swell": 1.25, "wind": (0.25, 3.5)}
    assert got.overrides == {"bloom": got.inputs}
    for array in (got.palette, got.ramp, got.textures["emo_people"]):
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, np.float32(0.25))


def test_whole_numbers_and_counts_wait_for_their_step() -> None:
    now = params(3, kind=1, on=False)
    got = interpolate(now, params(4, kind=2, on=True), 0.9)
    assert got.inputs == {"kind": 1, "on": False}
    assert got.inputs["on"] is False
    assert got.counts == {"emo_people_count": 3}


@given(st.floats(0, WRAP, exclude_max=True), st.floats(-400, 400), st.floats(0.01, 0.99))
def test_what_travels_goes_round_the_wrap(start: float, way: float, phase: float) -> None:
    now, ahead = params(0, flow=start), params(1, flow=(start + way) % WRAP)
    got = interpolate(now, ahead, phase).inputs["flow"]
    assert isinstance(got, float)
    away = (got - (start + way * phase) + WRAP / 2) % WRAP - WRAP / 2
    assert abs(away) < 1e-9
    assert -400 <= got < WRAP + 1e-9


def test_the_same_array_is_not_copied() -> None:
    now, ahead = params(0), params(1)
    object.__setattr__(ahead, "palette", now.palette)
    assert interpolate(now, ahead, 0.5).palette is now.palette


def test_what_an_edit_has_changed_waits_for_its_step() -> None:
    now, ahead = params(0, gone=1.0, swell=1.0, wind=(1.0, 2.0)), params(1, swell=2.0, wind=3.0)
    ahead.overrides.clear()
    ahead.textures["emo_people"] = np.zeros((3, 9, 4), np.float32)
    object.__setattr__(ahead, "palette", np.zeros((2, 3), np.float32))
    got = interpolate(now, ahead, 0.5)
    assert got.inputs == {"gone": 1.0, "swell": 1.5, "wind": (1.0, 2.0)}
    assert got.overrides == now.overrides
    assert got.palette is now.palette
    assert got.textures["emo_people"] is now.textures["emo_people"]
