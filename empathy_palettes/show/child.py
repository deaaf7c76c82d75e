"""The show of `empathy run`, in a process of its own: whatever ends it, its parent starts another.

It is told on stdin what to run and what was left to it, and answers on the pipe that was stdout,
both in lines of JSON; stdin ends when it is to end, or when nobody is left to start another.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote
from types import FrameType
from typing import Any, NamedTuple

from ..core.assets import Assets
from ..core.errors import AssetError, EmpathyError, printable
from ..outlet.log import add_lines, default_log_path
from .discreet import crash_lines, leave_no_core, tell_discreetly
from .handing import Handing, taken_up
from .installation import Installation, LoadedInstallation, load_installation
from .perform import Wanted, open_surface, perform
from .recorded import opened_session
from .replay import Replay, start_step, unseen, with_crowd_of


def main(pipe: int) -> None:
    """Run the show that stdin tells of, answering on `pipe`; exit 0, 1 it broke off, 130."""
    leave_no_core()
    tell_discreetly(_tell_crash)
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return  # nobody is there
    told = json.loads(line)
    handed = taken_up(told["handed"], told["left_out"])
    handing = Handing(pipe, handed, told["until"], reports=told["job"]["as_json"])
    _interrupt_by_signals(handing)
    threading.Thread(target=_watch, args=(handing,), daemon=True).start()
    raise SystemExit(_run(told["job"], handing))


def _run(job: dict[str, Any], handing: Handing) -> int:
    try:
        assets = Assets(*([*map(Path, job[kind])] for kind in ("roots", "include_paths")))
        with chosen(job, assets) as show:
            for line in show.notes:
                _say(line)
            figures = perform(
                show.installation,
                show.owner,
                show.assets,
                job["title"],
                open_surface(show.installation.display[0], headless=job["headless"]),
                tell=_say,
                seconds=job["seconds"],
                sound=Path(job["sound"]) if job["sound"] else show.sound,
                handing=handing,
                wanted=show.wanted,
            )
    except EmpathyError as error:
        for fault in error.faults:
            _say(str(fault))
        if handing.handed.header is not None:  # nobody stands beside it any more
            add_lines(default_log_path(), map(str, error.faults))
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        _tell_crash(crash_lines(error))
        return 1
    if job["headless"] and not job["as_json"]:
        _say(f"{figures['frames']} frames drawn")
    return 0 if handing.over else 130


class Chosen(NamedTuple):
    """The show of a job, and what else is wanted of it; `notes` are to be told first."""

    installation: Installation
    owner: Path | None
    assets: Assets
    sound: Path | None
    wanted: Wanted
    notes: tuple[str, ...]


@contextmanager
def chosen(job: dict[str, Any], assets: Assets) -> Iterator[Chosen]:
    """Open what a job names: an installation, a session or both; display as the job has it."""
    hashes = Path(job["hashes"]) if job["hashes"] else None
    if job["session"]:
        with opened_session(Path(job["session"]), assets) as recorded:
            session, own = recorded.session, job["installation"] is None
            start = start_step(session, job["start"])
            exact = bool(hashes and own)
            replay = Replay(recorded, start, job["speed"], job["loop"], exact=exact, own=own)
            wanted, notes = Wanted(None, hashes, replay), recorded.notes + unseen(job["start"])
            if own:
                place = recorded.installation.model_copy(update={"record": None})
                place = _shown_on(place, {"size": session.beginning.size} | job["display"])
                sound = recorded.sound
                yield Chosen(place, recorded.owner, recorded.assets, sound, wanted, notes)
            else:
                loaded = _installation_for(job["session"], job["installation"], assets)
                place = _shown_on(
                    with_crowd_of(recorded.installation, loaded.installation), job["display"]
                )
                yield Chosen(place, loaded.path, assets, None, wanted, notes)
        return
    loaded = load_installation(job["installation"], assets)
    record = Path(job["record"]) if job["record"] else None
    place = _shown_on(loaded.installation, job["display"])
    yield Chosen(place, loaded.path, assets, None, Wanted(record, hashes), ())


def _installation_for(session: str, name: str, assets: Assets) -> LoadedInstallation:
    """Load another installation for a session; where it is none, the fix keeps the session."""
    try:
        return load_installation(name, assets)
    except AssetError as error:
        live = f"empathy live {name}"
        faults = [
            replace(fault, fix=f"{live} --session {quote(session)}") if fault.fix == live else fault
            for fault in error.faults
        ]
        raise AssetError(faults) from None


def _shown_on(installation: Installation, display: dict[str, Any]) -> Installation:
    screen = installation.display[0].model_copy(update=display)
    return installation.model_copy(update={"display": (screen,)})


def _watch(handing: Handing) -> None:
    """Wait until stdin ends; then the show is to end, if it runs, or not to begin."""
    while os.read(0, 4096):
        pass
    handing.asked.set()
    if not handing.running:
        interrupt_main(signal.SIGINT)


def _interrupt_by_signals(handing: Handing) -> None:
    """Let the first SIGINT or SIGTERM end the show as Ctrl-C does, and ignore what follows it.

    A second one would meet a show that is closing.
    """
    numbers = (signal.SIGINT, signal.SIGTERM)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        handing.interrupted = True
        raise KeyboardInterrupt

    for each in numbers:
        signal.signal(each, interrupt)


def _say(line: str) -> None:
    with suppress(OSError, ValueError):  # the terminal is gone; the show is not
        print(printable(line), file=sys.stderr, flush=True)


def _tell_crash(lines: list[str]) -> None:
    for line in lines:
        _say(line)
    add_lines(default_log_path(), lines)
