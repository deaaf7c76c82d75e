"""Writes what a `ring` holds as a session: the minute that is to be seen, and its lead-in.

Belongs on a thread of its own. Knows no stage: what happened on it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...core.clock import STEPS_PER_SECOND, Tick
from ...core.command import Command
from ..sample import Samples
from .format import PART, Beginning
from .keytable import Name, beside
from .part import Lived, Part
from .passage import Work
from .ring import Cut

SEEN_STEPS = 60 * STEPS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute as it was lived.

    `cut` of the ring. `names`: of everybody real in it. `work`: what was on show as it begins, None
    where the show itself begins there; `works` that came after. `commands`: each with the step
    after which it is to be applied.
    """

    cut: Cut
    names: Mapping[int, Name]
    work: Work | None
    works: Sequence[Work]
    commands: Sequence[tuple[int, Command]]

    @property
    def first(self) -> int:
        """The step that is seen first; what comes before is lived through unseen."""
        return max(self.cut.begin, 1, self.cut.end - SEEN_STEPS + 1)

    @property
    def seconds(self) -> float:
        """How long what is seen lasts."""
        return max(self.cut.end - self.first + 1, 0) / STEPS_PER_SECOND


def write(
    path: Path,
    minute: Minute,
    beginning: Beginning,
    files: Mapping[str, bytes],
    about: Mapping[str, str],
    left: Callable[[], Collection[int]],
) -> int:
    """Write the session and its key table; return of how many real people it holds something.

    `beginning` and `files` as `Part` has them; `beginning.step` is that of the cut. `about`: what
    else the key table says. `left`: the numbers of who has withdrawn until now; asked again for
    each second. It has a frame for each step that is seen; the first spans all that come before it.
    OSError where it cannot be written; nothing is left of it then.
    """
    cut, people = minute.cut, set[int]()

    def staying(samples: Samples) -> Samples:
        gone = left()
        if gone:
            samples = samples[~np.isin(samples["who"], np.array(list(gone), np.uint32))]
        people.update(minute.names.keys() & set(np.unique(samples["who"]).tolist()))
        return samples

    here = staying(cut.here())
    part = Part(
        path, beginning, files, here=here, names=minute.names, work=minute.work, about=about
    )
    try:
        for index in range(len(cut)):
            past = cut.second(index)
            lived = Lived(
                past.second,
                staying(past.samples),
                past.withdrawn,
                _ticks(minute, past.second),
                _within(minute.commands, past.second, index == 0),
                past.told,
                [work for work in minute.works if work.step // STEPS_PER_SECOND == past.second],
                cut.end + 1 if index == len(cut) - 1 else None,
            )
            part.second(lived, minute.names)
        part.finish("kept")
    except BaseException:
        with suppress(OSError):
            part.finish("broken off")
        discard(path)
        raise
    return len(people)


def discard(path: Path) -> None:
    """Delete a session, finished or not, and first its keys; what cannot be deleted stays."""
    for each in (beside(path), path, path.with_name(path.name + PART)):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def _ticks(minute: Minute, second: int) -> list[Tick]:
    """The frames of a second, one for each step that is seen."""
    first, begin = minute.first, minute.cut.begin
    start = max(second * STEPS_PER_SECOND, first)
    end = min((second + 1) * STEPS_PER_SECOND, minute.cut.end + 1)
    return [
        Tick(step - first, step, 1 if step > first else max(step - begin, 1))
        for step in range(start, end)
    ]


def _within(
    commands: Sequence[tuple[int, Command]], second: int, first: bool
) -> list[tuple[int, Command]]:
    """The commands of a second; those of before the first one go into that."""
    return [
        (step, command)
        for step, command in commands
        if step // STEPS_PER_SECOND == second or (first and step // STEPS_PER_SECOND < second)
    ]
