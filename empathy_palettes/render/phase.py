"""Some passes of a shader, drawn in order on targets that suit one picture size.

Does not decide which passes, nor when: `plan` and `graph` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import moderngl

from .glsl import PREVIOUS, Glsl, input_name
from .plan import Size, Sizes, reference_size
from .program import Program, UniformValue
from .targets import Copier, Target

Images = Mapping[str, moderngl.Texture]


@dataclass(frozen=True, slots=True)
class Gpu:
    """What every shader of a chain draws with.

    `empty`, `empty_cube`: what is read of an image that nobody supplied, transparent black.
    `link`: the dtype of the pictures that shaders hand on. `owner` releases all of it.
    """

    ctx: moderngl.Context
    copier: Copier
    empty: moderngl.Texture
    empty_cube: moderngl.TextureCube
    link: str
    owner: ExitStack

    def target(self, file: str, name: str, size: Size, dtype: str, states: int) -> Target:
        """Make a target of a shader file that lives as long as the chain."""
        return Target(self.ctx, size, dtype, states, self.copier, self.owner, file=file, name=name)


@dataclass(frozen=True, slots=True)
class Shader:
    """A compiled ISF file: `programs` are its passes, in order."""

    glsl: Glsl
    programs: tuple[Program, ...]
    sizes: Sizes

    @property
    def file(self) -> str:
        """The file's path, as faults name it."""
        return str(self.glsl.path)

    def dtype(self, target: str, link: str) -> str:
        """Return the texture type of a target; "" is the shader's output."""
        float32 = any(item.float32 for item in self.glsl.header.passes if item.target == target)
        return link if not target else "f4" if float32 else "f1"


class Phase:
    """The passes `numbers` of a shader for a picture of size `base`.

    `kept`: the persistent targets by name, shared by all phases of the shader; a persistent pass
    reads their last state while it draws the next. A plain target is transparent black until it
    is drawn in this run.
    """

    def __init__(
        self,
        gpu: Gpu,
        shader: Shader,
        numbers: Sequence[int],
        base: Size,
        kept: Mapping[str, Target],
    ) -> None:
        passes = shader.glsl.header.passes
        self._gpu = gpu
        self._sizes = shader.sizes
        self._base = base
        self._kept = kept
        self._passes = [(passes[number].target, shader.programs[number]) for number in numbers]
        self._clears = shader.glsl.own_vertex or shader.glsl.mentions_discard
        self._plain: dict[str, Target] = {}
        names = [name for name, _ in self._passes]
        for name in names:
            if name not in kept and name not in self._plain:
                size, dtype = self._sizes.of(name, base), shader.dtype(name, gpu.link)
                states = min(names.count(name), 2)
                self._plain[name] = gpu.target(shader.file, name, size, dtype, states)

    def run(
        self, values: Mapping[str, UniformValue], points: frozenset[str], images: Images
    ) -> None:
        """Draw; `points`: the uniforms whose unit is the whole picture, not the pixel."""
        drawn: set[str] = set()
        for name, program in self._passes:
            target = self._kept.get(name) or self._plain[name]
            if self._sizes.vary:
                base = reference_size(self._base) if name in self._kept else self._base
                target.resize(self._sizes.of(name, base, values))
            width, height = map(float, target.size)
            program.set("RENDERSIZE", (width, height))
            for uniform, value in values.items():
                if uniform in points and isinstance(value, tuple):
                    value = value[0] * width, value[1] * height
                program.set(uniform, value)
            for sampler, unit in program.reads.items():
                self._bind(sampler, unit, program, drawn, images)
            framebuffer = target.next()
            framebuffer.use()
            if self._clears:
                framebuffer.clear()
            program.draw()
            target.accept(framebuffer)
            drawn.add(name)

    def drawn(self, name: str) -> moderngl.Texture:
        """Return what the last run drew into a plain target; "" is the shader's output."""
        return self._plain[name].newest

    def _bind(
        self, sampler: str, unit: int, program: Program, drawn: set[str], images: Images
    ) -> None:
        if sampler in program.cubes:
            self._gpu.empty_cube.use(unit)
            return
        name = input_name(sampler)
        texture = self._texture(name, drawn, images)
        texture.use(unit)
        if program.uses(f"_{name}_imgRect"):
            program.set(f"_{name}_imgRect", (0.0, 0.0, 1.0, 1.0))
        if program.uses(f"_{name}_imgSize"):
            program.set(f"_{name}_imgSize", (float(texture.width), float(texture.height)))

    def _texture(self, name: str, drawn: set[str], images: Images) -> moderngl.Texture:
        if name in self._kept:
            return self._kept[name].newest
        if name in self._plain:
            return self._plain[name].newest if name in drawn else self._gpu.empty
        before = self._kept.get(name.removesuffix(PREVIOUS))
        if before and name.endswith(PREVIOUS):
            return before.previous
        return images.get(name, self._gpu.empty)
