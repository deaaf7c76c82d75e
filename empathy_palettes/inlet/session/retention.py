"""How long what single people said can be read: after that their keys are deleted.

Signals, frames and all that is nobody's stay. A file's age is counted in its key table, not read
from the clock, which may have jumped.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from .format import KEYS, SUFFIX
from .keytable import KeyTable

HOUR = 3600.0  # seconds
EVEN = 60.0  # seconds that the clock may go wrong between two visits, and is believed
TRIED = HOUR  # seconds of shows for which it has to go evenly before it is believed


def about(now: float, keep_hours: float) -> dict[str, str]:
    """Return what a new key table says of its age; `now`: seconds by the wall clock."""
    told = {"begun": now, "seen": now, "age": 0.0, "doubt": 0.0, "keep_hours": keep_hours}
    return {name: repr(value) for name, value in told.items()}


class Retention:
    """Counts how old the recordings in a folder are while shows run, and purges those too old.

    `age` in a key table: seconds that have passed for certain. While a show runs these are counted
    by `instant`, seconds of a clock that does not jump. What has passed between shows only the wall
    clock tells, `now` in seconds: since `seen`. That is believed once shows have run for an hour
    (`TRIED`) with a clock that goes evenly; it is counted in `doubt`, across shows, and begins anew
    where the clock jumps, as it does where it is set after a start. From then on a jump is never
    counted, back nor forward.

    So keys are deleted when shows have lived through `keep_hours`, whatever the clock says; or when
    the clock says so, and has gone evenly for an hour: that much longer a key may be kept. A clock
    is believed wrongly that is wrong when a show ends, or stays wrong, evenly, for the first hour
    of shows. Nothing is purged where no show runs. A table has the `keep_hours` that it tells of
    itself, which people were promised; the one given here is for those that tell of none.
    """

    def __init__(self, folder: Path, keep_hours: float, now: float, instant: float) -> None:
        self._folder = folder
        self._keep = keep_hours * HOUR
        self._now = now
        self._instant = instant
        self._settled = set[Path]()  # tables of which nothing is doubted
        self._before: frozenset[Path] | None = None  # those of before this show

    def visit(self, now: float, instant: float, spared: Collection[Path] = ()) -> list[Path]:
        """Count what has passed since the last visit; return the tables that were purged.

        For when a show begins and ends, before a file begins, and every hour at least. `spared`:
        tables of what is being written, whose age is counted only. One that cannot be read or
        written is passed over.
        """
        last, passed = self._instant, instant - self._instant
        even = abs(now - self._now - passed) <= EVEN
        self._now, self._instant = now, instant
        tables = sorted(self._folder.glob(f"*{SUFFIX}{KEYS}"))
        if self._before is None:
            self._before = frozenset(tables)
        purged = list[Path]()
        for path in tables:
            with suppress(OSError, ValueError):
                if self._count(path, last, even, path in spared):
                    purged.append(path)
        return purged

    def _count(self, path: Path, last: float, even: bool, spared: bool) -> bool:
        table = KeyTable(path)
        try:
            told = table.about()
            if "purged" in told:
                return False
            age, doubt, counted = (float(told.get(name, 0)) for name in ("age", "doubt", "counted"))
            seen = float(told.get("seen", self._now))
            if last < counted <= self._instant:  # by another show that runs on this machine
                last = counted
            passed = max(self._instant - last, 0.0)
            if path in self._settled:
                age, seen = age + passed, self._now
            else:
                age, seen = age + passed, seen + passed
                doubt = doubt + passed if even else 0.0
                new = path not in (self._before or ()) and even and abs(self._now - seen) <= EVEN
                if new or doubt >= TRIED:
                    age, seen, doubt = age + max(self._now - seen, 0.0), self._now, 0.0
                    self._settled.add(path)
            now = {"age": age, "seen": seen, "doubt": doubt, "counted": self._instant}
            table.tell({name: repr(value) for name, value in now.items()})
            keep = float(told["keep_hours"]) * HOUR if "keep_hours" in told else self._keep
            if age < keep or spared:
                return False
            table.purge()
            return True
        finally:
            table.close()
