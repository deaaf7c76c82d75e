"""Pictures as 16-bit TIFF files.

The format is that of TIFF 6.0 (Adobe, 1992), with the compression of its supplement of 2002 (zlib).
Writes one strip, little-endian; reads nothing.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from ...render.frame import Pixels

_SHORT, _LONG, _ASCII, _RATIONAL = 3, 4, 2, 5
_BYTES = {_SHORT: 2, _LONG: 4, _ASCII: 1, _RATIONAL: 8}
_ZLIB, _RGB, _DIFFERENCES, _STRAIGHT = 8, 2, 2, 2
_PER_INCH = 2


def encode_tiff(pixels: Pixels, text: str = "") -> bytes:
    """Return a TIFF file's bytes, 16 bits per channel.

    `pixels` (height, width, 3 or 4) sRGB-encoded, straight alpha, row 0 at the top. Values are
    multiplied by 257, so that 255 becomes 65535. `text`: its description. ValueError for another
    shape.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise ValueError(f"pixels must be (height, width, 3 or 4) uint8, not {pixels.shape}")
    height, width, channels = pixels.shape
    wide = pixels * np.uint16(257)
    wide[:, 1:] -= wide[:, :-1].copy()
    strip = zlib.compress(wide.astype("<u2", copy=False).tobytes(), 3)
    entries: list[tuple[int, int, bytes]] = [
        (256, _LONG, struct.pack("<I", width)),
        (257, _LONG, struct.pack("<I", height)),
        (258, _SHORT, struct.pack(f"<{channels}H", *[16] * channels)),
        (259, _SHORT, struct.pack("<H", _ZLIB)),
        (262, _SHORT, struct.pack("<H", _RGB)),
        (273, _LONG, struct.pack("<I", 8)),  # the strip stands right behind the head
        (277, _SHORT, struct.pack("<H", channels)),
        (278, _LONG, struct.pack("<I", height)),
        (279, _LONG, struct.pack("<I", len(strip))),
        (282, _RATIONAL, struct.pack("<II", 72, 1)),
        (283, _RATIONAL, struct.pack("<II", 72, 1)),
        (284, _SHORT, struct.pack("<H", 1)),  # the channels of a pixel stand together
        (296, _SHORT, struct.pack("<H", _PER_INCH)),
        (317, _SHORT, struct.pack("<H", _DIFFERENCES)),
    ]
    if text:
        entries.insert(5, (270, _ASCII, text.encode() + b"\0"))
    if channels == 4:
        entries.append((338, _SHORT, struct.pack("<H", _STRAIGHT)))
    strip += bytes(len(strip) % 2)  # a directory begins at an even place
    return struct.pack("<2sHI", b"II", 42, 8 + len(strip)) + strip + _directory(entries, strip)


def _directory(entries: list[tuple[int, int, bytes]], strip: bytes) -> bytes:
    """Return the list of fields, and behind it the values that are longer than four bytes."""
    place = 8 + len(strip) + 2 + 12 * len(entries) + 4
    fields, values = b"", b""
    for tag, kind, value in entries:
        fields += struct.pack("<HHI", tag, kind, len(value) // _BYTES[kind])
        if len(value) <= 4:
            fields += value.ljust(4, b"\0")
        else:
            fields += struct.pack("<I", place + len(values))
            values += value + bytes(len(value) % 2)
    return struct.pack("<H", len(entries)) + fields + bytes(4) + values
