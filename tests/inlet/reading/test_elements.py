"""What is found in bundles is what a plain walk finds, or nothing."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.osc import encode, encode_bundle
from empathy_palettes.inlet.reading.elements import elements
from empathy_palettes.inlet.wire.datagrams import from_ourselves
from tests.inlet.packets import Packets


def walked(bundle: bytes) -> list[tuple[int, int]] | None:
    """Where each element begins and how long it is, in words; None = not a proper bundle."""
    place, found = 16, []
    while place < len(bundle):
        (size,) = struct.unpack_from(">i", bundle, place)
        if size <= 0 or size % 4 or place + 4 + size > len(bundle):
            return None
        found.append((place // 4 + 1, size // 4))
        place += 4 + size
    return found if len(found) <= 256 else None


def found(bundles: list[bytes]) -> list[list[tuple[int, int]]]:
    block = from_ourselves(bundles)
    at = block.start >> 2
    some = elements(block.data.view("<u4"), at, block.length >> 2)
    each: list[list[tuple[int, int]]] = [[] for _ in bundles]
    for start, size, owner in zip(some.at, some.size, some.owner, strict=True):
        each[owner].append((int(start - at[owner]), int(size)))
    assert (np.diff(some.owner) >= 0).all()
    return each


@given(st.integers(0, 2**32))
def test_all_elements_or_none(seed: int) -> None:
    packets = Packets(seed)
    bundles: list[bytes] = []
    while len(bundles) < 20:
        packet = packets.any()
        if packet.startswith(b"#bundle\0") and len(packet) % 4 == 0:
            bundles.append(packet)
    for bundle, some in zip(bundles, found(bundles), strict=True):
        assert some in (walked(bundle), [])


def test_of_one_size_and_of_any() -> None:
    names = ["a", "anna.schmidt", "b" * 60]
    alike = encode_bundle([encode("/any/thing", number) for number in range(256)])
    mixed = encode_bundle([encode(f"/empathy/{name}", 0.5, 0.5) for name in names * 60])
    for bundle in (alike, mixed):
        assert found([bundle, b"#bundle\0" + bytes(8), bundle]) == [
            walked(bundle),
            [],
            walked(bundle),
        ]


def test_no_more_than_the_limit_of_either() -> None:
    many = [encode("/empathy/a", 0.5, 0.5)] * 256
    assert found([encode_bundle([*many, many[0]])]) == [[]]
    assert found([encode_bundle([*many, encode("/empathy/anna", 0.5, 0.5)])]) == [[]]
    assert len(found([encode_bundle([*many[1:], encode("/empathy/anna", 0.5, 0.5)])])[0]) == 256


def test_what_takes_long_to_search_is_left_to_others() -> None:
    one = encode_bundle(
        [encode("/empathy/a", 0.5), encode("/empathy/anna" + "x" * 800, 0.5, 0.5)] * 9
    )
    some = found([one] * 1000)
    assert some[0] == walked(one)
    assert some[-1] == []
