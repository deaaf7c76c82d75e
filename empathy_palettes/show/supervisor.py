"""The parent of a show: starts it, keeps what it must not lose, and starts it again if it breaks.

Draws nothing, opens no port, and imports nothing that could end it: it has to outlive what the
show may meet. While there is no show there is no window either: the wall has what lies below, the
desktop. Whether a show still moves is not its business yet.
"""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from types import FrameType
from typing import Any, TypeAlias

from ..core.clock import monotonic
from ..core.errors import Fault, MachineError
from .discreet import leave_no_core
from .handover import Deposit, is_ours
from .trials import SETTLED, Trials

GRACE = 10.0  # seconds that a show may take to end when it is asked to
KILLED = 3.0  # seconds after which a process that was ended and is still there is left alone
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before the next start, where it did

_ASKED = "asked"  # to end, by a signal
_OVER = "over"  # nothing comes up from the show any more
#: What happens to a show, or, with None, to its parent: `_ASKED`, `_OVER`, or a line.
_Event: TypeAlias = "tuple[_Show | None, str | bytes]"
_Handler: TypeAlias = Callable[[int, FrameType | None], object] | signal.Handlers


@dataclass(frozen=True, slots=True)
class Ended:
    """How a show ended: its exit `status`, its last `report`, and how often it broke off."""

    status: int
    report: dict[str, Any]
    restarts: int


class Supervisor:
    """Runs `command` as the process of a show, again and again until it ends as it should.

    `job`: what it is told to run. `tell` and `note` get a line each time that it breaks off, for
    whoever is there and for the log. `now`: a clock that the show has, too.
    """

    def __init__(
        self,
        command: Sequence[str],
        job: dict[str, Any],
        *,
        tell: Callable[[str], None],
        note: Callable[[str], None],
        now: Callable[[], float] = monotonic,
        shortest_pause: float = SHORTEST_PAUSE,
        grace: float = GRACE,
        killed: float = KILLED,
    ) -> None:
        self._command = list(command)
        self._job = job
        self._tell = tell
        self._note = note
        self._now = now
        self._shortest_pause = shortest_pause
        self._grace = grace
        self._killed = killed
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._deposit = Deposit()
        self._trials = Trials()
        self._report: dict[str, Any] = {}
        self._until: float | None = None
        self._shown = False  # once there was a picture, the wall is to have one
        self._over = False
        self._asked = False
        self._restarts = 0
        self._early = 0  # how many broke off soon after their start, one after another

    def run(self) -> Ended:
        """Return when the show has ended, or could not begin.

        SIGINT, SIGTERM and SIGHUP ask it to end. A second one ends it, and where the system does
        not let go of it, leaves it behind. Ctrl-Z stops nothing: the show would go on without
        anybody to hear it.

        MachineError where it cannot be started, or was ended before its first picture.
        KeyboardInterrupt where it was asked to end before that.
        """
        leave_no_core()
        with self._asked_by_signals():
            while True:
                begun, status = self._now(), None
                try:
                    status = self._live()
                    cause = _cause(status)
                except OSError as error:  # the machine has no room for it, which may pass
                    cause = f"cannot be started: {error.strerror or error}"
                if self._over or (self._asked and self._shown):
                    return self._ended(0)
                if self._asked:
                    raise KeyboardInterrupt
                if not self._shown:
                    if status is not None and status > 0:
                        return self._ended(status)  # it has said why
                    raise _no_picture(cause)
                if self._rest(cause, self._now() - begun):
                    return self._ended(0)

    def _ended(self, status: int) -> Ended:
        return Ended(status, self._report, self._restarts)

    def _live(self) -> int | None:
        """Run one show, and return its exit status; below zero: the signal that ended it.

        None where it was ended and is there nevertheless, as within a driver that never answers.
        """
        self._trials.begin()
        show = _Show(self._command, self._opening(), self._events)
        try:
            last = None  # when it is to be gone at the latest
            while (event := self._next(last, show)) != _OVER:
                if event == _ASKED and not self._asked:
                    last = self._ask(show)
                elif event is None or event == _ASKED:
                    break
                elif isinstance(event, bytes):
                    self._take(event)
                    if self._over and last is None:
                        last = self._now() + self._grace  # to close what it has opened
        finally:
            show.kill()
        status = show.status(self._killed)
        if status is None:
            line = f"the process of the show ({show.pid}) does not end: it is left to the system"
            self._tell_all(line)
        while (event := self._next(self._now(), show)) is not None:
            if isinstance(event, bytes):  # its last words, as it was ended
                self._take(event)
            self._asked = self._asked or event == _ASKED
        return status

    def _opening(self) -> dict[str, Any]:
        return {
            "job": self._job,
            "until": self._until,
            "handed": self._deposit.line(),
            "left_out": self._trials.left_out,
        }

    def _ask(self, show: _Show) -> float:
        self._asked = True
        show.end()
        return self._now() + self._grace

    def _next(self, until: float | None, show: _Show | None = None) -> str | bytes | None:
        """Return what happens next, to us or to `show`; None once `until` has come."""
        while True:
            left = None if until is None else max(until - self._now(), 0)
            try:
                whose, event = self._events.get(timeout=left)
            except Empty:
                return None
            if whose in (None, show):  # not of one that was left behind
                return event

    def _take(self, text: bytes) -> None:
        """Take a line of the show's; what is none, something printed as it was loaded, is not."""
        try:
            line: dict[str, Any] = json.loads(text)
            if not is_ours(line):
                return
            self._deposit.take(line)
            if "trying" in line:
                self._trials.take(line["trying"], self._now())
        except (ValueError, RecursionError):
            return
        self._report = line.get("report", self._report)
        self._over = self._over or line.get("over", False)
        if line.get("shown"):
            self._shown = True
            self._until = line.get("until")

    def _rest(self, cause: str, lasted: float) -> bool:
        """Say that a show broke off, and pause before the next; return whether it is to end."""
        self._restarts += 1
        self._early = self._early + 1 if lasted < SETTLED else 0
        pause = pause_after(self._early, self._shortest_pause)
        times = "once" if self._restarts == 1 else f"{self._restarts} times"
        line = f"the show broke off after {lasted:.0f} s ({cause}), {times} so far"
        line += f": it is started again in {pause:g} s" if pause else ": it is started again"
        self._tell_all(line)
        if left_out := self._trials.broke_off(cause, self._now()):
            self._tell_all(left_out)
        end = self._now() + pause
        if self._until is not None:
            end = min(end, self._until)
        while (event := self._next(end)) is not None:
            self._asked = self._asked or event == _ASKED
            if self._asked:
                return True
        return self._until is not None and self._now() >= self._until

    def _tell_all(self, line: str) -> None:
        with suppress(OSError, ValueError):  # the terminal is gone
            self._tell(line)
        self._note(line)

    @contextmanager
    def _asked_by_signals(self) -> Iterator[None]:
        def ask(number: int, frame: FrameType | None) -> None:
            self._events.put((None, _ASKED))

        heard: dict[int, _Handler] = {signal.SIGINT: ask, signal.SIGTERM: ask}
        if sys.platform != "win32":
            heard |= {signal.SIGTSTP: signal.SIG_IGN, signal.SIGHUP: ask}
        before = {number: signal.getsignal(number) for number in heard}
        for number, handler in heard.items():
            if before[number] != signal.SIG_IGN:  # it was begun in the background
                signal.signal(number, handler)
        try:
            yield
        finally:
            for number in heard:
                signal.signal(number, before[number])


