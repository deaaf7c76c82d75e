"""Devices of people who have not consented, or withdraw: nothing of them is kept, nothing told."""

from __future__ import annotations

import gc
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.inlet.adapters.engine import Adapters
from empathy_palettes.inlet.naming import Digests, Naming, Space
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.said import Said

from .conftest import ELSEWHERE, HOST, KEY, Inlet, floats

Listening = Callable[..., Inlet]

MARK = 0.9375  # is exact, and looked for in memory


def valence(value: float = MARK) -> bytes:
    return b"/emotion/valence\0\0\0\0,f\0\0" + floats(value)


def arousal(value: float) -> bytes:
    return b"/emotion/arousal\0\0\0\0,f\0\0" + floats(value)


def heart(device: str, rate: float) -> bytes:
    return encode(f"/EmotiBit/{device}/HR", rate)


def name(who: str) -> tuple[int, int]:
    return Naming(KEY).digest(who.encode(), Space.SENDER)


def names(*whos: str) -> Digests:
    return np.array([name(who) for who in whos], np.uint64)


class Yes:
    """Who said yes; counts how often it is asked."""

    def __init__(self, *whos: str) -> None:
        self.of = {name(who) for who in whos}
        self.asked: list[int] = []

    def __call__(self, digests: Digests) -> NDArray[np.bool_]:
        assert digests.shape == (len(digests), 2) and digests.dtype == np.uint64
        self.asked.append(len(digests))
        return np.array([tuple(pair) in self.of for pair in digests.tolist()], np.bool_)


def kept(adapters: Adapters, *numbers: float) -> bool:
    """Whether any array that hangs on the adapters holds one of these numbers."""
    seen: set[int] = set()
    todo: list[object] = [adapters]
    while todo:
        thing = todo.pop()
        if id(thing) in seen or isinstance(thing, type) or callable(thing):
            continue
        seen.add(id(thing))
        if isinstance(thing, np.ndarray):
            if any(np.isclose(thing.astype(float), number).any() for number in numbers):
                return True
        else:
            todo += gc.get_referents(thing)
    return False


def calm_alone(said: Said) -> bool:
    """Whether one person has an arousal of 0 and no valence."""
    (valence,), (arousal,) = said.valence, said.arousal
    return bool(np.isnan(valence) and arousal == 0)


def test_nothing_is_kept_before_a_yes(listening: Listening) -> None:
    yes = Yes()
    inlet = listening("emotion-split", people={"emotion-split": "anna"}, may_come=yes)
    assert len(inlet.hear(1, valence())) == 0
    assert inlet.adapters.participants == 0 and not kept(inlet.adapters, MARK)
    assert inlet.notices.rejected == {Reason.WAITING: 1}
    assert "1 value from 1 sender waits for consent" in inlet.notices.lines(1)[0]
    yes.of.add(name("anna"))
    assert calm_alone(inlet.hear(61, arousal(0.0)))
    inlet.hear(64, valence())
    assert kept(inlet.adapters, MARK)  # that it would have been found


def test_nothing_is_learnt_before_a_yes(listening: Listening) -> None:
    yes = Yes()
    inlet = listening("emotibit", people={"0": "anna"}, may_come=yes)
    for step in range(0, 90 * 60, 30):
        inlet.hear(step, heart("0", 71.5))
    yes.of.add(name("anna"))
    said = inlet.hear(90 * 60, heart("0", 90.0))
    assert said.arousal[0] == 0 and said.weight[0] == 0  # the first that was ever heard
    assert not kept(inlet.adapters, 71.5)


def test_a_no_takes_back_what_was_said(listening: Listening) -> None:
    inlet = listening("emotion-split", people={"emotion-split": "anna"})
    inlet.hear(1, valence())
    inlet.hear(2, arousal(0.25))  # is not told before step 4
    inlet.adapters.withdraw(names("anna"))
    assert inlet.adapters.participants == 0 and not kept(inlet.adapters, MARK, 0.25)
    assert len(inlet.adapters.due(10)) == 0
    assert calm_alone(inlet.hear(121, arousal(0.0)))


