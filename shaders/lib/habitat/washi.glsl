// washi.glsl: paper made by hand, on a tile that repeats, to be drawn once into a PERSISTENT target
// of 256 x 256 and kept. Needs noise.glsl before it.
// Technique: fibres as bent lines laid by chance, and clouds of pulp in octaves of gradient noise.

const int FIBRES = 110;

// The value at `uv` of the tile, which repeats with every whole number.
vec4 washi_at(sampler2D tile, vec2 uv)
{
    return texture(tile, (fract(uv) * 255.0 + 0.5) / 256.0);
}

// One texel: r clouds of pulp, 0..1 about .5; g fibres, 0..1; b fine tooth, 0..1 about .5.
vec4 washi(vec4 kept, vec2 p)
{
    int todo = kept.a > 0.5 ? 0 : 1;
    float clouds = 0.5;
    float tooth = 0.5;
    for (int octave = 0; octave < 4 * todo; octave++) {
        float cells = 5.0 * exp2(float(octave));
        clouds += 0.24 * pow(0.62, float(octave)) * gradient_noise(p * cells + float(octave), cells);
        tooth += 0.22 * pow(0.75, float(octave)) * gradient_noise(p * 4.0 * cells + 7.0, 4.0 * cells);
    }
    float fibres = 0.0;
    for (int i = 0; i < FIBRES * todo; i++) {
        vec2 at = hash2(vec2(i, 1.0));
        vec2 dice = hash2(vec2(i, 2.0));
        vec2 more = hash2(vec2(i, 3.0));
        vec2 q = fract(p - at + 0.5) - 0.5;
        float angle = 6.2831853 * dice.x;
        q = vec2(q.x * cos(angle) + q.y * sin(angle), q.y * cos(angle) - q.x * sin(angle));
        q.y += (more.x - 0.5) * 4.5 * q.x * q.x + 0.012 * sin(30.0 * q.x + 9.0 * more.y);
        float along = 1.0 - smoothstep(0.6, 1.0, abs(q.x) / (0.06 + 0.22 * dice.y));
        float width = 0.0019 + 0.0014 * more.y;
        fibres = max(fibres, along * (0.35 + 0.65 * more.x) * exp(-q.y * q.y / (width * width)));
    }
    return todo == 0 ? kept : vec4(clamp(clouds, 0.0, 1.0), fibres, clamp(tooth, 0.0, 1.0), 1.0);
}
