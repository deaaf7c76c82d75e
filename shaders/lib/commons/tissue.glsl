// tissue.glsl: the living half of commons.fs: whose cell is where, the membranes between, and the
// stain of their colours. It uses the inputs and targets of that shader's header, and needs
// srgb.glsl, people.glsl and skin.glsl before it.
// Cost: two targets of a quarter of the picture and one of a sixth, thirty times a second.
// Techniques: jump flooding, one stride a step, so that cells grow into place (Guodong Rong & Tiow-
// Seng Tan, 2006); cells weighted by how long people stay (additively weighted Voronoi diagram).

const float THICK = 0.0085; // of the thickest membrane, one half, in short sides

// Half the picture in short sides.
vec2 half_frame()
{
    vec2 size = vec2(textureSize(cells, 0));
    return 0.5 * size / min(size.x, size.y);
}

// Cells are as large as the picture has room for.
float full_radius()
{
    vec2 f = half_frame();
    return reach * sqrt(f.x * f.y / 0.4444);
}

// A person as a cell: place (short sides), radius, and how far it pushes its neighbours away.
struct Cell { vec2 at; float radius; float push; float here; float young; };

Cell cell_of(float slot)
{
    vec4 who = texelFetch(emo_people, person_texel(emo_people, slot, 0), 0);
    float old = person_colour(emo_people, slot).a;
    float age = -60.0 * log(max(1.0 - old, 1e-4));
    float dice = hash1(slot + 5.0);
    float full = full_radius();
    float grown = smoothstep(-0.6, 2.2, age) * smoothstep(0.0, 0.5, who.a + smoothstep(1.0, 0.0, age));
    float young = exp(-age / 0.9);
    float radius = full * (0.62 + 0.25 * dice + 0.45 * old) * grown;
    float push = full * (0.30 * dice + 0.45 * old) - 0.4 * full * (1.0 - grown) + 0.10 * full * young;
    return Cell((2.0 * who.xy - 1.0) * half_frame(), radius, push, min(who.a * 4.0, 1.0), young);
}

// Everything sways: a slow bend of space, faster when people are stirred.
vec2 bent(vec2 p)
{
    vec2 a = vec2(skin_at(skin_tile, p * 0.23 + vec2(flow / 64.0, 0.11)).a,
                  skin_at(skin_tile, p * 0.23 + vec2(0.43, 0.71 - flow / 64.0)).a);
    vec2 b = vec2(skin_at(skin_tile, p * 0.61 + vec2(0.2, flow / 32.0)).a,
                  skin_at(skin_tile, p * 0.61 + vec2(0.83 - flow / 32.0, 0.4)).a);
    return p + sway * full_radius() * (0.9 * (a - 0.5) + 0.55 * (b - 0.5));
}

vec2 place()
{
    return (2.0 * isf_FragNormCoord - 1.0) * half_frame();
}

// --- whose is it? r: slot + 1, 0 nobody's; g: 1 just come; b: colour's darkness; a: how much here ---

vec4 draw_cells()
{
    ivec2 size = textureSize(cells, 0);
    ivec2 here = ivec2(gl_FragCoord.xy);
    vec2 p = bent(place());
    int stride = 1 << (FRAMEINDEX % 6);
    vec2 grid = vec2(textureSize(emo_dots, 0));
    float best = 9.0;
    float mine = 0.0;
    for (int i = 0; i < 10; i++) {
        int far = i < 5 ? 1 : stride;
        int way = i < 5 ? i : i - 5;
        ivec2 off = way == 0 ? ivec2(1, 0) : way == 1 ? ivec2(-1, 0) : way == 2 ? ivec2(0, 1) : way == 3 ? ivec2(0, -1) : ivec2(0);
        ivec2 at = clamp(here + off * far, ivec2(0), size - 1);
        float name = texelFetch(cells, at, 0).r;
        if (i == 9) name = person_in(emo_dots, emo_people, ivec2(isf_FragNormCoord * grid)).z + 1.0;
        Cell one = cell_of(max(name - 1.0, 0.0));
        float d = length(p - one.at) - one.push;
        bool better = name > 0.5 && one.here > 0.0 && d < best && length(p - one.at) < one.radius + 0.03;
        best = better ? d : best;
        mine = better ? name : mine;
    }
    Cell own = cell_of(max(mine - 1.0, 0.0));
    float is = step(0.5, mine);
    return vec4(mine, is * own.young, is * own.radius, is * own.here);
}

