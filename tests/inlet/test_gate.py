"""The one door: numbers instead of names, consent first, a grain of 1/32, bounded memory."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.naming import Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.said import said
from empathy_palettes.inlet.sample import SAMPLE, Kind
from tests.inlet.gates import MODES, numbers, samples_of, withdrawn
from tests.inlet.spoken import Told, circle, columns, consent, feels


def test_everything_that_is_said_reaches_its_sample() -> None:
    told = Told("a", 0.5, -0.25, 1.0, 0.75, Kind.EXPRESSION, word=7, origin=3)
    told_first = [circle("b", "x"), circle("b", "y"), circle("c", "x"), circle("a", "z")]
    samples, gone = Gate("attested").admit(columns([*told_first, told]), 42)
    assert samples.dtype == SAMPLE
    assert samples.tolist() == [(0, 42, 0.5, -0.25, 1.0, 0.75, 1, 3, 7, 3, 1)]
    assert gone.dtype == np.uint32
    assert len(gone) == 0


def test_nobody_says_nothing() -> None:
    gate = Gate("attested")
    samples, gone = gate.admit(said(0), 0)
    gate.forget(gone)
    assert samples.dtype == gate.due(1).dtype == SAMPLE
    assert len(samples) == len(gone) == len(gate.due(1)) == 0


def test_a_stranger_who_says_nothing_stays_one_and_who_is_here_is_still_here() -> None:
    gate = Gate("attested")
    assert numbers(gate, Told("a")) == []
    assert numbers(gate, feels("b")) == [0]
    (sample,) = samples_of(gate, Told("b"), Told("a"), Told("b"), step=9)
    assert math.isnan(sample["valence"])
    assert gate.accepted == 3
    assert gate.superseded == 1


def test_numbers_are_dense_in_order_of_the_first_feeling_and_stay() -> None:
    gate = Gate("attested")
    assert numbers(gate, circle("c", "x"), feels("b"), feels("a"), feels("b")) == [0, 1]
    assert numbers(gate, feels("c"), feels("a"), step=9) == [2, 1]


@given(st.lists(st.sampled_from("abcdefgh")))
def test_names_come_in_the_order_of_their_first_feeling(names: list[str]) -> None:
    gate = Gate("attested")
    assert numbers(gate, *map(feels, names)) == list(range(len(set(names))))
    for number, name in enumerate(dict.fromkeys(names)):
        assert numbers(gate, feels(name), step=10) == [number]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_one_axis_alone_is_a_feeling(axis: int) -> None:
    valence, arousal, dominance = (0.5 if index == axis else math.nan for index in range(3))
    (sample,) = samples_of(Gate("attested"), Told("a", valence, arousal, dominance))
    assert [sample["valence"], sample["arousal"], sample["dominance"]][axis] == 0.5


def test_explicit_nothing_is_let_in_before_consent() -> None:
    notices = Notices()
    gate = Gate("explicit", notices=notices)
    assert numbers(gate, *[feels("a", 0.5)] * 11, circle("a", "x")) == []
    assert notices.lines(0) == (
        "12 values from 1 sender wait for consent: send /empathy/<who>/consent 1, "
        "or name whose device it is (people = …)",
    )
    samples = samples_of(gate, consent("a", 1), feels("a", 0.25), step=1)
    assert samples["valence"].tolist() == [0.25]
    assert samples["circle"].tolist() == [0]  # said before consent: not kept
    assert numbers(gate, consent("b", 2), feels("b")) == [1]
    assert notices.rejected == {Reason.WAITING: 12}


@pytest.mark.parametrize("mode", MODES)
def test_withdrawal_retires_the_number_for_good(mode: Mode) -> None:
    notices = Notices()
    gate = Gate(mode, notices=notices)
    assert numbers(gate, consent("a", 1), circle("a", "x"), feels("a"), consent("b", 1), feels("b"))
    samples, gone = gate.admit(columns([consent("a", 0), feels("b")]), 2)
    assert gone.tolist() == [0]
    assert samples["who"].tolist() == [1]
    assert numbers(gate, feels("a"), circle("a", "x"), step=3) == []
    reason = Reason.WITHDRAWN if mode == "attested" else Reason.WAITING
    assert notices.rejected == {reason: 2}
    samples, gone = gate.admit(columns([consent("a", 1), feels("a")]), 3)
    assert samples["who"].tolist() == [2]
    assert samples["circle"].tolist() == [0]  # erased with the rest
    assert len(gone) == 0


@pytest.mark.parametrize("mode", MODES)
def test_who_withdraws_takes_along_what_they_said(mode: Mode) -> None:
    gate = Gate(mode)
    samples_of(gate, consent("a", 1), feels("a"))
    assert numbers(gate, feels("a", 0.25), step=1) == []  # waits for its turn, in vain
    told = [feels("a", 0.5), consent("a", 0), feels("a", 0.75), consent("a", 1), feels("a", 1.0)]
    samples, gone = gate.admit(columns(told), 2)
    assert gone.tolist() == [0]
    assert samples["who"].tolist() == [1]
    assert samples["valence"].tolist() == [1.0]
    samples, gone = gate.admit(columns([consent("x", 1), feels("x"), consent("x", 0)]), 3)
    assert len(samples) == len(gone) == 0  # the crowd never heard of x
    assert numbers(gate, feels("a"), step=3) == []  # waits for its turn
    assert withdrawn(gate, consent("a", 0), step=3) == [1]
    assert len(gate.due(9)) == 0


def test_a_withdrawal_before_the_first_feeling_counts() -> None:
    gate = Gate("attested")
    assert numbers(gate, consent("a", 0), feels("a"), feels("b")) == [0]


def test_the_circle_stays_with_the_person() -> None:
    gate = Gate("attested")
    samples_of(gate, circle("b", "river"), feels("b"))
    story = [[circle("a", "river"), feels("a")], [feels("a")], [circle("a", "stone"), feels("a")]]
    story += [[circle("a", ""), feels("a")], [feels("c")]]
    circles = [samples_of(gate, *told, step=2 * turn) for turn, told in enumerate(story)]
    assert [samples["circle"].tolist() for samples in circles] == [[1], [1], [2], [0], [0]]


def test_the_room_is_full() -> None:
    notices = Notices()
    gate = Gate("attested", max_people=2, notices=notices)
    assert numbers(gate, feels("a"), feels("b"), feels("c"), feels("a")) == [0, 1]
    assert notices.rejected == {Reason.PEOPLE: 1}
    gate.forget(np.array([0], np.uint32))
    assert numbers(gate, feels("c"), feels("b"), feels("a"), step=2) == [2, 1]


def test_who_was_forgotten_returns_as_somebody_new_who_still_consents() -> None:
    gate = Gate("explicit")
    assert numbers(gate, consent("a", 1), circle("a", "x"), feels("a")) == [0]
    gate.forget(np.array([0, 0, 99], np.uint32))
    samples = samples_of(gate, feels("a"), step=1)
    assert samples["who"].tolist() == [1]
    assert samples["circle"].tolist() == [1]


def test_joining_a_circle_takes_effect_at_once_and_says_nothing_of_a_feeling() -> None:
    gate = Gate("attested")
    samples_of(gate, feels("a", 0.5))
    told = [circle("a", "river"), circle("a", "river"), circle("b", "x")]
    samples = samples_of(gate, *told, step=2)
    assert samples[["who", "step", "circle"]].tolist() == [(0, 2, 1)]
    assert all(math.isnan(samples[axis][0]) for axis in ("valence", "arousal", "dominance"))


def test_circles_are_numbered_in_order_and_a_number_that_nobody_uses_is_free() -> None:
    notices = Notices()
    gate = Gate("attested", notices=notices, circles=2)
    samples_of(gate, feels("a"), feels("b"), feels("c"))
    samples = samples_of(gate, circle("a", "x"), circle("b", "y"), circle("c", "z"), step=2)
    assert samples[["who", "circle"]].tolist() == [(0, 1), (1, 2)]
    assert notices.rejected == {Reason.CIRCLES: 1}
    samples = samples_of(gate, circle("a", ""), circle("c", "z"), step=4)
    assert samples[["who", "circle"]].tolist() == [(0, 0), (2, 1)]
    samples_of(gate, consent("b", 0), step=6)
    assert samples_of(gate, circle("a", "y"), step=8)["circle"].tolist() == [2]


@pytest.mark.parametrize("told", [circle("a", "a telling name"), feels("a"), consent("a", 0)])
def test_before_consent_nothing_leaves_a_trace(told: Told) -> None:
    gate = Gate("explicit")
    before = pickle.dumps((gate._registry, gate._memory, gate._mailbox))
    samples_of(gate, told)
    assert pickle.dumps((gate._registry, gate._memory, gate._mailbox)) == before


def test_nobody_who_sends_is_the_hand() -> None:
    gate = Gate("attested")
    hand, sender = (columns([feels("hand")], space) for space in (Space.HAND, Space.SENDER))
    refusal = columns([consent("hand", 0)], Space.SENDER)
    assert gate.admit(hand, 0).samples["who"].tolist() == [0]
    assert gate.admit(sender, 0).samples["who"].tolist() == [1]
    assert gate.admit(refusal, 1).withdrawn.tolist() == [1]
    assert gate.admit(hand, 2).samples["who"].tolist() == [0]


@pytest.mark.parametrize("mode", MODES)
def test_it_says_who_may_come_and_why_others_may_not(mode: Mode) -> None:
    gate = Gate(mode)
    names = columns([feels(name) for name in ("here", "agreed", "refused", "stranger")]).name
    samples_of(gate, consent("here", 1), feels("here"), consent("agreed", 1), consent("refused", 0))
    assert gate.may_come(names).tolist() == [True, True, False, mode == "attested"]
    assert gate.outside() is (Reason.WITHDRAWN if mode == "attested" else Reason.WAITING)
    assert len(gate.may_come(names[:0])) == 0


def test_a_device_does_not_speak_over_its_wearer() -> None:
    gate = Gate("attested")
    own = Told("a", 0.5, -0.5, weight=0.5, word=7, origin=1)
    device = Told("a", -1.0, 1.0, 0.25, 0.75, Kind.PHYSIOLOGY, word=3, origin=2)
    told = ["valence", "arousal", "dominance", "weight", "kind", "word", "origin"]

    def said_at(step: int, *rows: Told) -> list[tuple[float, ...]]:
        sampled: list[tuple[float, ...]] = samples_of(gate, *rows, step=step)[told].tolist()
        return sampled

    # Of a component that a person did not tell the device may; but its weight is not theirs.
    assert said_at(0, device, own) == [(0.5, -0.5, 0.25, 0.5, 0, 7, 1)]
    ((valence, arousal, *others),) = said_at(599, device)
    assert math.isnan(valence) and math.isnan(arousal) and others == [0.25, 0.5, 0, 7, 1]
    superseded = gate.superseded
    assert said_at(599, device._replace(dominance=math.nan)) == []
    assert gate.superseded == superseded + 1
    assert len(gate.due(602)) == 0
    assert said_at(602, device) == [(-1.0, 1.0, 0.25, 0.75, Kind.PHYSIOLOGY, 3, 2)]
