// straight.glsl: what two pictures, sRGB-encoded with straight alpha, have to be before they are
// mixed, and back. Cost: one pow per channel, each way.
// Technique: premultiplied linear light, after Thomas Porter & Tom Duff, "Compositing Digital
// Images", 1984: what nobody sees through alpha weighs nothing.

#include "srgb.glsl"

// An encoded colour as light that can be added and mixed.
vec4 lit(vec4 c)
{
    return vec4(srgb_decode(c.rgb) * c.a, c.a);
}

// And back.
vec4 shown(vec4 c)
{
    return vec4(srgb_encode(c.rgb / max(c.a, 1e-4)), clamp(c.a, 0.0, 1.0));
}

// 1 all the way but the first and the last `share` of it: what only adorns the way is held by it,
// so that both ends are the pictures alone.
float on_the_way(float progress, float share)
{
    return smoothstep(0.0, share, progress) * smoothstep(0.0, share, 1.0 - progress);
}
