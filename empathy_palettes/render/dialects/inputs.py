"""The author's own uniforms as INPUTS: type, default, and a range that makes sense.

Knows nothing of what a host supplies: `supplied` does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from typing import Any

from .declared import Declaration

Table = dict[str, Any]

_REAL = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_VALUE = re.compile(rf"=\s*((?:[biu]?vec[234]|float|int)\s*\([^)]*\)|{_REAL}|true\b|false\b)")
_BETWEEN = re.compile(rf"\bin\s*\{{\s*({_REAL})\s*,\s*({_REAL})\s*\}}")
_NUMBER = re.compile(rf"{_REAL}|true|false")
_COLOUR = re.compile(r"colou?r|\bclr|clr\b|[a-z]Clr|\btint|\brgba?\b|[a-z]Tint", re.IGNORECASE)
_MOST = 1e28  # twice as much, rounded up, is still what an INPUT may hold
_MOST_WHOLE = 10**9  # and an int
_PARTS = {"2": "xy", "3": "xyz", "4": "xyzw"}


def as_inputs(item: Declaration, taken: Collection[str]) -> tuple[list[Table], list[str]] | None:
    """Return the INPUTS that stand for a uniform, and the lines that make it of them again.

    None where no INPUT can: an array, a matrix. `taken`: names that the author's text gives to
    something else besides, so that none may become a macro.
    """
    make = _MAKERS.get(item.type)
    if make is None or item.array:
        return None
    numbers = _default(item)
    inputs, value = make(item, numbers)
    if not value:
        return inputs, []
    if item.name not in taken:
        return inputs, [f"#define {item.name} {value}"]
    if len(inputs) == 1:  # the uniform needs a name of its own
        inputs[0] |= {"NAME": f"{item.name}_in", "LABEL": item.name}
        value = value.replace(item.name, f"{item.name}_in")
    return inputs, [f"{item.type} {item.name} = {value};"]


def _default(item: Declaration) -> list[float]:
    found = _VALUE.search(item.said)
    if found is None:
        return []
    inside = found[1].partition("(")[2] or found[1]
    numbers = [
        {"true": 1.0, "false": 0.0}.get(number) or float(number if number[0] not in "tf" else 0)
        for number in _NUMBER.findall(inside)
    ]
    return numbers if all(map(_holds, numbers)) else []


def _holds(number: float) -> bool:
    """Whether a shader can hold a number, and a range around it: no infinity, nothing too small."""
    return number == 0 or 1 / _MOST <= abs(number) <= _MOST


def _filled(numbers: list[float], count: int, otherwise: float) -> list[float]:
    """As GLSL constructors do: one number is all of them."""
    if len(numbers) == 1:
        return numbers * count
    return numbers[:count] if len(numbers) >= count else [otherwise] * count


def _range(numbers: list[float]) -> tuple[float, float]:
    """From 0, or as far below it as above; to twice the default, rounded up to 1, 2 or 5."""
    most = max(map(abs, numbers), default=0.5)
    high = 1.0 if most <= 1 and min(numbers, default=0) >= 0 else _round_up(2 * most)
    return (-high if min(numbers, default=0) < 0 else 0.0), high


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.999)


def _float(item: Declaration, numbers: list[float]) -> tuple[list[Table], str]:
    default = _filled(numbers, 1, 0.5)
    said = _BETWEEN.search(item.said)
    between = [float(said[1]), float(said[2])] if said else []
    low, high = between if between and all(map(_holds, between)) else _range(default)
    table = {"NAME": item.name, "TYPE": "float", "DEFAULT": default[0], "MIN": low, "MAX": high}
    return [table], ""


def _int(item: Declaration, numbers: list[float]) -> tuple[list[Table], str]:
    default = int(max(-_MOST_WHOLE, min(_filled(numbers, 1, 0)[0], _MOST_WHOLE)))
    low, high = (int(side) for side in _range([default or 5]))
    table = {"NAME": item.name, "TYPE": "long", "DEFAULT": default, "MIN": low, "MAX": high}
    return [table], f"uint({item.name})" if item.type == "uint" else ""


def _bool(item: Declaration, numbers: list[float]) -> tuple[list[Table], str]:
    on = bool(numbers and numbers[0])
    return [{"NAME": item.name, "TYPE": "bool", "DEFAULT": on}], ""


def _point(item: Declaration, numbers: list[float]) -> tuple[list[Table], str]:
    default = _filled(numbers, 2, 0.5 if item.type == "vec2" else 1)
    low, high = _range(default)
    table = {"NAME": item.name, "TYPE": "point2D", "DEFAULT": default}
    table |= {"MIN": [low, low], "MAX": [high, high]}
    return [table], "" if item.type == "vec2" else f"{item.type}({item.name})"


def _many(item: Declaration, numbers: list[float]) -> tuple[list[Table], str]:
    count = int(item.type[-1])
    floating = item.type[0] == "v"
    values = _filled(numbers, count, 0.5 if floating else 1)
    if floating and _COLOUR.search(item.name) and all(0 <= value <= 1 for value in values):
        default = [*values, 1.0][:4]
        table = {"NAME": item.name, "TYPE": "color", "DEFAULT": default}
        return [table], "" if count == 4 else f"{item.name}.rgb"
    low, high = _range(values)
    names = [f"{item.name}_{part}" for part in _PARTS[item.type[-1]]]
    tables: list[Table] = [
        {"NAME": name, "TYPE": "float", "DEFAULT": value, "MIN": low, "MAX": high}
        for name, value in zip(names, values, strict=True)
    ]
    return tables, f"{item.type}({', '.join(names)})"


def _image(item: Declaration, numbers: list[float]) -> tuple[list[Table], str]:
    return [{"NAME": item.name, "TYPE": "image"}], ""


_Maker = Callable[[Declaration, list[float]], tuple[list[Table], str]]
_MAKERS: dict[str, _Maker] = {
    "float": _float,
    "int": _int,
    "uint": _int,
    "bool": _bool,
    "vec2": _point,
    "ivec2": _point,
    **dict.fromkeys(("vec3", "vec4", "ivec3", "ivec4"), _many),
    **dict.fromkeys(("sampler2D", "samplerCube", "sampler1D"), _image),
}
