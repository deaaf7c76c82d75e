"""Recordings are bounded: the oldest go, and nothing else does."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.config import parse
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.inlet.session.known import Known
from empathy_palettes.inlet.session.part import Part
from empathy_palettes.inlet.session.recorder import Recorder
from empathy_palettes.inlet.session.room import (
    RecordRules,
    free_path,
    is_recording,
    make_room,
    recordings,
)
from tests.inlet.session.recording import FILES, SALT, beginning, play

BALLAST = {**FILES, "0/ballast": bytes(20_000)}


def recorded(folder: Path, name: str, age: int) -> int:
    """Record nothing; return how many bytes that is."""
    path = folder / name
    Part(path, beginning(), BALLAST).finish("ended")
    os.utime(path, (1e9 - age, 1e9 - age))
    return path.stat().st_size + path.with_name(f"{name}.keys").stat().st_size


def names(folder: Path) -> list[str]:
    every = sorted(each.name for each in folder.iterdir())
    return [name for name in every if not name.endswith("-journal")]  # of a table that is open


def test_the_oldest_go_first_with_their_keys(tmp_path: Path) -> None:
    sizes = [recorded(tmp_path, f"{n}.mcap", age) for n, age in enumerate((30, 40, 10, 20))]
    assert [each.path.name for each in recordings(tmp_path)] == [f"{n}.mcap" for n in (1, 0, 3, 2)]
    assert make_room(tmp_path, sum(sizes)) == []
    gone = make_room(tmp_path, sum(sizes) - sizes[0] - 1)
    assert gone == [tmp_path / "1.mcap", tmp_path / "0.mcap"]
    assert names(tmp_path) == ["2.mcap", "2.mcap.keys", "3.mcap", "3.mcap.keys"]


def test_what_is_none_of_ours_stays(tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    recorded(below, "old.mcap", 99)
    recorded(tmp_path, "mine.mcap", 50)
    (tmp_path / "other.mcap").write_bytes(b"\x89MCAP0\r\n" + bytes(100))
    (tmp_path / "film.mp4").write_bytes(b"film")
    (tmp_path / "notes.mcap.txt").write_bytes((tmp_path / "mine.mcap").read_bytes())
    (tmp_path / "link.mcap").symlink_to(below / "old.mcap")
    assert not is_recording(tmp_path / "other.mcap")
    before = names(tmp_path)
    make_room(tmp_path, 0)
    assert set(before) - set(names(tmp_path)) == {"mine.mcap", "mine.mcap.keys"}
    assert names(below) == ["old.mcap", "old.mcap.keys"]


def test_what_is_being_written_stays_and_what_broke_off_goes(tmp_path: Path) -> None:
    part = Part(tmp_path / "now.mcap", beginning(), BALLAST)
    (tmp_path / "left.mcap.part").write_bytes((tmp_path / "now.mcap.part").read_bytes())
    (tmp_path / "left.mcap.keys").touch()
    assert make_room(tmp_path, 0) == [tmp_path / "left.mcap.part"]
    assert names(tmp_path) == ["now.mcap.keys", "now.mcap.part"]
    part.finish("ended")


def test_a_recorder_makes_room_for_itself(tmp_path: Path) -> None:
    recorded(tmp_path, "old.mcap", 10**6)
    rules = RecordRules(least_free_gigabytes=0, hours_per_file=2 / 3600, most_gigabytes=120e3 / 1e9)
    show = Recorder(tmp_path / "new.mcap", beginning(), BALLAST, salt=SALT, rules=rules)
    play(show, range(60 * 20))
    show.close()
    left = names(tmp_path)
    assert "old.mcap" not in left and "new-10.mcap" in left and "new.mcap" not in left
    assert sum(each.size for each in recordings(tmp_path)) < 2 * 120e3


def test_a_free_name_is_found(tmp_path: Path) -> None:
    path = tmp_path / "show.mcap"
    assert free_path(path) == path
    for name, free in (
        ("show.mcap.part", "show-again.mcap"),
        ("show-again.mcap.keys", "show-again2.mcap"),
        ("show-again2.mcap", "show-again3.mcap"),
    ):
        (tmp_path / name).touch()
        assert free_path(path).name == free


@pytest.mark.parametrize(
    ("rules", "word"),
    [
        ({"hours_per_file": 0.0}, "hours_per_file"),
        ({"hours_per_file": 10.0, "keep_hours": 9.0}, "keep_hours"),
        ({"most_gigabytes": -1.0}, "most_gigabytes"),
        ({"folder": ""}, "folder"),
        ({"keep": 3}, "unknown key"),
    ],
)
def test_rules_that_cannot_be_are_told(rules: dict[str, object], word: str) -> None:
    with pytest.raises(ConfigError, match=word):
        parse(rules, RecordRules, "place.toml")


def test_strangers_are_told_once_until_they_leave() -> None:
    """As a set would have it."""
    chance = np.random.default_rng(3)
    known, truth = Known(), set[int]()
    for _ in range(60):
        who = chance.integers(0, 200_000, 500).astype(np.uint32)
        expected = sorted(set(who.tolist()) - truth)
        assert known.strangers(who).tolist() == expected
        truth.update(expected)
        leaving = chance.choice(sorted(truth), 100, replace=False).astype(np.uint32)
        known.lose(leaving)
        truth -= set(leaving.tolist())
        assert len(known) == len(truth)
