"""Shaders of other hosts, drawn: each name is what its own host says it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.mapping.params import Params
from empathy_palettes.render.chain import Chain
from empathy_palettes.render.dialects import to_isf

pytestmark = pytest.mark.gl
Ask = Callable[..., Params]
Write = Callable[[str, str], Path]
Picture = NDArray[np.float32]
Draw = Callable[..., Picture]
SIZE = (8, 4)
DATE = (2020.0, 3.0, 4.0, 5.0)


@pytest.fixture
def draw(gl: moderngl.Context, tmp_path: Path, write: Write, ask: Ask) -> Iterator[Draw]:
    """`draw(text)`: its picture as numbers of 0..1, row 0 at the bottom; ISF made of it agrees.

    `steps`: simulation steps before it. `portable=False`: no one ISF file can stand for it.
    """
    chains: list[Chain] = []

    def one(
        path: Path, steps: int, pictures: Mapping[str, moderngl.Texture], inputs: dict[str, Any]
    ) -> Picture:
        chains.append(Chain(gl, [path], Assets([tmp_path]), SIZE, date=DATE))
        assert chains[-1].warnings == ()
        for step in range(steps):
            chains[-1].simulate(ask(2 * step, **inputs), pictures)
        texture = chains[-1].draw(ask(60, **inputs), 1.0, pictures)
        kind = np.uint8 if texture.dtype == "f1" else np.float16
        raw = np.frombuffer(texture.read(), kind).astype(np.float32)
        most = np.float32(255 if kind is np.uint8 else 1)
        return raw.reshape(SIZE[1], SIZE[0], 4) / most

    def draw(
        text: str,
        *,
        steps: int = 0,
        portable: bool = True,
        pictures: Mapping[str, moderngl.Texture] | None = None,
        **inputs: Any,
    ) -> Picture:
        path = write("a.frag", text)
        found = one(path, steps, pictures or {}, inputs)
        if portable:
            again = one(write("b.fs", to_isf(text, path)), steps, pictures or {}, inputs)
            assert np.array_equal(found, again)
        return found

    yield draw
    for chain in chains:
        chain.release()


@pytest.fixture
def picture(gl: moderngl.Context) -> Iterator[Callable[..., moderngl.Texture]]:
    """`picture(array)`: a texture of bytes (h, w, 4), row 0 at the bottom."""
    made: list[moderngl.Texture] = []

    def picture(pixels: NDArray[np.uint8], *, mipmaps: bool = False) -> moderngl.Texture:
        height, width = pixels.shape[:2]
        made.append(gl.texture((width, height), 4, np.ascontiguousarray(pixels).tobytes()))
        if mipmaps:
            made[-1].build_mipmaps()
        made[-1].repeat_x = made[-1].repeat_y = False
        return made[-1]

    yield picture
    for texture in made:
        texture.release()


def toy(body: str, before: str = "") -> str:
    return f"{before}\nvoid mainImage(out vec4 fragColor, in vec2 fragCoord) {{\n{body}\n}}\n"


def stripes() -> NDArray[np.uint8]:
    """Four columns of red: 0, 80, 160, 240."""
    pixels = np.zeros((2, 4, 4), np.uint8)
    pixels[..., 0] = [0, 80, 160, 240]
    pixels[..., 3] = 255
    return pixels


def test_shadertoy_counts_pixels_and_is_opaque(draw: Draw) -> None:
    found = draw(toy("fragColor = vec4(fragCoord / iResolution.xy, iResolution.z * 0.5, 0.0);"))
    assert np.allclose(found[0, :, 0], (np.arange(8) + 0.5) / 8, atol=1 / 255)
    assert np.allclose(found[:, 0, 1], (np.arange(4) + 0.5) / 4, atol=1 / 255)
    assert np.allclose(found[..., 2], 0.5, atol=1 / 255) and (found[..., 3] == 1).all()


def test_shadertoy_tells_time_and_date(draw: Draw) -> None:
    text = toy("fragColor = vec4(iTime, iDate.y, iDate.x - 2019., 0) * vec4(.5, .1, .5, 1);")
    assert np.allclose(draw(text)[0, 0, :3], [0.5, 0.2, 0.5], atol=1 / 255), "month 2 is March"
    text = toy("fragColor = vec4(iChannelTime[2], iFrameRate / 120., iSampleRate / 88200., 0);")
    assert np.allclose(draw(text)[0, 0, :3], [1.0, 0.5, 0.5], atol=1 / 255)


def test_shadertoys_mouse_is_at_rest_until_moved(draw: Draw) -> None:
    rest = toy("fragColor = vec4(iMouse.xy, sign(iMouse.z) * .25 + .5, 1);")
    assert np.allclose(draw(rest)[0, 0, :3], [0, 0, 0.5], atol=1 / 255)
    held = toy("fragColor = vec4(iMouse.xy / 10., sign(iMouse.z) * .5, iMouse.w < 0. ? 1. : 0.);")
    assert np.allclose(draw(held, mouse=(0.5, 0.5))[0, 0, :3], [0.4, 0.2, 0.5], atol=1 / 255)


def test_channels_go_on_beyond_their_edges_and_isf_images_do_not(
    draw: Draw, picture: Callable[..., moderngl.Texture]
) -> None:
    shown = picture(stripes())
    look = "vec2(1.125 + 0.25 * floor(fragCoord.x / 4.0), 0.5)"
    found = draw(toy(f"fragColor = texture(iChannel0, {look});"), pictures={"iChannel0": shown})
    assert np.allclose(found[0, [0, 7], 0] * 255, [0, 80], atol=1)
    isf = '/*{"INPUTS": [{"NAME": "photo", "TYPE": "image"}]}*/\n'
    look = look.replace("fragCoord", "gl_FragCoord")
    body = f"void main() {{ gl_FragColor = texture(photo, {look}); }}"
    assert np.allclose(draw(isf + body, pictures={"photo": shown})[0, :, 0] * 255, 240, atol=1)


def test_channels_are_read_through_their_mipmaps(
    draw: Draw, picture: Callable[..., moderngl.Texture]
) -> None:
    shown = picture(np.repeat(stripes(), 2, axis=0), mipmaps=True)
    text = toy("fragColor = textureLod(iChannel1, vec2(0.3, 0.7), 2.0);")
    found = draw(text, pictures={"iChannel1": shown})
    assert np.allclose(found[..., 0] * 255, np.mean([0, 80, 160, 240]), atol=1)


def test_a_panorama_stands_in_for_a_cube(
    draw: Draw, picture: Callable[..., moderngl.Texture]
) -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[3, :, 0] = 200  # the sky
    pixels[0, :, 1] = 200  # the ground
    shown = {"iChannel0": picture(pixels)}
    body = "vec3 up = vec3(0, {}, 0), other; fragColor = texture(iChannel0, up);"
    assert np.allclose(
        draw(toy(body.format("1")), pictures=shown)[0, 0, :2] * 255, [200, 0], atol=1
    )
    assert np.allclose(
        draw(toy(body.format("-1")), pictures=shown)[0, 0, :2] * 255, [0, 200], atol=1
    )
    mixed = (
        "vec3 r = vec3(0, 1, 0); fragColor = texture(iChannel0, r);"
        "fragColor.g = texture(iChannel0, vec2(.5, .125)).g;"
        "fragColor.b = texelFetch(iChannel0, ivec2(0, 3), 0).r;"
    )
    assert np.allclose(draw(toy(mixed), pictures=shown)[0, 0, :3] * 255, 200, atol=1)


def test_the_size_of_a_channel_is_its_own(
    draw: Draw, picture: Callable[..., moderngl.Texture]
) -> None:
    text = toy(
        "fragColor = 0. * texture(iChannel3, vec2(0));"
        "fragColor += vec4(iChannelResolution[3].xy, iChannelResolution[0].y, 8.) / 8.;"
    )
    found = draw(text, pictures={"iChannel3": picture(stripes())})
    assert np.allclose(found[0, 0, :3], [0.5, 0.25, 0.5], atol=1 / 255)


def test_an_authors_words_are_the_authors(draw: Draw) -> None:
    own = (
        "#define DATE 0.25\nconst float TIME = 0.5;\nfloat IMG_SIZE(float x) { return x; }\n"
        "vec3 shade(vec3 iResolution, float iFrame) { return iResolution * iFrame; }"
    )
    text = toy("fragColor.rgb = shade(vec3(1), IMG_SIZE(TIME)) - vec3(DATE, 0, iTime * 0.5);", own)
    assert np.allclose(draw(text)[0, 0, :3], [0.25, 0.5, 0.0], atol=1 / 255)


def test_a_main_of_the_authors_calls_the_image_itself(draw: Draw) -> None:
    own = (
        "uniform vec2 iResolution;\nvoid mainImage(out vec4 a, in vec2 b);\n"
        "void main(void) { mainImage(gl_FragColor, gl_FragCoord.xy); gl_FragColor.b = 0.5; }\n"
    )
    found = draw(toy("fragColor = vec4(fragCoord / iResolution, 0, 0);", own))
    assert np.allclose(found[3, 7], [7.5 / 8, 3.5 / 4, 0.5, 1], atol=1 / 255)


def test_a_channel_that_shows_its_own_last_frame(draw: Draw) -> None:
    body = "fragColor = texelFetch(iChannel0, ivec2(fragCoord), 0) + vec4(.125, 0, 0, -1);"
    text = toy(body, '#iChannel0 "self"')
    assert np.allclose(draw(text, steps=3)[..., 0], 0.375, atol=1e-3)
    assert (draw(text, steps=3)[..., 3] == 1).all(), "alpha holds data, and shows none of it"


TRANSITION = """\
uniform vec3 color /* = vec3(0.2, 0.4, 0.6) */;
uniform ivec2 size; // = ivec2(3)
uniform float amount; // = 0.25
vec4 transition(vec2 uv) {
    if (uv.y > 0.75) return vec4(color, float(size.x) / 10.0);
    if (uv.y > 0.5) return vec4(ratio / 4.0, amount, progress, 1.0);
    return mix(getFromColor(uv), getToColor(uv), step(uv.x, progress));
}
"""


def test_a_gl_transition_goes_from_one_to_the_other(
    draw: Draw, picture: Callable[..., moderngl.Texture]
) -> None:
    pixels = np.zeros((4, 8, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[..., 0] = np.arange(8) * 30
    ends = {"startImage": picture(pixels), "endImage": picture(pixels[..., [1, 0, 2, 3]])}
    for progress, which in ((0.0, [0] * 8), (1.0, [1] * 8), (0.5, [1] * 4 + [0] * 4)):
        found = draw(TRANSITION, pictures=ends, progress=progress)
        assert np.array_equal(found[0, range(8), which] * 255, np.arange(8) * 30)
        assert np.allclose(found[2, 0], [0.5, 0.25, progress, 1], atol=1 / 255)
    assert np.allclose(found[3, 0], [0.2, 0.4, 0.6, 0.3], atol=1 / 255)
    other = draw(TRANSITION, pictures=ends, size=(7.0, 1.0), color=(1.0, 0.0, 0.0, 1.0))
    assert np.allclose(other[3, 0], [1, 0, 0, 0.7], atol=1 / 255)


VIEWER = """\
#ifdef GL_ES
precision mediump float;
#endif
uniform vec2 u_resolution; uniform float u_time; uniform vec2 u_mouse;
uniform sampler2D u_tex0; uniform vec2 u_tex0Resolution;
varying vec2 v_texcoord;
float bright = u_time * 0.5;
void main() {
    vec2 st = gl_FragCoord.xy / u_resolution;
    gl_FragColor = vec4(abs(st - v_texcoord) + u_mouse / 80.0, bright, u_tex0Resolution.x / 8.0);
}
"""


def test_glslviewer_names(draw: Draw, picture: Callable[..., moderngl.Texture]) -> None:
    found = draw(VIEWER, pictures={"u_tex0": picture(stripes())}, mouse=(0.5, 1.0))
    assert np.allclose(found[1, 5], [4 / 80, 4 / 80, 0.5, 0.5], atol=1 / 255)


def test_glslviewer_buffers_are_passes(draw: Draw) -> None:
    text = """\
