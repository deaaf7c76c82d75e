// trust_bonds.glsl: the state of trust.fs: which lamp is lit for whom, and how far each strand holds.
// It uses the inputs and targets of that shader's header.
// Cost: next to nothing (80 texels, thirty times a second).
// Author: Empathy Palettes.

// Where the lamps hang: -1..1 over the picture, and how far from the plane that is sharp (near < 0).
vec3 lamp_home(int i)
{
    const vec3 HOMES[12] = vec3[12](
        vec3(-0.33, 0.10, 0.00), vec3(0.12, 0.36, 0.12), vec3(0.50, 0.06, 0.04),
        vec3(-0.62, 0.62, 0.55), vec3(0.76, 0.46, 0.40), vec3(0.17, -0.16, -0.08),
        vec3(-0.66, -0.10, 0.24), vec3(0.62, -0.36, -0.42), vec3(-1.03, 0.22, -0.95),
        vec3(0.44, 0.93, 0.80), vec3(1.06, 0.04, 0.70), vec3(-0.20, -0.50, -0.26));
    return HOMES[i];
}

// Which two lamps a strand hangs between, the left one first.
ivec2 strand_ends(int s)
{
    const ivec2 ENDS[16] = ivec2[16](
        ivec2(8, 6), ivec2(6, 0), ivec2(0, 1), ivec2(1, 2), ivec2(2, 4), ivec2(4, 10), ivec2(3, 1),
        ivec2(8, 3), ivec2(3, 9), ivec2(0, 5), ivec2(5, 7), ivec2(7, 10), ivec2(6, 11), ivec2(11, 7),
        ivec2(1, 9), ivec2(5, 2));
    return ENDS[s];
}

// Whom a lamp is lit for: valence, arousal (-1..1), how bright, and who: circles from 0, modes from
// 100, single people from 1000; -1: nobody.
vec4 lamp_owner(int i)
{
    const vec4 NOBODY = vec4(0.0, 0.0, 0.0, -1.0);
    // A host without a crowd: a calm evening.
    if (IMG_SIZE(emo_modes).x < 1.5) return vec4(0.3, -0.2, i < 9 ? 0.8 : 0.0, 100.0);
    float circles = 0.0;
    for (int n = 0; n < LAMPS; n++) circles += texelFetch(emo_circles, ivec2(n, 2), 0).r;
    if (circles > 1.5) {
        if (texelFetch(emo_circles, ivec2(i, 2), 0).r < 0.5) return NOBODY;
        vec4 felt = texelFetch(emo_circles, ivec2(i, 0), 0);
        return vec4(felt.xy * 2.0 - 1.0, 0.45 + 0.55 * sqrt(min(felt.b * circles * 0.7, 1.0)), float(i));
    }
    // Without circles the gatherings share the lamps, each as many as it has of the crowd.
    float lamps = clamp(3.0 + people / 8.0, 3.0, 12.0);
    float all = 0.0;
    for (int n = 0; n < 16; n++) all += texelFetch(emo_modes, ivec2(n, 0), 0).b;
    if (all > 0.0) {
        vec2 home = lamp_home(i).xy;
        float order = 0.5 + 0.5 * clamp(1.1 * home.x, -1.0, 1.0);
        // From left to right, the unpleasant ones first.
        float upto = 0.0;
        int last = -1;
        int found = -1;
        float floor_v = -2.0;
        for (int k = 0; k < 8 && found < 0; k++) {
            int next = -1;
            float lowest = 2.0;
            for (int n = 0; n < 16; n++) {
                vec4 mode = texelFetch(emo_modes, ivec2(n, 0), 0);
                if (mode.b > 0.0 && mode.r > floor_v && mode.r < lowest) {
                    lowest = mode.r;
                    next = n;
                }
            }
            if (next < 0) break;
            upto += texelFetch(emo_modes, ivec2(next, 0), 0).b / all;
            floor_v = lowest;
            last = next;
            if (order <= upto) found = next;
        }
        found = found < 0 ? last : found;
        vec4 mode = texelFetch(emo_modes, ivec2(found, 0), 0);
        float here = ramp(0.0, 1.0, lamps - float(i));
        return vec4(mode.rg * 2.0 - 1.0, 0.85 * here, here > 0.0 ? 100.0 + float(found) : -1.0);
    }
    // Too few to be told of: a lamp each.
    vec4 who = texelFetch(emo_people, person_texel(emo_people, float(i), 0), 0);
    vec4 said = texelFetch(emo_people, person_texel(emo_people, float(i), 1), 0);
    if (who.a < 0.01) return NOBODY;
    return vec4(said.xy * 2.0 - 1.0, who.a, 1000.0 + float(i));
}

