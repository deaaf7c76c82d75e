"""A session is read as it was written, by the truth of who wrote it and by `mcap`'s own readers."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mcap.reader import make_reader
from mcap.writer import Writer

from empathy_palettes.core.errors import SessionError
from empathy_palettes.inlet.session.format import KEYS
from empathy_palettes.inlet.session.session import open_session
from tests.inlet.session.sessions import (
    SHADER,
    Recording,
    all_samples,
    assert_prefix,
    beginning,
    read_samples,
    same,
    truth,
    write,
    write_keys,
)


@pytest.mark.parametrize("plain", [False, True])
def test_what_was_written_is_read(tmp_path: Path, plain: bool) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    write(path, told, plain=plain)
    with open_session(path) as session:
        assert_prefix(session, told, 4)
        assert session.whole and session.faults == () and session.ended == "ended"
        assert session.beginning == told.begin
        assert session.steps == told.last and session.seconds == told.last / 60
        assert session.keys and session.erased == 0
        assert session.people == 5 and session.simulated == 3
        assert dict(session.files) == {"0/shaders/white.fs": SHADER}
        assert session.digest == hashlib.sha256(path.read_bytes()).hexdigest()
        (work,) = session.works
        assert (work.step, work.place, work.name, work.title) == (0, 0, "surge", "Surge")


def test_it_is_read_again_as_often_as_wanted_and_from_any_step(tmp_path: Path) -> None:
    told = truth(6)
    path = tmp_path / "show.mcap"
    write(path, told)
    with open_session(path) as session:
        some, others = session.seconds_of(), session.seconds_of()
        for one, other in zip(some, others, strict=True):  # both at once
            assert one.step0 == other.step0 and same(one.samples, other.samples)
        later = list(session.seconds_of(130))
        assert later[0].step0 == 120
        assert same(read_samples(session, 130), all_samples(told, range(120, 360)))
        assert list(session.seconds_of(10_000)) == []


def test_the_library_reads_the_same_messages(tmp_path: Path) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    write(path, told)
    with path.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        signals = [
            json.loads(message.data)
            for _, _, message in reader.iter_messages(topics=["/empathy/signals"])
        ]
    session = open_session(path)
    assert [each["step"] / 60 for each in signals] == session.time.tolist()
    valence = np.array([each["valence"] for each in signals], np.float32)
    assert np.array_equal(valence, session.signals["valence"])


def test_a_signal_that_was_not_told_is_nan(tmp_path: Path) -> None:
    told = truth()
    told.signals[3] = {"step": 18, "resonance": 0.25}
    write(tmp_path / "show.mcap", told)
    session = open_session(tmp_path / "show.mcap")
    assert np.flatnonzero(np.isnan(session.signals["valence"])).tolist() == [3]
    assert np.flatnonzero(~np.isnan(session.signals["resonance"])).tolist() == [3]


def test_a_part_that_is_still_written_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    told = truth()
    path = tmp_path / "show.mcap.part"
    write(path, told, finished=False)
    session = open_session(path)
    assert_prefix(session, told, 4)
    assert not session.whole and session.ended == "" and session.keys
    (fault,) = session.faults
    assert "never finished" in fault.problem
    path.rename(tmp_path / "show.mcap")  # it is finished while it is open
    assert same(read_samples(session), all_samples(told))


def test_whoever_forgets_that_it_is_a_part_is_told(tmp_path: Path) -> None:
    write(tmp_path / "show.mcap.part", truth(1), finished=False)
    with pytest.raises(SessionError, match=r"name show\.mcap\.part"):
        open_session(tmp_path / "show.mcap")


def test_parts_of_one_show_are_one(tmp_path: Path) -> None:
    first, second = truth(3), truth(3, part=2, first=3)
    index, step = first.ticks[-1].index, first.last
    first_after = second.ticks[0]
    for place, tick in enumerate(second.ticks):
        steps = tick.step - step if place == 0 else tick.steps
        second.ticks[place] = type(tick)(index + 1 + place, tick.step, steps)
    assert first_after.step == second.ticks[0].step
    write(tmp_path / "show.mcap", first)
    write(tmp_path / "show-2.mcap", second)
    whole = open_session(tmp_path / "show.mcap")
    assert whole.faults == () and whole.whole and len(whole.parts) == 2
    assert list(whole.ticks()) == first.ticks + second.ticks
    both = np.concatenate([all_samples(first), all_samples(second)])
    assert same(read_samples(whole), both)
    assert same(read_samples(whole, 190), all_samples(second))
    assert len(whole.here) == 0
    alone = open_session(tmp_path / "show-2.mcap")
    assert_prefix(alone, second, 3)
    assert len(alone.here) == 3 and alone.seconds == (second.last - 180) / 60
    assert len(open_session(tmp_path / "show.mcap", parts=False).parts) == 1


def test_a_part_that_does_not_follow_is_told_of(tmp_path: Path) -> None:
    write(tmp_path / "show.mcap", truth(2))
    write(tmp_path / "show-2.mcap", truth(3, part=2, first=3))
    session = open_session(tmp_path / "show.mcap")
    assert len(session.parts) == 1 and not session.whole
    (fault,) = session.faults
    assert "missing" in fault.problem and "show-2.mcap" in fault.file
    assert_prefix(session, truth(2), 2)


def test_another_show_beside_it_is_none_of_its_parts(tmp_path: Path) -> None:
    other = truth(3, part=2, first=3)
    other.begin = beginning(part=2, step=180, series="f" * 32)
    write(tmp_path / "show.mcap", truth(2))
    write(tmp_path / "show-2.mcap", other, keys=False)
    session = open_session(tmp_path / "show.mcap")
    assert session.whole and len(session.parts) == 1


def test_without_keys_signals_and_frames_are_there(tmp_path: Path) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    write(path, told, keys=False)
    session = open_session(path)
    assert list(session.ticks()) == told.ticks and len(session.time) == len(told.signals)
    read = read_samples(session)
    true = all_samples(told)
    assert same(read, true[true["who"] >= 5])  # simulated people are nobody's
    assert not session.keys and session.whole
    (fault,) = session.faults
    assert "missing" in fault.problem and "show.mcap.keys" in fault.fix
    keys = tmp_path / "elsewhere"
    write_keys(keys, told)
    assert same(read_samples(open_session(path, keys=keys)), true)


def test_keys_of_another_session_are_none(tmp_path: Path) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    write(path, told, keys=False)
    other = truth()
    other.begin = beginning(series="f" * 32)
    write_keys(tmp_path / ("show.mcap" + KEYS), other)
    session = open_session(path)
    (fault,) = session.faults
    assert "another session" in fault.problem and not session.keys
    assert (read_samples(session)["who"] >= 5).all() and session.frames == len(told.ticks)


def test_whoever_was_erased_is_not_there(tmp_path: Path) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    write(path, told)
    session = open_session(path)
    with closing(sqlite3.connect(tmp_path / ("show.mcap" + KEYS))) as table, table:
        table.execute("DELETE FROM people WHERE who = 2")
        table.execute("INSERT INTO erased VALUES(2, 0)")
    true = all_samples(told)
    rest = true[true["who"] != 2]
    assert same(read_samples(session), rest)  # though it was open
    again = open_session(path)
    assert again.erased == 1 and again.faults == () and again.whole
    assert same(read_samples(again), rest)


def test_a_key_that_is_gone_is_told_of(tmp_path: Path) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    write(path, told)
    with closing(sqlite3.connect(tmp_path / ("show.mcap" + KEYS))) as table, table:
        table.execute("DELETE FROM people WHERE who IN (1, 3)")
    session = open_session(path)
    (fault,) = session.faults
    assert "2 people" in fault.problem
    true = all_samples(told)
    assert same(read_samples(session), true[~np.isin(true["who"], (1, 3))])


def test_what_is_no_session_is_refused_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "empty.mcap").touch()
    (tmp_path / "text.mcap").write_text("hello\n" * 100)
    with (tmp_path / "foreign.mcap").open("wb") as file:
        writer: Any = Writer(file)
        writer.start("ros2")
        writer.add_message(writer.register_channel("/a", "json", 0), 0, b"{}", 0)
        writer.finish()
    told = truth(1)
    told.begin = beginning(format=2)
    write(tmp_path / "later.mcap", told)
    said = {
        "nowhere.mcap": "No such file",
        ".": "this is a folder",
        "empty.mcap": "not a recorded session",
        "text.mcap": "not a recorded session",
        "foreign.mcap": "not a recorded session",
        "later.mcap": "later version",
    }
    for name, problem in said.items():
        with pytest.raises(SessionError, match=problem) as raised:
            open_session(tmp_path / name)
        (fault,) = raised.value.faults
        assert fault.fix and "\n" not in str(fault)


@pytest.mark.parametrize("name", ["../up", "/etc/passwd", "0//x", "0/../../x", "C:/x", "0\\..\\x"])
def test_a_file_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    told = truth(1)
    (file,) = told.begin.files
    told.begin = beginning(files=(type(file)(name, file.sha256, file.size, True),))
    write(tmp_path / "show.mcap", told)
    with pytest.raises(SessionError):
        open_session(tmp_path / "show.mcap")


def test_a_file_within_that_is_another_is_not_given(tmp_path: Path) -> None:
    told = truth(1)
    (file,) = told.begin.files
    told.begin = beginning(files=(type(file)(file.path, "0" * 64, file.size, True),))
    write(tmp_path / "show.mcap", told)
    session = open_session(tmp_path / "show.mcap")
    with pytest.raises(SessionError, match=r"white\.fs"):
        session.files["0/shaders/white.fs"]


def test_messages_that_a_later_version_adds_are_passed_over(tmp_path: Path) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    with path.open("wb") as file:
        recording = Recording(file, told, plain=False)
        recording.put("/empathy/weather", b"\x00 rain")
        recording.write(True)
    write_keys(tmp_path / ("show.mcap" + KEYS), told)
    assert_prefix(open_session(path), told, 4)


KILLED = """
import os, signal, sqlite3, sys
table = sqlite3.connect(sys.argv[1], isolation_level=None)
table.execute("PRAGMA journal_mode=TRUNCATE")
table.execute("PRAGMA cache_size=1")  # so that what is not committed is in the file already
table.execute("BEGIN IMMEDIATE")
table.execute("DELETE FROM people")
rows = [(who, 1, bytes(16), bytes(32)) for who in range(20_000)]
table.executemany("INSERT INTO people VALUES(?, ?, ?, ?)", rows)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_keys_whose_writer_was_killed_are_those_of_before(tmp_path: Path) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    write(path, told)
    keys = tmp_path / ("show.mcap" + KEYS)
    before = keys.read_bytes()
    subprocess.run([sys.executable, "-c", KILLED, str(keys)], check=False, timeout=60)
    assert keys.read_bytes() != before  # it was killed in the middle
    session = open_session(path)
    assert session.faults == ()
    assert same(read_samples(session), all_samples(told))
