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

    def changed(self) -> bool:
        """Return whether any file changed, appeared or went since the last call."""
        marks = {path: _mark(path) for path in self._marks}
        different = marks != self._marks
        self._marks = marks
        return different


def _mark(path: Path) -> _Mark:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
