"""Which guard stands before the wall: the one asked for, or the fail-safe where it cannot work."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import moderngl

from ...core.flash import Safety
from ..plan import Size
from .gl import Guard, Shaders
from .proof import proved
from .slew import Slew

_FAILED = (
    "the flash guard does not work with this graphics driver ({why}): the picture follows slowly"
    " instead, and its lights leave trails"
)


@dataclass(frozen=True)
class Choice:
    """One guard or none, and what the technician is to know of it."""

    budget: Guard | None = None
    slew: Slew | None = None
    warnings: tuple[str, ...] = ()


def choose(ctx: moderngl.Context, size: Size, safety: Safety, owner: ExitStack) -> Choice:
    """Return the guard for pictures of `size`; what it is made of is released with `owner`."""
    if safety.guard == "off":
        return Choice()
    why = ""
    if safety.guard == "budget":
        with ExitStack() as unfinished:
            try:
                shaders = Shaders(ctx, safety.peak_nits, unfinished)
                why = proved(ctx, shaders, safety.peak_nits)
                if not why:
                    guard = Guard(ctx, size, shaders, unfinished)
                    owner.push(unfinished.pop_all())
                    return Choice(budget=guard)
            except moderngl.Error as error:
                _ = ctx.error  # GL's flag says the same, and stays up until it is read
                why = " ".join(str(error).split())
    warnings = (_FAILED.format(why=why),) if why else ()
    return Choice(slew=Slew(ctx, size, safety.peak_nits, owner), warnings=warnings)
