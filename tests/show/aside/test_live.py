"""Edits are tried in a process aside: what never ends there never reaches the wall."""

from __future__ import annotations

import gc
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import moderngl
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import MachineError, ShaderError
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.mapping.view import CrowdView
from empathy_palettes.render.renderer import Renderer
from empathy_palettes.show.aside.child import Child, NoAnswerError
from empathy_palettes.show.aside.live import Aside, no_answer
from empathy_palettes.show.installation import Entry
from empathy_palettes.show.scene import Scene
from empathy_palettes.show.workshop import Follower, Workshop

pytestmark = pytest.mark.gl

WHITE = Entry(preset="white")
MOST_FRAMES = 6_000  # of 5 ms: half a minute


@pytest.fixture
def child(assets: Assets) -> Iterator[Child]:
    child = Child(assets)
    yield child
    child.stop()


@pytest.fixture
def aside(assets: Assets, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aside]:
    monkeypatch.setattr("empathy_palettes.show.aside.live.FIRST_LIMIT", 2.0)
    with Aside(assets, (64, 36)) as aside:
        yield aside


@pytest.fixture
def workshop(gl: moderngl.Context, assets: Assets, aside: Aside) -> Iterator[Workshop]:
    renderer = Renderer(gl, (16, 8), assets)
    yield Workshop(assets, None, renderer, 0, aside)
    renderer.release()


@pytest.fixture
def view() -> CrowdView:
    crowd = Crowd(CrowdSettings())
    return CrowdView(crowd.reading, crowd.people, crowd.modes, 0)


@pytest.fixture
def followed(workshop: Workshop, view: CrowdView) -> Iterator[tuple[Scene, Follower]]:
    follower = Follower(workshop, WHITE)
    scene = workshop.make(WHITE, view)
    follower.begin(scene)
    yield scene, follower
    scene.release()


def level(scene: Scene) -> int:
    return scene.draw(0.0).read()[0]


def told(scene: Scene, follower: Follower) -> tuple[str, ...]:
    """What following tells at last, while frames are drawn as ever."""
    before = level(scene)
    for _ in range(MOST_FRAMES):
        said = follower.follow()
        if said is not None:
            return said
        assert level(scene) == before
        pause()
    raise AssertionError("the trial never came to an end")


def pause() -> None:
    waiting = Timer(0.005, lambda: None)
    waiting.start()
    waiting.join()


def test_an_edit_is_tried_and_taken_up(followed: tuple[Scene, Follower], project: Path) -> None:
    scene, follower = followed
    shader = project / "shaders" / "plain.fs"
    shader.write_text(shader.read_text().replace("vec3(level)", "vec3(level * 0.2)"))
    assert follower.follow() is None, "the frame does not wait for the trial"
    assert level(scene) == 255
    assert told(scene, follower) == ()
    assert level(scene) == 51
    assert follower.follow() is None


def test_a_loop_that_never_ends_never_gets_the_wall(
    followed: tuple[Scene, Follower], project: Path, endless: str
) -> None:
    scene, follower = followed
    shader = project / "shaders" / "plain.fs"
    good = shader.read_text()
    header, _, body = good.partition("}*/")
    forever = endless.partition("}*/")[2].replace("= x;", "= x * level;")
    shader.write_text(f"{header}}}*/{forever}")
    (line,) = told(scene, follower)
    assert str(shader) in line and "a loop that never ends?" in line
    assert level(scene) == 255
    shader.write_text(f"{header}}}*/{body.replace('vec3(level)', 'vec3(level * 0.6)')}")
    assert told(scene, follower) == ()
    assert level(scene) == 153


def test_only_the_newest_edit_is_taken_up(followed: tuple[Scene, Follower], project: Path) -> None:
    scene, follower = followed
    shader = project / "shaders" / "plain.fs"
    good = shader.read_text()
    for part in ("0.8", "0.60", "0.200"):
        shader.write_text(good.replace("vec3(level)", f"vec3(level * {part})"))
        assert follower.follow() is None
    assert told(scene, follower) == ()
    assert level(scene) == 51


