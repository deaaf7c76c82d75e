"""The rules where ISF hosts differ, each with numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.errors import ShaderError
from empathy_palettes.mapping.params import Params
from empathy_palettes.render.chain import Chain, Picture

pytestmark = pytest.mark.gl

Ask = Callable[..., Params]
Build = Callable[..., Chain]
Write = Callable[[str, str], Path]
Pixels = NDArray[np.float64]

HALF_STEP = 0.5 / 255 + 1e-6


def pixels(picture: Picture) -> Pixels:
    """The picture as numbers, (height, width, 4), row 0 at the bottom."""
    kind, scale = {"f1": (np.uint8, 255.0), "f2": (np.float16, 1.0)}[picture.dtype]
    raw = np.frombuffer(picture.read(), kind).astype(np.float64) / scale
    return raw.reshape(picture.height, picture.width, 4)


def only(picture: Picture) -> list[float]:
    """The one colour of a picture that has one colour."""
    found = pixels(picture).reshape(-1, 4)
    assert (found == found[0]).all()
    return [float(number) for number in found[0]]


@pytest.fixture
def photo(gl: moderngl.Context) -> Iterator[moderngl.Texture]:
    """An image of 4×2: red is 40 · column, green 100 · row."""
    texels = np.zeros((2, 4, 4), np.uint8)
    texels[..., 0] = 40 * np.arange(4)
    texels[..., 1] = 100 * np.arange(2)[:, None]
    texels[..., 3] = 255
    texture = gl.texture((4, 2), 4, texels.tobytes())
    texture.repeat_x = texture.repeat_y = False
    yield texture
    texture.release()


def test_a_pixel_of_an_image_is_one_of_its_own(
    build: Build, ask: Ask, photo: moderngl.Texture
) -> None:
    """Rule 1: in a picture of 8×4, pixel (2.5, 1.5) of an image of 4×2 is its column 2, row 1."""
    chain = build("""/*{"INPUTS": [{"NAME": "photo", "TYPE": "image"}]}*/
        void main() { gl_FragColor = IMG_PIXEL(photo, vec2(2.5, 1.5)); }""")
    found = only(chain.draw(ask(), pictures={"photo": photo}))
    assert found == [80 / 255, 100 / 255, 0, 1]


def test_what_is_known_of_an_image(build: Build, ask: Ask, photo: moderngl.Texture) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "photo", "TYPE": "image"}]}*/
        void main() {
            bool whole = _photo_imgRect == vec4(0.0, 0.0, 1.0, 1.0);
            gl_FragColor = vec4(_photo_imgSize / 10.0, IMG_SIZE(photo).x / 10.0,
                whole && !_photo_flip ? 1.0 : 0.0);
        }""")
    found = only(chain.draw(ask(), pictures={"photo": photo}))
    assert found == pytest.approx([0.4, 0.2, 0.4, 1.0], abs=HALF_STEP)


def test_this_pixel_of_an_image_is_at_the_same_part_of_it(
    build: Build, ask: Ask, photo: moderngl.Texture
) -> None:
    chain = build(
        """/*{"INPUTS": [{"NAME": "photo", "TYPE": "image"}]}*/
        void main() { gl_FragColor = IMG_THIS_PIXEL(photo); }""",
        size=(4, 2),
    )
    found = pixels(chain.draw(ask(), pictures={"photo": photo})) * 255
    assert found[1].round().tolist() == [[40 * x, 100, 0, 255] for x in range(4)]


def test_persistent_targets_are_drawn_in_order_of_the_passes(build: Build, ask: Ask) -> None:
    """Rule 2: a = b before + 1, then b = 2 · a now: 1 2, 3 6, 7 14."""
    chain = build("""/*{"PASSES": [
        {"TARGET": "a", "PERSISTENT": true, "FLOAT": true},
        {"TARGET": "b", "PERSISTENT": true, "FLOAT": true}, {}]}*/
        void main() {
            if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(b) + 1.0;
            else if (PASSINDEX == 1) gl_FragColor = IMG_THIS_PIXEL(a) * 2.0;
            else gl_FragColor = vec4(IMG_THIS_PIXEL(a).r, IMG_THIS_PIXEL(b).r, 0.0, 1.0);
        }""")
    for step, (a, b) in enumerate([(1, 2), (3, 6), (7, 14)]):
        chain.simulate(ask(step))
        assert only(chain.draw(ask(step))) == [a, b, 0, 1]


