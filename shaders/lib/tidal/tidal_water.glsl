// tidal_water.glsl: the simulated half of tidal.fs: the ground that people are, the swell that
// comes in, and the water between them. It uses the inputs and targets of that shader's header.
// Cost: three small targets, thirty times a second, whatever the size of the picture.
// Techniques: the wave equation with a nine-point Laplacian, damped, over uneven depth; a rim that
// makes and swallows waves (relaxation zone); dye that spreads and drifts; foam where a wave is too
// high for its depth. Author: Empathy Palettes.

// Signed distance to the tear (short sides), roughened so that it looks torn.
float rip_distance(vec2 uv, vec2 p)
{
    vec2 n = rip_way / max(length(rip_way), 1e-4);
    vec2 plane = uv * 2.0 - 1.0;
    vec2 slope = 2.0 * n * min(RENDERSIZE.x, RENDERSIZE.y) / RENDERSIZE;
    float d = (dot(plane, n) - rip_offset) / length(slope);
    float rough = tile_at(grain, p * 0.31 + 0.37).y - 0.5 + 0.35 * (tile_at(grain, p * 1.1).y - 0.5);
    return d + 0.3 * rough;
}

// Depth of the water: 1 = open sea, 0 = the water's edge, below 0 = dry.
float depth_at(vec2 uv, vec2 p, float rip_d)
{
    float shoal = 1.0 - exp(-1.1 * texture(dye, uv).a);
    float hills = tile_at(grain, p * 0.43 + 0.11).y - 0.5;
    float ridges = tile_at(grain, p * 1.37 + vec2(0.53, 0.29)).y - 0.5;
    float lift = shoal * (1.0 + 0.9 * hills + 0.35 * ridges) + 0.10 * hills;
    float off = rip_d / (0.02 + 0.05 * rip);
    float trench = rip * exp(-off * off);
    return 1.0 - ground * lift + 1.2 * trench;
}

// The incoming swell: height and its change per second. Three long waves, further apart in
// direction the less the crowd agrees, and never all one way: even stripes that move can harm who
// looks at them. Either side of a tear has its own.
vec2 swell_at(vec2 p, float rip_d)
{
    float side = rip_d < 0.0 ? -1.0 : 1.0;
    vec2 sum = vec2(0.0);
    for (int i = 0; i < 3; i++) {
        float pitch = 1.0 + 0.25 * float(i - 1);
        float turn = -0.9 + (1.0 - 0.7 * order) * 1.3 * float(i - 1) + rip * side * 0.9;
        vec2 way = vec2(cos(turn), sin(turn));
        float phase = TAU * (pitch * dot(p, way) / reach - pitch * flow + 0.31 * float(i * i));
        float high = i == 1 ? 0.6 : 0.32;
        sum += high * vec2(sin(phase), -TAU * pitch * rate * cos(phase));
    }
    return swell * sum;
}

// --- pass 1: everybody's colour, spreading in the water like dye ------------------------------

vec4 draw_dye()
{
    ivec2 size = textureSize(dye, 0);
    vec2 uv = isf_FragNormCoord;
    vec2 texel = 1.0 / vec2(size);
    vec2 p = place(uv);

    // A slow current that turns: the curl of the hills.
    vec2 q = p * 0.5 + vec2(0.0, flow / 64.0);
    float e = 1.0 / 64.0;
    float a = tile_at(grain, q).y;
    vec2 current = vec2(tile_at(grain, q + vec2(0.0, e)).y - a, a - tile_at(grain, q + vec2(e, 0.0)).y);
    vec2 from = uv - texel * current * 3.0 * (0.3 + chop);

    vec4 here = texture(dye, from);
    vec2 e_x = vec2(texel.x, 0.0);
    vec2 e_y = vec2(0.0, texel.y);
    vec4 around = 0.25 * (texture(dye, from + e_x) + texture(dye, from - e_x)
                        + texture(dye, from + e_y) + texture(dye, from - e_y));
    vec4 next = mix(here, around, 0.8) * 0.994;

    vec2 grid = vec2(textureSize(emo_dots, 0));
    ivec2 centre = ivec2(uv * grid);
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            vec4 one = person_in(emo_dots, emo_people, centre + ivec2(x, y));
            if (one.z >= 0.0) {
                vec2 off = abs(one.xy / grid - uv) * vec2(size);
                float share = max(1.0 - off.x, 0.0) * max(1.0 - off.y, 0.0);
                float here_now = person_presence(emo_people, one.z);
                vec3 own = srgb_decode(person_colour(emo_people, one.z).rgb);
                next += crowding * share * here_now * vec4(own, 1.0);
            }
        }
    }
    return next;
}

// --- pass 2: the chart ------------------------------------------------------------------------
// r: depth of the water; g: distance to the tear; b: hills; a: gusts of wind.

