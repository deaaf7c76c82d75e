"""Pictures as PNG files that say how they were made.

Does not read PNG files, and does not touch the GPU.

The format is that of the PNG specification (W3C, third edition); each row takes the filter with
the least sum of absolute differences, its own heuristic for true colour.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import Fault, MachineError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPE = {3: 2, 4: 6}  # channels → RGB, RGBA
_PERCEPTUAL = b"\0"  # the sRGB chunk's rendering intent


def encode_png(pixels: NDArray[np.uint8], text: Mapping[str, str] | None = None) -> bytes:
    """Return a PNG file's bytes.

    `pixels` (height, width, 3 or 4) sRGB-encoded, straight alpha, row 0 at the top; an opaque
    picture is stored without its alpha. `text`: keyword (1 to 79 characters of Latin-1) → what it
    says. ValueError for another shape or keyword.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in _COLOR_TYPE:
        raise ValueError(f"pixels must be (height, width, 3 or 4) uint8, not {pixels.shape}")
    if pixels.shape[2] == 4 and bool(np.all(pixels[..., 3] == 255)):
        pixels = pixels[..., :3]
    height, width, channels = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPE[channels], 0, 0, 0)
    chunks = [_chunk(b"IHDR", header), _chunk(b"sRGB", _PERCEPTUAL)]
    chunks += [text_chunk(keyword, value) for keyword, value in (text or {}).items()]
    chunks += [_chunk(b"IDAT", zlib.compress(_filtered(pixels), 6)), _chunk(b"IEND", b"")]
    return _SIGNATURE + b"".join(chunks)


def write_png(path: Path, pixels: NDArray[np.uint8], text: Mapping[str, str] | None = None) -> None:
    """Write a PNG file, whole or not at all; MachineError where it cannot be written.

    Arguments as for `encode_png`. A file already at `path` is replaced.
    """
    data = encode_png(pixels, text)
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(data)
        os.replace(aside, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        problem = f"cannot be written: {error.strerror}"
        fix = "choose a folder that exists, may be written to and has room"
        raise MachineError(Fault(str(path), "", problem, fix)) from None


def _filtered(pixels: NDArray[np.uint8]) -> bytes:
    """Return the rows, each after the number of the filter it took: 0 none, 1 sub, 2 up."""
    height, width, channels = pixels.shape
    rows = pixels.reshape(height, width * channels)
    sub, up = rows.copy(), rows.copy()
    sub[:, channels:] -= rows[:, :-channels]
    up[1:] -= rows[:-1]
    tries = np.stack([rows, sub, up])
    # A byte counts by its distance from 0 either way round: 255 is as near as 1.
    cost = np.minimum(tries, 0 - tries).sum(axis=2, dtype=np.int64)
    best = cost.argmin(axis=0)
    out = np.empty((height, 1 + width * channels), np.uint8)
    out[:, 0] = best
    out[:, 1:] = tries[best, np.arange(height)]
    return out.tobytes()


def text_chunk(keyword: str, value: str) -> bytes:
    """Return a tEXt chunk, or an iTXt chunk (UTF-8) where Latin-1 cannot say it.

    ValueError for what is no keyword, or a text with a zero byte.
    """
    key = keyword.encode("latin-1")
    if not 1 <= len(key) <= 79 or b"\0" in key or "\0" in value:
        raise ValueError(f"not a PNG keyword with its text: {keyword!r}")
    try:
        return _chunk(b"tEXt", key + b"\0" + value.encode("latin-1"))
    except UnicodeEncodeError:
        return _chunk(b"iTXt", key + b"\0\0\0\0\0" + value.encode("utf-8"))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
