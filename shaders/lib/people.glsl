// people.glsl: where the people are, read from emo_dots and emo_people (layouts: the guide for
// shader authors). In a host that does not know them both are one black texel: nobody is there.
// Cost: a look at one cell, person_in, is 1.5: one texelFetch, and a second where somebody is.
// Costs are in texture reads of 3 ns a pixel, by benchmarks/bench_lib.py on the software renderer.
// Technique: a uniform grid of cells holding one point each, read around the pixel (Steven
// Worley's neighbourhood search, 1996), so that the cost does not grow with the crowd.

// The column and the fold of a slot: wide crowds are folded, three rows to a fold.
ivec2 person_texel(sampler2D people, float slot, int row)
{
    float width = float(textureSize(people, 0).x);
    float fold = floor((slot + 0.5) / width);
    return ivec2(int(slot - fold * width), int(fold) * 3 + row);
}

// The person in one cell of emo_dots: `.xy` the place in the grid (cells), `.z` the slot, or -1
// when nobody is there, `.w` the size that the preset gave (1 = a thousandth of the short side).
// The cell only tells who: the place is that of emo_people, which moves between steps too.
vec4 person_in(sampler2D dots, sampler2D people, ivec2 cell)
{
    ivec2 grid = textureSize(dots, 0);
    if (cell.x < 0 || cell.y < 0 || cell.x >= grid.x || cell.y >= grid.y) {
        return vec4(0.0, 0.0, -1.0, 0.0);
    }
    float slot = floor(texelFetch(dots, cell, 0).z * 1048576.0 + 0.5) - 1.0;
    if (slot < 0.0) {
        return vec4(0.0, 0.0, -1.0, 0.0);
    }
    vec4 place = texelFetch(people, person_texel(people, slot, 0), 0);
    return vec4(place.xy * vec2(grid), slot, place.z * 64.0);
}

// A person's own colour, sRGB-encoded, and how long ago they came: 0 just now, 1 long ago.
vec4 person_colour(sampler2D people, float slot)
{
    return texelFetch(people, person_texel(people, slot, 2), 0);
}

// How much a person is here, 0..1: eases in on arrival and out with the age of the last word.
float person_presence(sampler2D people, float slot)
{
    return texelFetch(people, person_texel(people, slot, 0), 0).w;
}

// How much of a pixel a small disc covers: `edge` is the distance to its edge (inside < 0), and one
// that is smaller than a pixel is as bright as its part of it, so that a far one never twinkles.
// Cost: .3.
float person_cover(float edge, float radius, float pixel)
{
    return (1.0 - smoothstep(-pixel, pixel, edge)) * min(radius * radius / (pixel * pixel), 1.0);
}
