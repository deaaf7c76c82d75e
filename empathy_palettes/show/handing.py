"""The child's end of the pipes to its parent: what was left to it, and what it hands on itself.

Decides nothing about the show. What travels is `handover`'s; the parent is `supervisor`.
"""

from __future__ import annotations

import json
import os
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
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
MOST_BYTES = 1 << 18  # that go into the pipe at a time
MOST_ROWS = 4096  # that go into a line: less than `MOST_BYTES`, as text
LAST_WORD = 5.0  # seconds that the parent has to read the last line


@dataclass(frozen=True, slots=True)
class Handover:
    """What a show that broke off has left: `key` and `header` are None where there was none.

    `left_out`: the entries of its playlist that it broke off at, each with a line that says so.
    `recorded`: whether what went on before is a session's, which leaves nobody's numbers.
    """

    key: bytes | None = None
    header: Header | None = None
    kept: Kept = field(default_factory=lambda: np.zeros(0, KEPT))
    standing: Standing = BEGINNING
    left_out: Mapping[int, str] = field(default_factory=dict)
    recorded: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether there was a show before this one, with whose entry it begins."""
        return self.recorded or self.header is not None


def taken_up(line: dict[str, Any], left_out: Mapping[str, str] | None = None) -> Handover:
    """Return what `Deposit.line` holds, and `Trials.left_out` after its way through a pipe."""
    rows = b64decode(line.get("kept", ""))
    return Handover(
        bytes.fromhex(line["key"]) or None,
        Header(*line["header"]) if line["header"] else None,
        np.frombuffer(rows, KEPT).copy(),
        Standing(*line["standing"]),
        {int(place): why for place, why in (left_out or {}).items()},
    )


class Handing:
    """Hands on what changes, and the figures of the show; an outlet that shows nothing.

    `pipe`: a file descriptor to write to. `handed`: what the show begins with, which the parent has
    already. Never waits: what the parent does not read at once is sent later, and what changes
    meanwhile with it; at most some `MOST_BYTES` a step. `until`: the instant of
    `core.clock.monotonic` at which the show is to end. `reports`: whether the parent gets
    `figures`, what a report would say, every ten seconds: it may have to report for a show that
    broke off.
    """

    def __init__(
        self, pipe: int, handed: Handover, until: float | None = None, *, reports: bool = False
    ) -> None:
        self.handed = handed
        self.until = until
        self.figures: Callable[[], dict[str, object]] | None = None
        self.asked = threading.Event()  # to end the show, by the parent or because it is gone
        self.running = False
        self.over = False  # as it should be, and the parent knows
        self.interrupted = False  # by a signal to this process: not asked by its parent
        self._begun_with_time = until is None
        self._pipe = pipe
        self._reports = reports
        self._unsent = bytearray()
        self._sent_to = 0  # of it
        self._rows = handed.kept[:0]  # what is still to be told of people
        self._trying: list[object] | None = None
        self._trying_sent = True
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
            self._rows = self._rows[:0]  # under the old one
            line["key"] = naming.key.hex()
        line |= self._news_of_people(gate)
        header = gate.header()
        if "key" in line or header != self._header:
            self._header = header
            line["header"] = list(map(int, header))
        if standing != self._standing:
            self._standing = standing
            line["standing"] = list(map(int, standing))
        if not self._trying_sent:
            line["trying"], self._trying_sent = self._trying, True
        if line:
            self._say(line)

    def _news_of_people(self, gate: Gate) -> dict[str, Any]:
        """Return what has changed of people, as many of them as a line holds."""
        if not len(self._rows):
            self._rows = gate.changes()
        changed, self._rows = self._rows[:MOST_ROWS], self._rows[MOST_ROWS:]
        if not len(changed):
            return {}
        gone = is_gone(changed)
        return {
            "gone": b64encode(changed["name"][gone].tobytes()).decode(),
            "kept": b64encode(changed[~gone].tobytes()).decode(),
            "row": KEPT.itemsize,
        }

    def trying(self, place: int, name: str, count: int) -> None:
        """Tell the parent what is tried next, see `Trials`: before it is, as it may be the end."""
        self._trying, self._trying_sent = [place, name, count], self._sent()
        if self._trying_sent:
            self._say({"trying": self._trying})

    def finish(self, report: dict[str, object]) -> None:
        """Say that the show is over, before anything of it is closed.

        It is not where a signal has ended this process alone. Waits until the parent has read that,
        or `LAST_WORD` has passed. A show that had no time left has nothing to report.
        """
        self.over = self.asked.is_set() or not self.interrupted
        line: dict[str, Any] = {"over": self.over}
        if self._shown or self._begun_with_time:
            line["report"] = report
        self._say(line)
        end, pause = monotonic() + LAST_WORD, threading.Event()
        while not self._sent() and monotonic() < end:
            pause.wait(0.01)

    def _say(self, line: dict[str, Any]) -> None:
        """Send a line; what the pipe does not take is kept for the next time."""
        self._unsent += json.dumps(line).encode() + b"\n"
        self._sent()

    def _sent(self) -> bool:
        """Send of what waits as much as may be at a time; return whether nothing waits any more."""
        last = min(self._sent_to + MOST_BYTES, len(self._unsent))
        try:
            with memoryview(self._unsent) as unsent:
                while self._sent_to < last:
                    self._sent_to += os.write(self._pipe, unsent[self._sent_to : last])
        except BlockingIOError:
            return False
        except OSError:  # the parent is gone: the other pipe's end tells the show to end
            self._sent_to = len(self._unsent)
        if self._sent_to < len(self._unsent):
            return False
        self._unsent.clear()
        self._sent_to = 0
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
            self._say({"shown": True, "until": self.until})
        if self._reports and self.figures and tick.step >= self._next_figures and self._sent():
            self._next_figures = tick.step + FIGURES_STEPS
            self._say({"report": self.figures()})

    def left(self, seconds: float | None) -> float | None:
        """Return how long the show still is, of the `seconds` that it has in all, from now on."""
        if seconds is not None and self.until is None:
            self.until = monotonic() + seconds
        return None if self.until is None else max(self.until - monotonic(), 0.0)

    def close(self) -> None:
        """Have nothing to close: the last line is sent."""
