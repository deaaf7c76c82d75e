"""A film read for analysis: every frame with its time, at chosen pixels and as a small luma.

Judges nothing, and shows nothing but single pictures. The planes are read where they lie and only
the chosen pixels are converted, with the stream's own matrix and range: that is quicker by far
than converting every picture. Alpha is ignored; each chroma is its block's, not interpolated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from .media import Pixels, Reader, media_refused

Places = tuple[NDArray[np.intp], NDArray[np.intp]]  # rows and columns of pixels, (rows, cols) each
Encoded = NDArray[np.float32]

LUMA_WIDTH = 640  # pixels: a luma is made of means of whole blocks, to be about as wide

_PLANAR = re.compile(r"yuv[aj]?4[124][024]p(9|1[0246])?(le)?")
_FULL = 2  # ITU-T H.273's range, as FFmpeg numbers it
_UNSPECIFIED = 2  # the code point of ITU-T H.273
_SMALL = 600  # rows: below it, a film that does not say is taken for BT.601, else for BT.709
#: Kr and Kb by matrix coefficients, ITU-T H.273 table 4.
_WEIGHTS = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),
}
_BRIGHT = {16: "PQ", 18: "HLG"}  # transfers that are not nearly sRGB's


@dataclass(frozen=True, slots=True)
class Look:
    """One frame: when it is seen, and what of it.

    `at`: seconds since the film's first frame. `srgb` (3, n): the chosen pixels, sRGB-encoded,
    0..1 but for what a wide range leaves beside it.
    """

    at: Fraction
    srgb: Encoded
    frame: VideoFrame

    def luma(self) -> Encoded:
        """Return the whole luma, (rows, cols) in [0, 1], about `LUMA_WIDTH` wide, row 0 at top."""
        return _luma(self.frame)


class FilmScan:
    """A film's frames from the first to the last, once; AssetError for what cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = Reader(path)
        self._first: VideoFrame | None = None
        try:
            _, first = next(self._reader.frames)
        except StopIteration:
            self._reader.close()
            raise media_refused(path, self._reader.trouble or "no picture in it") from None
        self.size = (first.width, first.height)
        self.transfer = _BRIGHT.get(int(first.color_trc), "")
        self.turns = round(first.rotation / 90)
        self.seconds = float(self._reader.length())
        self._reader.seek(Fraction(0))

    @property
    def fps(self) -> Fraction:
        """Frames per second, as the file says."""
        return 1 / self._reader.frame

    @property
    def trouble(self) -> str:
        """Why some of it could not be decoded so far, or ""."""
        return self._reader.trouble

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._reader.close()

    def looks(self, places: Places) -> Iterator[Look]:
        """Yield every frame at these pixels of `size`; a frame of another size is stretched."""
        self._restart()
        for at, frame in self._reader.frames:
            yield Look(at, self._at_places(frame, places), frame)

    def pictures(self, begin: Fraction, end: Fraction) -> Iterator[Pixels]:
        """Yield the frames from one instant to another, (height, width, 4) sRGB, row 0 at top."""
        found = self._reader.seek(begin)
        ahead = [found] if found else []
        for at, frame in (*ahead, *()):
            if begin <= at <= end:
                yield self._upright(frame)
        for at, frame in self._reader.frames:
            if at > end:
                return
            if at >= begin:
                yield self._upright(frame)

    def _restart(self) -> None:
        ...
