"""What `shaders/lib` computes is what its comments say, by formulas written anew in numpy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import pytest
from coloraide import Color
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.render.loader import load
from empathy_palettes.render.program import compile_passes

Floats = NDArray[np.floating[Any]]
Evaluate = Callable[..., Floats]

pytestmark = pytest.mark.gl
TURN = 2 * np.pi


@pytest.fixture
def evaluate(gl: moderngl.Context, tmp_path: Path) -> Iterator[Evaluate]:
    """`evaluate("sdf.glsl", "vec4(sd_circle(p.xy, 1.0))", places)`: a row of vec4, one for each.

    `places` (n, up to 4) is `p`; `image` (h, w, 4) float is the sampler `image`.
    """
    with ExitStack() as owner:

        def evaluate(
            include: str, expression: str, places: Any, image: Floats | None = None
        ) -> Floats:
            given = np.zeros((len(places), 4), np.float32)
            table = np.asarray(places, np.float32).reshape(len(places), -1)
            given[:, : table.shape[1]] = table
            path = tmp_path / "shaders" / "f.fs"
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                '/*{"INPUTS": [{"NAME": "places", "TYPE": "image"},'
                ' {"NAME": "image", "TYPE": "image"}]}*/\n'
                f'#include "{include}"\n'
                "void main() { vec4 p = texelFetch(places, ivec2(gl_FragCoord.xy), 0);\n"
                f"gl_FragColor = {expression}; }}"
            )
            glsl = load(path, Assets([tmp_path, builtin_root()]))
            program = compile_passes(gl, glsl, owner)[0]
            picture = np.zeros((1, 1, 4)) if image is None else image
            textures = {"places": given[None], "image": picture}
            for name, unit in program.reads.items():
                array = textures[name].astype("f4")
                texture = gl.texture(array.shape[1::-1], 4, array.tobytes(), dtype="f4")
                texture.repeat_x = texture.repeat_y = False
                owner.callback(texture.release)
                texture.use(unit)
            target = gl.simple_framebuffer((len(given), 1), 4, dtype="f4")
            owner.callback(target.release)
            target.use()
            program.draw()
            read = np.frombuffer(target.read(components=4, dtype="f4"), "f4").reshape(-1, 4)
            gl.screen.use() if gl.screen else gl.detect_framebuffer(0).use()
            return read.astype(np.float64)

        yield evaluate


def scattered(count: int, columns: int, lo: float = 0.0, hi: float = 1.0) -> Floats:
    """Places by chance, as the float32 numbers that the GPU is given."""
    rng = np.random.default_rng(4)
    return rng.uniform(lo, hi, (count, columns)).astype(np.float32).astype(np.float64)


# --- colour --------------------------------------------------------------------------------------


def test_srgb_and_oklab_are_those_of_an_independent_library(evaluate: Evaluate) -> None:
    colours = scattered(64, 3)
    decoded = evaluate("srgb.glsl", "vec4(srgb_decode(p.rgb), 1.0)", colours)[:, :3]
    linear = np.array([Color("srgb", c).convert("srgb-linear").coords() for c in colours])
    assert np.allclose(decoded, linear, atol=2e-5)
    encoded = evaluate("srgb.glsl", "vec4(srgb_encode(p.rgb), 1.0)", linear)[:, :3]
    assert np.allclose(encoded, colours, atol=2e-5)
    lab = np.array([Color("srgb-linear", c).convert("oklab").coords() for c in linear])
    assert np.allclose(
        evaluate("oklab.glsl", "vec4(oklab_from_linear(p.rgb), 1.0)", linear)[:, :3], lab, atol=1e-4
    )
    back = evaluate("oklab.glsl", "vec4(oklab_to_linear(p.rgb), 1.0)", lab)[:, :3]
    assert np.allclose(back, linear, atol=1e-4)


def test_srgb_holds_what_no_screen_can_show(evaluate: Evaluate) -> None:
    beyond = evaluate("srgb.glsl", "vec4(srgb_encode(p.rgb), 1.0)", [[-1.0, 2.0, 0.001]])[0, :3]
    assert np.allclose(beyond, [0.0, 1.0, 0.01292], atol=1e-6)


def test_luminance_and_shoulder(evaluate: Evaluate) -> None:
    parts = evaluate("srgb.glsl", "vec4(luminance(p.rgb))", np.eye(3))[:, 0]
    assert np.allclose(parts, [0.2126, 0.7152, 0.0722])
    rolled = evaluate(
        "srgb.glsl", "vec4(shoulder(vec3(p.x), 0.7), 1.0)", [[0.2], [0.7], [1.0], [9]]
    )
    over = np.array([0.3, 8.3])
    assert np.allclose(rolled[:2, 0], [0.2, 0.7])
    assert np.allclose(rolled[2:, 0], 0.7 + 0.3 * over / (over + 0.3), atol=1e-5)


def test_a_mix_in_oklab_and_a_turned_hue(evaluate: Evaluate) -> None:
    a, b = (0.8, 0.1, 0.1), (0.0, 0.2, 0.9)
    ways = np.linspace(0, 1, 5)
    mixed = evaluate("oklab.glsl", f"vec4(oklab_mix(vec3{a}, vec3{b}, p.x), 1.0)", ways)
    ends = [Color("srgb-linear", c).convert("oklab") for c in (a, b)]
    for way, got in zip(ways, mixed, strict=True):
        lab = [u + (v - u) * way for u, v in zip(ends[0].coords(), ends[1].coords(), strict=True)]
        there = Color("oklab", lab).convert("srgb-linear").coords()
        assert np.allclose(got[:3], np.maximum(there, 0), atol=2e-4)
    turned = evaluate("oklab.glsl", "vec4(oklab_turn(vec3(0.6, 0.2, 0.1), p.x), 1.0)", ways)
    hue = np.exp(1j * TURN * ways) * (0.2 + 0.1j)
    expected = np.stack([np.full(5, 0.6), hue.real, hue.imag], 1)
    assert np.allclose(turned[:, :3], expected, atol=1e-5)


def test_the_palette_is_read_at_its_swatches(evaluate: Evaluate) -> None:
    ramp = np.ones((1, 4, 4))
    ramp[0, :, 0] = [0.0, 0.2, 0.6, 1.0]
    decode = np.vectorize(lambda v: Color("srgb", [v, 0, 0]).convert("srgb-linear").coords()[0])
    at = evaluate(
        "palette.glsl", "vec4(palette_at(image, p.x), 1.0)", [[0], [1 / 3], [1], [7]], ramp
    )
    assert np.allclose(at[:, 0], decode([0.0, 0.2, 1.0, 1.0]), atol=1e-4)
    ways = [[0.0], [0.49], [0.51], [1.0]]
    two = evaluate("palette.glsl", "vec4(palette_field(image, p.x, 2.0), 1.0)", ways, ramp)[:, 0]
    assert np.allclose(two, decode([0.15, 0.15, 0.7, 0.7]), atol=1e-4)  # a quarter, three quarters
    nobody = evaluate("palette.glsl", "vec4(palette_at(image, p.x), 1.0)", [[0.5], [1.0]])
    assert np.allclose(nobody[:, :3], [[0.25] * 3, [1.0] * 3])


def test_the_cosine_palette_comes_round(evaluate: Evaluate) -> None:
    t = np.linspace(0, 1, 9)
    given = "vec3(0.5), vec3(0.4, 0.2, 0.1), vec3(1, 2, 3), vec3(0, 0.25, 0.5)"
    got = evaluate("palette.glsl", f"vec4(cosine_palette(p.x, {given}), 1)", t)
    rate, phase = np.array([1, 2, 3]), np.array([0, 0.25, 0.5])
    expected = 0.5 + np.array([0.4, 0.2, 0.1]) * np.cos(TURN * (t[:, None] * rate + phase))
    assert np.allclose(got[:, :3], expected, atol=1e-5)
    assert np.allclose(got[0], got[-1], atol=1e-5)


def test_tones_lean_to_the_dark_and_the_light_end(evaluate: Evaluate) -> None:
    greys = (0.2, 0.8, 0.5, 0.35, 0.65)
    expression = "vec4(palette_tone(vec3[5]({}), p.x), 1.0)".format(
        ", ".join(f"vec3({grey})" for grey in greys)
    )
    got = evaluate(
        'srgb.glsl"\n#include "oklab.glsl"\n#include "tones.glsl', expression, [[-20], [0], [20]]
    )
    lightness = np.array([Color("srgb", [g] * 3).convert("oklab").coords()[0] for g in greys])
    for lean, value in zip((-20, 0, 20), got[:, 0], strict=True):
        weights = np.exp(lean * (lightness - 0.5))
        assert value == pytest.approx((weights * lightness).sum() / weights.sum(), abs=1e-4)


# --- noise ---------------------------------------------------------------------------------------


def pcg2d(x: Any, y: Any) -> tuple[Floats, Floats]:
    """The hash of Jarzynski and Olano (2020), in whole numbers modulo 2^32; results 0 to 1."""
    mask, factor = (1 << 32) - 1, 1664525
    out = []
    for a, b in zip(np.ravel(x), np.ravel(y), strict=True):
        v, w = ((int(n) * factor + 1013904223) & mask for n in (a, b))
        for _ in range(2):
            v = (v + w * factor) & mask
            w = (w + v * factor) & mask
            v, w = v ^ (v >> 16), w ^ (w >> 16)
        out.append((v >> 8, w >> 8))
    first, second = np.array(out, np.float64).T / 2**24
    return first.reshape(np.shape(x)), second.reshape(np.shape(x))


def corners(p: Floats, period: float) -> Iterator[tuple[Floats, Floats, Floats]]:
    """The four lattice points around each place, their number wrapped, and the way from them."""
    for dx in (0, 1):
        for dy in (0, 1):
            cell = np.floor(p) + np.array([dx, dy])
            yield cell % period, p - cell, np.array([dx, dy])


def value_noise(p: Floats, period: float) -> Floats:
    f = p - np.floor(p)
    u = f * f * (3 - 2 * f)
    return np.asarray(
        sum(
            pcg2d(*cell.T)[0] * np.where(corner, u, 1 - u).prod(1)
            for cell, _, corner in corners(p, period)
        )
    )


def gradient_noise(p: Floats, period: float) -> Floats:
    f = p - np.floor(p)
    u = f**3 * (f * (f * 6 - 15) + 10)
    total = np.zeros(len(p))
    for cell, off, corner in corners(p, period):
        angle = TURN * pcg2d(*cell.T)[0]
        slope = np.cos(angle) * off[:, 0] + np.sin(angle) * off[:, 1]
        total += slope * np.where(corner, u, 1 - u).prod(1)
    return 1.41 * total


def test_the_hash_is_the_published_one(evaluate: Evaluate) -> None:
    cells = np.floor(scattered(64, 2, 0, 2048))
    got = evaluate("noise.glsl", "vec4(hash2(p.xy), hash1(p.x), 1.0)", cells)
    assert np.array_equal(got[:, :2], np.stack(pcg2d(*cells.T), 1))
    assert np.array_equal(got[:, 2], pcg2d(cells[:, 0], np.full(64, 17))[0])
    slopes = evaluate("noise.glsl", "vec4(noise_slope(p.xy), 0.0, 1.0)", cells)[:, :2]
    angle = TURN * pcg2d(*cells.T)[0]
    assert np.allclose(slopes, np.stack([np.cos(angle), np.sin(angle)], 1), atol=1e-5)


@pytest.mark.parametrize("period", [8.0, 1024.0])
@pytest.mark.parametrize("oracle", [value_noise, gradient_noise])
def test_noise(evaluate: Evaluate, oracle: Callable[..., Floats], period: float) -> None:
    places = scattered(256, 2, 0, 2 * period)
    name = oracle.__name__
    got = evaluate("noise.glsl", f"vec4({name}(p.xy, {period:.1f}))", places)[:, 0]
    assert np.allclose(got, oracle(places, period), atol=3e-4)
    assert np.ptp(got) > 0.8
    fbm = name.replace("noise", "fbm")
    octaves = evaluate("noise.glsl", f"vec4({fbm}(p.xy, {period:.1f}, 4))", places)[:, 0]
    expected = sum(oracle(places * 2**i, period * 2**i) / 2**i for i in range(4)) / 1.875
    assert np.allclose(octaves, expected, atol=5e-3)


@pytest.mark.parametrize(
    "call", ["value_noise({}, 1024.0)", "gradient_noise({}, 1024.0)", "value_fbm({}, 1024.0, 5)",
             "gradient_fbm({}, 1024.0, 5)", "cell_border({}, 1024.0)"],
)  # fmt: skip
def test_what_travel_moves_does_not_jump_where_it_wraps(evaluate: Evaluate, call: str) -> None:
    places = np.round(scattered(64, 2, 0, 4) * 64) / 64  # exact in float32 at 1024 too
    here = evaluate("noise.glsl", f"vec4({call.format('p.xy')})", places)[:, 0]
    wrapped = evaluate("noise.glsl", f"vec4({call.format('p.xy + vec2(1024, 0)')})", places)[:, 0]
    aside = evaluate("noise.glsl", f"vec4({call.format('p.xy + vec2(512, 0)')})", places)[:, 0]
    assert np.allclose(here, wrapped, atol=1e-6)
    assert np.abs(here - aside).max() > 0.1


def test_cells_end_half_way_between_their_points(evaluate: Evaluate) -> None:
    period = 16.0
    places = scattered(64, 2, 4, 12)
    got = evaluate("noise.glsl", f"vec4(cell_border(p.xy, {period}))", places)[:, 0]
    y, x = np.mgrid[0:16, 0:16].astype(float)
    points = np.stack([(x + pcg2d(x, y)[0]).ravel(), (y + pcg2d(x, y)[1]).ravel()], 1)
    for place, border in zip(places, got, strict=True):
        off = points - place
        order = np.argsort((off**2).sum(1))
        near = points[order[0]]
        others = points[order[1:]]
        middle, way = (near + others) / 2, others - near
        distance = ((middle - place) * way).sum(1) / np.hypot(*way.T)
        assert border == pytest.approx(distance.min(), abs=2e-4)


# --- shapes --------------------------------------------------------------------------------------


def outline_distance(corners: Floats, places: Floats) -> Floats:
    """Signed distance to a convex polygon, by all of its edges and corners."""
    best = np.full(len(places), np.inf)
    inside = np.full(len(places), True)
    for a, b in zip(corners, np.roll(corners, -1, 0), strict=True):
        edge = b - a
        along = np.clip(((places - a) @ edge) / (edge @ edge), 0, 1)
        best = np.minimum(best, np.hypot(*(places - a - along[:, None] * edge).T))
        inside &= edge[0] * (places - a)[:, 1] - edge[1] * (places - a)[:, 0] >= 0
    return np.where(inside, -best, best)


def test_distances_to_shapes(evaluate: Evaluate) -> None:
    places = scattered(256, 2, -1, 1)
    far = np.hypot(*places.T)

    def got(expression: str) -> Floats:
        return evaluate("sdf.glsl", f"vec4({expression})", places)[:, 0]

    assert np.allclose(got("sd_circle(p.xy, 0.5)"), far - 0.5, atol=1e-5)
    assert np.allclose(got("sd_ring(p.xy, 0.5, 0.2)"), np.maximum(far - 0.6, 0.4 - far), atol=1e-5)
    box = np.array([[-0.6, -0.3], [0.6, -0.3], [0.6, 0.3], [-0.6, 0.3]])
    assert np.allclose(
        got("sd_box(p.xy, vec2(0.6, 0.3))"), outline_distance(box, places), atol=1e-5
    )
    line = np.array([[-0.5, 0.2], [0.4, -0.3]])
    segment = np.abs(outline_distance(line, places))
    assert np.allclose(
        got("sd_segment(p.xy, vec2(-0.5, 0.2), vec2(0.4, -0.3))"), segment, atol=1e-5
    )
    for sides in (3, 5, 6):
        turns = np.pi / 2 + TURN * np.arange(sides) / sides  # the first corner straight up
        regular = 0.6 * np.stack([np.cos(turns), np.sin(turns)], 1)
        expected = outline_distance(regular, places)
        assert np.allclose(got(f"sd_polygon(p.xy, 0.6, {sides}.0)"), expected, atol=2e-5)


def test_shapes_melt_together_and_are_covered(evaluate: Evaluate) -> None:
    pairs = scattered(64, 2, -1, 1)
    joined = evaluate("sdf.glsl", "vec4(sd_join(p.x, p.y, 0.3))", pairs)[:, 0]
    apart = np.abs(pairs[:, 0] - pairs[:, 1])
    assert np.allclose(joined[apart >= 0.3], pairs.min(1)[apart >= 0.3], atol=1e-6)
    assert (joined <= pairs.min(1) + 1e-6).all()
    equal = evaluate("sdf.glsl", "vec4(sd_join(p.x, p.x, 0.3))", [[0.2]])[0, 0]
    assert equal == pytest.approx(0.2 - 0.3 / 4, abs=1e-6), "deepest where both are equal"
    hard = evaluate("sdf.glsl", "vec4(sd_join(p.x, p.y, 0.0))", pairs)[:, 0]
    assert np.allclose(hard, pairs.min(1))
    cover = evaluate("sdf.glsl", "vec4(sd_cover(p.x, 0.1))", [[-1], [-0.025], [0], [0.05], [1]])
    assert np.allclose(cover[:, 0], [1, 0.75, 0.5, 0, 0], atol=1e-6)


def test_easing(evaluate: Evaluate) -> None:
    t = np.linspace(-0.5, 1.5, 81)
    held = t.clip(0, 1)
    smooth = 30 * held**2 * (1 - held) ** 2  # the slope of the quintic, added up below

    def got(expression: str, places: Any = t) -> Floats:
        return evaluate("easing.glsl", f"vec4({expression})", places)[:, 0]

    assert np.allclose(got("ramp(0.2, 0.7, p.x)"), np.interp(t, [0.2, 0.7], [0, 1]), atol=1e-6)
    quintic = got("ease_quintic(p.x)")
    added = np.concatenate([[0], np.cumsum((smooth[1:] + smooth[:-1]) / 2 * np.diff(t))])
    assert np.allclose(quintic, added, atol=2e-3)
    assert np.allclose(got("ease_in(p.x)"), held**3, atol=1e-6)
    assert np.allclose(got("ease_out(p.x)"), 1 - (1 - held) ** 3, atol=1e-6)
    for lean in (0.2, 0.5, 0.8):
        ends = got(f"bias(p.x, {lean})", [[0.0], [0.5], [1.0]])
        assert np.allclose(ends, [0, lean, 1], atol=1e-6)
    hill = got("bump(p.x, 0.5, 0.4)")
    near = np.clip(1 - np.abs(t - 0.5) / 0.4, 0, 1)
    assert np.allclose(hill, near**2 * (3 - 2 * near), atol=1e-5)


def test_a_small_image_is_enlarged_by_b_splines(evaluate: Evaluate) -> None:
    image = np.random.default_rng(2).random((8, 8, 4))
    places = scattered(64, 2, 0.3, 0.7)
    got = evaluate("cubic.glsl", "texture_cubic(image, p.xy)", places, image)

    def spline(x: Floats) -> Floats:
        x = np.abs(x)
        near = 2 / 3 - x**2 + x**3 / 2
        return np.where(x < 1, near, np.where(x < 2, (2 - x) ** 3 / 6, 0))

    at = places * 8 - 0.5
    texels = np.arange(8)
    weights = spline(at[:, 1:2] - texels)[:, :, None] * spline(at[:, 0:1] - texels)[:, None, :]
    # 2/256 of a texel is what a GPU keeps of a place between two of them.
    assert np.allclose(got, np.einsum("nyx,yxc->nc", weights, image), atol=0.012)
