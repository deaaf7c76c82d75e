"""A live show of real senders, recorded, and rendered again: the live run's own hashes."""

from __future__ import annotations

import shutil
import subprocess
import sys
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
