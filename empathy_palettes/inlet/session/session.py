"""A recorded session, opened: what the show was made of, frame by frame and second by second.

Shows nothing and feeds no crowd; writes nothing, and leaves the files as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND, Tick
from ...core.errors import Fault, SessionError
from ..sample import SAMPLE, Samples
from .files import Files, ReadPart, following_file, open_file
from .format import Whos
from .gathered import Gathered
from .order import Order
from .reading import Read, Reading


class Second(NamedTuple):
    """What was said in a second of the show.

    `step0`: its first step. `samples` in their order. `withdrawn`: by step, who was erased then.
    """

    step0: int
    samples: Samples
    withdrawn: Mapping[int, Whos]


class Session:
    """A show that was recorded, up to the first thing wrong with its files.

    `path` of the first file, `parts` of all that were read. `beginning`: how it began. `whole`: all
    of them were finished, and every second is there. `faults`: a line for each thing that is wrong
    with them or their keys.
    `ended`: why the recording ended, "" where it broke off. `frames`; `steps`: the step at which
    the last of them ended, 0 without any; `seconds` that it lasts. `commands`: each with the step
    after which it was taken. `works`: what was on show, from when on. `here`: in a later part, what
    each who was here had said last. `people`, `simulated`: how many different ones have spoken.
    `erased`: how many of the people have been. `keys`: whether there are any to read people by, so
    that `seconds_of` gives what they said; `expired`: the faults that tell of keys whose time is
    over. `files`: by path, the bytes of the files it was made of,
    read when asked for; SessionError where they are not what was written.
    """

    def __init__(
        self,
        parts: list[ReadPart],
        gathered: Gathered,
        here: Samples,
        faults: list[Fault],
        complete: bool = True,
    ) -> None:
        first, last = parts[0], parts[-1]
        self.path = first.path
        self.parts = tuple(parts)
        self.beginning = first.begin
        self.faults = tuple(faults)
        self.whole = all(part.reading.finished for part in parts) and complete
        self.ended = last.reading.why
        self.frames = gathered.frames
        self.steps = max((part.reading.order.step or 0 for part in parts), default=0)
        self.seconds = max(self.steps - self.beginning.step, 0) / STEPS_PER_SECOND
        self.commands = tuple(gathered.commands)
        self.works = tuple(gathered.works)
        self.here = here
        self.people = len(gathered.people)
        self.simulated = len(gathered.simulated)
        rings = [part.reading.ring for part in parts if part.reading.ring is not None]
        self.erased = len(frozenset[int]().union(*(ring.erased for ring in rings)))
        self.expired = tuple(filter(None, map(_expiry, parts)))
        self.keys = bool(rings) and all(ring.fault is None and ring.there for ring in rings)
        self.files = Files(first)
        self._gathered = gathered
        self._open: set[BinaryIO] = set()

    def __repr__(self) -> str:
        people = f"{self.people} people" + (f", {self.simulated} simulated" * bool(self.simulated))
        return f"<Session {str(self.path)!r}: {self.seconds:.1f} s, {self.frames} frames, {people}>"

    def ticks(self) -> Iterator[Tick]:
        """Yield the frames of the show, as they were counted live; their phase is 0."""
        return self._gathered.ticks()

    @cached_property
    def time(self) -> NDArray[np.float64]:
        """Seconds of the show (n,) at which signals were told, ten for each second."""
        return self._gathered.time()

    @cached_property
    def signals(self) -> Mapping[str, NDArray[np.float32]]:
        """Each signal over `time` (n,), NaN where it was not told."""
        return self._gathered.signals()

    def seconds_of(self, start_step: int = 0) -> Iterator[Second]:
        """Yield the seconds in which something was said, from that of `start_step` on.

        Reads the files again each time, a second at once. What was erased since is not there.
        SessionError where the files have changed.
        """
        for part in self.parts:
            yield from self._seconds(part, start_step // STEPS_PER_SECOND * STEPS_PER_SECOND)

    def _seconds(self, part: ReadPart, start: int) -> Iterator[Second]:
        reading = Reading(part.path, part.keys)
        before = reading.go_on(part.reading, start // STEPS_PER_SECOND)
        file = open_file(part.path)
        self._open.add(file)
        try:
            for place, read in enumerate(reading.read(file), before + 1):
                second = _second(read)
                if second is not None and second.step0 >= start:
                    yield second
                if place == part.reading.good:
                    return
            if reading.good < part.reading.good:
                raise _changed(part.path)
        finally:
            file.close()
            self._open.discard(file)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes of all its files, one after another, in hex."""
        digest = hashlib.sha256()
        for part in self.parts:
            with open_file(part.path) as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()

    def close(self) -> None:
        """Close the files that are still being read."""
        for file in list(self._open):
            file.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_session(path: str | Path, *, parts: bool = True, keys: Path | None = None) -> Session:
    """Open a recorded session, finished or not, whole or damaged.

    `parts`: go on with NAME-2.mcap and so on, of the same show, where they lie beside it. `keys`:
    the key table of its first file, where it does not lie beside it. SessionError where there is no
    file, it is no session, of a later version, or damaged at its very beginning.
    """
    path = Path(path)
    gathered = Gathered()
    first, here = _read(path, keys, gathered, Order())
    read = [first]
    faults = list(_faults(first))
    try:
        while parts and (following := following_file(read[-1])) is not None:
            order = read[-1].reading.order
            part, _ = _read(following, None, gathered, Order(order.index, order.step))
            read.append(part)
            faults += _faults(part)
    except SessionError as error:
        return Session(read, gathered, here, [*faults, *error.faults], complete=False)
    return Session(read, gathered, here, faults)


