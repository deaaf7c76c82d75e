"""A GL context of the outlets' own making, and pictures to hand to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

Paint = Callable[[moderngl.Context, NDArray[np.uint8]], Frame]


@pytest.fixture
def headless() -> Iterator[Headless]:
    surface = Headless()
    surface.open(OutletContext((64, 36)))
    assert surface.gl.error == "GL_NO_ERROR"
    yield surface
    assert surface.gl.error == "GL_NO_ERROR"
    surface.close()


@pytest.fixture
def paint() -> Paint:
    """Make a frame of an array (height, width, 3), row 0 at the top."""

    def paint(gl: moderngl.Context, pixels: NDArray[np.uint8]) -> Frame:
        height, width, _ = pixels.shape
        opaque = np.dstack([pixels, np.full((height, width), 255, np.uint8)])
        texture = gl.texture((width, height), 4, opaque[::-1].tobytes())
        palette = np.array([[0.1, 0.2, 0.4], [0.9, 0.6, 0.3]], np.float32)
        return Frame(gl.framebuffer([texture]), (width, height), palette, {})

    return paint
