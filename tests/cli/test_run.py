"""`empathy run` as it hangs for months: the show is a process of its own, and may die."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from empathy_palettes.core.flash import SLEW
from empathy_palettes.inlet.osc import encode

pytestmark = [
    pytest.mark.gl,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc"),
]

PEOPLE = 300
SPY = Path(__file__).with_name("spy.py")
WHITE = """/*{ "ISFVSN": "2", "INPUTS": [ { "NAME": "level", "TYPE": "float" } ] }*/
void main() { gl_FragColor = vec4(vec3(level), 1.0); }
"""
#: Libraries that may end the process they are in, and numpy, which a parent need not carry.
HEAVY = ("moderngl", "/mgl", "pygame", "/av/", "libGL", "libEGL", "libSDL", "gallium", "numpy")


class Run:
    """A running `empathy run place.toml`, and what is seen of it from outside."""

    def __init__(self, folder: Path, process: subprocess.Popen[str]) -> None:
        self.folder = folder
        self.process = process

    @property
    def child(self) -> int:
        """The process of the show; 0 while there is none."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(children[0]) if children else 0

    @property
    def frames(self) -> list[dict[str, Any]]:
        file = self.folder / "frames"
        if not file.exists():
            return []
        whole = file.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def until(self, holds: Callable[[list[dict[str, Any]]], bool], limit: float = 20) -> None:
        """Wait until that is so of the frames."""
        end = time.monotonic() + limit
        while not holds(self.frames):
            assert time.monotonic() < end, self.frames[-1:]
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        return (self.folder / "stderr").read_text()

    def log(self) -> str:
        return (self.folder / "empathy-palettes" / "show.log").read_text()

    def end(self, number: int = signal.SIGINT) -> str:
        """Ask it to end, and return what it writes on stdout."""
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=20)
        return out


Runs = Callable[..., Any]


@pytest.fixture
def running(tmp_path: Path, free_port: int) -> Runs:
    """Begin a run of a small place whose picture is as light as its fade, or half that."""
    for name, text in (
        ("shaders/white.fs", WHITE),
        ("presets/white.toml", 'title = "W"\nshader = "white.fs"\n[inputs]\nlevel = "1.0"\n'),
        ("presets/grey.toml", 'title = "G"\nshader = "white.fs"\n[inputs]\nlevel = "0.7353"\n'),
        (
            "place.toml",
            '[[playlist]]\npreset = "white"\n[[playlist]]\npreset = "grey"\n'
            "[transition]\nseconds = 0.5\n[[display]]\nsize = [64, 36]\n"
            f"[[inlet]]\nport = {free_port}\n",
        ),
        ("spy/sitecustomize.py", SPY.read_text()),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    @contextmanager
    def begin(*words: str, ends: bool = True) -> Iterator[Run]:
        environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
        environment |= {
            "XDG_STATE_HOME": str(tmp_path),
            "PYTHONPATH": str(tmp_path / "spy"),
            "SPY_FOLDER": str(tmp_path),
        }
        with (tmp_path / "stderr").open("w") as stderr:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "empathy_palettes",
                    "run",
                    "place.toml",
                    "--headless",
                    *words,
                ],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        with process:
            try:
                yield Run(tmp_path, process)
            finally:
                process.kill()

    return begin


