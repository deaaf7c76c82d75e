"""Which guard is chosen; the fail-safe one; what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Literal

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.color import srgb_to_linear
from empathy_palettes.core.flash import Safety
from empathy_palettes.render.compositor import Compositor
from empathy_palettes.render.guard import choice, glsl, proof, reference
from empathy_palettes.render.guard.gl import Shaders
from empathy_palettes.render.guard.numbers import slew_rate
from empathy_palettes.render.guard.reference import Reference
from empathy_palettes.render.guard.slewing import SlewReference
from empathy_palettes.render.guard.tally import EVERY, Interventions

pytestmark = pytest.mark.gl

SIZE = (40, 24)
Pixels = NDArray[np.uint8]
Step = Callable[[Pixels, int], Pixels]


@pytest.mark.parametrize("nits", [200.0, 800.0])
def test_the_fail_safe_equals_its_reference(
    guarded: Callable[..., Step], unruly: Callable[..., Iterator[Pixels]], nits: float
) -> None:
    step = guarded(SIZE, Safety(nits, "slew"))
    slow = SlewReference(SIZE, peak_nits=nits)
    before = np.zeros(SIZE[::-1])
    for number, picture in enumerate(unruly(SIZE, 150, 4)):
        steps = (1, 2, 0, 3)[number % 4]
        found = step(picture, steps)
        assert np.abs(found - slow.step(picture, steps).astype(int)).max() <= 2
        light = np.asarray(srgb_to_linear(found / 255.0))
        assert (light[..., 0] <= 0.785 * light.sum(axis=-1) + 0.002).all(), "a saturated red"
        grey = light @ (0.2126, 0.7152, 0.0722)
        assert np.abs(grey - before).max() <= slew_rate(nits) * steps / 60 + 0.01
        before = grey


@pytest.mark.parametrize("guard", ["budget", "slew", "off"])
def test_which_guard_runs_can_be_told(
    gl: moderngl.Context, guard: Literal["budget", "slew", "off"]
) -> None:
    compositor = Compositor(gl, SIZE, Safety(guard=guard))
    assert compositor.guard == guard
    compositor.release()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def proved(*_: object) -> str:
        return "in its trial, picture 1 is wrong by 9 of 255"

    monkeypatch.setattr(choice, "proved", proved)


def test_a_guard_that_fails_its_trial_is_replaced(
    gl: moderngl.Context, guarded: Callable[..., Step], failing: None
) -> None:
    compositor = Compositor(gl, SIZE)
    assert [line for line in compositor.warnings if "picture 1 is wrong by 9" in line]
    assert compositor.guard == "slew"
    compositor.release()
    white = np.full((24, 40, 3), 255, np.uint8)
    assert guarded(SIZE)(white, 1).max() < 40, "light comes slowly"


def test_the_trial_sees_a_wrong_picture(
    gl: moderngl.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    bright = Reference(proof.SIZE, grid=proof.GRID, peak_nits=4000)
    monkeypatch.setattr(proof, "Reference", lambda *_, **__: bright)
    compositor = Compositor(gl, SIZE)
    assert len(compositor.warnings) == 1
    assert "in its trial, picture" in compositor.warnings[0]
    compositor.release()


@pytest.mark.parametrize(
    ("name", "value"),
    [("MEMORY", 62), ("FREED", 12), ("FREE", 2), ("TICK", 4), ("WINDOWS", (2, 2))],
)
def test_the_trial_sees_what_is_forgotten_too_late(
    gl: moderngl.Context, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    """It is as if the shaders had another number than the reference."""
    monkeypatch.setattr(reference, name, value)
    with ExitStack() as owner:
        assert "in its trial, picture" in proof.proved(gl, Shaders(gl, 200.0, owner), 200.0)


def test_the_trial_sees_all_cells_of_a_tile(
    gl: moderngl.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_of_them = "x >= from.x && x < to.x && y >= from.y && y < to.y"
    assert all_of_them in glsl.TILES
    with ExitStack() as owner:
        for less in ("x == from.x && y >= from.y && y < to.y", "x < to.x && y == from.y"):
            monkeypatch.setattr(glsl, "TILES", glsl.TILES.replace(all_of_them, less))
            assert proof.proved(gl, Shaders(gl, 200.0, owner), 200.0)
            monkeypatch.undo()
        assert not proof.proved(gl, Shaders(gl, 200.0, owner), 200.0)


def test_no_guard_only_where_it_is_asked_for(
    guarded: Callable[..., Step], unruly: Callable[..., Iterator[Pixels]]
) -> None:
    off, on = guarded(SIZE, Safety(guard="off")), guarded(SIZE)
    altered = 0
    for picture in unruly(SIZE, 60, 4):
        assert (off(picture, 1) == picture).all()
        altered += not (on(picture, 1) == picture).all()
    assert altered > 10


def test_what_was_done_is_told(gl: moderngl.Context) -> None:
    compositor = Compositor(gl, SIZE)
    assert compositor.interventions == Interventions()
    assert compositor.warnings == ()
    texture = gl.texture(SIZE, 4)
    reference = Reference(SIZE)
    kept = []
    for number, picture in enumerate(proof.hostile(SIZE, 2 * EVERY + 3), 1):
        texture.write(np.dstack([picture, np.full_like(picture[..., :1], 255)]).tobytes())
        compositor.compose(texture)
        reference.step(picture)
        kept.append((reference.held.mean(), reference.reddened.mean(), reference.acting.mean()))
        if number == EVERY + 3:
            assert compositor.interventions.of == EVERY
    told = compositor.interventions
    held, red, acting = np.array(kept[: told.of]).T
    assert told.of == 2 * EVERY
    assert told.frames == (acting > 0).sum() > 0
    assert told.held == pytest.approx(held.mean())
    assert told.reddened == pytest.approx(red.mean())
    assert told.altered == pytest.approx(acting.mean())
    assert told.altered < told.held + told.reddened, "no cell was both"
    assert told.most == pytest.approx(acting.max())
    assert red.max() > 0
    texture.release()
    compositor.release()


@pytest.mark.parametrize("dtype", ["f2", "f4"])
def test_what_is_no_number_never_stays(gl: moderngl.Context, dtype: str) -> None:
    kind = {"f2": np.float16, "f4": np.float32}[dtype]
    rng = np.random.default_rng(6)
    compositor = Compositor(gl, SIZE, Safety(guard="budget"))
    slow = Compositor(gl, SIZE, Safety(guard="slew"))
    bad = rng.choice([np.nan, np.inf, -np.inf, 0.5], (24, 40, 4)).astype(kind)
    good = np.full((24, 40, 4), 0.25, kind)
    good[..., 3] = 1
    texture = gl.texture(SIZE, 4, dtype=dtype)
    for number in range(40):
        texture.write((bad if number % 2 else good).tobytes())
        compositor.compose(texture)
        slow.compose(texture)
    texture.write(good.tobytes())
    for guarded in (compositor, slow):
        for _ in range(80):
            frame = guarded.compose(texture, steps=2)
        found = np.frombuffer(frame.read(components=3, alignment=1), np.uint8)
        assert np.abs(found - 0.25 * 255).max() <= 1
        guarded.release()
    texture.release()


def test_transitions_and_fades_are_guarded_as_they_are_composed(
    gl: moderngl.Context, unruly: Callable[..., Iterator[Pixels]]
) -> None:
    """What is recomposed where the guard acts is what was composed: also mixed, lit and deep."""
    plain, guard = Compositor(gl, SIZE, Safety(guard="off")), Compositor(gl, SIZE)
    reference = Reference(SIZE)
    first, second = gl.texture(SIZE, 4), gl.texture(SIZE, 4, dtype="f2")
    acted = 0
    for number, picture in enumerate(unruly(SIZE, 120, 21)):
        opaque = np.dstack([picture, np.full_like(picture[..., :1], 255)])
        first.write(opaque.tobytes())
        second.write((opaque[::-1] / 255).astype(np.float16).tobytes())
        kind = number // 4 % 4
        pair = (first, second if kind & 1 else None, 0.5, 0.4 if kind & 2 else 1.0)
        wanted = plain.compose(*pair).read(components=3, alignment=1)
        found = guard.compose(*pair).read(components=3, alignment=1)
        bytes_of = reference.step(np.frombuffer(wanted, np.uint8).reshape(24, 40, 3))
        assert (np.frombuffer(found, np.uint8).reshape(24, 40, 3) == bytes_of).all()
        acted += bool(reference.acting.any())
    assert acted > 40
    for thing in (plain, guard, first, second):
        thing.release()
