"""Runs a show in real time, from its first frame until it is asked to end.

Reads no files of its own: an installation comes in, and figures go out.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..core.assets import Assets
from ..core.clock import RealClock, ReplayClock, Tick
from ..core.errors import Fault
from ..inlet.session.format import Beginning
from ..inlet.session.room import free_path
from ..inlet.sound import open_sound
from ..outlet.contract import Outlet, OutletContext, Surface
from ..outlet.hashes import Hashes
from ..outlet.headless import Headless
from ..outlet.keeper import Keeper
from ..outlet.log import Log, default_log_path
from ..outlet.osc_out import OscOut
from .aside.live import Aside
from .build import open_stage
from .commands import help_rows, key_table
from .darkroom import Darkroom
from .door import Door
from .handing import Handing
from .handover import BEGINNING
from .installation import RECORD_KEY, Display, Installation
from .keeping import Keeping
from .loop import run
from .recorded_door import length, ticks
from .recording import Recording, beginning, default_path, open_recording
from .replay import Replay, between, start_step
from .report import Report, report
from .sources import gather
from .stage import Stage
from .witness import Witness


@dataclass(frozen=True, slots=True)
class Wanted:
    """What else is wanted of a show than to be seen.

    `record`: the session file that it is recorded to; None: as the installation says. `hashes`: a
    file for the hash of every frame. `replay`: a session that is shown in place of a live crowd.
    """

    record: Path | None = None
    hashes: Path | None = None
    replay: Replay | None = None


NOTHING_ELSE = Wanted()
NO_MINUTE = "a session that is shown again has been kept already"


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
    wanted: Wanted = NOTHING_ELSE,
) -> Report:
    """Return the figures of a show that was run on `surface`; KeyboardInterrupt ends it.

    `title`: the command that was given. `tell` gets what a technician should know at the start.
    `handing`: between this process and its parent, where it has one; that has the figures before
    anything is closed, for a driver may end the process then.
    """
    size = installation.display[0].size
    replay = wanted.replay
    again = handing is not None and handing.handed.header is not None
    log = Log(default_log_path(), sys.stderr, again=again)
    senders = [
        OscOut(send, log.note, str(owner or ""), number)
        for number, send in enumerate(installation.send)
    ]
    others: list[Outlet] = [log, *senders, *([handing] if handing else [])]
    if wanted.hashes:
        others.append(Hashes(free_path(wanted.hashes) if again else wanted.hashes))
    session = replay.recorded.session if replay else None
    context = OutletContext(size, title, key_table(), help_rows(), title)
    heard = open_sound(sound) if sound else None
    recordings: list[Recording] = []
    kept: list[Keeping] = []

    with ExitStack() as stack:
        aside = stack.enter_context(Aside(assets, size) if follow else nullcontext())

        def witnesses(door: Door) -> list[Witness]:
            if path := _recorded_to(installation, wanted, title, again=again):
                recordings.append(
                    open_recording(
                        path,
                        installation,
                        owner,
                        assets,
                        title,
                        size,
                        door.salt,
                        sound=sound,
                        handed=handing.handed if handing else None,
                        drawn_by=str(surface.gl.info["GL_RENDERER"]),
                        insist=wanted.record is not None and not again,
                    )
                )
            if replay is None:
                entries = len(installation.playlist)
                standing = handing.handed.standing if handing else BEGINNING
                rules = installation.record
                folder = Path(rules.folder) if rules else Path.cwd()
                darkroom = Darkroom(folder, sources, door.salt, rules)
                kept.append(Keeping(darkroom, entries, standing))
            return [*recordings, *kept]

        def sources() -> tuple[Beginning, Mapping[str, bytes]]:
            found = gather(installation, owner, assets, sound)
            return beginning(installation, found, title, size), found.bytes

        def make_stage(start: int = 0) -> Stage:
            return open_stage(
                installation,
                owner,
                assets,
                surface,
                size=size,
                follow=follow,
                keeper=Keeper(Path.cwd()),
                aside=aside,
                sound=heard,
                handing=handing,
                session=session,
                own=replay is None or replay.own,
                start=start,
                witnesses=witnesses,
                keep=lambda: kept[-1].keep() if kept else NO_MINUTE,
            )

        surface.open(context)
        stack.callback(surface.close)
        stage = make_stage(0 if replay is None or wanted.hashes else replay.start)
        stack.callback(lambda: stage.close())  # whichever it is by then
        for outlet in others:
            outlet.open(context)
            stack.callback(outlet.close)
        for line in (*surface.notes, *stage.door.listening(), *(each.says for each in senders)):
            tell(line)
        for recording in recordings:
            if recording.recording:
                tell(f"recording: {recording.path}")
            else:  # it is tried again, and says so when it goes on
                for line in _not_recording(recording, owner):
                    log.note(line)
        tell(f"log: {log.path}")
        clock = RealClock(
            handing.left(seconds) if handing else seconds, speed=replay.speed if replay else 1.0
        )

        def figures() -> Report:
            return report(stage, clock.busy) | {"sending": [each.account for each in senders]}

        if handing:
            handing.figures = figures
        else:
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
        with suppress(KeyboardInterrupt):
            run(stage, _shown_by(clock, replay), [surface, *others])
            while replay and replay.loop and not stage.done and not clock.over:
                stage.close()
                stage = make_stage()
                anew = replace(replay, start=start_step(replay.recorded.session, 0.0))
                run(stage, _shown_by(clock, anew), [surface, *others])
        told = figures()
        log.end(f"end: {stage.frames} frames")
        if handing:
            handing.finish(told)
    for keeping in kept:
        for line in keeping.news():  # of what its closing has brought
            tell(line)
    return told


def _shown_by(clock: RealClock, replay: Replay | None) -> Iterable[Tick]:
    if replay is None:
        return clock
    session = replay.recorded.session
    if replay.exact:
        return ReplayClock(ticks(session))
    return between(clock, replay.start, length(session))


def _not_recording(recording: Recording, owner: Path | None) -> list[str]:
    """Why nothing is recorded from the beginning on, with where that is said and what helps."""
    fix = "make room, or name a folder that may be written to"
    return [
        str(Fault(str(owner or ""), f"{RECORD_KEY} {recording.path.parent}", line, fix))
        for line in recording.news()
    ]


def _recorded_to(
    installation: Installation, wanted: Wanted, title: str, *, again: bool
) -> Path | None:
    """Return the file to record to, or None; a show that begins again takes another name."""
    if wanted.record:
        return free_path(wanted.record) if again else wanted.record
    if installation.record is None:
        return None
    return default_path(installation.record, installation.title or title)


def open_surface(screen: Display, *, headless: bool, pad: bool = False) -> Surface:
    """Return what to draw on, not open yet; `pad`: the mouse feels from the beginning."""
    if headless:
        return Headless()
    from ..outlet.window import Window

    return Window(fullscreen=screen.fullscreen, display=screen.number, vsync=screen.vsync, pad=pad)
