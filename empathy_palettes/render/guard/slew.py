"""The fail-safe guard: no light changes faster than a flash would need, and no red is saturated.

Light goes straight to what is wanted, paled, and so through no saturated red. What is shown of it
lags behind: a code value turns only as light has come all the way to another one, so that rounding
makes no change larger than light's own. Leaves trails, and needs nothing but one float texture;
`slewing` is the same in numpy.
"""

from __future__ import annotations

from contextlib import ExitStack

import moderngl

from ..composing import SWITCHES, WHATEVER, composed
from ..plan import Size
from ..program import Program, UniformValue
from ..targets import QUAD
from .numbers import RED_LEFT, SLACK, slew_rate

#: The state: light, and the code values that are shown, packed into one number.
_LIGHT = """\
uniform sampler2D shown;
uniform float most;
uniform float left;
uniform float slack;
out vec4 colour;

void main() {
    vec3 c = composed() / 255.0;
    vec3 light = mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), greaterThan(c, vec3(0.04045)));
    float wanted = light.r - left * (light.r + light.g + light.b);
    float grey = dot(light, vec3(0.2126, 0.7152, 0.0722));
    if (wanted > 0.0) light = mix(light, vec3(grey), wanted / (wanted + grey * (3.0 * left - 1.0)));

    vec4 before = texelFetch(shown, ivec2(gl_FragCoord.xy), 0);
    vec3 way = light - before.rgb;
    float far = max(max(abs(way.r), abs(way.g)), abs(way.b));
    light = before.rgb + way * (far > most ? most / far : 1.0);

    vec3 bright = 1.055 * pow(max(light, 0.0031308), vec3(1.0 / 2.4)) - 0.055;
    vec3 place = mix(light * 12.92, bright, greaterThan(light, vec3(0.0031308))) * 255.0;
    vec3 code = mod(floor(before.a / vec3(1.0, 256.0, 65536.0)), 256.0);
    code = clamp(code, floor(place + slack), ceil(place - slack));
    colour = vec4(light, dot(clamp(code, 0.0, 255.0), vec3(1.0, 256.0, 65536.0)));
}
"""

_ENCODED = """\
#version 330 core
uniform sampler2D shown;
out vec4 colour;

void main() {
    float codes = texelFetch(shown, ivec2(gl_FragCoord.xy), 0).a;
    colour = vec4(mod(floor(codes / vec3(1.0, 256.0, 65536.0)), 256.0) / 255.0, 1.0);
}
"""


class Slew:
    """Draws pictures of one size whose light follows what is wanted; it begins with black."""

    def __init__(
        self, ctx: moderngl.Context, size: Size, peak_nits: float, owner: ExitStack
    ) -> None:
        self._rate = slew_rate(peak_nits)
        source = "#version 330 core\n" + composed(WHATEVER) + _LIGHT
        self._follow = Program(ctx, QUAD, source, owner)
        self._encode = Program(ctx, QUAD, _ENCODED, owner)
        self._textures, self._states = [], []
        for _ in range(2):
            texture = ctx.texture(size, 4, dtype="f4")
            owner.callback(texture.release)
            framebuffer = ctx.framebuffer([texture])
            owner.callback(framebuffer.release)
            framebuffer.clear()
            self._textures.append(texture)
            self._states.append(framebuffer)

    def draw(
        self,
        target: moderngl.Framebuffer,
        pictures: dict[str, moderngl.Texture],
        uniforms: dict[str, UniformValue],
        switches: tuple[bool, ...],
        steps: int,
    ) -> None:
        """Draw what may be shown of composed pictures, `steps` of 1/60 s after the last."""
        program = self._follow
        self._textures.reverse()
        self._states.reverse()
        sources = {"second": pictures["first"], **pictures, "shown": self._textures[1]}
        for name, unit in program.reads.items():
            sources[name].use(unit)
        values = {**uniforms, **dict(zip(SWITCHES, switches, strict=True))}
        for name, value in values.items():
            program.set(name, value)
        program.set("most", self._rate * steps / 60)
        program.set("left", RED_LEFT / 100)
        program.set("slack", SLACK)
        self._states[0].use()
        program.draw()
        self._textures[0].use(self._encode.reads["shown"])
        target.use()
        self._encode.draw()
