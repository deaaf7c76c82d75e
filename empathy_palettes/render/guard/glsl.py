"""The budget guard's shaders, made of `numbers`; `gl` says in which order they run.

What is one number in `reference` is one here; `arithmetic` has the pixels' part in numpy. Integers
only, but for two square roots and a quotient that are put right afterwards.
"""

from __future__ import annotations

from string import Template
from types import MappingProxyType

from . import numbers

_VALUES = MappingProxyType(
    {
        "a": numbers.CUBIC[0],
        "b": numbers.CUBIC[1],
        "c": numbers.CUBIC[2],
        "d": numbers.CUBIC[3],
        "knee": numbers.KNEE,
        "slope": numbers.SLOPE,
        "red": numbers.WEIGHTS[0],
        "green": numbers.WEIGHTS[1],
        "blue": numbers.WEIGHTS[2],
        "memory": numbers.MEMORY,
        "room": numbers.ROOM,
        "whole": numbers.WHOLE,
        "probes": numbers.PROBES,
        "saturated": numbers.RED_SHARE,
        "dark": numbers.RED_DARK,
        "step": numbers.RED_STEP,
        "red_change": numbers.RED_CHANGE,
        "red_place": 13 + 6 * numbers.RED_ALLOWED,
        "left": numbers.RED_LEFT,
        "grey": 3 * numbers.RED_LEFT - 100,
        "across": numbers.WINDOWS[0],
        "between": numbers.BETWEEN,
        "half": numbers.BETWEEN // 2,
        "pitch_bits": numbers.PITCH_BITS,
    }
)

#: A cell's eight histories of luminance, then those of red, four to an output. A history: the
#: extreme (12 bits), whether it rises (1), and how long the last transitions are remembered (6, 6,
#: 6). Memory of zeroes is black for long.
HISTORY = """\
const int change = $change;

int back(uint history, int value) {
    int way = int(history & 4095u) - value;
    return (history & 4096u) != 0u ? way : -way;
}

uint committed(uint history, int value, int least, int steps) {
    int way = back(history, value);
    uint extreme = way < 0 || way >= least ? uint(value) : history & 4095u;
    uint rises = history & 4096u;
    ivec3 left = ivec3(uvec3(history) >> uvec3(13u, 19u, 25u)) & 63;
    if (way >= least) {
        rises ^= 4096u;
        left = ivec3($memory, left.xy);
    }
    uvec3 old = uvec3(max(left - steps, 0)) << uvec3(13u, 19u, 25u);
    return extreme | rises | old.x | old.y | old.z;
}

bool spent(uint history) { return history >= 1u << 25; }
"""

COLOUR = """\
uvec3 light(uvec3 c) {
    uvec3 curve = (((c * (c * ${a}u + ${b}u) + ${c}u) >> 10) * c + ${d}u) >> 12;
    return curve + uvec3(lessThan(c, uvec3(${knee}u))) * (c * ${slope}u - curve);
}

uint weighted(uvec3 light) { return light.r * ${red}u + light.g * ${green}u + light.b * ${blue}u; }

bool saturated(ivec3 light) {
    return 100 * light.r >= $saturated * (light.r + light.g + light.b)
        && light.r - light.g - light.b >= $dark;
}
"""

