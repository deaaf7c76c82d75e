// sdf.glsl: distances to plain shapes, negative inside, and how to draw them without jaggies.
// Cost: sd_polygon 0.9 (an angle), the others 0.1 or less (a square root each).
// Costs are in texture reads of 3 ns a pixel, by benchmarks/bench_lib.py on the software renderer.
// Techniques: signed distance functions after Inigo Quilez; two of them joined by his polynomial
// smooth minimum, 2013.

float sd_circle(vec2 p, float r)
{
    return length(p) - r;
}

float sd_box(vec2 p, vec2 half_size)
{
    vec2 d = abs(p) - half_size;
    return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0);
}

float sd_segment(vec2 p, vec2 a, vec2 b)
{
    vec2 pa = p - a;
    vec2 ba = b - a;
    return length(pa - ba * clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0));
}

// A ring, `width` across its band.
float sd_ring(vec2 p, float r, float width)
{
    return abs(length(p) - r) - 0.5 * width;
}

// A regular polygon with its corners `r` from the middle, one of them straight up.
float sd_polygon(vec2 p, float r, float sides)
{
    float slice = 6.2831853 / sides;
    float a = atan(p.x, p.y);
    a -= slice * floor(a / slice) + 0.5 * slice;
    vec2 q = length(p) * vec2(sin(a), cos(a));
    vec2 corner = r * vec2(sin(0.5 * slice), cos(0.5 * slice));
    float beside = max(abs(q.x) - corner.x, 0.0);
    float out_of = q.y - corner.y;
    return beside > 0.0 ? length(vec2(beside, out_of)) : out_of;
}

// Two shapes as one, melted together where they are nearer to each other than `soft`.
float sd_join(float a, float b, float soft)
{
    float h = max(soft - abs(a - b), 0.0) / max(soft, 1e-6);
    return min(a, b) - 0.25 * h * h * soft;
}

// How much of a pixel lies inside: `d` and the size of a pixel in the same unit.
float sd_cover(float d, float pixel)
{
    return clamp(0.5 - d / pixel, 0.0, 1.0);
}
