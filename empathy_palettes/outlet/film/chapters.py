"""The chapters of a film: one for each time that another preset is on show.

Writes nothing: they go into the head of a file when it is finished.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.container.core import Chapter  # in PyAV's stubs only

_BASE = Fraction(1, 1000)  # what players count chapters in


class Chapters:
    """Is told what each frame shows, in order, and knows where it changes."""

    def __init__(self) -> None:
        self._changes: list[tuple[Fraction, str]] = []

    def note(self, work: str, seconds: Fraction) -> None:
        """Take what is on show at an instant of the film; "" is nothing that has a name."""
        if not self._changes or self._changes[-1][1] != work:
            self._changes.append((seconds, work))

    def until(self, seconds: Fraction) -> list[Chapter]:
        """Return the chapters of a film of this length; none, where it has but one."""
        if len(self._changes) < 2:
            return []
        found: list[Chapter] = []
        ends = [begin for begin, _ in self._changes[1:]] + [seconds]
        for (begin, work), end in zip(self._changes, ends, strict=True):
            first, last = round(begin / _BASE), round(end / _BASE)
            if work and last > first:
                title = {"title": work}
                number = len(found)
                found.append(
                    {
                        "id": number,
                        "start": first,
                        "end": last,
                        "time_base": _BASE,
                        "metadata": title,
                    }
                )
        return found
