// tones.glsl: the dark end, the middle and the light end of five palette colours, whatever their
// order. Needs srgb.glsl and oklab.glsl before it.
// Cost: 6 (thirty pow); draw it into a tiny target.
// Costs are in texture reads of 3 ns a pixel, by benchmarks/bench_lib.py on the software renderer.
// Technique: a soft minimum and maximum (weights exp(k L), mean in OKLab), so that two colours
// which change places do so without a jump.

// `lean` below 0 leans towards the dark colours, above 0 towards the light ones, 0 is the mean.
// Colours sRGB-encoded, result OKLab.
vec3 palette_tone(vec3 colours[5], float lean)
{
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 5; i++) {
        vec3 lab = oklab_from_linear(srgb_decode(colours[i]));
        sum += exp(lean * (lab.x - 0.5)) * vec4(lab, 1.0);
    }
    return sum.xyz / sum.w;
}
