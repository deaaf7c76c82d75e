"""The budget guard on the GPU: it judges a picture that was drawn, and alters it where it must.

Comes to the same bytes as `reference`. Reads nothing back for its own sake: tiles that need nothing
are dropped by the vertex shader.
"""

from __future__ import annotations

from contextlib import ExitStack
from math import prod
from types import MappingProxyType

import moderngl
import numpy as np

from ..composing import WHATEVER, composed
from ..plan import Size
from ..program import Program, UniformValue
from ..targets import QUAD
from . import glsl, glsl_tiles, numbers
from .tally import Interventions, Tally

_STATE = ("light0", "light1", "red0", "red1", "cells", "kept0", "kept1")
_CELLS = _STATE.index("cells")
_PLACES = 12  # nine windows, the whole, what was done so far in two
_PLAIN = MappingProxyType(dict.fromkeys(WHATEVER, False))


class Shaders:
    """The guard's programs, for pictures of any size.

    `alter`: by whether it is of a plain picture, and of a tile with red.
    """

    def __init__(self, ctx: moderngl.Context, peak_nits: float, owner: ExitStack) -> None:
        def program(vertex: str, *parts: str, defines: str = "") -> Program:
            fragment = glsl.shader(*parts, peak_nits=peak_nits, defines=defines)
            return Program(ctx, vertex, fragment, owner)

        self.state = [
            program(
                glsl.shader(glsl.ALL, peak_nits=peak_nits, defines=defines),
                *(glsl.HISTORY, glsl.COLOUR, glsl.STATE),
                defines=defines,
            )
            for defines in ("", "#define ACTED\n")
        ]
        self.spread = program(QUAD, glsl.SPREAD)
        self.tiles = program(QUAD, glsl.TILES)
        self.means = program(QUAD, glsl.HISTORY, glsl.MEANS)
        around = glsl.shader(glsl_tiles.TILE, peak_nits=peak_nits, defines="#define CORNERS\n")
        self.corners = program(around, glsl.CORNERS)
        tile = glsl.shader(glsl_tiles.TILE, peak_nits=peak_nits)
        self.alter = {
            (plain, red): program(
                tile,
                composed(_PLAIN if plain else WHATEVER),
                *((glsl.COLOUR, glsl_tiles.PALED) if red else ()),
                glsl_tiles.ALTER,
                defines="#define PALED\n" if red else "",
            )
            for plain in (True, False)
            for red in (False, True)
        }


