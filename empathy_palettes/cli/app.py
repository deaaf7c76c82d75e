"""The program `empathy`: its options, and what no command of its own has."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..core.assets import Assets
from ..core.errors import EmpathyError
from . import analyse, check, convert, export, gallery, monitor, session, shows, tools
from .console import say, show_faults

app = typer.Typer(
    name="empathy",
    help="What a crowd feels, as light. Alone, it runs the demo.",
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
shows.add_to(app)
export.add_to(app)
tools.add_to(app)
check.add_to(app)
convert.add_to(app)
monitor.add_to(app)
analyse.add_to(app)
session.add_to(app)
gallery.add_to(app)


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    project: Annotated[
        Path | None, typer.Option(help="The folder that holds your presets/ and shaders/.")
    ] = None,
    include_path: Annotated[
        list[Path] | None,
        typer.Option(help="A folder that #include also looks in; may be repeated.", metavar="DIR"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.obj = Assets.discover(project, os.environ.get("EMPATHY_PATH", ""), include_path or [])
    if context.invoked_subcommand is None:
        shows.demo(context)


def main() -> None:
    """Run the program: exit 0 done, 1 the work found a fault, 2 wrong usage."""
    # Numpy's own threads would fight the renderer's for the processors: a product of a few thousand
    # numbers, shared out on a busy machine, takes milliseconds in place of microseconds.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except EmpathyError as error:
        show_faults(error)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        say("stopped")
        raise SystemExit(130) from None
