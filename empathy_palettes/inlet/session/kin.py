"""The key tables of one show: of all its parts, and of the show before that broke off.

So that who withdraws is erased from every recording in which the same name said something.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from ..naming import Digests
from .format import KEYS, SUFFIX
from .keytable import KeyTable, Name


class Kin:
    """Tables in `folder`; of those that lie there, the ones that know the naming key `salt`.

    A naming key is random, and turns with the audience: numbers given under it are of one show.
    """

    def __init__(self, folder: Path, salt: bytes) -> None:
        self._tables = list[Path]()
        self._names = set[bytes]()
        for path in sorted(folder.glob(f"*{SUFFIX}{KEYS}")):
            with suppress(OSError):
                table = KeyTable(path)
                try:
                    if salt in table.salts():
                        self._tables.append(path)
                        self._names.update(table.names(salt))
                finally:
                    table.close()

    def names(self) -> Digests:
        """Return the names (n, 2) of people that were in these tables to begin with."""
        return np.frombuffer(b"".join(self._names), "<u8").reshape(-1, 2).astype(np.uint64)

    def add(self, table: Path) -> None:
        """Count a table of this show's among them."""
        if table not in self._tables:
            self._tables.append(table)

    def erase(self, leaving: Mapping[int, Name | None], step: int, but: Path | None = None) -> None:
        """Delete these people's keys in each table but one; OSError where one cannot be written.

        Tables that are there no more are passed over.
        """
        failed: OSError | None = None
        for path in list(self._tables):
            if path == but:
                continue
            if not path.exists():
                self._tables.remove(path)
                continue
            try:
                table = KeyTable(path)
                try:
                    table.erase(leaving, step)
                finally:
                    table.close()
            except OSError as error:
                failed = error
        if failed is not None:
            raise failed
