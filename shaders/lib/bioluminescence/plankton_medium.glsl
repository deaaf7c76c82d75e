// plankton_medium.glsl: the simulated half of bioluminescence.fs: who has just said something, the
// rings that go out from them, the glow they leave and the trace of the hour. It uses the inputs
// and targets of that shader's header.
// Cost: four small targets, thirty times a second, whatever the size of the picture.
// Author: Empathy Palettes.

const vec2 SOULS = vec2(1024.0, 16.0);
const float SPEED = 0.5;      // cells of the wave that a ring passes in a step: .083 short sides a second
const float CREST = 0.022;    // a ring higher than this is felt

// Where the state of a slot is kept; those beyond the last are not lit one by one.
ivec2 soul_texel(float slot)
{
    float row = floor((slot + 0.5) / SOULS.x);
    return ivec2(int(slot - row * SOULS.x), int(row));
}

// --- pass 0: how much of the water is alight, as one who has looked at it for a while sees it -----
// The more there is of it, the more has to be said before anything new shows: mostly it is dark.

vec4 draw_hush()
{
    float was = texelFetch(hush, ivec2(0), 0).r;
    float sum = 0.0;
    for (int y = 0; y < 9; y++) {
        for (int x = 0; x < 16; x++) sum += texture(wave, (vec2(x, y) + 0.5) / vec2(16.0, 9.0)).b;
    }
    sum /= 144.0;
    return vec4(was + (sum - was) * STEP / (sum > was ? 0.5 : 2.0));
}

// --- pass 1: everybody's memory ---------------------------------------------------------------
// .xy: what they last said, as far as it has shown; .z: how strong their light is, and 2 more where
// it is an answer; .w: seconds since it was lit. All 0: nobody.

vec4 draw_souls()
{
    ivec2 at = ivec2(gl_FragCoord.xy);
    float slot = float(at.y) * SOULS.x + float(at.x);
    vec2 table = IMG_SIZE(emo_people);
    if (table.x < 1.5 || slot >= table.x * floor(table.y / 3.0)) return vec4(0.0);
    vec4 here = texelFetch(emo_people, person_texel(emo_people, slot, 0), 0);
    if (here.a < 0.01) return vec4(0.0);
    vec2 said = texelFetch(emo_people, person_texel(emo_people, slot, 1), 0).xy * 2.0 - 1.0;

    vec4 was = texelFetch(souls, at, 0);
    float kick = was.z >= 2.0 ? was.z - 2.0 : was.z;
    float age = min(was.w + STEP, 600.0);
    bool comes = was == vec4(0.0);

    // A word shows when it differs from the last one that did: much at any time, little after a rest.
    float full = max(texelFetch(hush, ivec2(0), 0).r - 0.012, 0.0);
    float moved = length(said - was.xy);
    float tired = pause * (0.5 + hash2(vec2(slot, 29.0)).x); // no two alike: they never fall into step
    vec2 chance = hash2(vec2(slot, floor(TIME * 2.0)));
    bool heard = chance.x < 1.0 / (1.0 + mix(500.0, 90.0, carry) * full);
    float lights = 0.0;
    float answer = 0.0;
    if (comes) lights = arrival;
    else if (moved > 0.35 || (heard && moved > reserve * (1.0 + 4.0 * exp(-age / tired)))) {
        lights = mix(0.4, 1.0, smoothstep(0.0, 0.4, moved));
    } else if (age > 0.5 * tired && texture(wave, here.xy).r > CREST) {
        answer = 2.0;
        lights = chance.y < 0.8 * readiness / (1.0 + 60.0 * full) ? mix(0.2, 0.7, readiness) : 0.0;
    }
    if (lights > 0.0) {
        float lit = comes ? 0.0 : kick * glow(age);
        lights = max(lights, 1.05 * lit);
        return vec4(said, lights + answer, -RISE * log(1.0 - lit / lights));
    }
    return vec4(mix(was.xy, said, STEP / 15.0), was.z, age);
}

// --- pass 2: who is in which cell -------------------------------------------------------------
// The place (cells), how bright they are, and their valence, 0..1; beyond that in fours: how hard
// they beat on the water, in sixteenths.

