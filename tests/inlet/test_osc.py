"""The decoder never raises, takes nothing by halves, and agrees with another implementation."""

import math
import struct
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from empathy_palettes.inlet.osc import Argument, Limits, Message, decode, encode, encode_bundle
from empathy_palettes.inlet.reasons import Reason

ADDRESSES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60).map(
    lambda text: f"/{text}"
)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=80)
ARGUMENTS: st.SearchStrategy[Argument] = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(width=32),
    st.booleans(),
    st.none(),
    TEXTS,
    st.binary(max_size=40),
)
MESSAGES = st.builds(lambda address, args: encode(address, *args), ADDRESSES, st.lists(ARGUMENTS))
PACKETS = st.recursive(
    MESSAGES, lambda inner: st.lists(inner, max_size=4).map(encode_bundle), max_leaves=6
)


def same(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return a == b or (math.isnan(a) and math.isnan(b))
    return type(a) is type(b) and a == b


def reason_of(datagram: bytes, limits: Limits | None = None) -> str:
    rejected = Counter[str]()
    assert decode(datagram, rejected, limits or Limits()) == []
    ((reason, count),) = rejected.items()
    assert count == 1
    assert reason in set(Reason)
    return reason


@given(st.binary(max_size=9000))
@example(b"")
@example(b"/\0\0\0,b\0\0\x7f\xff\xff\xff")
@example(b"/\0\0\0,b\0\0\xff\xff\xff\xff")
@example(b"#bundle\0")
def test_any_bytes_give_messages_or_one_reason(datagram: bytes) -> None:
    rejected = Counter[str]()
    messages = decode(datagram, rejected)
    assert sum(rejected.values()) <= 1
    assert not (messages and rejected)
    assert all(reason in set(Reason) for reason in rejected)


@given(PACKETS, st.data())
@settings(max_examples=300)
def test_a_broken_packet_has_no_partial_effect(packet: bytes, data: st.DataObject) -> None:
    broken = bytearray(packet)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken)))
        broken[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    rejected = Counter[str]()
    messages = decode(bytes(broken), rejected)
    assert sum(rejected.values()) <= 1
    assert not (messages and rejected)


@given(ADDRESSES, st.lists(ARGUMENTS, max_size=20))
def test_what_is_encoded_is_decoded(address: str, args: list[Argument]) -> None:
    (message,) = decode(encode(address, *args))
    assert message.address == address
    assert len(message.args) == len(args)
    assert all(map(same, message.args, args))


@given(ADDRESSES, st.lists(ARGUMENTS, max_size=20))
def test_the_other_implementation_reads_what_we_write(address: str, args: list[Argument]) -> None:
    theirs = OscMessage(encode(address, *args))
    assert theirs.address == address
    assert all(map(same, theirs.params, args))


@given(
    ADDRESSES,
    st.lists(
        st.one_of(
            st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
            st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
            st.tuples(st.just("f"), st.floats(width=32)),
            st.tuples(st.just("d"), st.floats()),
            st.tuples(st.just("r"), st.integers(0, 2**32 - 1)),
            st.tuples(st.just("s"), TEXTS),
            st.tuples(st.just("b"), st.binary(min_size=1, max_size=40)),
            st.tuples(st.just("T"), st.just(True)),
            st.tuples(st.just("F"), st.just(False)),
            st.tuples(st.just("N"), st.none()),
        ),
        max_size=20,
    ),
)
def test_we_read_what_the_other_implementation_writes(
    address: str, args: list[tuple[str, Argument]]
) -> None:
    builder = OscMessageBuilder(address)
    for tag, value in args:
        builder.add_arg(value, tag)
    (message,) = decode(builder.build().dgram)
    assert message.address == address
    assert all(map(same, message.args, [value for _, value in args]))
    assert len(message.args) == len(args)


@given(MESSAGES, st.data())
@settings(max_examples=300)
def test_a_changed_message_that_we_accept_reads_the_same_elsewhere(
    packet: bytes, data: st.DataObject
) -> None:
    changed = bytearray(packet)
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    for message in decode(bytes(changed)):
        tags = bytes(changed).split(b"\0,", 1)[-1].split(b"\0", 1)[0]
        if set(tags) & set(b"cmrtSI[]"):
            continue  # not of the core, and not alike in every implementation
        theirs = OscMessage(bytes(changed))
        assert theirs.address == message.address
        assert all(map(same, theirs.params, message.args))


def test_nested_bundles_read_in_order_in_both_implementations() -> None:
    inner = OscBundleBuilder(IMMEDIATELY)
    outer = OscBundleBuilder(1_700_000_000)  # a time tag makes nobody wait
    for number, bundle in ((1, outer), (2, inner), (3, inner)):
        builder = OscMessageBuilder(f"/{number}")
        builder.add_arg(float(number), "f")
        bundle.add_content(builder.build())
    outer.add_content(inner.build())
    expected = [Message(f"/{number}", (float(number),)) for number in (1, 2, 3)]
    assert decode(outer.build().dgram) == expected
    ours = encode_bundle([encode("/1", 1.0), encode_bundle([encode("/2", 2.0), encode("/3", 3.0)])])
    assert decode(ours) == expected
    (first, rest) = OscBundle(ours)
    assert [first.address, *(message.address for message in rest)] == ["/1", "/2", "/3"]


def test_every_type_of_osc() -> None:
    body = b"".join(
        (
            b"/a\0\0,ifsbhtdScrmTFNI[f]\0",
            struct.pack(">if", -1, 0.5),
            b"abc\0",
            struct.pack(">i", 5),
            b"12345\0\0\0",
            struct.pack(">qQd", -(2**40), 2**63, 0.1),
            b"sym\0",
            struct.pack(">I", ord("x")),
            b"\1\2\3\4",
            b"\x90\x3c\x7f\0",
            struct.pack(">f", 2.0),
        )
    )
    args: tuple[Argument, ...] = (
        *(-1, 0.5, "abc", b"12345", -(2**40), 2**63, 0.1, "sym", "x"),
        *(0x01020304, b"\x90\x3c\x7f\0", True, False, None, math.inf, 2.0),
    )
    assert decode(body) == [Message("/a", args)]


def test_no_type_tags_mean_no_arguments() -> None:
    assert decode(b"/a\0\0") == [Message("/a", ())]
    assert decode(b"/a\0\0,\0\0\0") == [Message("/a", ())]


def nested(depth: int) -> bytes:
    packet = encode("/a")
    for _ in range(depth):
        packet = encode_bundle([packet])
    return packet


HOSTILE = {
    "empty": (b"", Reason.SIZE),
    "odd length": (b"/a\0", Reason.SIZE),
    "too large": (b"/a\0\0,b\0\0" + struct.pack(">i", 8192) + bytes(8192), Reason.SIZE),
    "no slash": (b"abc\0,\0\0\0", Reason.ADDRESS),
    "no end of address": (b"/abc", Reason.ADDRESS),
    "address too long": (encode("/" + "a" * 255), Reason.ADDRESS),
    "address not ASCII": (b"/\xc3\xa4\0,\0\0\0", Reason.ADDRESS),
    "control character": (b"/a\n\0,\0\0\0", Reason.ADDRESS),
    "no comma": (b"/a\0\0ff\0\0", Reason.TYPES),
    "no end of tags": (b"/a\0\0,fff", Reason.TYPES),
    "unknown tag": (b"/a\0\0,q\0\0", Reason.TYPES),
    "bracket left open": (b"/a\0\0,[f\0\0\0\0\0", Reason.TYPES),
    "bracket never opened": (b"/a\0\0,]\0\0", Reason.TYPES),
    "tags not ASCII": (b"/a\0\0,\xff\0\0", Reason.TYPES),
    "too many constants": (encode("/a", *[True] * 257), Reason.ARGUMENTS),
    "too many floats": (encode("/a", *[1.0] * 257), Reason.ARGUMENTS),
    "brackets without end": (b"/a\0\0," + b"[]" * 1000 + b"\0\0\0", Reason.ARGUMENTS),
    "float missing": (b"/a\0\0,f\0\0", Reason.TRUNCATED),
    "blob of 2 GB": (b"/a\0\0,b\0\0\x7f\xff\xff\xff", Reason.TRUNCATED),
    "negative blob": (b"/a\0\0,b\0\0\xff\xff\xff\xff", Reason.TRUNCATED),
    "bytes left over": (b"/a\0\0,f\0\0" + bytes(8), Reason.TRAILING),
    "address padding": (b"/a\0x,\0\0\0", Reason.PADDING),
    "blob padding": (b"/a\0\0,b\0\0\0\0\0\1abcd", Reason.PADDING),
    "string without end": (b"/a\0\0,s\0\0abcd", Reason.TEXT),
    "string too long": (encode("/a", "x" * 1025), Reason.TEXT),
    "string not UTF-8": (b"/a\0\0,s\0\0\xff\0\0\0", Reason.TEXT),
    "character out of ASCII": (b"/a\0\0,c\0\0\0\1\0\0", Reason.TEXT),
    "negative character": (b"/a\0\0,c\0\0\xff\xff\xff\xff", Reason.TEXT),
    "bundle without time": (b"#bundle\0", Reason.BUNDLE),
    "empty element": (b"#bundle\0" + bytes(8) + bytes(4), Reason.BUNDLE),
    "negative element": (b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xfc", Reason.BUNDLE),
    "odd element": (b"#bundle\0" + bytes(8) + b"\0\0\0\3/a\0\0", Reason.BUNDLE),
    "element leads outside": (b"#bundle\0" + bytes(8) + b"\0\0\0\x08/a\0\0", Reason.BUNDLE),
    "too deep": (nested(9), Reason.DEPTH),
    "too many elements": (encode_bundle([encode("/a")] * 257), Reason.ELEMENTS),
    "too many elements in all": (
        encode_bundle([encode_bundle([encode("/a")] * 128)] * 2),
        Reason.ELEMENTS,
    ),
    "second element broken": (
        encode_bundle([encode("/a", 1.0), b"/a\0\0,f\0\0"]),
        Reason.TRUNCATED,
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_each_hostile_datagram_is_counted_by_its_reason(case: str) -> None:
    datagram, reason = HOSTILE[case]
    assert reason_of(datagram) == reason


def test_the_limits_themselves_are_allowed() -> None:
    assert len(decode(nested(8))) == 1
    assert len(decode(encode_bundle([encode("/a")] * 256))) == 256
    assert len(decode(encode("/a", *[1.0] * 256))[0].args) == 256
    assert decode(encode("/" + "a" * 254))
    assert decode(encode("/a", "x" * 1024))
    assert reason_of(encode("/abc"), Limits(address=3)) == Reason.ADDRESS


def test_a_slash_may_be_missing_only_where_that_is_allowed() -> None:
    packet = b"Person0/eeg\0,f\0\0\x3f\0\0\0"
    assert reason_of(packet) == Reason.ADDRESS
    allowed = Limits(slashless=True)
    assert decode(packet, limits=allowed) == [Message("Person0/eeg", (0.5,))]
    assert decode(encode_bundle([packet]), limits=allowed) == decode(packet, limits=allowed)
    for nameless in (b"\0\0\0\0,\0\0\0", b"\x1bx\0\0,\0\0\0", b"\xc3\xa4\0\0,\0\0\0"):
        assert reason_of(nameless, allowed) == Reason.ADDRESS


def test_without_a_counter_a_fault_is_silent() -> None:
    assert decode(b"\xff") == []


@pytest.mark.parametrize("address", ["a", "", "/ä", "/\n"])
def test_encode_refuses_an_address_that_no_decoder_takes(address: str) -> None:
    with pytest.raises(ValueError, match="OSC address"):
        encode(address)


def test_encode_refuses_a_zero_byte_within_a_string() -> None:
    with pytest.raises(ValueError, match="zero byte"):
        encode("/a", "x\0y")
