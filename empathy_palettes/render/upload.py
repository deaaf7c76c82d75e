"""What `Params` shows as textures: its arrays on the GPU, written only when they change.

Does not make the arrays: `mapping` does, and `inlet.media` the pictures.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import moderngl
import numpy as np
from numpy.typing import NDArray

from ..mapping.params import CROWDS, Floats, Params
from .dialects.pictures import repeats

#: Of the crowd's, these are read between texels, as pictures and sound are; the others hold a
#: record per texel.
SMOOTH = frozenset({"emo_field", "emo_palette"})
Pixels = NDArray[np.uint8]

#: Textures that take turns under one name: a write into one that is still being read would wait
#: for the picture that reads it, and nothing could be worked out meanwhile.
TURNS = 3
_MOST_BYTES = 8 * 1024 * 1024  # of a texture that has others to take turns with


class DataTextures(Mapping[str, moderngl.Texture]):
    """Name → texture, row 0 at the bottom; only the names that shaders `want` are kept.

    RGBA32F, and RGBA8 for pictures. A picture that is no more in the params has no texture.
    """

    def __init__(self, ctx: moderngl.Context, want: frozenset[str], owner: ExitStack) -> None:
        self._ctx = ctx
        self._want = want
        self._textures: dict[str, moderngl.Texture] = {}
        self._turns: dict[str, deque[moderngl.Texture]] = {}  # of each name, the next one first
        self._written: dict[str, Floats] = {}
        self._pictures: dict[str, Pixels] = {}
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
        for name in self._pictures.keys() - params.images.keys():
            del self._pictures[name]
            self._textures.pop(name).release()
        for name, pixels in params.images.items():
            if name in self._want and self._pictures.get(name) is not pixels:
                self._show(name, pixels)

    def __getitem__(self, name: str) -> moderngl.Texture:
        return self._textures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._textures)

    def __len__(self) -> int:
        return len(self._textures)

    def _write(self, name: str, array: Floats) -> None:
        there = self._written.get(name)
        if there is None or there.shape != array.shape:
            for texture in self._turns.pop(name, ()):
                texture.release()
            count = TURNS if array.nbytes <= _MOST_BYTES else 1
            self._turns[name] = deque(self._make(name, array.shape) for _ in range(count))
            there = self._written[name] = np.empty(array.shape, np.float32)
        elif np.array_equal(there, array):
            return
        np.copyto(there, array)
        turns = self._turns[name]
        self._textures[name] = turns[0]
        turns[0].write(there)
        turns.rotate(-1)

    def _show(self, name: str, pixels: Pixels) -> None:
        there = self._textures.get(name)
        if there is None or there.size != pixels.shape[1::-1]:
            if there is not None:
                del self._textures[name], self._pictures[name]
                there.release()
            self._textures[name] = picture_texture(self._ctx, pixels)
        else:
            there.write(pixels)
        if repeats(name):
            self._textures[name].build_mipmaps()
        self._pictures[name] = pixels

    def _make(self, name: str, shape: tuple[int, ...]) -> moderngl.Texture:
        height, width, components = shape
        texture = self._ctx.texture((width, height), components, dtype="f4")
        smooth = name in SMOOTH or not name.startswith(CROWDS)
        texture.filter = (moderngl.LINEAR if smooth else moderngl.NEAREST,) * 2
        texture.repeat_x = texture.repeat_y = False
        return texture

    def _release(self) -> None:
        written = (texture for turns in self._turns.values() for texture in turns)
        shown = (self._textures[name] for name in self._pictures)
        for texture in (*written, *shown):
            texture.release()
        self._textures.clear()
        self._turns.clear()


def picture_texture(ctx: moderngl.Context, pixels: Pixels) -> moderngl.Texture:
    """Return a picture as a texture that is read between texels and ends at its edge."""
    texture = ctx.texture(pixels.shape[1::-1], 4, pixels)
    texture.filter = moderngl.LINEAR, moderngl.LINEAR
    texture.repeat_x = texture.repeat_y = False
    return texture
