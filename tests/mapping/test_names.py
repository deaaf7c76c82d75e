"""What names are worth: the crowd's, a person's, and who has taken which slot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from empathy_palettes.core.errors import FormulaError
from empathy_palettes.crowd.modes import NO_MODES
from empathy_palettes.crowd.signals import SIGNALS, neutral_reading
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.hearing import Hearing
from empathy_palettes.inlet.sample import SAMPLE, Samples
from empathy_palettes.mapping.formula import compile
from empathy_palettes.mapping.memory import PERSON as WHO
from empathy_palettes.mapping.memory import REBORN, State
from empathy_palettes.mapping.motion import CUES
from empathy_palettes.mapping.names import (
    RESERVED,
    SOUNDS,
    Slots,
    crowd_names,
    crowd_values,
    input_names,
    people_names,
    people_values,
)
from empathy_palettes.mapping.person import PERSON
from empathy_palettes.mapping.view import CrowdView


def samples(*rows: tuple[int, float, float]) -> Samples:
    array = np.zeros(len(rows), SAMPLE)
    array["dominance"] = np.nan
    array["weight"] = 1.0
    for row, (who, valence, arousal) in zip(array, rows, strict=True):
        row["who"], row["valence"], row["arousal"] = who, valence, arousal
    return array


def view(people: People, step: int) -> CrowdView:
    return CrowdView(neutral_reading(), people, NO_MODES, step)


def test_every_name_that_may_be_said_is_worth_something() -> None:
    people = People(4)
    here = view(people, 0)
    crowd = crowd_values(here)
    assert {*crowd, "pace"} == set(crowd_names(["pace"]))
    assert {*crowd, "pace", "palette"} == set(input_names(["pace"]))
    assert {*people_values(here, crowd, PERSON), "pace"} == set(people_names(["pace"]))
    assert set(SIGNALS) | set(CUES) | set(SOUNDS) == set(crowd)


def test_spans_are_those_of_the_signals_and_cues() -> None:
    names = crowd_names([])
    assert names["arousal"] == (-1.0, 1.0)
    assert names["scale"] == (0.7, 1.3)
    assert crowd_names(["scale"])["scale"] is None  # a knob goes before a cue
    assert people_names([])["arousal"] == (-1.0, 1.0)
    assert people_names([])["crowd_count"] == (0.0, 1000.0)
    assert people_names([])["age"] is None
    formula = compile("range(scale, 0, 1)", names)
    assert formula.evaluate({"scale": 1.0}, State()) == 0.5


def test_a_persons_values_and_nothing_in_empty_slots() -> None:
    people = People(4)
    followed = samples((7, 0.5, -0.5))
    followed["consent"] = 2
    people.apply(followed, 60)
    people.apply(samples((8, np.nan, 1.0)), 120)
    here = replace(view(people, 180), clusters=np.array([0, 3, 5, 0], np.uint8))
    values = people_values(here, crowd_values(here), PERSON)
    expected: dict[str, list[float]] = {
        "valence": [0.5, 0, 0, 0],
        "arousal": [-0.5, 1, 0, 0],
        "dominance": [0, 0, 0, 0],
        "weight": [1, 1, 0, 0],
        "age": [2, 1, 0, 0],
        "joined": [1, 2, 0, 0],
        "alone": [1, 0, 0, 0],
        "circle": [0, 0, 0, 0],
        "cluster": [0, 3, 0, 0],
        "id": [7, 8, 0, 0],
    }
    for name, column in expected.items():
        np.testing.assert_allclose(values[name], column, err_msg=name)
    assert values["crowd_agreement"] == 1.0
    none = people_values(view(people, 180), {}, ["cluster"])["cluster"]
    assert none.tolist() == [0] * 4
    assert "valence" not in people_values(here, {}, ["id", "crowd_joy"])


def test_a_slot_that_somebody_new_takes_is_reborn() -> None:
    people, slots = People(3), Slots()
    people.apply(samples((0, 0, 0), (1, 0, 0)), 0)
    assert slots.step(people)[REBORN].tolist() == [False] * 3
    people.apply(samples((2, 0, 0)), 1)
    told = slots.step(people)
    assert told[REBORN].tolist() == [False, False, True]
    assert told[WHO].tolist() == [0, 1, 2]
    people.withdraw(np.array([1], np.uint32))
    people.apply(samples((3, 0, 0)), 2)
    told = slots.step(people)
    assert told[REBORN].tolist() == [False, True, False]
    assert told[WHO].tolist() == [0, 3, 2]
    assert slots.step(people)[REBORN].tolist() == [False] * 3
    assert slots.step(People(5))[REBORN].tolist() == [False] * 5


def test_a_large_room_costs_what_is_in_use() -> None:
    people, slots = People(1_000_000), Slots()
    assert len(slots.step(people)[REBORN]) == 1024
    people.apply(samples(*((who, 0.5, 0) for who in range(1024))), 0)
    told = slots.step(people)
    assert told[REBORN].all()
    people.apply(samples((2000, 0.25, 0)), 1)
    told = slots.step(people)
    assert np.flatnonzero(told[REBORN])[0] == 1024 and len(told[WHO]) == 2048
    here = view(people, 60)
    values = people_values(here, {}, ["valence", "id", "age", "cluster"])
    assert {len(column) for column in values.values()} == {2048}
    assert values["valence"][[0, 1024, 1025]].tolist() == [0.5, 0.25, 0]
    people.withdraw(np.array([2000], np.uint32))
    assert not slots.step(people)[REBORN].any()
    people.apply(samples((2001, 0, 0)), 2)
    assert slots.step(people)[REBORN][1024]


def test_names_that_are_taken() -> None:
    assert {"arousal", "age", "smooth", "palette", "audio_onset"} <= RESERVED
    for name in ("*reborn", "*person"):
        try:
            compile(name, people_names([]))
        except FormulaError:
            continue
        raise AssertionError(name)


def test_what_is_heard_has_names() -> None:
    sound = Hearing(level=0.1, bass=0.2, mid=0.3, treble=0.4, onset=0.5)
    heard = CrowdView(neutral_reading(), People(4), NO_MODES, 0, sound=sound)
    names = ("audio_level", "audio_bass", "audio_mid", "audio_treble", "audio_onset")
    assert tuple(SOUNDS) == names
    values = crowd_values(heard)
    assert [values[name] for name in names] == [0.1, 0.2, 0.3, 0.4, 0.5]
    silent = crowd_values(view(People(4), 0))
    assert [silent[name] for name in names] == [0.0] * 5
    formula = compile("range(audio_bass, 10, 20) + audio_onset", crowd_names([]))
    assert formula.evaluate(values, State()) == 12.5
    own = compile("crowd_audio_mid * 2", people_names([]))
    assert own.evaluate(people_values(heard, values, PERSON), State()) == 0.6


def test_their_own_number_is_the_same_array_until_somebody_comes_or_goes() -> None:
    people, slots = People(8), Slots()
    people.apply(samples((4, 0.5, 0), (7, 0.5, 0)), 0)
    formula, state = compile("fract(id / 8) + 0 * valence", people_names(())), State()

    def told() -> tuple[Any, list[float]]:
        env = slots.step(people)
        value = formula.evaluate({**env, "valence": np.zeros(8)}, state)
        return env["id"], np.asarray(value)[:3].tolist()

    first, shown = told()
    assert shown == [0.5, 0.875, 0.0]
    people.apply(samples((4, -0.5, 0)), 1)
    assert told()[0] is first
    people.withdraw(np.array([4], np.uint32))
    assert told()[1] == [0.0, 0.875, 0.0]
    people.apply(samples((9, 0.5, 0)), 2)
    assert told()[1] == [0.125, 0.875, 0.0]
    assert first[:3].tolist() == [4, 7, 0]
