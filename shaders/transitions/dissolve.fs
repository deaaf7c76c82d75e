/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Grain by grain: the second picture settles like sand, in drifts, and each grain turns through the colours between.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Transition", "Empathy"],
    "INPUTS": [
        { "NAME": "startImage", "TYPE": "image" },
        { "NAME": "endImage", "TYPE": "image" },
        { "NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0 },
        { "NAME": "grain", "TYPE": "float", "DEFAULT": 2.8, "MIN": 1.0, "MAX": 20.0, "LABEL": "size of a grain, in thousandths of the short side" },
        { "NAME": "drifts", "TYPE": "float", "DEFAULT": 0.65, "MIN": 0.0, "MAX": 1.0, "LABEL": "from everywhere at once to drifts" }
    ],
    "PASSES": [ { "FLOAT": true } ]
}*/

// Techniques: chance less the mean of its neighbours, which is even like sand and never clumps
// (the high-pass behind blue noise, Robert Ulichney, 1988); each grain mixed in OKLab.
// Author: Empathy Palettes.

#include "straight.glsl"
#include "noise.glsl"
#include "oklab.glsl"

// Chance without clumps, spread evenly over 0..1.
float sand(vec2 cell)
{
    float around = hash2(cell + vec2(1.0, 0.0)).x + hash2(cell - vec2(1.0, 0.0)).x
                 + hash2(cell + vec2(0.0, 1.0)).x + hash2(cell - vec2(0.0, 1.0)).x;
    return 0.5 + 0.5 * tanh(2.5 * (hash2(cell).x - 0.25 * around));
}

void main()
{
    vec2 uv = isf_FragNormCoord;
    vec2 short_sides = RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = uv * short_sides;
    float dune = gradient_noise(p * 1.7 + vec2(30.0, 11.0), NOISE_PERIOD)
               + 0.5 * gradient_noise(p * vec2(3.9, 5.3) + vec2(70.0, 51.0), NOISE_PERIOD)
               + 0.3 * gradient_noise(p * vec2(9.0, 14.0) + vec2(90.0, 91.0), NOISE_PERIOD);
    float drift = smoothstep(-0.9, 0.9, dune);
    // A grain is whole pixels wide: others would show a weave.
    float pixels = max(floor(grain * 0.001 * min(RENDERSIZE.x, RENDERSIZE.y) + 0.5), 1.0);
    float turn = mix(sand(floor(uv * RENDERSIZE / pixels) + 64.0), drift, 0.8 * drifts);

    // A grain takes its time to turn; the last has turned at the end.
    float soft = 0.3;
    float t = smoothstep(0.0, 1.0, (progress * (1.0 + soft) - turn) / soft);
    vec4 first = IMG_NORM_PIXEL(startImage, uv);
    vec4 second = IMG_NORM_PIXEL(endImage, uv);
    float alpha = mix(first.a, second.a, t);
    float weight = alpha > 0.0 ? t * second.a / alpha : t;
    vec3 c = oklab_mix(srgb_decode(first.rgb), srgb_decode(second.rgb), weight);
    gl_FragColor = shown(vec4(c * alpha, alpha));
}
