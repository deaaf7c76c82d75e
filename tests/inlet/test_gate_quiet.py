"""When it has been quiet for long everybody is forgotten; and what is handed on until then."""

import numpy as np
import pytest

from empathy_palettes.inlet.gate import EMPTY_STEPS, QUIET_STEPS, Gate, Mode
from empathy_palettes.inlet.gating.kept import NO_NUMBER, NOTHING_SAID, is_gone, nothing
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.sample import SIMULATED
from tests.inlet.gates import FAR, MODES, numbers, samples_of, withdrawn
from tests.inlet.spoken import circle, columns, consent, feels


def handed_on(mode: Mode, *, step: int = 100, stay: int = 60, max_people: int = 4) -> Gate:
    """A gate after one with anna, 0, and bert, 1, here; cleo said no, dora yes."""
    first, second = (Gate(mode, max_people) for _ in range(2))
    first.changes()
    told = [row for who in ("anna", "bert") for row in (consent(who, 2), feels(who))]
    samples_of(first, *told, circle("bert", "x"), consent("cleo", 0), consent("dora", 1))
    second.restore(first.changes(), first.header(), step, stay)
    return second


def test_it_is_quiet_when_nobody_is_here_and_nothing_has_been_heard() -> None:
    gate = Gate("explicit")
    assert not gate.quiet(10 * QUIET_STEPS)  # there is nothing to forget
    samples_of(gate, consent("a", 1), feels("a"), step=7)
    assert not gate.quiet(7 + 10 * QUIET_STEPS)  # they are here
    gate.forget(np.array([0], np.uint32))
    assert not gate.quiet(6 + QUIET_STEPS)
    assert gate.quiet(7 + QUIET_STEPS)
    samples_of(gate, feels("stranger"), step=100)  # in vain
    assert not gate.quiet(99 + QUIET_STEPS)
    gate.hear(200)  # of somebody whom an adapter refused
    assert not gate.quiet(199 + QUIET_STEPS)
    assert gate.quiet(200 + QUIET_STEPS)
    gate.forget_all()
    assert not gate.quiet(10 * QUIET_STEPS)


def test_who_sends_for_ever_in_vain_puts_it_off_for_six_hours_and_no_longer() -> None:
    gate = Gate("explicit")
    begin, every = 1_000, QUIET_STEPS - 1
    turned = []
    for step in range(begin, begin + 2 * EMPTY_STEPS, every):
        samples_of(gate, feels("stranger")._replace(host=FAR), step=step)
        if gate.quiet(step):
            turned.append(step)
            gate.forget_all()
    assert len(turned) == 1 and 0 <= turned[0] - begin - EMPTY_STEPS < every
    samples_of(gate, consent("a", 1), feels("a"), step=step + 1)
    assert not gate.quiet(step + EMPTY_STEPS)  # somebody is here
    gate.forget(np.array([0], np.uint32))
    samples_of(gate, feels("stranger"), step=step + EMPTY_STEPS)
    assert not gate.quiet(step + EMPTY_STEPS + 1)


@pytest.mark.parametrize("mode", MODES)
def test_simulated_people_are_nobody_and_stay(mode: Mode) -> None:
    gate = Gate(mode)
    made_up = [row._replace(origin=SIMULATED) for row in (consent("s", 2), feels("s"))]
    samples_of(gate, consent("c", 0), step=1)
    samples_of(gate, *made_up, circle("s", "x")._replace(origin=SIMULATED), step=1)
    samples_of(gate, consent("a", 1), feels("a"), step=2)
    assert not gate.quiet(2 + QUIET_STEPS)
    gate.forget(np.array([1], np.uint32))
    samples_of(gate, *made_up, step=2 + QUIET_STEPS)
    assert not gate.quiet(1 + QUIET_STEPS)
    assert gate.quiet(2 + QUIET_STEPS)
    gate.changes()
    gate.forget_all()
    assert len(gate._registry) == 1 and gate._registry.real_count == 0
    last = gate.changes()[-1]
    assert (last["number"], last["consent"], last["present"]) == (0, 2, True)
    assert not gate.quiet(9 * QUIET_STEPS)
    samples = samples_of(gate, made_up[1], consent("b", 1), feels("b"), step=9 * QUIET_STEPS)
    assert samples[["who", "circle", "consent"]].tolist() == [(0, 1, 2), (2, 0, 1)]


