"""Tells when a file has changed, by asking for its modification time.

Starts no thread and registers nothing: fifty files cost about a tenth of a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_Mark = tuple[int, int] | None  # modification time in ns, size; None: not there


class Watch:
    """A set of files and what they looked like when last asked."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._marks = {path: _mark(path) for path in paths}

    def changed(self) -> frozenset[Path]:
        """Return the files that changed, appeared or went since the last call."""
        marks = {path: _mark(path) for path in self._marks}
        different = frozenset(path for path in marks if marks[path] != self._marks[path])
        self._marks = marks
        return different

    def only(self, paths: Iterable[Path]) -> None:
        """Watch these files from now on; of those known already, no change is overlooked."""
        known = self._marks
        self._marks = {path: known[path] if path in known else _mark(path) for path in paths}

    def also(self, paths: Iterable[Path]) -> None:
        """Watch these files too."""
        self.only([*self._marks, *paths])


def _mark(path: Path) -> _Mark:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
