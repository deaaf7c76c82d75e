"""Chains draw what ISF says they draw: every value is worked out by hand here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.mapping.params import Params
from empathy_palettes.render.chain import Chain, Picture

pytestmark = pytest.mark.gl

Ask = Callable[..., Params]
Build = Callable[..., Chain]
Write = Callable[[str, str], Path]
Pixels = NDArray[np.float64]

PLAIN = """/*{"INPUTS": [{"NAME": "x", "TYPE": "float", "MIN": 0, "MAX": 1, "DEFAULT": 0.25}]}*/
void main() { gl_FragColor = vec4(x, 0.0, 0.0, 1.0); }
"""
#: Counts its simulation steps in `state`, and shows the mix of the last two states.
COUNTER = """/*{
  "INPUTS": [{"NAME": "x", "TYPE": "float", "DEFAULT": 1}],
  "PASSES": [{"TARGET": "state", "PERSISTENT": true, "FLOAT": true}, {}]
}*/
void main() {
    if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(state) + x;
    else gl_FragColor = mix(IMG_THIS_PIXEL(state_previous), IMG_THIS_PIXEL(state), emo_mix);
}
"""
#: Hands the picture on, dimmer.
DIMMER = """/*{"INPUTS": [{"NAME": "inputImage", "TYPE": "image"}]}*/
void main() { gl_FragColor = IMG_THIS_PIXEL(inputImage) * vec4(vec3(0.5), 1.0); }
"""


def pixels(picture: Picture) -> Pixels:
    """The picture as numbers, (height, width, 4), row 0 at the bottom."""
    raw = np.frombuffer(
        picture.read(), {"f1": np.uint8, "f2": np.float16, "f4": np.float32}[picture.dtype]
    )
    scale = 255.0 if picture.dtype == "f1" else 1.0
    return raw.reshape(picture.height, picture.width, 4).astype(np.float64) / scale


def only(picture: Picture) -> list[float]:
    """The one colour of a picture that has one colour."""
    found = pixels(picture).reshape(-1, 4)
    assert (found == found[0]).all()
    return [float(number) for number in found[0]]


def test_an_input_is_what_it_is_given_else_its_default(build: Build, ask: Ask) -> None:
    chain = build(PLAIN)
    assert only(chain.draw(ask())) == [64 / 255, 0, 0, 1]
    assert only(chain.draw(ask(x=0.6))) == [153 / 255, 0, 0, 1]
    assert only(chain.draw(ask())) == [64 / 255, 0, 0, 1]


def test_an_override_holds_for_its_shader_only(build: Build, ask: Ask) -> None:
    adder = """/*{"INPUTS": [{"NAME": "inputImage", "TYPE": "image"},
        {"NAME": "x", "TYPE": "float", "DEFAULT": 0}]}*/
        void main() { gl_FragColor = IMG_THIS_PIXEL(inputImage) + vec4(0.0, x, 0.0, 0.0); }"""
    chain = build(PLAIN, adder)
    params = replace(ask(x=0.2), overrides={"b": {"x": 0.4}})
    assert only(chain.draw(params)) == [51 / 255, 102 / 255, 0, 1]


def test_every_type_of_input(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [
        {"NAME": "b", "TYPE": "bool"}, {"NAME": "e", "TYPE": "event"},
        {"NAME": "l", "TYPE": "long", "VALUES": [3, 51], "DEFAULT": 3},
        {"NAME": "p", "TYPE": "point2D"}, {"NAME": "c", "TYPE": "color"}
        ]}*/
        void main() {
            gl_FragColor = vec4(b ? 0.2 : 0.0, e ? 0.4 : 0.0, float(l) / 255.0, 1.0)
                + vec4(p.x, p.y, 0.0, 0.0) + vec4(c.rgb, 0.0);
        }""")
    black = (0.0, 0.0, 0.0, 1.0)
    off = chain.draw(ask(b=0, e=0, c=black))
    assert only(off) == [0, 0, 3 / 255, 1]
    on = chain.draw(ask(b=1, e=1, l=51, p=(0.2, 0.4), c=(0.0, 0.0, 0.2, 1.0)))
    assert only(on) == [0.4, 0.8, 0.4, 1]


