/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A sea seen from above. People are lights in the water; where they gather the ground rises, and the swell breaks on them.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "flow", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "waves that have passed" },
        { "NAME": "rate", "TYPE": "float", "DEFAULT": 0.25, "MIN": 0.0, "MAX": 1.0, "LABEL": "waves per second" },
        { "NAME": "reach", "TYPE": "float", "DEFAULT": 0.22, "MIN": 0.08, "MAX": 0.5, "LABEL": "from crest to crest, in short sides" },
        { "NAME": "swell", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 2.0, "LABEL": "height of the swell" },
        { "NAME": "chop", "TYPE": "float", "DEFAULT": 0.4, "MIN": 0.0, "MAX": 1.0, "LABEL": "broken, sharp small waves" },
        { "NAME": "order", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0, "LABEL": "all waves from one side" },
        { "NAME": "breaking", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "how easily waves break into foam" },
        { "NAME": "ground", "TYPE": "float", "DEFAULT": 0.85, "MIN": 0.0, "MAX": 1.4, "LABEL": "how high the crowd lifts the sea bed" },
        { "NAME": "crowding", "TYPE": "float", "DEFAULT": 0.06, "MIN": 0.0, "MAX": 1.0, "LABEL": "ground under one person" },
        { "NAME": "clarity", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far down one sees" },
        { "NAME": "stain", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0, "LABEL": "the sea takes the colour of those nearest" },
        { "NAME": "daylight", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "light of the sky" },
        { "NAME": "beat", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "beats that have passed" },
        { "NAME": "drops", "TYPE": "float", "DEFAULT": 0.02, "MIN": 0.0, "MAX": 0.1, "LABEL": "how hard each person beats on the water" },
        { "NAME": "together", "TYPE": "float", "DEFAULT": 0.3, "MIN": 0.0, "MAX": 1.0, "LABEL": "people beat as one" },
        { "NAME": "rip", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "the sea is torn in two" },
        { "NAME": "rip_way", "TYPE": "point2D", "DEFAULT": [1.0, 0.0], "MIN": [-1.0, -1.0], "MAX": [1.0, 1.0], "LABEL": "from one camp to the other" },
        { "NAME": "rip_offset", "TYPE": "float", "DEFAULT": 0.0, "MIN": -1.5, "MAX": 1.5, "LABEL": "where the tear runs" },
        { "NAME": "palette0", "TYPE": "color", "DEFAULT": [0.07, 0.16, 0.22, 1.0] },
        { "NAME": "palette1", "TYPE": "color", "DEFAULT": [0.16, 0.34, 0.41, 1.0] },
        { "NAME": "palette2", "TYPE": "color", "DEFAULT": [0.33, 0.54, 0.58, 1.0] },
        { "NAME": "palette3", "TYPE": "color", "DEFAULT": [0.56, 0.72, 0.73, 1.0] },
        { "NAME": "palette4", "TYPE": "color", "DEFAULT": [0.82, 0.88, 0.86, 1.0] },
        { "NAME": "emo_mix", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0 },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "grain", "PERSISTENT": true, "FLOAT": true, "WIDTH": "256", "HEIGHT": "256" },
        { "TARGET": "dye", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/12", "HEIGHT": "$HEIGHT/12" },
        { "TARGET": "chart", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/3", "HEIGHT": "$HEIGHT/3" },
        { "TARGET": "water", "PERSISTENT": true, "FLOAT": true, "WIDTH": "$WIDTH/3", "HEIGHT": "$HEIGHT/3" },
        { "TARGET": "tones", "FLOAT": true, "WIDTH": "4", "HEIGHT": "1" },
        { "TARGET": "tint", "FLOAT": true, "WIDTH": "$WIDTH/12", "HEIGHT": "$HEIGHT/12" },
        { "TARGET": "surface", "FLOAT": true, "WIDTH": "$WIDTH/3", "HEIGHT": "$HEIGHT/3" },
        { "TARGET": "bed", "FLOAT": true, "WIDTH": "$WIDTH/2", "HEIGHT": "$HEIGHT/2" },
        { "TARGET": "halo", "FLOAT": true, "WIDTH": "$WIDTH/5", "HEIGHT": "$HEIGHT/5" },
        { "TARGET": "lights", "FLOAT": true, "WIDTH": "256", "HEIGHT": "144" },
        {}
    ]
}*/