def test_the_default_of_a_long_is_a_value(build: Build, ask: Ask) -> None:
    """Rule 4: as an index, 1 would be the value 0, and 10 none at all."""
    chain = build("""/*{"INPUTS": [
        {"NAME": "a", "TYPE": "long", "VALUES": [10, 0, 1], "DEFAULT": 1},
        {"NAME": "b", "TYPE": "long", "VALUES": [10, 0, 1], "DEFAULT": 10}]}*/
        void main() { gl_FragColor = vec4(float(a), float(b), 0.0, 255.0) / 255.0; }""")
    assert only(chain.draw(ask())) == [1 / 255, 10 / 255, 0, 1]


def test_a_point_with_a_range_is_what_it_says(build: Build, ask: Ask) -> None:
    """Rule 5: with MIN and MAX, [0.5, 1] is half a pixel and one, of 8×4."""
    chain = build("""/*{"INPUTS": [{"NAME": "p", "TYPE": "point2D", "DEFAULT": [0.5, 1],
        "MIN": [0, 0], "MAX": [1, 1]}]}*/
        void main() { gl_FragColor = vec4(p / RENDERSIZE, 0.0, 1.0); }""")
    assert only(chain.draw(ask())) == pytest.approx([0.0625, 0.25, 0, 1], abs=HALF_STEP)


def test_what_has_no_default(build: Build, ask: Ask) -> None:
    """Rule 6: a float is the middle of its range, a switch is off."""
    chain = build("""/*{"INPUTS": [{"NAME": "x", "TYPE": "float", "MIN": 2, "MAX": 8},
        {"NAME": "y", "TYPE": "float"}, {"NAME": "b", "TYPE": "bool"}]}*/
        void main() { gl_FragColor = vec4(x / 10.0, y, b ? 1.0 : 0.0, 1.0); }""")
    assert only(chain.draw(ask())) == pytest.approx([0.5, 0.5, 0, 1], abs=HALF_STEP)


@pytest.mark.parametrize("flag", ["true", "1", '"1"', '"true"'])
@pytest.mark.parametrize("case", [str, str.lower])
def test_flags_and_keys_in_every_spelling(
    build: Build, ask: Ask, flag: str, case: Callable[[str], str]
) -> None:
    """Rule 7; 1/64 a step is nothing that 8 bits hold, and 2 steps are 1/32."""
    keys = case(f'"PASSES": [{{"TARGET": "s", "PERSISTENT": {flag}, "FLOAT": {flag}}}, {{}}]')
    keys = keys.replace('"S"', '"s"')
    chain = build(f"""/*{{{keys}}}*/
        void main() {{
            if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(s) + 1.0 / 1024.0;
            else gl_FragColor = IMG_THIS_PIXEL(s);
        }}""")
    for step in range(2):
        chain.simulate(ask(step))
    assert only(chain.draw(ask())) == [2 / 1024] * 4
    assert bool(chain.warnings) == (case is str.lower)


def test_a_float_target_holds_what_eight_bits_do_not(build: Build, ask: Ask) -> None:
    """Three steps of −1/4, of 1 and of 1/1024, beside the same in 8 bits: 0, 1 and 0."""
    chain = build("""/*{"PASSES": [
        {"TARGET": "fine", "PERSISTENT": true, "FLOAT": true},
        {"TARGET": "coarse", "PERSISTENT": true}, {"TARGET": "shown", "FLOAT": true}]}*/
        void main() {
            vec4 more = vec4(-0.25, 1.0, 1.0 / 1024.0, 1.0);
            if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(fine) + more;
            else if (PASSINDEX == 1) gl_FragColor = IMG_THIS_PIXEL(coarse) + more;
            else if (gl_FragCoord.x < 1.0) gl_FragColor = IMG_THIS_PIXEL(fine);
            else gl_FragColor = IMG_THIS_PIXEL(coarse);
        }""")
    for step in range(3):
        chain.simulate(ask(step))
    row = pixels(chain.draw(ask()))[0]
    assert row[0].tolist() == [-0.75, 3, 3 / 1024, 3]
    assert row[1].tolist() == [0, 1, 0, 1]


