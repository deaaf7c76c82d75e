"""A gate whose file was edited while the show was broken off does what the file says now."""

from collections.abc import Sequence

import numpy as np
import pytest

from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.gating.kept import is_gone
from tests.inlet.gates import MODES, numbers, samples_of
from tests.inlet.spoken import Told, circle, columns, consent, feels

OTHER_MODE: dict[Mode, Mode] = {"attested": "explicit", "explicit": "attested"}
STAY = 60


def after(first: Gate, second: Gate, *told: Told) -> Gate:
    """Let `second` go on where `first` stopped after all this."""
    first.changes()
    samples_of(first, *told)
    second.restore(first.changes(), first.header(), stay=STAY)
    return second


def come(names: Sequence[str], answer: int = 1) -> list[Told]:
    return [row for name in names for row in (consent(name, answer), feels(name))]


@pytest.mark.parametrize("mode", MODES)
def test_of_another_mode_nothing_is_taken_over_but_numbers(mode: Mode) -> None:
    told = [*come("ab", 2), circle("a", "x"), consent("c", 1), consent("d", 0)]
    gate = after(Gate(mode), Gate(OTHER_MODE[mode]), *told)
    trusting = mode == "explicit"
    assert gate.header() == (2, trusting, 1, trusting, 1)
    samples = samples_of(gate, *(feels(name) for name in "abcde"), step=1)
    expected = [(2 + turn, 0, 1) for turn in range(5)] if trusting else []
    assert samples[["who", "circle", "consent"]].tolist() == expected
    assert numbers(gate, *come("z"), step=9) == [2 + len(expected)]


def test_who_comes_without_a_yes_is_not_let_in_because_it_was_attested_before() -> None:
    gate = after(Gate("attested"), Gate("explicit"), feels("a"))
    assert numbers(gate, feels("a"), feels("stranger"), step=1) == []
    assert gate._registry.seated_count == 0


@pytest.mark.parametrize("mode", MODES)
def test_whoever_keeps_what_a_show_knew_is_told_of_whom_it_knows_no_more(mode: Mode) -> None:
    gate = after(Gate(mode), Gate(OTHER_MODE[mode]), *come("ab"))
    gone = gate.changes()
    assert is_gone(gone).all()
    names = columns([feels(name) for name in "ab"]).name
    assert sorted(gone["name"].tolist()) == sorted(names.tolist())
    assert len(gate.changes()) == 0


def test_an_attested_gate_that_trusts_no_more_does_not_begin_to_again() -> None:
    first = Gate("attested", 1)
    told = [consent(f"n{number}", 0) for number in range(17)]  # one more than can be remembered
    gate = after(first, Gate("attested", 1), *told)
    assert not first.header().trusts
    assert numbers(gate, feels("n3"), feels("stranger"), step=1) == []


@pytest.mark.parametrize(("before", "now"), [(1, 2), (2, 1)])
def test_what_is_agreed_on_is_what_the_file_says_now_and_nobody_is_taken_for_more(
    before: int, now: int
) -> None:
    gate = after(Gate("attested", level=before), Gate("attested", level=now), feels("a"))
    samples = samples_of(gate, feels("a"), feels("stranger"), step=1)
    assert samples[["who", "consent"]].tolist() == [(0, 1), (1, now)]


def test_a_word_on_it_that_was_forgotten_is_not_made_more_of() -> None:
    told = [consent(f"n{number}", 1) for number in range(17)]
    gate = after(Gate("attested", 1, level=2), Gate("attested", 1, level=2), *told)
    assert samples_of(gate, feels("n0"), step=1)["consent"].tolist() == [1]


@pytest.mark.parametrize("mode", MODES)
def test_there_are_no_more_seats_than_the_file_says(mode: Mode) -> None:
    names = [f"p{number}" for number in range(50)]
    gate = after(Gate(mode, 100), Gate(mode, 10), *come(names))
    assert gate._registry.seated_count == 10
    crowd = Crowd(CrowdSettings(max_people=10, leave_after=10))
    for turn, name in enumerate(reversed(names)):
        samples = samples_of(gate, feels(name), step=turn + 1)
        crowd.step(turn + 1, samples, np.empty(0, np.uint32))
        gate.forget(crowd.gone)
    for step in range(51, 900):
        crowd.step(step, gate.due(step), np.empty(0, np.uint32))
        gate.forget(crowd.gone)
    assert gate._registry.seated_count == crowd.people.count == 0
    for turn, name in enumerate(names[:20]):  # and they may come, as many as there is room for
        assert len(samples_of(gate, feels(name), step=1_000 + turn)) == (turn < 10)
