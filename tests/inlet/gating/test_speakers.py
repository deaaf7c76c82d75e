"""A name is its machine's: nobody else says yes, no or anything for whoever is behind it."""

import numpy as np
import pytest

from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.said import ADAPTED
from empathy_palettes.inlet.sample import Kind
from tests.inlet.gates import MODES, numbers, samples_of, withdrawn
from tests.inlet.spoken import Told, circle, columns, consent, feels

HERE, PHONE, OTHER = 0, 77, 78
ANNA = np.array([0], np.uint32)


def by(host: int, *told: Told) -> list[Told]:
    return [row._replace(host=host) for row in told]


def gate_with_anna(mode: Mode, host: int = PHONE) -> tuple[Gate, Notices]:
    notices = Notices()
    gate = Gate(mode, notices=notices)
    assert numbers(gate, *by(host, consent("anna", 1), feels("anna"))) == [0]
    return gate, notices


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "told", [consent("anna", 0), consent("anna", 2), feels("anna", -1.0), circle("anna", "x")]
)
def test_another_machine_says_nothing_for_who_is_here(mode: Mode, told: Told) -> None:
    gate, notices = gate_with_anna(mode)
    assert withdrawn(gate, *by(OTHER, told), step=1) == []
    assert len(gate.due(9)) == 0
    assert notices.rejected == {Reason.ELSEWHERE: 1}
    assert notices.lines(0) == (
        "1 message for 1 person from another machine than theirs, dropped: "
        "a new /empathy/<who>/consent counts once they have left, or one from this machine",
    )
    (sample,) = samples_of(gate, *by(PHONE, feels("anna", 0.5)), step=10)
    assert sample[["valence", "circle", "consent"]].tolist() == (0.5, 0, 1)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("host", [PHONE, HERE])
def test_who_works_at_this_machine_stands_before_them(mode: Mode, host: int) -> None:
    gate, _ = gate_with_anna(mode)
    assert withdrawn(gate, *by(host, consent("anna", 0)), step=1) == [0]


@pytest.mark.parametrize("mode", MODES)
def test_a_flood_of_noes_from_elsewhere_takes_nobody_out(mode: Mode) -> None:
    notices = Notices()
    gate = Gate(mode, notices=notices)
    names = [f"n{number}" for number in range(200)]
    come = [row for name in names for row in (consent(name, 1), feels(name))]
    assert len(samples_of(gate, *by(HERE, *come))) == 200
    flood = by(OTHER, *(consent(name, 0) for name in names))
    assert withdrawn(gate, *flood, *flood, step=1) == []
    assert notices.rejected == {Reason.ELSEWHERE: 400}
    assert len(withdrawn(gate, *by(HERE, *(consent(name, 0) for name in names)), step=1)) == 200


@pytest.mark.parametrize("host", [HERE, PHONE])
def test_no_other_machine_lifts_a_no(host: int) -> None:
    gate, _ = gate_with_anna("attested")
    samples_of(gate, *by(host, consent("anna", 0)), step=1)
    assert numbers(gate, *by(OTHER, consent("anna", 1), feels("anna")), step=2) == []
    assert numbers(gate, *by(PHONE, consent("anna", 1), feels("anna")), step=2) == [1]


@pytest.mark.parametrize("level", [1, 2])  # of 2, its yes is remembered, too
def test_a_no_that_this_machine_says_for_a_stranger_is_lifted_by_its_yes_alone(level: int) -> None:
    gate = Gate("attested", level=level)
    samples_of(gate, *by(HERE, consent("anna", 0)))
    assert numbers(gate, *by(PHONE, consent("anna", 1), feels("anna")), step=1) == []
    samples_of(gate, *by(HERE, consent("anna", 1)), step=2)
    assert numbers(gate, *by(PHONE, feels("anna")), step=2) == [0]
    assert withdrawn(gate, *by(OTHER, consent("anna", 0)), step=2) == []  # it is the phone's now


