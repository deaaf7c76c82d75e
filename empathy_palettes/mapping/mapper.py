"""A preset at work: the crowd in, the params of its shaders out, once per step.

Does not know the GPU, and does not interpolate: `params` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..core.clock import STEP, STEPS_PER_SECOND
from ..core.color import Array, linear_to_srgb
from ..core.errors import ConfigError, Fault
from .arithmetic import Number, as_number, truth
from .bindings import Binding
from .compiler import CROWD, PALETTE
from .fitting import Declared, Target, fitted, targets
from .formula import Formula
from .images import hearing, lacking, unfit
from .memory import Memory, State, seed_of
from .names import SOUNDS, Slots, crowd_values, people_values
from .palette import PaletteMemory, ramp
from .params import Floats, Params, Value
from .people import TEXTURES, PeopleTextures
from .person import ID
from .preset import LoadedPreset
from .sounding import Sounding
from .view import CrowdView


@dataclass(slots=True)
class Kept:
    """What outlives an edit of the preset: its age in steps, and what its formulas remember."""

    formulas: Memory
    palette: PaletteMemory
    shape: tuple[Any, ...]  # what the palette was made for
    slots: Slots = field(default_factory=Slots)
    step: int = 0


@dataclass(slots=True)
class _Told:
    """A binding, its formulas with their states, and everywhere its value goes."""

    binding: Binding
    formulas: tuple[tuple[Formula, State], ...]
    targets: list[Target] = field(default_factory=list)
    event: bool = False
    fired: bool = False  # an event that is waiting for its simulation step
    shown: bool = False


class Mapper:
    """Maps the crowd to what one preset's shaders are told, from the preset's activation on."""

    def __init__(
        self, loaded: LoadedPreset, declared: Declared, seed: int, memory: Kept | None = None
    ) -> None:
        """Bind the preset's inputs to those its shaders declare; ConfigError with all that misfits.

        `declared`: file stem → input name → declaration. `seed`: the show's. `memory`: that of the
        mapper this one is to take over from; it stays usable until this one's first step.
        """
        faults: list[Fault] = []
        found = targets(loaded.bindings, declared, faults)
        faults += unfit(loaded.preset.images, declared)
        if faults:
            raise ConfigError(replace(fault, file=str(loaded.path)) for fault in faults)
        preset = loaded.preset
        self._preset = preset
        self._loaded = loaded
        self.memory = _kept(loaded, seed_of(seed, preset.seed), memory)
        self._told = self._tell(found)
        self._wanted = _images(declared) & TEXTURES
        self._sounding = Sounding(declared, hearing(preset.images, declared))
        #: What the shaders want and nobody gives them.
        self.lacks = tuple(dict.fromkeys(lacking(preset.images, declared, loaded.path)))
        #: Whether the sound changes anything.
        self.listens = bool(self._sounding) or self._hears()
        self._people: PeopleTextures | None = None
        read = {name for formula in loaded.people.values() for name in formula.names}
        self._read = read - {ID}  # which the slots tell
        self._stale = memory is not None
        self._linear: Array | None = None
        self._colours: tuple[Floats, Floats] = (np.empty((0, 3), "f4"), np.empty((0, 3), "f4"))

    def step(self, view: CrowdView, knobs: Mapping[str, float]) -> Params:
        """Return the next step's params; the first call is the step of the activation.

        `knobs`: values in place of the preset's own, held to their ranges.
        """
        with np.errstate(all="ignore"):  # once for all formulas: each is total
            return self._step(view, knobs)

    def _step(self, view: CrowdView, knobs: Mapping[str, float]) -> Params:
        memory = self.memory
        if self._stale:
            memory.formulas.keep(self._calls())
            self._stale = False
        turned = {
            name: knob.held(knobs.get(name, knob.value))
            for name, knob in self._preset.knobs.items()
        }
        crowd = crowd_values(view)
        env: dict[str, Any] = {**crowd, **turned}
        palette, colours = self._palette(view, env)
        inputs, overrides = self._inputs({**env, PALETTE: palette})
        textures, counts = self._textures(view, crowd, turned)
        textures |= self._sounding.textures(view.sound)
        step = memory.step
        memory.step += 1
        return Params(step, step * STEP, inputs, overrides, palette, colours, textures, counts)

    def _palette(self, view: CrowdView, env: Mapping[str, Any]) -> tuple[Floats, Floats]:
        """Return the palette and its ramp, sRGB-encoded."""
        shape = {
            name: self._number("palette", name, formula, env)
            for name, formula in self._loaded.palette.items()
        }
        linear = self.memory.palette.step(view.reading, view.modes, **shape)
        if linear is not self._linear:
            self._linear = linear
            encoded = _encoded(np.concatenate([linear, ramp(linear)]))
            self._colours = encoded[: len(linear)].copy(), encoded[len(linear) :].copy()
        return self._colours

    def _inputs(
        self, env: Mapping[str, Any]
    ) -> tuple[dict[str, Value], dict[str, dict[str, Value]]]:
        inputs: dict[str, Value] = {}
        overrides: dict[str, dict[str, Value]] = {}
        for told in self._told:
            values = [formula.value(env, state) for formula, state in told.formulas]
            if told.event:
                values = [self._event(told, values[0])]
            for target in told.targets:
                value = fitted(target.item, values)
                place = overrides.setdefault(target.stem, {}) if target.stem else inputs
                place[told.binding.name] = value
        return inputs, overrides

    def _event(self, told: _Told, value: Number) -> Number:
        """Return whether an event is shown: from the next simulation step to the one after it.

        So each is simulated once, however many steps lie between two simulations.
        """
        told.fired = told.fired or bool(truth(value))
        if self.memory.step % (STEPS_PER_SECOND // self._preset.step) == 0:
            told.shown, told.fired = told.fired, False
        return as_number(told.shown)

    def _textures(
        self, view: CrowdView, crowd: Mapping[str, float], turned: Mapping[str, float]
    ) -> tuple[dict[str, Floats], dict[str, int]]:
        slots = self.memory.slots.step(view.people)
        if not self._wanted:
            return {}, {"emo_people_count": view.people.reach}
        if self._people is None:
            self._people = PeopleTextures(
                view.people.capacity, self._wanted, view.leave_after, self._loaded.hues
            )
        env = {**people_values(view, crowd, self._read), **turned, **slots}
        place = {
            name: np.asarray(
                formula.value(env, self.memory.formulas.of("people", name)), np.float32
            )
            for name, formula in self._loaded.people.items()
        }
        return self._people.update(
            view.people, view.modes, **place, step=view.step, circles=view.circles
        )

    def _number(self, table: str, name: str, formula: Formula, env: Mapping[str, Any]) -> float:
        value = formula.value(env, self.memory.formulas.of(table, name))
        return float(value)

    def _tell(self, found: list[Target]) -> list[_Told]:
        told: dict[int, _Told] = {}
        for target in found:
            binding = target.binding
            if id(binding) not in told:
                formulas = self.memory.formulas
                states = tuple((formula, formulas.of(*key)) for key, formula in binding.keys())
                told[id(binding)] = _Told(binding, states)
            told[id(binding)].targets.append(target)
            told[id(binding)].event |= target.item.type == "event"
        return list(told.values())

    def _hears(self) -> bool:
        """Whether any formula reads what is heard."""
        bindings = [told.binding.formulas for told in self._told]
        tables = [self._loaded.palette.values(), self._loaded.people.values()]
        read = {name for each in (*bindings, *tables) for item in each for name in item.names}
        return any(name.removeprefix(CROWD) in SOUNDS for name in read)

    def _calls(self) -> dict[tuple[str, str], frozenset[tuple[str, int]]]:
        """Return the stateful calls of every formula there is, by table and name."""
        calls = {key: formula.calls for told in self._told for key, formula in told.binding.keys()}
        for table, formulas in ("palette", self._loaded.palette), ("people", self._loaded.people):
            calls |= {(table, name): formula.calls for name, formula in formulas.items()}
        return calls


def _kept(loaded: LoadedPreset, seed: int, before: Kept | None) -> Kept:
    """Return a new memory, or as much of an older one as is still good."""
    spec = loaded.preset.palette
    shape = (spec.source, spec.colors, loaded.path, loaded.hues)
    same = before is not None and before.shape == shape and loaded.fixed is None
    palette = (
        before.palette
        if before is not None and same
        else PaletteMemory(spec.colors, loaded.fixed, loaded.hues)
    )
    if before is None:
        return Kept(Memory(seed), palette, shape)
    formulas = before.formulas if before.formulas.seed == seed else Memory(seed)
    return Kept(formulas, palette, shape, before.slots, before.step)


def _images(declared: Declared) -> frozenset[str]:
    tables = declared.values()
    return frozenset(n for table in tables for n, item in table.items() if item.type == "image")


def _encoded(linear: Array) -> Floats:
    return linear_to_srgb(linear).astype(np.float32)
