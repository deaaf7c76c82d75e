"""A recorder that is killed in the middle of a show: what is lost, and that the rest is right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from empathy_palettes.inlet.sample import Samples
from empathy_palettes.inlet.session.session import open_session
from tests.inlet.session.recording import PER_STEP, REPORT_EVERY, said_at, same, samples_of

SLACK = 20  # steps: between what is told and what is done, on a machine that others use, too
ROOT = Path(__file__).parents[3]


@cache
def told(step: int) -> Samples:
    return said_at(step)


def truth(step: int) -> Samples:
    """What was said at a step by the child, which tells its first second again and again."""
    samples = told(step % 60)
    samples["step"] = step
    return samples


class Child:
    """A process that records two thousand samples a second until it is killed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        line = [sys.executable, "-m", "tests.inlet.session.recording", str(path)]
        self._process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._lines = self._process.stdout

    def begun(self) -> None:
        """Wait for its first step."""
        assert "step 0\n" in iter(self._lines.readline, "")

    def kill(self) -> tuple[int, float]:
        """Kill it; return the last step that it was given for sure, and its longest sync."""
        os.kill(self._process.pid, signal.SIGKILL)
        lines = self._lines.read().splitlines()
        self._lines.close()
        assert self._process.wait() == -signal.SIGKILL
        steps = [int(line.split()[1]) for line in lines if line.startswith("step ")]
        syncs = [float(line.split()[1]) for line in lines if line.startswith("synced ")]
        return max(steps), max(syncs, default=0.0)


def killed(folder: Path, count: int, chance: random.Random) -> Iterator[tuple[Path, int, float]]:
    """Kill recorders at moments of which nobody knows in which part of a second they are."""
    children = [Child(folder / f"show{n}.mcap") for n in range(count)]
    try:
        for child in children:
            child.begun()
        moments = sorted(1.1 + 1.2 * chance.random() for _ in children)
        begun = time.monotonic()
        for child, moment in zip(children, moments, strict=True):
            time.sleep(max(0.0, begun + moment - time.monotonic()))
            yield child.path, *child.kill()
    finally:
        for child in children:
            child._process.kill()
            child._process.wait()


def check(path: Path, given: int, sync: float) -> None:
    """At most a second, and what the disk was busy with, is lost; the rest is as it was said."""
    with open_session(path.with_name(path.name + ".part")) as session:
        assert not session.whole and session.keys
        [fault] = session.faults
        assert "\n" not in str(fault)
        read = samples_of(session)
        frames = list(session.ticks())
    assert sorted(read) == list(range(len(read)))
    assert all(same(read[step], truth(step)) for step in read)
    assert sum(map(len, read.values())) == PER_STEP * len(read)
    assert [tick.step for tick in frames] == list(range(2, len(read), 2))
    lost = given + 1 - len(read)
    assert lost <= 60 + round(60 * sync) + REPORT_EVERY + SLACK, (given, len(read), sync)


def test_killed_at_ten_moments(tmp_path: Path) -> None:
    for path, given, sync in killed(tmp_path, 10, random.Random()):
        check(path, given, sync)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(10))
def test_killed_at_a_hundred_moments(tmp_path: Path, turn: int) -> None:
    for path, given, sync in killed(tmp_path, 10, random.Random()):
        check(path, given, sync)
