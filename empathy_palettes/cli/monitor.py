"""The command monitor: what arrives, live on a terminal, or as lines, or for programs.

Heavy libraries are imported when the command runs, so that `--help` is quick.
"""

from __future__ import annotations

import signal
from contextlib import closing, nullcontext, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..core.assets import Assets
from ..core.config import parse
from ..core.errors import ConfigError, Fault, MachineError, printable
from .console import real_steps, say, show_json, tell_crash

if TYPE_CHECKING:
    from ..show.listening import Inlet
    from ..show.monitor import Monitor
    from ..show.seen import Row

_REDRAW_STEPS = 15  # four times a second
_LONELY_STEPS = 300  # five seconds
_FEW_ROWS = 40  # that a terminal has room for
_HEADS = ("address", "types", "per second", "count", "last value", "adapter")


def add_to(app: typer.Typer) -> None:
    """Give `app` the command of this module."""
    app.command(context_settings={"ignore_unknown_options": True})(monitor)


def monitor(
    context: typer.Context,
    installation: Annotated[
        str | None, typer.Argument(help="Whose ports to listen on, instead of the options below.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="UDP; else the adapter's own, else 9000.", min=1, max=65535)
    ] = None,
    listen: Annotated[
        str, typer.Option(help="This machine's address; 0.0.0.0: every network.")
    ] = "127.0.0.1",
    adapter: Annotated[
        list[str] | None,
        typer.Option(help="Also understand this; may be repeated: empathy list adapters."),
    ] = None,
    range_: Annotated[
        str, typer.Option("--range", help="What senders send.", metavar="LO,HI")
    ] = "-1,1",
    seconds: Annotated[float | None, typer.Option(help="Stop after this long.", min=0.1)] = None,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw", help="Unknown addresses as they come: people's names may be seen in them."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs, on stdout, at the end.")
    ] = False,
) -> None:
    """Show what arrives: addresses, rates, values, adapters, and what is rejected and why."""
    from ..show.discreet import discreetly
    from ..show.installation import load_installation

    assets: Assets = context.obj
    inlets: tuple[Inlet, ...]
    if installation is None:
        inlets = (_inlet(port, listen, adapter or [], range_),)
    else:
        if port is not None or adapter:
            fix = "leave out the installation, or --port and --adapter"
            fault = Fault("", "monitor", "an installation has its own ports and adapters", fix)
            raise ConfigError(fault)
        inlets = load_installation(installation, assets).installation.inlet
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    with discreetly(tell_crash), closing(_opened(inlets, assets, raw)) as watched:
        for line in watched.listening():
            say(line)
        step = _watch(watched, seconds)
        if as_json:
            show_json(watched.report(step))
        else:
            for line in _lines(watched, step):
                print(line)


def _opened(inlets: tuple[Inlet, ...], assets: Assets, raw: bool) -> Monitor:
    from ..show.monitor import Monitor

    try:
        return Monitor(inlets, assets, raw=raw)
    except MachineError as error:
        if not any("in use" in fault.problem for fault in error.faults):
            raise
        fix = "a show listens there? monitor listens in its place: end it first, or try another"
        raise MachineError(
            replace(fault, where="--port", fix=fix) for fault in error.faults
        ) from None


def _inlet(port: int | None, listen: str, adapters: list[str], text: str) -> Inlet:
    """Return the one port that the options describe; ConfigError where they do not."""
    from ..show.listening import Inlet

    low, _, high = text.partition(",")
    try:
        span = float(low), float(high)
    except ValueError:
        raise ConfigError(Fault("", "range", repr(text), "write it as 0,1")) from None
    table = {"port": port, "listen": listen, "range": span, "adapter": tuple(adapters)}
    return parse(table, Inlet, "")


def _watch(watched: Monitor, seconds: float | None) -> int:
    """Take in what arrives until the end, or Ctrl-C; return the last step."""
    console = Console(stderr=True)
    step, told = 0, set[tuple[int, str]]()
    live = Live(console=console, auto_refresh=False, transient=True)
    with suppress(KeyboardInterrupt), live if console.is_terminal else nullcontext():
        for step in real_steps(seconds):
            watched.step(step)
            if step % _REDRAW_STEPS:
                continue
            if console.is_terminal:
                live.update(_table(watched, step), refresh=True)
                continue
            for row in watched.rows():  # a line for each address that is new
                if (row.port, row.address) not in told:
                    told.add((row.port, row.address))
                    say(f"{row.port} {row.address} {row.types}: {row.last}")
    return step


def _table(watched: Monitor, step: int) -> Table:
    rows = watched.rows()
    table = Table(
        caption=Text("\n".join(_summary(watched, step))), caption_justify="left", box=None
    )
    for head in _HEADS:
        table.add_column(head, justify="right" if head in ("per second", "count") else "left")
    for row in rows[:_FEW_ROWS]:
        style = "" if row.known else "dim"
        table.add_row(*map(Text, _cells(watched, row, step)), style=style)
    if len(rows) > _FEW_ROWS:
        table.add_row(f"and {len(rows) - _FEW_ROWS} more", style="dim")
    return table


def _cells(watched: Monitor, row: Row, step: int) -> tuple[str, ...]:
    address = row.address if len(watched.listening()) == 1 else f"{row.port} {row.address}"
    taken = row.adapter or ("" if row.known else "nobody's")
    return address, row.types, f"{row.rate(step):.1f}", str(row.count), row.last, taken


def _summary(watched: Monitor, step: int) -> list[str]:
    """Return what there is to say besides the addresses, a line each."""
    people, dropped = watched.people(), watched.dropped
    lines = [
        f"{watched.datagrams} datagrams"
        + (f", {dropped} more that the system had no room for" if dropped else ""),
        f"{people['heard']} {_persons(people['heard'])}, of whom {people['consented']} "
        f"{'has' if people['consented'] == 1 else 'have'} consented; "
        f"{people['waiting']} would wait for consent where it is explicit",
    ]
    if not watched.datagrams and step > _LONELY_STEPS:
        lines.append(
            "nothing yet: is this the port it sends to? Another machine needs --listen 0.0.0.0; "
            "from here, try: empathy feel joy"
        )
    if watched.refused:
        lines.append(f"{watched.refused} connections refused: not trusted, or too many at once")
    if watched.sampled > 1:
        lines.append(f"a flood: showing 1 in {watched.sampled} of it, the counts are estimates")
    if rejected := watched.notices.rejected:
        counts = ", ".join(f"{reason} {count}" for reason, count in sorted(rejected.items()))
        lines.append(f"rejected: {counts}")
    return [*lines, *watched.notices.lines(step)]


def _persons(count: int) -> str:
    return "person" if count == 1 else "people"


def _lines(watched: Monitor, step: int) -> list[str]:
    """Return the table and what else there is to say as plain text."""
    cells = [_HEADS, *(_cells(watched, row, step) for row in watched.rows())]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rows = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    return [*map(printable, rows if len(rows) > 1 else []), *_summary(watched, step)]