vec4 draw_cells()
{
    vec4 one = person_in(emo_dots, emo_people, ivec2(gl_FragCoord.xy));
    if (one.z < 0.0 || one.z >= SOULS.x * SOULS.y) return vec4(0.0, 0.0, -1.0, 0.0);
    vec4 felt = texelFetch(emo_people, person_texel(emo_people, one.z, 1), 0);
    vec4 soul = texelFetch(souls, soul_texel(one.z), 0);
    bool answers = soul.z >= 2.0;
    float kick = answers ? soul.z - 2.0 : soul.z;
    float restless = smoothstep(0.0, 0.4, length(felt.xy * 2.0 - 1.0 - soul.xy));
    float bright = strength * kick * glow(soul.w) + rest + 0.15 * restless;
    float beat = soul.w < 0.13 ? kick * min(1.6 * kick, 1.0) * (answers ? 0.6 : 1.0) : 0.0;
    return vec4(one.xy, bright * person_presence(emo_people, one.z),
                0.98 * felt.r + 4.0 * floor(16.0 * beat + 0.5));
}

// --- pass 3: the water ------------------------------------------------------------------------
// r: height, g: its change, b: the glow of what lives there, a: that times the valence it has.

// A push on the water, some cells away (squared): what goes up here goes down round it, so that all
// in all the water stays where it is.
float push(float far)
{
    return exp(-far / 2.0) - 0.5 * exp(-far / 4.0);
}

// What falls on an empty sea: a drop now and then, at a place by chance.
float drop(vec2 uv)
{
    float turn = floor(TIME / 7.0);
    vec2 at = mix(vec2(0.12), vec2(0.88), hash2(vec2(turn, 5.0)));
    vec2 off = (uv - at) * RENDERSIZE;
    float now = TIME - 7.0 * turn;
    return now < 0.13 ? push(dot(off, off)) : 0.0;
}

vec4 draw_wave()
{
    vec2 uv = isf_FragNormCoord;
    vec2 t = 1.0 / RENDERSIZE;
    vec4 here = texture(wave, uv);
    vec4 side = texture(wave, uv + vec2(t.x, 0.0)) + texture(wave, uv - vec2(t.x, 0.0))
              + texture(wave, uv + vec2(0.0, t.y)) + texture(wave, uv - vec2(0.0, t.y));
    vec4 corner = texture(wave, uv + t) + texture(wave, uv - t)
                + texture(wave, uv + vec2(t.x, -t.y)) + texture(wave, uv + vec2(-t.x, t.y));

    // A wave equation (nine points, so that rings stay round), damped; the rim swallows it.
    float bend = (4.0 * side.r + corner.r - 20.0 * here.r) / 6.0;
    vec2 rim = min(uv, 1.0 - uv) * RENDERSIZE;
    float damp = mix(0.055, 0.012, carry) + 0.15 * exp(-min(rim.x, rim.y) / 3.0);
    float change = (here.g + SPEED * SPEED * bend - 0.0006 * here.r) * (1.0 - damp);

    // The glow spreads a little, and fades.
    vec2 near = (4.0 * side.ba + corner.ba) / 20.0;
    vec2 lit = mix(here.ba, near, 0.45) * exp(-STEP / FALL);

    // Everybody round here.
    vec2 grid = vec2(textureSize(cells, 0));
    vec2 at = uv * grid;
    ivec2 centre = ivec2(at);
    vec2 cell = RENDERSIZE / grid;
    float beat = 0.0;
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            ivec2 c = clamp(centre + ivec2(x, y), ivec2(0), textureSize(cells, 0) - 1);
            vec4 one = texelFetch(cells, c, 0);
            if (one.z < 0.0) continue;
            vec2 off = (one.xy - at) * cell;
            float close = max(1.0 - dot(off, off) / 3.4, 0.0);
            float bright = 1.6 * one.z * close;
            float hard = floor(one.w * 0.25);
            if (bright > lit.x) lit = bright * vec2(1.0, min(one.w - 4.0 * hard, 1.0));
            beat += hard / 16.0 * push(dot(off, off));
        }
    }
    beat *= force / (1.0 + 25.0 * texelFetch(hush, ivec2(0), 0).r);
    if (wild > 0.0) beat += wild * drop(uv);
    change += 0.6 * clamp(beat, -1.0, 1.0);

    // A crest sets off what lives there; it takes the colour of those next to it.
    float height = here.r + change;
    float own = near.x > 1e-4 ? near.y / near.x : 0.5 + 0.5 * mood;
    float set_off = 0.85 * (1.0 - exp(-12.0 * max(height - 0.3 * CREST, 0.0)));
    lit = lit.x > set_off ? lit : vec2(set_off, set_off * own);
    return vec4(height * 0.9995, change, lit);
}

// --- pass 4: the trace of the hour ------------------------------------------------------------

vec4 draw_trace()
{
    vec2 now = texture(wave, isf_FragNormCoord).ba;
    vec4 was = texture(trace, isf_FragNormCoord);
    return vec4(was.rg * (1.0 - STEP / 1200.0) + now * max(now.x - 0.06, 0.0) * 0.02 * STEP, 0.0, 1.0);
}
