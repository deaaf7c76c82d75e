from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.raw import Raw
from empathy_palettes.outlet.headless import Headless

from .charts import SIZE, chart, ffprobe, opacity, over_black, shot, write

pytestmark = pytest.mark.gl


@pytest.mark.parametrize("alpha", [False, True])
def test_frames_come_out_bare_and_in_order(headless: Headless, tmp_path: Path, alpha: bool) -> None:
    opaque = opacity()
    seen = [over_black(chart(shift), opaque) for shift in range(9)]
    with (tmp_path / "a.rgb").open("wb") as file:
        frames = [shot(headless.gl, each, opaque) for each in seen]
        write(Raw(file.fileno(), alpha=alpha), frames)
    channels = 4 if alpha else 3
    pixels = np.fromfile(tmp_path / "a.rgb", np.uint8).reshape(9, SIZE[1], SIZE[0], channels)
    for found, wanted in zip(pixels, seen, strict=True):
        if alpha:
            assert np.array_equal(found[..., 3], np.maximum(opaque, wanted.max(axis=2)))
            assert np.abs(over_black(found[..., :3], found[..., 3]).astype(int) - wanted).max() <= 1
        else:
            assert np.array_equal(found, wanted)


def test_ffmpeg_behind_a_pipe_makes_a_film_of_them(headless: Headless, tmp_path: Path) -> None:
    tool = shutil.which("ffmpeg")
    if tool is None:
        pytest.skip("ffmpeg is not installed")
    size = f"{SIZE[0]}x{SIZE[1]}"
    form = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", "25", "-i", "-"]
    path = tmp_path / "a.mkv"
    command = [tool, "-v", "error", *form, "-c:v", "ffv1", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        outlet = Raw(process.stdin.fileno())
        write(outlet, [shot(headless.gl, chart(shift)) for shift in range(20)])
        process.stdin.close()
    (stream,) = ffprobe(path)["streams"]
    assert (stream["nb_read_frames"], stream["width"]) == ("20", SIZE[0])


def test_who_stops_reading_is_told_of_once(headless: Headless) -> None:
    script = f"import sys; sys.stdin.buffer.read({3 * SIZE[0] * SIZE[1]})"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        outlet = Raw(process.stdin.fileno())
        outlet.open(OutletContext(SIZE))
        frame = shot(headless.gl, chart())
        with pytest.raises(MachineError, match=r"behind the pipe ended after [12] frames") as no:
            for index in range(100):
                outlet.present(frame, Tick(index, index, 1))
        outlet.present(frame, Tick(100, 100, 1))
        outlet.close()
    assert "\n" not in str(no.value)


def test_a_full_disk_is_one_line(headless: Headless) -> None:
    with open("/dev/full", "wb") as full:
        outlet = Raw(full.fileno())
        with pytest.raises(MachineError, match="stopped after 0 frames: No space left"):
            write(outlet, [shot(headless.gl, chart())])
        outlet.close()


def test_bare_frames_are_not_thrown_at_a_terminal() -> None:
    ours, theirs = pty.openpty()
    try:
        with pytest.raises(MachineError, match="nothing for a terminal"):
            Raw(theirs).open(OutletContext(SIZE))
    finally:
        os.close(ours)
        os.close(theirs)


def test_what_is_stopped_ends_with_a_whole_frame(headless: Headless, tmp_path: Path) -> None:
    with (tmp_path / "a.rgb").open("wb") as file:
        outlet = Raw(file.fileno())
        outlet.open(OutletContext(SIZE))
        frame = shot(headless.gl, chart())
        for index in range(7):
            outlet.present(frame, Tick(index, index, 1))
        assert "stopped after 6 frames" in outlet.stop()
        outlet.close()
    assert (tmp_path / "a.rgb").stat().st_size == 6 * 3 * SIZE[0] * SIZE[1] == outlet.written()
