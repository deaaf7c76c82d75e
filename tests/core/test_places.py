"""The table does what a dict does, for whole batches, whatever the keys have in common."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.places import NOWHERE, Keys, Places, spread

#: Keys of which up to four share a first number, or a second one.
FIRSTS = spread(np.arange(12))[:, 0].tolist()
POOL = [(first, second) for first in FIRSTS for second in (0, 1, 2**63, 2**64 - 1)]

keys_of = st.lists(st.sampled_from(POOL), max_size=30, unique=True)
stories = st.lists(st.tuples(st.booleans(), keys_of), max_size=12)


def keyed(pairs: list[tuple[int, int]]) -> Keys:
    return np.array(pairs, np.uint64).reshape(-1, 2)


@given(stories)
def test_it_does_what_a_dict_does(story: list[tuple[bool, list[tuple[int, int]]]]) -> None:
    places, slow, following = Places(expected=8), dict[tuple[int, int], int](), 0
    for adds, pairs in story:
        if adds:
            pairs = [pair for pair in pairs if pair not in slow]
            chosen = np.arange(following, following + len(pairs))
            following += len(pairs)
            places.insert(keyed(pairs), chosen)
            slow |= dict(zip(pairs, chosen.tolist(), strict=True))
        else:
            places.remove(keyed(pairs))
            slow = {pair: place for pair, place in slow.items() if pair not in pairs}
        assert len(places) == len(slow)
        assert places.find(keyed(POOL)).tolist() == [slow.get(pair, NOWHERE) for pair in POOL]


def test_it_grows_to_a_hundred_thousand_and_forgets_half() -> None:
    keys = spread(np.arange(100_000))
    places = Places()
    for part in np.array_split(np.arange(100_000), 7):
        places.insert(keys[part], part + 5)
    assert (places.find(keys) == np.arange(100_000) + 5).all()
    assert (places.find(spread(np.arange(100_000, 110_000))) == NOWHERE).all()
    places.remove(keys[::2])
    assert len(places) == 50_000
    assert (places.find(keys[::2]) == NOWHERE).all()
    assert (places.find(keys[1::2]) == np.arange(1, 100_000, 2) + 5).all()


def test_the_same_key_may_be_asked_for_and_taken_out_twice() -> None:
    places = Places()
    one = spread([7, 7])
    places.insert(one[:1], np.array([3]))
    assert places.find(one).tolist() == [3, 3]
    places.remove(one)
    assert (len(places), places.find(one).tolist()) == (0, [NOWHERE, NOWHERE])


def test_what_was_taken_out_leaves_no_trace() -> None:
    places = Places()
    before = {name: np.copy(column) for name, column in vars(places).items()}
    places.insert(spread(np.arange(50)), np.arange(50))
    places.remove(spread(np.arange(50)))
    for name, column in vars(places).items():
        np.testing.assert_array_equal(column, before[name])


def test_keys_that_were_not_spread_are_no_endless_work() -> None:
    alike = np.stack([np.zeros(100, np.uint64), np.arange(100, dtype=np.uint64)], axis=-1)
    with pytest.raises(ValueError, match="not evenly spread"):
        Places().insert(alike, np.arange(100))


def test_numbers_are_spread_one_to_one_over_all_bits() -> None:
    keys = spread(np.arange(10_000))
    assert keys[:, 1].tolist() == list(range(10_000))
    assert len(np.unique(keys[:, 0])) == 10_000
    bits = np.unpackbits(keys[:, :1].copy().view(np.uint8), axis=1)
    assert (np.abs(bits.mean(axis=0) - 0.5) < 0.025).all()  # five deviations
    # The first output of SplitMix64 from a state of 0, as in its authors' own code.
    assert spread([0])[0, 0] == 0xE220A8397B1DCDAF


@pytest.mark.parametrize("seed", range(3))
def test_half_a_table_of_random_keys_fits_at_once(seed: int) -> None:
    keys = np.random.default_rng(seed).integers(0, 2**64, (1 << 16, 2), np.uint64)
    places = Places(expected=1 << 16)
    places.insert(keys, np.arange(1 << 16))
    assert len(places._first) == 1 << 17
    assert (places.find(keys) == np.arange(1 << 16)).all()
