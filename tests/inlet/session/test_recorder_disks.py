"""A recorder never waits for a disk that is slow, full, or not there."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.errors import MachineError
from empathy_palettes.inlet.session.format import PART
from empathy_palettes.inlet.session.recorder import MOST_SECONDS, Recorder
from empathy_palettes.inlet.session.room import RecordRules
from empathy_palettes.inlet.session.session import open_session
from tests.inlet.session.recording import (
    FILES,
    PLENTY,
    SALT,
    beginning,
    last_said,
    play,
    said_at,
    same,
    samples_of,
    until_written,
)

TWO_SECONDS = PLENTY.model_copy(update={"hours_per_file": 2 / 3600})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "show.mcap"


def test_one_who_is_patient_starts_without_a_file(path: Path) -> None:
    path.touch()
    show = Recorder(path, beginning(), FILES, salt=SALT, rules=PLENTY, insist=False)
    assert not show.recording
    [line] = show.news()
    assert line.startswith("not recorded yet: ") and line.endswith("; it is tried again")
    play(show, range(60 * 12))
    show.close()
    later = path.with_name("show-at-10s.mcap")
    assert show.news() == [f"recording goes on in {later}"]
    with open_session(later) as session:
        assert session.beginning.step == 600 and session.beginning.part == 1
        assert session.beginning.series != beginning().series
        assert len(session.here) == len(last_said(range(600)))
    assert path.read_bytes() == b""


class Slow:
    """A disk that does not answer while it is told not to."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.answers.set()

    def __call__(self, _: int) -> None:
        self.answers.wait()


@pytest.fixture
def slow() -> Iterator[Slow]:
    disk = Slow()
    yield disk
    disk.answers.set()


def test_a_slow_disk_never_slows_the_show(path: Path, slow: Slow) -> None:
    show = Recorder(path, beginning(), FILES, salt=SALT, rules=PLENTY, sync=slow)
    play(show, range(0, 180))
    until_written(show)
    slow.answers.clear()
    begun = time.monotonic()
    play(show, range(180, 60 * 40), withdrawn={2000: [4]}, gone={2100: [14]})
    assert time.monotonic() - begun < 30  # where it waited, it would wait for ever
    assert show.waiting == MOST_SECONDS
    [line] = show.news()
    assert line.startswith("recording stops: the disk is slower than the show")
    slow.answers.set()
    until_written(show)
    play(show, range(60 * 40, 60 * 60), lambda step: said_at(step, 2, 3))
    show.close()
    assert show.news() == [f"recording goes on in {path.with_name('show-at-49s.mcap')}"]
    with open_session(path) as session:
        assert session.faults == () and session.whole
        read = samples_of(session)
        until = 60 * (2 + MOST_SECONDS)
        assert sorted(read) == list(range(until))
        assert all(
            same(read[step], (said := said_at(step))[said["who"] != 4]) for step in range(until)
        )
        assert session.ended == "the disk was slower than the show"
    with open_session(path.with_name("show-at-49s.mcap")) as later:
        assert later.faults == () and later.whole
        expected = last_said(range(60 * 40))
        here = set(later.here["who"].tolist())
        said_since = set(range(3))
        assert here - said_since == set(expected) - said_since - {4, 14}
        for row in later.here:
            if int(row["who"]) not in said_since and int(row["who"]) not in (4, 14):
                assert np.array_equal(
                    float(row["valence"]), expected[int(row["who"])]["valence"], equal_nan=True
                )
        assert sorted(samples_of(later)) == list(range(60 * 49, 60 * 60))


def test_of_a_disk_that_is_nearly_full_nothing_is_taken(path: Path) -> None:
    rules = RecordRules(least_free_gigabytes=1e9)
    with pytest.raises(MachineError, match=r"nearly full.*\[record\] least_free_gigabytes"):
        Recorder(path, beginning(), FILES, salt=SALT, rules=rules)
    assert list(path.parent.iterdir()) == []


def test_a_disk_that_is_nearly_full_stops_the_recording_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = Recorder(path, beginning(), FILES, salt=SALT, rules=RecordRules(least_free_gigabytes=1))
    monkeypatch.setattr("empathy_palettes.inlet.session.keeper.free_bytes", lambda folder: 10**8)
    play(show, range(60 * 15))
    show.close()
    [line] = show.news()
    assert "nearly full" in line and str(path) in line and "least_free_gigabytes = 1" in line
    assert [each.name for each in sorted(path.parent.iterdir())] == ["show.mcap", "show.mcap.keys"]
    with open_session(path) as session:
        assert session.whole and session.faults == () and session.ended == "disk nearly full"


def test_a_disk_that_does_not_answer_at_the_end_is_not_waited_for_long(
    path: Path, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("empathy_palettes.inlet.session.recorder._CLOSING", 0.2)
    show = Recorder(path, beginning(), FILES, salt=SALT, rules=PLENTY, sync=slow)
    slow.answers.clear()
    play(show, range(70))
    begun = time.monotonic()
    show.close()
    assert time.monotonic() - begun < 3
    [line] = show.news()
    assert f"{path}{PART}" in line
    show.close()
    assert show.news() == []
