"""Thirty samples a second of one person, the latest of each component, and nothing is lost."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.gating.mailbox import Mailbox
from empathy_palettes.inlet.gating.registry import Registry, Rows
from empathy_palettes.inlet.sample import SAMPLE, Kind
from tests.inlet.spoken import Told, columns


def people(count: int) -> tuple[Registry, Rows]:
    registry = Registry()
    rows = registry.add(columns([Told(str(one)) for one in range(count)]).name)
    registry.enter(rows)
    return registry, rows


def test_of_one_step_the_last_of_each_component_goes_on() -> None:
    registry, rows = people(2)
    registry.circle[rows[0]] = 9
    mailbox = Mailbox(registry)
    said = [
        Told("0", valence=0.5, arousal=0.25, weight=0.5, kind=Kind.MODEL, word=3, origin=1),
        Told("1", dominance=-1.0),
        Told("0", arousal=-0.5, weight=0.25, kind=Kind.EXPRESSION, origin=2),
        Told("0", origin=3),  # says nothing of a feeling
    ]
    mailbox.put(rows[[0, 1, 0, 0]], columns(said), 0)
    assert len(mailbox) == 2
    samples = mailbox.take(7)
    assert samples.dtype == SAMPLE
    assert samples["who"].tolist() == [0, 1]
    assert samples["step"].tolist() == [7, 7]
    assert samples["valence"][0] == 0.5
    assert samples["arousal"][0] == -0.5
    assert math.isnan(samples["dominance"][0])
    assert samples[["weight", "kind", "word", "circle", "origin"]][0].tolist() == (
        0.25,
        Kind.EXPRESSION,
        0,
        9,
        3,
    )
    assert mailbox.superseded == 2
    assert len(mailbox) == len(mailbox.take(8)) == len(mailbox.take(9)) == 0


@given(st.lists(st.lists(st.integers(-32, 32), max_size=3), min_size=1, max_size=40))
def test_every_second_step_at_most_and_the_latest_is_never_lost(story: list[list[int]]) -> None:
    registry, rows = people(1)
    mailbox = Mailbox(registry)
    sent: list[tuple[int, float]] = []
    told: list[float] = []
    for step in range(len(story) + 2):
        for value in story[step] if step < len(story) else []:
            mailbox.put(rows, columns([Told("0", valence=value / 32)]), step)
            told.append(value / 32)
        free = not sent or step - sent[-1][0] >= 2
        before = len(mailbox)
        samples = mailbox.take(step)
        assert len(samples) == (before if free else 0)
        for sample in samples:
            assert sample["valence"] == told[-1]
            sent.append((int(sample["step"]), told[-1]))
    assert len(mailbox) == 0
    assert len(told) == len(sent) + mailbox.superseded
    assert not told or sent[-1][1] == told[-1]


def test_what_waits_of_somebody_who_leaves_is_dropped_and_the_next_begins_at_once() -> None:
    registry, rows = people(2)
    mailbox = Mailbox(registry)
    one_each = columns([Told("0", 0.5, weight=0.5, word=7, origin=4), Told("1", 0.5)])
    mailbox.put(rows, one_each, 0)
    assert len(mailbox.take(10)) == 2
    mailbox.put(rows, one_each, 0)
    assert len(mailbox.take(11)) == 0
    mailbox.drop(rows[:1])
    assert len(mailbox) == 1
    mailbox.put(rows[:1], columns([Told("new")]), 11)  # the row is somebody else's now
    (sample,) = mailbox.take(11)
    assert sample["weight"] == 1.0
    assert math.isnan(sample["valence"])
    assert [sample["word"], sample["origin"]] == [0, 0]
    (sample,) = mailbox.take(12)
    assert sample["who"] == 1


def test_it_follows_a_registry_that_grows() -> None:
    registry, rows = people(2)
    mailbox = Mailbox(registry)
    mailbox.put(rows[:1], columns([Told("0", 0.25)]), 0)
    more = registry.add(columns([Told(f"n{one}") for one in range(1000)]).name)
    registry.enter(more)
    mailbox.reserve()
    mailbox.put(more, columns([Told("", -1.0)] * 1000), 0)
    samples = mailbox.take(0)
    assert samples["who"].tolist() == [0, *range(2, 1002)]
    assert samples["valence"].tolist() == [0.25] + [-1.0] * 1000


@given(st.floats(-1, 1))
def test_feelings_are_rounded_to_a_32nd_halves_to_even(value: float) -> None:
    registry, rows = people(1)
    mailbox = Mailbox(registry)
    mailbox.put(rows, columns([Told("0", value, -value)]), 0)
    (sample,) = mailbox.take(0)
    expected = round(float(np.float32(value)) * 32) / 32
    assert sample["valence"] == expected
    assert sample["arousal"] == -expected
    assert not (sample["valence"] == 0.0 and np.signbit(sample["valence"]))
    assert not (sample["arousal"] == 0.0 and np.signbit(sample["arousal"]))
    assert math.isnan(sample["dominance"])