// Techniques: a damped wave equation on a grid, slower over shallow ground, so that the swell bends
// round the crowd and breaks on it; foam carried by the water and threaded by cells; caustics from
// the curvature of the surface; absorption by depth (Beer & Lambert); a sky mirrored by Fresnel's
// law (after Christophe Schlick, 1994), seen from low over the water. Author: Empathy Palettes.

#include "srgb.glsl"
#include "noise.glsl"
#include "oklab.glsl"
#include "tones.glsl"
#include "easing.glsl"
#include "cubic.glsl"
#include "sea_grain.glsl"
#include "people.glsl"

const float TAU = 6.2831853;
const vec2 WIND = vec2(0.6216, -0.7833); // where the middle of the swell runs to

// --- places ---------------------------------------------------------------------------------

// From 0..1 to short sides from the middle of the picture.
vec2 place(vec2 uv)
{
    return (uv - 0.5) * RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
}

// --- pass 0: noises, drawn once and kept ------------------------------------------------------

vec4 draw_grain()
{
    vec4 kept = texelFetch(grain, ivec2(gl_FragCoord.xy), 0);
    return sea_grain(kept, floor(gl_FragCoord.xy) / 255.0);
}

// --- passes 1 to 3, the ground, the chart and the water, are in tidal_water.glsl ----------------

#include "tidal_water.glsl"

// --- pass 4: the palette's dark, middle and light end ------------------------------------------
// Told by luminance and softly, so that colours which change places do so without a jump.

vec4 draw_tones()
{
    vec3 c[5] = vec3[5](palette0.rgb, palette1.rgb, palette2.rgb, palette3.rgb, palette4.rgb);
    int tone = int(gl_FragCoord.x);
    vec3 lab = palette_tone(c, tone == 2 ? 20.0 : tone == 1 ? 0.0 : -20.0);
    if (tone == 3) {
        lab.x *= mix(0.45, 0.82, daylight * daylight);
        lab.yz = 0.75 * (lab.yz + 0.8 * length(lab.yz) * vec2(0.42, -0.91)); // dusk lies in the deep
    }
    return vec4(max(oklab_to_linear(lab), 0.0), 1.0);
}

// --- pass 5: what the water takes from the colour of those nearest, as a factor ----------------

vec4 draw_tint()
{
    vec4 near = texture(dye, isf_FragNormCoord);
    vec3 own = oklab_from_linear(near.rgb / max(near.a, 1e-7));
    vec3 mid = texelFetch(tones, ivec2(1, 0), 0).rgb;
    vec3 lab = oklab_from_linear(mid);
    float take = stain * ramp(-13.0, -2.0, log2(near.a + 1e-7));
    vec3 turned = oklab_to_linear(vec3(lab.x, mix(lab.yz, own.yz, take)));
    return vec4(clamp(turned / max(mid, 1e-3), 0.25, 2.0), take);
}

// --- pass 6: the surface between two steps: slope, height, foam --------------------------------

vec4 water_at(vec2 uv)
{
    return mix(texture(water_previous, uv), texture(water, uv), emo_mix);
}

vec4 draw_surface()
{
    vec2 uv = isf_FragNormCoord;
    vec2 texel = 1.0 / vec2(textureSize(water, 0));
    vec4 c = water_at(uv);
    float w = water_at(uv - vec2(texel.x, 0.0)).r;
    float e = water_at(uv + vec2(texel.x, 0.0)).r;
    float s = water_at(uv - vec2(0.0, texel.y)).r;
    float n = water_at(uv + vec2(0.0, texel.y)).r;
    float cells = float(min(textureSize(water, 0).x, textureSize(water, 0).y));
    return vec4(0.005 * cells * vec2(e - w, n - s), c.r, c.b);
}

