"""Names come to numbers that only who has the key can foretell, one at a time or many."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.naming import MOST_BYTES, Naming, Space

KEY = bytes(range(16))
NAMING = Naming(KEY)
NAMES = st.binary(min_size=1, max_size=MOST_BYTES)


def by_definition(name: bytes, space: Space) -> tuple[int, int]:
    """Multilinear hashing in four lanes of 64 bits, of which the upper half stays."""

    def table(index: int, lane: int) -> int:
        block = blake2b(index.to_bytes(4, "little"), key=KEY, digest_size=32).digest()
        return int.from_bytes(block[8 * lane : 8 * lane + 8], "little")

    halves = []
    for lane in range(4):
        total = table(0, lane) + space * table(1, lane) + len(name) * table(2, lane)
        for place in range(0, len(name), 4):
            total += int.from_bytes(name[place : place + 4], "little") * table(3 + place // 4, lane)
        halves.append(total % 2**64 >> 32)
    return halves[0] << 32 | halves[1], halves[2] << 32 | halves[3]


@given(st.lists(NAMES, min_size=1, max_size=6), st.sampled_from(Space))
def test_every_way_gives_the_same(names: list[bytes], space: Space) -> None:
    expected = [by_definition(name, space) for name in names]
    assert [NAMING.digest(name, space) for name in names] == expected
    assert list(map(tuple, NAMING.digests_of_texts(names, space).tolist())) == expected
    for name, pair in zip(names, expected, strict=True):
        row = np.frombuffer(name, np.uint8).reshape(1, -1)
        assert tuple(NAMING.digests(row, space)[0].tolist()) == pair


def test_wider_rows_change_nothing() -> None:
    words = np.zeros((16, 2), np.uint32)
    words[0] = int.from_bytes(b"anna", "little"), int.from_bytes(b"ben\0", "little")
    wide = NAMING.digests_of_words(words, np.array([4, 3]), Space.SENDER)
    assert list(map(tuple, wide.tolist())) == [
        NAMING.digest(b"anna", Space.SENDER),
        NAMING.digest(b"ben", Space.SENDER),
    ]


def test_none_gives_none() -> None:
    assert NAMING.digests_of_texts([], Space.HAND).shape == (0, 2)
    assert NAMING.digests(np.zeros((0, 5), np.uint8), Space.HAND).shape == (0, 2)


def test_no_two_names_meet() -> None:
    names = [b"%x" % number for number in range(50_000)] + [b"\0" * n for n in range(1, 257)]
    pairs = NAMING.digests_of_texts(names, Space.SENDER)
    for column in pairs.T:
        assert len(np.unique(column)) == len(names)
    assert NAMING.digest(b"a", Space.SENDER) != NAMING.digest(b"a", Space.HAND)


def test_another_key_makes_strangers_of_all() -> None:
    other = Naming(KEY)
    assert other.digest(b"anna", Space.SENDER) == NAMING.digest(b"anna", Space.SENDER)
    other.turn()
    assert other.digest(b"anna", Space.SENDER) != NAMING.digest(b"anna", Space.SENDER)
    assert Naming().digest(b"anna", Space.SENDER) != Naming().digest(b"anna", Space.SENDER)


def test_a_key_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes, not 5"):
        Naming(b"short")
