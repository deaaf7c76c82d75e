"""A supervised show of a few lines, and what is seen of it from outside."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

from empathy_palettes.show.supervisor import Ended, Supervisor

#: Each start appends its opening line to a file, so that a show knows which one it is.
SHOW = """
import json, os, signal, sys, time
opening = json.loads(sys.stdin.readline())
def say(**line):
    print(json.dumps(line), flush=True)
with open(opening["job"]["file"], "a+") as file:
    file.write(json.dumps({"at": time.monotonic(), **opening}) + "\\n")
    file.seek(0)
    start = len(file.readlines())
def shown(until=None):
    say(shown=True, until=until)
def until_asked():
    sys.stdin.read()
def die():
    os.kill(os.getpid(), signal.SIGKILL)
"""


class Watched:
    """A supervised show of these lines, what it was told at each start, and what was told of it."""

    def __init__(self, folder: Path, lines: str, **how: Any) -> None:
        self.file = folder / "starts"
        self.told: list[str] = []
        self.noted: list[str] = []
        given: dict[str, Any] = {"shortest_pause": 0.01, "tell": self.told.append} | how
        self.supervisor = Supervisor(
            [sys.executable, "-S", "-c", SHOW + lines],
            {"file": str(self.file)},
            note=self.noted.append,
            **given,
        )

    def run(self) -> Ended:
        return self.supervisor.run()

    @property
    def starts(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()]


def kill_self(number: int, show: Watched, after: float = 0.15) -> None:
    """Send ourselves a signal so many seconds after the first start of `show`."""

    def wait_and_kill() -> None:
        while not show.file.exists():
            time.sleep(0.01)
        time.sleep(after)
        os.kill(os.getpid(), number)

    Thread(target=wait_and_kill, daemon=True).start()
