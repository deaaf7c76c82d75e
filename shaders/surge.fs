/*{
    "ISFVSN": "2",
    "DESCRIPTION": "One column of light in a black hall, a third from the left; its foot is out of the picture. Everybody is a mote in the dust: agreement draws them in, discord frays the column.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "flow", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "how far the dust has risen" },
        { "NAME": "sway", "TYPE": "float", "DEFAULT": 0.2, "MIN": 0.0, "MAX": 1.0, "LABEL": "how much the updraught bends the light" },
        { "NAME": "reach", "TYPE": "float", "DEFAULT": 0.9, "MIN": 0.2, "MAX": 3.0, "LABEL": "how high the light stands, of the picture's height" },
        { "NAME": "power", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 2.0, "LABEL": "how strong it is" },
        { "NAME": "warmth", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "from ember over candle to pale gold" },
        { "NAME": "fray", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "the column frays into strands" },
        { "NAME": "part", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "it parts in two" },
        { "NAME": "awake", "TYPE": "float", "DEFAULT": 0.8, "MIN": 0.0, "MAX": 1.0, "LABEL": "somebody is here" },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "dust", "PERSISTENT": true, "FLOAT": true, "WIDTH": "256", "HEIGHT": "256" },
        { "TARGET": "shaft", "FLOAT": true, "WIDTH": "$WIDTH/4", "HEIGHT": "$HEIGHT/4" },
        { "TARGET": "scatter", "FLOAT": true, "WIDTH": "$WIDTH/4", "HEIGHT": "$HEIGHT/4" },
        { "TARGET": "motes", "FLOAT": true, "WIDTH": "256", "HEIGHT": "144" },
        { "TARGET": "near", "FLOAT": true, "WIDTH": "256", "HEIGHT": "144" },
        {}
    ]
}*/

// Techniques: light scattered in dust, gathered along the way to the light in a picture a quarter
// as large (Kenny Mitchell, "Volumetric light scattering as a post-process", GPU Gems 3, 2007);
// colours mixed in OKLab (Björn Ottosson, 2020). Author: Empathy Palettes.

#include "srgb.glsl"
#include "oklab.glsl"
#include "noise.glsl"
#include "people.glsl"
#include "surge_dust.glsl"
#include "surge_column.glsl"

const float AXIS = 0.3333; // where the column stands, of the width
const float FOOT = 0.22;   // how far below the picture its foot is, in short sides
const int TAPS = 26;

vec2 short_sides()
{
    return RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
}

// From the foot of the column, in short sides.
vec2 from_foot(vec2 uv)
{
    return (uv - vec2(AXIS, 0.0)) * short_sides() + vec2(0.0, FOOT);
}

// --- pass 0: the dust, drawn once and kept --------------------------------------------------------

vec4 draw_dust()
{
    vec4 kept = texelFetch(dust, ivec2(gl_FragCoord.xy), 0);
    return surge_dust(kept, floor(gl_FragCoord.xy) / 255.0);
}

// --- pass 1: the column itself (r), and the even light beside it (g) -------------------------------------------------------------------

vec4 draw_shaft()
{
    vec2 p = from_foot(isf_FragNormCoord);
    vec2 light = sheaf(p.x, max(p.y, 0.0), reach * short_sides().y);
    // The dust goes up in it: in long threads where all is still, in clouds where it is stirred.
    float a = dust_at(dust, vec2(p.x * 1.6 + 0.3, p.y * 0.40 - flow * 0.5)).r;
    float b = dust_at(dust, vec2(p.x * 1.3, p.y * 0.25 - flow)).b;
    float smoke = clamp(1.0 + (1.4 + 2.2 * sway) * (a - 0.5) + 1.3 * (b - 0.5), 0.12, 2.2);
    return vec4(light * vec2(mix(1.0, smoke, 0.45 + 0.45 * sway), 1.0), 0.0, 1.0);
}

// --- pass 2: what the dust scatters ----------------------------------------------------------------
// r: the column. g: the light beside it, in drifts of dust. b: the same in even dust.

vec4 draw_scatter()
{
    vec2 uv = isf_FragNormCoord;
    vec2 foot = vec2(AXIS, -FOOT / short_sides().y);
    vec2 p = from_foot(uv);
    float far = length(p);
    float sum = 0.0;
    for (int i = 0; i < TAPS; i++) {
        float t = (float(i) + 0.5) / float(TAPS);
        float s = t * t; // dense near the foot, where the way to it meets the light
        float lit = texture(shaft, mix(foot, uv, s)).r;
        sum += lit * 2.0 * t * exp(-1.1 * (1.0 - s) * far);
    }
    sum /= float(TAPS);
    // Broad rays: the dust over the foot lets more light through here than there.
    float angle = atan(p.x, p.y);
    float rays = dust_at(dust, vec2(angle * 0.30, 0.21 + flow / 64.0)).r;
    vec2 column = texelFetch(shaft, ivec2(gl_FragCoord.xy), 0).rg;
    float halo = 0.6 * sum * clamp(1.0 + 2.0 * (rays - 0.5), 0.3, 1.9) + 0.14 * column.g;
    float haze = dust_at(dust, p * vec2(0.42, 0.30) + vec2(0.0, -flow * 0.25)).r;
    return vec4(column.r, halo * (0.30 + 1.4 * haze), halo, 1.0);
}

