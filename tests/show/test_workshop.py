"""Scenes made and made again: what fails leaves what was good, and nothing on the GPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import moderngl
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import ConfigError, EmpathyError, ShaderError
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.mapping.view import CrowdView
from empathy_palettes.render.chain import Chain
from empathy_palettes.render.renderer import Renderer
from empathy_palettes.show.installation import Entry
from empathy_palettes.show.scene import Scene
from empathy_palettes.show.workshop import RETRY_CALLS, Follower, Workshop

pytestmark = pytest.mark.gl

WHITE = Entry(preset="white")
GREY = "vec4(vec3(level), 1.0)"  # what the shader draws
Dropped = Callable[[], list[str]]


class Editor(Renderer):
    """A renderer during whose compiling somebody saves a file."""

    saves: Callable[[], object] | None = None

    def chain(self, shaders: Sequence[Path]) -> Chain:
        try:
            return super().chain(shaders)
        finally:
            saves, self.saves = self.saves, None
            if saves:
                saves()


@pytest.fixture
def view() -> CrowdView:
    crowd = Crowd(CrowdSettings())
    return CrowdView(crowd.reading, crowd.people, crowd.modes, 0)


@pytest.fixture
def renderer(gl: moderngl.Context, assets: Assets) -> Iterator[Editor]:
    made = Editor(gl, (16, 8), assets)
    yield made
    made.release()


@pytest.fixture
def workshop(assets: Assets, renderer: Renderer) -> Workshop:
    return Workshop(assets, None, renderer, 0)


@pytest.fixture
def followed(workshop: Workshop, view: CrowdView) -> Iterator[tuple[Scene, Follower]]:
    follower = Follower(workshop, WHITE)
    scene = workshop.make(WHITE, view)
    follower.begin(scene)
    yield scene, follower
    scene.release()


def level(scene: Scene) -> int:
    return scene.draw(0.0).read()[0]


def after_a_second(follower: Follower) -> tuple[str, ...] | None:
    """What follows on the one call of the next second that looks again."""
    told = [follower.follow() for _ in range(RETRY_CALLS)]
    assert told[:-1] == [None] * (RETRY_CALLS - 1)
    return told[-1]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("presets/white.toml", "level = 1.0", "lever = 1.0"),
        ("shaders/plain.fs", "[", '[{"NAME": "inputImage", "TYPE": "image"}, '),
    ],
    ids=["no such input", "a filter in first place"],
)
def test_what_cannot_be_made_leaves_nothing_on_the_gpu(
    workshop: Workshop,
    view: CrowdView,
    project: Path,
    dropped: Dropped,
    file: str,
    old: str,
    new: str,
) -> None:
    path = project / file
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(EmpathyError):
        workshop.make(WHITE, view)
    assert dropped() == []


def test_what_cannot_be_remade_leaves_nothing_on_the_gpu(
    workshop: Workshop, view: CrowdView, project: Path, dropped: Dropped
) -> None:
    scene = workshop.make(WHITE, view)
    good = scene.chain
    preset = project / "presets" / "white.toml"
    preset.write_text(preset.read_text().replace("level = 1.0", "lever = 1.0"))
    with pytest.raises(ConfigError, match="lever"):
        workshop.remake(WHITE, scene, shaders_changed=True)
    assert scene.chain is good
    assert dropped() == []
    preset.write_text(preset.read_text().replace("lever = 1.0", "level = 0.2"))
    workshop.remake(WHITE, scene, shaders_changed=True)
    assert scene.chain is not good
    del good
    assert dropped() == []
    scene.release()


@pytest.mark.usefixtures("small_gpu")
def test_a_target_that_cannot_be_made_keeps_the_good_picture(
    followed: tuple[Scene, Follower], project: Path, dropped: Dropped
) -> None:
    scene, follower = followed
    shader = project / "shaders" / "plain.fs"
    vast = """"PASSES": [{"TARGET": "s", "FLOAT": true, "WIDTH": 16384, "HEIGHT": 16384},
        {}], "INPUTS": ["""
    text = shader.read_text().replace('"INPUTS": [', vast)
    shader.write_text(text.replace(GREY, f"max({GREY}, IMG_THIS_PIXEL(s))"))
    faults = follower.follow()
    assert faults and "target 's' cannot be 16384x16384" in faults[0]
    assert level(scene) == 255
    assert dropped() == []


@pytest.mark.usefixtures("small_gpu")
def test_what_only_drawing_shows_is_found_before_it_is_shown(
    workshop: Workshop, view: CrowdView, project: Path, dropped: Dropped
) -> None:
    """The size is harmless with the input's DEFAULT, and not with what the preset gives it."""
    shader = project / "shaders" / "plain.fs"
    grows = """"PASSES": [{"TARGET": "s", "FLOAT": true, "WIDTH": "4 + 16384 * $level",
        "HEIGHT": "4 + 16384 * $level"}, {}], "INPUTS": ["""
    text = shader.read_text().replace('"INPUTS": [', grows)
    shader.write_text(text.replace(GREY, f"max({GREY}, IMG_THIS_PIXEL(s))"))
    with pytest.raises(ShaderError, match="16384x16384"):
        workshop.make(WHITE, view)
    assert dropped() == []


def test_a_save_while_a_reload_is_under_way_is_not_lost(
    renderer: Editor, followed: tuple[Scene, Follower], project: Path
) -> None:
    scene, follower = followed
    shader = project / "shaders" / "plain.fs"
    good = shader.read_text()
    renderer.saves = lambda: shader.write_text(good.replace("vec3(level)", "vec3(level * 0.20)"))
    shader.write_text(good.replace("vec3(level)", "vec3(level * 0.6)"))
    assert follower.follow() == ()
    assert level(scene) == 153
    assert follower.follow() == ()
    assert level(scene) == 51
    assert follower.follow() is None


def test_a_save_while_the_scene_is_made_is_not_lost(
    renderer: Editor, workshop: Workshop, view: CrowdView, project: Path
) -> None:
    shader = project / "shaders" / "plain.fs"
    good = shader.read_text()
    renderer.saves = lambda: shader.write_text(good.replace("vec3(level)", "vec3(level * 0.2)"))
    follower = Follower(workshop, WHITE)
    scene = workshop.make(WHITE, view)
    follower.begin(scene)
    assert level(scene) == 255
    assert follower.follow() == ()
    assert level(scene) == 51
    scene.release()


def test_an_include_that_appears_later_is_found(
    followed: tuple[Scene, Follower], project: Path
) -> None:
    scene, follower = followed
    shader = project / "shaders" / "plain.fs"
    text = shader.read_text().replace("}*/", '}*/\n#include "new.glsl"')
    shader.write_text(text.replace("vec3(level)", "vec3(level * fifth())"))
    missing = follower.follow()
    assert missing and "new.glsl" in missing[0]
    assert after_a_second(follower) == missing
    (project / "shaders" / "new.glsl").write_text("float fifth() { return 0.2; }")
    assert after_a_second(follower) == ()
    assert level(scene) == 51
    assert [follower.follow() for _ in range(2 * RETRY_CALLS)] == [None] * 2 * RETRY_CALLS
    (project / "shaders" / "new.glsl").write_text("float fifth() { return 0.60; }")
    assert follower.follow() == ()
    assert level(scene) == 153


def test_a_shader_that_appears_later_is_found(
    followed: tuple[Scene, Follower], project: Path
) -> None:
    scene, follower = followed
    preset = project / "presets" / "white.toml"
    preset.write_text(preset.read_text().replace("plain.fs", "later.fs"))
    missing = follower.follow()
    assert missing and "later.fs" in missing[0]
    plain = (project / "shaders" / "plain.fs").read_text()
    (project / "shaders" / "later.fs").write_text(plain.replace("vec3(level)", "vec3(0.2)"))
    assert after_a_second(follower) == ()
    assert level(scene) == 51


def test_a_new_include_that_does_not_compile_is_watched(
    followed: tuple[Scene, Follower], project: Path
) -> None:
    """The fault is told of the file that calls; the include is where it is mended."""
    scene, follower = followed
    include = project / "shaders" / "new.glsl"
    include.write_text("// nothing yet")
    shader = project / "shaders" / "plain.fs"
    text = shader.read_text().replace("}*/", '}*/\n#include "new.glsl"')
    shader.write_text(text.replace("vec3(level)", "vec3(level * fifth())"))
    wrong = follower.follow()
    assert wrong and "plain.fs" in wrong[0]
    assert follower.follow() is None
    include.write_text("float fifth() { return 0.2; }")
    assert follower.follow() == ()
    assert level(scene) == 51
