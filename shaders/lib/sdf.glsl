// sdf.glsl: distances to plain shapes, negative inside, and how to draw them without jaggies.
// Cost: a square root each. Technique: signed distance functions after Inigo Quilez.

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

// How much of a pixel lies inside: `d` and the size of a pixel in the same unit.
float sd_cover(float d, float pixel)
{
    return clamp(0.5 - d / pixel, 0.0, 1.0);
}