STATE = """\
uniform sampler2D wanted;
uniform sampler2D shown;
uniform usampler2D places;
uniform usampler2D light0;
uniform usampler2D light1;
uniform usampler2D red0;
uniform usampler2D red1;
uniform int steps;
layout(location = 0) out uvec4 light0_;
layout(location = 1) out uvec4 light1_;
layout(location = 2) out uvec4 red0_;
layout(location = 3) out uvec4 red1_;
layout(location = 4) out uvec4 cell;

int room = $whole;
int way = 1;
bool red = false;
int before = 0;
int rise = 0;

void measure(sampler2D picture, ivec2 at, out int luminance, out int redness) {
    uvec3 linear = light(uvec3(texelFetch(picture, at, 0).rgb * 255.0 + 0.5));
    luminance = int(weighted(linear) >> 20);
    ivec3 signed = ivec3(linear);
    redness = saturated(signed) ? $step + ((signed.r - signed.g - signed.b) >> 5) : 0;
}

void look(uint place, inout uint light, inout uint redness) {
    ivec2 at = ivec2(place & 65535u, place >> 16);
    int old, old_red, new, new_red;
    measure(shown, at, old, old_red);
    measure(wanted, at, new, new_red);
    light = committed(light, old, change, steps);
    redness = committed(redness, old_red, $red_change, steps);
    if (spent(light) && back(light, new) >= change) {
        int least = $room * (change - 1 - back(light, old));
        int whole = max(abs(new - old), 1);
        if (least * way < room * whole) { room = least; way = whole; }
    }
    bool again = (redness >> $red_place & 63u) != 0u;
    red = red || (again && new_red > 0 && back(redness, new_red) >= $red_change);
    before += old;
    rise += new - old;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    uvec4 here = texelFetch(places, ivec2(at.x * 2, at.y), 0);
    uvec4 there = texelFetch(places, ivec2(at.x * 2 + 1, at.y), 0);
    light0_ = texelFetch(light0, at, 0);
    light1_ = texelFetch(light1, at, 0);
    red0_ = texelFetch(red0, at, 0);
    red1_ = texelFetch(red1, at, 0);
    look(here.x, light0_.x, red0_.x);
    look(here.y, light0_.y, red0_.y);
    look(here.z, light0_.z, red0_.z);
    look(here.w, light0_.w, red0_.w);
    look(there.x, light1_.x, red1_.x);
    look(there.y, light1_.y, red1_.y);
    look(there.z, light1_.z, red1_.z);
    look(there.w, light1_.w, red1_.w);
    cell = uvec4(uint(room / way) | (red ? 512u : 0u), uint(rise), uint(before), 0u);
}
"""

#: The least of a cell and those around it: an edge that is interpolated weakens no cell.
SPREAD = """\
uniform usampler2D cells;
uniform ivec2 last;
out uvec4 spread;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    uvec4 here = texelFetch(cells, at, 0);
    uint least = here.x & 511u;
    uint red = here.x;
    for (int y = -1; y < 2; y++) for (int x = -1; x < 2; x++) {
        uint there = texelFetch(cells, clamp(at + ivec2(x, y), ivec2(0), last), 0).x;
        least = min(least, there & 511u);
        red |= there;
    }
    spread = uvec4(least | (red & 512u), uint(int(least) * int(here.y)), here.z, 0u);
}
"""

#: Of each tile: its way, where it was, how many cells are held, paled, either; what it draws.
TILES = """\
uniform usampler2D spread;
uniform ivec2 cells;
uniform ivec2 tiles;
out uvec4 tile;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    ivec2 from = (at * cells + tiles - 1) / tiles;
    ivec2 to = ((at + 1) * cells + tiles - 1) / tiles;
    int way = 0;
    uvec3 sums = uvec3(0u);
    uint draws = 0u;
    for (int y = from.y - 1; y <= to.y; y++) for (int x = from.x - 1; x <= to.x; x++) {
        uvec4 here = texelFetch(spread, clamp(ivec2(x, y), ivec2(0), cells - 1), 0);
        uint held = (here.x & 511u) < ${whole}u ? 1u : 0u;
        uint red = here.x >> 9;
        draws |= held | red << 1;
        if (x >= from.x && x < to.x && y >= from.y && y < to.y) {
            way += int(here.y);
            sums += uvec3(here.z, held | red << 8, held | red);
        }
    }
    tile = uvec4(uint(way >> 8), sums.x, sums.y | sums.z << 16, draws);
}
"""