// How far two lamps hold together, 0..1, as it is told now.
float bond_of(int a, int b)
{
    vec4 one = lamp_owner(a);
    vec4 other = lamp_owner(b);
    if (one.w < 0.0 || other.w < 0.0) return 0.0;
    float near = 1.0 - smoothstep(0.25, 0.9, length(one.xy - other.xy));
    if (one.w < 100.0) {
        vec4 tie = texelFetch(emo_ties, ivec2(a, b), 0);
        return tie.g > 0.5 ? smoothstep(-0.05, 0.55, tie.r * 2.0 - 1.0) : 0.5 * bond * near;
    }
    if (one.w == other.w) return bond;
    return one.w < 1000.0 ? bond * near : 0.35 * near + 0.5 * bond * near;
}

// --- pass 0: the state ------------------------------------------------------------------------
// Row 0: lamps: place (short sides from the middle), how bright, distance from the sharp plane.
// Row 1: lamps: valence, arousal, seconds since they began.
// Row 2: strands: how far they hold, how much they lose now, how far they hum, how they swing.
// Rows 3 and 4: strands: the lamps on their left and on their right, as in row 0.

vec4 draw_state()
{
    ivec2 at = ivec2(gl_FragCoord.xy);
    int i = at.x;
    vec4 was = texelFetch(state, at, 0);
    if (at.y < 2) {
        if (i >= LAMPS) return vec4(0.0);
        vec4 owner = lamp_owner(i);
        if (at.y == 1) return vec4(mix(was.xy, owner.xy, STEP / 2.0), min(was.z + STEP, 600.0), 1.0);
        vec4 soul = texelFetch(state, ivec2(i, 1), 0);
        vec3 home = lamp_home(i);
        vec2 half_side = half_picture(vec2(textureSize(embers, 0)));
        vec2 p = home.xy * half_side * vec2(1.0, 1.0);
        float own = float(i) * 2.4;
        p += 0.05 * soul.xy * vec2(1.0, 0.6);
        p += stir * 0.016 * vec2(sin(TAU * sway * 0.125 + own), 0.35 * sin(TAU * sway * 0.25 + 1.3 * own));
        float lit = max(owner.z, i == 0 ? 0.45 : 0.0); // the pilot light never goes out
        lit = mix(was.z, lit, STEP / (lit > was.z ? 0.7 : 2.5));
        return vec4(p, lit, home.z);
    }
    if (at.y == 2 && i < STRANDS) {
        ivec2 ends = strand_ends(i);
        float aim = bond_of(ends.x, ends.y);
        // Each strand asks for a little more or less than the next: they come and go one by one.
        float asks = 0.10 + 0.35 * hash2(vec2(float(i), 7.0)).x;
        aim = smoothstep(asks, asks + 0.35, aim);
        float since = texelFetch(state, ivec2(0, 1), 0).z;
        // Lost in two seconds, mended in sixty; what is found at the beginning is found at once.
        float mends = since < 12.0 ? STEP / 3.0 : STEP / 60.0;
        float holds = clamp(aim, was.x - STEP / 2.0, was.x + mends);
        float loses = was.x - holds > 0.25 * STEP ? 1.0 : 0.0;
        float hums = mix(was.z, smoothstep(0.72, 1.0, holds), STEP / 3.0);
        return vec4(holds, mix(was.y, loses, loses > was.y ? 0.5 : 0.1), hums, sin(TAU * sway * 0.125 + float(i)));
    }
    if (at.y > 2 && i < STRANDS) {
        ivec2 ends = strand_ends(i);
        return texelFetch(state, ivec2(at.y == 3 ? ends.x : ends.y, 0), 0);
    }
    return vec4(0.0);
}
