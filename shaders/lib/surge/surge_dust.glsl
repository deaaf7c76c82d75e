// surge_dust.glsl: the dust of a hall on a tile that repeats, to be drawn once into a PERSISTENT
// target of 256 x 256 and kept. Needs noise.glsl before it.
// Technique: gradient noise in octaves (Ken Perlin, 2002), bent by itself (after Inigo Quilez,
// 2002), every octave as many cells as fit the tile.

// The value at `uv` of a tile that repeats with every whole number. Its last row and column equal
// the first, so that no seam shows.
vec4 dust_at(sampler2D tile, vec2 uv)
{
    return texture(tile, (fract(uv) * 255.0 + 0.5) / 256.0);
}

// One texel: r clouds, g other clouds, both 0..1 about .5; b threads, long from top to bottom.
// `kept` is what the target holds, returned where there is something; `p` is 0..1 over the tile.
vec4 surge_dust(vec4 kept, vec2 p)
{
    int octaves = kept.a > 0.5 ? 0 : 4; // loops that have nothing to do end early on every driver
    vec2 bend = vec2(0.0);
    for (int i = 0; i < min(octaves, 1); i++) {
        bend = vec2(gradient_noise(p * 5.0, 5.0), gradient_noise(p * 5.0 + 2.5, 5.0));
    }
    vec3 sum = vec3(0.5);
    float weight = 0.26;
    for (int i = 0; i < octaves; i++) {
        float cells = 4.0 * exp2(float(i));
        vec2 q = (p + 0.045 * bend) * cells;
        sum.x += weight * gradient_noise(q + float(i), cells);
        sum.y += weight * gradient_noise(q.yx + 0.5 + float(i), cells);
        sum.z += weight * gradient_noise(vec2(p.x * 4.0 * cells, p.y * cells) + bend, 4.0 * cells);
        weight *= 0.55;
    }
    return octaves == 0 ? kept : vec4(sum, 1.0);
}
