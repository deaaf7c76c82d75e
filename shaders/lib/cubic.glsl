// cubic.glsl: a small target magnified without facets: slopes stay smooth. It blurs a little.
// Cost: 5 (four bilinear reads, and their weights).
// Costs are in texture reads of 3 ns a pixel, by benchmarks/bench_lib.py on the software renderer.
// Technique: cubic B-spline from bilinear reads, Christian Sigg &
// Markus Hadwiger, "Fast Third-Order Texture Filtering", 2005.

vec4 texture_cubic(sampler2D image, vec2 uv)
{
    vec2 size = vec2(textureSize(image, 0));
    vec2 at = uv * size - 0.5;
    vec2 i = floor(at);
    vec2 f = at - i;
    vec2 w0 = (1.0 - f) * (1.0 - f) * (1.0 - f) / 6.0;
    vec2 w1 = (4.0 - 3.0 * f * f * (2.0 - f)) / 6.0;
    vec2 w3 = f * f * f / 6.0;
    vec2 w2 = 1.0 - w0 - w1 - w3;
    vec2 near = w0 + w1;
    vec2 a = (i - 0.5 + w1 / near) / size;
    vec2 b = (i + 1.5 + w3 / (w2 + w3)) / size;
    return mix(mix(texture(image, b), texture(image, vec2(a.x, b.y)), near.x),
               mix(texture(image, vec2(b.x, a.y)), texture(image, a), near.x), near.y);
}
