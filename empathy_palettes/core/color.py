"""Colour spaces and what bounds them, on arrays whose last axis is the colour.

Knows nothing of feeling: `mapping.affect` does.

Linear means linear-light sRGB, D65, [0, 1] inside the gamut. OKLab and OKLCh: B. Ottosson 2020,
with the constants of CSS Color 4; hue in degrees, [0, 360). Float arrays keep their dtype.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]
Deficiency = Literal["protan", "deutan", "tritan"]

#: No colour of ours has more of its linear light in red: the flash rule calls .8 saturated red.
RED_SHARE = 0.78


def _constant(rows: list[list[float]]) -> NDArray[np.float64]:
    matrix = np.array(rows)
    matrix.flags.writeable = False
    return matrix


_LMS_FROM_LINEAR = _constant(
    [
        [0.41222146947076305, 0.5363325372617348, 0.0514459932675022],
        [0.21190349581782522, 0.6806995506452342, 0.10739695353694051],
        [0.08830245919005643, 0.2817188391361215, 0.6299787016738222],
    ]
)
_LINEAR_FROM_LMS = _constant(
    [
        [4.0767416360759565, -3.307711539258061, 0.230969903182104],
        [-1.2684379732850317, 2.6097573492876887, -0.3413193760026571],
        [-0.00419607613867553, -0.7034186179359364, 1.707614694074612],
    ]
)
_LAB_FROM_ROOTS = _constant(
    [
        [0.21045426830931396, 0.7936177747023053, -0.0040720430116192585],
        [1.9779985324311686, -2.42859224204858, 0.450593709617411],
        [0.025904042465547734, 0.7827717124575297, -0.8086757549230774],
    ]
)
_ROOTS_FROM_LAB = _constant(
    [
        [1.0, 0.3963377773761749, 0.21580375730991364],
        [1.0, -0.10556134581565857, -0.0638541728258133],
        [1.0, -0.08948417752981186, -1.2914855480194092],
    ]
)
_LUMINANCE = _constant([[0.2126, 0.7152, 0.0722]])

# Machado, Oliveira & Fernandes 2009, IEEE TVCG 15:1291, severity 1, for linear sRGB.
_SEEN_BY: dict[Deficiency, NDArray[np.float64]] = {
    "protan": _constant(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": _constant(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": _constant(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
DEFICIENCIES: tuple[Deficiency, ...] = ("protan", "deutan", "tritan")

_MOST_CHROMA = 0.4  # beyond any colour of sRGB
_FEW = 8  # colours that are quicker to bisect one by one
_HALVINGS = 24  # .4 / 2^24 = 2e-8
_SLACK = 1e-12  # rounding at the gamut's own corners
_EDGE = 1e-7  # as far outside as this a colour that was fitted may lie, and is not fitted again


def floats(values: ArrayLike) -> Array:
    """Return an array of floats: float arrays as they are, anything else as float64."""
    array = np.asarray(values)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def hex_to_srgb(text: str) -> tuple[float, float, float]:
    """Return the sRGB-encoded colour, each in [0, 1], of `#rrggbb`; ValueError otherwise."""
    digits = text.removeprefix("#")
    if len(digits) != 6 or text == digits or not all(c in "0123456789abcdefABCDEF" for c in digits):
        raise ValueError(f"{text!r} is not a colour such as #ffb35c")
    red, green, blue = bytes.fromhex(digits)
    return red / 255, green / 255, blue / 255


def srgb_to_linear(srgb: ArrayLike) -> Array:
    """Return linear light from sRGB-encoded values (IEC 61966-2-1), odd about 0."""
    encoded = floats(srgb)
    size = np.abs(encoded)
    linear = np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4)
    return np.copysign(linear, encoded)


def linear_to_srgb(linear: ArrayLike) -> Array:
    """Return sRGB-encoded values (IEC 61966-2-1) from linear light, odd about 0."""
    light = floats(linear)
    size = np.abs(light)
    encoded = np.asarray(size ** (1 / 2.4))  # of one number too: it is changed in place
    encoded *= 1.055
    encoded -= 0.055
    np.multiply(size, 12.92, out=encoded, where=size <= 0.0031308)
    return np.copysign(encoded, light)


def luminance(linear: ArrayLike) -> Array:
    """Return relative luminance Y, (…), of linear (…, 3)."""
    return _through(_LUMINANCE, linear)[..., 0]


def linear_to_oklab(linear: ArrayLike) -> Array:
    """Return OKLab (L, a, b), (…, 3), of linear (…, 3); L is 0 for black and 1 for white."""
    return _through(_LAB_FROM_ROOTS, np.cbrt(_through(_LMS_FROM_LINEAR, linear)))


def oklab_to_linear(lab: ArrayLike) -> Array:
    """Return linear (…, 3) of OKLab (…, 3); outside [0, 1] where sRGB lacks the colour."""
    roots = _through(_ROOTS_FROM_LAB, lab)
    return _through(_LINEAR_FROM_LMS, roots * roots * roots)


def oklab_to_oklch(lab: ArrayLike) -> Array:
    """Return (L, C, h), (…, 3), of OKLab; the hue of a grey is whatever its rounding says."""
    values = floats(lab)
    a, b = values[..., 1], values[..., 2]
    hue = np.degrees(np.arctan2(b, a)) % 360
    return np.stack([values[..., 0], np.hypot(a, b), hue], axis=-1)


def oklch_to_oklab(lch: ArrayLike) -> Array:
    """Return OKLab (…, 3) of (L, C, h)."""
    values = floats(lch)
    chroma, hue = values[..., 1], np.radians(values[..., 2])
    return np.stack([values[..., 0], chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)


def delta_e_ok(one: ArrayLike, other: ArrayLike) -> Array:
    """Return the distance, (…), between OKLab colours (…, 3): black to white is 1 (CSS Color 4)."""
    difference = floats(one) - floats(other)
    distance: Array = np.sqrt(np.sum(difference * difference, axis=-1))
    return distance


def simulate_cvd(linear: ArrayLike, kind: Deficiency) -> Array:
    """Return linear (…, 3) as somebody sees it who lacks one kind of cone, clipped to [0, 1].

    Machado, Oliveira & Fernandes 2009, severity 1.
    """
    return np.clip(_through(_SEEN_BY[kind], linear), 0, 1)


def max_chroma(lightness: ArrayLike, hue: ArrayLike, red_share: float = RED_SHARE) -> Array:
    """Return the most OKLCh chroma that sRGB has at a lightness [0, 1] and a hue in degrees.

    Held to R <= red_share · (R + G + B) in linear light; 1 lifts that bound. The arguments
    broadcast; error below 1e-7. At constant L and h every channel is a cubic in C, so bisection
    walks four polynomials rather than the conversion.
    """
    light, angle = np.broadcast_arrays(floats(lightness), np.radians(floats(hue)))
    terms = _channel_terms(light.astype(np.float64), angle, red_share)
    if light.size <= _FEW:
        each = terms.reshape(4, terms.shape[1], -1).transpose(2, 1, 0).tolist()
        within = np.array([_bisected(bounds) for bounds in each])
        return within.reshape(light.shape).astype(light.dtype)
    low = np.zeros(light.shape)
    step = _MOST_CHROMA
    for _ in range(_HALVINGS):
        step /= 2
        tried = low + step
        values = terms[3] * tried
        for term in (terms[2], terms[1]):
            values += term
            values *= tried
        values += terms[0]
        low += step * (values.min(axis=0) >= -_SLACK)
    return low.astype(light.dtype)


def _bisected(bounds: list[list[float]]) -> float:
    """The same walk for one colour, in plain numbers: `bounds` are its cubics' coefficients."""
    low, step = 0.0, _MOST_CHROMA
    last = bounds[0]
    for _ in range(_HALVINGS):
        step /= 2
        tried = low + step
        for bound in (last, *bounds):  # what has stopped it before will most likely do so again
            constant, first, second, third = bound
            if not ((third * tried + second) * tried + first) * tried + constant >= -_SLACK:
                last = bound
                break
        else:
            low = tried
    return low


