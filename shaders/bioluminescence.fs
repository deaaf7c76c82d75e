/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Dark water seen from above. Who speaks lights the plankton where they are, and a ring goes out from them; those whom it meets answer.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "drift", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "how far the water has drifted" },
        { "NAME": "readiness", "TYPE": "float", "DEFAULT": 0.4, "MIN": 0.0, "MAX": 1.0, "LABEL": "how readily those whom a ring meets answer" },
        { "NAME": "carry", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far a ring is carried" },
        { "NAME": "reserve", "TYPE": "float", "DEFAULT": 0.03, "MIN": 0.02, "MAX": 0.5, "LABEL": "how much has to be said before it shows" },
        { "NAME": "pause", "TYPE": "float", "DEFAULT": 4.0, "MIN": 0.5, "MAX": 60.0, "LABEL": "seconds in which one who has spoken is not heard for little" },
        { "NAME": "strength", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 3.0, "LABEL": "light of one who speaks" },
        { "NAME": "force", "TYPE": "float", "DEFAULT": 0.8, "MIN": 0.0, "MAX": 1.0, "LABEL": "how hard one who speaks beats on the water" },
        { "NAME": "arrival", "TYPE": "float", "DEFAULT": 0.9, "MIN": 0.0, "MAX": 1.0, "LABEL": "light of one who comes" },
        { "NAME": "rest", "TYPE": "float", "DEFAULT": 0.05, "MIN": 0.0, "MAX": 1.0, "LABEL": "light of one who is here and silent" },
        { "NAME": "wild", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "the sea is alone" },
        { "NAME": "mood", "TYPE": "float", "DEFAULT": 0.0, "MIN": -1.0, "MAX": 1.0, "LABEL": "from violet grey to cyan green" },
        { "NAME": "moon", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "how much of the water is seen" },
        { "NAME": "glad", "TYPE": "color", "DEFAULT": [0.30, 0.93, 0.76, 1.0] },
        { "NAME": "sad", "TYPE": "color", "DEFAULT": [0.70, 0.61, 0.93, 1.0] },
        { "NAME": "emo_mix", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0 },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" },
        { "NAME": "wave_previous", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "hush", "PERSISTENT": true, "FLOAT": true, "WIDTH": "1", "HEIGHT": "1" },
        { "TARGET": "souls", "PERSISTENT": true, "FLOAT": true, "WIDTH": "1024", "HEIGHT": "16" },
        { "TARGET": "cells", "FLOAT": true, "WIDTH": "256", "HEIGHT": "144" },
        { "TARGET": "wave", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/4", "HEIGHT": "$HEIGHT/4" },
        { "TARGET": "trace", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/8", "HEIGHT": "$HEIGHT/8" },
        { "TARGET": "light", "FLOAT": true, "WIDTH": "$WIDTH/4", "HEIGHT": "$HEIGHT/4" },
        {}
    ]
}*/

// Techniques: a memory of what each person last said, against which a new word is told from an old
// one; a damped wave equation on a grid for the rings, whose crests set off an afterglow; an
// excitable medium in the sense of Norbert Wiener & Arturo Rosenblueth, 1946: who is met by a ring,
// is rested and ready lights up and sends a fainter ring; specks confined to the cells of two turned
// lattices, each as bright as its part of a pixel. Author: Empathy Palettes.

#include "srgb.glsl"
#include "noise.glsl"
#include "easing.glsl"
#include "oklab.glsl"
#include "people.glsl"

const float STEP = 1.0 / 30.0; // seconds between two states
const float RISE = 0.05;       // seconds: nine tenths of a light are there after .12
const float FALL = 0.75;       // seconds: next to nothing is left of it after 2

// From 0..1 to short sides from the middle of the picture.
vec2 place(vec2 uv)
{
    return (uv - 0.5) * RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
}

// How bright a light of 1 is, some seconds after it was lit.
float glow(float age)
{
    return (1.0 - exp(-age / RISE)) * exp(-age / FALL);
}

#include "plankton_medium.glsl"
#include "plankton_water.glsl"

void main()
{
    if (PASSINDEX == 0) gl_FragColor = draw_hush();
    else if (PASSINDEX == 1) gl_FragColor = draw_souls();
    else if (PASSINDEX == 2) gl_FragColor = draw_cells();
    else if (PASSINDEX == 3) gl_FragColor = draw_wave();
    else if (PASSINDEX == 4) gl_FragColor = draw_trace();
    else if (PASSINDEX == 5) gl_FragColor = draw_light();
    else gl_FragColor = draw_picture();
}
