"""Pictures that flash, in many ways and colours, and a compositor fed with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.flash import Safety
from empathy_palettes.render.compositor import Compositor

Pixels = NDArray[np.uint8]
Step = Callable[[Pixels, int], Pixels]


@pytest.fixture
def guarded(gl: moderngl.Context) -> Iterator[Callable[..., Step]]:
    """`guarded((w, h))(picture, steps)`: (h, w, 3) bytes through the compositor and its guard."""
    owned: list[Compositor | moderngl.Texture] = []

    def guarded(size: tuple[int, int], safety: Safety | None = None) -> Step:
        compositor = Compositor(gl, size, safety)
        texture = gl.texture(size, 4)
        owned.extend([compositor, texture])

        def step(picture: Pixels, steps: int = 1) -> Pixels:
            opaque = np.concatenate([picture, np.full_like(picture[..., :1], 255)], axis=-1)
            texture.write(opaque.tobytes())
            raw = compositor.compose(texture, steps=steps).read(components=3, alignment=1)
            return np.frombuffer(raw, np.uint8).reshape(picture.shape)

        return step

    yield guarded
    for thing in owned:
        thing.release()


@pytest.fixture
def unruly() -> Callable[..., Iterator[Pixels]]:
    """`unruly((w, h), frames, seed)`: pictures of regions that flash, drift, are noise or stay.

    And all of them flashes now and then.
    """
    return _unruly


def _unruly(size: tuple[int, int], frames: int, seed: int) -> Iterator[Pixels]:
    rng = np.random.default_rng(seed)
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    for number in range(frames):
        if number % 90 == 0:
            patches = [_Patch(rng, size) for _ in range(5)]
            picture[:] = rng.integers(0, 256, 3)
        for patch in patches:
            patch.draw(picture, number)
        if 30 <= number % 90 < 60:
            picture[:] = patches[0].color(number // 3 % 2)
        yield picture.copy()


class _Patch:
    """A rectangle whose colours take turns, in a checker of squares of its own size."""

    def __init__(self, rng: np.random.Generator, size: tuple[int, int]) -> None:
        self._rng = rng
        left, top = (int(rng.integers(0, side)) for side in size)
        right, bottom = (
            int(rng.integers(at, side)) + 1 for at, side in zip((left, top), size, strict=True)
        )
        self._where = slice(top, bottom), slice(left, right)
        self._period = int(rng.integers(2, 25))
        colors = rng.integers(0, 256, (2, 3))
        if rng.random() < 0.4:
            colors[:, 1:] //= rng.integers(2, 20)  # reds
        self._colors = colors.astype(float)
        self._kind = rng.choice(["square", "sine", "noise", "blink"])
        square = 2 ** rng.integers(0, 5)
        y, x = np.mgrid[: size[1], : size[0]][(slice(None), *self._where)] // square
        self._phase = (x + y) % 2 * self._period / 2 * (rng.random() < 0.5)

    def color(self, number: int) -> Pixels:
        return np.asarray(self._colors[number], np.uint8)

    def draw(self, picture: Pixels, number: int) -> None:
        turn = (number + self._phase) / self._period
        if self._kind == "noise":
            way = self._rng.random(self._phase.shape)
        elif self._kind == "sine":
            way = 0.5 - 0.5 * np.cos(2 * np.pi * turn)
        elif self._kind == "blink":
            way = (number % 60 + self._phase < 20) * (turn % 1 < 0.5)
        else:
            way = turn % 1 < 0.5
        first, second = self._colors
        picture[self._where] = first + (second - first) * np.asarray(way, float)[..., None]
