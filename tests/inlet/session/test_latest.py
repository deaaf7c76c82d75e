"""What everybody said last is what the crowd's own table holds of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.sample import NOT_GIVEN, SAMPLE, Samples
from empathy_palettes.inlet.session.latest import Latest

WHOS = st.integers(0, 7)
UNITS = st.one_of(st.none(), st.integers(-32, 32))
SPOKEN = st.tuples(
    WHOS, UNITS, UNITS, UNITS, st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)
)
Spoken = tuple[int, int | None, int | None, int | None, int, int, int]
STEPS = st.lists(
    st.tuples(st.lists(SPOKEN, max_size=6), st.lists(WHOS, max_size=2, unique=True)), max_size=12
)


def samples_of(spoken: list[Spoken], step: int) -> Samples:
    samples = np.zeros(len(spoken), SAMPLE)
    for row, (who, valence, arousal, dominance, weight, word, circle) in zip(
        samples, spoken, strict=True
    ):
        units = (valence, arousal, dominance)
        axes = [NOT_GIVEN if unit is None else unit / 32 for unit in units]
        row["who"], row["step"] = who, step
        row["valence"], row["arousal"], row["dominance"] = axes
        row["weight"], row["kind"], row["word"] = weight / 4, word % 4, word
        row["circle"], row["origin"], row["consent"] = circle, word + 1, 1 + circle % 2
    return samples


def whos(numbers: list[int]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.array(numbers, np.uint32)


def check(latest: Latest, people: People, step: int) -> None:
    """Beside the crowd's table, which merges in a way of its own."""
    slots = people.slots()
    slots = slots[np.argsort(people.who[slots])]
    rows = latest.samples(step)
    assert rows["who"].tolist() == people.who[slots].tolist() == latest.who.tolist()
    assert set(rows["step"].tolist()) <= {step}
    assert rows["circle"].tolist() == people.circle[slots].tolist()
    assert (rows["consent"] == 2).tolist() == people.alone[slots].tolist()
    for axis in ("valence", "arousal", "dominance"):
        np.testing.assert_array_equal(rows[axis], getattr(people, axis)[slots])
    felt = ~np.isnan(np.stack([rows[a] for a in ("valence", "arousal", "dominance")])).all(axis=0)
    for name in ("weight", "kind", "word", "origin"):  # of whom nothing was felt it says nothing
        assert rows[name][felt].tolist() == getattr(people, name)[slots][felt].tolist()


@given(STEPS)
def test_it_agrees_with_the_table_of_the_crowd(
    steps: list[tuple[list[Spoken], list[int]]],
) -> None:
    latest, people, left = Latest(), People(8), set[int]()
    for step, (spoken, withdrawn) in enumerate(steps):
        samples = samples_of([row for row in spoken if row[0] not in left], step)
        latest.take(samples, whos(withdrawn))
        people.withdraw(whos(withdrawn))
        people.apply(samples[~np.isin(samples["who"], withdrawn)], step)
        left |= set(withdrawn)  # a number is not given twice
        check(latest, people, step)


@given(STEPS)
def test_many_steps_at_once_come_to_the_same(
    steps: list[tuple[list[Spoken], list[int]]],
) -> None:
    one, all_at_once = Latest(), Latest()
    parts = [samples_of(spoken, step) for step, (spoken, _) in enumerate(steps)]
    for part in parts:
        one.take(part)
    if parts:
        all_at_once.take(np.concatenate(parts))
    assert one.samples(5).tobytes() == all_at_once.samples(5).tobytes()


def test_who_is_gone_is_lost_and_others_stay() -> None:
    latest = Latest()
    latest.take(samples_of([(1, 8, 0, None, 4, 1, 0), (2, 4, 4, 4, 4, 1, 0)], 3))
    latest.take(samples_of([], 4), whos([]), whos([1, 9]))
    assert latest.who.tolist() == [2]
    latest.lose(whos([2]))
    assert len(latest) == 0
    assert len(latest.samples(4)) == 0


def test_what_is_returned_is_a_copy() -> None:
    latest = Latest()
    latest.take(samples_of([(1, 8, 0, None, 4, 1, 0)], 3))
    latest.samples(4)["valence"] = 1.0
    assert latest.samples(4)["valence"].tolist() == [0.25]
