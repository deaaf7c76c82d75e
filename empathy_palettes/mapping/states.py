"""Six states that a crowd can be in, and the crowd's palette in each: to look at side by side.

A show asks for none of this: its crowd is whoever is there.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from ..core.clock import STEPS_PER_SECOND
from ..core.color import Array
from ..crowd.crowd import Crowd, CrowdSettings
from ..inlet.moods import Held
from ..inlet.sample import SAMPLE
from ..inlet.simulate import SimulatedCrowd
from .formula import compile
from .groups import Grouping
from .hues import AFFECT, Hues
from .memory import State
from .names import crowd_names, crowd_values
from .palette import PaletteMemory, PaletteSpec
from .view import CrowdView

PEOPLE = 300
SETTLED = 10 * STEPS_PER_SECOND  # until what the crowd feels has settled

#: What its people feel: held at one feeling, or in a mood of `inlet.moods`; None = nobody is here.
STATES: MappingProxyType[str, Held | str | None] = MappingProxyType(
    {
        "joy": Held(0.7, 0.55),
        "calm": Held(0.6, -0.6),
        "tension": Held(-0.6, 0.65),
        "sorrow": Held(-0.65, -0.5),
        "split": "split",
        "empty": None,
    }
)


class Shown(NamedTuple):
    """A palette, linear RGB (colors, 3), and how many of them each group of people has."""

    colors: Array
    counts: tuple[int, ...]


def palette_in(
    state: str, spec: PaletteSpec | None = None, hues: Hues = AFFECT, seed: int = 0
) -> Shown:
    """Return what a crowd in one of `STATES` is shown as, as `[palette]` has it.

    FormulaError where a formula of `spec` reads a knob: there is no preset here.
    """
    spec = spec or PaletteSpec()
    view = _view(state, seed)
    env, names = crowd_values(view), crowd_names({})
    contrast, diversity, vivid = (
        float(compile(str(given), names).evaluate(env, State()))
        for given in (spec.contrast, spec.diversity, spec.vivid)
    )
    memory = PaletteMemory(spec.colors, hues=hues)
    colors = memory.step(view.reading, view.modes, contrast, diversity, vivid)
    groups = Grouping(spec.colors).step(view.reading, view.modes)
    return Shown(colors, tuple(count for _, count in groups))


def _view(state: str, seed: int) -> CrowdView:
    """Return the crowd in a state, everybody having said once what they feel."""
    feels = STATES[state]
    crowd = Crowd(CrowdSettings(max_people=PEOPLE))
    samples = np.zeros(0 if feels is None else PEOPLE, SAMPLE)
    if feels is not None:
        samples["who"], samples["weight"] = np.arange(PEOPLE), 1
        said = SimulatedCrowd(PEOPLE, feels, seed).feelings
        samples["valence"], samples["arousal"] = (np.round(said * 32) / 32).T
        samples["dominance"] = np.nan
    for step in range(SETTLED):
        crowd.step(step, samples[: len(samples) * (step == 0)], np.empty(0, np.uint32))
    return CrowdView(crowd.reading, crowd.people, crowd.modes, SETTLED - 1)
