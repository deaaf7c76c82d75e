// weaving_loom.glsl: the remembering half of emotionweaving.fs: how the crowd's feeling becomes 128
// warp bands, and what every weft row was woven with. It uses the inputs and targets of that
// shader's header. Cost: small targets only, thirty times a second.
// Techniques: quantiles from a histogram's running sum; rows in a ring, so that nothing is ever
// shifted. Author: Empathy Palettes.

const float BANDS = 128.0;
const float ROWS = 192.0;      // that are remembered: 64 minutes at 20 s a row
const float FIRST_ROWS = 96.0; // that are on the loom when it begins

// --- the crowd by columns: .r how many, .g their arousal, .b their agreement (both times .r) -------
// People stand with the pleasant on the left, so a column of emo_field is a bin of pleasantness.

vec4 draw_bins()
{
    vec2 field = vec2(textureSize(emo_field, 0));
    vec4 sum = vec4(0.0);
    for (int y = 0; y < int(min(field.y, 90.0)); y++) {
        int column = int((gl_FragCoord.x - 0.5) * field.x / 160.0);
        vec4 here = texelFetch(emo_field, ivec2(column, y), 0);
        float mass = here.r <= 0.0 ? 0.0 : -log(max(1.0 - here.r, 1e-4));
        sum += mass * vec4(1.0, here.b, here.a, 0.0);
    }
    return vec4(sum.rgb, 1.0);
}

// --- the bands: .r the place of this quantile, 0 (pleasant) to 1, .g arousal there, .b how far the
// crowd is torn apart there, .a 1 -------------------------------------------------------------------

vec4 draw_bands()
{
    vec4 kept = texelFetch(bands, ivec2(gl_FragCoord.xy), 0);
    float share = gl_FragCoord.x / BANDS;
    float total = 0.0;
    for (int i = 0; i < 160; i++) total += texelFetch(bins, ivec2(i, 0), 0).r;
    float low = (share - 0.5 / BANDS) * total;
    float high = (share + 0.5 / BANDS) * total;
    float sum = 0.0;
    float from = -1.0;
    float to = -1.0;
    float stir_ = 0.5;
    for (int i = 0; i < 160; i++) {
        vec4 bin = texelFetch(bins, ivec2(i, 0), 0);
        float next = sum + bin.r;
        if (from < 0.0 && next >= low) from = (float(i) + (low - sum) / max(bin.r, 1e-6)) / 160.0;
        if (to < 0.0 && next >= high) {
            to = (float(i) + (high - sum) / max(bin.r, 1e-6)) / 160.0;
            stir_ = bin.g / max(bin.r, 1e-6);
        }
        sum = next;
    }
    bool somebody = total > 0.02;
    vec4 now = somebody ? vec4(0.5 * (from + max(to, from)), stir_, max(to - from, 0.0), 1.0)
                        : vec4(0.44 + 0.12 * share, 0.4, 0.0, 1.0);
    float follow = kept.a < 0.5 ? 1.0 : 1.0 - exp(-TIMEDELTA / 1.2);
    return mix(kept, now, follow);
}

// --- the loom: .r rows woven, .g how far the next one is, 0..1 ----------------------------------------

vec4 draw_loom()
{
    vec4 kept = texelFetch(loom, ivec2(0), 0);
    float gone = kept.g + TIMEDELTA / row_seconds;
    float row = kept.a < 0.5 ? FIRST_ROWS : kept.r + floor(gone);
    return vec4(mod(row, ROWS * 64.0), fract(gone), kept.b + TIMEDELTA, 1.0);
}

// --- what each row was woven with ---------------------------------------------------------------------

// How many rows ago a place of the ring was woven; below 0: it is being woven now.
float row_age(float place)
{
    float now = texelFetch(loom, ivec2(0), 0).r;
    return mod(now - place - 0.5 + ROWS, ROWS) - 0.5;
}

// .rgb the yarn in linear light, .a twill (1) or plain weave (0).
vec4 draw_yarn()
{
    vec4 kept = texelFetch(yarn, ivec2(gl_FragCoord.xy), 0);
    float place = floor(gl_FragCoord.y);
    float age = row_age(place);
    float lived = texelFetch(loom, ivec2(0), 0).b;
    bool dressing = lived < 5.0; // the first seconds dress the loom
    vec2 dice = hash2(vec2(place, 11.0));
    float t = clamp(0.18 + 0.64 * feeling + 0.16 * (dice.x - 0.5), 0.04, 1.0);
    vec3 dye = dyed_at(t);
    dye = mix(dye, vec3(luminance(dye)) * vec3(1.05, 1.0, 0.92), 0.4); // half as strong as the warp
    vec4 now = vec4(dye, twill);
    float follow = lived < 0.1 ? 1.0 : 1.0 - exp(-TIMEDELTA / 1.5);
    return age < 0.5 || dressing ? mix(kept, now, follow) : kept;
}

// .r how far the cloth is torn at this band and row. It opens and closes within seconds, in lenses
// whose places stay.
vec4 draw_tears()
{
    float kept = texelFetch(tears, ivec2(gl_FragCoord.xy), 0).r;
    float torn = 0.0;
    for (int i = -9; i <= 9; i++) {
        float band = clamp(floor(gl_FragCoord.x) + float(i), 0.0, BANDS - 1.0);
        float gap = texelFetch(bands, ivec2(int(band), 0), 0).b;
        float near = float(i) / 10.0;
        torn = max(torn, smoothstep(0.014, 0.09, gap) * (1.0 - near * near));
    }
    float share = gl_FragCoord.x / BANDS;
    torn *= smoothstep(0.06, 0.2, share) * smoothstep(0.94, 0.8, share); // selvedges hold
    float lens = value_noise(gl_FragCoord.xy * vec2(0.05, 0.115) + 20.0, NOISE_PERIOD);
    lens = smoothstep(0.25, 0.85, lens);
    float rough = value_noise(gl_FragCoord.xy * vec2(0.31, 0.43) + 40.0, NOISE_PERIOD) - 0.5;
    float want = torn * (0.12 + 1.1 * lens + 0.55 * rough) * tearing;
    return vec4(kept + (want - kept) * (1.0 - exp(-TIMEDELTA / 2.0)), 0.0, 0.0, 1.0);
}