def test_beside_simulated_people_six_hours_without_anybody_are_enough() -> None:
    gate = Gate("explicit")
    samples_of(gate, consent("s", 1), feels("s")._replace(origin=SIMULATED))
    turned: list[int] = []
    for step in range(0, EMPTY_STEPS + 2 * QUIET_STEPS, QUIET_STEPS - 1):
        samples_of(gate, feels("stranger"), step=step)
        if not turned and gate.quiet(step):
            turned.append(step)
    assert turned and 0 <= turned[0] - EMPTY_STEPS < QUIET_STEPS


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_left_of_anybody_but_that_numbers_go_on(mode: Mode) -> None:
    gate = Gate(mode, max_people=1)
    samples_of(gate, consent("a", 2), circle("a", "x"), feels("a"), consent("b", 0))
    for number in range(17):  # one no more than can be remembered
        samples_of(gate, consent(f"n{number}", 0), step=1)
    samples_of(gate, feels("a"), feels("a"), step=9)
    superseded, before = gate.superseded, len(gate.changes())
    gate.forget_all()
    assert len(gate._registry) == 0 and not gate._registry.name.any()
    assert gate.superseded == superseded and before
    gone = gate.changes()
    assert len(gone) == before and is_gone(gone).all()
    assert len(gate.changes()) == 0
    samples = samples_of(gate, consent("b", 1), circle("b", "y"), feels("b"), step=20)
    assert samples[["who", "circle"]].tolist() == [(1, 1)]
    assert gate.header() == (2, mode == "attested", 1, mode == "attested", 1)


@pytest.mark.parametrize("mode", MODES)
def test_who_returns_has_their_number_and_all_they_said(mode: Mode) -> None:
    gate = handed_on(mode)
    assert numbers(gate, feels("cleo"), step=101) == []
    samples = samples_of(gate, feels("bert"), consent("eve", 1), feels("eve"), step=102)
    assert samples[["who", "circle", "consent"]].tolist() == [(1, 1, 2), (2, 0, 1)]
    assert numbers(gate, feels("anna"), step=103) == [0]
    assert numbers(gate, feels("dora"), step=104) == [3]
    gate.due(100 + 60)
    assert gate._registry.present_count == gate._registry.seated_count == 4
    assert withdrawn(gate, consent("bert", 0), step=170) == [1]


@pytest.mark.parametrize("mode", MODES)
def test_who_does_not_return_in_time_is_somebody_new_and_nobody_is_asked_again(mode: Mode) -> None:
    gate = handed_on(mode)
    assert not gate.quiet(100 + QUIET_STEPS)
    gate.due(160)
    assert gate.quiet(100 + QUIET_STEPS)
    assert numbers(gate, feels("anna"), step=161) == [2]
    samples = samples_of(gate, feels("bert"), step=162)
    assert samples[["who", "circle", "consent"]].tolist() == [(3, 1, 2)]


def test_a_seat_is_kept_for_who_was_here() -> None:
    notices = Notices()
    gate = handed_on("attested", max_people=2)
    gate._answers._notices = gate._notices = notices
    assert numbers(gate, feels("eve"), feels("anna"), step=101) == [0]
    assert notices.rejected == {Reason.PEOPLE: 1}
    assert numbers(gate, feels("eve"), step=160) == [2]  # bert's


def test_who_says_no_before_they_feel_anything_is_not_here_again() -> None:
    gate = handed_on("explicit")
    assert withdrawn(gate, consent("anna", 0), step=101) == [0]
    assert numbers(gate, feels("anna"), step=102) == []
    assert gate._registry.seated_count == 1


def test_a_row_tells_what_is_known() -> None:
    gate = Gate("attested")
    told = [consent("a", 2), feels("a")._replace(host=FAR), circle("b", "x"), consent("c", 0)]
    samples_of(gate, *told)
    names = columns([feels(name) for name in "abc"]).name.tolist()
    keyed = int(columns([circle("b", "x")]).circle[0])
    rows = {tuple(row[0]): row[1:] for row in gate.changes().tolist()}
    assert rows == {
        tuple(names[0]): (0, 2, FAR, 0, 0, True),
        tuple(names[1]): (NO_NUMBER, NOTHING_SAID, 0, keyed, 1, False),
        tuple(names[2]): (NO_NUMBER, 0, 2, 0, 0, False),
    }
    samples_of(gate, feels("a")._replace(host=FAR), feels("a")._replace(host=FAR + 1), step=9)
    assert len(gate.changes()) == 0
    gate.forget(np.array([0], np.uint32))
    (gone,) = gate.changes()[:1].tolist()
    assert tuple(gone[0]) == tuple(names[0]) and gone[2] == 2  # 2 is more than was agreed on
    assert is_gone(nothing(3)).all()


def test_nobody_pays_for_changes_that_nobody_asks_for() -> None:
    gate = Gate("attested")
    samples_of(gate, *(feels(f"n{number}") for number in range(1000)))
    assert gate._registry.touched is None
    assert len(gate.changes()) == 1000
    samples_of(gate, *(feels(f"n{number}") for number in range(1000)), step=9)
    assert gate._registry.touched is not None and not gate._registry.touched.any()
