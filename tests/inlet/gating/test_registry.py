"""A row for everybody, by name and by number; numbers in order, and none that is in use."""

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.places import NOWHERE, spread
from empathy_palettes.inlet.gating.registry import NUMBERS, Registry, distinct


def test_rows_are_found_by_name_and_number_and_are_used_again() -> None:
    registry, names = Registry(), spread(np.arange(1000))
    rows = registry.add(names)
    assert (registry.find(names) == rows).all()
    assert len(np.unique(rows)) == len(registry) == 1000
    assert rows.max() < registry.room - 1  # the last row is nobody's
    registry.enter(rows[[5, 3]])
    assert registry.number[rows[[3, 5]]].tolist() == [1, 0]
    assert registry.find_numbers(np.array([0, 1, 2], np.uint32)).tolist() == [
        *rows[[5, 3]].tolist(),
        NOWHERE,
    ]
    assert registry.present_count == registry.present.sum() == 2
    assert registry.leave(rows[[3]]).tolist() == [1]
    assert registry.find_numbers(np.array([0, 1], np.uint32)).tolist() == [rows[5], NOWHERE]
    registry.release(np.delete(rows, 5))
    assert (len(registry), registry.present_count) == (1, 1)
    room = registry.room
    for turn in range(20):
        some = registry.add(spread(np.arange(900) + 10_000 * (turn + 1)))
        assert rows[5] not in some
        registry.release(some)
    assert registry.room == room


def test_what_is_released_leaves_no_trace() -> None:
    registry = Registry()
    before = pickle.dumps(registry)
    rows = registry.add(spread(np.arange(9)))
    registry.circle[rows] = 4
    registry.withdrawn[rows] = True
    registry.release(rows)
    assert pickle.dumps(registry) == before


def test_when_all_numbers_have_been_given_the_count_begins_anew_past_those_in_use() -> None:
    registry = Registry(first=NUMBERS - 1)
    rows = registry.add(spread(np.arange(6)))
    registry.enter(rows[:3])
    assert registry.number[rows[:3]].tolist() == [NUMBERS - 1, 0, 1]
    registry.leave(rows[:1])
    registry._next = NUMBERS - 1
    registry.enter(rows[3:])
    assert registry.number[rows[3:]].tolist() == [NUMBERS - 1, 2, 3]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3))))
def test_distinct_names_are_told_in_order_of_appearance(pairs: list[tuple[int, int]]) -> None:
    first, which = distinct(np.array(pairs, np.uint64).reshape(-1, 2))
    each = list(dict.fromkeys(pairs))
    assert first.tolist() == [pairs.index(pair) for pair in each]
    assert which.tolist() == [each.index(pair) for pair in pairs]
