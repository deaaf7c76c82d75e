"""How the parent of a show ends: by its time, when asked, and whatever the show does then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from empathy_palettes.show.supervisor import Ended
from tests.show.watched import Watched, kill_self

Watch = Callable[..., Watched]


@pytest.fixture
def watched(tmp_path: Path) -> Watch:
    return lambda lines, **how: Watched(tmp_path, lines, **how)


def test_its_seconds_are_those_of_all_shows_together(watched: Watch) -> None:
    show = watched("shown(opening['until'] or time.monotonic() + 0.3)\ndie()", shortest_pause=0.1)
    begun = time.monotonic()
    ended = show.run()
    assert time.monotonic() - begun < 2
    assert ended.status == 0 and ended.restarts >= 1
    assert len({start["until"] for start in show.starts[1:]}) == 1


def test_what_was_last_reported_is_there_where_the_show_is_not(watched: Watch) -> None:
    lines = 'shown(time.monotonic() + 0.1)\nsay(report={"frames": 7})\ndie()'
    assert watched(lines, shortest_pause=5).run() == Ended(0, {"frames": 7}, 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_the_show_end_by_itself(watched: Watch, number: int) -> None:
    show = watched('shown()\nuntil_asked()\nsay(report={"frames": 3}, over=True)')
    before = signal.getsignal(number)
    kill_self(number, show)
    assert show.run() == Ended(0, {"frames": 3}, 0)
    assert signal.getsignal(number) == before


def test_a_signal_ends_a_pause(watched: Watch) -> None:
    show = watched('shown()\nsay(report={"frames": 3})\ndie()', shortest_pause=20)
    kill_self(signal.SIGTERM, show)
    assert show.run() == Ended(0, {"frames": 3}, 1)


def test_a_signal_before_the_first_picture_stops(watched: Watch) -> None:
    show = watched("until_asked()\nsys.exit(130)")
    kill_self(signal.SIGTERM, show)
    with pytest.raises(KeyboardInterrupt):
        show.run()


@pytest.mark.parametrize("signals", [1, 2])
def test_a_show_that_does_not_end_is_ended(watched: Watch, signals: int) -> None:
    grace = 0.2 if signals == 1 else 60
    show = watched("shown()\nwhile True: time.sleep(1)", grace=grace)
    for turn in range(signals):
        kill_self(signal.SIGTERM, show, 0.15 + 0.15 * turn)
    begun = time.monotonic()
    assert show.run() == Ended(0, {}, 0)
    assert time.monotonic() - begun < 10


def test_a_show_that_is_over_has_its_grace_to_close(watched: Watch) -> None:
    """And whatever becomes of it then, it is over."""
    lines = 'shown()\nsay(report={"frames": 2}, over=True)\n'
    for closing in ("die()", "while True: time.sleep(1)"):
        begun = time.monotonic()
        assert watched(lines + closing, grace=0.2).run() == Ended(0, {"frames": 2}, 0)
        assert time.monotonic() - begun < 10


def test_one_that_the_system_does_not_end_is_left_behind(
    watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a process that waits within a driver: it can neither be ended nor waited for."""
    left: list[subprocess.Popen[bytes]] = []
    kill = subprocess.Popen.kill
    monkeypatch.setattr(subprocess.Popen, "kill", lambda process: left.append(process))
    show = watched("shown()\nwhile True: time.sleep(1)", grace=60, killed=0.3)
    for turn in range(2):
        kill_self(signal.SIGINT, show, 0.15 + 0.15 * turn)
    begun = time.monotonic()
    try:
        assert show.run() == Ended(0, {}, 0)
    finally:
        kill(left[0])
        left[0].wait()
    assert time.monotonic() - begun < 10
    (line,) = show.told
    assert str(left[0].pid) in line and "does not end" in line


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_nothing_stops_the_parent_of_a_show_that_goes_on(watched: Watch) -> None:
    stopped: list[int] = []
    before = signal.signal(signal.SIGTSTP, lambda number, _: stopped.append(number))
    try:
        show = watched("shown()\nos.kill(os.getppid(), signal.SIGTSTP)\nsay(over=True)")
        assert show.run().restarts == 0
        assert stopped == []
        os.kill(os.getpid(), signal.SIGTSTP)
        assert stopped == [signal.SIGTSTP]  # it is as it was
    finally:
        signal.signal(signal.SIGTSTP, before)
