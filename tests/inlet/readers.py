"""Readers under a key that tests know, and datagrams that come from several machines."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.sample import Kind
from empathy_palettes.inlet.wire.datagrams import Datagrams, from_ourselves

KEY = bytes(16)
NAMING = Naming(KEY)


def reader(
    range: tuple[float, float] = (-1.0, 1.0), batch: bool = True, slow: int = 10**9
) -> Reader:
    return Reader(range, NAMING, Notices(), Kind.MODEL, origin=3, batch=batch, slow=slow)


def name(who: bytes, space: Space = Space.SENDER) -> tuple[int, int]:
    return NAMING.digest(who, space)


def from_flows(parts: Iterable[tuple[int, bytes]]) -> Datagrams:
    flows, packets = zip(*parts, strict=True)
    block = from_ourselves(packets)
    host = np.zeros((len(packets), 2), np.uint64)
    host[:, 1] = flows
    return Datagrams(block.data, block.start, block.length, host, block.port)
