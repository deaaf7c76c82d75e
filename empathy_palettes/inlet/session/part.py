"""One file of a recording and its key table: seconds of a show in, sealed messages out.

Waits for the disk, so it belongs on a thread of its own. Decides nothing: when a file begins and
ends, and who is erased, is told to it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND, Tick
from ...core.command import Command
from ..sample import SAMPLE, SIMULATED, Samples
from . import format as topics
from .format import FORMAT, Beginning, Rows, Sealed, Whos, pack, write_sealed
from .keytable import KeyTable, Name, Person, beside, remove
from .passage import Work
from .sealing import BEFORE, SECOND, Seal, new_key
from .writer import Said, Writer, plain

NO_SAMPLES: Samples = np.empty(0, SAMPLE)
_MOST_WHO = 1 << 15  # in a message


class Lived(NamedTuple):
    """A second of a show: its samples, in their order, and what else happened, each by its step.

    `samples`: of steps 60 × `second` to 60 × `second` + 59. `told`: signals, NaN = not told.
    `until`: the step after the last one lived through; None: all sixty were.
    """

    second: int
    samples: Samples = NO_SAMPLES
    withdrawn: Sequence[tuple[int, Whos]] = ()
    ticks: Sequence[Tick] = ()
    commands: Sequence[tuple[int, Command]] = ()
    told: Sequence[tuple[int, Mapping[str, float]]] = ()
    works: Sequence[Work] = ()
    until: int | None = None


class Part:
    """A file being written, at `path`, and its key table beside it.

    `here`: what each who is here said last, for a file that begins in the middle of a show; `work`:
    what is on show then. `names`: here and in `second`, of everybody real whose samples are given;
    KeyError for one who is not among them. `about`: what else the key table is to say. OSError
    where it cannot be written; nothing is left of it then.
    """

    def __init__(
        self,
        path: Path,
        beginning: Beginning,
        files: Mapping[str, bytes],
        *,
        here: Samples = NO_SAMPLES,
        names: Mapping[int, Name] | None = None,
        work: Work | None = None,
        about: Mapping[str, str] | None = None,
        sync: Callable[[int], None] = os.fsync,
    ) -> None:
        self.path = path
        self.beginning = beginning
        self._frames = 0
        self._steps = beginning.step
        self._series = bytes.fromhex(beginning.series)
        self._seals: dict[int, Seal] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        part = str(beginning.part)
        known = {"format": str(FORMAT), "series": beginning.series, "part": part}
        self._table = KeyTable(beside(path), {**known, **(about or {})})
        try:
            opening = list(self._before(here, names or {}))
            if work is not None:
                opening.append(_work(replace(work, step=beginning.step)))
            self._writer = Writer(path, beginning, files, opening, sync=sync)
        except BaseException:
            self._table.close()
            remove(self._table.path)
            raise

    @property
    def table(self) -> Path:
        """Where its key table is."""
        return self._table.path

    def second(self, lived: Lived, names: Mapping[int, Name]) -> None:
        """Seal and write a second; it is on the disk when this returns.

        What those said in it who withdraw in it is left out. OSError where it cannot be written:
        the file ends with the second before then.
        """
        first = lived.second * STEPS_PER_SECOND
        rows, who = pack(lived.samples, first), np.ascontiguousarray(lived.samples["who"])
        simulated = lived.samples["origin"] == SIMULATED
        real = ~simulated
        if lived.withdrawn:
            leaving = np.isin(who, np.concatenate([whos for _, whos in lived.withdrawn]))
            if left_out := np.unique(who[leaving & real]).tolist():
                self._table.note_erased(left_out, lived.withdrawn[-1][0])
            real &= ~leaving
        said = [
            *_events(lived, first),
            *self._sealed(topics.SAMPLES, first, *_those(real, rows, who), SECOND, names),
            *_open(topics.SIMULATED, first, *_those(simulated, rows, who)),
        ]
        if said:
            self._writer.second(said)
        self._frames += len(lived.ticks)
        self._steps = first + STEPS_PER_SECOND if lived.until is None else lived.until

    def erase(self, leaving: Mapping[int, Name | None], step: int) -> int:
        """Delete these people's keys; return how many there were. OSError where that fails."""
        self.lose(leaving)
        return self._table.erase(leaving, step)

    def lose(self, gone: Collection[int]) -> None:
        """Forget how to seal what these people say: they will say nothing more."""
        for who in gone:
            self._seals.pop(who, None)

    def finish(self, why: str) -> None:
        """End the file, and give it its name; OSError where it stays a part."""
        try:
            self._writer.finish(self._frames, self._steps, why)
        finally:
            with suppress(OSError):
                self._table.close()

    def _before(self, here: Samples, names: Mapping[int, Name]) -> Iterator[Said]:
        """What was said before the file begins, each as of its first step."""
        if not len(here):
            return
        step = self.beginning.step
        first = step - step % STEPS_PER_SECOND
        here = here.copy()
        here["step"] = step
        rows, who = pack(here, first), np.ascontiguousarray(here["who"])
        simulated = here["origin"] == SIMULATED
        real = ~simulated
        yield from self._sealed(topics.HERE, first, *_those(real, rows, who), BEFORE, names)
        yield from _open(topics.HERE_SIMULATED, first, *_those(simulated, rows, who))

    def _sealed(
        self, topic: str, first: int, rows: Rows, who: Whos, kind: int, names: Mapping[int, Name]
    ) -> Iterator[Said]:
        if not len(who):
            return
        people, parts = _by_person(rows, who)
        numbers: list[int] = people.tolist()
        self._meet(numbers, names)
        second, seals = first // STEPS_PER_SECOND, self._seals
        sealed = tuple(
            seals[number].seal(part, second, kind)
            for number, part in zip(numbers, parts, strict=True)
        )
        yield Said(topic, first, write_sealed(Sealed(second, people, sealed)))

    def _meet(self, numbers: Sequence[int], names: Mapping[int, Name]) -> None:
        """Give a key to everybody who has none; it is on the disk before anything is sealed."""
        strangers = [who for who in numbers if who not in self._seals]
        if not strangers:
            return
        people = [Person(who, names[who], new_key()) for who in strangers]
        self._table.add(people)
        part = self.beginning.part
        for who, _, key in people:
            self._seals[who] = Seal(key, self._series, part, who)


