"""So many at once, and as many again each second."""

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