def test_a_no_takes_back_what_no_commit_has_confirmed(listening: Listening) -> None:
    inlet = listening("vmc", people={"vmc": "anna"})
    inlet.hear(0, b"/VMC/Ext/Blend/Val\0\0,sf\0Joy\0" + floats(MARK))
    assert kept(inlet.adapters, MARK)
    inlet.adapters.withdraw(names("anna"))
    assert not kept(inlet.adapters, MARK)
    assert len(inlet.hear(3, b"/VMC/Ext/Blend/Apply\0\0\0\0,\0\0\0")) == 0


def test_a_no_ends_what_was_usual(listening: Listening) -> None:
    inlet = listening("emotibit", people={"0": "anna", "1": "ben"})
    for step in range(0, 60 * 70, 30):
        inlet.hear(step, heart("0", 71.5), heart("1", 80.5))
    assert kept(inlet.adapters, 71.5) and kept(inlet.adapters, 80.5)
    inlet.adapters.withdraw(names("anna"))
    assert not kept(inlet.adapters, 71.5) and kept(inlet.adapters, 80.5)
    said = inlet.hear(60 * 70, heart("0", 90.0), heart("1", 90.0))
    told = {tuple(pair): (a, w) for pair, a, w in
            zip(said.name.tolist(), said.arousal.tolist(), said.weight, strict=True)}  # fmt: skip
    assert told[name("anna")] == (0, 0)
    assert told[name("ben")][0] > 0.9 and told[name("ben")][1] == pytest.approx(0.3)


def test_a_no_is_one_through_every_adapter(listening: Listening) -> None:
    inlet = listening("emotion-split", "emotibit", people={"emotion-split": "anna", "0": "anna"})
    inlet.hear(0, valence(), heart("0", 71.5))
    inlet.hear(0, heart("1", 81.5))
    assert inlet.adapters.participants == 3
    inlet.adapters.withdraw(names("ben", "anna"))
    assert inlet.adapters.participants == 1
    assert not kept(inlet.adapters, MARK, 71.5) and kept(inlet.adapters, 81.5)
    inlet.adapters.withdraw(names())


def test_whoever_may_come_no_more_is_wiped(listening: Listening) -> None:
    yes = Yes("anna")
    inlet = listening(
        "emotion-split",
        people={"emotion-split": "anna"},
        may_come=yes,
        outside=lambda: Reason.WITHDRAWN,
    )
    assert len(inlet.hear(0, valence())) == 1
    yes.of.clear()
    assert len(inlet.hear(3, arousal(0.25), arousal(0.5))) == 0
    assert inlet.notices.rejected == {Reason.WITHDRAWN: 2}  # one a message
    assert inlet.adapters.participants == 0 and not kept(inlet.adapters, MARK)


def test_who_is_not_heard_is_asked_about_too(listening: Listening) -> None:
    yes = Yes("anna")
    inlet = listening("emotion-split", people={"emotion-split": "anna"}, may_come=yes)
    inlet.hear(0, valence())
    inlet.adapters.due(601)
    assert kept(inlet.adapters, MARK)
    yes.of.clear()
    inlet.adapters.due(1202)
    assert inlet.adapters.participants == 0 and not kept(inlet.adapters, MARK)
    assert not inlet.notices.rejected


def test_it_is_asked_once_a_read(listening: Listening) -> None:
    yes = Yes("anna")
    inlet = listening("emotibit", "touchosc", people={"0": "anna"}, may_come=yes)
    said = inlet.hear(0, heart("0", 60), heart("0", 61), heart("1", 60), heart("2", 60))
    assert yes.asked == [3]
    assert [tuple(pair) for pair in said.name.tolist()] == [name("anna")]
    assert inlet.notices.rejected == {Reason.WAITING: 2}
    inlet.hear(1)
    inlet.adapters.due(2)
    assert yes.asked == [3]


def test_who_waits_uses_up_no_room(listening: Listening) -> None:
    yes = Yes("anna")
    inlet = listening("emotibit", people={"0": "anna"}, may_come=yes, most=4)
    for step in range(0, 600, 3):
        inlet.hear(step, *(heart(f"x{each}", 60) for each in range(9)), host=ELSEWHERE)
    assert inlet.adapters.participants == 0
    assert set(inlet.notices.rejected) == {Reason.WAITING}
    assert len(inlet.hear(600, heart("0", 60), host=HOST)) == 1