def fit_oklch(lch: ArrayLike, red_share: float = RED_SHARE) -> Array:
    """Return (L, C, h) with L in [0, 1] and C no more than `max_chroma`."""
    values = np.array(floats(lch))
    values[..., 0] = np.clip(values[..., 0], 0, 1)
    outside = _outside(oklab_to_linear(oklch_to_oklab(values)), red_share)
    if outside is not None:  # few are, and the bisection costs twenty conversions
        most = max_chroma(values[outside, 0], values[outside, 2], red_share)
        values[outside, 1] = np.minimum(values[outside, 1], most)
    return values


def fit_oklab(lab: ArrayLike, red_share: float = RED_SHARE) -> Array:
    """Return OKLab (…, 3) with L in [0, 1] and, hue kept, no more chroma than `max_chroma`."""
    return fit_oklab_and_linear(lab, red_share)[0]


def fit_oklab_and_linear(lab: ArrayLike, red_share: float = RED_SHARE) -> tuple[Array, Array]:
    """Return what `fit_oklab` does, and the same in linear light, where it was fitted."""
    values = np.array(floats(lab))
    light = values[..., 0]
    np.minimum(np.maximum(light, 0, out=light), 1, out=light)
    linear = oklab_to_linear(values)
    outside = _outside(linear, red_share)
    if outside is not None:  # as it seldom is: what lies within needs no hue
        fitted = oklab_to_oklch(values[outside])
        most = max_chroma(fitted[:, 0], fitted[:, 2], red_share)
        fitted[:, 1] = np.minimum(fitted[:, 1], most)
        values[outside] = oklch_to_oklab(fitted)
        linear[outside] = oklab_to_linear(values[outside])
    return values, linear


def _outside(linear: Array, red_share: float) -> NDArray[np.bool_] | None:
    """Which of linear (…, 3) the gamut lacks, or the bound on red forbids; None if none is so."""
    red, green, blue = linear[..., 0], linear[..., 1], linear[..., 2]
    outside: NDArray[np.bool_] = red > red_share * (red + green + blue) + _EDGE
    if linear.size and not (linear.min() >= -_EDGE and linear.max() <= 1 + _EDGE):
        outside |= ((linear < -_EDGE) | (linear > 1 + _EDGE)).any(axis=-1)
    return outside if outside.any() else None


def _channel_terms(light: Array, angle: Array, red_share: float) -> Array:
    """The cubics in C of what must not be below 0: (4 powers, 7 bounds, …).

    R, G, B; 1 - R, 1 - G, 1 - B; red_share · (R + G + B) - R.
    """
    k = np.stack(
        [
            _ROOTS_FROM_LAB[cone, 1] * np.cos(angle) + _ROOTS_FROM_LAB[cone, 2] * np.sin(angle)
            for cone in range(3)
        ]
    )
    one = np.ones_like(k)
    powers = np.stack([light**3 * one, 3 * light**2 * k, 3 * light * k**2, k**3])
    rgb = np.einsum("rc,pc...->pr...", _LINEAR_FROM_LMS, powers)
    red = red_share * rgb.sum(axis=1, keepdims=True) - rgb[:, :1]
    room = -rgb
    room[0] += 1
    return np.concatenate([rgb, room, red], axis=1)


def _through(matrix: NDArray[np.float64], colors: ArrayLike) -> Array:
    values = floats(colors)
    product: Array = values @ matrix.T.astype(values.dtype, copy=False)
    return product
