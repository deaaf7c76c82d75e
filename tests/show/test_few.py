"""Two people at half past ten: too few to be told of, and each of them is answered all the same."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.clock import FixedClock
from empathy_palettes.inlet.osc import encode
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import Installation, load_installation
from empathy_palettes.show.loop import opened

pytestmark = pytest.mark.gl

SIZE = (640, 360)
FPS = 12
SECONDS = 5
COMES = 1.0  # second at which somebody first speaks, who may not
TURNS = 3.0  # and at which they feel otherwise, or do not
PRESETS = sorted(path.stem for path in Assets([builtin_root()]).listing("presets"))

SEEN = 24  # of 255, in any channel: a difference that is seen
BOX = 40  # pixels, of the squares in which a mark is looked for
LARGE = 9  # pixels of 640 x 360, about as many as the smallest mark has

Feeling = tuple[float, float]
Pictures = NDArray[np.int16]


def place(preset: str, port: int) -> Installation:
    """A desk whose statistics wait for five people, who say that they consent."""
    desk = load_installation("desk", Assets.discover()).installation
    return desk.model_copy(
        update={
            "playlist": (desk.playlist[0].model_copy(update={"preset": preset}),),
            "inlet": (desk.inlet[0].model_copy(update={"port": port}),),
            "consent": desk.consent.model_copy(
                update={"mode": "explicit", "statement": "", "minimum_group": 5}
            ),
        }
    )


def pictures(preset: str, port: int, people: Mapping[str, Sequence[Feeling | None]]) -> Pictures:
    """Every picture of a show, (frames, height, width, 3).

    `people`: name → what they say at each frame over UDP, None = nothing.
    """
    frames = FPS * SECONDS
    shown = np.empty((frames, SIZE[1], SIZE[0], 3), np.int16)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        opened(
            Headless(),
            [],
            OutletContext(SIZE),
            lambda surface: open_stage(
                place(preset, port), None, Assets.discover(), surface, size=SIZE, fade_in=False
            ),
        ) as (stage, _),
    ):
        for tick in FixedClock(FPS, frames):
            for name, says in people.items():
                feeling = says[tick.index]
                if feeling is None:
                    continue
                if not any(says[: tick.index]):
                    sender.sendto(encode(f"/empathy/{name}/consent", 1), ("127.0.0.1", port))
                sender.sendto(encode(f"/empathy/{name}", *feeling), ("127.0.0.1", port))
            shown[tick.index] = stage.step(tick, []).pixels()[..., :3]
            assert len(stage.told) == 2, "nothing is told of so few, but how many they are"
        assert not stage.door.notices.rejected
        assert stage.most_people == sum(any(says) for says in people.values())
    return shown


def saying(
    first: Feeling, then: Feeling, begins: float = COMES
) -> list[Feeling | None]:
    """What somebody says at each frame: twice a second, from a second on, one thing, then another."""
    said: list[Feeling | None] = [None] * (FPS * SECONDS)
    for frame in range(round(begins * FPS), len(said), FPS // 2):
        said[frame] = first if frame < TURNS * FPS else then
    return said


def marks(one: Pictures, other: Pictures, second: float) -> tuple[int, float]:
    """How many pixels of a small mark differ visibly within the second that follows, and when.

    A mark is what stands out of its surroundings: what changes all round it, as the whole picture
    may with the crowd's own feeling, is taken away. The best frame counts.
    """
    first = round(second * FPS)
    best = (0, 0.0)
    for frame in range(first, first + FPS):
        apart = one[frame] - other[frame]
        wide, high = SIZE[0] // BOX, SIZE[1] // BOX
        boxes = apart.reshape(high, BOX, wide, BOX, 3)
        round_it = np.median(boxes, axis=(1, 3), keepdims=True)
        seen = np.abs(boxes - round_it).max(axis=-1) >= SEEN
        count = int(seen.sum(axis=(1, 3)).max())
        best = max(best, (count, -(frame - first + 1) / FPS))
    return best[0], -best[1]


if __name__ == "__main__":
    for preset in PRESETS:
        port = 23456
        for at in ((0.5, 0.4), (-0.5, -0.3), (-0.5, 0.6), (0.4, -0.5), (0.0, 0.0)):
            glad, sad = at, (-at[0] or 0.5, -at[1])
            other = saying((-0.3, 0.5), (-0.3, 0.5), 0.0)
            alone = pictures(preset, port, {"a": other})
            with_ = pictures(preset, port, {"a": other, "b": saying(glad, glad)})
            turned = pictures(preset, port, {"a": other, "b": saying(glad, sad)})
            print(preset, at, marks(alone, with_, COMES), marks(with_, turned, TURNS))
