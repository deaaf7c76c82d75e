from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

from .films import CONTEXT, SIZE, decode, film, flat

pytestmark = pytest.mark.gl


@pytest.mark.parametrize("fps", [Fraction(60), Fraction(25), Fraction(24000, 1001)])
def test_every_frame_is_there_at_its_instant(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path, fps: Fraction
) -> None:
    levels = [20 + 7 * index for index in range(30)]
    film(tmp_path / "film.mp4", [paint(headless.gl, flat(*[v] * 3)) for v in levels], fps)
    frames = decode(tmp_path / "film.mp4")
    assert len(frames) == len(levels)
    for index, (frame, level) in enumerate(zip(frames, levels, strict=True)):
        assert frame.pts is not None and frame.time_base is not None
        assert frame.pts * frame.time_base == index / fps
        assert (frame.width, frame.height) == SIZE
        # A level of grey lies within half a step of limited-range Y, 255 / 219 / 2; the rest is
        # the encoder's.
        assert abs(frame.to_ndarray(format="gray8", dst_color_range=2).mean() - level) < 2.0
    assert [item.name for item in tmp_path.iterdir()] == ["film.mp4"]


def test_colours_are_those_of_bt709(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path
) -> None:
    colors = [(230, 40, 40), (40, 200, 60), (30, 60, 220), (250, 180, 40), (90, 30, 120)]
    film(tmp_path / "film.mp4", [paint(headless.gl, flat(*c)) for c in colors], Fraction(30))
    for frame, color in zip(decode(tmp_path / "film.mp4"), colors, strict=True):
        assert (frame.colorspace, frame.color_range) == (1, 1)
        planes = frame.to_ndarray(format="yuv420p")
        width, height = SIZE
        y = planes[:height].mean()
        chroma = planes[height:].reshape(2, height // 2, width // 2)
        r, g, b = (part / 255 for part in color)
        luma = 0.2126 * r + 0.7152 * g + 0.0722 * b  # ITU-R BT.709-6, items 3.2 and 3.4
        assert y == pytest.approx(16 + 219 * luma, abs=1.5)
        assert chroma[0].mean() == pytest.approx(128 + 224 * (b - luma) / 1.8556, abs=1.5)
        assert chroma[1].mean() == pytest.approx(128 + 224 * (r - luma) / 1.5748, abs=1.5)
        # What a player makes of it, which reads the tags; 1.5 in Y and in Cb are at most
        # 1.5 · (255 / 219 + 1.8556 · 255 / 224) in blue.
        seen = frame.to_ndarray(format="rgb24").reshape(-1, 3).mean(axis=0)
        assert np.abs(seen - color).max() < 4.9


def test_the_picture_stands_upright(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path
) -> None:
    pixels = flat(0, 0, 0)
    pixels[:18, :32] = 220  # the quarter at the top left
    film(tmp_path / "film.mov", [paint(headless.gl, pixels)], Fraction(30))
    (frame,) = decode(tmp_path / "film.mov")
    luma = frame.to_ndarray(format="gray8")
    assert luma[4:14, 4:28].min() > 200 > 60 > luma[22:, 36:].max()
    assert luma[4:14, 36:].max() < 60 and luma[22:, :28].max() < 60


def test_a_film_says_how_it_was_made_and_starts_at_once(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"an older film")
    film(path, [paint(headless.gl, flat(9, 9, 9))], Fraction(30))
    with av.open(str(path)) as container:
        assert container.metadata["comment"] == CONTEXT.reproduce
        assert container.metadata["title"] == CONTEXT.title
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_h265_is_tagged_for_players(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path
) -> None:
    frames = [paint(headless.gl, flat(v, v, v)) for v in (40, 120, 200)]
    film(tmp_path / "film.mp4", frames, Fraction(30), "hevc")
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert container.streams.video[0].codec_context.codec_tag == "hvc1"
        assert len(list(container.decode(video=0))) == 3


def test_no_frames_leave_no_file(tmp_path: Path) -> None:
    film(tmp_path / "film.mp4", [], Fraction(30))
    assert list(tmp_path.iterdir()) == []


def test_what_will_not_do_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as caught:
        film = Film(tmp_path / "film.gif", Fraction(30), RECIPES["h264"], 60, alpha=True)
        film.open(OutletContext((63, 36)))
    suffix, crf, size, alpha = map(str, caught.value.faults)
    assert "film.mp4" in suffix
    assert "crf: 60" in crf or "quality: 60" in crf
    assert "63x36" in size and "64x36" in size
    assert "prores4444" in alpha
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "film.mp4"
    with pytest.raises(MachineError) as caught:
        Film(path, Fraction(30)).open(CONTEXT)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_an_encoder_that_refuses_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="libx264 refuses"):
        Film(tmp_path / "film.mp4", Fraction(30)).open(OutletContext((40_000, 2)))
    assert list(tmp_path.iterdir()) == []