vec4 draw_chart()
{
    vec2 uv = isf_FragNormCoord;
    vec2 p = place(uv);
    float torn = rip_distance(uv, p);
    float hills = tile_at(grain, p * 0.9).y;
    float gusts = smoothstep(0.45, 0.7, tile_at(grain, p * 0.37 - vec2(flow / 32.0)).y);
    return vec4(depth_at(uv, p, torn), torn, hills, gusts);
}

// --- pass 3: the water: a damped wave equation over an uneven bed -----------------------------
// r: height (hundredths of a short side); g: its change per step; b: foam; a: how wet the bed is.

vec4 draw_water()
{
    ivec2 size = textureSize(water, 0);
    ivec2 at = ivec2(gl_FragCoord.xy);
    ivec2 lo = max(at - 1, 0);
    ivec2 hi = min(at + 1, size - 1);
    vec2 uv = isf_FragNormCoord;
    vec2 p = place(uv);

    vec4 c = texelFetch(water, at, 0);
    vec4 w = texelFetch(water, ivec2(lo.x, at.y), 0);
    vec4 e = texelFetch(water, ivec2(hi.x, at.y), 0);
    vec4 s = texelFetch(water, ivec2(at.x, lo.y), 0);
    vec4 n = texelFetch(water, ivec2(at.x, hi.y), 0);
    vec4 corners = texelFetch(water, lo, 0) + texelFetch(water, hi, 0)
                 + texelFetch(water, ivec2(lo.x, hi.y), 0) + texelFetch(water, ivec2(hi.x, lo.y), 0);
    // Nine-point Laplacian: rings stay round.
    vec4 bend = (4.0 * (w + e + s + n) + corners - 20.0 * c) / 6.0;

    vec2 here = texelFetch(chart, at, 0).xy;
    float depth = here.x;
    float torn = here.y;
    float cells = float(min(size.x, size.y));
    float celerity = min(rate * reach * cells * TIMEDELTA, 0.68);
    float speed2 = celerity * celerity * clamp(depth, 0.22, 1.0);

    float v = c.g + speed2 * bend.r + 0.08 * bend.g;
    float h = c.r;

    // People are soft drops: each one beats, alone or with the others.
    vec2 grid = vec2(textureSize(emo_dots, 0));
    ivec2 centre = ivec2(uv * grid);
    float push = 0.0;
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            vec4 one = person_in(emo_dots, emo_people, centre + ivec2(x, y));
            if (one.z >= 0.0) {
                vec2 off = one.xy - uv * grid;
                float soft = max(1.0 - dot(off, off), 0.0);
                float own = (1.0 - together) * hash1(one.z);
                push += soft * soft * one.w * sin(TAU * (beat + own));
            }
        }
    }
    v += drops * push * smoothstep(0.0, 0.25, depth);

    // The sea outside: strong at the rim, where it also swallows what arrives; a breath inside.
    vec2 sea = swell_at(p, torn);
    vec2 rim = min(uv, 1.0 - uv) * RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    float outside = 1.0 - smoothstep(0.0, 0.09, min(rim.x, rim.y));
    float open = smoothstep(0.3, 1.0, depth);
    float pull = mix(0.012 * open, 0.25, outside);
    v = mix(v, sea.y * TIMEDELTA, pull);
    h = mix(h, sea.x, pull);

    // Breaking: too high for its depth, or too steep.
    vec2 slope = 0.5 * vec2(e.r - w.r, n.r - s.r);
    float breaks = smoothstep(0.0, 0.4, h - 2.0 * depth) * smoothstep(-0.05, 0.03, depth)
                 * smoothstep(0.005, 0.05, v);
    breaks += chop * chop * smoothstep(0.65, 1.15, h) * smoothstep(0.0, 0.02, v);
    float wall = rip * exp(-torn * torn / 1.44e-4);
    float lip = (abs(torn) - 0.02) / 0.015;
    v *= 1.0 - 0.0015 - 0.05 * breaks - 0.5 * wall - 0.08 * (1.0 - smoothstep(-0.15, 0.02, depth));
    v -= 0.0008 * h;
    h += v;
    h *= 1.0 - 0.3 * wall;

    vec2 drift = (slope * -0.6 + 0.2 * WIND) / vec2(size);
    float foam = texture(water, uv - drift).b + 0.06 * bend.b;
    foam *= mix(0.965, 0.955, smoothstep(0.1, 0.8, depth)) * mix(0.93, 1.0, smoothstep(-0.08, 0.0, depth));
    foam += breaking * 0.16 * breaks * (1.0 - outside);
    foam += rip * 0.12 * exp(-lip * lip) * smoothstep(0.3, 1.0, h);

    float covered = smoothstep(-0.02, 0.02, depth + 0.10 * h);
    float wet = max(covered, c.a * 0.994);
    return vec4(clamp(h, -3.0, 3.0), clamp(v, -1.0, 1.0), clamp(foam, 0.0, 1.2), wet);
}
