"""Pictures whose measures are known: waves, discs, halves, as linear light."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from empathy_palettes.core.color import oklab_to_linear
from empathy_palettes.render.measures.run import Run

Floats = NDArray[np.float64]

SIZE = (160, 90)
FPS = 10


def places(size: tuple[int, int] = SIZE) -> tuple[Floats, Floats]:
    """x and y of each pixel's middle, in short sides, from the middle of the picture."""
    width, height = size
    short = min(size)
    x = (np.arange(width) + 0.5 - width / 2) / short
    y = (np.arange(height) + 0.5 - height / 2) / short
    across, down = np.meshgrid(x, y)
    return across, down


def grey(light: Floats) -> Floats:
    """Greys of OKLab L (…, height, width), as linear light: of a grey, L is its cube root."""
    return np.repeat((np.clip(light, 0.0, 1.0) ** 3)[..., None], 3, axis=-1)


def lab(light: float, a: float, b: float, size: tuple[int, int] = SIZE) -> Floats:
    """One colour all over."""
    linear = np.asarray(oklab_to_linear(np.array([light, a, b])))
    return np.broadcast_to(linear, (size[1], size[0], 3)).astype(np.float64)


def run(*pictures: Floats, fps: float = FPS) -> Run:
    return Run.of_linear(np.stack(pictures), fps)


def wave(
    waves: float,
    angle: float = 0.0,
    phase: float = 0.0,
    size: tuple[int, int] = SIZE,
    mean: float = 0.5,
    height: float = 0.2,
) -> Floats:
    """`waves` light and dark waves along the short side, which run at `angle`."""
    across, down = places(size)
    along = np.cos(angle) * across + np.sin(angle) * down
    return grey(mean + height * np.sin(2 * np.pi * (waves * along + phase)))


def passing(hertz: float, mean: float = 0.5, height: float = 0.2) -> Run:
    """Three seconds of a wave that moves on by `hertz` waves a second."""
    phases = (hertz * at / FPS for at in range(3 * FPS))
    return run(*(wave(4.0, phase=phase, mean=mean, height=height) for phase in phases))


def discs(
    centres: list[tuple[float, float]],
    radius: float = 0.08,
    size: tuple[int, int] = SIZE,
    light: float = 0.7,
    ground: float = 0.2,
) -> Floats:
    across, down = places(size)
    inside = np.zeros(across.shape, np.bool_)
    for x, y in centres:
        inside |= np.hypot(across - x, down - y) <= radius
    return grey(np.where(inside, light, ground))
