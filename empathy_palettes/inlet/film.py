"""A film read for analysis: every frame with its time, at chosen pixels, and whole but small.

Judges nothing. The planes are read where they lie, and only the chosen pixels are converted, with
the stream's own matrix and range: that is quicker by far than converting whole pictures. All is as
a viewer sees it, turned as the film says, with row 0 at the top. Alpha is ignored; a pixel's chroma
is its block's, not interpolated; fields are taken for frames.
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
from av.video.reformatter import ColorRange, Interpolation
from numpy.typing import NDArray

from ..core.errors import AssetError, Fault
from .media import Pixels, Reader, matrix_of

Places = tuple[NDArray[np.intp], NDArray[np.intp]]  # rows and columns of pixels, any one shape
Encoded = NDArray[np.float32]

_PLANAR = re.compile(r"yuv[aj]?4[124][0124]p(9|1[0246])?(le)?")
_FULL = 2  # the range from 0 to the top, as FFmpeg numbers it
#: Kr and Kb by matrix, ITU-T H.273 table 4.
_WEIGHTS = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),
}
_BRIGHT = {16: "PQ", 18: "HLG"}  # transfers far from sRGB's, by their number in H.273


@dataclass(frozen=True, slots=True)
class Look:
    """One frame of a film.

    `at`: seconds since the film's first. `srgb` (3, n): the chosen pixels, sRGB-encoded, [0, 1]
    but for what a narrow range leaves beside it.
    """

    at: Fraction
    srgb: Encoded
    _frame: VideoFrame
    _turns: int

    def small(self, wide: int) -> NDArray[np.uint8]:
        """Return the whole picture, (rows, cols, 3) sRGB, no more than `wide` across."""
        frame = self._frame
        part = min(wide / (frame.height if self._turns % 2 else frame.width), 1.0)
        space: Any = matrix_of(frame)
        picture = frame.reformat(
            width=max(round(frame.width * part), 1),
            height=max(round(frame.height * part), 1),
            format="rgb24",
            src_colorspace=space,
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.AREA,
        )
        return np.rot90(picture.to_ndarray().astype(np.uint8, copy=False), self._turns)


class FilmScan:
    """A film, to be read from its first frame to its last; AssetError for what cannot be read.

    `size`: width and height in pixels; `fps`, `seconds`: what the file says; `bright`: "PQ" or
    "HLG" for a film of high dynamic range, else "". `trouble`: why some of it could not be decoded,
    or "".
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trouble = ""
        reader = Reader(path)
        try:
            _, first = next(reader.frames)
            self._turns = round(first.rotation / 90) % 4  # quarters against the clock
            stored = first.width, first.height
            self.size = stored[::-1] if self._turns % 2 else stored
            self.bright = _BRIGHT.get(int(first.color_trc), "")
            self.fps = 1 / reader.frame
            self.seconds = float(reader.length())
        except StopIteration:
            problem = reader.trouble or "no picture in it"
            raise AssetError(Fault(str(path), "", problem, "save it as MP4")) from None
        finally:
            reader.close()

    def looks(self, places: Places) -> Iterator[Look]:
        """Yield every frame, at these pixels of `size`; a frame of another size is stretched."""
        reader = Reader(self._path)
        eye = _Eye(reader, places, self.size, self._turns)
        try:
            for at, frame in reader.frames:
                yield Look(at, eye.srgb(frame), frame, self._turns)
        finally:
            self.trouble = reader.trouble
            reader.close()

    def pictures(self, begin: Fraction, end: Fraction) -> Iterator[tuple[Fraction, Pixels]]:
        """Yield the frames of a time, both ends included: (height, width, 4) sRGB."""
        reader = Reader(self._path)
        try:
            first = next(reader.frames, None)
            found = reader.seek(begin) if first and begin > first[0] else first
            while found is not None and found[0] <= end:
                if found[0] >= begin:
                    yield found[0], reader.pixels(found[1])[::-1]
                found = next(reader.frames, None)
        finally:
            reader.close()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Pixels of a picture of `size`: their rows and columns, (n,) each."""

    rows: NDArray[np.intp]
    cols: NDArray[np.intp]
    size: tuple[int, int]

    def within(self, width: int, height: int, pitch: int) -> NDArray[np.intp]:
        """Return where they lie in a plane of another size, `pitch` samples from row to row."""
        rows = self.rows * height // self.size[1]
        return rows * pitch + self.cols * width // self.size[0]


def _stored(seen: _Chosen, turns: int) -> _Chosen:
    """Return the same pixels before the picture was turned, by quarters against the clock."""
    rows, cols, (width, height) = seen.rows, seen.cols, seen.size
    for _ in range(turns):
        rows, cols = cols, height - 1 - rows
        width, height = height, width
    return _Chosen(rows, cols, (width, height))


class _Eye:
    """Reads the chosen pixels of frames."""

    def __init__(self, reader: Reader, places: Places, size: tuple[int, int], turns: int) -> None:
        """`places` in a picture of `size`, which comes of what is stored by so many `turns`."""
        self._reader = reader
        self._seen = _Chosen(places[0].ravel(), places[1].ravel(), size)
        self._stored = _stored(self._seen, turns)
        self._flat: dict[tuple[int, ...], NDArray[np.intp]] = {}

    def srgb(self, frame: VideoFrame) -> Encoded:
        """Return the pixels (3, n)."""
        if not _PLANAR.fullmatch(frame.format.name):
            pixels = self._reader.pixels(frame)[::-1]
            height, width, _ = pixels.shape
            seen = pixels.reshape(-1, 4)[self._seen.within(width, height, width)]
            return np.ascontiguousarray(seen[:, :3].T) * np.float32(1 / 255)
        luma, blue, red = (self._samples(frame, plane) for plane in range(3))
        bits = frame.format.components[0].bits
        low, high, middle, reach = _span(frame, bits)
        kr, kb = _WEIGHTS.get(matrix_of(frame), _WEIGHTS[1])
        y = (luma - np.float32(low)) * np.float32(1 / (high - low))
        pb = (blue - np.float32(middle)) * np.float32(2 * (1 - kb) / reach)
        pr = (red - np.float32(middle)) * np.float32(2 * (1 - kr) / reach)
        srgb = np.empty((3, y.size), np.float32)
        np.add(y, pr, out=srgb[0])
        np.add(y, pb, out=srgb[2])
        kg = 1 - kr - kb
        np.subtract(y, pr * np.float32(kr / kg), out=srgb[1])
        srgb[1] -= pb * np.float32(kb / kg)
        return srgb

    def _samples(self, frame: VideoFrame, number: int) -> Encoded:
        """Return the chosen pixels of one plane."""
        part = frame.format.components[number]
        values, pitch = _plane(frame, number)
        return values[self._index(part.width, part.height, pitch)].astype(np.float32)

    def _index(self, width: int, height: int, pitch: int) -> NDArray[np.intp]:
        """Return where the chosen pixels lie in a plane of this size."""
        key = (width, height, pitch)
        if key not in self._flat:
            self._flat[key] = self._stored.within(*key)
        return self._flat[key]


def _plane(frame: VideoFrame, number: int) -> tuple[NDArray[Any], int]:
    """Return a plane's samples as they lie, in one row, and how many lie between two rows."""
    plane = frame.planes[number]
    dtype = np.dtype(np.uint8 if frame.format.components[number].bits <= 8 else "<u2")
    buffer: Any = plane
    return np.frombuffer(buffer, dtype), plane.line_size // dtype.itemsize


def _span(frame: VideoFrame, bits: int) -> tuple[float, float, float, float]:
    """Return luma's black and white, chroma's middle and its reach (ITU-R BT.709-6, item 5)."""
    unit = 2.0 ** (bits - 8)
    if frame.color_range == _FULL or frame.format.name.startswith("yuvj"):
        top = 2.0**bits - 1
        return 0.0, top, 128 * unit, top
    return 16 * unit, 235 * unit, 128 * unit, 224 * unit
