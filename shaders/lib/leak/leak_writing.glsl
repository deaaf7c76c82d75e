// leak_writing.glsl: the simulated half of leak.fs: the carets, the mooring of the lines, who
// speaks in which cell, what stands in every cell, and the ink that runs. It uses the inputs and
// targets of that shader's header. Cost: four targets of a texel a cell, and one of a third of the
// picture's height, thirty times a second, whatever the size of the picture.
// Techniques: one small machine per caret; a front that walks down the lines; ink carried down by
// a backward (semi-Lagrangian) step, Jos Stam, 1999, at a speed that grows with how much it is.

// --- the carets and the front ---------------------------------------------------------------------
// Texels 0 to 2: the caret of a stanza: .r the line in its stanza, .g the column, .b how often it
// has been through, .a seconds that it rests. Texel 3: .r how loose the lines are that the front has
// not yet reached, .g the line that it has, .b what it brings.

vec4 moved_caret(vec4 caret, int number)
{
    vec2 cells = vec2(textureSize(page, 0));
    vec4 stanza = stanza_at(number, cells);
    if (caret.b < 0.5) {
        vec2 dice = hash2(vec2(number, 71.0));
        return vec4(floor(dice.x * stanza.y * 0.7), floor(dice.y * 0.4 * stanza.w), 1.0, 0.3);
    }
    if (caret.a > 0.0) {
        caret.a -= TIMEDELTA;
        return caret;
    }
    if (caret.a < 0.0) { // it has rested at the end of a line: on to the next
        caret.r += 1.0;
        caret.g = 0.0;
        caret.a = 0.0;
        if (caret.r > stanza.y - 0.5) {
            caret.r = 0.0;
            caret.b += 1.0;
        }
        return caret;
    }
    // A hand: bursts and hesitation.
    float hand = value_noise(vec2(0.7 * TIME + 40.0 * float(number), 5.0), NOISE_PERIOD);
    float share = number == 1 ? 1.0 : 0.6;
    caret.g += share * typing * (0.25 + 1.5 * hand * hand) * TIMEDELTA;
    if (caret.g >= line_length(stanza.x + caret.r, caret.b + 1.0, stanza)) {
        caret.a = 0.35 + 2.0 / (1.0 + typing);
    }
    return caret;
}

vec4 moved_front(vec4 front)
{
    vec2 cells = vec2(textureSize(page, 0));
    float top = stanza_at(0, cells).x - 1.0;
    if (front.a < 0.5) return vec4(loose, top, loose, 1.0);
    front.b = loose;
    if (loose >= front.r) return vec4(loose, top, loose, 1.0); // what comes loose comes loose at once
    if (front.r - loose < 0.02 && front.g <= top) return front;
    front.g += TIMEDELTA * healing;
    vec4 last = stanza_at(2, cells);
    if (front.g > last.x + last.y) return vec4(loose, top, loose, 1.0);
    return front;
}

vec4 draw_hands()
{
    int i = int(gl_FragCoord.x);
    vec4 kept = texelFetch(hands, ivec2(i, 0), 0);
    return i < 3 ? moved_caret(kept, i) : moved_front(kept);
}

// --- who speaks in this cell ----------------------------------------------------------------------
// .r the slot + 1 (0: nobody), .g valence and .b arousal, 0..1, as they were a while ago, .a how
// lately they spoke, 1 to 0.

