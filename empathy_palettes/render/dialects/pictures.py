"""How other hosts sample the pictures that they hand to a shader.

Binds nothing: `render.phase` does.
"""

from __future__ import annotations

import re
from contextlib import ExitStack

import moderngl

_REPEATED = re.compile(r"iChannel[0-3]|u_tex\d+|tex(?:Checker|Noise|Challenge|Tex\d+)")


def repeats(name: str) -> bool:
    """Whether an image of this name goes on beyond its edges, and is sharp at any size.

    So it is for Shadertoy's channels, glslViewer's and Bonzomatic's pictures; ISF's own end.
    Whoever uploads such an image builds its mipmaps.
    """
    return _REPEATED.fullmatch(name) is not None


class Around:
    """A sampler that repeats a picture in all directions, through its mipmaps where it has them."""

    def __init__(self, ctx: moderngl.Context, owner: ExitStack) -> None:
        self._sampler = ctx.sampler(repeat_x=True, repeat_y=True)
        owner.callback(self._sampler.release)
        self._units: list[int] = []

    def use(self, texture: moderngl.Texture, unit: int) -> None:
        """Sample what is bound to `unit`, which is `texture`, this way until `clear`."""
        self._sampler.filter = texture.filter[0], moderngl.LINEAR
        self._sampler.use(unit)
        self._units.append(unit)

    def clear(self) -> None:
        """Let every unit sample again as its texture says."""
        for unit in self._units:
            self._sampler.clear(unit)
        self._units.clear()
