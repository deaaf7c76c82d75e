"""Writes films: a show, a clock that counts their frames, and the file that they go into."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

from ..core.assets import Assets
from ..core.clock import FixedClock, ReplayClock, Tick
from .console import Size, check_folder, say
from .progress import progress

if TYPE_CHECKING:
    from ..inlet.hearing import Track
    from ..inlet.session.session import Session
    from ..outlet.contract import Outlet
    from ..outlet.film.animated import Animated
    from ..outlet.film.film import Film
    from ..outlet.film.raw import Raw
    from ..outlet.film.recipes import Recipe
    from ..outlet.film.sequence import Sequence
    from ..show.installation import Installation


@dataclass(frozen=True, slots=True)
class Wish:
    """What a film is to be.

    `fps`: None: each frame when it was shown live, of a recorded session. `codec`: a recipe's
    label; None: as the name of `out` says. `quality`: on that recipe's own scale, None: its usual.
    `ssaa`: how many times as wide and high the works are drawn. `hashes`: a file for the hash of
    every frame.
    """

    out: Path
    size: Size
    fps: Fraction | None
    codec: str | None = None
    quality: int | None = None
    alpha: bool = False
    hardware: bool = False
    resume: bool = False
    ssaa: int = 1
    hashes: Path | None = None


def write_film(
    installation: Installation,
    owner: Path | None,
    assets: Assets,
    wish: Wish,
    *,
    frames: int,
    start: int = 0,
    sound: Path | None = None,
    session: Session | None = None,
    own: bool = True,
    tell: Callable[[str], None] = say,
) -> None:
    """Write so many frames of a show, from step `start` on; what is written plays if it stops.

    `session`: a recorded one whose crowd it is, and `own` whether it is its own show; else the
    crowd is a simulated one, which is there from the beginning. `tell` gets what may not be as it
    was meant.
    """
    from ..inlet.sound import open_sound
    from ..outlet.contract import OutletContext
    from ..outlet.film.choosing import choose
    from ..outlet.hashes import Hashes
    from ..outlet.headless import Headless
    from ..render.ssaa import in_words
    from ..show.build import PREROLL_STEPS, open_soundtrack, open_stage
    from ..show.loop import opened
    from ..show.loop import run as run_loop
    from ..show.recorded_door import ticks
    from ..show.watching import altered

    heard = open_sound(sound) if sound else open_soundtrack(installation, owner, assets)
    recipe = choose(wish.out, wish.codec)
    clock: Iterable[Tick]
    if session and wish.fps is None:
        clock, begin = ReplayClock(ticks(session)), next(tick.step for tick in ticks(session))
    else:
        clock, begin = FixedClock(wish.fps or 60, frames, start), start
    film = _film(recipe, wish, heard, begin)
    others: list[Outlet] = [film, *([Hashes(wish.hashes)] if wish.hashes else [])]
    line = join(["empathy", *sys.argv[1:]])
    digest = session.digest if session else ""
    title = installation.title or Path(installation.playlist[0].preset).stem.capitalize()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    with opened(
        Headless(finish=False),
        others,
        OutletContext(wish.size, title, reproduce=line, session=digest),
        lambda surface: open_stage(
            installation,
            owner,
            assets,
            surface,
            size=wish.size,
            preroll=0 if session else PREROLL_STEPS,
            fade_in=start == 0 and not (session and session.beginning.step),
            sound=heard,
            session=session,
            own=own,
            start=0 if wish.hashes else start,  # hashes are of frames that are exact
            alpha=recipe.stores_alpha(asked=wish.alpha),
            ssaa=wish.ssaa,
        ),
    ) as (stage, outlets):
        programme = stage.programme
        if wish.ssaa > 1:
            say(f"{wish.out}: {in_words(wish.size, wish.ssaa)}")
        for warning in (*programme.scene.warnings, *programme.news, *stage.cautions):
            tell(str(warning))
        if film.kept:
            say(f"{wish.out}: goes on behind its first {film.kept} frames")
        try:
            run_loop(stage, progress(clock, frames, wish.out.name, film.written), outlets)
        except BaseException as error:  # else what is not whole would get the film's own name
            if told := film.stop():
                say(told)
            if isinstance(error, KeyboardInterrupt):
                raise SystemExit(130) from None
            raise
        if guarded := altered(stage.interventions):
            say(guarded)


def _film(
    recipe: Recipe, wish: Wish, sound: Track | None, start: int
) -> Film | Animated | Sequence | Raw:
    """Return what writes the frames."""
    from ..core.errors import MachineError
    from ..outlet.film import hardware
    from ..outlet.film.animated import Animated
    from ..outlet.film.choosing import faults, remarks
    from ..outlet.film.film import Film
    from ..outlet.film.raw import Raw
    from ..outlet.film.sequence import Sequence

    if found := tuple(
        faults(recipe, wish.out, wish.size, wish.fps, quality=wish.quality, alpha=wish.alpha)
    ):
        raise MachineError(found)
    if recipe.kind in ("film", "animated"):
        check_folder(wish.out)
    for remark in remarks(recipe, wish.out, sound=sound is not None):
        say(remark)
    if wish.hardware:
        recipe, told = hardware.find(recipe, wish.size, wish.fps or Fraction(60))
        say(f"{wish.out}: {told}")
    alpha, resume = wish.alpha, wish.resume
    if recipe.kind == "raw":
        return Raw(alpha=alpha)
    if recipe.kind == "sequence":
        return Sequence(wish.out, recipe, alpha=alpha, resume=resume)
    if recipe.kind == "animated":
        assert wish.fps is not None  # `faults` has seen to it
        return Animated(wish.out, wish.fps, recipe, wish.quality, alpha=alpha, resume=resume)
    return Film(
        wish.out,
        wish.fps,
        recipe,
        wish.quality,
        sound=sound,
        start=start,
        alpha=alpha,
        resume=resume,
    )
