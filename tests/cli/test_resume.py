"""Exports that were stopped by hand or killed, and gone on with: the same film in the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from time import monotonic, sleep

import av
import numpy as np
import pytest
from numpy.typing import NDArray

pytestmark = pytest.mark.gl

FPS, SIZE = 10, "128x72"  # x264 is not always the same at less than this
#: What is on show depends on all that was drawn before.
TRAIL = """/*{
    "INPUTS": [{"NAME": "far", "TYPE": "float", "DEFAULT": 0.5}],
    "PASSES": [{"TARGET": "trail", "PERSISTENT": true, "WIDTH": "64", "HEIGHT": "36"}, {}]
}*/
void main() {
    vec2 p = isf_FragNormCoord;
    if (PASSINDEX == 0) {
        vec2 at = 0.5 + 0.3 * vec2(cos(TIME), sin(1.7 * TIME));
        float spot = smoothstep(0.1, 0.05, distance(p, at));
        vec4 before = IMG_NORM_PIXEL(trail, 0.5 + (p - 0.5) * 0.98);
        gl_FragColor = vec4(max(before.rgb * 0.985, spot * vec3(0.9, 0.6, 0.3)), 1.0);
    } else {
        gl_FragColor = IMG_NORM_PIXEL(trail, p);
    }
}
"""


def command(out: Path, seconds: int, *more: str) -> list[str]:
    shader = out.parent / "trail.fs"
    shader.write_text(TRAIL)
    line = [sys.executable, "-m", "empathy_palettes", "export", str(shader), "--out", str(out)]
    line += ["--size", SIZE, "--seconds", str(seconds), "--fps", str(FPS), "--people", "20"]
    return [*line, *more]


def export(out: Path, seconds: int, *more: str) -> str:
    ended = subprocess.run(
        command(out, seconds, *more), capture_output=True, text=True, timeout=100, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


def stop(out: Path, seconds: int, how: signal.Signals, enough: int) -> tuple[int, str]:
    """Begin an export, and stop it once so many frames of it are in its file."""
    part = out.with_name(out.name + ".part")
    with subprocess.Popen(command(out, seconds), stderr=subprocess.PIPE, text=True) as process:
        until = monotonic() + 60
        while monotonic() < until and process.poll() is None and packets(part) < enough:
            sleep(0.05)
        process.send_signal(how)
        told = process.communicate(timeout=60)[1]
    assert part.exists() and not out.exists(), "it was over too soon"
    return process.returncode, told


def packets(part: Path) -> int:
    try:
        with av.open(str(part)) as container:
            return sum(packet.dts is not None for packet in container.demux(video=0))
    except (av.error.FFmpegError, OSError, IndexError):
        return 0


def decode(path: Path) -> tuple[list[Fraction], NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        shown = [Fraction(frame.pts or 0) * (frame.time_base or 1) for frame in frames]
        return shown, np.stack([frame.to_ndarray(format="rgb24") for frame in frames])


@pytest.mark.parametrize(
    ("name", "seconds", "how", "enough"),
    [
        pytest.param("film.mkv", 5, signal.SIGINT, 15, marks=pytest.mark.soak),
        pytest.param("film.mp4", 14, signal.SIGINT, 40, marks=pytest.mark.soak),
        pytest.param("film.mkv", 14, signal.SIGKILL, 30, marks=pytest.mark.soak),
    ],
)
def test_a_stopped_export_goes_on_as_if_nothing_had_been(
    tmp_path: Path, name: str, seconds: int, how: signal.Signals, enough: int
) -> None:
    """The guard and the simulations are lived through again, and only what is missing encoded."""
    out = tmp_path / name
    status, told = stop(out, seconds, how, enough)
    if how == signal.SIGINT:
        assert status == 130 and "what was written plays" in told and "--resume" in told
    kept = export(out, seconds, "--resume")
    assert f"{out}: goes on behind its first" in kept
    whole = out.with_stem("whole")
    export(whole, seconds)
    shown, ours = decode(out)
    expected, theirs = decode(whole)
    assert shown == expected == [Fraction(index, FPS) for index in range(seconds * FPS)]
    assert np.array_equal(ours, theirs)
    assert len(np.unique(ours)) > 20, "there is something to see"
    assert sorted(os.listdir(tmp_path)) == sorted([name, whole.name, "trail.fs"])
