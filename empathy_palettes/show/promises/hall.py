"""The hall in which a work is looked at: a show of one preset before a crowd that is set.

All that a show is: OSC, gate, crowd, mapper, renderer. Not the flash guard, since most pictures are
not drawn, and what is judged here is what a work means to show.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import numpy as np

from ...core.assets import Assets
from ...core.clock import STEPS_PER_SECOND
from ...core.flash import Safety
from ...crowd.crowd import Crowd, CrowdSettings
from ...crowd.signals import SIGNALS, Reading
from ...inlet.gate import Admitted, Gate
from ...inlet.naming import KEY_BYTES, Naming, Space
from ...inlet.notices import Notices
from ...inlet.reader import Reader
from ...inlet.sample import SIMULATED
from ...inlet.wire.datagrams import from_ourselves
from ...mapping.view import CrowdView
from ...outlet.contract import OutletContext
from ...outlet.headless import Headless
from ...render.measures.run import Run
from ...render.renderer import Renderer
from ..door import Door
from ..installation import Entry
from ..workshop import Workshop
from .crowd import MOST, SetCrowd
from .moments import Moments

SIZE = (160, 90)
FPS = 10
LEAP = 6  # steps that a crowd by itself takes at once
_ALL = float("inf")


class SetDoor(Door):
    """The door through which a crowd that is set comes in: its bytes, read and gated as any."""

    def __init__(self, crowd: SetCrowd) -> None:
        notices = Notices()
        naming = Naming(bytes(KEY_BYTES))  # nobody's secret: these people are made up
        super().__init__(Gate("attested", max_people=MOST, notices=notices), naming, notices)
        self._speaks = crowd
        space = Space.SIMULATED
        self._reads = Reader((-1.0, 1.0), naming, notices, space=space, origin=SIMULATED)

    def admit(self, step: int) -> Admitted:
        """Return who said what at `step`, and who withdrew."""
        datagrams = from_ourselves(self._speaks.advance(step))
        admitted = self.gate.admit(self._reads.read(datagrams, step, frames=_ALL), step)
        self.accepted = self.gate.accepted
        return admitted


class Hall:
    """One work on show, and the crowd before it, which feels what `gather` says."""

    def __init__(self, scenes: Workshop, entry: Entry, renderer: Renderer, crowd: SetCrowd) -> None:
        self._speaks = crowd
        self._door = SetDoor(crowd)
        self._crowd = Crowd(CrowdSettings(max_people=MOST))
        self._renderer = renderer
        self._scene = scenes.make(entry, self._view())

    def gather(self, moments: Moments, alone: float, seconds: float) -> None:
        """Let the crowd feel that, `alone` seconds by itself, then `seconds` before the work.

        While it is by itself the work holds still, and the crowd lives in steps of a tenth of a
        second: its last minute becomes what it is set to, so that no level is seen that still
        remembers how it was come to.
        """
        self._speaks.become(moments, self._crowd.current_step + 1)
        for _ in range(round(alone * STEPS_PER_SECOND) // LEAP):
            self._listen(LEAP)
        self._live(round(seconds * STEPS_PER_SECOND))

    def look(self, seconds: float) -> tuple[Run, Reading]:
        """Return `seconds` of the work, ten pictures a second, and what the crowd felt meanwhile.

        What it felt is the mean of every signal.
        """
        pictures, readings = [], []
        steps = STEPS_PER_SECOND // FPS
        for _ in range(round(seconds * FPS)):
            self._live(steps)
            framebuffer = self._renderer.compose(self._scene.draw(0.0), steps=steps)
            flipped = np.frombuffer(framebuffer.read(components=3, alignment=1), np.uint8)
            pictures.append(flipped.reshape(SIZE[1], SIZE[0], 3)[::-1])
            readings.append(self._crowd.reading)
        felt = {name: float(np.mean([each[name] for each in readings])) for name in SIGNALS}
        return Run.of_srgb(np.stack(pictures), FPS), felt

    def close(self) -> None:
        """Give all GL objects back."""
        self._scene.release()

    def _live(self, steps: int) -> None:
        for _ in range(steps):
            self._listen(1)
            self._scene.prepare(self._view())
            self._scene.commit()

    def _listen(self, steps: int) -> None:
        step = self._crowd.current_step + steps
        admitted = self._door.admit(step)
        self._crowd.step(step, admitted.samples, admitted.withdrawn)
        self._door.gate.forget(self._crowd.gone)

    def _view(self) -> CrowdView:
        """What a show lets a work see where all may be told: these people are nobody."""
        crowd = self._crowd
        return CrowdView(
            crowd.reading,
            crowd.people,
            crowd.modes,
            crowd.current_step,
            crowd.settings.leave_after,
            clusters=crowd.cluster_of,
            circles=crowd.circles,
        )


@contextmanager
def open_hall(preset: str, assets: Assets, seed: int) -> Iterator[Hall]:
    """Open a hall that shows `preset`, of nobody yet; EmpathyError where it does not hold."""
    surface = Headless()
    with ExitStack() as undo:
        surface.open(OutletContext(SIZE))
        undo.callback(surface.close)
        renderer = Renderer(surface.gl, SIZE, assets, safety=Safety(guard="off"))
        undo.callback(renderer.release)
        scenes = Workshop(assets, None, renderer, seed)
        hall = Hall(scenes, Entry(preset=preset), renderer, SetCrowd(seed))
        undo.callback(hall.close)
        yield hall
