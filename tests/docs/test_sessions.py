"""What the guide to sessions shows is so: its topics, its commands, its few lines of Python."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.inlet.session.format import JSON_TOPICS, ROW_TOPICS
from tests.inlet.session.sessions import truth, write
from tests.show.replays import live, place, uneven

Text = Callable[[str], str]
Blocks = Callable[[str, str], list[str]]


def test_every_topic_is_told_of(text: Text) -> None:
    rows = [line for line in text("sessions.md").split("\n") if line.startswith("| `/empathy/")]
    told = set(re.findall(r"`(/empathy/[a-z-]+)`", "\n".join(rows)))
    assert told == {*JSON_TOPICS, *ROW_TOPICS}


@pytest.mark.gl
def test_the_lines_for_a_notebook_run(
    blocks: Blocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _ = blocks("sessions.md", "python")
    monkeypatch.chdir(tmp_path)
    live(place("palette", people=9), Assets.discover(), Path("tonight.mcap"), uneven(4))
    code = code.replace("95.0", "0.1, size=(64, 36)")
    names: dict[str, object] = {}
    *lines, last = code.splitlines()
    exec("\n".join(lines), names)
    assert eval(last, names).shape == (36, 64, 4)


def test_the_plain_reader_reads_the_signals(blocks: Blocks, tmp_path: Path) -> None:
    _, code = blocks("sessions.md", "python")
    told = truth(2)
    write(tmp_path / "show.mcap", told)
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    (*_, last) = (line.split() for line in ended.stdout.splitlines())
    assert len(ended.stdout.splitlines()) == len(told.signals)
    assert float(last[1]) == told.signals[-1]["valence"]
