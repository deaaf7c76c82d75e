"""Checking a folder: our own files, or those of a folder that is named, with a cold driver cache.

Run as `python -m benchmarks.bench_check [FOLDER] [--json]`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.show.aside.check import check, find_work
from empathy_palettes.show.aside.child import Child

Figures = dict[str, float | int | str]


def main() -> None:
    """Print seconds by the clock and of the processor, cold and warm, and what a start costs."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    folders = [Path(word) for word in words] or [builtin_root() / "shaders"]
    with driver_cache():
        figures = {"start of a process": started(), "cold": checked(folders)}
        figures["warm"] = checked(folders)
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=2))
        return
    print(", ".join(map(str, folders)))
    for what, measured in figures.items():
        print(f"{what:<20}" + "  ".join(f"{name} {value}" for name, value in measured.items()))


@contextmanager
def driver_cache() -> Iterator[None]:
    """Let Mesa keep its compiled shaders in a folder of its own, which is empty at first."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MESA_SHADER_CACHE_DIR"] = folder
        yield
        del os.environ["MESA_SHADER_CACHE_DIR"]


def started() -> Figures:
    """Return what it takes until a process can draw."""
    child = Child(Assets([builtin_root()]))
    begun = perf_counter()
    child.start()
    seconds = perf_counter() - begun
    child.stop()
    return {"seconds": round(seconds, 2)}


def checked(folders: list[Path]) -> Figures:
    """Check folders once, with a process for each core."""
    works = find_work(folders)
    before, begun = processor(), perf_counter()
    counts = Counter(verdict.verdict for _, verdict in check(works, Assets([builtin_root()])))
    seconds = perf_counter() - begun
    return {
        "files": len(works),
        "seconds": round(seconds, 1),
        "processor": round(processor() - before, 1),
        "cores": os.cpu_count() or 1,
        **counts,
    }


def processor() -> float:
    """Seconds that this process and those it has waited for have had of any core."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


if __name__ == "__main__":
    main()
