"""What a shader is told when it is tried, and what is said of the pictures that come of it."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from empathy_palettes.core.isf import IsfInput
from empathy_palettes.show.aside.judge import Judge
from empathy_palettes.show.aside.probe import pattern, sound
from empathy_palettes.show.aside.takes import RANDOM_TAKES, bounds, takes

SIZE = (96, 54)


def test_takes_go_to_the_bounds_and_stay_within_them() -> None:
    level = IsfInput("level", "float", default=0.4, min=-2.0, max=3.0)
    place = IsfInput("place", "point2D", default=(0.5, 0.5), min=(0.0, -1.0), max=(1.0, 2.0))
    found = list(takes([level, place], SIZE))
    assert [take.inputs["level"] for take in found[:3]] == [0.4, -2.0, 3.0]
    assert [take.inputs["place"] for take in found[:3]] == [(0.5, 0.5), (0.0, -1.0), (1.0, 2.0)]
    rest = found[3:]
    assert len(rest) == len({take.inputs["level"] for take in rest}) == RANDOM_TAKES
    for take in rest:
        value, where = take.inputs["level"], take.inputs["place"]
        assert isinstance(value, float) and -2 <= value <= 3
        assert isinstance(where, tuple) and 0 <= where[0] <= 1 and -1 <= where[1] <= 2
    assert found == list(takes([level, place], SIZE)), "another trial, another verdict"


def test_a_long_takes_its_values_and_a_switch_both() -> None:
    choice = IsfInput("choice", "long", default=4, values=(1, 4, 9), labels=("a", "b", "c"))
    switch = IsfInput("switch", "bool", default=0)
    found = list(takes([choice, switch], SIZE))
    assert {take.inputs["choice"] for take in found} == {1, 4, 9}
    assert {take.inputs["switch"] for take in found} == {0, 1}


def test_an_event_happens_in_the_first_take_only() -> None:
    hits = [IsfInput("hit", "event"), IsfInput("kick", "event")]
    first, *others = takes(hits, SIZE)
    assert first.events == ("hit", "kick")
    assert all(take.events == () and not take.inputs for take in others)


def test_a_transition_is_seen_on_its_way() -> None:
    images = [IsfInput(name, "image") for name in ("startImage", "endImage")]
    way = IsfInput("progress", "float", default=0.0, min=0.0, max=1.0)
    seen = [take.inputs["progress"] for take in takes([*images, way], SIZE)]
    assert all(isinstance(value, float) and 0 < value < 1 for value in seen)
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("item", "most"),
    [
        (IsfInput("free", "float", default=3.0), (3.0,)),
        (IsfInput("pixel", "point2D", default=(0.0, 0.0)), (96.0, 54.0)),
        (IsfInput("unit", "point2D", default=(0.0, 0.0), normalised=True), (1.0, 1.0)),
        (IsfInput("half", "point2D", default=(0.5, 0.5)), (1.0, 1.0)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_has_no_bounds_is_given_some(item: IsfInput, most: tuple[float, ...]) -> None:
    assert bounds(item, SIZE) == ((0.0,) * len(most), most)


def test_moving_images_move_and_have_no_symmetry() -> None:
    first, second = pattern(1, 0), pattern(1, 1)
    assert np.abs(first - second).mean() > 0.05
    assert (pattern(1, 0) == first).all()
    assert np.abs(pattern(2, 0) - first).mean() > 0.05, "two inputs would show the same"
    for other in (first[::-1], first[:, ::-1], first[::-1, ::-1]):
        assert np.abs(other - first).mean() > 0.05
    assert first.min() >= 0 and first.max() <= 1
    assert np.abs(sound(1, 0)[..., 0].mean() - 0.5) < 0.05


@pytest.mark.gl
@pytest.mark.parametrize(
    ("pixels", "flat", "unseen"),
    [
        ([(9, 9, 9, 255)] * 4, True, True),
        ([(9, 9, 9, 255)] * 3 + [(10, 9, 9, 255)], True, True),
        ([(9, 9, 9, 255)] * 3 + [(12, 9, 9, 255)], False, False),
        ([(9, 9, 9, 0)] * 3 + [(99, 9, 9, 0)], False, True),
        ([(9, 9, 9, 9)] * 3 + [(9, 9, 9, 255)], False, False),
    ],
    ids=["one colour", "a last bit", "two colours", "transparent", "half seen"],
)
def test_a_picture_is_flat_unseen_or_neither(
    gl: moderngl.Context, pixels: list[tuple[int, ...]], flat: bool, unseen: bool
) -> None:
    texture = gl.texture((2, 2), 4, bytes(sum(pixels, ())))
    judge = Judge()
    judge.look(texture)
    texture.release()
    assert (judge.flat, judge.unseen, judge.numbers) == (flat, unseen, True)


@pytest.mark.gl
def test_what_is_no_number_is_told_and_one_good_picture_is_enough(gl: moderngl.Context) -> None:
    judge = Judge()
    for values in ([np.nan] * 16, [0.5] * 16, [*np.linspace(0, 1, 16)], [0.5] * 16):
        texture = gl.texture((2, 2), 4, np.array(values, np.float16).tobytes(), dtype="f2")
        judge.look(texture)
        texture.release()
    assert (judge.pictures, judge.flat, judge.unseen, judge.numbers) == (4, False, False, False)
