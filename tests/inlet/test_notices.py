"""The lines name the remedy, stay for ten seconds, and stay bounded whatever arrives."""

from time import perf_counter
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.words import WORDS
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.notices import FIELDS, STAY_STEPS, Notices
from empathy_palettes.inlet.osc import encode, encode_bundle
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.wire.datagrams import from_ourselves


def test_nothing_happened() -> None:
    assert Notices().lines(0) == ()


def test_a_value_out_of_range_names_the_range_to_set() -> None:
    notices = Notices()
    notices.out_of_range(73.0, (0.0, 1.0), 1)
    assert notices.lines(0) == (
        "1 value from 1 sender outside 0..1, dropped: set range = [0, 100]",
    )


@pytest.mark.parametrize(
    ("seen", "range"),
    [
        ([-0.2], "[-1, 1]"),
        ([4.0, 2.0], "[0, 10]"),
        ([9.0, 1.5], "[0, 10]"),
        ([127.0, 3.0], "[0, 127]"),
        ([0.5, 255.0], "[0, 255]"),
        ([-70.0], "[-100, 100]"),
        ([1000.5, -3.0], "[-10000, 10000]"),
        ([73415.9], "[0, 100000]"),
        ([-7.3e37], "[-1e+38, 1e+38]"),
    ],
)
def test_the_narrowest_usual_range_that_holds_all_is_suggested(
    seen: list[float], range: str
) -> None:
    notices = Notices()
    for value in seen:
        notices.out_of_range(value, (0.0, 0.1), 1)
    (line,) = notices.lines(0)
    assert line.endswith(f"set range = {range}")


def test_values_and_senders_are_counted_apart() -> None:
    notices = Notices()
    for _ in range(12):
        notices.reject(Reason.WAITING, 1)
    assert notices.lines(0) == (
        "12 values from 1 sender wait for consent: send /empathy/<who>/consent 1, "
        "or name whose device it is (people = …)",
    )
    notices.reject(Reason.WAITING, 2)
    assert notices.lines(1)[0].startswith("13 values from 2 senders wait")
    for number in range(100):
        notices.reject(Reason.WAITING, number)
    assert notices.lines(2)[0].startswith("113 values from 64 or more senders wait")


def test_many_at_once_are_told_as_one_after_another_would_be() -> None:
    one, many = Notices(), Notices()
    values = np.array([73.0, -5.0, 12.5, 300.0])
    senders = np.array([7, 8, 7, 2**64 - 1], np.uint64)
    for value, sender in zip(values.tolist(), senders.tolist(), strict=True):
        one.out_of_range(value, (0.0, 1.0), sender)
        one.reject(Reason.NOT_A_NUMBER, sender)
        one.reject(Reason.FLOOD)
    many.out_of_range_many(values, (0.0, 1.0), senders)
    many.reject_many(Reason.NOT_A_NUMBER, senders)
    many.reject(Reason.FLOOD, count=4)
    assert many.lines(0) == one.lines(0)
    assert many.rejected == one.rejected
    assert "4 values from 3 senders outside 0..1" in " ".join(one.lines(0))
    many.reject_many(Reason.NOT_A_NUMBER, np.arange(10**5, dtype=np.uint64))
    assert "64 or more senders" in " ".join(many.lines(0))
    assert len(many._details[Reason.NOT_A_NUMBER].senders) == 64
    many.reject_many(Reason.WEIGHT, senders[:0])
    many.out_of_range_many(values[:0], (0.0, 1.0), senders[:0])
    assert Reason.WEIGHT not in many.rejected and many.rejected[Reason.RANGE] == 4


def test_however_many_are_rejected_at_once_few_of_them_are_told_apart() -> None:
    notices = Notices()
    flood = np.ones(10**6, np.uint64)
    begin = perf_counter()
    for _ in range(20):
        notices.reject_many(Reason.PEOPLE, flood)
    assert (perf_counter() - begin) / 20 < 0.002
    notices.reject_many(Reason.PEOPLE, np.arange(3, dtype=np.uint64))
    (line,) = notices.lines(0)
    assert line.startswith("20000003 values from 3 senders beyond the limit, dropped: raise max")


VALUES = ("73.4159", "87.25", "0.73415", "7341")


