"""What a window writes over the picture: help with the signals, notices, the affect pad's marks.

Draws on pygame surfaces with straight alpha; knows nothing of GL, events or when to redraw.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..crowd.signals import SIGNALS, Signal
from .contract import OutletContext
from .sdl import pygame

Color = tuple[int, int, int, int]
Surface = pygame.Surface

_INK: Color = (246, 246, 250, 255)
_DIM: Color = (176, 181, 194, 255)
_PLATE: Color = (9, 10, 15, 230)
_SHADE: Color = (9, 10, 15, 190)
_TRACK: Color = (46, 48, 58, 255)
_BAR: Color = (214, 221, 236, 255)
_CAP: Color = (40, 42, 51, 255)
_AMBER: Color = (255, 190, 92, 255)

# Places are in points: 1280 by 720 of them fit into any window.
_HELP = (1232, 672)
_PAD = 30
_TOP = 84
_KEYS_WIDE, _CAPS_WIDE = 372, 84
_SIGNALS_AT = 442
_BAR_AT, _BAR_WIDE = 162, 120
_NUMBER_AT, _SAYS_AT = 340, 356
_SWATCHES = 50
_LINE = 21
_OVERSAMPLE = 4  # letters drawn this much larger and scaled down sit where they should

MOST_NOTICES = 6
MOST_CHARACTERS = 300  # of one notice
MOST_ROWS = 3  # of one notice; in the help, where rows are shorter, two more
#: The affect pad is the picture itself: where the ends of valence and arousal are written.
EDGES = {"left": "unpleasant", "right": "pleasant", "bottom": "still", "top": "stirred"}


class Overlay:
    """Panels for one window size; 720 lines are the measure, and text grows with the window."""

    def __init__(self, context: OutletContext, window: tuple[int, int]) -> None:
        self._context = context
        self._unit = min(window[0] / 1280, window[1] / 720)
        self._window = window
        self._title = self._font(27)
        self._text = self._font(18)
        self._small = self._font(16)
        self._base: Surface | None = None
        self._below_keys = 0.0

    @property
    def margin(self) -> int:
        """The distance from a panel to the window's edge, in pixels."""
        return self._px(24)

    @property
    def padding(self) -> int:
        """The distance from the help panel's text to the panel's edge, in pixels."""
        return self._px(_PAD)

    def help(self, signals: Mapping[str, float], palette: NDArray[np.float32]) -> Surface:
        """Return the help panel: the keys, every signal as a bar and a number, the palette.

        `palette` (n, 3) sRGB-encoded, 0..1.
        """
        if self._base is None:
            self._base = self._draw_base()
        surface = self._base.copy()
        for row, signal in enumerate(SIGNALS.values()):
            self._meter(surface, row, signal, signals.get(signal.name, math.nan))
        self._swatches(surface, palette)
        return surface

    def notices(self, lines: Sequence[str], *, in_help: bool = False) -> Surface:
        """Return the notices on a plate: two thirds of the window wide, or as the keys of help."""
        font, step = (self._small, _LINE) if in_help else (self._text, 26)
        edge, step = self._px(16), self._px(step)
        most = MOST_ROWS + 2 * in_help
        room = (self._px(_KEYS_WIDE) if in_help else self._window[0] * 2 // 3) - 2 * edge
        shown = [
            part for line in lines[:MOST_NOTICES] for part in self._notice(line, room, font, most)
        ]
        if len(lines) > MOST_NOTICES:
            shown.append(f"and {len(lines) - MOST_NOTICES} more")
        texts = [self._render(font, line, _INK) for line in shown]
        wide = max(text.get_width() for text in texts) + 2 * edge
        surface = _plate((wide, step * len(texts) + edge), _SHADE, 0)
        surface.fill(_AMBER, (0, 0, self._px(4), surface.get_height()))
        for row, text in enumerate(texts):
            middle = edge // 2 + row * step + step // 2
            surface.blit(text, text.get_rect(midleft=(edge, middle)))
        return surface

    def edges(self) -> dict[str, Surface]:
        """Return the labels of the affect pad, by edge of the picture."""
        return {edge: self._label(word) for edge, word in EDGES.items()}

    def marker(self) -> Surface:
        """Return the ring that stands where the hand feels; its centre is its middle."""
        radius, line = self._px(16), self._px(3)
        surface = Surface((2 * radius + 7, 2 * radius + 7), pygame.SRCALPHA)
        middle = (radius + 3, radius + 3)
        pygame.draw.aacircle(surface, _SHADE, middle, radius + 2, line + 4)
        pygame.draw.aacircle(surface, _INK, middle, radius, line)
        pygame.draw.aacircle(surface, _SHADE, middle, self._px(5))
        pygame.draw.aacircle(surface, _INK, middle, self._px(3))
        return surface

    def _draw_base(self) -> Surface:
        """Draw what stays of the help panel: everything but bars, numbers and swatches."""
        surface = _plate((self._px(_HELP[0]), self._px(_HELP[1])), _PLATE, self._px(14))
        title = self._wrap(self._context.title, self._px(_KEYS_WIDE), self._title)
        self._write(surface, self._title, title[0] + "…" * (len(title) > 1), _INK, _PAD, 44)
        self._write(surface, self._text, "what the crowd feels", _INK, _SIGNALS_AT, 47)
        top: float = _TOP
        for key, says in self._context.help:
            top += self._key(surface, key, says, top)
        self._below_keys = top + 12
        self._write(surface, self._text, "its palette", _INK, _PAD, self._below_keys + 12)
        for row, signal in enumerate(SIGNALS.values()):
            middle = self._row(row)
            name = signal.name.replace("_", " ")
            self._write(surface, self._small, name, _INK, _SIGNALS_AT, middle)
            self._write(surface, self._small, signal.says, _DIM, _SIGNALS_AT + _SAYS_AT, middle)
        return surface

    def _key(self, surface: Surface, key: str, says: str, top: float) -> float:
        """Draw a key's cap and what it does; return the height that took, in points."""
        lines = self._wrap(says, self._px(_KEYS_WIDE - _CAPS_WIDE), self._small)
        height = 14 + _LINE * len(lines)
        text = self._render(self._small, key.capitalize(), _INK)
        cap = pygame.Rect(0, 0, max(text.get_width() + self._px(16), self._px(30)), self._px(26))
        cap.midleft = (self._px(_PAD), self._px(top + 7 + _LINE / 2))
        pygame.draw.rect(surface, _CAP, cap, border_radius=self._px(5))
        surface.blit(text, text.get_rect(center=cap.center))
        for row, line in enumerate(lines):
            middle = top + 7 + _LINE * (row + 0.5)
            self._write(surface, self._small, line, _DIM, _PAD + _CAPS_WIDE, middle)
        return height

    def _meter(self, surface: Surface, row: int, signal: Signal, value: float) -> None:
        """Draw a signal's bar from 0, and its number; NaN leaves both out."""
        middle = self._px(self._row(row))
        wide, high = self._px(_BAR_WIDE), self._px(8)
        track = pygame.Rect(self._px(_SIGNALS_AT + _BAR_AT), middle - high // 2, wide, high)
        surface.fill(_TRACK, track)
        if not math.isfinite(value):
            return
        near, far = sorted(round(wide * _share(signal, end)) for end in (0.0, value))
        surface.fill(_BAR, (track.left + near, track.top, max(far - near, self._px(2)), high))
        text = self._render(self._small, _number(signal, value), _INK)
        right = self._px(_SIGNALS_AT + _NUMBER_AT)
        surface.blit(text, text.get_rect(midright=(right, middle)))

    def _swatches(self, surface: Surface, palette: NDArray[np.float32]) -> None:
        left, wide = self._px(_PAD), self._px(_KEYS_WIDE)
        top, high = self._px(self._below_keys + 32), self._px(_SWATCHES)
        colors = np.rint(np.clip(palette, 0.0, 1.0) * 255.0).astype(int)
        ends = np.linspace(left, left + wide, len(colors) + 1).round().astype(int)
        for color, start, end in zip(colors, ends[:-1], ends[1:], strict=True):
            surface.fill((*color, 255), (start, top, end - start, high))

    def _row(self, row: int) -> float:
        """Return the middle of a signal's row, in points."""
        return _TOP + (row + 0.5) * (_HELP[1] - _TOP - 24) / len(SIGNALS)

    def _label(self, word: str) -> Surface:
        text = self._render(self._text, word, _INK)
        high = text.get_height() + self._px(12)
        surface = _plate((text.get_width() + self._px(28), high), _SHADE, high // 2)
        surface.blit(text, text.get_rect(center=surface.get_rect().center))
        return surface

    def _write(
        self,
        surface: Surface,
        font: pygame.Font,
        line: str,
        color: Color,
        left: float,
        middle: float,
    ) -> None:
        text = self._render(font, line, color)
        surface.blit(text, text.get_rect(midleft=(self._px(left), self._px(middle))))

    def _notice(self, line: str, room: int, font: pygame.Font, most: int) -> list[str]:
        rows = self._wrap(line[:MOST_CHARACTERS], room, font)
        if len(rows) > most or len(line) > MOST_CHARACTERS:
            rows = rows[:most]
            rows[-1] = f"{rows[-1][:-2]}…"
        return rows

    def _wrap(self, line: str, room: int, font: pygame.Font) -> list[str]:
        """Break a line at its spaces; a word that is wider than the room is broken too."""
        rows = [""]
        for word in _printable(line).split():
            longer = f"{rows[-1]} {word}".strip()
            if rows[-1] and self._wide(font, longer) > room:
                rows.append(word)
            else:
                rows[-1] = longer
            while self._wide(font, rows[-1]) > room and len(rows[-1]) > 1:
                whole = rows[-1]
                lengths = range(1, len(whole))
                fits = bisect_right(lengths, room, key=lambda n: self._wide(font, whole[:n]))
                rows[-1:] = whole[: max(fits, 1)], whole[max(fits, 1) :]
        return rows

    def _wide(self, font: pygame.Font, line: str) -> int:
        return math.ceil(font.size(line)[0] / _OVERSAMPLE)

    def _render(self, font: pygame.Font, line: str, color: Color) -> Surface:
        large = font.render(line, True, color)
        wide, high = large.get_size()
        return pygame.transform.smoothscale(
            large, (max(wide // _OVERSAMPLE, 1), max(high // _OVERSAMPLE, 1))
        )

    def _px(self, points: float) -> int:
        return max(round(points * self._unit), 1)

    def _font(self, points: float) -> pygame.Font:
        # The font that pygame brings along: the same letters on every machine. It counts a size
        # about 1.45 times too large.
        return pygame.Font(None, round(points * 1.45 * self._unit * _OVERSAMPLE))


def _plate(size: tuple[int, int], color: Color, radius: int) -> Surface:
    surface = Surface(size, pygame.SRCALPHA)
    pygame.draw.rect(surface, color, surface.get_rect(), border_radius=radius)
    return surface


def _printable(line: str) -> str:
    # A font refuses NUL, and the halves of characters that stand for odd bytes in file names.
    return "".join(each if each.isprintable() or each.isspace() else "\ufffd" for each in line)


def _share(signal: Signal, value: float) -> float:
    return min(max((value - signal.lo) / (signal.hi - signal.lo), 0.0), 1.0)


def _number(signal: Signal, value: float) -> str:
    if signal.name == "count":
        return f"{value:.0f}"
    number = f"{value:+.2f}" if signal.lo < 0 else f"{value:.2f}"
    return number.replace("-", "−")
