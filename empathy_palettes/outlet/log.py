"""The log: what a technician should read afterwards, one line each; no picture goes here."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from ..core.clock import STEPS_PER_SECOND, Tick
from ..core.command import Command
from ..core.errors import Fault, MachineError
from ..render.frame import Frame
from .contract import OutletContext

_QUIET_STEPS = 10 * STEPS_PER_SECOND
_MOST_BYTES = 1_000_000
_KEPT_FILES = 3


def default_log_path() -> Path:
    """Return where the log of this user's shows lies: under `$XDG_STATE_HOME`, else the home."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "empathy-palettes" / "show.log"


class Log:
    """Writes the notices of a show, each when it is new and at most every ten seconds.

    The file is rotated at 1 MB and three are kept, so that months do not fill a disk. `echo`
    gets the same lines.
    """

    def __init__(self, path: Path, echo: TextIO | None = None) -> None:
        self.path = path
        self._echo = echo
        self._logger = logging.Logger("empathy_palettes")
        self._last: tuple[str, ...] = ()
        self._next_step = 0

    def open(self, context: OutletContext) -> None:
        """Begin a page; MachineError where the file cannot be written."""
        layout = logging.Formatter("%(asctime)s %(message)s")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = RotatingFileHandler(
                self.path, maxBytes=_MOST_BYTES, backupCount=_KEPT_FILES, encoding="utf-8"
            )
        except OSError as error:
            fix = "set XDG_STATE_HOME to a folder that can be written"
            fault = Fault(str(self.path), "", f"the log cannot be written: {error.strerror}", fix)
            raise MachineError(fault) from None
        file.setFormatter(layout)
        self._logger.addHandler(file)
        self._logger.info("start: %s", context.reproduce or context.title)
        if self._echo is not None:
            self._logger.addHandler(logging.StreamHandler(self._echo))

    def poll(self) -> list[Command]:
        """Ask for nothing."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Write what is new to tell."""
        if frame.notices != self._last and tick.step >= self._next_step:
            for line in frame.notices:
                if line not in self._last:
                    self._logger.info("%s", line)
            self._last = frame.notices
            self._next_step = tick.step + _QUIET_STEPS

    def close(self) -> None:
        """End the page."""
        for handler in list(self._logger.handlers):
            self._logger.removeHandler(handler)
            handler.close()