// --- the membranes. r: distance to one, negative in it; g: how unlike the two are; -----------------
// b: distance to the rim of the cell, positive inside; a: distance to its nucleus.

vec4 draw_tissue()
{
    ivec2 size = textureSize(cells, 0);
    ivec2 here = ivec2(gl_FragCoord.xy);
    vec2 p = bent(place());
    float mine = texelFetch(cells, here, 0).r;
    float name = max(mine - 1.0, 0.0);
    Cell own = cell_of(name);
    vec2 felt = texelFetch(emo_people, person_texel(emo_people, name, 1), 0).xy;
    float is = step(0.5, mine);
    float wall = 0.02;
    float most = 0.0;
    const ivec2 ways[8] = ivec2[8](ivec2(4, 0), ivec2(3, 3), ivec2(0, 4), ivec2(-3, 3),
                                   ivec2(-4, 0), ivec2(-3, -3), ivec2(0, -4), ivec2(3, -3));
    float own_d = length(p - own.at) - own.push;
    for (int i = 0; i < 8; i++) {
        float other = texelFetch(cells, clamp(here + ways[i], ivec2(0), size - 1), 0).r;
        float them = max(other - 1.0, 0.0);
        Cell two = cell_of(them);
        vec2 theirs = texelFetch(emo_people, person_texel(emo_people, them, 1), 0).xy;
        float unlike = smoothstep(alike, alike + 0.75, 2.0 * length(felt - theirs));
        float between = max(0.5 * (length(p - two.at) - two.push - own_d), 0.0);
        // Bent once more by what the border runs through, a membrane is never of one thickness.
        float thick = min(THICK, 0.085 * full_radius() + 0.0012) * mix(-0.10, 1.0, unlike);
        float d = between - thick;
        bool near = other > 0.5 && other != mine && mine > 0.5;
        most = near && d < wall ? unlike : most;
        wall = near ? min(wall, d) : wall;
    }
    float rim = own.radius * own.here - length(p - own.at);
    rim = is > 0.5 ? min(rim, 0.05) : -0.02;
    return vec4(wall, most, rim, is > 0.5 ? length(place() - own.at) : 0.2);
}

// --- the stain: everybody's colour in their cell, which passes where there is no membrane, and stays
// for a while where they were -----------------------------------------------------------------------

vec4 draw_stain()
{
    vec2 uv = isf_FragNormCoord;
    ivec2 size = textureSize(cells, 0);
    vec4 kept = texture(stain, uv);
    vec2 e = 1.0 / vec2(textureSize(stain, 0));
    vec4 round_it = vec4(0.0);
    float open = 0.0;
    for (int i = 0; i < 4; i++) {
        vec2 off = (i == 0 ? vec2(e.x, 0.0) : i == 1 ? vec2(-e.x, 0.0) : i == 2 ? vec2(0.0, e.y) : vec2(0.0, -e.y)) * 1.5;
        float passes = 0.03 + smoothstep(0.0005, 0.006, texture(tissue, uv + off).r);
        round_it += passes * texture(stain, uv + off);
        open += passes;
    }
    float passes = smoothstep(0.0005, 0.006, texture(tissue, uv).r);
    vec4 next = mix(kept, round_it / open, 0.45 * passes);
    vec4 cell = texelFetch(cells, ivec2(uv * vec2(size)), 0);
    vec3 own = srgb_decode(person_colour(emo_people, max(cell.r - 1.0, 0.0)).rgb);
    float rate = 1.0 - exp(-TIMEDELTA / 0.28);
    if (cell.r > 0.5) return mix(next, vec4(own, 1.0), rate * mix(0.4, 1.0, cell.g));
    return vec4(next.rgb, next.a * exp(-TIMEDELTA / 40.0)); // whose was it? it pales
}
