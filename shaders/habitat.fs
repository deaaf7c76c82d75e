/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A house of paper, seen from above at night: a room for each circle or gathering, breathing. Where people move together a wall thins, a door opens and light spills over the floor.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "stir", "TYPE": "float", "DEFAULT": 0.0, "MIN": -1.0, "MAX": 1.0, "LABEL": "how fast rooms breathe: 6 to 14 times a minute" },
        { "NAME": "swell", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 2.0, "LABEL": "how deeply they breathe" },
        { "NAME": "pace", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 3.0, "LABEL": "of all that breathes" },
        { "NAME": "door", "TYPE": "float", "DEFAULT": 0.45, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far doors stand open, where no circle says it" },
        { "NAME": "glow", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.5, "LABEL": "how brightly the lamps burn" },
        { "NAME": "moon", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 4.0, "LABEL": "how light the night is" },
        { "NAME": "warm", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "from cool to warm paper" },
        { "NAME": "few", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "only a few people: each carries a lamp" },
        { "NAME": "nobody", "TYPE": "float", "DEFAULT": 0.35, "MIN": 0.0, "MAX": 1.0, "LABEL": "nobody is here: dawn" },
        { "NAME": "palette0", "TYPE": "color", "DEFAULT": [0.16, 0.13, 0.14, 1.0] },
        { "NAME": "palette1", "TYPE": "color", "DEFAULT": [0.36, 0.28, 0.26, 1.0] },
        { "NAME": "palette2", "TYPE": "color", "DEFAULT": [0.62, 0.45, 0.34, 1.0] },
        { "NAME": "palette3", "TYPE": "color", "DEFAULT": [0.86, 0.66, 0.45, 1.0] },
        { "NAME": "palette4", "TYPE": "color", "DEFAULT": [0.96, 0.84, 0.64, 1.0] },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" },
        { "NAME": "emo_modes", "TYPE": "image" },
        { "NAME": "emo_circles", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "paper", "PERSISTENT": true, "FLOAT": true, "WIDTH": "256", "HEIGHT": "256" },
        { "TARGET": "tones", "PERSISTENT": true, "FLOAT": true, "WIDTH": "4", "HEIGHT": "1" },
        { "TARGET": "rooms", "PERSISTENT": true, "FLOAT": true, "WIDTH": "16", "HEIGHT": "9" },
        { "TARGET": "plan", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/4", "HEIGHT": "$HEIGHT/4" },
        { "TARGET": "rays", "PERSISTENT": true, "FLOAT": true, "WIDTH": "146", "HEIGHT": "576" },
        { "TARGET": "light", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/5", "HEIGHT": "$HEIGHT/5" },
        { "TARGET": "glowing", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/8", "HEIGHT": "$HEIGHT/8" },
        { "TARGET": "model", "FLOAT": true, "WIDTH": "$WIDTH/2", "HEIGHT": "$HEIGHT/2" },
        { "TARGET": "lights", "FLOAT": true, "WIDTH": "256", "HEIGHT": "144" },
        {}
    ]
}*/

// Techniques: a plan of signed distances with doors cut into it; lamps whose light walks outward
// through paper, ring by ring; walls raised by looking at the plan in seven heights, each nearer to
// the eye (layered parallax); washi as the grain. Author: Empathy Palettes.

#include "srgb.glsl"
#include "noise.glsl"
#include "oklab.glsl"
#include "tones.glsl"
#include "sdf.glsl"
#include "people.glsl"
#include "washi.glsl"
#include "rooms.glsl"
#include "house.glsl"

const float HEIGHT = 0.06; // of the walls: how much nearer to the eye their tops are than the floor
const vec2 EYE = vec2(0.44, 0.40); // over what place of the picture the eye is

// --- pass 1: the palette's dark, middle and light end, and paper --------------------------------

vec4 draw_tones()
{
    vec3 c[5] = vec3[5](palette0.rgb, palette1.rgb, palette2.rgb, palette3.rgb, palette4.rgb);
    int tone = int(gl_FragCoord.x);
    vec3 lab = palette_tone(c, tone == 2 ? 20.0 : tone == 1 ? 0.0 : -20.0);
    if (tone == 3) lab = vec3(0.93, mix(lab.yz * 0.3, vec2(0.012, 0.045), 0.4 + 0.5 * warm));
    return vec4(max(oklab_to_linear(lab), 0.0), 1.0);
}

// --- pass 6: the light that a wall holds: that of both its sides --------------------------------

vec4 draw_glowing()
{
    vec2 uv = isf_FragNormCoord;
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 6; i++) {
        float a = 1.0472 * float(i) + 0.3;
        sum += texture(light, uv + 0.5 * 0.030 * vec2(cos(a), sin(a)) / half_frame());
    }
    return sum / 6.0;
}

// --- pass 7: the model: distances on the floor, and on what stands up from it -------------------
// r: to the top of a wall; g: to a wall at any height; b: to the inside of a room; a: to its foot.

vec4 draw_model()
{
    vec2 uv = isf_FragNormCoord;
    vec2 up = (EYE - uv) * HEIGHT;
    vec4 foot = texture(plan, uv);
    float at_any = foot.r;
    float top = foot.r;
    for (int i = 1; i <= 6; i++) {
        top = texture(plan, uv + up * (float(i) / 6.0)).r;
        at_any = sd_join(at_any, top, 0.006);
    }
    return vec4(top, at_any, foot.g, foot.r);
}

// --- pass 8: who is in which cell, for the picture ----------------------------------------------

vec4 draw_lights()
{
    ivec2 cell = ivec2(gl_FragCoord.xy);
    float largest = 0.0;
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            vec4 one = person_in(emo_dots, emo_people, cell + ivec2(x, y));
            largest = max(largest, one.z < 0.0 ? 0.0 : one.w);
        }
    }
    vec4 here = person_in(emo_dots, emo_people, cell);
    return vec4(here.xy, here.z, largest);
}

