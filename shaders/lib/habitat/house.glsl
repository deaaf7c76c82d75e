// house.glsl: the plan of habitat.fs as distances, and how light goes through it. It uses the inputs
// and targets of that shader's header, and needs sdf.glsl, noise.glsl and rooms.glsl before it.
// Cost: a target of a quarter of the picture, and one of 146 x 576 texels, thirty times a second.
// Techniques: rooms as boxes that share a wall where they meet (half the difference of two signed
// distances, after Inigo Quilez); light of a lamp carried outward in polar coordinates, one ring a
// step, through paper that lets a part of it pass (a shadow map by angle, with Beer & Lambert's law).

const float ANGLES = 144.0; // and one more at either end, so that a bilinear read comes round
const float RINGS = 36.0;
const float REACH = 1.5;    // of a lamp, in short sides

// A room without its walls, from its rows 6 to 8 in `rooms`.
float sd_room(vec2 p, vec4 box, vec4 about, vec4 bay)
{
    vec2 q = p - box.xy;
    q = vec2(q.x * about.x + q.y * about.y, q.y * about.x - q.x * about.y);
    float whole = sd_box(q, max(box.zw - about.z, 0.0)) - about.z;
    return min(whole, sd_box(q - bay.xy, max(bay.zw - 0.018, 0.0)) - 0.018);
}

// What stands on the ground before anybody comes: a long wall with a gap, and posts.
float sd_site(vec2 p)
{
    vec2 f = half_frame();
    vec2 a = f * vec2(0.60, -0.52);
    float d = sd_segment(p, a, f * vec2(0.97, -0.60)) - 0.006;
    d = min(d, sd_segment(p, f * vec2(0.30, -0.455), f * vec2(0.52, -0.503)) - 0.006);
    d = min(d, sd_segment(p, f * vec2(0.30, -0.455), f * vec2(0.33, -0.74)) - 0.006);
    const vec2 posts[6] = vec2[6](vec2(-0.66, -0.70), vec2(-0.52, -0.735), vec2(-0.33, -0.77),
                                  vec2(-0.83, 0.62), vec2(0.12, 0.80), vec2(0.86, 0.16));
    for (int i = 0; i < 6; i++) d = min(d, sd_circle(p - f * posts[i], 0.008));
    return d;
}

// r: distance to what is solid; g: to the inside of the nearest room, negative in it.
vec4 draw_plan()
{
    vec2 p = (2.0 * isf_FragNormCoord - 1.0) * half_frame();
    float first = 9.0;
    float second = 9.0;
    float thick = 0.012;
    float gap = 9.0;
    float screen = 9.0;
    for (int n = 0; n < ROOMS; n++) {
        float built = texelFetch(rooms, ivec2(n, 1), 0).r;
        int go = built > 0.02 ? 1 : 0;
        for (int i = 0; i < go; i++) {
            vec4 box = texelFetch(rooms, ivec2(n, 6), 0);
            vec4 about = texelFetch(rooms, ivec2(n, 7), 0);
            vec4 way = texelFetch(rooms, ivec2(n, 3), 0);
            float d = sd_room(p, box, about, texelFetch(rooms, ivec2(n, 8), 0));
            thick = d < first ? way.z : thick;
            second = min(second, max(first, d));
            first = min(first, d);
            // The door: a way cut from the middle of the room out through its wall.
            gap = min(gap, sd_segment(p, box.xy, box.xy + way.xy * 1.6 * length(box.zw)) - about.w);
            // A paper screen within, beside the way to the door.
            vec2 across = vec2(-way.y, way.x) * (about.y < 0.0 ? -1.0 : 1.0);
            float small = min(box.z, box.w);
            vec2 at = box.xy + across * 0.42 * small - way.xy * 0.30 * box.zw;
            screen = min(screen, sd_segment(p, at, at + (way.xy * 0.55 + across * 0.12) * small) - 0.0045);
        }
    }
    float wall = first > 0.0 ? first : min(-first, 0.5 * (second - first));
    wall = max(abs(wall) - thick, -gap);
    float solid = min(wall, max(screen, first + 0.03));
    solid = min(solid, max(sd_site(p), 0.035 - first));
    return vec4(solid, first, 0.0, 1.0);
}

