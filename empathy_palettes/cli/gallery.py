"""The command `gallery`: what every preset looks like, as pictures, loops, a sheet and a page.

Heavy libraries are imported when the command needs them, so that `--help` is quick.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from .console import say
from .progress import in_bytes, progress

STOPPED = 130  # the exit status of what Ctrl-C ends


def add_to(app: typer.Typer) -> None:
    """Give `app` the command of this module."""
    app.command()(gallery)


def gallery(
    context: typer.Context,
    presets: Annotated[
        list[str] | None, typer.Argument(help="Which presets; else all there are.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder to write.")] = Path("gallery"),
    anew: Annotated[bool, typer.Option("--all", help="Draw what has not changed, too.")] = False,
) -> None:
    """Show every preset in six states: pictures, ten-second loops, a contact sheet and a page."""
    from ..show.gallery.drawing import Gallery

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    made = Gallery(out, context.obj, presets or (), anew=anew)
    try:
        for _ in progress(made.draw(), made.frames, "gallery"):
            pass
    except KeyboardInterrupt:
        say(f"{out}: stopped; what was done of it is kept: {', '.join(made.drawn) or 'nothing'}")
        raise typer.Exit(STOPPED) from None
    if made.works:
        made.finish()
    for fault in made.faults:
        say(str(fault))
    if made.works:
        size = sum(file.stat().st_size for file in out.iterdir() if file.is_file())
        say(f"drawn: {', '.join(made.drawn) or 'nothing, all is as it was'}")
        count = len(made.works)
        presets_there = f"{count} preset{'' if count == 1 else 's'}"
        say(f"{out / 'index.html'}: {presets_there}, {in_bytes(size)}")
    if made.faults:
        raise typer.Exit(1)
