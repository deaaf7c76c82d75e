"""The files of a session, and what goes on where one of them ends.

Reads of a file no more than it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ...core.clock import STEPS_PER_SECOND
from ...core.errors import Fault, SessionError
from .format import PART, SUFFIX, Beginning
from .reading import Reading
from .records import Attached, BrokenError, attachment_bytes

_CHECK = "check the path and its rights"


@dataclass(frozen=True, slots=True)
class ReadPart:
    """One file of a session, as far as it could be read: `good` chunks of it."""

    path: Path
    keys: Path | None
    reading: Reading

    @property
    def begin(self) -> Beginning:
        """How it begins."""
        assert self.reading.begin is not None
        return self.reading.begin


class Files(Mapping[str, bytes]):
    """The files within a session, by path; those alone that are as its beginning says."""

    def __init__(self, part: ReadPart) -> None:
        self._path = part.path
        told = {file.path: file for file in part.begin.files if file.embedded}
        there = part.reading.attached
        self._told = {name: told[name].sha256 for name in told if name in there}
        self._there: dict[str, Attached] = {name: there[name] for name in self._told}

    def __getitem__(self, name: str) -> bytes:
        data = self.raw(name)
        if hashlib.sha256(data).hexdigest() != self._told[name]:
            fix = "use a copy of the session, or the file itself"
            problem = "is not as it was recorded"
            raise SessionError(Fault(str(self._path), name, problem, fix))
        return data

    def raw(self, name: str) -> bytes:
        """Return the bytes that are there, whatever they are; KeyError where there are none."""
        with open_file(self._path) as file:
            try:
                return attachment_bytes(file, self._there[name])
            except BrokenError:
                return b""

    def __contains__(self, name: object) -> bool:
        return name in self._there

    def __iter__(self) -> Iterator[str]:
        return iter(self._there)

    def __len__(self) -> int:
        return len(self._there)


def following_file(part: ReadPart) -> Path | None:
    """Return the file that goes on where a part ends; SessionError where it leaves something out.

    None where there is none beside it, or none of the same show.
    """
    name = part.path.name.removesuffix(PART)
    if not name.endswith(SUFFIX):
        return None
    begin, stem = part.begin, name.removesuffix(SUFFIX)
    if begin.part > 1:
        if not stem.endswith(f"-{begin.part}"):
            return None
        stem = stem.removesuffix(f"-{begin.part}")
    path = part.path.with_name(f"{stem}-{begin.part + 1}{SUFFIX}")
    if not path.exists():
        path = path.with_name(path.name + PART)
    if not path.is_file():
        return None
    other, first = read_beginning(path)
    if (other.series, other.part) != (begin.series, begin.part + 1):
        return None
    order = part.reading.order
    if first is not None and order.index is not None and first != (order.index, order.step):
        lost = (first[1] - (order.step or 0)) / STEPS_PER_SECOND
        problem = f"{lost:.1f} s before it are missing: it was not read"
        fix = f"open it by itself: {path.name}"
        raise SessionError(Fault(str(path), "", problem, fix))
    return path


def read_beginning(path: Path) -> tuple[Beginning, tuple[int, int] | None]:
    """Return how a file begins, and index of its first frame and the step before that, if any."""
    reading = Reading(path)
    with open_file(path) as file:
        for _ in reading.read(file):
            if reading.order.first is not None:
                break
    assert reading.begin is not None
    return reading.begin, reading.order.first


def open_file(path: Path) -> BinaryIO:
    """Open a file; also one that has been finished, and got its name, in the meantime."""
    try:
        if not path.exists() and path.name.endswith(PART):
            path = path.with_name(path.name.removesuffix(PART))
        return path.open("rb")
    except IsADirectoryError:
        fix = f"name a file in it: {path / ('NAME' + SUFFIX)}"
        raise SessionError(Fault(str(path), "", "this is a folder", fix)) from None
    except OSError as error:
        part = path.with_name(path.name + PART)
        fix = f"it was never finished: name {part.name}" if part.is_file() else _CHECK
        raise SessionError(Fault(str(path), "", error.strerror or str(error), fix)) from None
