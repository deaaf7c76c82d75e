"""The frames' alpha, kept beside them for whoever lays them over something else.

The frames themselves are opaque over black: so they are shown, and so the guard judges them.
"""

from __future__ import annotations

from contextlib import ExitStack

import moderngl

from .plan import Size
from .program import Program
from .targets import QUAD

_ALPHA = """\
uniform sampler2D first;
uniform sampler2D second;
uniform float amount;
out float alpha;

float alpha_of(sampler2D picture) {
    float a = texelFetch(picture, ivec2(gl_FragCoord.xy), 0).a;
    return a >= 0.0 ? min(a, 1.0) : 0.0;  // what is no number is nothing
}

void main() {
    alpha = alpha_of(first);
    if (MIXED) alpha = mix(alpha, alpha_of(second), amount);
}
"""


class Alpha:
    """Draws the alpha of frames into a ring of `count` framebuffers, R8, of the frames' size."""

    def __init__(self, ctx: moderngl.Context, size: Size, count: int, owner: ExitStack) -> None:
        self._programs = {
            mixed: Program(ctx, QUAD, _variant(mixed=mixed), owner) for mixed in (False, True)
        }
        self._ring: list[moderngl.Framebuffer] = []
        for _ in range(count):
            texture = ctx.texture(size, 1)
            owner.callback(texture.release)
            framebuffer = ctx.framebuffer([texture])
            owner.callback(framebuffer.release)
            framebuffer.clear()
            self._ring.append(framebuffer)

    @property
    def newest(self) -> moderngl.Framebuffer:
        """The alpha of the frame drawn last."""
        return self._ring[-1]

    def draw(self, first: moderngl.Texture, second: moderngl.Texture | None, amount: float) -> None:
        """Take the alpha of `first`, or `amount` of the way from it to that of `second`."""
        framebuffer = self._ring.pop(0)
        self._ring.append(framebuffer)
        program = self._programs[second is not None]
        pictures = {"first": first, "second": second or first}
        for name, unit in program.reads.items():
            pictures[name].use(unit)
        program.set("amount", amount)
        framebuffer.use()
        program.draw()


def _variant(*, mixed: bool) -> str:
    return f"#version 330 core\nconst bool MIXED = {str(mixed).lower()};\n" + _ALPHA
