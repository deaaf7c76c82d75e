"""A film being drawn by a process of its own, at the least priority there is.

Does not know what is drawn, nor in what order: `darkroom` does. What the process says goes into a
log beside the film, which is kept where it failed.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..core.errors import printable

_LOG = ".log"
_LEAST = 19  # priority, as `nice` has it
_TAIL = 4096  # bytes of a log


class Drawing:
    """At most one process at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, line: Sequence[str], film: Path) -> None:
        """Start a command that makes `film`; OSError where it cannot be started."""
        with film.with_suffix(_LOG).open("wb") as log:
            self._process = subprocess.Popen(
                list(line),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=film.parent,
                start_new_session=True,  # Ctrl-C ends the show, and not this
            )
        with suppress(OSError, AttributeError):  # it has ended already; or there is no such thing
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _LEAST)

    def ended(self, film: Path) -> str | None:
        """Return why there is no film, "" where there is one; None while it is being drawn."""
        if self._process is None or (status := self._process.poll()) is None:
            return None
        self._process = None
        log = film.with_suffix(_LOG)
        if status == 0 and film.exists():
            log.unlink(missing_ok=True)
            return ""
        return _last_line(log) or f"it ended with {status}"

    def stop(self, film: Path) -> None:
        """End it at once, and leave nothing of the film."""
        if self._process is not None:
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        for left in film.parent.glob(f"*{film.name}*"):  # whole, or as any of its parts is named
            with suppress(OSError):
                left.unlink()

    def leave(self) -> None:
        """Let it go on by itself."""
        if self._process is not None:
            self._process.returncode = 0  # so that nobody asks who waits for it
            self._process = None


def _last_line(log: Path) -> str:
    with suppress(OSError):
        lines = log.read_bytes()[-_TAIL:].decode(errors="replace").splitlines()
        return printable(next((line for line in reversed(lines) if line.strip()), ""))
    return ""
