// palette.glsl: the crowd's palette, and one for where there is no crowd. Linear light.
// Cost: palette_at 2.2 and palette_field 2.4 (a read and three pow), cosine_palette 0.4.
// Costs are in texture reads of 3 ns a pixel, by benchmarks/bench_lib.py on the software renderer.
// Techniques: a ramp read at its swatches; a cosine for each channel after Inigo Quilez, 1999.

#include "srgb.glsl"

// The ramp `emo_palette` at `t`: 0 its darkest colour, 1 its lightest. A grey where there is none.
vec3 palette_at(sampler2D ramp, float t)
{
    t = clamp(t, 0.0, 1.0);
    float width = float(textureSize(ramp, 0).x);
    float texel = 0.5 / width;
    vec3 colour = texture(ramp, vec2(mix(texel, 1.0 - texel, t), 0.5)).rgb;
    return width > 1.5 ? srgb_decode(colour) : vec3(t * t);
}

// The same in `count` flat colours, each as long as the others: fields instead of a gradient.
vec3 palette_field(sampler2D ramp, float t, float count)
{
    float field = min(floor(clamp(t, 0.0, 1.0) * count), count - 1.0);
    return palette_at(ramp, (field + 0.5) / count);
}

// Colours that come round: `mid` in the middle, `swing` to either side, `rate` times round for `t`
// from 0 to 1 (whole numbers meet at the ends), each channel `phase` of a turn ahead.
vec3 cosine_palette(float t, vec3 mid, vec3 swing, vec3 rate, vec3 phase)
{
    return mid + swing * cos(6.2831853 * (rate * t + phase));
}
