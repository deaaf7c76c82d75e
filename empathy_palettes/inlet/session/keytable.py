"""The keys under which people's samples are sealed, in a table beside the file that they are of.

Seals nothing itself. What counts is this table: a key that is deleted here is gone for every copy
of the file. SQLite, so that a deletion is whole or not at all, whenever the power goes.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from .format import KEYS, PART

_PATIENCE = 2.0  # seconds for which another's transaction is waited for
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE salts (epoch INTEGER PRIMARY KEY, salt BLOB NOT NULL UNIQUE);
CREATE TABLE people (
    who INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, name BLOB NOT NULL, key BLOB NOT NULL
);
CREATE TABLE erased (who INTEGER PRIMARY KEY, step INTEGER NOT NULL);
"""


def remove(table: Path) -> None:
    """Delete a key table, and what SQLite may have left beside it."""
    for path in (table, table.with_name(table.name + "-journal")):
        path.unlink(missing_ok=True)


class Name(NamedTuple):
    """What a person is known by: 16 bytes, and the naming key under which a name came to them."""

    digest: bytes
    salt: bytes


class Person(NamedTuple):
    """A person's number and name, and the key of what they say."""

    who: int
    name: Name
    key: bytes


def beside(path: Path) -> Path:
    """Return where the key table of a session lies, be it finished, or still a part."""
    name = path.name.removesuffix(PART)
    return path.with_name(name + KEYS)


class KeyTable:
    """The table at `path`, opened or, where `about` says what it is of, made anew.

    OSError where it is there already, or cannot be opened, read or written: SQLite's own errors
    come as that. To be used by one thread at a time.
    """

    def __init__(self, path: Path, about: Mapping[str, str] | None = None) -> None:
        self.path = path
        if about is not None:
            path.touch(mode=0o600, exist_ok=False)  # whoever reads it can open what people said
        elif not path.is_file():
            raise FileNotFoundError(2, "No such file", str(path))
        with _as_os_errors():
            self._db = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
        try:
            self._begin(about)
        except OSError:
            self.close()
            if about is not None:
                remove(path)
            raise

    def _begin(self, about: Mapping[str, str] | None) -> None:
        with _as_os_errors():
            self._db.isolation_level = None  # transactions are ours
            for pragma in ("secure_delete=ON", "journal_mode=TRUNCATE", "synchronous=FULL"):
                self._db.execute(f"PRAGMA {pragma}")
            if about is not None:
                with self._whole() as db:
                    for line in _TABLES.split(";"):
                        db.execute(line)
                    self._tell(about)

    def close(self) -> None:
        """Let the file go, and leave nothing beside it."""
        with contextlib.suppress(sqlite3.Error):  # somebody else is at it, and will
            self._db.execute("PRAGMA journal_mode=DELETE")
        self._db.close()

    def about(self) -> dict[str, str]:
        """Return what the table says of itself."""
        with _as_os_errors():
            rows = self._db.execute("SELECT name, value FROM about").fetchall()
        return {str(name): bytes(value).decode(errors="replace") for name, value in rows}

    def tell(self, about: Mapping[str, str]) -> None:
        """Change what the table says of itself."""
        with self._whole():
            self._tell(about)

    def salts(self) -> tuple[bytes, ...]:
        """Return the naming keys under which its people's names are known."""
        with _as_os_errors():
            rows = self._db.execute("SELECT salt FROM salts ORDER BY epoch").fetchall()
        return tuple(bytes(salt) for (salt,) in rows)

    def names(self, salt: bytes) -> list[bytes]:
        """Return the names, 16 bytes each, that people are known by under a naming key."""
        query = "SELECT DISTINCT name FROM people JOIN salts USING (epoch) WHERE salt = ?"
        with _as_os_errors():
            return [bytes(name) for (name,) in self._db.execute(query, (salt,)).fetchall()]

    def keys(self) -> dict[int, bytes]:
        """Return each person's key, by their number."""
        with _as_os_errors():
            return dict(self._db.execute("SELECT who, key FROM people").fetchall())

    def erased(self) -> dict[int, int]:
        """Return whose key was deleted, by number, and at which step."""
        with _as_os_errors():
            return dict(self._db.execute("SELECT who, step FROM erased").fetchall())

    def add(self, people: Iterable[Person]) -> None:
        """Add people who are not there yet, all or none; they are on the disk when it returns."""
        with self._whole() as db:
            epochs = {bytes(salt): epoch for epoch, salt in db.execute("SELECT * FROM salts")}
            for who, name, key in people:
                epoch = epochs.get(name.salt)
                if epoch is None:
                    epoch = epochs[name.salt] = len(epochs)
                    db.execute("INSERT INTO salts VALUES (?, ?)", (epoch, name.salt))
                row = (who, epoch, name.digest, key)
                db.execute("INSERT INTO people VALUES (?, ?, ?, ?)", row)

    def erase(self, leaving: Mapping[int, Name | None], step: int) -> int:
        """Delete these people's keys, and of others that the same names once had; for good.

        `leaving`: by number, under which name, None where nobody knows; a number below 0 is
        nobody's, where only the name is known. A number of another show is somebody else: only
        numbers of a show that this table is of may be given. Return how many keys there were.
        """
        with self._whole() as db:
            gone = set[int]()
            for who, name in leaving.items():
                told = db.execute("SELECT who FROM people WHERE who = ?", (who,)).fetchall()
                if name is not None:
                    told += db.execute(
                        "SELECT who FROM people JOIN salts USING (epoch) "
                        "WHERE name = ? AND salt = ?",
                        (name.digest, name.salt),
                    ).fetchall()
                gone.update(each for (each,) in told)
            for who in gone:
                db.execute("DELETE FROM people WHERE who = ?", (who,))
                db.execute("INSERT OR IGNORE INTO erased VALUES (?, ?)", (who, step))
        return len(gone)

    def note_erased(self, whos: Iterable[int], step: int) -> None:
        """Note that of these people something was left out at `step`."""
        with self._whole() as db:
            rows = [(who, step) for who in whos]
            db.executemany("INSERT OR IGNORE INTO erased VALUES (?, ?)", rows)

    def purge(self) -> None:
        """Delete all keys, names and naming keys, for good."""
        with self._whole() as db:
            db.execute("DELETE FROM people")
            db.execute("DELETE FROM salts")
            self._tell({"purged": "1"})

    def _tell(self, about: Mapping[str, str]) -> None:
        rows = [(name, value.encode()) for name, value in about.items()]
        self._db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", rows)

    @contextlib.contextmanager
    def _whole(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it or nothing."""
        with _as_os_errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled it back already
                    self._db.execute("ROLLBACK")
                raise


@contextlib.contextmanager
def _as_os_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(f"its key table: {error}") from error
