"""What goes wrong while a chain is built or drawn, and what is left on the GPU afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import moderngl
import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.mapping.params import Params
from empathy_palettes.render import targets
from empathy_palettes.render.chain import Chain

pytestmark = pytest.mark.gl

Ask = Callable[..., Params]
Build = Callable[..., Chain]
Write = Callable[[str, str], Path]

PLAIN = """/*{"PASSES": [{"TARGET": "s", "PERSISTENT": true, "FLOAT": true}, {}]}*/
void main() { gl_FragColor = IMG_THIS_PIXEL(s) + vec4(0.2); }
"""
#: Hands the picture on, dimmer.
DIMMER = """/*{"INPUTS": [{"NAME": "inputImage", "TYPE": "image"}]}*/
void main() { gl_FragColor = IMG_THIS_PIXEL(inputImage) * vec4(vec3(0.5), 1.0); }
"""


def test_every_fault_of_every_shader_at_once(build: Build) -> None:
    with pytest.raises(ShaderError) as caught:
        build(
            "/*{}*/\nvoid main() { gl_FragColor = vec4(wrong); }",
            PLAIN,
            "/*{}*/\n\nvoid main() { gl_FragColor = vec4(also_wrong); }",
        )
    places = [(fault.file[-4:], fault.where.split(",")[0]) for fault in caught.value.faults]
    assert ("a.fs", "line 2") in places and ("c.fs", "line 3") in places


VAST = """/*{"PASSES": [
    {"TARGET": "s", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$n", "HEIGHT": "HIGH"}, {}
    ], "INPUTS": [{"NAME": "n", "TYPE": "long", "DEFAULT": 4}]}*/
void main() { gl_FragColor = IMG_THIS_PIXEL(s) + vec4(0.2); }
"""


def test_a_target_that_the_gpu_cannot_make_is_a_fault(
    build: Build, dropped: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "MOST_BYTES", 2**40)
    try:
        build(VAST.replace("$n", "16384").replace("HIGH", "8192"))
    except ShaderError as error:
        (fault,) = error.faults
    else:
        pytest.skip("this GPU has room for 16384x8192 floats, twice")
    assert fault.file.endswith("a.fs")
    assert "target 's' cannot be 16384x8192 on this GPU" in fault.problem and fault.fix
    assert dropped() == []


def test_more_pixels_than_any_wall_has_are_asked_of_no_gpu(
    build: Build, dropped: Callable[[], list[str]]
) -> None:
    words = r"'s' cannot be 16384x16384: 134 million pixels are the most: make it smaller"
    with pytest.raises(ShaderError, match=words):
        build(VAST.replace("$n", "1e9").replace("HIGH", "$WIDTH * 1e6").replace("FLOAT", "X"))
    assert dropped() == []


def test_a_target_that_cannot_grow_stays_as_it_was(
    build: Build, ask: Ask, dropped: Callable[[], list[str]]
) -> None:
    chain = build(VAST.replace("HIGH", "$n"))
    with pytest.raises(ShaderError, match="16384x16384"):
        chain.rehearse(ask(0, n=1e12))
    assert dropped() == []
    chain.simulate(ask(0))
    picture = np.frombuffer(chain.draw(ask(0)).read(), np.float16)
    np.testing.assert_allclose(picture, 0.4, atol=2e-3)  # it remembers nothing of the try
    assert chain.faults == ()


@pytest.mark.usefixtures("small_gpu")
def test_a_show_goes_on_where_a_target_cannot_grow(
    build: Build, ask: Ask, dropped: Callable[[], list[str]]
) -> None:
    chain = build(VAST.replace("HIGH", "$n"))
    chain.simulate(ask(0))
    for step in (1, 2):
        chain.simulate(ask(step, n=1e12))
        picture = np.frombuffer(chain.draw(ask(step, n=1e12)).read(), np.float16)
        np.testing.assert_allclose(picture, 0.2 * (step + 2), atol=2e-3)
        (fault,) = chain.faults
        assert "'s' cannot be 16384x16384" in fault.problem
    assert dropped() == []
    chain.simulate(ask(3))
    assert chain.faults == ()


MANY = """/*{"INPUTS": [{"NAME": "n", "TYPE": "long", "DEFAULT": 64}], "PASSES": [
    {"TARGET": "s", "PERSISTENT": true, "FLOAT": true, "WIDTH": "64", "HEIGHT": "64"},
    {"TARGET": "t", "PERSISTENT": true, "WIDTH": "64", "HEIGHT": "$n"}, {}]}*/