def _read(
    path: Path, keys: Path | None, gathered: Gathered, order: Order
) -> tuple[ReadPart, Samples]:
    """Read a file once through, to its end or to the first thing wrong."""
    reading = Reading(path, keys, gathered, order)
    here = np.empty(0, SAMPLE)
    with open_file(path) as file:
        for read in reading.read(file):
            if read.said.begin is not None:
                here = read.here
    return ReadPart(path, keys, reading), here


def _faults(part: ReadPart) -> Iterator[Fault]:
    """What is wrong with one file: with its keys, with what it holds, with its end."""
    reading, path = part.reading, str(part.path)
    ring = reading.ring
    if ring is not None and ring.fault is not None:
        yield ring.fault
    elif ring is not None and ring.missing:
        count = len(ring.missing)
        problem = f"the keys of {count} people are gone: what they said cannot be read"
        yield _expiry(part) or Fault(path, "", problem, f"use the whole {ring.path.name}")
    for file in part.begin.files:
        attached = reading.attached.get(file.path)
        if not file.embedded or (attached is not None and attached.good):
            continue
        if attached is None:
            yield Fault(path, file.path, "is not in it", "the show is shown again without it")
        else:
            fix = "use a copy of it; empathy session recover leaves it out"
            yield Fault(path, file.path, "is damaged in it", fix)
    if reading.fault is not None:
        yield reading.fault


def _expiry(part: ReadPart) -> Fault | None:
    """The fault that tells of keys that were deleted as their time was over, None where not."""
    ring = part.reading.ring
    if ring is None or ring.there:
        return None
    problem = "the time is over for which what people said is kept"
    return Fault(str(part.path), "", problem, "signals and frames can still be read")


def _second(read: Read) -> Second | None:
    """What a chunk says of people; None where that is nothing."""
    said, samples = read.said, read.samples
    if len(samples):
        second = int(samples["step"][0]) // STEPS_PER_SECOND
    elif said.withdrawn:
        second = said.withdrawn[0][0] // STEPS_PER_SECOND
    else:
        return None
    withdrawn: dict[int, Whos] = {}
    for step, who in said.withdrawn:
        before = withdrawn.get(step)
        withdrawn[step] = who if before is None else np.concatenate([before, who])
    return Second(second * STEPS_PER_SECOND, samples, withdrawn)


def _changed(path: Path) -> SessionError:
    problem = "it has changed since it was opened"
    return SessionError(Fault(str(path), "", problem, "open it again"))