uniform vec2 u_resolution;
uniform sampler2D u_buffer0; // 0.5
uniform sampler2D u_doubleBuffer1;
void main() {
#if defined(BUFFER_0)
    gl_FragColor = vec4(u_resolution / 16.0, 0.0, 1.0);
#elif defined(DOUBLE_BUFFER_1)
    gl_FragColor = texture2D(u_doubleBuffer1, vec2(0.5)) + 0.125;
#else
    gl_FragColor = texture2D(u_buffer0, vec2(0.5));
    gl_FragColor.z = texture2D(u_doubleBuffer1, vec2(0.5)).x;
#endif
}
"""
    found = draw(text, steps=3, portable=False)
    assert np.allclose(found[..., :3], [4 / 16, 2 / 16, 0.375], atol=2e-3)


def test_bonzomatic(gl: moderngl.Context, draw: Draw) -> None:
    text = """\
#version 410 core
uniform float fGlobalTime; uniform vec2 v2Resolution;
uniform sampler1D texFFT; uniform sampler2D texPreviousFrame;
in vec2 out_texcoord;
layout(location = 0) out vec4 out_color;
void main(void) {
    float before = texture(texPreviousFrame, out_texcoord).r;
    out_color = vec4(before + 0.25, texture(texFFT, 0.9).r, gl_FragCoord.x / v2Resolution.x, 0);
}
"""
    heard = gl.texture((2, 1), 4, np.array([[[0.0] * 4, [0.75] * 4]], "f4").tobytes(), dtype="f4")
    heard.repeat_x = heard.repeat_y = False
    found = draw(text, steps=2, pictures={"texFFT": heard})
    heard.release()
    assert np.allclose(found[0, :, 0], 0.5, atol=1e-3)
    assert np.allclose(found[0, :, 1], 0.75, atol=1e-3)
    assert np.allclose(found[0, :, 2], (np.arange(8) + 0.5) / 8, atol=0.01)
    assert (found[..., 3] == 1).all()


def test_glsl_sandbox(draw: Draw) -> None:
    text = """\