@contextmanager
def visitors(port: int) -> Iterator[None]:
    """300 people who say yes once, half of them to be followed alone, and go on to feel."""
    stop = Event()
    crowd = [f"/empathy/visitor{who}" for who in range(PEOPLE)]

    def feel(ear: socket.socket) -> None:
        while not stop.is_set():
            for number, who in enumerate(crowd):
                ear.sendto(encode(who, 0.5, number / PEOPLE), ("127.0.0.1", port))
                if number % 30 == 0:
                    time.sleep(0.01)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        for number, who in enumerate(crowd):
            ear.sendto(encode(f"{who}/consent", 1 + number % 2), ("127.0.0.1", port))
        thread = Thread(target=feel, args=(ear,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def everybody(frames: list[dict[str, Any]], pid: int = 0) -> bool:
    return bool(frames) and frames[-1]["people"] == PEOPLE and frames[-1]["pid"] != pid


def test_a_show_killed_before_300_people_goes_on_with_all_of_them(
    running: Runs, free_port: int, tmp_path: Path
) -> None:
    with running("--json") as run:
        run.until(bool)
        with visitors(free_port):
            run.until(everybody)
            (tmp_path / "next").touch()
            run.until(lambda frames: frames[-1]["preset"] == "grey" and frames[-1]["light"] > 0.2)
            first = run.child
            with suppress(PermissionError):  # where none may have a core, nor look into it
                libraries = Path(f"/proc/{run.process.pid}/maps").read_text()
                assert [name for name in HEAVY if name in libraries] == []
            for process in (run.process.pid, first):
                limits = Path(f"/proc/{process}/limits").read_text()
                (cores,) = (line for line in limits.splitlines() if "core file" in line)
                assert all(int(most) < 2 for most in cores.split()[4:6])
            before = run.frames[-1]
            killed = time.monotonic()
            os.kill(first, signal.SIGKILL)
            run.until(lambda frames: everybody(frames, first))
            run.until(lambda frames: frames[-1]["light"] > 0.3)
        report = json.loads(run.end())
    assert run.process.returncode == 0
    after = [frame for frame in run.frames if frame["pid"] != first]
    lit = next(frame for frame in after if frame["light"] > 0)
    back = next(frame for frame in after if frame["people"] == PEOPLE)
    print(
        f"killed; first frame after {after[0]['at'] - killed:.2f} s, lit after "
        f"{lit['at'] - killed:.2f} s, {PEOPLE} people after {back['at'] - killed:.2f} s"
    )
    assert lit["at"] - killed < 5
    assert {frame["preset"] for frame in after} == {"grey"}
    # Numbers and consents are the same, and nobody was asked again.
    assert dict(back["numbers"]) == dict(before["numbers"])
    assert len(set(dict(back["numbers"]).values())) == PEOPLE
    assert back["alone"] == before["alone"] == PEOPLE // 2
    assert all(frame["rejected"] == {} for frame in after)
    assert report["rejected"] == {} and report["restarts"] == 1
    assert report["people"] == report["most_people"] == PEOPLE
    # It fades in from black as the guard would let it, and is never darker again.
    assert after[0]["light"] < 0.02
    for early, late in pairwise(after):
        steps = max(round((late["at"] - early["at"]) * 60), 0) + 2
        assert -1e-3 <= late["light"] - early["light"] <= SLEW * steps / 60
    assert run.said().count("the show broke off") == 1
    assert "SIGKILL" in run.log() and "once so far" in run.log()
    assert run.log().count(" start: ") == 1 == run.log().count(" start again: ")
    for text in (run.said(), run.log()):
        assert "visitor" not in text


def test_what_a_crash_says_holds_nothing_of_anybody(running: Runs, tmp_path: Path) -> None:
    """And the show goes on as it stood, without what was broken meanwhile, as its parent lives."""
    (tmp_path / "secret").write_text("ann-of-42")
    with running() as run:
        run.until(bool)
        (tmp_path / "blackout").touch()
        run.until(lambda _: not (tmp_path / "blackout").exists())
        (tmp_path / "presets" / "white.toml").write_text("title = ")
        (tmp_path / "raise").touch()
        first = run.child
        run.until(lambda frames: sum(frame["pid"] != first for frame in frames) > 8)
        after = run.frames[-1]
        assert after["light"] == 0.0 and after["preset"] == "grey"
        for text in (run.said(), run.log()):
            assert "ValueError" in text and "step_and_tell" in text
            assert "ann" not in text
            assert "white.toml" in text
        show = run.child
        run.process.kill()
        run.process.wait()
        end = time.monotonic() + 5
        while Path(f"/proc/{show}").exists():
            assert time.monotonic() < end, "it has no parent, and goes on"
            time.sleep(0.05)


def test_one_that_cannot_begin_says_why_in_a_line(running: Runs, free_port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", free_port))
        with running() as run:
            assert run.process.wait(20) == 1
    (line,) = run.said().splitlines()
    assert str(free_port) in line


@pytest.mark.soak
def test_a_show_that_is_killed_again_and_again_loses_nobody(
    running: Runs, free_port: int, tmp_path: Path
) -> None:
    """Five times, each a little later after its start, the first ones before it can be seen."""
    with running("--json") as run, ExitStack() as outside:
        run.until(bool)
        outside.enter_context(visitors(free_port))
        run.until(everybody)
        before = run.frames[-1]
        dark = []
        for turn in range(5):
            show = run.child
            # A SIGTERM of its own, too: nobody has asked its parent to end.
            os.kill(show, signal.SIGTERM if turn == 2 else signal.SIGKILL)
            killed = time.monotonic()
            while run.child in (0, show):
                time.sleep(0.02)
                assert time.monotonic() - killed < 60
            if turn % 2:  # the next is killed as soon as it is there
                continue
            run.until(lambda frames, killed=killed: frames[-1]["at"] > killed, 60)
            run.until(everybody)
            dark.append(run.frames[-1]["at"] - killed)
            assert dict(run.frames[-1]["numbers"]) == dict(before["numbers"])
            assert run.frames[-1]["rejected"] == {}
        report = json.loads(run.end())
    print("seconds until everybody was back:", [round(seconds, 1) for seconds in dark])
    assert report["restarts"] == 5
