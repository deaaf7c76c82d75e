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
        "red": numbers.WEIGHTS[0],
        "green": numbers.WEIGHTS[1],
        "blue": numbers.WEIGHTS[2],
        "memory": numbers.MEMORY,
        "room": numbers.ROOM,
        "astray": numbers.ASTRAY,
        "rounded": numbers.ROUNDED,
        "whole": numbers.WHOLE,
        "probes": numbers.PROBES,
        "saturated": numbers.RED_SHARE,
        "dark": numbers.RED_DARK,
        "step": numbers.RED_STEP,
        "red_change": numbers.RED_CHANGE,
        "red_held": numbers.RED_HELD,
        "free": numbers.FREE,
        "freed": numbers.FREED,
        "left": numbers.RED_LEFT,
        "grey": 3 * numbers.RED_LEFT - 100,
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
const int held = $held;

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
const uint lights[256] = uint[256]($lights);

uvec3 light(uvec3 c) {
    c = min(c, 255u);
    return uvec3(lights[c.r], lights[c.g], lights[c.b]);
}

uint weighted(uvec3 light) { return light.r * ${red}u + light.g * ${green}u + light.b * ${blue}u; }

bool saturated(ivec3 light) {
    return 100 * light.r >= $saturated * (light.r + light.g + light.b)
        && light.r - light.g - light.b >= $dark;
}
"""

#: All cells, where the last picture was altered (ACTED), or where it was not: what was wanted then
#: is what was shown, and is kept, since reading it from the picture is what this costs.
ALL = """\
uniform usampler2D means;

