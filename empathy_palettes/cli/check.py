"""The command `check`: a verdict on every shader, preset and installation of a folder.

Heavy libraries are imported when a command needs them, so that `--help` is quick.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..core.errors import printable
from .console import say, show_json

if TYPE_CHECKING:
    from ..core.assets import Assets
    from ..show.aside.check import Verdict, Work

STOPPED = 130  # the exit status of what Ctrl-C ends


def add_to(app: typer.Typer) -> None:
    """Give `app` the command of this module."""
    app.command()(check)


def check(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Shaders, presets, installations, folders of them, names.")
    ],
    limit: Annotated[
        float, typer.Option(help="Seconds that one drawing may take.", min=0.1, max=600)
    ] = 5.0,
    jobs: Annotated[
        int | None, typer.Option(help="How many at once; else one for each core.", min=1, max=256)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs, on stdout.")] = False,
    promises: Annotated[
        bool, typer.Option(help="Measure what the presets promise, in place of that.")
    ] = False,
    seed: Annotated[
        list[int] | None,
        typer.Option(help="With --promises: whose crowd and chance; may be told again.", min=0),
    ] = None,
    table: Annotated[
        bool, typer.Option(help="With --promises: print the table of docs/promises.md.")
    ] = False,
) -> None:
    """Read, compile and draw files aside, and say of each what came of it; exit 1 on a fault."""
    from ..show.aside.check import find_work

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    works = find_work(paths, context.obj)
    if promises:
        from .promised import measure

        measure(works, context.obj, seed or [1], jobs, "json" if as_json else table and "table")
        return
    verdicts: dict[int, Verdict] = {}
    stopped = False
    try:
        for place, verdict in _with_a_bar(works, context.obj, limit, jobs):
            verdicts[place] = verdict
    except KeyboardInterrupt:
        stopped = True
    found = [verdicts[place] for place in sorted(verdicts)]
    if as_json:
        show_json([asdict(verdict) for verdict in found])
    else:
        for verdict in found:
            _show(verdict)
    say(_summary(found, len(works)))
    if stopped:
        raise typer.Exit(STOPPED)
    if any(verdict.verdict == "fault" for verdict in found):
        raise typer.Exit(1)


def _with_a_bar(
    works: list[Work], assets: Assets, limit: float, jobs: int | None
) -> Iterator[tuple[int, Verdict]]:
    """Pass the verdicts on; on a terminal show how many there are, and the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    from ..show.aside.check import check as verdicts

    console = Console(stderr=True)
    columns = (TextColumn("check"), BarColumn(), MofNCompleteColumn(), TimeLeft())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("check", total=len(works))
        for each in verdicts(works, assets, limit=limit, jobs=jobs):
            yield each
            bar.update(task, advance=1)


def _show(verdict: Verdict) -> None:
    """Print a verdict: one line, and one more for each further message."""
    first, *rest = verdict.messages or ("",)
    print(f"{verdict.verdict:<8} {printable(verdict.path)}" + (f": {first}" if first else ""))
    for message in rest:
        print(f"{'':<8} {message}")


def _summary(found: list[Verdict], works: int) -> str:
    from ..show.aside.check import VERDICTS

    counts = Counter(verdict.verdict for verdict in found)
    told = ", ".join(f"{counts[name]} {name}" for name in VERDICTS if counts[name])
    if not works:
        return "nothing to check there"
    left = f"; stopped before {works - len(found)}" if len(found) < works else ""
    return f"{len(found)} checked" + (f": {told}" if told else "") + left
