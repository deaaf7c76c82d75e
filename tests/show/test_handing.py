"""What a show hands on, through a real pipe, and what the next one makes of it."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.clock import monotonic
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.gating.kept import KEPT, Header, Kept
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.wire.datagrams import from_ourselves
from empathy_palettes.show.handing import MOST_BYTES, Handing, Handover
from empathy_palettes.show.handover import NAME_BYTES, Deposit, Standing, packed
from tests.show.piped import Pipe


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    os.close(pipe.out)
    os.close(pipe.into)


class Speaking:
    """A gate, and people who speak to it."""

    def __init__(self, handed: Handover | None = None) -> None:
        self.naming = Naming(handed.key if handed else None)
        self.notices = Notices()
        self.gate = Gate("explicit", notices=self.notices)
        self._reader = Reader((-1.0, 1.0), self.naming, self.notices, space=Space.SENDER)
        self._step = 0
        if handed and handed.header:
            self.gate.restore(handed.kept, handed.header)

    def say(self, *datagrams: bytes) -> list[int]:
        """Return the numbers of those whose feelings are let in."""
        self._step += 60
        said = self._reader.read(from_ourselves(datagrams), self._step, frames=float("inf"))
        admitted = self.gate.admit(said, self._step)
        return [int(who) for who in admitted.samples["who"]]


def test_a_parent_knows_what_the_gate_knows_and_the_next_show_too(pipe: Pipe) -> None:
    show, handing = Speaking(), Handing(pipe.into, Handover())
    people = [f"/empathy/{name}" for name in ("ann", "bob", "eve")]
    show.say(*(encode(f"{who}/consent", 1) for who in people))
    assert show.say(*(encode(who, 0.5, 0.5) for who in people)) == [0, 1, 2]
    handing.hand_on(show.gate, show.naming, Standing(1, False, True))
    pipe.listen()
    assert len(pipe.deposit) == 3
    show.say(encode("/empathy/bob/consent", 0))
    handing.hand_on(show.gate, show.naming, Standing(1, False, True))
    pipe.listen()
    assert len(pipe.deposit) == 2
    assert pipe.handed.key == show.naming.key
    assert pipe.handed.standing == Standing(1, False, True)
    after = Speaking(pipe.handed)
    feelings = [encode(who, 0.5, 0.5) for who in reversed(people)]
    assert sorted(after.say(*feelings)) == [0, 2]
    assert list(after.notices.rejected.values()) == [1]  # bob's


def test_nothing_is_sent_while_nothing_changes(pipe: Pipe) -> None:
    show, handing = Speaking(), Handing(pipe.into, Handover())
    show.say(encode("/empathy/ann/consent", 1), encode("/empathy/ann", 0, 0))
    handing.hand_on(show.gate, show.naming, Standing())
    assert len(pipe.listen()) == 1
    for _ in range(3):
        show.say(encode("/empathy/ann", 0.5, 0.5))
        handing.hand_on(show.gate, show.naming, Standing())
    assert pipe.listen() == []


def test_a_key_that_turns_takes_everybody_along(pipe: Pipe) -> None:
    show, handing = Speaking(), Handing(pipe.into, Handover())
    show.say(encode("/empathy/ann/consent", 1))
    handing.hand_on(show.gate, show.naming, Standing())
    pipe.listen()
    assert len(pipe.deposit) == 1
    show.gate.forget_all()
    show.naming.turn()
    handing.hand_on(show.gate, show.naming, Standing())
    pipe.listen()
    assert len(pipe.deposit) == 0 and pipe.handed.key == show.naming.key


def test_a_parent_that_does_not_read_holds_nobody_up_and_loses_nothing(pipe: Pipe) -> None:
    show, handing = Speaking(), Handing(pipe.into, Handover())
    begun = monotonic()
    for batch in range(60):  # some 300 kB, of which a pipe holds 64
        show.say(*(encode(f"/empathy/p{batch}x{number}/consent", 1) for number in range(25)))
        handing.hand_on(show.gate, show.naming, Standing())
    assert monotonic() - begun < 20
    touched = show.gate._registry.touched
    assert touched is not None and touched.nbytes == show.gate._registry.room  # however long
    pipe.listen()
    assert 0 < len(pipe.deposit) < 1500
    for _ in range(2):  # what is left of a line, then what the gate has gathered meanwhile
        handing.hand_on(show.gate, show.naming, Standing())
        pipe.listen()
    assert len(pipe.deposit) == 1500


class Crowded:
    """Stands for a gate of which everything is new, once."""

    def __init__(self, people: int) -> None:
        self._rows = np.zeros(people, KEPT)
        self._rows["name"][:, 0] = self._rows["number"] = np.arange(people)

    def changes(self) -> Kept:
        told, self._rows = self._rows, self._rows[:0]
        return told

    def header(self) -> Header:
        return Header(0, True)


def test_a_crowd_goes_up_bit_by_bit(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """However quickly it is read: no step has to wait for all of it."""
    gate: Any = Crowded(100_000)
    naming, handing = Naming(bytes(16)), Handing(pipe.into, Handover(bytes(16)))
    written = bytearray()

    def write(_: int, data: memoryview) -> int:
        written.extend(data[:100_000])
        return min(len(data), 100_000)

    monkeypatch.setattr(os, "write", write)
    steps = [0]
    while len(written) > steps[-1] or len(steps) == 1:
        steps.append(len(written))
        handing.hand_on(gate, naming, Standing())
    assert max(np.diff(steps)) <= 2 * MOST_BYTES
    lines = written.splitlines()
    assert max(map(len, lines)) <= MOST_BYTES  # it has to be made up in a step, too
    for line in lines:
        pipe.deposit.take(json.loads(line))
    assert len(pipe.deposit) == 100_000
    written.clear()
    handing._say({"report": {"text": "a" * 1_000_000}})
    assert len(written) == MOST_BYTES


def test_what_was_handed_to_a_show_is_not_handed_back(pipe: Pipe) -> None:
    show, handing = Speaking(), Handing(pipe.into, Handover())
    show.say(*(encode(f"/empathy/{who}/consent", 1) for who in ("ann", "bob")))
    handing.hand_on(show.gate, show.naming, Standing())
    pipe.listen()
    before = pipe.deposit.line()
    after, handing = Speaking(pipe.handed), Handing(pipe.into, pipe.handed)
    handing.hand_on(after.gate, after.naming, Standing())
    assert pipe.listen() == []
    after.say(encode("/empathy/bob/consent", 2))
    handing.hand_on(after.gate, after.naming, Standing())
    pipe.listen()
    assert len(pipe.deposit) == 2 and pipe.deposit.line()["kept"] != before["kept"]


def test_what_is_tried_is_told_before_it_is_and_waits_for_a_parent(pipe: Pipe) -> None:
    show, handing = Speaking(), Handing(pipe.into, Handover())
    handing.trying(1, "sea", 3)
    assert pipe.listen() == [{"trying": [1, "sea", 3]}]
    os.set_blocking(pipe.into, False)
    with suppress(BlockingIOError):
        while True:
            os.write(pipe.into, b"{}" + b" " * 4093 + b"\n")  # whole, or not at all
    for place in range(100):
        handing.trying(place, "sea", 3)
    assert all(line == {} for line in pipe.listen())  # nothing of it has waited
    handing.hand_on(show.gate, show.naming, Standing())
    _, line = pipe.listen()  # one had set out
    assert line["trying"] == [99, "sea", 3]


@pytest.mark.parametrize("late", [False, True])
def test_a_show_without_time_has_nothing_to_report(pipe: Pipe, late: bool) -> None:
    handing = Handing(pipe.into, Handover(), monotonic() - 1 if late else None)
    handing.finish({"frames": 0})
    assert pipe.listen() == [{"over": True} if late else {"over": True, "report": {"frames": 0}}]


@pytest.mark.parametrize("asked", [False, True])
def test_a_show_that_was_ended_by_a_signal_of_its_own_is_not_over(pipe: Pipe, asked: bool) -> None:
    handing = Handing(pipe.into, Handover())
    handing.interrupted = True
    if asked:
        handing.asked.set()
    handing.finish({})
    assert [line["over"] for line in pipe.listen()] == [asked] and handing.over == asked


def test_a_parent_that_is_gone_ends_nothing(pipe: Pipe) -> None:
    os.close(pipe.out)
    pipe.out = os.open(os.devnull, os.O_RDONLY)
    show, handing = Speaking(), Handing(pipe.into, Handover())
    for _ in range(2):
        show.say(encode("/empathy/ann/consent", 1))
        handing.hand_on(show.gate, show.naming, Standing())


def test_seconds_are_counted_from_the_first_show_on(pipe: Pipe) -> None:
    first = Handing(pipe.into, Handover())
    assert first.left(None) is None and first.until is None
    assert first.left(60.0) == pytest.approx(60, abs=1)
    now = monotonic()
    assert Handing(pipe.into, Handover(), now + 20).left(60.0) == pytest.approx(20, abs=1)
    assert Handing(pipe.into, Handover(), now - 20).left(60.0) == 0


NAMES = st.integers(0, 9).map(lambda number: bytes([number]) * NAME_BYTES)
ROWS = st.tuples(NAMES, st.binary(min_size=4, max_size=4)).map(b"".join)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "key": st.sampled_from(["01", "02"]),
        "header": st.lists(st.integers(0, 9), min_size=3, max_size=3),
        "gone": st.lists(NAMES, max_size=4),
        "kept": st.lists(ROWS, max_size=4),
    },
)


@given(st.lists(LINES, max_size=12))
def test_a_deposit_is_what_was_last_said_of_each(lines: list[dict[str, list[bytes]]]) -> None:
    deposit, known = Deposit(), dict[bytes, bytes]()
    for line in lines:
        if "key" in line:
            known = {}
        known = {name: row for name, row in known.items() if name not in line.get("gone", [])}
        for row in line.get("kept", []):
            known = {name: kept for name, kept in known.items() if name != row[:NAME_BYTES]}
            known[row[:NAME_BYTES]] = row
        sent = {**line, "gone": b64encode(b"".join(line.get("gone", []))).decode()}
        deposit.take({**sent, "kept": ""} | packed(line.get("kept", [])))
    kept = deposit.line()
    assert {name: kept[name] for name in kept if name in ("kept", "row")} == packed(known.values())
    again = Deposit()
    again.take(json.loads(json.dumps(kept)))
    assert again.line() == kept
