/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Living tissue under a microscope, lit from behind: a cell for each person, larger the longer they stay. Those who feel alike lose the membrane between them; the unlike grow a bright, thick one.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "flow", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "how far everything has swayed" },
        { "NAME": "sway", "TYPE": "float", "DEFAULT": 0.8, "MIN": 0.0, "MAX": 2.0, "LABEL": "how far cells are bent" },
        { "NAME": "reach", "TYPE": "float", "DEFAULT": 0.27, "MIN": 0.02, "MAX": 0.4, "LABEL": "radius of a cell, in short sides" },
        { "NAME": "alike", "TYPE": "float", "DEFAULT": 0.3, "MIN": 0.0, "MAX": 1.0, "LABEL": "up to how far apart two feel alike" },
        { "NAME": "lamp", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.5, "LABEL": "light behind it" },
        { "NAME": "warm", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "from cool to warm light" },
        { "NAME": "bright", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.5, "LABEL": "how brightly membranes shine" },
        { "NAME": "palette0", "TYPE": "color", "DEFAULT": [0.12, 0.13, 0.15, 1.0] },
        { "NAME": "palette1", "TYPE": "color", "DEFAULT": [0.33, 0.30, 0.31, 1.0] },
        { "NAME": "palette2", "TYPE": "color", "DEFAULT": [0.56, 0.48, 0.44, 1.0] },
        { "NAME": "palette3", "TYPE": "color", "DEFAULT": [0.79, 0.69, 0.58, 1.0] },
        { "NAME": "palette4", "TYPE": "color", "DEFAULT": [0.95, 0.89, 0.77, 1.0] },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "skin_tile", "PERSISTENT": true, "FLOAT": true, "WIDTH": "256", "HEIGHT": "256" },
        { "TARGET": "tones", "PERSISTENT": true, "FLOAT": true, "WIDTH": "4", "HEIGHT": "1" },
        { "TARGET": "cells", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/4", "HEIGHT": "$HEIGHT/4" },
        { "TARGET": "tissue", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/4", "HEIGHT": "$HEIGHT/4" },
        { "TARGET": "stain", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/6", "HEIGHT": "$HEIGHT/6" },
        {}
    ]
}*/

// Techniques: cells by jump flooding at a quarter of the size, their membranes as distances that are
// drawn sharp at any size; a stain that spreads where no membrane holds it; light from behind, taken
// away by what it passes (Beer & Lambert). Author: Empathy Palettes.

#include "srgb.glsl"
#include "noise.glsl"
#include "oklab.glsl"
#include "tones.glsl"
#include "cubic.glsl"
#include "people.glsl"
#include "skin.glsl"
#include "tissue.glsl"

// --- pass 1: the palette's dark, middle and light end, and the lamp -----------------------------

vec4 draw_tones()
{
    vec3 c[5] = vec3[5](palette0.rgb, palette1.rgb, palette2.rgb, palette3.rgb, palette4.rgb);
    int tone = int(gl_FragCoord.x);
    vec3 lab = palette_tone(c, tone == 2 ? 20.0 : tone == 1 ? 0.0 : -20.0);
    if (tone == 3) lab = vec3(0.90, 0.25 * lab.yz + mix(vec2(-0.012, -0.020), vec2(0.014, 0.055), warm));
    return vec4(max(oklab_to_linear(lab), 0.0), 1.0);
}

// --- the picture --------------------------------------------------------------------------------

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    float pixel = 1.0 / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = (uv - 0.5) * RENDERSIZE * pixel;
    vec4 t = texture_cubic(tissue, uv);
    vec4 cell = texture(cells, uv);
    vec4 dye = texture(stain, uv);
    vec2 deep_uv = 0.5 + (uv - 0.5) * 0.78 + vec2(0.07, -0.05);
    vec4 deep = texture(tissue, deep_uv); // another layer, out of focus
    vec3 white = texelFetch(tones, ivec2(3, 0), 0).rgb;
    vec3 mid = texelFetch(tones, ivec2(1, 0), 0).rgb;
    vec4 near = skin_at(skin_tile, p * 1.63 + vec2(0.27 + flow / 128.0, 0.13));
    vec4 far = skin_at(skin_tile, mat2(0.83, 0.56, -0.56, 0.83) * p * 0.71 + 0.61);

    // The lamp stands behind, off the middle; the slide is lit unevenly.
    vec2 off = (p - vec2(0.16, -0.05)) * vec2(0.95, 1.25);
    float beam = 1.30 * exp(-2.7 * dot(off, off)) * (0.75 + 0.5 * far.a) + 0.022;
    vec3 light = white * mix(vec3(1.06, 1.0, 0.90), vec3(0.62, 0.80, 1.06), smoothstep(0.1, 0.8, dot(off, off))) * lamp * beam;

    // Where nobody is: a skin of old walls and strands.
    float veil = 0.082 + 0.065 * far.r + 0.030 * far.b + 0.035 * near.r * near.a + 0.05 * (near.a - 0.5);
    vec3 colour = light * veil * mix(vec3(1.0), mid / max(luminance(mid), 0.05), 0.25);
    colour *= 1.0 + 0.5 * (smoothstep(-0.01, 0.02, deep.b) - 0.4);

    // A cell: its colour takes from the light; grains in it, and a thin rim that holds the light.
    float in_it = smoothstep(-0.0015, 0.0045, t.b);
    float grain = 0.78 + 0.30 * (near.g - 0.4) + 0.35 * (near.a - 0.5) + 0.25 * (far.a - 0.5);
    vec3 own = mix(dye.rgb / max(max(dye.r, max(dye.g, dye.b)), 0.08), white, 0.10);
    own = mix(own, mid / max(max(mid.r, max(mid.g, mid.b)), 0.08), 0.28); // kin to all the others
    own /= max(0.62 + 0.38 * luminance(own), 0.1);
    float depth = 1.0 - 0.35 * exp(-max(min(t.r, t.b), 0.0) / 0.010);
    vec3 body = light * own * (0.50 * grain * depth + 0.10 * far.a);
    float focus = deep.b > 0.0 ? exp(-max(deep.r, 0.0) / 0.007) * deep.g : 0.0;
    body *= 1.0 + 0.30 * focus;
    colour = mix(colour + light * own * 0.22 * dye.a * (1.0 - in_it) * near.a, body, in_it);

    // Membranes: bright and thick between the unlike, a thread, or nothing, between the alike.
    float soft = max(pixel, 0.0011);
    float wall = (1.0 - smoothstep(-soft, soft, t.r)) * in_it;
    float bulge = clamp(-t.r / 0.006, 0.0, 1.0);
    vec2 slope = vec2(dFdx(t.r), dFdy(t.r)) / pixel;
    float lit = 0.75 + 0.35 * dot(slope, normalize(vec2(-0.6, 0.8))) * (1.0 - bulge);
    vec3 shine = light * mix(own, white, 0.55) * bright * (0.35 + 0.95 * t.g) * lit * (0.45 + 0.75 * bulge);
    colour = mix(colour, shine, wall * mix(0.25, 1.0, t.g));
    colour += light * mix(own, white, 0.3) * bright * 0.22 * t.g * in_it * exp(-max(t.r, 0.0) / 0.007);
    float rim = exp(-abs(t.b - 0.004) / 0.0022);
    colour += light * mix(own, white, 0.4) * 0.40 * rim * (1.0 - wall);

    // The nucleus: denser, with a rim of its own; who has just come shines.
    float nucleus = clamp(0.17 * cell.b, 0.0058, 0.030);
    float core = (1.0 - smoothstep(-pixel, pixel + 0.10 * nucleus, t.a - nucleus)) * in_it * min(cell.a, 1.0) * (1.0 - wall);
    float ring = exp(-abs(t.a - nucleus) / (0.10 * nucleus + pixel)) * in_it * (1.0 - wall);
    vec3 stained = light * own * own * (0.14 + 0.16 * near.g);
    colour = mix(colour, stained, 0.80 * core);
    colour += light * mix(own, white, 0.25) * 0.30 * ring;
    colour += mix(own, vec3(1.0), 0.3) * cell.g * (0.9 * core + 0.22 * in_it * exp(-t.a / max(cell.b * 0.6, 0.01)));

    colour += 0.0022 * white;
    colour.gb += 0.5 * max(colour.r * 0.29 - colour.g - colour.b, 0.0);
    return vec4(srgb_encode(shoulder(colour * 1.35, 0.55)), 1.0);
}

void main()
{
    if (PASSINDEX == 0) gl_FragColor = skin(texelFetch(skin_tile, ivec2(gl_FragCoord.xy), 0), floor(gl_FragCoord.xy) / 255.0);
    else if (PASSINDEX == 1) gl_FragColor = draw_tones();
    else if (PASSINDEX == 2) gl_FragColor = draw_cells();
    else if (PASSINDEX == 3) gl_FragColor = draw_tissue();
    else if (PASSINDEX == 4) gl_FragColor = draw_stain();
    else gl_FragColor = draw_picture();
}
