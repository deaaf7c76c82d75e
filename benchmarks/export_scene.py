"""The scene that exports are timed with: some octaves of noise, about 17 ms of a core at 720p.

Imports nothing of ours, so that peers draw it from the same text.
"""

from __future__ import annotations

#: `TIME` is the name that a host gives to seconds, `COLOUR` to what is drawn.
BODY = """
float hash(vec2 p) {
    p = fract(p * vec2(123.34, 456.21));
    p += dot(p, p + 45.32);
    return fract(p.x * p.y);
}

float noise(vec2 p) {
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

void main() {
    vec2 q = gl_FragCoord.xy / 180.0 + TIME * 0.2;
    float sum = 0.0, part = 0.5;
    for (int i = 0; i < OCTAVES; i++) {
        sum += part * noise(q);
        q = q * 2.03 + vec2(TIME * 0.1, 1.7);
        part *= 0.5;
    }
    COLOUR = vec4(0.5 + 0.5 * cos(6.28 * (sum + vec3(0.0, 0.33, 0.67) + TIME * 0.05)), 1.0);
}
"""
VERTEX = """#version 330 core
void main() {
    vec2 place = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
}
"""
OCTAVES = 9
FPS = 30
CRF, PRESET = 18, "veryfast"


def fragment() -> str:
    """Return the scene as a fragment shader of OpenGL 3.3 with a uniform `seconds`."""
    head = "#version 330 core\nuniform float seconds;\nout vec4 colour;\n"
    return head + body("seconds", "colour")


def body(time: str, colour: str) -> str:
    """Return the scene with a host's own names for the time and for what is drawn."""
    text = BODY.replace("TIME", time).replace("COLOUR", colour)
    return text.replace("OCTAVES", str(OCTAVES))
