"""A renderer makes chains and frames of one size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import moderngl
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import MachineError, ShaderError
from empathy_palettes.mapping.params import Params
from empathy_palettes.render.renderer import Renderer

pytestmark = pytest.mark.gl


def test_from_a_shader_to_a_frame(
    gl: moderngl.Context,
    tmp_path: Path,
    write: Callable[[str, str], Path],
    ask: Callable[..., Params],
) -> None:
    renderer = Renderer(gl, (16, 8), Assets([tmp_path]))
    path = write("a.fs", "/*{}*/ void main() { gl_FragColor = vec4(0.2, 0.4, 0.6, 1.0); }")
    chain = renderer.chain([path])
    frame = renderer.compose(chain.draw(ask()))
    assert renderer.size == frame.size == (16, 8)
    assert frame.read(components=4) == bytes((51, 102, 153, 255)) * 128
    chain.release()
    renderer.release()


@pytest.mark.parametrize("size", [(0, 8), (8, 10_000_000)])
def test_a_size_that_the_gpu_cannot_draw(gl: moderngl.Context, size: tuple[int, int]) -> None:
    with pytest.raises(MachineError):
        Renderer(gl, size, Assets([]))


def test_every_file_of_a_chain_is_told_without_compiling(
    gl: moderngl.Context, tmp_path: Path, write: Callable[[str, str], Path]
) -> None:
    renderer = Renderer(gl, (16, 8), Assets([tmp_path]))
    write("lib/near.glsl", "float near() { return 1.0; }")
    write("a.vs", "void main() { isf_vertShaderInit(); }")
    first = write("a.fs", '/*{}*/\n#include "near.glsl"\nvoid main() { does not compile }')
    second = write("b.fs", "/*{}*/ void main() {}")
    there = [path.name for path in renderer.files([first, second]) if path.exists()]
    assert sorted(there) == ["a.fs", "a.vs", "b.fs", "near.glsl"]
    (tmp_path / "shaders" / "lib" / "near.glsl").unlink()
    with pytest.raises(ShaderError, match="near"):
        renderer.files([first, second])
    renderer.release()