// --- pass 7: the bed, painted before it is seen through the water ------------------------------

vec4 draw_bed()
{
    vec2 uv = isf_FragNormCoord;
    vec2 p = place(uv);
    vec3 turn = texture(tint, uv).rgb;
    vec3 mid = texelFetch(tones, ivec2(1, 0), 0).rgb * turn;
    vec3 light = texelFetch(tones, ivec2(2, 0), 0).rgb * turn;
    vec3 deep = texelFetch(tones, ivec2(3, 0), 0).rgb * turn;
    vec4 crowd = texture(dye, uv);
    vec3 own = crowd.rgb / max(crowd.a, 1e-4);
    float depth = texture(chart, uv).x;
    float d = max(depth, 0.0);

    // Sand: the light end, taking on the colour of those who stand there.
    vec3 sand = mix(light, own, 0.3 * (1.0 - exp(-2.0 * crowd.a)));
    sand *= 0.95 + 0.3 * tile_at(grain, p * 2.3).y + 0.12 * tile_at(grain, p * vec2(1.7, 3.9)).z;

    // Caustics: the surface gathers light where it is hollow, and ripples draw a web.
    vec2 t = 1.0 / vec2(textureSize(surface, 0));
    float lap = texture(surface, uv + vec2(t.x, 0.0)).x - texture(surface, uv - vec2(t.x, 0.0)).x
              + texture(surface, uv + vec2(0.0, t.y)).y - texture(surface, uv - vec2(0.0, t.y)).y;
    float focus = 1.0 / (1.0 + clamp(4.0 * lap * smoothstep(0.0, 0.3, d), -0.5, 1.5));
    vec2 bend = texture(surface, uv).xy;
    float web_a = tile_at(grain, p * 1.9 + bend * 0.08 + vec2(flow / 8.0, 0.0)).x;
    float web_b = tile_at(grain, p * 2.4 - bend * 0.08 + vec2(0.4, -flow / 8.0)).x;
    float web = exp(-14.0 * min(web_a, web_b)) + 0.6 * exp(-6.0 * (web_a + web_b));
    float lit = focus * (0.85 + 0.7 * web * clarity * smoothstep(0.02, 0.2, d));

    // What is left of it the deeper one looks (Beer-Lambert, in the palette's own steps).
    float thick = 1.0 - exp(-d * mix(7.0, 3.6, clarity));
    vec3 shelf = mix(mid, own, 0.4 * (1.0 - exp(-2.0 * crowd.a)));
    vec3 colour = mix(sand * lit, shelf * mix(1.0, lit, 0.5), smoothstep(0.0, 0.55, thick));
    colour = mix(colour, deep, smoothstep(0.45, 1.0, thick));
    return vec4(colour * mix(0.4, 1.0, daylight), depth);
}

// --- pass 8: the soft light round everybody ----------------------------------------------------

vec4 draw_halo()
{
    vec2 grid = vec2(textureSize(emo_dots, 0));
    vec2 at = isf_FragNormCoord * grid;
    ivec2 centre = ivec2(at);
    float sum = 0.0;
    float most = 0.0;
    float who = 0.0;
    for (int y = -2; y <= 2; y++) {
        for (int x = -2; x <= 2; x++) {
            vec4 one = person_in(emo_dots, emo_people, centre + ivec2(x, y));
            vec2 off = one.xy - at;
            float soft = max(1.0 - dot(off, off) / 4.0, 0.0);
            float glow = soft * soft * soft * one.w;
            sum += glow;
            if (glow > most) {
                most = glow;
                who = one.z;
            }
        }
    }
    vec3 own = srgb_decode(person_colour(emo_people, who).rgb);
    return vec4(own, 1.0) * sum * person_presence(emo_people, who);
}

