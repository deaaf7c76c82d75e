"""What a preset asks of its shaders at one instant: plain values and arrays, nothing of the GPU.

Does not compute them: `mapper` does. Does not upload them: `render.upload` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
#: A float, bool or long input is a number; a point2D two, a color four (sRGB, straight alpha).
Value = float | tuple[float, ...]

#: Begins the names of textures about the crowd; others are of the sound, as it is at a step.
CROWDS = "emo_"
#: Textures that say which slot or mode is where: a mean of two numbers would name a third.
INDICES = frozenset({"emo_dots", "emo_modes"})

WRAP = 1024.0  # where `travel` wraps; every noise in shaders/lib has this period


@dataclass(frozen=True, slots=True)
class Params:
    """One instant of one preset.

    `step`: steps since activation. `time`: seconds since activation. `inputs`: ISF input name →
    value, for every shader of the chain; `overrides`: the same for one shader, by file stem.
    `palette` (n, 3) sRGB-encoded, ladder order; `ramp` (256, 3) sRGB-encoded. `textures`: name
    (`emo_field`, `emo_people`, an audio input's, …) → (height, width, 4) with values encoded 0..1,
    row 0 at the bottom. `counts`: integer uniforms such as `emo_people_count`. `images`: image
    input → (height, width, 4) uint8, sRGB-encoded, straight alpha, row 0 at the bottom; a new
    array is a new picture, the same array is the same one.
    """

    step: int
    time: float
    inputs: dict[str, Value]
    overrides: dict[str, dict[str, Value]]
    palette: Floats
    ramp: Floats
    textures: dict[str, Floats] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    images: dict[str, NDArray[np.uint8]] = field(default_factory=dict)


def interpolate(now: Params, ahead: Params, phase: float) -> Params:
    """Return the instant `phase` of the way from one step to the next, for rates that split steps.

    Numbers and arrays are mixed; a number that jumps by more than half of `WRAP` has wrapped and
    is mixed round the wrap. Whole-number inputs (the mapper gives them as int, bool), counts,
    images, sound and textures of `INDICES` stay as they are in `now`, and so does whatever an edit
    of the preset has changed the form of.
    """
    if phase == 0.0:
        return now
    return Params(
        step=now.step,
        time=now.time + (ahead.time - now.time) * phase,
        inputs=_mix_inputs(now.inputs, ahead.inputs, phase),
        overrides={
            stem: _mix_inputs(values, ahead.overrides.get(stem, values), phase)
            for stem, values in now.overrides.items()
        },
        palette=_mix_arrays(now.palette, ahead.palette, phase),
        ramp=_mix_arrays(now.ramp, ahead.ramp, phase),
        textures={
            name: array
            if name in INDICES or not name.startswith(CROWDS)
            else _mix_arrays(array, ahead.textures.get(name, array), phase)
            for name, array in now.textures.items()
        },
        counts=now.counts,
        images=now.images,
    )


def _mix_inputs(now: dict[str, Value], ahead: dict[str, Value], phase: float) -> dict[str, Value]:
    return {name: _mix_value(value, ahead.get(name, value), phase) for name, value in now.items()}


def _mix_value(now: Value, ahead: Value, phase: float) -> Value:
    if isinstance(now, tuple) and isinstance(ahead, tuple) and len(now) == len(ahead):
        return tuple(_mix_number(a, b, phase) for a, b in zip(now, ahead, strict=True))
    if isinstance(now, int | tuple) or isinstance(ahead, tuple):
        return now
    return _mix_number(now, ahead, phase)


def _mix_number(now: float, ahead: float, phase: float) -> float:
    gap = ahead - now
    if abs(gap) > WRAP / 2 and 0.0 <= min(now, ahead) and max(now, ahead) <= WRAP:
        gap = (gap + WRAP / 2) % WRAP - WRAP / 2
        return (now + gap * phase) % WRAP
    return now + gap * phase


def _mix_arrays(now: Floats, ahead: Floats, phase: float) -> Floats:
    if now is ahead or now.shape != ahead.shape:
        return now
    mixed: Floats = now + (ahead - now) * np.float32(phase)
    return mixed
