"""A live show of real senders, recorded, and rendered again: the live run's own hashes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.outlet.hashes import Hashed, first_difference, read_hashes

pytestmark = pytest.mark.gl

EMPATHY = [sys.executable, "-m", "empathy_palettes"]
EXPORT = ("export", "--fps", "recorded", "--out", "again.mp4")
RUN = ("run", "--headless")
PLACE = """
title = "A wall"
playlist = [{{ preset = "surge", seconds = 5 }}, {{ preset = "palette", seconds = 5 }}]
inlet = [{{ port = {port} }}]
[transition]
seconds = 1
[[display]]
size = [96, 54]
[consent]
mode = "attested"
statement = "a test"
"""


def empathy(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*EMPATHY, *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done


def perform(folder: Path, port: int, people: int, seconds: int) -> list[Hashed]:
    """Run a show that `people` speak to over UDP; return its frames."""
    (folder / "place.toml").write_text(PLACE.format(port=port))
    words = ["simulate", "--people", people, "--to", f"127.0.0.1:{port}"]
    with subprocess.Popen([*EMPATHY, *map(str, words)], stderr=subprocess.DEVNULL) as sender:
        kept = ("--record", "show.mcap", "--hashes", "live.txt")
        empathy(folder, "run", "place.toml", "--headless", "--seconds", seconds, *kept)
        sender.terminate()
    return list(read_hashes(folder / "live.txt").frames)


@pytest.mark.parametrize(
    ("people", "seconds", "ways"),
    [
        (80, 3, [EXPORT]),
        pytest.param(1000, 20, [EXPORT, RUN, EXPORT, RUN], marks=pytest.mark.soak),
    ],
)
def test_the_live_hashes_come_again(
    tmp_path: Path, free_port: int, people: int, seconds: int, ways: list[tuple[str, ...]]
) -> None:
    live = perform(tmp_path, free_port, people, seconds)
    assert len(live) > 5 * seconds
    assert len({frame.digest for frame in live}) > 0.8 * len(live)
    for words in ways:
        empathy(tmp_path, *words, "--session", "show.mcap", "--hashes", "again.txt")
        assert not first_difference(tmp_path / "live.txt", tmp_path / "again.txt")
        assert list(read_hashes(tmp_path / "again.txt").frames) == live


@pytest.mark.soak
def test_what_is_recovered_of_a_cut_copy_has_the_live_hashes(
    tmp_path: Path, free_port: int
) -> None:
    """Cut at any byte: they are the same up to the cut."""
    live = perform(tmp_path, free_port, 200, 10)
    data = (tmp_path / "show.mcap").read_bytes()
    cut = int(np.random.default_rng().integers(len(data) // 2, len(data)))
    (tmp_path / "cut.mcap").write_bytes(data[:cut])
    shutil.copy(tmp_path / "show.mcap.keys", tmp_path / "cut.mcap.keys")
    empathy(tmp_path, "session", "recover", "cut.mcap")
    words = ("--session", "cut-recovered.mcap", "--hashes", "cut.txt")
    empathy(tmp_path, *RUN, *words)
    again = list(read_hashes(tmp_path / "cut.txt").frames)
    print(f"cut at byte {cut} of {len(data)}: {len(again)} of {len(live)} frames")
    assert again == live[: len(again)]
    assert len(live) > len(again) > len(live) // 4


@pytest.mark.soak
def test_a_show_that_is_killed_and_begins_again_is_in_two_recordings(
    tmp_path: Path, free_port: int
) -> None:
    """Both have the live hashes, which are in two files as well."""
    (tmp_path / "place.toml").write_text(PLACE.format(port=free_port))
    people = [*EMPATHY, "simulate", "--people", "60", "--to", f"127.0.0.1:{free_port}"]
    kept = ("--record", "my show.mcap", "--hashes", "live.txt")
    show = [*EMPATHY, "run", "place.toml", "--headless", "--seconds", "30", *kept]
    with (
        subprocess.Popen(people, stderr=subprocess.DEVNULL) as sender,
        subprocess.Popen(show, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as parent,
    ):
        part = tmp_path / "live.txt.part"
        while not part.exists() or part.stat().st_size < 4000:
            assert parent.poll() is None
            time.sleep(0.05)
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text()
        os.kill(int(children.split()[0]), signal.SIGKILL)
        _, told = parent.communicate(timeout=120)
        sender.terminate()
    assert "recording: my show-again.mcap" in told and parent.returncode == 0
    for name, live in (("my show.mcap.part", "live.txt.part"), ("my show-again.mcap", "")):
        empathy(tmp_path, *RUN, "--session", name, "--hashes", "again.txt")
        again = (tmp_path / "again.txt").read_text()
        was = (tmp_path / (live or "live-again.txt")).read_text()
        assert was.startswith(again) and (live or was == again)
        assert again.count("\n") > 20
