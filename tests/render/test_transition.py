"""Transitions against numpy, and our own: exact at both ends, no brighter on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.color import srgb_to_linear
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.render.transition import TransitionShader

pytestmark = pytest.mark.gl

SIZE = (64, 36)
OURS = [path.stem for path in Assets([builtin_root()]).listing("transitions")]
LUMA = (0.2126, 0.7152, 0.0722)

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

HEADER = """/*{ "ISFVSN": "2", "INPUTS": [
  { "NAME": "startImage", "TYPE": "image" }, { "NAME": "endImage", "TYPE": "image" },
  { "NAME": "progress", "TYPE": "float", "MIN": 0, "MAX": 1 }, %s
  { "NAME": "gain", "TYPE": "float", "DEFAULT": 1.0 } ] %s }*/
"""
MIX = (
    HEADER % ("", "")
    + """
void main() {
    gl_FragColor = gain * mix(IMG_THIS_PIXEL(startImage), IMG_THIS_PIXEL(endImage), progress);
}
"""
)
DEEP = MIX.replace(" ]  }*/", ' ], "PASSES": [{ "FLOAT": true }] }*/')
# Adds up what it sees of both pictures, and says when.
SUM = (
    HEADER
    % (
        "",
        ', "PASSES": [{ "TARGET": "sum", "PERSISTENT": true, "FLOAT": true,'
        ' "WIDTH": "1", "HEIGHT": "1" }, { "FLOAT": true }]',
    )
    + """
