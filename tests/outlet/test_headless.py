from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.contract import OutletContext, Surface
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame


@pytest.mark.gl
def test_draws_without_a_display(headless: Headless, paint: Callable[..., Frame]) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (36, 64, 3), np.uint8)
    frame = paint(headless.gl, pixels)
    headless.present(frame, Tick(0, 0, 0))
    assert headless.gl.version_code >= 330
    assert headless.poll() == []
    assert np.array_equal(frame.pixels()[..., :3], pixels)


@pytest.mark.gl
def test_is_a_surface_and_closes_twice() -> None:
    surface: Surface = Headless(finish=False)
    surface.close()
    surface.open(OutletContext((16, 16)))
    surface.close()
    surface.close()


@pytest.mark.gl
def test_says_what_the_machine_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLCONTEXT_DEVICE_INDEX", "99")
    with pytest.raises(MachineError) as caught:
        Headless().open(OutletContext((16, 16)))
    assert "no OpenGL 3.3" in str(caught.value)
    assert "libegl1" in str(caught.value)
