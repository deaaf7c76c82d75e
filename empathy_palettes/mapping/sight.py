"""What every kind of eye sees of a row of colours, and which two of them are the most alike.

Changes no colour: `ladder` does. The eyes are those of `core.color`: all cones, no long (protan),
no middle (deutan), no short ones (tritan).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.color import (
    DEFICIENCIES,
    Array,
    delta_e_ok,
    linear_to_oklab,
    oklab_to_linear,
    simulate_cvd,
)

LEAST_DIFFERENCE = 0.02  # in delta E OK, between any two, whichever cones one has
WANTED_DIFFERENCE = 0.05  # the same, of colours that somebody chooses
MOST_SHOWN = 16  # colours of a palette, by a preset
EYES = ("normal", *DEFICIENCIES)


class Alike(NamedTuple):
    """Two colours by their places in the row, and the eye that sees the least between them."""

    one: int
    other: int
    eye: str
    difference: float  # delta E OK


def seen(lab: Array, linear: Array) -> Array:
    """Return what each of `EYES` sees, OKLab (4, n, 3), of the same colours (n, 3) in two forms."""
    eyes = np.empty((len(EYES), *lab.shape))
    eyes[0] = lab
    for eye, kind in zip(eyes[1:], DEFICIENCIES, strict=True):
        eye[...] = simulate_cvd(linear, kind)
    eyes[1:] = linear_to_oklab(eyes[1:])
    return eyes


def differences(lab: Array) -> Array:
    """Return delta E OK to each of `EYES` between any two of OKLab (n, 3): (4, n, n)."""
    eyes = seen(lab, np.clip(oklab_to_linear(lab), 0, 1))
    return delta_e_ok(eyes[:, :, None], eyes[:, None])


def least_difference(lab: Array) -> float:
    """Return the smallest delta E OK between two of OKLab (n, 3), to any kind of eye."""
    one, other = np.triu_indices(len(lab), 1)
    return float(differences(lab)[:, one, other].min())


def alike(lab: Array, below: float) -> list[Alike]:
    """Return each of OKLab (n, 3) that somebody sees less than `below` from one before it.

    Each with the one it is most like. A preset shows 16 colours of a longer row at most: those
    that lie too close in the row to be shown together are not compared.
    """
    table = differences(lab)
    nearest = max(round((len(lab) - 1) / (MOST_SHOWN - 1)), 1)
    found = []
    for other in range(nearest, len(lab)):
        before = table[:, : other - nearest + 1, other]
        eye, one = np.unravel_index(before.argmin(), before.shape)
        if before[eye, one] < below:
            found.append(Alike(int(one), other, EYES[eye], float(before[eye, one])))
    return found