uniform float time; uniform vec2 mouse; uniform vec2 resolution; uniform sampler2D backbuffer;
varying vec2 surfacePosition;
void main( void ) {
    vec2 p = gl_FragCoord.xy / resolution.xy;
    float before = texture2D(backbuffer, p).r;
    gl_FragColor = vec4(before + 0.25, mouse.y, step(0.0, surfacePosition.x), time * 0.0);
}
"""
    found = draw(text, steps=2, mouse=(0.0, 0.75))
    assert np.allclose(found[..., 0], 0.5, atol=1e-3) and np.allclose(
        found[..., 1], 0.75, atol=1e-3
    )
    assert found[0, :, 2].round().tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_plain_glsl_with_an_output_of_its_own(draw: Draw) -> None:
    text = """\
#version 330 core
in vec2 vUv; out vec4 fragColor;
uniform float uTime; uniform float gain = 0.5; uniform vec3 tint; // = vec3(1, 0.5, 0)
void main() { if (vUv.x < 0.5) discard; fragColor = vec4(tint * gain, vUv.y); }
"""
    found = draw(text, gain=1.0)
    assert np.allclose(found[1, 6], [1, 0.5, 0, 1.5 / 4], atol=1 / 255)
    assert (found[:, :4] == 0).all()


def test_a_fault_is_where_its_author_wrote_it(
    gl: moderngl.Context, tmp_path: Path, write: Write
) -> None:
    write("lib.glsl", "uniform vec3 iResolution; // noise\nfloat noise() { return missing; }\n")
    wrong = '#include "lib.glsl"\nuniform float iTime;\n' + toy("fragColor = vec4(wrong);")
    path = write("a.frag", wrong)
    with pytest.raises(ShaderError) as caught:
        Chain(gl, [path], Assets([tmp_path]), SIZE)
    places = [(Path(fault.file).name, fault.where.split(",")[0]) for fault in caught.value.faults]
    assert ("lib.glsl", "line 2") in places and ("a.frag", "line 5") in places


def test_an_include_may_declare_what_the_host_supplies(
    gl: moderngl.Context, tmp_path: Path, write: Write
) -> None:
    write(
        "lib.glsl", "uniform vec3 iResolution;\nvec2 place(vec2 p) { return p / iResolution.xy; }\n"
    )
    body = "fragColor = vec4(place(fragCoord), iTime, iResolution.z);"
    path = write("a.frag", '#include "lib.glsl"\n' + toy(body))
    chain = Chain(gl, [path], Assets([tmp_path]), SIZE)
    chain.release()
