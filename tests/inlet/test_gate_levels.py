"""How far a consent goes: part of the collective, or also to be followed alone."""

import math

import numpy as np
import pytest

from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reasons import Reason
from tests.inlet.gates import FAR, MODES, samples_of
from tests.inlet.spoken import columns, consent, feels


def level_of(gate: Gate, step: int, *, who: str = "a") -> int:
    (sample,) = samples_of(gate, feels(who), step=step)
    return int(sample["consent"])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("level", [1, 2])
def test_the_last_consent_counts_and_is_on_its_way_at_once(mode: Mode, level: int) -> None:
    gate = Gate(mode, level=level)
    samples_of(gate, consent("a", 2))
    assert level_of(gate, 1) == 2
    (sample,) = samples_of(gate, consent("a", 1), step=3)
    assert math.isnan(sample["valence"]) and sample["consent"] == 1
    assert len(samples_of(gate, consent("a", 1), step=9)) == 0  # nothing new
    assert level_of(gate, 12) == 1
    told = [consent("a", 2), consent("a", 1), consent("a", 2)]
    assert samples_of(gate, *told, step=20)["consent"].tolist() == [2]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("said", [1, 2])
def test_it_is_remembered_of_those_who_are_not_here(mode: Mode, level: int, said: int) -> None:
    gate = Gate(mode, level=level)
    samples_of(gate, consent("a", said))
    assert level_of(gate, 1) == said
    gate.forget(np.array([0], np.uint32))
    assert len(gate._registry) == (mode == "explicit" or said != level)
    assert level_of(gate, 2) == said


def test_who_says_nothing_is_taken_for_what_the_place_has_agreed() -> None:
    assert level_of(Gate("attested"), 0) == 1
    assert level_of(Gate("attested", level=2), 0) == 2


@pytest.mark.parametrize("mode", MODES)
def test_who_returns_after_a_no_begins_anew(mode: Mode) -> None:
    gate = Gate(mode)
    samples_of(gate, consent("a", 2), feels("a"))
    samples_of(gate, consent("a", 0), step=1)
    samples_of(gate, consent("a", 1), step=2)
    assert level_of(gate, 3) == 1


def test_where_a_lesser_consent_would_be_forgotten_nobody_is_taken_for_more() -> None:
    gate = Gate("attested", max_people=1, level=2)
    samples_of(gate, *(consent(f"n{number}", 1) for number in range(16)))
    assert level_of(gate, 1, who="stranger") == 2
    gate.forget(np.array([0], np.uint32))
    samples_of(gate, consent("one too many", 1), step=2)
    assert level_of(gate, 3, who="n0") == 1  # of whom nothing is known any more
    assert gate.header().level == 1


def test_levels_that_have_to_be_remembered_come_out_of_a_machines_allowance() -> None:
    notices = Notices()
    gate = Gate("attested", notices=notices)
    for level, turned_away in ((1, 0), (2, 150)):
        told = [consent(f"n{number}", level)._replace(host=FAR) for number in range(200)]
        gate.admit(columns(told), 1000)
        assert notices.rejected.get(Reason.NEWCOMERS, 0) == turned_away


def test_the_crowd_knows_of_it_without_a_feeling() -> None:
    gate, people = Gate("explicit"), People(4)
    seen = []
    for step, told in enumerate(([consent("a", 2), feels("a", 0.5)], [consent("a", 1)])):
        people.apply(samples_of(gate, *told, step=9 * step), step)
        seen.append((bool(people.alone[0]), float(people.valence[0])))
    assert seen == [(True, 0.5), (False, 0.5)]
    people.withdraw(np.array([0], np.uint32))
    assert not people.alone.any()
