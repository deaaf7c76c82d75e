/*{
    "ISFVSN": "2",
    "DESCRIPTION": "One horizon in three dark tones. A dawn takes twelve minutes; whoever arrives is a star, and everybody is a breath of light where earth and sky meet.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "dawn", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "dawns that have passed" },
        { "NAME": "horizon", "TYPE": "float", "DEFAULT": 0.38, "MIN": 0.0, "MAX": 1.0, "LABEL": "how high the horizon lies" },
        { "NAME": "warmth", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0, "LABEL": "from steel to amber" },
        { "NAME": "breath", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "breaths that have passed" },
        { "NAME": "stir", "TYPE": "float", "DEFAULT": 0.4, "MIN": 0.0, "MAX": 1.0, "LABEL": "from one long breath to many short ones" },
        { "NAME": "depth", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "how deep a breath is" },
        { "NAME": "together", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "all breathe as one" },
        { "NAME": "share", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 8.0, "LABEL": "how much light one person brings" },
        { "NAME": "awake", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0, "LABEL": "somebody is here" },
        { "NAME": "emo_field", "TYPE": "image" },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "choir", "FLOAT": true, "WIDTH": "256", "HEIGHT": "1" },
        { "TARGET": "breaths", "FLOAT": true, "WIDTH": "256", "HEIGHT": "1" },
        { "TARGET": "newcomers", "FLOAT": true, "WIDTH": "1", "HEIGHT": "1" },
        { "TARGET": "lamps", "FLOAT": true, "WIDTH": "256", "HEIGHT": "144" },
        { "TARGET": "stars", "FLOAT": true, "WIDTH": "256", "HEIGHT": "144" },
        {}
    ]
}*/

// Techniques: air thinning with height (an exponential atmosphere) as the weight of a mixture of
// three colours in OKLab (Björn Ottosson, 2020), so that the field stays dark and even to the eye;
// stars by magnitude. After the skyspaces of James Turrell. Author: Empathy Palettes.

#include "srgb.glsl"
#include "oklab.glsl"
#include "noise.glsl"
#include "people.glsl"

const float TAU = 6.2831853;
const float UP = 3.0;    // seconds in which a star comes up
const float SET = 120.0; // and in which it sets

// Seconds since somebody came.
float age_of(float slot)
{
    return -60.0 * log(max(1.0 - person_colour(emo_people, slot).a, 1e-4));
}

// The dawn opens and closes once in a turn, 0..1; at the beginning it is well on its way.
float open()
{
    return 0.5 - 0.5 * cos(TAU * (dawn + 0.30));
}

// --- pass 0: how many people each column holds, and what just happened there --------------------
// r: people. g: newcomers and those who turn. b: stars that are up.

vec4 draw_choir()
{
    ivec2 field_size = textureSize(emo_field, 0);
    float at = (isf_FragNormCoord.x * float(field_size.x)) - 0.5;
    int left = clamp(int(floor(at)), 0, field_size.x - 1);
    int right = min(left + 1, field_size.x - 1);
    float people = 0.0;
    for (int y = 0; y < field_size.y; y++) {
        float here = mix(texelFetch(emo_field, ivec2(left, y), 0).r,
                         texelFetch(emo_field, ivec2(right, y), 0).r, fract(at));
        people -= log(max(1.0 - here, 1e-4)) / 8.0;
    }
    float spark = 0.0;
    float young = 0.0;
    ivec2 grid = textureSize(emo_dots, 0);
    for (int y = 0; y < grid.y; y++) {
        vec4 one = person_in(emo_dots, emo_people, ivec2(int(gl_FragCoord.x), y));
        if (one.z < 0.0) continue;
        float age = age_of(one.z);
        float here = person_presence(emo_people, one.z);
        float fresh = (1.0 - exp(-age * 12.0)) * exp(-age * 0.8);
        spark += max(here * one.w / 8.0, fresh);
        young += age < SET ? here : 0.0;
    }
    return vec4(people, spark, young, 1.0);
}

// --- pass 1: the light of every column -----------------------------------------------------------
// r: the dome of light over those who are there. g: embers, the same close to the ground. b: a
// spark, where somebody comes or turns. a: the dawn, a little to the right of the middle.

