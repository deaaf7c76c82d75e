// rooms.glsl: who has a room in habitat.fs, where it stands, and which lamps burn. It uses the inputs
// and targets of that shader's header, and needs noise.glsl and people.glsl before it.
// Cost: a target of 16 x 9 texels, thirty times a second.
//
// A column is a room and stays one while its gathering lasts. Rows of the target `rooms`; what is
// not said to be otherwise is in short sides from the middle of the picture:
//   0  centre and half size, in -1..1 of the picture     1  how built it is, whose + 1, breath, share
//   2  colour of its light (linear), how open its door   3  way of the door, half a wall, arousal
//   4  a lamp: place, its height, strength               5  colour of the lamp (linear), strength
//   6  the room as it breathes: centre and half size     7  cos and sin of its turn, corner, door
//   8  the bay that leans on it: centre (turned), half size

const int ROOMS = 16;
const int HOME = 15; // the room of nobody, and of the few that are no crowd

// Half the picture in short sides.
vec2 half_frame()
{
    vec2 size = vec2(textureSize(plan, 0));
    return 0.5 * size / min(size.x, size.y);
}

// Where people who feel like this are drawn, as [people] of the preset has it, in -1..1.
vec2 ground_of(vec2 feeling)
{
    return feeling * vec2(0.78, 0.72);
}

// The site of a circle, the same as in [people].
vec2 site_of(float circle)
{
    return vec2(1.44 * (fract(0.7549 * circle + 0.13) - 0.5), 1.30 * (fract(0.5698 * circle + 0.41) - 0.5));
}

// Whether any circle is there: then circles have the rooms, else modes.
bool circles_here()
{
    float sum = 0.0;
    for (int c = 0; c < 64; c++) sum += texelFetch(emo_circles, ivec2(min(c, textureSize(emo_circles, 0).x - 1), min(2, textureSize(emo_circles, 0).y - 1)), 0).r;
    return sum > 0.5 && textureSize(emo_circles, 0).x > 1;
}

vec4 mode_of(int index, int row)
{
    ivec2 last = textureSize(emo_modes, 0) - 1;
    return texelFetch(emo_modes, min(ivec2(index, row), last), 0);
}

float mode_name(int index)
{
    vec4 who = mode_of(index, 1);
    return who.g > 0.5 && textureSize(emo_modes, 0).x > 1 ? floor(who.r * 1048576.0 + 0.5) + 1.0 : 0.0;
}

// Which gathering a column of the rooms follows: -1 none. One that it has, it keeps; a free column
// takes the first that no column has.
int followed(int column)
{
    float mine = texelFetch(rooms, ivec2(column, 1), 0).g;
    int free_before = 0;
    bool fading = texelFetch(rooms, ivec2(column, 1), 0).r > 0.02;
    for (int c = 0; c < HOME; c++) {
        vec4 other = texelFetch(rooms, ivec2(c, 1), 0);
        float named = 0.0;
        for (int m = 0; m < 16; m++) {
            float name = mode_name(m);
            named += name > 0.5 && name == other.g ? 1.0 : 0.0;
            if (c == column && name > 0.5 && name == mine) return m;
        }
        free_before += c < column && named < 0.5 && other.r <= 0.02 ? 1 : 0;
    }
    if (fading) return -1;
    for (int m = 0; m < 16; m++) {
        float name = mode_name(m);
        float taken = name > 0.5 ? 0.0 : 1.0;
        for (int c = 0; c < HOME; c++) taken += texelFetch(rooms, ivec2(c, 1), 0).g == name ? 1.0 : 0.0;
        if (taken < 0.5) {
            if (free_before == 0) return m;
            free_before--;
        }
    }
    return -1;
}

// What a column is due to become: a room's centre and half size, its share, name, arousal, door.
struct Due { vec4 place; float share; float name; float arousal; float open; };

