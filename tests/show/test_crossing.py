"""Scenes that give way to each other by a transition shader, and what happens where it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import FixedClock
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.mapping.view import CrowdView
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.renderer import Renderer
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.catalogue import catalogue
from empathy_palettes.show.crossing import Crossings
from empathy_palettes.show.installation import (
    Entry,
    Installation,
    Simulated,
    Transition,
    load_installation,
)
from empathy_palettes.show.loop import opened
from empathy_palettes.show.programme import Mix, Programme
from empathy_palettes.show.workshop import Workshop

pytestmark = pytest.mark.gl

SIZE = (16, 8)
FADE = 60  # steps
STAY = 300

INPUTS = """/*{ "ISFVSN": "2", "DESCRIPTION": "%s", "INPUTS": [
  { "NAME": "startImage", "TYPE": "image" }, { "NAME": "endImage", "TYPE": "image" },
  { "NAME": "progress", "TYPE": "float" }, { "NAME": "tint", "TYPE": "color" },
  { "NAME": "centre", "TYPE": "point2D" }, { "NAME": "bang", "TYPE": "event" },
  { "NAME": "valence", "TYPE": "float", "DEFAULT": 0.25 },
  { "NAME": "steps", "TYPE": "long", "VALUES": [2, 4, 8], "DEFAULT": 2 } ] }*/
"""
#: Red says how far it is, green which of the two pictures is where, blue what it is told.
WIPE = (
    INPUTS % "wipes"
    + """
void main() {
    bool over = isf_FragNormCoord.x < progress;
    vec4 seen = over ? IMG_THIS_PIXEL(endImage) : IMG_THIS_PIXEL(startImage);
    gl_FragColor = vec4(progress, seen.g, float(steps) * 0.1, 1.0);
    if (progress <= 0.0 || progress >= 1.0) gl_FragColor = seen;
}
"""
)
#: One colour, which it is told; it neither begins nor ends as it should.
TOLD = INPUTS % "tells" + "void main() { gl_FragColor = vec4(tint.rg, centre.y, 1.0); }\n"
VALENCE = INPUTS % "reads" + "void main() { gl_FragColor = vec4(vec3(valence), 1.0); }\n"
#: A trail: keeps four fifths of what it was, takes a fifth of where the two pictures are.
TRAIL = """/*{ "ISFVSN": "2", "DESCRIPTION": "trails", "INPUTS": [
  { "NAME": "startImage", "TYPE": "image" }, { "NAME": "endImage", "TYPE": "image" },
  { "NAME": "progress", "TYPE": "float" } ], "PASSES": [
  { "TARGET": "trail", "PERSISTENT": true, "FLOAT": true, "WIDTH": "64", "HEIGHT": "36" },
  { "FLOAT": true } ] }*/
void main() {
    vec2 uv = isf_FragNormCoord;
    vec4 now = mix(IMG_NORM_PIXEL(startImage, uv), IMG_NORM_PIXEL(endImage, uv), progress);
    if (PASSINDEX == 0) gl_FragColor = mix(now, IMG_THIS_PIXEL(trail), 0.8);
    else gl_FragColor = 0.5 * now + 0.5 * IMG_NORM_PIXEL(trail, uv);
}
"""

Go = Callable[[Programme, int], None]
Make = Callable[..., Programme]


@pytest.fixture
def crossings(project: Path) -> Path:
    """The folder of the project's transitions."""
    folder = project / "shaders" / "transitions"
    folder.mkdir()
    for name, text in (("wipe", WIPE), ("told", TOLD), ("valence", VALENCE), ("trail", TRAIL)):
        (folder / f"{name}.fs").write_text(text)
    return folder


@pytest.fixture
def view() -> CrowdView:
    crowd = Crowd(CrowdSettings())
    return CrowdView(crowd.reading, crowd.people, crowd.modes, 0)


@pytest.fixture
def renderer(gl: moderngl.Context, assets: Assets) -> Iterator[Renderer]:
    made = Renderer(gl, SIZE, assets)
    yield made
    made.release()


