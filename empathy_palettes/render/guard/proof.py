"""The guard's trial: small pictures that flash, drawn, and compared with the reference.

So long that what is remembered is forgotten again, a probe that was let go included, and with more
than one cell in a tile, more than one pixel for a probe.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle

import moderngl
import numpy as np
from numpy.typing import NDArray

from ..targets import unbind
from .gl import Guard, Shaders
from .reference import Reference

SIZE = (90, 40)
GRID = (36, 18)  # tiles of four cells; pixels of one probe, of two, and of none
FRAMES = 53
STEPS = (2, 1, 0, 7)  # of pictures, by turns: two seconds and a third in all
MOST = 2  # code values that a picture may be wrong by

Pixels = NDArray[np.uint8]


def proved(ctx: moderngl.Context, shaders: Shaders, peak_nits: float) -> str:
    """Return "" where the guard draws what it must, else what is wrong with it."""
    reference = Reference(SIZE, grid=GRID, peak_nits=peak_nits)
    with ExitStack() as owner:
        guard = Guard(ctx, SIZE, shaders, owner, GRID)
        textures = [ctx.texture(SIZE, 4, bytes(SIZE[0] * SIZE[1] * 4)) for _ in range(3)]
        targets = [ctx.framebuffer([texture]) for texture in textures]
        for texture, target in zip(textures, targets, strict=True):
            owner.callback(texture.release)
            owner.callback(target.release)
        owner.callback(unbind, ctx)
        picture, shown = textures[2], 0
        pictures = zip(hostile(SIZE, FRAMES), cycle(STEPS), strict=False)
        for number, (pixels, steps) in enumerate(pictures):
            opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
            picture.write(opaque.tobytes())
            textures[1 - shown].write(opaque.tobytes())
            guard.judge(textures[1 - shown], textures[shown], steps)
            of = {"first": picture, "second": picture}
            plain = number % 2 == 0
            guard.alter(targets[1 - shown], textures[shown], of, {}, plain=plain)
            shown = 1 - shown
            raw = targets[shown].read(components=3, alignment=1)
            found = np.frombuffer(raw, np.uint8).reshape(pixels.shape)
            wrong = int(np.abs(found.astype(np.int16) - reference.step(pixels, steps)).max())
            if wrong > MOST:
                return f"in its trial, picture {number + 1} is wrong by {wrong} of 255"
    return ""


def hostile(size: tuple[int, int], frames: int, seed: int = 0) -> Iterator[Pixels]:
    """Yield pictures (height, width, 3): what flashes, in grey, in red, as noise, for a while.

    And sparks, each for a while, in what stands still; at last sixths of the picture by turns, so
    that no cell flashes and its mean does.
    """
    rng = np.random.default_rng(seed)
    width, height = size
    sparks = rng.random((3, height, width)) < 0.1
    still = rng.integers(0, 256, (height, width, 3), np.uint8) // 4
    for number in range(frames):
        pixels = still.copy()
        noise = rng.integers(0, 256, (height, width // 4, 3), np.uint8)
        if number % 40 < 25:
            pixels[:, : width // 4] = noise
        pixels[:, width // 4 : width // 2] = 230 if number // 2 % 2 and number % 45 < 18 else 20
        red = pixels[: height // 2, width // 3 : width // 2]
        red[..., 1:] //= 8
        red[..., 0] = 200 if number // 3 % 2 else 0
        lit = sparks[min(number // 14, 2)]
        lit[:, : width // 2] = False
        pixels[lit] = 255 * (number % 2)
        if number >= frames // 2 and number % 4 < 2:
            sixth = number // 4 % 6
            pixels[:, width * sixth // 6 : width * (sixth + 1) // 6] = 230
        yield pixels