def test_a_normalised_point_is_in_pixels_of_the_pass(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "p", "TYPE": "point2D", "DEFAULT": [0.2, 0.4]}]}*/
        void main() { gl_FragColor = vec4(p / RENDERSIZE, p.x / 8.0, 1.0); }""")
    assert only(chain.draw(ask())) == [0.2, 0.4, 0.2, 1]


def test_the_picture_begins_at_the_bottom_left(build: Build, ask: Ask) -> None:
    chain = build("/*{}*/ void main() { gl_FragColor = vec4(isf_FragNormCoord, 0.0, 1.0); }")
    found = pixels(chain.draw(ask()))
    x, y = np.meshgrid((np.arange(8) + 0.5) / 8, (np.arange(4) + 0.5) / 4)
    assert np.abs(found[:, :, 0] - x).max() <= 0.5 / 255 + 1e-6
    assert np.abs(found[:, :, 1] - y).max() <= 0.5 / 255 + 1e-6


def test_the_automatic_uniforms(build: Build, ask: Ask) -> None:
    chain = build(
        """/*{"PASSES": [{"FLOAT": true}]}*/ void main() {
        vec2 p = gl_FragCoord.xy;
        if (p.x < 1.0) gl_FragColor = vec4(TIME, TIMEDELTA, FRAMEINDEX, PASSINDEX);
        else if (p.x < 2.0) gl_FragColor = DATE;
        else gl_FragColor = vec4(RENDERSIZE, 0.0, 0.0);
        }""",
        date=(2024.0, 2.0, 29.0, 64.0),
    )
    assert pixels(chain.draw(ask(30)))[0, 0].tolist() == [0.5, 0, 0, 0]
    for step in (2, 4, 6):
        chain.simulate(ask(step))
    found = pixels(chain.draw(ask(30)))[0]
    assert found[0] == pytest.approx([0.5, 2 / 60, 2, 0], abs=1e-4)  # half floats
    assert found[1].tolist() == [2024, 2, 29, 64]
    assert found[2].tolist() == [8, 4, 0, 0]


def test_the_palette_is_resampled_to_what_is_declared(build: Build, ask: Ask) -> None:
    inputs = ", ".join(f'{{"NAME": "palette{n}", "TYPE": "color"}}' for n in range(2))
    chain = build(f"""/*{{"INPUTS": [{inputs}]}}*/
        void main() {{ gl_FragColor = vec4(palette0.r, palette1.b, palette1.r, palette0.a); }}""")
    assert only(chain.draw(ask())) == [1, 1, 0, 1]


def test_a_shader_that_counts_gets_the_palette_as_it_is(build: Build, ask: Ask) -> None:
    inputs = ", ".join(f'{{"NAME": "palette{n}", "TYPE": "color"}}' for n in range(5))
    chain = build(f"""/*{{"INPUTS": [{inputs}, {{"NAME": "palette_count", "TYPE": "long"}}]}}*/
        void main() {{
            gl_FragColor = vec4(palette1.b, palette4.b, float(palette_count) / 5.0, 1.0);
        }}
        """)
    assert only(chain.draw(ask())) == [128 / 255, 1, 153 / 255, 1]


def test_the_crowd_comes_as_textures(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "emo_people", "TYPE": "image"},
        {"NAME": "emo_palette", "TYPE": "image"}, {"NAME": "emo_field", "TYPE": "image"}]}*/
        void main() {
            float n = float(emo_people_count);
            gl_FragColor = vec4(texelFetch(emo_people, ivec2(1, 0), 0).g, n / 5.0,
                IMG_SIZE(emo_palette).x / 256.0, IMG_SIZE(emo_field).x);
        }""")
    assert chain.images == {"emo_people", "emo_palette", "emo_field"}
    people = np.zeros((3, 2, 4), np.float32)
    people[0, 1, 1] = 0.4
    for value in (0.4, 0.6):  # the array may be the same one with other numbers in it
        people[0, 1, 1] = value
        params = replace(ask(), textures={"emo_people": people}, counts={"emo_people_count": 1})
        assert only(chain.draw(params)) == [value, 0.2, 1, 1]


