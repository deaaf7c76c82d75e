"""The worst that people can send, over real UDP, through every preset and the guard to a film."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.clock import FixedClock
from empathy_palettes.inlet.osc import encode, encode_bundle
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.analysis import analyse
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import Installation, load_installation
from empathy_palettes.show.loop import opened
from empathy_palettes.show.stage import Stage

pytestmark = pytest.mark.gl

SIZE = (320, 180)
FPS = Fraction(30)
PEOPLE = 300
BUNDLE = 30  # messages
#: Messages after which everybody feels the opposite: as often as one may speak, and slower, since
#: smoothing takes most of what is quick. Each for as long as the others.
HALVES = (1, 2, 3, 5, 8, 15)
#: What they swing between: each axis, both together, and one against the other.
SWINGS = ((1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (1.0, -1.0))
PRESETS = sorted(path.stem for path in Assets([builtin_root()]).listing("presets"))


def place(preset: str, port: int) -> Installation:
    """A desk, guarded as every show is where its file says nothing of it."""
    desk = load_installation("desk", Assets.discover()).installation
    entry = desk.playlist[0].model_copy(update={"preset": preset})
    inlet = desk.inlet[0].model_copy(update={"port": port})
    return desk.model_copy(update={"playlist": (entry,), "inlet": (inlet,)})


def worst(frames: int) -> Iterator[list[bytes]]:
    """The datagrams of each frame: all say the same at once, and soon after it the opposite."""
    everybody = [f"/empathy/w{who:03d}" for who in range(PEOPLE)]
    for frame in range(frames):
        half = HALVES[frame * len(HALVES) // frames]
        valence, arousal = SWINGS[frame * len(HALVES) * len(SWINGS) // frames % len(SWINGS)]
        sign = 1.0 if frame // half % 2 else -1.0
        said = [encode(name, sign * valence, sign * arousal) for name in everybody]
        yield [encode_bundle(said[start : start + BUNDLE]) for start in range(0, PEOPLE, BUNDLE)]


@contextmanager
def recorded(preset: str, port: int, film: Path) -> Iterator[tuple[Stage, Film]]:
    video = Film(film, FPS)
    with opened(
        Headless(finish=False),
        [video],
        OutletContext(SIZE),
        lambda surface: open_stage(
            place(preset, port), None, Assets.discover(), surface, size=SIZE
        ),
    ) as (stage, _):
        yield stage, video


@pytest.mark.parametrize(
    ("preset", "seconds"),
    [
        pytest.param("palette", 6, id="short"),
        *(pytest.param(preset, 60, id=preset, marks=pytest.mark.soak) for preset in PRESETS),
    ],
)
def test_nothing_that_people_send_makes_a_wall_flash(
    preset: str, seconds: int, free_port: int, tmp_path: Path
) -> None:
    film = tmp_path / "worst.mp4"
    frames = round(seconds * FPS)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        recorded(preset, free_port, film) as (stage, video),
    ):
        for tick, datagrams in zip(FixedClock(FPS, frames), worst(frames), strict=True):
            for datagram in datagrams:
                sender.sendto(datagram, ("127.0.0.1", free_port))
            video.present(stage.step(tick, []), tick)
        accepted, acted = stage.door.accepted, stage.interventions
        assert stage.most_people == PEOPLE
    assert accepted == frames * PEOPLE, "not all of it was heard"
    analysis = analyse(film)
    found = {
        name: (finding.flashes, finding.share) for name, finding in analysis.verdict.findings()
    }
    print(f"{preset}: {accepted} feelings; {acted}; flashes and their share: {found}")
    assert analysis.verdict.passed
    assert analysis.verdict.frames == frames