CHILD = """
import os, resource, signal, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.render.frame import Frame

how, path = sys.argv[1], Path(sys.argv[2])
context = OutletContext((128, 72))
surface, video = Headless(), Film(path, Fraction(30))
surface.open(context)
if how == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
video.open(context)
rng = np.random.default_rng(0)
texture = surface.gl.texture((128, 72), 4)
frame = Frame(surface.gl.framebuffer([texture]), (128, 72), np.zeros((1, 3), np.float32), {})
for index in range(240):
    noise = rng.integers(0, 256 if how == "full" else 2, 128 * 72 * 4, np.uint8)
    texture.write(noise.tobytes())
    try:
        video.present(frame, Tick(index, index, 1))
    except MachineError as error:
        print(error)
        video.present(frame, Tick(index, index, 1))
        video.close()
        sys.exit()
os.kill(os.getpid(), signal.SIGKILL)
"""


def decode_stopped(path: Path) -> int:
    """Count the frames a player shows of a film that ends anywhere, also amid a frame."""
    count = 0
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        with contextlib.suppress(av.error.InvalidDataError):
            for frame in frames:
                assert frame.pts is not None and frame.time_base is not None
                assert frame.pts * frame.time_base == Fraction(count, 30)
                count += 1
    return count


def child(how: str, path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, how, str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_killed_film_plays_up_to_its_last_second(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    assert child("killed", path).returncode == -signal.SIGKILL
    # 240 frames at 30 a second; lost are the second being written and what the encoder holds to
    # look ahead, some 50 frames.
    assert decode_stopped(tmp_path / "film.mp4.part") >= 240 - 30 - 60
    assert not path.exists()


def test_a_full_disk_is_said_once_and_what_was_written_plays(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    ended = child("full", path)
    assert (ended.returncode, ended.stderr) == (0, "")
    (line,) = ended.stdout.splitlines()
    assert "stopped after" in line and f"{path}.part" in line
    assert decode_stopped(tmp_path / "film.mp4.part") >= 30
    assert not path.exists()


def test_a_film_that_is_stopped_keeps_what_was_there_before(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"an older film")
    film = Film(path, Fraction(30))
    film.open(OutletContext((64, 36)))
    frame = paint(headless.gl, np.full((36, 64, 3), 90, np.uint8))
    for index in range(40):
        film.present(frame, Tick(index, index, 1))
    line = film.stop()
    film.close()
    assert path.read_bytes() == b"an older film"
    assert "what was written plays: " in line
    with av.open(str(tmp_path / "a.mp4.part")) as kept:
        assert len(list(kept.decode(video=0))) == 39


def test_two_films_of_one_name_at_once_both_play(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path
) -> None:
    films = [Film(tmp_path / "a.mp4", Fraction(30)) for _ in range(2)]
    frame = paint(headless.gl, np.full((36, 64, 3), 90, np.uint8))
    for one in films:
        one.open(OutletContext((64, 36)))
    for one in films:
        one.present(frame, Tick(0, 0, 0))
    for one in films:
        one.close()
        with av.open(str(tmp_path / "a.mp4")) as made:
            assert len(list(made.decode(video=0))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
