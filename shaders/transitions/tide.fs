/*{
    "ISFVSN": "2",
    "DESCRIPTION": "The tide comes in: a shoreline with a lace of foam runs up the first picture, draws back, and leaves the second.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Transition", "Empathy"],
    "INPUTS": [
        { "NAME": "startImage", "TYPE": "image" },
        { "NAME": "endImage", "TYPE": "image" },
        { "NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0 },
        { "NAME": "heading", "TYPE": "float", "DEFAULT": 0.2, "MIN": 0.0, "MAX": 1.0, "LABEL": "where it runs, in turns: 0 right, .25 up" },
        { "NAME": "swell", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far the waves reach" },
        { "NAME": "foam", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0 }
    ],
    "PASSES": [ { "FLOAT": true } ]
}*/

// Techniques: a front bent by noise, with the points that runs of water leave; foam as the
// borders of cells, wider towards the edge; water that bends what lies under it. Author: Empathy Palettes.

#include "straight.glsl"
#include "noise.glsl"

void main()
{
    vec2 uv = isf_FragNormCoord;
    vec2 short_sides = RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = (uv - 0.5) * short_sides;
    vec2 along = vec2(cos(6.2831853 * heading), sin(6.2831853 * heading));
    float inland = dot(p, along);
    float beside = dot(p, vec2(-along.y, along.x));
    float half_way = 0.5 * dot(abs(along), short_sides);
    float alive = on_the_way(progress, 0.15);

    // The shoreline: long bays, runs of water that meet in points behind, waves that draw back.
    float bay = gradient_noise(vec2(beside * 1.1 + 60.0, 3.0 * progress + 7.0), NOISE_PERIOD);
    float run = abs(gradient_noise(vec2(beside * 2.6 + 90.0, 5.0 * progress + 20.0), NOISE_PERIOD));
    float lip = abs(gradient_noise(vec2(beside * 7.0 + 130.0, 8.0 * progress + 50.0), NOISE_PERIOD));
    float ragged = gradient_noise(p * 14.0 + 200.0, NOISE_PERIOD);
    float wave = sin(6.2831853 * (3.0 * progress + 0.35 * bay));
    float shore = swell * (0.34 * bay + 0.42 * run + 0.10 * lip - 0.16 + 0.12 * wave) + 0.010 * ragged;
    float depth = mix(-0.02, 2.0 * half_way + 0.02, progress) - half_way + alive * shore - inland;
    float below = max(depth, 0.0);
    float above = max(-depth, 0.0);

    // Under water: the second picture, bent the more the shallower it is.
    float shallow = alive * exp(-below * 6.0);
    vec2 ripple = vec2(gradient_noise(p * 7.0 + vec2(40.0, 6.0 * progress), NOISE_PERIOD),
                       gradient_noise(p * 7.0 + vec2(90.0, 40.0 - 6.0 * progress), NOISE_PERIOD));
    vec4 sea = lit(IMG_NORM_PIXEL(endImage, uv + (0.03 * ripple - 0.02 * along) * shallow / short_sides));

    // Ahead of it: the first one, dark where the last wave wet it.
    vec4 land = lit(IMG_NORM_PIXEL(startImage, uv));
    land.rgb *= 1.0 - alive * (0.30 * exp(-above * 14.0) + 0.25 * exp(-above * 60.0));

    // Foam: a torn white lip, and behind it a lace of bubbles that grows thin.
    vec2 bubbles_at = p * 15.0 + 0.5 * ripple + 300.0;
    float bubbles = cell_border(bubbles_at, NOISE_PERIOD);
    float fine = 0.6 * abs(gradient_noise(p * 31.0 + 0.5 * ripple + 500.0, NOISE_PERIOD));
    float torn = clamp(0.55 + 1.1 * gradient_noise(p * 3.3 + 700.0, NOISE_PERIOD), 0.0, 1.0);
    float reach = torn * exp(-below * 8.0);
    float lace = (1.0 - smoothstep(0.02, 0.08 + 0.34 * reach, bubbles)) * (0.45 + 0.55 * smoothstep(0.0, 0.3, fine));
    float lip_foam = exp(-below * 38.0) * (0.6 + 0.4 * smoothstep(0.02, 0.25, fine + 0.12 * ragged));
    float white = foam * alive * clamp(lace * reach * 1.2 + lip_foam, 0.0, 1.0);
    float level = max(luminance(sea.rgb), 0.8 * luminance(land.rgb));
    sea.rgb = mix(sea.rgb, 0.4 * sea.rgb + (1.2 * level + 0.08) * sea.a, white);

    // The last of the water is a film through which the ground still shows.
    float film = mix(1.0, smoothstep(0.0, 0.13, below), 0.65 * alive);
    float cover = smoothstep(0.0, 0.006, depth) * max(film, white);
    gl_FragColor = shown(mix(land, sea, cover));
}
