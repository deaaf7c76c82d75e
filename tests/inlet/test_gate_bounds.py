"""Whatever arrives, a gate's memory is bounded, and a no is not lost in it."""

import pickle
from collections.abc import Callable

import numpy as np
import pytest

from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.gating.answers import NEW_NAMES
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.said import said
from tests.inlet.gates import FAR, MODES, numbers, samples_of, withdrawn
from tests.inlet.spoken import Told, circle, columns, consent, feels


def test_a_flood_of_names_is_forgotten_oldest_first() -> None:
    gate = Gate("explicit", max_people=2)
    samples_of(gate, consent("first", 1))
    samples_of(gate, *(consent(f"n{number}", 1) for number in range(32)), step=1)
    assert numbers(gate, feels("first"), feels("n0"), feels("n31"), step=1) == [0, 1]
    gate.forget(np.array([0, 1], np.uint32))
    samples_of(gate, *(consent(f"m{number}", 1) for number in range(1000)), step=2)
    assert numbers(gate, feels("n0"), feels("n31"), feels("m999"), step=2) == [2]
    assert len(gate._registry) <= 2 + 32


@pytest.mark.parametrize("mode", MODES)
def test_memory_is_of_those_who_are_remembered(mode: Mode) -> None:
    gate = Gate(mode, max_people=100)
    for turn in range(50):
        names = [f"n{turn}.{number}" for number in range(100)]
        told = [row for name in names for row in (consent(name, 1), feels(name))]
        came = samples_of(gate, *told, step=turn)["who"]
        assert len(came) == 100
        gate.forget(came)
    assert len(gate._registry) == (0 if mode == "attested" else 1600)
    assert gate._registry.room <= 4096


def test_names_that_never_feel_do_not_use_the_circles_up() -> None:
    gate = Gate("attested", circles=3)
    samples_of(gate, *(circle(f"n{number}", f"c{number}") for number in range(100)))
    samples = samples_of(gate, circle("a", "river"), feels("a"), step=1)
    assert samples["circle"].tolist() == [2]  # that of the oldest of them


def test_no_flood_of_names_lets_a_withdrawn_person_in() -> None:
    notices = Notices()
    gate = Gate("attested", max_people=2, notices=notices)
    samples_of(gate, feels("a"), feels("b"), consent("a", 0))
    samples_of(gate, *(consent(f"n{number}", 0) for number in range(100)), step=1)
    assert notices.rejected[Reason.WITHDRAWALS] == 1
    told = [feels("a"), feels("n0"), feels("n99"), feels("stranger")]
    assert numbers(gate, *told, step=1) == []
    assert numbers(gate, feels("b"), step=2) == [0]  # who is here is not troubled
    assert numbers(gate, consent("stranger", 1), feels("stranger"), step=2) == [1]
    gate.forget(np.array([0], np.uint32))
    assert numbers(gate, feels("b"), step=2) == [2]
    assert len(gate._registry) == 2  # and nothing is kept of who withdrew


def test_who_consents_again_gives_the_place_of_their_withdrawal_back() -> None:
    gate = Gate("attested", max_people=1)
    for turn in range(40):
        samples_of(gate, consent("a", 0), consent("a", 1), step=turn)
    assert numbers(gate, feels("stranger"), step=40) == [0]


def test_where_too_many_withdraw_at_once_no_stranger_beside_them_is_let_in() -> None:
    gate = Gate("attested", max_people=1)
    flood = [consent(f"n{number}", 0) for number in range(17)]
    assert numbers(gate, feels("stranger"), *flood) == []


def test_a_flood_of_circles_forgets_no_withdrawal() -> None:
    gate = Gate("attested", max_people=2)
    samples_of(gate, feels("a"), consent("a", 0))
    samples_of(gate, *(circle(f"n{number}", "x") for number in range(1000)), step=1)
    assert numbers(gate, feels("a"), step=2) == []