class Guard:
    """The guard of pictures of one size; the one before the first is black.

    `grid`: cells (across, down), where they are not to be as many as pictures of this size have.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: Size,
        shaders: Shaders,
        owner: ExitStack,
        grid: Size | None = None,
    ) -> None:
        self._ctx = ctx
        self._clock = 0
        self._shaders = shaders
        self._owner = owner
        self._cells = cells = grid or numbers.cells(size)
        self._tiles = tiles = numbers.parts(cells, numbers.TILES)
        self._windows = numbers.parts(tiles, numbers.WINDOWS)
        self._places = self._probes(size)
        self._states = [self._textures(cells, len(_STATE)) for _ in range(2)]
        self._drawn = [self._target(*textures) for textures in self._states]
        self._spread = self._target(*self._textures(cells, 1))
        self._sums = self._target(*self._textures(tiles, 1))
        self._means = [self._target(*self._textures((_PLACES, 1), 1)) for _ in range(2)]
        self._corners = self._target(self._texture((cells[0] + 1, cells[1] + 1), "u2"))
        self._tally = Tally(ctx, prod(cells), owner)
        last = cells[0] - 1, cells[1] - 1
        shaders = self._shaders
        self._fixed: dict[Program, dict[str, UniformValue]] = {
            **{program: {} for program in shaders.state},
            shaders.spread: {"last": last},
            shaders.tiles: {"cells": cells, "tiles": tiles},
            shaders.means: {"cells": cells, "tiles": tiles, "windows": self._windows},
            shaders.corners: {
                "last": last,
                "cuts": self._cuts(),
                "across": self._windows[0],
                "cells": cells,
                "tiles": tiles,
            },
        }
        pitch = numbers.pitch(cells[0], size[0]), numbers.pitch(cells[1], size[1])
        tile: dict[str, UniformValue] = {"size": size, "cells": cells, "tiles": tiles}
        for (_, red), program in shaders.alter.items():
            self._fixed[program] = {**tile, "pitch": pitch, "red": red}

    @property
    def interventions(self) -> Interventions:
        """What was done so far, but for the last second."""
        return self._tally.known

    def judge(self, wanted: moderngl.Texture, shown: moderngl.Texture, steps: int) -> None:
        """Find what must not be shown of `wanted`, `steps` after `shown`, which was the last."""
        self._states.reverse()
        self._drawn.reverse()
        self._means.reverse()
        shaders, before = self._shaders, self._states[1]
        pictures = {"wanted": wanted, "shown": shown}
        memory = {"places": self._places, **dict(zip(_STATE, before, strict=True))}
        ticks = (self._clock + steps) // numbers.TICK - self._clock // numbers.TICK
        self._clock += steps
        steps = min(steps, numbers.MEMORY)
        memory["means"] = _texture(self._means[1])
        textures = {**pictures, **memory}
        for program in shaders.state:
            self._draw(program, self._drawn[0], textures, steps=steps, ticks=min(ticks, 99))
        cells = self._states[0][_CELLS]
        self._draw(shaders.spread, self._spread, {"cells": cells})
        spread, sums = _texture(self._spread), _texture(self._sums)
        self._draw(shaders.tiles, self._sums, {"spread": spread})
        means = {"sums": sums, "means": _texture(self._means[1])}
        self._draw(shaders.means, self._means[0], means, steps=steps)
        found = {"spread": spread, "sums": sums, "means": _texture(self._means[0])}
        self._draw(shaders.corners, self._corners, found, prod(self._tiles))
        self._tally.take(self._means[0], _PLACES - 2)

    def alter(
        self,
        target: moderngl.Framebuffer,
        shown: moderngl.Texture,
        sources: dict[str, moderngl.Texture],
        uniforms: dict[str, UniformValue],
        *,
        plain: bool,
    ) -> None:
        """Draw over `target`, where it must not be shown, what may be.

        `sources`, `uniforms`: what the picture was composed of; `plain`: by no switch.
        """
        textures = {
            **sources,
            "shown": shown,
            "corners": _texture(self._corners),
            "sums": _texture(self._sums),
            "means": _texture(self._means[0]),
        }
        for red in (False, True):
            program = self._shaders.alter[plain, red]
            self._draw(program, target, textures, prod(self._tiles), **uniforms)

    def _draw(
        self,
        program: Program,
        target: moderngl.Framebuffer,
        textures: dict[str, moderngl.Texture],
        instances: int = 1,
        **uniforms: UniformValue,
    ) -> None:
        unit = len(program.reads)
        for name, texture in textures.items():
            if name in program.reads:
                texture.use(program.reads[name])
            elif program.uses(name):  # a sampler of integers
                texture.use(unit)
                program.set(name, unit)
                unit += 1
        for name, value in {**self._fixed[program], **uniforms}.items():
            program.set(name, value)
        target.use()
        program.draw(instances)

    def _probes(self, size: Size) -> moderngl.Texture:
        places = numbers.probes(size, self._cells)
        packed = (places[..., 0] | places[..., 1] << 16).astype(np.uint32)
        texture = self._texture((2 * self._cells[0], self._cells[1]), "u4")
        texture.write(packed.tobytes())
        return texture

    def _cuts(self) -> tuple[int, ...]:
        """Return the cells where the second window begins, then the third one, (x, y) of each."""
        starts = []
        for windows, tiles, cells in zip(self._windows, self._tiles, self._cells, strict=True):
            cuts = numbers.starts(tiles, cells)[numbers.starts(windows, tiles)]
            starts.append([*cuts[1:-1].tolist(), cells, cells][:2])
        (x, next_x), (y, next_y) = starts
        return x, y, next_x, next_y

    def _textures(self, size: Size, count: int) -> list[moderngl.Texture]:
        return [self._texture(size, "u4") for _ in range(count)]

    def _texture(self, size: Size, dtype: str) -> moderngl.Texture:
        zeroes = bytes(prod(size) * 4 * (4 if dtype == "u4" else 2))
        texture = self._ctx.texture(size, 4, zeroes, dtype=dtype)
        self._owner.callback(texture.release)
        texture.filter = moderngl.NEAREST, moderngl.NEAREST
        return texture

    def _target(self, *textures: moderngl.Texture) -> moderngl.Framebuffer:
        framebuffer = self._ctx.framebuffer(list(textures))
        self._owner.callback(framebuffer.release)
        return framebuffer


def _texture(framebuffer: moderngl.Framebuffer) -> moderngl.Texture:
    texture = framebuffer.color_attachments[0]
    assert isinstance(texture, moderngl.Texture)
    return texture
