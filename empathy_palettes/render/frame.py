"""A finished picture on its way to the outlets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import moderngl
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (height, width, 4), sRGB-encoded RGBA, row 0 at the top


@dataclass(frozen=True, slots=True)
class Frame:
    """What every outlet is given of one tick.

    `framebuffer` holds an RGBA8, sRGB-encoded, opaque picture, bottom row first as GL has it; it
    is one of a ring of three, so it stays as it is for two more ticks. `palette` (n, 3) is
    sRGB-encoded. `notices`: lines for the technician, shown by a window only. `dark`: a blackout
    is wanted; nothing is to be seen that is not asked for. `alpha`: an R8 picture of how opaque it
    was before it lay over black, of the same ring; None: nobody asked for it. `work`: the title of
    the preset on show.
    """

    framebuffer: moderngl.Framebuffer
    size: tuple[int, int]
    palette: NDArray[np.float32]
    signals: Mapping[str, float]
    notices: tuple[str, ...] = field(default=())
    dark: bool = False
    alpha: moderngl.Framebuffer | None = None
    work: str = ""

    def read_into(self, pixels: Pixels) -> None:
        """Copy the picture into `pixels` (height, width, 4), bottom row first; waits for GL."""
        self.framebuffer.read_into(pixels, components=4)

    def read_alpha_into(self, alpha: NDArray[np.uint8]) -> None:
        """Copy the alpha into `alpha` (height, width), bottom row first; opaque where not kept."""
        if self.alpha is None:
            alpha[...] = 255
        else:
            self.alpha.read_into(alpha, components=1, alignment=1)

    def pixels(self) -> Pixels:
        """Return the picture as an array of its own, top row first."""
        width, height = self.size
        flipped = np.empty((height, width, 4), np.uint8)
        self.read_into(flipped)
        return np.ascontiguousarray(flipped[::-1])
