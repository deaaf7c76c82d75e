// plankton_water.glsl: the seen half of bioluminescence.fs: the dark water, and the specks in it
// that glow. It uses the inputs and targets of that shader's header.
// Author: Empathy Palettes.

const float TAU = 6.2831853;

// --- pass 5: what lights the specks, and how dark the water is; both change slowly over the place --

vec3 hue_of(float valence01)
{
    vec3 a = oklab_from_linear(srgb_decode(sad.rgb));
    vec3 b = oklab_from_linear(srgb_decode(glad.rgb));
    return max(oklab_to_linear(mix(a, b, smoothstep(0.05, 0.95, valence01))), 0.0);
}

vec4 draw_light()
{
    vec2 uv = isf_FragNormCoord;
    vec2 p = place(uv);
    vec4 now = mix(texture(wave_previous, uv), texture(wave, uv), emo_mix);
    if (IMG_SIZE(wave_previous).x < 1.5) now = texture(wave, uv);
    vec2 past = texture(trace, uv).rg;
    float most = now.b + past.x;
    float valence01 = (now.a + past.y) / max(most, 1e-5);
    // Plankton lies in clouds and threads, not evenly.
    float cloud = gradient_noise(p * 19.0 + vec2(60.0 + drift / 4.0, 90.0), 256.0);
    float thread = 1.0 - abs(gradient_noise(p * 9.0 + 0.25 * cloud + vec2(50.0, 70.0 + drift / 8.0), 128.0));
    float dense = 0.25 + 0.9 * thread * thread * thread + 0.45 * cloud;
    // With nobody there, a thread of it lies in the current, hardly to be seen.
    float along = dot(p, vec2(0.83, 0.56));
    float off = dot(p, vec2(-0.56, 0.83)) + 0.10 * sin(2.3 * along + TAU * drift / 64.0) + 0.06 * cloud - 0.06;
    float breath = 0.75 + 0.25 * sin(TAU * TIME / 12.0 + 3.0 * along);
    now.ba += wild * 0.10 * breath * exp(-off * off * 60.0 - 0.5 * along * along) * vec2(1.0, 0.5 + 0.5 * mood);
    now.ba *= clamp(dense, 0.08, 1.4);
    past *= clamp(dense, 0.08, 1.4);
    float lit = now.b + 0.10 * (1.0 - exp(-3.0 * past.x));

    // The swell: three broad hills that pass each other, and a far brightness in the upper left.
    vec2 q = mat2(0.85, 0.53, -0.53, 0.85) * p;
    float hills = gradient_noise(q * vec2(1.3, 2.1) + vec2(drift / 8.0 + 20.0, 30.0), 128.0)
                + 0.6 * gradient_noise(q * vec2(2.9, 4.3) + vec2(40.0 - drift / 8.0, drift / 16.0), 64.0);
    vec2 far = (p - vec2(-0.75, 0.55)) * vec2(0.8, 1.0);
    float sheen = exp(-1.6 * dot(far, far));
    float water = (0.3 + 0.9 * sheen) * (1.0 + 0.45 * hills);
    vec2 t = 1.0 / RENDERSIZE;
    float slope = texture(wave, uv + vec2(-t.x, t.y)).r - texture(wave, uv + vec2(t.x, -t.y)).r;
    water += 5.0 * max(slope, 0.0);
    return vec4(hue_of(valence01) * lit, max(water, 0.0));
}

// --- pass 6: the picture ----------------------------------------------------------------------

// Specks in the cells of a lattice, each within its own cell: how much light a pixel has of them.
// `share` of the cells hold one. `lit`: a faint light sets off few of them, a strong one many.
float specks(vec2 p, float pitch, float radius, float share, float pixel, float lit)
{
    vec2 q = p / pitch + 512.0;
    vec2 cell = floor(q);
    vec2 chance = hash2(cell);
    vec2 more = hash2(cell + 613.0);
    if (more.x > share) return 0.0;
    float own = radius * mix(0.6, 1.25, more.y);
    float r = max(own, 0.7 * pixel);
    vec2 off = (fract(q) - mix(vec2(0.14), vec2(0.86), chance)) * pitch;
    float spot = exp(-dot(off, off) / (r * r)) * own * own / (r * r);
    float ready = more.x / share;
    return spot * smoothstep(0.5 * ready * ready, 0.5 * ready * ready + 0.25, lit) * (0.2 + 2.4 * more.y * more.y * more.y);
}

vec4 draw_picture()
{
    vec2 p = place(isf_FragNormCoord);
    float pixel = 1.0 / min(RENDERSIZE.x, RENDERSIZE.y);
    vec4 at = texture(light, isf_FragNormCoord);
    float lit = max(at.r, max(at.g, at.b));

    vec3 deep = mix(vec3(0.0060, 0.0056, 0.0072), vec3(0.0013, 0.0084, 0.0096), 0.5 + 0.5 * mood);
    vec3 colour = deep * at.a * mix(0.4, 1.6, moon) + 0.0004;
    // Three lattices, turned and bent, so that no rows show: (pitch, radius, share, strength). Where
    // nothing is lit the loop ends at once.
    const vec4 DUST[3] = vec4[3](vec4(0.0060, 0.0006, 0.7, 2.6), vec4(0.0085, 0.0009, 0.6, 3.6),
                                 vec4(0.0260, 0.0017, 0.5, 5.0));
    vec2 bent = p + 0.02 * sin(p.yx * 11.0 + vec2(0.7, 2.1)) + vec2(drift / 256.0, 0.0);
    float some = 0.10 * lit + 0.35 * lit * lit;
    int layers = lit > 0.004 ? 3 : 0;
    for (int k = 0; k < layers; k++) {
        some += DUST[k].w * specks(bent, DUST[k].x, DUST[k].y, DUST[k].z, pixel, lit);
        bent = mat2(0.8, 0.6, -0.6, 0.8) * bent + 0.37;
    }
    colour += at.rgb / max(lit, 1e-4) * some * (0.10 + lit);
    return vec4(srgb_encode(shoulder(colour, 0.55)), 1.0);
}
