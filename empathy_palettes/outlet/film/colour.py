"""A frame's colours as a codec wants them, and the words that say so in the file.

What the show draws is sRGB-encoded RGB of BT.709's primaries. As YUV it takes BT.709's matrix and
the limited range (ITU-R BT.709-6, items 3.2 to 3.5), as players expect of a film; as RGB it stays
as it is. Straight alpha means that colours are not multiplied by it.
"""

from __future__ import annotations

from functools import cache

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    Interpolation,
    VideoReformatter,
)
from numpy.typing import NDArray

from ...render.frame import Pixels

_RGB = 0  # the code point of no matrix at all: ITU-T H.273, table 4
_ROWS = 64  # at a time: the numbers stay in the cache


class Converter:
    """Makes RGBA frames into frames of one of FFmpeg's pixel formats; for one thread at a time."""

    def __init__(self, pixels: str) -> None:
        self._pixels = pixels
        self._reformatter = VideoReformatter()

    def convert(self, source: av.VideoFrame) -> av.VideoFrame:
        """Return `source` (RGBA) in the format; where colours are shared they are averaged."""
        yuv = is_yuv(self._pixels)
        picture = self._reformatter.reformat(
            source,
            format=self._pixels,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG if yuv else ColorRange.JPEG,
            interpolation=Interpolation.AREA,  # the only one that averages all four of a block
        )
        # ProRes writes what the frame says, not what the encoder was told.
        picture.color_primaries = ColorPrimaries.BT709
        picture.color_trc = ColorTrc.BT709 if yuv else ColorTrc.IEC61966_2_1
        return picture


def is_yuv(pixels: str) -> bool:
    """Return whether one of FFmpeg's pixel formats is of luma and chroma."""
    return pixels.startswith(("yuv", "nv"))


def tag(coder: VideoCodecContext, pixels: str) -> None:
    """Have what is encoded say which colours it has; before encoding begins."""
    coder.color_primaries = ColorPrimaries.BT709
    if is_yuv(pixels):
        coder.color_range = ColorRange.MPEG
        coder.color_trc, coder.colorspace = ColorTrc.BT709, Colorspace.ITU709
    else:
        coder.color_range = ColorRange.JPEG
        coder.color_trc, coder.colorspace = ColorTrc.IEC61966_2_1, _RGB


def straighten(pixels: Pixels, alpha: NDArray[np.uint8]) -> None:
    """Turn a picture over black into one with straight alpha, in place.

    `pixels` (height, width, 4): its fourth channel is written. `alpha` (height, width), which
    grows where the picture is brighter than it allows: over black it is the same picture, ±1.
    """
    table = _divided()
    for top in range(0, len(pixels), _ROWS):
        rows, share = pixels[top : top + _ROWS], alpha[top : top + _ROWS].copy()
        channels = [rows[..., channel] for channel in range(3)]
        for channel in channels:
            np.maximum(share, channel, out=share)
        place = share.astype(np.uint16) << np.uint16(8)
        for channel in channels:  # one after another, by `take`: a tenth of the time
            channel[...] = table.take(place | channel)
        rows[..., 3] = share


@cache
def _divided() -> NDArray[np.uint8]:
    """Return code value ÷ alpha at 256 · alpha + code value; (65536,)."""
    alpha = np.arange(256)[:, None]
    whole = (np.arange(256) * 255 + alpha // 2) // np.maximum(alpha, 1)
    found: NDArray[np.uint8] = np.minimum(whole, 255).astype(np.uint8).ravel()
    return found