// The people around a column (r), and what happens there (g).
vec2 crowd_at(int column)
{
    float wide = 0.0;
    float near = 0.0;
    float spark = 0.0;
    for (int i = -64; i <= 64; i++) {
        vec2 one = texelFetch(choir, ivec2(clamp(column + i, 0, 255), 0), 0).rg;
        float d = float(i);
        wide += one.r * exp(-d * d / 800.0);
        near += one.r * exp(-d * d / 120.0);
        spark += one.g * exp(-abs(d) / 2.5);
    }
    float amount = share * (0.5 * wide + 0.35 * near);
    return vec2(amount / (1.0 + 0.5 * amount), spark / (1.0 + 0.3 * spark));
}

vec4 draw_breaths()
{
    float x = isf_FragNormCoord.x;
    vec2 crowd = crowd_at(int(gl_FragCoord.x));
    if (textureSize(emo_field, 0).x < 2) { // a host that knows no crowd
        crowd = vec2(0.7 * exp(-(x - 0.62) * (x - 0.62) * 30.0), 0.0);
    }
    // It swells and falls again, as a breath: in one where all move together, else each stretch of
    // the horizon at its own time, in the shorter stretches the more they are stirred.
    float long_ones = value_noise(vec2(x * 5.0 + 3.0, 5.0), NOISE_PERIOD);
    float short_ones = gradient_noise(vec2(x * 17.0 + 3.0, 9.5), NOISE_PERIOD);
    float own = (1.0 - together) * ((0.5 + 0.5 * stir) * long_ones + 0.9 * stir * short_ones);
    float slow = 0.5 + 0.5 * cos(TAU * (breath + 0.4 * (1.0 - together) * x));
    float quick = 0.5 + 0.5 * cos(TAU * (breath + own));
    float sun = x - 0.60 - 0.08 * open();
    return vec4(crowd.r * (1.0 - 0.55 * depth * slow), crowd.r * (1.0 - depth * quick), crowd.g,
                exp(-sun * sun * 4.0));
}

// --- pass 2: how many stars are up ----------------------------------------------------------------

vec4 draw_newcomers()
{
    float sum = 0.0;
    for (int i = 0; i < 256; i++) {
        sum += texelFetch(choir, ivec2(i, 0), 0).b;
    }
    return vec4(sum, 0.0, 0.0, 1.0);
}

// --- passes 3 and 4: the stars, a cell each -------------------------------------------------------
// r: place within the cell, two numbers in one. g: brightness. b: slot. a: the brightest near by.

vec4 draw_lamps()
{
    vec4 one = person_in(emo_dots, emo_people, ivec2(gl_FragCoord.xy));
    if (one.z < 0.0) return vec4(0.0);
    float age = age_of(one.z);
    float up = 1.0 - clamp(age / UP, 0.0, 1.0);
    float left = 1.0 - clamp((age - UP) / SET, 0.0, 1.0);
    // One of few is bright; where many come at once, most are of the sixth magnitude.
    float many = max(texelFetch(newcomers, ivec2(0), 0).r - 3.0, 0.0);
    float magnitude = pow(max(hash2(vec2(one.z, 29.0)).x, 1e-3), 0.15 * many);
    magnitude *= 1.0 + 0.8 / (1.0 + many);
    float bright = magnitude * (1.0 - up * up) * left * (2.0 - left) * (1.0 + 0.5 * one.w);
    vec2 within = fract(one.xy);
    return vec4(floor(within.x * 1023.0) + within.y * 0.99, bright, one.z, 0.0);
}

vec4 draw_stars()
{
    ivec2 cell = ivec2(gl_FragCoord.xy);
    float most = 0.0;
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            ivec2 beside = clamp(cell + ivec2(x, y), ivec2(0), textureSize(lamps, 0) - 1);
            most = max(most, texelFetch(lamps, beside, 0).g);
        }
    }
    return vec4(texelFetch(lamps, cell, 0).rgb, most);
}

// --- pass 5: the picture ----------------------------------------------------------------------------

// A colour of the dawn in OKLab: from steel over rose to amber, never more colourful than .06.
vec3 tone(float light, float chroma, float warm)
{
    vec2 steel = vec2(-0.42, -0.91);
    vec2 rose = vec2(0.96, -0.10);
    vec2 amber = vec2(0.62, 0.78);
    float t = clamp(warm, 0.0, 1.0);
    vec2 hue = (1.0 - t) * (1.0 - t) * steel + 1.5 * t * (1.0 - t) * rose + t * t * amber;
    return vec3(light, min(chroma, 0.06) * hue);
}

