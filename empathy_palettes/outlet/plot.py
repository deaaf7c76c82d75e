"""Curves over time, as a picture: dark, with its limits as lines.

Knows nothing of what the numbers mean, and writes no file: `outlet.png` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .letters import Color, write
from .sdl import pygame

Pixels = NDArray[np.uint8]

SIZE = (1280, 720)

_BACK: Color = (14, 15, 20)
_PANEL: Color = (22, 24, 31)
_GRID: Color = (44, 47, 58)
_SPAN: Color = (52, 46, 40)
_INK: Color = (246, 246, 250)
_DIM: Color = (176, 181, 194)
_LIMIT: Color = (255, 190, 92)
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 96, 36, 92, 52, 44  # pixels around the panels, and between
_DASH = 8
_FILLED = 0.18  # of a curve's colour lies under it
_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600)
_MOST_MARKS = 12  # on the axis of time


@dataclass(frozen=True, slots=True)
class Curve:
    """One number over time, (n,), its name and colour."""

    name: str
    values: NDArray[np.float32]
    color: Color


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves that share an axis, from 0 to `top` at least; what lies above `limits` is too much.

    `span`: from when to when the worst of it was, in seconds; it is shaded.
    """

    title: str
    curves: tuple[Curve, ...]
    limits: tuple[float, ...]
    top: float
    marks: tuple[float, ...]
    percent: bool = False
    span: tuple[float, float] | None = None


def plot(
    title: str, says: str, panels: Sequence[Panel], step: float, *, warn: bool = False
) -> Pixels:
    """Return the picture, (height, width, 3) sRGB, row 0 at the top.

    `step`: seconds from one value to the next. `says`: one line below the title, in
    the colour of the limits where it is to `warn`.
    """
    pygame.font.init()
    surface = pygame.Surface(SIZE)
    surface.fill(_BACK)
    write(surface, title, 26, _INK, midleft=(_LEFT, 32), room=SIZE[0] - _LEFT - _RIGHT)
    write(
        surface,
        says,
        17,
        _LIMIT if warn else _DIM,
        midleft=(_LEFT, 62),
        room=SIZE[0] - _LEFT - _RIGHT,
    )
    high = (SIZE[1] - _TOP - _BOTTOM - _GAP * (len(panels) - 1)) // len(panels)
    for number, panel in enumerate(panels):
        top = _TOP + number * (high + _GAP) + 14
        area = pygame.Rect(_LEFT, top, SIZE[0] - _LEFT - _RIGHT, high - 14)
        _draw(surface, area, panel, step)
        _times(surface, area, panel, step, last=number == len(panels) - 1)
    seen = pygame.surfarray.array3d(surface)
    return np.ascontiguousarray(seen.transpose(1, 0, 2))


def captioned(pixels: Pixels, says: str) -> Pixels:
    """Return a picture, (height, width, 3), with a strip below it that says what it is."""
    pygame.font.init()
    wide = pixels.shape[1]
    high = max(wide // 40, 20)
    strip = pygame.Surface((wide, high))
    strip.fill(_BACK)
    side = high // 3
    write(strip, says, high // 2, _INK, midleft=(side, high // 2), room=wide - 2 * side)
    below = pygame.surfarray.array3d(strip).transpose(1, 0, 2)
    return np.concatenate([pixels, below])


def _draw(surface: pygame.Surface, area: pygame.Rect, panel: Panel, step: float) -> None:
    """Draw a panel's field, what is worst of it, its marks, its curves and its limits."""
    most = max((float(curve.values.max(initial=0)) for curve in panel.curves), default=0.0)
    top = max(panel.top, most * 1.08)
    surface.fill(_PANEL, area)
    if panel.span:
        surface.fill(_SPAN, _between(area, panel, step))
    for mark in _spread(panel.marks, top, area.height):
        y = _height(area, mark, top)
        pygame.draw.line(surface, _GRID, (area.left, y), (area.right - 1, y))
        says = f"{mark:.0%}" if panel.percent else f"{mark:g}"
        write(surface, says, 15, _DIM, midright=(area.left - 10, y))
    for curve in panel.curves:
        columns = _columns(curve.values, area.width)
        heights = [_height(area, float(value), top) for value in columns]
        shade = pygame.Surface(area.size, pygame.SRCALPHA)
        for x, y in enumerate(heights):
            color = (*curve.color, round(255 * _FILLED))
            pygame.draw.line(shade, color, (x, y - area.top), (x, area.height))
        surface.blit(shade, area)
        line = [(area.left + x, y) for x, y in enumerate(heights)]
        if len(line) > 1:
            pygame.draw.lines(surface, curve.color, False, line, 2)
    for limit in panel.limits:
        y = _height(area, limit, top)
        for x in range(area.left, area.right, 2 * _DASH):
            end = min(x + _DASH, area.right) - 1
            pygame.draw.line(surface, _LIMIT, (x, y), (end, y), 2)
    write(surface, panel.title, 16, _INK, midleft=(area.left, area.top - 13))
    right = area.right
    for curve in reversed(panel.curves if len(panel.curves) > 1 else ()):
        right -= write(surface, curve.name, 16, curve.color, midright=(right, area.top - 13)) + 22


def _between(area: pygame.Rect, panel: Panel, step: float) -> pygame.Rect:
    """Return where a panel's span lies, three pixels wide at least."""
    seconds = max((len(curve.values) for curve in panel.curves), default=0) * step
    left, right = (
        area.left + round(min(each / seconds, 1.0) * area.width) if seconds else area.left
        for each in panel.span or (0.0, 0.0)
    )
    left = min(left, area.right - 3)
    return pygame.Rect(left, area.top, max(right - left, 3), area.height)


def _times(
    surface: pygame.Surface, area: pygame.Rect, panel: Panel, step: float, *, last: bool
) -> None:
    """Mark the time along a panel, with numbers below the last."""
    seconds = max((len(curve.values) for curve in panel.curves), default=0) * step
    if seconds <= 0:
        return
    apart = next((each for each in _SECONDS if seconds / each <= _MOST_MARKS), seconds)
    for number in range(int(seconds / apart) + 1):
        x = area.left + round(number * apart / seconds * (area.width - 1))
        pygame.draw.line(surface, _GRID, (x, area.bottom), (x, area.bottom + 5))
        if last:
            write(surface, _clock(number * apart), 15, _DIM, midtop=(x, area.bottom + 9))


def _columns(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Return the greatest value in each column of pixels."""
    if not len(values):
        return np.zeros(0, np.float32)
    starts = np.arange(width) * len(values) // width
    if len(values) <= width:
        return values[starts]
    most: NDArray[np.float32] = np.maximum.reduceat(values, starts)
    return most


def _spread(marks: tuple[float, ...], top: float, high: int) -> list[float]:
    """Return the marks that lie within a panel, so many that their numbers do not touch."""
    inside = [mark for mark in marks if mark <= top]
    every = max(1, -(-len(inside) * 20 // max(high, 1)))
    return inside[::every]


def _height(area: pygame.Rect, value: float, top: float) -> int:
    return area.bottom - 1 - round(min(value / top, 1.0) * (area.height - 1))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 10), 600)
    tail = f"{rest // 10:02d}" + (f".{rest % 10}" if rest % 10 else "")
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"
