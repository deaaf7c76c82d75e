"""What an analysis says: windows, words, numbers, and the picture of the worst second."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.errors import AssetError, ConfigError
from empathy_palettes.show.analysis import (
    analyse,
    caption,
    clock,
    lines,
    panels,
    picture,
    report,
    window_of,
)

from ..films import turned

SIZE = (160, 90)
Draw = Callable[[int], NDArray[np.uint8]]


def write(path: Path, draw: Draw, frames: int, fps: int = 30) -> Path:
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "crf": "12"}
        stream: Any = container.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(draw(number), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def corner(every: int, begin: int = 0) -> Draw:
    """The upper left quarter of a grey picture flashes, with a change in so many frames."""

    def draw(number: int) -> NDArray[np.uint8]:
        pixels = np.full((SIZE[1], SIZE[0], 3), 60, np.uint8)
        if number >= begin:
            pixels[:45, :80] = 230 * ((number - begin) // every % 2 == 0)
        return pixels

    return draw


@pytest.mark.parametrize(
    ("window", "distance", "width", "wanted"),
    [
        (None, None, None, (1 / 3, 1 / 3)),
        (0.09, None, None, (0.09, 0.09)),
        (None, 2.0, 4.0, (0.0875, 0.0875 * 2)),
        (None, 20.0, 4.0, (0.875, 1.0)),
        (None, 200.0, 4.0, (1.0, 1.0)),
    ],
)
def test_windows(
    window: float | None,
    distance: float | None,
    width: float | None,
    wanted: tuple[float, float],
) -> None:
    assert window_of((200, 100), window, distance, width) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("window", "distance", "width", "told"),
    [
        (0.2, 2.0, 4.0, "twice"),
        (0.2, None, 4.0, "twice"),
        (None, 2.0, None, "width"),
        (None, None, 4.0, "distance"),
        (0.01, None, None, "too small"),
        (None, 0.5, 10.0, "too small"),
    ],
)
def test_windows_that_are_none(
    window: float | None, distance: float | None, width: float | None, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        window_of((200, 100), window, distance, width)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0:00.0"), (12.44, "0:12.4"), (59.96, "1:00.0"), (3723.4, "1:02:03.4")],
)
def test_the_clock(seconds: float, said: str) -> None:
    assert clock(seconds) == said


def test_a_corner_that_flashes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", corner(3, begin=60), 150)
    told: list[tuple[float, float]] = []
    found = analyse(path, tell=lambda done, there_are: told.append((done, there_are)))
    assert np.allclose(told[-1], (143 / 30, 5.0), atol=0.01)
    general = found.verdict.general
    # Grey to white is a change, too: with the last of them ten more in a second.
    assert (general.flashes, general.passed) == (5.0, False)
    assert general.second == pytest.approx(69 / 30 - 1 + 18 / 30, abs=1)
    said = lines(found)
    assert said[0].startswith(f"{path}: 160x90, 30 frames/s, 0:05.0; for 200 cd/m²")
    assert said[1].startswith("general flashes: 5 a second over 100% of a window at the top left")
    assert said[1].endswith("FAIL") and said[2] == "red flashes: none: pass"
    assert said[3].startswith("extended flashes: ") and said[4].endswith("none: pass")
    assert said[-1] == "FAIL: general"
    numbers = json.loads(json.dumps(report(found)))
    assert numbers["kinds"]["general"]["flashes"] == 5.0 and not numbers["passed"]
    assert numbers["series"]["general"] == [0.0, 0.0, 5.0, 5.0, 5.0]
    assert (numbers["size"], numbers["frames"], numbers["threshold"]) == ([160, 90], 150, 0.1)


def test_the_picture_of_the_worst_second(tmp_path: Path) -> None:
    found = analyse(write(tmp_path / "a.mp4", corner(3, begin=60), 150))
    drawn = picture(found)
    assert drawn is not None
    pixels, at = drawn
    assert pixels.shape == (SIZE[1], SIZE[0], 3)
    second = found.verdict.general.second
    assert second <= at <= second + 1 + 1e-6
    assert pixels[30, 10].min() > 200  # what flashed keeps its light, in its bright phase
    assert pixels[70, 130].max() < 40  # what did not is dimmed
    assert (pixels[20, 79] == (255, 190, 92)).all()  # its edge
    assert (pixels[45, 20] != (255, 190, 92)).any()
    # Amber alone is lost on white: there is a black line on its inner side.
    amber = (pixels == (255, 190, 92)).all(axis=2)
    (across,) = np.nonzero(amber[30])
    edge = across.max()
    assert (pixels[30, edge - 1] == 0).all() and pixels[30, edge - 2].min() > 200
    assert caption(found, at) == f"{clock(at)}   general flashes: FAIL   a.mp4"


def test_words_and_plot_name_the_same_instant(tmp_path: Path) -> None:
    found = analyse(write(tmp_path / "a.mp4", corner(3, begin=60), 150))
    general, held, stripes = panels(found)
    (line,) = (line for line in lines(found) if line.startswith("general"))
    assert general.span is not None and f"in the second from {clock(general.span[0])} on" in line
    begin, end = general.span
    values, step = general.curves[0].values, found.verdict.series.step
    at = round(end / step)
    assert values[at - 1 : at + 1].max() == values.max() == 5 and end == begin + 1
    assert held.span is not None and held.span[1] - held.span[0] == 5 and stripes.span is None
    assert stripes.limits == (0.25, 0.40)
    (line,) = (line for line in lines(found) if line.startswith("extended"))
    assert "flashes: two a second or more for 2.7 s at the top left, in the 5 seconds from" in line


def test_a_film_that_passes(tmp_path: Path) -> None:
    def ramp(number: int) -> NDArray[np.uint8]:
        return np.full((SIZE[1], SIZE[0], 3), 20 + number, np.uint8)

    found = analyse(write(tmp_path / "a.mp4", ramp, 100))
    assert found.verdict.passed and lines(found)[-1].startswith("pass: ")
    assert lines(found)[1].startswith("general flashes: 0.5 a second over 100% of a window in the")
    assert picture(found) is not None


def test_one_picture_is_no_film_but_is_judged(tmp_path: Path) -> None:
    found = analyse(write(tmp_path / "a.mp4", corner(3), 1))
    assert found.verdict.passed and "a single picture does not flash" in lines(found)


def test_walls_seen_from_near_and_bright_walls(tmp_path: Path) -> None:
    def small(number: int) -> NDArray[np.uint8]:
        pixels = np.full((SIZE[1], SIZE[0], 3), 40, np.uint8)
        pixels[40:52, 60:76] = 100 if number // 3 % 2 else 40  # .021 and .127 of relative luminance
        return pixels

    path = write(tmp_path / "a.mp4", small, 60)
    assert analyse(path).verdict.passed
    assert not analyse(path, distance=2, width=4).verdict.passed
    weak = write(tmp_path / "b.mp4", lambda n: (small(n) * 0.8).astype(np.uint8), 60)  # .063 apart
    assert analyse(weak, window=0.09).verdict.passed
    assert not analyse(weak, window=0.09, peak_nits=600).verdict.passed


def test_a_turned_film_is_judged_as_it_is_seen(tmp_path: Path) -> None:
    """A portrait film: stored 160 by 90, seen 90 by 160, its patch at the top right as stored."""

    def patch(number: int) -> NDArray[np.uint8]:
        pixels = np.full((SIZE[1], SIZE[0], 3), 40, np.uint8)
        pixels[4:16, 138:150] = 255 if number // 3 % 2 else 40
        return pixels

    path = turned(write(tmp_path / "a.mp4", patch, 60), 1)
    found = analyse(path, distance=2, width=2)  # 2 m are 90 pixels of what is seen: .175 are 16
    assert found.size == (90, 160) and found.window == pytest.approx((0.175, 0.175 * 9 / 16))
    general = found.verdict.general
    assert not general.passed and general.where == pytest.approx((10, 16), abs=5)
    assert general.share == pytest.approx(144 / 15.75**2, abs=0.05)
    assert "at the top left" in lines(found)[1]
    drawn = picture(found)
    assert drawn is not None and drawn[0].shape == (160, 90, 3)
    assert drawn[0][14:18, 8:12].min() > 230 and drawn[0][100:, 40:].max() < 40
    # A window as wide as is stored would have .175 of 160 by .311 of 90: 28 by 28 pixels.
    assert 144 / 28**2 < 0.25


def test_a_film_of_uneven_frames_is_judged_as_the_same_in_even_ones(tmp_path: Path) -> None:
    """Six changes in each 1.1 s, at 60 frames a second, or a frame for each change."""
    found = []
    for name, all_frames in (("a.mkv", True), ("b.mkv", False)):
        with av.open(str(tmp_path / name), "w") as container:
            options = {"preset": "ultrafast", "crf": "8"}
            stream: Any = container.add_stream("libx264", rate=60, options=options)
            stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
            stream.codec_context.time_base = Fraction(1, 1000)
            for step in range(60 * 12):
                phase = step % 66
                if phase <= 6 or all_frames or step == 719:
                    pixels = np.full((SIZE[1], SIZE[0], 3), 255 * (min(phase, 6) % 2), np.uint8)
                    frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
                    frame.pts, frame.time_base = round(step * 1000 / 60), Fraction(1, 1000)
                    container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        found.append(analyse(tmp_path / name).verdict)
    even, uneven = found
    assert not even.extended.passed and not uneven.extended.passed
    assert even.general == uneven.general and even.frames == 720 > 80 > uneven.frames
    assert even.extended.held == pytest.approx(4.53, abs=0.02)
    assert uneven.extended.held == pytest.approx(even.extended.held, abs=0.02)
    assert even.seconds == pytest.approx(12, abs=0.01) == uneven.seconds


def test_a_last_picture_that_stays_is_told_of(tmp_path: Path) -> None:
    """A slide show of stripes: three seconds of each, by the packets' own durations."""
    bars = (np.arange(320) // 8 % 2 * 255).astype(np.uint8)[None, :, None].repeat(180, 0)
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream: Any = container.add_stream("libx264", rate=Fraction(1, 3))
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(2):
            frame = av.VideoFrame.from_ndarray((bars * np.uint8(number)).repeat(3, 2), "rgb24")
            frame.pts, frame.time_base = number, Fraction(3)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    found = analyse(tmp_path / "a.mp4")
    assert found.verdict.seconds == pytest.approx(6) and not found.verdict.stripes.passed


def test_no_film(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"none")
    with pytest.raises(AssetError):
        analyse(tmp_path / "a.mp4")
