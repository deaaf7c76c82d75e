"""One frame of a whole show: each preset with 300 people, beside the bare loop of its drawing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks.alternate import compare
from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import Tick
from empathy_palettes.outlet.contract import OutletContext, Surface
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import Installation, Simulated, preset_show
from empathy_palettes.show.loop import opened
from empathy_palettes.show.stage import Stage

SIZE = (1280, 720)
FRAMES = 6


def main() -> None:
    """Print ms per frame: two steps of everything and one picture, at 720p."""
    for preset in ("tidal", "surge", "palette"):
        installation = preset_show(preset, SIZE, 0, Simulated())
        with opened(
            Headless(),
            [],
            OutletContext(SIZE),
            partial(open_frame, installation),
        ) as (stage, _):
            ways = {
                "whole frame, 30 a second": frames_of(stage, 2),
                "the same step again": frames_of(stage, 0),
            }
            compare(f"{preset} at 1280x720", ways, FRAMES, "ms")


def open_frame(installation: Installation, surface: Surface) -> Stage:
    """Return a stage whose crowd has been there for two seconds."""
    assets = Assets.discover()
    return open_stage(installation, None, assets, surface, size=SIZE, preroll=120)


def frames_of(stage: Stage, steps: int) -> Callable[[], None]:
    """Return a few frames of `steps` steps each, every one waited for."""

    def frames() -> None:
        for _ in range(FRAMES):
            step = stage.crowd.current_step + steps
            frame = stage.step(Tick(0, step, steps), [])
            frame.pixels()

    return frames


if __name__ == "__main__":
    main()
