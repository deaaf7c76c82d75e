"""How one scene gives way to the next by a transition shader; which one, and what it is told.

Does not decide when to cross over, and draws no scene of its own accord: `programme` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..core.assets import Assets
from ..core.clock import STEPS_PER_SECOND
from ..core.errors import ConfigError, EmpathyError, Fault, ShaderError
from ..core.isf import IsfInput
from ..mapping.bindings import Binding, Bindings, read_bindings
from ..mapping.fitting import fitted, targets
from ..mapping.memory import State
from ..mapping.params import Value
from ..render.chain import Picture
from ..render.renderer import Renderer
from ..render.transition import THE_SHOWS_OWN, TransitionShader
from .installation import Transition, find_transition

TABLE = "transition"
SIMULATION = 2  # steps per simulation step: 30 a second, as a preset's unless it says otherwise
TRIED_AT = (96, 54)
JUMPS = "the wall jumps there"
MEND = "mend the shader, or take another: empathy list transitions"
CLOSE = 2.5 / 255  # what a way through linear light and back to 8 bits may cost

Pictures = Callable[[], tuple[Picture, Picture]]


class Crossing:
    """One crossing under way. Its own time is counted in steps since it began."""

    def __init__(self, shader: TransitionShader, told: Mapping[str, Value]) -> None:
        self._shader = shader
        self._told = told

    def commit(self, steps: int, progress: float, pictures: Pictures) -> None:
        """Simulate where a simulation step falls on this one, the first on step 0.

        `pictures` is called only where a state wants to see them. ShaderError as `draw`.
        """
        if steps % SIMULATION == 0:
            seen = pictures() if self._shader.remembers else None
            self._shader.simulate(steps, progress, seen, self._told)

    def draw(self, steps: float, progress: float, first: Picture, second: Picture) -> Picture:
        """Return the picture between the two; ShaderError where the GPU refuses."""
        between = steps % SIMULATION / SIMULATION
        seconds = steps / STEPS_PER_SECOND
        return self._shader.draw(seconds, progress, first, second, self._told, between)

    def release(self) -> None:
        """Give all GL objects back."""
        self._shader.release()


class Crossings:
    """The transition shaders of an installation, by turns; each is made when its turn comes.

    At the start every one of them is tried at a small size: ConfigError with all that is wrong in
    `[transition]`, of the file `owner`. A show's memory holds one at a time, and what was edited
    since is taken up at its next turn.
    """

    def __init__(
        self, transition: Transition, owner: Path | None, assets: Assets, renderer: Renderer
    ) -> None:
        self._file = str(owner or "")
        self._renderer = renderer
        self._turn = 0
        self._paths: tuple[Path, ...] = ()
        self._bindings = Bindings()
        #: What is not as it should be, and does not keep the show from starting, a line each.
        self.warnings: tuple[Fault, ...] = ()
        faults: list[Fault] = []
        paths = [
            self._find(name, transition.key(place), assets, owner, faults)
            for place, name in enumerate(transition.shaders)
        ]
        found = tuple(path for path in paths if path)
        stems = {path.stem for path in found}
        read: list[Fault] = []
        self._bindings = read_bindings(transition.inputs, stems, (), read)
        read += _unsteady(self._bindings)
        declared = self._try(paths, transition, faults, held=not read)
        if None not in paths and len(declared) == len(stems):
            read += self._misfits(declared)
        faults += (replace(each, file=self._file, where=f"{TABLE}.{each.where}") for each in read)
        if faults:
            raise ConfigError(faults)
        self._paths = found

    def begin(self) -> Crossing | None:
        """Return the next crossing, at its step 0; None where a plain crossfade is meant.

        ShaderError where the shader whose turn it is does not hold any more.
        """
        if not self._paths:
            return None
        path = self._paths[self._turn % len(self._paths)]
        self._turn += 1
        shader = self._renderer.transition(path)
        try:
            return Crossing(shader, self._told(path.stem, shader.inputs))
        except BaseException:
            shader.release()
            raise

    def _find(
        self, name: str, where: str, assets: Assets, owner: Path | None, faults: list[Fault]
    ) -> Path | None:
        try:
            return find_transition(name, assets, owner)
        except EmpathyError as error:
            miss = error.faults[0]
            faults.append(Fault(self._file, where, miss.problem, miss.fix))
            return None

    def _try(
        self,
        paths: Sequence[Path | None],
        transition: Transition,
        faults: list[Fault],
        *,
        held: bool,
    ) -> dict[str, dict[str, IsfInput]]:
        """Compile each and look at its ends; what each declares, by file stem."""
        declared = {}
        for place, path in enumerate(paths):
            if path is None:
                continue
            where = transition.key(place)
            try:
                shader = self._renderer.transition(path, TRIED_AT)
            except ShaderError as error:
                first = error.faults[0]
                if len(error.faults) == 1 and not first.where:
                    faults.append(
                        Fault(self._file, where, f"{path.name}: {first.problem}", first.fix)
                    )
                    continue
                faults.append(Fault(self._file, where, f"{path.name} does not hold", MEND))
                faults += error.faults
                continue
            try:
                declared[path.stem] = shader.inputs
                told = self._told(path.stem, shader.inputs) if held else {}
                self.warnings += tuple(
                    Fault(self._file, where, f"{path.name} {problem}", f"{JUMPS}; {MEND}")
                    for problem in misses(shader.ends(told))
                )
            except ShaderError as error:
                faults += error.faults
            finally:
                shader.release()
        return declared

    def _misfits(self, declared: Mapping[str, Mapping[str, IsfInput]]) -> list[Fault]:
        faults: list[Fault] = []
        for binding in self._bindings.all():
            if binding.name in THE_SHOWS_OWN:
                faults.append(Fault("", binding.where, "the show says it", "leave it out"))
        if not faults:
            targets(self._bindings, declared, faults)
        return faults

    def _told(self, stem: str, inputs: Mapping[str, IsfInput]) -> dict[str, Value]:
        """Return what one shader is told, of the inputs that it has; what misfits stays out."""
        own = self._bindings.own.get(stem, {})
        given = {name: own.get(name) or self._bindings.shared.get(name) for name in inputs}
        table = {name: binding for name, binding in given.items() if binding}
        found = targets(Bindings(table), {stem: dict(inputs)}, [])
        return {
            target.item.name: _constant(target.binding, target.item)
            for target in found
            if target.binding is table.get(target.item.name)
        }


def misses(ends: tuple[float, float]) -> Iterator[str]:
    """Say where a transition does not meet the two pictures; `ends`: of its `TransitionShader`."""
    for end, which, far in zip(("begin", "end"), ("first", "second"), ends, strict=True):
        if far > CLOSE:
            yield f"does not {end} with the {which} picture"


def _constant(binding: Binding, item: IsfInput) -> Value:
    return fitted(item, [formula.evaluate({}, State()) for formula in binding.formulas])


def _unsteady(bindings: Bindings) -> list[Fault]:
    """Return a fault for every formula that would change from step to step."""
    return [
        Fault("", binding.where, repr(formula.text), "a transition's inputs are constants")
        for binding in bindings.all()
        for formula in binding.formulas
        if formula.calls
    ]
