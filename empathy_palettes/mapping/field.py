"""`emo_field`: the crowd as a soft field over the picture.

Does not place people: `people` does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WIDTH, HEIGHT = 160, 90
RADIUS = 6  # cells that one person's blur reaches; its deviation is √5 cells, 1.4 % of the width
DENSITY = 8.0  # one person's cell is .2 dense; a thousand people spread as crowds do, up to .95
_FAINT = (
    1e-4  # where less than this of a person is near (30 at the middle of one: .03) all is neutral
)


def field(x: Floats, y: Floats, valence: Floats, arousal: Floats, weight: Floats) -> Floats:
    """Return (90, 160, 4): density, valence, arousal, agreement, each in [0, 1]; row 0 the lowest.

    People: (n,) arrays, `x y` in [0, 1] across and up the picture, `valence arousal` in [-1, 1],
    `weight` in [0, 1]. Each is spread over its four nearest cells by area, and the sums blurred
    before they are divided, so that one loud person does not colour an empty place: density is
    1 − exp(−8 Σw); valence and arousal are encoded (v + 1) / 2, .5 where nobody is near; agreement
    is 1 − the local standard deviation per axis.
    """
    sums = _blurred(_splatted(x, y, valence, arousal, weight))
    mass = sums[0]
    means = sums[1:] / np.maximum(mass, 1e-12)
    variance = (means[2] - means[0] * means[0] - means[1] * means[1]) / 2
    near = mass / (mass + np.float32(_FAINT))
    out = np.empty((HEIGHT, WIDTH, 4), np.float32)
    out[..., 0] = 1 - np.exp(mass * np.float32(-DENSITY))
    out[..., 1] = means[0] * near * np.float32(0.5) + np.float32(0.5)
    out[..., 2] = means[1] * near * np.float32(0.5) + np.float32(0.5)
    out[..., 3] = 1 - np.sqrt(np.maximum(variance, 0)) * near
    return out


def _splatted(x: Floats, y: Floats, valence: Floats, arousal: Floats, weight: Floats) -> Floats:
    """Sums of w, w·v, w·a and w·(v² + a²) per cell, with a margin of RADIUS all round."""
    wide, high = WIDTH + 2 * RADIUS, HEIGHT + 2 * RADIUS
    across = x * np.float32(WIDTH) + np.float32(RADIUS - 0.5)
    up = y * np.float32(HEIGHT) + np.float32(RADIUS - 0.5)
    column, row = np.floor(across).astype(np.intp), np.floor(up).astype(np.intp)
    right, above = across - column, up - row
    cell = row * wide + column
    cells = np.concatenate([cell, cell + 1, cell + wide, cell + wide + 1])
    parts = np.concatenate(
        [(1 - right) * (1 - above), right * (1 - above), (1 - right) * above, right * above]
    )
    said = np.stack([weight, weight * valence, weight * arousal])
    squares = said[1] * valence + said[2] * arousal
    sums = np.empty((4, high * wide), np.float32)
    for total, amount in zip(sums, (*said, squares), strict=True):
        total[:] = np.bincount(cells, parts * np.tile(amount, 4), minlength=high * wide)
    return sums.reshape(4, high, wide)


def _blurred(sums: Floats) -> Floats:
    """The sums under a binomial of five taps, then the same at twice the distance, on both axes."""
    for axis in (1, 2):
        for step in (1, 2):
            sums = _smoothed(sums, step, axis)
    return sums


def _smoothed(sums: Floats, step: int, axis: int) -> Floats:
    """One pass of 1 4 6 4 1 along an axis, which loses the margin it needs."""
    size = sums.shape[axis] - 4 * step
    before = (slice(None),) * axis
    taps = [sums[(*before, slice(tap * step, tap * step + size))] for tap in range(5)]
    mixed = taps[1] + taps[3]
    mixed *= np.float32(4)
    mixed += taps[2] * np.float32(6)
    mixed += taps[0]
    mixed += taps[4]
    mixed *= np.float32(1 / 16)
    return mixed
