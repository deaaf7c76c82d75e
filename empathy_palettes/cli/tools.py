"""The commands around a show: feel, new, simulate, replay, list, doctor.

Heavy libraries are imported when a command needs them, so that `--help` is quick.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer

from ..core.assets import Assets
from ..core.clock import STEP
from ..core.errors import Fault, MachineError, printable
from .console import CirclesOption, parse_address, parse_who, real_steps, say, show_json

HERE = "127.0.0.1:9000"
NEW_FROM, NEW_PLACE_FROM = "tidal", "wall"

ToOption = Annotated[str, typer.Option(help="Where the show listens.", metavar="HOST:PORT")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs, on stdout.")]


def add_to(app: typer.Typer) -> None:
    """Give `app` the commands of this module."""
    app.command(context_settings={"ignore_unknown_options": True})(feel)
    app.command()(new)
    app.command()(simulate)
    app.command()(replay)
    app.command("list")(list_things)
    app.command()(doctor)


def feel(
    feeling: Annotated[
        list[str], typer.Argument(help="A word (joy, grief, calm …), or valence and arousal.")
    ],
    who: Annotated[str, typer.Option(help="Who feels it: any short name.")] = "me",
    to: ToOption = HERE,
) -> None:
    """Say what one participant feels; it fades after a while, as everybody's does."""
    from ..inlet.osc import encode
    from ..inlet.wire.send import Sender
    from ..show.feeling import parse_feeling

    parse_who(who)
    text = " ".join(feeling)
    valence, arousal, dominance = parse_feeling(text)
    values = (valence, arousal) if dominance is None else (valence, arousal, dominance)
    by_word = text.replace(" ", "").isalpha()
    said = encode(f"/empathy/{who}/word", text) if by_word else encode(f"/empathy/{who}", *values)
    with closing(Sender(*parse_address(to))) as sender:
        sender.send(encode(f"/empathy/{who}/consent", 1))
        sender.send(said)
        if sender.unheard:
            fix = "start a show first, for example: empathy run desk"
            raise MachineError(Fault("", f"to {to}", "nobody listens there", fix))
    numbers = ", ".join(f"{value:+.2f}" for value in values)
    say(f"{who} feels {text if by_word else numbers}" + (f" ({numbers})" if by_word else ""))


def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is to be called.")],
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="What to begin from: a preset, or any shader (ISF, Shadertoy, GLSL …); else "
            f"{NEW_FROM}. With --installation: an installation; else {NEW_PLACE_FROM}.",
            metavar="NAME|FILE",
        ),
    ] = None,
    installation: Annotated[
        bool, typer.Option("--installation", help="An installation instead of a preset.")
    ] = False,
) -> None:
    """Write a copy that is yours to edit, every line explained, into this folder."""
    from ..show.starter.scaffold import new_installation, new_work

    assets: Assets = context.obj
    here = Path.cwd()
    if installation:
        written = new_installation(name, source or NEW_PLACE_FROM, here, assets)
        then = [f"empathy run {name}", f"empathy run {name} --windowed 1280x720"]
    else:
        written = new_work(name, source or NEW_FROM, here, assets)
        then = [f"empathy live {name}", f"empathy render {name} --out {name}.png"]
    for path in written:
        print(path.relative_to(here))
    faults = () if installation else _drawn(written[0].relative_to(here), assets)
    for line in faults:
        say(line)
    say(f"{'mend' if faults else 'edit'} it, then:  " + "   or:  ".join(then))
    if faults:
        raise typer.Exit(1)


def _drawn(preset: Path, assets: Assets) -> list[str]:
    """Draw a new preset aside, and return what keeps it from being drawn, a line each."""
    from ..show.aside.check import Work, check

    try:
        ((_, verdict),) = check([Work(preset, "preset")], assets)
    except MachineError:
        return []  # nothing can be drawn here at all; whoever wants to see it will be told
    return list(verdict.messages) if verdict.verdict == "fault" else []


