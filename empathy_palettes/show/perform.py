"""Runs a show in real time, from its first frame until it is asked to end.

Reads no files of its own: an installation comes in, and figures go out.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

from ..core.assets import Assets
from ..core.clock import RealClock
from ..inlet.sound import open_sound
from ..outlet.contract import OutletContext, Surface
from ..outlet.headless import Headless
from ..outlet.keeper import Keeper
from ..outlet.log import Log, default_log_path
from ..outlet.osc_out import OscOut
from .aside.live import Aside
from .build import open_stage
from .commands import help_rows, key_table
from .handing import Handing
from .installation import Display, Installation
from .loop import opened, run
from .report import Report, report


def perform(
    installation: Installation,
    owner: Path | None,
    assets: Assets,
    title: str,
    surface: Surface,
    *,
    tell: Callable[[str], None],
    seconds: float | None = None,
    follow: bool = False,
    sound: Path | None = None,
    handing: Handing | None = None,
) -> Report:
    """Return the figures of a show that was run on `surface`; KeyboardInterrupt ends it.

    `title`: the command that was given. `tell` gets what a technician should know at the start.
    `handing`: between this process and its parent, where it has one; that has the figures before
    anything is closed, for a driver may end the process then.
    """
    size = installation.display[0].size
    again = handing is not None and handing.handed.header is not None
    log = Log(default_log_path(), sys.stderr, again=again)
    senders = [
        OscOut(send, log.note, str(owner or ""), number)
        for number, send in enumerate(installation.send)
    ]
    context = OutletContext(size, title, key_table(), help_rows(), title)
    aside = Aside(assets, size) if follow else None
    with (
        aside or nullcontext(),
        opened(
            surface,
            [log, *senders, *([handing] if handing else [])],
            context,
            lambda surface: open_stage(
                installation,
                owner,
                assets,
                surface,
                size=size,
                follow=follow,
                keeper=Keeper(Path.cwd()),
                aside=aside,
                sound=open_sound(sound) if sound else None,
                handing=handing,
            ),
        ) as (stage, outlets),
    ):
        for line in (*surface.notes, *stage.door.listening(), *(each.says for each in senders)):
            tell(line)
        tell(f"log: {log.path}")
        clock = RealClock(handing.left(seconds) if handing else seconds)

        def figures() -> Report:
            return report(stage, clock.busy) | {"sending": [each.account for each in senders]}

        if handing:
            handing.figures = figures
        else:
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
        with suppress(KeyboardInterrupt):
            run(stage, clock, outlets)
        told = figures()
        log.end(f"end: {stage.frames} frames")
        if handing:
            handing.finish(told)
        return told


def open_surface(screen: Display, *, headless: bool, pad: bool = False) -> Surface:
    """Return what to draw on, not open yet; `pad`: the mouse feels from the beginning."""
    if headless:
        return Headless()
    from ..outlet.window import Window

    return Window(fullscreen=screen.fullscreen, display=screen.number, vsync=screen.vsync, pad=pad)
