"""Nothing that floods a reader silences anybody, least of all who says no."""

from __future__ import annotations

import struct
from time import thread_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode, encode_bundle
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.reading.urgent import urgent
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.wire.datagrams import from_ourselves
from tests.inlet.readers import NAMING, from_flows, name, reader


def test_a_flood_of_what_is_slow_to_read_does_not_silence_the_others() -> None:
    flood = [(1, encode(f"/empathy/x{number}/word", "joy")) for number in range(5000)]
    honest = [(2, encode("/empathy/anna/word", "grief")), (3, encode("/empathy/ben/consent", 0))]
    ours = Reader((-1.0, 1.0), NAMING)
    heard = ours.read(from_flows([*flood, *honest]), 0)
    names = set(map(tuple, heard.name.tolist()))
    assert name(b"anna") in names and name(b"ben") in names
    dropped = ours.notices.rejected[Reason.FLOOD]
    assert len(heard) + dropped == 5002
    assert 4500 < dropped < 4900
    assert list(map(tuple, heard.name[-2:].tolist())) == [name(b"anna"), name(b"ben")]
    assert "more than there was time to read" in ours.notices.lines(0)[0]
    longer = Reader((-1.0, 1.0), NAMING).read(from_flows([*flood, *honest]), 0, frames=3.0)
    assert len(longer) > 2 * len(heard)


@pytest.mark.parametrize(
    "withdrawal",
    [
        encode("/empathy/anna/consent", 0),
        encode("/empathy/anna/consent", 0.0),
        encode("/empathy/anna-1/consent", False),
        encode("/empathy/an/consent", 0.0),
        encode_bundle([encode("/empathy/x/word", "joy"), encode("/empathy/ann/consent", 0)]),
    ],
)
def test_no_withdrawal_is_lost_in_a_flood(withdrawal: bytes) -> None:
    flood = [(flow, encode(f"/empathy/x{flow}/word", "joy")) for flow in np.arange(5000).tolist()]
    flood += [(1, encode("/empathy/a/circle", "x" * 50))] * 100
    ours = Reader((-1.0, 1.0), NAMING)
    heard = ours.read(from_flows([*flood, (9, withdrawal)]), 0)
    assert ours.notices.rejected[Reason.FLOOD] > 4000
    assert heard.consent[-1] == 0


@pytest.mark.parametrize("mode", ["explicit", "attested"])
def test_ten_thousand_who_come_at_once_are_all_let_in(mode: Mode) -> None:
    names = [f"visitor-{number}" for number in np.arange(10_000).tolist()]
    packets = [
        encode_bundle([encode(f"/empathy/{who}/consent", 1), encode(f"/empathy/{who}", 0.5, 0.25)])
        for who in names
    ]
    ours, notices = Reader((-1.0, 1.0), NAMING), Notices()
    heard = ours.read(from_flows([(7, packet) for packet in packets]), 0, frames=1.0)
    assert not ours.notices.rejected
    assert heard.consent.tolist() == [1, -1] * 10_000
    admitted = Gate(mode, 10_000, notices, newcomers={0: 10_000}).admit(heard, 0)
    assert len(admitted.samples) == 10_000 and not notices.rejected


@given(
    st.lists(
        st.builds(
            bytes.__add__,
            st.binary(max_size=24),
            st.sampled_from(
                [b"", b"/consent", b"/consenu", b"onse", b"/empathy/a/consent\0,i\0\0"]
            ),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_speaks_of_consent_is_found_wherever_it_stands(parts: list[bytes]) -> None:
    packets = [part.ljust(-(-len(part) // 4) * 4, b"\0") for part in parts]
    block = from_ourselves(packets)
    found = urgent(block.data.view("<u4"), block.start >> 2, block.length >> 2)
    for packet, is_urgent in zip(packets, found.tolist(), strict=True):
        aligned = {packet[at : at + 4] for at in np.arange(0, len(packet), 4).tolist()}
        assert is_urgent == bool(aligned & {b"/con", b"cons", b"onse", b"nsen"})
        assert is_urgent or b"/consent" not in packet


def test_a_flood_that_nobody_could_take_is_counted_without_reading_it() -> None:
    ours = reader(slow=0)
    packets = [encode("/muse/eeg", 1.0), encode("/Empathy/ann", 1.0, 0.0), b"muse\0\0\0\0,\0\0\0"]
    assert not len(ours.read(from_ourselves(packets * 1000), 0))
    assert ours.notices.rejected == {Reason.UNKNOWN_ADDRESS: 2000, Reason.ADDRESS: 1000}
    (line,) = [line for line in ours.notices.lines(0) if "not ours" in line]
    assert "2000 messages" in line and "/Empathy/<who>" in line and "ann" not in line


def test_hostile_packets_are_read_within_five_milliseconds() -> None:
    head = b"#bundle\0" + bytes(8)
    deep, deeper = (
        b"".join(head + struct.pack(">i", 20 * left) for left in range(levels, 0, -1))
        + head
        + b"/a\0\0"
        for levels in (400, 10_000)
    )
    blob = encode("/empathy/crowd", struct.pack("<8sff", b"ann\xff", 0.5, 0.5) * 500)
    hostile = [
        deep,
        deeper,
        encode("/empathy/crowd", struct.pack("<8sff", b"anna", 9.0, 9.0) * 509),
        blob,
        encode_bundle([encode("/empathy/" + "x" * 64 + "/word", "y" * 8)] * 80),
        encode_bundle([encode("/a/b/c/d")] * 256),
        encode_bundle([encode("/empathy/anna/word", "nonsense")] * 170),
        b"/a\0\0," + b"[]" * 4000 + bytes(3),
        b"/a\0\0," + b"T" * 255 + bytes(4),
        b"/empathy/" + b"a" * 8183,
        head + b"".join(b"\0\0\0\x08/emp" + b"athy" for _ in range(600)),
    ]
    for batch in (True, False):
        ours = reader(batch=batch)
        for packet in hostile:
            block = from_ourselves([packet])
            taken = []
            for _ in range(5):
                begun = thread_time()
                ours.read(block, 0)
                taken.append(thread_time() - begun)
            assert min(taken) < 0.005, packet[:40]


def test_what_a_gateway_tells_between_other_messages_is_charged_record_by_record() -> None:
    records = b"".join(struct.pack("<8sff", b"n%d" % one, 0.5, 0.5) for one in range(400))
    blob = encode_bundle([encode("/empathy/crowd", records), encode("/empathy/a/word", "joy")])
    ours = Reader((-1.0, 1.0), NAMING)
    assert len(ours.read(from_ourselves([blob] * 4), 0)) == 2 * 401
    assert ours.notices.rejected == {Reason.FLOOD: 2}
    assert ours.spent == pytest.approx(2 * (len(blob) + 402 * 32) / 20_480)
    ours.read(from_ourselves([encode("/empathy/a", 0.5, 0.5)]), 1)
    assert ours.spent == 0
