"""What comes out of the guard flashes no more than three times a second, whatever goes in.

Three opinions on it: the analyser, means of the picture and its ninths, and every pixel counted.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.flash import (
    AREA,
    EXTENDED_SECONDS,
    EXTENDED_TRANSITIONS,
    MOST_TRANSITIONS,
    Safety,
)
from empathy_palettes.render.flashes import figures as on
from empathy_palettes.render.flashes.adversaries import adversarial
from empathy_palettes.render.flashes.analyser import Analyser
from empathy_palettes.render.flashes.figures import STEPS
from empathy_palettes.render.flashes.sequence import Sequence, painted
from empathy_palettes.render.flashes.sequences import sequences
from empathy_palettes.render.guard.reference import Reference
from empathy_palettes.render.renderer import Renderer

from ..flashes.frame_mean import FrameMean
from ..flashes.per_pixel import PerPixel
from .brighter import Brighter

ALL = {sequence.name: sequence for sequence in sequences()}
A_FEW = ("strobe 10 Hz", "checker of 1 px, depth 1.00, 5 Hz", "red and dark red", "rainbow 5 Hz")
#: Pixels of a show among many; a cell is 2 by 2, and the ninths are whole tiles of them.
SHOWS = (36, 18)

Pictures = NDArray[np.uint8]


def guarded(
    gl: moderngl.Context, sequence: Sequence, size: tuple[int, int], frames: int, safety: Safety
) -> tuple[Analyser, FrameMean]:
    """What the analyser and the means make of a sequence that went through the shaders."""
    renderer = Renderer(gl, size, Assets([]), safety=safety)
    texture = gl.texture(size, 4)
    analyser, means = Analyser(size, Fraction(STEPS)), FrameMean(STEPS)
    wanted = np.full((size[1], size[0], 4), 255, np.uint8)
    shown = np.empty_like(wanted)
    for step in range(frames):
        wanted[..., :3] = sequence.draw(step, size)[::-1]
        texture.write(wanted)
        renderer.compose(texture, steps=1).read_into(shown, components=4)
        analyser.see(shown[::-1])
        means.see(shown[::-1, :, :3])
    texture.release()
    renderer.release()
    return analyser, means


def hold(analyser: Analyser, means: FrameMean) -> None:
    """Fail where either finds more than three flashes a second, or four transitions for long."""
    verdict = analyser.verdict()
    assert verdict.flashing_passed, (verdict.general, verdict.red, verdict.extended)
    assert means.most().max() <= MOST_TRANSITIONS
    assert means.longest().max() < EXTENDED_SECONDS


@pytest.mark.gl
@pytest.mark.parametrize("name", A_FEW)
def test_a_known_sequence_is_tamed(gl: moderngl.Context, name: str) -> None:
    hold(*guarded(gl, ALL[name], (320, 180), 100, Safety()))


@pytest.mark.gl
def test_it_is_the_guard_that_tames_it(gl: moderngl.Context) -> None:
    analyser, means = guarded(gl, ALL["strobe 10 Hz"], (64, 36), 80, Safety(guard="off"))
    assert not analyser.verdict().general.passed
    assert means.most().max() > MOST_TRANSITIONS


@pytest.mark.gl
def test_the_fail_safe_tames_as_well(gl: moderngl.Context) -> None:
    hold(*guarded(gl, ALL["quadrants 5 Hz"], (64, 36), 130, Safety(guard="slew")))


@pytest.mark.gl
@pytest.mark.soak
@pytest.mark.parametrize("guard", ["budget", "slew"])
@pytest.mark.parametrize("name", ALL)
def test_every_known_sequence_is_tamed(gl: moderngl.Context, name: str, guard: str) -> None:
    sequence = ALL[name]
    size = (640, 360) if guard == "budget" else (160, 90)
    safety = Safety(guard="budget" if guard == "budget" else "slew")
    hold(*guarded(gl, sequence, size, round(sequence.seconds * STEPS), safety))


def tame(seed: int, count: int, seconds: int, nits: float = 200.0) -> None:
    """Put many adversaries through the reference, and count every pixel of what comes out."""
    width, height = SHOWS
    grid = width // 2, height // 2
    guard = Reference(SHOWS, grid=grid, sequences=count, peak_nits=nits)
    before, after = (Brighter((count, height, width), nits) for _ in range(2))
    means = FrameMean(STEPS)
    for wanted in islice(adversarial(count, SHOWS, seed), seconds * STEPS):
        shown = guard.step(wanted)
        before.see(wanted)
        after.see(shown)
        means.see(shown)
    assert (before.share["general"] > AREA).mean() > 0.8, "these are no adversaries"
    assert (before.share["red"] > AREA).mean() > 0.2
    for kind in ("general", "red"):
        assert (after.share[kind] <= AREA).all(), (kind, after.share[kind].max())
    assert (after.held < EXTENDED_SECONDS).all()
    whole, ninths = means.most()[:, 0], means.most()[:, 1:]
    assert whole.max() <= MOST_TRANSITIONS
    # The guard reckons a ninth's mean from its cells' shares: of nine thousand one has seven.
    assert ninths.max() <= MOST_TRANSITIONS + 1
    assert (ninths > MOST_TRANSITIONS).mean() <= 0.001
    assert means.longest().max() < EXTENDED_SECONDS


def test_adversaries_are_tamed() -> None:
    tame(seed=0, count=100, seconds=2)


@pytest.mark.parametrize("nits", [800.0, 2000.0])
def test_adversaries_are_tamed_on_a_bright_wall(nits: float) -> None:
    tame(seed=0, count=30, seconds=2, nits=nits)


#: Colours that a bright wall must not show by turns: the first are nearly as bright as each other.
TURNS = (
    (800.0, (228, 223, 221), (21, 255, 58)),
    (1000.0, (212, 228, 221), (57, 255, 58)),
    (1500.0, (219, 223, 235), (53, 255, 48)),
    (2000.0, (228, 221, 216), (21, 255, 73)),
    (4000.0, (200, 200, 200), (202, 201, 203)),
)


@pytest.mark.gl
@pytest.mark.parametrize(("nits", "one", "other"), TURNS)
def test_colours_that_are_nearly_as_bright_are_tamed(
    gl: moderngl.Context, nits: float, one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    size = (24, 12)
    renderer = Renderer(gl, size, Assets([]), safety=Safety(nits))
    texture = gl.texture(size, 4)
    before, after = (Brighter((1, 12, 24), nits) for _ in range(2))
    for step in range(5 * STEPS):
        wanted = np.full((1, 12, 24, 4), (*(one if step // 3 % 2 else other), 255), np.uint8)
        texture.write(wanted)
        raw = renderer.compose(texture).read(components=3, alignment=1)
        before.see(wanted[..., :3])
        after.see(np.frombuffer(raw, np.uint8).reshape(1, 12, 24, 3))
    assert before.most["general"].max() > MOST_TRANSITIONS
    assert after.most["general"].max() < EXTENDED_TRANSITIONS
    texture.release()
    renderer.release()


@pytest.mark.soak
@pytest.mark.parametrize("nits", [400.0, 800.0, 1000.0, 2000.0, 4000.0])
def test_many_adversaries_are_tamed_on_bright_walls(nits: float) -> None:
    tame(seed=50, count=100, seconds=8, nits=nits)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 9))
def test_two_thousand_adversaries_are_tamed(seed: int) -> None:
    tame(seed, count=250, seconds=8)


@pytest.mark.parametrize("cell", [4, 8])
def test_fine_bars_that_move_a_quarter_of_a_cell_each_frame_are_tamed(cell: int) -> None:
    size = 12 * cell, 6 * cell
    bars = painted(on.bars(4, 5), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    guard, pixels = Reference(size, grid=(12, 6)), PerPixel((1, size[1], size[0]))
    for step in range(2 * STEPS):
        pixels.see(guard.step(bars(step, size))[None])
    assert pixels.share["general"].max() <= AREA


RED_CYCLES = (
    [(149, 56, 48), (220, 0, 0), (220, 0, 0)],
    [(149, 56, 48), (255, 0, 0)],
    [(180, 0, 0), (89, 0, 0)],
    [(180, 0, 0), *3 * [(100,) * 3], (180, 0, 0), *4 * [(100,) * 3], *7 * [(255, 0, 0)]],
)


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_reds_that_are_held_and_paled_by_turns_are_tamed(steps: int) -> None:
    seconds = 7
    frames = seconds * STEPS // steps
    guard = Reference((4, 4), grid=(2, 2), sequences=len(RED_CYCLES))
    pixels = PerPixel((len(RED_CYCLES), 4, 4), STEPS // steps)
    for frame in range(frames):
        wanted = np.array([cycle[frame % len(cycle)] for cycle in RED_CYCLES], np.uint8)
        whole = np.broadcast_to(wanted[:, None, None], (len(RED_CYCLES), 4, 4, 3))
        pixels.see(guard.step(np.ascontiguousarray(whole), steps))
    assert max(int(most.max()) for most in pixels.most.values()) <= MOST_TRANSITIONS
    assert pixels.held.max() < EXTENDED_SECONDS
