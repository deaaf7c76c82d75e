"""The parent of a show, with shows of a few lines that break off in every way there is."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from empathy_palettes.core.errors import MachineError
from empathy_palettes.show.handover import packed
from empathy_palettes.show.supervisor import (
    LONGEST_PAUSE,
    Ended,
    Supervisor,
    pause_after,
    show_command,
)
from tests.show.watched import Watched

Watch = Callable[..., Watched]


@pytest.fixture
def watched(tmp_path: Path) -> Watch:
    return lambda lines, **how: Watched(tmp_path, lines, **how)


def test_a_show_that_ends_is_over_and_has_reported(watched: Watch) -> None:
    show = watched('shown()\nsay(report={"frames": 1})\nsay(report={"frames": 2}, over=True)')
    assert show.run() == Ended(0, {"frames": 2}, 0)
    assert not show.told and not show.noted
    (start,) = show.starts
    assert start["until"] is None and start["handed"]["key"] == ""


def test_what_a_show_has_handed_on_is_told_to_the_next(watched: Watch) -> None:
    ann, bob, eve = (bytes([number]) * 16 for number in (1, 2, 3))
    first = packed([ann + b"old!", bob + b"bob!", eve + b"eve!"])
    second = packed([ann + b"ann!"])
    show = watched(
        f"""
if start == 1:
    shown()
    say(key="00" * 16, header=[2, 1, 1], **{first!r})
    say(key="07" * 16, header=[3, 1, 1], **{first!r})
    say(standing=[2, True, False], **{second!r})
    say(gone={packed([eve])["kept"]!r})
    sys.stdout.write('{{"standing": [9, ')  # it ends in the middle of a line
    sys.stdout.flush()
    die()
print("a driver's banner")
say(over=True)
"""
    )
    assert show.run().restarts == 1
    handed = show.starts[1]["handed"]
    assert handed == {
        "key": "07" * 16,
        "header": [3, 1, 1],
        "standing": [2, True, False],
        **packed([bob + b"bob!", ann + b"ann!"]),  # the oldest first
    }
    (line,) = show.told
    assert "SIGKILL" in line and "once so far" in line
    assert show.noted == show.told


def test_a_show_that_says_why_it_cannot_begin_is_not_started_again(watched: Watch) -> None:
    show = watched("print('no such preset', file=sys.stderr)\nsys.exit(1)")
    assert show.run() == Ended(1, {}, 0)
    assert len(show.starts) == 1 and not show.told


def test_one_that_is_ended_before_its_first_picture_is_a_fault(watched: Watch) -> None:
    show = watched("os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(MachineError, match="SIGSEGV"):
        show.run()
    assert len(show.starts) == 1


def test_once_there_was_a_picture_any_end_is_a_new_beginning(watched: Watch) -> None:
    show = watched(
        """
if start == 1:
    shown()
    raise KeyError("ann")
if start == 2:
    sys.exit(1)  # a fault that it has told
if start == 3:
    sys.exit(0)  # without having said that it is over
say(over=True)
"""
    )
    assert show.run() == Ended(0, {}, 3)
    assert [line.rpartition(",")[2].partition(" so")[0] for line in show.told] == [
        " once",
        " 2 times",
        " 3 times",
    ]


def test_pauses_grow_while_shows_break_off_at_their_start(watched: Watch) -> None:
    show = watched("shown()\nif start < 5: die()\nsay(over=True)", shortest_pause=0.02)
    assert show.run().restarts == 4
    begun = [start["at"] for start in show.starts]
    gaps = [after - before for before, after in pairwise(begun)]
    assert all(gap >= pause for gap, pause in zip(gaps, (0.02, 0.04, 0.08, 0.16), strict=True))
    assert [line.rpartition(" in ")[2] for line in show.told] == [
        "0.02 s",
        "0.04 s",
        "0.08 s",
        "0.16 s",
    ]


def test_a_pause_is_a_second_at_least_and_half_a_minute_at_most() -> None:
    pauses = [pause_after(early) for early in range(9)]
    assert pauses == [0, 1, 2, 4, 8, 16, 30, 30, 30]
    assert pause_after(10**6) == LONGEST_PAUSE


def test_a_show_that_had_settled_is_started_again_at_once(watched: Watch) -> None:
    show = watched(
        "shown()\nif start < 3:\n time.sleep(0.1)\n die()\nsay(over=True)",
        now=lambda: 1000 * time.monotonic(),  # a tenth of a second is a hundred
        shortest_pause=1e9,
        grace=1e9,
    )
    assert show.run().restarts == 2
    assert all(line.endswith(": it is started again") for line in show.told)


def test_megabytes_go_both_ways(watched: Watch) -> None:
    rows = packed([number.to_bytes(4, "little") * 5 for number in range(100_000)])
    show = watched(
        """
