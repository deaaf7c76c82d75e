"""Whether a palette file does what it is for: what is alike in it to some eye, what leaps.

Asked by `empathy check` and by tests, never while a show runs: an artist may want two colours that
are alike. What no wall may show is a fault of the file itself (`palette_file`).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..core.color import (
    Array,
    delta_e_ok,
    fit_oklab_and_linear,
    linear_to_oklab,
    linear_to_srgb,
    oklch_to_oklab,
    srgb_to_linear,
)
from ..core.errors import Fault
from .affect import affect_lch
from .hues import PLACES, Hues
from .palette import AFFECT_SOURCE
from .palette_file import PaletteFile
from .red import too_red
from .sight import LEAST_DIFFERENCE, WANTED_DIFFERENCE, alike, differences

SMALL = 0.05  # a step in feeling, in valence or in arousal
MOST_LEAP = 0.08  # what it may change of a colour, in delta E OK
_MESH = 81  # feelings along each axis that are tried
_SHIFTS = [sign * step / 100 for step in range(1, 61) for sign in (1, -1)]  # of lightness

_EYE = {
    "normal": "every eye",
    "protan": "an eye without long cones (protan)",
    "deutan": "an eye without middle cones (deutan)",
    "tritan": "an eye without short cones (tritan)",
}


class Leap(NamedTuple):
    """The largest change of colour in a small step: delta E OK, and the anchors on either side."""

    size: float
    one: str
    other: str


def judged(palette: PaletteFile, path: Path) -> tuple[list[Fault], list[Fault]]:
    """Return faults and warnings: colours that somebody cannot tell from another, or hardly can.

    And, as warnings, hues that leap, and a name by which a preset finds another palette.
    """
    faults, warnings = _alikes(palette, path)
    if palette.hues:
        leap = largest_leap(palette.hues)
        if leap.size > MOST_LEAP:
            problem = (
                f"between {leap.one} and {leap.other} a small step in feeling is a leap in colour: "
                f"{leap.size:.3f}, at most {MOST_LEAP:g} is wanted"
            )
            fix = "bring their hues nearer to each other"
            warnings.append(Fault(str(path), "hues", problem, fix))
    if path.stem == AFFECT_SOURCE:
        problem = f"source = {AFFECT_SOURCE!r} is the palette that is built in, never this file"
        warnings.append(Fault(str(path), "", problem, "give the file another name"))
    return faults, warnings


def largest_leap(hues: Hues) -> Leap:
    """Return what a step of .05 in valence or arousal changes of a colour at most, and where."""
    axis = np.linspace(-1, 1, _MESH)
    v, a = np.meshgrid(axis, axis)
    lab = oklch_to_oklab(np.stack(affect_lch(v, a, hues=hues), axis=-1))
    stride = round(SMALL * (_MESH - 1) / 2)
    leaps = [
        (delta_e_ok(lab[:, stride:], lab[:, :-stride]), v[:, stride:] - SMALL / 2, a[:, stride:]),
        (delta_e_ok(lab[stride:], lab[:-stride]), v[stride:], a[stride:] - SMALL / 2),
    ]
    size, across, up = max(leaps, key=lambda leap: float(leap[0].max()))
    worst = np.unravel_index(size.argmax(), size.shape)
    here = float(across[worst]), float(up[worst])
    near = sorted(PLACES, key=lambda name: _distance(PLACES[name], here))
    one = near[0]
    # Of the next few, the one whose hue is the furthest from it.
    other = max(near[1:4], key=lambda name: _between(getattr(hues, name), getattr(hues, one)))
    return Leap(float(size.max()), one, other)


def _alikes(palette: PaletteFile, path: Path) -> tuple[list[Fault], list[Fault]]:
    faults, warnings = list[Fault](), list[Fault]()
    linear = palette.linear()
    if palette.colors is None or linear is None:
        return faults, warnings
    lab = linear_to_oklab(linear)
    mended = np.array(lab)  # each remedy knows those before it
    for one, other, eye, difference in alike(lab, WANTED_DIFFERENCE):
        lost = difference < LEAST_DIFFERENCE
        says = "looks like" if lost else "is hard to tell from"
        bound = f"{LEAST_DIFFERENCE} is the least" if lost else f"{WANTED_DIFFERENCE} is wanted"
        problem = (
            f"{palette.colors[other]!r} {says} {palette.colors[one]!r} (colors.{one}) to "
            f"{_EYE[eye]}: they differ by {difference:.3f}, {bound}"
        )
        fault = Fault(str(path), f"colors.{other}", problem, _remedy(mended, other))
        (faults if lost else warnings).append(fault)
    return faults, warnings


def _remedy(lab: Array, which: int) -> str:
    """Name the colour nearest in lightness that nobody takes for another; it is put into `lab`."""
    moved = np.array(lab)
    for shift in _SHIFTS:
        light = lab[which, 0] + shift
        if not 0 < light < 1:
            continue
        linear = fit_oklab_and_linear([light, *lab[which, 1:]])[1]
        codes = np.round(np.clip(linear_to_srgb(linear), 0, 1) * 255).astype(np.uint8)
        if too_red(codes / 255):
            continue
        moved[which] = linear_to_oklab(srgb_to_linear(codes / 255))
        apart = np.delete(differences(moved)[:, which], which, axis=-1)
        if apart.min() >= WANTED_DIFFERENCE:
            lab[which] = moved[which]
            return f"'#{codes.tobytes().hex()}' would not, {'lighter' if shift > 0 else 'darker'}"
    return "leave one of them out"


def _distance(place: tuple[float, float, float], here: tuple[float, float]) -> float:
    return (place[0] - here[0]) ** 2 + (place[1] - here[1]) ** 2


def _between(one: float, other: float) -> float:
    """How far apart two hues are, in degrees, at most 180."""
    return abs((one - other + 180) % 360 - 180)
