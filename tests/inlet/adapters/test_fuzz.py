"""Packets of every adapter, broken: nothing raises, and nothing leaves the scale."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets
from empathy_palettes.inlet.adapters.adapter import load_adapter
from empathy_palettes.inlet.adapters.engine import Adapters
from empathy_palettes.inlet.naming import Digests, Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.said import Said
from empathy_palettes.inlet.wire.datagrams import host_bytes, packed

from ..packets import Packets
from .conftest import KEY
from .test_fixtures import CASES

BATCHES, BATCH, MOST = 100, 100, 60
HOSTS = [host_bytes(f"10.0.0.{number}") for number in range(7)]
CORPUS = [packet for case in CASES.values() for _, packet in case.packets]


def lucky(names: Digests) -> NDArray[np.bool_]:
    some: NDArray[np.bool_] = names[:, 0] % 4 != 0
    return some


def check(said: Said) -> None:
    for axis in (said.valence, said.arousal, said.dominance):
        assert (np.isnan(axis) | (np.abs(axis) <= 1)).all()
    assert ((said.weight >= 0) & (said.weight <= 1)).all()
    assert (said.consent == -1).all() and (said.circle == 0).all()
    assert lucky(said.name).all()


def test_whatever_is_broken(assets: Assets) -> None:
    names, packets, chance = sorted(CASES), Packets(11), random.Random(12)
    naming, notices = Naming(KEY), Notices()
    chosen = [load_adapter(name, assets) for name in names]
    adapters = Adapters(chosen, naming, notices, 1, {"7": "anna"}, most=MOST, may_come=lucky)
    reader = Reader((-1, 1), naming, notices, adapters=adapters, slow=10**9)
    step = heard = 0
    for _ in range(BATCHES):
        step += chance.choice((1, 1, 1, 3, 60, 700, 40_000))
        batch = [
            packets.mutated(CORPUS) if chance.random() < 0.7 else chance.choice(CORPUS)
            for _ in range(BATCH)
        ]
        hosts = [chance.choice(HOSTS) for _ in batch]
        said = reader.read(packed(batch, hosts, [1] * len(batch)), step)
        check(said.take(said.origin == 1))
        heard += int((said.origin == 1).sum())
        assert adapters.participants <= MOST + len(names)
        if chance.random() < 0.1:
            adapters.withdraw(said.name)
    assert set(adapters.taken) == set(names)
    assert heard > 1_000
    assert {"max people", "waiting for consent", "values", "type tags"} <= set(notices.rejected)
