"""The guard on the GPU against the one in numpy, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.flash import Safety
from empathy_palettes.render.guard.reference import Reference

pytestmark = pytest.mark.gl

Pixels = NDArray[np.uint8]
Step = Callable[[Pixels, int], Pixels]
STEPS = (1, 1, 2, 0, 2, 3, 1, 15, 2)  # of successive frames


def compare(step: Step, pictures: Iterator[Pixels], reference: Reference) -> tuple[float, float]:
    """Compare every frame; return the shares of cells that were held and reddened."""
    held, red, count = 0.0, 0.0, 0
    for steps, picture in zip(cycle(STEPS), pictures, strict=False):
        found, wanted = step(picture, steps), reference.step(picture, steps)
        assert (found == wanted).all(), f"frame {count}: {np.abs(found - wanted.astype(int)).max()}"
        held += reference.held.mean()
        red += reference.reddened.mean()
        count += 1
    return held / count, red / count


@pytest.mark.parametrize(
    ("size", "frames"),
    [((64, 36), 700), ((160, 90), 120), ((320, 180), 60), ((333, 187), 30), ((1, 1), 60),
     ((7, 300), 60), ((201, 5), 150), ((19, 13), 240)],
)  # fmt: skip
def test_every_frame_equals_the_reference(
    guarded: Callable[..., Step],
    unruly: Callable[..., Iterator[Pixels]],
    size: tuple[int, int],
    frames: int,
) -> None:
    held, _ = compare(guarded(size), unruly(size, frames, frames), Reference(size))
    assert 0 < held < 1, "nothing was compared"


@pytest.mark.parametrize("nits", [100.0, 600.0, 4000.0])
def test_brighter_walls_are_held_earlier(
    guarded: Callable[..., Step], unruly: Callable[..., Iterator[Pixels]], nits: float
) -> None:
    size = (48, 27)
    reference = Reference(size, peak_nits=nits)
    compare(guarded(size, Safety(nits)), unruly(size, 120, 5), reference)


def test_a_sampler_that_was_left_behind_changes_nothing(
    gl: moderngl.Context,
    guarded: Callable[..., Step],
    unruly: Callable[..., Iterator[Pixels]],
) -> None:
    smooth = gl.sampler(filter=(moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR))
    size = (64, 36)
    step, reference = guarded(size), Reference(size)
    for picture in unruly(size, 60, 9):
        for unit in range(16):
            smooth.use(unit)
        assert (step(picture, 1) == reference.step(picture)).all()
    for unit in range(16):
        smooth.clear(unit)
    smooth.release()


@pytest.mark.soak
def test_ten_thousand_frames_equal_the_reference(
    guarded: Callable[..., Step], unruly: Callable[..., Iterator[Pixels]]
) -> None:
    size = (64, 36)
    held, red = compare(guarded(size), unruly(size, 10_000, 77), Reference(size))
    assert 0.05 < held < 1
    assert red > 0.001
