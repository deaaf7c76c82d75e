"""Films that were stopped, by hand or by a kill, and gone on with: every frame once, as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.inlet.hearing import Track
from empathy_palettes.inlet.media import decode_sound
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.finish import part_of
from empathy_palettes.outlet.film.recipes import MUXERS, RECIPES, Recipe
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

pytestmark = pytest.mark.gl

SIZE = (128, 72)  # at less than this, x264 is not the same every time
LINE = "empathy export tidal --out film"
CONTEXT = OutletContext(SIZE, reproduce=LINE)
AGAIN = OutletContext(SIZE, reproduce=f"{LINE} --resume")
FRAMES, RATE = 250, 30
GROUP = 90  # frames: three seconds
INSTANTS = [Fraction(index, RATE) for index in range(FRAMES)]
FILMS = [recipe for recipe in RECIPES.values() if recipe.kind == "film"]
Paint = Callable[..., Frame]


def picture(index: int) -> NDArray[np.uint8]:
    """A disc that goes round on a ground of its own; no two frames are alike."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    cx, cy = 32 + 24 * np.cos(index / 9), 18 + 12 * np.sin(index / 7)
    disc = (x - cx) ** 2 + (y - cy) ** 2 < 60
    ground = np.stack([x * 3, y * 6, (x + y + index) * 2 % 200], axis=2)
    found: NDArray[np.uint8] = np.where(disc[..., None], [230, 90, 40], ground).astype(np.uint8)
    return found


def write(film: Film, frames: list[Frame], until: int, *, stop: bool = False) -> str:
    for index, frame in enumerate(frames[:until]):
        film.present(frame, Tick(index, 2 * index, 2))
    if stop:
        return film.stop()
    film.close()
    return ""