// --- pass 9: who is in which cell, for the picture ----------------------------------------------
// The place (cells) and the radius of a cell's light, and the largest radius of those round it.

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
    return vec4(here.xy, here.z < 0.0 ? -1.0 : here.w, largest);
}

// --- pass 10: the picture ----------------------------------------------------------------------

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    vec2 p = place(uv);
    float pixel = 1.0 / min(RENDERSIZE.x, RENDERSIZE.y);
    vec3 turn = texture(tint, uv).rgb;
    vec3 mid = texelFetch(tones, ivec2(1, 0), 0).rgb * turn;
    vec3 light = texelFetch(tones, ivec2(2, 0), 0).rgb * mix(vec3(1.0), turn, 0.6);
    vec3 deep = texelFetch(tones, ivec2(3, 0), 0).rgb * turn;

    // The simulated water, and on it a wind sea too fine to simulate, in two layers. It goes slowly:
    // what turns from light to dark and back twice in a second is held by the guard of the show.
    vec4 s = texture_cubic(surface, uv);
    vec4 map = texture(chart, uv);
    float depth = map.x;
    vec2 across = vec2(-WIND.y, WIND.x);
    vec2 q = vec2(dot(p, WIND), dot(p, across));
    vec2 along_wind = tile_at(grain, q * vec2(1.5, 1.0) - vec2(flow / 16.0, 0.0)).ba;
    vec2 cross_sea = tile_at(grain, q.yx * vec2(1.5, 3.2) + vec2(flow / 64.0, -flow / 32.0)).ab;
    vec2 fine = along_wind + cross_sea * mix(1.0, 0.3, order);
    fine = fine.x * WIND + fine.y * across;
    vec2 slope = s.xy + fine * (0.04 + 0.3 * chop) * smoothstep(-0.05, 0.5, depth);

    vec4 below = texture(bed, uv + slope * 0.012);
    depth = below.a;
    float cover = smoothstep(-0.01, 0.015, depth + 0.06 * s.z);

    // The sky in the water, seen from low over it: a glow in the upper left, dimmer away from it.
    vec3 normal = normalize(vec3(-slope, 1.0));
    vec3 view = normalize(vec3(-0.5 * p.x, -1.0 - 0.45 * p.y, 1.0));
    vec3 up = reflect(-view, normal);
    const vec3 sun = vec3(-0.477, 0.737, 0.477);
    float toward = max(dot(up, sun), 0.0);
    float t2 = toward * toward;
    float t8 = t2 * t2 * t2 * t2;
    float t32 = t8 * t8 * t8 * t8;
    float glow = t2 * t2 * t2;
    vec3 sky = mix(deep, mid, 0.5 * smoothstep(0.2, 1.0, toward)) + light * glow * 1.6;
    sky *= mix(0.35, 1.2, daylight);
    float graze = 1.0 - max(dot(normal, view), 0.0);
    float fresnel = 0.04 + 0.96 * graze * graze * graze;
    float mirror = (1.0 - exp(-1.9 * fresnel)) * mix(0.35, 1.0, smoothstep(0.0, 0.8, depth));
    vec3 colour = mix(below.rgb, sky, mirror * cover);
    colour += light * t32 * t32 * t32 * t32 * t32 * cover * daylight * 0.4;

    // Foam: a lace with round holes, which close where there is much of it.
    float lace = tile_at(grain, q * vec2(4.6, 3.1) + s.xy * 0.05).x;
    float past = abs(map.y) + 0.008 * (lace - 0.2) - 0.004 - 0.05 * max(map.z - 0.38, 0.0) * rip;
    past += 0.03 * (1.0 - min(rip * 4.0, 1.0));
    float crest = 0.6 * s.z + 1.1 * dot(fine, WIND);
    float caps = chop * chop * map.a * smoothstep(0.5, 1.25, crest);
    float margin = (depth + 0.06 * s.z) / (0.006 + 0.05 * lace);
    float swash = smoothstep(0.3, 0.7, map.z + 0.25 * s.z) * exp(-margin * margin);
    float torn = rip * smoothstep(0.25, 0.6, map.z) * exp(-max(past, 0.0) * 45.0);
    float film = clamp(s.w + 0.8 * caps + (0.15 + 0.5 * breaking) * swash + 0.55 * torn, 0.0, 1.0);
    float threads = (1.0 - smoothstep(-0.02, 0.10, lace - 0.34 * film)) * smoothstep(0.03, 0.45, film);
    vec3 white = mix(light, vec3(1.0), 0.4) * mix(0.5, 1.05, daylight);
    colour = mix(colour, white * (0.9 + 0.7 * dot(slope, vec2(-0.5, -0.6))), 0.6 * threads);

    // The tear: the sea falls away, into the dark.
    colour *= 1.0 - 0.75 * rip * exp(-max(past, 0.0) * 30.0) * (1.0 - threads);
    vec3 wall = deep * (0.04 + 0.4 * exp(min(past, 0.0) * 300.0));
    colour = mix(colour, wall, (1.0 - smoothstep(-0.0015, 0.0015, past)) * min(rip * 20.0, 1.0));

    // People: a soft light, and in it a crisp one in their own colour.
    vec2 grid = vec2(textureSize(emo_dots, 0));
    vec2 at = (uv + slope * 0.0015) * grid;
    ivec2 centre = ivec2(at);
    vec4 around = texture(halo, uv);
    colour *= 1.0 - 0.35 * min(around.a * 0.3, 1.0);
    colour += around.rgb * 0.07;
    float nearest = 1.0;
    float radius = 0.0;
    float largest = texelFetch(lights, centre, 0).w;
    int span = largest > 0.0 ? 1 : -1; // nobody near: the loop ends at once
    for (int y = -span; y <= span; y++) {
        for (int x = -span; x <= span; x++) {
            ivec2 cell = clamp(centre + ivec2(x, y), ivec2(0), textureSize(lights, 0) - 1);
            vec3 one = texelFetch(lights, cell, 0).xyz;
            float edge = length((one.xy - at) / grid * RENDERSIZE) * pixel - one.z * 0.001;
            radius = one.z >= 0.0 && edge < nearest ? one.z * 0.001 : radius;
            nearest = min(nearest, one.z < 0.0 ? 1.0 : edge);
        }
    }
    vec3 own = around.rgb / max(around.a, 1e-4);
    float core = person_cover(nearest, radius, pixel) * min(around.a, 1.0);
    colour = mix(colour, own * 1.15 + 0.2, core);
    // Tinted and lit, a red may become redder than any colour of the palette: not beyond 78 %.
    colour.gb += 0.5 * max(colour.r * 0.282 - colour.g - colour.b, 0.0);
    return vec4(srgb_encode(shoulder(colour, 0.7)), 1.0);
}

void main()
{
    if (PASSINDEX == 0) gl_FragColor = draw_grain();
    else if (PASSINDEX == 1) gl_FragColor = draw_dye();
    else if (PASSINDEX == 2) gl_FragColor = draw_chart();
    else if (PASSINDEX == 3) gl_FragColor = draw_water();
    else if (PASSINDEX == 4) gl_FragColor = draw_tones();
    else if (PASSINDEX == 5) gl_FragColor = draw_tint();
    else if (PASSINDEX == 6) gl_FragColor = draw_surface();
    else if (PASSINDEX == 7) gl_FragColor = draw_bed();
    else if (PASSINDEX == 8) gl_FragColor = draw_halo();
    else if (PASSINDEX == 9) gl_FragColor = draw_lights();
    else gl_FragColor = draw_picture();
}
