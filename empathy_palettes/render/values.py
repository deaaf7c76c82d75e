"""What each input of one shader is at one instant, as its uniform wants it.

Does not work out the mapping (`mapping.mapper` has) and does not write uniforms (`graph` does).
"""

from __future__ import annotations

import re

import numpy as np

from ..core.isf import IsfInput
from ..core.isf_input import IMAGE_TYPES, LEAST_LONG, MOST_LONG, Value
from ..mapping.params import Floats, Params
from .glsl import Glsl, uniform_name
from .program import UniformValue

_PALETTE = re.compile(r"palette(\d+)\Z")
_WHOLE = ("long", "bool", "event")


class Values:
    """Resolves the inputs of one shader: override, input, palette, count, then its DEFAULT.

    `palette0…`: where the shader declares `palette_count` too, the first colours are the palette
    as it is and the count says how many; otherwise, and where there is too little room, the
    palette is resampled along its ramp to as many as are declared.
    """

    def __init__(self, glsl: Glsl) -> None:
        self._stem = glsl.path.stem
        self._inputs = tuple(item for item in glsl.header.inputs if item.type not in IMAGE_TYPES)
        names = {item.name for item in self._inputs}
        self._places = {
            name: int(found[1]) for name in names if (found := _PALETTE.match(name)) is not None
        }
        self._counted = "palette_count" in names
        self.points = frozenset(uniform_name(item.name) for item in self._inputs if item.normalised)

    def resolve(self, params: Params, mix: float) -> dict[str, UniformValue]:
        """Return uniform → value; `mix`: how far from the previous to the newest state."""
        own = params.overrides.get(self._stem, {})
        given: dict[str, Value] = {**self._palette(params), **params.counts, "emo_mix": mix}
        given |= params.inputs
        given |= own
        values: dict[str, UniformValue] = {
            uniform_name(item.name): _fit(item, given.get(item.name, item.default))
            for item in self._inputs
        }
        for name, count in params.counts.items():
            values.setdefault(name, count)
        values.setdefault("emo_mix", mix)
        return values

    def _palette(self, params: Params) -> dict[str, Value]:
        if not self._places or not len(params.palette):
            return {}
        room = max(self._places.values()) + 1
        colors = params.palette
        if len(colors) > room or (len(colors) < room and not self._counted):
            colors = _resample(params.ramp, room)
        rows = [(*map(float, color), 1.0) for color in colors]
        found: dict[str, Value] = {
            name: rows[min(place, len(rows) - 1)] for name, place in self._places.items()
        }
        found["palette_count"] = len(rows)
        return found


def _fit(item: IsfInput, value: Value | None) -> UniformValue:
    match value:
        case tuple():
            return value
        case None:
            return 0
        case _ if item.type in ("bool", "event"):
            return int(value > 0.5)
        case _ if item.type in _WHOLE:
            return min(max(round(value), LEAST_LONG), MOST_LONG)
        case _:
            return float(value)


def _resample(ramp: Floats, count: int) -> Floats:
    """Colours at even places of a ramp that is already interpolated in OKLab."""
    places = np.linspace(0, len(ramp) - 1, count)
    return ramp[np.rint(places).astype(np.intp)]
