"""Pictures drawn larger and averaged, beside the same arithmetic in numpy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import MachineError
from empathy_palettes.mapping.params import Params
from empathy_palettes.render.chain import Chain
from empathy_palettes.render.renderer import Renderer
from empathy_palettes.render.ssaa import enlarged, in_words

pytestmark = pytest.mark.gl

SIZE = (12, 6)
#: Every pixel differs from its neighbours; some are transparent, too bright, or no numbers.
PIXELS = """/*{"PASSES": [{"FLOAT": true}]}*/
void main() {
    vec2 at = floor(gl_FragCoord.xy);
    vec3 c = fract(sin(vec3(dot(at, vec2(12.9, 78.2))) + vec3(0.0, 2.1, 4.2)) * 43.7);
    float a = mod(at.x + 3.0 * at.y, 5.0) / 4.0;
    gl_FragColor = vec4(c * 1.2, a);
    if (mod(at.x, 7.0) == 3.0) gl_FragColor.r = sqrt(-1.0 - at.y);
}"""
#: A hard edge that no pixel of the frame lies along.
EDGE = """/*{}*/
void main() { gl_FragColor = vec4(vec3(step(gl_FragCoord.x, 0.4 * gl_FragCoord.y + 7.0)), 1.0); }"""
Build = Callable[..., Chain]


def read(texture: moderngl.Texture) -> NDArray[np.float64]:
    kind = np.float16 if texture.dtype == "f2" else np.uint8
    values = np.frombuffer(texture.read(), kind).reshape(texture.height, texture.width, 4)
    return values.astype(float) / (1.0 if texture.dtype == "f2" else 255.0)


def averaged(picture: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    """IEC 61966-2-1 to light and back, colours weighted by their alpha."""
    clean = np.clip(np.nan_to_num(picture, nan=0.0), 0, 1)
    rgb, alpha = clean[..., :3], clean[..., 3:]
    light = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    height, width, _ = picture.shape
    block = (height // times, times, width // times, times)
    seen = (light * alpha).reshape(*block, 3).sum(axis=(1, 3))
    weight = alpha.reshape(*block, 1).sum(axis=(1, 3))
    mean = seen / np.where(weight > 0, weight, 1)
    back = np.where(mean > 0.0031308, 1.055 * mean ** (1 / 2.4) - 0.055, 12.92 * mean)
    return np.concatenate([back, weight / times**2], axis=2)


@pytest.mark.parametrize("times", [2, 3, 4])
@pytest.mark.parametrize("text", [PIXELS, EDGE], ids=["pixels", "edge"])
def test_pictures_are_averaged_in_linear_light(
    build: Build, ask: Callable[..., Params], text: str, times: int
) -> None:
    large = build(text, size=(SIZE[0] * times, SIZE[1] * times))
    small = build(text, size=SIZE, ssaa=times)
    expected = averaged(read(large.draw(ask())), times)
    picture = small.draw(ask())
    assert picture.size == SIZE and picture.dtype == "f2"
    # Half floats near 1 are 1/2048 apart; the driver's pow adds as much again.
    assert np.abs(read(picture) - expected).max() < 2 / 2048
    assert len(np.unique(expected)) > 4


def test_once_is_as_it_was(build: Build, ask: Callable[..., Params]) -> None:
    plain, once = build(EDGE, size=SIZE), build(EDGE, size=SIZE, ssaa=1)
    assert np.array_equal(read(plain.draw(ask())), read(once.draw(ask())))
    assert once.draw(ask()).dtype == "f1"


def test_a_frame_of_it_has_its_own_size(
    gl: moderngl.Context,
    tmp_path: Path,
    write: Callable[[str, str], Path],
    ask: Callable[..., Params],
) -> None:
    renderer = Renderer(gl, SIZE, Assets([tmp_path]), ssaa=2)
    chain = renderer.chain([write("a.fs", EDGE)])
    try:
        for _ in range(90):  # it fades in
            frame = renderer.compose(chain.draw(ask()))
        shown = np.frombuffer(frame.read(components=4), np.uint8).reshape(SIZE[1], SIZE[0], 4)
        expected = averaged(read(chain.draw(ask())), 1)
        assert np.abs(shown / 255 - expected).max() <= 1.001 / 255
        assert set(np.unique(shown[..., 0])) - {0, 255}, "its edge is as hard as ever"
    finally:
        chain.release()
        renderer.release()


@pytest.mark.parametrize(
    ("size", "times", "said"),
    [
        ((64, 36), 0, "1 to 4"),
        ((64, 36), 5, "1 to 4"),
        ((8000, 4000), 4, "use 2"),
        ((9000, 100), 2, "leave it out"),
    ],
)
def test_what_is_too_large_is_said(size: tuple[int, int], times: int, said: str) -> None:
    with pytest.raises(MachineError) as caught:
        enlarged(size, times, 16_384)
    assert said in str(caught.value) and "ssaa" in str(caught.value)


def test_it_says_what_it_takes() -> None:
    assert "3840x2160, 32 MiB" in in_words((1920, 1080), 2)
    assert enlarged((1920, 1080), 4, 16_384) == (7680, 4320)


def test_a_renderer_refuses_what_the_gpu_does(gl: moderngl.Context) -> None:
    most = int(gl.info["GL_MAX_TEXTURE_SIZE"])
    with pytest.raises(MachineError, match="ssaa"):
        Renderer(gl, (most // 2 + 1, 2), Assets([]), ssaa=2)
