/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Ice breaks up: cracks run through the first picture, its floes melt away, and the second lies under them.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Transition", "Empathy"],
    "INPUTS": [
        { "NAME": "startImage", "TYPE": "image" },
        { "NAME": "endImage", "TYPE": "image" },
        { "NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0 },
        { "NAME": "floes", "TYPE": "float", "DEFAULT": 5.0, "MIN": 2.0, "MAX": 30.0, "LABEL": "floes in the height of the picture" },
        { "NAME": "wander", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0, "LABEL": "melts everywhere, or here before there" },
        { "NAME": "drift", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far floes are carried off" }
    ],
    "PASSES": [ { "FLOAT": true } ]
}*/

// Techniques: cells of Steven Worley, 1996, with the distance to their border after Inigo Quilez,
// 2012; each melts from its rim inwards. Author: Empathy Palettes.

#include "straight.glsl"
#include "noise.glsl"

// The cell a place lies in: its middle, from there (xy), its two numbers by chance (zw).
vec4 floe_at(vec2 p, out vec2 cell)
{
    vec2 i = floor(p);
    vec2 f = fract(p);
    float best = 8.0;
    vec2 middle = vec2(0.0);
    cell = i;
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            vec2 g = vec2(x, y);
            vec2 r = g + hash2(mod(i + g, NOISE_PERIOD)) - f;
            float d = dot(r, r);
            if (d < best) {
                best = d;
                middle = r;
                cell = i + g;
            }
        }
    }
    return vec4(middle, hash2(mod(cell + 313.0, NOISE_PERIOD)));
}

void main()
{
    vec2 uv = isf_FragNormCoord;
    vec2 short_sides = RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = (uv - 0.5) * short_sides;
    vec2 bent = vec2(gradient_noise(p * 5.0 + 20.0, NOISE_PERIOD), gradient_noise(p * 5.0 + 60.0, NOISE_PERIOD));
    vec2 q = p * floes + 0.25 * bent + 200.0;
    vec2 cell;
    vec4 floe = floe_at(q, cell);
    float border = cell_border(q, NOISE_PERIOD);

    // When its time comes: by where it lies, and by chance.
    float where_it_lies = 0.5 + 0.7 * gradient_noise(cell * 0.23 + vec2(9.0, 31.0), NOISE_PERIOD);
    float order = wander * mix(clamp(where_it_lies, 0.0, 1.0), floe.z, 0.35);
    float t = clamp(progress * (1.0 + wander) - order, 0.0, 1.0);
    float alive = on_the_way(t, 0.2);

    // Cracks first, quickly; then the rim creeps inwards.
    float rough = 0.5 * gradient_noise(p * 23.0 + 400.0, NOISE_PERIOD) + 0.5 * gradient_noise(p * 51.0 + 500.0, NOISE_PERIOD);
    float pixel = 1.5 * floes / min(RENDERSIZE.x, RENDERSIZE.y);
    float crack = (0.03 + pixel) * smoothstep(0.0, 0.15, t) - pixel;
    float melted = crack - 0.03 + 0.42 * (1.0 - sqrt(1.0 - 0.98 * t)) + 0.45 * pow(t, 14.0);
    float ice = border - melted + 0.05 * alive * rough;
    float solid = t >= 1.0 ? 0.0 : smoothstep(-pixel, pixel, ice);

    // A floe carries its piece of the picture off, and its rim is thick glass.
    float rim = alive * exp(-max(ice, 0.0) * 14.0);
    vec2 carried = drift * 0.10 * t * t * (floe.zw - 0.5) + 0.02 * rim * normalize(floe.xy + 1e-4);
    vec4 first = lit(IMG_NORM_PIXEL(startImage, uv + carried / short_sides));
    first.rgb *= 1.0 + 0.8 * rim * (0.5 + 0.5 * dot(normalize(floe.xy + 1e-4), vec2(0.6, -0.8))) - 0.06 * rim;

    // Water in its shadow is darker.
    float shadow = alive * exp(min(ice, 0.0) * 13.0);
    vec4 second = lit(IMG_NORM_PIXEL(endImage, uv + 0.012 * shadow * bent / short_sides));
    second.rgb *= 1.0 - 0.45 * shadow;
    gl_FragColor = shown(mix(second, first, solid));
}
