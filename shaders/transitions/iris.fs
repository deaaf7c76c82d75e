/*{
    "ISFVSN": "2",
    "DESCRIPTION": "An eye opens: fibres of the second picture part the first from a point outwards.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Transition", "Empathy"],
    "INPUTS": [
        { "NAME": "startImage", "TYPE": "image" },
        { "NAME": "endImage", "TYPE": "image" },
        { "NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0 },
        { "NAME": "centre", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0] },
        { "NAME": "fibres", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0, "LABEL": "how long the fibres are" },
        { "NAME": "softness", "TYPE": "float", "DEFAULT": 0.35, "MIN": 0.0, "MAX": 1.0 }
    ],
    "PASSES": [ { "FLOAT": true } ]
}*/

// Techniques: a circle whose radius is bent by noise around it, whole in every turn; a lens at its
// edge. Author: Empathy Palettes.

#include "straight.glsl"
#include "noise.glsl"

void main()
{
    vec2 uv = isf_FragNormCoord;
    vec2 short_sides = RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 from = (uv - centre) * short_sides;
    float r = length(from);
    vec2 out_there = from / max(r, 1e-5);
    float farthest = length(max(centre, 1.0 - centre) * short_sides);
    float alive = on_the_way(progress, 0.2);

    // Fibres: thin ones within broad ones, as many as fit round the circle whole.
    float turn = atan(from.y, from.x) / 6.2831853 + 0.5;
    float sway = 0.02 * gradient_noise(from * 3.0 + 300.0, NOISE_PERIOD);
    float round_turn = turn + sway;
    float broad = value_noise(vec2(round_turn * 13.0, 3.0 + 2.0 * progress), 13.0);
    float thin = value_noise(vec2(round_turn * 61.0, 9.0 + r * 2.0), 61.0);
    float hair = value_noise(vec2(round_turn * 257.0, 21.0 + r * 3.0), 257.0);
    float fibre = (0.7 * broad + 0.9 * thin + 0.8 * hair) / 2.4 - 0.5;

    // Thinner and thicker strands of it, not points: each lets light through a little sooner.
    float edge = mix(-0.02, farthest + 0.02, progress);
    float reach = alive * fibres * min(0.5 * max(edge, 0.0) + 0.02, 0.24);
    float rim = edge - r;
    float soft = 0.004 + alive * (softness * 0.22 + 0.5 * reach);
    float open = smoothstep(-soft, soft, rim + reach * fibre * 2.0);

    // The edge is a lens: the first picture is drawn aside, the second wells up.
    float near = alive * exp(-abs(rim) * 7.0);
    vec2 bend = out_there * near / short_sides;
    vec4 first = lit(IMG_NORM_PIXEL(startImage, uv - 0.06 * bend));
    vec4 second = lit(IMG_NORM_PIXEL(endImage, uv - 0.10 * bend));

    // Light gathers within the rim and is missing around it.
    first.rgb *= 1.0 - 0.35 * near * near;
    second.rgb *= 1.0 + near * (0.2 + 1.3 * fibres * fibre);
    gl_FragColor = shown(mix(first, second, open));
}
