"""Times two or more ways of doing the same in turn, so that a machine's mood falls on all alike."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping

ROUNDS = 15


def compare(
    title: str, ways: Mapping[str, Callable[[], object]], per: int, unit: str = "µs"
) -> None:
    """Print the median time of each way, divided by `per`, and its ratio to the first one."""
    scale = {"µs": 1e6, "ms": 1e3}[unit] / per
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            times[name].append((time.perf_counter() - begun) * scale)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    first = next(iter(medians.values()))
    if "--json" in sys.argv:
        print(json.dumps({"title": title, "unit": unit, "medians": medians}))
        return
    print(title)
    for name, median in medians.items():
        print(f"  {name:<34} {median:9.3f} {unit}   × {median / first:.2f}")
