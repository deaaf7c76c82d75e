"""The crowd as textures: the arrays of `Params` on the GPU, written only when they change.

Does not make the arrays: `mapping.people` and `mapping.palette` do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import moderngl
import numpy as np

from ..mapping.params import Floats, Params

#: Smooth pictures are read between texels; everything else holds a record per texel.
SMOOTH = frozenset({"emo_field", "emo_palette"})


class DataTextures(Mapping[str, moderngl.Texture]):
    """Name → texture, RGBA32F, row 0 at the bottom; only the names that shaders `want` are kept."""

    def __init__(self, ctx: moderngl.Context, want: frozenset[str], owner: ExitStack) -> None:
        self._ctx = ctx
        self._want = want
        self._textures: dict[str, moderngl.Texture] = {}
        self._written: dict[str, Floats] = {}
        owner.callback(self._release)

    def update(self, params: Params) -> None:
        """Upload what differs from what is there."""
        for name, array in params.textures.items():
            if name in self._want:
                self._write(name, array)
        if "emo_palette" in self._want and "emo_palette" not in params.textures:
            ramp = np.ones((1, len(params.ramp), 4), np.float32)
            ramp[0, :, :3] = params.ramp
            self._write("emo_palette", ramp)

    def __getitem__(self, name: str) -> moderngl.Texture:
        return self._textures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._textures)

    def __len__(self) -> int:
        return len(self._textures)

    def _write(self, name: str, array: Floats) -> None:
        there = self._written.get(name)
        if there is None or there.shape != array.shape:
            if name in self._textures:
                self._textures.pop(name).release()
            self._textures[name] = self._make(name, array.shape)
            there = self._written[name] = np.empty(array.shape, np.float32)
        elif np.array_equal(there, array):
            return
        np.copyto(there, array)
        self._textures[name].write(there)

    def _make(self, name: str, shape: tuple[int, ...]) -> moderngl.Texture:
        height, width, components = shape
        texture = self._ctx.texture((width, height), components, dtype="f4")
        smooth = moderngl.LINEAR if name in SMOOTH else moderngl.NEAREST
        texture.filter = smooth, smooth
        texture.repeat_x = texture.repeat_y = False
        return texture

    def _release(self) -> None:
        for texture in self._textures.values():
            texture.release()
        self._textures.clear()
