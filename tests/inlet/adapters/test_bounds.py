"""Adapters whatever arrives: memory is bounded, people are not mixed up, nothing raises."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.inlet.adapters.adapter import load_adapter
from empathy_palettes.inlet.adapters.engine import Adapters
from empathy_palettes.inlet.adapters.participants import FORGOTTEN_STEPS
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import Argument, Message
from empathy_palettes.inlet.reasons import Reason

from .conftest import ELSEWHERE, HALF, HOST, KEY, Inlet, xy

Listening = Callable[..., Inlet]


def test_the_oldest_are_forgotten(listening: Listening) -> None:
    inlet = listening("touchosc", "va-flat", most=40)
    for host in range(100):
        address = host.to_bytes(16, "big")
        inlet.hear(host, xy(0.5, 0.5), b"/va\0,ff\0" + HALF * 2, host=address)
        inlet.hear(host, xy(0.5, 0.5))
    assert inlet.adapters.participants == 40
    before = inlet.hear(200, xy(1.0, 0.5))
    assert tuple(before.name[0]) == inlet.who("touchosc")


def test_more_at_once_than_are_remembered_are_not_mixed_up(listening: Listening) -> None:
    inlet = listening("touchosc", most=3)
    pads = [
        (Message("/1/xy1", (host / 4, 0.5)), host.to_bytes(16, "big")) for host in (0, 1, 2, 3, 4)
    ]
    said = inlet.adapters.read(pads, 0)
    assert {
        tuple(name): float(value) for name, value in zip(said.name, said.valence, strict=True)
    } == {inlet.who("touchosc", host=host.to_bytes(16, "big")): host / 2 - 1 for host in (0, 1, 2)}
    assert inlet.notices.rejected == {Reason.PEOPLE: 2}


def test_the_silent_are_forgotten(listening: Listening) -> None:
    inlet = listening("touchosc")
    inlet.hear(0, xy(0.5, 0.5))
    inlet.hear(FORGOTTEN_STEPS // 2, xy(0.5, 0.5), host=ELSEWHERE)
    inlet.adapters.due(FORGOTTEN_STEPS + 700)
    assert inlet.adapters.participants == 1
    inlet.adapters.due(2 * FORGOTTEN_STEPS)
    assert inlet.adapters.participants == 0


def test_whoever_takes_over_a_row_begins_anew(listening: Listening) -> None:
    inlet = listening("emotion-split", most=1)
    inlet.hear(0, b"/emotion/valence\0\0\0\0,f\0\0" + HALF, b"/emotion/name\0\0\0,s\0\0joy\0")
    said = inlet.hear(3, b"/emotion/arousal\0\0\0\0,f\0\0" + HALF, host=ELSEWHERE)
    assert math.isnan(said.valence[0]) and said.word[0] == 0


ALL = [load_adapter(path.stem, found) for found in [Assets([builtin_root()])]
       for path in found.listing("adapters")]  # fmt: skip
ADDRESSES = sorted(
    address.replace("{device}", "7").replace("*", "FT").replace("{label}", label)
    for each in ALL
    for message in each.message
    for address in message.addresses
    for label in (*message.labels, "other")
)
ARGUMENTS: st.SearchStrategy[Argument] = st.one_of(
    st.floats(), st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none(), st.text(max_size=80),
    st.binary(max_size=8), st.sampled_from(["joy", "MouthSmileLeft", 24]),
)  # fmt: skip


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 700),
            st.one_of(st.sampled_from(ADDRESSES), st.text(max_size=40).map("/".__add__)),
            st.lists(ARGUMENTS, max_size=4).map(tuple),
        ),
        max_size=40,
    )
)
def test_nothing_raises_and_nothing_leaves_the_scale(
    heard: list[tuple[int, str, tuple[Argument, ...]]],
) -> None:
    adapters = Adapters(ALL, Naming(KEY), Notices())
    step = 0
    for wait, address, args in heard:
        step += wait
        said = adapters.read([(Message(address, args), HOST)], step)
        for axis in (said.valence, said.arousal, said.dominance):
            assert (np.isnan(axis) | (np.abs(axis) <= 1)).all()
        assert ((said.weight >= 0) & (said.weight <= 1)).all()