@pytest.fixture
def opening(
    crossings: Path, project: Path, assets: Assets, renderer: Renderer
) -> Callable[..., Crossings]:
    """`opening(shader, inputs)`: the transitions of an installation `place.toml`."""

    def opening(shader: str | tuple[str, ...], **inputs: Any) -> Crossings:
        transition = Transition(shader=shader, inputs=inputs)
        return Crossings(transition, project / "place.toml", assets, renderer)

    return opening


@pytest.fixture
def make(
    opening: Callable[..., Crossings], assets: Assets, renderer: Renderer, view: CrowdView
) -> Iterator[Make]:
    made: list[Programme] = []

    def make(shader: str | tuple[str, ...], **inputs: Any) -> Programme:
        entries = [Entry(preset=name, seconds=5) for name in ("follow", "white")]
        workshop = Workshop(assets, None, renderer, 0)
        crossings = opening(shader, **inputs)
        made.append(Programme(entries, FADE / 60, workshop, view, crossings=crossings))
        return made[-1]

    yield make
    for programme in made:
        programme.release()


@pytest.fixture
def go(view: CrowdView) -> Go:
    def go(programme: Programme, steps: int) -> None:
        for _ in range(steps):
            programme.prepare(view)
            programme.commit(view)

    return go


def pixels(mix: Mix) -> NDArray[np.uint8]:
    """The picture of a mix of one."""
    assert mix.second is None
    raw = np.frombuffer(mix.first.read(), np.uint8)
    return raw.reshape(SIZE[1], SIZE[0], 4)


def faults(error: pytest.ExceptionInfo[ConfigError]) -> list[str]:
    return [str(fault) for fault in error.value.faults]


def test_between_its_ends_the_shader_draws_and_at_them_it_does_not(make: Make, go: Go) -> None:
    programme = make("wipe", steps=4)
    go(programme, STAY)
    before = programme.draw(0.0)
    assert before.second is not None and before.amount == 0.0
    for steps in (15, 15, 15):
        go(programme, steps)
        at = programme.scene.steps / FADE
        eased = at * at * (3 - 2 * at)
        found = pixels(programme.draw(0.0))
        assert abs(found[0, 0, 0] - 255 * eased) <= 1
        assert (found[..., 2] == 102).all()
        over = (np.arange(SIZE[0]) + 0.5) / SIZE[0] < eased
        assert (found[0, over, 1] == 255).all()
        assert np.isin(found[0, ~over, 1], (127, 128)).all()
    half = pixels(programme.draw(0.5))[0, 0, 0]
    assert 255 * eased < half < 255
    go(programme, 15)
    after = programme.draw(0.0)
    assert after.second is None
    assert (pixels(after) == 255).all()
    assert programme.faults == ()


def test_they_take_turns_and_leave_nothing(
    make: Make, go: Go, dropped: Callable[[], list[str]]
) -> None:
    programme = make(("wipe", "told"), steps=8, tint=[0.2, 0.4, 0.6], centre=[0, 0.6])
    found = []
    for _ in range(3):
        go(programme, STAY - programme.scene.steps)
        go(programme, 30)
        found.append(pixels(programme.draw(0.0))[0, 0].tolist())
        go(programme, 30)
    assert [colour[2] for colour in found] == [204, 153, 204]
    assert found[1] == [51, 102, 153, 255]
    assert dropped() == []


def test_what_it_is_told_is_its_own_before_it_is_everybodys(make: Make, go: Go) -> None:
    own = {"tint": [0.6, 0.8, 0.0, 1.0]}
    programme = make("told", tint=[0.0, 0.2, 0.0], centre=["1 / 4", "0.2 * 4"], told=own)
    go(programme, STAY + 30)
    assert pixels(programme.draw(0.0))[0, 0].tolist() == [153, 204, 204, 255]