vec3 star_light(vec2 uv, vec2 short_sides, float pixel)
{
    vec2 grid = vec2(textureSize(stars, 0));
    vec2 at = uv * grid;
    ivec2 centre = clamp(ivec2(at), ivec2(0), textureSize(stars, 0) - 1);
    int span = texelFetch(stars, centre, 0).a > 0.003 ? 1 : -1; // none near: the loop ends at once
    vec3 light = vec3(0.0);
    for (int y = -span; y <= span; y++) {
        for (int x = -span; x <= span; x++) {
            ivec2 cell = clamp(centre + ivec2(x, y), ivec2(0), textureSize(stars, 0) - 1);
            vec4 one = texelFetch(stars, cell, 0);
            if (one.g <= 0.003) continue;
            vec2 place = vec2(cell) + vec2(floor(one.r) / 1023.0, fract(one.r) / 0.99);
            float d = length((place - at) / grid * short_sides);
            float radius = 0.0011 + 0.0014 * min(one.g, 1.8);
            float core = person_cover(d - radius, radius, pixel);
            float soft = max(1.0 - d / 0.0068, 0.0);
            vec3 own = mix(vec3(1.0), srgb_decode(person_colour(emo_people, one.b).rgb), 0.45);
            light += own * one.g * (0.75 * core + 0.20 * soft * soft * soft);
        }
    }
    return light;
}

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    float shorter = min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 short_sides = RENDERSIZE / shorter;
    float pixel = 1.0 / shorter;
    float y = (uv.y - horizon) * short_sides.y; // above the horizon, in short sides
    float high = max(y, 0.0);
    float low = max(-y, 0.0);

    vec4 column = texture(breaths, vec2(uv.x, 0.5));
    float dome = column.r;
    float embers = column.g;
    float day = open();

    // The air: most of its light close to the ground, and a veil above it.
    float reach = mix(0.014, 0.06 + 0.07 * day, awake) + 0.22 * dome;
    float lit = mix(0.55, 0.40, awake) + 0.10 * column.a + 0.25 * dome;
    float air = min(lit, 0.9) * exp(-high / reach);
    air += (1.0 - air) * min(0.9 * embers, 1.0) * exp(-high / (0.016 + 0.035 * embers));
    float veil = (0.26 + 0.16 * column.a + 0.20 * dome) * exp(-high / (0.30 + 0.30 * day));
    veil *= mix(0.2, 1.0, awake);
    float warm = mix(0.06, warmth, awake);
    vec3 zenith = tone(0.150 + 0.015 * day * awake, 0.042, 0.22 * warm);
    vec3 rim = tone(0.35, 0.06, warm);
    vec3 sky = mix(zenith, rim, air + veil * (1.0 - air));

    // The earth: dark, and a little of the sky on it.
    vec3 earth = tone(0.120, 0.022, 0.40 * warm);
    float sheen = (0.14 + 0.3 * embers) * exp(-low / 0.03) + (0.10 + 0.12 * dome) * exp(-low / 0.3);
    vec3 ground = mix(earth, rim, sheen * mix(0.6, 1.0, awake));

    float edge = pixel + 0.0015 + 0.003 * (1.0 - column.a);
    vec3 lab = mix(ground, sky, smoothstep(-edge, edge, y));
    vec3 light = max(oklab_to_linear(lab), 0.0);

    // Sparks along the edge, and the stars.
    float thread = exp(-abs(y) / 0.004) + 0.25 * exp(-abs(y) / 0.02);
    light += max(oklab_to_linear(tone(0.62, 0.05, warm)), 0.0) * 0.45 * column.b * thread;
    vec3 above = star_light(uv, short_sides, pixel);
    light += above * smoothstep(0.0, 0.05, y);
    return vec4(srgb_encode(shoulder(light, 0.7)), 1.0);
}

void main()
{
    if (PASSINDEX == 0) gl_FragColor = draw_choir();
    else if (PASSINDEX == 1) gl_FragColor = draw_breaths();
    else if (PASSINDEX == 2) gl_FragColor = draw_newcomers();
    else if (PASSINDEX == 3) gl_FragColor = draw_lamps();
    else if (PASSINDEX == 4) gl_FragColor = draw_stars();
    else gl_FragColor = draw_picture();
}