shown()
if start == 1:
    rows = [number.to_bytes(4, "little") * 5 for number in range(100_000)]
    import base64
    say(key="aa", kept=base64.b64encode(b"".join(rows)).decode(), row=20)
    die()
say(report={"bytes": len(opening["handed"]["kept"])}, over=True)
"""
    )
    assert show.run() == Ended(0, {"bytes": len(rows["kept"])}, 1)


def test_no_process_is_left_and_no_pipe(watched: Watch) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    if not Path("/proc/self/fd").exists():
        pytest.skip("counts open files in /proc")
    before = open_files()
    assert watched("shown()\nif start < 4: die()\nsay(over=True)").run().restarts == 3
    assert open_files() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_one_that_cannot_be_started_is_a_fault(tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    with pytest.raises(MachineError, match="cannot be started"):
        Supervisor([missing], {}, tell=print, note=print).run()


def test_a_machine_without_room_for_a_process_is_waited_for(
    watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = watched("shown()\nif start == 1: die()\nsay(over=True)")
    tries: list[object] = []
    start = subprocess.Popen

    def start_at_times(*words: Any, **how: Any) -> Any:
        tries.append(words)
        if len(tries) in (2, 3):
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return start(*words, **how)

    monkeypatch.setattr(subprocess, "Popen", start_at_times)
    assert show.run() == Ended(0, {}, 3)
    assert "temporarily unavailable" in show.told[1]


def test_a_terminal_that_is_gone_ends_nothing(watched: Watch) -> None:
    def tell(line: str) -> None:
        raise BrokenPipeError

    show = watched("shown()\nif start == 1: die()\nsay(over=True)", tell=tell)
    assert show.run().restarts == 1
    assert len(show.noted) == 1


NOT_OURS = (
    "1",
    "[]",
    "null",
    "{}",
    "[" * 50_000,
    '{"frames": 1, "over": true}',
    '{"report": 1, "over": true}',
    '{"key": "00", "kept": "abc"}',
    '{"key": "00", "kept": "QUFB", "row": 0}',
    '{"over": true, "trying": [1]}',
    '{"shown": true, "until": "soon"}',
    "NaN",
)


def test_what_is_no_line_of_the_show_is_ignored(watched: Watch) -> None:
    show = watched(
        f"""
if start == 1:
    said = {NOT_OURS!r}
    print(*said, sep="\\n", flush=True)
    shown()
    say(key="07")
    print(*said, sep="\\n")
    sys.stdout.flush()
    die()
say(over=True)
"""
    )
    assert show.run() == Ended(0, {}, 1)
    assert show.starts[1]["handed"]["key"] == "07" and show.starts[1]["until"] is None


def test_what_a_library_prints_as_it_is_loaded_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "def hook(event, told):\n"
        "    if event == 'import' and told[0] == 'moderngl':\n"
        "        print('{\"over\": true}', flush=True)\n"
        "sys.addaudithook(hook)\n"
    )
    done = subprocess.run(
        show_command(),
        input=b"",
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 0 and b"over" in done.stderr
    assert done.stdout == b""


def test_an_entry_that_ends_the_show_each_time_is_left_out(watched: Watch) -> None:
    show = watched(
        """
say(trying=[0, "sea", 3])
shown()
if "1" not in opening["left_out"]:
    say(trying=[1, "storm", 3])
    die()
say(over=True)
"""
    )
    assert show.run().restarts == 2
    assert [start["left_out"] for start in show.starts[:2]] == [{}, {}]
    line = show.told[-1]
    assert show.starts[2]["left_out"] == {"1": line}
    assert "playlist.1 (storm)" in line and "SIGKILL" in line
    assert show.noted == show.told
