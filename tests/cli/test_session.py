"""`empathy session` as a program: what it prints, writes and returns."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from empathy_palettes.cli.app import app
from empathy_palettes.inlet.session.format import KEYS
from tests.inlet.session.sessions import truth, write


def session(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "empathy_palettes", "session", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
    )


def test_a_damaged_session_from_first_look_to_last(tmp_path: Path) -> None:
    path = tmp_path / "show.mcap"
    write(path, truth(4))
    whole = session(tmp_path, "verify", "show.mcap")
    assert whole.returncode == 0 and whole.stdout == "" and "nothing wrong" in whole.stderr
    path.write_bytes(path.read_bytes()[:-4000])
    found = session(tmp_path, "verify", "show.mcap")
    assert found.returncode == 1
    (line,) = found.stdout.splitlines()
    assert line.startswith("show.mcap: after ") and "cut off" in line
    told = session(tmp_path, "info", "show.mcap", "--json")
    assert told.returncode == 0, told.stderr
    notes = json.loads(told.stdout)
    assert notes["faults"] == [line] and not notes["whole"] and notes["people"] == 5
    made = session(tmp_path, "recover", "show.mcap")
    assert made.returncode == 0 and made.stdout == "show-recovered.mcap\n"
    assert session(tmp_path, "verify", "show-recovered.mcap").returncode == 0
    for_people = session(tmp_path, "info", "show-recovered.mcap").stdout
    assert "5 people, 3 simulated" in for_people and "recovered" in for_people


def test_somebody_is_erased(tmp_path: Path) -> None:
    write(tmp_path / "show.mcap", truth(2))
    keys = (tmp_path / ("show.mcap" + KEYS)).read_bytes()
    asked = session(tmp_path, "erase", "show.mcap", "--who", "anna")
    assert asked.returncode == 1 and "add --yes" in asked.stderr
    assert (tmp_path / ("show.mcap" + KEYS)).read_bytes() == keys
    done = session(tmp_path, "erase", "show.mcap", "--who", "anna", "--yes")
    assert done.returncode == 0 and "1 key deleted" in done.stderr
    told = json.loads(session(tmp_path, "info", "show.mcap", "--json").stdout)
    assert told["erased"] == 1 and told["faults"] == []
    nobody = session(tmp_path, "erase", "show.mcap", "--who", "anna", "--yes")
    assert nobody.returncode == 1 and "nobody" in nobody.stderr


def test_what_cannot_be_done_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "text.mcap").write_text("hello")
    for arguments, said in {
        ("info", "nowhere.mcap"): "nowhere.mcap: No such file",
        ("verify", "text.mcap"): "not a recorded session",
        ("recover", "text.mcap"): "not a recorded session",
        ("recover", "text.mcap", "--out", "a.mp4"): "a session is written",
        ("erase", "text.mcap"): "--who NAME",
    }.items():
        ended = session(tmp_path, *arguments)
        assert ended.returncode == 1 and said in ended.stderr, ended.stderr
        assert len(ended.stderr.splitlines()) == 1 and ended.stdout == ""


def test_what_cannot_be_shown_exactly_is_refused_before_anything_is_opened() -> None:
    """With --hashes a session is drawn from its first frame to its last."""
    line = ("run", "--session", "show.mcap", "--headless", "--hashes", "h.txt")
    for words in (("--from", "1"), ("--speed", "2"), ("--loop",), ("--seconds", "1")):
        with pytest.raises(typer.BadParameter, match="leave out --from, --speed, --loop"):
            app([*line, *words], standalone_mode=False)