def test_an_image_that_nobody_supplies_is_one_transparent_pixel(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "sound", "TYPE": "audio"}],
        "IMPORTED": {"noise": {"PATH": "a.png"}, "sky": {"PATH": ["a", "b", "c", "d", "e", "f"]}}}*/
        void main() {
            gl_FragColor = vec4(IMG_SIZE(sound) / 2.0, textureCube(sky, vec3(1.0)).a, 1.0)
                + IMG_THIS_PIXEL(noise);
        }""")
    assert only(chain.draw(ask())) == [128 / 255, 128 / 255, 0, 1]


def test_a_simulation_moves_at_its_own_steps_only(build: Build, ask: Ask) -> None:
    chain = build(COUNTER)
    assert only(chain.draw(ask())) == [0, 0, 0, 0]
    for step in range(3):
        chain.simulate(ask(step))
        chain.draw(ask(step))
        chain.draw(ask(step))
    assert chain.draw(ask()).dtype == "f2"
    assert only(chain.draw(ask())) == [3, 3, 3, 3]
    assert only(chain.draw(ask(), 0.0)) == [2, 2, 2, 2]
    assert only(chain.draw(ask(), 0.25)) == [2.25, 2.25, 2.25, 2.25]


def test_a_portable_shader_declares_the_mix_and_the_state_before(build: Build, ask: Ask) -> None:
    declared = """[{"NAME": "emo_mix", "TYPE": "float", "DEFAULT": 1},
        {"NAME": "state_previous", "TYPE": "image"},
        {"NAME": "x", "TYPE": "float", "DEFAULT": 1}]"""
    chain = build(COUNTER.replace('[{"NAME": "x", "TYPE": "float", "DEFAULT": 1}]', declared))
    assert [list(each) for each in chain.declared.values()] == [["emo_mix", "x"]]  # asked of nobody
    for step in range(3):
        chain.simulate(ask(step))
    assert only(chain.draw(ask(), 0.5)) == [2.5, 2.5, 2.5, 2.5]


def test_a_simulation_is_the_same_at_any_picture_size(build: Build, ask: Ask) -> None:
    """Each size draws the first row of the state, so its exact floats can be compared."""
    text = """/*{"PASSES": [
        {"TARGET": "soft", "WIDTH": "$WIDTH / 40", "HEIGHT": "$HEIGHT / 40", "FLOAT": true},
        {"TARGET": "state", "PERSISTENT": true, "WIDTH": "$WIDTH / 80", "HEIGHT": "9",
         "FLOAT": true},
        {}]}*/
        void main() {
            vec2 p = isf_FragNormCoord;
            if (PASSINDEX == 0) gl_FragColor = vec4(sin(p * 9.0 + TIME), RENDERSIZE / 64.0);
            else if (PASSINDEX == 1)
                gl_FragColor = 0.5 * IMG_THIS_PIXEL(state) + IMG_THIS_PIXEL(soft);
            else gl_FragColor = texelFetch(state, ivec2(gl_FragCoord.xy), 0);
        }"""
    rows = []
    for size in ((32, 18), (64, 36), (1280, 720)):
        chain = build(text, size=size)
        for step in range(0, 8, 2):
            chain.simulate(ask(step))
        rows.append(pixels(chain.draw(ask(8)))[:9, :16])
    assert rows[0].any()
    assert (rows[0] == rows[1]).all()
    assert (rows[0] == rows[2]).all()


def test_a_chain_hands_the_picture_on(build: Build, ask: Ask) -> None:
    chain = build(PLAIN, DIMMER, DIMMER)
    assert only(chain.draw(ask(x=0.8)))[0] == pytest.approx(0.2, abs=0.51 / 255 * 1.5)
    assert chain.draw(ask()).dtype == "f1"


def test_a_simulation_sees_the_picture_of_its_own_step(build: Build, ask: Ask) -> None:
    trail = """/*{"INPUTS": [{"NAME": "inputImage", "TYPE": "image"}],
        "PASSES": [{"TARGET": "trail", "PERSISTENT": true, "FLOAT": true}, {}]}*/
        void main() {
            if (PASSINDEX == 0)
                gl_FragColor = 0.5 * IMG_THIS_PIXEL(trail) + IMG_PIXEL(inputImage, gl_FragCoord.xy);
            else gl_FragColor = IMG_THIS_PIXEL(trail) + IMG_THIS_PIXEL(inputImage);
        }"""
    exact = PLAIN.replace("}*/", ', "PASSES": [{"FLOAT": true}]}*/')
    chain = build(exact, trail, size=(16, 16))
    chain.simulate(ask(0, x=1.0))
    chain.draw(ask(1, x=0.75))  # a picture between two steps leaves no trace
    chain.simulate(ask(2, x=0.5))
    assert only(chain.draw(ask(3, x=0.25)))[0] == 0.5 + 0.5 + 0.25


def test_a_later_pass_sees_this_frames_earlier_targets_and_no_older_ones(
    build: Build, ask: Ask
) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "x", "TYPE": "float"}],
        "PASSES": [{"TARGET": "late"}, {"TARGET": "early"}, {"TARGET": "late"}, {}]}*/
        void main() {
            if (PASSINDEX == 0) gl_FragColor = vec4(IMG_THIS_PIXEL(early).r);
            if (PASSINDEX == 1) gl_FragColor = vec4(x, IMG_THIS_PIXEL(late).r, 0.0, 1.0);
            if (PASSINDEX == 2) gl_FragColor = IMG_THIS_PIXEL(late) + IMG_THIS_PIXEL(early) / 2.0;
            if (PASSINDEX == 3)
                gl_FragColor = vec4(IMG_THIS_PIXEL(early).rg, IMG_THIS_PIXEL(late).r, 1.0);
        }""")
    for x in (0.8, 0.4):
        assert only(chain.draw(ask(x=x))) == [x, 0, x / 2, 1]


