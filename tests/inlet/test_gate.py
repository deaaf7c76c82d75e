"""The one door: numbers instead of names, consent first, a grain of 1/32, bounded memory."""

import math
import pickle
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.gate import NEW_NAMES, NUMBERS, Gate
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.sample import SAMPLE, Kind, Observation, Source

MODES: tuple[Literal["attested", "explicit"], ...] = ("attested", "explicit")


def feels(who: str, valence: float = 0.0, arousal: float = 0.0) -> Observation:
    return Observation(who.encode(), valence, arousal)


def consent(who: str, answer: int) -> Observation:
    return Observation(who.encode(), consent=answer)


def circle(who: str, name: str) -> Observation:
    return Observation(who.encode(), circle=name)


def numbers(gate: Gate, *said: Observation, step: int = 0) -> list[int]:
    found: list[int] = gate.admit(said, step).samples["who"].tolist()
    return found


def test_everything_of_an_observation_reaches_its_sample() -> None:
    said = Observation(b"a", 0.5, -0.25, 1.0, 0.75, Kind.EXPRESSION, word=7)
    said_first = [circle("b", "x"), circle("b", "y"), circle("c", "x"), circle("a", "z")]
    samples, withdrawn = Gate("attested").admit([*said_first, said], 42)
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
    assert numbers(gate, circle("c", "x"), feels("b"), feels("a"), feels("b")) == [0, 1, 0]
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


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_one_axis_alone_is_a_feeling(axis: int) -> None:
    valence, arousal, dominance = (0.5 if index == axis else math.nan for index in range(3))
    said = Observation(b"a", valence, arousal, dominance)
    (sample,) = Gate("attested").admit([said], 0).samples
    assert [sample["valence"], sample["arousal"], sample["dominance"]][axis] == 0.5


def test_explicit_nothing_is_let_in_before_consent() -> None:
    notices = Notices()
    gate = Gate("explicit", notices=notices)
    assert numbers(gate, *[feels("a", 0.5)] * 11, circle("a", "x")) == []
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
    assert numbers(gate, consent("a", 1), circle("a", "x"), feels("a"), consent("b", 1), feels("b"))
    samples, withdrawn = gate.admit([consent("a", 0), feels("b")], 1)
    assert withdrawn.tolist() == [0]
    assert samples["who"].tolist() == [1]
    assert numbers(gate, feels("a"), circle("a", "x")) == []
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
    gate.admit([circle("b", "river"), feels("b")], 0)
    said = [circle("a", "river"), feels("a"), feels("a"), circle("a", "stone"), feels("a")]
    samples, _ = gate.admit([*said, circle("a", ""), feels("a"), feels("c")], 0)
    assert samples["circle"].tolist() == [1, 1, 2, 2, 0, 0, 0]


def test_the_room_is_full() -> None:
    notices = Notices()
    gate = Gate("attested", max_people=2, notices=notices)
    assert numbers(gate, feels("a"), feels("b"), feels("c"), feels("a")) == [0, 1, 0]
    assert notices.rejected == {Reason.PEOPLE: 1}
    gate.forget(np.array([0], np.uint32))
    assert numbers(gate, feels("c"), feels("b"), feels("a")) == [2, 1]


def test_who_was_forgotten_returns_as_somebody_new_who_still_consents() -> None:
    gate = Gate("explicit")
    assert numbers(gate, consent("a", 1), circle("a", "x"), feels("a")) == [0]
    gate.forget(np.array([0, 0, 99], np.uint32))
    samples, _ = gate.admit([feels("a")], 1)
    assert samples["who"].tolist() == [1]
    assert samples["circle"].tolist() == [1]


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


def test_joining_a_circle_takes_effect_at_once_and_says_nothing_of_a_feeling() -> None:
    gate = Gate("attested")
    gate.admit([feels("a", 0.5)], 0)
    samples, _ = gate.admit([circle("a", "river"), circle("a", "river"), circle("b", "x")], 1)
    assert samples[["who", "step", "circle"]].tolist() == [(0, 1, 1)]
    assert all(math.isnan(samples[axis][0]) for axis in ("valence", "arousal", "dominance"))


def test_circles_are_numbered_in_order_and_a_number_that_nobody_uses_is_free() -> None:
    notices = Notices()
    gate = Gate("attested", notices=notices, circles=2)
    gate.admit([feels("a"), feels("b"), feels("c")], 0)
    samples, _ = gate.admit([circle("a", "x"), circle("b", "y"), circle("c", "z")], 1)
    assert samples[["who", "circle"]].tolist() == [(0, 1), (1, 2)]
    assert notices.rejected == {Reason.CIRCLES: 1}
    samples, _ = gate.admit([circle("a", ""), circle("c", "z")], 2)
    assert samples[["who", "circle"]].tolist() == [(0, 0), (2, 1)]
    gate.admit([consent("b", 0)], 3)
    samples, _ = gate.admit([circle("a", "y")], 4)
    assert samples["circle"].tolist() == [2]


def test_names_that_never_feel_do_not_use_the_circles_up() -> None:
    gate = Gate("attested", circles=3)
    gate.admit([circle(f"n{number}", f"c{number}") for number in range(100)], 0)
    samples, _ = gate.admit([feels("a"), circle("a", "river")], 1)
    assert samples["circle"].tolist() == [0, 2]  # that of the oldest of them


