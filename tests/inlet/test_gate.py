"""The one door: numbers instead of names, consent first, a grain of 1/32, bounded memory."""

import math
import pickle
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.sample import SAMPLE, Kind, Observation

MODES: tuple[Literal["attested", "explicit"], ...] = ("attested", "explicit")


def feels(who: str, valence: float = 0.0, arousal: float = 0.0) -> Observation:
    return Observation(who.encode(), valence, arousal)


def consent(who: str, answer: int) -> Observation:
    return Observation(who.encode(), consent=answer)


def circle(who: str, number: int) -> Observation:
    return Observation(who.encode(), circle=number)


def numbers(gate: Gate, *said: Observation, step: int = 0) -> list[int]:
    found: list[int] = gate.admit(said, step).samples["who"].tolist()
    return found


def test_everything_of_an_observation_reaches_its_sample() -> None:
    said = Observation(b"a", 0.5, -0.25, 1.0, 0.75, Kind.EXPRESSION, word=7)
    samples, withdrawn = Gate("attested").admit([circle("a", 3), said], 42)
    assert samples.dtype == SAMPLE
    assert samples.tolist() == [(0, 42, 0.5, -0.25, 1.0, 0.75, 1, 3, 7)]
    assert withdrawn.dtype == np.uint32
    assert len(withdrawn) == 0


def test_nobody_says_nothing() -> None:
    samples, withdrawn = Gate("attested").admit([], 0)
    assert samples.dtype == SAMPLE
    assert len(samples) == len(withdrawn) == 0


def test_numbers_are_dense_in_order_of_the_first_feeling_and_stay() -> None:
    gate = Gate("attested")
    assert numbers(gate, circle("c", 1), feels("b"), feels("a"), feels("b")) == [0, 1, 0]
    assert numbers(gate, feels("c"), feels("a"), step=9) == [2, 1]


@given(st.lists(st.sampled_from("abcdefgh")), st.binary(min_size=1, max_size=64))
def test_the_key_changes_no_number(names: list[str], key: bytes) -> None:
    said = [feels(name) for name in names]
    expected = [sorted(set(names), key=names.index).index(name) for name in names]
    assert numbers(Gate("attested", key=key), *said) == expected
    assert numbers(Gate("attested"), *said) == expected


@given(st.floats(-1, 1))
def test_feelings_are_rounded_to_a_32nd_halves_to_even(value: float) -> None:
    (sample,) = Gate("attested").admit([feels("a", value, -value)], 0).samples
    expected = round(float(np.float32(value)) * 32) / 32
    assert sample["valence"] == expected
    assert sample["arousal"] == -expected
    assert not (sample["valence"] == 0.0 and np.signbit(sample["valence"]))
    assert not (sample["arousal"] == 0.0 and np.signbit(sample["arousal"]))
    assert math.isnan(sample["dominance"])


@pytest.mark.parametrize("axis", ["valence", "arousal", "dominance"])
def test_one_axis_alone_is_a_feeling(axis: str) -> None:
    said = Observation(b"a")
    object.__setattr__(said, axis, 0.5)
    (sample,) = Gate("attested").admit([said], 0).samples
    assert sample[axis] == 0.5


def test_explicit_nothing_is_let_in_before_consent() -> None:
    notices = Notices()
    gate = Gate("explicit", notices=notices)
    assert numbers(gate, *[feels("a", 0.5)] * 11, circle("a", 1)) == []
    assert notices.lines(0) == (
        "12 values from 1 sender wait for consent: send /empathy/<who>/consent 1",
    )
    samples, _ = gate.admit([consent("a", 1), feels("a", 0.25)], 1)
    assert samples["valence"].tolist() == [0.25]
    assert samples["circle"].tolist() == [0]  # said before consent: not kept
    assert numbers(gate, consent("b", 2), feels("b")) == [1]
    assert notices.rejected == {Reason.WAITING: 12}


