"""The option `--promises` of `check`: what presets promise of their meaning, measured.

Heavy libraries are imported when a command needs them, so that `--help` is quick.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import typer

from ..core.errors import EmpathyError, printable
from .console import say, show_json

if TYPE_CHECKING:
    from ..core.assets import Assets
    from ..mapping.preset import LoadedPreset
    from ..show.aside.check import Work
    from ..show.promises.judge import Judged

STOPPED = 130  # the exit status of what Ctrl-C ends


def measure(
    works: Sequence[Work],
    assets: Assets,
    seeds: Sequence[int],
    jobs: int | None,
    form: Literal["json", "table", False],
) -> None:
    """Say of each preset among `works` which promises it keeps; exit 1 where one is broken."""
    from ..show.promises.judge import apart
    from ..show.promises.report import apart_line, as_data, lines, table

    presets, faults = _presets(works, assets)
    found: list[Judged] = []
    stopped = False
    try:
        for judged in _with_a_bar(presets, assets, seeds, jobs):
            found.append(judged)
            if not form:
                for line in lines(judged):
                    print(printable(line), flush=True)
    except KeyboardInterrupt:
        stopped = True
    between = apart(found)
    found.sort(key=lambda each: (each.name, each.seed))
    if form == "json":
        show_json(as_data(found, between))
    elif form == "table":
        print("\n".join(table(found)))
    else:
        for each in between:
            print(printable(apart_line(each)))
    for fault in faults:
        say(f"fault    {printable(fault)}")
    kept = sum(verdict.kept for each in found for verdict in each.verdicts)
    promised = sum(len(each.verdicts) for each in found)
    nothing = "stopped before one was measured" if stopped else "no presets there"
    say(f"{len(found)} measured: {kept} of {promised} promises kept" if found else nothing)
    if stopped:
        raise typer.Exit(STOPPED)
    holds = all(each.holds for each in found) and all(each.differ for each in between)
    if faults or not holds:
        raise typer.Exit(1)


def _presets(works: Sequence[Work], assets: Assets) -> tuple[list[LoadedPreset], list[str]]:
    """Return the presets that hold, and what is wrong with the others."""
    from ..mapping.preset import load_preset

    found, faults = [], []
    for work in works:
        if not work.kind:
            faults.append(f"{work.path}: no such preset")
        elif work.kind == "preset":
            try:
                found.append(load_preset(work.path, assets))
            except EmpathyError as error:
                faults += map(str, error.faults)
    return found, faults


def _with_a_bar(
    presets: Sequence[LoadedPreset], assets: Assets, seeds: Sequence[int], jobs: int | None
) -> Iterator[Judged]:
    """Pass on what came of each; on a terminal show how far it is, and how long still."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    from ..show.promises.judge import judge

    console = Console(stderr=True)
    columns = (TextColumn("promises"), BarColumn(), MofNCompleteColumn(), TimeLeft())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("promises", total=None)

        def tell(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield from judge(presets, assets, seeds=seeds, jobs=jobs, tell=tell)