// --- pass 9: the picture ------------------------------------------------------------------------

// Everybody: a warm point with a soft rim, brighter for a second when they come.
vec3 people_at(vec2 uv, float pixel)
{
    vec2 grid = vec2(textureSize(lights, 0));
    vec2 at = uv * grid;
    ivec2 centre = ivec2(at);
    vec3 sum = vec3(0.0);
    int span = texelFetch(lights, centre, 0).w > 0.0 ? 1 : -1;
    for (int y = -span; y <= span; y++) {
        for (int x = -span; x <= span; x++) {
            vec3 one = texelFetch(lights, clamp(centre + ivec2(x, y), ivec2(0), ivec2(grid) - 1), 0).xyz;
            int who = one.z < 0.0 ? 0 : 1;
            for (int i = 0; i < who; i++) {
                vec4 here = texelFetch(emo_people, person_texel(emo_people, one.z, 0), 0);
                vec4 own = person_colour(emo_people, one.z);
                float d = length((one.xy - at) / grid * RENDERSIZE) * pixel;
                float r = min(here.z * 0.064, 0.0032);
                float spark = 1.6 * exp(-40.0 * own.a);
                float rim = max(1.0 - d / 0.0066, 0.0);
                float core = person_cover(d - r, r, pixel);
                float is = max(here.w, min(spark, 1.0));
                sum += (srgb_decode(own.rgb) * 0.75 + vec3(0.22, 0.15, 0.08)) * is * (1.0 + spark) * (core + 0.28 * rim * rim);
            }
        }
    }
    return sum;
}

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    float pixel = 1.0 / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = (uv - 0.5) * RENDERSIZE * pixel;
    vec4 stands = texture(model, uv);
    vec4 lit = texture(light, uv);
    vec4 held = texture(glowing, uv);
    vec3 before = texture(light, uv + (EYE - uv) * HEIGHT * 1.35).rgb; // what a wall looks at
    vec3 sheet = texelFetch(tones, ivec2(3, 0), 0).rgb;
    vec3 dark = texelFetch(tones, ivec2(0, 0), 0).rgb;
    vec4 fibre = washi_at(paper, mat2(0.94, 0.34, -0.34, 0.94) * p * 2.6 + 0.31);
    vec4 broad = washi_at(paper, vec2(p.y, -p.x) * 0.61 + 0.77);

    float lamp = 1.5 * glow;
    vec3 dawn = mix(moon * vec3(0.010, 0.013, 0.020), vec3(0.40, 0.235, 0.165) * (0.72 - 0.34 * p.x + 0.25 * p.y), nobody);
    vec3 air = mix(moon * vec3(0.0048, 0.0058, 0.0082), vec3(0.016, 0.021, 0.036), nobody);
    float tooth = 1.0 + 0.16 * (fibre.b - 0.5) + 0.22 * (broad.r - 0.5) + 0.20 * fibre.g;

    // The floor: paper in a room, a dark board around it.
    float inside = smoothstep(0.004, -0.004, stands.b);
    float near = clamp(0.45 + stands.a / 0.05, 0.0, 1.0);
    vec3 board = (0.17 + 0.30 * dark) * vec3(0.95, 0.92, 0.90);
    vec3 ground = mix(board * (1.0 + 0.5 * (broad.b - 0.5)), sheet * 0.78 * tooth, inside);
    vec3 colour = ground * (lamp * lit.rgb + dawn * min(lit.a, 1.0) + air) * mix(0.62, 1.0, near);

    // Walls: their sides take the light before them and let through the light behind; tops are edges.
    float soft = max(pixel, 0.0012);
    float side = 1.0 - smoothstep(-soft, soft, stands.g);
    float top = 1.0 - smoothstep(-soft, soft, stands.r);
    vec3 face = sheet * (lamp * (0.85 * before + 0.75 * held.rgb) + 0.7 * dawn + air) * (0.8 + 0.4 * fibre.r);
    float rim = exp(min(stands.r, 0.0) / 0.0035);
    vec3 edge = sheet * (lamp * held.rgb * (0.80 + 0.75 * rim) + 1.15 * dawn * min(held.a, 1.0) + air) * tooth;
    colour = mix(colour, mix(face, edge, top), side);

    colour += people_at(uv, pixel) * (0.55 + 0.45 * glow);
    colour.gb += 0.5 * max(colour.r * 0.29 - colour.g - colour.b, 0.0);
    return vec4(srgb_encode(shoulder(colour, 0.55)), 1.0);
}

void main()
{
    if (PASSINDEX == 0) gl_FragColor = washi(texelFetch(paper, ivec2(gl_FragCoord.xy), 0), floor(gl_FragCoord.xy) / 255.0);
    else if (PASSINDEX == 1) gl_FragColor = draw_tones();
    else if (PASSINDEX == 2) gl_FragColor = draw_rooms();
    else if (PASSINDEX == 3) gl_FragColor = draw_plan();
    else if (PASSINDEX == 4) gl_FragColor = draw_rays();
    else if (PASSINDEX == 5) gl_FragColor = draw_light();
    else if (PASSINDEX == 6) gl_FragColor = draw_glowing();
    else if (PASSINDEX == 7) gl_FragColor = draw_model();
    else if (PASSINDEX == 8) gl_FragColor = draw_lights();
    else gl_FragColor = draw_picture();
}
