"""The log: what a technician should read afterwards, one line each; no picture goes here.

Needs nothing that draws, so that whoever watches over a show can write here, too.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ..core.clock import STEPS_PER_SECOND, Tick
from ..core.command import Command

if TYPE_CHECKING:
    from ..render.frame import Frame
    from .contract import OutletContext

_QUIET_STEPS = 10 * STEPS_PER_SECOND
_MOST_BYTES = 1_000_000
_KEPT_FILES = 3


def default_log_path() -> Path:
    """Return where the log of this user's shows lies: under `$XDG_STATE_HOME`, else the home."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "empathy-palettes" / "show.log"


def add_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines into the log of a show that is over; where that cannot be, they are lost."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = _File(path, lambda _: None)
        for line in lines:
            file.emit(_record(line))
        file.close()


def _record(line: str) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": "%s", "args": (line,)})


class Log:
    """Writes the notices of a show, each when it is new and at most every ten seconds.

    The file is rotated at 1 MB and three are kept, so that months do not fill a disk. `echo`
    gets the same lines. A disk that fills up ends the log, not the show: one line says so. `again`:
    the show broke off before, and this page goes on with it.
    """

    def __init__(self, path: Path, echo: TextIO | None = None, *, again: bool = False) -> None:
        self.path = path
        self._start = "start again" if again else "start"
        self._echo = echo
        self._logger = logging.Logger("empathy_palettes")
        self._last: tuple[str, ...] = ()
        self._now: tuple[str, ...] = ()
        self._next_step = 0

    def open(self, context: OutletContext) -> None:
        """Begin a page; where the file cannot be written, say so, and let the show go on."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = _File(self.path, self._tell)
        except OSError as error:
            fix = "set XDG_STATE_HOME to a folder that can be written"
            self._tell(f"{self.path}: the log cannot be written: {error.strerror}: {fix}")
        else:
            self._logger.addHandler(file)
            self._logger.info("%s: %s", self._start, context.reproduce or context.title)
        if self._echo is not None:
            self._logger.addHandler(_Echo(self._echo))

    def poll(self) -> list[Command]:
        """Ask for nothing."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Write what is new to tell."""
        self._now = frame.notices
        if self._now != self._last and tick.step >= self._next_step:
            self._write()
            self._next_step = tick.step + _QUIET_STEPS

    def note(self, line: str) -> None:
        """Write a line of somebody else's, at once."""
        self._logger.info("%s", line)

    def end(self, line: str) -> None:
        """Write that the show ends as it should, into the file alone."""
        self._write()
        for handler in self._logger.handlers:
            if isinstance(handler, _File):
                handler.handle(_record(line))

    def close(self) -> None:
        """Write what there is still to tell, and end the page; safe to call twice."""
        self._write()
        for handler in list(self._logger.handlers):
            self._logger.removeHandler(handler)
            handler.close()

    def _write(self) -> None:
        for line in self._now:
            if line not in self._last:
                self._logger.info("%s", line)
        self._last = self._now

    def _tell(self, line: str) -> None:
        if self._echo is not None:
            with suppress(OSError, ValueError):  # nobody is there to read it
                print(line, file=self._echo, flush=True)


class _File(RotatingFileHandler):
    """The file; the first time it cannot be written is the last time it is tried."""

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        super().__init__(
            path,
            maxBytes=_MOST_BYTES,
            backupCount=_KEPT_FILES,
            encoding="utf-8",
            errors="backslashreplace",  # a file's name may hold what is no text
        )
        self.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._tell = tell
        self._stopped = False

    def emit(self, record: logging.LogRecord) -> None:
        if not self._stopped:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        self._stopped = True
        error = sys.exc_info()[1]
        self._tell(f"the log stopped: {getattr(error, 'strerror', None) or type(error).__name__}")
        self.close()

    def close(self) -> None:
        with suppress(OSError):  # what is still in its buffer cannot be written either
            super().close()


class _Echo(logging.StreamHandler[TextIO]):
    """The technician's terminal, which may be closed while the show goes on."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Lose the line: there is nowhere to say so."""
