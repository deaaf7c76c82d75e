"""The keys of a session, read from the table beside it; with them what people said can be read.

Writes nothing: `keytable` and `erasing` do.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import numpy as np

from ...core.errors import Fault
from .format import ROW, Beginning, Rows, Sealed, Whos
from .records import BrokenError
from .sealing import KEY_BYTES, SECOND, Seal

_MOST_PEOPLE = 1 << 24
_MOST_SEALS = 1 << 16  # ready to be used; of the others there are keys


@dataclass(slots=True)
class Keyring:
    """Keys by number of one part's people, and those whose keys were erased.

    `path` of the table; `about`: what it says of itself; `fault`: why there are no keys, None where
    there are; `missing`: whoever has said something, and has neither a key nor been erased, as far
    as `rows` was asked.
    """

    path: Path
    begin: Beginning
    keys: dict[int, bytes] = field(default_factory=dict)
    erased: frozenset[int] = frozenset()
    about: dict[str, str] = field(default_factory=dict)
    fault: Fault | None = None
    missing: set[int] = field(default_factory=set)
    _seals: dict[int, Seal] = field(default_factory=dict)

    @property
    def there(self) -> bool:
        """Whether the time is not over for which keys are kept."""
        return "purged" not in self.about

    def rows(self, sealed: Sealed, kind: int = SECOND) -> tuple[Rows, Whos]:
        """Return (rows, whose) of those whose keys there are, one person after another.

        `BrokenError` where a seal does not open, or holds what is none.
        """
        opened: list[bytes] = []
        whose: list[int] = []
        for who, data in zip(sealed.who.tolist(), sealed.bytes, strict=True):
            seal = self._seal(who)
            if seal is None:
                continue
            try:
                plain = seal.open(data, sealed.second, kind)
            except ValueError:
                raise BrokenError(f"what person {who} said does not open under their key") from None
            opened.append(plain)
            whose.append(who)
        return plain_rows(Sealed(sealed.second, np.array(whose, np.uint32), tuple(opened)))

    def _seal(self, who: int) -> Seal | None:
        seal = self._seals.get(who)
        if seal is None:
            key = self.keys.get(who)
            if key is None:
                if who not in self.erased:
                    self.missing.add(who)
                return None
            if len(self._seals) >= _MOST_SEALS:
                self._seals.clear()
            series = bytes.fromhex(self.begin.series)
            seal = self._seals[who] = Seal(key, series, self.begin.part, who)
        return seal


def plain_rows(told: Sealed) -> tuple[Rows, Whos]:
    """Return (rows, whose) of bytes that are not sealed; `BrokenError` where they are no rows."""
    sizes = np.array([len(data) for data in told.bytes], np.int64)
    if (sizes % ROW.itemsize).any():
        raise BrokenError("samples that are none")
    rows = np.frombuffer(b"".join(told.bytes), ROW)
    return rows, np.repeat(told.who, sizes // ROW.itemsize)


def read_keyring(path: Path, begin: Beginning, session: Path) -> Keyring:
    """Return the keys of that file; without any, and with a fault, where they cannot be had."""
    ring = Keyring(path, begin)
    if not path.is_file():
        problem = "the keys of what people said are missing: signals and frames alone can be read"
        ring.fault = Fault(str(session), "", problem, f"put {path.name} beside it")
        return ring
    try:
        _fill(ring, session)
    except (sqlite3.Error, ValueError, TypeError, OverflowError, MemoryError):
        ring.keys, ring.erased = {}, frozenset()
        problem = "it is damaged, or no key table: what people said cannot be read"
        ring.fault = Fault(str(path), "", problem, "put a good copy of it in its place")
    return ring


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open a table that is there; `mode` is `ro` or `rw`."""
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, timeout=5)


def _fill(ring: Keyring, session: Path) -> None:
    try:
        with closing(connect(ring.path, "ro")) as table:
            _read(ring, table, session)
    except sqlite3.OperationalError:
        # What wrote it was killed in the middle: its last change has to be taken back first, which
        # is no reading.
        with closing(connect(ring.path, "rw")) as table:
            _read(ring, table, session)


def _read(ring: Keyring, table: sqlite3.Connection, session: Path) -> None:
    about = dict(table.execute("SELECT name, value FROM about LIMIT 1000"))
    series, part = about.get("series"), about.get("part")
    name = series.hex() if isinstance(series, bytes) and len(series) == 16 else _text(series)
    if (name, int(_text(part))) != (ring.begin.series, ring.begin.part):
        problem = "these are the keys of another session: what people said cannot be read"
        fix = f"put the keys of {session.name} in its place"
        ring.fault = Fault(str(ring.path), "", problem, fix)
        return
    ring.about = {name: _text(value) for name, value in about.items()}
    rows = table.execute("SELECT who, key FROM people LIMIT ?", (_MOST_PEOPLE,))
    ring.keys = {who: key for who, key in rows if key is not None}
    for who, key in ring.keys.items():
        if type(who) is not int or not isinstance(key, bytes) or len(key) != KEY_BYTES:
            raise ValueError("no key")
    erased = table.execute("SELECT who FROM erased LIMIT ?", (_MOST_PEOPLE,))
    ring.erased = frozenset(int(who) for (who,) in erased)


def _text(value: object) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
