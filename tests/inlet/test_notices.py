"""The lines name the remedy, stay for ten seconds, and stay bounded whatever arrives."""

import pytest

from empathy_palettes.inlet.notices import STAY_STEPS, Notices
from empathy_palettes.inlet.reasons import Reason


def test_nothing_happened() -> None:
    assert Notices().lines(0) == ()


def test_a_value_out_of_range_names_the_range_to_set() -> None:
    notices = Notices()
    notices.out_of_range(73.0, (0.0, 1.0), b"anna")
    assert notices.lines(0) == (
        "value 73 from 1 sender is outside 0..1, dropped: set range = [0, 100]",
    )


@pytest.mark.parametrize(
    ("seen", "range"),
    [
        ([-0.2], "[-1, 1]"),
        ([4.0, 2.0], "[1, 5]"),
        ([9.0, 1.5], "[1, 9]"),
        ([127.0, 3.0], "[0, 127]"),
        ([0.5, 255.0], "[0, 255]"),
        ([-70.0], "[-100, 100]"),
        ([1500.5, -3.0], "[-3, 1501]"),
    ],
)
def test_the_narrowest_usual_range_that_holds_all_is_suggested(
    seen: list[float], range: str
) -> None:
    notices = Notices()
    for value in seen:
        notices.out_of_range(value, (0.0, 0.1), b"a")
    (line,) = notices.lines(0)
    assert line.endswith(f"set range = {range}")


def test_values_and_senders_are_counted_apart() -> None:
    notices = Notices()
    for _ in range(12):
        notices.reject(Reason.WAITING, b"anna")
    assert notices.lines(0) == (
        "12 values from 1 sender wait for consent: send /empathy/<who>/consent 1",
    )
    notices.reject(Reason.WAITING, b"ben")
    assert notices.lines(1)[0].startswith("13 values from 2 senders wait")
    for number in range(100):
        notices.reject(Reason.WAITING, b"%d" % number)
    assert notices.lines(2)[0].startswith("113 values from 64 or more senders wait")


def test_an_unknown_word_names_the_nearest() -> None:
    notices = Notices()
    notices.reject(Reason.WORD, b"a", "angr")
    (line,) = notices.lines(0)
    assert line == "1 value with the unknown word 'angr', dropped: the nearest known is 'anger'"


@pytest.mark.parametrize("text", ["", " ", "\0", "{eg}", "x" * 1000])
def test_any_text_can_be_an_unknown_word(text: str) -> None:
    notices = Notices()
    notices.reject(Reason.WORD, b"a", text)
    (line,) = notices.lines(0)
    assert line.startswith("1 value with the unknown word '")
    assert "the nearest known is" in line


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
        notices.reject(reason, b"a", "example")
    one = notices.lines(0)
    assert len(one) == len(Reason)
    again = Notices()
    for reason in Reason:
        again.reject(reason, b"a", "example")
    assert again.lines(0) == one


def test_text_from_the_network_is_cut_and_cleaned() -> None:
    notices = Notices()
    for number in range(1000):
        notices.reject(Reason.UNKNOWN_ADDRESS, b"", f"/\x1b[2J{number}" + "x" * 500)
    (line,) = notices.lines(0)
    assert len(line) < 250
    assert line.isprintable()
