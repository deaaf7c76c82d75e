"""Judges a film for flashes, frame by frame: general, red and extended ones, and stripes.

Opens no file: `inlet.film` reads films, `show.analysis` brings the two together. Uses no GPU, and
nothing of the guard's, so that one can be held against the other. The rules are `core.flash`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.flash import WINDOW, threshold
from .courses import TENTHS, Course, Held, Tenths, tenths
from .points import Decoding, Linear, Places, places
from .stripes import Stripes, shrunk
from .verdict import Series, Verdict
from .windows import NEVER, SECOND, SLACK, Mask, Windows
from .zigzag import Brightness, RedAmount, RedHue, Values, saturated_red

POINTS = (320, 180)

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
        self._general = Course(rows * cols, windows)
        self._red = Course(rows * cols, windows, rules=2)
        self._courses = (self._general, self._red)
        self._brightness = Brightness(rows * cols, threshold(peak_nits))
        self._amount = RedAmount(rows * cols)
        self._hue = RedHue(rows * cols)
        self._held = Held(rows * cols)
        self._stripes = Stripes()
        self._frames = 0
        self._now = 0  # of the last frame
        self._clock = 0  # how far everything has been followed
        self._last: NDArray[np.float32] | None = None
        self._small: Small | None = None  # of the frame that is seen now
        self._series = Tenths(4)

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
        kept = pixels[..., :3].copy()  # its owner may draw the next one over it
        self._take(linear, at, lambda: shrunk(kept))

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

        `small`: called when stripes are looked for, until the next frame has come; returns the
        whole picture about `stripes.WIDE` across. Without it they stay unjudged.
        """
        self._take(self.decoding.from_floats(srgb), at, small)

    def _take(self, channels: Values, at: Fraction | None, small: Small | None) -> None:
        now = round(self._frames * self._frame if at is None else at * SECOND)
        if self._frames and now <= self._now:
            raise ValueError(f"a frame at {now} µs after one at {self._now}")
        self._wait(now)
        made: tuple[Mask | None, Mask | None, Mask | None] = (None, None, None)
        if self._last is None or not np.array_equal(channels, self._last):
            made = self._transitions(channels)
        self._last = channels
        self._general.add(made[:1], now)
        self._red.add(made[1:], now)
        self._small = small
        self._stripes.skip(now)
        self._frames += 1
        self._now = now

    def verdict(self, until: float | None = None) -> Verdict:
        """Return what was found so far.

        `until`: for how many seconds the film goes on, its last frame being seen to the end of
        it; else as long as any other.
        """
        end = max(self._now + round(self._frame), round((until or 0) * SECOND))
        if self._frames:
            self._wait(end)
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
            end / SECOND if self._frames else 0.0,
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

    def _wait(self, until: int) -> None:
        """Let time go by while the picture stays: transitions grow old, stripes are looked at."""
        while (event := self._next()) < until - SLACK:
            self._pass(event)
            for course in self._courses:
                course.leave(event)
            if self._small and self._stripes.next <= event:
                self._stripes.see(self._small(), event)
        self._pass(until)

    def _next(self) -> int:
        """Return when something happens next though no frame comes."""
        looks = self._small is not None and not self._stripes.settled
        look = self._stripes.next if looks else NEVER
        return min(look, *(course.leaves for course in self._courses))

    def _pass(self, until: int) -> None:
        """Go on to an instant, up to which all counts stand still."""
        if until <= self._clock:
            return
        most = max(self._courses, key=lambda course: course.reach.most)
        self._held.add(most, self._clock, until)
        held = self._held.lasted(tenths(self._clock, until)) / SECOND
        told: list[ArrayLike] = [
            *(course.reach.most for course in self._courses),
            np.maximum(held[1:], held[:-1]),
            self._stripes.share,
        ]
        self._series.add(self._clock, told, len(held) - 1)
        self._clock = until