@pytest.mark.parametrize("flags", ["", ', "FLOAT": true', ', "WIDTH": 4', ', "PERSISTENT": true'])
def test_a_last_pass_with_a_target_is_copied_out(build: Build, ask: Ask, flags: str) -> None:
    chain = build(
        PLAIN.replace("}*/", f', "PASSES": [{{"TARGET": "out"{flags}}}]}}*/')
        .replace("vec4(x,", "IMG_THIS_PIXEL(out) * 0.0 + vec4(x,")
        .replace("out", "result")
    )
    chain.simulate(ask(x=0.4))
    picture = chain.draw(ask(x=0.4))
    assert picture.size == (8, 4)
    assert only(picture) == pytest.approx([0.4, 0, 0, 1], abs=2e-4)  # half floats where FLOAT


def test_several_passes_may_build_one_state(build: Build, ask: Ask) -> None:
    """Two passes of one target at each step: +1, then ×2. `_previous` is the step before."""
    chain = build("""/*{"PASSES": [{"TARGET": "s", "PERSISTENT": true, "FLOAT": true},
        {"TARGET": "s", "PERSISTENT": true, "FLOAT": true}, {}]}*/
        void main() {
            if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(s) + 1.0;
            else if (PASSINDEX == 1) gl_FragColor = IMG_THIS_PIXEL(s) * 2.0;
            else gl_FragColor = vec4(IMG_THIS_PIXEL(s).r, IMG_THIS_PIXEL(s_previous).r, 0.0, 1.0);
        }""")
    for step, (now, before) in enumerate([(2, 0), (6, 2), (14, 6), (30, 14)]):
        chain.simulate(ask(step))
        assert only(chain.draw(ask(step))) == [now, before, 0, 1]


