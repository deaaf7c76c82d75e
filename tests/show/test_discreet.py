"""What a process with people's data says when it fails, and what it never says."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from empathy_palettes.core.errors import ConfigError, Fault
from empathy_palettes.show.discreet import crash_lines, discreetly
from empathy_palettes.show.mistakes import our_mistake

SECRET = "ann-of-42"


def caught(error: BaseException) -> BaseException:
    """Return an error that was raised where a secret was held."""
    try:
        held = {SECRET: error}
        raise held[SECRET]
    except BaseException as error:
        return error


@pytest.mark.parametrize(
    "error",
    [
        KeyError(SECRET),
        ValueError(f"could not convert {SECRET}"),
        ExceptionGroup(SECRET, [OSError()]),
    ],
)
def test_where_it_was_and_no_word_of_what(error: BaseException) -> None:
    lines = crash_lines(caught(error))
    assert lines[-1] == type(error).__name__
    assert any("in caught" in line for line in lines)
    assert all("\n" not in line and SECRET not in line for line in lines)


def test_causes_come_first_and_once() -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ValueError(SECRET) from cause
    except ValueError as error:
        cause_first = crash_lines(error)
        assert error.__cause__
        error.__cause__.__cause__ = error  # a ring ends, too
        assert crash_lines(error) == cause_first
    assert cause_first.index("KeyError") < cause_first.index("which led to:")
    assert cause_first[-1] == "ValueError"
    try:
        try:
            raise KeyError(SECRET)
        except KeyError:
            raise ValueError(SECRET) from None
    except ValueError as error:
        assert not any("KeyError" in line for line in crash_lines(error)[-1:])
        assert "which led to:" not in crash_lines(error)


def test_what_can_be_mended_is_said_in_full() -> None:
    fault = Fault("place.toml", "inlet.0.port", "9000 is in use")
    assert crash_lines(ConfigError(fault)) == [f"ConfigError: {fault}"]
    assert crash_lines(OSError(28, "No space left on device")) == [
        "OSError: No space left on device"
    ]


def test_a_deep_error_is_told_by_its_innermost() -> None:
    def deeper(turn: int) -> None:
        if turn % 2:
            deeper(turn + 1)
        else:
            deeper(turn + 1)

    try:
        deeper(0)
    except RecursionError as error:
        assert len(crash_lines(error)) < 200


@pytest.mark.parametrize(
    "failing",
    [
        "raise ValueError(SECRET)",
        "from threading import Thread\nthread = Thread(target=lambda: {}[SECRET])\n"
        "thread.start()\nthread.join()",
        "class Odd:\n    def __del__(self):\n        raise ValueError(SECRET)\nOdd()",
    ],
    ids=["main", "thread", "finalizer"],
)
def test_whatever_is_caught_nowhere_is_told_discreetly(failing: str) -> None:
    program = textwrap.dedent(
        """
        import sys
        from empathy_palettes.show.discreet import leave_no_core, tell_discreetly
        SECRET = sys.argv[1]
        leave_no_core()
        tell_discreetly(lambda lines: print(*lines, sep="\\n"))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program + failing, SECRET],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Error" in done.stdout and SECRET not in done.stdout + done.stderr
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_no_core_is_left() -> None:
    program = (
        "import resource\n"
        "from empathy_palettes.show.discreet import leave_no_core\n"
        "leave_no_core()\nleave_no_core()\n"
        "print(*resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert all(0 <= int(most) <= 1 for most in done.stdout.split()), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_no_core_is_left_where_none_may_be_asked_for() -> None:
    """As under systemd with LimitCORE=0: nobody but root may raise it."""
    program = (
        "import os, resource\n"
        "from empathy_palettes.show.discreet import leave_no_core\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "leave_no_core()\n"
        "print(*resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["0", "0"], done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of Linux")
@pytest.mark.parametrize("none", [True, False])
def test_where_a_limit_is_not_enough_no_program_gets_a_core_either(none: bool) -> None:
    """A limit of 0 does not count where cores go to a program; and what we read ourselves stays."""
    program = textwrap.dedent(
        """
        import ctypes, os, resource, socket, sys
        from empathy_palettes.inlet.wire.drops import listed
        from empathy_palettes.show.aside.limits import resident
        from empathy_palettes.show.discreet import leave_no_core
        if sys.argv[1] == "True":  # as under systemd with LimitCORE=0
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port.bind(("127.0.0.1", 0))
        listed(port)  # loads what another user might not be let read
        if os.getuid() == 0: os.setuid(65534)
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # as exec leaves it; setuid has changed it
        leave_no_core()
        print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), listed(port), resident() > 0)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(none)], capture_output=True, text=True, timeout=60
    )
    pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    dumped = 0 if none or pattern.startswith("@") else 1
    assert done.stdout.split() == [str(dumped), "0", "True"], done.stderr


def test_what_breaks_a_program_of_one_process_is_told_discreetly() -> None:
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    told: list[str] = []
    with pytest.raises(SystemExit, match="1"), discreetly(told.extend):
        raise ValueError(SECRET)
    assert told[-1] == "ValueError" and not any(SECRET in line for line in told)
    with pytest.raises(ConfigError), discreetly(told.extend):
        raise ConfigError(Fault("a.toml", "title", "missing"))
    assert told[-1] == "ValueError"
    assert hooks == (sys.excepthook, threading.excepthook, sys.unraisablehook)


def test_a_mistake_of_ours_is_told_by_kind_and_place() -> None:
    problem = our_mistake(ValueError(SECRET).with_traceback(caught(KeyError()).__traceback__))
    assert SECRET not in str(problem)
    assert problem.problem.startswith("ValueError (test_discreet.py, line ")
