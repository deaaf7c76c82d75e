"""Records a show while it runs: the show hands over what happened, and never waits.

Packs, seals and writes nothing: `keeper` does, on a thread of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...core.clock import STEPS_PER_SECOND, Tick, monotonic
from ...core.clock import wall as wall_clock
from ...core.command import Command
from ...core.errors import Fault, MachineError
from ..naming import Digests
from ..sample import SAMPLE, SIMULATED, Samples
from .belt import Belt, Closing, Leaving, NewPeople, Refusing, Second
from .format import PART, Beginning, Whos
from .keeper import Clocks, Keeper
from .known import Known
from .latest import Latest
from .part import Lived
from .passage import Work
from .room import RecordRules
from .spoken import Spoken

TOLD_EVERY = 6  # steps
MOST_SECONDS = 20  # that may wait for the disk
MOST_BYTES = 64 << 20
RECORDED = frozenset({"freeze", "blackout", "next", "previous", "knob"})
_CLOSING = 5.0  # seconds


@dataclass(slots=True)
class _Gathered:
    """What has happened since the last second was handed over."""

    samples: list[bytes] = field(default_factory=list)
    withdrawn: list[tuple[int, Whos]] = field(default_factory=list)
    gone: list[Whos] = field(default_factory=list)
    people: list[NewPeople] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    commands: list[tuple[int, Command]] = field(default_factory=list)
    told: list[tuple[int, Mapping[str, float]]] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    lived: bool = False

    def drop(self) -> None:
        """Keep nothing that is of no use once a second is missing."""
        self.samples.clear()
        self.ticks.clear()
        self.commands.clear()
        self.told.clear()


class Recorder:
    """Records to `path`, and on, each `rules.hours_per_file`, to NAME-2, NAME-3 and so forth.

    `files`: the show's sources, by the names that `beginning` has them under. `salt`: the key under
    which names are known now. All calls come from one thread, steps in their order, and return at
    once, whatever the disk does. Where it is full, or slower than the show for 20 s (or 64 MiB),
    the file ends, whole up to its last second; after ten seconds, then every minute, a new series
    is tried, NAME-at-123s, which begins in the middle of the show with what each said last. So a
    series is exact from its beginning to its end; what lies between two of them is lost.

    `wall`, `instant`: clocks, in seconds; the second one does not jump. `insist`: MachineError
    where the first file cannot be written, or is there; else it is tried again like any other.
    """

    def __init__(
        self,
        path: Path,
        beginning: Beginning,
        files: Mapping[str, bytes],
        *,
        salt: bytes,
        rules: RecordRules | None = None,
        insist: bool = True,
        wall: Callable[[], float] = wall_clock,
        instant: Callable[[], float] = monotonic,
        sync: Callable[[int], None] = os.fsync,
    ) -> None:
        rules = rules or RecordRules()
        self._belt = Belt(MOST_SECONDS, MOST_BYTES)
        clocks = Clocks(wall, instant, sync)
        self._known = Known()
        self._spoken = Spoken()
        self._second = beginning.step // STEPS_PER_SECOND
        self._until = beginning.step
        self._behind: Latest | None = None
        self._open = True
        self._now = _Gathered()
        try:
            self._keeper = Keeper(path, beginning, files, rules, salt, clocks, self._belt)
            self._spoken.add(self._keeper.names())
            self._keeper.begin(insist)
        except OSError as error:
            problem = f"cannot be recorded to: {error.strerror or error}"
            fix = "choose a name that is free, in a folder that may be written to and has room"
            raise MachineError(Fault(str(path), "", problem, fix)) from None

    @property
    def recording(self) -> bool:
        """Whether a file is being written."""
        return self._keeper.part is not None

    @property
    def waiting(self) -> int:
        """How many seconds wait for the disk."""
        return self._belt.waiting

    @property
    def path(self) -> Path:
        """The name that the file will have, or had, which was written last."""
        return self._keeper.path

    def step(
        self,
        step: int,
        samples: Samples,
        withdrawn: Whos,
        gone: Whos,
        told: Mapping[str, float] | None,
        named: Callable[[Whos], Digests],
        salt: bytes,
    ) -> None:
        """Record a step: what was admitted, who withdrew, who fell silent, what may be told.

        `named` returns the digests (n, 2) of people's numbers, known under `salt`; it is asked once
        for each. `told` is taken ten times a second.
        """
        if step // STEPS_PER_SECOND != self._second:
            self._hand_over()
            self._second = step // STEPS_PER_SECOND
        self._until = step + 1
        self._now.lived = True
        if len(samples):
            real = np.ascontiguousarray(samples["who"][samples["origin"] != SIMULATED])
            if len(withdrawn):  # nobody knows their names any more
                real = real[~np.isin(real, withdrawn)]
            if len(real) and len(strangers := self._known.strangers(real)):
                names = named(strangers)
                self._now.people.append((strangers, names, salt))
                self._spoken.add(names)
            if self._behind is None:
                # As bytes: numpy copies a record at a time, forty times as slowly.
                self._now.samples.append(samples.tobytes())
            else:
                self._behind.take(samples)
        if len(withdrawn):
            withdrawn = np.array(withdrawn, np.uint32)
            self._now.withdrawn.append((step, withdrawn))
            self._belt.put(Leaving(step, withdrawn))
            self._lose(withdrawn)
        if len(gone):
            gone = np.array(gone, np.uint32)
            self._now.gone.append(gone)
            self._lose(gone)
        if told is not None and step % TOLD_EVERY == 0:
            self._now.told.append((step, dict(told)))

    def refuse(self, step: int, names: Digests, salt: bytes) -> None:
        """Erase whoever said no at `step`, after it, by their names (n, 2): the silent, too.

        Who fell silent has no number any more that they could withdraw with.
        """
        known = self._spoken.take(names)
        if len(known):
            self._belt.put(Refusing(step, known, salt))

    def tick(self, tick: Tick) -> None:
        """Record a frame, after the steps that it spans."""
        self._now.ticks.append(tick)

    def command(self, step: int, command: Command) -> None:
        """Record a command that the show took after `step`; those that change no frame are not."""
        if command.name in RECORDED:
            self._now.commands.append((step, command))

    def work(self, step: int, place: int, name: str, title: str) -> None:
        """Record what is on show from `step` on: its place in the programme, name and title."""
        self._now.works.append(Work(step, place, name, title))

    def news(self) -> list[str]:
        """Return lines for the technician, each once."""
        lines, news = list[str](), self._keeper.news
        while news:
            lines.append(news.popleft())
        return lines

    def close(self, why: str = "ended") -> None:
        """Finish the file; waits for the disk for five seconds at most. Safe to call twice."""
        if not self._open:
            return
        self._open = False
        self._hand_over()
        self._belt.put(Closing(why))
        if not self._keeper.wait(_CLOSING):
            left = f"{self.path}{PART}"
            self._keeper.news.append(f"the disk does not answer: what was recorded is in {left}")

    def _hand_over(self) -> None:
        """Put the second on the belt; where there is no room, keep no more than its outcome."""
        if not self._now.lived:
            return
        lived = Lived(
            self._second,
            withdrawn=self._now.withdrawn,
            ticks=self._now.ticks,
            commands=self._now.commands,
            told=self._now.told,
            works=self._now.works,
            until=self._until if self._until % STEPS_PER_SECOND else None,
        )
        if self._behind is None:
            if self._belt.put(Second(lived, self._now.samples, self._now.people, self._now.gone)):
                self._now = _Gathered()
                return
            self._fall_behind()
        self._now.drop()
        first = self._second * STEPS_PER_SECOND
        if self._belt.waiting <= MOST_SECONDS // 2:
            lived = lived._replace(ticks=(), commands=(), told=())
            missed = b"" if self._behind is None else self._behind.samples(first).tobytes()
            if self._belt.put(
                Second(lived, [missed], self._now.people, self._now.gone, whole=False)
            ):
                self._behind = None
                self._now = _Gathered()

    def _fall_behind(self) -> None:
        if self.recording:
            problem = "recording stops: the disk is slower than the show"
            kept = f"what was recorded is in {self.path}, or in {self.path.name}{PART} there"
            self._keeper.news.append(f"{problem}: {kept}; it is tried again")
        self._behind = Latest()
        self._behind.take(np.frombuffer(b"".join(self._now.samples), SAMPLE))
        for left in (*self._now.gone, *(whos for _, whos in self._now.withdrawn)):
            self._behind.lose(left)

    def _lose(self, whos: Whos) -> None:
        self._known.lose(whos)
        if self._behind is not None:
            self._behind.lose(whos)