Due due_of(int column)
{
    Due due = Due(vec4(0.0), 0.0, 0.0, 0.0, door);
    bool circles = circles_here();
    float any = circles ? 1.0 : few > 0.5 ? 0.0 : mode_name(0);
    if (column != HOME && !circles && few > 0.5) return due;
    if (column == HOME) {
        float here = any > 0.5 ? 0.0 : 1.0;
        return Due(vec4(-0.26, -0.05, mix(0.60, 0.36, few), mix(0.62, 0.50, few)), here, 1.0, stir, door);
    }
    if (circles) {
        for (int n = 0; n < 5; n++) {
            int c = column + n * HOME;
            if (c > 63 || due.share > 0.0) continue;
            vec4 felt = texelFetch(emo_circles, ivec2(c, 0), 0);
            vec4 more = texelFetch(emo_circles, ivec2(c, 1), 0);
            if (texelFetch(emo_circles, ivec2(c, 2), 0).r < 0.5) continue;
            float size = clamp(0.12 + 0.20 * sqrt(felt.b), 0.15, 0.32);
            vec2 uneven = 0.9 + 0.35 * hash2(vec2(column, 5.0));
            due.place = vec4(site_of(float(c + 1)), size * uneven * vec2(0.95, 1.1));
            due.share = max(felt.b, 0.02);
            due.name = float(c + 1);
            due.arousal = 2.0 * felt.g - 1.0;
            due.open = clamp(0.16 + 1.5 * more.b, 0.0, 1.0);
        }
        return due;
    }
    int m = followed(column);
    if (m >= 0) {
        vec4 felt = mode_of(m, 0);
        due.name = mode_name(m);
        vec2 dice = hash2(vec2(due.name, 9.0));
        vec2 feeling = 2.0 * felt.xy - 1.0;
        vec2 size = ground_of(vec2(felt.a)) * 2.2 * (0.9 + 0.35 * dice) + vec2(0.05, 0.08) * (1.0 + felt.b);
        due.place = vec4(ground_of(feeling) + 0.03 * (dice - 0.5), clamp(size, vec2(0.15), vec2(0.42, 0.52)));
        vec2 keep = max(vec2(0.94) - 1.12 * due.place.zw, 0.0); // all of it within the picture
        due.place.xy = clamp(due.place.xy, -keep, keep);
        due.share = felt.b;
        due.arousal = feeling.y;
    }
    return due;
}

// The mean colour of those near a place, from the first sixty-four slots. Linear; a: how many.
vec4 colour_near(vec4 place)
{
    vec4 sum = vec4(0.0);
    int slots = textureSize(emo_people, 0).x > 1 ? 64 : 0;
    for (int s = 0; s < slots; s++) {
        vec4 who = texelFetch(emo_people, ivec2(s, 0), 0);
        vec2 off = (2.0 * who.xy - 1.0 - place.xy) / (place.zw * 1.3);
        float in_it = who.a * max(1.0 - dot(off, off), 0.0);
        sum += in_it * vec4(srgb_decode(texelFetch(emo_people, ivec2(s, 2), 0).rgb), 1.0);
    }
    return sum;
}

// The slot of the n-th person who is here, of the first 256; -1: there are fewer.
int nth_person(int n)
{
    int slots = textureSize(emo_people, 0).x > 1 ? 256 : 0;
    for (int s = 0; s < slots; s++) {
        if (texelFetch(emo_people, ivec2(s, 0), 0).a > 0.0 && n-- == 0) return s;
    }
    return -1;
}

// A lamp burns in every built room; where a few are here and no crowd, each of them carries one.
vec4 draw_lamp(int column, int row)
{
    vec4 place = texelFetch(rooms, ivec2(column, 0), 0);
    vec4 life = texelFetch(rooms, ivec2(column, 1), 0);
    vec3 own = texelFetch(rooms, ivec2(column, 2), 0).rgb;
    vec4 kept = texelFetch(rooms, ivec2(column, row), 0);
    vec2 way = texelFetch(rooms, ivec2(column, 3), 0).xy;
    vec2 size = place.zw * half_frame();
    float height = 0.55 * min(size.x, size.y) + 0.02;
    vec2 at = place.xy * half_frame() + 0.16 * size * vec2(way.y, -way.x);
    float strength = life.r * (1.0 + 0.36 * swell * sin(6.2831853 * life.b));
    strength *= column == HOME ? mix(0.75, 0.16, few * (1.0 - nobody)) * mix(1.0, 0.45, nobody) : 0.75 + 0.25 * sqrt(life.a);
    if (column < HOME && few > 0.0) {
        int slot = nth_person(column);
        if (slot >= 0 && life.r < 0.02) {
            vec4 who = texelFetch(emo_people, ivec2(slot, 0), 0);
            at = (2.0 * who.xy - 1.0) * half_frame();
            own = srgb_decode(texelFetch(emo_people, ivec2(slot, 2), 0).rgb);
            height = 0.10;
            strength = 0.85 * few * who.a;
        } else if (life.r < 0.02) {
            at = kept.xy;
            own = kept.rgb;
            strength = max(kept.a - 0.04, 0.0);
            height = 0.10;
        }
    }
    return row == 4 ? vec4(at, height, strength) : vec4(own, strength);
}

