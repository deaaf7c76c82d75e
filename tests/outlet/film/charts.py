"""A test chart, frames of it with and without alpha, and BT.709 worked out a second time."""

from __future__ import annotations

import json
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.clock import Tick
from empathy_palettes.inlet.hearing import Track
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.render.frame import Frame

Bytes = NDArray[np.uint8]

SIZE = (256, 144)
PATCH = 32
COLOURS = [
    *[(255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 255, 255), (255, 0, 255), (255, 255, 0)],
    *[(0, 0, 0), (255, 255, 255), (16, 16, 16), (90, 90, 90), (180, 180, 180), (235, 235, 235)],
    *[(230, 40, 40), (40, 200, 60), (30, 60, 220), (250, 180, 40), (90, 30, 120), (200, 120, 160)],
    *[(60, 20, 10), (10, 40, 20), (20, 10, 60), (240, 220, 230), (120, 140, 90), (250, 90, 10)],
]


def chart(shift: int = 0) -> Bytes:
    """Three rows of flat patches, and below them ramps of grey and of colour; (144, 256, 3)."""
    width, height = SIZE
    picture = np.zeros((height, width, 3), np.uint8)
    across = width // PATCH
    for number in range(len(COLOURS)):
        top, left = divmod(number, across)
        color = COLOURS[(number + shift) % len(COLOURS)]
        picture[top * PATCH : (top + 1) * PATCH, left * PATCH : (left + 1) * PATCH] = color
    below = 3 * PATCH
    ramp = np.arange(width, dtype=np.uint8)
    picture[below : below + 24] = ramp[None, :, None]
    picture[below + 24 :, :, 0] = ramp
    picture[below + 24 :, :, 1] = 128
    picture[below + 24 :, :, 2] = ramp[::-1]
    return picture


def flat_error(seen: NDArray[Any], wanted: Bytes, *, mean: bool = False) -> float:
    """How far the insides of the patches are from what they should be, at worst, or their means."""
    worst = 0.0
    for number in range(len(COLOURS)):
        top, left = (PATCH * place for place in divmod(number, SIZE[0] // PATCH))
        inside = np.s_[top + 6 : top + PATCH - 6, left + 6 : left + PATCH - 6]
        gap = seen[inside].astype(float) - wanted[inside].astype(float)
        gap = gap.mean(axis=(0, 1)) if mean else gap
        worst = max(worst, float(np.abs(gap).max()))
    return worst


def from_yuv(planes: NDArray[Any], one: float) -> NDArray[np.float64]:
    """BT.709 (h, w, 3) in limited range to RGB, 0 to 255: ITU-R BT.709-6, items 3.2 to 3.5."""
    y, blue, red = (planes[..., index].astype(float) / one for index in range(3))
    luma = (y - 16) / 219
    b = luma + 1.8556 * (blue - 128) / 224
    r = luma + 1.5748 * (red - 128) / 224
    g = (luma - 0.2126 * r - 0.0722 * b) / 0.7152
    return np.clip(255 * np.stack([r, g, b], axis=-1), 0, 255)


def opacity() -> Bytes:
    """From nothing at the left to all at the right; (144, 256)."""
    return np.tile(np.arange(SIZE[0], dtype=np.uint8), (SIZE[1], 1))


def shot(gl: moderngl.Context, pixels: Bytes, alpha: Bytes | None = None) -> Frame:
    """A frame of what is seen over black (height, width, 3), with its alpha (height, width)."""
    height, width, _ = pixels.shape
    opaque = np.dstack([pixels, np.full((height, width), 255, np.uint8)])
    texture = gl.texture((width, height), 4, opaque[::-1].tobytes())
    beside = None
    if alpha is not None:
        beside = gl.framebuffer(
            [gl.texture((width, height), 1, alpha[::-1].tobytes(), alignment=1)]
        )
    palette = np.array([[0.1, 0.2, 0.4], [0.9, 0.6, 0.3]], np.float32)
    return Frame(gl.framebuffer([texture]), (width, height), palette, {}, alpha=beside)


def over_black(pixels: Bytes, alpha: Bytes) -> Bytes:
    whole = pixels.astype(float) * alpha[..., None] / 255
    return np.rint(whole).astype(np.uint8)


class Writes(Protocol):
    def open(self, context: OutletContext) -> None: ...
    def present(self, frame: Frame, tick: Tick) -> None: ...
    def close(self) -> None: ...


def write(outlet: Writes, frames: list[Frame], line: str = "empathy export tidal") -> None:
    outlet.open(OutletContext(frames[0].size, reproduce=line))
    for index, frame in enumerate(frames):
        outlet.present(frame, Tick(index, index, 1))
    outlet.close()


def tone(seconds: float, rate: int = 44_100) -> Track:
    wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)
    return Track(np.tile(wave.astype(np.float32), (2, 1)), rate)


def ffprobe(path: Path) -> dict[str, Any]:
    """What FFmpeg's own tool has to say of a file; the test is skipped where there is none."""
    tool = shutil.which("ffprobe")
    if tool is None:
        pytest.skip("ffprobe is not installed")
    command = [tool, "-v", "error", "-of", "json", "-show_streams", "-show_format"]
    done = subprocess.run(
        [*command, "-count_frames", str(path)], capture_output=True, check=True, timeout=60
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rate_of(stream: dict[str, Any]) -> Fraction:
    return Fraction(stream["avg_frame_rate"])
