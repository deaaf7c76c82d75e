"""A real stage that goes on where another has stood, and how it hands on, through a real pipe."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import STEPS_PER_SECOND, Tick
from empathy_palettes.core.color import srgb_to_linear
from empathy_palettes.core.command import Command
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.core.flash import SLEW
from empathy_palettes.inlet.gating.kept import Header
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.handing import Handing, Handover
from empathy_palettes.show.handover import Standing
from empathy_palettes.show.installation import Entry, Simulated, preset_show
from empathy_palettes.show.loop import opened
from empathy_palettes.show.perform import perform
from empathy_palettes.show.stage import ALIVE_STEPS, Stage
from empathy_palettes.show.workshop import Workshop
from tests.show.piped import Pipe

pytestmark = pytest.mark.gl
SIZE = (64, 36)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    os.close(pipe.out)
    os.close(pipe.into)


@contextmanager
def restarted(
    assets: Assets,
    pipe: Pipe,
    standing: Standing,
    left_out: dict[int, str] | None = None,
    crowd: Simulated | None = None,
) -> Iterator[Stage]:
    """A show of two presets that goes on where another has stood."""
    entries = tuple(Entry(preset=name) for name in ("white", "count"))
    installation = preset_show("white", SIZE, 0, crowd).model_copy(update={"playlist": entries})
    handed = Handover(bytes(16), Header(0, True), standing=standing, left_out=left_out or {})
    handing = Handing(pipe.into, handed)
    with opened(
        Headless(),
        [],
        OutletContext(SIZE),
        lambda surface: open_stage(installation, None, assets, surface, size=SIZE, handing=handing),
    ) as (stage, _):
        yield stage


def tried(lines: list[dict[str, Any]]) -> list[object]:
    return [line["trying"] for line in lines if "trying" in line]


def light(frame: Frame) -> int:
    return int(frame.pixels()[0, 0, 0])


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


def test_a_show_that_was_black_stays_black(assets: Assets, pipe: Pipe) -> None:
    with restarted(assets, pipe, Standing(dark=True)) as stage:
        assert light(stage.step(Tick(0, 300, 300), [])) == 0
        assert light(stage.step(Tick(0, 500, 200), [Command("blackout")])) == 255
        assert stage.standing == Standing(0, False, False)


def test_a_picture_that_was_held_still_comes_to_life_first(assets: Assets, pipe: Pipe) -> None:
    with restarted(assets, pipe, Standing(1, frozen=True)) as stage:
        assert stage.standing == Standing(1, True, False)
        stage.step(Tick(0, ALIVE_STEPS + 20, 1), [])
        assert stage.programme.scene.steps == ALIVE_STEPS
        stage.step(Tick(0, ALIVE_STEPS + 40, 1), [Command("freeze")])
        assert stage.programme.scene.steps == ALIVE_STEPS + 20


def test_how_a_show_stands_is_handed_on_as_it_changes(assets: Assets, pipe: Pipe) -> None:
    with restarted(assets, pipe, Standing()) as stage:
        stage.step(Tick(0, 1, 1), [Command("freeze"), Command("blackout")])
        pipe.listen()
        assert pipe.handed.standing == Standing(0, True, True)
        stage.step(Tick(0, 2, 1), [Command("freeze"), Command("next")])
        stage.step(Tick(0, 5, 3), [])
        pipe.listen()
        assert pipe.handed.standing == Standing(1, False, True)


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


def test_a_show_is_over_before_it_closes(
    assets: Assets, pipe: Pipe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    heard: list[dict[str, Any]] = []
    close = Stage.close

    def hear_and_close(stage: Stage) -> None:
        heard.extend(pipe.listen())
        close(stage)

    monkeypatch.setattr(Stage, "close", hear_and_close)
    report = perform(
        preset_show("white", SIZE, 0, None),
        None,
        assets,
        "a show",
        Headless(),
        tell=lambda line: None,
        seconds=0.2,
        handing=Handing(pipe.into, Handover()),
    )
    assert heard[-1] == {"over": True, "report": json.loads(json.dumps(report))}


def test_what_ended_the_show_before_is_left_out(assets: Assets, pipe: Pipe) -> None:
    for place, other in ((0, "count"), (1, "white")):
        with restarted(assets, pipe, Standing(place), {place: "it broke off"}) as stage:
            assert tried(pipe.listen())[-1] == [1 - place, other, 2]
            for step in range(3):  # a hand cannot call for it either
                stage.step(Tick(0, step, 1), [Command("next")])
                assert stage.programme.scene.loaded.path.stem == other
                assert "it broke off" in stage.programme.faults


def test_what_ended_the_show_before_is_on_show_where_nothing_else_can_be_made(
    assets: Assets, pipe: Pipe, project: Path
) -> None:
    broken = project / "presets" / "count.toml"
    mended = broken.read_text()
    for place in (0, 1):
        broken.write_text("title = ")
        with restarted(assets, pipe, Standing(place), {0: "it broke off"}) as stage:
            assert tried(pipe.listen())[-2:] == [[1, "count", 2], [0, "white", 2]]
            for step in (1, 2):  # nor is it made anew, as nothing else can be
                assert stage.programme.scene.loaded.path.stem == "white"
                assert "it broke off" not in stage.programme.faults
                assert any("count.toml" in line for line in stage.programme.faults)
                stage.step(Tick(0, step, 1), [Command("next")])
            broken.write_text(mended)
            stage.step(Tick(0, 3, 1), [Command("next")])
            assert stage.programme.scene.loaded.path.stem == "count"
            stage.step(Tick(0, 600, 597), [])
            stage.step(Tick(0, 601, 1), [Command("next")])
            assert stage.programme.scene.loaded.path.stem == "count"
            assert "it broke off" in stage.programme.faults


def test_what_is_tried_is_told_before_it_is_made(
    assets: Assets, pipe: Pipe, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    told: list[list[object]] = []
    make = Workshop.make

    def hear_and_make(workshop: Workshop, *entry: Any) -> Any:
        told.append(tried(pipe.listen()))
        return make(workshop, *entry)

    monkeypatch.setattr(Workshop, "make", hear_and_make)
    with restarted(assets, pipe, Standing()) as stage:
        stage.step(Tick(0, 1, 1), [Command("next")])
        assert told == [[[0, "white", 2]], [[1, "count", 2]]]
        stage.step(Tick(0, 600, 599), [])
        (project / "presets" / "white.toml").write_text("title = ")
        (project / "presets" / "count.toml").write_text("title = ")
        stage.step(Tick(0, 601, 1), [Command("next")])
        assert told[2:] == [[[0, "white", 2]], [[1, "count", 2], [1, "count", 2]]]
        assert tried(pipe.listen()) == [[1, "count", 2]]


def test_a_simulated_crowd_that_has_left_stays_away(assets: Assets, pipe: Pipe) -> None:
    crowd = Simulated(people=8)
    with restarted(assets, pipe, Standing(), crowd=crowd) as stage:
        stage.step(Tick(0, 200, 200), [])
        assert stage.crowd.people.count == 8 and not stage.standing.real
        stage.door.say(0.5, 0.5)
        stage.step(Tick(0, 210, 10), [])
        pipe.listen()
    assert pipe.handed.standing.real
    with restarted(assets, pipe, pipe.handed.standing, crowd=crowd) as stage:
        stage.step(Tick(0, 120, 120), [])
        assert stage.crowd.people.count == 0 and stage.standing.real
