"""The commands that show and draw: demo, run, live, render.

Heavy libraries are imported when a command needs them, so that `--help` is quick.
"""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from ..core.assets import Assets
from ..core.clock import STEPS_PER_SECOND
from ..core.errors import MachineError
from .console import (
    CirclesOption,
    check_folder,
    check_suffix,
    parse_size,
    refuse_session,
    say,
    show_json,
    tell_crash,
)
from .films import Wish, write_film
from .pictures import write_still

if TYPE_CHECKING:
    from ..show.installation import Installation
    from ..show.perform import Wanted

DEMO_SIZE, DEMO_FPS, DEMO_SECONDS = (1280, 720), 30, 18
MOST_TIME = 3600  # seconds that a simulated crowd is lived through for a picture
DEMO_START = 120  # steps: the sea has begun to move by then

SizeOption = Annotated[str, typer.Option(help="Width x height in pixels.", metavar="WxH")]
PeopleOption = Annotated[int, typer.Option(help="Simulated people.", min=0, max=100_000)]
MoodOption = Annotated[str, typer.Option(help="What they go through: empathy list moods.")]
SoundOption = Annotated[Path | None, typer.Option(help="An audio file for it to hear.")]
SessionOption = Annotated[
    Path | None, typer.Option(help="A recorded session, in place of a live or simulated crowd.")
]
FromOption = Annotated[
    float, typer.Option("--from", help="Begin so many seconds into the session.", min=0)
]
SpeedOption = Annotated[float, typer.Option(help="How much faster than it was.", min=0.05, max=60)]
LoopOption = Annotated[bool, typer.Option("--loop", help="Begin the session again at its end.")]
HashesOption = Annotated[
    Path | None, typer.Option(help="A file for the hash of every frame, to compare with another's.")
]
SeedOption = Annotated[int, typer.Option(help="Another seed, other people.", min=0)]


def add_to(app: typer.Typer) -> None:
    """Give `app` the commands of this module."""
    for command in (demo, run, live, render):
        app.command()(command)


def demo(context: typer.Context) -> None:
    """Show what this is: a window where there is a display, else demo.mp4 and demo.png."""
    from ..outlet.window import display_available
    from ..show.installation import load_installation

    assets: Assets = context.obj
    loaded = load_installation("demo", assets)
    if display_available():
        try:
            _perform(loaded.installation, loaded.path, assets, "empathy demo", pad=True)
            return
        except MachineError as error:
            if error.faults[0].where != "window":
                raise
    say("no display here, so the demo goes into files")
    say("(without a graphics card a few minutes)")
    short = _in_short(loaded.installation)
    wish, frames = Wish(Path("demo.mp4"), DEMO_SIZE, Fraction(DEMO_FPS)), DEMO_FPS * DEMO_SECONDS
    write_film(short, loaded.path, assets, wish, frames=frames, start=DEMO_START)
    write_still("tidal", assets, Path("demo.png"), size=DEMO_SIZE, time=12.0, mood="split", seed=2)
    say("demo.mp4: three works, and a feeling that travels through 300 simulated people")
    say("demo.png: the same sea, where they are of two minds")


