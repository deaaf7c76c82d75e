"""A short film that repeats without a jump, small enough for a page.

Draws nothing. Films of shows are written by `film`, as they come; this one holds its frames.
"""

from __future__ import annotations

import contextlib
import math
import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from ...core.color import linear_to_srgb, srgb_to_linear
from ...core.errors import Fault, MachineError
from .colour import Converter
from .finish import REFUSALS
from .form import Form
from .priority import kept_priority
from .recipes import RECIPES

Pictures = list[NDArray[np.uint8]]  # (height, width, 3) sRGB each, row 0 at the top

#: AV1 takes a fifth of the room that VP9 and H.264 take for works with grain; of its speeds one
#: that makes small files.
_RECIPE = replace(RECIPES["av1"], options=(("preset", "5"),))
_FINEST, _USUAL, _COARSEST = 34, 48, 63  # crf
_SHRINKS = 0.08  # a film shrinks by about so much, of its size, from one crf to the next


def closed(pictures: Pictures, fade: int) -> Pictures:
    """Return the pictures behind the first `fade`, the last of them dissolved into those first.

    So the frame after the last is the first, and has been led up to. The dissolve is one of light.
    """
    lead, body = pictures[:fade], pictures[fade:]
    if fade and len(body) < fade:
        raise ValueError(f"{len(pictures)} pictures are too few for a dissolve of {fade}")
    for place in range(fade):
        share = (place + 1) / (fade + 1)
        share = share * share * (3 - 2 * share)
        here = len(body) - fade + place
        light = (1 - share) * _light(body[here]) + share * _light(lead[place])
        body[here] = np.round(linear_to_srgb(light) * 255).astype(np.uint8)
    return body


def write_loop(path: Path, pictures: Pictures, fps: int, most_bytes: int) -> int:
    """Write the film, as fine as `most_bytes` let it be; return how many it has.

    It appears whole, or not at all. MachineError where it cannot be written.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        size = _write(aside, pictures, fps, quality := _USUAL)
        if not most_bytes / 2 < size <= most_bytes:
            off = math.ceil(math.log(size / most_bytes) / _SHRINKS)
            quality = min(max(quality + off, _FINEST), _COARSEST)
            size = _write(aside, pictures, fps, quality)
        while size > most_bytes and quality < _COARSEST:
            quality = min(quality + 3, _COARSEST)
            size = _write(aside, pictures, fps, quality)
        os.replace(aside, path)
    except REFUSALS as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        problem = f"cannot be written: {getattr(error, 'strerror', None) or error}"
        fix = "choose a folder that exists, may be written to and has room"
        raise MachineError(Fault(str(path), "", problem, fix)) from None
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
    return size


@kept_priority()
def _write(path: Path, pictures: Pictures, fps: int, quality: int) -> int:
    height, width, _ = pictures[0].shape
    form = Form(_RECIPE, (width, height), Fraction(fps), quality)
    converter = Converter(form.pixels)
    with av.open(str(path), "w", format="webm") as file:
        stream = form.add_to(file)
        stream.codec_context.gop_size = len(pictures)  # it is played from its beginning only
        for number, pixels in enumerate(pictures):
            opaque = np.dstack([pixels, np.full((height, width), 255, np.uint8)])
            frame = converter.convert(av.VideoFrame.from_ndarray(opaque, "rgba"))
            frame.pts, frame.time_base = number, Fraction(1, fps)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path.stat().st_size


def _light(pixels: NDArray[np.uint8]) -> NDArray[np.floating]:
    return srgb_to_linear(pixels.astype(np.float32) / np.float32(255))
