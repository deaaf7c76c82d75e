"""The pictures that a shader's header imports, as textures.

Does not decode them: `inlet.media` does. A picture that is missing is a warning and stays empty, as
in other hosts: community files often come without theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import moderngl
import numpy as np

from ..core.assets import Assets
from ..core.errors import EmpathyError, Fault
from ..core.isf import IsfImport
from ..inlet.media import Pixels, open_media
from .glsl import Glsl
from .phase import Images
from .upload import picture_texture


class Imported:
    """The imports of a chain's shaders.

    `textures`: for each shader, by name; what could not be read has none. `warnings`: why.
    """

    def __init__(
        self, ctx: moderngl.Context, sources: Sequence[Glsl], assets: Assets, owner: ExitStack
    ) -> None:
        self._ctx = ctx
        self._assets = assets
        self._most = int(ctx.info["GL_MAX_TEXTURE_SIZE"])
        self._warnings: list[Fault] = []
        self.textures = [self._of(source, owner) for source in sources]
        self.warnings = tuple(self._warnings)

    def _of(self, source: Glsl, owner: ExitStack) -> Images:
        found: dict[str, moderngl.Texture | moderngl.TextureCube] = {}
        for item in source.header.imports:
            try:
                sides = self._read(source.path, item)
            except EmpathyError as error:
                fault = error.faults[0]
                problem = f"import {item.name!r}: {fault.problem}: left empty"
                self._warnings.append(Fault(str(source.path), "", problem, fault.fix))
                continue
            if sides:
                texture = self._texture(sides, item.cube)
                owner.callback(texture.release)
                found[item.name] = texture
        return found

    def _texture(
        self, sides: Sequence[Pixels], cube: bool
    ) -> moderngl.Texture | moderngl.TextureCube:
        return _cube(self._ctx, sides) if cube else picture_texture(self._ctx, sides[0])

    def _read(self, shader: Path, item: IsfImport) -> list[Pixels]:
        sides = []
        for written in item.paths:
            path = self._assets.locate(written.replace("\\", "/"), shader)
            media = open_media(path)
            sides.append(media.at(0))
            media.close()
            if max(media.size) > self._most:
                raise _refused(written, f"larger than this GPU's {self._most} pixels", "")
        shapes = {side.shape for side in sides}
        if item.cube and any(side.shape[0] != side.shape[1] or len(shapes) > 1 for side in sides):
            fix = "give it six square pictures of one size"
            raise _refused(item.paths[0], "the sides of a cube are not alike", fix)
        return sides


def _cube(ctx: moderngl.Context, sides: Sequence[Pixels]) -> moderngl.TextureCube:
    """Return six pictures (+x −x +y −y +z −z) as a cube; GL has the top row of a side first."""
    size = sides[0].shape[0]
    cube = ctx.texture_cube((size, size), 4, np.stack([side[::-1] for side in sides]))
    cube.filter = moderngl.LINEAR, moderngl.LINEAR
    return cube


def _refused(file: str, problem: str, fix: str) -> EmpathyError:
    return EmpathyError(Fault(file, "", problem, fix))
