// oklab.glsl: a space where equal steps look equal, for mixing colours without mud. Linear light.
// Cost: oklab_from_linear 0.7 (three pow), oklab_to_linear 0.2, oklab_turn 0.3, oklab_mix 1.6.
// Costs are in texture reads of 3 ns a pixel, by benchmarks/bench_lib.py on the software renderer.
// Technique: Björn Ottosson, "A perceptual color space for image processing", 2020.

// Linear light to OKLab: lightness 0..1, then green to red and blue to yellow, about -.4...4.
vec3 oklab_from_linear(vec3 c)
{
    vec3 lms = mat3(0.4122214708, 0.2119034982, 0.0883024619,
                    0.5363325363, 0.6806995451, 0.2817188376,
                    0.0514459929, 0.1073969566, 0.6299787005) * max(c, 0.0);
    lms = pow(lms, vec3(1.0 / 3.0));
    return mat3(0.2104542553, 1.9779984951, 0.0259040371,
                0.7936177850, -2.4285922050, 0.7827717662,
                -0.0040720468, 0.4505937099, -0.8086757660) * lms;
}

// And back; what no screen can show comes out below 0 or above 1.
vec3 oklab_to_linear(vec3 lab)
{
    vec3 lms = mat3(1.0, 1.0, 1.0,
                    0.3963377774, -0.1055613458, -0.0894841775,
                    0.2158037573, -0.0638541728, -1.2914855480) * lab;
    lms = lms * lms * lms;
    return mat3(4.0767416621, -1.2684380046, -0.0041960863,
                -3.3077115913, 2.6097574011, -0.7034186147,
                0.2309699292, -0.3413193965, 1.7076147010) * lms;
}

// The same colour with its hue turned round: `turns` 1 is all the way.
vec3 oklab_turn(vec3 lab, float turns)
{
    float a = 6.2831853 * turns;
    return vec3(lab.x, mat2(cos(a), sin(a), -sin(a), cos(a)) * lab.yz);
}

// The way from linear colour `a` to `b`, even to the eye.
vec3 oklab_mix(vec3 a, vec3 b, float t)
{
    return max(oklab_to_linear(mix(oklab_from_linear(a), oklab_from_linear(b), t)), 0.0);
}
