"""The command `analyse`: a film judged for flashes and stripes.

Heavy libraries are imported when a command needs them, so that `--help` is quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..core.errors import printable
from .console import check_folder, check_suffix, say, show_json

if TYPE_CHECKING:
    from ..show.analysis import Analysis


def add_to(app: typer.Typer) -> None:
    """Give `app` the command of this module."""
    app.command()(analyse)


def analyse(
    video: Annotated[Path, typer.Argument(help="A film: MP4, MOV, MKV, WebM …")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs, on stdout.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the course of it over time.", metavar="FILE.png"),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(help="Draw a frame of the worst second, marked.", metavar="FILE.png"),
    ] = None,
    peak_nits: Annotated[
        float, typer.Option(help="The luminance of the wall's white, in cd/m².", min=1, max=10_000)
    ] = 200.0,
    window: Annotated[
        float | None,
        typer.Option(help="Ten degrees of what a viewer sees, as a share of the picture.", max=1.0),
    ] = None,
    distance: Annotated[
        float | None,
        typer.Option(help="How near the nearest viewer stands, in metres.", min=0.1, max=1000),
    ] = None,
    width: Annotated[
        float | None, typer.Option(help="How wide the wall is, in metres.", min=0.1, max=1000)
    ] = None,
) -> None:
    """Count a film's flashes and stripes against the limits, and say where it is worst."""
    from ..show.analysis import analyse as judge
    from ..show.analysis import lines, report

    for option, out in (("plot", plot), ("picture", picture)):
        if out:
            check_folder(out, option)
            check_suffix(out, ".png", "a PNG", option)
    with _bar() as tell:
        found = judge(
            video,
            peak_nits=peak_nits,
            window=window,
            distance=distance,
            width=width,
            tell=tell,
        )
    if plot:
        _plot(found, plot)
    if picture:
        _picture(found, picture)
    if as_json:
        show_json(report(found))
    else:
        for line in lines(found):
            print(printable(line))
    if not found.verdict.passed:
        raise typer.Exit(1)


def _plot(found: Analysis, out: Path) -> None:
    from ..outlet.plot import plot
    from ..outlet.png import write_png
    from ..show.analysis import lines, panels

    told = lines(found)
    step, failed = found.verdict.series.step, not found.verdict.passed
    pixels = plot(found.path.name, told[-1], panels(found), step, warn=failed)
    write_png(out, pixels, {"Title": f"Flashes in {found.path.name}", "Comment": told[-1]})


def _picture(found: Analysis, out: Path) -> None:
    from ..outlet.plot import captioned
    from ..outlet.png import write_png
    from ..show.analysis import caption, clock, picture

    seen = picture(found)
    if seen is None:
        say("no frame of the worst second could be read again: no picture is written")
        return
    pixels, at = seen
    shown = captioned(pixels, caption(found, at))
    write_png(out, shown, {"Title": f"{found.path.name} at {clock(at)}"})


@contextmanager
def _bar() -> Iterator[Callable[[float, float], None]]:
    """Give what is to be told how far it is; on a terminal, show that as a bar."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("analyse"), BarColumn(), TextColumn("{task.fields[rate]}"))
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("analyse", total=None, rate="")

        def tell(done: float, there_are: float) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f} times as fast as it plays" if speed else ""
            bar.update(task, completed=done, total=max(done, there_are), rate=rate)

        yield tell
