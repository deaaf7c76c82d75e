"""The alpha beside the frames against numpy, and that nothing is drawn for it unasked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.flash import Safety
from empathy_palettes.outlet.film.colour import straighten
from empathy_palettes.render.compositor import RING, Compositor
from empathy_palettes.render.frame import Frame

pytestmark = pytest.mark.gl

SIZE = (63, 32)  # rows whose bytes are no multiple of four
Picture = NDArray[np.uint8] | NDArray[np.float16]
Make = Callable[[Picture], moderngl.Texture]


@pytest.fixture
def make(gl: moderngl.Context) -> Iterator[Make]:
    made: list[moderngl.Texture] = []

    def make(values: Picture) -> moderngl.Texture:
        dtype = "f1" if values.dtype == np.uint8 else "f2"
        made.append(gl.texture(SIZE, 4, values.tobytes(), dtype=dtype))
        return made[-1]

    yield make
    for texture in made:
        texture.release()


@pytest.fixture(params=["off", "slew", "budget"])
def compositor(gl: moderngl.Context, request: pytest.FixtureRequest) -> Iterator[Compositor]:
    made = Compositor(gl, SIZE, Safety(guard=request.param), alpha=True)
    yield made
    made.release()


def noise(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (SIZE[1], SIZE[0], 4), np.uint8)


def read(framebuffer: moderngl.Framebuffer | None) -> NDArray[np.uint8]:
    assert framebuffer is not None
    raw = framebuffer.read(components=1, alignment=1)
    return np.frombuffer(raw, np.uint8).reshape(SIZE[1], SIZE[0])


def test_the_alpha_of_one_picture_is_kept_as_it_is(compositor: Compositor, make: Make) -> None:
    for seed in range(2 * RING):
        pixels = noise(seed)
        compositor.compose(make(pixels), level=0.25)
        assert np.array_equal(read(compositor.alpha), pixels[..., 3])


@pytest.mark.parametrize("amount", [0.0, 0.3, 1.0])
def test_two_alphas_are_mixed_as_their_pictures_are(
    compositor: Compositor, make: Make, amount: float
) -> None:
    first, second = noise(1), noise(2)
    compositor.compose(make(first), make(second), amount)
    wanted = first[..., 3] + (second[..., 3].astype(float) - first[..., 3]) * amount
    assert np.abs(read(compositor.alpha) - wanted).max() <= 0.51


def test_what_is_no_alpha_is_one(compositor: Compositor, make: Make) -> None:
    deep = np.ones((SIZE[1], SIZE[0], 4), np.float16)
    deep[..., 3] = 0.5
    deep[0, :5, 3] = np.nan, -1.0, 2.0, np.inf, -np.inf
    compositor.compose(make(deep))
    alpha = read(compositor.alpha)
    assert alpha[0, :5].tolist() == [0, 0, 255, 255, 0]
    assert set(alpha[1:].ravel().tolist()) <= {127, 128}
    compositor.compose(make(deep), make(np.ones((SIZE[1], SIZE[0], 4), np.float16)), 0.5)
    mixed = read(compositor.alpha)
    assert mixed[0, :5].astype(int) == pytest.approx([127.5, 127.5, 255, 255, 127.5], abs=0.51)


def test_alphas_stay_as_long_as_their_frames(compositor: Compositor, make: Make) -> None:
    kept = []
    for seed in range(RING):
        compositor.compose(make(noise(seed)))
        kept.append(compositor.alpha)
    for seed, framebuffer in enumerate(kept):
        assert np.array_equal(read(framebuffer), noise(seed)[..., 3])


def test_frames_are_the_same_with_it(gl: moderngl.Context, make: Make) -> None:
    plain, kept = (Compositor(gl, SIZE, alpha=alpha) for alpha in (False, True))
    try:
        assert plain.alpha is None
        for seed in range(6):  # noise that flashes, so that the guard has something to alter
            picture = make(noise(seed % 2))
            frames = [each.compose(picture).read(components=4) for each in (plain, kept)]
            assert frames[0] == frames[1]
    finally:
        plain.release()
        kept.release()


def test_over_black_the_straight_picture_is_the_guarded_one(
    gl: moderngl.Context, make: Make
) -> None:
    """Also where the guard holds back what was brighter than the new alpha would let it be."""
    compositor = Compositor(gl, SIZE, alpha=True)
    held = False
    try:
        for index in range(24):
            pixels = np.full((SIZE[1], SIZE[0], 4), 255 * (index // 3 % 2), np.uint8)
            framebuffer = compositor.compose(make(pixels))
            frame = Frame(
                framebuffer, SIZE, np.zeros((1, 3), np.float32), {}, alpha=compositor.alpha
            )
            seen = np.empty((SIZE[1], SIZE[0], 4), np.uint8)
            alpha = np.empty((SIZE[1], SIZE[0]), np.uint8)
            frame.read_into(seen)
            frame.read_alpha_into(alpha)
            straight = seen.copy()
            straighten(straight, alpha)
            laid = straight[..., :3] * (straight[..., 3:] / 255)
            assert np.abs(laid - seen[..., :3]).max() <= 0.51
            held |= bool((seen[..., :3].max(axis=2) > alpha).any())
    finally:
        compositor.release()
    assert held


def test_a_frame_without_it_is_opaque(gl: moderngl.Context, make: Make) -> None:
    compositor = Compositor(gl, SIZE)
    framebuffer = compositor.compose(make(noise(1)))
    alpha = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    Frame(framebuffer, SIZE, np.zeros((1, 3), np.float32), {}).read_alpha_into(alpha)
    assert alpha.min() == 255
    compositor.release()


def test_nothing_is_left_on_the_gpu(gl: moderngl.Context, dropped: Callable[[], list[str]]) -> None:
    compositor = Compositor(gl, SIZE, alpha=True)
    compositor.release()
    del compositor
    assert dropped() == []
