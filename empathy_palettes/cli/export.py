"""The command that makes films: `export`.

Heavy libraries are imported when the command needs them, so that `--help` is quick.
"""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from ..core.assets import SUFFIXES, Assets, is_file
from ..core.clock import STEPS_PER_SECOND
from ..core.config import read_toml
from .console import check_folder, parse_fps, parse_size, refuse_session, say
from .films import Wish, write_film
from .shows import FromOption, HashesOption, SessionOption, SoundOption

if TYPE_CHECKING:
    from ..show.installation import Installation
    from ..show.recorded import Recorded

RECORDED = "recorded"  # as `--fps`: each frame when it was shown live
USUAL_SIZE, USUAL_SECONDS = (1920, 1080), 20.0


def add_to(app: typer.Typer) -> None:
    """Give `app` the command of this module."""
    app.command()(export)


def export(
    context: typer.Context,
    out: Annotated[
        Path,
        typer.Option(help="The film: .mp4 .mov .mkv .webm .webp .gif, frames/%06d.png, or - ."),
    ],
    what: Annotated[
        str | None,
        typer.Argument(help="A preset, a shader or an installation; else the session's own."),
    ] = None,
    session: SessionOption = None,
    start: FromOption = 0.0,
    people: Annotated[
        int | None,
        typer.Option(
            help="Simulated people; else 300, or as many as the file says.", min=0, max=100_000
        ),
    ] = None,
    mood: Annotated[
        str | None, typer.Option(help="What they go through; else drift, or what the file says.")
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(help="Else 1920x1080, or as the session was shown.", metavar="WxH"),
    ] = None,
    fps: Annotated[
        str | None,
        typer.Option(
            help="Frames per second: 24, 30, 24000/1001; or recorded: each as it was. Else 60, "
            "for a GIF 25."
        ),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(help="How long it is; else 20, or all of the session.", min=0.1, max=86_400),
    ] = None,
    codec: Annotated[
        str | None,
        typer.Option(help="h264, hevc, prores, prores4444, ffv1, vp9, av1 …; else by the name."),
    ] = None,
    quality: Annotated[
        int | None, typer.Option("--crf", help="How fine, on the codec's own scale.")
    ] = None,
    ssaa: Annotated[
        int, typer.Option(help="Draw so many times as wide and high, and average.", min=1, max=4)
    ] = 1,
    alpha: Annotated[
        bool, typer.Option("--alpha", help="Keep how opaque the work is, where the codec can.")
    ] = False,
    hardware: Annotated[
        bool, typer.Option("--hardware", help="Let a graphics card encode, if one can.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what a stopped export has left.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Another seed, other people; else 0, or the file's.", min=0)
    ] = None,
    circles: Annotated[
        int | None,
        typer.Option(help="Circles they join; else 0, or what the file says.", min=0, max=64),
    ] = None,
    sound: SoundOption = None,
    hashes: HashesOption = None,
) -> None:
    """Export a work, an installation or a recorded session as a film, frame-exact."""
    if what is None and session is None:
        raise typer.BadParameter("name a work, or a session: --session FILE")
    if session and any(given is not None for given in (people, mood, circles)):
        raise typer.BadParameter("--people, --mood and --circles are of a simulated crowd")
    if session is None and (start or fps == RECORDED):
        raise typer.BadParameter("--from and --fps recorded are of a session: --session FILE")
    if fps == RECORDED and (start or seconds):
        raise typer.BadParameter(
            "--fps recorded is all of the session: leave out --from, --seconds"
        )
    if what:
        refuse_session(what, f"empathy export --out {quote(str(out))} --session")
    if hashes:
        check_folder(hashes, "hashes")
    usual = "25" if codec == "gif" or out.suffix.lower() == ".gif" else "60"
    rate = None if fps == RECORDED else parse_fps(fps or usual)
    given = {"people": people, "mood": mood, "circles": circles}
    with ExitStack() as stack:
        if session:
            from ..show.recorded import opened_session
            from ..show.replay import unseen

            recorded = stack.enter_context(opened_session(session, context.obj))
            for note in recorded.notes:
                say(note)
            show = _of_session(what, recorded, context.obj, seed)
            first, frames = _stretch(recorded, start, seconds, rate)
            for line in unseen(start, exact=hashes is not None):
                say(line)
            pixels = parse_size(size) if size else recorded.session.beginning.size
        else:
            assert what is not None and rate is not None
            recorded, first = None, 0
            changes = {key: value for key, value in given.items() if value is not None}
            pixels = parse_size(size) if size else USUAL_SIZE
            show = _simulated(what, context.obj, pixels, seed, changes)
            frames = max(1, round((seconds or USUAL_SECONDS) * rate))
        installation, owner, assets, own_sound = show
        wish = Wish(out, pixels, rate, codec, quality, alpha, hardware, resume, ssaa, hashes)
        try:
            write_film(
                installation,
                owner,
                assets,
                wish,
                frames=frames,
                start=first,
                sound=sound or own_sound,
                session=recorded.session if recorded else None,
                own=what is None,
                tell=(lambda line: say(recorded.plain(line))) if recorded else say,
            )
        except KeyboardInterrupt:  # all was drawn, or nothing yet
            say(f"{out}: stopped before it was finished")
            raise SystemExit(130) from None
    pace = f"{float(frames / rate):g} s at {rate} fps" if rate else f"{frames} frames as they were"
    say(f"{out}: {pace}, {pixels[0]}x{pixels[1]}")


