"""Frames against numpy, unguarded: the mix, the light, the depth, the ring."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.flash import Safety
from empathy_palettes.render.compositor import RING, Compositor

pytestmark = pytest.mark.gl

SIZE = (64, 32)
Floats = NDArray[np.float64]
Make = Callable[..., moderngl.Texture]


@pytest.fixture
def compositor(gl: moderngl.Context) -> Iterator[Compositor]:
    made = Compositor(gl, SIZE, Safety(guard="off"))
    yield made
    made.release()
    made.release()


@pytest.fixture
def make(gl: moderngl.Context) -> Iterator[Make]:
    """`make(values)`: a picture of (height, width, 4) numbers, RGBA16F or, of bytes, RGBA8."""
    made: list[moderngl.Texture] = []

    def make(values: NDArray[np.float16] | NDArray[np.uint8]) -> moderngl.Texture:
        dtype = "f1" if values.dtype == np.uint8 else "f2"
        height, width, _ = values.shape
        made.append(gl.texture((width, height), 4, values.tobytes(), dtype=dtype))
        return made[-1]

    yield make
    for texture in made:
        texture.release()


def read(framebuffer: moderngl.Framebuffer) -> NDArray[np.uint8]:
    raw = framebuffer.read(components=4)
    return np.frombuffer(raw, np.uint8).reshape(SIZE[1], SIZE[0], 4)


def opaque(seed: int) -> NDArray[np.uint8]:
    pixels = np.random.default_rng(seed).integers(0, 256, (SIZE[1], SIZE[0], 4), np.uint8)
    pixels[:, :, 3] = 255
    return pixels


def flat(*color: float) -> NDArray[np.float16]:
    return np.full((SIZE[1], SIZE[0], 4), color, np.float16)


def to_linear(c: Floats) -> Floats:
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def to_srgb(c: Floats) -> Floats:
    return np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1 / 2.4) - 0.055)


def test_an_opaque_8_bit_picture_is_the_frame(compositor: Compositor, make: Make) -> None:
    pixels = opaque(1)
    assert (read(compositor.compose(make(pixels))) == pixels).all()


def test_a_picture_lies_over_black(compositor: Compositor, make: Make) -> None:
    pixels = opaque(2)
    pixels[:, :, 3] = np.random.default_rng(3).integers(0, 256, pixels.shape[:2])
    found = read(compositor.compose(make(pixels)))
    wanted = pixels[:, :, :3] * (pixels[:, :, 3:] / 255.0)
    assert np.abs(found[:, :, :3] - wanted).max() <= 0.501
    assert (found[:, :, 3] == 255).all()


@pytest.mark.parametrize("amount", [0.0, 0.25, 0.5, 1.0])
def test_a_transition_is_a_pure_mix(compositor: Compositor, make: Make, amount: float) -> None:
    first, second = opaque(4), opaque(5)
    found = read(compositor.compose(make(first), make(second), amount))
    wanted = first * (1 - amount) + second * amount
    assert np.abs(found - wanted).max() <= 0.501


@pytest.mark.parametrize("level", [0.0, 0.1, 0.5, 0.999])
def test_the_level_is_of_linear_light(compositor: Compositor, make: Make, level: float) -> None:
    pixels = opaque(6)
    found = read(compositor.compose(make(pixels), level=level))
    wanted = to_srgb(to_linear(pixels[:, :, :3] / 255.0) * level) * 255.0
    assert np.abs(found[:, :, :3] - wanted).max() <= 0.52  # float32 powers
    assert (found[:, :, 3] == 255).all()


def test_a_deep_picture_is_dithered_about_its_own_value(compositor: Compositor, make: Make) -> None:
    value = 100.25 / 255
    picture = make(flat(value, value, value, 1.0))
    exact = float(np.float16(value)) * 255
    found = read(compositor.compose(picture))
    red = found[:, :, 0].astype(float)
    assert set(np.unique(red)) == {100.0, 101.0}
    # 2,048 pixels of variance below 1/4: five standard errors are .055
    assert abs(red.mean() - exact) < 0.055
    assert (found == read(compositor.compose(picture))).all(), "the noise stands still"


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5])  # 0.5 · 255 is half way between two bytes
def test_dither_never_moves_a_value_by_a_whole_step(
    compositor: Compositor, make: Make, value: float
) -> None:
    found = read(compositor.compose(make(flat(value, value, value, 1.0))))[:, :, :3]
    assert np.abs(found - value * 255.0).max() <= 0.5


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -5.0, 7.0])
def test_what_is_no_colour_becomes_one(compositor: Compositor, make: Make, bad: float) -> None:
    picture = make(flat(bad, 0.5, 0.0, 1.0))
    wanted = 255 if bad > 0 else 0
    for frame in (
        compositor.compose(picture),
        compositor.compose(make(opaque(7)), picture, 1.0),
    ):
        found = read(frame)
        assert (found[:, :, 0] == wanted).all()
        assert np.abs(found[:, :, 1] - 127.5).max() <= 0.5


def test_a_frame_stays_for_two_more_ticks(compositor: Compositor, make: Make) -> None:
    frames = []
    for number in range(RING + 1):
        frames.append(compositor.compose(make(opaque(number))))
        for back, frame in enumerate(reversed(frames[-RING:])):
            assert (read(frame) == opaque(number - back)).all()
    assert frames[RING].glo == frames[0].glo
    assert len({frame.glo for frame in frames}) == RING


def test_a_picture_of_another_size_is_a_mistake(
    compositor: Compositor, gl: moderngl.Context
) -> None:
    small = gl.texture((8, 8), 4)
    with pytest.raises(ValueError, match="in a frame of"):
        compositor.compose(small)
    small.release()