// --- passes 3 and 4: who is in which cell -----------------------------------------------------------
// r: place within the cell, two numbers in one. g: radius, in thousandths. b: slot. a: the largest.

vec4 draw_motes()
{
    vec4 one = person_in(emo_dots, emo_people, ivec2(gl_FragCoord.xy));
    if (one.z < 0.0) return vec4(0.0);
    vec2 within = fract(one.xy);
    return vec4(floor(within.x * 1023.0) + within.y * 0.99, one.w, one.z, 0.0);
}

vec4 draw_near()
{
    ivec2 cell = ivec2(gl_FragCoord.xy);
    float most = 0.0;
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            ivec2 beside = clamp(cell + ivec2(x, y), ivec2(0), textureSize(motes, 0) - 1);
            most = max(most, texelFetch(motes, beside, 0).g);
        }
    }
    return vec4(texelFetch(motes, cell, 0).rgb, most);
}

// --- pass 5: the picture -------------------------------------------------------------------------------

// Light of that strength: an ember where it is faint, candle, pale gold where it is strong; `warm`
// moves all of it along.
vec3 flame(float strength, float warm)
{
    vec3 ember = vec3(0.60, 0.092, 0.090);
    vec3 candle = vec3(0.72, 0.062, 0.118);
    vec3 gold = vec3(0.86, 0.004, 0.075);
    float t = clamp(0.75 * warm - 0.22 + 0.55 * (1.0 - exp(-1.6 * strength)), 0.0, 1.0);
    vec3 lab = t < 0.5 ? mix(ember, candle, 2.0 * t) : mix(candle, gold, 2.0 * t - 1.0);
    vec3 colour = max(oklab_to_linear(lab), 0.0);
    return colour * strength / luminance(colour);
}

// Everybody: a mote, lit by the column.
vec3 mote_light(vec2 uv, float lit, float pixel)
{
    vec2 grid = vec2(textureSize(near, 0));
    vec2 at = uv * grid;
    ivec2 centre = clamp(ivec2(at), ivec2(0), textureSize(near, 0) - 1);
    int span = texelFetch(near, centre, 0).a > 0.0 ? 1 : -1; // nobody near: the loop ends at once
    vec3 light = vec3(0.0);
    for (int y = -span; y <= span; y++) {
        for (int x = -span; x <= span; x++) {
            ivec2 cell = clamp(centre + ivec2(x, y), ivec2(0), textureSize(near, 0) - 1);
            vec4 one = texelFetch(near, cell, 0);
            if (one.g <= 0.0) continue;
            vec2 place = vec2(cell) + vec2(floor(one.r) / 1023.0, fract(one.r) / 0.99);
            float d = length((place - at) / grid * short_sides());
            float radius = one.g * 0.001;
            float soft = max(1.0 - d / 0.0068, 0.0);
            float core = person_cover(d - radius, radius, pixel) + 0.16 * soft * soft;
            vec3 own = srgb_decode(person_colour(emo_people, one.b).rgb);
            light += own * core * person_presence(emo_people, one.b);
        }
    }
    return light * (0.45 + 1.5 * lit);
}

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    float pixel = 1.0 / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = from_foot(uv);
    vec3 air = texture(scatter, uv).rgb;
    float grain = value_noise(p * 260.0 + vec2(0.0, -flow * 8.0), NOISE_PERIOD) - 0.5;

    float strength = power * mix(0.3, 1.0, awake);
    float all = strength * (1.3 * air.r + air.g * (1.0 + 0.22 * grain));
    vec3 light = flame(all, warmth) + mote_light(uv, min(4.0 * strength * air.b, 1.2), pixel);
    return vec4(srgb_encode(shoulder(light, 0.45)), 1.0);
}

void main()
{
    if (PASSINDEX == 0) gl_FragColor = draw_dust();
    else if (PASSINDEX == 1) gl_FragColor = draw_shaft();
    else if (PASSINDEX == 2) gl_FragColor = draw_scatter();
    else if (PASSINDEX == 3) gl_FragColor = draw_motes();
    else if (PASSINDEX == 4) gl_FragColor = draw_near();
    else gl_FragColor = draw_picture();
}
