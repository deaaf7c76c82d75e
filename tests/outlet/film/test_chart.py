from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from empathy_palettes.outlet.film.animated import Animated
from empathy_palettes.outlet.film.colour import Converter
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless

from .charts import SIZE, Bytes, chart, flat_error, from_yuv, shot, write

pytestmark = pytest.mark.gl


def decoded(path: Path) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """The frames as RGB, by the formulas and not by FFmpeg: chroma is repeated, not smoothed."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if not frame.format.name.startswith("yuv"):
                found.append(frame.to_ndarray(format="rgb24").astype(float))
                continue
            planes = frame.reformat(
                format="yuv444p16le",
                src_color_range=1,
                dst_color_range=1,
                src_colorspace=1,
                dst_colorspace=1,
                interpolation="POINT",
            ).to_ndarray()
            found.append(from_yuv(planes, 256))
    return found


@pytest.mark.parametrize("label", ["h264", "hevc", "prores", "prores4444", "ffv1", "vp9", "av1"])
def test_a_decoded_chart_has_its_colours(headless: Headless, tmp_path: Path, label: str) -> None:
    """At most 6 of 255 off on flat patches, and 2 anywhere where no colour is shared."""
    recipe = RECIPES[label]
    path = tmp_path / f"chart{recipe.suffixes[-1]}"
    charts = [chart(shift) for shift in (0, 7, 13)]
    write(Film(path, Fraction(30), recipe), [shot(headless.gl, each) for each in charts])
    frames = decoded(path)
    assert len(frames) == len(charts)
    for seen, wanted in zip(frames, charts, strict=True):
        assert flat_error(seen, wanted) <= (0 if recipe.lossless else 6)
        if label in ("ffv1", "prores4444"):
            assert np.abs(seen - wanted).max() <= (0 if recipe.lossless else 2)


@pytest.mark.parametrize("pixels", ["yuv420p", "nv12", "yuv420p10le", "yuv422p10le", "yuv444p"])
def test_conversion_is_that_of_bt709(pixels: str) -> None:
    """Before any encoder: one level of what is stored at most, of eight bits or of ten."""
    wanted = chart()
    opaque = np.dstack([wanted, np.full(wanted.shape[:2], 255, np.uint8)])
    picture = Converter(pixels).convert(av.VideoFrame.from_ndarray(opaque, "rgba"))
    assert (picture.colorspace, picture.color_range) == (1, 1)
    assert (int(picture.color_primaries), int(picture.color_trc)) == (1, 1)
    planes = picture.reformat(
        format="yuv444p16le", src_color_range=1, dst_color_range=1, interpolation="POINT"
    ).to_ndarray()
    # Half a level of each, by the coefficients of green, the most for blue: 255 / 219 · 0.5 + …
    most = 0.6 if "10" in pixels else 1.7
    assert flat_error(from_yuv(planes, 256), wanted) <= most


def pictures(path: Path) -> list[Bytes]:
    found = []
    with Image.open(path) as image:
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            found.append(np.asarray(image.convert("RGB")))
    return found


@pytest.mark.parametrize("label", ["webp", "gif"])
def test_what_repeats_in_a_browser_is_near(headless: Headless, tmp_path: Path, label: str) -> None:
    """A GIF mixes its 256 colours: patches are right as a whole, single pixels are not."""
    path = tmp_path / f"chart.{label}"
    charts = [chart(shift) for shift in (0, 7, 13)]
    outlet = Animated(path, Fraction(25), RECIPES[label])
    write(outlet, [shot(headless.gl, each) for each in charts])
    frames = pictures(path)
    assert len(frames) == len(charts)
    for seen, wanted in zip(frames, charts, strict=True):
        assert seen.shape == (SIZE[1], SIZE[0], 3)
        if label == "webp":
            assert flat_error(seen, wanted) <= 6
        assert flat_error(seen, wanted, mean=True) <= 3
