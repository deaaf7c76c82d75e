"""The child's end of the pipes to its parent: what was left to it, and what it hands on itself.

Decides nothing about the show. What travels is `handover`'s; the parent is `supervisor`.
"""

from __future__ import annotations

import json
import os
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..core.clock import STEPS_PER_SECOND, Tick, monotonic
from ..core.command import Command
from ..inlet.gate import Gate
from ..inlet.gating.kept import KEPT, Header, Kept, is_gone
from ..inlet.naming import Naming
from ..outlet.contract import OutletContext
from ..render.frame import Frame
from .handover import BEGINNING, Standing

FIGURES_STEPS = 10 * STEPS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Handover:
    """What a show that broke off has left: `key` and `header` are None where there was none."""

    key: bytes | None = None
    header: Header | None = None
    kept: Kept = field(default_factory=lambda: np.zeros(0, KEPT))
    standing: Standing = BEGINNING


def taken_up(line: dict[str, Any]) -> Handover:
    """Return what `Deposit.line` holds."""
    rows = b64decode(line.get("kept", ""))
    return Handover(
        bytes.fromhex(line["key"]) or None,
        Header(*line["header"]) if line["header"] else None,
        np.frombuffer(rows, KEPT).copy(),
        Standing(*line["standing"]),
    )


class Handing:
    """Hands on what changes, and the figures of the show; an outlet that shows nothing.

    `pipe`: a file descriptor to write to. `handed`: what the show begins with, which the parent has
    already. Never waits: what the parent does not read at once is sent later, and what changes
    meanwhile with it. `until`: the instant of `core.clock.monotonic` at which the show is to end.
    `reports`: whether the parent gets `figures`, what a report would say, every ten seconds: it may
    have to report for a show that broke off.
    """

    def __init__(
        self, pipe: int, handed: Handover, until: float | None = None, *, reports: bool = False
    ) -> None:
        self.handed = handed
        self.until = until
        self.figures: Callable[[], dict[str, object]] | None = None
        self.asked = threading.Event()  # to end the show, by the parent or because it is gone
        self.running = False
        self._pipe = pipe
        self._reports = reports
        self._unsent = b""
        self._key = handed.key
        self._header = handed.header
        self._standing = handed.standing
        self._shown = False
        self._next_figures = 0
        if hasattr(os, "set_blocking"):  # Windows has it from Python 3.12 on
            os.set_blocking(pipe, False)

    def hand_on(self, gate: Gate, naming: Naming, standing: Standing) -> None:
        """Send what is new since the last time; to be called once a step, before it is drawn."""
        if not self._sent():
            return  # the gate gathers meanwhile
        line: dict[str, Any] = {}
        if naming.key != self._key:
            self._key = naming.key
            line["key"] = naming.key.hex()
        changed = gate.changes()
        if len(changed):
            gone = is_gone(changed)
            line["gone"] = b64encode(changed["name"][gone].tobytes()).decode()
            line["kept"] = b64encode(changed[~gone].tobytes()).decode()
            line["row"] = KEPT.itemsize
        header = gate.header()
        if "key" in line or header != self._header:
            self._header = header
            line["header"] = list(map(int, header))
        if standing != self._standing:
            self._standing = standing
            line["standing"] = list(map(int, standing))
        if line:
            self.send(line)

    def send(self, line: dict[str, Any]) -> None:
        """Send a line; what the pipe does not take is kept for the next time."""
        self._unsent += json.dumps(line).encode() + b"\n"
        self._sent()

    def finish(self, line: dict[str, Any]) -> None:
        """Send the last line, and wait until the parent has all of it, or is gone."""
        if hasattr(os, "set_blocking"):
            os.set_blocking(self._pipe, True)
        self.send(line)

    def _sent(self) -> bool:
        """Send what waits; return whether nothing waits any more."""
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._pipe, self._unsent) :]
        except BlockingIOError:
            return False
        except OSError:  # the parent is gone: the other pipe's end tells the show to end
            self._unsent = b""
        return True

    def open(self, context: OutletContext) -> None:
        """Have nothing to open."""

    def poll(self) -> list[Command]:
        """Ask the show to end once the parent has."""
        self.running = True
        return [Command("quit")] if self.asked.is_set() else []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Tell the parent that there is a picture, and now and then what is to be reported."""
        if not self._shown:
            self._shown = True
            self.send({"shown": True, "until": self.until})
        if self._reports and self.figures and tick.step >= self._next_figures and self._sent():
            self._next_figures = tick.step + FIGURES_STEPS
            self.send({"report": self.figures()})

    def left(self, seconds: float | None) -> float | None:
        """Return how long the show still is, of the `seconds` that it has in all, from now on."""
        if seconds is not None and self.until is None:
            self.until = monotonic() + seconds
        return None if self.until is None else max(self.until - monotonic(), 0.0)

    def close(self) -> None:
        """Have nothing to close: the last line is still to come."""
