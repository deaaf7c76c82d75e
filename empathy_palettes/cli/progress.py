"""How far long work is, on a terminal: how much is done, how fast, how long still, how large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..core.clock import Tick, monotonic

_KILO = 1000


def progress(
    ticks: Iterable[Tick],
    frames: int,
    what: str,
    written: Callable[[], int] | None = None,
    *,
    console: Console | None = None,
    now: Callable[[], float] = monotonic,
) -> Iterator[Tick]:
    """Pass the ticks on; show how many are done, the rate and the time left, on a terminal only.

    `written`: how many bytes the file has by now. `console`: None: stderr. `now`: in seconds.
    """
    shown = console or Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[size]}"),
    )
    with Progress(*columns, console=shown, disable=not shown.is_terminal, get_time=now) as bar:
        task = bar.add_task(what, total=frames, rate="", size="")
        for tick in ticks:
            yield tick
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f} frames/s" if speed else ""
            size = in_bytes(written()) if written and shown.is_terminal else ""
            bar.update(task, advance=1, rate=rate, size=size)


def in_bytes(count: int) -> str:
    """Return a size as people say it: `0 B`, `12 kB`, `3.4 MB`, `1.2 GB`."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < _KILO:
            break
        size, unit = size / _KILO, larger
    return f"{size:.1f} {unit}" if unit not in ("B", "kB") and size < 100 else f"{size:.0f} {unit}"