def test_a_gl_transition_crosses_too(make: Make, go: Go, crossings: Path) -> None:
    (crossings / "gl.glsl").write_text(
        "// Author: nobody\n// License: MIT\nuniform float share; // = 0.5\n"
        "vec4 transition(vec2 uv) {\n"
        "    return mix(getFromColor(uv), getToColor(uv), progress * share);\n}\n"
    )
    programme = make("gl", share=0.25)
    go(programme, STAY + 30)
    wanted = 127.5 + 0.5 * 0.25 * 127.5  # from `follow` to `white`
    assert np.abs(pixels(programme.draw(0.0))[..., :3] - wanted).max() <= 1


def test_a_crossing_does_not_follow_the_crowd(make: Make, go: Go) -> None:
    programme = make("valence")
    go(programme, STAY + 30)
    assert pixels(programme.draw(0.0))[0, 0, 0] == 64  # its DEFAULT


def test_one_that_does_not_begin_or_end_as_it_should_is_told(
    opening: Callable[..., Crossings],
) -> None:
    first, second = map(str, opening(("wipe", "told")).warnings)
    assert "place.toml: transition.shader.1: told.fs does not begin with the first" in first
    assert "told.fs does not end with the second" in second


def test_every_fault_of_the_table_is_told_at_once(
    opening: Callable[..., Crossings], crossings: Path
) -> None:
    (crossings / "broken.fs").write_text(WIPE.replace("bool over", "boole over"))
    with pytest.raises(ConfigError) as caught:
        opening(("wype", "wipe", "broken", "plain"), steps="valence")
    lines = faults(caught)
    for words in (
        ("place.toml", "transition.shader.2: broken.fs does not hold"),
        ("broken.fs", "line 9", "boole"),
        ("place.toml", "transition.shader.3: plain.fs: a generator, not a transition"),
        ("place.toml", "transition.shader.0: no transition 'wype'", "did you mean 'wipe'?"),
        ("place.toml", "transition.inputs.steps", "no name 'valence'"),
    ):
        assert any(all(word in line for word in words) for line in lines), words
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"stepps": 1}, "transition.inputs.stepps: no shader has an input 'stepps': did you mean"),
        ({"steps": [1, 2]}, "transition.inputs.steps: a list of 2 for a long"),
        ({"tint": 1}, "transition.inputs.tint: one number for a color"),
        ({"steps": "travel(1)"}, "transition.inputs.steps: 'travel(1)': a transition's inputs are"),
        ({"bang": 1}, "transition.inputs.bang: an event"),
        ({"progress": 1}, "transition.inputs.progress: the show says it: leave it out"),
        ({"wipe": {"startImage": 1}}, "transition.inputs.wipe.startImage: the show says it"),
        ({"iris": {"steps": 1}}, "transition.inputs.iris: a table: a shader of this"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_inputs_that_cannot_be_told(
    opening: Callable[..., Crossings], inputs: Mapping[str, Any], told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        opening("wipe", **inputs)
    (line,) = faults(caught)
    assert "place.toml: " + told in line


def test_one_that_fails_later_is_a_crossfade_until_it_is_mended(
    make: Make, go: Go, crossings: Path, dropped: Callable[[], list[str]]
) -> None:
    programme = make("wipe")
    good = (crossings / "wipe.fs").read_text()
    (crossings / "wipe.fs").write_text(good.replace("bool over", "boole over"))
    go(programme, STAY + 30)
    assert any("wipe.fs: line 9" in line for line in programme.faults)
    mix = programme.draw(0.0)
    assert mix.second is not None and mix.amount == 0.5
    (crossings / "wipe.fs").write_text(good)
    go(programme, 30 + STAY)
    assert programme.faults == ()
    assert (pixels(programme.draw(0.0))[..., 0] == 128).all()
    go(programme, 60)
    assert dropped() == []


def test_one_that_the_gpu_refuses_half_way_is_a_crossfade_from_there(
    make: Make, go: Go, crossings: Path
) -> None:
    grown = '"PASSES": [{ "TARGET": "much", "FLOAT": true, "WIDTH": "floor($progress*1.5)*16000+1",'
    grown += ' "HEIGHT": "floor($progress*1.5)*16000+1" }, {}] }*/'
    text = WIPE.replace("] }*/", "], " + grown).replace("progress >= 1.0)", "much_of() > 2.0)")
    much = "float much_of() { return IMG_NORM_PIXEL(much, vec2(0.5)).r; }\nvoid main()"
    programme = make("wipe")
    (crossings / "wipe.fs").write_text(text.replace("void main()", much))
    go(programme, STAY + 25)
    assert programme.draw(0.0).second is None
    go(programme, 15)
    assert programme.draw(0.0).second is not None
    assert any("wipe.fs" in line and "16001x16001" in line for line in programme.faults)
    go(programme, 5)
    assert programme.draw(0.0).second is not None


def test_names_mean_transitions_first_then_any_shader(
    crossings: Path, project: Path, assets: Assets
) -> None:
    (project / "shaders" / "melt.fs").write_text(WIPE)
    (project / "shaders" / "wipe.fs").write_text(WIPE)
    place = project / "place.toml"
    text = '[[playlist]]\npreset = "white"\n[transition]\nshader = '
    place.write_text(text + '["wipe", "melt"]\n')
    assert load_installation(str(place), assets).installation.transition.shaders == ("wipe", "melt")
    place.write_text(text + '["wipe", "wype"]\n')
    with pytest.raises(ConfigError) as caught:
        load_installation(str(place), assets)
    (line,) = faults(caught)
    assert f"{place}: transition.shader.1: no transition 'wype' in" in line
    assert "did you mean 'wipe'?" in line
    place.write_text(text + "[]\ninputs = { steps = 2 }\n")
    with pytest.raises(ConfigError, match="inputs are those of a shader"):
        load_installation(str(place), assets)
    rows = dict(catalogue("transitions", assets))
    assert rows["wipe"] == "wipes" and "tide" in rows and "melt" not in rows
    assert "wipe" in dict(catalogue("shaders", assets)), "another one of that name, outside"
    assert "tide" not in dict(catalogue("shaders", assets))


@pytest.fixture
def instants(
    crossings: Path, assets: Assets
) -> Callable[[str, int], list[tuple[NDArray[np.int16], tuple[str, ...]]]]:
    """Each twelfth of a second about a crossing by a shader, at a frame rate."""

    def instants(shader: str, fps: int) -> list[tuple[NDArray[np.int16], tuple[str, ...]]]:
        size = (48, 27)
        installation = Installation(
            playlist=(Entry(preset="count", seconds=5), Entry(preset="follow", seconds=5)),
            transition=Transition(shader=shader, seconds=1),
            inlet=(),
            consent={"mode": "attested", "statement": "simulated"},
            simulated=Simulated(people=12, mood="wave"),
            safety={"unsafe_no_flash_guard": True},  # it counts what lies between two instants
        )
        found = []
        with opened(
            Headless(),
            [],
            OutletContext(size),
            lambda surface: open_stage(
                installation, None, assets, surface, size=size, fade_in=False
            ),
        ) as (stage, _):
            for tick in FixedClock(fps, 3 * fps // 2 + 1, start=STAY - 15):
                frame = stage.step(tick, [])
                if Fraction(tick.index, fps) % Fraction(1, 12) == 0:
                    found.append((frame.pixels().astype(np.int16), frame.notices))
        return found

    return instants


@pytest.mark.parametrize("shader", ["trail", "tide"])
def test_24_and_60_frames_a_second_cross_alike(
    instants: Callable[[str, int], list[tuple[NDArray[np.int16], tuple[str, ...]]]], shader: str
) -> None:
    slow, fast = instants(shader, 24), instants(shader, 60)
    assert len(slow) == len(fast) == 19
    for (one, _), (other, _) in zip(slow, fast, strict=True):
        assert np.abs(one - other).max() <= 2
    way = [np.abs(picture - slow[-1][0]).mean() for picture, _ in slow]
    assert way[0] > 10 and way[8] > 1  # it is another picture at first, and on the way


def test_the_technician_reads_what_a_transition_does_wrong(
    instants: Callable[[str, int], list[tuple[NDArray[np.int16], tuple[str, ...]]]],
) -> None:
    notices = [lines for _, lines in instants("told", 12)]
    assert any("told.fs does not begin with the first picture" in line for line in notices[0])
