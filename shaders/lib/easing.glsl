// easing.glsl: shapes for the way from 0 to 1. Cost: 0.1 or less each (a few multiplications).
// Costs are in texture reads of 3 ns a pixel, by benchmarks/bench_lib.py on the software renderer.
// Techniques: the cubic and quintic Hermite curves; the "bias" of Ken Perlin & Eric Hoffert, 1989,
// in the rational form of Christophe Schlick, 1994.

// `x` from a..b to 0..1, straight.
float ramp(float a, float b, float x)
{
    return clamp((x - a) / (b - a), 0.0, 1.0);
}

// Starts and ends without a jerk (velocity and acceleration 0).
float ease_quintic(float t)
{
    t = clamp(t, 0.0, 1.0);
    return t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
}

// Starts slowly, ends fast; and the other way round (cubic).
float ease_in(float t)
{
    t = clamp(t, 0.0, 1.0);
    return t * t * t;
}

float ease_out(float t)
{
    return 1.0 - ease_in(1.0 - t);
}

// Bends 0..1 so that one half lands on `b`: b < .5 holds back, b > .5 leans forward.
float bias(float t, float b)
{
    return t / ((1.0 / b - 2.0) * (1.0 - t) + 1.0);
}

// 1 at `centre`, 0 beyond `width` to either side, smooth.
float bump(float x, float centre, float width)
{
    float t = max(1.0 - abs(x - centre) / width, 0.0);
    return t * t * (3.0 - 2.0 * t);
}
