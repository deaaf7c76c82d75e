"""The thread that records a show: opens and ends files, erases, and waits for the disk.

Does not know how a show runs: it takes what `recorder` hands over, second by second, and counts
time by these seconds.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...core.clock import STEPS_PER_SECOND
from ..naming import Digests
from ..sample import SAMPLE
from .belt import Belt, Closing, Leaving, Refusing, Second
from .format import PART, SUFFIX, Beginning, Whos
from .keytable import Name
from .kin import Kin
from .latest import Latest
from .part import Lived, Part
from .passage import Work
from .retention import Retention
from .retention import about as about_age
from .room import GIGABYTE, RecordRules, free_bytes, make_room

FIRST_TRY, NEXT_TRY = 10, 60  # seconds after a disk failed
_VISIT_SECONDS = 3600
_ROOM_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Clocks:
    """Where seconds come from: `wall` may jump, `instant` does not; and how a file is synced."""

    wall: Callable[[], float]
    instant: Callable[[], float]
    sync: Callable[[int], None] = os.fsync


class Keeper:
    """What is recorded, and where to; `begin` on the show's thread, all else on its own.

    `news`: lines for the technician. `part`: what is being written, None while nothing can be.
    """

    def __init__(
        self,
        path: Path,
        beginning: Beginning,
        files: Mapping[str, bytes],
        rules: RecordRules,
        salt: bytes,
        clocks: Clocks,
        belt: Belt,
    ) -> None:
        self.path = path
        self.news = deque[str](maxlen=100)
        self.part: Part | None = None
        self._first = path  # of the series that is being written
        self._beginning = beginning
        self._files = files
        self._rules = rules
        self._steps = max(round(rules.hours_per_file * 3600), 1) * STEPS_PER_SECOND
        self._clocks = clocks
        self._belt = belt
        self._latest = Latest()
        self._names: dict[int, Name] = {}
        self._work: Work | None = None
        self._kin = Kin(path.parent, salt)
        self._unerased: dict[int, tuple[Name | None, int]] = {}
        self._said_unerased = False
        self._left = frozenset[Name]()  # of the last to withdraw
        self._nobody = 0  # below: in place of numbers, of whom only the name is known
        self._retention = Retention(path.parent, rules.keep_hours, clocks.wall(), clocks.instant())
        self._retry = -1  # the second from which on a file is tried; -1: one is being written
        self._visit = self._room = -1  # seconds at which these are next due; -1: not known yet
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def begin(self, insist: bool) -> None:
        """Open the first file and start; OSError where that cannot be, if one insists."""
        try:
            if full := self._full():
                raise OSError(full)
            self._open(self._first, self._beginning)
        except OSError as error:
            if insist:
                raise
            self.news.append(f"not recorded yet: {_reason(error)}; it is tried again")
            self._retry = self._beginning.step // STEPS_PER_SECOND + FIRST_TRY
        self._thread.start()

    def names(self) -> Digests:
        """Return the names (n, 2) that are in tables of this show already, as it goes on."""
        return self._kin.names()

    def wait(self, seconds: float) -> bool:
        """Return whether the thread has ended, within so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            item = self._belt.take()
            try:
                if isinstance(item, Closing):
                    self._close(item.why)
                    return
                if isinstance(item, Leaving):
                    self._leave(item)
                elif isinstance(item, Refusing):
                    self._refuse(item)
                else:
                    self._second(item)
            except Exception as error:  # the picture goes on; whoever wrote this is told
                second = item.lived.second if isinstance(item, Second) else 0
                self._fail(f"{type(error).__name__}: {error}", second)
            finally:
                self._belt.done(item)

    def _second(self, item: Second) -> None:
        second = item.lived.second
        samples = np.frombuffer(b"".join(item.samples), SAMPLE)
        lived = item.lived._replace(samples=samples)
        for whos, digests, salt in item.people:
            told = np.ascontiguousarray(digests, np.uint64)
            for who, digest in zip(whos.tolist(), told, strict=True):
                self._names[who] = Name(digest.tobytes(), salt)
        if self._unerased:
            self._erase({}, second * STEPS_PER_SECOND)
        try:
            if item.whole:
                self._look_after(second)
                self._turn(second)
                self._write(lived)
            elif self.part is not None:  # the recorder has said so
                self._finish("the disk was slower than the show")
                self._retry = second + FIRST_TRY
        finally:
            self._work = lived.works[-1] if lived.works else self._work
            self._latest.take(samples)
            if leaving := [*(whos for _, whos in lived.withdrawn), *item.gone]:
                self._lose(np.concatenate(leaving))

    def _write(self, lived: Lived) -> None:
        if self.part is None:
            return
        try:
            if problem := self._full():
                self._stopped(problem, lived.second, self._finish("disk nearly full"))
                return
            self.part.second(lived, self._names)
        except OSError as error:
            self._fail(_reason(error), lived.second)

    def _turn(self, second: int) -> None:
        """Begin a file where one is due: the next part, or, after a failure, a new series."""
        step = second * STEPS_PER_SECOND
        part = self.part
        if part is not None and step - part.beginning.step < self._steps:
            return
        if part is None and (self._retry < 0 or second < self._retry):
            return
        try:
            if part is None:
                if full := self._full():
                    raise OSError(full)
                stem = self.path.name.removesuffix(SUFFIX)
                first = self.path.with_name(f"{stem}-at-{second}s{SUFFIX}")
                beginning = replace(
                    self._beginning, series=secrets.token_hex(16), part=1, step=step
                )
                self._open(first, beginning)
                self._first, self._retry = first, -1
            else:
                if (kept := self._finish("goes on")).endswith(PART):
                    raise OSError(f"{kept} could not be finished")
                number = part.beginning.part + 1
                stem = self._first.name.removesuffix(SUFFIX)
                path = self._first.with_name(f"{stem}-{number}{SUFFIX}")
                self._open(path, replace(part.beginning, part=number, step=step))
            self.news.append(f"recording goes on in {self.path}")
        except OSError as error:
            if part is not None:
                self._stopped(_reason(error), second, "")
            else:
                self._retry = second + NEXT_TRY

    def _full(self) -> str:
        """Say that there is less room than is to be left; "" where there is more."""
        least = self._rules.least_free_gigabytes
        folder = self.path.parent
        while not folder.exists():  # it is made when the file is
            folder = folder.parent
        left = free_bytes(folder) / GIGABYTE
        if left >= least:
            return ""
        rule = f"[record] least_free_gigabytes = {least:g}"
        return f"the disk is nearly full: {left:.2g} GB left ({rule})"

    def _open(self, path: Path, beginning: Beginning) -> None:
        clocks = self._clocks
        now = clocks.wall()
        self._retention.visit(now, clocks.instant(), self._spared())
        self.part = Part(
            path,
            beginning,
            self._files,
            here=self._latest.samples(beginning.step),
            names=self._names,
            work=self._work if beginning.step > self._beginning.step else None,
            about=about_age(now, self._rules.keep_hours),
            sync=clocks.sync,
        )
        self.path = path
        self._kin.add(self.part.table)
        make_room(path.parent, self._rules.most_gigabytes * GIGABYTE, self._spared())

    def _finish(self, why: str) -> str:
        """End the file; return where what was recorded is."""
        part, self.part = self.part, None
        if part is None:
            return ""
        try:
            part.finish(why)
        except OSError:
            return f"{part.path}{PART}"
        return str(part.path)

    def _fail(self, problem: str, second: int) -> None:
        self._stopped(problem, second, self._finish(problem))

    def _stopped(self, problem: str, second: int, kept: str) -> None:
        """Say, once, that nothing is recorded from here on."""
        if self._retry < 0:
            whole = f": what was recorded is in {kept}" if kept else ""
            self.news.append(f"recording stopped: {problem}{whole}; it is tried again")
            self._retry = second + FIRST_TRY

    def _leave(self, item: Leaving) -> None:
        whos: list[int] = item.who.tolist()
        leaving = {who: self._names.get(who) for who in whos}
        self._lose(item.who)
        self._left = frozenset(name for name in leaving.values() if name is not None)
        self._erase(leaving, item.step)

    def _refuse(self, item: Refusing) -> None:
        """Erase those who said no without being here: of the others it is done."""
        leaving: dict[int, Name | None] = {}
        for digest in np.ascontiguousarray(item.names, "<u8"):
            name = Name(digest.tobytes(), item.salt)
            if name not in self._left:
                self._nobody -= 1
                leaving[self._nobody] = name
        if leaving:
            self._erase(leaving, item.step)

    def _erase(self, leaving: Mapping[int, Name | None], step: int) -> None:
        """Delete keys in every table of this show, and what could not be deleted before."""
        for who, name in leaving.items():
            self._unerased[who] = name, step
        try:
            for at in sorted({step for _, step in self._unerased.values()}):
                whose = {who: name for who, (name, when) in self._unerased.items() if when == at}
                if self.part is not None:
                    self.part.erase(whose, at)
                self._kin.erase(whose, at, self.part.table if self.part else None)
                for who in whose:
                    del self._unerased[who]
            self._said_unerased = False
        except OSError as error:
            if not self._said_unerased:
                self._said_unerased = True
                problem = "what somebody said who left could not be erased from a recording"
                self.news.append(f"{problem}: {_reason(error)}: it is tried every second")

    def _lose(self, gone: Whos) -> None:
        self._latest.lose(gone)
        numbers = gone.tolist()
        for who in numbers:
            self._names.pop(who, None)
        if self.part is not None:
            self.part.lose(numbers)

    def _look_after(self, second: int) -> None:
        """Now and then, see that keys expire, and that all recordings have room."""
        if self._visit < 0:
            self._visit, self._room = second + _VISIT_SECONDS, second + _ROOM_SECONDS
        if second >= self._room:
            self._room = second + _ROOM_SECONDS
            make_room(self.path.parent, self._rules.most_gigabytes * GIGABYTE, self._spared())
        if second >= self._visit:
            self._visit = second + _VISIT_SECONDS
            self._visit_retention()

    def _visit_retention(self) -> None:
        with suppress(OSError):
            clocks = self._clocks
            self._retention.visit(clocks.wall(), clocks.instant(), self._spared())

    def _spared(self) -> tuple[Path, ...]:
        part = self.part
        if part is None:
            return ()
        return part.path, part.path.with_name(part.path.name + PART), part.table

    def _close(self, why: str) -> None:
        if self.part is not None and (kept := self._finish(why)).endswith(PART):
            self.news.append(f"recording could not be finished: it is in {kept}")
        self._visit_retention()


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
