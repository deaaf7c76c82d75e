"""What there is to know of a session: in plain values for programs, in lines for people.

Reads what was opened; opens and prints nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...core.clock import STEPS_PER_SECOND
from ...core.errors import Fault
from .session import Session

_MOST_NAMED = 10
_HOUR = 3600
_WHY = {
    "ended": "with the show, or when it was asked to",
    "goes on": "to go on in its next part, which is not here",
    "kept": "as a minute that was kept",
}


def notes(session: Session, changed: Sequence[str] = ()) -> dict[str, Any]:
    """Return what there is to know, as JSON has it.

    `changed`: which of its files are different today.
    """
    begin = session.beginning
    return {
        "file": str(session.path),
        "whole": session.whole,
        "damaged": any("damaged" in fault.problem for fault in session.faults),
        "title": begin.title,
        "begun": begin.begun,
        "seconds": session.seconds,
        "frames": session.frames,
        "size": list(begin.size),
        "people": session.people,
        "simulated": session.simulated,
        "erased": session.erased,
        "keys": session.keys,
        "keys_hours_left": _hours_left(session),
        "signals": sorted(session.signals),
        "commands": len(session.commands),
        "works": [
            {
                "seconds": (work.step - begin.step) / STEPS_PER_SECOND,
                "name": work.name,
                "title": work.title,
            }
            for work in session.works
        ],
        "parts": [str(part.path) for part in session.parts],
        "part": begin.part,
        "begins_at_seconds": begin.step / STEPS_PER_SECOND,
        "files": len(begin.files),
        "files_changed": list(changed),
        "ended": session.ended,
        "sha256": session.digest,
        "series": begin.series,
        "version": begin.version,
        "format": begin.format,
        "guard": begin.guard,
        "drawn_by": begin.drawn_by,
        "faults": [str(fault) for fault in session.faults],
    }


def lines(told: dict[str, Any]) -> list[str]:
    """Return the same in lines, the most asked for first."""
    width, height = told["size"]
    rate = told["frames"] / told["seconds"] if told["seconds"] else 0.0
    frames = f"{_many(told['frames'], 'frame')} ({rate:.1f} a second)"
    rows = [
        ("show", f"{told['title'] or 'untitled'}, begun {_day(told['begun'])}"),
        (
            "length",
            f"{clock(told['seconds'])}, {frames}",
        ),
        ("picture", f"{width}x{height}, guard {told['guard']}"),
        ("people", _people(told)),
        ("keys", _keys(told)),
    ]
    if told["part"] > 1 or told["begins_at_seconds"]:
        at = clock(told["begins_at_seconds"])
        rows.append(("begins", f"as part {told['part']}, {at} after the show did"))
    if len(told["parts"]) > 1:
        rows.append(("parts", ", ".join(Path(part).name for part in told["parts"])))
    rows += [
        ("on show", f"{clock(work['seconds'])}  {work['title'] or work['name']}")
        for work in told["works"]
    ]
    if told["commands"]:
        rows.append(("commands", str(told["commands"])))
    rows.append(("signals", f"{len(told['signals'])}, ten times a second"))
    rows.append(("made of", _files(told)))
    made = f"version {told['version']}" + (f", {told['drawn_by']}" if told["drawn_by"] else "")
    rows += [
        ("ended", _ended(told)),
        ("made by", made),
        ("sha256", told["sha256"]),
    ]
    found = [f"{name:<8}  {value}" for name, value in rows]
    return [*found, *(f"{'wrong':<8}  {fault}" for fault in told["faults"])]


def clock(seconds: float) -> str:
    """Return a time as `1:02:03.5`, without hours where there are none."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    end = f"{rest // 10:02}.{rest % 10}"
    return f"{hours}:{minutes:02}:{end}" if hours else f"{minutes}:{end}"


def faults_of(session: Session) -> list[Fault]:
    """Return all that is wrong with a session: what its opening found, and files within.

    That people's keys have expired is as it ought to be, and none.
    """
    known = {fault.where for fault in session.faults}
    found = [fault for fault in session.faults if fault not in session.expired]
    for file in session.beginning.files:
        if not file.embedded or file.path not in session.files or file.path in known:
            continue
        if hashlib.sha256(session.files.raw(file.path)).hexdigest() != file.sha256:
            problem = "is not as it was recorded"
            found.append(Fault(str(session.path), file.path, problem, "use a copy of the session"))
    return found


def _hours_left(session: Session) -> float | None:
    """How long what people said can still be read, None where that is not known, or over."""
    left = []
    for part in session.parts:
        ring = part.reading.ring
        if ring is None or ring.fault is not None or not ring.there:
            return None
        try:
            keep, age = float(ring.about["keep_hours"]), float(ring.about["age"])
        except (KeyError, ValueError):
            continue
        left.append(max(keep - age / _HOUR, 0.0))
    return min(left, default=None)


def _people(told: dict[str, Any]) -> str:
    said = [_many(told["people"], "person", "people")]
    if told["erased"]:
        said.append(f"{told['erased']} of them erased: hashes of the show do not hold any more")
    if told["simulated"]:
        said.append(f"{told['simulated']} simulated")
    return ", ".join(said)


def _keys(told: dict[str, Any]) -> str:
    if not told["keys"]:
        return "none: signals and frames alone can be read"
    left = told["keys_hours_left"]
    if left is None:
        return "beside it"
    return f"beside it; what people said can be read for {_many(round(left), 'more hour')}"


def _ended(told: dict[str, Any]) -> str:
    why = told["ended"]
    if why:
        return _WHY.get(why, f"because of this: {why}")
    if told["damaged"]:
        return "not read: it is damaged before its end"
    return "never: it broke off, or is being recorded"


def _files(told: dict[str, Any]) -> str:
    said, names = _many(told["files"], "file"), told["files_changed"]
    if not names:
        return said
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{said}; changed since: {', '.join(names[:_MOST_NAMED])}{more}"


def _day(begun: str) -> str:
    """A stamp as people write it."""
    day, _, time = begun.partition("-")
    if not (len(day) == 8 and len(time) == 6 and (day + time).isdecimal()):
        return begun
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"
