"""Swatches in a row from dark to light: a feeling's colour varied, or those of several groups.

Does not know whose colours they are (`groups`), what they were before (`palette`), nor what an eye
sees of them (`sight`). Colours are OKLCh or OKLab, (swatches, 3).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..core.color import Array, fit_oklab_and_linear
from .affect import affect_lch
from .groups import Group
from .hues import AFFECT, Hues
from .sight import seen

DARKEST, LIGHTEST = 0.12, 0.97
LEAST_STEP = 0.024  # in lightness, between neighbours: seen by everybody
_ROUNDS = 4  # a colour that moves in lightness is seen a little differently


def ladder(
    groups: Sequence[tuple[Group, int]],
    contrast: float,
    diversity: float,
    vivid: float = 1.0,
    hues: Hues = AFFECT,
) -> Array:
    """Return OKLCh (swatches, 3) of groups with their numbers of swatches, dark to light.

    `contrast` and `diversity` in [0, 1]. Lightness climbs ±(.06 + .12 contrast) about each group's
    own, over the whole row, so that the row's mean is the mean of its groups by area: the emotion
    of a palette is about the mean of its colours (Ou et al. 2004). Within a group hue swings by
    ±(12° + 48° · diversity · share) and chroma falls from +15 % to −15 %.
    """
    counts = [count for _, count in groups]
    total = sum(counts)
    v, a = np.array([(group.valence, group.arousal) for group, _ in groups]).T
    row = np.repeat(np.stack(affect_lch(v, a, None, vivid, hues), axis=-1), counts, axis=0)
    swing = np.array([12.0 + 48.0 * diversity * group.share for group, _ in groups])
    place = np.concatenate([_places(count) for count in counts])
    turn = np.concatenate([_turns(count) for count in counts])
    row[:, 0] = _climb(row[:, 0], 0.06 + 0.12 * contrast, total)
    row[:, 1] *= 1 - 0.15 * place
    row[:, 2] = (row[:, 2] + np.repeat(swing, counts) * turn) % 360
    return row


def rising(values: Array, step: float, low: float, high: float) -> Array:
    """Return the nearest values (least squares) that rise by at least `step` within [low, high].

    Isotonic regression by pooling adjacent violators (Barlow et al. 1972). A projection: it moves
    no more than what it is given moves, and the mean stays where no bound is met.
    """
    ramp = step * np.arange(len(values))
    pools: list[tuple[float, int]] = []
    for value in (values - ramp).tolist():
        mean, size = value, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    level = np.repeat([mean for mean, _ in pools], [size for _, size in pools])
    risen: Array = np.clip(level, low, high - ramp[-1]) + ramp
    return risen


def told_apart(lab: Array) -> tuple[Array, Array]:
    """Return OKLab (n, 3), rising in lightness, with no two alike to any kind of eye.

    And the same colours in linear light, [0, 1]. Where two would look alike, lightness climbs as
    far as is needed for the later one to be the lighter to every eye, as little as possible, and
    the mean stays unless a bound is met. A continuous function of `lab`: a row that changes slowly
    is widened slowly.
    """
    apart, linear = fit_oklab_and_linear(lab)
    steps = np.zeros((len(lab), len(lab)))
    for _ in range(_ROUNDS):
        np.clip(linear, 0, 1, out=linear)
        steps = np.maximum(steps, _needed_steps(apart, seen(apart, linear)))
        if _obeys(apart[:, 0], steps):
            break
        lightness = _pushed(lab[:, 0], steps)
        pushed = np.concatenate([lightness[:, None], lab[:, 1:]], axis=1)
        apart, linear = fit_oklab_and_linear(pushed)
    return apart, np.clip(linear, 0, 1, out=linear)


def _needed_steps(lab: Array, eyes: Array) -> Array:
    """How much lighter swatch j must be than i, (n, n), for every eye to tell them apart.

    Beyond what hue shows to an eye, lightness must show; and an eye that sees i lighter than it
    is, or j darker, needs that much more. The demand fades where hue alone is enough.
    """
    hues = eyes[:, :, 1:]
    apart = hues[:, :, None] - hues[:, None]
    apart *= apart
    shown = np.sqrt(apart[..., 0] + apart[..., 1])
    fade = np.clip(2.0 - shown / LEAST_STEP, 0.0, 1.0)
    missing = np.sqrt(np.maximum(LEAST_STEP**2 - shown * shown, 0.0))
    shift = eyes[:, :, 0] - lab[:, 0]
    needed: Array = ((missing + shift[:, :, None] - shift[:, None, :]) * fade).max(axis=0)
    return needed


def _obeys(lightness: Array, steps: Array) -> bool:
    risen = lightness[None, :] - lightness[:, None]
    later = np.arange(len(lightness))
    return not ((steps - risen > 1e-9) & (later > later[:, None])).any()


def _pushed(lightness: Array, steps: Array) -> Array:
    """The lightnesses, raised until they obey the steps, about the mean they had."""
    risen = np.array(lightness)
    for i in range(1, len(risen)):
        risen[i] = max(risen[i], (risen[:i] + steps[:i, i]).max())
    risen += lightness.mean() - risen.mean()
    return risen - max(float(risen[-1]) - LIGHTEST, 0.0)


def _climb(own: Array, half: float, total: int) -> Array:
    """Lightness rising over the row by ±half about the groups' own, wide enough to be seen."""
    half = min(half, LIGHTEST - float(own.max()), float(own.min()) - DARKEST)
    half = max(half, LEAST_STEP * (total - 1) / 2)
    return rising(own + half * _places(total), LEAST_STEP, DARKEST, LIGHTEST)


def _places(count: int) -> Array:
    """Where each of `count` swatches lies on its ladder, -1 to 1."""
    return np.linspace(-1.0, 1.0, count) if count > 1 else np.zeros(count)


def _turns(count: int) -> Array:
    """How far each swatch's hue swings, -1 to 1: 0 -1 0 1 0 for five."""
    places = _places(count)
    turns: Array = places if count < 4 else np.sin(np.pi * places)
    return turns
