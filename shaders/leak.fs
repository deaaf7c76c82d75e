/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A page of writing in an alphabet that nobody can read. Where people part, letters let go and run down like wet ink; where they agree again, the lines heal, one after the other.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "typing", "TYPE": "float", "DEFAULT": 5.0, "MIN": 0.0, "MAX": 40.0, "LABEL": "letters that a caret types in a second" },
        { "NAME": "loose", "TYPE": "float", "DEFAULT": 0.3, "MIN": 0.0, "MAX": 1.0, "LABEL": "how much of the page has let go" },
        { "NAME": "healing", "TYPE": "float", "DEFAULT": 1.6, "MIN": 0.1, "MAX": 12.0, "LABEL": "lines that heal in a second" },
        { "NAME": "running", "TYPE": "float", "DEFAULT": 0.8, "MIN": 0.0, "MAX": 2.0, "LABEL": "how fast ink runs" },
        { "NAME": "daylight", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0, "LABEL": "how light and warm the ink is" },
        { "NAME": "full", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "from a page that waits to one that is written" },
        { "NAME": "lit", "TYPE": "float", "DEFAULT": 0.3, "MIN": 0.0, "MAX": 1.0, "LABEL": "how much a person's letter shines when they are silent" },
        { "NAME": "reach", "TYPE": "float", "DEFAULT": 3.0, "MIN": 0.0, "MAX": 12.0, "LABEL": "letters of a person's line that light with them" },
        { "NAME": "palette0", "TYPE": "color", "DEFAULT": [0.16, 0.17, 0.20, 1.0] },
        { "NAME": "palette1", "TYPE": "color", "DEFAULT": [0.42, 0.30, 0.26, 1.0] },
        { "NAME": "palette2", "TYPE": "color", "DEFAULT": [0.82, 0.52, 0.33, 1.0] },
        { "NAME": "palette3", "TYPE": "color", "DEFAULT": [0.90, 0.70, 0.50, 1.0] },
        { "NAME": "palette4", "TYPE": "color", "DEFAULT": [0.95, 0.88, 0.78, 1.0] },
        { "NAME": "emo_mix", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0 },
        { "NAME": "wet_previous", "TYPE": "image" },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "letters", "PERSISTENT": true, "FLOAT": true, "WIDTH": "320", "HEIGHT": "200" },
        { "TARGET": "grain", "PERSISTENT": true, "FLOAT": true, "WIDTH": "256", "HEIGHT": "256" },
        { "TARGET": "hands", "PERSISTENT": true, "FLOAT": true, "WIDTH": "4", "HEIGHT": "1" },
        { "TARGET": "voices", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(36 * $WIDTH / min($WIDTH, $HEIGHT))", "HEIGHT": "floor(36 * $HEIGHT / min($WIDTH, $HEIGHT))" },
        { "TARGET": "page", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(36 * $WIDTH / min($WIDTH, $HEIGHT))", "HEIGHT": "floor(36 * $HEIGHT / min($WIDTH, $HEIGHT))" },
        { "TARGET": "wet", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH / 3", "HEIGHT": "$HEIGHT / 3" },
        { "TARGET": "tones", "FLOAT": true, "WIDTH": "4", "HEIGHT": "1" },
        { "TARGET": "set", "FLOAT": true, "WIDTH": "floor(36 * $WIDTH / min($WIDTH, $HEIGHT))", "HEIGHT": "floor(36 * $HEIGHT / min($WIDTH, $HEIGHT))" },
        { "TARGET": "veil", "FLOAT": true, "WIDTH": "$WIDTH / 3", "HEIGHT": "$HEIGHT / 3" },
        {}
    ]
}*/

// Techniques: an alphabet as distances on a small target, so that every letter is one read; ink
// as a fluid that is carried down and thins; light that ink throws on black paper from the letters
// around. Author: Empathy Palettes.

#include "srgb.glsl"
#include "noise.glsl"
#include "oklab.glsl"
#include "tones.glsl"
#include "people.glsl"
#include "leak_letters.glsl"
#include "leak_page.glsl"

// The value at `uv` of a tile that repeats with every whole number.
vec4 tile_at(sampler2D tile, vec2 uv)
{
    return texture(tile, (fract(uv) * 255.0 + 0.5) / 256.0);
}

#include "leak_writing.glsl"

// --- passes 0 and 1: the alphabet and the paper, drawn once and kept ------------------------------

vec4 draw_letters()
{
    vec4 kept = texelFetch(letters, ivec2(gl_FragCoord.xy), 0);
    int todo = kept.a > 0.5 ? 0 : 1;
    float far = kept.r;
    for (int i = 0; i < todo; i++) far = letter_drawn(gl_FragCoord.xy, vec2(textureSize(letters, 0)));
    return vec4(far, 0.0, 0.0, 1.0);
}

// .r fibres, .g hills, .b lanes, .a 1; all 0..1 about .5, on a tile without seams.
vec4 draw_grain()
{
    vec4 kept = texelFetch(grain, ivec2(gl_FragCoord.xy), 0);
    int todo = kept.a > 0.5 ? 0 : 1;
    vec2 p = floor(gl_FragCoord.xy) / 255.0;
    for (int i = 0; i < todo; i++) {
        float pulp = gradient_fbm(p * vec2(24.0, 40.0), 8.0, 3);
        float fibre = gradient_noise(p * vec2(64.0, 16.0) + 2.0 * pulp, 16.0);
        kept = vec4(0.5 + 0.35 * fibre + 0.3 * pulp, 0.5 + 0.5 * gradient_fbm(p * 6.0, 6.0, 3),
                    value_noise(p * vec2(60.0, 4.0), 60.0), 1.0);
    }
    return kept;
}

// --- pass 6: the ink and the accent -----------------------------------------------------------------
// 0 the ink, 1 the accent, 2 the ink as it dries.

vec3 accent_of(vec3 linear_light)
{
    vec3 lab = oklab_from_linear(linear_light);
    float strong = length(lab.yz);
    lab.yz *= clamp(0.135 / max(strong, 1e-3), 1.0, 1.8);
    lab.x = mix(0.62, 0.78, daylight);
    vec3 light = max(oklab_to_linear(lab), 0.0);
    light.gb += 0.5 * max(light.r * 0.30 - light.g - light.b, 0.0);
    return light;
}

vec4 draw_tones()
{
    vec3 c[5] = vec3[5](palette0.rgb, palette1.rgb, palette2.rgb, palette3.rgb, palette4.rgb);
    vec3 ink = mix(vec3(0.075, 0.080, 0.090), vec3(1.10, 0.92, 0.70), daylight * daylight);
    vec3 accent = accent_of(max(oklab_to_linear(palette_tone(c, 0.0)), 0.0));
    int i = int(gl_FragCoord.x);
    return vec4(i == 0 ? ink : i == 1 ? accent : 0.6 * ink, 1.0);
}

// --- pass 7: every cell as it is set: the colour of its ink, and its letter -------------------------
// .rgb linear light, .a the letter + .9 of how whole it is; 40 is a caret, 41 nothing.

vec4 draw_set()
{
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec2 cells = vec2(textureSize(page, 0));
    vec4 stands = texelFetch(page, at, 0);
    float line = cells.y - 1.0 - float(at.y);
    vec3 ink = texelFetch(tones, ivec2(0, 0), 0).rgb;
    vec3 accent = texelFetch(tones, ivec2(1, 0), 0).rgb;

    // Whoever is in this cell, or was typing a little to the left of it.
    float light = 0.0;
    float slot = -1.0;
    for (int back = 0; back <= 12; back++) {
        vec4 voice = texelFetch(voices, ivec2(max(at.x - back, 0), at.y), 0);
        float near = max(back == 0 ? lit : 0.75 * lit, voice.a);
        near *= voice.r > 0.5 ? max(1.0 - float(back) / (reach + 0.01), 0.0) : 0.0;
        slot = near > light ? voice.r - 1.0 : slot;
        light = max(light, near);
    }
    vec3 own = accent_of(srgb_decode(person_colour(emo_people, max(slot, 0.0)).rgb));
    light *= slot < 0.0 ? 0.0 : min(1.6 * person_presence(emo_people, slot), 1.0);

    int number = stanza_of(line, cells);
    vec4 stanza = stanza_at(max(number, 0), cells);
    vec4 caret = texelFetch(hands, ivec2(max(number, 0), 0), 0);

    // A page that waits is lit by its one caret alone.
    vec4 middle = stanza_at(1, cells);
    vec2 lamp_at = vec2(middle.z, middle.x) + texelFetch(hands, ivec2(1, 0), 0).gr;
    vec2 off = (vec2(at.x, line) - lamp_at) * vec2(0.75, 1.0);
    float lamp = (0.9 / (1.0 + 0.16 * dot(off, off))) * (0.85 + 0.15 * sin(0.9 * TIME));

    float wear = 0.72 + 0.28 * hash2(floor(gl_FragCoord.xy) + 90.0).x;
    vec3 colour = ink * wear * mix(0.075 + lamp, 1.0, full);
    colour = mix(colour, 1.25 * accent, stands.b * (0.3 + 0.7 * stands.b) * 0.9 * full);
    colour = mix(colour, own * (0.75 + 0.5 * light), light);

    bool shown = number == 1 || (number >= 0 && full > 0.3);
    if (shown && line == stanza.x + caret.r && float(at.x) - stanza.z == floor(caret.g)) {
        float breath = 0.6 + 0.4 * sin(2.2 * TIME + 2.0 * float(number));
        return vec4(mix(ink, accent, full) * breath, 40.95);
    }
    if (stands.r < 0.0) return vec4(0.0, 0.0, 0.0, 41.0);
    return vec4(colour, stands.r + 0.9 * clamp(stands.g, 0.0, 1.0));
}

// --- pass 8: what lies under the letters: runs of ink, and the light that letters throw --------------

vec4 draw_veil()
{
    vec2 uv = isf_FragNormCoord;
    vec2 unit = RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = uv * unit;
    vec2 back = uv - vec2(meander(p) / unit.x, 0.0);
    vec4 ink = mix(texture(wet_previous, back), texture(wet, back), emo_mix);
    vec3 white = texelFetch(tones, ivec2(0, 0), 0).rgb * mix(0.2, 1.0, full);
    vec3 accent = texelFetch(tones, ivec2(1, 0), 0).rgb;
    float run_ = 1.0 - exp(-1.7 * ink.r);
    float dried = 1.0 - exp(-1.1 * ink.g);
    float tinted = clamp((ink.b + ink.a) / max(ink.r + ink.g, 0.02), 0.0, 1.0);
    vec3 colour = mix(white, accent, tinted);
    vec3 light = colour * (0.3 * run_ + 0.75 * run_ * run_ + 0.16 * dried);
    vec2 one = 0.62 / vec2(textureSize(set, 0));
    vec2 side = one * vec2(1.0, 0.4);
    vec2 up = one * vec2(-0.4, 1.0);
    vec3 thrown = texture(set, uv + side).rgb + texture(set, uv - side).rgb
                + texture(set, uv + up).rgb + texture(set, uv - up).rgb;
    // The black of the paper shows where there is light to spare.
    vec2 far = (uv - vec2(0.42, 0.6)) / vec2(0.42, 0.46);
    float pool = 1.0 / (1.0 + 3.0 * dot(far, far) * dot(far, far));
    vec3 paper = vec3(0.9, 0.8, 0.68) * (0.0004 + 0.0052 * daylight * daylight * full * pool);
    return vec4(light + 0.0026 * thrown + paper, 1.0);
}

// --- pass 9: the picture ---------------------------------------------------------------------------

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    vec2 cells = vec2(textureSize(set, 0));
    vec2 at = uv * cells;
    float pixel = cells.y / RENDERSIZE.y;
    vec2 p = uv * RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    vec4 fibre = texture(grain, fract(p * 3.1));
    vec4 ink = texelFetch(set, ivec2(at), 0);
    float letter = floor(ink.a);
    float whole = (ink.a - letter) / 0.9;

    vec2 q = fract(at) - 0.5;
    float far = letter_far(letters, min(letter, 39.0), q + 0.012 * (fibre.rg - 0.5));
    float bar = max(abs(q.x + 0.2), abs(q.y) - 0.36);
    far = letter > 40.5 ? 1.0 : letter > 39.5 ? bar : far;
    // Ink that leaves thins its strokes, and breaks them where the paper is high.
    float pen = PEN * (0.55 + 0.45 * whole) + 0.05 * (fibre.r - 0.5) * (1.0 - 0.75 * whole);
    float cover = pen_cover(far, max(pen, 0.0), pixel) * (0.25 + 0.75 * whole);

    vec4 run_ = texture(veil, uv);
    vec3 light = run_.rgb * (0.72 + 0.56 * fibre.r);
    light += ink.rgb * cover * (0.82 + 0.36 * fibre.r);
    return vec4(srgb_encode(shoulder(light, 0.75)), 1.0);
}

void main()
{
    if (PASSINDEX == 0) gl_FragColor = draw_letters();
    else if (PASSINDEX == 1) gl_FragColor = draw_grain();
    else if (PASSINDEX == 2) gl_FragColor = draw_hands();
    else if (PASSINDEX == 3) gl_FragColor = draw_voices();
    else if (PASSINDEX == 4) gl_FragColor = draw_page();
    else if (PASSINDEX == 5) gl_FragColor = draw_wet();
    else if (PASSINDEX == 6) gl_FragColor = draw_tones();
    else if (PASSINDEX == 7) gl_FragColor = draw_set();
    else if (PASSINDEX == 8) gl_FragColor = draw_veil();
    else gl_FragColor = draw_picture();
}
