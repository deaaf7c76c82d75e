/*{
    "ISFVSN": "2",
    "DESCRIPTION": "One breath: the first picture is let go of and the second drawn in, softly, from the middle outwards.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Transition", "Empathy"],
    "INPUTS": [
        { "NAME": "startImage", "TYPE": "image" },
        { "NAME": "endImage", "TYPE": "image" },
        { "NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0 },
        { "NAME": "depth", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far the pictures move" },
        { "NAME": "haze", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "how soft they become on the way" }
    ],
    "PASSES": [ { "FLOAT": true } ]
}*/

// Techniques: a mix in linear light that spreads with a wide, uneven front; a disc of samples on
// Helmut Vogel's spiral, 1979, for what is out of focus. Author: Empathy Palettes.

#include "straight.glsl"
#include "noise.glsl"

const int TAPS = 8;

// The light of a sum of samples that were squared, which is nearly light, and far cheaper.
vec4 focused(vec4 sum)
{
    return lit(vec4(sqrt(sum.rgb / max(sum.a, 1e-4)), sum.a / float(TAPS)));
}

void main()
{
    vec2 uv = isf_FragNormCoord;
    vec2 short_sides = RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = (uv - 0.5) * short_sides;
    float cloud = gradient_noise(p * 1.4 + vec2(40.0, 12.0), NOISE_PERIOD)
                + 0.5 * gradient_noise(p * 3.1 + vec2(80.0, 52.0), NOISE_PERIOD);
    float far = length(p) / (0.5 * length(short_sides));
    float order = clamp(0.65 * far + 0.35 * (0.5 + 0.6 * cloud), 0.0, 1.0);
    float soft = 0.9;
    float t = smoothstep(0.0, 1.0, (progress * (1.0 + soft) - order) / soft);

    // Out goes the first, towards us; the second comes to rest.
    float left = 1.0 - progress;
    vec2 at_first = (uv - 0.5) * (1.0 - 0.16 * depth * progress * progress) + 0.5;
    vec2 at_second = (uv - 0.5) * (1.0 - 0.16 * depth * left * left) + 0.5;
    float blur_first = 0.05 * haze * smoothstep(0.0, 1.0, t);
    float blur_second = 0.05 * haze * smoothstep(0.0, 1.0, 1.0 - t);
    vec4 first = vec4(0.0);
    vec4 second = vec4(0.0);
    for (int i = 0; i < TAPS; i++) {
        float angle = 2.3999632 * float(i);
        vec2 step_aside = sqrt((float(i) + 0.5) / float(TAPS)) * vec2(cos(angle), sin(angle)) / short_sides;
        vec4 a = IMG_NORM_PIXEL(startImage, at_first + blur_first * step_aside);
        vec4 b = IMG_NORM_PIXEL(endImage, at_second + blur_second * step_aside);
        first += vec4(a.rgb * a.rgb * a.a, a.a);
        second += vec4(b.rgb * b.rgb * b.a, b.a);
    }
    gl_FragColor = shown(mix(focused(first), focused(second), t));
}