def test_a_target_that_follows_an_input_keeps_what_it_holds(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "n", "TYPE": "long", "DEFAULT": 4}],
        "PASSES": [
            {"TARGET": "s", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$n", "HEIGHT": "$n"},
            {}]}*/
        void main() {
            if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(s) + vec4(0.25, 0.0, 0.0, 0.0);
            else gl_FragColor = vec4(IMG_THIS_PIXEL(s).r, IMG_SIZE(s) / 16.0, 1.0);
        }""")
    for step, n in enumerate((4, 4, 8, 2)):
        chain.simulate(ask(step, n=n))
        assert only(chain.draw(ask(step, n=n))) == [0.25 * (step + 1), n / 16, n / 16, 1]


def test_a_vertex_file_beside_the_shader_is_its_vertex_stage(
    build: Build, write: Write, ask: Ask
) -> None:
    write(
        "a.vs",
        """varying vec2 moved;
        void main() { isf_vertShaderInit(); moved = isf_FragNormCoord * x + TIME; }""",
    )
    chain = build("""/*{"INPUTS": [{"NAME": "x", "TYPE": "float", "DEFAULT": 0.5}]}*/
        varying vec2 moved;
        void main() { gl_FragColor = vec4(moved.x - isf_FragNormCoord.x * 0.5, 0.0, 0.0, 1.0); }""")
    assert only(chain.draw(ask(12))) == [0.2, 0, 0, 1]


def test_pixels_that_a_shader_discards_are_transparent_black(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "x", "TYPE": "float"}]}*/
        void main() { if (x < 0.5) discard; gl_FragColor = vec4(1.0); }""")
    assert only(chain.draw(ask(x=1.0))) == [1, 1, 1, 1]
    assert only(chain.draw(ask(x=0.0))) == [0, 0, 0, 0]


def test_what_a_chain_says_of_itself(build: Build) -> None:
    chain = build(PLAIN, DIMMER.replace('"NAME"', '"Name"'))
    assert list(chain.declared) == ["a", "b"]
    assert chain.declared["a"]["x"].max == 1.0
    assert chain.images == {"inputImage"}
    assert [str(fault).rpartition("/")[2] for fault in chain.warnings] == [
        "b.fs: line 1, column 16: Name is written NAME in ISF; other hosts overlook it"
    ]


def test_a_number_that_no_long_can_be_is_held_to_its_range(build: Build, ask: Ask) -> None:
    chain = build("""/*{"INPUTS": [{"NAME": "n", "TYPE": "long"}]}*/
        void main() { gl_FragColor = vec4(n == 2147483647, n < -2147483647, 0.0, 1.0); }""")
    assert only(chain.draw(ask(n=1e12))) == [1, 0, 0, 1]
    assert only(chain.draw(ask(n=-1e12))) == [0, 1, 0, 1]


def test_a_rehearsal_leaves_no_trace(build: Build, ask: Ask) -> None:
    frames = """/*{"PASSES": [{"TARGET": "s", "PERSISTENT": true, "FLOAT": true}, {}]}*/
        void main() {
            if (PASSINDEX == 0) gl_FragColor = IMG_THIS_PIXEL(s) + vec4(1.0, FRAMEINDEX, 0.0, 1.0);
            else gl_FragColor = vec4(IMG_THIS_PIXEL(s).rg, TIMEDELTA, 1.0) / 8.0;
        }"""
    chain = build(frames)
    chain.rehearse(ask(7))
    assert only(chain.draw(ask(7)))[:3] == [0, 0, 0]
    chain.simulate(ask(8))
    assert only(chain.draw(ask(8)))[:3] == [0.125, 0, 0]
    chain.rehearse(ask(9))
    assert only(chain.draw(ask(9)))[:3] == [0, 0, 0]
