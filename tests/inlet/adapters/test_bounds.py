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


def machine(number: int) -> bytes:
    return HOST[:-2] + number.to_bytes(2, "big")


def test_nobody_who_is_heard_makes_room(listening: Listening) -> None:
    inlet = listening("touchosc", "va-flat", most=40)
    for host in range(100):
        inlet.hear(host, xy(0.5, 0.5), b"/va\0,ff\0" + HALF * 2, host=machine(host))
    assert inlet.adapters.participants == 40
    assert inlet.notices.rejected == {Reason.PEOPLE: 160}
    said = inlet.hear(200, xy(1.0, 0.5), host=machine(0))
    assert tuple(said.name[0]) == inlet.who("touchosc", host=machine(0))
    assert len(inlet.hear(200, xy(1.0, 0.5), host=machine(99))) == 0


def test_the_silent_make_room(listening: Listening) -> None:
    inlet = listening("touchosc", most=2)
    inlet.hear(0, xy(0.5, 0.5), host=machine(0))
    inlet.hear(1, xy(0.5, 0.5), host=machine(1))
    assert len(inlet.hear(FORGOTTEN_STEPS, xy(0.5, 0.5), host=machine(2))) == 0
    said = inlet.hear(FORGOTTEN_STEPS + 1, xy(0.5, 0.5), host=machine(2))
    assert tuple(said.name[0]) == inlet.who("touchosc", host=machine(2))
    assert inlet.adapters.participants == 2
    assert len(inlet.hear(FORGOTTEN_STEPS + 4, xy(0.5, 0.5), host=machine(1))) == 1


def test_whom_the_installation_names_has_room(listening: Listening) -> None:
    inlet = listening("open-stage-control", most=1, people={"a": "anna", "b": "ben"})
    feel = [f"/feel/{device}\0,ff\0".encode() + HALF * 2 for device in "xyab"]
    assert len(inlet.hear(0, *feel)) == 3
    assert inlet.notices.rejected == {Reason.PEOPLE: 1}


def test_more_at_once_than_are_remembered_are_not_mixed_up(listening: Listening) -> None:
    inlet = listening("touchosc", most=3)
    pads = [(Message("/1/xy1", (host / 4, 0.5)), machine(host)) for host in (0, 1, 2, 3, 4)]
    said = inlet.adapters.read(pads, 0)
    assert {
        tuple(name): float(value) for name, value in zip(said.name, said.valence, strict=True)
    } == {inlet.who("touchosc", host=machine(host)): host / 2 - 1 for host in (0, 1, 2)}
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
    later = FORGOTTEN_STEPS + 1
    said = inlet.hear(later, b"/emotion/arousal\0\0\0\0,f\0\0" + HALF, host=ELSEWHERE)
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
