"""A show that was recorded is shown again to the same bytes, whatever went on beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import FixedClock, Tick
from empathy_palettes.core.command import Command
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.session.recovering import recover
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.show.recorded import Recorded
from empathy_palettes.show.recorded_door import length
from empathy_palettes.show.stage import Stage

from .replays import again, live, place, uneven

pytestmark = pytest.mark.gl

COMMANDS = {
    8: [Command("knob", ("pace", 2.0))],
    20: [Command("next")],
    35: [Command("blackout")],
    44: [Command("blackout")],
    60: [Command("freeze")],
    66: [Command("freeze"), Command("previous")],
    70: [Command("knob", ("no such", 1.0))],
}


@pytest.mark.parametrize(
    "presets",
    [("surge", "palette"), pytest.param(("tidal", "surge", "palette"), marks=pytest.mark.soak)],
)
def test_the_same_frames_come_again_and_again(tmp_path: Path, presets: tuple[str, ...]) -> None:
    """Several presets, a transition, knobs, blackout and freeze, at ticks of a busy machine."""
    path, assets = tmp_path / "show.mcap", Assets.discover()
    was = live(place(*presets), assets, path, uneven(80), COMMANDS)
    assert len(set(was)) > 55  # they do differ from each other
    for _ in range(2):
        assert again(path, assets) == (was, ())


def test_people_who_came_over_the_network_come_again(tmp_path: Path, free_port: int) -> None:
    path, assets = tmp_path / "show.mcap", Assets.discover()

    def speak(index: int, stage: Stage) -> None:
        chance = np.random.default_rng(index)
        with closing(Sender("127.0.0.1", free_port)) as sender:
            for who in chance.permutation(30)[:12].tolist():
                feeling = chance.uniform(-1, 1, 2).tolist()
                sender.send(encode(f"/empathy/p{who}", *feeling))
            sender.send(encode("/empathy/p1/circle", f"ring{index % 3}"))

    installation = place("surge", people=0, port=free_port)
    was = live(installation, assets, path, uneven(30), before=speak)
    counts: list[int] = []
    assert again(path, assets, seen=lambda stage: counts.append(stage.crowd.people.count))[0] == was
    assert counts[-1] == 30


def test_a_show_that_begins_with_another_entry_does_so_again(project: Path, tmp_path: Path) -> None:
    """As after a restart; the files come out of the recording, for those of now have changed."""
    assets = Assets.discover(project)
    path = tmp_path / "show.mcap"
    owner = project / "place.toml"
    owner.write_text('[[playlist]]\npreset = "count"\n')
    was = live(place("count", people=9), assets, path, uneven(30), owner=owner)
    shader = project / "shaders" / "counter.fs"
    shader.write_text(shader.read_text().replace("push / 64.0", "push / 32.0"))
    frames, notes = again(path, assets)
    assert frames == was
    (note,) = notes
    assert note.startswith("show.mcap: changed since it was recorded: ")
    assert note.endswith("/shaders/counter.fs: the recorded one is shown")
    shutil.rmtree(project / "shaders")  # nor are they wanted at all
    assert again(path, assets)[0] == was


def test_what_is_left_of_a_cut_copy_is_the_same_up_to_the_cut(tmp_path: Path) -> None:
    path, assets = tmp_path / "show.mcap", Assets.discover()
    was = live(place("palette"), assets, path, uneven(40, seed=4))
    data = path.read_bytes()
    begin = data.index(b"/empathy/ticks")
    cut = int(np.random.default_rng(2).integers((begin + len(data)) // 2, len(data)))
    copy = tmp_path / "copy.mcap"
    copy.write_bytes(data[:cut])
    shutil.copy(tmp_path / "show.mcap.keys", tmp_path / "copy.mcap.keys")
    for cut_off in (copy, recover(copy).path):
        frames, _ = again(cut_off, assets)
        assert 10 < len(frames) < len(was) + 1
        assert frames == was[: len(frames)]
    assert copy.read_bytes() == data[:cut]


@pytest.mark.soak
@pytest.mark.parametrize("fps", [Fraction(24), Fraction(60)])
def test_other_clocks_show_the_same_crowd_at_the_same_step(tmp_path: Path, fps: Fraction) -> None:
    """At 24 frames a second commands fall between frames, and apply at their steps all the same."""
    path, assets = tmp_path / "show.mcap", Assets.discover()
    live(place("surge"), assets, path, uneven(40), {12: [Command("knob", ("pace", 3.0))]})

    def fixed(recorded: Recorded) -> FixedClock:
        return FixedClock(fps, int(length(recorded.session) * fps / 60))

    def look(found: dict[int, tuple[float, ...]]) -> Callable[[Stage], None]:
        def seen(stage: Stage) -> None:
            found[stage.crowd.current_step] = tuple(stage.crowd.reading.values())

        return seen

    by_ticks: dict[int, tuple[float, ...]] = {}
    by_clock: dict[int, tuple[float, ...]] = {}
    again(path, assets, seen=look(by_ticks))
    first = again(path, assets, fixed, look(by_clock))
    assert first == again(path, assets, fixed)
    common = by_ticks.keys() & by_clock.keys()
    assert len(common) > 8
    assert all(by_ticks[step] == by_clock[step] for step in common)


def test_it_does_not_matter_how_often_the_ports_were_read(tmp_path: Path) -> None:
    """A frame for each step, and one for fifteen: the same at the frames that both have."""
    path, assets = tmp_path / "show.mcap", Assets.discover()
    live(place("surge"), assets, path, uneven(20))

    def every(steps: int) -> Callable[[Recorded], list[Tick]]:
        return lambda recorded: [
            Tick(index, (index + 1) * steps, steps)
            for index in range(length(recorded.session) // steps)
        ]

    readings: list[dict[int, float]] = []
    for steps in (1, 15):
        found: dict[int, float] = {}

        def seen(stage: Stage, found: dict[int, float] = found) -> None:
            found[stage.crowd.current_step] = stage.crowd.raw["valence"]

        again(path, assets, every(steps), seen)
        readings.append(found)
    fine, coarse = readings
    assert coarse
    assert all(fine[step] == value for step, value in coarse.items())
