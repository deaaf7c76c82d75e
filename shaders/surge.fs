/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A hall of columns of light. Each column shines where people are; all breathe together, and crack where trust does.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "flow", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "pulses that have passed" },
        { "NAME": "pulse", "TYPE": "float", "DEFAULT": 0.4, "MIN": 0.0, "MAX": 1.0, "LABEL": "depth of the pulse" },
        { "NAME": "together", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0, "LABEL": "columns pulse as one" },
        { "NAME": "crack", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "the columns break and slip" },
        { "NAME": "part", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "darkness between two camps" },
        { "NAME": "part_at", "TYPE": "float", "DEFAULT": 0.0, "MIN": -1.0, "MAX": 1.0, "LABEL": "where the camps part" },
        { "NAME": "rise", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0, "LABEL": "how high the light stands" },
        { "NAME": "slender", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "from walls to threads" },
        { "NAME": "daylight", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "light in the hall" },
        { "NAME": "palette0", "TYPE": "color", "DEFAULT": [0.07, 0.10, 0.15, 1.0] },
        { "NAME": "palette1", "TYPE": "color", "DEFAULT": [0.18, 0.25, 0.32, 1.0] },
        { "NAME": "palette2", "TYPE": "color", "DEFAULT": [0.36, 0.46, 0.52, 1.0] },
        { "NAME": "palette3", "TYPE": "color", "DEFAULT": [0.60, 0.69, 0.72, 1.0] },
        { "NAME": "palette4", "TYPE": "color", "DEFAULT": [0.85, 0.90, 0.90, 1.0] },
        { "NAME": "emo_field", "TYPE": "image" },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "tones", "FLOAT": true, "WIDTH": "4", "HEIGHT": "1" },
        { "TARGET": "hall", "FLOAT": true, "WIDTH": "$WIDTH*0.8", "HEIGHT": "$HEIGHT*0.8" },
        {}
    ]
}*/

// Techniques: shafts as bands shaded like cylinders, displaced drum by drum; a mirror floor that
// reads the hall upside down. Author: Empathy Palettes.

#include "srgb.glsl"
#include "noise.glsl"
#include "oklab.glsl"
#include "tones.glsl"
#include "people.glsl"

const float FLOOR = -0.33; // where columns meet the floor, in short sides from the middle

// --- pass 0: the palette's dark, middle and light end, and the dark of the hall -----------------

vec4 draw_tones()
{
    vec3 c[5] = vec3[5](palette0.rgb, palette1.rgb, palette2.rgb, palette3.rgb, palette4.rgb);
    int tone = int(gl_FragCoord.x);
    vec3 lab = palette_tone(c, tone == 2 ? 20.0 : tone == 1 ? 0.0 : -20.0);
    if (tone == 3) {
        lab = vec3(mix(0.10, 0.36, daylight), lab.yz * 0.6);
    }
    return vec4(max(oklab_to_linear(lab), 0.0), 1.0);
}

// --- pass 1: the hall, without its floor ---------------------------------------------------------

// One row of columns; `far` 0 is the nearest. Returns light (linear) and how much it hides.
vec4 columns(vec2 p, vec2 half_size, float count, float far, vec3 mid, vec3 light)
{
    float across = p.x / (2.0 * half_size.x) + 0.5;
    float place = across * count;
    float i = floor(place);
    vec2 dice = hash2(vec2(i + 50.0, 10.0 + far * 7.0));

    // No two bays are alike: stripes at even distances, of some contrast, can harm who looks at them.
    vec2 bay = hash2(vec2(i * 3.0 + 7.0, 70.0 + far * 11.0));
    float width = mix(0.40, 0.17, slender) * mix(0.4, 1.2, bay.x);
    float off = (bay.y - 0.5) * 2.0 * max(0.48 - width, 0.0);

    // Broken: each drum of a column slips aside, the more the less one can trust it.
    float drum_height = mix(0.16, 0.34, dice.x);
    float stack = (p.y - FLOOR) / drum_height + dice.y;
    float tilt = (hash1(i * 13.0 + floor(stack) * 7.0 + 31.0 * far) - 0.5) * 2.0;
    float u = fract(place) - 0.5 - off;
    stack += crack * 0.5 * tilt * u;
    float drum = floor(stack);
    vec2 slip = hash2(vec2(drum + 40.0, i + 90.0 + 20.0 * far)) - 0.5;
    u += crack * 0.38 * slip.x;
    float joint = min(fract(stack), 1.0 - fract(stack)) * drum_height;
    float fine = 1.5 / min(RENDERSIZE.x, RENDERSIZE.y);
    float split = smoothstep(0.0, fine + 0.003 * crack, joint - 0.003 * crack * abs(slip.y));

    // Round: light falls off towards the sides of a shaft.
    float r = u / width;
    float edge = fwidth(place) / width;
    float body = 1.0 - smoothstep(1.0 - edge, 1.0 + edge, abs(r));
    float round_off = sqrt(max(1.0 - r * r, 0.0));

    // People: a shaft glows at the height where those are whose valence it stands for.
    vec2 uv = vec2((i + 0.5 + off) / count, p.y / (2.0 * half_size.y) + 0.5);
    float crowd = 0.5 * texture(emo_field, uv).r + 0.25 * texture(emo_field, uv + vec2(0.0, 0.05)).r
                + 0.25 * texture(emo_field, uv - vec2(0.0, 0.05)).r;
    float own = (1.0 - together) * dice.y;
    float wave = 0.5 + 0.5 * sin(6.2831853 * (flow - 0.55 * (p.y - FLOOR) + own + 0.08 * far));
    float beat = 1.0 - pulse * (1.0 - wave);
    float height = (p.y - FLOOR) / (half_size.y - FLOOR);
    float stand = exp(-max(height, 0.0) * mix(5.0, 0.9, rise));
    float aside = (across * 2.0 - 1.0 - part_at) / 0.16;
    float camp = 1.0 - part * exp(-aside * aside);
    float shine = (stand * (0.18 + 0.5 * daylight) * mix(0.6, 1.2, dice.y) + 1.1 * crowd) * beat * camp;
    shine *= mix(1.0, split, 0.3) * mix(1.0, 0.35 + 1.3 * tilt * tilt, crack * 0.8);

    // A bright core in a veiled shaft: light in milk glass.
    float core = exp(-r * r * 14.0);
    vec3 veil = mid * (0.35 + 0.65 * round_off) * shine;
    vec3 lit = veil + light * shine * shine * (0.25 * round_off + 1.1 * core);
    // Where a shaft is cracked, its light escapes.
    lit += light * crack * (1.0 - split) * (0.15 + 2.2 * crowd + 0.4 * stand) * beat * camp;
    lit += light * crack * exp(-joint * 60.0) * (0.10 + 0.5 * crowd) * beat * camp * round_off;
    return vec4(lit, body);
}

