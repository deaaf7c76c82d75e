"""Draws one shader under several inputs, sizes and moving images, and says what came of it.

Runs in the process of `trial`: a shader may never come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ...core.assets import Assets
from ...core.clock import STEP
from ...core.errors import Fault
from ...core.isf import IsfInput
from ...core.isf_input import IMAGE_TYPES
from ...mapping.params import Floats, Params
from ...mapping.work import TRANSITION
from ...outlet.contract import Surface
from ...render.chain import Chain, Picture
from ...render.transition import TransitionShader
from ..crossing import JUMPS, misses
from .judge import Judge
from .takes import Take, takes

LARGE = (640, 360)  # drawn once: what never ends on a screen may end on a stamp
SIZES = ((96, 54), (60, 60), (37, 59))  # no power of two: that is another shader to a driver
LATE_STEPS = 36_000  # ten minutes: what a loop over TIME has become by then
_STEPS = 2  # simulation steps of a take, and pictures
_PATIENCE = 30  # simulation steps more of what shows nothing: some remember that many
_FRAMES = 5  # pictures of a moving image
_PATTERN = (48, 80)  # rows, columns

Say = Callable[[str], None]


class Probe:
    """Tries shaders on one surface; the moving images are made once."""

    def __init__(self, surface: Surface, assets: Assets) -> None:
        self._gl = surface.gl
        self._assets = assets
        self._owner = ExitStack()
        self._images: dict[tuple[str, str], list[Picture]] = {}
        ramp = np.linspace((0.1, 0.2, 0.5), (1.0, 0.7, 0.3), 256, dtype=np.float32)
        self._palette, self._ramp = ramp[::64], ramp

    def shader(self, path: Path, say: Say) -> tuple[Judge, list[Fault]]:
        """Draw a shader; `say` is told what begins. ShaderError with all that keeps it from it.

        Returns what is to be seen, and what is to be warned of.
        """
        judge = Judge()
        warnings: dict[Fault, None] = {}
        names: set[str] = set()
        for number, size in enumerate((LARGE, *SIZES)):
            say("to compile")
            chain = Chain(self._gl, [path], self._assets, size)
            try:
                names = {name for inputs in chain.declared.values() for name in inputs}
                self._perform(chain, number, size, judge, say)
                warnings |= dict.fromkeys((*chain.warnings, *_not_numbers(path, chain, judge)))
            finally:
                chain.release()
                said = self._gl.error
            if said != "GL_NO_ERROR":
                warnings[Fault(str(path), "", f"the driver complains: {said}")] = None
        if TRANSITION <= names:
            warnings |= dict.fromkeys(self._ends(path, say))
        return judge, list(warnings)

    def _ends(self, path: Path, say: Say) -> Iterator[Fault]:
        """Look whether a transition begins with its first picture and ends with its second."""
        say("to draw its ends")
        shader = TransitionShader(self._gl, path, self._assets, SIZES[0])
        try:
            for problem in misses(shader.ends()):
                yield Fault(str(path), "", f"it {problem}", JUMPS)
        finally:
            shader.release()

    def _perform(
        self, chain: Chain, number: int, size: tuple[int, int], judge: Judge, say: Say
    ) -> None:
        """Draw once at the large size, every take at the next, and one, late, at each other.

        What shows nothing by then may be waiting: it is given some more time.
        """
        inputs = [item for items in chain.declared.values() for item in items.values()]
        first, *others = takes(inputs, size)
        if number == 0:
            say("to draw one large picture of it")
            chain.rehearse(self._params(first, 0, ()), self._pictures(inputs, 0))
            self._gl.finish()
            return
        step = (number - 1) * LATE_STEPS
        for take in (first, *others) if number == 1 else others[-number:][:1]:
            say(f"to draw {take.says}")
            for turn in range(max(_STEPS, len(take.events))):
                self._turn(chain, take, step, take.events[turn : turn + 1], inputs, judge)
                step += 2
        if number == 1 and judge.unseen:
            for _ in range(_PATIENCE):
                say(f"to draw {first.says}")
                self._turn(chain, first, step, (), inputs, judge)
                step += 2

    def _turn(
        self,
        chain: Chain,
        take: Take,
        step: int,
        events: tuple[str, ...],
        inputs: list[IsfInput],
        judge: Judge,
    ) -> None:
        """Simulate and draw one step of a take."""
        params = self._params(take, step, events)
        pictures = self._pictures(inputs, step)
        chain.simulate(params, pictures)
        judge.look(chain.draw(params, pictures=pictures))

    def _params(self, take: Take, step: int, events: tuple[str, ...]) -> Params:
        inputs = {**take.inputs, **dict.fromkeys(events, 1.0)}
        return Params(step, step * STEP, inputs, {}, self._palette, self._ramp)

    def _pictures(self, inputs: list[IsfInput], step: int) -> Mapping[str, Picture]:
        """What every image input is at a step: a picture that is another one at the next."""
        frame = step // 2 % _FRAMES
        return {
            item.name: self._moving(item.type, item.name)[frame]
            for item in inputs
            if item.type in IMAGE_TYPES
        }

    def _moving(self, kind: str, name: str) -> list[Picture]:
        if (kind, name) not in self._images:
            seed = crc32(name.encode())
            for frame in range(_FRAMES):
                if kind == "image":
                    levels = np.rint(pattern(seed, frame) * 255).astype(np.uint8)
                    texture = self._upload(levels, "f1")
                else:
                    texture = self._upload(sound(seed, frame), "f4")
                self._images.setdefault((kind, name), []).append(texture)
        return self._images[kind, name]

    def _upload(self, pixels: NDArray[Any], dtype: str) -> Picture:
        height, width, components = pixels.shape
        texture = self._gl.texture((width, height), components, pixels.tobytes(), dtype=dtype)
        self._owner.callback(texture.release)
        texture.repeat_x = texture.repeat_y = False
        return texture


def pattern(seed: int, frame: int) -> Floats:
    """Return frame `frame` of a picture that moves and is symmetric in nothing: (h, w, 4), 0..1.

    Broad waves of colour, fine grain, and a half-transparent square that wanders.
    """
    height, width = _PATTERN
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / np.float32(width)
    rates, phases = rng.uniform(2, 9, (3, 2)), rng.uniform(0, 6, 3)
    pixels = np.ones((height, width, 4), np.float32)
    for channel, ((across, up), phase) in enumerate(zip(rates, phases, strict=True)):
        wave = np.sin(across * x * (1 + x) + up * y + phase + 0.7 * frame)
        pixels[..., channel] = 0.5 + 0.4 * wave + rng.uniform(-0.1, 0.1, (height, width))
    top, left = (5 + 7 * frame) % 30, (11 + 13 * frame) % 60
    pixels[top : top + 13, left : left + 17] = 1.0 - pixels[top : top + 13, left : left + 17]
    pixels[top : top + 13, left : left + 17, 3] = 0.5
    return pixels.clip(0, 1)


def sound(seed: int, frame: int) -> Floats:
    """Return two channels of something heard, (2, 256, 4): falling from left to right, centred."""
    rng = np.random.default_rng((seed, frame))
    envelope = 0.5 * np.exp(-np.arange(256) / 90.0)
    pixels = np.ones((2, 256, 4), np.float32)
    pixels[..., :3] = (0.5 + envelope * rng.uniform(-1, 1, (2, 256)))[..., None]
    return pixels


def _not_numbers(path: Path, chain: Chain, judge: Judge) -> list[Fault]:
    fix = "mind divisions by 0, and roots, logarithms and powers of what is below 0"
    faults = [
        Fault(str(path), "PASSES", f"the persistent target {name!r} holds what is no number", fix)
        for name in chain.nans()
    ]
    if not faults and not judge.numbers:
        faults.append(Fault(str(path), "", "it draws what is no number", fix))
    return faults