def test_before_consent_a_circle_leaves_no_trace() -> None:
    gate = Gate("explicit")
    before = pickle.dumps(gate.__dict__ | {"_notices": None})
    gate.admit([circle("a", "a telling name")], 0)
    assert pickle.dumps(gate.__dict__ | {"_notices": None}) == before
    gate.admit([consent("a", 1), circle("a", "a telling name"), feels("a")], 0)
    assert b"telling" not in pickle.dumps(gate)


SENDS = (Source.NETWORK, Source.LOOPBACK)


@pytest.mark.parametrize("inner", [Source.HAND, Source.SIMULATED])
@pytest.mark.parametrize("sends", SENDS)
def test_nobody_who_sends_is_the_hand_or_a_simulated_person(inner: Source, sends: Source) -> None:
    gate = Gate("attested")
    assert gate.admit([feels("hand")], 0, inner).samples["who"].tolist() == [0]
    assert gate.admit([feels("hand")], 0, sends).samples["who"].tolist() == [1]
    assert gate.admit([consent("hand", 0)], 1, sends).withdrawn.tolist() == [1]
    assert gate.admit([feels("hand")], 2, inner).samples["who"].tolist() == [0]
    assert gate.admit([consent("hand", 0)], 3, inner).withdrawn.tolist() == [0]


def test_a_gateway_on_this_machine_and_a_network_share_their_names() -> None:
    gate = Gate("attested")
    assert gate.admit([feels("a")], 0, Source.LOOPBACK).samples["who"].tolist() == [0]
    assert gate.admit([consent("a", 0)], 1, Source.NETWORK).withdrawn.tolist() == [0]


def test_no_flood_of_names_lets_a_withdrawn_person_in() -> None:
    notices = Notices()
    gate = Gate("attested", max_people=2, notices=notices)
    gate.admit([feels("a"), feels("b"), consent("a", 0)], 0)
    gate.admit([consent(f"n{number}", 0) for number in range(100)], 1)
    assert notices.rejected[Reason.WITHDRAWALS] == 1
    assert numbers(gate, feels("a"), feels("n0"), feels("n99"), feels("stranger")) == []
    assert numbers(gate, feels("b")) == [1]  # who is here is not troubled
    assert numbers(gate, consent("stranger", 1), feels("stranger")) == [2]
    gate.forget(np.array([1], np.uint32))
    assert numbers(gate, feels("b")) == [3]


def test_a_flood_of_circles_forgets_no_withdrawal() -> None:
    gate = Gate("attested", max_people=2)
    gate.admit([feels("a"), consent("a", 0)], 0)
    gate.admit([circle(f"n{number}", "x") for number in range(1000)], 1)
    assert numbers(gate, feels("a")) == []


@pytest.mark.parametrize(
    ("mode", "say"),
    [
        ("attested", feels),
        ("attested", lambda who: circle(who, "x")),
        ("attested", lambda who: consent(who, 0)),
        ("explicit", lambda who: consent(who, 1)),
    ],
)
def test_a_network_brings_so_many_new_names_a_second(
    mode: Literal["attested", "explicit"], say: Callable[[str], Observation]
) -> None:
    notices = Notices()
    gate = Gate(mode, notices=notices)
    flood = [say(f"n{number}") for number in range(200)]
    gate.admit(flood, 1000, Source.NETWORK)
    assert notices.rejected == {Reason.NEWCOMERS: 200 - NEW_NAMES}
    gate.admit(flood, 1030, Source.NETWORK)  # half a second on; the known ones are free
    assert notices.rejected == {Reason.NEWCOMERS: 400 - 2 * NEW_NAMES - NEW_NAMES // 2}


def test_in_a_crowd_of_new_names_a_withdrawal_is_still_heard() -> None:
    gate = Gate("attested")
    gate.admit([feels("here")], 0, Source.NETWORK)
    flood = [feels(f"n{number}") for number in range(200)]
    said = [*flood, consent("here", 0), consent("stranger", 0)]
    assert gate.admit(said, 1, Source.NETWORK).withdrawn.tolist() == [0]
    back = [feels("here"), feels("stranger")]
    assert len(gate.admit(back, 1000, Source.NETWORK).samples) == 0


def test_this_machine_brings_a_thousand_at_once() -> None:
    gate = Gate("attested")
    assert len(numbers(gate, *(feels(f"n{number}") for number in range(1000)))) == 1000


def test_when_all_numbers_have_been_given_the_count_begins_anew_past_those_in_use() -> None:
    gate = Gate("attested")
    assert numbers(gate, feels("a"), feels("b")) == [0, 1]
    gate.forget(np.array([1], np.uint32))
    gate._next = NUMBERS - 1
    samples, withdrawn = gate.admit([feels("c"), feels("d"), feels("a"), consent("a", 0)], 1)
    assert samples["who"].tolist() == [NUMBERS - 1, 1]
    assert withdrawn.tolist() == [0]
    assert gate.admit([consent("d", 0)], 2).withdrawn.tolist() == [1]
