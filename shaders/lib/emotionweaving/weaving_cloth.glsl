// weaving_cloth.glsl: a cloth seen from near: where its threads run, which lies above, and how
// light runs along them. It uses the inputs and targets of emotionweaving.fs.
// Techniques: threads as bent cylinders; the highlight of James Kajiya & Timothy Kay, 1989, along a
// twisted yarn; a fold as a height that shifts the threads it carries.

const float THREADS = 38.0; // to the short side, in the middle

// --- the large form: .r warp, .g weft (in threads), .b how much light falls on it, .a how far it is
// out of focus ------------------------------------------------------------------------------------------

// Height of the cloth over its plane, in short sides: folds that lean, and a slow breath.
float fold_height(vec2 p)
{
    vec2 q = mat2(0.94, 0.34, -0.34, 0.94) * p;
    float drape = 0.12 * exp(-pow((q.x - 0.52 - 0.10 * sin(2.1 * q.y + 0.4)) / 0.17, 2.0));
    drape += 0.075 * exp(-pow((q.x + 0.36 + 0.08 * sin(2.6 * q.y + 1.0)) / 0.2, 2.0));
    drape -= 0.05 * exp(-pow((q.x - 0.16) / 0.15, 2.0));
    float breath = gradient_noise(vec2(1.5 * q.x - breeze / 2.0, 0.8 * q.y + 7.0), 512.0);
    float ripple = gradient_noise(vec2(3.4 * q.x - breeze, 1.6 * q.y + 3.0), 1024.0);
    return drape + billow * (0.055 * breath + 0.016 * ripple);
}

vec4 draw_form()
{
    vec2 p = (isf_FragNormCoord - 0.5) * RENDERSIZE / min(RENDERSIZE.x, RENDERSIZE.y);
    float h = fold_height(p);
    float e = 0.012;
    vec2 slope = vec2(fold_height(p + vec2(e, 0.0)) - h, fold_height(p + vec2(0.0, e)) - h) / e;

    // The cloth leans away at the top; folds carry their threads towards the light.
    vec2 q = mat2(0.993, 0.122, -0.122, 0.993) * (p + vec2(0.35, 0.12) * h);
    float away = 1.0 / (1.0 - 0.42 * clamp(q.y, -1.0, 1.0));
    vec2 thread = THREADS * vec2(q.x * away, (q.y + 0.6) * away) + vec2(0.0, 0.5);
    // Hands are not even: threads wander.
    thread += 0.55 * (texture(fibre, fract(thread * vec2(0.0137, 0.0173))).rg - 0.5);

    // Raking light from the left that dies away to the right.
    vec3 normal = normalize(vec3(-slope, 1.0));
    float rake = max(dot(normal, normalize(vec3(-0.86, 0.16, 0.48))), 0.0);
    float wide = 0.5 * RENDERSIZE.x / min(RENDERSIZE.x, RENDERSIZE.y);
    float across = p.x / max(wide, 0.5);
    float dies = smoothstep(0.74, -0.62, across + 0.16 * p.y);
    float light = dies * dies * (0.12 + 1.5 * rake * rake);
    float focus = 0.85 * smoothstep(0.12, 0.62, abs(q.y + 0.10 + 0.22 * q.x))
                + 0.6 * smoothstep(0.03, 0.11, h - 0.03);
    return vec4(thread, light, clamp(focus, 0.0, 1.0));
}

// --- the threads ------------------------------------------------------------------------------------------

// A wave from -1 to 1 of period 2, 1 at 0: within a hundredth of cos(pi x), at a fraction of its cost.
float wave(float x)
{
    float w = abs(2.0 * fract(0.5 * x) - 1.0);
    return 2.0 * w * w * (3.0 - 2.0 * w) - 1.0;
}