vec4 draw_voices()
{
    vec2 cells = vec2(textureSize(voices, 0));
    vec4 kept = texelFetch(voices, ivec2(gl_FragCoord.xy), 0);
    vec2 grid = vec2(textureSize(emo_dots, 0));
    ivec2 low = ivec2(floor((gl_FragCoord.xy - 0.5) / cells * grid + 0.001));
    ivec2 high = ivec2(ceil((gl_FragCoord.xy + 0.5) / cells * grid - 0.001));
    float slot = -1.0;
    for (int y = low.y; y < min(high.y, low.y + 8); y++) {
        for (int x = low.x; x < min(high.x, low.x + 8); x++) {
            vec4 one = person_in(emo_dots, emo_people, ivec2(x, y));
            slot = one.z < 0.0 ? slot : one.z;
        }
    }
    if (slot < 0.0) return vec4(0.0, 0.5, 0.5, kept.a * exp(-TIMEDELTA / 0.6));
    vec2 felt = texelFetch(emo_people, person_texel(emo_people, slot, 1), 0).rg;
    // They speak up where what they feel is no more what they felt a while ago.
    float turned = smoothstep(0.08, 0.2, length(felt - kept.gb));
    float heat = max(kept.a * exp(-TIMEDELTA / 1.6), turned);
    bool came = abs(kept.r - slot - 1.0) > 0.5;
    felt = came ? felt : mix(kept.gb, felt, 1.0 - exp(-TIMEDELTA / 2.5));
    heat = came ? 1.0 : heat;
    return vec4(slot + 1.0, felt, heat);
}

// --- what stands in this cell ---------------------------------------------------------------------
// .r the letter or BLANK, .g how much of its ink is there, .b how fresh it is, .a how often it was
// written.

// How loose this cell is, 0..1: letters let go in patches, never all.
float looseness(vec2 cell, vec2 cells, float line)
{
    vec4 front = texelFetch(hands, ivec2(3, 0), 0);
    float level = line < front.g ? front.b : front.r;
    float patch_ = value_noise(cell * vec2(0.16, 0.3) + 60.0, NOISE_PERIOD);
    float holds = mix(hash2(cell + 200.0).x, smoothstep(0.15, 0.85, patch_), 0.7);
    return smoothstep(holds - 0.12, holds + 0.12, level * 1.1 - 0.06) * step(0.01, level);
}

// Who writes in this cell; whoever is between two words writes the first letter of the next.
vec4 voice_at(ivec2 cell)
{
    vec4 own = texelFetch(voices, cell, 0);
    ivec2 before = ivec2(max(cell.x - 1, 0), cell.y);
    bool gap = texelFetch(page, before, 0).r < 0.0;
    return own.r < 0.5 && gap ? texelFetch(voices, before, 0) : own;
}

// The letter of a feeling: its body is of the feeling, so that who feels alike writes alike.
float letter_of(vec4 voice)
{
    vec2 felt = floor(clamp(voice.gb, 0.0, 0.999) * vec2(4.0, 2.0));
    return felt.x + 4.0 * felt.y + 8.0 * floor(5.0 * hash1(voice.r));
}

vec4 draw_page()
{
    vec2 cells = vec2(textureSize(page, 0));
    ivec2 cell = ivec2(gl_FragCoord.xy);
    vec4 kept = texelFetch(page, cell, 0);
    float line = cells.y - 1.0 - float(cell.y);
    int number = stanza_of(line, cells);
    vec4 stanza = stanza_at(max(number, 0), cells);
    float column = float(cell.x) - stanza.z;
    float letter = kept.a < 0.5 ? BLANK : kept.r;
    float times = number < 0 ? 1.0 : kept.a;
    float ink = kept.g;
    float fresh = kept.b * exp(-TIMEDELTA / 2.6);

    // The caret has come by.
    vec4 caret = texelFetch(hands, ivec2(max(number, 0), 0), 0);
    bool typed = number >= 0 && line == stanza.x + caret.r
              && (column < floor(caret.g) || caret.a > 0.0);
    float wanted = typed ? caret.b + 1.0 : max(times, 1.0);
    bool inside = number >= 0 && column >= 0.0 && column < line_length(line, wanted, stanza);
    if (wanted != times) {
        letter = inside ? letter_at(line, wanted, column) : BLANK;
        fresh = times > 0.5 && letter >= 0.0 ? 1.0 : 0.0;
        ink = letter >= 0.0 ? 1.0 : 0.0;
    }

    // A person speaks: their letter, also where none was; but words stay apart.
    vec4 voice = voice_at(cell);
    bool theirs = voice.r > 0.5 && (letter >= 0.0 || !inside);
    float spoken = letter_of(voice);
    if (theirs && (voice.a > 0.4 || letter < 0.0)) {
        ink = letter == spoken ? ink : 1.0;
        letter = spoken;
    }
    if (!inside && !theirs) {
        ink *= exp(-TIMEDELTA / 0.8); // they have gone: the margin is blank again
        letter = ink < 0.02 ? BLANK : letter;
    }
    float free = looseness(vec2(cell), cells, line);
    float holds = mix(1.0, theirs ? 0.35 : 0.1, free);
    if (inside || theirs) ink += (holds - ink) * (1.0 - exp(-TIMEDELTA / (ink > holds ? 2.2 : 0.7)));
    return vec4(letter, letter < 0.0 ? 0.0 : ink, fresh, wanted);
}

