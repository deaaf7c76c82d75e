"""Every kind of film that can be written, as a table: one record each.

Encodes nothing; which file is of which kind, and what will not do, `choosing` knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

#: What a file is to FFmpeg, by its suffix.
MUXERS: Mapping[str, str] = MappingProxyType(
    {
        ".mp4": "mp4",
        ".mov": "mov",
        ".mkv": "matroska",
        ".webm": "webm",
        ".gif": "gif",
        ".webp": "webp",
    }
)


@dataclass(frozen=True, slots=True)
class Quality:
    """How fine a lossy picture is: the encoder's `option`, and the ends of its scale."""

    option: str
    usual: int
    finest: int
    coarsest: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """One kind of film.

    `kind`: one file with an index and perhaps sound ("film"), one that repeats in a browser
    ("animated"), a file for each frame ("sequence") or bare pixels ("raw"). `encoder`: FFmpeg's
    name of it, "" where the project writes the bytes itself. `pixels`: FFmpeg's pixel format;
    `alpha`: that of a picture with its alpha, "" where it cannot be stored, and the same as
    `pixels` where it always is. `tag`: what players look for. `sound`: FFmpeg's encoder, "" where
    it can have none. `most_side`: pixels, 0 where only the encoder knows. `hundredths`: a frame
    lasts whole hundredths of a second.
    """

    label: str
    use: str
    suffixes: tuple[str, ...]
    pixels: str
    kind: Literal["film", "animated", "sequence", "raw"] = "film"
    encoder: str = ""
    alpha: str = ""
    options: tuple[tuple[str, str], ...] = ()
    tag: str = ""
    quality: Quality | None = None
    lossless: bool = False
    sound: str = ""
    most_side: int = 0
    hundredths: bool = False

    def format(self, *, alpha: bool) -> str:
        """Return the pixel format of a film with or without alpha."""
        return self.alpha if alpha and self.alpha else self.pixels

    def stores_alpha(self, *, asked: bool) -> bool:
        """Return whether a film of it has alpha: where it is asked for, or always."""
        return bool(self.alpha) and (asked or self.alpha == self.pixels)

    def settings(self, quality: int | None = None) -> dict[str, str]:
        """Return what the encoder is told; `quality`: on the recipe's own scale, None: the usual.

        A recipe without a scale leaves it out.
        """
        told = dict(self.options)
        if self.quality:
            told[self.quality.option] = str(self.quality.usual if quality is None else quality)
        return told


def chroma(pixels: str) -> tuple[int, int]:
    """Return how many pixels share their colour, across and down, in one of FFmpeg's formats."""
    if "420" in pixels or pixels == "nv12":
        return 2, 2
    return (2, 1) if "422" in pixels else (1, 1)


_TABLE = (
    Recipe(
        "h264",
        "plays everywhere",
        (".mp4", ".mov"),
        "yuv420p",
        encoder="libx264",
        options=(("preset", "veryfast"),),
        tag="avc1",
        quality=Quality("crf", 18, 0, 51),
        sound="aac",
    ),
    Recipe(
        "hevc",
        "plays on what is newer, in about half the room",
        (".mp4", ".mov"),
        "yuv420p",
        encoder="libx265",
        options=(("preset", "veryfast"), ("x265-params", "log-level=none:open-gop=0:rd=3")),
        tag="hvc1",
        quality=Quality("crf", 18, 0, 51),
        sound="aac",
    ),
    Recipe(
        "prores",
        "for editing: ProRes 422 HQ, 10 bits",
        (".mov",),
        "yuv422p10le",
        encoder="prores_ks",
        options=(("profile", "hq"), ("vendor", "apl0")),
        tag="apch",
        sound="pcm_s16le",
    ),
    Recipe(
        "prores4444",
        "for compositing: ProRes 4444 with alpha, 10 bits",
        (".mov",),
        "yuva444p10le",
        encoder="prores_ks",
        alpha="yuva444p10le",
        options=(("profile", "4444"), ("vendor", "apl0"), ("alpha_bits", "16")),
        tag="ap4h",
        sound="pcm_s16le",
    ),
    Recipe(
        "ffv1",
        "for keeping: every pixel as it was, with checksums",
        (".mkv",),
        "bgr0",
        encoder="ffv1",
        alpha="bgra",
        options=(("level", "3"), ("g", "1"), ("slices", "16"), ("slicecrc", "1")),
        lossless=True,
        sound="flac",
    ),
    Recipe(
        "vp9",
        "for the web, with alpha if asked for",
        (".webm",),
        "yuv420p",
        encoder="libvpx-vp9",
        alpha="yuva420p",
        options=(("b", "0"), ("deadline", "good"), ("cpu-used", "4"), ("row-mt", "1")),
        quality=Quality("crf", 20, 0, 63),
        sound="libopus",
    ),
    Recipe(
        "av1",
        "for the web in least room, 10 bits",
        (".webm",),
        "yuv420p10le",
        encoder="libsvtav1",
        options=(("preset", "8"),),
        quality=Quality("crf", 20, 1, 63),
        sound="libopus",
    ),
    Recipe(
        "webp",
        "a short one that repeats in a browser, in all colours",
        (".webp",),
        "yuv420p",
        kind="animated",
        encoder="libwebp",
        alpha="yuva420p",
        options=(("compression_level", "4"),),
        quality=Quality("quality", 90, 100, 0),
        most_side=16_383,
    ),
    Recipe(
        "gif",
        "a short one that repeats anywhere, in 256 colours",
        (".gif",),
        "pal8",
        kind="animated",
        encoder="gif",
        most_side=65_535,
        hundredths=True,
    ),
    Recipe(
        "png",
        "a file for each frame",
        (".png",),
        "rgb24",
        kind="sequence",
        alpha="rgba",
        lossless=True,
    ),
    Recipe(
        "tiff16",
        "a file for each frame, in the 16 bits that some programs want",
        (".tif", ".tiff"),
        "rgb48le",
        kind="sequence",
        alpha="rgba64le",
        lossless=True,
    ),
    Recipe(
        "raw",
        "bare pixels to standard output, for a program of your own",
        (),
        "rgb24",
        kind="raw",
        alpha="rgba",
        lossless=True,
    ),
)

#: By label. Where a suffix has several, the first is meant unless another is asked for.
RECIPES: Mapping[str, Recipe] = MappingProxyType({recipe.label: recipe for recipe in _TABLE})
