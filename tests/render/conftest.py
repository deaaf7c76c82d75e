"""A project folder for shaders, chains that are given back, and params for one instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.mapping.params import Params, Value
from empathy_palettes.render.chain import Chain


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """`write("a.fs", text)` puts a file into the project's `shaders` folder."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / "shaders" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def build(
    gl: moderngl.Context, tmp_path: Path, write: Callable[[str, str], Path]
) -> Iterator[Callable[..., Chain]]:
    """`build(text, …)` makes a chain of shaders `a.fs`, `b.fs`, … that is released at the end."""
    chains: list[Chain] = []

    def build(*texts: str, size: tuple[int, int] = (8, 4), **options: Any) -> Chain:
        paths = [write(f"{name}.fs", text) for name, text in zip("abcdef", texts, strict=False)]
        chains.append(Chain(gl, paths, Assets([tmp_path]), size, **options))
        return chains[-1]

    yield build
    for chain in chains:
        chain.release()


@pytest.fixture
def ask() -> Callable[..., Params]:
    """`ask(step, x=0.5)`: params of one step with these inputs, and a palette of red to blue."""

    def ask(step: int = 0, **inputs: Value) -> Params:
        ramp = np.zeros((256, 3), np.float32)
        ramp[:, 0] = np.linspace(1, 0, 256)
        ramp[:, 2] = np.linspace(0, 1, 256)
        return Params(step, step / 60, inputs, {}, ramp[[0, 128, 255]], ramp)

    return ask