// --- the ink that runs ------------------------------------------------------------------------------
// .r running, .g dried where it ran, .b and .a the accent's part of either. It is kept as if every
// run went straight down; where it is seen, `meander` bends it.

float meander(vec2 p)
{
    return 0.016 * (tile_at(grain, p * vec2(0.9, 0.35) + 0.21).g - 0.5)
         + 0.007 * (tile_at(grain, p * vec2(2.3, 1.7)).g - 0.5);
}

// A lane that ink runs down in: .x where in it, -1 to 1, .y how fast it is, 0 for most, .z a number.
vec3 lane_at(float x)
{
    float at = x * 36.0 * 3.3;
    vec2 dice = hash2(vec2(floor(at) + 300.0, 5.0));
    return vec3(2.0 * fract(at) - 1.0, smoothstep(0.68, 0.99, dice.x), floor(at));
}

vec4 draw_wet()
{
    vec2 uv = isf_FragNormCoord;
    vec2 unit = RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    vec2 cells = vec2(textureSize(page, 0));
    vec2 p = uv * unit;

    // Much ink runs faster than little, most of all in the middle of its lane.
    vec3 lane = lane_at(p.x);
    float lead = lane.y * (1.0 - 0.5 * lane.x * lane.x);
    float much = texture(wet, uv + vec2(0.0, 1.5 / RENDERSIZE.y)).r;
    float speed = running * (0.006 + lead * (0.035 + 0.15 * min(much, 1.0)));
    vec4 above = texture(wet, uv + vec2(0.0, speed * TIMEDELTA / unit.y));
    vec4 here = texelFetch(wet, ivec2(gl_FragCoord.xy), 0);
    vec2 run_ = above.rb * (1.0 - TIMEDELTA * mix(0.5, 0.1, lane.y));
    vec2 dried = here.ga * exp(-TIMEDELTA / 12.0) + run_ * TIMEDELTA * 0.2;

    // Letters that have let go feed it, most where they touch a lane, by fits and starts.
    vec2 at = (uv + vec2(meander(p) / unit.x, 0.0)) * cells;
    ivec2 cell = ivec2(clamp(floor(at), vec2(0.0), cells - 1.0));
    vec4 stands = texelFetch(page, cell, 0);
    float free = looseness(vec2(cell), cells, cells.y - 1.0 - float(cell.y));
    float far = letter_far(letters, max(stands.r, 0.0), fract(at) - 0.5);
    float inked = stands.r < 0.0 ? 0.0 : pen_cover(far, 1.2 * PEN, max(cells.y / RENDERSIZE.y, 0.1));
    float own = value_noise(vec2(lane.z * 7.0 + float(cell.y) * 13.0, 0.2 * TIME), NOISE_PERIOD);
    float fits = smoothstep(0.55, 0.9, own) * lane.y * (1.0 - lane.x * lane.x);
    float gives = free * (stands.g + 0.2) * inked * (0.22 + 7.0 * fits) * TIMEDELTA;
    vec4 speaks = texelFetch(voices, cell, 0);
    float tinted = clamp(0.6 * stands.b + (speaks.r > 0.5 ? 0.5 * speaks.a : 0.0), 0.0, 0.6);
    run_ += gives * vec2(1.0, tinted);
    return clamp(vec4(run_.x, dried.x, run_.y, dried.y), 0.0, 2.0);
}
