"""Long films: their groups of pictures, and what they take of the memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import cast

import av
import pytest
from av.packet import Packet
from av.video.stream import VideoStream

from empathy_palettes.outlet.film.form import Form, mend_time
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

from .films import decode, film, flat

pytestmark = pytest.mark.gl

RATE = Fraction(24000, 1001)


@pytest.mark.parametrize("codec", ["h264", "hevc", "vp9", "av1"])
def test_a_film_of_one_frame(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path, codec: str
) -> None:
    path = tmp_path / f"film{RECIPES[codec].suffixes[0]}"
    film(path, [paint(headless.gl, flat(200, 200, 200))], Fraction(10), codec)
    (frame,) = decode(path)
    assert frame.pts == 0


def test_what_a_file_tells_of_its_frames_is_the_same_each_time() -> None:
    """x265 says of a lone frame's time what its memory was: often nothing that can be written."""
    form = Form(RECIPES["hevc"], (128, 72), Fraction(30), None, alpha=False)
    headers = {form.header("mp4") for _ in range(12)}
    assert len(headers) == 1
    assert len(headers.pop()) > 100


@pytest.mark.parametrize("given", [None, -(1 << 62), -(1 << 32), 6, 1 << 40])
def test_a_time_that_cannot_be_is_mended(given: int | None) -> None:
    packet = cast("Packet[VideoStream]", Packet(b"frame"))
    packet.pts, packet.dts = 5, given
    mend_time(packet)
    assert packet.dts == 5


def test_a_time_of_a_frame_that_others_need_stays() -> None:
    packet = cast("Packet[VideoStream]", Packet(b"frame"))
    packet.pts, packet.dts = 5, 3
    mend_time(packet)
    assert packet.dts == 3


def test_groups_of_pictures_leave_no_seam(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path
) -> None:
    """Every three seconds another encoder goes on: no frame is lost there, nor two at one time."""
    levels = [20 + 7 * (index % 30) for index in range(400)]
    shown = [paint(headless.gl, flat(*[level] * 3)) for level in sorted(set(levels))]
    for name in ("h264", "hevc"):
        path = tmp_path / f"{name}.mp4"
        film(path, [shown[(level - 20) // 7] for level in levels], RATE, name)
        with av.open(str(path)) as container:
            packets = [packet for packet in container.demux(video=0) if packet.dts is not None]
            keys = [place for place, packet in enumerate(packets) if packet.is_keyframe]
            assert {0, 72, 144, 216, 288, 360} <= set(keys)
            assert all(int(a.dts or 0) < int(b.dts or 0) for a, b in pairwise(packets))
        frames = decode(path)
        assert len(frames) == 400
        for index, (frame, level) in enumerate(zip(frames, levels, strict=True)):
            assert Fraction(frame.pts or 0) * (frame.time_base or 1) == index * Fraction(
                1001, 24000
            )
            assert abs(frame.to_ndarray(format="gray8", dst_color_range=2).mean() - level) < 2.5


LONG = """
import sys
from fractions import Fraction
from pathlib import Path
from typing import cast
import numpy as np
from empathy_palettes.core.clock import Tick
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.form import Form, mend_time
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

context = OutletContext((64, 36))
surface, film = Headless(), Film(Path(sys.argv[1]), Fraction(30))
surface.open(context)
film.open(context)
palette, ring = np.zeros((1, 3), np.float32), []
for index in range(3):
    ring.append(surface.gl.simple_framebuffer((64, 36)))
for index in range(int(sys.argv[2])):
    ring[index % 3].clear(index % 97 / 97, 0.5, 0.2, 1.0)
    film.present(Frame(ring[index % 3], (64, 36), palette, {}), Tick(index, 2 * index, 2))
film.close()
status = Path("/proc/self/status").read_text()  # not ru_maxrss: that of who started it counts, too
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measured on Linux only")
def test_a_long_film_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    took = []
    for frames in (300, 3000):
        command = [sys.executable, "-c", LONG, str(tmp_path / "film.mp4"), str(frames)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
        took.append(int(ended.stdout) / 1024)
        assert len(decode(tmp_path / "film.mp4")) == frames
    print(f"10 s: {took[0]:.1f} MiB, 100 s: {took[1]:.1f} MiB")
    # 2,700 frames more would be 24 MiB more, were they kept; what differs from run to run is less.
    assert took[1] < took[0] + 10
