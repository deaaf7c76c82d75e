"""What an analysis comes to: the record of it.

Measures nothing: `analyser` does. Writes no words for people: `show.analysis` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one kind of flash: in its worst second, or of its worst pattern.

    `flashes`: how many in that second, each a pair of transitions, over `share` of a window (of
    the picture, for stripes); `second`: when it begins, in seconds; `where`: the middle of that
    window, x and y in pixels from the top left; `held`: for how many of five seconds it went on,
    where that is what counts; `moving`: for stripes that move, turn round, come or go.
    """

    passed: bool = True
    share: float = 0.0
    second: float = 0.0
    flashes: float = 0.0
    where: tuple[float, float] = (0.0, 0.0)
    held: float = 0.0
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """The course of it, one value for each `step` seconds: the most in that time.

    `general` and `red`: flashes in the last second; `extended`: how many of the last five seconds
    had two flashes or more; `stripes`: share of the picture under stripes. (n,) each.
    """

    step: float
    general: NDArray[np.float32]
    red: NDArray[np.float32]
    extended: NDArray[np.float32]
    stripes: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of each kind; `passed` where nothing failed.

    `frames` and `seconds`: how much was seen. `points`: for each kind, which of the points
    (rows, cols) made its worst second.
    """

    general: Finding
    red: Finding
    extended: Finding
    stripes: Finding
    frames: int
    seconds: float
    series: Series
    points: Mapping[str, NDArray[np.bool_]] = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return all(finding.passed for _, finding in self.findings())

    @property
    def flashing_passed(self) -> bool:
        """Whether no flash failed, whatever the stripes do."""
        return self.general.passed and self.red.passed and self.extended.passed

    @property
    def worst(self) -> str:
        """The kind to look at first: the first that failed, else the one that came nearest."""
        for name, finding in self.findings():
            if not finding.passed:
                return name
        return "red" if self.red.flashes > self.general.flashes else "general"

    def findings(self) -> tuple[tuple[str, Finding], ...]:
        """Return the kinds with what was found of them."""
        names = ("general", "red", "extended", "stripes")
        return tuple((name, getattr(self, name)) for name in names)
