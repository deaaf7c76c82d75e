"""Who was put here first goes first, whatever has gone or come again in between."""

from collections import OrderedDict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.gating.ages import Ages

ROWS = 200
some = st.lists(st.integers(0, ROWS - 1), max_size=120, unique=True)
acts = st.sampled_from(("put", "put_all", "drop", "drop_all", "take_oldest"))


@given(st.lists(st.tuples(acts, some), max_size=20))
def test_it_does_what_an_ordered_dict_does(story: list[tuple[str, list[int]]]) -> None:
    ages, slow = Ages(ROWS // 2), OrderedDict[int, None]()
    ages.reserve(ROWS)
    for act, rows in story:
        if act == "take_oldest":
            expected = [slow.popitem(last=False)[0] for _ in rows if slow]
            assert ages.take_oldest(len(rows)).tolist() == expected
        elif act.startswith("put"):
            for row in rows:
                slow[row] = None
                slow.move_to_end(row)
                if act == "put":
                    ages.put(row)
            if act == "put_all":
                ages.put_all(np.array(rows, np.int64))
        else:
            for row in rows:
                was_here = slow.pop(row, 0) is None
                if act == "drop":
                    assert ages.drop(row) == was_here
            if act == "drop_all":
                ages.drop_all(np.array(rows, np.int64))
        assert len(ages) == len(slow)
        assert ages.has(np.arange(ROWS)).tolist() == [row in slow for row in range(ROWS)]
    assert ages.take_oldest(ROWS).tolist() == list(slow)


def test_a_month_of_coming_again_takes_no_more_memory() -> None:
    ages = Ages(10)
    for turn in range(100_000):
        ages.put(turn % 10)
    assert len(ages._log) < 1000
    assert ages.take_oldest(3).tolist() == [0, 1, 2]
    assert 3 in ages
    assert 2 not in ages
