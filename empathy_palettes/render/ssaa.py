"""Supersampling: pictures drawn larger than the frame, and averaged down to it in linear light.

Draws no picture of its own; a chain that is drawn at a multiple of its size hands them over.
"""

from __future__ import annotations

from contextlib import ExitStack

import moderngl

from ..core.errors import Fault, MachineError
from .plan import Size
from .program import Program
from .targets import QUAD, TEXEL

MOST = 4  # times the frame's size, on each side

#: Straight alpha: colours count as much as they are seen. What is no number is nothing, as in the
#: frame; the transfer function is that of IEC 61966-2-1.
_AVERAGED = """\
uniform sampler2D picture;
out vec4 colour;

vec3 decoded(vec3 c) {
    return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), greaterThan(c, vec3(0.04045)));
}

vec3 encoded(vec3 light) {
    vec3 bright = 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055;
    return mix(light * 12.92, bright, greaterThan(light, vec3(0.0031308)));
}

void main() {
    ivec2 corner = ivec2(gl_FragCoord.xy) * TIMES;
    vec3 light = vec3(0.0);
    float alpha = 0.0;
    for (int y = 0; y < TIMES; y++) {
        for (int x = 0; x < TIMES; x++) {
            vec4 c = texelFetch(picture, corner + ivec2(x, y), 0);
            c = min(mix(vec4(0.0), c, greaterThanEqual(c, vec4(0.0))), 1.0);
            light += decoded(c.rgb) * c.a;
            alpha += c.a;
        }
    }
    vec3 mean = alpha > 0.0 ? min(light / alpha, 1.0) : vec3(0.0);
    colour = vec4(encoded(mean), alpha / float(TIMES * TIMES));
}
"""


class Averager:
    """Makes pictures of `times` a size into pictures of that size, RGBA16F.

    A picture stays until the next one is averaged.
    """

    def __init__(self, ctx: moderngl.Context, size: Size, times: int, owner: ExitStack) -> None:
        fragment = f"#version 330 core\nconst int TIMES = {times};\n" + _AVERAGED
        self._program = Program(ctx, QUAD, fragment, owner)
        self._texture = ctx.texture(size, 4, dtype="f2")
        owner.callback(self._texture.release)
        self._framebuffer = ctx.framebuffer([self._texture])
        owner.callback(self._framebuffer.release)

    def average(self, picture: moderngl.Texture) -> moderngl.Texture:
        """Return the picture in its own size; it is sRGB-encoded, straight alpha, as all are."""
        self._framebuffer.use()
        picture.use(self._program.reads["picture"])
        self._program.draw()
        return self._texture


def enlarged(size: Size, times: int, most: int) -> Size:
    """Return the size that pictures are drawn at; MachineError where none of `most` pixels is it.

    `times`: 1 to `MOST`, on each side.
    """
    width, height = size
    shown = f"{width}x{height}"
    if not 1 <= times <= MOST:
        raise MachineError(Fault("", "ssaa", str(times), f"1 to {MOST}"))
    if max(size) * times > most:
        known = max(1, most // max(size))
        problem = f"{times} times {shown} is no size for this GPU: {most} pixels a side"
        fix = f"use {known}" if known > 1 else "leave it out, or choose a smaller size"
        raise MachineError(Fault("", "ssaa", problem, fix))
    return width * times, height * times


def in_words(size: Size, times: int) -> str:
    """Return a line that says what it takes."""
    width, height = size[0] * times, size[1] * times
    mebibytes = width * height * TEXEL["f1"] / 2**20
    return (
        f"ssaa {times}: drawn at {width}x{height}, {mebibytes:.0f} MiB for each picture "
        f"in between, and {times * times} times the work"
    )