void main() {
    vec2 middle = vec2(0.5);
    vec4 before = IMG_NORM_PIXEL(sum, middle);
    float seen = IMG_NORM_PIXEL(startImage, middle).r + IMG_NORM_PIXEL(endImage, middle).g;
    if (PASSINDEX == 0) gl_FragColor = vec4(before.r + seen, TIME, TIMEDELTA, progress);
    else gl_FragColor = before;
}
"""
)


@pytest.fixture
def make(gl: moderngl.Context) -> Iterator[Callable[[Path], TransitionShader]]:
    made: list[TransitionShader] = []

    def make(path: Path) -> TransitionShader:
        roots = [path.parents[1], builtin_root()]
        made.append(TransitionShader(gl, path, Assets(roots), SIZE))
        return made[-1]

    yield make
    for shader in made:
        shader.release()
        shader.release()


@pytest.fixture
def ours(
    gl: moderngl.Context, make: Callable[[Path], TransitionShader]
) -> Callable[[str], TransitionShader]:
    return lambda name: make(Assets([builtin_root()]).find("transitions", name))


@pytest.fixture
def picture(gl: moderngl.Context) -> Iterator[Callable[[Bytes], moderngl.Texture]]:
    made: list[moderngl.Texture] = []

    def picture(pixels: Bytes) -> moderngl.Texture:
        made.append(gl.texture(SIZE, 4, np.ascontiguousarray(pixels).tobytes()))
        made[-1].repeat_x = made[-1].repeat_y = False
        return made[-1]

    yield picture
    for texture in made:
        texture.release()


def flat(*colour: int) -> Bytes:
    return np.full((SIZE[1], SIZE[0], 4), colour, np.uint8)


def noise(seed: int) -> Bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (SIZE[1], SIZE[0], 4), np.uint8)
    pixels[..., 3] = 255
    return pixels


def read(texture: moderngl.Texture) -> Floats:
    """The numbers of a picture, 0..1 and beyond."""
    width, height = texture.size
    kind, most = (np.uint8, 255.0) if texture.dtype == "f1" else (np.float16, 1.0)
    return np.frombuffer(texture.read(), kind).reshape(height, width, 4).astype(float) / most


def light(pixels: Floats) -> float:
    """Mean luminance over black, as far as a screen can show it."""
    seen = np.clip(pixels[..., :3], 0, 1) * np.clip(pixels[..., 3:], 0, 1)
    return float((srgb_to_linear(seen) @ LUMA).mean())


def test_two_pictures_in_one_out(
    write: Callable[[str, str], Path],
    make: Callable[[Path], TransitionShader],
    picture: Callable[[Bytes], moderngl.Texture],
) -> None:
    shader = make(write("mix.fs", MIX))
    first, second = noise(1), noise(2)
    drawn = shader.draw(0.5, 0.25, picture(first), picture(second), {"gain": 0.5})
    wanted = (0.75 * first + 0.25 * second) * 0.5 / 255
    assert np.abs(read(drawn) - wanted).max() <= 0.51 / 255
    assert list(shader.inputs) == ["gain"]
    assert not shader.remembers


def test_a_state_sees_the_pictures_of_its_steps(
    write: Callable[[str, str], Path],
    make: Callable[[Path], TransitionShader],
    picture: Callable[[Bytes], moderngl.Texture],
) -> None:
    shader = make(write("sum.fs", SUM))
    assert shader.remembers
    red, green = picture(flat(255, 0, 0, 255)), picture(flat(0, 51, 0, 255))
    for step in (0, 2, 4):
        shader.simulate(step, step / 10, (red, green))
    drawn = read(shader.draw(5 / 60, 0.5, red, green))
    assert drawn[0, 0] == pytest.approx([3 * 1.2, 4 / 60, 2 / 60, 0.4], abs=2e-3)
    shader.draw(6 / 60, 0.6, red, green)
    assert read(shader.draw(7 / 60, 0.7, red, green))[0, 0, 0] == pytest.approx(3.6, abs=2e-3)


def test_only_a_transition_is_one(
    write: Callable[[str, str], Path],
    make: Callable[[Path], TransitionShader],
    dropped: Callable[[], list[str]],
) -> None:
    generator = write("plain.fs", "/*{}*/ void main() { gl_FragColor = vec4(1.0); }")
    with pytest.raises(ShaderError, match=r"plain\.fs: a generator, not a transition: .*endImage"):
        make(generator)
    with pytest.raises(ShaderError, match=r"broken\.fs: line 7.*nothing_here"):
        make(write("broken.fs", MIX.replace("gain *", "nothing_here *")))
    assert dropped() == []


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        (MIX, (0.0, 0.0)),
        (MIX.replace(", progress)", ", 1.0 - progress)"), (1.0, 1.0)),
        (MIX.replace(", progress)", ", 0.5 * progress)"), (0.0, 0.5)),
        (DEEP.replace("gain *", "sqrt(-1.0 - gain) *"), (1.0, 1.0)),
    ],
    ids=["good", "backwards", "half the way", "no number"],
)
def test_how_far_the_ends_are_off(
    write: Callable[[str, str], Path],
    make: Callable[[Path], TransitionShader],
    text: str,
    ends: tuple[float, float],
) -> None:
    found = make(write("end.fs", text)).ends()
    assert found == pytest.approx(ends, abs=0.03)  # noise reaches from 0 to 255, or nearly


def test_there_are_some_and_each_says_what_it_is(ours: Callable[[str], TransitionShader]) -> None:
    assert {"breath", "dissolve", "iris", "thaw", "tide"} <= set(OURS)
    for name in OURS:
        for item in ours(name).inputs.values():
            assert item.min is not None and item.max is not None and item.default is not None


@pytest.mark.parametrize("name", OURS)
def test_ours_begin_and_end_exactly(ours: Callable[[str], TransitionShader], name: str) -> None:
    shader = ours(name)
    for told in ({}, _extreme(shader, "min"), _extreme(shader, "max")):
        assert max(shader.ends(told)) <= 1.01 / 255, told


@pytest.mark.parametrize("name", OURS)
def test_ours_never_flash(
    ours: Callable[[str], TransitionShader],
    picture: Callable[[Bytes], moderngl.Texture],
    name: str,
) -> None:
    """The light of the whole stays between that of the two pictures, 10 % more or less."""
    shader = ours(name)
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    waves, others = flat(0, 0, 0, 255), flat(0, 0, 0, 255)  # wide ones: what is bent stays as light
    waves[..., :3] = (127 + 100 * np.sin(columns / 9.0 + rows / 5.0))[..., None]
    others[..., :3] = (140 + 90 * np.sin(columns / 7.0 - rows / 11.0))[..., None]
    pairs = [
        (flat(0, 0, 0, 255), flat(255, 255, 255, 255)),
        (flat(200, 90, 40, 255), flat(20, 30, 90, 255)),
        (flat(120, 120, 120, 255), flat(120, 120, 120, 255)),
        (waves, others),
    ]
    for first, second in pairs:
        a, b = picture(first), picture(second)
        dark, bright = sorted(light(each / 255.0) for each in (first, second))
        drawn = [read(shader.draw(4 * at, at, a, b)) for at in np.linspace(0.05, 0.95, 13)]
        lights = [light(each) for each in drawn]
        assert min(lights) >= 0.9 * dark and max(lights) <= 1.1 * bright
        # From dark to bright it goes up, or stays: a way up and down again would be a pulse.
        if bright > 2 * dark:
            way = np.diff(lights) * (1 if light(second / 255.0) == bright else -1)
            assert way.min() >= -0.02 * bright


@pytest.mark.parametrize("name", OURS)
def test_ours_are_on_their_way_half_way(
    ours: Callable[[str], TransitionShader],
    picture: Callable[[Bytes], moderngl.Texture],
    name: str,
) -> None:
    first, second = flat(255, 0, 0, 255), flat(0, 0, 255, 255)
    drawn = read(ours(name).draw(2.0, 0.5, picture(first), picture(second)))
    red, blue = drawn[..., 0].mean(), drawn[..., 2].mean()
    assert red > 0.2 and blue > 0.2
    assert drawn[..., 3].min() == 1.0


@pytest.mark.parametrize("name", OURS)
def test_what_nobody_sees_through_alpha_weighs_nothing(
    ours: Callable[[str], TransitionShader],
    picture: Callable[[Bytes], moderngl.Texture],
    name: str,
) -> None:
    """A transparent green picture gives way to an opaque red one: no green is ever seen."""
    ghost, red = flat(0, 255, 0, 0), flat(200, 0, 0, 255)
    foam = {"foam": 0.0} if name == "tide" else {}
    drawn = read(ours(name).draw(2.0, 0.5, picture(ghost), picture(red), foam))
    assert drawn[..., 3].min() < 0.5 < drawn[..., 3].max()
    assert (drawn[..., 1] * drawn[..., 3]).max() <= 2 / 255


def _extreme(shader: TransitionShader, which: str) -> dict[str, float | tuple[float, ...]]:
    found = {name: getattr(item, which) for name, item in shader.inputs.items()}
    return {name: value for name, value in found.items() if value is not None}
