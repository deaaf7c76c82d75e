"""The file that a session is written into: MCAP, a chunk for each second, on the disk at once.

Knows which messages there are and not what they say; seals nothing and holds no key: `part` does.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from mcap.data_stream import RecordBuilder
from mcap.opcode import Opcode
from mcap.records import Chunk, DataEnd, Footer, Message
from mcap.writer import MCAP0_MAGIC
from mcap.writer import Writer as McapWriter

from ...core.clock import STEPS_PER_SECOND
from .format import BEGIN, END, JSON_TOPICS, PART, PROFILE, ROW_ENCODING, ROW_TOPICS, Beginning

if sys.platform != "win32":
    import fcntl

_NANOSECONDS = 1_000_000_000
_UNBOUNDED = 1 << 62  # bytes: a chunk ends with its second, however long it is


class Said(NamedTuple):
    """A message: its topic, the step that it is of, and its bytes."""

    topic: str
    step: int
    data: bytes


def plain(topic: str, step: int, told: Mapping[str, Any]) -> Said:
    """Return a message that is JSON; ValueError for a number that JSON does not have."""
    text = json.dumps(told, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    return Said(topic, step, text.encode())


def nanoseconds(step: int) -> int:
    """Return the time of a step; 0 for what was before step 0."""
    return max(step, 0) * _NANOSECONDS // STEPS_PER_SECOND


class Writer:
    """Writes `path`, which is `path` + `.part` until it is finished.

    `files`: by name, those that go along whole. `opening`: messages of the first chunk, after
    `beginning`. `sync`: makes sure of what was written, os.fsync; for tests of slow disks.
    FileExistsError where such a file is there, OSError where it cannot be written; nothing is
    left behind then.
    """

    def __init__(
        self,
        path: Path,
        beginning: Beginning,
        files: Mapping[str, bytes],
        opening: Iterable[Said] = (),
        *,
        sync: Callable[[int], None] = os.fsync,
    ) -> None:
        self.path = path
        self.part = path.with_name(path.name + PART)
        self._sync = sync
        self._broken = False
        self._sequence = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise FileExistsError(17, "there is such a file already", str(path))
        self._output = _Output(self.part)
        try:
            self._begin(beginning, files, opening)
        except BaseException:
            self._output.close()
            self.part.unlink(missing_ok=True)
            raise

    @property
    def size(self) -> int:
        """How many bytes are written, and sure."""
        return self._good

    def _begin(
        self, beginning: Beginning, files: Mapping[str, bytes], opening: Iterable[Said]
    ) -> None:
        output = cast(IO[Any], self._output)
        mcap = self._mcap = McapWriter(output, chunk_size=_UNBOUNDED, enable_data_crcs=True)
        mcap.start(PROFILE, f"empathy-palettes {beginning.version}")
        for name, data in files.items():
            mcap.add_attachment(0, nanoseconds(beginning.step), name, _KIND, data)
        schema = mcap.register_schema("empathy.told.1", "jsonschema", b'{"type":"object"}')
        self._channels = {
            **{topic: mcap.register_channel(topic, "json", schema) for topic in JSON_TOPICS},
            **{topic: mcap.register_channel(topic, ROW_ENCODING, 0) for topic in ROW_TOPICS},
        }
        self._step = beginning.step
        self._good = 0
        self.second((plain(BEGIN, beginning.step, beginning.plain()), *opening))
        self._sync_folder()

    def second(self, said: Iterable[Said]) -> None:
        """Write a chunk; it is on the disk when this returns.

        OSError where it could not be; the file ends with the chunk before then, and takes no other.
        """
        if self._broken:
            raise OSError("a chunk is missing")
        try:
            for topic, step, data in said:
                time = nanoseconds(step)
                self._step = max(self._step, step)
                number = self._channels[topic]
                self._mcap.add_message(number, time, data, time, self._sequence)
            self._sequence += 1
            self._mcap.flush()  # type: ignore[no-untyped-call]
            self._sync(self._output.fileno())
        except OSError:
            self._broken = True
            self._cut()
            raise
        self._good = self._output.tell()

    def finish(self, frames: int, steps: int, why: str) -> None:
        """End the file and give it its name; safe after a failure.

        Where there is no room for its index it ends without one, as MCAP allows. OSError where
        there is no room for that either: it stays a part, whole up to its last chunk.
        """
        end = plain(END, self._step, {"frames": frames, "steps": steps, "why": why})
        try:
            try:
                self.second((end,))
                self._mcap.finish()  # type: ignore[no-untyped-call]
                self._sync(self._output.fileno())
            except OSError:
                self._cut()
                self._output.write(self._without_index(end))
                self._sync(self._output.fileno())
        except OSError:
            self._cut()
            raise
        finally:
            self._broken = True
            self._output.close()
        if self.path.exists():
            raise FileExistsError(17, "there is such a file already", str(self.path))
        os.rename(self.part, self.path)
        self._sync_folder()

    def _cut(self) -> None:
        """Take away what is not sure."""
        with suppress(OSError):  # who reads it stops where it is not whole
            self._output.cut(self._good)

    def _without_index(self, end: Said) -> bytes:
        """What ends a file of which the library does not know any more how far it came."""
        messages, records = RecordBuilder(), RecordBuilder()
        time = nanoseconds(end.step)
        Message(self._channels[END], time, end.data, time, self._sequence).write(messages)
        data = _taken(messages)
        Chunk("", data, time, time, zlib.crc32(data), len(data)).write(records)
        DataEnd(0).write(records)
        foot = RecordBuilder()
        foot.start_record(Opcode.FOOTER)
        foot.write8(0)
        foot.write8(0)
        head = bytearray(_taken(foot))
        head[1:9] = (20).to_bytes(8, "little")  # with the checksum to come
        Footer(0, 0, zlib.crc32(head)).write(records)
        return _taken(records) + MCAP0_MAGIC

    def _sync_folder(self) -> None:
        if sys.platform == "win32":
            return
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            self._sync(folder)
        finally:
            os.close(folder)


_KIND = "application/octet-stream"


def _taken(builder: RecordBuilder) -> bytes:
    return bytes(builder.end())  # type: ignore[no-untyped-call]


class _Output:
    """A new file without a buffer: what could not be written is not tried again when it closes."""

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.open(path, flags, 0o644)
        self._at = 0
        if sys.platform != "win32":
            with suppress(OSError):  # a file system without locks
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def write(self, data: bytes) -> int:
        left = memoryview(data)
        while len(left):
            count = os.write(self._file, left)
            self._at += count
            left = left[count:]
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing waits."""

    def fileno(self) -> int:
        return self._file

    def cut(self, size: int) -> None:
        os.ftruncate(self._file, size)
        os.lseek(self._file, size, os.SEEK_SET)
        self._at = size

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def is_written(part: Path) -> bool:
    """Return whether somebody is writing this file now; True where that cannot be known."""
    if sys.platform == "win32":
        return True
    try:
        file = os.open(part, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False
