/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A cloth, near, in raking light. Its warp is the crowd by quantiles of pleasantness; every twenty seconds lays a weft in what is felt. Plain weave when calm, twill when stirred, torn where the crowd is.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Generator", "Empathy"],
    "INPUTS": [
        { "NAME": "feeling", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0, "LABEL": "the yarn that is laid now, dark to light" },
        { "NAME": "twill", "TYPE": "float", "DEFAULT": 0.2, "MIN": 0.0, "MAX": 1.0, "LABEL": "from plain weave to twill" },
        { "NAME": "tearing", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "how far a divided crowd tears the cloth" },
        { "NAME": "breeze", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1024.0, "LABEL": "waves that have passed through the cloth" },
        { "NAME": "billow", "TYPE": "float", "DEFAULT": 0.4, "MIN": 0.0, "MAX": 2.0, "LABEL": "how high they are" },
        { "NAME": "daylight", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0, "LABEL": "the light that falls in from the left" },
        { "NAME": "row_seconds", "TYPE": "float", "DEFAULT": 20.0, "MIN": 1.0, "MAX": 120.0, "LABEL": "seconds to a weft row" },
        { "NAME": "palette0", "TYPE": "color", "DEFAULT": [0.16, 0.12, 0.14, 1.0] },
        { "NAME": "palette1", "TYPE": "color", "DEFAULT": [0.36, 0.24, 0.24, 1.0] },
        { "NAME": "palette2", "TYPE": "color", "DEFAULT": [0.60, 0.43, 0.34, 1.0] },
        { "NAME": "palette3", "TYPE": "color", "DEFAULT": [0.78, 0.63, 0.46, 1.0] },
        { "NAME": "palette4", "TYPE": "color", "DEFAULT": [0.92, 0.84, 0.70, 1.0] },
        { "NAME": "emo_palette", "TYPE": "image" },
        { "NAME": "emo_field", "TYPE": "image" },
        { "NAME": "emo_dots", "TYPE": "image" },
        { "NAME": "emo_people", "TYPE": "image" }
    ],
    "PASSES": [
        { "TARGET": "fibre", "PERSISTENT": true, "FLOAT": true, "WIDTH": "256", "HEIGHT": "256" },
        { "TARGET": "bins", "FLOAT": true, "WIDTH": "160", "HEIGHT": "1" },
        { "TARGET": "bands", "PERSISTENT": true, "FLOAT": true, "WIDTH": "128", "HEIGHT": "1" },
        { "TARGET": "loom", "PERSISTENT": true, "FLOAT": true, "WIDTH": "1", "HEIGHT": "1" },
        { "TARGET": "yarn", "PERSISTENT": true, "FLOAT": true, "WIDTH": "1", "HEIGHT": "192" },
        { "TARGET": "tears", "PERSISTENT": true, "FLOAT": true, "WIDTH": "128", "HEIGHT": "192" },
        { "TARGET": "dyes", "FLOAT": true, "WIDTH": "128", "HEIGHT": "1" },
        { "TARGET": "glints", "FLOAT": true, "WIDTH": "128", "HEIGHT": "72" },
        { "TARGET": "form_", "FLOAT": true, "WIDTH": "$WIDTH / 6", "HEIGHT": "$HEIGHT / 6" },
        { "TARGET": "woven" },
        { "TARGET": "near_blur", "FLOAT": true, "WIDTH": "$WIDTH / 4", "HEIGHT": "$HEIGHT / 4" },
        { "TARGET": "far_blur", "FLOAT": true, "WIDTH": "$WIDTH / 4", "HEIGHT": "$HEIGHT / 4" },
        {}
    ]
}*/

// Techniques: yarns as bent cylinders with an anisotropic highlight, over a form drawn small; depth
// of field from two discs of samples in a quarter of the resolution. Author: Empathy Palettes.

#include "srgb.glsl"
#include "noise.glsl"
#include "oklab.glsl"
#include "palette.glsl"
#include "people.glsl"

// The palette, also where no host gives one.
vec3 dyed_at(float t)
{
    if (textureSize(emo_palette, 0).x > 1) return palette_at(emo_palette, t);
    vec3 c[5] = vec3[5](palette0.rgb, palette1.rgb, palette2.rgb, palette3.rgb, palette4.rgb);
    float at = clamp(t, 0.0, 0.9999) * 4.0;
    int i = int(at);
    return oklab_mix(srgb_decode(c[i]), srgb_decode(c[i + 1]), at - float(i));
}

#include "weaving_loom.glsl"

// --- pass 0: fibres, drawn once and kept: .rg hills, .b fibres, .a 1; 0..1 about .5, without seams --

