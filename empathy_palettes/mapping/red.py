"""The bound on red for colours that somebody wrote down: which break it, and what comes nearest.

Palettes that are worked out keep the bound by themselves (`core.color.fit_oklab`); nothing here is
asked while a show runs, and no picture is judged here: `render.guard` does that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.color import (
    RED_SHARE,
    Array,
    delta_e_ok,
    hex_to_srgb,
    linear_to_oklab,
    srgb_to_linear,
)
from ..core.errors import Fault
from .formula import Formula
from .memory import State

if TYPE_CHECKING:
    from .bindings import Bindings
    from .fitting import Declared

Codes = NDArray[np.intp]

_ROUNDING = 1e-9
_REACH = 8  # codes that a step of the search looks to either side


def red_share(srgb: ArrayLike) -> Array:
    """Return R / (R + G + B) of linear light, (…), of sRGB-encoded (…, 3) in [0, 1]; 0 for black.

    However dark: what a shader makes brighter keeps its share.
    """
    linear = srgb_to_linear(srgb)
    total = linear.sum(axis=-1)
    share: Array = np.divide(linear[..., 0], total, out=np.zeros_like(total), where=total > 0)
    return share


def too_red(srgb: ArrayLike) -> bool:
    """Return whether an sRGB-encoded colour (3,) has more of its light in red than ours may."""
    return bool(red_share(srgb) > RED_SHARE + _ROUNDING)


def nearest_within(srgb: ArrayLike, digits: int = 12) -> tuple[float, float, float]:
    """Return the colour within the bound that looks nearest, sRGB-encoded: least delta E OK.

    Each part is a multiple of 1/255, rounded to `digits` decimals: what can be written down.
    """
    wanted = linear_to_oklab(srgb_to_linear(np.asarray(srgb, np.float64)))
    codes = np.round(np.arange(256) / 255, digits)
    dark = np.arange(0, 32, 4)  # where a code more or less changes the hue most
    found = _nearest(wanted, codes, [np.concatenate([dark, np.arange(32, 256, _REACH), [255]])] * 3)
    before: list[int] = []
    while found != before:
        before = found
        span = np.arange(-_REACH, _REACH + 1)
        around = [np.unique(np.clip(code + span, 0, 255)) for code in found]
        found = _nearest(wanted, codes, around)
    red, green, blue = codes[found].tolist()
    return red, green, blue


def listed(srgb: ArrayLike) -> str:
    """Return a colour as `[inputs]` has it, `[r, g, b]`; where it is too red, the nearest one."""
    near = too_red(srgb)
    parts = nearest_within(srgb, 3) if near else np.asarray(srgb, np.float64).round(3)
    return f"[{', '.join(f'{part:g}' for part in parts)}]" + " comes nearest" * near


def checked_hex(text: str) -> str:
    """Return a colour such as `#ffb35c` as it is; ValueError for any other text, or too red."""
    srgb = hex_to_srgb(text)
    if too_red(srgb):
        parts = (round(255 * part) for part in nearest_within(srgb))
        raise ValueError(_says(srgb, f"'#{bytes(parts).hex()}' comes nearest"))
    return text


def written_reds(bindings: Bindings) -> Iterator[Fault]:
    """Yield a fault for each colour in `[inputs]` that never changes and is too red.

    A list of three or four formulas is a colour. What follows a signal is not judged.
    """
    for binding in bindings.all():
        parts = binding.formulas[:3]
        if len(parts) == 3 and all(map(_still, parts)):
            values = [float(formula.evaluate({}, State())) for formula in parts]
            srgb = np.clip(values, 0.0, 1.0)
            if too_red(srgb):
                given = ", ".join(f"{value:g}" for value in values)
                yield Fault("", binding.where, f"[{given}]", _says(srgb, listed(srgb)))


def reds_at_rest(
    bindings: Bindings, knobs: Mapping[str, float], declared: Declared
) -> Iterator[Fault]:
    """Yield a warning for each colour that is too red while no hand and no crowd moves anything.

    One that formulas of nothing but `knobs` give, at these values of theirs; and the DEFAULT of a
    colour input that nothing sets.
    """
    for binding in bindings.all():
        parts = binding.formulas[:3]
        read = frozenset[str]().union(*(formula.names for formula in parts))
        known = read and read <= knobs.keys() and not any(each.calls for each in parts)
        if len(parts) == 3 and known:
            values = [float(formula.evaluate(knobs, State())) for formula in parts]
            srgb = np.clip(values, 0.0, 1.0)
            if too_red(srgb):
                given = ", ".join(f"{value:g}" for value in values)
                problem = f"[{given}], as its knobs stand"
                yield Fault("", binding.where, problem, _says(srgb, listed(srgb)))
    for stem, items in declared.items():
        for name, item in items.items():
            told = name in bindings.shared or name in bindings.own.get(stem, {})
            if item.type == "color" and not told and isinstance(item.default, tuple):
                srgb = np.clip(item.default[:3], 0.0, 1.0)
                if too_red(srgb):
                    problem = f"nothing sets it, and the DEFAULT of {stem} is a red"
                    yield Fault("", f"inputs.{name}", problem, _says(srgb, listed(srgb)))


def _still(formula: Formula) -> bool:
    return not (formula.names or formula.calls or formula.colour)


def _says(srgb: ArrayLike, near: str) -> str:
    share = f"{100 * float(red_share(srgb)):.4g} %"
    most = f"{100 * RED_SHARE:.0f} %"
    return f"{share} of its light is red, and at most {most} may be: {near}"


def _nearest(wanted: Array, codes: Array, axes: list[Codes]) -> list[int]:
    """Return the codes of the nearest colour within the bound of those on a grid of codes."""
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    grid = grid[red_share(codes[grid]) <= RED_SHARE]
    lab = linear_to_oklab(srgb_to_linear(codes[grid]))
    nearest: list[int] = grid[delta_e_ok(lab, wanted).argmin()].tolist()
    return nearest
