// leak_page.glsl: where on the page there is writing, and which letter: margins, three stanzas,
// lines of uneven length, words of a small language. A page is a grid of square cells, 36 to its
// short side, counted from the top left. Needs noise.glsl and leak_letters.glsl before it.
// Technique: everything by hash from the line's number and how often it was written; frequent
// words are short and come again, as in any language (George Zipf, 1935).

// The stanzas, each: .x its first line, .y how many lines, .z its indent, .w its measure (columns).
vec4 stanza_at(int number, vec2 cells)
{
    float wide = cells.x;
    float top = floor(0.12 * cells.y);
    float lines = floor(0.61 * cells.y);
    float left = floor(0.13 * wide);
    float most = floor(0.7 * wide);
    float first = floor(0.27 * lines);
    float second = floor(0.42 * lines);
    if (number == 0) return vec4(top, first, left, floor(0.82 * most));
    float inset = floor(0.1 * most);
    if (number == 1) return vec4(top + first + 1.0, second, left + inset, floor(0.9 * most));
    float third = lines - first - second - 3.0;
    return vec4(top + first + second + 3.0, third, left, floor(0.62 * most));
}

// Which stanza a line is in: 0 to 2, or -1.
int stanza_of(float line, vec2 cells)
{
    for (int i = 0; i < 3; i++) {
        vec4 stanza = stanza_at(i, cells);
        if (line >= stanza.x && line < stanza.x + stanza.y) return i;
    }
    return -1;
}

// How long a line is (columns) the `times`-th time it is written; the last of a stanza is short.
float line_length(float line, float times, vec4 stanza)
{
    vec2 dice = hash2(vec2(line, mod(times, 512.0) + 3.0));
    float ragged = 1.0 - 0.42 * dice.x * dice.x - 0.08 * dice.y;
    bool last = line > stanza.x + stanza.y - 1.5;
    return floor(stanza.w * (last ? 0.22 + 0.3 * dice.x : ragged));
}

// The letter in column `column` of a line (from its indent), or BLANK between two words.
float letter_at(float line, float times, float column)
{
    float seed = line + 64.0 * mod(times, 128.0);
    float at = 0.0;
    for (int word = 0; word < 48; word++) {
        vec2 dice = hash2(vec2(seed, float(word) + 20.0));
        float which = floor(160.0 * dice.x * dice.x);
        float chance = hash1(which + 300.0) * hash1(which + 500.0);
        float length_ = 1.0 + floor(min(which, 24.0) / 8.0 + 6.0 * chance);
        if (column < at + length_) {
            float dip = hash2(vec2(which + 40.0, column - at)).x;
            return floor(40.0 * pow(dip, 1.5));
        }
        at += length_ + 1.0;
        if (column < at) return BLANK;
    }
    return BLANK;
}
