"""What a call of each function of shaders/lib costs a pixel, in reads of a texture.

Each is called a few times a pixel in a shader of its own, every call with another argument; a
shader that only adds up the arguments is taken off. The time is the processor time of this program
with the software renderer on one thread, so that a busy machine does not matter much. On a graphics
card the ratios differ, and reads cost more beside arithmetic.

    LP_NUM_THREADS=1 LIBGL_ALWAYS_SOFTWARE=1 python benchmarks/bench_lib.py
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import moderngl
import numpy as np

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.render.loader import load
from empathy_palettes.render.program import compile_passes

CALLS = 8
SIDE = 512
PLAIN = "vec4(p, 0.3, 1.0)"
READ = "texture(image, p * 0.01)"
#: What is measured: file, name, and an expression of a vec4 over the place `p` (vec2).
ROWS = (
    ("", "a texture read", READ),
    ("srgb.glsl", "srgb_decode", "vec4(srgb_decode(vec3(p, 0.3)), 1.0)"),
    ("srgb.glsl", "srgb_encode", "vec4(srgb_encode(vec3(p, 0.3)), 1.0)"),
    ("srgb.glsl", "luminance", "vec4(luminance(vec3(p, 0.3)))"),
    ("srgb.glsl", "shoulder", "vec4(shoulder(vec3(p, 0.3), 0.7), 1.0)"),
    ("oklab.glsl", "oklab_from_linear", "vec4(oklab_from_linear(vec3(p, 0.3)), 1.0)"),
    ("oklab.glsl", "oklab_to_linear", "vec4(oklab_to_linear(vec3(p, 0.3)), 1.0)"),
    ("oklab.glsl", "oklab_turn", "vec4(oklab_turn(vec3(p, 0.3), p.x), 1.0)"),
    ("oklab.glsl", "oklab_mix", "vec4(oklab_mix(vec3(p, 0.3), vec3(p.yx, 0.1), 0.4), 1.0)"),
    ("palette.glsl", "palette_at", "vec4(palette_at(image, p.x), 1.0)"),
    ("palette.glsl", "palette_field", "vec4(palette_field(image, p.x, 5.0), 1.0)"),
    ("palette.glsl", "cosine_palette", "vec4(cosine_palette(p.x, p.xxy, p.yyx, p.xyx, p.yxy), 1)"),
    ("noise.glsl", "hash2", "vec4(hash2(floor(p * 900.0)), 0.0, 1.0)"),
    ("noise.glsl", "value_noise", "vec4(value_noise(p * 40.0, 1024.0))"),
    ("noise.glsl", "gradient_noise", "vec4(gradient_noise(p * 40.0, 1024.0))"),
    ("noise.glsl", "value_fbm, 4 octaves", "vec4(value_fbm(p * 40.0, 1024.0, 4))"),
    ("noise.glsl", "gradient_fbm, 4 octaves", "vec4(gradient_fbm(p * 40.0, 1024.0, 4))"),
    ("noise.glsl", "cell_border", "vec4(cell_border(p * 40.0, 1024.0))"),
    ("sdf.glsl", "sd_circle", "vec4(sd_circle(p, 0.3))"),
    ("sdf.glsl", "sd_box", "vec4(sd_box(p, vec2(0.3, 0.2)))"),
    ("sdf.glsl", "sd_segment", "vec4(sd_segment(p, vec2(0.3), vec2(0.6, 0.1)))"),
    ("sdf.glsl", "sd_ring", "vec4(sd_ring(p, 0.3, 0.1))"),
    ("sdf.glsl", "sd_polygon", "vec4(sd_polygon(p, 0.3, 5.0))"),
    ("sdf.glsl", "sd_join", "vec4(sd_join(p.x, p.y, 0.1))"),
    ("sdf.glsl", "sd_cover", "vec4(sd_cover(p.x, 0.01))"),
    ("easing.glsl", "ramp", "vec4(ramp(0.2, 0.8, p.x))"),
    ("easing.glsl", "ease_quintic", "vec4(ease_quintic(p.x))"),
    ("easing.glsl", "ease_in", "vec4(ease_in(p.x))"),
    ("easing.glsl", "bias", "vec4(bias(p.x, 0.3))"),
    ("easing.glsl", "bump", "vec4(bump(p.x, 0.4, 0.3))"),
    ("cubic.glsl", "texture_cubic", "texture_cubic(image, p * 0.01)"),
    ("people.glsl", "person_in, nobody there", "person_in(image, image, ivec2(p * 40.0))"),
    ("tones.glsl", "palette_tone", "vec4(palette_tone(vec3[5](vec3(p, 0.1), vec3(p, 0.2),"
     " vec3(p, 0.3), vec3(p, 0.4), vec3(p, 0.5)), 1.0), 1.0)"),
)  # fmt: skip


def seconds(
    ctx: moderngl.Context, folder: Path, include: str, expression: str, least: int
) -> float:
    """Return the processor time of a pixel, in seconds: the least of several drawings."""
    before = {"tones.glsl": '#include "srgb.glsl"\n#include "oklab.glsl"\n'}.get(include, "")
    lines = "".join(
        f"    {{ vec2 p = q + {i / CALLS:.3f}; sum += {expression}; }}\n" for i in range(CALLS)
    )
    path = folder / "shaders" / "cost.fs"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        '/*{"INPUTS": [{"NAME": "image", "TYPE": "image"}]}*/\n'
        + (f'{before}#include "{include}"\n' if include else "")
        + f"void main()\n{{\n    vec2 q = isf_FragNormCoord;\n    vec4 sum = vec4(0.0);\n{lines}"
        "    gl_FragColor = sum;\n}\n"
    )
    with ExitStack() as owner:
        program = compile_passes(ctx, load(path, Assets([folder, builtin_root()])), owner)[0]
        target = ctx.simple_framebuffer((SIDE, SIDE), 4, dtype="f4")
        owner.callback(target.release)
        nobody = np.zeros((256, 256, 4), np.float32)
        texture = ctx.texture((256, 256), 4, nobody.tobytes(), dtype="f4")
        owner.callback(texture.release)
        target.use()
        texture.use(0)
        best = float("inf")
        for _ in range(least):
            began = time.process_time()
            program.draw()
            ctx.finish()
            best = min(best, time.process_time() - began)
    return best / SIDE**2


def main() -> None:
    """Print every function's cost, and what it comes to in texture reads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--least", type=int, default=9, help="drawings to take the least of")
    least = parser.parse_args().least
    ctx = moderngl.create_context(standalone=True, backend="egl", require=330)  # type: ignore[arg-type]
    print(ctx.info["GL_RENDERER"], file=sys.stderr)
    with TemporaryDirectory() as name:
        folder = Path(name)
        plain = seconds(ctx, folder, "", PLAIN, least)
        read = (seconds(ctx, folder, "", READ, least) - plain) / CALLS
        for include, function, expression in ROWS:
            cost = (seconds(ctx, folder, include, expression, least) - plain) / CALLS
            row = (
                f"{include:<14}{function:<26}{max(cost, 0) * 1e9:7.1f} ns{max(cost, 0) / read:6.1f}"
            )
            print(row)


if __name__ == "__main__":
    main()