void main() { gl_FragColor = IMG_THIS_PIXEL(s) + IMG_THIS_PIXEL(t) + vec4(0.2); }
"""
KIB = 64 * 64 // 1024  # of 64x64 pixels, a byte each


def test_the_targets_of_a_chain_have_one_budget_of_bytes(
    build: Build, dropped: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = KIB * 2 * (16 + 4) << 10  # of `s` and `t`, two states each
    picture = 2 * 8 * 4 * 8  # the output and a copy, half floats
    monkeypatch.setattr(targets, "MOST_BYTES", own + picture)
    build(MANY)
    with pytest.raises(ShaderError) as caught:
        build(MANY, DIMMER)
    (fault,) = caught.value.faults
    assert fault.file.endswith("b.fs") and "the picture cannot be 8x4: with it" in fault.problem
    monkeypatch.setattr(targets, "MOST_BYTES", own - 1)
    with pytest.raises(ShaderError, match="target 't' cannot be 64x64"):
        build(MANY)
    assert dropped() == []


def test_a_target_that_outgrows_the_budget_stays_as_it_was(
    build: Build, ask: Ask, dropped: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "MOST_BYTES", 1 << 18)  # 160 KiB of them as they begin
    chain = build(MANY)
    for _ in range(30):  # what was given back can be had again
        chain.rehearse(ask(0, n=128))
        chain.rehearse(ask(0, n=64))
    with pytest.raises(ShaderError, match=r"'t' cannot be 64x512"):
        chain.rehearse(ask(0, n=512))
    chain.rehearse(ask(0, n=64))
    assert dropped() == []


def test_the_first_target_that_is_too_much_is_named_with_what_it_makes(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert targets.MOST_BYTES == 8192 * 8192 * 16 * 2  # one of 8192x8192 floats that remembers
    monkeypatch.setattr(targets, "MOST_BYTES", targets.MOST_BYTES >> 8)
    sizes = '"PERSISTENT": true, "FLOAT": true, "WIDTH": "512", "HEIGHT": "512"'
    passes = ", ".join(f'{{"TARGET": "{name}", {sizes}}}' for name in "pqrs")
    with pytest.raises(ShaderError) as caught:
        build(f'/*{{"PASSES": [{passes}, {{}}]}}*/ void main() {{ gl_FragColor = vec4(1.0); }}')
    (fault,) = caught.value.faults
    together = f"{4 / 256:.3g} GiB, {2 / 256:.3g} GiB are the most"
    assert fault.problem == f"target 'q' cannot be 512x512: with it the targets take {together}"
    assert fault.fix == "make them fewer or smaller, or leave out FLOAT"


def test_a_chain_that_fails_leaves_nothing_on_the_gpu(
    build: Build, dropped: Callable[[], list[str]]
) -> None:
    with pytest.raises(ShaderError):
        build(PLAIN, "/*{}*/ void main() { gl_FragColor = wrong; }")
    assert dropped() == []


def test_a_released_chain_leaves_nothing_on_the_gpu(
    gl: moderngl.Context, write: Write, ask: Ask, dropped: Callable[[], list[str]]
) -> None:
    paths = [write("a.fs", PLAIN), write("b.fs", DIMMER.replace("inputImage", "emo_palette"))]
    chain = Chain(gl, paths, Assets([paths[0].parents[1]]), (8, 4))
    chain.simulate(ask())
    chain.draw(ask())
    chain.release()
    chain.release()
    del chain
    assert dropped() == []
