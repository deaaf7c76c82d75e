"""Stripes that may harm: more than five light-dark pairs, over much of the picture, for a while.

ITU-R BT.1702 and Ofcom's guidance give the rule, not the method. This one looks at five pictures a
second, in blocks on four scales, and asks of each block's spectrum whether one wave has most of
it. Blocks whose waves run the same way make a pattern; its pairs are counted across all of it.

It does not see: curved or radial stripes of fewer than two and a half pairs in a block, checkers
and grids (their spectrum has two directions), lines thinner than a quarter of their distance, and
stripes finer than three pixels of a picture 640 wide.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from ...core.color import luminance
from .points import Decoding
from .verdict import Finding
from .windows import SECOND

WIDE = 640  # pixels: to about this a picture is shrunk before it is looked at
PAIRS = 5  # more than these
CONTRAST = 0.1  # of relative luminance, from the dark to the light
DARK_BELOW = 0.8
STILL_AREA = 0.40  # of the picture
MOVING_AREA = 0.25

_GAPS = (150_000, 200_000, 250_000)  # µs between looks, by turns: no rhythm can hide between them
_LOOKS = 5  # that are remembered, about a second
_HELD = 3  # of these: about half a second
_MOVED = 2  # of these
_BLOCK = 32  # pixels
_HOPS = (32, 16, 8, 4)  # pixels between blocks, on each scale
_CELL = 16  # pixels of the largest scale
_LEAST, _MOST = 2.2, 12.0  # cycles in a block
_ONE_WAVE = 0.45  # of a block's spectrum: a square wave's first harmonic has .81, a sine's 1
_SQUARE = np.pi / 4  # of its first harmonic: half the height of a square wave
_STEP = 30  # degrees between the directions that are looked for
_ALIKE = 35  # degrees: waves no further from a direction run that way
_SPAN = 1.6  # their frequencies lie within this factor of the usual one
_EDGE = 0.62  # of the usual strength: a block with less of the pattern in it lies beside it
_TOGETHER = 4  # of a block and the eight around it: less is chance
_SHIFT = 0.2  # of the contrast: an eighth of a period, or a pattern that comes or goes

Cells = NDArray[np.bool_]
Grey = NDArray[np.float32]
Pixels = NDArray[np.uint8]


class Stripes:
    """Looks at a film's pictures now and then; `due` says when."""

    def __init__(self) -> None:
        window = np.hanning(_BLOCK + 1)[:_BLOCK].astype(np.float32)
        self._window = np.outer(window, window).ravel()
        self._ring, self._half, self._wave = _spectrum_masks()
        self._decoding = Decoding()
        self._seen: deque[tuple[Cells, Cells]] = deque(maxlen=_LOOKS)  # striped, and moved
        self._small: Pixels | None = None
        self._before: Grey | None = None
        self._looks = 0
        self._alike = 0  # looks in a row at one picture
        self._worst = 0.0  # the greatest share, as a part of its limit
        self._found = Finding()
        self._cells: Cells = np.zeros((1, 1), np.bool_)
        self.share = 0.0  # of the picture, under stripes now
        self.next = 0  # when a look is due, in microseconds

    @property
    def settled(self) -> bool:
        """Whether more looks at the same picture would tell nothing new."""
        return self._alike > _LOOKS

    def skip(self, now: int) -> None:
        """Go on at this time, with a new picture; what was due before it is due no more."""
        self.next = max(self.next, now)
        self._alike = 0

    def see(self, small: Pixels, now: int) -> None:
        """Look at a picture: (rows, cols, 3) sRGB, about `WIDE` across, each time of one size."""
        self.next = now + _GAPS[self._looks % len(_GAPS)]
        self._looks += 1
        self._alike += 1
        if self._small is not None and np.array_equal(small, self._small):
            striped = self._seen[-1][0]
            self._seen.append((striped, np.zeros_like(striped)))
            self._judge(now)
            return
        self._small = small
        grey = luminance(self._decoding.from_bytes(small)).astype(np.float32)
        if self._before is not None and self._before.shape != grey.shape:
            self._before = None
            self._seen.clear()
        striped, contrast = self._striped(grey)
        moved = np.zeros_like(striped)
        if self._before is not None:
            change = _cell_means(np.abs(grey - self._before))
            last = self._seen[-1][0]
            moved = (striped | last) & (change >= _SHIFT * np.maximum(contrast, CONTRAST))
        self._before = grey
        self._seen.append((striped, moved))
        self._judge(now)

    def finding(self, size: tuple[int, int]) -> Finding:
        """Return the worst that was found, for a picture of `size`."""
        found = self._found
        where = (found.where[0] * size[0], found.where[1] * size[1])
        return Finding(found.passed, found.share, found.second, 0.0, where, 0.0, found.moving)

    def cells(self, rows: int, cols: int) -> Cells:
        """Return where the worst was, on a grid over the picture."""
        high, wide = self._cells.shape
        down = np.arange(rows) * high // rows
        cells: Cells = self._cells[down[:, None], np.arange(cols) * wide // cols]
        return cells

    def _judge(self, now: int) -> None:
        held = np.sum([striped for striped, _ in self._seen], axis=0) >= _HELD
        moving = held & (np.sum([moved for _, moved in self._seen], axis=0) >= _MOVED)
        self.share = float(held.mean())
        for cells, limit, moves in ((held, STILL_AREA, False), (moving, MOVING_AREA, True)):
            share = float(cells.mean())
            if share / limit > self._worst:
                self._worst = share / limit
                row, col = (float(axis.mean()) + 0.5 for axis in np.nonzero(cells))
                where = (col / cells.shape[1], row / cells.shape[0])
                second = max(now - SECOND, 0) / SECOND
                passed = share <= limit
                self._found = Finding(passed, share, second, 0.0, where, 0.0, moves)
                self._cells = cells

    def _striped(self, grey: Grey) -> tuple[Cells, Grey]:
        """Return which cells lie in a pattern, and the contrast of the stripes there."""
        shape = (max(grey.shape[0] // _CELL, 1), max(grey.shape[1] // _CELL, 1))
        striped = np.zeros(shape, np.bool_)
        contrast = np.zeros(shape, np.float32)
        for hop in _HOPS:
            if min(grey.shape) < _BLOCK:
                break
            self._scale(grey, hop, striped, contrast)
            grey = _halved(grey)
        return striped, contrast

    def _scale(self, grey: Grey, hop: int, striped: Cells, contrast: Grey) -> None:
        """Add what one scale shows."""
        views = np.lib.stride_tricks.sliding_window_view(grey, (_BLOCK, _BLOCK))[::hop, ::hop]
        found, strength, wave = self._waves(views)
        if not found.any():
            return
        frequency = np.hypot(*wave)
        angle = np.degrees(np.arctan2(wave[0], wave[1])) % 180
        pattern = np.zeros_like(found)
        for way in range(0, 180, _STEP):
            alike = found & (np.abs((angle - way + 90) % 180 - 90) <= _ALIKE)
            if alike.any():
                usual = np.median(frequency[alike])
                alike &= (frequency <= usual * _SPAN) & (frequency * _SPAN >= usual)
                alike &= strength >= _EDGE * np.median(strength[alike])
                alike &= _around(alike) >= _TOGETHER
            if alike.any():
                row, col = np.nonzero(alike)
                along = (col * np.cos(np.radians(way)) + row * np.sin(np.radians(way))) * hop
                across = float(np.ptp(along)) + _BLOCK
                if across * float(np.median(frequency[alike])) / _BLOCK > PAIRS:
                    pattern |= alike
        rows, cols = (
            _nearest_block(cells, whole, hop, blocks)
            for cells, whole, blocks in zip(striped.shape, grey.shape, found.shape, strict=True)
        )
        here = pattern[rows[:, None], cols]
        striped |= here
        np.maximum(contrast, strength[rows[:, None], cols] * here, out=contrast)

    def _waves(self, views: Grey) -> tuple[Cells, Grey, Grey]:
        """Return, for each block, whether it is one wave, how strong, and its cycles (y, x)."""
        grid = views.shape[:2]
        strength = np.zeros(grid, np.float32)
        waves = np.zeros((2, *grid), np.float32)
        found = np.zeros(grid, np.bool_)
        blocks = np.ascontiguousarray(views).reshape(-1, _BLOCK * _BLOCK)
        mean = blocks.mean(axis=1)
        blocks -= mean[:, None]
        size = np.sqrt(np.einsum("bi,bi->b", blocks, blocks) / blocks.shape[1])
        chosen = size > CONTRAST / 4  # less is no stripe of that contrast
        if not chosen.any():
            return found, strength, waves
        blocks, centre, chosen = blocks[chosen], mean[chosen], chosen.reshape(grid)
        darkest = centre + blocks.min(axis=1)
        blocks *= self._window
        spectrum = np.fft.fft2(blocks.reshape(-1, _BLOCK, _BLOCK))
        power = spectrum.real**2 + spectrum.imag**2
        flat = power.reshape(len(power), -1)
        total = flat[:, self._half].sum(axis=1)
        peak = self._ring[flat[:, self._ring].argmax(axis=1)]
        around = np.arange(-1, 2)
        y = (peak[:, None] // _BLOCK + around)[:, :, None] % _BLOCK
        x = (peak[:, None] % _BLOCK + around)[:, None, :] % _BLOCK
        near = power[np.arange(len(power))[:, None, None], y, x]
        energy = near.sum(axis=(1, 2))
        # A sine of amplitude A leaves (A/2)² · N² · Σw² in its peak, and Σw² is (3/8 N)².
        amplitude = 2 * np.sqrt(energy) / (_BLOCK * _BLOCK * 0.375)
        cycles = np.stack(
            [(near * axis).sum(axis=(1, 2)) for axis in (self._wave[y], self._wave[x])]
        )
        cycles /= np.maximum(energy, 1e-12)
        held = (
            (energy >= _ONE_WAVE * total)
            & (2 * amplitude >= CONTRAST)
            & (np.maximum(centre - amplitude * _SQUARE, darkest) < DARK_BELOW)
            & (np.hypot(*cycles) >= _LEAST)
        )
        found[chosen] = held
        strength[chosen] = 2 * amplitude
        waves[:, chosen] = cycles
        return found, strength, waves


def shrunk(pixels: Pixels) -> Pixels:
    """Return a picture (height, width, 3) as the means of whole blocks, about `WIDE` across."""
    height, width, _ = pixels.shape
    block = max(round(width / WIDE), 1)
    if block == 1:
        return pixels
    rows, cols = max(height // block, 1), max(width // block, 1)
    total = np.zeros((rows, cols, 3), np.uint32)
    for down in range(min(block, height)):
        strip = pixels[down : down + (rows - 1) * block + 1 : block]
        for across in range(min(block, width)):
            total += strip[:, across : across + (cols - 1) * block + 1 : block]
    means: Pixels = (total // (block * block)).astype(np.uint8)
    return means


def _spectrum_masks() -> tuple[NDArray[np.intp], NDArray[np.intp], Grey]:
    """Return where a wave may peak, the half that a spectrum of real values needs, the cycles.

    Places in a flattened spectrum; cycles in a block along one axis.
    """
    wave = (np.fft.fftfreq(_BLOCK) * _BLOCK).astype(np.float32)
    radius = np.hypot(wave[:, None], wave)
    half = (wave[:, None] > 0) | ((wave[:, None] == 0) & (wave > 0))
    ring = half & (radius >= 2) & (radius <= _MOST)
    return np.flatnonzero(ring), np.flatnonzero(half & (radius > 1.5)), wave


def _nearest_block(cells: int, whole: int, hop: int, blocks: int) -> NDArray[np.intp]:
    """Return for each cell of an axis the block whose middle is nearest to the cell's."""
    middle = (np.arange(cells) + 0.5) * whole / cells
    return np.clip(np.rint((middle - _BLOCK / 2) / hop), 0, blocks - 1).astype(np.intp)


def _around(blocks: Cells) -> NDArray[np.intp]:
    """Return how many of each block and the eight around it are marked."""
    padded = np.pad(blocks, 1)
    rows, cols = blocks.shape
    shifts = [padded[y : y + rows, x : x + cols] for y in range(3) for x in range(3)]
    marked: NDArray[np.intp] = np.sum(shifts, axis=0, dtype=np.intp)
    return marked


def _halved(grey: Grey) -> Grey:
    rows, cols = grey.shape[0] // 2, grey.shape[1] // 2
    means: Grey = grey[: 2 * rows, : 2 * cols].reshape(rows, 2, cols, 2).mean(axis=(1, 3))
    return means


def _cell_means(grey: Grey) -> Grey:
    rows, cols = max(grey.shape[0] // _CELL, 1), max(grey.shape[1] // _CELL, 1)
    high, wide = grey.shape[0] // rows, grey.shape[1] // cols
    blocks = grey[: rows * high, : cols * wide].reshape(rows, high, cols, wide)
    means: Grey = blocks.mean(axis=(1, 3))
    return means