def pause_after(early: int, shortest: float = SHORTEST_PAUSE) -> float:
    """Return the seconds to wait after so many early ends in a row.

    Light that returns and breaks off, again and again, must not be a strobe.
    """
    return min(shortest * 2 ** min(early - 1, 10), LONGEST_PAUSE) if early else 0.0


def show_command() -> list[str]:
    """Return the command that starts the process of a show."""
    package = Path(__file__).resolve().parents[2]
    # What is printed is no answer, from the first import on: a driver prints as it is loaded.
    program = (
        "import os, sys; sys.stderr or os.open(os.devnull, os.O_WRONLY); "
        "pipe = os.dup(1); os.dup2(2, 1); "
        f"sys.path.append({str(package)!r}); "
        "from empathy_palettes.show.child import main; main(pipe)"
    )
    return [sys.executable, "-P", "-c", program]


class _Show:
    """One process, and the two threads that wait for its pipes.

    What it says goes into `events` a line at a time, `_OVER` when there will be no more; of a line
    that it did not finish nothing is taken. OSError where the machine cannot start it.
    """

    def __init__(
        self, command: list[str], opening: dict[str, Any], events: SimpleQueue[_Event]
    ) -> None:
        self._events = events
        self._opening = json.dumps(opening).encode() + b"\n"
        self._to_end = Event()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # a thread that is left waiting for it holds no lock as the program ends
            start_new_session=True,  # Ctrl-C is for the parent alone: it asks the show to end
        )
        self._threads = [Thread(target=work, daemon=True) for work in (self._feed, self._hear)]
        try:
            for thread in self._threads:
                thread.start()
        except RuntimeError as error:
            self.kill()
            raise OSError(errno.EAGAIN, str(error)) from None

    def _feed(self) -> None:
        """Tell it what to run; the pipe stays open until it is to end."""
        pipe = self._process.stdin
        assert pipe
        rest = memoryview(self._opening)
        with suppress(OSError), pipe:  # it is gone: hearing says so
            while rest:
                rest = rest[pipe.write(rest) :]
            self._to_end.wait()

    def _hear(self) -> None:
        pipe = self._process.stdout
        assert pipe
        unfinished = bytearray()
        with pipe:
            while some := pipe.read(1 << 16):
                unfinished += some
                if b"\n" in some:
                    *lines, unfinished = unfinished.split(b"\n")
                    for line in lines:
                        self._events.put((self, bytes(line)))
        self._events.put((self, _OVER))

    def end(self) -> None:
        """Ask it to end."""
        self._to_end.set()

    def kill(self) -> None:
        """End it, whatever it does; safe to call twice."""
        self._to_end.set()
        self._process.kill()

    @property
    def pid(self) -> int:
        """Return the number that the system has for it."""
        return self._process.pid

    def status(self, within: float) -> int | None:
        """Return its exit status, once it has none of its pipes any more; None if that takes long.

        `within`: seconds.
        """
        try:
            status = self._process.wait(within)
        except subprocess.TimeoutExpired:
            return None
        for thread in self._threads:
            thread.join(within)
        return status


def _cause(status: int | None) -> str:
    """Return how a process ended, by its exit status; None: it did not."""
    if status is None:
        return "it does not answer"
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"ended by signal {-status}"


def _no_picture(problem: str) -> MachineError:
    fix = "see what is missing: empathy doctor"
    return MachineError(Fault("", "the process of the show", problem, fix))
