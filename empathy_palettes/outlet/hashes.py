"""What every frame was, in sixteen bytes: two shows of the same pixels have the same hashes.

Stores no picture. A file of them has a first line that says what was hashed, then a line for each
frame: its index, the step it ends at, the steps it spans, and its hash.
"""

from __future__ import annotations

import errno
import os
import queue
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from ..core.clock import Tick
from ..core.command import Command
from ..core.errors import Fault, MachineError
from ..render.frame import Frame, Pixels
from .contract import OutletContext
from .waiting import waiter

_POOL = 3  # frames between the render and the hashing; once all are full, the render waits
_BYTES = 16
_MARK = b"empathy-palettes hashes "
_HEADER = re.compile(r"empathy-palettes hashes 1 (\d{1,6})x(\d{1,6}) rgba8 bottom row first")
_LINE = re.compile(r"(\d{1,18}) (\d{1,18}) (\d{1,18}) ([0-9a-f]{32})")
_FIX = "choose a folder that exists, may be written to and has room"


@dataclass(frozen=True, slots=True)
class Hashed:
    """One frame: its tick, and BLAKE2b (RFC 7693) of its pixels, 16 bytes as 32 hex digits."""

    index: int
    step: int
    steps: int
    digest: str

    def __str__(self) -> str:
        return f"{self.index} {self.step} {self.steps} {self.digest}"


@dataclass(frozen=True, slots=True)
class HashFile:
    """The hashes of a show of `size`, frame by frame."""

    size: tuple[int, int]
    frames: tuple[Hashed, ...]


class Hashes:
    """Writes the hash of every frame to `path`; until it is closed, to `NAME.part`.

    A frame is read one tick late, so that its drawing need not be waited for; none is ever dropped.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._free: queue.Queue[Pixels] = queue.Queue()
        self._full: queue.Queue[tuple[Tick, Pixels] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._failure: OSError | None = None
        self._waiting: tuple[Frame, Tick] | None = None
        self._wait: Callable[[], None] | None = None

    def open(self, context: OutletContext) -> None:
        """Begin the file; MachineError where it cannot be written, or another is in the way."""
        width, height = context.size
        for path in (self._path, self._part):
            if path.exists() and not _is_ours(path):
                fix = "choose another name: it would be written over"
                raise MachineError(
                    Fault(str(path), "hashes", "is there, and no file of these", fix)
                )
        try:
            self._file = self._part.open("wb", buffering=0)
        except OSError as error:
            raise self._error(error) from None
        try:
            self._write(f"empathy-palettes hashes 1 {width}x{height} rgba8 bottom row first")
        except OSError as error:
            self._file.close()
            raise self._error(error) from None
        for _ in range(_POOL):
            self._free.put(np.empty((height, width, 4), np.uint8))
        self._thread = threading.Thread(target=self._work, name="hashes", daemon=True)
        self._thread.start()

    def poll(self) -> list[Command]:
        """Return nothing: a file asks for nothing."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Hash the frame before this one; waits while that is behind.

        MachineError, once, where the file could not be written; from then on frames go nowhere.
        """
        if self._thread is None:
            return
        if self._wait is None:
            self._wait = waiter(frame.framebuffer.ctx)
        self._hash_waiting()
        self._waiting = frame, tick
        if self._failure is not None:
            self._end()
            raise self._error(self._failure)

    def close(self) -> None:
        """Finish the file under its own name; MachineError where that fails; safe to call twice."""
        if self._thread is None:
            return
        self._hash_waiting()
        self._end()
        try:
            if self._failure is not None:
                raise self._failure
            os.replace(self._part, self._path)
        except OSError as error:
            raise self._error(error) from None

    def _hash_waiting(self) -> None:
        if self._waiting is None or self._wait is None:
            return
        frame, tick = self._waiting
        self._waiting = None
        pixels = self._free.get()
        self._wait()
        frame.read_into(pixels)
        self._full.put((tick, pixels))

    def _end(self) -> None:
        """Wait until all is hashed, and close the file."""
        if self._thread is not None:
            self._full.put(None)
            self._thread.join()
            self._thread = None
            self._file.close()

    def _work(self) -> None:
        while (given := self._full.get()) is not None:
            tick, pixels = given
            if self._failure is None:
                digest = blake2b(pixels.data, digest_size=_BYTES).hexdigest()
                try:
                    self._write(str(Hashed(tick.index, tick.step, tick.steps, digest)))
                except OSError as error:  # raised again, as a MachineError, where frames arrive
                    self._failure = error
            self._free.put(pixels)

    def _write(self, line: str) -> None:
        """Write a line at once: of a show that is killed, all that were hashed are there."""
        text = f"{line}\n".encode("ascii")
        if self._file.write(text) != len(text):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _error(self, error: OSError) -> MachineError:
        problem = f"cannot be written: {error.strerror or error}"
        return MachineError(Fault(str(self._path), "", problem, _FIX))


def _is_ours(path: Path) -> bool:
    """Whether a file is one of hashes, or an empty one."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MARK)) in (b"", _MARK)
    except OSError:
        return False


def read_hashes(path: str | Path) -> HashFile:
    """Return what is in a file of hashes; MachineError where it is none.

    A last line without an end is left out: whoever wrote it was stopped.
    """
    try:
        lines = Path(path).read_bytes().decode("ascii", "replace").split("\n")[:-1]
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise MachineError(Fault(str(path), "", problem)) from None
    header = _HEADER.fullmatch(lines[0]) if lines else None
    if header is None:
        fix = "name a file that --hashes has written"
        raise MachineError(Fault(str(path), "line 1", "this is no file of hashes", fix))
    frames = []
    for number, line in enumerate(lines[1:], 2):
        found = _LINE.fullmatch(line)
        if found is None:
            fix = "each line is: index step steps hash"
            raise MachineError(Fault(str(path), f"line {number}", "no hash of a frame", fix))
        frames.append(Hashed(int(found[1]), int(found[2]), int(found[3]), found[4]))
    return HashFile((int(header[1]), int(header[2])), tuple(frames))


def first_difference(a: str | Path, b: str | Path) -> str:
    """Return a line that says where two files of hashes part; "" where they are the same."""
    one, two = read_hashes(a), read_hashes(b)
    if one.size != two.size:
        sizes = " and ".join(f"{width}x{height}" for width, height in (one.size, two.size))
        return f"the frames differ in size: {sizes}"
    for first, second in zip(one.frames, two.frames, strict=False):
        if first != second:
            parts = ("index", first.index, second.index), ("step", first.step, second.step)
            for name, mine, theirs in (*parts, ("steps", first.steps, second.steps)):
                if mine != theirs:
                    return f"frame {first.index}: its {name} is {mine}, and {theirs} in {b}"
            return f"frame {first.index}, step {first.step}: its pixels differ"
    if len(one.frames) != len(two.frames):
        return f"{len(one.frames)} frames, and {len(two.frames)} in {b}"
    return ""
