"""One file of a session from its beginning to its end, or to the first thing wrong with it.

Says what each chunk holds, and nothing that has not been checked; keeps nothing of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from ...core.clock import STEPS_PER_SECOND
from ...core.errors import Fault, SessionError
from ..sample import Samples
from .format import PROFILE, ROW, Beginning, Rows, Sealed, Whos, unpack
from .gathered import Gathered
from .keyring import Keyring, plain_rows, read_keyring
from .keytable import beside
from .order import Order
from .passage import LaterFormatError, Passage, passage
from .records import Attached, BrokenError, Chunk, Finished, Header, Message, parts
from .sealing import BEFORE, SECOND

NOTHING = np.empty(0, np.uint32)


class Read(NamedTuple):
    """A chunk that is right: its messages, and what they say.

    `samples` of its second; `here`: of those who were here before the first one.
    """

    messages: tuple[Message, ...]
    said: Passage
    samples: Samples
    here: Samples


class Mark(NamedTuple):
    """Where a chunk begins: its second of the show, its place in the file, and frames before it."""

    second: int
    at: int
    frames: int


@dataclass(slots=True)
class Reading:
    """What is known of a file when it has been read: as far as it could be.

    `good`: chunks that are right. `finished`: it ends as it ought to. `fault`: where and why its
    reading ended before its end. `why` it ended, "" where it broke off. `attached`: files within,
    by name. `gathered`: takes in what is kept of each chunk that is right. `marks`: by
    which a chunk is found again, `channels`: by which it is understood then.
    """

    path: Path
    keys: Path | None = None
    gathered: Gathered | None = None
    order: Order = field(default_factory=Order)
    begin: Beginning | None = None
    ring: Keyring | None = None
    good: int = 0
    finished: bool = False
    fault: Fault | None = None
    why: str = ""
    attached: dict[str, Attached] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    channels: dict[int, str] = field(default_factory=dict)
    _at: int = 0

    def go_on(self, known: Reading, second: int) -> int:
        """Be ready to read what another has read, from the chunk of `second` on; return which."""
        chunk = bisect_left(known.marks, (second, 0, 0))
        if 0 < chunk < len(known.marks) and known.begin is not None:
            mark = known.marks[chunk]
            self._at, self.channels = mark.at, dict(known.channels)
            self.begin, self.ring = known.begin, None
            self.order.begin, self.order.frames = known.begin, mark.frames
            self.good = chunk
        return self.good

    def read(self, file: BinaryIO) -> Iterator[Read]:
        """Yield the chunks of a file that was opened, up to the first thing wrong.

        SessionError where not even its beginning can be read.
        """
        ended = False
        try:
            for part in parts(file, self.channels, self._at):
                if isinstance(part, Header) and part.profile != PROFILE:
                    raise self._foreign()
                if isinstance(part, Attached):
                    self.attached.setdefault(part.name, part)
                elif isinstance(part, Finished):
                    self._finish(part, ended)
                elif isinstance(part, Chunk):
                    if ended:
                        raise BrokenError("something behind its end")
                    frames = self.order.frames
                    read = self._chunk(part)
                    self._mark(read.said, part.at, frames)
                    ended = read.said.end is not None
                    self.good += 1
                    yield read
        except LaterFormatError:
            fix = "update this program, or read it where it was made"
            raise SessionError(
                Fault(str(self.path), "", "made by a later version than this one", fix)
            ) from None
        except BrokenError as broken:
            self._break(str(broken))
        except OSError as error:
            self._break(error.strerror or "it cannot be read")
        if self.begin is None:
            problem = "it is cut off before its beginning: nothing of it can be read"
            raise SessionError(self.fault or Fault(str(self.path), "", problem, "use a copy of it"))
        if not self.finished and self.fault is None:
            fix = "empathy session recover makes a whole file of it"
            self.fault = Fault(str(self.path), self._where(), "it was never finished", fix)

    def _chunk(self, chunk: Chunk) -> Read:
        said = passage(chunk)
        begin = said.begin or self.begin
        if begin is None:
            raise BrokenError("no beginning")
        ring = self.ring or read_keyring(self.keys or beside(self.path), begin, self.path)
        before = begin.step // STEPS_PER_SECOND
        here = _samples(ring, said.here, said.here_simulated, BEFORE)
        if len(here) and not (here["step"] == begin.step).all():
            raise BrokenError("people who were here at another step")
        if any(each.second != before for each in (*said.here, *said.here_simulated)):
            raise BrokenError("people who were here at another step")
        samples = _samples(ring, said.samples, said.simulated, SECOND)
        self.order.take(said)
        if self.gathered is not None:
            self.gathered.take(said)
        self.begin, self.ring = begin, ring
        self.why = "" if said.end is None else said.end.why
        return Read(chunk.messages, said, samples, here)

    def _mark(self, said: Passage, at: int, frames: int) -> None:
        told = [*said.samples, *said.simulated]
        second = told[0].second if told else 0
        if not told and said.withdrawn:
            second = said.withdrawn[0][0] // STEPS_PER_SECOND
        last = self.marks[-1].second if self.marks else 0
        self.marks.append(Mark(max(second, last), at, frames))

    def _finish(self, part: Finished, ended: bool) -> None:
        if not ended:
            raise BrokenError("it ends without having said so")
        if not part.good:
            raise BrokenError("its index is not what was written; every second of it was read")
        self.finished = True

    def _where(self) -> str:
        step = self.order.step
        return "from its beginning on" if step is None else f"after {step / STEPS_PER_SECOND:.1f} s"

    def _break(self, problem: str) -> None:
        if self.begin is None:
            if problem.startswith("it does not begin"):
                raise self._foreign() from None
            fix = "use a copy of it: nothing of it can be read"
            self.fault = Fault(str(self.path), "at its beginning", f"damaged: {problem}", fix)
        else:
            fix = "what was before it can be read; empathy session recover makes a whole file of it"
            self.fault = Fault(str(self.path), self._where(), f"damaged: {problem}", fix)

    def _foreign(self) -> SessionError:
        fix = "name a file that empathy run --record has written"
        return SessionError(Fault(str(self.path), "", "not a recorded session", fix))


def _samples(ring: Keyring, sealed: list[Sealed], plain: list[Sealed], kind: int) -> Samples:
    """The samples of a second in their order; `BrokenError` where they cannot be those of one."""
    rows: list[Rows] = []
    whose: list[Whos] = []
    second = 0
    for told, read in ((sealed, lambda each: ring.rows(each, kind)), (plain, plain_rows)):
        for each in told:
            second = each.second
            some, who = read(each)
            rows.append(some)
            whose.append(who)
    if not rows:
        return unpack(np.empty(0, ROW), NOTHING, 0)
    every = np.concatenate(rows)
    try:
        samples = unpack(every, np.concatenate(whose), second * STEPS_PER_SECOND)
    except ValueError as error:
        raise BrokenError(str(error)) from None
    if (np.diff(np.sort(every["place"]).astype(np.int64)) <= 0).any():
        raise BrokenError("two samples in one place")
    if (np.diff(samples["step"]) < 0).any():
        raise BrokenError("samples that are out of order")
    return samples
