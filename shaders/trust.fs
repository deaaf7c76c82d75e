/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Lamps in a night garden, and strands of light between them. Those that move together are held taut and hum; what is lost snaps at once and is mended slowly, strand by strand.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "bond", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far all hold together, where nothing is told of two circles" },
        { "NAME": "sway", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "how far the air has moved" },
        { "NAME": "stir", "TYPE": "float", "DEFAULT": 0.3, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far lamps and strands swing" },
        { "NAME": "warmth", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "from ash to candle" },
        { "NAME": "glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0, "LABEL": "light of the lamps" },
        { "NAME": "people", "TYPE": "float", "DEFAULT": 60.0, "MIN": 0.0, "MAX": 1000.0, "LABEL": "how many are here" },
        { "NAME": "ember", "TYPE": "color", "DEFAULT": [0.56, 0.50, 0.50, 1.0] },
        { "NAME": "candle", "TYPE": "color", "DEFAULT": [1.0, 0.73, 0.42, 1.0] },
        { "NAME": "emo_mix", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0 },
        { "NAME": "emo_people", "TYPE": "image" },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_modes", "TYPE": "image" },
        { "NAME": "emo_circles", "TYPE": "image" },
        { "NAME": "emo_ties", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "state", "PERSISTENT": true, "FLOAT": true, "WIDTH": "16", "HEIGHT": "5" },
        { "TARGET": "motes", "FLOAT": true, "WIDTH": "256", "HEIGHT": "144" },
        { "TARGET": "tiles", "FLOAT": true, "WIDTH": "$WIDTH/16", "HEIGHT": "$HEIGHT/16" },
        { "TARGET": "discs", "FLOAT": true, "WIDTH": "$WIDTH/16", "HEIGHT": "$HEIGHT/16" },
        { "TARGET": "embers", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/4", "HEIGHT": "$HEIGHT/4" },
        { "TARGET": "garden", "FLOAT": true, "WIDTH": "$WIDTH/6", "HEIGHT": "$HEIGHT/6" },
        {}
    ]
}*/

// Techniques: catenaries as parabolas, and the distance to them by the first order of their slope;
// the few that pass a tile are told in a small target, so that no pixel looks at all of them; discs
// of confusion by the distance from the plane that is sharp, with a rim, and cut by the edge of the
// lens towards the corners ("cat's eyes"); embers that fall on a grid. Author: Empathy Palettes.

#include "srgb.glsl"
#include "noise.glsl"
#include "easing.glsl"
#include "people.glsl"

const float TAU = 6.2831853;
const float STEP = 1.0 / 30.0; // seconds between two states
const int LAMPS = 12;
const int STRANDS = 16;

// From 0..1 to short sides from the middle of the picture.
vec2 place(vec2 uv)
{
    return (uv - 0.5) * RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
}

// Half of the picture, in short sides; told by the shape of what is drawn into, which is the same
// for all targets but the smallest.
vec2 half_picture(vec2 size)
{
    return 0.5 * size / min(size.x, size.y);
}

#include "trust_bonds.glsl"
#include "trust_strands.glsl"
#include "trust_garden.glsl"

void main()
{
    if (PASSINDEX == 0) gl_FragColor = draw_state();
    else if (PASSINDEX == 1) gl_FragColor = draw_motes();
    else if (PASSINDEX == 2) gl_FragColor = draw_tiles();
    else if (PASSINDEX == 3) gl_FragColor = draw_discs();
    else if (PASSINDEX == 4) gl_FragColor = draw_embers();
    else if (PASSINDEX == 5) gl_FragColor = draw_garden();
    else gl_FragColor = draw_picture();
}
