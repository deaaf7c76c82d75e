"""A process that draws aside cannot take the machine's memory, nor outlive everybody."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from empathy_palettes.show.aside.limits import ALLOWANCE


def ran(program: str) -> subprocess.CompletedProcess[str]:
    program = f"from empathy_palettes.show.aside.limits import *\n{program}"
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no such limit here")
def test_more_than_the_allowance_is_refused() -> None:
    ask = "bound_memory()\nimport mmap\nmmap.mmap(-1, {})"
    assert ran(ask.format(ALLOWANCE // 2)).returncode == 0
    refused = ran(ask.format(ALLOWANCE + 1))
    assert refused.returncode == 1 and "Cannot allocate memory" in refused.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no such timer here")
def test_one_that_nobody_stops_ends_and_one_that_is_done_does_not() -> None:
    assert ran("end_alone(0.2)\nwhile True: pass").returncode == -signal.SIGALRM
    assert ran("end_alone(0.2)\nend_alone(0)\nimport time; time.sleep(0.5)").returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="not told here")
def test_what_it_has_is_told_in_mib() -> None:
    grown = ran("a = resident(); b = b'x' * (200 << 20); print(resident() - a)")
    assert 190 <= int(grown.stdout) <= 210
