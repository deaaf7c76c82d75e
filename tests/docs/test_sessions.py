"""What the guide to sessions shows is so: its topics, its commands, its few lines of Python."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from empathy_palettes.inlet.session.format import JSON_TOPICS, ROW_TOPICS
from tests.inlet.session.sessions import truth, write

Text = Callable[[str], str]
Blocks = Callable[[str, str], list[str]]


def test_every_topic_is_told_of(text: Text) -> None:
    rows = [line for line in text("sessions.md").split("\n") if line.startswith("| `/empathy/")]
    told = set(re.findall(r"`(/empathy/[a-z-]+)`", "\n".join(rows)))
    assert told == {*JSON_TOPICS, *ROW_TOPICS}


def test_the_plain_reader_reads_the_signals(blocks: Blocks, tmp_path: Path) -> None:
    (code,) = blocks("sessions.md", "python")
    told = truth(2)
    write(tmp_path / "show.mcap", told)
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    (*_, last) = (line.split() for line in ended.stdout.splitlines())
    assert len(ended.stdout.splitlines()) == len(told.signals)
    assert float(last[1]) == told.signals[-1]["valence"]