def test_faults_are_those_of_the_shader_and_its_files_are_watched(
    followed: tuple[Scene, Follower], project: Path
) -> None:
    scene, follower = followed
    include = project / "shaders" / "new.glsl"
    include.write_text("float fifth() { return 0.2 }")
    shader = project / "shaders" / "plain.fs"
    text = shader.read_text().replace("}*/", '}*/\n#include "new.glsl"')
    shader.write_text(text.replace("vec3(level)", "vec3(level * fifth())"))
    assert "new.glsl: line 1" in told(scene, follower)[0]
    include.write_text("float fifth() { return 0.2; }")
    assert told(scene, follower) == ()
    assert level(scene) == 51


def test_a_show_does_not_begin_with_what_never_ends(
    workshop: Workshop, project: Path, endless: str
) -> None:
    (project / "shaders" / "plain.fs").write_text(endless)
    (project / "presets" / "white.toml").write_text('title = "White"\nshader = "plain.fs"\n')
    with pytest.raises(ShaderError, match="a loop that never ends"):
        Follower(workshop, WHITE)


def test_a_trial_that_cannot_be_started_holds_nothing_against_an_edit(
    monkeypatch: pytest.MonkeyPatch, assets: Assets
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with Aside(assets, (64, 36)) as aside:
        assert aside.try_out("white", None, 0).result() == ()


def test_a_process_that_the_machine_refuses_is_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, assets: Assets
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("subprocess.Popen", refuse)
    child = Child(assets)
    with pytest.raises(MachineError, match="cannot be started: Resource temporarily unavailable"):
        child.start()
    with Aside(assets, (64, 36)) as aside:
        assert aside.try_out("white", None, 0).result() == ()


def test_a_mistake_of_ours_in_a_trial_is_a_fault_and_the_next_is_tried(
    monkeypatch: pytest.MonkeyPatch, aside: Aside
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("json.loads", dict[str, str]().__getitem__)
        (fault,) = aside.try_out("white", None, 0).result()
    assert fault.file == "white" and fault.problem.startswith("KeyError (child.py, line ")
    assert fault.fix == "this is a mistake of ours: please report it"
    assert aside.try_out("white", None, 0).result() == ()


def test_only_what_is_late_in_drawing_may_be_a_loop() -> None:
    drawing = NoAnswerError("to draw with its inputs at MAX", late=True)
    assert no_answer("a.fs", drawing, 3.0).fix == "a loop that never ends?"
    for at in ("", "to compile", "to begin"):
        fault = no_answer("a.fs", NoAnswerError(at, late=True), 3.0)
        assert fault.problem == f"takes longer than 3 s {at or 'to read'}"
        assert fault.fix == "simplify it"


def test_a_child_that_is_late_is_replaced(child: Child, project: Path, endless: str) -> None:
    shader = project / "shaders" / "endless.fs"
    shader.write_text(endless)
    request = {"do": "shader", "path": str(shader)}
    child.start()
    with pytest.raises(NoAnswerError) as caught:
        child.ask(request, 1.0)
    assert caught.value.late and caught.value.at == "to draw one large picture of it"
    request["path"] = str(project / "shaders" / "plain.fs")
    assert child.ask(request, 30.0)["verdict"] == "flat"


def test_a_child_that_has_answered_much_is_renewed_between_two_works_only(
    monkeypatch: pytest.MonkeyPatch, aside: Aside
) -> None:
    monkeypatch.setattr("empathy_palettes.show.aside.child.MOST_ANSWERS", 2)
    assert [aside.try_out("white", None, 0).result() for _ in range(2)] == [(), ()]


def test_a_child_that_dies_is_replaced(child: Child, project: Path) -> None:
    request = {"do": "shader", "path": str(project / "shaders" / "plain.fs")}
    child.start()
    process = child._process
    assert process is not None
    process.kill()
    with pytest.raises(NoAnswerError) as caught:
        child.ask(request, 30.0)
    assert not caught.value.late
    assert child.ask(request, 30.0)["verdict"] == "flat"
    child.stop()
    child.stop()
    gc.collect()  # a pipe that is still open would be a warning


def test_a_child_that_is_killed_while_it_is_being_started_is_over(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = subprocess.Popen

    def killed_meanwhile(*words: Any, **options: Any) -> Any:
        process = begin(*words, **options)
        child.kill()  # by another thread, which cannot see this process yet
        return process

    monkeypatch.setattr(subprocess, "Popen", killed_meanwhile)
    with pytest.raises(MachineError, match="does not start"):
        child.start()
    with pytest.raises(NoAnswerError):
        child.ask({"do": "shader", "path": "none.fs"}, 30.0)
    gc.collect()
