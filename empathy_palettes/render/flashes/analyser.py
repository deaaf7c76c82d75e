"""Judges a film for flashes, frame by frame: general, red and extended ones, and stripes.

Opens no file: `inlet.film` reads films, `show.analysis` brings the two together. Uses no GPU, and
nothing of the guard's, so that one can be held against the other. The rules are `core.flash`'s.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ...core.flash import (
    EXTENDED_OF_SECONDS,
    EXTENDED_SECONDS,
    EXTENDED_TRANSITIONS,
    MOST_TRANSITIONS,
    WINDOW,
    threshold,
)
from .points import Decoding, Linear, Places, places
from .stripes import Stripes, shrunk
from .verdict import Finding, Series, Verdict
from .windows import SECOND, SLACK, Mask, Reach, Second, Windows
from .zigzag import Brightness, RedAmount, RedHue, Values, saturated_red

POINTS = (320, 180)
TENTHS = 10  # of a second that the series tells apart

Pixels = NDArray[np.uint8]
Small = Callable[[], Pixels]


class Analyser:
    """One film; give it every frame in order, then ask for the verdict.

    `size`: width and height in pixels. `fps`: frames per second, for frames that come without a
    time. `peak_nits`: the luminance of the display's white in cd/m². `window`: ten degrees of the
    visual field, as a share of the picture's width and height, or of each. `points`: how many
    pixels are looked at, across and down.
    """

    def __init__(
        self,
        size: tuple[int, int],
        fps: Fraction | int,
        *,
        peak_nits: float = 200.0,
        window: float | tuple[float, float] = WINDOW,
        points: tuple[int, int] = POINTS,
    ) -> None:
        self.places: Places = places(size, points)
        self.decoding = Decoding()
        rows, cols = self.places[0].shape
        self._flat = (self.places[0] * size[0] + self.places[1]).ravel()
        self._size = size
        self._frame = SECOND / Fraction(fps)  # microseconds
        windows = Windows((rows, cols), window if isinstance(window, tuple) else (window, window))
        self._general = _Course(rows * cols, windows)
        self._red = _Course(rows * cols, windows)
        self._brightness = Brightness(rows * cols, threshold(peak_nits))
        self._amount = RedAmount(rows * cols)
        self._hue = RedHue(rows * cols)
        self._hues = Second(rows * cols)
        self._held = _Held(rows * cols)
        self._stripes = Stripes()
        self._frames = 0
        self._now = 0
        self._end = 0
        self._last: NDArray[np.float32] | None = None
        self._series = _Tenths(4)

    @property
    def frames(self) -> int:
        """How many frames it has seen."""
        return self._frames

    def see(self, pixels: Pixels, at: Fraction | None = None) -> None:
        """Take the next frame: (height, width, 3 or 4) sRGB-encoded; alpha is ignored.

        `at`: its time in seconds since the first, later than the one before; else frame by frame.
        ValueError for another size, or an earlier time.
        """
        if pixels.shape[1::-1] != self._size:
            raise ValueError(f"a picture of {pixels.shape} is not {self._size}")
        seen = pixels.reshape(-1, pixels.shape[2])[self._flat]
        linear = self.decoding.from_bytes(np.ascontiguousarray(seen[:, :3].T))
        self._take(linear, at, lambda: shrunk(pixels[..., :3]))

    def see_points(self, linear: Linear, at: Fraction | None = None) -> None:
        """Take the next frame as linear light (rows, cols, 3) at `places`; stripes stay unjudged.

        What is no number is black, what is infinite is as bright as can be.
        """
        channels = np.ascontiguousarray(linear.reshape(self._flat.size, 3).T, np.float32)
        channels = np.nan_to_num(channels, nan=0.0, posinf=1.0, neginf=0.0)
        self._take(np.clip(channels, 0, 1, out=channels), at, None)

    def see_srgb(
        self, srgb: Values, at: Fraction | None = None, small: Small | None = None
    ) -> None:
        """Take the next frame as sRGB-encoded values (3, n) at `places`, clipped to [0, 1].

        `small`: called when stripes are looked for, returns the whole picture about
        `stripes.WIDE` across; without it they stay unjudged.
        """
        self._take(self.decoding.from_floats(srgb), at, small)

    def _take(self, channels: Values, at: Fraction | None, small: Small | None) -> None:
        now = round(self._frames * self._frame if at is None else at * SECOND)
        if self._frames and now <= self._now:
            raise ValueError(f"a frame at {now} µs after one at {self._now}")
        made: tuple[Mask | None, Mask | None, Mask | None] = (None, None, None)
        if self._last is None or not np.array_equal(channels, self._last):
            made = self._transitions(channels)
        self._last = channels
        self._general.add(made[0], now)
        new_hues = self._hues.add(made[2], now)
        self._red.add(made[1], now, self._hues if new_hues or self._hues.counts.any() else None)
        if small and self._stripes.due(now):
            self._stripes.see(small(), now)
        self._tell(now)

    def verdict(self) -> Verdict:
        """Return what was found so far."""
        series = self._series.table()
        rows, cols = self.places[0].shape
        points = {
            "general": self._general.points().reshape(rows, cols),
            "red": self._red.points().reshape(rows, cols),
            "extended": self._held.points().reshape(rows, cols),
            "stripes": self._stripes.cells(rows, cols),
        }
        return Verdict(
            self._general.finding(self._size),
            self._red.finding(self._size),
            self._held.finding(self._size),
            self._stripes.finding(self._size),
            self._frames,
            self._end / SECOND,
            Series(1 / TENTHS, series[0] / 2, series[1] / 2, series[2], series[3]),
            points,
        )

    def _transitions(self, channels: Values) -> tuple[Mask, Mask, Mask]:
        red, green, blue = channels
        luminance = red * np.float32(0.2126)
        luminance += green * np.float32(0.7152)
        luminance += blue * np.float32(0.0722)
        amount = red - green
        amount -= blue
        saturated = saturated_red(channels, amount)
        np.maximum(amount, 0, out=amount)
        return (
            self._brightness.see(luminance),
            self._amount.see(amount, saturated),
            self._hue.see(channels, saturated),
        )

    def _tell(self, now: int) -> None:
        """Go on from the counts of this frame: how long it has been held, the series."""
        length = now - self._now if self._frames else round(self._frame)
        courses = (self._general, self._red)
        most = max(courses, key=lambda course: course.reach.most)
        held = self._held.add(most, now, length)
        told = (*(course.reach.most for course in courses), held / SECOND, self._stripes.share)
        self._series.add(now, told)
        self._frames += 1
        self._now = now
        self._end = now + round(self._frame)


class _Course:
    """One kind of flash over the film: its counts now, and its worst second."""

    def __init__(self, count: int, windows: Windows) -> None:
        self.reach = Reach(windows)
        self._second = Second(count)
        self.counts = self._second.counts  # transitions of each point in the last second
        self._worst: tuple[int, float] = (0, 0.0)  # transitions, and the share of a window
        self._at = 0
        self._where = (0.5, 0.5)
        self._points = np.zeros(count, np.bool_)

    def add(self, made: Mask | None, now: int, other: Second | None = None) -> None:
        """Add who made a transition; `other`: counts by another rule, of which the greater hold."""
        changed = self._second.add(made, now)
        if not changed and other is None:
            return
        counts = self._second.counts
        if other is not None:
            counts = np.maximum(counts, other.counts)
        self.counts = counts
        self.reach.look(counts)
        found = (self.reach.most, self.reach.share)
        if found > self._worst:
            self._worst, self._at, self._where = found, now, self.reach.where
            np.greater_equal(counts, self.reach.most, out=self._points)

    def points(self) -> Mask:
        """Return who made the worst second, (n,)."""
        return self._points.copy()

    def finding(self, size: tuple[int, int]) -> Finding:
        most, share = self._worst
        return Finding(
            passed=most <= MOST_TRANSITIONS,
            share=share,
            second=max(self._at - SECOND, 0) / SECOND,
            flashes=most / 2,
            where=(self._where[0] * size[0], self._where[1] * size[1]),
        )


class _Held:
    """For how much of the last five seconds there were four transitions or more in each."""

    def __init__(self, count: int) -> None:
        self._points = np.zeros(count, np.bool_)
        self._parts: deque[tuple[int, int]] = deque()  # when, and for how long
        self._sum = 0
        self._worst = (0, 0)  # how long in all, and transitions
        self._found = Finding()

    def add(self, course: _Course, now: int, length: int) -> int:
        """Add a frame that took `length` to come, in microseconds; return how long it held."""
        reach = course.reach
        while self._parts and self._parts[0][0] <= now - EXTENDED_OF_SECONDS * SECOND + SLACK:
            self._sum -= self._parts.popleft()[1]
        if reach.most >= EXTENDED_TRANSITIONS:
            self._parts.append((now, length))
            self._sum += length
            if (self._sum, reach.most) > self._worst:
                self._worst = (self._sum, reach.most)
                np.greater_equal(course.counts, EXTENDED_TRANSITIONS, out=self._points)
                self._found = Finding(
                    self._sum < EXTENDED_SECONDS * SECOND - 2 * SLACK,
                    reach.share,
                    max(now - EXTENDED_OF_SECONDS * SECOND, 0) / SECOND,
                    reach.most / 2,
                    reach.where,
                    self._sum / SECOND,
                )
        return self._sum

    def finding(self, size: tuple[int, int]) -> Finding:
        found = self._found
        where = (found.where[0] * size[0], found.where[1] * size[1])
        return Finding(found.passed, found.share, found.second, found.flashes, where, found.held)

    def points(self) -> Mask:
        """Return who made the worst of it, (n,)."""
        return self._points.copy()


class _Tenths:
    """The greatest of some numbers in each tenth of a second, as long as a film may be."""

    def __init__(self, numbers: int) -> None:
        self._table = np.zeros((numbers, 64), np.float32)
        self._used = 0

    def add(self, now: int, told: tuple[float, ...]) -> None:
        place = now * TENTHS // SECOND
        if place >= self._table.shape[1]:
            longer = np.zeros((len(self._table), max(place + 1, 2 * self._table.shape[1])))
            longer[:, : self._table.shape[1]] = self._table
            self._table = longer.astype(np.float32)
        self._used = max(self._used, place + 1)
        np.maximum(self._table[:, place], told, out=self._table[:, place])

    def table(self) -> NDArray[np.float32]:
        return self._table[:, : self._used].copy()
