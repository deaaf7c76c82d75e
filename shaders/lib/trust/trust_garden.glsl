// trust_garden.glsl: what is seen in trust.fs: lamps through a lens, motes, the night round them.
// It uses the inputs and targets of that shader's header.
// Author: Empathy Palettes.

// The colour of a lamp, linear: candlelight where it is pleasant, ash where it is not.
vec3 lamp_colour(float valence)
{
    float t = clamp(0.5 + 0.4 * valence + 0.6 * (warmth - 0.5), 0.0, 1.0);
    return mix(srgb_decode(ember.rgb), srgb_decode(candle.rgb), t);
}

float disc_radius(float z)
{
    return 0.0085 / (1.0 + 0.35 * z) + blur_of(z);
}

// --- pass 1: who is in which cell: place (cells), radius (thousandths; -.5: only beside),
// and their light, eight bits to a channel.

vec4 draw_motes()
{
    ivec2 cell = ivec2(gl_FragCoord.xy);
    vec4 here = person_in(emo_dots, emo_people, cell);
    if (here.z >= 0.0) {
        vec4 own = person_colour(emo_people, here.z);
        float fresh = pow(max(1.0 - own.a, 0.0), 60.0); // a second after they came: .37
        vec3 light = mix(srgb_decode(own.rgb), srgb_decode(candle.rgb), 0.35);
        light *= (0.55 + 0.5 * fresh) * person_presence(emo_people, here.z);
        vec3 whole = floor(255.0 * sqrt(clamp(light, 0.0, 1.0)));
        return vec4(here.xy, here.w, dot(whole, vec3(1.0, 256.0, 65536.0)));
    }
    float near = 0.0;
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            ivec2 at = clamp(cell + ivec2(x, y), ivec2(0), textureSize(emo_dots, 0) - 1);
            near = max(near, texelFetch(emo_dots, at, 0).z);
        }
    }
    return vec4(0.0, 0.0, near > 0.0 ? -0.5 : -1.0, 0.0);
}

// --- pass 3: which lamps' discs reach a tile, by number + 1 --------------------------------------

vec4 draw_discs()
{
    vec2 p = place(isf_FragNormCoord);
    float tile = 0.75 / min(RENDERSIZE.x, RENDERSIZE.y);
    vec4 found = vec4(0.0);
    for (int i = 0; i < LAMPS; i++) {
        vec4 lamp = texelFetch(state, ivec2(i, 0), 0);
        if (lamp.z < 0.005 || length(p - lamp.xy) > 1.1 * disc_radius(lamp.w) + tile + 0.003) continue;
        found = vec4(float(i) + 1.0, found.xyz);
    }
    return found;
}

// A lamp as a lens draws it: sharp, a small globe with a hot middle; out of focus, an even disc with
// a rim, cut by the edge of the lens the further it is from the middle of the picture.
float disc_light(vec4 lamp, vec2 p, float pixel)
{
    vec2 off = p - lamp.xy;
    float r = disc_radius(lamp.w);
    float soft = max(0.05 * r + 0.0012, 1.2 * pixel);
    float d = length(off);
    float inside = 1.0 - smoothstep(r - soft, r + soft, d);
    vec2 cut = off + 0.28 * r * lamp.xy;
    inside *= 1.0 - smoothstep(r * 1.02 - soft, r * 1.02 + soft, length(cut));
    float sharp = exp(-blur_of(lamp.w) * 120.0);
    float globe = 0.5 + 3.0 * exp(-d * d / (0.12 * r * r));
    float rim = 0.72 + 0.34 * smoothstep(0.55, 0.97, d / r);
    float thin = min(1.25 * 0.0085 / r, 1.0);
    return inside * lamp.z * mix(rim * thin, globe, sharp);
}

// --- pass 5: the night garden -----------------------------------------------------------------

