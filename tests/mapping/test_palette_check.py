"""Palettes that come with the program keep the rules; others are told where they do not."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.color import RED_SHARE, delta_e_ok, linear_to_oklab
from empathy_palettes.core.errors import Fault
from empathy_palettes.mapping.hues import AFFECT, Hues
from empathy_palettes.mapping.palette import ramp, resample
from empathy_palettes.mapping.palette_check import MOST_LEAP, judged, largest_leap
from empathy_palettes.mapping.palette_file import PaletteFile, load_palette
from empathy_palettes.mapping.sight import (
    LEAST_DIFFERENCE,
    WANTED_DIFFERENCE,
    alike,
    least_difference,
)

BUILTIN = Assets([builtin_root()]).listing("palettes")
FIXED = [path for path in BUILTIN if load_palette(path).colors]
MINE = Path("mine.toml")


def told(*colors: str) -> tuple[list[Fault], list[Fault]]:
    return judged(PaletteFile(title="Mine", colors=colors), MINE)


def test_enough_come_with_the_program() -> None:
    assert len(FIXED) >= 11
    assert len(BUILTIN) > len(FIXED)  # and one of hues


@pytest.mark.parametrize("path", BUILTIN, ids=lambda path: path.stem)
def test_ours_have_nothing_to_mend(path: Path) -> None:
    found = load_palette(path)
    assert judged(found, path) == ([], [])
    assert found.title and found.about.endswith(".")


@pytest.mark.parametrize("path", FIXED, ids=lambda path: path.stem)
def test_ours_climb_and_can_be_told_apart(path: Path) -> None:
    linear = load_palette(path).linear()
    assert linear is not None
    lab = linear_to_oklab(linear)
    assert (np.diff(lab[:, 0]) > 0.1).all()
    assert least_difference(lab) >= WANTED_DIFFERENCE
    assert (linear[:, 0] <= RED_SHARE * linear.sum(axis=1) + 1e-9).all()
    for count in range(2, 13):
        assert least_difference(linear_to_oklab(resample(linear, count))) >= LEAST_DIFFERENCE


def test_no_two_of_ours_are_nearly_the_same() -> None:
    rows = {}
    for path in FIXED:
        linear = load_palette(path).linear()
        assert linear is not None
        rows[path.stem] = linear_to_oklab(ramp(linear, 64))
    for one, other in itertools.combinations(rows, 2):
        assert delta_e_ok(rows[one], rows[other]).mean() > 0.04, (one, other)


def test_colours_that_are_alike_are_told_with_the_eye_and_a_remedy() -> None:
    faults, warnings = told("#17191c", "#5f9c4c", "#b7794a", "#f2efe6")
    (fault,) = faults
    assert str(fault) == (
        "mine.toml: colors.2: '#b7794a' looks like '#5f9c4c' (colors.1) to an eye without middle "
        "cones (deutan): they differ by 0.010, 0.02 is the least: '#a46738' would not, darker"
    )
    assert not warnings


def test_hardly_apart_is_a_warning() -> None:
    faults, (warning,) = told("#000000", "#404040", "#4b4b4b", "#ffffff")
    assert not faults
    assert "is hard to tell from '#404040' (colors.1)" in warning.problem
    assert warning.problem.endswith("0.05 is wanted")


@pytest.mark.parametrize(
    "colors",
    [
        ("#000000", "#000000", "#0a0a0a", "#60b050", "#b08050", "#d06848", "#ffffff", "#fefefe"),
        ("#203040", "#203040", "#203040"),
        ("oklch(0.5 0.1 140)", "oklch(0.5 0.1 50)", "oklch(0.51 0.1 45)"),
    ],
)
def test_the_remedies_together_mend_it(colors: tuple[str, ...]) -> None:
    mended = list(colors)
    for fault in [*(found := told(*colors))[0], *found[1]]:
        which = int(fault.where.removeprefix("colors."))
        (mended[which],) = re.findall("'(#[0-9a-f]{6})' would not", fault.fix)
    assert mended != list(colors)
    assert told(*mended) == ([], [])


def test_where_there_is_no_room_one_is_left_out() -> None:
    greys = [f"oklch({light:.3f} 0 0)" for light in np.linspace(0, 1, 15)]
    (fault,), warnings = told(*greys[:8], greys[7], *greys[8:])
    assert fault.fix == "leave one of them out" and not warnings


def test_hues_that_leap_are_a_warning() -> None:
    assert largest_leap(AFFECT).size <= MOST_LEAP
    hues = Hues(joy=30, love=210, surprise=210, anger=30)
    leap = largest_leap(hues)
    assert leap.size > 0.12
    assert abs(getattr(hues, leap.one) - getattr(hues, leap.other)) == 180
    faults, (warning,) = judged(PaletteFile(title="Mine", hues=hues), MINE)
    assert not faults
    assert f"between {leap.one} and {leap.other}" in warning.problem


def test_a_file_that_no_preset_finds_is_told() -> None:
    mine = PaletteFile(title="Mine", hues=AFFECT)
    assert judged(mine, Path("x/mine.toml")) == ([], [])
    faults, (warning,) = judged(mine, Path("x/affect.toml"))
    assert not faults and "built in" in warning.problem


def test_a_long_ramp_is_no_fault() -> None:
    greys = [f"oklch({light:.3f} 0 0)" for light in np.linspace(0.1, 0.95, 64)]
    assert told(*greys) == ([], [])
    assert alike(linear_to_oklab(np.zeros((2, 3))), WANTED_DIFFERENCE)
