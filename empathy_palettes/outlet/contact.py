"""A contact sheet: rows of small pictures, one for each work, with their names.

Knows nothing of what they show, and writes no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.color import linear_to_srgb, srgb_to_linear
from .letters import Color, write
from .sdl import pygame

Pixels = NDArray[np.uint8]  # (height, width, 3) sRGB, row 0 at the top

WIDTH = 1920

_BACK: Color = (9, 9, 11)
_INK: Color = (232, 230, 225)
_DIM: Color = (134, 131, 126)
_SIDE, _LABELS, _GAP = 40, 250, 8  # pixels at the edges, for the names, between pictures
_HEAD, _FOOT, _GROUP = 104, 40, 34  # above the rows, below them, between those of two groups


@dataclass(frozen=True, slots=True)
class Strip:
    """One work: its name, whose it is, and its pictures; None leaves a place dark."""

    title: str
    by: str
    pictures: Sequence[Pixels | None]


def contact_sheet(heads: Sequence[str], strips: Sequence[Strip]) -> Pixels:
    """Return the picture, 1920 pixels wide.

    `heads`: what stands above the columns. Strips of the same `by`, one after another, are a group.
    Pictures are made smaller in linear light, so that what glitters keeps its light.
    """
    columns = len(heads)
    room = WIDTH - 2 * _SIDE - _LABELS - _GAP * (columns - 1)
    wide = room // columns
    high = wide * 9 // 16
    tops, y = [], _HEAD
    for number, strip in enumerate(strips):
        y += _GROUP if number and strips[number - 1].by != strip.by else 0
        tops.append(y)
        y += high + _GAP
    surface = pygame.Surface((WIDTH, y - _GAP + _FOOT))
    surface.fill(_BACK)
    for column, head in enumerate(heads):
        x = _SIDE + _LABELS + column * (wide + _GAP)
        write(surface, head, 22, _DIM, bottomleft=(x + 2, _HEAD - 14), room=wide)
    for top, strip in zip(tops, strips, strict=True):
        middle = top + high // 2
        write(surface, strip.title, 27, _INK, midleft=(_SIDE, middle - 14), room=_LABELS - 20)
        write(surface, strip.by, 17, _DIM, midleft=(_SIDE, middle + 19), room=_LABELS - 20)
        for column, picture in enumerate(strip.pictures[:columns]):
            if picture is not None:
                small = np.ascontiguousarray(smaller(picture, (wide, high)).transpose(1, 0, 2))
                x = _SIDE + _LABELS + column * (wide + _GAP)
                surface.blit(pygame.surfarray.make_surface(small), (x, top))
    seen = pygame.surfarray.array3d(surface)
    return np.ascontiguousarray(seen.transpose(1, 0, 2))


def smaller(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return a picture at a smaller size (width, height); a pixel is the mean of what it covers."""
    light = srgb_to_linear(pixels.astype(np.float32) / np.float32(255))
    across = _shares(pixels.shape[1], size[0])
    down = _shares(pixels.shape[0], size[1])
    light = np.einsum("yh,hwc->ywc", down, light)
    light = np.einsum("xw,ywc->yxc", across, light)
    out: Pixels = np.round(linear_to_srgb(light) * 255).clip(0, 255).astype(np.uint8)
    return out


def _shares(before: int, after: int) -> NDArray[np.float32]:
    """Return what each of `after` places takes of each of `before`: (after, before), rows sum 1."""
    edges = np.arange(after + 1) * before / after
    place = np.arange(before)
    begin = np.maximum(edges[:-1, None], place[None, :])
    end = np.minimum(edges[1:, None], place[None, :] + 1)
    shares = np.maximum(end - begin, 0) * after / before
    out: NDArray[np.float32] = shares.astype(np.float32)
    return out
