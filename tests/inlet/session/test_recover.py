"""A whole session is made of what can be read of a damaged one, which stays as it is."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import numpy as np
import pytest
from mcap.reader import make_reader

from empathy_palettes.core.errors import SessionError
from empathy_palettes.inlet.session.format import END, KEYS
from empathy_palettes.inlet.session.recovering import default_out, recover
from empathy_palettes.inlet.session.session import open_session
from tests.inlet.session.sessions import SHADER, assert_prefix, truth, write


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.stat().st_size
    }


def test_a_session_cut_anywhere_becomes_a_whole_one(tmp_path: Path) -> None:
    told = truth(4)
    source = tmp_path / "whole.mcap"
    write(source, told)
    data = source.read_bytes()
    for place, length in enumerate(np.random.default_rng(0).integers(len(data) // 3, len(data), 8)):
        path = tmp_path / f"cut{place}.mcap"
        path.write_bytes(data[:length])
        (tmp_path / f"cut{place}.mcap{KEYS}").write_bytes(
            (tmp_path / ("whole.mcap" + KEYS)).read_bytes()
        )
        before = digests(tmp_path)
        made = recover(path)
        assert digests(tmp_path).items() >= before.items()
        assert made.path == tmp_path / f"cut{place}-recovered.mcap" and made.keys
        was, session = open_session(path), open_session(made.path)
        seconds = (max((tick.step for tick in was.ticks()), default=0) + 3) // 60
        assert session.whole and session.faults == ()
        assert session.ended == (was.ended or "recovered")
        assert_prefix(session, told, seconds)
        assert made.frames == session.frames and made.seconds == session.seconds
        assert dict(session.files) == {"0/shaders/white.fs": SHADER}


def test_the_library_reads_it_by_its_index(tmp_path: Path) -> None:
    told = truth(3)
    path = tmp_path / "show.mcap.part"
    write(path, told, finished=False)
    made = recover(path)
    with made.path.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        assert summary is not None and summary.statistics is not None
        assert summary.statistics.message_count == len(list(reader.iter_messages()))
        ((_, _, end),) = reader.iter_messages(topics=[END])
        assert b'"recovered"' in end.data


def test_once_more_gives_the_same_bytes(tmp_path: Path) -> None:
    told = truth(4)
    path = tmp_path / "show.mcap"
    write(path, told)
    path.write_bytes(path.read_bytes()[:-2000])
    once = recover(path)
    data = once.path.read_bytes()
    assert recover(path).path.read_bytes() == data  # it is there already
    twice = recover(once.path)
    assert twice.path.name == "show-recovered-recovered.mcap"
    assert twice.path.read_bytes() == data
    assert recover(twice.path, tmp_path / "third.mcap").path.read_bytes() == data
    assert stat.S_IMODE((tmp_path / ("third.mcap" + KEYS)).stat().st_mode) == 0o600


def test_a_whole_one_keeps_its_end(tmp_path: Path) -> None:
    told = truth(2)
    write(tmp_path / "show.mcap", told)
    made = recover(tmp_path / "show.mcap")
    session = open_session(made.path)
    assert session.ended == "ended"
    assert_prefix(session, told, 2)


def test_something_else_is_never_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "show.mcap", truth(2))
    other = default_out(tmp_path / "show.mcap")
    other.write_text("a diary")
    with pytest.raises(SessionError, match="another file"):
        recover(tmp_path / "show.mcap")
    assert other.read_text() == "a diary"
    with pytest.raises(SessionError, match="the file itself"):
        recover(tmp_path / "show.mcap", tmp_path / "show.mcap")
    keys = tmp_path / ("new.mcap" + KEYS)
    keys.write_text("a diary of keys")
    with pytest.raises(SessionError, match="another file"):
        recover(tmp_path / "show.mcap", tmp_path / "new.mcap")
    assert keys.read_text() == "a diary of keys" and not (tmp_path / "new.mcap").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_without_keys_it_is_made_all_the_same(tmp_path: Path) -> None:
    told = truth(2)
    write(tmp_path / "show.mcap", told, keys=False)
    made = recover(tmp_path / "show.mcap")
    assert not made.keys and not (tmp_path / ("show-recovered.mcap" + KEYS)).exists()
    session = open_session(made.path)
    assert list(session.ticks()) == told.ticks
    # What is sealed went along: with the keys it can be read.
    write(tmp_path / "keys.mcap", told)
    assert_prefix(open_session(made.path, keys=tmp_path / ("keys.mcap" + KEYS)), told, 2)


def test_where_there_is_no_room_nothing_is_left(tmp_path: Path) -> None:
    write(tmp_path / "show.mcap", truth(2))
    with pytest.raises(SessionError) as raised:
        recover(tmp_path / "show.mcap", tmp_path / "nowhere" / "show.mcap")
    assert len(raised.value.faults) == 1
    if os.geteuid():
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o500)
        with pytest.raises(SessionError):
            recover(tmp_path / "show.mcap", locked / "show.mcap")


def test_a_later_part_is_recovered_by_itself(tmp_path: Path) -> None:
    told = truth(2, part=2, first=3)
    path = tmp_path / "show-2.mcap.part"
    write(path, told, finished=False)
    session = open_session(recover(path).path)
    assert session.whole
    assert_prefix(session, told, 2)
