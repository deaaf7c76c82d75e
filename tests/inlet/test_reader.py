"""The fast way and the thorough way agree on every packet, and nothing that floods silences."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable, Sequence
from dataclasses import fields
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_packet import OscPacket

from empathy_palettes.inlet.datagrams import Datagrams, from_ourselves
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import Message, encode, encode_bundle
from empathy_palettes.inlet.reader import Counts, Reader, circle_number
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.said import Said, said
from empathy_palettes.inlet.sample import Kind
from tests.inlet.packets import Packets

KEY = bytes(16)
NAMING = Naming(KEY)


def reader(
    range: tuple[float, float] = (-1.0, 1.0), batch: bool = True, slow: int = 10**9
) -> Reader:
    return Reader(range, NAMING, Notices(), Kind.MODEL, origin=3, batch=batch, slow=slow)


def rows(heard: Said) -> list[bytes]:
    """Each column bit for bit."""
    return [getattr(heard, field.name).tobytes() for field in fields(Said)]


def name(who: bytes, space: Space = Space.SENDER) -> tuple[int, int]:
    return NAMING.digest(who, space)


def assert_alike(datagrams: Sequence[bytes], range: tuple[float, float] = (-1.0, 1.0)) -> Said:
    fast, slow = reader(range), reader(range, batch=False)
    block = from_ourselves(datagrams)
    heard, expected = fast.read(block, 0), slow.read(block, 0)
    assert rows(heard) == rows(expected)
    assert fast.notices.rejected == slow.notices.rejected
    assert fast.counts == slow.counts
    return heard


NAMES = st.one_of(
    st.text(st.characters(min_codepoint=31, max_codepoint=127), max_size=20),
    st.sampled_from(["crowd", "a", "x" * 64, "x" * 65, "crowd ", "a/b", "valence", "ä"]),
)
FLOATS = st.one_of(st.floats(-1.5, 1.5, width=32), st.floats(width=32))


def message(address: bytes, values: Sequence[float]) -> bytes:
    """A message whose name need not be one."""
    tags = b"," + b"f" * len(values)
    body = struct.pack(f">{len(values)}f", *values)
    return b"".join(part + bytes(4 - len(part) % 4) for part in (address, tags)) + body


FEELINGS = st.builds(
    lambda who, field, values: message(f"/empathy/{who}{field}".encode(), values),
    NAMES,
    st.sampled_from(["", "", "", "/valence", "/arousal", "/valencf", "/arousal/"]),
    st.lists(FLOATS, max_size=5),
)
RECORDS = st.lists(
    st.builds(
        lambda who, v, a: struct.pack("<8sff", who, v, a), st.binary(max_size=8), FLOATS, FLOATS
    )
    | st.builds(lambda v, a: struct.pack("<8sff", b"n\0", v, a), FLOATS, FLOATS),
    max_size=4,
).map(lambda parts: encode("/empathy/crowd", b"".join(parts)))
OTHERS = st.sampled_from(
    [
        encode("/empathy/a/word", "joy"),
        encode("/empathy/b/word", "joyy"),
        encode("/empathy/a/circle", "river"),
        encode("/empathy/a/circle", ""),
        encode("/empathy/a/consent", 0),
        encode("/empathy/a", 1, True),
        encode("/empathy/crowd", b"abc"),
        encode("/muse/eeg", 1.0),
        encode("/empathy"),
        b"/empathy\0,f\0\0",
        b"/emp",
        b"",
        b"#bundle\0",
        b"#bun",
        b"abc\0",
    ]
)
MESSAGES = st.one_of(FEELINGS, FEELINGS, RECORDS, OTHERS)
PACKETS = st.one_of(
    MESSAGES,
    st.lists(FEELINGS, max_size=6).map(encode_bundle),
    st.lists(MESSAGES, max_size=6).map(encode_bundle),
    st.lists(MESSAGES, max_size=3).map(encode_bundle).map(lambda one: encode_bundle([one])),
)
MUTATED = st.builds(
    lambda packet, at, byte, cut: (
        packet[: at % (len(packet) + 1)] + byte + packet[at % (len(packet) + 1) + cut :]
    ),
    PACKETS,
    st.integers(0, 400),
    st.binary(max_size=4),
    st.integers(0, 4),
)


@given(
    st.lists(st.one_of(PACKETS, MUTATED), max_size=12),
    st.sampled_from([(-1.0, 1.0), (0.0, 1.0), (1.0, 9.0), (-0.1, 0.1)]),
)
@settings(max_examples=400, deadline=None)
def test_both_ways_agree(datagrams: list[bytes], range: tuple[float, float]) -> None:
    assert_alike(datagrams, range)


@pytest.mark.parametrize("seed", range(40))
def test_both_ways_agree_on_thousands(seed: int) -> None:
    packets = Packets(seed)
    heard = assert_alike([packets.any() for _ in range(1000)])
    assert len(heard) > 100
