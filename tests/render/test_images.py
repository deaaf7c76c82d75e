"""Pictures on the GPU: those a preset gives, those a header imports, and the sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from empathy_palettes.mapping.params import Params
from empathy_palettes.render.chain import Chain

pytestmark = pytest.mark.gl

Build = Callable[..., Chain]
Ask = Callable[..., Params]
Pixels = NDArray[np.uint8]
Dropped = Callable[[], list[str]]

#: Shows the image as it is, texel for pixel where it has the picture's size, 8x4.
SHOW = """/*{ "ISFVSN": "2", "INPUTS": [ { "NAME": "photo", "TYPE": "image" } ] }*/
void main() { gl_FragColor = IMG_THIS_PIXEL(photo); }
"""
SIZE = """/*{ "ISFVSN": "2", "INPUTS": [ { "NAME": "photo", "TYPE": "image" } ] }*/
void main() { gl_FragColor = vec4(IMG_SIZE(photo) / 255.0, 0.0, 1.0); }
"""
FILTER = """/*{ "ISFVSN": "2", "INPUTS": [ { "NAME": "inputImage", "TYPE": "image" } ] }*/
void main() { gl_FragColor = vec4(1.0 - IMG_THIS_PIXEL(inputImage).rgb, 1.0); }
"""


def imports(table: str, body: str) -> str:
    return f'/*{{ "ISFVSN": "2", "IMPORTED": {table} }}*/\nvoid main() {{ {body} }}\n'


def noise(height: int = 4, width: int = 8, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


def drawn(chain: Chain, params: Params) -> Pixels:
    texture = chain.draw(params)
    return np.frombuffer(texture.read(), np.uint8).reshape(texture.height, texture.width, 4)


def test_a_picture_is_shown_bottom_row_first_and_alpha_straight(build: Build, ask: Ask) -> None:
    chain = build(SHOW)
    pixels = noise()
    np.testing.assert_array_equal(drawn(chain, replace(ask(), images={"photo": pixels})), pixels)


def test_a_new_array_is_a_new_picture_whatever_its_size(
    build: Build, ask: Ask, dropped: Dropped
) -> None:
    chain, size = build(SHOW), build(SIZE)
    for number, shape in enumerate([(4, 8), (4, 8), (8, 16), (1, 1), (4, 8), (3, 5)]):
        pixels = noise(*shape, seed=number)
        params = replace(ask(number), images={"photo": pixels, "nobody": pixels})
        shown = drawn(chain, params)
        if shape == (4, 8):
            np.testing.assert_array_equal(shown, pixels)
        assert drawn(size, params)[0, 0].tolist() == [shape[1], shape[0], 0, 255]
    without = ask(9)
    assert drawn(size, without)[0, 0].tolist() == [1, 1, 0, 255]
    assert not drawn(chain, without).any()
    assert dropped() == []


def test_the_same_array_is_not_written_again(build: Build, ask: Ask) -> None:
    chain = build(SHOW)
    pixels = noise()
    before = pixels.copy()
    params = replace(ask(), images={"photo": pixels})
    drawn(chain, params)
    pixels[:] = 0  # nobody may do this; it shows whether anybody looked
    np.testing.assert_array_equal(drawn(chain, replace(params, step=1)), before)


def test_the_first_shader_may_filter_a_picture(build: Build, ask: Ask) -> None:
    chain = build(FILTER, FILTER)
    pixels = noise()
    params = replace(ask(), images={"inputImage": pixels})
    chain.simulate(params)
    np.testing.assert_array_equal(drawn(chain, params)[:, :, :3], pixels[:, :, :3])


def test_sound_is_read_between_samples_and_people_are_not(build: Build, ask: Ask) -> None:
    def show(name: str, kind: str) -> str:
        header = f'{{ "ISFVSN": "2", "INPUTS": [ {{ "NAME": "{name}", "TYPE": "{kind}" }} ] }}'
        body = f"gl_FragColor = IMG_NORM_PIXEL({name}, vec2(0.45, 0.5));"
        return f"/*{header}*/\nvoid main() {{ {body} }}\n"

    ramp = np.ones((1, 2, 4), np.float32)
    ramp[0, 0, :3], ramp[0, 1, :3] = 0.0, 1.0
    for name, kind, wanted in (
        ("wave", "audio", 0.4),  # texels are centred on .25 and .75
        ("bins", "audioFFT", 0.4),
        ("emo_people", "image", 0.0),
        ("emo_field", "image", 0.4),
    ):
        chain = build(show(name, kind))
        shown = drawn(chain, replace(ask(), textures={name: ramp}))[0, 0]
        assert shown[:3] / 255 == pytest.approx([wanted] * 3, abs=0.01), name


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str, Pixels], Pixels]:
    """Save a picture beside the shaders, row 0 at the top; returns what is to be seen."""

    def picture(name: str, pixels: Pixels) -> Pixels:
        path = tmp_path / "shaders" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
        return pixels[::-1]

    return picture


Save = Callable[[str, Pixels], Pixels]


@pytest.mark.parametrize(
    "table",
    [
        '{ "photo": { "PATH": "textures/a.png" } }',
        '[ { "NAME": "photo", "PATH": "textures\\\\\\\\a.png" } ]',
    ],
)
def test_an_import_lies_beside_its_shader(
    build: Build, ask: Ask, picture: Save, dropped: Dropped, table: str
) -> None:
    wanted = picture("textures/a.png", noise())
    chain = build(imports(table, "gl_FragColor = IMG_THIS_PIXEL(photo);"))
    np.testing.assert_array_equal(drawn(chain, ask()), wanted)
    assert chain.warnings == ()
    chain.release()
    assert dropped() == []


def test_each_shader_of_a_chain_has_its_own(
    build: Build, ask: Ask, picture: Save, tmp_path: Path
) -> None:
    picture("a.png", np.full((2, 2, 4), 200, np.uint8))
    picture("b.png", np.full((2, 2, 4), 50, np.uint8))
    first = imports('{ "t": { "PATH": "a.png" } }', "gl_FragColor = vec4(IMG_THIS_PIXEL(t).r);")
    second = """/*{ "ISFVSN": "2", "IMPORTED": { "t": { "PATH": "b.png" } },
        "INPUTS": [ { "NAME": "inputImage", "TYPE": "image" } ] }*/
        void main() {
            gl_FragColor = vec4(IMG_THIS_PIXEL(inputImage).r, IMG_THIS_PIXEL(t).r, 0.0, 1.0);
        }"""
    assert drawn(build(first, second), ask())[0, 0].tolist() == [200, 50, 0, 255]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("none.png", "no file 'none.png'"),
        ("../../outside.png", "leads outside"),
        ("text.png", "that can be read"),
    ],
)
def test_one_that_is_missing_is_empty_and_a_warning(
    build: Build, ask: Ask, picture: Save, tmp_path: Path, path: str, why: str
) -> None:
    picture("a.png", noise())
    (tmp_path / "shaders" / "text.png").write_text("no picture")
    Image.new("L", (1, 1)).save(tmp_path.parent / "outside.png")
    body = "gl_FragColor = IMG_THIS_PIXEL(photo) + vec4(IMG_SIZE(photo) / 255.0, 0.0, 0.0);"
    chain = build(imports(f'{{ "photo": {{ "PATH": "{path}" }} }}', body))
    assert drawn(chain, ask())[0, 0].tolist() == [1, 1, 0, 0]
    (warning,) = chain.warnings
    assert warning.file == str(tmp_path / "shaders" / "a.fs")
    assert "import 'photo'" in warning.problem and why in warning.problem


CUBE = '[{{ "NAME": "sky", "TYPE": "cube", "PATH": [{}] }}]'.format(
    ", ".join(f'"{side}.png"' for side in range(6))
)


def test_six_pictures_are_a_cube(build: Build, ask: Ask, picture: Save) -> None:
    """Sides and their corners as OpenGL 3.3, 3.8.10, table 3.19 has them."""
    for side in range(6):
        pixels = np.full((4, 4, 4), 255, np.uint8)
        pixels[:, :, 0] = 40 * side
        pixels[:2, :, 1] = 0  # the upper half
        picture(f"{side}.png", pixels)
    directions = ("1,U,0", "-1,U,0", "0,1,-U", "0,-1,U", "0,U,1", "0,U,-1")
    for side, direction in enumerate(directions):
        for up, green in ((0.6, 0), (-0.6, 255)):
            where = f"vec3({direction})".replace("U", str(up)).replace("--", "")
            chain = build(imports(CUBE, f"gl_FragColor = texture(sky, {where});"))
            assert drawn(chain, ask())[0, 0].tolist() == [40 * side, green, 255, 255], where
            chain.release()


def test_a_cube_of_unlike_sides_is_empty_and_a_warning(
    build: Build, ask: Ask, picture: Save
) -> None:
    for side in range(6):
        picture(f"{side}.png", noise(4 if side else 8, 4))
    chain = build(imports(CUBE, "gl_FragColor = texture(sky, vec3(1.0, 0.0, 0.0));"))
    assert not drawn(chain, ask()).any()
    (warning,) = chain.warnings
    assert "not alike" in warning.problem and "six square pictures" in warning.fix


def test_a_shader_that_does_not_hold_leaves_no_picture_behind(
    gl: moderngl.Context, build: Build, picture: Save, dropped: Dropped
) -> None:
    picture("a.png", noise())
    with pytest.raises(Exception, match=r"undeclared|undefined"):
        build(imports('{ "photo": { "PATH": "a.png" } }', "gl_FragColor = photoo;"))
    assert dropped() == []
