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

SIZE = (480, 270)
FPS = 10
PRESETS = sorted(path.stem for path in Assets([builtin_root()]).listing("presets"))

# When the first and the second come, in seconds, and when both feel otherwise.
FIRST, SECOND, TURN = 0.5, 1.0, 2.0

SEEN = 24  # of 255, in any channel: a difference that is seen
SMALLEST = 5  # pixels of these pictures; 80 of a wall's 1920 x 1080
NEAR = 12  # pixels: as far from somebody's place a mark is theirs
ROUND = 40  # pixels: what surrounds it

Feeling = tuple[float, float]
Says = Sequence[Feeling | None]  # at each frame; None = nothing
Places = dict[str, tuple[int, int]]  # name → row and column of the picture


def place(preset: str, port: int) -> Installation:
    """A desk whose statistics wait for five people, and that waits for consent."""
    desk = load_installation("desk", Assets.discover()).installation
    consent = {"mode": "explicit", "statement": "", "minimum_group": 5}
    return desk.model_copy(
        update={
            "playlist": (desk.playlist[0].model_copy(update={"preset": preset}),),
            "inlet": (desk.inlet[0].model_copy(update={"port": port}),),
            "consent": desk.consent.model_copy(update=consent),
        }
    )


def show(
    preset: str, port: int, seconds: float, people: Mapping[str, Says]
) -> tuple[NDArray[np.int16], list[Places]]:
    """Every picture, (frames, height, width, 3), of people who speak over UDP, and their places."""
    frames = round(seconds * FPS)
    shown = np.empty((frames, SIZE[1], SIZE[0], 3), np.int16)
    places: list[Places] = []
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
        here: list[str] = []
        for tick in FixedClock(FPS, frames):
            for name, says in people.items():
                if (feeling := says[tick.index]) is None:
                    continue
                if name not in here:
                    here.append(name)
                    sender.sendto(encode(f"/empathy/{name}/consent", 1), ("127.0.0.1", port))
                sender.sendto(encode(f"/empathy/{name}", *feeling), ("127.0.0.1", port))
            shown[tick.index] = stage.step(tick, []).pixels()[..., :3]
            table = stage.programme.scene.now.textures["emo_people"]
            places.append({name: on_screen(table[0, slot, :2]) for slot, name in enumerate(here)})
            assert stage.told.keys() == {"count", "presence"}, "more is told than how many"
        assert stage.most_people == len(people)
        assert not stage.door.notices.rejected
    return shown, places


def on_screen(uv: NDArray[np.float32]) -> tuple[int, int]:
    return int((1 - uv[1]) * SIZE[1]), int(uv[0] * SIZE[0])


def saying(first: Feeling, then: Feeling, begins: float) -> Says:
    """What somebody says, twice a second from `begins` on: one thing, and from TURN on another."""
    said: list[Feeling | None] = [None] * round((TURN + 1) * FPS)
    for frame in range(round(begins * FPS), len(said), FPS // 2):
        said[frame] = first if frame < TURN * FPS else then
    return said


def mark(
    one: NDArray[np.int16], other: NDArray[np.int16], places: list[Places], name: str, since: float
) -> int:
    """How many pixels near somebody differ visibly within a second of `since`, in the best frame.

    What changes all round them, as the whole picture may with what the two feel, is taken away.
    """
    best = 0
    for frame in range(round(since * FPS), round((since + 1) * FPS)):
        row, column = places[frame][name]
        apart = one[frame] - other[frame]
        around = apart[max(row - ROUND, 0) : row + ROUND, max(column - ROUND, 0) : column + ROUND]
        near = apart[max(row - NEAR, 0) : row + NEAR, max(column - NEAR, 0) : column + NEAR]
        stands_out = np.abs(near - np.median(around, axis=(0, 1))).max(axis=-1) >= SEEN
        best = max(best, int(stands_out.sum()))
    return best


@pytest.mark.parametrize("preset", PRESETS)
def test_each_of_two_is_answered_when_they_come_and_when_they_turn(
    preset: str, free_port: int
) -> None:
    glad, sad = (0.5, 0.4), (-0.5, -0.3)
    stays = saying(glad, glad, FIRST), saying(sad, sad, SECOND)
    turns = saying(glad, (-0.4, 0.6), FIRST), saying(sad, (0.4, -0.5), SECOND)
    nobody, _ = show(preset, free_port, FIRST + 1, {})
    one, of_one = show(preset, free_port, SECOND + 1, {"a": stays[0]})
    two, of_two = show(preset, free_port, TURN + 1, dict(zip("ab", stays, strict=True)))
    after, of_after = show(preset, free_port, TURN + 1, dict(zip("ab", turns, strict=True)))
    answers = {
        "a comes": mark(one, nobody, of_one, "a", FIRST),
        "b comes": mark(two, one, of_two, "b", SECOND),
        "a turns": mark(after, two, of_after, "a", TURN),
        "b turns": mark(after, two, of_after, "b", TURN),
    }
    print(preset, answers)
    assert np.array_equal(two[: round(TURN * FPS)], after[: round(TURN * FPS)])
    assert min(answers.values()) >= SMALLEST