// What is drawn of a room: a box, a little out of true, and a bay.
vec4 draw_shape(int column, int row)
{
    vec4 place = texelFetch(rooms, ivec2(column, 0), 0);
    vec4 life = texelFetch(rooms, ivec2(column, 1), 0);
    float open = texelFetch(rooms, ivec2(column, 2), 0).a * life.r;
    vec2 dice = hash2(vec2(life.g, 21.0));
    vec2 more = hash2(vec2(life.g, 22.0));
    float grown = life.r * (1.0 + 0.045 * swell * sin(6.2831853 * life.b));
    vec2 size = max(place.zw * half_frame(), 0.07) * grown;
    if (row == 6) return vec4(place.xy * half_frame(), size);
    float turn = 0.16 * (dice.x - 0.5);
    float width = mix(0.006, 0.085, open) * min(1.0, 4.0 * min(size.x, size.y));
    if (row == 7) return vec4(cos(turn), sin(turn), mix(0.018, 0.07, dice.y * dice.y), width);
    vec2 bay = 0.5 * size * (0.75 + 0.35 * dice.yx);
    return vec4(sign(more - 0.5) * (size - 0.42 * bay), bay);
}

vec4 draw_rooms()
{
    int column = int(gl_FragCoord.x);
    int row = int(gl_FragCoord.y);
    float dt = clamp(TIMEDELTA, 0.0, 0.1);
    if (row > 5) return draw_shape(column, row);
    if (row > 3) return draw_lamp(column, row);
    Due due = due_of(column);
    vec4 place = texelFetch(rooms, ivec2(column, 0), 0);
    vec4 life = texelFetch(rooms, ivec2(column, 1), 0);
    bool wanted = due.share > 0.0;
    bool fresh = wanted && (life.r < 0.002 || due.name != life.g && life.r < 0.03);
    float ease = 1.0 - exp(-dt / 1.6);
    if (row == 0) {
        if (!wanted) return place;
        return fresh ? due.place * vec4(1.0, 1.0, 0.75, 0.75) : mix(place, due.place, ease);
    }
    if (row == 1) {
        float built = mix(life.r, wanted ? 1.0 : 0.0, 1.0 - exp(-dt / (wanted ? 0.7 : 1.5)));
        built = wanted ? max(built, 0.004) : built * step(0.01, built);
        // Breaths in a minute, by how stirred this room is among the others and all of them are.
        float felt = clamp(0.5 + 0.5 * (stir + 0.5 * (due.arousal - stir)), 0.0, 1.0);
        float breath = fract(life.b + dt * pace * mix(6.0, 14.0, felt) / 60.0);
        breath = fresh ? hash1(due.name + 3.0) : breath;
        return vec4(built, wanted ? due.name : life.g, breath, mix(life.a, due.share, fresh ? 1.0 : ease));
    }
    if (row == 2) {
        vec4 light = texelFetch(rooms, ivec2(column, 2), 0);
        vec4 near = colour_near(place);
        vec3 own = near.a > 0.05 ? near.rgb / near.a : texelFetch(tones, ivec2(2, 0), 0).rgb;
        own /= max(max(own.r, max(own.g, own.b)), 0.05); // a hue, its strength is the lamp's
        own = mix(pow(own, vec3(1.25)), vec3(1.0, 0.72, 0.46), 0.16);
        float open = mix(light.a, due.open, 1.0 - exp(-dt / 1.2));
        return fresh ? vec4(own, 0.1) : vec4(mix(light.rgb, own, 1.0 - exp(-dt / 0.8)), open);
    }
    // The door looks to the nearest room; where there is none, to the far side of the ground.
    vec4 before = texelFetch(rooms, ivec2(column, 3), 0);
    vec2 here = place.xy * half_frame();
    vec2 way = -here + vec2(0.10, -0.16);
    float nearest = 9.0;
    for (int c = 0; c < ROOMS; c++) {
        vec4 other = texelFetch(rooms, ivec2(c, 0), 0);
        vec2 to = other.xy * half_frame() - here;
        if (c != column && texelFetch(rooms, ivec2(c, 1), 0).r > 0.3 && length(to) < nearest) {
            nearest = length(to);
            way = to;
        }
    }
    way /= max(length(way), 1e-3);
    float thick = mix(0.0135, 0.0065, texelFetch(rooms, ivec2(column, 2), 0).a);
    way = fresh || life.r < 0.05 ? way : mix(before.xy, way, 1.0 - exp(-dt / 2.5));
    return vec4(way, thick, mix(before.a, due.arousal, ease));
}