@pytest.mark.parametrize("mode", MODES)
def test_a_phone_whose_address_has_changed_comes_back_once_they_have_left(mode: Mode) -> None:
    gate, notices = gate_with_anna(mode)
    assert numbers(gate, *by(OTHER, consent("anna", 1), feels("anna")), step=1) == []
    assert notices.rejected == {Reason.ELSEWHERE: 2}
    gate.forget(ANNA)
    if mode == "explicit":  # whoever is behind the other address has not consented
        assert numbers(gate, *by(OTHER, feels("anna"), circle("anna", "x")), step=2) == []
        assert notices.rejected == {Reason.ELSEWHERE: 4}
        samples_of(gate, *by(OTHER, consent("anna", 1)), step=2)
    assert numbers(gate, *by(OTHER, feels("anna")), step=3) == [1]
    assert numbers(gate, *by(PHONE, feels("anna")), step=9) == []


@pytest.mark.parametrize("mode", MODES)
def test_a_yes_at_the_desk_leaves_a_name_to_whoever_speaks_next(mode: Mode) -> None:
    gate, _ = gate_with_anna(mode)
    gate.forget(ANNA)
    samples_of(gate, *by(HERE, consent("anna", 1)), step=1)
    assert numbers(gate, *by(OTHER, feels("anna")), step=1) == [1]
    assert numbers(gate, *by(PHONE, feels("anna")), step=9) == []


def test_a_device_and_its_wearers_phone_speak_for_one_person() -> None:
    gate = Gate("attested")
    device = Told("anna", arousal=0.5, kind=Kind.PHYSIOLOGY, host=ADAPTED)
    assert numbers(gate, device) == [0]
    assert numbers(gate, *by(PHONE, feels("anna", 0.25)), step=9) == [0]
    assert numbers(gate, device._replace(dominance=0.5), step=19) == [0]
    assert withdrawn(gate, *by(OTHER, consent("anna", 0)), step=20) == []
    assert withdrawn(gate, *by(PHONE, consent("anna", 0)), step=20) == [0]


@pytest.mark.parametrize("mode", MODES)
def test_of_two_machines_that_speak_at_once_the_first_is_heard(mode: Mode) -> None:
    notices = Notices()
    gate = Gate(mode, notices=notices)
    come = [consent("anna", 1), feels("anna", 0.25)]
    late = [consent("anna", 0), feels("anna", -1.0)]
    others = [feels("bert")._replace(host=OTHER), consent("bert", 2)._replace(host=OTHER)]
    samples = samples_of(gate, *by(PHONE, *come), *by(OTHER, *late), *others)
    assert samples["valence"].tolist()[:1] == [0.25]
    assert notices.rejected[Reason.ELSEWHERE] == 2
    names = columns([feels("anna"), feels("bert"), feels("stranger")]).name
    for host, may in ((PHONE, [True, False, True]), (OTHER, [False, True, True])):
        assert gate.may_speak(names, np.full(3, host, np.uint64)).tolist() == may
    assert gate.may_speak(names, np.zeros(3, np.uint64)).all()


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("was_here", [True, False])
def test_a_no_of_a_stranger_for_who_is_not_here_keeps_nobody_s_own_yes_out(
    was_here: bool, level: int
) -> None:
    gate = Gate("attested", level=level)
    if was_here:
        assert numbers(gate, *by(PHONE, feels("anna"))) == [0]
        gate.forget(ANNA)
    samples_of(gate, *by(OTHER, consent("anna", 0)), step=1)
    samples_of(gate, *by(OTHER, feels("anna"), consent("anna", 0)), step=2)
    assert numbers(gate, *by(PHONE, feels("anna")), step=3) == []  # it is a no all the same
    come = [feels("anna"), consent("anna", 1), feels("anna", 0.5)]
    assert numbers(gate, *by(OTHER, feels("anna")), *by(PHONE, *come), step=4) == [int(was_here)]
    assert withdrawn(gate, *by(OTHER, consent("anna", 0)), step=5) == []  # it is the phone's now
    assert withdrawn(gate, *by(PHONE, consent("anna", 0)), step=5) == [int(was_here)]
    assert numbers(gate, *by(OTHER, consent("anna", 1), feels("anna")), step=6) == []


