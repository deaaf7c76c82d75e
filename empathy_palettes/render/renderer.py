"""What a stage draws with: one GL context, one picture size, any number of chains.

Opens no context: an outlet owns it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import moderngl

from ..core.assets import Assets
from .chain import Chain
from .compositor import Compositor


class Renderer:
    """Makes chains of shaders, and composes their pictures into the frames that outlets get."""

    def __init__(self, gl: moderngl.Context, size: tuple[int, int], assets: Assets) -> None:
        self.size = size
        self._gl = gl
        self._assets = assets
        self._compositor = Compositor(gl, size)

    def chain(self, shaders: Sequence[Path]) -> Chain:
        """Return the shaders as one chain; ShaderError with every fault where they do not hold."""
        return Chain(self._gl, shaders, self._assets, self.size)

    def compose(
        self,
        first: moderngl.Texture,
        second: moderngl.Texture | None,
        amount: float,
        light: float,
    ) -> moderngl.Framebuffer:
        """Return `amount` of the way from `first` to `second`, dimmed to `light` of its light."""
        return self._compositor.compose(first, second, amount, light)

    def release(self) -> None:
        """Give the GL objects back; chains are released by whoever asked for them."""
        self._compositor.release()
