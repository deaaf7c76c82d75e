"""So many at once, and as many again each second."""

from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.allowance import Allowance


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
