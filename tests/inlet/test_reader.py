"""The fast way and the thorough way agree on every packet."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_packet import OscPacket

from empathy_palettes.inlet.naming import Digests, Space
from empathy_palettes.inlet.osc import Message, encode, encode_bundle
from empathy_palettes.inlet.reader import Counts, Reader, circle_number
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.said import Said, said
from empathy_palettes.inlet.sample import Kind
from empathy_palettes.inlet.wire.datagrams import Datagrams, from_ourselves
from tests.inlet.packets import Packets
from tests.inlet.readers import NAMING, from_flows, name, reader


def rows(heard: Said) -> list[bytes]:
    """Each column bit for bit."""
    return [getattr(heard, field.name).tobytes() for field in fields(Said)]


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
        encode("/empathy/b/consent", 1),
        encode("/empathy/abcdef/consent", 2),
        encode("/empathy/a/consent", 3),
        encode("/empathy/a/consent", -1),
        encode("/empathy/a/consent", 1.0),
        encode("/empathy/a/consent", True),
        encode("/empathy/a/valence", 1),
        encode("/empathy/a/b/consent", 1),
        encode("/empathy/crowd/consent", 1),
        encode("/empathy/a", 1),
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


@pytest.mark.parametrize("seed", range(12))
def test_both_ways_agree_on_thousands(seed: int) -> None:
    packets = Packets(seed)
    heard = assert_alike([packets.any() for _ in range(1000)])
    assert len(heard) > 100


@pytest.mark.parametrize(
    "packet",
    [
        encode("/empathy/a/valence", 0.5),
        encode("/empathy/abc/valence", 0.5),
        encode("/empathy/abcd/arousal", 0.5),
        encode("/empathy/abcd/consent", 1),
        encode("/empathy/abc", 0.5, 0.25),
        encode("/empathy/ab", 0.5, 0.25, 1.0, 0.5),
        encode("/empathy/crowd", struct.pack("<8sff", b"anna", 0.5, 0.5)),
        encode_bundle([encode("/empathy/ab", 0.5, 0.25), encode("/empathy/abc", 0.5, 0.25)]),
    ],
)
def test_both_ways_agree_on_every_change_of_one_byte(packet: bytes) -> None:
    values = (*range(0x30), *range(0x5F, 0x83), 0xFF)
    for at in range(len(packet)):
        changed = [packet[:at] + bytes([value]) + packet[at + 1 :] for value in values]
        assert_alike(changed)


@pytest.mark.parametrize(
    "packet",
    [
        encode("/empathy/a", 0.5, 0.25),
        encode("/empathy/ab", 0.5, 0.25),
        encode("/empathy/abc", 0.5, 0.25),
        encode("/empathy/crow_", 0.5, 0.25),
        encode("/empathy/abcdefghijk", 0.5, 0.25),
        encode_bundle([encode("/empathy/abcd", 0.5, 0.25), encode("/empathy/abc", 0.5, 0.25)]),
    ],
)
@pytest.mark.parametrize("range", [(-1.0, 1.0), (0.1, 0.6)])
def test_one_that_differs_among_many_alike_is_read_as_it_is(
    packet: bytes, range: tuple[float, float]
) -> None:
    assert_alike([packet] * 3, range)
    for at, was in enumerate(packet):
        values = {0, 1, 31, 32, 47, 63, 100, 126, 127, 128, 255, was ^ 1, was ^ 4, was ^ 128}
        for turn, value in enumerate(sorted(values)):
            datagrams = [packet] * 3
            datagrams[turn % 3] = packet[:at] + bytes([value]) + packet[at + 1 :]
            assert_alike(datagrams, range)


def test_what_is_alike_takes_the_shortest_way(monkeypatch: pytest.MonkeyPatch) -> None:
    singles = [encode(f"/empathy/p{number:05d}", 0.5, -0.25) for number in range(20_000)]
    bundles = [encode_bundle(singles[at : at + 32]) for at in range(0, 20_000, 32)]
    ours, others = reader(), reader(batch=False)
    monkeypatch.setattr(ours._batch, "read", None)
    for packets in (singles, bundles, singles[:1], bundles[:1]):
        block = from_ourselves(packets)
        heard = ours.read(block, 0)
        assert rows(heard) == rows(others.read(block, 0))
    assert ours.counts.messages == 40_033


def test_the_longest_name_that_is_alike_and_longer_ones() -> None:
    for length in range(55, 67):
        assert_alike([encode("/empathy/" + "x" * length, 0.5, 0.25)] * 2)


def test_every_hot_shape_is_taken_many_at_a_time() -> None:
    """With no time at all for slow reading, they are heard all the same."""
    shapes = [
        encode("/empathy/a", 0.5, -0.25),
        encode("/empathy/" + "b" * 64, 0.5, -0.25, 1.0),
        encode("/empathy/cc", 0.5, -0.25, 1.0, 0.125),
        encode("/empathy/ddd/valence", 0.5),
        encode("/empathy/" + "e" * 64 + "/arousal", 0.5),
        encode("/empathy/crowd", struct.pack("<8sff8sff", b"f/8", 0.5, -1.0, b"crowd", 1.0, 0.0)),
        encode("/empathy/g/consent", 2),
    ]
    packets = [*shapes, encode_bundle(shapes), *(encode_bundle([one] * 5) for one in shapes)]
    ours = reader(slow=0)
    heard = ours.read(from_ourselves(packets), 0)
    assert not ours.notices.rejected
    assert len(heard) == 8 * 2 + 8 * 5
    nan = float("nan")
    expected = [
        (b"a", 0.5, -0.25, nan, 1.0),
        (b"b" * 64, 0.5, -0.25, 1.0, 1.0),
        (b"cc", 0.5, -0.25, 1.0, 0.125),
        (b"ddd", 0.5, nan, nan, 1.0),
        (b"e" * 64, nan, 0.5, nan, 1.0),
        (b"f/8", 0.5, -1.0, nan, 1.0),
        (b"crowd", 1.0, 0.0, nan, 1.0),
        (b"g", nan, nan, nan, 1.0),
    ]
    assert list(map(tuple, heard.name[:8].tolist())) == [name(row[0]) for row in expected]
    columns = (heard.valence, heard.arousal, heard.dominance, heard.weight)
    for column, values in zip(columns, list(zip(*expected, strict=True))[1:], strict=True):
        np.testing.assert_array_equal(column[:8], np.array(values, np.float32))
        np.testing.assert_array_equal(column[8:16], column[:8])
    assert set(heard.kind) == {Kind.MODEL} and set(heard.origin) == {3}
    assert heard.consent[:8].tolist() == [-1] * 7 + [2] and set(heard.consent[-5:]) == {2}
    assert (
        set(heard.consent[:7]) | set(heard.consent[16:-5]) == {-1}
        and not heard.circle.any()
        and not heard.word.any()
    )


@pytest.mark.parametrize("batch", [True, False])
def test_the_other_implementation_says_the_same(batch: bool) -> None:
    packets = Packets(11)
    agreed = 0
    for _ in range(2000):
        datagram = packets.valid()
        ours = reader(batch=batch)
        heard = ours.read(from_ourselves([datagram]), 0)
        feelings = []
        for timed in OscPacket(datagram).messages:
            parts = timed.message.address.split("/")[1:]
            values = timed.message.params
            if len(parts) == 2 and 2 <= len(values) <= 4 and all(type(v) is float for v in values):
                scaled = [min(max(value, -1.0), 1.0) for value in values[:2]]
                feelings.append((name(parts[1].encode()), *scaled))
        if not ours.notices.rejected and len(feelings) == len(heard):
            agreed += 1
            found = zip(map(tuple, heard.name.tolist()), heard.valence, heard.arousal, strict=True)
            assert list(found) == feelings
    assert agreed > 500


def test_words_circles_and_consents_come_in_columns() -> None:
    packets = [
        encode("/empathy/a/consent", 2),
        encode("/empathy/a", 0.5, 0.5),
        encode_bundle([encode("/empathy/b/circle", "river"), encode("/empathy/b/circle", "")]),
        encode("/empathy/c/word", "joy"),
        encode("/empathy/a", 0.25, 0.25),
        encode("/empathy/a/consent", False),
    ]
    heard = reader().read(from_ourselves(packets), 0)
    assert list(map(tuple, heard.name.tolist())) == [name(b"%c" % who) for who in b"aabbcaa"]
    assert heard.consent.tolist() == [2, -1, -1, -1, -1, -1, 0]
    assert heard.circle.tolist() == [0, 0, circle_number(NAMING, "river"), 1, 0, 0, 0]
    assert circle_number(NAMING, "river") == name(b"river", Space.CIRCLE)[0] > 1
    assert np.isnan(heard.valence).tolist() == [True, False, True, True, False, False, True]
    assert heard.word.astype(bool).tolist() == [False] * 4 + [True, False, False]


def test_what_was_heard_outlives_the_block() -> None:
    block = from_ourselves([encode("/empathy/a", 0.5, -0.25), encode("/empathy/b/word", "joy")])
    lent = Datagrams(block.data.copy(), block.start, block.length, block.host, block.port)
    heard = reader().read(lent, 0)
    before = rows(heard)
    lent.data[:] = 0
    assert rows(heard) == before


def test_any_order_and_place_in_the_block() -> None:
    packets = Packets(5)
    block = from_ourselves([packets.any() for _ in range(300)])
    some = np.random.default_rng(0).permutation(300)[:200]
    again = from_ourselves([block[which] for which in some.tolist()])
    assert rows(reader().read(block.take(some), 0)) == rows(reader().read(again, 0))


def test_values_that_are_wrong_are_told_apart_by_sender() -> None:
    packets = [encode(f"/empathy/p{number % 3}", 73.0 + number, 0.0) for number in range(30)]
    ours = Reader((0.0, 1.0), NAMING)
    assert not len(ours.read(from_ourselves(packets), 0))
    (line,) = ours.notices.lines(0)
    assert line == ("30 values from 3 senders outside 0..1, dropped: set range = [0, 127]")
    same = Reader((0.0, 1.0), NAMING, batch=False)
    same.read(from_ourselves(packets), 0)
    assert same.notices.lines(0) == (line,)


def test_a_time_tag_makes_nobody_wait_and_a_wrong_one_is_counted() -> None:
    now = 3_900_000_000.0

    def at(seconds: float) -> bytes:
        tag = struct.pack(">Q", int(seconds * 2**32))
        return b"#bundle\0" + tag + encode_bundle([encode("/empathy/a", 0.5, 0.5)])[16:]

    packets = [at(now), at(now - 4.5), at(now + 4.5), at(now + 5.5), at(now - 6), at(2**31)]
    packets += [encode_bundle([encode("/empathy/a", 0.5, 0.5)])]
    ours = reader()
    assert len(ours.read(from_ourselves(packets), 0, now=now)) == 7
    assert ours.counts == Counts(messages=7, mistimed=3)
    alike = reader()
    assert len(alike.read(from_ourselves(packets[:6]), 0, now=now)) == 6
    assert len(alike.read(from_ourselves([encode("/empathy/a", 0.5, 0.5)]), 0, now=now)) == 1
    assert alike.counts == Counts(messages=7, mistimed=3)


class Muse:
    """Adapters that take `/muse/…` and `Person0/…`, and drop `/muse/eeg`."""

    prefixes = (b"/muse/", b"Person", b"/Person")
    ignored = (b"/muse/eeg",)
    slashless = True

    def __init__(self) -> None:
        self.asked: list[tuple[Message, bytes]] = []
        self.gone: list[list[int]] = []
        self.forgotten = 0

    def read(self, messages: Sequence[tuple[Message, bytes]], step: int) -> Said:
        self.asked += messages
        return said(len(messages), Kind.PHYSIOLOGY)

    def due(self, step: int) -> Said:
        return said(1, Kind.EXPRESSION)

    def withdraw(self, names: Digests) -> None:
        self.gone += names.tolist()

    def forget(self) -> None:
        self.forgotten += 1


def test_adapters_get_what_could_be_theirs_and_nothing_else() -> None:
    muse = Muse()
    ours = Reader((-1.0, 1.0), NAMING, adapters=muse)
    slashless = b"Person0/alpha\0\0\0,f\0\0\x3f\0\0\0"
    packets = [
        (7, encode("/muse/alpha", 1.0)),
        (7, encode("/muse/eeg", 1.0, 2.0)),
        (8, encode_bundle([encode("/muse/beta", 1), encode("/muse/eeg"), encode("/other", 1)])),
        (9, slashless),
        (9, b"other\0\0\0,\0\0\0"),
        (9, encode("/muses", 1.0)),
        (9, encode("/empathy/a", 0.5, 0.5)),
    ]
    heard = ours.read(from_flows(packets), 0)
    assert [(message.address, host[8]) for message, host in muse.asked] == [
        ("/muse/alpha", 7),
        ("/muse/beta", 8),
        ("Person0/alpha", 9),
    ]
    assert all(len(host) == 16 for _, host in muse.asked)
    assert heard.kind.tolist() == [Kind.PHYSIOLOGY] * 3 + [Kind.SELF_REPORT]
    assert ours.counts == Counts(messages=1, adapted=3, ignored=2)
    assert ours.notices.rejected == {Reason.UNKNOWN_ADDRESS: 2, Reason.ADDRESS: 1}
    assert ours.read(from_ourselves([]), 1).kind.tolist() == [Kind.EXPRESSION]
    ours.withdraw(heard.name[-1:])
    ours.withdraw(heard.name[:0])
    assert muse.gone == [list(name(b"a"))]
    ours.forget_all()
    assert muse.forgotten == 1
