"""OSC 1.0 packets to and from bytes.

Knows nothing of sockets, and not what an address means: `udp` and `address` do. An address is
never matched as a pattern. A bundle's time tag is read over: whatever arrives is meant for now.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from .reasons import Reason

Argument = float | int | str | bytes | bool | None

_BUNDLE = b"#bundle\0"
_IMMEDIATELY = b"\0\0\0\0\0\0\0\1"
_INT = struct.Struct(">i")
_NUMBERS = {tag: struct.Struct(f">{code}") for tag, code in zip("ifdhtr", "ifdqQI", strict=True)}
_CONSTANTS: dict[str, Argument] = {"T": True, "F": False, "N": None, "I": inf}
_MOST_TAGS_PER_ARGUMENT = 3  # "[", "f" and "]"


class Message(NamedTuple):
    """An address and its arguments, in order."""

    address: str
    args: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one datagram may ask of us; sizes in bytes, `elements` and `depth` of its bundles.

    `slashless`: an address may come without its leading slash, as some devices send it.
    """

    datagram: int = 8_192
    depth: int = 8
    elements: int = 256
    arguments: int = 256
    address: int = 255
    string: int = 1_024
    slashless: bool = False


DEFAULT_LIMITS = Limits()


class _RejectedError(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason


def decode(
    datagram: bytes, rejected: Counter[str] | None = None, limits: Limits = DEFAULT_LIMITS
) -> list[Message]:
    """Return the messages of a datagram, those of its bundles in the order they stand in.

    Never raises. A datagram with a fault anywhere is rejected whole, so that no half of it takes
    effect, and counted once in `rejected` under a `Reason`. Types: i h t r → int, f d → float,
    s S → str, c → str of one character, b m → bytes, T F → bool, N → None, I → inf; the brackets
    of an array are dropped and its values stand in line. A missing type tag string means no
    arguments.
    """
    reader = _Reader(datagram, limits)
    try:
        return reader.packet()
    except _RejectedError as fault:
        if rejected is not None:
            rejected[fault.reason] += 1
        return []


class _Reader:
    """Reads one datagram; every offset it follows has been compared with the end first."""

    __slots__ = ("data", "elements", "limits", "messages")

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data = data
        self.limits = limits
        self.elements = 0
        self.messages: list[Message] = []

    def packet(self) -> list[Message]:
        size = len(self.data)
        if not size or size % 4 or size > self.limits.datagram:
            raise _RejectedError(Reason.SIZE)
        self.element(0, size, 0)
        return self.messages

    def element(self, start: int, end: int, depth: int) -> None:
        if not self.data.startswith(_BUNDLE, start, end):
            self.messages.append(self.message(start, end))
            return
        if depth == self.limits.depth:
            raise _RejectedError(Reason.DEPTH)
        position = start + 16
        if position > end:
            raise _RejectedError(Reason.BUNDLE)
        while position < end:
            self.elements += 1
            if self.elements > self.limits.elements:
                raise _RejectedError(Reason.ELEMENTS)
            (size,) = _INT.unpack_from(self.data, position)
            position += 4
            if size <= 0 or size % 4 or size > end - position:
                raise _RejectedError(Reason.BUNDLE)
            self.element(position, position + size, depth + 1)
            position += size

    def message(self, start: int, end: int) -> Message:
        data = self.data
        if data[start] != 0x2F and not (self.limits.slashless and data[start]):  # "/"
            raise _RejectedError(Reason.ADDRESS)
        raw, position = self.string(start, end, self.limits.address, Reason.ADDRESS)
        address = _ascii(raw, Reason.ADDRESS)
        if position == end:
            return Message(address, ())
        most = 1 + self.limits.arguments * _MOST_TAGS_PER_ARGUMENT
        tags, position = self.string(position, end, most, Reason.TYPES, Reason.ARGUMENTS)
        if tags[:1] != b",":
            raise _RejectedError(Reason.TYPES)
        tags = tags[1:]
        args: tuple[Argument, ...]
        if not tags.strip(b"ifd") and len(tags) <= self.limits.arguments:
            size = 4 * (len(tags) + tags.count(b"d"))
            if size > end - position:
                raise _RejectedError(Reason.TRUNCATED)
            args = struct.unpack_from(b">" + tags, data, position)  # struct has the same letters
            position += size
        else:
            args, position = self.arguments(_ascii(tags, Reason.TYPES), position, end)
        if position != end:
            raise _RejectedError(Reason.TRAILING)
        return Message(address, args)

    def arguments(self, tags: str, position: int, end: int) -> tuple[tuple[Argument, ...], int]:
        args: list[Argument] = []
        open_brackets = 0
        for tag in tags:
            if tag in "[]":
                open_brackets += 1 if tag == "[" else -1
                if open_brackets < 0:
                    raise _RejectedError(Reason.TYPES)
                continue
            if len(args) == self.limits.arguments:
                raise _RejectedError(Reason.ARGUMENTS)
            if tag in _CONSTANTS:
                args.append(_CONSTANTS[tag])
            elif tag in _NUMBERS:
                layout = _NUMBERS[tag]
                raw = self.take(position, end, layout.size)
                args.append(layout.unpack(raw)[0])
                position += layout.size
            elif tag in "sS":
                raw, position = self.string(position, end, self.limits.string, Reason.TEXT)
                args.append(_utf8(raw))
            elif tag == "b":
                (size,) = _INT.unpack(self.take(position, end, 4))
                if size < 0:
                    raise _RejectedError(Reason.TRUNCATED)
                padded = self.take(position + 4, end, size + -size % 4)
                if any(padded[size:]):
                    raise _RejectedError(Reason.PADDING)
                args.append(padded[:size])
                position += 4 + len(padded)
            elif tag == "c":
                args.append(_character(self.take(position, end, 4)))
                position += 4
            elif tag == "m":
                args.append(self.take(position, end, 4))
                position += 4
            else:
                raise _RejectedError(Reason.TYPES)
        if open_brackets:
            raise _RejectedError(Reason.TYPES)
        return tuple(args), position

    def take(self, position: int, end: int, size: int) -> bytes:
        if size > end - position:
            raise _RejectedError(Reason.TRUNCATED)
        return self.data[position : position + size]

    def string(
        self, start: int, end: int, most: int, fault: Reason, excess: Reason | None = None
    ) -> tuple[bytes, int]:
        """Return a string's bytes and where its padding ends; at most `most` bytes are read."""
        stop = self.data.find(0, start, min(end, start + most + 1))
        if stop < 0:
            unterminated = end - start <= most
            raise _RejectedError(fault if unterminated else excess or fault)
        padded = stop + 4 - (stop - start) % 4  # inside: every start and end is a multiple of four
        if self.data.count(0, stop, padded) != padded - stop:
            raise _RejectedError(Reason.PADDING)
        return self.data[start:stop], padded


def _ascii(raw: bytes, fault: Reason) -> str:
    if raw.isascii() and (text := raw.decode("ascii")).isprintable():
        return text
    raise _RejectedError(fault)


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _RejectedError(Reason.TEXT) from None


def _character(raw: bytes) -> str:
    (code,) = _INT.unpack(raw)
    if not 0 <= code <= 0x7F:
        raise _RejectedError(Reason.TEXT)
    return chr(code)


def encode(address: str, *args: Argument) -> bytes:
    """Return one message; ValueError for an address or a string that OSC has no form for.

    float → f, int → i (h beyond 32 bits), bool → T or F, None → N, str → s, bytes → b.
    """
    if not (address.startswith("/") and address.isascii() and address.isprintable()):
        raise ValueError(f"an OSC address is printable ASCII behind a slash, not {address!r}")
    tags, body = ",", b""
    for value in args:
        if isinstance(value, bool) or value is None:
            tags += "N" if value is None else "T" if value else "F"
        elif isinstance(value, int):
            tag = "i" if -(2**31) <= value < 2**31 else "h"
            tags += tag
            body += _NUMBERS[tag].pack(value)
        elif isinstance(value, float):
            tags += "f"
            body += _NUMBERS["f"].pack(value)
        elif isinstance(value, str):
            if "\0" in value:
                raise ValueError("an OSC string holds no zero byte")
            tags += "s"
            body += _padded(value.encode("utf-8"))
        else:
            tags += "b"
            body += _INT.pack(len(value)) + value + bytes(-len(value) % 4)
    return _padded(address.encode("ascii")) + _padded(tags.encode("ascii")) + body


def encode_bundle(elements: Iterable[bytes]) -> bytes:
    """Return a bundle, meant for now, of messages or bundles that are already encoded."""
    return _BUNDLE + _IMMEDIATELY + b"".join(_INT.pack(len(part)) + part for part in elements)


def _padded(text: bytes) -> bytes:
    """Zero-terminated, and on to a multiple of four."""
    return text + bytes(4 - len(text) % 4)
