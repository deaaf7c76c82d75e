"""A transition shader at work: two pictures and how far it is from one to the other, one picture.

Does not decide when it is used: strictly between the two ends only, and that is up to `show`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import moderngl
import numpy as np

from ..core.assets import Assets
from ..core.clock import STEP
from ..core.errors import Fault, ShaderError
from ..core.isf import IsfInput
from ..mapping.params import Params, Value
from .chain import NO_DATE, Chain, Date, Picture, load_all
from .plan import Size

START, END, PROGRESS = "startImage", "endImage", "progress"
THE_SHOWS_OWN = frozenset({START, END, PROGRESS})

_NO_COLOURS = np.zeros((0, 3), np.float32)
_BLACK = np.zeros((1, 3), np.float32)  # what `emo_palette` is where there is no palette


class TransitionShader:
    """One transition compiled at one size; its step 0 is the step at which it began.

    ShaderError where it does not hold, is no transition or the GPU refuses it; nothing is left on
    the GPU then. `told`, in what follows, is input name → value for the inputs but the show's own.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        path: Path,
        assets: Assets,
        size: Size,
        *,
        date: Date = NO_DATE,
    ) -> None:
        (source,) = load_all([path], assets)
        if source.header.kind != "transition":
            fix = "a transition has the images startImage and endImage and the float progress"
            problem = f"a {source.header.kind}, not a transition"
            raise ShaderError(Fault(str(path), "", problem, fix))
        self.path = path
        self.size = size
        #: Whether it has a state, which wants `simulate` to see the pictures of its step.
        self.remembers = any(item.persistent for item in source.header.passes)
        self._ctx = ctx
        self._chain = Chain(ctx, [path], assets, size, date=date)
        try:
            self._chain.rehearse(_params(0, 0.0, 0.5, {}))
        except BaseException:
            self._chain.release()
            raise

    @property
    def inputs(self) -> dict[str, IsfInput]:
        """The inputs that the show leaves to others, by name."""
        (declared,) = self._chain.declared.values()
        return {name: item for name, item in declared.items() if name not in THE_SHOWS_OWN}

    def simulate(
        self,
        step: int,
        progress: float,
        pictures: tuple[Picture, Picture] | None = None,
        told: Mapping[str, Value] | None = None,
    ) -> None:
        """Take its state one simulation step on; without one, only its count of steps.

        `pictures`: first and second at this step, for one that `remembers`. ShaderError where the
        GPU refuses.
        """
        images = dict(zip((START, END), pictures or (), strict=False))
        with self._refusals():
            self._chain.simulate(_params(step, step * STEP, progress, told or {}), images)

    def draw(
        self,
        seconds: float,
        progress: float,
        first: Picture,
        second: Picture,
        told: Mapping[str, Value] | None = None,
        mix: float = 1.0,
    ) -> Picture:
        """Return the picture `progress` of the way from `first` to `second`, in [0, 1].

        `seconds`: since it began; its TIME. `mix`: how far from its last state to the newest. The
        picture stays until the next one is drawn. ShaderError where the GPU refuses.
        """
        params = _params(round(seconds / STEP), seconds, progress, told or {})
        with self._refusals():
            return self._chain.draw(params, mix, {START: first, END: second})

    def ends(self, told: Mapping[str, Value] | None = None) -> tuple[float, float]:
        """Return how far its ends are from the two pictures: the largest difference, 0 to 1 each.

        Tried with pictures of noise, and read back: meant for a small size, before a show. What it
        remembers is then of these pictures.
        """
        noise = np.random.default_rng(1).integers(0, 256, (2, *self.size[::-1], 4), np.uint8)
        noise[..., 3] = 255
        first, second = (self._ctx.texture(self.size, 4, each.tobytes()) for each in noise)
        found = []
        try:
            for step, progress in enumerate((0.0, 1.0)):
                self.simulate(step, progress, (first, second), told)
                picture = self.draw(step * STEP, progress, first, second, told)
                kind = np.uint8 if picture.dtype == "f1" else np.float16
                drawn = np.frombuffer(picture.read(), kind).astype(np.float32)
                drawn /= 255.0 if picture.dtype == "f1" else 1.0
                wanted = noise[step].ravel().astype(np.float32) / 255.0
                difference = np.abs(np.clip(np.nan_to_num(drawn), 0.0, 1.0) - wanted)
                found.append(float(difference.max()))
        finally:
            first.release()
            second.release()
        return found[0], found[1]

    def release(self) -> None:
        """Give every GL object back; safe to call twice."""
        self._chain.release()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except moderngl.Error as error:
            _ = self._ctx.error  # GL's flag says the same, and stays up until it is read
            problem = f"the GPU refuses to draw it ({error})"
            raise ShaderError(Fault(str(self.path), "", problem, "simplify it")) from None
        if self._chain.faults:
            raise ShaderError(self._chain.faults)  # what it draws now is not what was meant


def _params(step: int, seconds: float, progress: float, told: Mapping[str, Value]) -> Params:
    return Params(step, seconds, {**told, PROGRESS: progress}, {}, _NO_COLOURS, _BLACK)
