"""What is told of a session: everything that is wrong, and nothing that is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from empathy_palettes.inlet.session.format import KEYS
from empathy_palettes.inlet.session.notes import clock, faults_of, lines, notes
from empathy_palettes.inlet.session.session import open_session
from tests.inlet.session.sessions import SHADER, beginning, truth, write


def test_nothing_is_wrong_with_a_whole_one(tmp_path: Path) -> None:
    write(tmp_path / "show.mcap", truth())
    assert faults_of(open_session(tmp_path / "show.mcap")) == []


def test_a_file_within_that_was_changed_is_told_of_once(tmp_path: Path) -> None:
    path = tmp_path / "show.mcap"
    write(path, truth())
    path.write_bytes(path.read_bytes().replace(SHADER, SHADER.replace(b"1.0", b"0.0")))
    session = open_session(path)
    told = [str(fault) for fault in faults_of(session)]
    assert len([line for line in told if "white.fs" in line]) == 1
    other = truth()
    (file,) = other.begin.files
    other.begin = beginning(files=(type(file)(file.path, "0" * 64, file.size, True),))
    write(tmp_path / "other.mcap", other)
    (fault,) = faults_of(open_session(tmp_path / "other.mcap"))
    assert "not as it was recorded" in fault.problem


def test_words_that_have_expired_are_no_fault(tmp_path: Path) -> None:
    write(tmp_path / "show.mcap", truth())
    with closing(sqlite3.connect(tmp_path / ("show.mcap" + KEYS))) as table, table:
        table.execute("DELETE FROM people")
        table.execute("INSERT INTO about VALUES('purged', '1')")
    session = open_session(tmp_path / "show.mcap")
    assert faults_of(session) == [] and session.whole
    (fault,) = session.faults
    assert session.expired == (fault,) and "the time is over" in fault.problem
    said = notes(session)
    assert not session.keys and said["keys_hours_left"] is None
    assert "keys      none" in "\n".join(lines(said))


def test_notes_say_what_is_there(tmp_path: Path) -> None:
    told = truth(65)
    path = tmp_path / "show.mcap"
    write(path, told)
    with closing(sqlite3.connect(tmp_path / ("show.mcap" + KEYS))) as table, table:
        about = [("keep_hours", "72.0"), ("age", "7200.0")]
        table.executemany("INSERT INTO about VALUES(?, ?)", about)
    session = open_session(path)
    said = notes(session, ["0/shaders/white.fs"])
    assert said["frames"] == len(told.ticks) and said["people"] == 5 and said["simulated"] == 3
    assert said["keys_hours_left"] == 70 and said["whole"] and said["faults"] == []
    assert said["works"] == [{"seconds": 0.0, "name": "surge", "title": "Surge"}]
    text = "\n".join(lines(said))
    assert "begun 2026-01-31 23:59:59" in text and "70 more hours" in text
    assert f"length    {clock(told.last / 60)}, {len(told.ticks):,} frames" in text
    assert "1 file; changed since: 0/shaders/white.fs" in text


def test_times_are_read_at_a_glance() -> None:
    told = {
        0.0: "0:00.0",
        59.96: "1:00.0",
        83.25: "1:23.2",
        3600.0: "1:00:00.0",
        7384.5: "2:03:04.5",
    }
    assert {seconds: clock(seconds) for seconds in told} == told
