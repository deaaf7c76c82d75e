"""Judges presets by their promises: the sweeps of several halls at once, and what they come to.

Says nothing to anybody: `report` words it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from queue import Queue

from ...core.assets import Assets
from ...core.errors import EmpathyError
from ...mapping.preset import LoadedPreset
from .apart import Apart, Four, four_crowds, presets_apart
from .measuring import SETTLE, Seen, Station, Swept, count, go_through, halls
from .sweeps import SWEEP_OF
from .verdict import Verdict, judged

SEEDS = (1,)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one preset at one seed; `faults`: why it could not be shown."""

    name: str
    path: str
    seed: int
    verdicts: tuple[Verdict, ...] = ()
    four: Four | None = None
    seen: Seen | None = None
    faults: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether all promises are kept, and the four crowds differ."""
        kept = all(each.kept for each in self.verdicts)
        return kept and self.four is not None and self.four.differ


@dataclass(frozen=True, slots=True)
class _Task:
    preset: int
    seed: int
    names: tuple[str, ...]
    settle: float


def promises_of(
    preset: LoadedPreset,
    assets: Assets,
    *,
    seed: int = 1,
    tell: Callable[[], None] = lambda: None,
) -> Judged:
    """Judge one preset at one seed, here and now; EmpathyError where it cannot be shown."""
    wanted, settle = _asked(preset)
    seen = [
        go_through(str(preset.path), assets, seed, names, settle, tell) for names in halls(wanted)
    ]
    return _judged(preset, seed, _together(seen))


def judge(
    presets: Sequence[LoadedPreset],
    assets: Assets,
    *,
    seeds: Sequence[int] = SEEDS,
    jobs: int | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[Judged]:
    """Judge presets at seeds, each hall in a process of its own; yield as each is through.

    `jobs`: how many at once, else one for each core. `tell` is given, now and then, how many levels
    are through, and of how many.
    """
    tasks = _tasks(presets, seeds)
    of, done = sum(count(task.names) for task in tasks), 0
    left = Counter((task.preset, task.seed) for task in tasks)
    parts: dict[tuple[int, int], list[Seen]] = {key: [] for key in left}
    faults: dict[tuple[int, int], tuple[str, ...]] = {}
    context = multiprocessing.get_context("spawn")  # a GL context does not outlive a fork
    with context.Manager() as manager, _pool(context, jobs, len(tasks)) as pool:
        levels = manager.Queue()
        running = {
            pool.submit(_gone_through, str(presets[task.preset].path), assets, task, levels): task
            for task in tasks
        }
        while running:
            over, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
            while not levels.empty():
                levels.get()
                done += 1
            tell(min(done, of), of)
            for future in over:
                task = running.pop(future)
                key = task.preset, task.seed
                left[key] -= 1
                try:
                    parts[key].append(future.result())
                except EmpathyError as error:
                    faults[key] = tuple(map(str, error.faults))
                except BrokenExecutor:
                    path = presets[task.preset].path
                    faults[key] = (f"{path}: its process ended: the driver may have crashed",)
                if not left[key]:
                    preset, seen = presets[task.preset], _together(parts.pop(key))
                    yield (
                        Judged(preset.path.stem, str(preset.path), task.seed, faults=faults[key])
                        if key in faults
                        else _judged(preset, task.seed, seen)
                    )


def apart(judged_: Sequence[Judged]) -> list[Apart]:
    """Return how far presets are from each other, and from themselves: see `presets_apart`."""
    return presets_apart(
        {(each.name, each.seed): each.seen.crowds for each in judged_ if each.seen is not None}
    )


def _asked(preset: LoadedPreset) -> tuple[list[str], float]:
    """Return the sweeps that its promises want, and how long each level takes to settle."""
    promises = preset.preset.promise
    wanted = list(dict.fromkeys(SWEEP_OF[each.when] for each in promises))
    return wanted, max([SETTLE, *(each.within for each in promises)])


def _judged(preset: LoadedPreset, seed: int, seen: Seen) -> Judged:
    verdicts = tuple(judged(each, seen.swept) for each in preset.preset.promise)
    four = four_crowds(seen.crowds, seen.swept)
    return Judged(preset.path.stem, str(preset.path), seed, verdicts, four, seen)


def _together(parts: Sequence[Seen]) -> Seen:
    swept: dict[str, Swept] = {}
    crowds: dict[str, Station] = {}
    for part in parts:
        swept |= part.swept
        crowds |= part.crowds
    return Seen(swept, crowds)


def _tasks(presets: Sequence[LoadedPreset], seeds: Sequence[int]) -> list[_Task]:
    found = []
    for place, preset in enumerate(presets):
        wanted, settle = _asked(preset)
        for seed in seeds:
            found += [_Task(place, seed, names, settle) for names in halls(wanted)]
    return found


def _gone_through(path: str, assets: Assets, task: _Task, levels: Queue[int]) -> Seen:
    """Go through a task's sweeps in this process, and say after each level that it is through."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever asked says that it was stopped
    return go_through(path, assets, task.seed, task.names, task.settle, lambda: levels.put(1))


@contextmanager
def _pool(context: SpawnContext, jobs: int | None, tasks: int) -> Iterator[ProcessPoolExecutor]:
    """Processes to work in; who is stopped waits for none of them."""
    processes = max(min(jobs or os.cpu_count() or 1, tasks), 1)
    others = {each.pid for each in multiprocessing.active_children()}
    pool = ProcessPoolExecutor(processes, mp_context=context)
    try:
        yield pool
    except BaseException:
        for each in multiprocessing.active_children():
            if each.pid not in others:
                each.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