vec4 draw_fibre()
{
    vec4 kept = texelFetch(fibre, ivec2(gl_FragCoord.xy), 0);
    int todo = kept.a > 0.5 ? 0 : 1;
    vec2 p = floor(gl_FragCoord.xy) / 256.0;
    for (int i = 0; i < todo; i++) {
        float strands = gradient_noise(p * vec2(8.0, 64.0), 8.0)
                      + 0.6 * gradient_noise(p * vec2(16.0, 128.0), 16.0);
        float hills = gradient_fbm(p * 8.0, 8.0, 4);
        float others = gradient_fbm(p * 8.0 + 4.5, 8.0, 4);
        kept = vec4(0.5 + 0.5 * vec3(hills, others, 0.9 * strands), 1.0);
    }
    return kept;
}

// --- pass 6: the dye of every warp band -------------------------------------------------------------

vec4 draw_dyes()
{
    vec4 band = texelFetch(bands, ivec2(gl_FragCoord.xy), 0);
    vec2 dice = hash2(vec2(gl_FragCoord.x, 40.0));
    float t = 0.12 + 0.80 * (1.0 - band.r) + 0.14 * (dice.x - 0.5);
    return vec4(dyed_at(t) * (0.85 + 0.3 * dice.y), 1.0);
}

// --- pass 7: everybody, as a glint that runs along the warp -------------------------------------------

vec4 draw_glints()
{
    vec2 grid = vec2(textureSize(emo_dots, 0));
    vec2 at = isf_FragNormCoord * grid;
    ivec2 centre = ivec2(at);
    vec4 sum = vec4(0.0);
    for (int y = -3; y <= 3; y++) {
        for (int x = -2; x <= 2; x++) {
            vec4 one = person_in(emo_dots, emo_people, centre + ivec2(x, y));
            vec2 off = (one.xy - at) * vec2(0.42, 0.3);
            float soft = one.z < 0.0 ? 0.0 : max(1.0 - dot(off, off), 0.0);
            float here = soft * soft * one.w * person_presence(emo_people, max(one.z, 0.0));
            sum.rgb += here * srgb_decode(person_colour(emo_people, max(one.z, 0.0)).rgb);
        }
    }
    return sum;
}

// The light from the left: warm where it is pleasant, low and cold where it is not.
vec3 lamp()
{
    return mix(0.36, 1.0, daylight) * mix(vec3(0.86, 0.95, 1.10), vec3(1.08, 1.0, 0.86), daylight);
}

#include "weaving_cloth.glsl"

// --- passes 10 and 11: out of focus --------------------------------------------------------------------

// A disc of twelve samples (a golden-angle spiral), `radius` in short sides.
vec4 blurred(sampler2D image, vec2 uv, float radius)
{
    vec2 unit = min(RENDERSIZE.x, RENDERSIZE.y) / RENDERSIZE * radius;
    const mat2 GOLDEN = mat2(-0.73737, 0.67549, -0.67549, -0.73737);
    vec3 sum = vec3(0.0);
    vec2 way = vec2(1.0, 0.0);
    for (int i = 0; i < 12; i++) {
        vec3 one = texture(image, uv + sqrt((float(i) + 0.5) / 12.0) * way * unit).rgb;
        way = GOLDEN * way;
        sum += one * one; // near enough to linear light
    }
    return vec4(sqrt(sum / 12.0), 1.0);
}

// --- pass 12: the picture --------------------------------------------------------------------------------

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    vec4 sharp = texture(woven, uv);
    vec3 light = mix(sharp.rgb, texture(near_blur, uv).rgb, smoothstep(0.0, 0.45, sharp.a));
    return vec4(mix(light, texture(far_blur, uv).rgb, smoothstep(0.4, 1.0, sharp.a)), 1.0);
}

void main()
{
    if (PASSINDEX == 0) gl_FragColor = draw_fibre();
    else if (PASSINDEX == 1) gl_FragColor = draw_bins();
    else if (PASSINDEX == 2) gl_FragColor = draw_bands();
    else if (PASSINDEX == 3) gl_FragColor = draw_loom();
    else if (PASSINDEX == 4) gl_FragColor = draw_yarn();
    else if (PASSINDEX == 5) gl_FragColor = draw_tears();
    else if (PASSINDEX == 6) gl_FragColor = draw_dyes();
    else if (PASSINDEX == 7) gl_FragColor = draw_glints();
    else if (PASSINDEX == 8) gl_FragColor = draw_form();
    else if (PASSINDEX == 9) gl_FragColor = draw_woven();
    else if (PASSINDEX == 10) gl_FragColor = blurred(woven, isf_FragNormCoord, 0.011);
    else if (PASSINDEX == 11) gl_FragColor = blurred(near_blur, isf_FragNormCoord, 0.03);
    else gl_FragColor = draw_picture();
}
