// sea_grain.glsl: noises of the sea on a tile that repeats, to be drawn once into a PERSISTENT
// target of 256 x 256 and kept: reading it costs one texture read, drawing it hundreds of waves.
// Needs noise.glsl before it.
// Techniques: foam as the borders of cells (Steven Worley, 1996); a wind sea as a sum of waves
// with random phases whose number fits the tile, fanned about the wind (after Gary Mastin, Peter
// Watterberg & John Mareda, 1987).

// The value at `uv` of a tile that repeats with every whole number. Its last row and column equal
// the first, so that no seam shows.
vec4 tile_at(sampler2D tile, vec2 uv)
{
    return texture(tile, (fract(uv) * 255.0 + 0.5) / 256.0);
}

// One texel: r foam, 0 on its threads; g hills, 0..1 about .5; ba slope of a wind sea along +x.
// `kept` is what the target holds, returned where there is something; `p` is 0..1 over the tile.
// (Loops that have nothing to do end early on every driver; a branch may be computed all the same.)
vec4 sea_grain(vec4 kept, vec2 p)
{
    int todo = kept.x > 0.0 ? 0 : 1;
    vec2 bend = vec2(gradient_noise(p * 8.0, 8.0), gradient_noise(p * 8.0 + 4.0, 8.0));
    float lace = 1.0;
    for (int size = 0; size < 2 * todo; size++) {
        float cells = size == 0 ? 8.0 : 21.0;
        lace = min(lace, (size == 0 ? 1.0 : 1.7) * cell_border(p * cells + 0.35 * bend, cells));
    }
    // Rolling hills, and sixty waves of a wind sea: the longer the higher, fanned about the wind.
    float hills = 0.5;
    float high = 0.25;
    for (int octave = 0; octave < 4 * todo; octave++) {
        float cells = 4.0 * exp2(float(octave));
        hills += high * gradient_noise(p * cells + float(octave), cells);
        high *= 0.55;
    }
    vec2 slope = vec2(0.0);
    for (int i = 0; i < 60 * todo; i++) {
        vec2 dice = hash2(vec2(i, 3.0));
        float number = 5.0 * pow(9.0, float(i) / 59.0);
        float turn = 4.4 * (dice.x - 0.5) * abs(dice.x - 0.5) + 0.5 * (hash1(float(i) + 90.0) - 0.5);
        vec2 k = floor(number * vec2(cos(turn), sin(turn)) + 0.5);
        slope += k / number * pow(number, -0.35) * cos(6.2831853 * (dot(k, p) + dice.y));
    }
    return todo == 0 ? kept : vec4(lace + 0.001, hills, 0.25 * slope);
}