def simulate(
    to: ToOption = HERE,
    people: Annotated[int, typer.Option(help="How many.", min=1, max=100_000)] = 300,
    rate: Annotated[
        float, typer.Option(help="Messages per second from each.", min=0.1, max=60)
    ] = 10.0,
    mood: Annotated[str, typer.Option(help="What they go through: empathy list moods.")] = "drift",
    seconds: Annotated[float | None, typer.Option(help="Stop after this long.", min=0.1)] = None,
    seed: Annotated[int, typer.Option(help="Another seed, other people.", min=0)] = 0,
    circles: CirclesOption = 0,
) -> None:
    """Send a simulated crowd as OSC, as if phones did."""
    from ..inlet.wire.send import Sender
    from ..show.build import simulated_crowd
    from ..show.installation import Simulated

    spec = Simulated(people=people, mood=mood, rate=rate, circles=circles)
    crowd = simulated_crowd(spec, seed, arrive_over=60)
    host, port = parse_address(to)
    joined = f" in {circles} circles" if circles else ""
    say(f"{people} people{joined}, mood {mood}, {rate:g} messages a second each, to {host}:{port}")
    with closing(Sender(host, port)) as sender:
        for step in real_steps(seconds):
            for datagram in crowd.advance(step):
                sender.send(datagram)
        say(f"sent {sender.sent} datagrams, {crowd.sent} feelings")


def replay(
    source: Annotated[
        Path, typer.Argument(help="A session (.mcap), or a folder of annotations (.csv).")
    ],
    to: ToOption = HERE,
    speed: Annotated[float, typer.Option(help="How much faster.", min=0.01, max=10_000)] = 1.0,
    seconds: Annotated[float | None, typer.Option(help="Stop after this long.", min=0.1)] = None,
    start: Annotated[
        float, typer.Option("--from", help="Begin so many seconds into the session.", min=0)
    ] = 0.0,
    loop: Annotated[bool, typer.Option("--loop", help="Begin the session again.")] = False,
) -> None:
    """Send a session's crowd as OSC, or a folder of annotations, where a file is a participant."""
    from ..inlet.annotations import AnnotationPlayer
    from ..inlet.session.player import SessionPlayer
    from ..inlet.session.session import open_session
    from ..inlet.wire.send import Sender

    host, port = parse_address(to)
    with ExitStack() as stack:
        player: AnnotationPlayer | SessionPlayer
        if source.is_dir():
            if start or loop:
                raise typer.BadParameter("--from and --loop are of a session")
            player = AnnotationPlayer(source, speed)
            count = len(player.annotators)
        else:
            session = stack.enter_context(open_session(source))
            for fault in session.faults:
                say(str(fault))
            player = SessionPlayer(session, speed, start, loop=loop)
            readable = session.people - session.erased if session.keys else 0
            count = readable + session.simulated
        length = player.steps * STEP
        takes = f"{length / 60:.1f} minutes" if length >= 60 else f"{length:.0f} s"
        say(f"{count} participants, {takes}, to {host}:{port}")
        sender = stack.enter_context(closing(Sender(host, port)))
        lasts = seconds if loop else min(seconds or length, length)
        for step in real_steps(lasts):
            for datagram in player.advance(step):
                sender.send(datagram)
        say(f"sent {sender.sent} datagrams")


def list_things(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            help="presets, installations, adapters, shaders, transitions, palettes, signals, "
            "functions, words, moods or commands."
        ),
    ] = "presets",
    as_json: JsonOption = False,
) -> None:
    """List what there is."""
    from ..show.catalogue import catalogue

    rows = catalogue(what, context.obj)
    if as_json:
        show_json([{"name": name, "says": says} for name, says in rows])
        return
    width = max((len(name) for name, _ in rows), default=0)
    for name, says in rows:
        print(printable(f"{name:<{width}}  {says}".rstrip()))


def doctor(context: typer.Context, as_json: JsonOption = False) -> None:
    """Look whether this machine has what a show needs."""
    from ..show.doctor import examine

    findings = examine(context.obj)
    if as_json:
        show_json([finding.__dict__ for finding in findings])
    else:
        for finding in findings:
            mark = "ok " if finding.ok else "NO "
            print(f"{mark} {finding.what}: {finding.says}")
    if not all(finding.ok or finding.optional for finding in findings):
        raise typer.Exit(1)