def test_a_plain_target_is_empty_until_it_is_drawn(build: Build, ask: Ask) -> None:
    """Rule 8: transparent black, of its own size, in every frame; also to itself."""
    chain = build("""/*{"INPUTS": [{"NAME": "x", "TYPE": "float"}],
        "PASSES": [{"TARGET": "first"}, {"TARGET": "later", "WIDTH": 2, "HEIGHT": 3}, {}]}*/
        void main() {
            if (PASSINDEX == 0) gl_FragColor = vec4(IMG_SIZE(later) / 10.0,
                IMG_THIS_PIXEL(later).a + IMG_THIS_PIXEL(first).r, 1.0);
            else if (PASSINDEX == 1) gl_FragColor = vec4(x + IMG_THIS_PIXEL(later).r);
            else gl_FragColor = vec4(IMG_THIS_PIXEL(first).rgb, IMG_THIS_PIXEL(later).r);
        }""")
    for x in (0.8, 0.4):
        wanted = pytest.approx([0.2, 0.3, 0, x], abs=HALF_STEP)
        assert only(chain.draw(ask(x=x))) == wanted


def test_what_a_shader_discards_is_not_the_frame_before(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "x", "TYPE": "float"}],
        "PASSES": [{"TARGET": "half"}, {}]}*/
        void main() {
            if (PASSINDEX == 0) { if (isf_FragNormCoord.x < x) discard; gl_FragColor = vec4(1.0); }
            else gl_FragColor = IMG_THIS_PIXEL(half);
        }""")
    for x, empty in ((0.0, 0), (0.5, 4), (1.0, 8), (0.25, 2)):
        row = pixels(chain.draw(ask(x=x)))[0, :, 3]
        assert row.tolist() == [0] * empty + [1] * (8 - empty)


def test_a_version_line_is_not_the_shaders_to_write(build: Build, ask: Ask) -> None:
    """Rule 10, and the lines after it keep their numbers."""
    text = """/*{}*/
        #version 120
        #extension GL_ARB_shader_texture_lod : enable
        float one;
        #extension GL_OES_standard_derivatives : enable
        void main() { gl_FragColor = vec4(1.0, BLUE, 0.0, 1.0); }"""
    assert only(build(text.replace("BLUE", "0.0")).draw(ask())) == [1, 0, 0, 1]
    with pytest.raises(ShaderError, match="line 6"):
        build(text)


def test_a_shader_may_name_its_own_output(build: Build, ask: Ask) -> None:
    chain = build("/*{}*/ out vec4 mine; void main() { mine = vec4(0.2, 0.4, 0.6, 1.0); }")
    assert only(chain.draw(ask())) == [0.2, 0.4, 0.6, 1]


def test_the_last_of_two_equal_keys_counts(build: Build, ask: Ask) -> None:
    """Rule 11."""
    chain = build("""/*{"INPUTS": [
        {"NAME": "x", "TYPE": "float", "DEFAULT": 0.2, "DEFAULT": 0.6}]}*/
        void main() { gl_FragColor = vec4(x); }""")
    assert only(chain.draw(ask())) == [0.6] * 4
    assert "DEFAULT given twice" in str(chain.warnings[0])


@pytest.mark.parametrize(
    ("body", "version", "needs"),
    [
        ("float luma[2] = {0.5, 1.0}; void main() { gl_FragColor = vec4(luma[0]); }", 330, "two"),
        (
            "void main() { gl_FragColor = unpackHalf2x16(packHalf2x16(vec2(0.5))).xyxy; }",
            420,
            "4.2",
        ),
    ],
)
def test_what_other_machines_may_lack_is_told(
    gl: moderngl.Context, build: Build, ask: Ask, body: str, version: int, needs: str
) -> None:
    if gl.version_code < version:
        pytest.skip(f"this machine has no OpenGL {version}")
    chain = build(f"/*{{}}*/ {body}")
    assert only(chain.draw(ask())) == pytest.approx([0.5] * 4, abs=HALF_STEP)
    assert [needs in fault.problem for fault in chain.warnings] == [True]


def test_no_type_is_invented(build: Build) -> None:
    """Rule 12."""
    with pytest.raises(ShaderError, match="line 1, column 29: input 'x': TYPE 'point3D'"):
        build("""/*{"INPUTS": [{"NAME": "x", "TYPE": "point3D"}]}*/ void main() {}""")


def test_an_event_is_simulated_once(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "hit", "TYPE": "event"}],
        "PASSES": [{"TARGET": "s", "PERSISTENT": true, "FLOAT": true}, {}]}*/
        void main() {
            if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(s) + (hit ? 0.25 : 0.0);
            else gl_FragColor = IMG_THIS_PIXEL(s);
        }""")
    for step, hit in enumerate((0, 1, 0, 0, 1, 0)):
        chain.simulate(ask(step, hit=hit))
        chain.draw(ask(step, hit=hit))
    assert only(chain.draw(ask())) == [0.5] * 4


