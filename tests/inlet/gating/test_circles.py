"""Circles have the lowest numbers that are free, for as long as somebody is in them."""

from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.gating.circles import Circles


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from("xyzuvw")), max_size=60))
def test_it_does_what_a_look_at_every_member_does(story: list[tuple[int, str]]) -> None:
    circles, member_of, numbers = Circles(most=3), dict[int, str](), dict[str, int]()
    for who, name in story:
        if who in member_of:
            left = member_of.pop(who)
            circles.leave(numbers[left])
            numbers = {one: n for one, n in numbers.items() if one in member_of.values()}
        free = sorted({1, 2, 3} - set(numbers.values()))
        assert circles.has_room(ord(name)) == (name in numbers or bool(free))
        if name in numbers or free:
            numbers.setdefault(name, free[0] if free else 0)
            member_of[who] = name
            assert circles.join(ord(name)) == numbers[name]
    circles.leave(0)


def test_many_may_leave_at_once() -> None:
    circles = Circles(most=2)
    assert [circles.join(7) for _ in range(5)] == [1] * 5
    circles.leave(1, 4)
    assert circles.join(8) == 2
    circles.leave(1)
    assert circles.join(9) == 1