def _those(mask: NDArray[np.bool_], rows: Rows, who: Whos) -> tuple[Rows, Whos]:
    return (rows, who) if mask.all() else (rows[mask], who[mask])


def _by_person(rows: Rows, who: Whos) -> tuple[Whos, tuple[bytes, ...]]:
    """Return whose rows there are, ascending, and the bytes of each one's, in their order."""
    order = np.argsort(who, kind="stable")
    sorted_ = who[order]
    starts = np.flatnonzero(np.diff(sorted_, prepend=sorted_[:1] + 1))
    # As rows of bytes, and with the interpreter's lock let go of: records take numpy much longer.
    data = rows.view(np.uint8).reshape(-1, rows.itemsize).take(order, axis=0).tobytes()
    begins: list[int] = (starts * rows.itemsize).tolist()
    ends = [*begins[1:], len(data)]
    return sorted_[starts], tuple(data[a:b] for a, b in zip(begins, ends, strict=True))


def _open(topic: str, first: int, rows: Rows, who: Whos) -> Iterator[Said]:
    """What is nobody's, and needs no seal."""
    if len(who):
        sealed = Sealed(first // STEPS_PER_SECOND, *_by_person(rows, who))
        yield Said(topic, first, write_sealed(sealed))


def _events(lived: Lived, first: int) -> Iterator[Said]:
    """What happened in a second, but for what was said."""
    yield from map(_work, lived.works)
    for step, command in lived.commands:
        args = [_argument(arg) for arg in command.args]
        yield plain(topics.COMMANDS, step, {"step": step, "name": command.name, "args": args})
    for step, whos in lived.withdrawn:
        numbers = whos.tolist()
        for start in range(0, len(numbers), _MOST_WHO):
            told = {"step": step, "who": numbers[start : start + _MOST_WHO]}
            yield plain(topics.WITHDRAWN, step, told)
    if lived.ticks:
        tick = lived.ticks[0]
        steps = [tick.steps for tick in lived.ticks]
        ticks = {"index": tick.index, "step": tick.step, "steps": steps}
        yield plain(topics.TICKS, first, ticks)
    for step, reading in lived.told:
        known = {name: float(value) for name, value in reading.items() if math.isfinite(value)}
        yield plain(topics.SIGNALS, step, {"step": step, **known})


def _work(work: Work) -> Said:
    told = {"step": work.step, "place": work.place, "name": work.name, "title": work.title}
    return plain(topics.WORKS, work.step, told)


def _argument(value: float | str) -> float | str:
    """A command's value as JSON has it, which has no NaN."""
    return value if isinstance(value, str) or math.isfinite(value) else str(value)
