"""A second opinion on flashes, of another kind: by the means of the picture and of its ninths.

Shares no code with the analyser. It keeps whole series, and finds their swings by taking the
smallest away until none is left that is too small (as rainflow counting does), instead of walking
along them.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SWING = 0.1
DARK = 0.8
RED_SWING = 20 / 320


class FrameMean:
    """Means of frames (…, height, width, 3) of uint8: the picture's, and those of its ninths."""

    def __init__(self, fps: int) -> None:
        self._fps = fps
        codes = np.arange(256) / 255
        self._light = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
        self._luminance: list[Floats] = []

    def see(self, frame: NDArray[np.uint8]) -> None:
        """Take the next frame."""
        light = np.zeros(frame.shape[:-1])
        for channel, weight in enumerate((0.2126, 0.7152, 0.0722)):
            light += (weight * self._light)[frame[..., channel]]
        self._luminance.append(np.stack(means(light), axis=-1))

    def series(self) -> Floats:
        """The means over time: (…, 10, frames), the whole picture's first."""
        return np.moveaxis(np.stack(self._luminance), 0, -1)

    def most(self) -> NDArray[np.int64]:
        """The most transitions in any second of each series: (…, 10)."""
        return self._of_each(lambda made: int(in_a_second(made, self._fps).max(initial=0)))

    def longest(self) -> Floats:
        """For how many of any five seconds each had four transitions or more: (…, 10)."""

        def held(made: NDArray[np.bool_]) -> float:
            many = in_a_second(made, self._fps) >= 4
            within = np.convolve(many, np.ones(5 * self._fps))
            return float(within.max()) / self._fps

        return self._of_each(held).astype(np.float64)

    def _of_each(self, ask) -> NDArray:  # type: ignore[no-untyped-def,type-arg]
        series = self.series()
        flat = series.reshape(-1, series.shape[-1])
        found = [ask(transitions(each)) if np.ptp(each) >= SWING else 0 for each in flat]
        return np.array(found).reshape(series.shape[:-1])


def means(light: Floats) -> list[Floats]:
    """The mean of the whole (…, height, width), and of each of its three by three parts."""
    height, width = light.shape[-2:]
    down = [round(height * third / 3) for third in range(4)]
    across = [round(width * third / 3) for third in range(4)]
    parts = [
        light[..., top:bottom, left:right].mean(axis=(-2, -1))
        for top, bottom in itertools.pairwise(down)
        for left, right in itertools.pairwise(across)
    ]
    return [light.mean(axis=(-2, -1)), *parts]


def transitions(series: Floats, swing: float = SWING, dark: float = DARK) -> NDArray[np.bool_]:
    """In which frames of a series (frames,) a swing of so much ended, its darker end below `dark`.

    A swing lies between a peak and the valley next to it, smaller ripples being taken away.
    """
    places = turning_points(series)
    values = [float(series[place]) for place in places]
    while len(values) > 2:
        sizes = np.abs(np.diff(values))
        least = int(sizes.argmin())
        if sizes[least] >= swing - 1e-9:
            break
        if least == 0:  # the first or the last swing has nothing beyond it to be part of
            del values[0], places[0]
        elif least == len(sizes) - 1:
            del values[-1], places[-1]
        else:
            del values[least : least + 2], places[least : least + 2]
    made = np.zeros(len(series), np.bool_)
    for begin, end, place in zip(values, values[1:], places[1:], strict=False):
        made[place] = abs(end - begin) >= swing - 1e-9 and min(begin, end) < dark
    return made


def turning_points(series: Floats) -> list[int]:
    """Where a series begins, turns and ends; the first frame of each level stretch."""
    moves = np.flatnonzero(np.diff(series)) + 1  # frames that differ from the one before
    ways = np.sign(series[moves] - series[moves - 1])
    turns = [
        int(here) for here, way, after in zip(moves, ways, ways[1:], strict=False) if way != after
    ]
    return [0, *turns, *(int(move) for move in moves[-1:])]


def in_a_second(made: NDArray[np.bool_], fps: int) -> NDArray[np.int64]:
    """How many there were in the second that ends with each frame: of its last `fps` frames."""
    total = np.concatenate([np.zeros(fps, np.int64), np.cumsum(made)])
    counts: NDArray[np.int64] = total[fps:] - total[:-fps]
    return counts
