"""Erases people from sessions: finds their numbers by name, and deletes their keys.

The session's file is left as it is: without a key nobody can read what was sealed under it, there
and in every copy. A copy of the key table is not found: it belongs to whoever made it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from ...core.errors import Fault, SessionError
from ..naming import KEY_BYTES, Naming, Space
from ..wire.datagrams import host_bytes
from .files import read_beginning
from .format import KEYS, SUFFIX, Beginning
from .keyring import Keyring, connect, read_keyring
from .keytable import KeyTable, beside

_HAND = b"hand"
_ADDRESS = "/empathy/"
_HERE = "127.0.0.1"
_MOST_BYTES = 256  # of a name


class Found(NamedTuple):
    """Whoever is meant, in one key table: their numbers, and those of them whose keys it holds."""

    table: Path
    numbers: tuple[int, ...]
    held: tuple[int, ...]


def names_of(text: str) -> tuple[tuple[Space, bytes], ...]:
    """Return what a name that somebody types may be the name of; SessionError where of nobody.

    As in `/empathy/anna`; `hand` is the mouse of the machine, too; `emotibit/0@192.168.1.20` is the
    device 0 of an adapter at an address, which is this machine's where it is left out.
    """
    if text.startswith(_ADDRESS):
        plain = text.removeprefix(_ADDRESS).partition("/")[0]
        fix = f"write the name alone: {plain}" if plain else "write the name alone: anna"
        raise SessionError(Fault("", "who", f"{text[:40]!r} is an address", fix))
    name = text.encode("utf-8", "surrogateescape")
    if not 0 < len(name) <= _MOST_BYTES:
        raise SessionError(Fault("", "who", repr(text[:40]), "1 to 256 bytes"))
    adapter, slash, rest = text.partition("/")
    if not slash:
        both = ((Space.SENDER, name), (Space.HAND, name))
        return both if name == _HAND else both[:1]
    device, _, host = rest.rpartition("@") if "@" in rest else (rest, "", _HERE)
    try:
        machine = host_bytes(host)
    except ValueError:
        fix = "write it as ADAPTER/DEVICE@192.168.1.20"
        raise SessionError(Fault("", "who", f"{host!r} is no address", fix)) from None
    return ((Space.ADAPTED, b"\0".join((adapter.encode(), device.encode(), machine))),)


def find(
    sessions: Sequence[Path], who: str | None = None, number: int | None = None
) -> list[Found]:
    """Return in which key tables somebody is, by name or by number.

    Those beside the sessions, and those of the same shows that lie beside them: of other parts,
    and of what was recovered. SessionError where a session or its table cannot be read.
    """
    rings: dict[Path, Keyring] = {}
    for path in sessions:
        begin, _ = read_beginning(path)
        ring = read_keyring(beside(path), begin, path)
        if ring.fault is not None:
            raise SessionError(ring.fault)
        for table in (ring.path, *_of_the_same_show(ring.path.parent, begin)):
            rings.setdefault(table.resolve(), ring)
    shows: dict[str, set[int]] = {}
    for table, ring in rings.items():
        numbers = shows.setdefault(ring.begin.series, set())
        numbers.update(_numbers(table, names_of(who)) if who is not None else ())
        numbers.update(() if number is None else (number,))
    found = []
    for table, ring in rings.items():
        there, gone = _people(table)
        mine = shows[ring.begin.series] & (there | gone)
        if mine:
            found.append(Found(table, tuple(sorted(mine)), tuple(sorted(mine & there))))
    return found


def erase(found: Iterable[Found], step: int = 0) -> int:
    """Delete these people's keys, and note that; return how many keys there were.

    `step` of the show after which they are erased. SessionError where a table cannot be written.
    """
    count = 0
    for each in found:
        try:
            with closing(KeyTable(each.table)) as table:
                count += table.erase(dict.fromkeys(each.held), step)
        except OSError as error:
            fix = "nobody is erased from it; ask for the right to write it, and try again"
            raise SessionError(Fault(str(each.table), "", str(error), fix)) from None
    return count


def _of_the_same_show(folder: Path, begin: Beginning) -> Iterator[Path]:
    for path in sorted(folder.glob(f"*{SUFFIX}{KEYS}")):
        try:
            with closing(connect(path, "ro")) as table:
                rows = table.execute("SELECT value FROM about WHERE name = 'series'").fetchall()
        except sqlite3.Error:
            continue
        if rows and _text(rows[0][0]) == begin.series:
            yield path


def _numbers(path: Path, names: Sequence[tuple[Space, bytes]]) -> set[int]:
    """The numbers that go by a name in one table; a name may have come more than once."""
    numbers = set[int]()
    with _reading(path) as table:
        for epoch, salt in table.execute("SELECT epoch, salt FROM salts").fetchall():
            if len(salt) != KEY_BYTES:
                continue
            naming = Naming(bytes(salt))
            for space, name in names:
                first, second = naming.digest(name, space)
                digest = first.to_bytes(8, "little") + second.to_bytes(8, "little")
                rows = table.execute(
                    "SELECT who FROM people WHERE epoch = ? AND name = ?", (epoch, digest)
                )
                numbers.update(who for (who,) in rows)
    return numbers


def _people(path: Path) -> tuple[set[int], set[int]]:
    """Whose keys are in a table, and whose were."""
    with _reading(path) as table:
        there = {who for (who,) in table.execute("SELECT who FROM people")}
        gone = {who for (who,) in table.execute("SELECT who FROM erased")}
    return there, gone


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A key table to be read; SessionError where it is none."""
    try:
        with closing(connect(path, "ro")) as table:
            yield table
    except (sqlite3.Error, TypeError, ValueError):
        fix = "put a good copy of it in its place"
        raise SessionError(Fault(str(path), "", "it is damaged, or no key table", fix)) from None


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
