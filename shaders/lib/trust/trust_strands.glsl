// trust_strands.glsl: the strands of trust.fs, told in tiles and drawn, and the embers of those that
// snap. It uses the inputs and targets of that shader's header.
// Cost: a tile's list is read once a pixel; a strand that passes is 5 (two lamps and its state).
// Author: Empathy Palettes.

struct Strand {
    vec4 a;      // the lamp on its left: place, how bright, distance from the sharp plane
    vec4 b;      // and on its right
    vec4 state;  // how far it holds, what it loses, how far it hums
    float span;  // short sides from lamp to lamp
    float own;   // its number
};

Strand strand_at(int s)
{
    Strand it;
    it.a = texelFetch(state, ivec2(s, 3), 0);
    it.b = texelFetch(state, ivec2(s, 4), 0);
    it.state = texelFetch(state, ivec2(s, 2), 0);
    it.span = length(it.b.xy - it.a.xy);
    it.own = float(s);
    return it;
}

// One of the three threads of a strand: they are taken up one after the other.
float thread_holds(Strand it, float j)
{
    return clamp(3.0 * it.state.x - j, 0.0, 1.0);
}

// How far above a thread `p` is, straight up, and its slope there. A loose one sways a little.
vec2 thread_above(Strand it, float u, float y, float holds, float j)
{
    float loose = 1.0 - holds;
    float sag = it.span * (0.05 + loose * (0.24 + 0.07 * j + 0.10 * fract(0.37 * it.own) - 0.05));
    float swing = stir * loose * (0.008 + 0.003 * j) * it.state.w;
    float run = max(it.b.x - it.a.x, 0.02);
    float rise = it.b.y - it.a.y;
    float at = mix(it.a.y, it.b.y, u) - 4.0 * (sag + swing) * u * (1.0 - u);
    return vec2(y - at, (rise - 4.0 * (sag + swing) * (1.0 - 2.0 * u)) / run);
}

// How wide a point is drawn, some way from the sharp plane.
float blur_of(float z)
{
    float far = abs(z);
    return 0.088 * far * sqrt(far);
}

// --- pass 2: which strands pass a tile: up to eight, two numbers + 1 to a channel ----------------

