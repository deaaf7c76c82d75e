"""A process of our own that draws what may hang: it is asked, it answers, or it is stopped.

Does not know what is drawn: `trial` is what runs in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

from ...core.assets import Assets
from ...core.errors import Fault, MachineError

START_LIMIT = 60.0  # seconds: a machine that has just been switched on is slow
MOST_ANSWERS = 250  # then a new process: drivers keep a little of every shader
MOST_RESIDENT = 1024  # MiB, the same

_PACKAGE = Path(__file__).resolve().parents[3]
_PROGRAM = (
    f"import sys; sys.path.append({str(_PACKAGE)!r}); "
    "from empathy_palettes.show.aside.trial import main; main()"
)


class NoAnswerError(Exception):
    """The child was stopped because it was `late`, or it ended by itself: a driver may crash.

    `at`: what it had last said that it begins, as "to draw with its inputs at MAX".
    """

    def __init__(self, at: str, *, late: bool) -> None:
        super().__init__(at)
        self.at = at
        self.late = late


class Child:
    """One process with a GL context of its own; started when it is needed, and when it is gone.

    `assets`: where it finds them. To be used by one thread at a time; only `kill` may be called
    from any.
    """

    def __init__(self, assets: Assets) -> None:
        self._places = {
            "roots": [str(path) for path in assets.roots],
            "include_paths": [str(path) for path in assets.include_paths],
        }
        self._process: subprocess.Popen[str] | None = None
        self._answers = 0
        self._resident = 0  # MiB
        self._over = False

    def start(self) -> None:
        """Start it and wait until it can draw; MachineError where this machine cannot do that.

        NoAnswerError once it was killed.
        """
        if self._over:
            raise NoAnswerError("", late=False)
        if self._process is not None:
            return
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                env={"LP_NUM_THREADS": "1", **os.environ},  # of Mesa: there may be several of us
                start_new_session=True,  # Ctrl-C is for whoever asked: they stop it
            )
        except OSError as error:
            raise _lacking(f"cannot be started: {error.strerror or error}") from None
        self._answers = self._resident = 0
        if self._over:  # while it was being started: whoever killed it saw no process yet
            self._process.kill()
        try:
            hello = self._exchange(self._places, START_LIMIT)
        except NoAnswerError:
            hello = {"lacks": "the process does not start"}
        if lacks := hello.get("lacks"):
            self.stop()
            raise _lacking(lacks)

    def ask(self, request: dict[str, Any], limit: float) -> dict[str, Any]:
        """Return the answer; each thing that the child says it begins may take `limit` seconds.

        NoAnswerError where there is none: the next request starts another child. MachineError where
        this machine cannot draw aside.
        """
        self.start()
        answer = self._exchange({**request, "limit": limit}, limit)
        self._answers += 1
        self._resident = answer["resident"]
        return answer

    def renew(self) -> None:
        """End it where it has answered much, or grown; for between two works, not within one."""
        if self._answers >= MOST_ANSWERS or self._resident > MOST_RESIDENT:
            self.stop()

    def kill(self) -> None:
        """Let nobody have an answer any more, nor wait for one; `stop` is still to be called."""
        self._over = True
        if process := self._process:
            process.kill()

    def stop(self) -> None:
        """End it, whatever it does; safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was still to be written has nobody to read it
                if pipe:
                    pipe.close()

    def _exchange(self, request: dict[str, Any], limit: float) -> dict[str, Any]:
        process = self._process
        assert process and process.stdin and process.stdout, "start() comes first"
        at = ""
        late = False

        def give_up() -> None:
            nonlocal late
            late = True
            process.kill()

        with suppress(OSError):  # it is gone: reading says so
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
        while True:
            timer = Timer(limit, give_up)
            timer.daemon = True
            timer.start()
            line = process.stdout.readline()
            timer.cancel()
            if not line.endswith("\n"):
                self.stop()
                raise NoAnswerError(at, late=late)
            said: dict[str, Any] = json.loads(line)
            if "at" not in said:
                if late:  # it had just answered: that is good enough, but it is gone
                    self.stop()
                return said
            at = said["at"]


def _lacking(what: str) -> MachineError:
    fix = "see what is missing: empathy doctor"
    return MachineError(Fault("", "a process that draws aside", what, fix))
