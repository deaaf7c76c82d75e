// srgb.glsl: between the sRGB-encoded colours at every ISF boundary and the linear light inside.
// Cost: srgb_decode 0.5 and srgb_encode 0.4 (one pow per channel); the others next to nothing.
// Costs are in texture reads of 3 ns a pixel, by benchmarks/bench_lib.py on the software renderer.
// Technique: the transfer curve of IEC 61966-2-1:1999.

// Encoded to linear light.
vec3 srgb_decode(vec3 c)
{
    return mix(c / 12.92, pow((max(c, 0.0) + 0.055) / 1.055, vec3(2.4)), step(0.04045, c));
}

// And back, held to 0..1.
vec3 srgb_encode(vec3 c)
{
    c = clamp(c, 0.0, 1.0);
    return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c));
}

// Relative luminance of linear light (Rec. 709 primaries), 0..1.
float luminance(vec3 c)
{
    return dot(c, vec3(0.2126, 0.7152, 0.0722));
}

// Rolls highlights off towards white and keeps everything under `knee` as it is; linear in and out.
vec3 shoulder(vec3 c, float knee)
{
    vec3 over = max(c - knee, 0.0);
    return min(c, vec3(knee)) + (1.0 - knee) * over / (over + 1.0 - knee);
}