def test_a_pass_knows_the_size_of_its_own_target(build: Build, ask: Ask) -> None:
    """Of 8×4: a third is 2 (never 2⅔), 3² is 9; the last pass is the picture's."""
    chain = build("""/*{"INPUTS": [{"NAME": "n", "TYPE": "long", "DEFAULT": 3}],
        "PASSES": [
            {"TARGET": "a", "WIDTH": "$WIDTH / 3", "HEIGHT": "max($HEIGHT, $n ^ 2)", "FLOAT": true},
            {"TARGET": "b", "WIDTH": "floor($WIDTH / 3) * -(1 - 3)", "HEIGHT": "$HEIGHT % 3 + 1"},
            {"FLOAT": true}]}*/
        void main() {
            if (PASSINDEX == 0) gl_FragColor = vec4(RENDERSIZE, gl_FragCoord.xy);
            else if (PASSINDEX == 1) gl_FragColor = vec4(1.0);
            else if (gl_FragCoord.x < 1.0) gl_FragColor = texelFetch(a, ivec2(1, 8), 0);
            else gl_FragColor = vec4(IMG_SIZE(b), RENDERSIZE);
        }""")
    row = pixels(chain.draw(ask()))[0]
    assert row[0].tolist() == [2, 9, 1.5, 8.5]
    assert row[1].tolist() == [4, 2, 8, 4]


def test_a_target_that_grows_is_scaled(build: Build, ask: Ask) -> None:
    """Two columns of 4 are 1, two are 0: of 8, the first 3 are 1 and the last 3 are 0."""
    chain = build("""/*{"INPUTS": [{"NAME": "n", "TYPE": "long", "DEFAULT": 4}],
        "PASSES": [{"TARGET": "s", "PERSISTENT": true, "WIDTH": "$n", "HEIGHT": 1}, {}]}*/
        void main() {
            if (PASSINDEX == 1) gl_FragColor = texelFetch(s, ivec2(gl_FragCoord.x, 0), 0);
            else if (FRAMEINDEX == 0) gl_FragColor = vec4(isf_FragNormCoord.x < 0.5 ? 1.0 : 0.0);
            else gl_FragColor = IMG_THIS_PIXEL(s);
        }""")
    for step, n in enumerate((4, 8)):
        chain.simulate(ask(step, n=n))
    row = pixels(chain.draw(ask(2, n=8)))[0, :, 0]
    assert row[:3].tolist() == [1, 1, 1] and row[5:].tolist() == [0, 0, 0]
    assert 0 < row[4] < row[3] < 1


def test_a_vertex_file_of_version_1_draws_every_pass(build: Build, write: Write, ask: Ask) -> None:
    """Its varying is worked out at the corners: pass + 1 + TIME + x, the same everywhere."""
    write(
        "a.vert",
        """#version 120
        uniform float TIME;
        varying vec2 isf_FragNormCoord;
        varying float given;
        void main() { vv_vertShaderInit(); given = float(PASSINDEX + 1) + TIME + x; }""",
    )
    chain = build("""/*{"PERSISTENT_BUFFERS": {"s": {"FLOAT": true}},
        "INPUTS": [{"NAME": "x", "TYPE": "float", "DEFAULT": 0.25}],
        "PASSES": [{"TARGET": "s"}, {}]}*/
        varying float given;
        void main() {
            if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(s) + given;
            else gl_FragColor = vec4(IMG_NORM_PIXEL(s, vv_FragNormCoord).r, given, 0.0, 1.0);
        }""")
    for step in (0, 30):
        chain.simulate(ask(step))
    assert only(chain.draw(ask(60))) == [1.25 + 1.75, 3.25, 0, 1]