#: Nine windows, the whole, and what was done so far: one beside the other.
MEANS = """\
uniform usampler2D sums;
uniform usampler2D means;
uniform ivec2 cells;
uniform ivec2 tiles;
uniform ivec2 windows;
uniform int steps;
out uvec4 result;

uint followed(uint history, int mean, int way) {
    if (!spent(history) || back(history, mean + way) < change) return ${whole}u;
    return uint($room * (change - 1 - back(history, mean)) / max(abs(way), 1));
}

uvec2 mean(int number, int shown, int way, int count) {
    int value = shown / count;
    uint history = committed(texelFetch(means, ivec2(number, 0), 0).x, value, change, steps);
    return uvec2(history, followed(history, value, sign(way) * (abs(way) / count)));
}

void main() {
    int here = int(gl_FragCoord.x);
    int shown = 0, way = 0;
    uint shares[9];
    uvec4 counts[9];
    for (int i = 0; i < windows.x * windows.y; i++) {
        ivec2 at = ivec2(i % windows.x, i / windows.x);
        ivec2 from = (at * tiles + windows - 1) / windows;
        ivec2 to = ((at + 1) * tiles + windows - 1) / windows;
        ivec2 size = (to * cells + tiles - 1) / tiles - (from * cells + tiles - 1) / tiles;
        ivec2 total = ivec2(0);
        counts[i] = uvec4(0u, 0u, 0u, uint(size.x * size.y));
        for (int y = from.y; y < to.y; y++) for (int x = from.x; x < to.x; x++) {
            uvec4 tile = texelFetch(sums, ivec2(x, y), 0);
            total += ivec2(tile.yx);
            counts[i].xyz += uvec3(tile.z, tile.z >> 8, tile.z >> 16) & 255u;
        }
        uvec2 found = mean(i, total.x, total.y, size.x * size.y * $probes);
        shares[i] = found.y;
        if (i == here) result = uvec4(found, 0u, 0u);
        shown += total.x;
        way += ((total.y >> 4) * int(found.y)) >> 4;
    }
    uvec2 whole = mean(9, shown, way, cells.x * cells.y * $probes);
    uvec3 altered = uvec3(0u);
    bool held = false;
    for (int i = 0; i < windows.x * windows.y; i++) {
        bool all = (shares[i] * whole.y >> 8) < ${whole}u;
        altered += all ? counts[i].wyw : counts[i].xyz;
        held = held || all;
    }
    if (here == 9) result = uvec4(whole, held ? 1u : 0u, 0u);
    if (here == 10) {
        uvec4 done = texelFetch(means, ivec2(10, 0), 0);
        uint frames = altered.z > 0u ? 1u : 0u;
        result = uvec4(done.xyz + uvec3(frames, altered.xy), max(done.w, altered.z));
    }
}
"""

#: Between four centres of cells: what each of them has, left to right, then the row after.
CORNERS = """\
uniform usampler2D spread;
uniform usampler2D means;
uniform ivec2 last;
uniform ivec4 cuts;
out uvec4 corners;

uint share(ivec2 at) {
    at = clamp(at, ivec2(0), last);
    ivec2 window = ivec2(greaterThanEqual(at, cuts.xy)) + ivec2(greaterThanEqual(at, cuts.zw));
    uint here = texelFetch(spread, at, 0).x;
    uint mean = texelFetch(means, ivec2(window.x + window.y * $across, 0), 0).y;
    uint whole = texelFetch(means, ivec2(9, 0), 0).y;
    return ((here & 511u) * (mean * whole >> 8) >> 8) | (here & 512u);
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    corners = uvec4(share(at - 1), share(at - ivec2(0, 1)), share(at - ivec2(1, 0)), share(at));
}
"""

#: The tiles that act, those without red or those with it.
TILE = """\
uniform usampler2D sums;
uniform usampler2D means;
uniform ivec2 size;
uniform ivec2 cells;
uniform ivec2 tiles;
uniform bool red;

void main() {
    ivec2 at = ivec2(gl_InstanceID % tiles.x, gl_InstanceID / tiles.x);
    uint draws = texelFetch(sums, at, 0).w | texelFetch(means, ivec2(9, 0), 0).z;
    bool wanted = draws != 0u && red == ((draws & 2u) != 0u);
    ivec2 cell = ((at + ivec2(gl_VertexID & 1, gl_VertexID >> 1)) * cells + tiles - 1) / tiles;
    vec2 place = vec2((cell * size + cells - 1) / cells) / vec2(size);
    gl_Position = vec4(wanted ? place * 2.0 - 1.0 : vec2(2.0), 0.0, 1.0);
}
"""

