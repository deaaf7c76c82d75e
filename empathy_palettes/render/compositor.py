"""The last drawing of a frame: at most two pictures mixed, lit, made 8 bits deep, and guarded.

Does not choose the pictures; what may be shown of them `guard` knows.
"""

from __future__ import annotations

from contextlib import ExitStack
from itertools import product
from typing import Literal

import moderngl

from ..core.flash import Safety
from .alpha import Alpha
from .composing import SWITCHES, composed
from .guard.choice import choose
from .guard.tally import Interventions
from .plan import Size
from .program import Program, UniformValue
from .targets import QUAD, unbind

RING = 3  # a frame stays as it is for two more ticks

_COMPOSE = """\
out vec4 colour;
void main() { colour = vec4(composed() / 255.0, 1.0); }
"""


class Compositor:
    """Draws finished frames into a ring of `RING` framebuffers, RGBA8 and opaque.

    `safety`: how they are guarded. `alpha`: whether the alpha that their pictures had is kept
    beside them. `warnings`: what the technician is to know of the guard.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: Size,
        safety: Safety | None = None,
        *,
        alpha: bool = False,
    ) -> None:
        self.size = size
        self._ctx = ctx
        self._owner = ExitStack()
        self._programs = {
            switches: Program(ctx, QUAD, _variant(switches), self._owner)
            for switches in product((False, True), repeat=len(SWITCHES))
        }
        self._ring: list[moderngl.Framebuffer] = []
        for _ in range(RING):
            texture = ctx.texture(size, 4)
            self._owner.callback(texture.release)
            framebuffer = ctx.framebuffer([texture])
            self._owner.callback(framebuffer.release)
            framebuffer.clear(alpha=1.0)
            self._ring.append(framebuffer)
        self._alpha = Alpha(ctx, size, RING, self._owner) if alpha else None
        choice = choose(ctx, size, safety or Safety(), self._owner)
        self._budget, self._slew, self.warnings = choice.budget, choice.slew, choice.warnings

    @property
    def guard(self) -> Literal["budget", "slew", "off"]:
        """Which guard stands here: not the one asked for, where that failed its trial."""
        return "budget" if self._budget else "slew" if self._slew else "off"

    @property
    def alpha(self) -> moderngl.Framebuffer | None:
        """The alpha of the last frame's pictures, R8, as mixed as they are; None: not kept."""
        return self._alpha.newest if self._alpha else None

    @property
    def interventions(self) -> Interventions:
        """What the guard did so far, but for the last second."""
        return self._budget.interventions if self._budget else Interventions()

    def compose(
        self,
        first: moderngl.Texture,
        second: moderngl.Texture | None = None,
        amount: float = 0.0,
        level: float = 1.0,
        steps: int = 1,
    ) -> moderngl.Framebuffer:
        """Draw `amount` of the way from `first` to `second`, at `level` of its light, guarded.

        Both pictures have the compositor's size; ValueError otherwise. `amount` and `level` are
        in [0, 1]; the mix is of sRGB-encoded values, the light is linear. `steps`: of 1/60 s since
        the last frame.
        """
        pictures = {"first": first} if second is None else {"first": first, "second": second}
        for picture in pictures.values():
            if picture.size != self.size:
                raise ValueError(f"a picture of {picture.size} in a frame of {self.size}")
        deep = any(picture.dtype != "f1" for picture in pictures.values())
        switches = second is not None, level < 1.0, deep
        uniforms: dict[str, UniformValue] = {"amount": amount, "level": level}
        self._ctx.enable_only(moderngl.NOTHING)
        self._ctx.clear_samplers()  # one that is left filters what is to be read as it is
        if self._alpha:
            self._alpha.draw(first, second, amount)
        shown = _texture(self._ring[-1])
        framebuffer = self._ring.pop(0)
        self._ring.append(framebuffer)
        if self._slew:
            self._slew.draw(framebuffer, pictures, uniforms, switches, steps)
            return framebuffer
        self._draw(framebuffer, pictures, uniforms, switches)
        if self._budget:
            self._budget.judge(_texture(framebuffer), shown, steps)
            of = {"first": first, "second": second or first}
            for name, on in zip(SWITCHES, switches, strict=True):
                uniforms[name] = on
            self._budget.alter(framebuffer, shown, of, uniforms, plain=not any(switches))
        return framebuffer

    def release(self) -> None:
        """Give every GL object back; safe to call twice."""
        unbind(self._ctx)
        self._owner.close()

    def _draw(
        self,
        framebuffer: moderngl.Framebuffer,
        pictures: dict[str, moderngl.Texture],
        uniforms: dict[str, UniformValue],
        switches: tuple[bool, ...],
    ) -> None:
        program = self._programs[switches]
        for name, unit in program.reads.items():
            pictures[name].use(unit)
        for name, value in uniforms.items():
            program.set(name, value)
        framebuffer.use()
        program.draw()


def _variant(switches: tuple[bool, ...]) -> str:
    on = dict(zip(SWITCHES, switches, strict=True))
    return "#version 330 core\n" + composed(on) + _COMPOSE


def _texture(framebuffer: moderngl.Framebuffer) -> moderngl.Texture:
    texture = framebuffer.color_attachments[0]
    assert isinstance(texture, moderngl.Texture)
    return texture