vec4 draw_garden()
{
    vec2 uv = isf_FragNormCoord;
    vec2 p = place(uv);
    // Leaves, far out of focus: a hedge below and a bough in the upper right, never more than guessed.
    float leaves = 0.5 + 0.5 * gradient_noise(p * vec2(7.0, 8.5) + 40.0, 256.0);
    leaves *= 0.45 + 0.75 * value_noise(mat2(0.8, 0.6, -0.6, 0.8) * p * 15.0 + 70.0, 256.0);
    float hedge = smoothstep(0.02, -0.42, p.y + 0.10 * gradient_noise(vec2(p.x * 2.1 + 30.0, 4.0), 64.0));
    vec2 half_side = half_picture(RENDERSIZE);
    float bough = smoothstep(0.55, 0.0, length((p - half_side) * vec2(0.75, 1.3)));
    float lit_leaves = leaves * leaves * (0.9 * hedge + 0.6 * bough) + 0.02;

    vec3 sum = vec3(0.0);
    for (int i = 0; i < LAMPS; i++) {
        vec4 lamp = texelFetch(state, ivec2(i, 0), 0);
        if (lamp.z < 0.005) continue;
        vec2 off = p - lamp.xy;
        float d2 = dot(off, off);
        vec3 tint = lamp_colour(texelFetch(state, ivec2(i, 1), 0).x) * lamp.z;
        float air = 0.00010 / (d2 + 0.0006);
        sum += tint * vec3(1.0, 0.8, 0.6) * (air + lit_leaves * 0.0017 / (d2 + 0.04));
    }
    vec4 near = strands_near(uv);
    float halo = 0.0;
    int count = strands_of(near);
    for (int k = 0; k < count; k++) {
        halo += strand_light(strand_at(strand_of(near, k)), p, 0.009).x;
    }
    sum += lamp_colour(0.3) * halo * 0.18;
    vec3 night = mix(vec3(0.0018, 0.0020, 0.0030), vec3(0.0036, 0.0024, 0.0017), warmth) * (1.0 + 1.1 * exp(-3.0 * dot(p - vec2(0.3, 0.5), p - vec2(0.3, 0.5))));
    return vec4(night + sum * glow, 1.0);
}

// --- pass 6: the picture ----------------------------------------------------------------------

// Everybody: a mote in the air, of their own colour in the light of the lamps.
vec3 motes_light(vec2 uv, float pixel)
{
    vec2 grid = vec2(textureSize(motes, 0));
    vec2 at = uv * grid;
    ivec2 centre = ivec2(at);
    vec3 sum = vec3(0.0);
    int span = texelFetch(motes, centre, 0).z < -0.7 ? -1 : 1; // nobody near: the loop ends at once
    for (int y = -span; y <= span; y++) {
        for (int x = -span; x <= span; x++) {
            ivec2 cell = clamp(centre + ivec2(x, y), ivec2(0), textureSize(motes, 0) - 1);
            vec4 one = texelFetch(motes, cell, 0);
            float d = length((one.xy - at) / grid * RENDERSIZE) * pixel;
            float r = min(one.z * 0.001, 0.0062);
            float cover = one.z < 0.0 ? 0.0 : person_cover(d - r, r, pixel);
            vec3 light = fract(one.w / vec3(256.0, 65536.0, 16777216.0));
            sum += cover * light * light;
        }
    }
    return sum;
}

// An ember is a short streak somewhere in its cell.
vec3 embers_light(vec2 uv)
{
    vec2 at = uv * vec2(textureSize(embers, 0));
    float hot = texelFetch(embers, ivec2(at), 0).r;
    vec2 off = fract(at) - vec2(0.3 + 0.4 * hash2(vec2(floor(at.x), 11.0)).y, 0.5);
    float spot = exp(-28.0 * off.x * off.x - 9.0 * off.y * off.y) * hot * hot;
    return spot * vec3(1.5, 0.80, 0.36);
}

vec4 draw_picture()
{
    vec2 uv = isf_FragNormCoord;
    vec2 p = place(uv);
    float pixel = 1.0 / min(RENDERSIZE.x, RENDERSIZE.y);
    vec3 colour = texture(garden, uv).rgb;

    vec4 near = strands_near(uv);
    vec2 lines = vec2(0.0);
    int count = strands_of(near);
    for (int k = 0; k < count; k++) {
        lines += strand_light(strand_at(strand_of(near, k)), p, max(0.0011, 0.8 * pixel));
    }
    vec3 pale = lamp_colour(0.6);
    colour += glow * (pale * 0.8 * lines.x + (pale + 0.2) * 0.45 * lines.y);

    vec4 found = texelFetch(discs, ivec2(uv * vec2(textureSize(discs, 0))), 0);
    vec4 some = step(0.5, found);
    int lamps = int(some.x + some.y + some.z + some.w + 0.5);
    for (int k = 0; k < lamps; k++) {
        int i = int(found[k]) - 1;
        vec4 lamp = texelFetch(state, ivec2(i, 0), 0);
        vec3 tint = lamp_colour(texelFetch(state, ivec2(i, 1), 0).x);
        colour += glow * tint * disc_light(lamp, p, pixel) * 1.3;
    }
    colour += embers_light(uv);
    colour += motes_light(uv, pixel);
    return vec4(srgb_encode(shoulder(colour, 0.55)), 1.0);
}
