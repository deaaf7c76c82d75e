"""What a show hands on, through a real pipe, and what the next one makes of it."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import STEPS_PER_SECOND, Tick, monotonic
from empathy_palettes.core.color import srgb_to_linear
from empathy_palettes.core.command import Command
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.core.flash import SLEW
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.gating.kept import Header
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.wire.datagrams import from_ourselves
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.handing import Handing, Handover, taken_up
from empathy_palettes.show.handover import NAME_BYTES, Deposit, Standing, packed
from empathy_palettes.show.installation import Entry, preset_show
from empathy_palettes.show.loop import opened
from empathy_palettes.show.stage import ALIVE_STEPS, Stage

SIZE = (64, 36)


class Pipe:
    """A pipe with a show at one end and its parent at the other."""

    def __init__(self) -> None:
        self.out, into = os.pipe()
        os.set_blocking(self.out, False)
        self.into = into
        self.deposit = Deposit()
        self._text = b""

    def listen(self) -> list[dict[str, object]]:
        """Let the parent take all that has come, and return it."""
        while True:
            try:
                self._text += os.read(self.out, 1 << 16)
            except BlockingIOError:
                break
        *lines, self._text = self._text.split(b"\n")
        told = [json.loads(line) for line in lines]
        for line in told:
            self.deposit.take(line)
        return told

    @property
    def handed(self) -> Handover:
        """What the next show is given, after its way through the other pipe."""
        return taken_up(json.loads(json.dumps(self.deposit.line())))


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
    for number in range(1500):  # some 300 kB, of which a pipe holds 64
        show.say(encode(f"/empathy/p{number}/consent", 1))
        handing.hand_on(show.gate, show.naming, Standing())
    assert monotonic() - begun < 20
    pipe.listen()
    assert 0 < len(pipe.deposit) < 1500
    for _ in range(2):  # what is left of a line, then what the gate has gathered meanwhile
        handing.hand_on(show.gate, show.naming, Standing())
        pipe.listen()
    assert len(pipe.deposit) == 1500


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


@contextmanager
def restarted(assets: Assets, pipe: Pipe, standing: Standing) -> Iterator[Stage]:
    """A show of two presets that goes on where another has stood."""
    entries = tuple(Entry(preset=name) for name in ("white", "count"))
    installation = preset_show("white", SIZE, 0, None).model_copy(update={"playlist": entries})
    handing = Handing(pipe.into, Handover(bytes(16), Header(0, True), standing=standing))
    with opened(
        Headless(),
        [],
        OutletContext(SIZE),
        lambda surface: open_stage(installation, None, assets, surface, size=SIZE, handing=handing),
    ) as (stage, _):
        yield stage


def light(frame: Frame) -> int:
    return int(frame.pixels()[0, 0, 0])


@pytest.mark.gl
def test_a_show_goes_on_with_its_preset_and_fades_in(assets: Assets, pipe: Pipe) -> None:
    with restarted(assets, pipe, Standing(place=1)) as stage:
        assert stage.programme.scene.loaded.path.stem == "count"
        assert light(stage.step(Tick(0, 0, 0), [])) == 0
    with restarted(assets, pipe, Standing(place=0)) as stage:
        levels = [light(stage.step(Tick(0, step, 1), [])) for step in range(200)]
    linear = srgb_to_linear(np.array(levels) / 255)
    assert levels[0] == 0 and levels[-1] == 255
    half = STEPS_PER_SECOND // 2  # a second; of one step 8 bits do not tell
    assert (linear[half:] - linear[:-half]).max() <= SLEW / 2 + 0.01
    assert np.diff(linear).min() >= 0


@pytest.mark.gl
def test_a_show_that_was_black_stays_black(assets: Assets, pipe: Pipe) -> None:
    with restarted(assets, pipe, Standing(dark=True)) as stage:
        assert light(stage.step(Tick(0, 300, 300), [])) == 0
        assert light(stage.step(Tick(0, 500, 200), [Command("blackout")])) == 255
        assert stage.standing == Standing(0, False, False)


@pytest.mark.gl
def test_a_picture_that_was_held_still_comes_to_life_first(assets: Assets, pipe: Pipe) -> None:
    with restarted(assets, pipe, Standing(1, frozen=True)) as stage:
        assert stage.standing == Standing(1, True, False)
        stage.step(Tick(0, ALIVE_STEPS + 20, 1), [])
        assert stage.programme.scene.steps == ALIVE_STEPS
        stage.step(Tick(0, ALIVE_STEPS + 40, 1), [Command("freeze")])
        assert stage.programme.scene.steps == ALIVE_STEPS + 20


@pytest.mark.gl
def test_how_a_show_stands_is_handed_on_as_it_changes(assets: Assets, pipe: Pipe) -> None:
    with restarted(assets, pipe, Standing()) as stage:
        stage.step(Tick(0, 1, 1), [Command("freeze"), Command("blackout")])
        pipe.listen()
        assert pipe.handed.standing == Standing(0, True, True)
        stage.step(Tick(0, 2, 1), [Command("freeze"), Command("next")])
        stage.step(Tick(0, 5, 3), [])
        pipe.listen()
        assert pipe.handed.standing == Standing(1, False, True)


@pytest.mark.gl
def test_an_entry_that_cannot_be_made_any_more_is_left_out(
    assets: Assets, pipe: Pipe, project: Path
) -> None:
    for name, place in (("count", 1), ("white", 1)):
        (project / "presets" / f"{name}.toml").write_text("title = ")
        if name == "count":
            with restarted(assets, pipe, Standing(place)) as stage:
                assert stage.programme.scene.loaded.path.stem == "white"
                assert any("count.toml" in line for line in stage.programme.faults)
    with pytest.raises(ConfigError, match="white"), restarted(assets, pipe, Standing(1)):
        pass
