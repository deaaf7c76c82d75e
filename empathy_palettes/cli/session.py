"""The commands `session info`, `verify`, `recover` and `erase`: what to do with a recorded session.

Heavy libraries are imported when a command needs them, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..core.errors import ConfigError, Fault, SessionError, printable
from .console import say, show_json

FileArgument = Annotated[Path, typer.Argument(help="A session: NAME.mcap, or .part of it.")]
KeysOption = Annotated[
    Path | None, typer.Option(help="Its key table, where that is not beside it.", metavar="FILE")
]


def add_to(app: typer.Typer) -> None:
    """Give `app` the commands of this module."""
    session = typer.Typer(help="Look at a recorded session, check it, mend it, erase from it.")
    session.command()(info)
    session.command()(verify)
    session.command()(recover)
    session.command()(erase)
    app.add_typer(session, name="session")


def info(
    context: typer.Context,
    file: FileArgument,
    keys: KeysOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs, on stdout.")] = False,
) -> None:
    """Tell what is in a session: when, how long, how many people, what was on show."""
    from ..inlet.session.notes import lines, notes
    from ..inlet.session.session import open_session
    from ..show.sources import changed

    _check(keys)
    with open_session(file, keys=keys) as session:
        told = notes(session, changed(session, context.obj))
    if as_json:
        show_json(told)
        return
    for line in lines(told):
        print(printable(line))


def verify(file: FileArgument, keys: KeysOption = None) -> None:
    """Check every second of a session, its order, files and seals; exit 1 on a fault."""
    from ..inlet.session.notes import clock, faults_of
    from ..inlet.session.session import open_session

    _check(keys)
    with open_session(file, keys=keys) as session:
        faults = faults_of(session)
        for fault in (*faults, *session.expired):
            print(fault)
        read = f"{session.frames:,} frames, {clock(session.seconds)}"
        sealed = "" if session.keys else "; what people said could not be checked"
    if faults:
        say(f"{len(faults)} wrong; {read} can be read")
        raise typer.Exit(1)
    say(f"nothing wrong: {read}{sealed}")


def recover(
    file: FileArgument,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to; else NAME-recovered.mcap beside it.", metavar="FILE"),
    ] = None,
) -> None:
    """Make a whole session of what can be read of a damaged one, which stays as it is."""
    from ..inlet.session.notes import clock
    from ..inlet.session.recovering import recover as make_whole
    from .console import check_folder, check_suffix

    if out is not None:
        check_folder(out)
        check_suffix(out, ".mcap", "a session")
    made = make_whole(file, out)
    print(printable(str(made.path)))
    for name in made.left_out:
        say(f"{name} was damaged, and is not in it")
    keys = (
        "its keys beside it" if made.keys else "there were no keys: what people said stays sealed"
    )
    say(f"{made.frames:,} frames, {clock(made.seconds)}; {keys}")


def erase(
    files: Annotated[list[Path], typer.Argument(help="Sessions to erase from.")],
    who: Annotated[
        str | None,
        typer.Option(
            help="Their name, as in /empathy/NAME; ADAPTER/DEVICE@ADDRESS of an adapter's.",
            metavar="NAME",
        ),
    ] = None,
    number: Annotated[
        int | None, typer.Option(help="Their number in the session.", min=0, max=2**32 - 2)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase what somebody said, for good: their keys are deleted; exit 1 where nobody is found."""
    from ..inlet.session.erasing import erase as delete
    from ..inlet.session.erasing import find

    if (who is None) == (number is None):
        fix = "say --who NAME, or --number N"
        raise ConfigError(Fault("", "who", "nobody, or two, are named", fix))
    found = find(files, who, number)
    if not found:
        named = ", ".join(str(path) for path in files)
        sought = f"nobody called {who!r}" if who is not None else f"no number {number}"
        say(
            f"{named}: {sought} is found there: they are not in it, are erased already, "
            "or the time is over for which names are known"
        )
        raise typer.Exit(1)
    held = [each for each in found if each.held]
    for each in found:
        there = f"number {', '.join(map(str, each.numbers))}"
        say(f"{each.table}: {there}" + ("" if each.held else ", erased already"))
    if held and not yes:
        if not sys.stdin.isatty():
            raise ConfigError(Fault("", "yes", "this cannot be taken back", "add --yes"))
        typer.confirm("Erase what they said, for good?", abort=True, err=True)
    count = delete(held)
    say(f"{count} keys deleted" if count != 1 else "1 key deleted")


def _check(keys: Path | None) -> None:
    if keys is not None and not keys.is_file():
        raise SessionError(Fault(str(keys), "--keys", "no such file", "name a key table: .keys"))
