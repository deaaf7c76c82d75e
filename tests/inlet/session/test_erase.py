"""Whoever is erased is gone from a session and all its copies, for good."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from empathy_palettes.core.errors import SessionError
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.session.erasing import erase, find, names_of
from empathy_palettes.inlet.session.format import KEYS
from empathy_palettes.inlet.session.recovering import recover
from empathy_palettes.inlet.session.session import open_session
from empathy_palettes.inlet.wire.datagrams import host_bytes
from tests.inlet.session.sessions import NAMES, all_samples, read_samples, same, truth, write


@pytest.mark.parametrize("who", range(5))
def test_whoever_is_erased_by_name_is_gone(tmp_path: Path, who: int) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    write(path, told)
    table = tmp_path / ("show.mcap" + KEYS)
    assert told.keys[who] in table.read_bytes()
    data = path.read_bytes()
    (found,) = find([path], NAMES[who])
    assert found.numbers == found.held == (who,)
    assert erase([found]) == 1
    assert path.read_bytes() == data
    assert told.keys[who] not in table.read_bytes()  # not even where nobody looks
    session = open_session(path)
    true = all_samples(told)
    assert same(read_samples(session), true[true["who"] != who])
    assert session.erased == 1 and session.faults == ()
    assert find([path], NAMES[who]) == []  # the name is not known any more either
    (again,) = find([path], number=who)
    assert again.held == ()


def test_in_copies_and_in_what_was_recovered(tmp_path: Path) -> None:
    told = truth()
    path = tmp_path / "show.mcap"
    write(path, told)
    recovered = recover(path).path
    shutil.copy(path, tmp_path / "copy.mcap")
    assert erase(find([path], "cleo")) == 2
    rest = all_samples(told)
    rest = rest[rest["who"] != 2]
    assert same(read_samples(open_session(recovered)), rest)
    keys = tmp_path / ("show.mcap" + KEYS)
    assert same(read_samples(open_session(tmp_path / "copy.mcap", keys=keys)), rest)


def test_another_show_in_the_same_folder_is_left_alone(tmp_path: Path) -> None:
    told, other = truth(), truth(seed=1)
    other.begin = type(other.begin).from_plain({**other.begin.plain(), "series": "f" * 32})
    write(tmp_path / "show.mcap", told)
    write(tmp_path / "other.mcap", other)
    found = find([tmp_path / "show.mcap"], number=2)
    assert [each.table.name for each in found] == ["show.mcap" + KEYS]
    assert len(find([tmp_path / "show.mcap", tmp_path / "other.mcap"], "anna")) == 2


def test_somebody_who_came_again_under_another_key_is_found_twice(tmp_path: Path) -> None:
    write(tmp_path / "show.mcap", truth())
    salt = b"another 16 bytes"
    first, second = Naming(salt).digest(b"anna", Space.SENDER)
    name = first.to_bytes(8, "little") + second.to_bytes(8, "little")
    with closing(sqlite3.connect(tmp_path / ("show.mcap" + KEYS))) as table, table:
        table.execute("INSERT INTO salts VALUES(2, ?)", (salt,))
        table.execute("INSERT INTO people VALUES(77, 2, ?, ?)", (name, bytes(32)))
    (found,) = find([tmp_path / "show.mcap"], "anna")
    assert found.held == (0, 77)


def test_names_in_every_space_a_name_can_have() -> None:
    assert names_of("anna") == ((Space.SENDER, b"anna"),)
    assert names_of("hand") == ((Space.SENDER, b"hand"), (Space.HAND, b"hand"))
    machine = host_bytes("192.168.1.20")
    device = b"emotibit\x000\x00" + machine
    assert names_of("emotibit/0@192.168.1.20") == ((Space.ADAPTED, device),)
    own = b"muse-direct\x00\x00" + host_bytes("127.0.0.1")
    assert names_of("muse-direct/") == ((Space.ADAPTED, own),)
    for wrong in ("", "a" * 300, "emotibit/0@nowhere"):
        with pytest.raises(SessionError):
            names_of(wrong)


def test_nobody_is_found_where_nobody_is(tmp_path: Path) -> None:
    write(tmp_path / "show.mcap", truth())
    assert find([tmp_path / "show.mcap"], "zoe") == []
    assert find([tmp_path / "show.mcap"], number=999) == []
    (tmp_path / ("show.mcap" + KEYS)).unlink()
    with pytest.raises(SessionError, match="missing"):
        find([tmp_path / "show.mcap"], "anna")
