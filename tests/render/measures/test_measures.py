"""What is to be seen in pictures whose measures are known in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from coloraide import Color

from empathy_palettes.mapping.preset import MEASURES as PROMISED
from empathy_palettes.render.measures.change import LAGS
from empathy_palettes.render.measures.forms import patches
from empathy_palettes.render.measures.run import CELLS, Run, averaged
from empathy_palettes.render.measures.table import MEASURES, measured

from .pictures import FPS, SIZE, Floats, discs, grey, lab, passing, places, run, wave

measure = MEASURES.__getitem__


def test_every_measure_that_may_be_promised_has_a_function() -> None:
    assert tuple(MEASURES) == PROMISED


@pytest.mark.parametrize("colour", ["#3b7dd8", "#f0b060", "#202020", "#98371b", "#ffffff"])
def test_colours_are_those_that_coloraide_finds(colour: str) -> None:
    found = Color(colour).convert("oklab")
    light, a, b = (float(each) for each in found.coords())
    bytes_ = np.array(list(bytes.fromhex(colour[1:])), np.uint8)
    seen = Run.of_srgb(np.broadcast_to(bytes_, (1, 90, 160, 3)), FPS)
    assert measure("lightness")(seen) == pytest.approx(light, abs=1e-5)
    assert measure("chroma")(seen) == pytest.approx(math.hypot(a, b), abs=1e-5)
    assert measure("warmth")(seen) == pytest.approx((a + b) / math.sqrt(2), abs=1e-5)
    assert measure("contrast")(seen) == pytest.approx(0.0, abs=1e-9)


def test_warm_is_where_orange_lies_and_cold_where_blue_does() -> None:
    def warmth(hue: float) -> float:
        turn = math.radians(hue)
        return measure("warmth")(run(lab(0.6, 0.08 * math.cos(turn), 0.08 * math.sin(turn))))

    assert warmth(45) == pytest.approx(0.08) and warmth(225) == pytest.approx(-0.08)
    assert warmth(135) == pytest.approx(0.0, abs=1e-9)
    # Ou's axis is at 50 degrees of CIELAB.
    hue = Color("lch-d65", [60, 40, 50]).convert("oklch")[2]
    assert hue == pytest.approx(45, abs=2)


def test_contrast_is_that_of_two_halves() -> None:
    across, _ = places()
    assert measure("contrast")(run(grey(np.where(across < 0, 0.3, 0.7)))) == pytest.approx(0.2)


@pytest.mark.parametrize("hertz", [0.02, 0.1, 0.5, 1.0, 2.0])
def test_motion_counts_the_waves_that_pass_in_a_second(hertz: float) -> None:
    found = measure("motion")(passing(hertz))
    exact = max(math.sin(math.pi * hertz * lag) / (math.pi * lag) for lag in LAGS)
    assert found == pytest.approx(exact, rel=0.1)
    if hertz < 0.5:
        assert found == pytest.approx(hertz, rel=0.1)


def test_motion_is_as_much_when_there_is_more_light_and_more_contrast() -> None:
    plain = measure("motion")(passing(0.3))
    for mean, height in ((0.3, 0.1), (0.7, 0.1), (0.5, 0.4)):
        assert measure("motion")(passing(0.3, mean=mean, height=height)) == pytest.approx(
            plain, rel=0.12
        )


def test_what_stands_still_does_not_move_however_bright_or_dithered() -> None:
    random = np.random.default_rng(1)
    still = wave(4.0)
    assert measure("motion")(run(*[still] * 20)) == 0.0
    dark = np.full((90, 160, 3), 0.08)
    noise = np.rint(dark * 255 + random.uniform(-0.5, 0.5, size=(30, 90, 160, 3)))
    for base in (0.0, 0.4, 0.9):
        dithered = np.clip(noise + base * 255, 0, 255).astype(np.uint8)
        assert measure("motion")(Run.of_srgb(dithered, FPS)) < 0.01
    # A picture that grows lighter in a minute, as a whole, hardly moves.
    lighter = run(*(wave(4.0, mean=0.4 + 0.3 * at / 600) for at in range(30)))
    assert measure("motion")(lighter) < 0.01


@pytest.mark.parametrize("waves", [1.0, 2.0, 4.0, 8.0])
@pytest.mark.parametrize("angle", [0.0, 0.4, math.pi / 2])
def test_complexity_counts_the_waves_along_the_short_side(waves: float, angle: float) -> None:
    for mean, height in ((0.5, 0.2), (0.3, 0.2), (0.5, 0.4)):
        found = measure("complexity")(run(wave(waves, angle, mean=mean, height=height)))
        assert found == pytest.approx(waves, rel=0.15)


def test_gathering_is_known_of_a_page_a_blob_and_a_point() -> None:
    assert measure("gathering")(run(lab(0.6, 0, 0))) == pytest.approx(0.0, abs=1e-9)
    assert measure("gathering")(run(np.zeros((90, 160, 3)))) == 0.0
    across, down = places()
    even = math.sqrt(((160 / 90) ** 2 + 1) / 12)
    for deviation, x in ((0.05, 0.0), (0.1, 0.3)):
        blob = np.exp(-((across - x) ** 2 + (down - 0.1) ** 2) / (2 * deviation**2))
        found = measure("gathering")(run(np.repeat(blob[..., None], 3, axis=-1)))
        assert found == pytest.approx(1 - math.sqrt(2) * deviation / even, abs=0.01)
    point = np.zeros((90, 160, 3))
    point[20:22, 30:32] = 1.0
    assert measure("gathering")(run(point)) == pytest.approx(1.0, abs=0.01)
    edges = grey(np.where(np.abs(across) > 0.8, 0.8, 0.0))
    assert measure("gathering")(run(edges)) < -0.4
    assert measure("gathering")(run(0.1 * edges)) == pytest.approx(measure("gathering")(run(edges)))


def test_order_is_one_of_stripes_and_nothing_of_noise() -> None:
    for angle in (0.0, 0.3, math.pi / 4, 2.0):
        assert measure("order")(run(wave(5.0, angle))) > 0.97
    crossed = (wave(5.0, height=0.1) + wave(5.0, math.pi / 2, height=0.1)) / 2
    assert measure("order")(run(crossed)) < 0.1
    # Of two crossed waves the stronger leads by as much as its slopes are steeper, squared.
    across, down = places()
    light = 0.5 + 0.2 * np.sin(2 * np.pi * 6 * across) + 0.1 * np.sin(2 * np.pi * 6 * down)
    assert measure("order")(run(grey(light))) == pytest.approx((4 - 1) / (4 + 1), abs=0.06)
    noise = np.random.default_rng(2).uniform(0.2, 0.8, size=(90, 160))
    assert measure("order")(run(grey(noise))) < 0.2
    # Rings run one way nearby, if not over all of the picture.
    rings = grey(0.5 + 0.2 * np.sin(2 * np.pi * 6 * np.hypot(across, down)))
    assert 0.5 < measure("order")(run(rings)) < 0.95
    assert measure("order")(run(lab(0.4, 0.05, 0))) == 0.0


def test_division_finds_the_line_wherever_it_lies() -> None:
    across, down = places()
    for angle in (0.0, math.pi / 4, math.pi / 2, 3 * math.pi / 4):
        for offset in (0.0, 0.12):
            side = np.cos(angle) * across + np.sin(angle) * down > offset
            assert measure("division")(run(grey(np.where(side, 0.3, 0.7)))) > 0.93
    two = np.where(across[..., None] > 0, lab(0.5, 0.08, 0.0), lab(0.5, -0.08, 0.0))
    assert measure("division")(run(two)) > 0.97, "two colours that are equally light"
    assert measure("division")(run(grey(0.5 + 0.3 * across))) == pytest.approx(0.75, abs=0.02)
    noise = np.random.default_rng(3).uniform(0.2, 0.8, size=(90, 160))
    assert measure("division")(run(grey(noise))) < 0.05
    assert measure("division")(run(wave(8.0))) < 0.15
    assert measure("division")(run(lab(0.4, 0, 0))) < 1e-9


@pytest.mark.parametrize("count", [0, 1, 3, 7, 12])
def test_abundance_counts_discs_light_and_dark(count: int) -> None:
    spots = [(0.42 * (at % 4) - 0.63, 0.3 * (at // 4) - 0.3) for at in range(count)]
    for light, ground in ((0.7, 0.2), (0.3, 0.7), (0.95, 0.6)):
        picture = discs(spots, radius=0.06, light=light, ground=ground)
        assert measure("abundance")(run(picture)) == count


def test_patches_are_joined_by_their_sides() -> None:
    def count(*rows: str) -> int:
        return patches(np.array([[sign == "#" for sign in row] for row in rows]), 1)

    assert count("....", "....") == 0
    assert count("#.#", ".#.", "#.#") == 5
    assert count("#.#.#", "#.#.#", "#####") == 1
    assert count("###", "#.#", "###", "...", ".#.") == 2
    assert count("#...#", "##.##", ".###.") == 1
    assert patches(np.array([[True, False, True, True]]), 2) == 1


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_the_same_in_a_mirror_and_at_any_size(name: str) -> None:
    def scene(size: tuple[int, int], at: float) -> Floats:
        across, down = places(size)
        light = 0.35 + 0.15 * np.sin(2 * np.pi * (2 * across + 1.2 * down + 0.2 * at))
        for x, y in ((-0.5, 0.2), (0.4, -0.25), (0.6, 0.3)):
            light += 0.3 * np.exp(-((across - x) ** 2 + (down - y) ** 2) / 0.006)
        return np.stack([grey(light)[..., 0] * part for part in (1.0, 0.8, 0.6)], axis=-1)

    def seen(size: tuple[int, int], turn: Callable[[Floats], Floats] = lambda p: p) -> float:
        return measure(name)(run(*(turn(scene(size, at / FPS)) for at in range(12))))

    plain = seen(SIZE)
    assert plain == pytest.approx(seen(SIZE, lambda p: p[:, ::-1]), rel=0.02, abs=1e-6)
    assert plain == pytest.approx(seen(SIZE, lambda p: p[::-1]), rel=0.02, abs=1e-6)
    assert plain == pytest.approx(seen((256, 144)), rel=0.04, abs=1e-3)


def test_pictures_are_averaged_by_area() -> None:
    random = np.random.default_rng(4)
    pictures = random.uniform(size=(2, 72, 100, 3))
    cells = averaged(pictures, CELLS)
    assert cells.shape == (2, 45, 62, 3)
    assert cells.mean() == pytest.approx(pictures.mean(), abs=1e-12)
    halved = averaged(pictures, 36)
    boxes = pictures.reshape(2, 36, 2, 50, 2, 3).mean(axis=(2, 4))
    assert np.allclose(halved, boxes)
    assert averaged(pictures, 90) is pictures
    with pytest.raises(ValueError, match="eight pixels"):
        Run.of_linear(np.zeros((1, 4, 9, 3)), FPS)


def test_all_measures_of_a_run_at_once_are_those_of_each() -> None:
    seen = passing(0.2)
    found = measured(seen)
    assert found["motion"] == measure("motion")(seen)
    assert found["complexity"] == pytest.approx(measure("complexity")(seen), rel=0.02)
    assert all(math.isfinite(value) for value in found.values())
