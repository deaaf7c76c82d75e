"""Between a preset and the shaders' declarations: what fits, and what a value becomes for a type.

Does not evaluate: `mapper` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..core.config import nearest
from ..core.errors import Fault
from ..core.isf import IsfInput
from ..crowd.signals import SIGNALS
from .arithmetic import TRUE_ABOVE, Number
from .bindings import INPUTS, Binding, Bindings
from .formula import compile
from .names import SOUNDS, crowd_names
from .params import Value

Declared = Mapping[str, Mapping[str, IsfInput]]  # file stem → input name → declaration

_SINGLE = ("float", "long", "bool", "event")
_TRIGGER = "trigger"
_LARGEST = 2**31 - 1  # that GLSL's int holds
OURS = "emo_"  # begins the names of what the engine itself tells a shader


@dataclass(frozen=True, slots=True)
class Target:
    """A binding and where its value goes: `stem` of one shader, or "" for all of the chain."""

    binding: Binding
    item: IsfInput
    stem: str = ""


def targets(bindings: Bindings, declared: Declared, faults: list[Fault]) -> list[Target]:
    """Return where every binding's value goes; what does not fit goes to `faults`.

    A float input that nothing sets and that is called like a signal, or a sound, is that.
    """
    found: list[Target] = []
    for name, binding in bindings.shared.items():
        items = {stem: table[name] for stem, table in declared.items() if name in table}
        if not items:
            faults.append(_unknown(binding, {key for table in declared.values() for key in table}))
        found += _shared(binding, items, faults)
    for stem, own in bindings.own.items():
        table = declared.get(stem, {})
        for name, binding in own.items():
            if name not in table:
                faults.append(_unknown(binding, table.keys()))
            elif _fits(binding, table[name], faults):
                found.append(Target(binding, table[name], stem))
    return [*found, *_signals(bindings, declared)]


def fitted(item: IsfInput, values: Sequence[Number]) -> Value:
    """Return what an input of this type is told, given its formulas' values.

    A long takes the nearest of its VALUES, or the nearest whole number; a bool and an event are
    more than one half; a colour's parts are held to 0..1, and its alpha is 1 where it has three.
    """
    match item.type:
        case "float":
            return float(values[0])
        case "color":
            parts = np.clip(np.hstack([*values]), 0.0, 1.0).tolist()
            return tuple(parts) if len(parts) == 4 else (*parts, 1.0)
        case "point2D":
            return tuple(float(value) for value in values)
        case "bool" | "event":
            return float(values[0]) > TRUE_ABOVE
        case "long":
            return _whole(item, float(values[0]))
        case _:
            return float(values[0])


def _whole(item: IsfInput, value: float) -> int:
    if item.values:
        near = min(max(value, min(item.values)), max(item.values))
        return min(item.values, key=lambda choice: abs(choice - near))
    least = item.min if isinstance(item.min, int | float) else -_LARGEST
    most = item.max if isinstance(item.max, int | float) else _LARGEST
    return round(min(max(value, least), most))


def _shared(
    binding: Binding, items: Mapping[str, IsfInput], faults: list[Fault]
) -> Iterator[Target]:
    """Yield one target where all declarations want the value in one form, else one for each."""
    forms = {_form(item) for item in items.values()}
    if not all([_fits(binding, item, faults) for item in items.values()]):
        return
    for stem, item in items.items():
        if len(forms) == 1:
            yield Target(binding, item)
            return
        yield Target(binding, item, stem)


def _form(item: IsfInput) -> tuple[object, ...]:
    whole = (item.values, item.min, item.max) if item.type == "long" else ()
    return (item.type, *whole)


def _fits(binding: Binding, item: IsfInput, faults: list[Fault]) -> bool:
    problem, fix = _misfit(binding, item)
    if problem:
        faults.append(Fault("", binding.where, problem, fix))
    return not problem


def _misfit(binding: Binding, item: IsfInput) -> tuple[str, str]:
    """Return why a binding cannot be told to an input and what would do, or two empty texts."""
    count, listed = len(binding.formulas), binding.listed
    colour = binding.formulas[0].colour
    if item.name.startswith(OURS):
        return "an input that the engine sets", "leave it out"
    given = f"a list of {count}" if listed else "a colour" if colour else "one number"
    if item.type in _SINGLE:
        if listed or colour:
            return f"{given} for a {item.type}", "give it one formula, of a number"
        if item.type == "event" and binding.formulas[0].outermost != _TRIGGER:
            return "an event that nothing triggers", 'write "trigger(…)" with a condition in it'
    elif item.type == "point2D":
        if not listed or count != 2:
            return f"{given} for a point2D", 'give it two formulas: ["…", "…"]'
    elif item.type == "color":
        if (listed and count < 3) or not (listed or colour):
            return f"{given} for a color", 'give it "palette[0]", or a list of 3 or 4 formulas'
    else:
        given = f"a formula for an {item.type}"
        if item.type == "image":
            return given, f'a picture comes from a file: [images] {item.name} = "…"'
        return given, "leave it out: it hears the show's sound"
    return "", ""


def _unknown(binding: Binding, known: Iterable[str]) -> Fault:
    names = {name for name in known if not name.startswith(OURS)}
    fix = nearest(binding.name, names) if names else "the shader has no inputs"
    return Fault("", binding.where, f"no shader has an input {binding.name!r}", fix)


def _signals(bindings: Bindings, declared: Declared) -> Iterator[Target]:
    names = crowd_names(())
    for name in (*SIGNALS, *SOUNDS):
        items = {stem: table[name] for stem, table in declared.items() if name in table}
        if name in bindings.shared or not items:
            continue
        binding = Binding(INPUTS, name, (compile(name, names),))
        if all(item.type == "float" for item in items.values()):
            yield Target(binding, next(iter(items.values())))
            continue
        for stem, item in items.items():
            if item.type == "float" and name not in bindings.own.get(stem, {}):
                yield Target(binding, item, stem)
