"""The records of an MCAP file, one after another, with a bound on all that a file may claim.

Knows the container (mcap.dev/spec) and nothing of sessions: `reading` does. Reads a file once from
its start, never by its index, so that one without an end is read like any other.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

import zstandard

MAGIC = b"\x89MCAP0\r\n"
MOST_BYTES = 256 << 20  # of a record, and of a chunk when it is unpacked
MOST_MESSAGES = 1 << 16  # of a chunk
_MOST_CHANNELS = 1 << 12
_BLOCK = 1 << 20

_HEADER, _FOOTER, _CHANNEL, _MESSAGE, _CHUNK, _ATTACHMENT, _DATA_END = 1, 2, 4, 5, 6, 9, 15
_HEAD = struct.Struct("<BQ")


class BrokenError(ValueError):
    """What is wrong with a file, in a few words; everything before it is as it was written."""


class Message(NamedTuple):
    """`log_time` in nanoseconds."""

    topic: str
    log_time: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """Which kind of file it is."""

    profile: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file within: where its bytes are; `good`: whether they are what was written."""

    name: str
    offset: int
    size: int
    good: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """Messages that were written at once; they are whole: their checksum has been compared.

    `at`: where it begins in the file.
    """

    messages: tuple[Message, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """The file ends as it ought to; `good`: whether its index is what was written."""

    good: bool


Part = Header | Attached | Chunk | Finished


def parts(file: BinaryIO, channels: dict[int, str] | None = None, at: int = 0) -> Iterator[Part]:
    """Yield what an MCAP file opened at its start holds; `BrokenError` at the first thing wrong.

    A file that stops between two records ends without `Finished`. At most `MOST_BYTES` of it, and
    as much unpacked, are in memory at once. `channels`: those known, by number; others are added.
    `at`: where a chunk begins, of a file that has been read to there before; what it says of its
    end means nothing then.
    """
    end = file.seek(0, 2)
    file.seek(0)
    source = _Source(file)
    if file.read(len(MAGIC)) != MAGIC:
        raise BrokenError("it does not begin as an MCAP file does")
    source.checksum = zlib.crc32(MAGIC)
    channels = {} if channels is None else channels
    if at:
        file.seek(at)
    while (at := file.tell()) < end:
        before = source.checksum
        opcode, size = _HEAD.unpack(source.take(_HEAD.size))
        if size > end - file.tell():
            raise BrokenError("it is cut off there")
        if opcode == _DATA_END:
            told = Cursor(memoryview(source.take(min(size, 4)))).number(4)
            source.skip(size - 4)
            yield _finish(file, end, told in (0, before))
            return
        if opcode == 0:
            raise BrokenError("zeros where a record ought to be")
        if opcode not in (_HEADER, _CHUNK, _ATTACHMENT, _MESSAGE, _FOOTER):
            source.skip(size)  # of an index, or of a later version
            continue
        if size > MOST_BYTES:
            raise BrokenError(f"a record of {size >> 20} MiB")
        body = Cursor(memoryview(source.take(size)))
        if opcode == _HEADER:
            yield Header(body.text())
        elif opcode == _ATTACHMENT:
            yield _attached(body, at + _HEAD.size)
        elif opcode == _CHUNK:
            yield Chunk(tuple(_messages(_unpacked(body), channels)), at)
        else:
            raise BrokenError("a record that has no place there")


def attachment_bytes(file: BinaryIO, attached: Attached) -> bytes:
    """Return the bytes of a file within; `BrokenError` where they are not there any more."""
    file.seek(attached.offset)
    return _exactly(file, attached.size)


class Cursor:
    """Bytes that are read from front to back; `BrokenError` where there are not as many."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.at = 0

    def __bool__(self) -> bool:
        return self.at < len(self._data)

    def take(self, size: int) -> memoryview:
        """Return the next `size` bytes."""
        if size > len(self._data) - self.at:
            raise BrokenError("a length that leads out of its record")
        self.at += size
        return self._data[self.at - size : self.at]

    def number(self, size: int) -> int:
        """Return the next `size` bytes as a number."""
        return int.from_bytes(self.take(size), "little")

    def text(self) -> str:
        """Return a text that begins with its length."""
        try:
            return str(self.take(self.number(4)), "utf-8")
        except UnicodeDecodeError:
            raise BrokenError("a text that is none") from None


class _Source:
    """A file that is read from its start to its end, and the checksum of what has been."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.checksum = 0

    def take(self, size: int) -> bytes:
        data = _exactly(self._file, size)
        self.checksum = zlib.crc32(data, self.checksum)
        return data

    def skip(self, size: int) -> None:
        while size > 0:
            size -= len(self.take(min(size, _BLOCK)))


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise BrokenError("it is cut off there")
    return data


def _attached(body: Cursor, start: int) -> Attached:
    body.take(16)  # when
    name = body.text()
    body.text()  # of which kind
    size = body.number(8)
    offset = start + body.at
    body.take(size)
    whole = body.at
    told = body.number(4)
    body.at = 0
    return Attached(name, offset, size, zlib.crc32(body.take(whole)) == told)


def _unpacked(body: Cursor) -> bytes:
    """The records of a chunk, as their checksum says they were."""
    body.take(16)  # its first and its last time, which its messages say, too
    size, checksum, packing = body.number(8), body.number(4), body.text()
    packed = body.take(body.number(8))
    if size > MOST_BYTES:
        raise BrokenError(f"a chunk of {size >> 20} MiB")
    if packing == "zstd":
        data = _decompressed(packed, size)
    elif packing == "":
        data = bytes(packed)
    else:
        raise BrokenError(f"a chunk packed as {packing[:16]!r}")
    if len(data) != size or zlib.crc32(data) != checksum or body:
        raise BrokenError("a chunk that is not what was written")
    return data


def _decompressed(packed: memoryview, size: int) -> bytes:
    """At most one byte more than there ought to be, whatever the data say of themselves."""
    try:
        with zstandard.ZstdDecompressor(max_window_size=MOST_BYTES).stream_reader(packed) as stream:
            return stream.read(size + 1)
    except (zstandard.ZstdError, MemoryError):
        raise BrokenError("a chunk that cannot be unpacked") from None


def _messages(data: bytes, channels: dict[int, str]) -> Iterator[Message]:
    """The messages of a chunk; `channels`, by number, grow by those that it declares."""
    cursor = Cursor(memoryview(data))
    count = 0
    while cursor:
        opcode, size = cursor.number(1), cursor.number(8)
        body = Cursor(cursor.take(size))
        if opcode == _CHANNEL:
            number = body.number(2)
            body.take(2)
            if channels.setdefault(number, topic := body.text()) != topic:
                raise BrokenError("a channel that is declared twice")
            if len(channels) > _MOST_CHANNELS:
                raise BrokenError("more channels than any session has")
        elif opcode == _MESSAGE:
            number = body.number(2)
            body.take(4)
            log_time = body.number(8)
            body.take(8)
            if number not in channels:
                raise BrokenError("a message of no channel")
            count += 1
            if count > MOST_MESSAGES:
                raise BrokenError("more messages than a second has")
            yield Message(channels[number], log_time, bytes(body.take(size - body.at)))


def _finish(file: BinaryIO, end: int, good: bool) -> Finished:
    """What comes after the last chunk: the index, which nobody here reads, and its checksum.

    `good`: whether all that comes before is as that one's checksum says.
    """
    start = file.tell()
    tail = _HEAD.size + 20 + len(MAGIC)
    if end - start < tail:
        raise BrokenError("it is cut off in its index")
    if end - start > MOST_BYTES:
        raise BrokenError(f"an index of {(end - start) >> 20} MiB")
    rest = _exactly(file, end - start)
    opcode, size = _HEAD.unpack_from(rest, len(rest) - tail)
    checksum = int.from_bytes(rest[-len(MAGIC) - 4 : -len(MAGIC)], "little")
    good &= (opcode, size) == (_FOOTER, 20) and rest.endswith(MAGIC)
    return Finished(good and zlib.crc32(rest[: -len(MAGIC) - 4]) == checksum)