def test_imported_pictures_and_cubes_are_read_by_name(
    gl: moderngl.Context, build: Build, ask: Ask, photo: moderngl.Texture
) -> None:
    """Six sides of one texel, 10 to 60; what is no cube is not read as one."""
    chain = build("""/*{"IMPORTED": {"photo": {"PATH": "a.png"},
        "sky": {"PATH": ["a", "b", "c", "d", "e", "f"]}}}*/
        void main() {
            int side = int(gl_FragCoord.x), axis = side / 2;
            vec3 way = vec3(axis == 0, axis == 1, axis == 2) * (side % 2 == 0 ? 1.0 : -1.0);
            gl_FragColor.r = textureCube(sky, way).r;
            gl_FragColor.gba = IMG_PIXEL(photo, vec2(1.5, 0.5)).rga;
        }""")
    cube = gl.texture_cube((1, 1), 4, bytes(n for side in range(1, 7) for n in (10 * side,) * 4))
    found = pixels(chain.draw(ask(), pictures={"photo": photo, "sky": cast(Picture, cube)})) * 255
    assert found[0, :6, 0].round().tolist() == [10, 20, 30, 40, 50, 60]
    assert found[0, :6, 1].round().tolist() == [40] * 6
    found = pixels(chain.draw(ask(), pictures={"photo": cast(Picture, cube), "sky": photo}))
    assert found[0, :6, :2].tolist() == [[0, 0]] * 6
    cube.release()


def test_a_target_tells_that_it_holds_no_numbers(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "x", "TYPE": "float"}],
        "PASSES": [{"TARGET": "coarse", "PERSISTENT": true},
            {"TARGET": "one", "PERSISTENT": true, "FLOAT": true},
            {"TARGET": "two", "PERSISTENT": true, "FLOAT": true}, {}]}*/
        void main() {
            bool corner = gl_FragCoord.x < 1.0 && gl_FragCoord.y < 1.0;
            if (PASSINDEX == 0) gl_FragColor = vec4(1.0 / x);
            else if (PASSINDEX == 1) gl_FragColor = IMG_THIS_PIXEL(one) + (corner ? sqrt(x) : 0.0);
            else if (PASSINDEX == 2) gl_FragColor = vec4(corner ? 1.0 / x : 1.0);
            else gl_FragColor = IMG_THIS_PIXEL(one) + IMG_THIS_PIXEL(two) + IMG_THIS_PIXEL(coarse);
        }""")
    for step, (x, wanted) in enumerate([(1, ()), (-1, ("one",)), (0, ("one", "two"))]):
        chain.simulate(ask(step, x=x))
        assert chain.nans() == wanted


@pytest.mark.parametrize(
    ("width", "words"),
    [
        ("$WIDTH / 0", "line 3, column 22: WIDTH '\\$WIDTH / 0': divides by zero"),
        ("$WIDTH **", "line 3, column 22: WIDTH '\\$WIDTH \\*\\*': not an arithmetic expression"),
        ("__import__('os')", "may hold numbers"),
    ],
)
def test_a_size_that_can_never_be_one_is_a_fault(build: Build, width: str, words: str) -> None:
    with pytest.raises(ShaderError, match=words):
        build(f"""/*{{
            "PASSES": [
  {{"TARGET": "wide", "WIDTH": "{width}"}}, {{}}]
        }}*/ void main() {{ gl_FragColor = vec4(1.0); }}""")


def test_a_size_that_inputs_may_mend_is_held_to_what_can_be(build: Build, ask: Ask) -> None:
    """8 / 0 is 1; 10⁹ is the most that a texture can be, which is at least 8192 here."""
    chain = build("""/*{"INPUTS": [{"NAME": "n", "TYPE": "float", "DEFAULT": 0}],
        "PASSES": [{"TARGET": "s", "WIDTH": "$WIDTH / $n", "HEIGHT": 1},
            {"TARGET": "t", "WIDTH": "1e9", "HEIGHT": 1}, {"FLOAT": true}]}*/
        void main() {
            if (PASSINDEX < 2) gl_FragColor = vec4(1.0);
            else gl_FragColor = vec4(IMG_SIZE(s), IMG_SIZE(t) / 8192.0);
        }""")
    problems = [fault.problem for fault in chain.warnings]
    assert problems[0] == "WIDTH '$WIDTH / $n' divides by zero"
    assert problems[1] == "WIDTH '1e9' asks for 1e+09 pixels of the 16384 there can be"
    for n, side in ((0.0, 1), (4.0, 2)):
        found = only(chain.draw(ask(n=n)))
        assert found[:2] == [side, 1] and found[2] >= 1
