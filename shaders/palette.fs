/*{
    "ISFVSN": "2",
    "DESCRIPTION": "The palette of the crowd as fields of colour, lifted where people gather; everybody is a small mark.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "flow", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "how far the edges have moved" },
        { "NAME": "sway", "TYPE": "float", "DEFAULT": 0.3, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far the edges swing" },
        { "NAME": "jagged", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "from curves to splinters" },
        { "NAME": "softness", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "how softly fields meet" },
        { "NAME": "lift", "TYPE": "float", "DEFAULT": 0.5, "MIN": -1.0, "MAX": 1.0, "LABEL": "how the crowd bends the fields" },
        { "NAME": "part", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "the fields part into two camps" },
        { "NAME": "palette0", "TYPE": "color", "DEFAULT": [0.10, 0.14, 0.20, 1.0] },
        { "NAME": "palette1", "TYPE": "color", "DEFAULT": [0.16, 0.24, 0.31, 1.0] },
        { "NAME": "palette2", "TYPE": "color", "DEFAULT": [0.24, 0.34, 0.41, 1.0] },
        { "NAME": "palette3", "TYPE": "color", "DEFAULT": [0.34, 0.45, 0.51, 1.0] },
        { "NAME": "palette4", "TYPE": "color", "DEFAULT": [0.45, 0.56, 0.60, 1.0] },
        { "NAME": "palette5", "TYPE": "color", "DEFAULT": [0.58, 0.67, 0.69, 1.0] },
        { "NAME": "palette6", "TYPE": "color", "DEFAULT": [0.71, 0.78, 0.78, 1.0] },
        { "NAME": "palette7", "TYPE": "color", "DEFAULT": [0.84, 0.88, 0.86, 1.0] },
        { "NAME": "emo_field", "TYPE": "image" },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "fields", "FLOAT": true, "WIDTH": "8", "HEIGHT": "1" },
        { "TARGET": "edges", "FLOAT": true, "WIDTH": "$WIDTH/4", "HEIGHT": "$HEIGHT/4" },
        {}
    ]
}*/

// Techniques: layers as level sets of one bent height, mixed in OKLab; dabs from a grid of people.
// Author: Empathy Palettes.

#include "srgb.glsl"
#include "noise.glsl"
#include "oklab.glsl"
#include "people.glsl"

const float FIELDS = 8.0;

// --- pass 0: the fields' colours in OKLab, worked out once a frame -----------------------------

vec4 draw_fields()
{
    int i = int(gl_FragCoord.x);
    vec3 c = i < 1 ? palette0.rgb : i < 2 ? palette1.rgb : i < 3 ? palette2.rgb
           : i < 4 ? palette3.rgb : i < 5 ? palette4.rgb : i < 6 ? palette5.rgb
           : i < 7 ? palette6.rgb : palette7.rgb;
    return vec4(oklab_from_linear(srgb_decode(c)), 1.0);
}

// A wave that is a curve at 0 and a zigzag at 1.
float fold(float x, float edge)
{
    float zigzag = abs(fract(x) * 4.0 - 2.0) - 1.0;
    return mix(cos(6.2831853 * x), zigzag, edge);
}

// --- pass 1: which field, as a smooth number: it needs no fine detail, so it is drawn small -----
// The fields lie over each other like layers of the earth. Areas stay as the palette gives them:
// every edge moves the same way. A noise that moves by flow / n has the period 1,024 / n: no jump
// when `flow` wraps.

vec4 draw_edges()
{
    vec2 uv = isf_FragNormCoord;
    vec2 p = (uv - 0.5) * RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    float swing = 0.50 * fold(p.x * 0.45 + flow / 16.0, jagged)
                + 0.30 * fold(p.x * 1.10 - flow / 8.0 + 0.3 + 0.2 * uv.y, jagged)
                + 0.35 * gradient_noise(vec2(p.x * 1.6 + 40.0, flow / 4.0 + uv.y * 1.5), 256.0);
    vec2 coarse = vec2(p.x * 5.0 + 80.0, flow / 4.0 + uv.y * 3.0);
    vec2 fine = vec2(p.x * 13.0 + 80.0, flow / 2.0 + uv.y * 6.0);
    float splinter = 0.35 - abs(gradient_noise(coarse, 256.0)) - 0.5 * abs(gradient_noise(fine, 512.0));
    float gather = texture(emo_field, uv).r;
    float bent = uv.y + 0.16 * sway * swing + 0.34 * jagged * sway * splinter;
    bent -= lift * 0.22 * gather * (1.0 - uv.y) * uv.y * 4.0;
    bent += part * 0.10 * tanh(p.x * 14.0);
    float wash = gradient_noise(p * vec2(1.7, 3.9) + vec2(8.0, flow / 32.0), 32.0);
    return vec4(clamp(bent, 0.0, 0.9999), wash, 0.0, 1.0);
}

