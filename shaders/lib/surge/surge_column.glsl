// surge_column.glsl: the column of light as strands that stand as one, or fray like a rope.
// Needs surge_dust.glsl before it, and the inputs and the target `dust` of surge.fs.
// Techniques: a sheaf of soft bands; where they stand as one they add up to a body. The light that a
// long thin lamp scatters in even dust falls off as 1 / distance, and as the dust takes it away.

const int STRANDS = 7;

// How far each strand leans where all is frayed, in short sides; how strong it is; how much higher
// or lower it ends. Uneven, as a frayed rope is.
const float LEANS[7] = float[7](-0.33, -0.15, -0.09, 0.03, 0.10, 0.29, 0.43);
const float POWERS[7] = float[7](0.05, 0.11, 0.24, 0.08, 0.29, 0.15, 0.08);
const float ENDS[7] = float[7](-0.45, -0.10, 0.05, -0.30, 0.20, -0.15, -0.40);

// Light at `off` short sides beside the axis of the column and `high` short sides above its foot:
// x of the column itself, which stands `stands` high, y of what the air beside it scatters.
vec2 sheaf(float off, float high, float stands)
{
    vec2 light = vec2(0.0);
    float loose = max(fray, 0.8 * part);
    for (int i = 0; i < STRANDS; i++) {
        float n = float(i);
        vec2 wind = dust_at(dust, vec2(0.137 * n + 0.1, 0.11 * high - 0.25 * flow)).rg - 0.5;
        vec2 gust = dust_at(dust, vec2(0.137 * n + 0.5, 0.75 * high - flow)).rg - 0.5;
        float side = i < 3 ? -1.0 : 1.0;
        float fan = pow(high, 1.25);
        float lean = fray * (1.0 - 0.4 * part) * LEANS[i] * fan + part * side * 0.17 * high;
        float blown = (wind.x * (0.006 + 0.09 * sway) + wind.y * 0.14 * loose + gust.y * 0.04 * sway) * high;
        float thin = mix(0.008, mix(0.030, 0.006 + 0.06 * POWERS[i], loose), awake);
        thin *= (0.85 + 0.35 * high) * (1.0 + 2.2 * sway * gust.x);
        float apart = abs(off - lean - blown);
        float d = apart / max(thin, 0.005);
        float top = high / (stands * (1.0 + loose * ENDS[i]));
        light += POWERS[i] * exp(-top * top * top * top) * vec2(exp(-d * d), 0.03 / (apart + 0.03) * exp(-1.3 * apart));
    }
    return light * vec2(mix(1.0, 1.5, loose), 1.0);
}