// How far above (+) or below (-) the warp is where it crosses: plain weave, or 2/2 twill.
float lies(float warp, float weft, float twilled)
{
    float plain = wave(warp + weft);
    float twill_ = 1.25 * wave(0.5 * (weft - warp) - 0.25);
    return clamp(mix(plain, twill_, twilled), -1.0, 1.0);
}

// A yarn's roundness: .x its height, 0 at its edge, below 0 beside it, .y where across it, -1..1.
vec2 yarn_round(float across, float radius)
{
    float x = across / radius;
    float inside = 1.0 - x * x;
    return vec2(inside > 0.0 ? sqrt(inside) : -1.0, clamp(x, -1.0, 1.0));
}

// Light along a thread: `along` its direction (unit), Kajiya & Kay, to the 14th power.
float sheen(vec3 along, vec3 to_light)
{
    float tl = dot(along, to_light);
    float tv = along.z;
    float both = sqrt(max(1.0 - tl * tl, 0.0)) * sqrt(max(1.0 - tv * tv, 0.0)) - tl * tv;
    float two = max(both, 0.0) * max(both, 0.0);
    float four = two * two;
    return four * four * four * two;
}

// The cloth at a place, in linear light; `falls` is the light on it.
vec3 cloth_at(vec2 at, vec3 falls)
{
    vec4 now = texelFetch(loom, ivec2(0), 0);
    at.y -= now.r + now.g; // the cloth goes up by a row as a row is laid
    vec2 index = floor(at);
    vec2 f = fract(at) - 0.5;
    float row = mod(4.0 - index.y, ROWS);
    vec2 wd = hash2(vec2(index.x + 300.0, 1.0));
    vec2 fd = hash2(vec2(row + 300.0, 2.0));
    vec2 runs = vec2(index.x * 0.137 + 0.011 * at.y, index.y * 0.171 + 0.013 * at.x);
    vec4 slub = texture(fibre, fract(runs));

    float wide = 0.5 * RENDERSIZE.x / min(RENDERSIZE.x, RENDERSIZE.y) * THREADS;
    float band = clamp((index.x / max(wide, 1.0) * 0.5 + 0.5) * BANDS, 0.5, BANDS - 0.5);
    vec4 dyed = texelFetch(yarn, ivec2(0, int(row)), 0);
    float twilled = clamp(mix(dyed.a, twill, 0.7), 0.0, 1.0);

    // Where the cloth is torn, every thread ends at a place of its own.
    float torn = texture(tears, vec2(band / BANDS, (row + 0.5) / ROWS)).r;
    float warp_left = smoothstep(0.66, 0.5, torn + 0.46 * (wd.x - 0.5));
    float weft_left = smoothstep(0.6, 0.44, torn + 0.5 * (fd.x - 0.5) + 0.3 * (slub.b - 0.5));
    warp_left = max(warp_left, wd.y > 0.86 ? 0.42 : 0.0); // some hang on, thin
    float fuzz = texture(fibre, fract(at * vec2(0.23, 0.19))).b - 0.5;
    float warp_r = (0.40 + 0.09 * wd.y + 0.14 * (slub.r - 0.5)) * (0.15 + 0.85 * warp_left);
    float weft_r = (0.42 + 0.08 * fd.y + 0.26 * (slub.g - 0.5)) * (0.1 + 0.9 * weft_left);
    float above_u = lies(at.x - 0.5, index.y, twilled);
    float above_v = lies(index.x, at.y - 0.5, twilled);
    warp_r *= 0.84 + 0.2 * clamp(above_v, 0.0, 1.0);
    weft_r *= 0.84 + 0.2 * clamp(-above_u, 0.0, 1.0);
    vec2 warp = yarn_round(f.x + 0.06 * (wd.x - 0.5) + 0.09 * fuzz, warp_r);
    vec2 weft = yarn_round(f.y + 0.06 * (fd.x - 0.5) + 0.09 * fuzz, weft_r);
    float warp_z = warp.x < 0.0 || warp_left < 0.02 ? -2.0 : 0.5 * warp.x + 0.36 * above_v;
    float weft_z = weft.x < 0.0 || weft_left < 0.02 ? -2.0 : 0.5 * weft.x - 0.36 * above_u;
    bool is_warp = warp_z > weft_z;
    float z = max(warp_z, weft_z);
    float across = is_warp ? warp.y : weft.y;
    float along = is_warp ? f.y : f.x;
    float bends = (is_warp ? above_v : -above_u);

    // The yarn: two plies twisted, of fibres; each catches the light along its own way.
    vec3 dye = is_warp ? texelFetch(dyes, ivec2(int(band), 0), 0).rgb : dyed.rgb;
    float turn = is_warp ? wd.x : fd.x;
    vec2 lay = is_warp ? vec2(at.y, f.x) : vec2(at.x, f.y);
    vec2 twist = vec2(0.24 * lay.x + 0.10 * lay.y, 0.03 * lay.x - 0.11 * lay.y);
    vec4 hair = texture(fibre, fract(twist + vec2(1.0, 3.7) * turn));
    float ply = 0.5 + 0.5 * wave(2.0 * (1.3 * lay.x + 0.8 * lay.y + turn));
    float curve = -1.7 * along * bends;
    float lean = 0.35 * ply - 0.1;
    vec3 thread = normalize(is_warp ? vec3(lean, 1.0, curve) : vec3(1.0, lean, curve));
    vec3 normal = normalize((is_warp ? vec3(across, -curve, 0.0) : vec3(-curve, across, 0.0))
                            + vec3(0.0, 0.0, 0.35 + sqrt(max(1.0 - across * across, 0.0))));
    vec3 to_light = normalize(vec3(-0.80, 0.25, 0.55));
    float lit = 0.16 + 0.84 * max(dot(normal, to_light), 0.0);
    float shine = sheen(thread, to_light) * (0.15 + 1.7 * hair.b * hair.b);

    // Down in the weave it is dark, and what lies above throws a shadow to the right.
    float deep = smoothstep(-0.42, 0.42, z);
    float beside = lies(at.x - 0.5 - 0.42, index.y, twilled);
    float shade = is_warp ? 1.0 : 1.0 - 0.55 * smoothstep(0.1, 0.9, beside);
    float edge = 1.0 - 0.45 * across * across * across * across;
    float body = lit * deep * shade * edge * (0.3 + 0.45 * hair.r + 0.95 * hair.b) * (0.8 + 0.32 * ply);
    vec3 light = dye * (0.9 * body) + (0.35 * dye + 0.07) * shine * deep * deep * shade * 0.55;

    // From so far that threads are finer than pixels, the cloth is their mean.
    float seen = smoothstep(1.6, 4.5, min(RENDERSIZE.x, RENDERSIZE.y) / THREADS);
    vec3 plain = 0.22 * (texelFetch(dyes, ivec2(int(band), 0), 0).rgb + dyed.rgb) * smoothstep(0.6, 0.3, torn);
    light *= z < -1.0 ? 0.0 : 0.85 + 0.3 * turn; // under the cloth is nothing
    return mix(plain, light, seen) * falls;
}

// .rgb the cloth, sRGB-encoded: what is in focus is the picture; .a how far it is out of focus.
vec4 draw_woven()
{
    vec4 form = texture(form_, isf_FragNormCoord);
    // Everybody is a small light of their own colour between the threads.
    vec3 falls = form.b * lamp() + texture(glints, isf_FragNormCoord).rgb;
    vec3 light = vec3(0.0);
    int lit = max(falls.r, max(falls.g, falls.b)) > 0.0012 ? 1 : 0; // a loop of none costs nothing
    for (int i = 0; i < lit; i++) {
        light = 1.5 * cloth_at(form.xy, falls);
        light.gb += 0.5 * max(light.r * 0.30 - light.g - light.b, 0.0);
        light = srgb_encode(shoulder(light, 0.6));
    }
    return vec4(light, form.a);
}