@pytest.mark.parametrize(
    ("mode", "say", "reason"),
    [
        ("attested", feels, Reason.NEWCOMERS),
        ("attested", lambda who: circle(who, "x"), Reason.NEWCOMERS),
        ("attested", lambda who: consent(who, 0), Reason.REFUSALS),
        ("explicit", lambda who: consent(who, 1), Reason.NEWCOMERS),
    ],
)
def test_a_machine_brings_so_many_new_names_a_second(
    mode: Mode, say: Callable[[str], Told], reason: Reason
) -> None:
    notices = Notices()
    gate = Gate(mode, notices=notices)
    flood = columns([say(f"n{number}")._replace(host=FAR) for number in range(200)])
    gate.admit(flood, 1000)
    assert notices.rejected == {reason: 200 - NEW_NAMES}
    gate.admit(flood, 1030)  # half a second on; the known ones are free
    assert notices.rejected == {reason: 400 - 2 * NEW_NAMES - NEW_NAMES // 2}
    assert len(gate._registry) == NEW_NAMES + NEW_NAMES // 2


def test_an_inlet_may_say_how_many_a_machine_brings() -> None:
    notices = Notices()
    gate = Gate("attested", notices=notices, newcomers={2: 100})
    for inlet, many in ((1, NEW_NAMES), (2, 100)):
        told = [feels(f"{inlet}.{one}")._replace(host=FAR, origin=inlet) for one in range(200)]
        assert len(samples_of(gate, *told)) == many
    assert notices.rejected == {Reason.NEWCOMERS: 400 - NEW_NAMES - 100}


def test_one_machine_that_makes_names_up_keeps_nobody_of_another_out() -> None:
    notices = Notices()
    gate = Gate("attested", notices=notices)
    for step in range(60):
        made_up = [feels(f"n{step}.{one}")._replace(host=FAR) for one in range(100)]
        no_names = [consent(f"no{step}.{one}", 0)._replace(host=FAR) for one in range(100)]
        honest = feels(f"honest{step}")._replace(host=100 + step)
        refuses = consent(f"shy{step}", 0)._replace(host=100 + step)
        came = samples_of(gate, *made_up, *no_names, refuses, honest, step=step)["valence"]
        assert len(came) >= 1
    shy = [feels(f"shy{step}") for step in range(60)]
    assert len(samples_of(gate, *shy, step=60)) == 0
    honest_names = columns([feels(f"honest{step}") for step in range(60)]).name
    assert gate._registry.present[gate._registry.find(honest_names)].all()


def test_a_no_that_cannot_be_remembered_holds_for_its_batch() -> None:
    notices = Notices()
    gate = Gate("attested", notices=notices)
    noes = [consent(f"n{one}", 0)._replace(host=FAR) for one in range(NEW_NAMES)]
    a = [row._replace(host=FAR) for row in (feels("a"), consent("a", 0), feels("a"))]
    assert numbers(gate, *noes, *a) == []
    assert notices.rejected == {Reason.REFUSALS: 1, Reason.WITHDRAWN: 1}
    (line,) = (line for line in notices.lines(0) if "no from" in line)
    assert line.startswith("1 message with a no from 1 sender more than a machine may bring")
    assert numbers(gate, *noes, *a, consent("a", 1), feels("a"), step=2) == [0]


def test_who_is_known_does_not_come_out_of_the_allowance() -> None:
    notices = Notices()
    gate = Gate("attested", notices=notices)
    known, new = ([f"{name}{number}" for number in range(30)] for name in "kn")

    def come(names: list[str]) -> int:
        told = columns([feels(name)._replace(host=FAR) for name in names])
        return len(gate.admit(told, 1000).samples)

    gate.admit(columns([circle(name, "x")._replace(host=FAR) for name in known]), 1000)
    assert come([*known, *new[:10]]) == 40
    assert notices.rejected == {}
    assert come(new[10:]) == NEW_NAMES - 40
    assert notices.rejected == {Reason.NEWCOMERS: 10}


def test_whose_consent_is_used_takes_nobody_elses_place_in_memory() -> None:
    gate = Gate("explicit", max_people=1)
    assert numbers(gate, consent("first", 1), consent("a", 1), feels("a")) == [0]
    samples_of(gate, *(consent(f"n{number}", 1) for number in range(15)))
    assert numbers(gate, consent("a", 0), feels("first"), step=1) == [1]


def test_without_consent_nothing_is_kept_of_who_withdraws() -> None:
    gate = Gate("explicit")
    samples_of(gate, consent("a", 1), circle("a", "x"))
    assert len(gate._registry) == 1
    assert withdrawn(gate, consent("a", 0)) == []
    samples_of(gate, consent("b", 1), circle("b", "y"), feels("b"))
    assert withdrawn(gate, consent("b", 0), step=1) == [0]
    assert len(gate._registry) == 0


def test_in_a_crowd_of_new_names_a_withdrawal_is_still_heard() -> None:
    gate = Gate("attested")
    samples_of(gate, feels("here")._replace(host=FAR))
    flood = [feels(f"n{number}") for number in range(200)]
    told = [*flood, consent("here", 0), consent("stranger", 0)]
    assert withdrawn(gate, *(row._replace(host=FAR) for row in told), step=1) == [0]
    assert numbers(gate, feels("here"), feels("stranger"), step=1000) == []


def test_this_machine_brings_a_thousand_at_once() -> None:
    gate = Gate("attested")
    assert numbers(gate, *(feels(f"n{number}") for number in range(1000))) == list(range(1000))


def test_a_million_may_come_and_an_idle_gate_is_small() -> None:
    gate = Gate("attested", max_people=1_000_000)
    assert len(pickle.dumps(gate)) < 200_000
    crowd = said(50_000)
    crowd.name[:] = np.random.default_rng(1).integers(0, 2**64, crowd.name.shape, np.uint64)
    crowd.valence[:] = 0.5
    samples, _ = gate.admit(crowd, 0)
    assert (samples["who"] == np.arange(50_000)).all()
    assert len(gate.admit(crowd, 1).samples) == 0
    assert (gate.due(2)["who"] == np.arange(50_000)).all()
    gate.forget(samples["who"])
    assert len(gate._registry) == 0
