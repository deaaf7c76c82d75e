/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Any picture in the crowd's colours: its lights and darks stay, its hues become theirs.",
    "CREDIT": "Empathy Palettes",
    "CATEGORIES": ["Filter", "Empathy"],
    "INPUTS": [
        { "NAME": "inputImage", "TYPE": "image" },
        { "NAME": "amount", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0, "LABEL": "from its own colours to the crowd's" },
        { "NAME": "light", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "LABEL": "from dim to bright; 0.5 is as it was" },
        { "NAME": "emo_palette", "TYPE": "image" }
    ]
}*/

// Techniques: lightness kept, colour taken from a ramp at that lightness, both in OKLab; dim and
// bright by a bend of the lightness that leaves black black and white white.
// Author: Empathy Palettes.

#include "srgb.glsl"
#include "oklab.glsl"
#include "easing.glsl"

void main()
{
    vec4 picture = IMG_THIS_PIXEL(inputImage);
    vec3 own = oklab_from_linear(srgb_decode(picture.rgb));
    own.x = bias(clamp(own.x, 0.0, 1.0), mix(0.36, 0.64, clamp(light, 0.0, 1.0)));
    // Swatches stand at the texels' centres. Another host has no ramp: its colours stay.
    vec3 swatch = IMG_NORM_PIXEL(emo_palette, vec2(mix(0.05, 0.95, own.x), 0.5)).rgb;
    vec3 theirs = oklab_from_linear(srgb_decode(swatch));
    theirs.x = mix(own.x, theirs.x, 0.35);
    theirs.yz *= smoothstep(0.0, 0.25, own.x); // what is black stays black
    float much = IMG_SIZE(emo_palette).x > 1.5 ? clamp(amount, 0.0, 1.0) : 0.0;
    theirs.x *= smoothstep(0.0, 0.12, own.x);
    vec3 lab = mix(own, theirs, much);
    gl_FragColor = vec4(srgb_encode(max(oklab_to_linear(lab), 0.0)), picture.a);
}
