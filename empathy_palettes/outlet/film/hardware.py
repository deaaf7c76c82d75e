"""Encoders made of silicon: which of them works here, found out by encoding a frame with it.

Chooses only; whatever it chooses is opened and fed as any other encoder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

import av
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from .colour import tag
from .priority import kept_priority
from .recipes import Quality, Recipe


@dataclass(frozen=True, slots=True)
class _Maker:
    """One maker's encoders: what their names end with, and how they are told to be as fine."""

    suffix: str
    pixels: str
    option: str
    options: tuple[tuple[str, str], ...] = ()


_MAKERS = (
    _Maker("nvenc", "yuv420p", "cq", (("preset", "p5"), ("rc", "vbr"), ("b", "0"))),
    _Maker("qsv", "nv12", "global_quality", (("preset", "medium"),)),
    _Maker("amf", "nv12", "qvbr_quality_level", (("rc", "qvbr"), ("quality", "quality"))),
    _Maker("videotoolbox", "nv12", "global_quality"),
    _Maker("vaapi", "vaapi", "qp"),
)
#: By label, what the names of such encoders begin with.
KINDS: Mapping[str, str] = MappingProxyType({"h264": "h264", "hevc": "hevc", "av1": "av1"})


def find(recipe: Recipe, size: tuple[int, int], fps: Fraction) -> tuple[Recipe, str]:
    """Return the recipe with the first hardware encoder that works here, and a line that says so.

    Where none does, the recipe as it was, and a line that says what was tried.
    """
    tried = []
    for candidate in candidates(recipe):
        why = _refusal(candidate, size, fps)
        if not why:
            return candidate, f"encoded by {candidate.encoder}"
        tried.append(f"{candidate.encoder}: {why}")
    if not tried:
        return (
            recipe,
            f"no hardware encodes {recipe.label}: {recipe.encoder or 'this program'} does",
        )
    return recipe, f"no hardware encoder works here ({'; '.join(tried)}): {recipe.encoder} does it"


def candidates(recipe: Recipe) -> Iterator[Recipe]:
    """Yield the recipe with each hardware encoder in its encoder's place, best first."""
    if recipe.label not in KINDS or recipe.quality is None:
        return
    usual = recipe.quality
    for maker in _MAKERS:
        # Apple's scale runs the other way, to 100; the others' are that of H.264's quantiser.
        scale = (
            Quality(maker.option, 65, 100, 1)
            if maker.suffix == "videotoolbox"
            else Quality(maker.option, usual.usual, 1, 51)
        )
        yield replace(
            recipe,
            encoder=f"{KINDS[recipe.label]}_{maker.suffix}",
            pixels=maker.pixels,
            options=maker.options,
            quality=scale,
        )


@kept_priority()
def _refusal(recipe: Recipe, size: tuple[int, int], fps: Fraction) -> str:
    """Return why an encoder does not work here, in one line; empty where it does."""
    try:
        coder = av.CodecContext.create(recipe.encoder, "w")
        assert isinstance(coder, VideoCodecContext)
        coder.width, coder.height = size
        coder.pix_fmt = recipe.pixels
        coder.time_base, coder.framerate = 1 / fps, fps
        coder.options = recipe.settings()
        tag(coder, recipe.pixels)
        picture = av.VideoFrame(*size, recipe.pixels)
        picture.pts = 0
        packets = [*coder.encode(picture), *coder.encode(None)]
    except av.codec.codec.UnknownCodecError:
        return "not in this FFmpeg"
    except (OSError, ValueError, RuntimeError, FFmpegError) as error:
        return " ".join((getattr(error, "strerror", None) or str(error)).split())
    return "" if packets else "it gives nothing"
