"""One adapter of an inlet, made ready from its file.

Takes no messages: `engine` does.
"""

from __future__ import annotations

from ..notices import Notices
from ..sample import Kind
from .adapter import Adapter
from .latches import Latches
from .paths import Beginnings, Hit, Paths
from .reading import Reading


class Plan:
    """One adapter, ready: its patterns, what reads them, and its participants.

    The others are as `Adapters` has them.
    """

    def __init__(
        self,
        adapter: Adapter,
        notices: Notices,
        origin: int,
        range: tuple[float, float],
    ) -> None:
        self.adapter = adapter
        self.id = adapter.id
        self.slashless = adapter.slashless
        columns = {name: place for place, name in enumerate(adapter.columns)}
        self.readings = [
            Reading(adapter, message, columns, range, notices) for message in adapter.message
        ]
        self.patterns: list[tuple[str, Reading]] = []
        self.ignored = Beginnings(adapter.ignore)
        self._paths = Paths()
        for message, reading in zip(adapter.message, self.readings, strict=True):
            for address in message.addresses:
                self._paths.add(address, len(self.patterns))
                self.patterns.append((address, reading))
        self.latches = Latches(adapter, Kind[adapter.kind.upper()], origin)

    def hits(self, address: str, parts: list[str]) -> list[Hit]:
        """Which of its patterns an address fits, the most literal first."""
        return self._paths.find(parts) if self.slashless or address[:1] == "/" else []

    def known(self, hits: list[Hit]) -> list[Hit]:
        """Those of one pattern: the first whose label it has a use for."""
        for first in hits:
            pattern, reading = self.patterns[first.number]
            if reading.knows(first.label):
                return [hit for hit in hits if self.patterns[hit.number][0] == pattern]
        return []
