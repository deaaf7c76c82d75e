from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from empathy_palettes.outlet.film.animated import Animated
from empathy_palettes.outlet.film.colour import straighten
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.film.sequence import Sequence
from empathy_palettes.outlet.headless import Headless

from .charts import Bytes, chart, ffprobe, opacity, over_black, shot, write

pytestmark = pytest.mark.gl


@given(st.tuples(*[st.integers(0, 255)] * 3), st.integers(0, 255))
def test_straight_colours_over_black_are_what_was_seen(
    seen: tuple[int, int, int], opaque: int
) -> None:
    pixels = np.array([[[*seen, 255]]], np.uint8)
    straighten(pixels, np.array([[opaque]], np.uint8))
    *color, alpha = map(int, pixels[0, 0])
    assert alpha == max(opaque, *seen)  # what is brighter than its alpha lets it be stays as bright
    for straight, wanted in zip(color, seen, strict=True):
        assert abs(straight * alpha / 255 - wanted) <= 0.5
        if alpha:
            assert abs(straight - min(wanted * 255 / alpha, 255)) <= 0.5


def test_many_rows_are_straightened_alike() -> None:
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (150, 7, 4), np.uint8)
    alpha = rng.integers(0, 256, (150, 7), np.uint8)
    whole = pixels.copy()
    straighten(whole, alpha)
    for row in (0, 63, 64, 149):
        single = pixels[row : row + 1].copy()
        straighten(single, alpha[row : row + 1])
        assert np.array_equal(whole[row], single[0])


def straight_and_alpha(path: Path) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """The frames of a film, in straight colour, as an editor would get them."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        decoder = stream.codec_context
        if decoder.name == "vp9":  # FFmpeg's own decoder leaves the alpha out
            other = av.CodecContext.create("libvpx-vp9", "r")
            assert isinstance(other, VideoCodecContext)
            decoder = other
        packets = [packet for packet in container.demux(stream) if packet.size]
        for packet in (*packets, None):
            for frame in decoder.decode(packet):
                told = frame.to_ndarray(format="rgba", src_colorspace=1, src_color_range=1)
                pixels = told.astype(np.uint8)
                yield pixels[..., :3], pixels[..., 3]


def seen_and_alpha() -> list[tuple[Bytes, Bytes]]:
    """Charts over black that fade from left to right, and what they fade by."""
    alpha = opacity()
    return [(over_black(chart(shift), alpha), alpha) for shift in (0, 5)]


@pytest.mark.parametrize(
    ("label", "pixels", "most"),
    [("prores4444", "yuva444p12le", 2), ("ffv1", "bgra", 1), ("vp9", "yuv420p", 8)],
)
def test_a_film_with_alpha_lies_over_black_as_it_was_seen(
    headless: Headless, tmp_path: Path, label: str, pixels: str, most: int
) -> None:
    recipe = RECIPES[label]
    path = tmp_path / f"film{recipe.suffixes[-1]}"
    wanted = seen_and_alpha()
    frames = [shot(headless.gl, seen, alpha) for seen, alpha in wanted]
    write(Film(path, Fraction(25), recipe, alpha=True), frames)
    found = list(straight_and_alpha(path))
    assert len(found) == len(wanted)
    for (color, alpha), (seen, opaque) in zip(found, wanted, strict=True):
        assert np.abs(alpha.astype(int) - opaque).max() <= most
        laid = over_black(color, alpha).astype(int)
        inside = np.s_[6:26, 38:58]  # one patch, amid its colour
        assert np.abs(laid[inside] - seen[inside]).max() <= most
        if label != "vp9":
            assert np.abs(laid - seen).max() <= most
    (stream,) = ffprobe(path)["streams"]
    assert stream["pix_fmt"] == pixels
    if label == "vp9":
        assert b"\x53\xc0\x81\x01" in path.read_bytes()  # RFC 9559: AlphaMode, a byte, 1


def test_what_nobody_asked_for_is_opaque(headless: Headless, tmp_path: Path) -> None:
    (seen, alpha), _ = seen_and_alpha()
    frame = shot(headless.gl, seen, alpha)
    write(Film(tmp_path / "a.mkv", Fraction(25), RECIPES["ffv1"]), [frame])
    write(Sequence(tmp_path / "a%d.png", RECIPES["png"]), [frame])
    (stream,) = ffprobe(tmp_path / "a.mkv")["streams"]
    assert stream["pix_fmt"] == "bgr0"
    with Image.open(tmp_path / "a0.png") as image:
        assert image.mode == "RGB"
        assert np.array_equal(np.asarray(image), seen)


def test_a_film_that_always_has_alpha_is_opaque_where_none_is_kept(
    headless: Headless, tmp_path: Path
) -> None:
    path = tmp_path / "a.mov"
    write(Film(path, Fraction(25), RECIPES["prores4444"]), [shot(headless.gl, chart())])
    ((_, alpha),) = straight_and_alpha(path)
    assert alpha.min() == 255


def test_webp_has_alpha(headless: Headless, tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    wanted = seen_and_alpha()
    frames = [shot(headless.gl, seen, alpha) for seen, alpha in wanted]
    write(Animated(path, Fraction(20), RECIPES["webp"], alpha=True), frames)
    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) == 2
        for index, (_, opaque) in enumerate(wanted):
            image.seek(index)
            alpha = np.asarray(image.convert("RGBA"))[..., 3].astype(int)
            assert np.abs(alpha - opaque).max() <= 1


@pytest.mark.parametrize("label", ["png", "tiff16"])
def test_pictures_have_straight_alpha(headless: Headless, tmp_path: Path, label: str) -> None:
    (seen, opaque), _ = seen_and_alpha()
    recipe = RECIPES[label]
    write(
        Sequence(tmp_path / f"a%03d{recipe.suffixes[0]}", recipe, alpha=True),
        [shot(headless.gl, seen, opaque)],
    )
    with av.open(str(tmp_path / f"a000{recipe.suffixes[0]}")) as container:
        (frame,) = container.decode(video=0)
    assert frame.format.name == recipe.alpha
    pixels = frame.to_ndarray().astype(float) / (257 if label == "tiff16" else 1)
    assert np.array_equal(pixels[..., 3], np.maximum(opaque, seen.max(axis=2)))
    laid = pixels[..., :3] * pixels[..., 3:] / 255
    assert np.abs(laid - seen).max() <= 0.51
