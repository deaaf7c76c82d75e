from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import av
import pytest

from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.recipes import MUXERS, RECIPES, chroma
from empathy_palettes.outlet.headless import Headless

from .charts import SIZE, chart, ffprobe, rate_of, shot, tone, write

pytestmark = pytest.mark.gl

#: Label → what players find: codec, pixel format, tag, what stands for BT.709, and the sound.
YUV = ("tv", "bt709", "bt709", "bt709")
RGB = ("pc", "gbr", "iec61966-2-1", "bt709")
FILMS = {
    "h264": ("h264", "yuv420p", "avc1", YUV, "aac"),
    "hevc": ("hevc", "yuv420p", "hvc1", YUV, "aac"),
    "prores": ("prores", "yuv422p10le", "apch", YUV, "pcm_s16le"),
    # Players decode the ten bits as twelve.
    "prores4444": ("prores", "yuva444p12le", "ap4h", YUV, "pcm_s16le"),
    "ffv1": ("ffv1", "bgr0", "", RGB, "flac"),
    "vp9": ("vp9", "yuv420p", "", YUV, "opus"),
    "av1": ("av1", "yuv420p10le", "", YUV, "opus"),
}
KINDS = [(label, suffix) for label in FILMS for suffix in RECIPES[label].suffixes]
RATE = Fraction(24_000, 1001)
COUNT = 36


def film(path: Path, label: str, headless: Headless, rate: Fraction = RATE) -> None:
    frames = [shot(headless.gl, chart(shift)) for shift in (0, 1, 2)]
    outlet = Film(path, rate, RECIPES[label], sound=tone(2))
    write(outlet, [frames[index % 3] for index in range(COUNT)])


def test_every_film_of_the_table_is_tried() -> None:
    assert set(FILMS) == {label for label, recipe in RECIPES.items() if recipe.kind == "film"}
    assert all(suffix in MUXERS for _, suffix in KINDS)


@pytest.mark.parametrize(("label", "suffix"), KINDS)
def test_a_film_is_what_its_recipe_promises(
    headless: Headless, tmp_path: Path, label: str, suffix: str
) -> None:
    codec, pixels, tag, colours, sound = FILMS[label]
    path = tmp_path / f"film{suffix}"
    film(path, label, headless)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    with av.open(str(path)) as container:
        (video,), (heard,) = container.streams.video, container.streams.audio
        assert video.codec_context.name in (codec, "libdav1d")
        assert (video.width, video.height) == SIZE
        frames = list(container.decode(video))
        assert heard.codec_context.name == sound
        assert heard.codec_context.layout.nb_channels == 2
    assert len(frames) == COUNT
    for index, frame in enumerate(frames):
        assert frame.pts is not None and frame.time_base is not None
        # Matroska counts milliseconds.
        assert abs(float(frame.pts * frame.time_base - index / RATE)) <= 0.0006
    told = ffprobe(path)
    video_told, heard_told = told["streams"]
    assert (video_told["codec_name"], video_told["pix_fmt"]) == (codec, pixels)
    if tag:
        assert video_told["codec_tag_string"] == tag
    found = [video_told[f"color_{name}"] for name in ("range", "space", "transfer", "primaries")]
    assert tuple(found) == colours
    assert abs(float(rate_of(video_told) - RATE)) < 0.01
    assert int(video_told["nb_read_frames"]) == COUNT
    assert float(told["format"]["duration"]) == pytest.approx(COUNT / RATE, abs=float(1 / RATE))
    assert heard_told["codec_name"] == sound
    tags = {name.lower(): value for name, value in told["format"]["tags"].items()}
    assert tags["comment"] == "empathy export tidal" and tags["title"] == "Empathy Palettes"


@pytest.mark.parametrize("label", FILMS)
def test_finer_takes_more_room(headless: Headless, tmp_path: Path, label: str) -> None:
    recipe = RECIPES[label]
    if recipe.quality is None:
        assert recipe.settings(7) == dict(recipe.options)
        return
    frames = [shot(headless.gl, chart(shift)) for shift in (0, 1, 2, 3)]
    sizes = []
    for quality in (recipe.quality.coarsest, recipe.quality.usual, recipe.quality.usual // 2):
        path = tmp_path / f"{quality}{recipe.suffixes[0]}"
        write(Film(path, Fraction(25), recipe, quality), frames)
        sizes.append(path.stat().st_size)
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]


def test_encoders_speak_to_nobody(
    headless: Headless, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for label in FILMS:
        film(tmp_path / f"{label}{RECIPES[label].suffixes[0]}", label, headless, Fraction(25))
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


@pytest.mark.parametrize("label", RECIPES)
def test_a_recipe_holds_together(label: str) -> None:
    recipe = RECIPES[label]
    assert recipe.label == label and re.fullmatch(r"[a-z0-9]+", label)
    assert recipe.lossless == (
        recipe.quality is None and label not in ("prores", "prores4444", "gif")
    )
    if recipe.encoder:
        known = {form.name for form in av.codec.Codec(recipe.encoder, "w").video_formats or ()}
        assert {recipe.pixels, recipe.alpha or recipe.pixels} <= known
    assert recipe.stores_alpha(asked=True) == bool(recipe.alpha)
    assert recipe.stores_alpha(asked=False) == (label == "prores4444")


@pytest.mark.parametrize(
    ("pixels", "shared"),
    [("yuv420p", (2, 2)), ("nv12", (2, 2)), ("yuv422p10le", (2, 1)), ("yuva444p10le", (1, 1))],
)
def test_chroma_is_shared_by_as_many_pixels_as_the_name_says(
    pixels: str, shared: tuple[int, int]
) -> None:
    form = av.VideoFormat(pixels, 64, 64)
    assert (64 // form.chroma_width(64), 64 // form.chroma_height(64)) == shared
    assert chroma(pixels) == shared
