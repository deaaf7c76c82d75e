"""What a show draws with: it makes chains and transitions, and composes their pictures into frames.

Draws nothing of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import moderngl

from ..core.assets import Assets
from ..core.errors import Fault, MachineError
from ..core.flash import Safety
from .chain import NO_DATE, Chain, Date, Picture, load_all
from .compositor import Compositor
from .guard.tally import Interventions
from .plan import Size
from .ssaa import enlarged
from .transition import TransitionShader


class Renderer:
    """One size of picture on one GL context.

    `safety`: how frames are guarded against flashing; None is `Safety()`. `alpha`: whether the
    alpha of their pictures is kept beside them. `ssaa`: how many times larger, on each side, chains
    are drawn and then averaged: 1 to 4.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: Size,
        assets: Assets,
        *,
        date: Date = NO_DATE,
        safety: Safety | None = None,
        alpha: bool = False,
        ssaa: int = 1,
    ) -> None:
        most = int(ctx.info["GL_MAX_TEXTURE_SIZE"])
        if not all(1 <= side <= most for side in size):
            shown = "x".join(map(str, size))
            fix = f"each side is 1 to {most} pixels"
            raise MachineError(Fault("", "size", f"{shown} is no size for this GPU", fix))
        enlarged(size, ssaa, most)
        self.size = size
        self._ssaa = ssaa
        self.safety = safety or Safety()
        self._ctx = ctx
        self._assets = assets
        self._date = date
        try:
            self._compositor = Compositor(ctx, size, self.safety, alpha=alpha)
        except moderngl.Error as error:
            shown = "x".join(map(str, size))
            problem = f"{shown} does not fit on this GPU ({error})"
            raise MachineError(Fault("", "size", problem, "choose a smaller one")) from None

    def chain(self, shaders: Sequence[Path]) -> Chain:
        """Compile shaders into a chain of this size; ShaderError with all their faults."""
        size, ssaa = self.size, self._ssaa
        return Chain(self._ctx, shaders, self._assets, size, date=self._date, ssaa=ssaa)

    def transition(self, path: Path, size: Size | None = None) -> TransitionShader:
        """Compile a transition, of this size or another; ShaderError with all its faults."""
        chosen = size or self.size
        return TransitionShader(self._ctx, path, self._assets, chosen, date=self._date)

    def files(self, shaders: Sequence[Path]) -> tuple[Path, ...]:
        """Return every file that a chain of these shaders is made of, without compiling any.

        With those that would be part of it, were they there.
        ShaderError where one is missing, or does not hold as text.
        """
        sources = load_all(shaders, self._assets)
        return tuple(path for source in sources for path in source.files.watched)

    def compose(
        self,
        first: Picture,
        second: Picture | None = None,
        amount: float = 0.0,
        level: float = 1.0,
        steps: int = 1,
    ) -> moderngl.Framebuffer:
        """Return a guarded frame: see `Compositor.compose`."""
        return self._compositor.compose(first, second, amount, level, steps)

    @property
    def alpha(self) -> moderngl.Framebuffer | None:
        """The alpha of the frame composed last, where it is kept: see `Compositor.alpha`."""
        return self._compositor.alpha

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the technician is to know of the guard."""
        return self._compositor.warnings

    @property
    def guard(self) -> Literal["budget", "slew", "off"]:
        """Which guard stands before the frames: see `Compositor.guard`."""
        return self._compositor.guard

    def interventions(self) -> Interventions:
        """Return what the guard did so far, but for the last second."""
        return self._compositor.interventions

    def release(self) -> None:
        """Give every GL object back but those of the chains; safe to call twice."""
        self._compositor.release()
