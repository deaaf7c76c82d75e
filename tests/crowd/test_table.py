"""The table of people against a reference that keeps one dictionary per person."""

import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.crowd.table import NOBODY, People
from empathy_palettes.inlet.sample import SAMPLE, Samples

NAN = math.nan
COLUMNS = (
    "who valence arousal dominance weight kind circle word origin alone born said alive "
    "cell dominance_level"
).split()


def sample(
    who: int,
    valence: float = NAN,
    arousal: float = NAN,
    dominance: float = NAN,
    weight: float = 1.0,
    kind: int = 0,
    circle: int = 0,
    word: int = 0,
    origin: int = 0,
    consent: int = 1,
) -> Samples:
    row = (who, 0, valence, arousal, dominance, weight, kind, circle, word, origin, consent)
    return np.array([row], SAMPLE)


def numbers(*who: int) -> NDArray[np.uint32]:
    return np.array(who, np.uint32)


def row(people: People, slot: int) -> dict[str, Any]:
    names = "who valence arousal dominance weight kind circle word origin alone born said".split()
    return {name: getattr(people, name)[slot].item() for name in names}


def test_newcomers_take_the_lowest_slots_in_the_order_of_their_numbers() -> None:
    people = People(8)
    arrived = people.apply(np.concatenate([sample(w, 0.5, 0.5) for w in (2, 0, 1)]), 7)
    assert arrived == 3 and people.count == 3 and people.reach == 3
    assert people.who[:3].tolist() == [0, 1, 2]
    assert people.born[:3].tolist() == people.said[:3].tolist() == [7, 7, 7]


def test_a_slot_never_moves_and_the_lowest_free_one_is_taken_next() -> None:
    people = People(8)
    people.apply(np.concatenate([sample(w, 0.0, 0.0) for w in range(4)]), 0)
    assert people.withdraw(numbers(1, 2)) == 2
    assert people.who[people.slots()].tolist() == [0, 3] and people.reach == 4
    people.apply(sample(9, 0.0, 0.0), 1)
    assert people.who[:4].tolist() == [0, 9, NOBODY, 3]
    assert people.born[:4].tolist()[1] == 1
    people.withdraw(numbers(3))
    assert people.reach == 2 and people.count == 2


def test_what_is_not_given_is_kept() -> None:
    people = People(2)
    people.apply(sample(0, 0.5, NAN, 0.25, weight=0.5, word=3), 0)
    people.apply(sample(0, NAN, -0.5, NAN, weight=1.0, word=0), 1)
    assert row(people, 0) | {"born": 0, "said": 1} == row(people, 0)
    assert (people.valence[0], people.arousal[0], people.dominance[0]) == (0.5, -0.5, 0.25)
    assert people.weight[0] == 1.0 and people.word[0] == 0


def test_a_sample_without_feeling_names_a_circle_and_nothing_else() -> None:
    people = People(2)
    people.apply(sample(0, 0.5, 0.5, weight=0.5, kind=1, word=3, origin=1), 0)
    people.apply(sample(0, weight=1.0, kind=2, circle=7, origin=2), 60)
    assert (people.weight[0], people.kind[0], people.word[0]) == (0.5, 1, 3)
    assert people.origin[0] == 1 and len(people.spoke) == 0
    assert people.circle[0] == 7 and people.said[0] == 60


def test_of_several_samples_in_a_step_the_last_wins_per_component() -> None:
    people = People(2)
    batch = [sample(5, 0.5, 0.5, word=1), sample(6, 1.0, 1.0), sample(5, -0.5, NAN, word=2)]
    assert people.apply(np.concatenate(batch), 0) == 2
    assert (people.valence[0], people.arousal[0], people.word[0]) == (-0.5, 0.5, 2)


def test_who_withdraws_leaves_nothing_behind() -> None:
    people = People(3)
    people.apply(sample(0, 0.5, 0.5, 0.5, kind=2, circle=4, word=9, origin=1), 3)
    people.withdraw(numbers(0, 0, 77, 10_000_000))
    empty = People(3)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(people, name), getattr(empty, name))
    assert people.count == people.reach == 0 and people.withdraw(numbers(0)) == 0


def test_silence_ends_a_stay_only_when_it_is_longer_than_allowed() -> None:
    people = People(4)
    people.apply(np.concatenate([sample(3, 0.0, 0.0), sample(4, 0.0, 0.0)]), 0)
    people.apply(sample(4, 0.0, 0.0), 50)
    assert people.expire(100, after=100).tolist() == []
    assert people.expire(101, after=100).tolist() == [3]
    assert people.expire(151, after=100).tolist() == [4]


def test_no_more_people_than_slots() -> None:
    people = People(2)
    batch = np.concatenate([sample(w, w / 8, 0.0) for w in range(4)])
    assert people.apply(batch, 0) == 2
    assert people.valence[:2].tolist() == [0.0, 0.125]
    people.withdraw(numbers(0))
    assert people.apply(batch, 1) == 1
    assert people.who.tolist() == [0, 1]


def test_any_number_costs_as_little_as_any_other() -> None:
    people = People(2)
    size = len(pickle.dumps(people))
    largest = NOBODY - 1
    assert people.apply(np.concatenate([sample(largest, 0.5, 0.5), sample(0, 0.0, 0.0)]), 0) == 2
    assert people.who.tolist() == [0, largest]
    assert people.apply(sample(largest, -0.5, 0.5), 1) == 0
    assert people.valence.tolist() == [0.0, -0.5]
    for who in range(1000, 2000):  # months of coming and going
        assert people.withdraw(numbers(0 if who == 1000 else who - 1)) == 1
        assert people.apply(sample(who, 0.0, 0.0), 2) == 1
    assert people.withdraw(numbers(largest)) == 1
    assert len(pickle.dumps(people)) <= size + 100