// --- light -------------------------------------------------------------------------------------

float ring_radius(float ring)
{
    return REACH * ring * ring / (RINGS * RINGS);
}

// How much light of a lamp arrives at each angle and ring. It walks outward a ring a step, so that a
// door that opens is seen to pour.
vec4 draw_rays()
{
    ivec2 at = ivec2(gl_FragCoord.xy);
    int lamp = at.y / int(RINGS);
    int ring = at.y - lamp * int(RINGS);
    vec4 burns = texelFetch(rooms, ivec2(lamp, 4), 0);
    float angle = 6.2831853 * (float(at.x) - 0.5) / ANGLES;
    vec2 way = vec2(cos(angle), sin(angle));
    float near = ring_radius(float(max(ring - 1, 0)));
    float far = ring_radius(float(ring));
    float inside = 0.0;
    int taps = ring > 0 && burns.a > 0.001 ? 4 : 0;
    for (int i = 0; i < taps; i++) {
        vec2 p = burns.xy + way * mix(near, far, (float(i) + 0.5) / 4.0);
        float d = texture(plan, 0.5 + 0.5 * p / half_frame()).r;
        inside += clamp(0.5 - d / max(0.006, 0.25 * (far - near)), 0.0, 1.0);
    }
    float through = exp(-85.0 * inside * 0.25 * (far - near));
    int wide = int(ANGLES);
    int column = 1 + (at.x - 1 + wide) % wide;
    int left = 1 + (column - 2 + wide) % wide;
    int right = 1 + column % wide;
    int row = at.y - (ring > 0 ? 1 : 0);
    float before = 0.76 * texelFetch(rays, ivec2(column, row), 0).r
                 + 0.12 * (texelFetch(rays, ivec2(left, row), 0).r + texelFetch(rays, ivec2(right, row), 0).r);
    float now = ring == 0 ? 1.0 : before * through;
    return vec4(now, 0.0, 0.0, 1.0);
}

// All lamps on the ground; and, in a, how much of the sky's low light arrives.
vec4 draw_light()
{
    vec2 p = (2.0 * isf_FragNormCoord - 1.0) * half_frame();
    vec3 sum = vec3(0.0);
    for (int n = 0; n < ROOMS; n++) {
        vec4 burns = texelFetch(rooms, ivec2(n, 4), 0);
        int go = burns.a > 0.001 ? 1 : 0;
        for (int i = 0; i < go; i++) {
            vec2 to = p - burns.xy;
            float r = length(to);
            float turns = fract(atan(to.y, to.x) / 6.2831853);
            float ring = min(RINGS * sqrt(r / REACH), RINGS - 1.0);
            vec2 at = vec2(1.0 + turns * ANGLES, float(n) * RINGS + ring + 0.5);
            float arrives = texture(rays, at / vec2(ANGLES + 2.0, RINGS * float(ROOMS))).r;
            float h = burns.z;
            float pool = h * h / (r * r + h * h);
            sum += texelFetch(rooms, ivec2(n, 5), 0).rgb * burns.a * arrives * (pool * sqrt(pool) + 0.20 * sqrt(pool));
        }
    }
    // The sky's low light, walked towards as far as the nearest wall allows (sphere tracing; soft
    // shadows by the nearest miss, after Inigo Quilez).
    const vec2 sun = vec2(-0.88, 0.47);
    float sky = 1.0;
    float t = 0.006;
    for (int i = 0; i < 14; i++) {
        float d = texture(plan, 0.5 + 0.5 * (p + sun * t) / half_frame()).r;
        sky = min(sky, clamp(0.25 + 7.0 * d / t, 0.0, 1.0) + smoothstep(0.10, 0.30, t));
        t += clamp(d, 0.005, 0.04);
    }
    vec4 kept = texture(light, isf_FragNormCoord);
    return mix(kept, vec4(sum, sky), FRAMEINDEX < 3 ? 1.0 : 0.35);
}
