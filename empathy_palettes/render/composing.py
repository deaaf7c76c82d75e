"""The GLSL that makes one picture of two: mixed, lit, and made 8 bits deep.

Draws nothing: the compositor does, and the guard again where it alters what was drawn. Both come to
the same bytes, since every rounding is written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: What a frame may need, or not.
SWITCHES = ("MIXED", "DIMMED", "DITHERED")

#: A picture is opaque over black, and what is no number is black. `level` scales linear light; the
#: transfer function is that of IEC 61966-2-1. The noise is Wellons' 32-bit integer hash of the
#: pixel's place: it stands still, is less than half a step, and so leaves 8-bit values as they are.
_COMPOSED = """\
uniform sampler2D first;
uniform sampler2D second;
uniform float amount;
uniform float level;

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

// Code values, 0 to 255.
vec3 composed() {
    vec3 c = over_black(first);
    if (MIXED) c = mix(c, over_black(second), amount);
    if (DIMMED) c = dimmed(c);
    if (DITHERED) c += noise() / 255.0;
    return clamp(floor(c * 255.0 + 0.5), 0.0, 255.0);
}
"""
WHATEVER = MappingProxyType(dict.fromkeys(SWITCHES))


def composed(switches: Mapping[str, bool | None]) -> str:
    """Return GLSL with a function `composed()`; `switches`: on, off, or None for a uniform.

    What is off costs nothing: llvmpipe runs both sides of every branch, and a plain frame would
    cost four times as much.
    """
    return "".join(_switch(name, switches[name]) for name in SWITCHES) + _COMPOSED


def _switch(name: str, on: bool | None) -> str:
    return f"uniform bool {name};\n" if on is None else f"const bool {name} = {str(on).lower()};\n"
