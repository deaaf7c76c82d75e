"""The last drawing of a frame: at most two pictures mixed, lit, and made 8 bits deep.

Does not choose the pictures, and is not the flash guard.
"""

from __future__ import annotations

from contextlib import ExitStack
from itertools import product

import moderngl

from .plan import Size
from .program import Program
from .targets import QUAD, unbind

RING = 3  # a frame stays as it is for two more ticks

#: A picture is opaque over black, and what is no number is black. `level` scales linear light; the
#: transfer function is that of IEC 61966-2-1. The noise is Wellons' 32-bit integer hash of the
#: pixel's place: it stands still, is less than half a step, and so leaves 8-bit values as they are.
_COMPOSE = """\
uniform sampler2D first;
uniform sampler2D second;
uniform float amount;
uniform float level;
out vec4 colour;

vec3 over_black(sampler2D picture) {
    vec4 c = texelFetch(picture, ivec2(gl_FragCoord.xy), 0);
    c = mix(vec4(0.0), c, greaterThanEqual(c, vec4(0.0)));
    return min(c.rgb, 1.0) * min(c.a, 1.0);
}

vec3 dimmed(vec3 c) {
    vec3 light = mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), greaterThan(c, vec3(0.04045)));
    light *= level;
    vec3 bright = 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055;
    return mix(light * 12.92, bright, greaterThan(light, vec3(0.0031308)));
}

float noise() {
    uint h = uint(gl_FragCoord.x) + uint(gl_FragCoord.y) * 16411u;
    h = (h ^ (h >> 16)) * 0x7feb352du;
    h = (h ^ (h >> 15)) * 0x846ca68bu;
    return (float((h ^ (h >> 16)) & 255u) + 0.5) / 256.0 - 0.5;
}

void main() {
    vec3 c = over_black(first);
    if (MIXED) c = mix(c, over_black(second), amount);
    if (DIMMED) c = dimmed(c);
    if (DITHERED) c += noise() / 255.0;
    colour = vec4(c, 1.0);
}
"""


_SWITCHES = ("MIXED", "DIMMED", "DITHERED")


class Compositor:
    """Draws finished frames into a ring of `RING` framebuffers, RGBA8 and opaque.

    What a frame does not need is compiled out of it: llvmpipe runs both sides of every branch,
    and a plain frame would cost four times as much.
    """

    def __init__(self, ctx: moderngl.Context, size: Size) -> None:
        self.size = size
        self._ctx = ctx
        self._owner = ExitStack()
        self._programs = {
            switches: Program(ctx, QUAD, _variant(switches), self._owner)
            for switches in product((False, True), repeat=len(_SWITCHES))
        }
        self._ring: list[moderngl.Framebuffer] = []
        for _ in range(RING):
            texture = ctx.texture(size, 4)
            self._owner.callback(texture.release)
            framebuffer = ctx.framebuffer([texture])
            self._owner.callback(framebuffer.release)
            self._ring.append(framebuffer)

    def compose(
        self,
        first: moderngl.Texture,
        second: moderngl.Texture | None = None,
        amount: float = 0.0,
        level: float = 1.0,
    ) -> moderngl.Framebuffer:
        """Draw `amount` of the way from `first` to `second`, at `level` of its light.

        Both pictures have the compositor's size; ValueError otherwise. `amount` and `level` are
        in [0, 1]; the mix is of sRGB-encoded values, the light is linear.
        """
        pictures = {"first": first} if second is None else {"first": first, "second": second}
        for picture in pictures.values():
            if picture.size != self.size:
                raise ValueError(f"a picture of {picture.size} in a frame of {self.size}")
        deep = any(picture.dtype != "f1" for picture in pictures.values())
        program = self._programs[second is not None, level < 1.0, deep]
        self._ctx.enable_only(moderngl.NOTHING)
        for name, unit in program.reads.items():
            pictures[name].use(unit)
        program.set("amount", amount)
        program.set("level", level)
        framebuffer = self._ring.pop(0)
        self._ring.append(framebuffer)
        framebuffer.use()
        program.draw()
        return framebuffer

    def release(self) -> None:
        """Give every GL object back; safe to call twice."""
        unbind(self._ctx)
        self._owner.close()


def _variant(switches: tuple[bool, ...]) -> str:
    lines = (
        f"const bool {name} = {str(on).lower()};\n"
        for name, on in zip(_SWITCHES, switches, strict=True)
    )
    return "#version 330 core\n" + "".join(lines) + _COMPOSE
