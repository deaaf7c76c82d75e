"""The colour a feeling is associated with, for one feeling or a million.

Makes no palette: `palette` does. The evidence is in lightness and chroma; hue is a weak prior, to
be swapped for another culture's, that `hues` holds. Nothing here says that a colour makes anybody
feel anything.

Lightness: Valdez & Mehrabian 1994 (JEP:Gen 123:394), Palmer et al. 2013 (PNAS 110:8836). Chroma:
Wilms & Oberfeld 2018 (Psych Res 82:896), Gao & Xin 2006. Magnitudes are ours throughout.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..core.color import Array, fit_oklch, floats, oklab_to_linear, oklch_to_oklab
from .hues import AFFECT, Hues, arrows, places

#: Of the dominance ratings of 13,915 words, what their valence already says (r = .72).
DOMINANCE_FROM_VALENCE = 0.72

REACH = 0.22  # how far an anchor's hue reaches, in units of the plane
_FAR = 1e-12  # every anchor's say where none is near: all cancel to grey


def residual_dominance(valence: ArrayLike, dominance: ArrayLike | None) -> Array:
    """Return clip(D - .72 V, -1, 1): the dominance that valence does not say; 0 where D is unknown.

    `dominance` None, or NaN anywhere in it, means unknown.
    """
    pleasant = floats(valence)
    if dominance is None:
        return np.zeros_like(pleasant)
    rest = np.clip(floats(dominance) - DOMINANCE_FROM_VALENCE * pleasant, -1, 1)
    known: Array = np.nan_to_num(rest, nan=0.0)
    return known


def wanted_chroma(
    valence: ArrayLike, arousal: ArrayLike, dominance: ArrayLike | None = None, vivid: float = 1.0
) -> Array:
    """Return the OKLCh chroma that a feeling asks for, before hue and gamut have their say.

    clip(.10 + .08 A + .035 V + .015 Dr, .015, .30) · vivid, inputs in [-1, 1].
    """
    rest = residual_dominance(valence, dominance)
    chroma = 0.10 + 0.08 * floats(arousal) + 0.035 * floats(valence) + 0.015 * rest
    wanted: Array = np.clip(chroma, 0.015, 0.30) * vivid
    return wanted


def affect_lch(
    valence: ArrayLike,
    arousal: ArrayLike,
    dominance: ArrayLike | None = None,
    vivid: float = 1.0,
    hues: Hues = AFFECT,
) -> tuple[Array, Array, Array]:
    """Return OKLCh lightness, chroma and hue (degrees) of feelings in [-1, 1], each (…).

    Anchors are averaged as vectors, weighed by how near they are: between yellow and blue lies
    grey, never purple, and where nothing is near the colour is nearly grey. Chroma is what sRGB
    and the bound on red leave of it. Unknown dominance (None, or NaN) drops out of the distance.
    """
    v, a = np.broadcast_arrays(floats(valence), floats(arousal))
    lightness = 0.62 + 0.22 * v - 0.06 * residual_dominance(v, dominance)
    across, up, above = places().T.astype(v.dtype)
    distance = (v[..., None] - across) ** 2
    distance += (a[..., None] - up) ** 2
    if dominance is not None:
        apart = floats(dominance)[..., None] - above
        distance += 0.49 * np.nan_to_num(apart, nan=0.0) ** 2
    nearness = np.exp(distance / (-2 * REACH * REACH)) + _FAR
    mean = (nearness @ arrows(hues).astype(v.dtype)) / nearness.sum(axis=-1, keepdims=True)
    x, y = mean[..., 0], mean[..., 1]
    chroma = wanted_chroma(v, a, dominance, vivid) * (0.25 + 0.75 * np.hypot(x, y))
    lch = np.stack(
        [np.clip(lightness, 0.22, 0.95), chroma, np.degrees(np.arctan2(y, x)) % 360], axis=-1
    )
    fitted = fit_oklch(lch)
    return fitted[..., 0], fitted[..., 1], fitted[..., 2]


def affect_rgb(
    valence: ArrayLike,
    arousal: ArrayLike,
    dominance: ArrayLike | None = None,
    vivid: float = 1.0,
    hues: Hues = AFFECT,
) -> Array:
    """Return the linear RGB (…, 3) of feelings in [-1, 1]; see `affect_lch`."""
    lch = np.stack(affect_lch(valence, arousal, dominance, vivid, hues), axis=-1)
    return np.clip(oklab_to_linear(oklch_to_oklab(lch)), 0, 1)
