"""Which entries of a playlist a show breaks off at, so that none keeps the wall dark for good.

Kept by the parent of the show, which says what is left out; whoever plays leaves it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SETTLED = 60.0  # seconds after which what breaks off did not do so at its beginning
TRIES = 2  # that an entry has


class Trying(NamedTuple):
    """What is being made or has just come on: the entry at `place`, by its `name`, of so many."""

    place: int
    name: str
    entries: int


class Trials:
    """Counts how often a show broke off soon after it had taken up an entry, one after another.

    An entry that `TRIES` such ends in a row fall to is left out from then on. Where all of them
    would be, the entries are not the reason, and none is. One that is on show nevertheless, since
    no other can be made, stays left out. Instants are in seconds.
    """

    def __init__(self) -> None:
        self.left_out: dict[int, str] = {}  # by place: a line that says why
        self._trying: Trying | None = None
        self._since = 0.0
        self._early: dict[int, int] = {}

    def begin(self) -> None:
        """Let another show start: it has taken up nothing yet."""
        self._trying = None

    def take(self, said: Sequence[object], now: float) -> None:
        """Take it that something is tried from `now` on; ValueError where `said` is no `Trying`."""
        match said:
            case [int(place), str(name), int(entries)]:
                trying = Trying(place, name, entries)
            case _:
                raise ValueError("of what is tried its place, its name, and how many there are")
        if self._trying is not None and self._trying.place != trying.place:
            self._early.pop(self._trying.place, None)  # it has had its time
        if trying != self._trying:
            self._since = now
        self._trying = trying

    def broke_off(self, cause: str, now: float) -> str | None:
        """Take it that the show broke off; return a line where that changes what is left out."""
        trying, self._trying = self._trying, None
        if trying is None:
            return None
        place, name, entries = trying
        if now - self._since >= SETTLED:
            self._early.pop(place, None)
            return None
        if place in self.left_out:
            return None
        self._early[place] = self._early.get(place, 0) + 1
        if self._early[place] < TRIES:
            return None
        line = (
            f"playlist.{place} ({name}) is left out until the show is begun anew: it broke off "
            f"{TRIES} times within {SETTLED:.0f} s of this entry ({cause})"
        )
        self.left_out[place] = line
        if len(self.left_out) < entries:
            return line
        self.left_out.clear()
        self._early.clear()
        if entries == 1:  # it has been all along
            return None
        return (
            f"no entry of the playlist is left out any more: with playlist.{place} ({name}) the "
            f"show has broken off {TRIES} times at each of them ({cause})"
        )
