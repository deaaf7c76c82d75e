"""The log of a show: what it keeps, and that a disk without room ends the log only."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import moderngl
import numpy as np
import pytest

from empathy_palettes.core.clock import Tick
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.log import Log, add_lines, default_log_path
from empathy_palettes.render.frame import Frame

FULL = Path("/dev/full")
CONTEXT = OutletContext((4, 2), reproduce="empathy run tidal")

Say = Callable[..., None]


@pytest.fixture
def say(gl: moderngl.Context) -> Say:
    """`say(log, step, "a line", …)` presents a frame with these notices."""
    framebuffer = gl.simple_framebuffer((4, 2))
    palette = np.zeros((1, 3), np.float32)

    def say(log: Log, step: int, *lines: str) -> None:
        log.present(Frame(framebuffer, (4, 2), palette, {}, lines), Tick(step, step, 0))

    return say


@pytest.mark.gl
def test_a_line_is_written_when_it_is_new(tmp_path: Path, say: Say) -> None:
    echo = io.StringIO()
    log = Log(tmp_path / "state" / "show.log", echo)
    log.open(CONTEXT)
    say(log, 0, "one")
    say(log, 1, "one", "two")  # too soon after the last
    say(log, 600, "one", "two")
    say(log, 601, "one", "two")
    log.close()
    lines = log.path.read_text().splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == ["start: empathy run tidal", "one", "two"]
    assert echo.getvalue() == "one\ntwo\n"


@pytest.mark.gl
def test_an_end_is_written_and_a_start_that_is_not_the_first(tmp_path: Path, say: Say) -> None:
    echo = io.StringIO()
    for again in (False, True):
        log = Log(tmp_path / "show.log", echo, again=again)
        log.open(CONTEXT)
        say(log, 0, "one")
        log.end("end: 7 frames")
        log.close()
    lines = log.path.read_text().splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == [
        *("start: empathy run tidal", "one", "end: 7 frames"),
        *("start again: empathy run tidal", "one", "end: 7 frames"),
    ]
    assert echo.getvalue() == "one\none\n"


@pytest.mark.gl
def test_what_is_still_to_tell_when_the_show_ends_is_written_once(tmp_path: Path, say: Say) -> None:
    echo = io.StringIO()
    log = Log(tmp_path / "show.log", echo)
    log.open(CONTEXT)
    say(log, 0, "one")
    log.note("[[send]] to a:1: nobody listens there")
    say(log, 200, "one", "two")
    say(log, 360, "one", "two", "three")
    assert "two" not in echo.getvalue()
    log.close()
    log.close()
    assert echo.getvalue().splitlines() == [
        "one",
        "[[send]] to a:1: nobody listens there",
        "two",
        "three",
    ]
    assert log.path.read_text().count("three") == 1


@pytest.mark.gl
def test_what_is_no_text_is_written_all_the_same(tmp_path: Path, say: Say) -> None:
    log = Log(tmp_path / "show.log")
    log.open(CONTEXT)
    say(log, 0, "no preset 'a\udc80'")
    log.close()
    assert r"no preset 'a\udc80'" in log.path.read_text()


def test_a_folder_that_cannot_be_made_is_told_and_the_show_goes_on(
    tmp_path: Path, say: Say
) -> None:
    (tmp_path / "file").write_text("")
    echo = io.StringIO()
    log = Log(tmp_path / "file" / "show.log", echo)
    log.open(CONTEXT)
    say(log, 0, "one")
    log.close()
    told, line = echo.getvalue().splitlines()
    assert "the log cannot be written: " in told and "XDG_STATE_HOME" in told
    assert line == "one"


@pytest.mark.gl
@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_a_full_disk_ends_the_log_and_says_so_once(
    say: Say, capfd: pytest.CaptureFixture[str]
) -> None:
    echo = io.StringIO()
    log = Log(FULL, echo)
    log.open(CONTEXT)
    say(log, 0, "one")
    say(log, 600, "two")
    log.close()
    log.close()
    assert echo.getvalue() == "the log stopped: No space left on device\none\ntwo\n"
    assert capfd.readouterr() == ("", "")


@pytest.mark.gl
def test_a_terminal_that_is_gone_takes_nothing_along(
    tmp_path: Path, say: Say, capfd: pytest.CaptureFixture[str]
) -> None:
    echo = io.StringIO()
    log = Log(tmp_path / "show.log", echo)
    log.open(CONTEXT)
    echo.close()
    say(log, 0, "one")
    log.close()
    assert "one" in log.path.read_text()
    assert capfd.readouterr() == ("", "")


def test_the_log_lies_with_the_state_of_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    assert default_log_path() == Path("state/empathy-palettes/show.log")


@pytest.mark.gl
def test_lines_can_be_added_when_the_show_is_over(tmp_path: Path, say: Say) -> None:
    log = Log(tmp_path / "state" / "show.log")
    add_lines(log.path, ["before"])
    log.open(CONTEXT)
    say(log, 0, "one")
    log.close()
    add_lines(log.path, ["after: 100 % of it", "and this"])
    lines = [line.split(" ", 2)[2] for line in log.path.read_text().splitlines()]
    assert lines == ["before", "start: empathy run tidal", "one", "after: 100 % of it", "and this"]


def test_lines_that_cannot_be_added_are_lost(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    add_lines(tmp_path / "file" / "show.log", ["nobody reads this"])
    if FULL.exists():
        add_lines(FULL, ["nor this"])
