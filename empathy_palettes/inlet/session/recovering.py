"""Makes a whole file of what can be read of a session; the one it is made of stays as it is.

Changes nothing that was recorded: messages are taken over byte for byte, a second at a time.
"""

from __future__ import annotations

import errno
import filecmp
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ...core.clock import STEPS_PER_SECOND
from ...core.errors import Fault, SessionError
from .format import BEGIN, END, PART, SUFFIX
from .keyring import connect
from .keytable import beside
from .reading import Reading
from .records import Message
from .session import Session, open_session
from .writer import Said, Writer

RECOVERED = "-recovered"
_NANOSECONDS = 1_000_000_000
_WHY = "recovered"


class Recovered(NamedTuple):
    """What came of it: `path` of the whole file; whether its `keys` went along; what is in it."""

    path: Path
    keys: bool
    frames: int
    seconds: float
    left_out: tuple[str, ...]  # files within that were damaged


def default_out(path: Path) -> Path:
    """Return where the whole file of a session is put: `NAME-recovered.mcap` beside it."""
    name = path.name.removesuffix(PART).removesuffix(SUFFIX)
    return path.with_name(f"{name}{RECOVERED}{SUFFIX}")


def recover(path: Path, out: Path | None = None) -> Recovered:
    """Write a whole, finished session from what can be read of one file, and its keys beside it.

    The same file gives the same bytes, and what was recovered gives itself. SessionError where
    nothing can be read, or something else is in the way, or there is no room.
    """
    out = default_out(path) if out is None else out
    with open_session(path, parts=False) as session:
        if out.resolve() in (path.resolve(), session.path.resolve()):
            raise SessionError(Fault(str(out), "--out", "this is the file itself", "name another"))
        try:
            with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
                made = Path(folder) / out.name
                left_out = _write(session, made)
                keys = _copy_keys(session, beside(made))
                _free(made, out)
                if keys:
                    _place(beside(made), beside(out))
                _place(made, out)
        except OSError as error:
            problem = error.strerror or str(error)
            fix = "make room there, or choose another place: --out"
            raise SessionError(Fault(str(out), "", problem, fix)) from None
        return Recovered(out, keys, session.frames, session.seconds, left_out)


def _write(session: Session, out: Path) -> tuple[str, ...]:
    files, left_out = dict[str, bytes](), list[str]()
    for name in (file.path for file in session.beginning.files if file.embedded):
        try:
            files[name] = session.files[name]
        except (KeyError, SessionError):
            left_out.append(name)
    part = session.parts[0]
    reading, order = Reading(part.path, part.keys), part.reading.order
    frames, steps, why = order.frames, (order.step or session.beginning.step) + 1, _WHY
    writer: Writer | None = None
    with part.path.open("rb") as file:
        for place, read in enumerate(reading.read(file), 1):
            if read.said.end is not None:
                frames, steps, why = read.said.end.frames, read.said.end.steps, read.said.end.why
            said = list(_said(read.messages))
            if writer is None:
                writer = Writer(out, session.beginning, files, said, sync=_at_the_end)
            elif said:
                writer.second(said)
            if place == part.reading.good:
                break
    assert writer is not None  # a session that was opened has a beginning
    writer.finish(frames, steps, why)
    with out.open("rb") as file:
        os.fsync(file.fileno())
    return tuple(left_out)


def _said(messages: tuple[Message, ...]) -> Iterator[Said]:
    """A chunk's messages, but for those that a writer says by itself."""
    for topic, time, data in messages:
        if topic not in (BEGIN, END):
            yield Said(topic, -(-time * STEPS_PER_SECOND // _NANOSECONDS), data)


def _at_the_end(_: int) -> None:
    """Of what is written anew nothing is lost: it is made sure of once, when it is whole."""


def _copy_keys(session: Session, out: Path) -> bool:
    ring = session.parts[0].reading.ring
    if ring is None or ring.fault is not None:
        return False
    try:
        with closing(connect(ring.path, "ro")) as source, closing(sqlite3.connect(out)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise OSError(errno.EIO, str(error)) from None
    out.chmod(0o600)
    return True


def _place(made: Path, out: Path) -> None:
    """Give a file its name, unless it is there already; never in place of another one."""
    try:
        if not out.exists():
            os.link(made, out)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not out.exists():
            os.rename(made, out)


def _free(made: Path, out: Path) -> None:
    """SessionError where something else is in the way of what was made, or of its keys."""
    keys, there = beside(made), beside(out)
    other: Path | None = None
    if out.exists() and not filecmp.cmp(made, out, shallow=False):
        other = out
    elif keys.exists() and there.exists() and not _same(keys, there):
        other = there
    if other is not None:
        fix = "name another with --out, or move that one away"
        raise SessionError(Fault(str(other), "--out", "there is another file of that name", fix))


def _same(one: Path, other: Path) -> bool:
    """Whether two key tables are of one file of one show."""
    told = []
    for path in (one, other):
        try:
            with closing(connect(path, "ro")) as table:
                query = "SELECT value FROM about WHERE name IN ('series', 'part') ORDER BY name"
                told.append(table.execute(query).fetchall())
        except sqlite3.Error:
            return False
    return told[0] == told[1]
