"""One preset on show: its mapping, its chain of shaders, and its own time since activation.

Does not decide when it begins or ends: `programme` does.
"""

from __future__ import annotations

from dataclasses import replace

from ..core.clock import STEP, STEPS_PER_SECOND
from ..core.errors import Fault
from ..mapping.mapper import Mapper
from ..mapping.params import Params, interpolate
from ..mapping.preset import LoadedPreset
from ..mapping.view import CrowdView
from ..render.chain import Chain, Picture
from .pictures import Pictures


class Scene:
    """A preset that was activated: step 0 is the step of its activation.

    The CPU's part of a step (`prepare`) may run one step ahead of the picture, for rates that
    split steps; the GPU's part (`commit`) never does.
    """

    def __init__(self, loaded: LoadedPreset, chain: Chain, view: CrowdView, seed: int) -> None:
        self.loaded = loaded
        self.steps = 0
        self.turned: dict[str, float] = {}  # the knobs that a hand has moved
        self.chain = chain
        self._seed = seed
        self._mapper = Mapper(loaded, chain.declared, seed)
        self._sounds = view.sound.source is not None
        self._pictures = Pictures(loaded)
        self._now = self._asked(view)
        self._ahead: Params | None = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong while it is on show: the last good pictures and sizes stay."""
        return (*self._pictures.faults, *self.chain.faults)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is not as it was meant to be, perhaps, and does not keep it from being shown."""
        file = str(self.loaded.path)
        fix = "use audio_level, audio_bass … in a formula"
        deaf = self._sounds and not self._mapper.listens
        unheard = (Fault(file, "", "nothing in it listens to the sound", fix),) if deaf else ()
        return (*self.chain.warnings, *self._mapper.lacks, *unheard)

    @property
    def now(self) -> Params:
        """What the preset asks for at its current step."""
        return self._now

    def enter(self, age: int) -> None:
        """Go on at step `age`, without having lived through those before; before any other step."""
        self.steps = age
        self._mapper.memory.step = age + 1
        images = self._pictures.at(age)
        self._now = replace(self._now, step=age, time=age * STEP, images=images)

    def prepare(self, view: CrowdView) -> None:
        """Work out what the next step asks for."""
        self._ahead = self._asked(view)

    def commit(self) -> None:
        """Take the prepared step, and simulate where the preset's own step falls on it."""
        assert self._ahead is not None, "prepare() comes first"
        self._now, self._ahead = self._ahead, None
        self.steps += 1
        if self.steps % self._divisor == 0:
            self.chain.simulate(self._now)

    def draw(self, phase: float) -> Picture:
        """Return the picture `phase` of a step after the current one."""
        shown = interpolate(self._now, self._ahead, phase) if self._ahead else self._now
        between = (self.steps % self._divisor + phase) / self._divisor
        return self.chain.draw(shown, between)

    def turn(self, knob: str, value: float) -> bool:
        """Set a knob, held to its range; False where the preset has no such knob."""
        spec = self.loaded.preset.knobs.get(knob)
        if spec is None:
            return False
        self.turned[knob] = spec.held(value)
        return True

    def replace(self, loaded: LoadedPreset, chain: Chain) -> None:
        """Go on with an edited preset: time, memory and turned knobs stay.

        Raises what the new mapping raises, before anything is replaced.
        """
        mapper = Mapper(loaded, chain.declared, self._seed, memory=self._mapper.memory)
        pictures = Pictures(loaded, self._pictures)
        self._pictures.close(but=pictures)
        self._pictures = pictures
        old, self.chain = self.chain, chain
        self._mapper = mapper
        self.loaded = loaded
        if old is not chain:
            old.release()

    def release(self) -> None:
        """Give the chain's GL objects back, and close the files of its images."""
        self.chain.release()
        self._pictures.close()

    def _asked(self, view: CrowdView) -> Params:
        params = self._mapper.step(view, self.turned)
        return replace(params, images=self._pictures.at(params.step))

    @property
    def _divisor(self) -> int:
        return STEPS_PER_SECOND // self.loaded.preset.step