vec4 draw_hall()
{
    vec2 half_size = 0.5 * RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = (isf_FragNormCoord - 0.5) * 2.0 * half_size;
    vec3 mid = texelFetch(tones, ivec2(1, 0), 0).rgb;
    vec3 light = texelFetch(tones, ivec2(2, 0), 0).rgb;
    vec3 night = texelFetch(tones, ivec2(3, 0), 0).rgb;
    float count = floor(half_size.x * 2.0 * 8.0 + 0.5);

    // Haze: the far wall, brighter above the floor and behind the crowd.
    float crowd = texture(emo_field, isf_FragNormCoord).r;
    float above = (p.y - FLOOR - 0.1) * 2.4;
    float haze = exp(-above * above);
    vec3 colour = night * (0.5 + 0.9 * haze) + mid * daylight * (0.25 * haze + 0.3 * crowd);

    vec4 back = columns(p * vec2(1.0, 1.35) + vec2(0.011, 0.1), half_size, count * 2.0, 1.0, mid, light);
    colour = mix(colour, night * 0.6 + back.rgb * mix(0.2, 0.5, daylight), back.a * 0.8);
    vec4 front = columns(p, half_size, count, 0.0, mid, light);
    colour = mix(colour, night * 0.25 + front.rgb * mix(0.9, 1.1, daylight), front.a);
    return vec4(colour, 1.0);
}

// --- pass 2: the floor that mirrors the hall, and everybody in it -------------------------------

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    vec2 short_sides = RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    float pixel = 1.0 / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 p = (uv - 0.5) * short_sides;
    vec3 night = texelFetch(tones, ivec2(3, 0), 0).rgb;

    float under = max(FLOOR - p.y, 0.0);
    float rough = value_noise(vec2(p.x * 60.0, p.y * 400.0) + 400.0, NOISE_PERIOD) - 0.5;
    vec2 seen = uv;
    seen.y += 2.0 * under / short_sides.y;
    seen.x += rough * 0.03 * under;
    vec2 blur = vec2(0.0, 0.10 * under);
    vec3 colour = 0.5 * (texture(hall, seen + blur).rgb + texture(hall, seen - blur * 0.5).rgb);
    float on_floor = smoothstep(0.0, pixel, under);
    colour = mix(colour, colour * 0.42 * exp(-under * 5.0) + night * 0.10, on_floor);
    colour *= 1.0 - 0.5 * exp(-abs(p.y - FLOOR) * 90.0);

    vec2 grid = vec2(textureSize(emo_dots, 0));
    vec2 at = uv * grid;
    ivec2 centre = ivec2(at);
    float nearest = 1.0;
    float radius = 0.0;
    float glow = 0.0;
    float who = -1.0;
    int span = texture(emo_field, uv).r > 0.0 ? 1 : -1; // nobody near: the loop ends at once
    for (int y = -span; y <= span; y++) {
        for (int x = -span; x <= span; x++) {
            vec4 one = person_in(emo_dots, emo_people, centre + ivec2(x, y));
            vec2 off = (at - one.xy) / grid * short_sides;
            float r = one.w * 0.001;
            float edge = one.z < 0.0 ? 1.0 : length(off) - r;
            float soft = max(1.0 - dot(off, off) / 4.6e-5, 0.0);
            glow += one.z < 0.0 ? 0.0 : soft * soft;
            who = edge < nearest ? one.z : who;
            radius = edge < nearest ? r : radius;
            nearest = min(nearest, edge);
        }
    }
    vec3 own = srgb_decode(person_colour(emo_people, max(who, 0.0)).rgb);
    float here_now = who < 0.0 ? 0.0 : person_presence(emo_people, who);
    colour += own * min(glow, 1.5) * 0.16 * here_now;
    colour = mix(colour, own * 0.85 + 0.18, person_cover(nearest, radius, pixel) * here_now);
    return vec4(srgb_encode(shoulder(colour, 0.7)), 1.0);
}

void main()
{
    if (PASSINDEX == 0) gl_FragColor = draw_tones();
    else if (PASSINDEX == 1) gl_FragColor = draw_hall();
    else gl_FragColor = draw_picture();
}
