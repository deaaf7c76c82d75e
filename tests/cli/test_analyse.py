"""`analyse` as a person meets it: what it prints, draws and exits with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

SIZE = (320, 180)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`calm.mp4` and `strobe.mp4`, two seconds of H.264 each."""
    folder = tmp_path_factory.mktemp("films")
    x = np.arange(SIZE[0])
    for name, hz in (("calm", 0.5), ("strobe", 5.0)):
        with av.open(str(folder / f"{name}.mp4"), "w") as container:
            stream: Any = container.add_stream("libx264", rate=30, options={"preset": "veryfast"})
            stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
            for number in range(60):
                row = 70 + 60 * np.sin(x / 90 + number / 30)
                if int(2 * hz * number / 30) % 2:
                    row = row + 60
                pixels = np.broadcast_to(row[None, :, None], (SIZE[1], SIZE[0], 3))
                frame = av.VideoFrame.from_ndarray(
                    np.ascontiguousarray(pixels.astype(np.uint8)), "rgb24"
                )
                frame.pts, frame.time_base = number, Fraction(1, 30)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return folder


def analyse(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "empathy_palettes", "analyse", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "SDL_VIDEODRIVER": "dummy"},
    )


def test_a_calm_film_passes(films: Path) -> None:
    done = analyse(films, "calm.mp4")
    assert (done.returncode, done.stderr) == (0, "")
    *kinds, verdict = done.stdout.splitlines()[1:]
    assert len(kinds) == 4 and all(line.endswith(": pass") for line in kinds)
    assert verdict.startswith("pass: ")


def test_a_strobe_fails_and_is_drawn(films: Path, tmp_path: Path) -> None:
    plot, picture = tmp_path / "course.png", tmp_path / "worst.png"
    done = analyse(films, "strobe.mp4", "--json", "--plot", str(plot), "--picture", str(picture))
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)
    assert found["kinds"]["general"]["flashes"] == 5.0 and not found["passed"]
    with Image.open(plot) as image:
        assert image.size == (1280, 720) and image.info["Comment"] == "FAIL: general"
    with Image.open(picture) as image:
        assert image.size == (SIZE[0], SIZE[1] + 20) and image.info["Title"].startswith(
            "strobe.mp4 at 0:0"
        )


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (["none.mp4"], "none.mp4: no such file", 1),
        ([os.devnull], "no film that can be read", 1),
        (["."], ".: no film that can be read: this is a folder: name a film: MP4", 1),
        (["empty.mp4"], "no film that can be read: the file is empty: name a film: MP4", 1),
        (["notes.mp4"], "no film that can be read: it is something else, or damaged: name", 1),
        (["calm.mp4", "--plot", "a.jpg"], "a.jpg: --plot: a PNG is written: name it a.png", 1),
        (["calm.mp4", "--picture", "a.jpg"], "a.jpg: --picture: a PNG is written", 1),
        (["calm.mp4", "--plot", "no/a.jpg"], "no/a.jpg: --plot: no such folder", 1),
        (["calm.mp4", "--picture", "no/a.png"], "mkdir no", 1),
        (["calm.mp4", "--distance", "2"], "width: the other half", 1),
        (["calm.mp4", "--window", "0.001"], "too small to be judged", 1),
        (["calm.mp4", "--peak-nits", "0"], "peak-nits", 2),
        ([], "analyse [OPTIONS]", 2),
    ],
)
def test_faults_are_told_in_a_line(films: Path, words: list[str], told: str, code: int) -> None:
    (films / "empty.mp4").write_bytes(b"")
    (films / "notes.mp4").write_text("later\n")
    done = analyse(films, *words)
    assert done.returncode == code and told in done.stderr and done.stdout == ""
    assert "Traceback" not in done.stderr
    if code == 1:
        assert len(done.stderr.splitlines()) == 1
