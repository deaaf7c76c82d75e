"""What is heard with a film: in step with it, as long as it, and harmless whatever it was."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.clock import Tick
from empathy_palettes.inlet.hearing import Track
from empathy_palettes.inlet.media import decode_sound
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

pytestmark = pytest.mark.gl

SIZE = (64, 36)
CONTEXT = OutletContext(SIZE)


def flat(*color: int) -> NDArray[np.uint8]:
    return np.full((SIZE[1], SIZE[0], 3), color, np.uint8)


def decode(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def bursts(rate: int, channels: int) -> tuple[Track, tuple[float, ...]]:
    """Two seconds with three short noises in them, and when these begin."""
    samples = np.zeros((channels, 2 * rate), np.float32)
    rng = np.random.default_rng(0)
    begins = (0.3, 0.8, 1.7)
    for begin in begins:
        place, length = round(begin * rate), rate // 25
        samples[:, place : place + length] = 0.4 * rng.normal(size=length)
    return Track(samples, rate), begins


@pytest.mark.parametrize(
    ("name", "rate", "channels", "fps", "start", "count"),
    [
        ("film.mp4", 44_100, 2, Fraction(30), 0, 90),
        ("film.mov", 48_000, 1, Fraction(24000, 1001), 0, 60),
        ("film.mp4", 11_025, 1, Fraction(60), 0, 150),
        ("film.mp4", 96_000, 2, Fraction(25), 40, 50),
    ],
)
def test_the_sound_is_in_step_with_the_picture(
    headless: Headless,
    paint: Callable[..., Frame],
    tmp_path: Path,
    name: str,
    rate: int,
    channels: int,
    fps: Fraction,
    start: int,
    count: int,
) -> None:
    """It begins again at its end, after 2 s; `start` is where the picture begins, in steps."""
    track, begins = bursts(rate, channels)
    path = tmp_path / name
    video = Film(path, fps, sound=track, start=start)
    video.open(CONTEXT)
    frame = paint(headless.gl, flat(90, 90, 90))
    for index in range(count):
        video.present(frame, Tick(index, index, 1))
    video.close()
    assert len(decode(path)) == count
    heard, heard_rate = decode_sound(path)
    seconds = float(count / fps)
    assert heard.shape[0] == channels
    assert heard.shape[1] / heard_rate == pytest.approx(seconds, abs=1 / float(fps))
    loud = np.abs(heard).max(axis=0) > 0.15
    rises = np.flatnonzero(loud[1:] & ~loud[:-1]) / heard_rate
    first = [
        rise for rise, before in zip(rises, [-1.0, *rises], strict=False) if rise - before > 0.1
    ]
    wanted = sorted(
        begin - start / 60 + lap
        for begin in begins
        for lap in (0, 2)
        if 0 <= begin - start / 60 + lap < seconds - 0.05
    )
    assert first == pytest.approx(wanted, abs=0.01)
    assert [item.name for item in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("rate", [1, 100])
def test_samples_may_be_further_apart_than_pictures(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path, rate: int
) -> None:
    track = Track(np.full((1, 3 * rate), 0.5, np.float32), rate)
    video = Film(tmp_path / "a.mp4", Fraction(240), sound=track)
    video.open(CONTEXT)
    frame = paint(headless.gl, flat(90, 90, 90))
    for index in range(300):
        video.present(frame, Tick(index, index, 1))
    video.close()
    assert len(decode(tmp_path / "a.mp4")) == 300


def test_a_film_of_what_was_no_sound_plays(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path
) -> None:
    samples = np.zeros(48_000, np.float32)
    samples[1000:1004] = np.nan, np.inf, -np.inf, 1e38
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream: Any = container.add_stream("pcm_f32le", rate=48_000, layout="mono")
        sound = av.AudioFrame.from_ndarray(samples[None], "flt", "mono")
        sound.sample_rate = 48_000
        container.mux(stream.encode(sound))
    video = Film(tmp_path / "a.mp4", Fraction(30), sound=Track(*decode_sound(tmp_path / "a.wav")))
    video.open(CONTEXT)
    frame = paint(headless.gl, flat(90, 90, 90))
    for index in range(30):
        video.present(frame, Tick(index, index, 1))
    video.close()
    heard, rate = decode_sound(tmp_path / "a.mp4")
    assert heard.shape[1] / rate == pytest.approx(1, abs=0.05)


def test_a_film_with_sound_that_is_stopped_plays(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path
) -> None:
    track, _ = bursts(48_000, 2)
    film = Film(tmp_path / "a.mp4", Fraction(30), sound=track)
    film.open(CONTEXT)
    frame = paint(headless.gl, flat(90, 90, 90))
    for index in range(70):
        film.present(frame, Tick(index, index, 1))
    film.stop()
    heard, rate = decode_sound(tmp_path / "a.mp4.part")
    assert heard.shape[1] / rate == pytest.approx(69 / 30, abs=0.05)
    assert len(decode(tmp_path / "a.mp4.part")) == 69


@pytest.mark.parametrize(
    ("label", "codec"),
    [("h264", "aac"), ("prores", "pcm_s16le"), ("ffv1", "flac"), ("vp9", "opus")],
)
@pytest.mark.parametrize("rate", [11_025, 48_000])
def test_every_kind_of_film_has_its_sound(
    headless: Headless,
    paint: Callable[..., Frame],
    tmp_path: Path,
    label: str,
    codec: str,
    rate: int,
) -> None:
    track, begins = bursts(rate, 2)
    recipe = RECIPES[label]
    path = tmp_path / f"film{recipe.suffixes[0]}"
    film = Film(path, Fraction(30), recipe, sound=track)
    film.open(CONTEXT)
    frame = paint(headless.gl, flat(90, 90, 90))
    for index in range(60):
        film.present(frame, Tick(index, 2 * index, 2))
    film.close()
    with av.open(str(path)) as container:
        assert container.streams.audio[0].codec_context.codec.canonical_name == codec
    heard, heard_rate = decode_sound(path)
    assert heard.shape[1] / heard_rate == pytest.approx(2, abs=1 / 30)
    loud = np.abs(heard).max(axis=0) > 0.15
    for begin in begins:
        near = np.flatnonzero(loud) / heard_rate - begin
        assert np.abs(near).min() < 0.01
    assert loud.mean() < 0.1