@pytest.mark.parametrize("batch", [True, False])
def test_no_value_and_no_word_that_was_sent_is_shown_or_kept(batch: bool) -> None:
    notices = Notices()
    reader = Reader((-1.0, 1.0), notices=notices, batch=batch)
    who = "/empathy/ann"
    reader.read(
        from_ourselves(
            [
                *(encode(who, value, 0.0) for value in (73.4159, 87.25)),
                encode(who, -0.5, 0.0, 0.0, 73.4159),
                encode(f"{who}/consent", 7341),
                *(encode(f"{who}/word", word) for word in ("sadnes", "joyy", "joyy")),
            ]
        ),
        1,
        frames=1e9,
    )
    assert notices.lines(1) == (
        "2 values from 1 sender outside -1..1, dropped: set range = [0, 100]",
        "1 value from 1 sender with a weight outside 0..1, dropped: a weight is 0..1",
        "3 words from 1 sender not in the table, dropped: empathy list words",
        "1 message from 1 sender with no consent we know, dropped: send 0, 1 or 2",
    )
    held = repr([vars(detail) for detail in notices._details.values()])
    assert not [each for each in (*VALUES, "sad", "joy") if each in held]


@pytest.mark.parametrize(
    ("address", "shape"),
    [
        ("/Empathy/anna.schmidt", "/Empathy/<who>"),
        ("/empathy/anna/valenz", "/empathy/<who>/<like valence>"),
        ("/empaty/anna", "/<like empathy>/<who>"),
        ("/anna.schmidt", "/<other>"),
        ("/anna/valence", "/<other>/valence"),
        ("/empathy/anna/", "/empathy/<who>/"),
        ("/a/b/c/d/e/f", "/<other>/<who>/<other>/<other>/…"),
    ],
)
def test_of_an_unknown_address_only_what_is_ours_is_shown(address: str, shape: str) -> None:
    notices = Notices()
    notices.unknown_address(address)
    assert notices.lines(0) == (
        f"1 message to addresses that are not ours, dropped: {shape} is not /empathy/<who> ff",
    )


OURS = {"empathy", *FIELDS, "crowd", "other", *WORDS}
TEXTS = st.text("abcdefghijklmnopqrstuvwxyzABC.-_ {}'<>0", min_size=4, max_size=60)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.sampled_from(["attested", "explicit"]))
def test_no_text_of_a_network_is_shown(texts: list[str], mode: Literal["attested"]) -> None:
    notices = Notices()
    reader = Reader((0.0, 1.0), notices=notices)
    gate = Gate(mode, notices=notices)
    packets = []
    for text in texts:
        for address in (text, f"empathy/{text}", f"empathy/{text}/{text}", f"{text}/{text}"):
            for arguments in ((text,), (7.0,), (0.5, 0.5), (7.0, 0.5)):
                packets.append(encode(f"/{address}", *arguments))
        packets += [encode(f"/empathy/{text}/{field}", text) for field in FIELDS]
    gate.admit(reader.read(from_ourselves([*packets, encode_bundle(packets)]), 0), 0)
    shown = " ".join(notices.lines(0))
    fixed = " ".join(of_everything().lines(0))
    for text in texts:
        if text.strip().casefold() not in OURS and text not in fixed:
            assert text not in shown
            assert text not in repr([d.examples for d in notices._details.values()])


def of_everything() -> Notices:
    """Every line without anybody's text."""
    notices = Notices()
    for reason in Reason:
        notices.reject(reason)
    return notices


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_that_was_only_counted_has_a_line_too(reason: Reason) -> None:
    notices = Notices()
    notices.rejected[reason] += 1
    assert len(notices.lines(0)) == 1


def test_a_line_goes_ten_seconds_after_the_last_occurrence_and_counts_anew() -> None:
    notices = Notices()
    notices.reject(Reason.NAME)
    assert notices.lines(100)
    notices.reject(Reason.NAME)
    assert notices.lines(400)[0].startswith("2 values")
    assert notices.lines(400 + STAY_STEPS - 1)
    assert notices.lines(400 + STAY_STEPS) == ()
    assert notices.lines(400 + STAY_STEPS + 1) == ()
    notices.reject(Reason.NAME)
    assert notices.lines(5000)[0].startswith("1 value ")
    assert notices.rejected == {Reason.NAME: 3}


def test_what_others_count_by_reason_is_explained_too() -> None:
    notices = Notices()
    notices.rejected[Reason.PADDING] += 2
    (line,) = notices.lines(0)
    assert line.startswith("2 packets with wrong padding")


def test_every_reason_has_a_line_and_they_stand_in_a_fixed_order() -> None:
    notices = Notices()
    for reason in reversed(Reason):
        notices.reject(reason, 1, "example")
    one = notices.lines(0)
    assert len(one) == len(Reason)
    again = Notices()
    for reason in Reason:
        again.reject(reason, 1, "example")
    assert again.lines(0) == one


def test_a_flood_of_texts_is_looked_at_but_a_few_times() -> None:
    notices = Notices()
    begin = perf_counter()
    for number in range(5_000):
        notices.unknown_address(f"/\x1b[2J{number}/" + "x" * 500)
    assert perf_counter() - begin < 1.0  # all of them would take ten times as long
    assert all(len(line) < 250 and line.isprintable() for line in notices.lines(0))
