"""A Shadertoy of several files: found by name, each file its own program, read by its channels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets, tab_of, tabs_of
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.mapping.params import Params
from empathy_palettes.render.chain import Chain
from empathy_palettes.render.dialects import folder_to_isf, read_folder
from empathy_palettes.render.loader import load

pytestmark = pytest.mark.gl
Ask = Callable[..., Params]
Draw = Callable[..., NDArray[np.float32]]

COMMON = "const float STEP = 0.125;\nfloat half_(float x) { return x * 0.5; }\n"
COUNT = """\
uniform vec3 iResolution; // what some editors ask for
void mainImage(out vec4 c, in vec2 p) {
    c = vec4(texelFetch(iChannel0, ivec2(p), 0).r + STEP, p.x / iResolution.x, 0.25, 0.5);
}
"""
SHOW = "void mainImage(out vec4 c, in vec2 p) { c = texture(iChannel0, p / iResolution.xy); }\n"


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """`folder(image=…, bufferA=…)`: a folder `shaders/toy` that holds these files."""

    def folder(**texts: str) -> Path:
        for name, text in texts.items():
            path = tmp_path / "shaders" / "toy" / f"{name}.glsl"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "shaders" / "toy"

    return folder


@pytest.fixture
def draw(gl: moderngl.Context, tmp_path: Path, ask: Ask) -> Iterator[Draw]:
    """`draw(path, steps)`: the picture, 0..1, row 0 at the bottom, after so many steps."""
    chains: list[Chain] = []

    def draw(path: Path, steps: int, size: tuple[int, int] = (8, 4)) -> NDArray[np.float32]:
        chains.append(Chain(gl, [path], Assets([tmp_path]), size))
        for step in range(steps):
            chains[-1].simulate(ask(2 * step))
        raw = np.frombuffer(chains[-1].draw(ask(2 * steps)).read(), np.float16)
        return raw.astype(np.float32).reshape(size[1], size[0], 4)

    yield draw
    for chain in chains:
        chain.release()


@pytest.mark.parametrize(
    ("name", "tab"),
    [
        ("image.glsl", "image"),
        ("Image.frag", "image"),
        ("shader.glsl", "image"),
        ("bufferA.fs", "bufferA"),
        ("Buffer D.glsl", "bufferD"),
        ("buffer-b.frag", "bufferB"),
        ("buf_c.glsl", "bufferC"),
        ("Common.glsl", "common"),
        ("bufferE.glsl", ""),
        ("image.png", ""),
        ("sound.glsl", ""),
    ],
)
def test_a_file_says_which_tab_it_is(name: str, tab: str) -> None:
    assert tab_of(Path(name)) == tab


def test_a_folder_is_found_as_one_shader(folder: Callable[..., Path], tmp_path: Path) -> None:
    path = folder(image=SHOW, bufferA=COUNT, common=COMMON, sound="")
    assets = Assets([tmp_path])
    assert tabs_of(path).keys() == {"image", "bufferA", "common"}
    assert assets.find("shaders", "toy") == path
    assert assets.find("shaders", str(path)) == path
    (tmp_path / "shaders" / "alone.glsl").write_text(COUNT)
    assert [found.name for found in assets.listing("shaders")] == ["alone.glsl", "toy"]
    preset = tmp_path / "presets" / "mine.toml"
    preset.parent.mkdir()
    assert assets.resolve("shaders", "toy", preset) == path
    assert assets.resolve("shaders", "../shaders/toy", preset) == path


def test_buffers_keep_their_numbers(folder: Callable[..., Path], draw: Draw) -> None:
    path = folder(image=SHOW, bufferA=COUNT, common=COMMON)
    found = draw(path, steps=3)
    assert np.allclose(found[..., 0], 0.375, atol=1e-3)
    assert np.allclose(found[1, :, 1], (np.arange(8) + 0.5) / 8, atol=2e-3)
    assert (found[..., 3] == 1).all(), "the image is opaque, whatever the buffer's alpha holds"


@pytest.mark.parametrize(
    "said",
    [
        "// iChannel0: Buffer B\n",
        '#iChannel0 "file://bufferB.glsl"\n',
        "uniform sampler2D iChannel0; // buffer-b.glsl filter: linear wrap: clamp\n",
    ],
)
def test_channels_show_what_the_text_says(
    folder: Callable[..., Path], draw: Draw, said: str
) -> None:
    one = "void mainImage(out vec4 c, in vec2 p) { c = vec4(0.25, 0, 0, 1); }"
    other = "void mainImage(out vec4 c, in vec2 p) { c = vec4(0.75, 0, 0, 1); }"
    assert np.allclose(draw(folder(image=SHOW, bufferA=one, bufferB=other), 1)[..., 0], 0.25)
    assert np.allclose(draw(folder(image=said + SHOW), 1)[..., 0], 0.75)


def test_a_later_buffer_sees_this_step_and_an_earlier_one_the_last(
    folder: Callable[..., Path], draw: Draw
) -> None:
    first = "// iChannel0: Buffer B\n" + SHOW.replace("c = ", "c = vec4(.125) + ")
    second = "// iChannel0: Buffer A\n" + SHOW.replace("c = ", "c = vec4(.25, 0, 0, 0) + ")
    found = draw(folder(image=SHOW, bufferA=first, bufferB=second), steps=2)
    assert np.allclose(found[..., 0], 0.125 + 0.375, atol=1e-3)


def test_an_image_that_counts_the_buffers_pixels_is_drawn_at_their_size(
    folder: Callable[..., Path], draw: Draw
) -> None:
    counts = SHOW.replace(
        "texture(iChannel0, p / iResolution.xy)", "texelFetch(iChannel0, ivec2(p), 0)"
    )
    path = folder(image=counts, bufferA=COUNT, common=COMMON)
    found = draw(path, 1)
    assert np.allclose(found[1, :, 1], (np.arange(8) + 0.5) / 8, atol=4e-3)


def test_faults_name_the_tab_and_its_line(
    gl: moderngl.Context, folder: Callable[..., Path], tmp_path: Path
) -> None:
    path = folder(image="\n" + SHOW.replace("p /", "q /"), bufferA=COUNT, common=COMMON)
    with pytest.raises(ShaderError) as caught:
        Chain(gl, [path], Assets([tmp_path]), (8, 4))
    (fault,) = caught.value.faults
    assert fault.file == str(path / "image.glsl") and fault.where.startswith("line 2")
    (path / "common.glsl").write_text("float half_(float x) { return y; }\n")
    with pytest.raises(ShaderError) as caught:
        Chain(gl, [path], Assets([tmp_path]), (8, 4))
    assert any(fault.file == str(path / "common.glsl") for fault in caught.value.faults)
    folder(bufferA="void mainSound() {}", bufferB="void mainVR() {}")
    with pytest.raises(ShaderError) as caught:
        load(path, Assets([tmp_path]))
    assert len(caught.value.faults) == 2


def test_every_file_of_a_folder_is_watched(folder: Callable[..., Path], tmp_path: Path) -> None:
    path = folder(image=SHOW, bufferA=COUNT, common=COMMON)
    files = load(path, Assets([tmp_path])).files.paths
    assert {file.name for file in files} == {"image.glsl", "bufferA.glsl", "common.glsl"}


def test_a_common_that_is_included_stands_there_once(
    folder: Callable[..., Path], draw: Draw
) -> None:
    include = '#include "common.glsl"\n'
    path = folder(image=SHOW, bufferA=include + COUNT, common=COMMON)
    assert np.allclose(draw(path, steps=1)[..., 0], 0.125, atol=1e-3)


def test_only_a_folder_without_buffers_makes_one_file(
    folder: Callable[..., Path], draw: Draw, tmp_path: Path
) -> None:
    image = "void mainImage(out vec4 c, in vec2 p) { c = vec4(half_(0.5)); }"
    path = folder(image=image, common=COMMON)
    text = folder_to_isf(read_folder(path, {"image": image, "common": COMMON}))
    written = tmp_path / "one.fs"
    written.write_text(text)
    chain = load(written, Assets([tmp_path]))
    assert [item.target for item in chain.header.passes] == [""]
    path = folder(bufferA=COUNT)
    texts = {"image": SHOW, "common": COMMON, "bufferA": COUNT}
    with pytest.raises(ShaderError, match="use the folder as it is"):
        folder_to_isf(read_folder(path, texts))


def test_one_pointer_serves_every_tab(folder: Callable[..., Path], tmp_path: Path) -> None:
    image = (
        "vec2 mouse; void mainImage(out vec4 c, in vec2 p) { c = iMouse + texture(iChannel0, p); }"
    )
    path = folder(image=image, bufferA=COUNT.replace("0.25", "iMouse.x"), common=COMMON)
    header = load(path, Assets([tmp_path])).header
    assert [item.type for item in header.inputs] == ["point2D"]
    assert header.inputs[0].name != "mouse"


def test_a_file_called_like_a_tab_that_is_none_is_told(
    folder: Callable[..., Path], tmp_path: Path
) -> None:
    path = folder(image=SHOW, bufferA=COUNT, bufferZ=COUNT, common=COMMON, notes="x")
    (warning,) = load(path, Assets([tmp_path])).warnings
    assert str(warning) == (
        f"{path}: bufferZ.glsl is no tab of a Shadertoy: bufferA … bufferD: "
        "rename it, or take it out of the folder"
    )
    folder(image=f'#include "bufferZ.glsl"\n{SHOW}', bufferZ="const float z = 1.0;\n")
    assert load(path, Assets([tmp_path])).warnings == ()


def test_such_a_file_takes_nothing_from_the_folder(
    folder: Callable[..., Path], tmp_path: Path
) -> None:
    path = folder(image="void mainImage(out vec4 c, vec2 p) { c = vec4(STEP); }", common=COMMON)
    folder(buffer1=COUNT)
    assert set(tabs_of(path)) == {"image", "common"}
    assert "buffer1.glsl is no tab" in str(*load(path, Assets([tmp_path])).warnings)


def test_a_tab_with_nothing_in_it_is_told(folder: Callable[..., Path], tmp_path: Path) -> None:
    path = folder(image=SHOW, bufferA="// later\n")
    with pytest.raises(ShaderError, match=r"bufferA\.glsl: the file is empty"):
        load(path, Assets([tmp_path]))
