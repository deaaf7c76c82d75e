"""Small films, written and decoded again, for the tests of the film itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from empathy_palettes.core.clock import Tick
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.render.frame import Frame

SIZE = (64, 36)
CONTEXT = OutletContext(SIZE, reproduce="empathy export tidal --out demo.mp4")


def film(path: Path, frames: list[Frame], fps: Fraction, codec: str = "h264") -> None:
    video = Film(path, fps, RECIPES[codec])
    video.open(CONTEXT)
    for index, frame in enumerate(frames):
        video.present(frame, Tick(index, index, 1))
    assert video.poll() == []
    video.close()
    video.close()


def flat(*color: int) -> NDArray[np.uint8]:
    return np.full((SIZE[1], SIZE[0], 3), color, np.uint8)


def decode(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))
