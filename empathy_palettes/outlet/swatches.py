"""A palette as a sheet to look at: its swatches, its ramp, and how others see them.

Does not work palettes out (`mapping` does), and writes no file: `outlet.png` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.color import (
    DEFICIENCIES,
    Array,
    linear_to_oklab,
    linear_to_srgb,
    oklab_to_oklch,
    simulate_cvd,
)
from ..mapping.hues import AFFECT
from ..mapping.palette import ramp
from ..mapping.palette_file import PaletteFile
from ..mapping.sight import least_difference
from ..mapping.states import STATES, palette_in
from .letters import Color, write
from .sdl import pygame

Pixels = NDArray[np.uint8]

WIDTH = 960

_BACK: Color = (40, 41, 45)  # lighter than the darkest that a wall shows
_INK: Color = (236, 237, 242)
_DIM: Color = (168, 172, 182)
_SIDE, _HEAD, _FOOT = 40, 96, 36  # pixels around the rows
_LABELS = 92  # left of the colours
_LEFT, _WIDE = _SIDE + _LABELS, WIDTH - 2 * _SIDE - _LABELS
_GAP = 5  # between groups of swatches


class Row(NamedTuple):
    """Colours, linear RGB (n, 3), and what they are the colours of; "" says nothing.

    `groups`: how many of them, in order, belong together; none: all do.
    """

    name: str
    colors: Array
    groups: tuple[int, ...] = ()


class _Heights(NamedTuple):
    """Of a row's parts in pixels, from above."""

    swatch: int
    codes: int
    ramp: int
    eye: int
    gap: int


_ALONE = _Heights(188, 34, 40, 26, 4)
_MANY = _Heights(72, 0, 16, 12, 3)
_BETWEEN = 26  # rows


def rows_of(palette: PaletteFile) -> list[Row]:
    """Return one row of fixed colours; of hues one for each of `mapping.states.STATES`."""
    fixed = palette.linear()
    if fixed is not None:
        return [Row("", fixed)]
    hues = palette.hues or AFFECT
    return [Row(state, *palette_in(state, hues=hues)) for state in STATES]


def sheet(title: str, about: str, rows: Sequence[Row]) -> Pixels:
    """Return the picture, (height, 960, 3) sRGB, row 0 at the top.

    Each row: the swatches, the ramp that shaders get, and the swatches as they are to eyes
    without long, middle and short cones. One row alone is large, and has the colours written out.
    """
    heights = _ALONE if len(rows) == 1 else _MANY
    each = heights.swatch + heights.codes + heights.ramp + 3 * heights.eye + 4 * heights.gap
    high = _HEAD + len(rows) * each + max(len(rows) - 1, 0) * _BETWEEN + _FOOT
    surface = pygame.Surface((WIDTH, high))
    surface.fill(_BACK)
    room = WIDTH - 2 * _SIDE
    write(surface, title, 25, _INK, midleft=(_SIDE, 40), room=room)
    write(surface, about, 14, _DIM, midleft=(_SIDE, 68), room=room)
    for number, row in enumerate(rows):
        _draw(surface, row, _HEAD + number * (each + _BETWEEN), heights)
    seen = pygame.surfarray.array3d(surface)
    return np.ascontiguousarray(seen.transpose(1, 0, 2))


def _draw(surface: pygame.Surface, row: Row, top: int, heights: _Heights) -> None:
    lab = linear_to_oklab(row.colors)
    write(surface, row.name, 15, _INK, midleft=(_SIDE, top + heights.swatch // 2), room=_LABELS)
    _strip(surface, row, row.colors, top, heights.swatch)
    y = top + heights.swatch
    if heights.codes:
        _codes(surface, row.colors, y + heights.codes // 2 - 2)
        y += heights.codes
    else:
        y += heights.gap
    label = 11 if heights.codes else 9.5
    _ramp(surface, ramp(row.colors, _WIDE), y, heights.ramp)
    write(surface, "ramp", label, _DIM, midleft=(_SIDE, y + heights.ramp // 2))
    y += heights.ramp + heights.gap
    for kind in DEFICIENCIES:
        _strip(surface, row, simulate_cvd(row.colors, kind), y, heights.eye)
        write(surface, kind, label, _DIM, midleft=(_SIDE, y + heights.eye // 2))
        y += heights.eye + heights.gap
    if heights.codes:
        least = f"the two most alike differ by {least_difference(lab):.3f}, to whichever eye"
        write(surface, least, 11, _DIM, midright=(WIDTH - _SIDE, y + 12))


def _strip(surface: pygame.Surface, row: Row, linear: Array, top: int, high: int) -> None:
    """Draw a row's colours as `linear` has them, all of a width, a gap between the groups."""
    edges = np.linspace(0, _WIDE, len(linear) + 1).round().astype(int).tolist()
    first = set(np.cumsum(row.groups)[:-1].tolist())
    for number, color in enumerate(_codes_of(linear)):
        begin = edges[number] + (_GAP if number in first else 0)
        surface.fill(color, (_LEFT + begin, top, edges[number + 1] - begin, high))


def _ramp(surface: pygame.Surface, linear: Array, top: int, high: int) -> None:
    """Draw as many colours as there are columns, dithered: slow ramps have no bands."""
    noise = np.random.Generator(np.random.PCG64(0)).random((len(linear), high, 1)) - 0.5
    codes = np.clip(linear_to_srgb(linear), 0, 1)[:, None] * 255 + noise
    strip = pygame.surfarray.make_surface(np.round(np.clip(codes, 0, 255)).astype(np.uint8))
    surface.blit(strip, (_LEFT, top))


def _codes(surface: pygame.Surface, linear: Array, middle: int) -> None:
    """Write below each swatch what it is: its code, and its lightness, chroma and hue."""
    each = _WIDE / len(linear)
    lch = oklab_to_oklch(linear_to_oklab(linear)).tolist()
    for number, (code, (light, chroma, hue)) in enumerate(zip(_codes_of(linear), lch, strict=True)):
        x, room = _LEFT + round(number * each), round(each) - 6
        if each < 48:
            continue
        write(surface, f"#{bytes(code).hex()}", 10.5, _INK, midleft=(x, middle - 5), room=room)
        says = f"{light:.2f} {chroma:.3f} {hue:.0f}°"
        write(surface, says, 9.5, _DIM, midleft=(x, middle + 8), room=room)


def _codes_of(linear: Array) -> list[Color]:
    codes = np.round(np.clip(linear_to_srgb(linear), 0, 1) * 255).astype(int)
    return [(red, green, blue) for red, green, blue in codes.tolist()]