void main() {
    vec2 place = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    bool acted = texelFetch(means, ivec2(9, 0), 0).w != 0u;
#ifdef ACTED
    gl_Position = vec4(acted ? place * 2.0 - 1.0 : vec2(2.0), 0.0, 1.0);
#else
    gl_Position = vec4(acted ? vec2(2.0) : place * 2.0 - 1.0, 0.0, 1.0);
#endif
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
uniform usampler2D cells;
uniform usampler2D kept0;
uniform usampler2D kept1;
uniform int steps;
uniform int ticks;
layout(location = 0) out uvec4 light0_;
layout(location = 1) out uvec4 light1_;
layout(location = 2) out uvec4 red0_;
layout(location = 3) out uvec4 red1_;
layout(location = 4) out uvec4 cell;
layout(location = 5) out uvec4 kept0_;
layout(location = 6) out uvec4 kept1_;

float least = $whole.0;
int red_crowd = 0;
uint wanting = 0u;
bool turning = false, tinged = false;
int before = 0;
int rise = 0;

uvec3 codes(sampler2D picture, ivec2 at) {
    return uvec3(texelFetch(picture, at, 0).rgb * 255.0 + 0.5);
}

int red_of(ivec3 light) {
    return saturated(light) ? $step + ((light.r - light.g - light.b) >> 5) : 0;
}

void look(uint place, inout uint history, inout uint redness, inout uint kept, uint probe) {
    ivec2 at = ivec2(place & 65535u, place >> 16);
#ifdef ACTED
    uvec3 from = light(codes(shown, at));
#else
    uvec3 from = light(uvec3(kept, kept >> 8, kept >> 16) & 255u);
#endif
    uvec3 code = codes(wanted, at);
    uvec3 to = light(code);
    kept = code.r | code.g << 8 | code.b << 16;
    int old = int(weighted(from) >> 20);
    int new = int(weighted(to) >> 20);
    int old_red = red_of(ivec3(from));
    int new_red = red_of(ivec3(to));
    history = committed(history, old, change, steps);
    redness = committed(redness, old_red, $red_change, steps);
    int falls = int(weighted(from - min(from, to)) >> 20);
    int rises = falls + new - old;
    bool up = (history & 4096u) != 0u;
    int other = max(min(falls, rises), 0);
    int astray = (other * $astray >> 8) + min(other, $rounded);
    int against = up ? falls : rises;
    int furthest = max(back(history, old), back(history, new)) + astray;
    bool holds = spent(history) && furthest >= held && against > 0;
    float room = float($room * max(held - 1 - back(history, old), 0));
    float share = min(floor(room / float(max(against, 1)) + 0.0001), $whole.0);
    share = holds ? share : $whole.0;
    least = min(least, share);
    wanting |= uint(share < $whole.0) << probe;
    bool again = (redness & 63u << 13) != 0u;
    red_crowd += int(again);
    turning = turning || (again && new_red > 0 && back(redness, new_red) >= $red_held);
    tinged = tinged || (again && (new_red > 0 || old_red > 0));
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
    kept0_ = texelFetch(kept0, at, 0);
    kept1_ = texelFetch(kept1, at, 0);
    look(here.x, light0_.x, red0_.x, kept0_.x, 0u);
    look(here.y, light0_.y, red0_.y, kept0_.y, 4u);
    look(here.z, light0_.z, red0_.z, kept0_.z, 8u);
    look(here.w, light0_.w, red0_.w, kept0_.w, 12u);
    look(there.x, light1_.x, red1_.x, kept1_.x, 16u);
    look(there.y, light1_.y, red1_.y, kept1_.y, 20u);
    look(there.z, light1_.z, red1_.z, kept1_.z, 24u);
    look(there.w, light1_.w, red1_.w, kept1_.w, 28u);
    uint red = red_crowd > $free ? uint(turning) << 9 | uint(tinged) << 10 : 0u;
    uint freed = texelFetch(cells, at, 0).w;
    uint left = 0u;
    int crowd = 0;
    for (int probe = 0; probe < 32; probe += 4) {
        uint time = uint(max(int(freed >> probe & 15u) - ticks, 0));
        left |= time << probe;
        crowd += int(time > 0u || (wanting >> probe & 1u) != 0u);
    }
    if (crowd <= $free) {
        least = $whole.0;
        left = (left & ~(wanting * 15u)) | wanting * ${freed}u;
    }
    cell = uvec4(uint(least) | red, uint(rise), uint(before), left);
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
    spread = uvec4(least | (red & 1536u), here.yz, 0u);
}
"""

#: Of each tile: its way, where it was; how many cells are held, paled, either, and may be paled if
#: the mean is held; what it draws. The share is that of the pixels between centres, nearly: 1, 6, 1
#: eighths across and down.
TILES = """\
uniform usampler2D spread;
uniform ivec2 cells;
uniform ivec2 tiles;
out uvec4 tile;

uvec4 at(int x, int y) { return texelFetch(spread, clamp(ivec2(x, y), ivec2(0), cells - 1), 0); }

int column(int x, int y, uint here) {
    return int((at(x, y - 1).x & 511u) + 6u * (here & 511u) + (at(x, y + 1).x & 511u));
}

void main() {
    ivec2 place = ivec2(gl_FragCoord.xy);
    ivec2 from = (place * cells + tiles - 1) / tiles;
    ivec2 to = ((place + 1) * cells + tiles - 1) / tiles;
    int way = 0, before = 0;
    uint counts = 0u, draws = 0u;
    for (int y = from.y - 1; y <= to.y; y++) {
        uvec4 here = at(from.x - 1, y);
        uvec4 next = at(from.x, y);
        int last = 0;
        int middle = column(from.x - 1, y, here.x);
        for (int x = from.x - 1; x <= to.x; x++) {
            int after = column(x + 1, y, next.x);
            uint held = uint((here.x & 511u) < ${whole}u);
            uint turning = here.x >> 9 & 1u;
            uint tinged = here.x >> 10 & 1u;
            draws |= held | turning | (turning | tinged) << 1;
            if (x >= from.x && x < to.x && y >= from.y && y < to.y) {
                way += (last + 6 * middle + after >> 6) * int(here.y);
                before += int(here.z);
                uint red = turning | (tinged & held);
                counts += held | red << 8 | (held | red) << 16 | (turning | tinged) << 24;
            }
            here = next;
            next = at(x + 2, y);
            last = middle;
            middle = after;
        }
    }
    tile = uvec4(uint(way >> 8), before, counts, draws);
}
"""

#: Nine windows, the whole, and twice what was done so far: one beside the other.
MEANS = """\
uniform usampler2D sums;
uniform usampler2D means;
uniform ivec2 cells;
uniform ivec2 tiles;
uniform ivec2 windows;
uniform int steps;
out uvec4 result;

uint followed(uint history, int mean, int way) {
    int room = held - 1 - back(history, mean);
    bool up = (history & 4096u) != 0u;
    int against = up ? -way : way;
    int furthest = max(back(history, mean), back(history, mean + way));
    if (!spent(history) || furthest < held || against <= 0) return ${whole}u;
    return uint(min($room * max(room, 0) / against, $whole));
}

uvec2 mean(int number, int shown, int way, int count) {
    int value = shown / count;
    uint history = committed(texelFetch(means, ivec2(number, 0), 0).x, value, change, steps);
    return uvec2(history, followed(history, value, sign(way) * (abs(way) / count)));
}

void main() {
    result = uvec4(0u);
    int here = int(gl_FragCoord.x);
    int shown = 0, way = 0;
    uint acts = 0u;
    uint shares[9], areas[9];
    uvec4 counts[9];  // cells held, paled, either, that may be paled
    for (int i = 0; i < windows.x * windows.y; i++) {
        ivec2 at = ivec2(i % windows.x, i / windows.x);
        ivec2 from = (at * tiles + windows - 1) / windows;
        ivec2 to = ((at + 1) * tiles + windows - 1) / windows;
        ivec2 size = (to * cells + tiles - 1) / tiles - (from * cells + tiles - 1) / tiles;
        ivec2 total = ivec2(0);
        counts[i] = uvec4(0u);
        for (int y = from.y; y < to.y; y++) for (int x = from.x; x < to.x; x++) {
            uvec4 tile = texelFetch(sums, ivec2(x, y), 0);
            total += ivec2(tile.yx);
            acts |= tile.w & 1u;
            counts[i] += (uvec4(tile.z) >> uvec4(0u, 8u, 16u, 24u)) & 255u;
        }
        uvec2 found = mean(i, total.x, total.y, size.x * size.y * $probes);
        shares[i] = found.y;
        areas[i] = uint(size.x * size.y);
        if (i == here) result = uvec4(found, 0u, 0u);
        shown += total.x;
        way += ((total.y >> 4) * int(found.y)) >> 4;
    }
    uvec2 whole = mean(9, shown, way, cells.x * cells.y * $probes);
    uvec3 altered = uvec3(0u);
    bool any = false;
    for (int i = 0; i < windows.x * windows.y; i++) {
        bool all = (shares[i] * whole.y >> 8) < ${whole}u;
        altered += all ? uvec3(areas[i], counts[i].w, areas[i]) : counts[i].xyz;
        any = any || all;
    }
    if (here == 9) result = uvec4(whole, any ? 1u : 0u, any ? 1u : acts);
    uvec4 done = texelFetch(means, ivec2(here, 0), 0);
    uint frames = altered.z > 0u ? 1u : 0u;
    if (here == 10) result = uvec4(done.xyz + uvec3(frames, altered.xy), max(done.w, altered.z));
    if (here == 11) result = uvec4(done.x + altered.z, 0u, 0u, 0u);
}
"""

#: Between four centres of cells: what each of them has, left to right, then the row after.
CORNERS = """\
uniform usampler2D spread;
uniform usampler2D means;
uniform ivec2 last;
uniform ivec4 cuts;
uniform int across;
out uvec4 corners;

uint share(ivec2 at) {
    at = clamp(at, ivec2(0), last);
    ivec2 window = ivec2(greaterThanEqual(at, cuts.xy)) + ivec2(greaterThanEqual(at, cuts.zw));
    uint here = texelFetch(spread, at, 0).x;
    uint mean = texelFetch(means, ivec2(window.x + window.y * across, 0), 0).y;
    uint whole = texelFetch(means, ivec2(9, 0), 0).y;
    uint followed = (here & 511u) * (mean * whole >> 8) >> 8;
    bool red = (here & 512u) != 0u || ((here & 1024u) != 0u && followed < ${whole}u);
    return followed | (red ? 512u : 0u);
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    corners = uvec4(share(at - 1), share(at - ivec2(0, 1)), share(at - ivec2(1, 0)), share(at));
}
"""


def shader(*parts: str, peak_nits: float, defines: str = "") -> str:
    """Return GLSL made of parts of this module, or of others, with the numbers in it."""
    change, held = numbers.change(peak_nits), numbers.held(peak_nits)
    lights = ", ".join(f"{light}u" for light in numbers.lights())
    values = dict(_VALUES, change=change, held=held, lights=lights)
    return "#version 330 core\n" + defines + Template("".join(parts)).substitute(values)
