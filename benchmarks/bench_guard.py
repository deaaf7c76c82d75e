"""What the flash guard costs a frame of 1280x720: while nothing is held, and while all of it is.

Each way is beside the same frame without a guard. On llvmpipe processor time says more than the
clock where other programs run: --cpu prints that of all threads, about twice the time on two cores.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import cycle

import moderngl
import numpy as np

from empathy_palettes.core.flash import Safety
from empathy_palettes.render.compositor import Compositor

SIZE = (1280, 720)
ROUNDS = 60


def main() -> None:
    """Print the median time of each kind of frame, and what it is more than an unguarded one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cpu", action="store_true", help="processor time of all threads")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    ctx = moderngl.create_context(standalone=True, backend="egl", require=330)  # type: ignore[arg-type]
    print(ctx.info["GL_RENDERER"])
    ways = {
        "no guard": frames(ctx, Safety(guard="off"), 255),
        "nothing is held": frames(ctx, Safety(), 0),
        "all is held": frames(ctx, Safety(), 230),
        "all is held, and red": frames(ctx, Safety(), 230, red=True),
        "the slew guard": frames(ctx, Safety(guard="slew"), 230),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            begun = clock()
            way()
            ctx.finish()
            times[name].append((clock() - begun) * 1e3)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, median in medians.items():
        print(f"  {name:<24}{median:8.3f} ms   {median - medians['no guard']:+8.3f} ms")


def frames(
    ctx: moderngl.Context, safety: Safety, depth: int, *, red: bool = False
) -> Callable[[], object]:
    """Return what draws a frame: two pictures by turns, `depth` apart.

    No time goes by once the budgets are spent, so that they stay so.
    """
    compositor = Compositor(ctx, SIZE, safety)
    pictures = []
    for value in (depth, 0):
        pixels = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
        pixels[:, :, : 1 if red else 3] = value
        pixels[:, :, 3] = 255
        pictures.append(ctx.texture(SIZE, 4, pixels.tobytes()))
    for picture in pictures * 4:
        compositor.compose(picture)
    by_turns = cycle(pictures)
    return lambda: compositor.compose(next(by_turns), steps=0)


if __name__ == "__main__":
    main()
