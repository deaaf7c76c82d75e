// leak_letters.glsl: an alphabet that nobody can read. Forty letters of three strokes each, as the
// distance to the middle of the nearest stroke, drawn once into a PERSISTENT target of 8 x 5
// letters and kept: a letter of any size is then one texture read. Needs noise.glsl before it.
// A letter's square is 1 wide, its middle at 0; most of a letter stands between -.25 and .25.
// Techniques: distance to an arc and to a segment after Inigo Quilez; coverage of a line by a box
// as wide as a pixel, so that letters smaller than a pixel grow faint and do not twinkle.

const vec2 LETTERS = vec2(8.0, 5.0);
const float BLANK = -1.0;
const float PEN = 0.05; // half the weight of a stroke

// An arc of radius `r`, open towards `open` (a direction) by 2 acos(`gap`).
float arc_far(vec2 p, float r, vec2 open, float gap)
{
    p = vec2(dot(p, vec2(-open.y, open.x)), -dot(p, open));
    p.x = abs(p.x);
    vec2 end = r * vec2(sqrt(1.0 - gap * gap), -gap);
    float behind = end.x * p.y - end.y * p.x;
    return behind > 0.0 ? abs(length(p) - r) : length(p - end);
}

float line_far(vec2 p, vec2 a, vec2 b)
{
    vec2 way = b - a;
    return length(p - a - way * clamp(dot(p - a, way) / dot(way, way), 0.0, 1.0));
}

// One of eight bowls, waves and hooks: the body that a letter is told by.
float body_far(vec2 p, float kind)
{
    if (kind < 1.0) return arc_far(p, 0.25, vec2(0.94, 0.34), 0.55);
    if (kind < 2.0) return arc_far(p - vec2(0.0, 0.04), 0.26, vec2(0.0, 1.0), 0.0);
    if (kind < 3.0) return arc_far(p + vec2(0.0, 0.06), 0.26, vec2(0.0, -1.0), 0.15);
    if (kind < 4.0) return arc_far(p, 0.25, vec2(-0.87, -0.5), 0.5);
    if (kind < 5.0) return min(arc_far(p - vec2(0.1, 0.0), 0.24, vec2(1.0, 0.0), -0.25),
                               arc_far(p + vec2(0.2, 0.0), 0.24, vec2(1.0, 0.0), -0.25));
    if (kind < 6.0) return min(arc_far(p - vec2(-0.16, 0.0), 0.16, vec2(0.0, -1.0), 0.0),
                               arc_far(p - vec2(0.16, 0.0), 0.16, vec2(0.0, 1.0), 0.0));
    if (kind < 7.0) return min(arc_far(p - vec2(0.0, 0.12), 0.24, vec2(0.0, 1.0), -0.2),
                               arc_far(p + vec2(0.0, 0.1), 0.24, vec2(0.0, 1.0), -0.2));
    return arc_far(p - vec2(0.0, 0.02), 0.27, vec2(-0.6, 0.8), 0.3);
}

// A stem: through the body, above or below it; leaning a little, as a hand leans.
float stem_far(vec2 p, float kind)
{
    if (kind < 1.0) return line_far(p, vec2(-0.01, -0.4), vec2(0.01, 0.42));
    if (kind < 2.0) return line_far(p, vec2(0.1, 0.1), vec2(0.14, 0.43));
    if (kind < 3.0) return line_far(p, vec2(-0.14, -0.42), vec2(-0.1, -0.08));
    if (kind < 4.0) return line_far(p, vec2(0.3, -0.28), vec2(0.34, 0.1));
    return line_far(p, vec2(-0.12, 0.02), vec2(0.14, -0.06));
}

// A mark: a bar, a dot, a small arc.
float mark_far(vec2 p, float kind)
{
    if (kind < 1.0) return line_far(p, vec2(-0.24, 0.4), vec2(0.1, 0.41));
    if (kind < 2.0) return line_far(p, vec2(-0.1, -0.4), vec2(0.26, -0.39));
    if (kind < 3.0) return length(p - vec2(0.05, 0.02)) - 0.025;
    if (kind < 4.0) return length(p - vec2(-0.26, 0.36)) - 0.025;
    if (kind < 5.0) return length(p - vec2(0.27, -0.36)) - 0.025;
    if (kind < 6.0) return arc_far(p - vec2(0.0, -0.34), 0.1, vec2(0.0, 1.0), 0.0);
    return arc_far(p - vec2(-0.02, 0.34), 0.09, vec2(0.0, -1.0), 0.0);
}

// The texel of the target at `pixel`: how far from the strokes, in squares.
float letter_drawn(vec2 pixel, vec2 size)
{
    vec2 at = pixel / size * LETTERS;
    float number = floor(at.x) + LETTERS.x * floor(at.y);
    vec2 p = fract(at) - 0.5;
    p.x -= 0.08 * p.y;
    // Every body is used five times, each time with another stem and another mark.
    float kind = mod(number, 8.0);
    float round_ = floor(number / 8.0);
    float stem = mod(kind + 2.0 * round_, 5.0);
    float mark = mod(3.0 * kind + 5.0 * round_ + floor(kind / 4.0), 7.0);
    return min(min(body_far(p, kind), stem_far(p, stem)), mark_far(p, mark));
}

// How far the place `p` of a letter's square (-.5 ... .5) is from its strokes.
float letter_far(sampler2D letters, float number, vec2 p)
{
    vec2 size = vec2(textureSize(letters, 0));
    vec2 margin = 0.5 * LETTERS / size;
    vec2 cell = vec2(mod(number, LETTERS.x), floor((number + 0.5) / LETTERS.x));
    return texture(letters, (cell + clamp(p + 0.5, margin, 1.0 - margin)) / LETTERS).r;
}

// How much of a pixel, `pixel` squares wide, a line of half the weight `pen` covers.
float pen_cover(float far, float pen, float pixel)
{
    return clamp((pen - far) / pixel + 0.5, 0.0, 1.0) - clamp((-pen - far) / pixel + 0.5, 0.0, 1.0);
}
