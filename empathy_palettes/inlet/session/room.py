"""How much room recordings take on a disk: what the rules are, and which go first.

Deletes finished recordings of ours and nothing else; whose keys expire is `retention`'s.
"""

from __future__ import annotations

import shutil
import struct
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from ...core.config import Record
from .format import KEYS, PART, PROFILE, SUFFIX
from .keytable import beside, remove
from .records import MAGIC
from .writer import is_written

GIGABYTE = 1_000_000_000


class RecordRules(Record):
    """How shows are recorded.

    `folder`: where to. Files are of `hours_per_file` each; where all recordings there have more
    than `most_gigabytes`, the oldest go. With less than `least_free_gigabytes` left on the disk
    nothing is recorded. `keep_hours`: after which what single people said cannot be read any more.
    """

    folder: Annotated[str, Field(min_length=1)] = "recordings"
    hours_per_file: Annotated[float, Field(gt=0, le=24)] = 1.0
    most_gigabytes: Annotated[float, Field(gt=0)] = 20.0
    least_free_gigabytes: Annotated[float, Field(ge=0)] = 1.0
    keep_hours: Annotated[float, Field(gt=0)] = 72.0

    @model_validator(mode="after")
    def _kept_while_written(self) -> RecordRules:
        if self.keep_hours < self.hours_per_file:
            raise ValueError("keep_hours should be no less than hours_per_file")
        return self


class Recording(NamedTuple):
    """A recording that lies in a folder: its file, how long ago it was written, its bytes."""

    path: Path
    modified: float
    size: int


def free_bytes(folder: Path) -> int:
    """Return how much room is left on the disk that a folder is on; OSError where none knows."""
    return shutil.disk_usage(folder).free


def free_path(path: Path) -> Path:
    """Return `path`, or the first of NAME-again, NAME-again2 and so on that is free.

    For a show that begins again with the same line; a part, or keys, take a name as well.
    """
    for turn in range(1, 10_000):
        again = "" if turn == 1 else "-again" if turn == 2 else f"-again{turn - 1}"
        tried = path.with_name(path.stem + again + path.suffix)
        if not any(each.exists() for each in _files(tried)):
            return tried
    return path


def is_recording(path: Path) -> bool:
    """Return whether a file begins as a session of ours does."""
    head = MAGIC + struct.pack("<B", 1)
    name = PROFILE.encode()
    try:
        with path.open("rb") as file:
            told = file.read(len(head) + 8 + 4 + len(name))
    except OSError:
        return False
    return told.startswith(head) and told.endswith(struct.pack("<I", len(name)) + name)


def recordings(folder: Path) -> list[Recording]:
    """Return the recordings in a folder, the oldest first; not those in folders below it."""
    found = list[Recording]()
    for path in folder.glob(f"*{SUFFIX}*"):
        named = path.name.endswith((SUFFIX, SUFFIX + PART))
        if named and path.is_file() and not path.is_symlink() and is_recording(path):
            with suppress(OSError):
                stat = path.stat()
                keys = beside(path)
                size = stat.st_size + (keys.stat().st_size if keys.is_file() else 0)
                found.append(Recording(path, stat.st_mtime, size))
    return sorted(found, key=lambda each: (each.modified, each.path.name))


def make_room(folder: Path, most: float, spared: Collection[Path] = ()) -> list[Path]:
    """Delete the oldest recordings and their keys until all together have `most` bytes or less.

    Neither those `spared`, nor any that is being written; a part that nobody writes any more is as
    good as finished. Return which went. One that cannot be deleted is passed over.
    """
    every = recordings(folder)
    excess = sum(each.size for each in every) - most
    gone = list[Path]()
    for path, _, size in every:
        if excess <= 0:
            break
        if path in spared or (path.name.endswith(PART) and is_written(path)):
            continue
        with suppress(OSError):
            remove(beside(path))  # first: without its file it is of no use
            path.unlink()
            gone.append(path)
            excess -= size
    return gone


def _files(path: Path) -> tuple[Path, ...]:
    return path, path.with_name(path.name + PART), path.with_name(path.name + KEYS)
