"""The filter `wash` leaves a picture as it is, lends it the palette, dims and lightens it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import builtin_root
from empathy_palettes.mapping.params import Params
from empathy_palettes.render.chain import Chain

pytestmark = pytest.mark.gl

GREYS = """/*{"INPUTS": []}*/
void main() { gl_FragColor = vec4(vec3(floor(gl_FragCoord.x) / 15.0), 1.0); }"""


@pytest.fixture
def washed(
    build: Callable[..., Chain], ask: Callable[..., Params]
) -> Callable[..., NDArray[np.float64]]:
    """Sixteen greys, black to white, after `wash` with these inputs: (16, 3), 0 to 1."""
    wash = (builtin_root() / "shaders" / "wash.fs").read_text("utf-8")
    for name in ("srgb", "oklab", "easing"):
        text = (builtin_root() / "shaders" / "lib" / f"{name}.glsl").read_text("utf-8")
        wash = wash.replace(f'#include "{name}.glsl"', text)
    chain = build(GREYS, wash, size=(16, 1))

    def washed(**inputs: float) -> NDArray[np.float64]:
        read = np.frombuffer(chain.draw(ask(**inputs)).read(), np.uint8)
        return read.reshape(16, 4)[:, :3] / 255.0

    return washed


def test_wash(washed: Callable[..., NDArray[np.float64]]) -> None:
    greys = np.repeat(np.arange(16)[:, None] / 15, 3, axis=1)
    assert np.abs(washed(amount=0.0, light=0.5) - greys).max() <= 1.5 / 255
    dim, bright = (washed(amount=0.0, light=light) for light in (0.0, 1.0))
    assert (dim[2:-1] < greys[2:-1] - 0.02).all() and (bright[2:-1] > greys[2:-1] + 0.02).all()
    assert dim[0].max() < 0.01 and bright[-1].min() > 0.99
    full = washed(amount=1.0, light=0.5)  # the palette runs from red, for the dark, to blue
    assert full[0].max() < 0.01, "what is black stays black"
    assert full[4, 0] > full[4, 2] + 0.1 and full[14, 2] > full[14, 0] + 0.1