def test_a_table_has_room_for_somebody() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        People(0)


feelings = st.sampled_from([NAN, -1.0, -0.25, 0.5])
said = st.builds(
    sample,
    st.integers(0, 6),
    feelings,
    feelings,
    feelings,
    weight=st.sampled_from([0.5, 1.0]),
    kind=st.integers(0, 3),
    circle=st.integers(0, 2),
    word=st.integers(0, 5),
    origin=st.integers(0, 2),
    consent=st.integers(1, 2),
)
steps = st.tuples(
    st.lists(said, max_size=6), st.lists(st.integers(0, 8), max_size=2), st.integers(1, 4)
)


@given(st.lists(steps, max_size=12))
def test_it_does_what_a_dictionary_per_person_does(story: list[Any]) -> None:
    people, reference, seats, step = People(5), dict[int, dict[str, Any]](), dict[int, int](), -3
    for samples, withdrawn, passed in story:
        step += passed
        here = [who for who in set(withdrawn) if who in reference]
        assert people.withdraw(numbers(*withdrawn)) == len(here)
        for who in here:
            del reference[who], seats[who]
        new = sorted({int(s["who"][0]) for s in samples} - set(reference))[: 5 - len(reference)]
        for who in new:
            seats[who] = min(set(range(5)) - set(seats.values()))
            blank = {"valence": NAN, "arousal": NAN, "dominance": NAN, "weight": 0.0, "kind": 0}
            blank |= {"circle": 0, "word": 0, "origin": 0}
            reference[who] = blank | {"who": who, "born": step}
        for item in samples:
            spoken = {name: item[name][0].item() for name in SAMPLE.names or ()}
            person = reference.get(spoken["who"])
            if person is None:
                continue
            person |= {"said": step, "circle": spoken["circle"], "alone": spoken["consent"] == 2}
            given = {n: spoken[n] for n in ("valence", "arousal", "dominance")}
            given = {name: value for name, value in given.items() if value == value}
            if given:
                person |= given | {n: spoken[n] for n in ("weight", "kind", "word", "origin")}
        batch = np.concatenate(samples) if samples else np.empty(0, SAMPLE)
        assert people.apply(batch, step) == len(new)
        silent = [who for who, person in reference.items() if step - person["said"] > 5]
        assert sorted(people.expire(step, after=5).tolist()) == sorted(silent)
        for who in silent:
            del reference[who], seats[who]
        assert people.count == len(reference)
        assert people.reach == max(seats.values(), default=-1) + 1
        assert sorted(people.slots().tolist()) == sorted(seats.values())
        for who, slot in seats.items():
            assert repr(sorted(row(people, slot).items())) == repr(sorted(reference[who].items()))
        levels_of(people)


def levels_of(people: People) -> None:
    """Every slot's cell and level are those of its feelings, slowly."""
    for slot in range(people.capacity):
        v, a, d = (
            65 if math.isnan(value) else round(value * 32) + 32
            for value in (people.valence[slot], people.arousal[slot], people.dominance[slot])
        )
        assert (people.cell[slot], people.dominance_level[slot]) == (v * 66 + a, d)


def test_in_a_large_crowd_the_silent_are_found_within_a_second() -> None:
    people = People(200_000)
    batch = np.zeros(200_000, SAMPLE)
    batch["who"] = np.arange(200_000)
    people.apply(batch, 0)
    batch["who"] += 1
    people.apply(batch[100_000:], 100)  # of whom the last finds no room
    gone: list[int] = []
    for step in range(101, 161):
        gone += people.expire(step, after=100).tolist()
    assert sorted(gone) == list(range(100_001)) and people.count == 99_999
    people.apply(batch[-1:], 161)
    assert people.who[0] == 200_000 and people.reach == 200_000


def test_free_slots_are_found_lowest_first_wherever_they_are() -> None:
    people = People(3_000)
    batch = np.zeros(3_000, SAMPLE)
    batch["who"] = np.arange(3_000)
    people.apply(batch, 0)
    people.withdraw(numbers(2_999, 17, 2_500, 16))
    batch["who"] += 3_000
    assert people.apply(batch[:3], 1) == 3
    assert people.who[[16, 17, 2_500]].tolist() == [3_000, 3_001, 3_002]
    assert people.reach == 2_999
    people.apply(batch[3:5], 2)
    assert people.who[2_999] == 3_003 and people.count == people.reach == 3_000


def test_numbers_that_end_alike_are_told_apart() -> None:
    people = People(4)
    same_ends = numbers(1, 5, 0x8001, 0xFFFF0001)
    for step, who in enumerate(same_ends.tolist()):
        people.apply(sample(who, who % 64 / 64), step)
    people.apply(np.concatenate([sample(who, 0.0, 0.5) for who in same_ends[::-1]]), 9)
    assert people.who.tolist() == same_ends.tolist() and (people.valence == 0.0).all()
    assert people.withdraw(numbers(5, 9, 0x10001)) == 1
    assert people.who.tolist() == [1, NOBODY, 0x8001, 0xFFFF0001]
    people.apply(sample(9, 1.0), 10)
    assert people.who.tolist() == [1, 9, 0x8001, 0xFFFF0001]
