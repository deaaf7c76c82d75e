// noise.glsl: repeatable noise on a lattice that repeats every `period` cells (at most 1,024, the
// number at which the formula `travel` wraps: so that noise moved by it never jumps).
// Cost: hash2 0.2, value_noise 0.6 and gradient_noise 1.5 (4 hashes each), an fbm as much for each
// octave, cell_border 17 (34 hashes). The hash has no sin: the same on every GPU.
// Costs are in texture reads of 3 ns a pixel, by benchmarks/bench_lib.py on the software renderer.
// Techniques: integer hash pcg2d of Mark Jarzynski & Marc Olano, 2020; gradient noise with the
// quintic fade of Ken Perlin, 2002; cellular noise of Steven Worley, 1996, and its true distance
// to the border after Inigo Quilez, 2012.

const float NOISE_PERIOD = 1024.0;

// Two numbers in 0..1 for a lattice point.
vec2 hash2(vec2 cell)
{
    uvec2 v = uvec2(ivec2(cell)) * 1664525u + 1013904223u;
    v.x += v.y * 1664525u;
    v.y += v.x * 1664525u;
    v ^= v >> 16u;
    v.x += v.y * 1664525u;
    v.y += v.x * 1664525u;
    v ^= v >> 16u;
    return vec2(v >> 8u) / 16777216.0;
}

// The first of the two, for a whole number.
float hash1(float n)
{
    return hash2(vec2(n, 17.0)).x;
}

// Smooth blobs, 0..1.
float value_noise(vec2 p, float period)
{
    vec2 i = floor(p);
    vec2 f = fract(p);
    vec2 u = f * f * (3.0 - 2.0 * f);
    vec2 a = mod(i, period);
    vec2 b = mod(i + 1.0, period);
    return mix(mix(hash2(a).x, hash2(vec2(b.x, a.y)).x, u.x),
               mix(hash2(vec2(a.x, b.y)).x, hash2(b).x, u.x), u.y);
}

// A direction by chance, of length 1.
vec2 noise_slope(vec2 cell)
{
    float a = 6.2831853 * hash2(cell).x;
    return vec2(cos(a), sin(a));
}

// Rolling hills about 0, within -1..1.
float gradient_noise(vec2 p, float period)
{
    vec2 i = floor(p);
    vec2 f = fract(p);
    vec2 u = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    vec2 a = mod(i, period);
    vec2 b = mod(i + 1.0, period);
    return 1.41 * mix(mix(dot(noise_slope(a), f),
                          dot(noise_slope(vec2(b.x, a.y)), f - vec2(1.0, 0.0)), u.x),
                      mix(dot(noise_slope(vec2(a.x, b.y)), f - vec2(0.0, 1.0)),
                          dot(noise_slope(b), f - 1.0), u.x), u.y);
}

// The two above in octaves, each half as large and half as strong as the one before: clouds, 0..1,
// and mountains about 0, within -1..1. Every octave's period is doubled along with its place, so
// that the whole repeats after `period`. At most 6 octaves.
float value_fbm(vec2 p, float period, int octaves)
{
    float sum = 0.0;
    float weight = 1.0;
    float total = 0.0;
    for (int i = 0; i < min(octaves, 6); i++) {
        sum += weight * value_noise(p, period);
        total += weight;
        weight *= 0.5;
        p *= 2.0;
        period *= 2.0;
    }
    return sum / max(total, 1.0);
}

float gradient_fbm(vec2 p, float period, int octaves)
{
    float sum = 0.0;
    float weight = 1.0;
    float total = 0.0;
    for (int i = 0; i < min(octaves, 6); i++) {
        sum += weight * gradient_noise(p, period);
        total += weight;
        weight *= 0.5;
        p *= 2.0;
        period *= 2.0;
    }
    return sum / max(total, 1.0);
}

// Distance to the nearest border between cells, 0 on it: foam, cracks, light on a sea bed.
float cell_border(vec2 p, float period)
{
    vec2 i = floor(p);
    vec2 f = fract(p);
    vec2 nearest = vec2(0.0);
    vec2 nearest_cell = vec2(0.0);
    float best = 8.0;
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            vec2 g = vec2(x, y);
            vec2 r = g + hash2(mod(i + g, period)) - f;
            float d = dot(r, r);
            if (d < best) {
                best = d;
                nearest = r;
                nearest_cell = g;
            }
        }
    }
    float border = 8.0;
    for (int y = -2; y <= 2; y++) {
        for (int x = -2; x <= 2; x++) {
            vec2 g = nearest_cell + vec2(x, y);
            vec2 r = g + hash2(mod(i + g, period)) - f;
            vec2 between = r - nearest;
            if (dot(between, between) > 1e-5) {
                border = min(border, dot(0.5 * (nearest + r), normalize(between)));
            }
        }
    }
    return border;
}