def run(
    context: typer.Context,
    installation: Annotated[
        str | None,
        typer.Argument(help="A name, or a path to an installation; else the session's own."),
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Draw, but show nothing.")] = False,
    windowed: Annotated[
        str | None, typer.Option(help="A window of this size, not full screen.", metavar="WxH")
    ] = None,
    display: Annotated[int | None, typer.Option(help="Which display, from 0.", min=0)] = None,
    seconds: Annotated[float | None, typer.Option(help="Stop after this long.", min=0.1)] = None,
    sound: SoundOption = None,
    record: Annotated[
        Path | None, typer.Option(help="Record the show to this session file (.mcap).")
    ] = None,
    session: SessionOption = None,
    start: FromOption = 0.0,
    speed: SpeedOption = 1.0,
    loop: LoopOption = False,
    hashes: HashesOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report on stdout at the end.")] = False,
) -> None:
    """Run an installation, and start it again should it break off."""
    from ..outlet.log import add_lines, default_log_path
    from ..show.supervisor import Supervisor, show_command

    assets: Assets = context.obj
    if installation:
        refuse_session(installation, "empathy run --session")
    if installation is None and session is None:
        raise typer.BadParameter("name an installation, or a session: --session FILE")
    if session and record:
        raise typer.BadParameter("a session that is shown again is not recorded again: copy it")
    if session is None and (start or loop or speed != 1.0):
        raise typer.BadParameter("--from, --speed and --loop are of a session: --session FILE")
    if record:
        check_folder(record, "record")
        check_suffix(record, ".mcap", "a session", "record")
    if hashes:
        check_folder(hashes, "hashes")
        if session and installation is None and (start or loop or speed != 1.0 or seconds):
            told = "with --hashes a session is shown once, as it was, to its end"
            raise typer.BadParameter(f"{told}: leave out --from, --speed, --loop and --seconds")
        if loop:
            raise typer.BadParameter("with --hashes a session is shown once: leave out --loop")
    changes: dict[str, object] = {}
    if windowed:
        changes = {"size": parse_size(windowed), "fullscreen": False}
    if display is not None:
        changes["number"] = display
    job = {
        "installation": installation,
        "roots": list(map(str, assets.roots)),
        "include_paths": list(map(str, assets.include_paths)),
        "title": f"empathy run {installation or session}",
        "display": changes,
        "headless": headless,
        "seconds": seconds,
        "sound": str(sound) if sound else None,
        "record": str(record) if record else None,
        "session": str(session) if session else None,
        "start": start,
        "speed": speed,
        "loop": loop,
        "hashes": str(hashes) if hashes else None,
        "as_json": as_json,
    }
    ended = Supervisor(
        show_command(),
        job,
        tell=say,
        note=lambda line: add_lines(default_log_path(), [line]),
    ).run()
    if as_json and ended.status == 0:
        show_json(ended.report | {"restarts": ended.restarts})
    if ended.status:
        raise typer.Exit(ended.status)


def live(
    context: typer.Context,
    preset: Annotated[str, typer.Argument(help="A preset or a shader: its name, or a path.")],
    people: PeopleOption = 300,
    mood: MoodOption = "drift",
    size: SizeOption = "1280x720",
    seed: SeedOption = 0,
    circles: CirclesOption = 0,
    sound: SoundOption = None,
    session: SessionOption = None,
    start: FromOption = 0.0,
    speed: SpeedOption = 1.0,
    headless: Annotated[bool, typer.Option("--headless", help="Draw, but show nothing.")] = False,
    seconds: Annotated[float | None, typer.Option(help="Stop after this long.", min=0.1)] = None,
) -> None:
    """Show a preset or a shader in a window that follows its files while you edit them.

    A session begins again at its end.
    """
    from ..mapping.work import find_work
    from ..show.installation import Simulated, preset_show
    from ..show.perform import Wanted
    from ..show.recorded import opened_session
    from ..show.replay import Replay, start_step, unseen, with_crowd_of

    refuse_session(preset, "empathy live PRESET --session")
    _of_a_crowd(context, session)
    find_work(preset, context.obj)  # a wrong name is told before a window opens
    if session is None and (start or speed != 1.0):
        raise typer.BadParameter("--from and --speed are of a session: --session FILE")
    crowd = None if session else Simulated(people=people, mood=mood, circles=circles)
    installation = preset_show(preset, parse_size(size), seed, crowd)
    wanted = Wanted()
    with ExitStack() as stack:
        if session:
            recorded = stack.enter_context(opened_session(session, context.obj))
            begin = start_step(recorded.session, start)
            for line in (*recorded.notes, *unseen(start)):
                say(line)
            wanted = Wanted(replay=Replay(recorded, begin, speed, loop=True, own=False))
            installation = with_crowd_of(recorded.installation, installation)
        _perform(
            installation,
            None,
            context.obj,
            f"empathy live {preset}",
            headless=headless,
            seconds=seconds,
            follow=True,
            sound=sound,
            wanted=wanted,
        )


def render(
    context: typer.Context,
    preset: Annotated[str, typer.Argument(help="A preset or a shader: its name, or a path.")],
    out: Annotated[Path, typer.Option(help="The PNG to write.")],
    size: SizeOption = "1280x720",
    time: Annotated[float, typer.Option(help="Seconds since it began.", min=0)] = 8.0,
    feel: Annotated[
        str | None, typer.Option(help="What the people feel: a word, or V,A or V,A,D in -1..1.")
    ] = None,
    people: PeopleOption = 300,
    mood: MoodOption = "drift",
    seed: SeedOption = 0,
    circles: CirclesOption = 0,
    sound: SoundOption = None,
    session: SessionOption = None,
) -> None:
    """Draw one picture of a preset or a shader into a PNG."""
    refuse_session(preset, f"empathy render PRESET --out {quote(str(out))} --session")
    _of_a_crowd(context, session)
    if session is None and time > MOST_TIME:
        raise typer.BadParameter(f"--time is at most {MOST_TIME} without a session")
    write_still(
        preset,
        context.obj,
        out,
        size=parse_size(size),
        time=time,
        feel=feel,
        people=people,
        mood=mood,
        seed=seed,
        circles=circles,
        sound=sound,
        session=session,
    )
    say(f"{out}: {preset} after {time:g} s")


def _of_a_crowd(context: typer.Context, session: Path | None) -> None:
    """Refuse what is said of a simulated crowd, where a session's is shown."""
    given = [
        f"--{name}"
        for name in ("feel", "people", "mood", "circles")
        if (source := context.get_parameter_source(name)) and source.name == "COMMANDLINE"
    ]
    if session and given:
        raise typer.BadParameter(f"{', '.join(given)}: of a simulated crowd, not of a session")


def _perform(
    installation: Installation,
    owner: Path | None,
    assets: Assets,
    title: str,
    *,
    headless: bool = False,
    seconds: float | None = None,
    follow: bool = False,
    pad: bool = False,
    sound: Path | None = None,
    wanted: Wanted | None = None,
) -> None:
    """Run a show in this process, in real time, until it is asked to end."""
    from ..show.discreet import discreetly
    from ..show.perform import NOTHING_ELSE, open_surface, perform

    with discreetly(tell_crash):
        figures = perform(
            installation,
            owner,
            assets,
            title,
            open_surface(installation.display[0], headless=headless, pad=pad),
            tell=say,
            seconds=seconds,
            follow=follow,
            sound=sound,
            wanted=wanted or NOTHING_ELSE,
        )
    if headless:
        say(f"{figures['frames']} frames drawn")


def _in_short(installation: Installation) -> Installation:
    """Return the demo as a film: all its works, soon one after another, and nobody listening."""
    from ..show.installation import Simulated, Transition

    stay = (DEMO_SECONDS + DEMO_START / STEPS_PER_SECOND) / len(installation.playlist)
    entries = tuple(entry.model_copy(update={"seconds": stay}) for entry in installation.playlist)
    return installation.model_copy(
        update={
            "inlet": (),
            "playlist": entries,
            "transition": Transition(seconds=2),
            "simulated": Simulated(mood="wave"),
        }
    )
