"""Whatever arrives: nothing raises, nothing takes long, nothing is kept."""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from time import thread_time

import numpy as np
import pytest

from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.wire.datagrams import from_ourselves
from tests.inlet.packets import Packets

BATCH = 100  # so few that one slow packet makes them slow
CORPUS = 2_000
LONGEST = 0.005  # seconds for one packet
WARM = 20  # batches
MOST_KEPT = 16_000_000  # bytes
MOST_BLOCKS = 10_000  # of Python's allocator; one kept of every packet would be a hundred thousand


def seconds(reader: Reader, packets: Sequence[bytes]) -> float:
    """How long `packets` take together, the best of three."""
    block = from_ourselves(packets)
    best = 1.0
    for _ in range(3):
        begun = thread_time()
        reader.read(block, 0)
        best = min(best, thread_time() - begun)
    return best


def fuzz(seed: int, mutations: int) -> int:
    """Read so many mutated packets; return how many rows came of them."""
    packets = Packets(seed)
    corpus = [packets.valid() for _ in range(CORPUS)]
    reader, again = (Reader((-1.0, 1.0), Naming(bytes(16)), slow=10**9) for _ in range(2))
    heard = peak = blocks = 0
    for number in range(mutations // BATCH):
        batch = [packets.mutated(corpus) for _ in range(BATCH)]
        block = from_ourselves(batch)
        begun = thread_time()
        said = reader.read(block, number)
        if thread_time() - begun > LONGEST and seconds(again, batch) > LONGEST:
            assert max(seconds(again, [packet]) for packet in batch) < LONGEST
        heard += len(said)
        for column in (said.valence, said.arousal, said.dominance):
            assert not (np.abs(column) > 1.0).any()
        assert ((said.weight >= 0.0) & (said.weight <= 1.0)).all()
        reader.notices.lines(number)
        del batch, block, said
        if number == WARM:
            peak, blocks = peak_bytes(), sys.getallocatedblocks()
        elif number % 1_000 == WARM + 500:
            assert peak_bytes() < peak + MOST_KEPT
            assert sys.getallocatedblocks() < blocks + MOST_BLOCKS
    assert reader.counts.messages == heard
    return heard


def peak_bytes() -> int:
    return 1_024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_a_hundred_thousand_mutations() -> None:
    assert fuzz(1, 100_000) > 20_000


@pytest.mark.soak
def test_ten_million_mutations() -> None:
    assert fuzz(2, 10_000_000) > 2_000_000