def decode(path: Path) -> tuple[list[Fraction], NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        shown = [Fraction(frame.pts or 0) * (frame.time_base or 1) for frame in frames]
        return shown, np.stack([frame.to_ndarray(format="rgb24") for frame in frames])


@pytest.fixture
def frames(headless: Headless, paint: Paint) -> list[Frame]:
    return [paint(headless.gl, picture(index)) for index in range(FRAMES)]


def film(path: Path, label: str, *, resume: bool = False, sound: Track | None = None) -> Film:
    return Film(path, Fraction(RATE), RECIPES[label], resume=resume, sound=sound)


@pytest.mark.parametrize("recipe", FILMS, ids=lambda recipe: recipe.label)
def test_a_film_goes_on_where_it_was_stopped(
    frames: list[Frame], tmp_path: Path, recipe: Recipe
) -> None:
    label, suffix = recipe.label, recipe.suffixes[0]
    whole, path = tmp_path / f"whole{suffix}", tmp_path / f"film{suffix}"
    first = film(whole, label)
    first.open(CONTEXT)
    write(first, frames, FRAMES)
    stopped = film(path, label)
    stopped.open(CONTEXT)
    assert "--resume" in write(stopped, frames, 130, stop=True)
    again = film(path, label, resume=True)
    again.open(AGAIN)
    alone = label in ("ffv1", "prores", "prores4444")  # each picture needs no other
    assert again.kept == (128 if alone else GROUP)
    kept = again.kept
    write(again, frames, FRAMES)
    shown, ours = decode(path)
    expected, theirs = decode(whole)
    assert (
        shown
        == expected
        == [
            Fraction(round(1000 * at), 1000) if suffix in (".mkv", ".webm") else at
            for at in INSTANTS
        ]
    )
    assert np.array_equal(ours[:kept], theirs[:kept])
    assert np.array_equal(ours, theirs)
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted([path.name, whole.name])
    with av.open(str(path)) as container:
        comment = container.metadata.get("comment") or container.metadata.get("COMMENT")
        assert comment == LINE


CHILD = """
import os, signal, sys
from fractions import Fraction
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from test_resuming import *

path, label, until = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
surface, made = Headless(), film(path, label)
surface.open(CONTEXT)
made.open(CONTEXT)
textures = [surface.gl.texture(SIZE, 4) for _ in range(3)]
buffers = [surface.gl.framebuffer([texture]) for texture in textures]
for index in range(until):
    texture = textures[index % 3]
    frame = Frame(buffers[index % 3], SIZE, np.zeros((1, 3), np.float32), {})
    opaque = np.dstack([picture(index), np.full(SIZE[::-1], 255, np.uint8)])
    texture.write(opaque[::-1].tobytes())
    made.present(frame, Tick(index, 2 * index, 2))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("label", "until"), [("h264", 240), ("h264", 9), ("ffv1", 120)])
def test_a_film_goes_on_where_it_was_killed(
    frames: list[Frame], tmp_path: Path, label: str, until: int
) -> None:
    path = tmp_path / f"film{RECIPES[label].suffixes[0]}"
    command = [
        sys.executable,
        "-c",
        CHILD,
        str(path),
        label,
        str(until),
        str(Path(__file__).parent),
    ]
    assert subprocess.run(command, timeout=60, check=False).returncode == -signal.SIGKILL
    assert part_of(path).exists()
    again = film(path, label, resume=True)
    again.open(AGAIN)
    kept = again.kept
    assert kept >= {240: GROUP, 9: 0, 120: 60}[until]
    write(again, frames, FRAMES)
    whole = film(tmp_path / f"whole{path.suffix}", label)
    whole.open(CONTEXT)
    write(whole, frames, FRAMES)
    shown, ours = decode(path)
    expected, theirs = decode(tmp_path / f"whole{path.suffix}")
    assert shown == expected and len(shown) == FRAMES
    assert np.array_equal(ours, theirs)


def test_a_film_may_be_stopped_again_and_again(frames: list[Frame], tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    kept = []
    for until in (100, 190, 240):
        part = film(path, "h264", resume=True)
        part.open(AGAIN)
        kept.append(part.kept)
        write(part, frames, until, stop=True)
        assert len(decode(part_of(path))[0]) == until - 1
    assert kept == [0, GROUP, 2 * GROUP]
    last = film(path, "h264", resume=True)
    last.open(AGAIN)
    write(last, frames, FRAMES)
    shown, _ = decode(path)
    assert shown == INSTANTS
    assert [item.name for item in tmp_path.iterdir()] == ["film.mp4"]


def test_sound_has_no_seam(frames: list[Frame], tmp_path: Path) -> None:
    seconds = np.arange(44_100 * 2) / 44_100
    track = Track((0.3 * np.sin(2 * np.pi * 220 * seconds)).astype(np.float32)[None], 44_100)
    heard = []
    for name, stops in (("whole.mp4", ()), ("film.mp4", (130,))):
        for until in (*stops, FRAMES):
            part = film(tmp_path / name, "h264", resume=bool(stops), sound=track)
            part.open(AGAIN)
            write(part, frames, until, stop=until < FRAMES)
        heard.append(decode_sound(tmp_path / name)[0])
    assert np.array_equal(heard[0], heard[1])


def test_every_frame_as_it_was_lived(frames: list[Frame], tmp_path: Path) -> None:
    """Without a rate, a frame is shown at its tick's step, and a film goes on all the same."""
    rng = np.random.default_rng(4)
    steps = np.cumsum(rng.integers(1, 5, FRAMES)) + 7
    path = tmp_path / "film.mp4"
    for until in (200, FRAMES):
        part = Film(path, None, RECIPES["h264"], resume=True)
        part.open(AGAIN)
        assert (part.kept > 0) == (until == FRAMES)
        for index, step in enumerate(steps[:until].tolist()):
            part.present(frames[index], Tick(index, step, 1))
        part.close() if until == FRAMES else part.stop()
    shown, _ = decode(path)
    assert shown == [Fraction(int(step - steps[0]), 60) for step in steps]


def test_what_another_line_made_is_left_as_it_is(frames: list[Frame], tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    one = film(path, "h264")
    one.open(CONTEXT)
    write(one, frames, 80, stop=True)
    before = part_of(path).read_bytes()
    with pytest.raises(MachineError) as caught:
        film(path, "h264", resume=True).open(OutletContext(SIZE, reproduce="empathy export surge"))
    assert "another line made it" in str(caught.value) and LINE in str(caught.value)
    assert "\n" not in str(caught.value)
    other = Film(path, Fraction(RATE), RECIPES["h264"], 30, resume=True)
    try:
        other.open(CONTEXT)
    except MachineError as error:
        assert "set otherwise" in str(error)
    else:
        other.stop()
        return
    assert part_of(path).read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["film.mp4.part"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
def test_what_is_being_written_is_left_alone(frames: list[Frame], tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    one = film(path, "h264")
    one.open(CONTEXT)
    with pytest.raises(MachineError, match="another program is writing it"):
        film(path, "h264", resume=True).open(CONTEXT)
    assert [item.name for item in tmp_path.iterdir()] == ["film.mp4.part"]
    write(one, frames, FRAMES)
    assert decode(path)[0] == INSTANTS


def test_what_is_no_film_is_begun_anew(frames: list[Frame], tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    part_of(path).write_bytes(b"")
    made = film(path, "h264", resume=True)
    made.open(AGAIN)
    assert made.kept == 0
    write(made, frames, 20)
    assert len(decode(path)[0]) == 20


def test_every_film_has_a_muxer() -> None:
    assert {MUXERS[suffix] for recipe in FILMS for suffix in recipe.suffixes} == {
        "mp4",
        "mov",
        "matroska",
        "webm",
    }
