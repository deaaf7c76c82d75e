"""The statistics of a crowd at one step: ours, straightforward numpy, and one fused numba pass.

A frame of statistics takes everybody's feelings and when they last spoke to the signals that an
instant defines. The peer in numba makes the same `Tally` from the same columns and the same signals
from it; where numba is not installed that line is left out. Then a whole step of a crowd, in which
one in sixty speaks: the same, and apply, resonance, clusters, echoes, modes, circles and smoothing.
All run on one thread; the medians are of processor time, so that a busy machine does not matter.

    .venv/bin/python -m benchmarks.bench_crowd [--json]
"""

from __future__ import annotations

import importlib.util
import json
import math
import statistics as plain_statistics
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np

from benchmarks import crowd_plain
from empathy_palettes.crowd import statistics
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.crowd.table import People
from empathy_palettes.crowd.tally import Scales
from empathy_palettes.inlet.sample import SAMPLE, Samples

SIZES = (1_000, 10_000, 100_000, 1_000_000)
HALF_LIFE, LEAVE_AFTER = 1_200.0, 3_600
ROUNDS = 15
NOW = 600
NOBODY = np.empty(0, np.uint32)


def main() -> None:
    """Print ms per frame and ratios, at several sizes of crowd."""
    report: dict[str, dict[str, float]] = {}
    for size in SIZES:
        people = crowd_of(size)
        ways = frames(people)
        agree({name: way() for name, way in ways.items()})
        medians = alternate(ways, rounds=5 if size == SIZES[-1] else ROUNDS)
        medians["whole step"] = alternate({"": steps_of(size)}, ROUNDS)[""] / 60
        medians["whole step, 64 circles"] = alternate({"": steps_of(size, 64)}, ROUNDS)[""] / 60
        report[f"{size:,} people"] = medians
    if "--json" in sys.argv:
        print(json.dumps({"unit": "ms", "medians": report}))
        return
    for title, medians in report.items():
        print(title)
        for name, median in medians.items():
            print(f"  {name:<24} {median:9.3f} ms   ours × {median / medians['ours']:.2f}")


def frames(people: People) -> dict[str, Callable[[], dict[str, float]]]:
    """Return the ways of taking people to their signals."""
    scales = Scales(people.capacity, HALF_LIFE, LEAVE_AFTER)
    worth = np.ones(people.capacity, np.float32)
    ways: dict[str, Callable[[], dict[str, float]]] = {
        "ours": lambda: statistics.reading(statistics.of(scales.weigh(people, NOW, worth))),
        "straightforward numpy": lambda: crowd_plain.signals(people, NOW, HALF_LIFE),
    }
    if importlib.util.find_spec("numba"):
        from benchmarks.crowd_numba import tallier

        tally = tallier(people, HALF_LIFE)
        ways["one numba pass"] = lambda: statistics.reading(statistics.of(tally(NOW)))
    return ways


def alternate(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median ms of processor time of each way, taken in turn."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            begun = time.thread_time()
            way()
            times[name].append((time.thread_time() - begun) * 1e3)
    return {name: plain_statistics.median(taken) for name, taken in times.items()}


def agree(readings: Mapping[str, Mapping[str, float]]) -> None:
    """Raise where the peers do not say the same of the crowd."""
    for way, reading in readings.items():
        for name, value in readings["ours"].items():
            if not math.isclose(reading[name], value, rel_tol=1e-3, abs_tol=1e-3):
                raise AssertionError(f"{way}: {name} is {reading[name]}, ours {value}")


def samples(people: int, circles: int = 0) -> Samples:
    """Return what a crowd says, a tenth of it about dominance too."""
    random = np.random.default_rng(0)
    batch = np.zeros(people, SAMPLE)
    batch["who"], batch["weight"], batch["dominance"] = np.arange(people), 1.0, np.nan
    for axis, middle in (("valence", 0.1), ("arousal", -0.1)):
        batch[axis] = np.rint(random.normal(middle, 0.4, people).clip(-1, 1) * 32) / 32
    batch["dominance"][::10] = batch["arousal"][::10]
    if circles:
        batch["circle"] = random.integers(1, circles + 1, people)
    return batch


def crowd_of(size: int) -> People:
    """Return people who have spoken at different times of the last ten seconds."""
    people, batch = People(size), samples(size)
    for turn in range(10):
        people.apply(batch[turn::10] if turn else batch, turn * NOW // 10)
    return people


def steps_of(size: int, circles: int = 0) -> Callable[[], None]:
    """Return a second in the life of a crowd of whom everybody speaks once."""
    crowd, batch = Crowd(CrowdSettings(max_people=size)), samples(size, circles)
    crowd.step(1, batch, NOBODY)
    parts = [batch[turn::60] for turn in range(60)]

    def second() -> None:
        for part in parts:
            crowd.step(crowd.current_step + 1, part, NOBODY)

    return second


if __name__ == "__main__":
    main()
