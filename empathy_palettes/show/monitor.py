"""What arrives, for whoever sets a place up: addresses, rates, values, adapters, rejections.

Shows nothing itself and lets nobody in. Keeps no name: of `/empathy/<who>` there is a row for all,
and people are counted by keyed numbers. Of addresses that nobody knows it keeps the shape, unless
it is asked for them as they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..core.assets import Assets
from ..core.clock import STEPS_PER_SECOND
from ..core.errors import EmpathyError
from ..inlet.adapters.adapter import Adapter, load_adapter
from ..inlet.adapters.engine import Adapters
from ..inlet.naming import Naming
from ..inlet.notices import Notices
from ..inlet.osc import Argument, Limits, decode
from ..inlet.said import Said
from ..inlet.wire.datagrams import Datagrams, Hosts
from .listening import Inlet, Listener, Port, load_adapters, open_listener
from .seen import Row, labels_of, our_shape, shape_of, shown, type_tags, whole, words_of

MOST_ROWS = 200  # of addresses that nobody knows; the rest is counted as `OTHERS`
OTHERS = "others"
MOST_PEOPLE = 65_536
_AT_ONCE = 64  # datagrams of one port that are looked at in a step: 3,840 a second
_BYTES = 8_192  # of them


class _Tapped:
    """A port whose datagrams can be looked at once more before the next are asked for."""

    def __init__(self, port: Port) -> None:
        self.inner = port
        self.port, self.loopback = port.port, port.loopback
        self.datagrams = 0
        self.heard: Datagrams | None = None

    @property
    def errors(self) -> int:
        return self.inner.errors

    @property
    def refused(self) -> int:
        return getattr(self.inner, "refused", 0)  # where there are connections

    @property
    def dropped(self) -> int | None:
        return self.inner.dropped

    def drain(self, steps: int) -> Datagrams:
        self.heard = self.inner.drain(steps)
        self.datagrams = self.inner.datagrams
        return self.heard

    def own(self) -> Hosts:
        return self.inner.own()

    def addresses(self) -> list[str]:
        return self.inner.addresses()

    def close(self) -> None:
        self.inner.close()


@dataclass(frozen=True, slots=True)
class _Watched:
    """An inlet, and by what its addresses and texts are known.

    `adapters` are others than the reader's, only asked whose an address is. `words`: parts of
    addresses; `labels`: texts, by adapter.
    """

    listener: Listener
    port: _Tapped
    adapters: Adapters
    limits: Limits
    words: frozenset[str]
    labels: Mapping[str, frozenset[str]]


class Monitor:
    """Listens as a show does, on every port of `inlets`, and keeps what there is to tell.

    What is rejected and why is found by the show's own reader, exactly. Addresses are looked at one
    by one, and of a flood only some: `sampled` says one in how many, where it was fewest. `raw`:
    addresses that nobody knows, and are not nearly ours, are kept as they come, names and all.
    MachineError for a port that cannot be had, ConfigError for an adapter.
    """

    def __init__(
        self,
        inlets: Sequence[Inlet],
        assets: Assets,
        key: bytes | None = None,
        raw: bool = False,
    ) -> None:
        self.notices = Notices()
        self._raw = raw
        self.sampled = 1
        self._rows: dict[tuple[int, str, str], Row] = {}
        self._unknown = 0
        self._shapes: dict[tuple[int, int], tuple[str, str, bool]] = {}
        self._people = _People()
        naming = Naming(key)
        adapters = load_adapters(tuple(inlets), assets, None)
        # Of adapters that nobody chose only the addresses are looked at, to say which to choose.
        self._others = Adapters(_every(assets), naming, Notices())
        self._inlets: list[_Watched] = []
        try:
            for number, inlet in enumerate(inlets, 1):
                self._listen(inlet, number, adapters, naming)
        except BaseException:
            self.close()
            raise

    def step(self, step: int, steps: int = 1) -> None:
        """Take in what has arrived by `step`, `steps` after the last call."""
        for inlet in self._inlets:
            self._people.hear(inlet.listener.listen(step, steps))
            heard, inlet.port.heard = inlet.port.heard, None
            if heard is not None and len(heard):
                self.sampled = max(self.sampled, self._look(inlet, heard, step, steps))

    def rows(self) -> list[Row]:
        """Return a row for each address: those of use first, by port and name."""
        return sorted(
            self._rows.values(),
            key=lambda row: (row.address == OTHERS, not row.known, row.port, row.address),
        )

    def listening(self) -> list[str]:
        """Return where senders reach it, one line per port."""
        return [
            f"listening on {inlet.listener.protocol} " + ", ".join(inlet.port.addresses())
            for inlet in self._inlets
        ]

    @property
    def datagrams(self) -> int:
        """How many datagrams have been read."""
        return sum(inlet.port.datagrams for inlet in self._inlets)

    @property
    def refused(self) -> int:
        """How many connections were not trusted, or one too many."""
        return sum(inlet.port.refused for inlet in self._inlets)

    @property
    def errors(self) -> int:
        """How many connections had to be ended, and how often the system failed to read."""
        return sum(inlet.port.errors for inlet in self._inlets)

    @property
    def dropped(self) -> int | None:
        """How many the system had no room for; None where it does not tell."""
        counts = [inlet.port.dropped for inlet in self._inlets]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def report(self, step: int) -> dict[str, object]:
        """Return everything there is to tell, for programs."""
        return {
            "seconds": round(step / STEPS_PER_SECOND, 2),
            "listening": self.listening(),
            "datagrams": self.datagrams,
            "dropped": self.dropped,
            "refused": self.refused,
            "errors": self.errors,
            "sampled": self.sampled,
            "ignored": sum(inlet.listener.reader.counts.ignored for inlet in self._inlets),
            "people": self.people(),
            "rejected": dict(sorted(self.notices.rejected.items())),
            "addresses": [
                {
                    "port": row.port,
                    "address": row.address,
                    "types": row.types,
                    "rate": round(row.rate(step), 2),
                    "count": row.count,
                    "last": row.last,
                    "adapter": row.adapter,
                    "known": row.known,
                }
                for row in self.rows()
            ],
            "notices": list(self.notices.lines(step)),
        }

    def people(self) -> dict[str, int]:
        """Return how many were heard, have consented, and feel something but have not."""
        return self._people.counts()

    def close(self) -> None:
        """Give the ports back; safe to call twice."""
        for inlet in self._inlets:
            inlet.port.close()

    def _listen(
        self, inlet: Inlet, number: int, known: Mapping[str, Adapter], naming: Naming
    ) -> None:
        listener = open_listener(inlet, number, known, naming, self.notices)
        tapped = _Tapped(listener.socket)
        chosen = [known[name] for name in inlet.adapters]
        # A second one, whose notices nobody reads.
        adapters = Adapters(chosen, naming, Notices(), number, range=inlet.range)
        self._inlets.append(
            _Watched(
                replace(listener, socket=tapped),
                tapped,
                adapters,
                Limits(slashless=adapters.slashless),
                words_of(chosen),
                {adapter.id: labels_of(adapter) for adapter in chosen},
            )
        )

    def _look(self, inlet: _Watched, heard: Datagrams, step: int, steps: int) -> int:
        """Look at as many datagrams as there is time for; return one in how many that was."""
        wanted = _AT_ONCE * max(1, steps)
        size = int(heard.length.sum())
        every = max(-(-len(heard) // wanted), -(-size // (_BYTES * max(1, steps))))
        # Which of them is left to the step, so that what comes in turns is not always missed.
        for which in range(step % every if every < len(heard) else 0, len(heard), every):
            datagram = heard[which]
            messages = decode(datagram, limits=inlet.limits)
            if not messages:
                continue
            tags = list(type_tags(datagram, 0, len(datagram)))
            for (address, args), types in zip(messages, tags, strict=True):
                self._count(inlet, address, types, args, every, step)
        return every

    def _count(
        self,
        inlet: _Watched,
        address: str,
        types: str,
        args: Sequence[Argument],
        many: int,
        step: int,
    ) -> None:
        shape, adapter, known = self._shape(inlet, address)
        port = inlet.port.port
        row = self._rows.get((port, shape, adapter))
        if row is None:
            if not known:
                if self._unknown >= MOST_ROWS:
                    shape, types, args = OTHERS, "", ()
                else:
                    self._unknown += 1
            row = self._rows.setdefault((port, shape, adapter), Row(port, shape, known, adapter))
        row.types = types
        row.last = shown(shape, args, inlet.labels.get(adapter, frozenset()))
        row.add(many, step)

    def _shape(self, inlet: _Watched, address: str) -> tuple[str, str, bool]:
        """Return how an address is shown, which adapter takes it, and whether it is of any use."""
        key = inlet.port.port, hash(address)  # under the process' own key; no address is kept
        found = self._shapes.get(key)
        if found is None:
            found = self._shape_of(inlet, address)
            if len(self._shapes) >= 4 * MOST_ROWS:
                self._shapes.clear()
            self._shapes[key] = found
        return found

    def _shape_of(self, inlet: _Watched, address: str) -> tuple[str, str, bool]:
        if ours := our_shape(address):
            return ours
        if taken := inlet.adapters.find(address):
            return taken.address, taken.adapter, True
        if taken := self._others.find(address):
            return taken.address, f"{taken.adapter}?", False
        return (whole(address) if self._raw else shape_of(address, inlet.words)), "", False


def _every(assets: Assets) -> list[Adapter]:
    """All adapters there are that can be read, in the order of their names."""
    found = []
    for path in assets.listing("adapters"):
        with suppress(EmpathyError):
            found.append(load_adapter(str(path), assets))
    return found


class _People:
    """Who was heard and who said yes, by keyed numbers; at most 65,536 of them."""

    def __init__(self) -> None:
        self._consent: dict[tuple[int, int], int] = {}
        self._felt: set[tuple[int, int]] = set()

    def hear(self, said: Said) -> None:
        """Take in what was said."""
        if not len(said):
            return
        feels = ~(np.isnan(said.valence) & np.isnan(said.arousal)) | (said.word > 0)
        names = said.name.tolist()
        for row in np.flatnonzero(said.consent >= 0).tolist():
            who = names[row][0], names[row][1]
            if who in self._consent or len(self._consent) < MOST_PEOPLE:
                self._consent[who] = int(said.consent[row])
        if len(self._felt) < MOST_PEOPLE:
            for row in np.flatnonzero(feels).tolist()[: MOST_PEOPLE - len(self._felt)]:
                self._felt.add((names[row][0], names[row][1]))

    def counts(self) -> dict[str, int]:
        agreed = {who for who, consent in self._consent.items() if consent > 0}
        return {
            "heard": len(self._felt | self._consent.keys()),
            "consented": len(agreed),
            "waiting": len(self._felt - self._consent.keys()),
            "withdrawn": len(self._consent) - len(agreed),
        }
