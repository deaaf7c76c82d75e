"""What a shader is told when it is tried: its inputs at their bounds, and seeded within them.

Draws nothing: `probe` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...core.isf import IsfInput
from ...core.isf_input import IMAGE_TYPES
from ...mapping.params import Value
from ...mapping.work import TRANSITION

RANDOM_TAKES = 3
_PROGRESS = (0.5, 0.25, 0.75, 0.1, 0.9, 0.6)  # of a transition, one for each take


@dataclass(frozen=True, slots=True)
class Take:
    """Some values for all inputs of a shader; `says`: which, as in "with random inputs".

    `events`: the names of those that happen once in it, one at each simulation step.
    """

    says: str
    inputs: dict[str, Value]
    events: tuple[str, ...] = ()


def takes(inputs: Sequence[IsfInput], size: tuple[int, int]) -> Iterator[Take]:
    """Yield the DEFAULTs with every event once, the MINs, the MAXes, and `RANDOM_TAKES` more.

    `size`: of the picture in pixels, for a place that no bounds are given for. The same inputs
    give the same takes; a `long` goes round its VALUES.
    """
    told = [item for item in inputs if item.type not in (*IMAGE_TYPES, "event")]
    events = tuple(item.name for item in inputs if item.type == "event")
    rng = np.random.default_rng(0)
    for number in range(3 + RANDOM_TAKES):
        says = ("as it begins", "with its inputs at MIN", "with its inputs at MAX")
        values = {
            item.name: value
            for item in told
            if (value := _value(item, number, size, rng)) is not None
        }
        if TRANSITION <= {item.name for item in inputs}:
            values["progress"] = _PROGRESS[number]
        if number == 0:
            yield Take(says[0], values, events)
        else:
            yield Take(says[number] if number < 3 else "with random inputs", values)


def _value(
    item: IsfInput, number: int, size: tuple[int, int], rng: np.random.Generator
) -> Value | None:
    if number == 0:
        return item.default
    if item.values:
        place = {1: 0, 2: len(item.values) - 1}.get(number, number)
        return item.values[place % len(item.values)]
    least, most = bounds(item, size)
    if number < 3:
        found = (least, most)[number - 1]
    elif item.type == "bool":
        found = (float(rng.integers(2)),)
    else:
        found = tuple(
            low + (high - low) * rng.random() for low, high in zip(least, most, strict=True)
        )
    return found if item.type in ("point2D", "color") else found[0]


def bounds(item: IsfInput, size: tuple[int, int]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the least and the most of an input by component, MIN and MAX where it has them."""
    default = _parts(item.default if item.default is not None else 0.0)
    least: tuple[float, ...]
    most: tuple[float, ...]
    if item.type == "bool":
        least, most = (0.0,), (1.0,)
    elif item.type == "color":
        least, most = (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)
    elif item.type == "point2D":
        inside = item.normalised or (all(0 <= part <= 1 for part in default) and any(default))
        least, most = (0.0, 0.0), (1.0, 1.0) if inside else tuple(map(float, size))
    else:
        least, most = (min(default[0], 0.0),), (max(default[0], 1.0),)
    if item.min is not None:
        least = _parts(item.min)
    if item.max is not None:
        most = _parts(item.max)
    return least, most


def _parts(value: Value) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (float(value),)