// --- pass 2: the picture -----------------------------------------------------------------------

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    vec2 short_sides = RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    float pixel = 1.0 / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = (uv - 0.5) * short_sides;
    vec2 edge_at = texture(edges, uv).xy;
    float level = edge_at.x * FIELDS;

    // Two fields meet in a seam that is wide and soft, or narrow.
    float i = floor(level);
    float f = level - i;
    float seam = mix(0.03, 0.5, softness);
    float toward = f < 0.5 ? -1.0 : 1.0;
    float other = clamp(i + toward, 0.0, FIELDS - 1.0);
    float away = min(f, 1.0 - f);
    float share = 0.5 * (1.0 - smoothstep(0.0, seam, away));
    vec3 here = texelFetch(fields, ivec2(int(i), 0), 0).rgb;
    vec3 beside = texelFetch(fields, ivec2(int(other), 0), 0).rgb;
    vec3 lab = mix(here, beside, share);

    // A field is not flat: thin paint, a glow towards its middle, the stroke of the brush.
    float weave = value_noise(vec2(p.x * 30.0, p.y * 300.0) + 300.0, NOISE_PERIOD) - 0.5;
    // All three are scaled: less lightness alone would make a red more red than the palette has it.
    lab *= 1.0 + 0.05 * (away * 2.0 - 0.5) + 0.04 * edge_at.y + 0.03 * weave;
    lab *= 1.0 - 0.10 * dot(p, p);
    vec3 colour = max(oklab_to_linear(lab), 0.0);

    // Everybody: a dab of their own colour, lying on the cloth with a soft shadow.
    vec2 grid = vec2(textureSize(emo_dots, 0));
    vec2 at = uv * grid;
    ivec2 centre = ivec2(at);
    float nearest = 1.0;
    float radius = 0.0;
    float shade = 0.0;
    float who = -1.0;
    int span = texture(emo_field, uv).r > 0.0 ? 1 : -1; // nobody near: the loop ends at once
    for (int y = -span; y <= span; y++) {
        for (int x = -span; x <= span; x++) {
            vec4 one = person_in(emo_dots, emo_people, centre + ivec2(x, y));
            vec2 off = (at - one.xy) / grid * short_sides;
            float r = min(one.w * 0.001, 0.0065);
            float edge = one.z < 0.0 ? 1.0 : length(off) - r;
            float below = one.z < 0.0 ? 1.0 : length(off + vec2(-0.0008, 0.0014)) - r;
            float small = min(r * r / (pixel * pixel), 1.0); // a smaller one's shadow is fainter, too
            shade = max(shade, (1.0 - smoothstep(0.0, 0.0024, below)) * small);
            who = edge < nearest ? one.z : who;
            radius = edge < nearest ? r : radius;
            nearest = min(nearest, edge);
        }
    }
    vec3 own = srgb_decode(person_colour(emo_people, max(who, 0.0)).rgb);
    float here_now = who < 0.0 ? 0.0 : person_presence(emo_people, who);
    colour *= 1.0 - 0.35 * shade * here_now;
    colour = mix(colour, own * 1.1 + 0.03, person_cover(nearest, radius, pixel) * here_now);
    return vec4(srgb_encode(shoulder(colour, 0.85)), 1.0);
}

void main()
{
    if (PASSINDEX == 0) gl_FragColor = draw_fields();
    else if (PASSINDEX == 1) gl_FragColor = draw_edges();
    else gl_FragColor = draw_picture();
}
