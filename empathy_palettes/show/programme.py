"""What plays: the scene on show, the one it gives way to, and when.

Does not draw into the frame: it hands the stage at most two pictures and how to mix them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..core.clock import STEPS_PER_SECOND
from ..core.errors import Fault
from ..mapping.view import CrowdView
from ..render.chain import Picture
from .crossing import Crossing, Crossings
from .installation import LONGEST_STAY, Entry
from .mistakes import survived
from .scene import Scene
from .workshop import Follower, Workshop

RETRY_STEPS = 10 * STEPS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Mix:
    """What is to be seen: `first` alone, or `amount` of the way from it to `second`."""

    first: Picture
    second: Picture | None
    amount: float


class Programme:
    """A playlist that goes round, with a crossing between its entries.

    A preset that cannot be made when its turn comes is left out, and what was on show stays; where
    none can be made, the next try is `RETRY_STEPS` later. Raises only for the first one: later a
    mistake of ours, too, is a line among the faults. `crossings`: the transition shaders to cross
    with; without one, or where it fails, it is a crossfade. `follow`: take up edits of the preset
    on show. `place`: the entry to begin with, where a show goes on that broke off; those that
    cannot be made are left out then, too. `left_out`: entries that a show broke off at, each with a
    line that says so: one of them is on show only where none of the others can be made as the show
    begins. `trying` is told the place of an entry before anything is made of it that
    may end the show; and again that of the one on show, where another could not be made. `age`: how
    many steps the first one has been on show already.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        fade_seconds: float,
        workshop: Workshop,
        view: CrowdView,
        *,
        crossings: Crossings | None = None,
        follow: bool = False,
        place: int | None = None,
        left_out: Mapping[int, str] | None = None,
        trying: Callable[[int], None] = lambda place: None,
        age: int = 0,
    ) -> None:
        self._shunned = left_out or {}
        self._trying = trying
        self._workshop = workshop
        self._crossings = crossings
        self._follows = follow
        self._entries = tuple(entries)
        self._left_out: tuple[str, ...] = ()  # why entries were, at the last crossing
        self.place = 0  # of the entry on show
        self.scene, self._follower = self._begin(place, view)
        if age:
            self.scene.enter(age)
        self._unmended: tuple[str, ...] = ()  # what keeps the last edit off the wall
        self._fade_seconds = fade_seconds
        self._fade_steps = fade_steps(fade_seconds)
        self._due = 0  # not to cross over before this step of the scene
        self._wanted = 0
        self._leaving: Scene | None = None
        self._crossing: Crossing | None = None  # what is between the two, unless it is a crossfade
        self._fallen_back: tuple[str, ...] = ()  # why the last crossing is, or was, a crossfade

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong in the files of the show, a line each."""
        unread = tuple(map(str, self.scene.faults))
        return self._unmended + self._left_out + self._fallen_back + unread

    @property
    def warnings(self) -> tuple[str, ...]:
        """What may not be as it was meant in a work being edited, a line each."""
        if self._follower is None:
            return ()
        return tuple(map(str, self.scene.warnings))

    @property
    def news(self) -> tuple[Fault, ...]:
        """What is to be told once, when the show begins."""
        return self._crossings.warnings if self._crossings else ()

    def prepare(self, view: CrowdView) -> None:
        """Work out the next step of whatever is on show."""
        self.scene.prepare(view)
        if self._leaving:
            self._leaving.prepare(view)

    def commit(self, view: CrowdView) -> None:
        """Take the prepared step, and cross over to the next entry when its time has come."""
        self.scene.commit()
        if self._leaving:
            self._leaving.commit()
            if self.scene.steps >= self._fade_steps:
                self._leaving.release()
                self._leaving = None
                self._end_crossing()
            else:
                self._simulate(self._leaving)
        if self._leaving is None and (self._wanted or self._is_over()):
            self._cross(self._wanted or 1, view)
            self._wanted = 0

    def go(self, direction: int) -> None:
        """Cross over to the next entry (1) or the one before (-1), once no crossfade is on."""
        self._wanted = direction

    def _begin(self, place: int | None, view: CrowdView) -> tuple[Scene, Follower | None]:
        """Make the first scene, and note its place; what is left out comes last."""
        if place is None:
            return self._make(0, view)
        faults: list[str] = []
        count = len(self._entries)
        places = [(place + distance) % count for distance in range(count)]
        for each in sorted(places, key=self._shunned.__contains__):
            self.place = each
            with survived(faults.extend):
                made = self._make(self.place, view)
                why = [line for other, line in self._shunned.items() if other != each]
                self._left_out = (*why, *faults)
                return made
        return self._make(self.place, view)  # to raise why

    def _cross(self, direction: int, view: CrowdView) -> None:
        faults: list[str] = []
        for distance in range(1, len(self._entries) + 1):
            place = (self.place + direction * distance) % len(self._entries)
            if place in self._shunned:
                if place != self.place:  # on show for want of others
                    faults.append(self._shunned[place])
                continue
            made = None
            with survived(faults.extend):
                made = self._make(place, view)
            if made is None:
                self._trying(self.place)
                continue
            leaving = self.scene
            self.scene, self._follower = made
            self.place = place
            self._leaving = leaving
            self._begin_crossing(leaving)
            self._due = 0
            self._unmended = ()
            break
        else:
            self._due = self.scene.steps + RETRY_STEPS
        self._left_out = tuple(faults)

    def _begin_crossing(self, leaving: Scene) -> None:
        self._fallen_back = ()
        if self._crossings:
            with survived(self._fall_back):
                self._crossing = self._crossings.begin()
            self._simulate(leaving)

    def _simulate(self, leaving: Scene) -> None:
        """Let the transition see the step that both scenes have come to."""
        if self._crossing is None:
            return
        with survived(self._fall_back):
            self._crossing.commit(
                self.scene.steps,
                self._progress(self.scene.steps),
                lambda: (leaving.draw(0.0), self.scene.draw(0.0)),
            )

    def _fall_back(self, faults: tuple[str, ...]) -> None:
        self._end_crossing()
        self._fallen_back = faults

    def _end_crossing(self) -> None:
        if self._crossing:
            self._crossing.release()
            self._crossing = None

    def _make(self, place: int, view: CrowdView) -> tuple[Scene, Follower | None]:
        self._trying(place)
        entry = self._entries[place]
        follower = Follower(self._workshop, entry) if self._follows else None
        scene = self._workshop.make(entry, view)
        if follower:
            follower.begin(scene)
        return scene, follower

    def follow(self) -> None:
        """Take up what was edited in the files of the preset on show; once per frame."""
        if self._follower:
            with survived(self._leave_unmended):
                faults = self._follower.follow()
                self._unmended = self._unmended if faults is None else faults

    def _leave_unmended(self, faults: tuple[str, ...]) -> None:
        self._unmended = faults

    def draw(self, phase: float) -> Mix:
        """Return what is to be seen `phase` of a step after the current one."""
        if self._leaving is None:
            return Mix(self.scene.draw(phase), None, 0.0)
        steps = self.scene.steps + phase
        progress = self._progress(steps)
        mix = Mix(self._leaving.draw(phase), self.scene.draw(phase), progress)
        if self._crossing is None or mix.second is None or not 0.0 < progress < 1.0:
            return mix
        with survived(self._fall_back):
            return Mix(self._crossing.draw(steps, progress, mix.first, mix.second), None, 0.0)
        return mix

    def _progress(self, steps: float) -> float:
        """Return how far a crossing has come, 0 to 1: it sets out and arrives at rest."""
        amount = min(steps / self._fade_steps, 1.0)
        return amount * amount * (3 - 2 * amount)

    def release(self) -> None:
        """Give all GL objects back."""
        self.scene.release()
        if self._leaving:
            self._leaving.release()
        self._end_crossing()

    def _is_over(self) -> bool:
        stay = stays(self._entries[self.place], self._fade_seconds)
        return self.scene.steps >= max(stay, self._due)


def fade_steps(seconds: float) -> int:
    """Return how many steps a crossing of so many seconds takes."""
    return max(1, round(seconds * STEPS_PER_SECOND))


def stays(entry: Entry, fade_seconds: float) -> int:
    """Return how many steps an entry is on show, from crossing to crossing."""
    seconds = entry.seconds or LONGEST_STAY
    return max(round(seconds * STEPS_PER_SECOND), fade_steps(fade_seconds) + 1)
