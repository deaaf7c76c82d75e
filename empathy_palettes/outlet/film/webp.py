"""One picture as the bytes of a WebP file.

Animated ones are written by `animated`; does not read WebP files (`inlet.media` does).
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from ...core.errors import Fault, MachineError
from .finish import REFUSALS


def encode_webp(pixels: NDArray[np.uint8], quality: int) -> bytes:
    """Return the file of a picture, (height, width, 3) sRGB, row 0 at the top.

    `quality`: 0 to 100, on libwebp's scale. The same pixels give the same bytes. MachineError where
    FFmpeg has no such encoder.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(f"pixels must be (height, width, 3) uint8, not {pixels.shape}")
    height, width, _ = pixels.shape
    try:
        coder = CodecContext.create("libwebp", "w")
        assert isinstance(coder, VideoCodecContext)
        coder.width, coder.height = width, height
        coder.pix_fmt = "bgra"  # libwebp itself makes of it what lossy WebP is: BT.601
        coder.time_base = Fraction(1, 1)
        coder.options = {"quality": str(quality), "compression_level": "6", "preset": "picture"}
        source = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb24")
        frame = source.reformat(format="bgra")
        frame.pts, frame.time_base = 0, Fraction(1, 1)
        packets = [*coder.encode(frame), *coder.encode(None)]
    except REFUSALS as error:
        raise MachineError(Fault("", "webp", f"FFmpeg cannot write it: {error}")) from None
    return b"".join(bytes(packet) for packet in packets)
