"""The files that commands write: one picture, and a film."""

from __future__ import annotations

import signal
import sys
from fractions import Fraction
from pathlib import Path
from shlex import join, quote
from typing import TYPE_CHECKING

from ..core.assets import Assets
from ..core.clock import FixedClock
from .console import Size, check_folder, check_suffix, say
from .progress import progress

if TYPE_CHECKING:
    from ..show.installation import Installation


def write_still(
    preset: str,
    assets: Assets,
    out: Path,
    *,
    size: Size,
    time: float,
    feel: str | None = None,
    people: int = 300,
    mood: str = "drift",
    seed: int = 0,
    circles: int = 0,
    sound: Path | None = None,
) -> None:
    """Write a PNG of one preset, which carries the line that makes it again."""
    from ..outlet.png import write_png
    from ..show.still import render as render_image

    check_folder(out)
    check_suffix(out, ".png", "a PNG")
    image = render_image(
        preset,
        feel=feel,
        people=people,
        mood=mood,
        time=time,
        size=size,
        seed=seed,
        sound=sound,
        circles=circles,
        assets=assets,
        tell=say,
    )
    crowd = f"--feel={quote(feel)}" if feel else f"--mood {mood}"
    line = (
        f"empathy render {quote(preset)} --out {quote(out.name)} --size {size[0]}x{size[1]} "
        f"--time {time:g} {crowd} --people {people} --seed {seed}"
    )
    line += f" --circles {circles}" if circles else ""
    line += f" --sound {quote(str(sound))}" if sound else ""
    write_png(out, image, {"Source": line})


def write_film(
    installation: Installation,
    owner: Path | None,
    assets: Assets,
    out: Path,
    size: Size,
    fps: Fraction,
    seconds: float,
    *,
    start: int = 0,
    sound: Path | None = None,
) -> None:
    """Write a video of a simulated show; whatever is written when it stops can be played."""
    from ..inlet.sound import open_sound
    from ..outlet.contract import OutletContext
    from ..outlet.film.film import Film
    from ..outlet.headless import Headless
    from ..show.build import PREROLL_STEPS, open_soundtrack, open_stage
    from ..show.loop import opened
    from ..show.loop import run as run_loop
    from ..show.watching import altered

    check_folder(out)
    frames = max(1, round(seconds * fps))
    line = join(["empathy", *sys.argv[1:]])
    heard = open_sound(sound) if sound else open_soundtrack(installation, owner, assets)
    film = Film(out, fps, sound=heard, start=start)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    with opened(
        Headless(finish=False),
        [film],
        OutletContext(size, reproduce=line),
        lambda surface: open_stage(
            installation,
            owner,
            assets,
            surface,
            size=size,
            preroll=PREROLL_STEPS,
            fade_in=start == 0,
            sound=heard,
        ),
    ) as (stage, outlets):
        programme = stage.programme
        for warning in (*programme.scene.warnings, *programme.news, *stage.cautions):
            say(str(warning))
        try:
            run_loop(stage, progress(FixedClock(fps, frames, start), frames, out.name), outlets)
        except KeyboardInterrupt:
            say(film.stop())
            raise SystemExit(130) from None
        if guarded := altered(stage.interventions):
            say(guarded)