_Show = tuple["Installation", Path | None, Assets, Path | None]


def _of_session(what: str | None, recorded: Recorded, assets: Assets, seed: int | None) -> _Show:
    """Return the session's own show, or another work or installation with its crowd."""
    from ..mapping.work import find_work
    from ..show.installation import load_installation, preset_show
    from ..show.replay import with_crowd_of

    if what is None:
        own = recorded.installation
        if seed is not None:
            own = own.model_copy(update={"seed": seed})
        return own, recorded.owner, recorded.assets, recorded.sound
    then = recorded.installation.seed
    if _is_installation(what, assets):
        loaded = load_installation(what, assets)
        place, owner = loaded.installation, loaded.path
        if seed is not None:
            place = place.model_copy(update={"seed": seed})
    else:
        path = find_work(what, assets)
        place = preset_show(str(path), USUAL_SIZE, then if seed is None else seed, None)
        owner = None
    return with_crowd_of(recorded.installation, place), owner, assets, None


def _stretch(
    recorded: Recorded, start: float, seconds: float | None, fps: Fraction | None
) -> tuple[int, int]:
    """Return the step to begin at, and how many frames there are from there."""
    from ..show.recorded_door import lead_in, length
    from ..show.replay import start_step

    first = start_step(recorded.session, start)
    if fps is None:
        return 0, recorded.session.frames
    # A frame shows the step that it ends at: where the first one is not that of step 0, it counts.
    steps = length(recorded.session) - first + (lead_in(recorded.session) > 0)
    left = Fraction(steps, STEPS_PER_SECOND)
    lasts = min(left, Fraction(seconds)) if seconds else left
    return first, max(1, int(lasts * fps))


def _simulated(
    what: str,
    assets: Assets,
    size: tuple[int, int],
    seed: int | None,
    changes: dict[str, int | str],
) -> _Show:
    """Return a work or an installation with a simulated crowd, as far as `changes` say."""
    from ..mapping.work import find_work
    from ..show.installation import Simulated, load_installation, preset_show

    if _is_installation(what, assets):
        loaded = load_installation(what, assets)
        place = loaded.installation
        crowd = (place.simulated or Simulated()).model_copy(update=changes)
        own = {"simulated": crowd, "seed": place.seed if seed is None else seed, "inlet": ()}
        return place.model_copy(update=own), loaded.path, assets, None
    path = find_work(what, assets)
    if other := _installation_too(what, assets):
        say(f"{what} is a preset and an installation: this is the preset; the other: {other}")
    crowd = Simulated().model_copy(update=changes)
    return preset_show(str(path), size, seed or 0, crowd), None, assets, None


def _is_installation(name: str, assets: Assets) -> bool:
    """Whether a name that could be either is an installation's; presets come first."""
    if is_file(Path(name)):
        return Path(name).suffix == ".toml" and "playlist" in read_toml(Path(name))
    stems = {kind: {path.stem for path in assets.listing(kind)} for kind in SUFFIXES}
    return Path(name).stem in stems["installations"] - stems["presets"]


def _installation_too(name: str, assets: Assets) -> str:
    """Return how to name the installation that is called like a preset; "" where none is."""
    if is_file(Path(name)):
        return ""
    paths = [path for path in assets.listing("installations") if path.stem == Path(name).stem]
    here = Path.cwd()
    shown = (path.relative_to(here) if path.is_relative_to(here) else path for path in paths)
    return next((f"empathy export {quote(str(path))}" for path in shown), "")
