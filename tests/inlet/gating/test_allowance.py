"""So many at once, and as many again each second, of all or of each host."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.inlet.gating.allowance import FORGET_STEPS, Allowance, Allowances


def taken(allowance: Allowance, step: int) -> int:
    return sum(allowance.take(step) for _ in range(1000))


def test_as_many_at_once_and_again_each_second() -> None:
    allowance = Allowance(50)
    assert taken(allowance, -600) == 50  # a show may begin before step 0
    assert taken(allowance, -600) == 0
    assert taken(allowance, -599) == 0
    assert taken(allowance, -598) == 1
    assert sum(taken(allowance, step) for step in range(-597, -537)) == 50
    assert taken(allowance, 10**9) == 50


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 60)), max_size=20))
def test_many_at_once_are_as_many_as_one_by_one(story: list[tuple[int, int]]) -> None:
    at_once, one_by_one, step = Allowance(50), Allowance(50), 0
    for passed, wanted in story:
        step += passed
        assert at_once.left(step) == one_by_one.left(step)
        assert at_once.take(step, wanted) == sum(one_by_one.take(step) for _ in range(wanted))


def hosts(*numbers: int) -> NDArray[np.uint64]:
    return np.array(numbers, np.uint64) * np.uint64(0x9E3779B97F4A7C15)


@given(
    each_second=st.integers(1, 120),
    story=st.lists(
        st.tuples(st.integers(0, 90), st.lists(st.integers(1, 6), max_size=40)), max_size=20
    ),
)
def test_each_host_has_an_allowance_of_its_own_and_is_served_in_order(
    each_second: int, story: list[tuple[int, list[int]]]
) -> None:
    many, step = Allowances(each_second, most=6), -300
    alone = {host: Allowance(each_second) for host in range(1, 7)}
    for allowance in alone.values():
        allowance.left(step)
    for passed, who in story:
        step += passed
        expected = [alone[host].take(step) == 1 for host in who]
        assert many.take(hosts(*who), step).tolist() == expected


def test_hosts_beyond_the_most_share_one_allowance() -> None:
    many = Allowances(3, most=4)
    assert many.take(hosts(1, 2, 3, 4), 0).all()
    assert many.take(hosts(5, 6, 7, 8, 9, 1, 1, 1), 0).tolist() == [True] * 3 + [False] * 2 + [
        True,
        True,
        False,
    ]
    assert len(many) == 4
    # However many hosts somebody makes up: five buckets of three, filled up once in a second.
    made_up = np.arange(100, 5_000).astype(np.uint64)
    assert sum(int(many.take(made_up, step).sum()) for step in range(1, 61)) <= 5 * (3 + 3)
    assert len(many) <= 4


def test_who_comes_back_while_there_is_no_room_is_served_as_anybody() -> None:
    many = Allowances(60, most=4)
    assert many.take(hosts(1, 2, 3, 4), 0).all()
    # By now 1 is forgotten as idle, to make room, in the very batch that it sends in.
    assert many.take(np.repeat(hosts(1, 5, 6), 60), 60).all()
    assert len(many) == 3


@pytest.mark.parametrize("begin", [-6_000, 0, 7])
def test_who_is_silent_is_forgotten(begin: int) -> None:
    many = Allowances(50)
    assert many.take(hosts(1, 2), begin).all()
    assert many.take(hosts(3), begin + 30).all() and len(many) == 3
    many.take(hosts(), begin + 2 * FORGET_STEPS)
    assert len(many) == 0 and not many._host.any()
    assert many.take(np.repeat(hosts(1), 60), begin + 2 * FORGET_STEPS).sum() == 50