@pytest.mark.parametrize("mode", MODES)
def test_withdrawal_retires_the_number_for_good(mode: Literal["attested", "explicit"]) -> None:
    notices = Notices()
    gate = Gate(mode, notices=notices)
    assert numbers(gate, consent("a", 1), circle("a", 5), feels("a"), consent("b", 1), feels("b"))
    samples, withdrawn = gate.admit([consent("a", 0), feels("b")], 1)
    assert withdrawn.tolist() == [0]
    assert samples["who"].tolist() == [1]
    assert numbers(gate, feels("a"), circle("a", 5)) == []
    reason = Reason.WITHDRAWN if mode == "attested" else Reason.WAITING
    assert notices.rejected == {reason: 2}
    samples, withdrawn = gate.admit([consent("a", 1), feels("a")], 2)
    assert samples["who"].tolist() == [2]
    assert samples["circle"].tolist() == [0]  # erased with the rest
    assert len(withdrawn) == 0


@pytest.mark.parametrize("mode", MODES)
def test_who_withdraws_takes_this_steps_samples_along(
    mode: Literal["attested", "explicit"],
) -> None:
    gate = Gate(mode)
    gate.admit([consent("a", 1), feels("a")], 0)
    samples, withdrawn = gate.admit(
        [feels("a", 0.5), consent("a", 0), feels("a", 0.75), consent("a", 1), feels("a", 1.0)], 1
    )
    assert withdrawn.tolist() == [0]
    assert samples["who"].tolist() == [1]
    assert samples["valence"].tolist() == [1.0]
    samples, withdrawn = gate.admit([consent("x", 1), feels("x"), consent("x", 0)], 2)
    assert len(samples) == len(withdrawn) == 0  # the crowd never heard of x


def test_a_withdrawal_before_the_first_feeling_counts() -> None:
    gate = Gate("attested")
    assert numbers(gate, consent("a", 0), feels("a"), feels("b")) == [0]


def test_the_circle_stays_with_the_person() -> None:
    gate = Gate("attested")
    said = [circle("a", 3), feels("a"), feels("a"), circle("a", 4), feels("a"), circle("a", 0)]
    samples, _ = gate.admit([*said, feels("a"), feels("b")], 0)
    assert samples["circle"].tolist() == [3, 3, 4, 0, 0]


def test_the_room_is_full() -> None:
    notices = Notices()
    gate = Gate("attested", max_people=2, notices=notices)
    assert numbers(gate, feels("a"), feels("b"), feels("c"), feels("a")) == [0, 1, 0]
    assert notices.rejected == {Reason.PEOPLE: 1}
    gate.forget(np.array([0], np.uint32))
    assert numbers(gate, feels("c"), feels("b"), feels("a")) == [2, 1]


def test_who_was_forgotten_returns_as_somebody_new_who_still_consents() -> None:
    gate = Gate("explicit")
    assert numbers(gate, consent("a", 1), circle("a", 2), feels("a")) == [0]
    gate.forget(np.array([0, 0, 99], np.uint32))
    samples, _ = gate.admit([feels("a")], 1)
    assert samples["who"].tolist() == [1]
    assert samples["circle"].tolist() == [2]


def test_a_flood_of_names_is_forgotten_oldest_first() -> None:
    gate = Gate("explicit", max_people=2)
    gate.admit([consent("first", 1)], 0)
    gate.admit([consent(f"n{number}", 1) for number in range(32)], 1)
    assert numbers(gate, feels("first"), feels("n0"), feels("n31")) == [0, 1]
    gate.forget(np.array([0, 1], np.uint32))
    gate.admit([consent(f"m{number}", 1) for number in range(1000)], 2)
    assert numbers(gate, feels("n0"), feels("n31"), feels("m999")) == [2]


def test_nothing_of_a_name_is_kept() -> None:
    gate = Gate("explicit")
    gate.admit([feels("a long name"), consent("a long name", 1), feels("a long name")], 0)
    assert b"a long name" not in pickle.dumps(gate)