PALED = """\
// The code value whose light is at most that; the curve that is guessed by is one step off at most.
uvec3 codes_of(uvec3 light_) {
    vec3 v = vec3(light_) / 65025.0;
    vec3 curve = 1.055 * pow(max(v, 0.0031308), vec3(1.0 / 2.4)) - 0.055;
    ivec3 guess = ivec3(mix(curve, v * 12.92, lessThan(v, vec3(0.0031308))) * 255.0);
    uvec3 code = uvec3(clamp(guess - 2, 0, 255));
    for (int i = 0; i < 5; i++) code += uvec3(lessThanEqual(light(code + 1u), light_));
    return min(code, 255u);
}

uvec3 paled(uvec3 code) {
    uvec3 linear = light(code);
    ivec3 old = ivec3(linear);
    int grey = int(weighted(linear) >> 16);
    uint wanted = uint(max(100 * old.r - $left * (old.r + old.g + old.b), 0));
    uint whole = max(wanted + ${grey}u * uint(grey), 1u);
    uint share = uint(float(256u * wanted + whole - 1u) / float(whole));
    if (share * whole > 256u * wanted + whole - 1u) share--;
    if ((share + 1u) * whole <= 256u * wanted + whole - 1u) share++;
    int by = int(share);
    int red = old.r - ((old.r - grey) * by >> 8);
    ivec2 rest = old.gb + ((grey - old.gb) * by >> 8);
    uvec3 found = codes_of(uvec3(max(ivec3(red, rest - 1), 0)));
    found.gb += uvec2(greaterThan(rest, ivec2(0)));
    return saturated(old) ? found : code;
}
"""

#: What is drawn in a tile that acts. In floats, which hold all these integers exactly; a half of a
#: thousandth is nothing between the roots of two of them, and more than a root is wrong by.
ALTER = """\
uniform sampler2D shown;
uniform usampler2D corners;
uniform uvec2 pitch;
out vec4 colour;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    uvec2 place = ((uvec2(at) * pitch + (pitch >> 1u)) >> ${pitch_bits}u) + ${half}u;
    uvec4 around = texelFetch(corners, ivec2(place / ${between}u), 0);
    uvec2 way = place % ${between}u;
    vec3 new = composed();
#ifdef PALED
    uvec2 row = way.y < ${half}u ? around.xy : around.zw;
    if ((way.x < ${half}u ? row.x : row.y) >= 512u) new = vec3(paled(uvec3(new)));
#endif
    vec2 to = vec2(way);
    vec2 from = ${between}.0 - to;
    vec4 share4 = vec4(around & 511u);
    vec2 rows = share4.xz * from.x + share4.yw * to.x;
    float share = floor((rows.x * from.y + rows.y * to.y) / (${between}.0 * ${between}.0));
    vec3 old = floor(texelFetch(shown, at, 0).rgb * 255.0 + 0.5);
    vec3 square = old * old;
    vec3 rise = new * new - square;
    vec3 up = mix(vec3(1.0), vec3(-1.0), lessThan(rise, vec3(0.0)));
    vec3 root = sqrt(square + up * floor(abs(rise) * share / 256.0));
    colour = vec4(up * floor(up * root + 0.0005) / 255.0, 1.0);
}
"""


def shader(*parts: str, peak_nits: float, defines: str = "") -> str:
    """Return GLSL made of parts of this module, or of others, with the numbers in it."""
    values = dict(_VALUES, change=numbers.change(peak_nits))
    return "#version 330 core\n" + defines + Template("".join(parts)).substitute(values)
