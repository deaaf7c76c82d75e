// skin.glsl: what a thin skin shows under a microscope, on a tile that repeats, to be drawn once into
// a PERSISTENT target of 256 x 256 and kept. Needs noise.glsl before it.
// Techniques: fibres as bent lines laid by chance, mostly along one way; grains as blobs of
// gradient noise; old cell walls as borders of cells (Steven Worley, 1996), bent by gradient noise.

const int STRANDS = 90;

// The value at `uv` of the tile, which repeats with every whole number.
vec4 skin_at(sampler2D tile, vec2 uv)
{
    return texture(tile, (fract(uv) * 255.0 + 0.5) / 256.0);
}

// One texel: r strands, 0..1; g grains, 0..1 about .4; b old walls, 1 on them; a hills, 0..1 about .5.
vec4 skin(vec4 kept, vec2 p)
{
    int todo = kept.a > 0.0 ? 0 : 1;
    float hills = 0.5;
    float grains = 0.0;
    for (int octave = 0; octave < 3 * todo; octave++) {
        float cells = 4.0 * exp2(float(octave));
        hills += 0.26 * pow(0.55, float(octave)) * gradient_noise(p * cells + float(octave), cells);
        float fine = 24.0 * (1.0 + float(octave));
        grains += 0.32 * smoothstep(-0.15, 0.75, gradient_noise(p * fine + 31.0 * float(octave), fine));
    }
    float strands = 0.0;
    for (int i = 0; i < STRANDS * todo; i++) {
        vec2 at = hash2(vec2(i, 11.0));
        vec2 dice = hash2(vec2(i, 12.0));
        vec2 more = hash2(vec2(i, 13.0));
        vec2 q = fract(p - at + 0.5) - 0.5;
        float angle = 0.5 + 1.5 * (dice.x - 0.5) * (0.4 + abs(dice.x - 0.5));
        q = vec2(q.x * cos(angle) + q.y * sin(angle), q.y * cos(angle) - q.x * sin(angle));
        q.y += (more.x - 0.5) * 1.4 * q.x * q.x + 0.006 * sin(26.0 * q.x + 9.0 * more.y);
        float along = 1.0 - smoothstep(0.5, 1.0, abs(q.x) / (0.14 + 0.28 * dice.y));
        float width = 0.0019 + 0.0024 * more.y * more.y;
        strands = max(strands, along * (0.25 + 0.75 * more.x) * exp(-q.y * q.y / (width * width)));
    }
    float walls = 0.0;
    for (int i = 0; i < todo; i++) {
        vec2 bend = 0.25 * vec2(gradient_noise(p * 8.0, 8.0), gradient_noise(p * 8.0 + 4.0, 8.0));
        walls = exp(-14.0 * cell_border(p * 7.0 + bend, 7.0));
    }
    return todo == 0 ? kept : vec4(strands, clamp(grains, 0.0, 1.0), walls, clamp(hills, 0.01, 1.0));
}
