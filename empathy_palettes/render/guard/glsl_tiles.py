"""The shaders that the budget guard draws with in tiles that act; `glsl` has the rest."""

from __future__ import annotations

#: The tiles that act: what lies between centres of cells in them (CORNERS), or their pixels, of
#: those without red or of those with it.
TILE = """\
uniform usampler2D sums;
uniform usampler2D means;
uniform ivec2 size;
uniform ivec2 cells;
uniform ivec2 tiles;
uniform bool red;

void main() {
    ivec2 at = ivec2(gl_InstanceID % tiles.x, gl_InstanceID / tiles.x);
    ivec2 corner = ivec2(gl_VertexID & 1, gl_VertexID >> 1);
    uint draws = texelFetch(sums, at, 0).w | texelFetch(means, ivec2(9, 0), 0).z;
    ivec2 cell = ((at + corner) * cells + tiles - 1) / tiles;
    bool acts = (draws & 1u) != 0u;
#ifdef CORNERS
    vec2 place = vec2(cell + corner) / vec2(cells + 1);
#else
    acts = acts && red == ((draws & 2u) != 0u);
    vec2 place = vec2((cell * size + cells - 1) / cells) / vec2(size);
#endif
    gl_Position = vec4(acts ? place * 2.0 - 1.0 : vec2(2.0), 0.0, 1.0);
}
"""

PALED = """\
// The code value whose light is at most that; the curve that is guessed by is one step off at most.
uvec3 codes_of(uvec3 light_) {
    vec3 v = vec3(light_) / 65025.0;
    vec3 curve = 1.055 * pow(max(v, 0.0031308), vec3(1.0 / 2.4)) - 0.055;
    ivec3 guess = ivec3(mix(curve, v * 12.92, lessThan(v, vec3(0.0031308))) * 255.0);
    uvec3 code = uvec3(clamp(guess - 2, 0, 255));
    for (int i = 0; i < 4; i++) code += uvec3(lessThanEqual(light(code + 1u), light_));
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
    vec3 code = up * floor(up * root + 0.0005);
#ifdef PALED
    uvec2 row = way.y < ${half}u ? around.xy : around.zw;
    if ((way.x < ${half}u ? row.x : row.y) >= 512u) code = vec3(paled(uvec3(code)));
#endif
    colour = vec4(code / 255.0, 1.0);
}
"""
