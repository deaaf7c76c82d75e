"""A playlist whose files break and are mended while it goes round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Never

import moderngl
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.mapping.view import CrowdView
from empathy_palettes.render.renderer import Renderer
from empathy_palettes.show.installation import Entry
from empathy_palettes.show.programme import RETRY_STEPS, Programme
from empathy_palettes.show.scene import Scene
from empathy_palettes.show.workshop import Workshop

pytestmark = pytest.mark.gl

FADE = 0.1  # seconds, 6 steps
STAY = 300  # steps, of 5 seconds
Make = Callable[..., Programme]


class Counter(Workshop):
    """Counts how often it is asked to make something."""

    made = 0

    def make(self, entry: Entry, view: CrowdView) -> Scene:
        self.made += 1
        return super().make(entry, view)


class Ways:
    """Stands for transitions, of which one way to be used is mistaken."""

    warnings = ()
    released = False

    def __init__(self, where: str) -> None:
        for way in ("begin", "commit", "draw"):
            if way == where:
                setattr(self, way, mistaken)

    def begin(self) -> Ways:
        return self

    def commit(self, *_: object) -> None:
        pass

    def draw(self, *_: object) -> Never:
        raise AssertionError("not asked for")

    def release(self) -> None:
        self.released = True


def mistaken(*_: object, **__: object) -> Never:
    raise KeyError("x")


@pytest.fixture
def view() -> CrowdView:
    crowd = Crowd(CrowdSettings())
    return CrowdView(crowd.reading, crowd.people, crowd.modes, 0)


@pytest.fixture
def workshop(gl: moderngl.Context, assets: Assets) -> Iterator[Counter]:
    renderer = Renderer(gl, (16, 8), assets)
    yield Counter(assets, None, renderer, 0)
    renderer.release()


@pytest.fixture
def make(workshop: Counter, view: CrowdView) -> Iterator[Make]:
    made: list[Programme] = []

    def make(*presets: str, **options: Any) -> Programme:
        entries = [Entry(preset=name, seconds=5) for name in presets]
        made.append(Programme(entries, FADE, workshop, view, **options))
        return made[-1]

    yield make
    for programme in made:
        programme.release()


def go(programme: Programme, view: CrowdView, steps: int) -> None:
    for _ in range(steps):
        programme.follow()
        programme.prepare(view)
        programme.commit(view)


def test_what_leaves_is_released(
    make: Make, view: CrowdView, dropped: Callable[[], list[str]]
) -> None:
    programme = make("white", "follow")
    go(programme, view, STAY)
    assert programme.scene.loaded.path.stem == "follow"
    assert programme.draw(0.0).second is not None
    go(programme, view, 7)
    assert programme.draw(0.0).second is None
    assert dropped() == []


def test_where_nothing_can_be_made_it_waits_before_it_tries_again(
    make: Make, workshop: Counter, view: CrowdView, project: Path
) -> None:
    programme = make("white", "follow")
    presets = [project / "presets" / f"{name}.toml" for name in ("white", "follow")]
    texts = [path.read_text() for path in presets]
    for path in presets:
        path.write_text("title = 1\n")
    go(programme, view, STAY)
    assert workshop.made == 3
    faults = programme.faults
    assert {"white.toml", "follow.toml"} == {
        name for name in ("white.toml", "follow.toml") if any(name in line for line in faults)
    }
    go(programme, view, RETRY_STEPS - 1)
    assert (workshop.made, programme.faults) == (3, faults)
    go(programme, view, 1)
    assert workshop.made == 5
    programme.go(1)  # a hand need not wait
    go(programme, view, 1)
    assert workshop.made == 7
    for path, text in zip(presets, texts, strict=True):
        path.write_text(text)
    go(programme, view, RETRY_STEPS)
    assert workshop.made == 8
    assert programme.scene.loaded.path.stem == "follow"
    assert programme.faults == ()
    go(programme, view, STAY)
    assert workshop.made == 9  # and then as ever


def test_a_fault_is_told_until_a_crossing_without_one(
    make: Make, view: CrowdView, project: Path
) -> None:
    programme = make("white", "follow", "count")
    path = project / "presets" / "follow.toml"
    good = path.read_text()
    path.write_text("title = 1\n")
    go(programme, view, STAY)
    assert programme.scene.loaded.path.stem == "count"
    assert any("follow.toml" in line for line in programme.faults)
    path.write_text(good)
    go(programme, view, STAY)
    assert programme.scene.loaded.path.stem == "white"
    assert programme.faults == ()


def test_the_faults_of_an_edit_last_until_it_is_mended(
    make: Make, view: CrowdView, project: Path
) -> None:
    programme = make("white", "follow", follow=True)
    path = project / "presets" / "white.toml"
    good = path.read_text()
    path.write_text("title = 1\n")
    go(programme, view, 2)
    assert any("white.toml" in line for line in programme.faults)
    path.write_text(good)
    go(programme, view, 1)
    assert programme.faults == ()
    path.write_text("title = 1\n")
    go(programme, view, STAY)
    assert programme.scene.loaded.path.stem == "follow"
    assert programme.faults == ()  # what is no longer on show is not edited


def test_what_was_forgiven_in_the_shaders_on_show(
    make: Make, view: CrowdView, project: Path
) -> None:
    shader = project / "shaders" / "plain.fs"
    shader.write_text(shader.read_text().replace('"NAME"', '"Name"'))
    programme = make("white", "count", follow=True)
    (line,) = programme.warnings
    assert "plain.fs" in line and "Name is written NAME" in line
    programme.go(1)
    go(programme, view, 1)
    assert programme.warnings == ()


def test_a_mistake_of_ours_while_the_next_is_made_leaves_on_what_is_on(
    make: Make, workshop: Counter, view: CrowdView, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = make("white", "follow")
    with monkeypatch.context() as broken:
        broken.setattr(Counter, "make", mistaken)
        go(programme, view, STAY)
        assert programme.scene.loaded.path.stem == "white"
        first, _ = programme.faults
        assert first.startswith("KeyError (test_programme.py, line ")
        assert first.endswith("): this is a mistake of ours: please report it")
        assert programme.draw(0.0).second is None
    go(programme, view, RETRY_STEPS)
    assert programme.scene.loaded.path.stem == "follow"
    assert programme.faults == ()


def test_a_mistake_of_ours_in_an_edit_leaves_on_what_is_on(
    make: Make, view: CrowdView, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = make("white", follow=True)
    path = project / "presets" / "white.toml"
    with monkeypatch.context() as broken:
        broken.setattr(Counter, "remake", mistaken)
        path.write_text(path.read_text() + "\n")
        go(programme, view, 2)
        (line,) = programme.faults
        assert "KeyError (" in line and "'x'" not in line and "a mistake of ours" in line
    path.write_text(path.read_text() + "\n")
    go(programme, view, 1)
    assert programme.faults == ()


@pytest.mark.parametrize("where", ["begin", "commit", "draw"])
def test_a_mistake_of_ours_in_a_transition_is_a_crossfade(
    make: Make, view: CrowdView, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    crossings = Ways(where)
    programme = make("white", "follow", crossings=crossings)
    go(programme, view, STAY)
    mix = programme.draw(0.5)
    assert mix.second is not None and 0 < mix.amount < 1
    (line,) = programme.faults
    assert "KeyError (" in line and "'x'" not in line and "a mistake of ours" in line
    assert crossings.released == (where != "begin")
    go(programme, view, 7)
    assert programme.draw(0.0).second is None


def test_the_first_scene_may_fail(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counter, "make", mistaken)
    with pytest.raises(KeyError):
        make("white")