@pytest.mark.parametrize("host", [HERE, PHONE])
@pytest.mark.parametrize("mode", MODES)
def test_a_no_from_another_machine_holds_for_who_is_away_and_consented(
    mode: Mode, host: int
) -> None:
    gate = Gate(mode)  # of 2, it is remembered in both
    assert numbers(gate, *by(host, consent("anna", 2), feels("anna"))) == [0]
    name = columns([feels("anna")]).name
    assert not gate.may_refuse(name, np.full(1, OTHER, np.uint64)).any()
    gate.forget(ANNA)
    assert gate.may_refuse(name, np.full(1, OTHER, np.uint64)).all()
    assert not gate.may_speak(name, np.full(1, OTHER, np.uint64)).any()
    samples_of(gate, *by(OTHER, consent("anna", 0)), step=1)
    assert not gate._notices.rejected and not gate._registry.host.any()
    if host == PHONE:
        assert numbers(gate, *by(host, feels("anna")), step=2) == []
    assert numbers(gate, *by(PHONE + 9, consent("anna", 1), feels("anna")), step=3) == [1]


@pytest.mark.parametrize("mode", MODES)
def test_within_a_batch_it_holds_until_the_first_word_of_whose_they_are(mode: Mode) -> None:
    for order, comes in ((1, [1]), (-1, [])):
        gate = Gate(mode)
        assert numbers(gate, *by(PHONE, consent("anna", 2), feels("anna"))) == [0]
        gate.forget(ANNA)
        batch = [*by(PHONE, feels("anna")), *by(OTHER, consent("anna", 0))][::order]
        assert numbers(gate, *batch, step=1) == comes
        assert gate._notices.rejected[Reason.ELSEWHERE] == len(comes)


def test_who_comes_and_says_no_within_one_batch_was_here() -> None:
    gate = Gate("attested")
    samples_of(gate, *by(PHONE, feels("anna"), consent("anna", 0)))
    assert numbers(gate, *by(OTHER, consent("anna", 1), feels("anna")), step=1) == []
    assert numbers(gate, *by(PHONE, consent("anna", 1), feels("anna")), step=2) == [0]


def test_nor_does_a_yes_of_theirs_that_comes_before_it() -> None:
    gate, _ = gate_with_anna("attested")
    samples_of(gate, *by(PHONE, consent("anna", 2)))
    gate.forget(ANNA)
    samples_of(gate, *by(OTHER, consent("anna", 2)), step=1)
    samples_of(gate, *by(OTHER, consent("anna", 0)), step=2)
    samples_of(gate, *by(OTHER, consent("anna", 2), consent("anna", 0)), step=3)
    assert not gate._registry.host.any()
    assert numbers(gate, *by(PHONE, consent("anna", 1), feels("anna")), step=4) == [1]


def test_three_hundred_noes_of_a_stranger_before_anybody_comes_keep_nobody_out() -> None:
    gate, notices = Gate("attested"), Notices()
    gate._answers._notices = gate._notices = notices
    names = [f"phone{number}" for number in range(300)]
    for turn, name in enumerate(names):
        samples_of(gate, *by(OTHER, consent(name, 0)), step=2 * turn)
    come = [consent(name, 1)._replace(host=1_000 + turn) for turn, name in enumerate(names)]
    felt = [feels(name)._replace(host=1_000 + turn) for turn, name in enumerate(names)]
    assert len(samples_of(gate, *come, *felt, step=700)) == 300
    assert not notices.rejected


def test_nothing_is_known_of_the_machine_of_who_has_gone() -> None:
    gate, _ = gate_with_anna("explicit")
    samples_of(gate, *by(PHONE, consent("anna", 0)), step=1)
    assert not gate._registry.host.any()
    assert numbers(gate, *by(OTHER, consent("anna", 1), feels("anna")), step=2) == [1]
