"""The guard's trial: a few small pictures that flash, drawn, and compared with the reference."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import moderngl
import numpy as np
from numpy.typing import NDArray

from ..targets import unbind
from .gl import Guard, Shaders
from .reference import Reference

SIZE = (36, 18)
FRAMES = 24
MOST = 2  # code values that a picture may be wrong by

Pixels = NDArray[np.uint8]


def proved(ctx: moderngl.Context, shaders: Shaders, peak_nits: float) -> str:
    """Return "" where the guard draws what it must, else what is wrong with it."""
    reference = Reference(SIZE, peak_nits=peak_nits)
    with ExitStack() as owner:
        guard = Guard(ctx, SIZE, shaders, owner)
        textures = [ctx.texture(SIZE, 4, bytes(SIZE[0] * SIZE[1] * 4)) for _ in range(3)]
        targets = [ctx.framebuffer([texture]) for texture in textures]
        for texture, target in zip(textures, targets, strict=True):
            owner.callback(texture.release)
            owner.callback(target.release)
        owner.callback(unbind, ctx)
        picture, shown = textures[2], 0
        for number, pixels in enumerate(hostile(SIZE, FRAMES)):
            opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
            picture.write(opaque.tobytes())
            textures[1 - shown].write(opaque.tobytes())
            guard.judge(textures[1 - shown], textures[shown], 2)
            of = {"first": picture, "second": picture}
            plain = number % 2 == 0
            guard.alter(targets[1 - shown], textures[shown], of, {}, plain=plain)
            shown = 1 - shown
            raw = targets[shown].read(components=3, alignment=1)
            found = np.frombuffer(raw, np.uint8).reshape(pixels.shape)
            wrong = int(np.abs(found.astype(np.int16) - reference.step(pixels, 2)).max())
            if wrong > MOST:
                return f"in its trial, picture {number + 1} is wrong by {wrong} of 255"
    return ""


def hostile(size: tuple[int, int], frames: int, seed: int = 0) -> Iterator[Pixels]:
    """Yield pictures (height, width, 3): grey that flashes, red that flashes, and noise."""
    rng = np.random.default_rng(seed)
    width, height = size
    for number in range(frames):
        pixels = rng.integers(0, 256, (height, width, 3), np.uint8)
        pixels[:, : width // 3] = 230 if number // 2 % 2 else 20
        pixels[:, width // 3 : 2 * width // 3, 1:] //= 8
        pixels[:, width // 3 : width // 2, 0] = 200 if number // 3 % 2 else 0
        yield pixels