vec4 draw_tiles()
{
    vec2 p = place(isf_FragNormCoord);
    float tile = 0.75 / min(RENDERSIZE.x, RENDERSIZE.y);
    float list[8] = float[8](0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    int count = 0;
    for (int s = 0; s < STRANDS; s++) {
        Strand it = strand_at(s);
        if (max(it.a.z, it.b.z) < 0.01) continue;
        float run = max(it.b.x - it.a.x, 0.02);
        float u = (p.x - it.a.x) / run;
        float beside = max(max(-u, u - 1.0), 0.0) * run;
        float v = clamp(u, 0.0, 1.0);
        vec2 high = thread_above(it, v, p.y, thread_holds(it, 0.0), 0.0);
        vec2 low = thread_above(it, v, p.y, thread_holds(it, 2.0), 2.0);
        float steep = sqrt(1.0 + max(high.y * high.y, low.y * low.y));
        float between = max(max(high.x, -low.x), 0.0);
        float d = max(between / steep, beside) - tile * (1.0 + 0.4 * steep);
        d -= 2.5 * (0.0016 + 0.22 * blur_of(mix(it.a.w, it.b.w, v))) + 0.004;
        if (d > 0.0) continue;
        if (count < 8) list[count++] = it.own + 1.0;
    }
    return vec4(list[0], list[2], list[4], list[6]) + 32.0 * vec4(list[1], list[3], list[5], list[7]);
}

vec4 strands_near(vec2 uv)
{
    return texelFetch(tiles, ivec2(uv * vec2(textureSize(tiles, 0))), 0);
}

// How many they are. (A loop that ends at once costs nothing; what an `if` leaves out often does.)
int strands_of(vec4 near)
{
    vec4 some = step(0.5, near) + step(31.5, near);
    return int(some.x + some.y + some.z + some.w + 0.5);
}

// The number of the k-th of them.
int strand_of(vec4 near, int k)
{
    float two = near[k / 2];
    float second = floor(two / 32.0);
    return int(k % 2 == 0 ? two - 32.0 * second : second) - 1;
}

// --- the light of a strand --------------------------------------------------------------------
// r: light; g: the same, where it hums or holds well. `wide`: how far to soften it, short sides.

vec2 strand_light(Strand it, vec2 p, float wide)
{
    float run = max(it.b.x - it.a.x, 0.02);
    float u = (p.x - it.a.x) / run;
    float beside = max(max(-u, u - 1.0), 0.0) * run;
    u = clamp(u, 0.0, 1.0);
    float blur = 0.22 * blur_of(mix(it.a.w, it.b.w, u)) + wide;
    float lit = mix(it.a.z, it.b.z, u);
    lit *= 0.35 + 0.65 * exp(-6.0 * min(u, 1.0 - u)); // brightest next to the lamps
    // It is lost in the disc of a lamp that is not sharp.
    lit *= ramp(-0.3, 1.3, u * it.span / (blur_of(it.a.w) + 1e-4));
    lit *= ramp(-0.3, 1.3, (1.0 - u) * it.span / (blur_of(it.b.w) + 1e-4));
    float turns = 3.0 + mod(it.own, 3.0);
    float swell = abs(sin(0.5 * TAU * turns * u));
    float hum = it.state.z * 0.0042 * swell * (0.8 + 0.2 * it.state.w);
    vec2 sum = vec2(0.0);
    for (int j = 0; j < 3; j++) {
        float holds = thread_holds(it, float(j));
        vec2 above = thread_above(it, u, p.y, holds, float(j));
        float d = length(vec2(abs(above.x) * inversesqrt(1.0 + above.y * above.y), beside));
        // What vibrates is seen most where it turns back.
        float off = abs(d - hum * (1.0 - 0.3 * float(j))) / blur;
        float inside = hum > d ? 0.12 * min(hum / blur, 1.0) : 0.0;
        float one = (exp(-off * off) + inside) * min(0.0010 / blur, 1.0);
        sum += one * lit * vec2(0.22 + 0.78 * holds, holds);
    }
    return sum;
}

// --- pass 4: embers ---------------------------------------------------------------------------
// They fall by whole cells, so that they stay points; each column at a pace of its own.

vec4 draw_embers()
{
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec2 uv = isf_FragNormCoord;
    vec2 own = hash2(vec2(float(at.x), 3.0));
    float beat = float(FRAMEINDEX);
    int fall = 1 + int(fract(own.x + beat * (0.3 + 0.7 * own.y)) < 0.5 ? 1 : 0);
    float was = at.y + fall < textureSize(embers, 0).y ? texelFetch(embers, at + ivec2(0, fall), 0).r : 0.0;
    float now = was * mix(0.945, 0.972, own.y);
    vec4 near = strands_near(uv);
    vec2 p = place(uv);
    float cell = 1.0 / min(RENDERSIZE.x, RENDERSIZE.y);
    int count = strands_of(near);
    for (int k = 0; k < count; k++) {
        Strand it = strand_at(strand_of(near, k));
        if (it.state.y < 0.05) continue;
        float u = (p.x - it.a.x) / max(it.b.x - it.a.x, 0.02);
        if (u < 0.02 || u > 0.98) continue;
        vec2 above = thread_above(it, u, p.y, thread_holds(it, 1.0), 1.0);
        bool on = abs(above.x) < 0.7 * cell * sqrt(1.0 + above.y * above.y);
        float chance = hash2(vec2(at) + vec2(131.0 * beat, 17.0 * beat)).x;
        if (on && chance < 0.03 * it.state.y) now = max(now, 0.5 + 0.5 * own.x);
    }
    return vec4(now < 0.01 ? 0.0 : now, 0.0, 0.0, 1.0);
}
