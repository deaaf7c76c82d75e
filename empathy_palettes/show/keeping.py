"""Keeps the last minute when it is asked to: as a session, and as a film that is made of it aside.

Holds what was said in memory, and writes nothing itself: the `darkroom` does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

import numpy as np

from ..core.clock import STEPS_PER_SECOND, Tick, stamp
from ..core.command import Command
from ..inlet.gate import Admitted
from ..inlet.gating.registry import Whos
from ..inlet.naming import Digests
from ..inlet.sample import SIMULATED
from ..inlet.session.format import SUFFIX
from ..inlet.session.keytable import Name
from ..inlet.session.known import Known
from ..inlet.session.minute import Minute
from ..inlet.session.passage import Work
from ..inlet.session.ring import Ring
from ..inlet.session.spoken import Spoken
from .darkroom import Darkroom
from .door import Door, Noes
from .handover import BEGINNING, Standing
from .happened import Happened

MOST_WAITING = 4  # minutes; each may take as long to be drawn as the show before it did


class Keeping:
    """Follows a show, as a `witness`; `keep` keeps the last minute of it.

    `entries`: how many the playlist has. `standing`: how the show stood as it began. Of whoever
    withdraws nothing is left: neither in memory, nor in what was kept of this show, but for films
    that are done.
    """

    def __init__(
        self,
        darkroom: Darkroom,
        entries: int,
        standing: Standing = BEGINNING,
        ring: Ring | None = None,
    ) -> None:
        self._darkroom = darkroom
        self._ring = ring or Ring()
        self._happened = Happened(entries, standing)
        self._known = Known()
        self._spoken = Spoken()
        self._nobody = 0  # below: in place of numbers, of whom only the name is known
        self._names: dict[int, Name] = {}
        self._numbers: dict[Name, set[int]] = {}  # of a name: who comes back gets another
        self._gone: deque[tuple[int, list[int]]] = deque()  # whose names are still needed
        self._kept = ""

    def lived(
        self, step: int, admitted: Admitted, gone: Whos, told: Mapping[str, float], door: Door
    ) -> None:
        """Take in a step; who withdraws is erased wherever they are."""
        samples, withdrawn = admitted
        if len(samples):
            self._meet(samples["who"][samples["origin"] != SIMULATED], door)
        self._ring.step(step, samples, withdrawn, gone, told)
        if len(gone):
            self._known.lose(gone)
            self._gone.append((step, gone.tolist()))
        if len(withdrawn):
            self._known.lose(withdrawn)
            self._erase(withdrawn.tolist(), step)
        if len(door.noes.names):
            self._refuse(door.noes, step)
        if step % STEPS_PER_SECOND == 0:
            self._happened.forget(self._ring.first)
            while self._gone and self._gone[0][0] < self._ring.first:
                for who in self._gone.popleft()[1]:
                    self._forget(who)

    def asked(self, step: int, command: Command) -> None:
        """Take in a command that was applied after `step`."""
        self._happened.asked(step, command)

    def on_show(self, step: int, place: int, name: str, title: str) -> None:
        """Take in that an entry of the playlist is on show from `step` on."""
        self._happened.on_show(Work(step, place, name, title))

    def shown(self, tick: Tick) -> None:
        """Pass over which frames were drawn: a kept minute has one for each step."""

    def keep(self) -> str:
        """Keep the last minute, and return a line that says so, or why not."""
        if self._darkroom.waiting >= MOST_WAITING:
            return f"not kept: {MOST_WAITING} minutes wait to be drawn already"
        cut = self._ring.cut()
        name = f"keep-{stamp()}"
        if name == self._kept.partition("+")[0]:
            name += f"+{cut.end}"  # a second time within a second
        work, works, commands = self._happened.since(cut.begin)
        minute = Minute(cut, dict(self._names), work, works, commands)
        if not minute.seconds:
            return "not kept: the show has just begun"
        self._kept = name
        self._darkroom.take(name + SUFFIX, minute)
        return f"keeping the last {minute.seconds:.0f} s as {name}{SUFFIX}"

    def news(self) -> list[str]:
        """Return what has become of what was kept, each line once."""
        return self._darkroom.news()

    def close(self) -> None:
        """Finish writing what was kept; safe to call twice. See `Darkroom.close`."""
        self._darkroom.close()

    def _meet(self, who: Whos, door: Door) -> None:
        strangers = self._known.strangers(np.ascontiguousarray(who))
        if not len(strangers):
            return
        digests = door.gate.names_of(strangers).astype("<u8")
        self._spoken.add(digests)
        for number, digest in zip(strangers.tolist(), digests, strict=True):
            name = self._names[number] = Name(digest.tobytes(), door.salt)
            self._numbers.setdefault(name, set()).add(number)

    def _erase(self, withdrawn: list[int], step: int) -> None:
        """Erase people, and what they said while they had other numbers."""
        leaving: dict[int, Name | None] = {}
        for who in withdrawn:
            if (name := self._names.get(who)) is not None:
                leaving |= dict.fromkeys(self._numbers[name], name)
        if leaving:
            self._spoken.take(_digests(leaving.values()))
            self._lose(leaving, step)

    def _refuse(self, noes: Noes, step: int) -> None:
        """Erase people who said no when they were silent already, and had no number."""
        leaving: dict[int, Name | None] = {}
        for digest in self._spoken.take(noes.names).astype("<u8"):
            name = Name(digest.tobytes(), noes.salt)
            self._nobody -= 1
            leaving |= dict.fromkeys(self._numbers.get(name, [self._nobody]), name)
        if leaving:
            self._lose(leaving, step)

    def _lose(self, leaving: Mapping[int, Name | None], step: int) -> None:
        whos = [who for who in leaving if who >= 0]
        for who in whos:
            self._forget(who)
        self._ring.erase(np.array(whos, np.uint32))
        self._darkroom.erase(leaving, step)

    def _forget(self, who: int) -> None:
        if (name := self._names.pop(who, None)) is not None:
            self._numbers[name].discard(who)
            if not self._numbers[name]:
                del self._numbers[name]


def _digests(names: Iterable[Name | None]) -> Digests:
    """Names as the gate has them, (n, 2)."""
    digests = b"".join(name.digest for name in names if name is not None)
    return np.frombuffer(digests, "<u8").reshape(-1, 2).astype(np.uint64)
