"""Some passes of a shader, drawn in order on targets that suit one picture size.

Does not decide which passes, nor when: `plan` and `graph` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import moderngl

from ..core.errors import Fault
from .dialects.pictures import Around, repeats
from .glsl import HEADS, PREVIOUS, Glsl, input_name
from .plan import Size, Sizes, reference_size
from .program import Program, UniformValue
from .targets import Budget, Copier, Target

#: What images are, by name; a cube stands only where the shader asks for one, and so does the rest.
Images = Mapping[str, moderngl.Texture | moderngl.TextureCube]


@dataclass(frozen=True, slots=True)
class Gpu:
    """What every shader of a chain draws with.

    `empty`, `empty_cube`: what is read of an image that nobody supplied, transparent black.
    `link`: the dtype of the pictures that shaders hand on. `owner` releases all of it. `budget`:
    the memory of all targets.
    """

    ctx: moderngl.Context
    copier: Copier
    empty: moderngl.Texture
    empty_cube: moderngl.TextureCube
    link: str
    owner: ExitStack
    budget: Budget = field(default_factory=Budget)

    def target(self, file: str, name: str, size: Size, dtype: str, states: int) -> Target:
        """Make a target of a shader file that lives as long as the chain."""
        return Target(
            self.ctx,
            size,
            dtype,
            states,
            self.copier,
            self.owner,
            file=file,
            name=name,
            budget=self.budget,
        )


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

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What was forgiven, or asked of the driver, and other hosts may not have."""
        latest = max(HEADS.index(program.head) for program in self.programs)
        if not latest:
            return self.glsl.warnings
        what = "two extensions" if latest == 1 else "OpenGL 4.2"
        problem = f"it needs more than GLSL 3.30: {what}, which some machines lack"
        return (*self.glsl.warnings, Fault(self.file, "", problem))

    def dtype(self, target: str, link: str) -> str:
        """Return the texture type of a target; "" is the shader's output."""
        float32 = any(item.float32 for item in self.glsl.header.passes if item.target == target)
        return link if not target else "f4" if float32 else "f1"


class Phase:
    """The passes `numbers` of a shader for a picture of size `base`.

    `kept`: the persistent targets by name, shared by all phases of the shader; a persistent pass
    reads their last state while it draws the next. A plain target is transparent black, and of its
    own size, until it is drawn in this run.
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
        self._around = Around(gpu.ctx, gpu.owner)
        self._plain: dict[str, Target] = {}
        names = [name for name, _ in self._passes]
        for name, program in self._passes:
            if name not in kept and name not in self._plain:
                size, dtype = self._sizes.of(name, base), shader.dtype(name, gpu.link)
                reads_itself = name in map(input_name, program.reads)
                states = 2 if reads_itself or names.count(name) > 1 else 1
                self._plain[name] = gpu.target(shader.file, name, size, dtype, states)

    def run(
        self, values: Mapping[str, UniformValue], points: frozenset[str], images: Images
    ) -> None:
        """Draw; `points`: the uniforms whose unit is the whole picture, not the pixel."""
        drawn: set[str] = set()
        if self._sizes.vary:
            self._resize(values)
        for name, program in self._passes:
            target = self._kept.get(name) or self._plain[name]
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
            self._around.clear()
            target.accept(framebuffer)
            drawn.add(name)

    def drawn(self, name: str) -> moderngl.Texture:
        """Return what the last run drew into a plain target; "" is the shader's output."""
        return self._plain[name].newest

    def _resize(self, values: Mapping[str, UniformValue]) -> None:
        for name in dict.fromkeys(name for name, _ in self._passes):
            target = self._kept.get(name)
            base = reference_size(self._base) if target else self._base
            (target or self._plain[name]).resize(self._sizes.of(name, base, values))

    def _bind(
        self, sampler: str, unit: int, program: Program, drawn: set[str], images: Images
    ) -> None:
        name = input_name(sampler)
        if sampler in program.cubes:
            cube = images.get(name)
            (cube if isinstance(cube, moderngl.TextureCube) else self._gpu.empty_cube).use(unit)
            return
        texture = self._texture(name, drawn, images)
        texture.use(unit)
        if repeats(name) and texture is images.get(name):
            self._around.use(texture, unit)
        if program.uses(f"_{name}_imgRect"):
            program.set(f"_{name}_imgRect", (0.0, 0.0, 1.0, 1.0))
        if program.uses(f"_{name}_imgSize"):
            program.set(f"_{name}_imgSize", (float(texture.width), float(texture.height)))

    def _texture(self, name: str, drawn: set[str], images: Images) -> moderngl.Texture:
        if name in self._kept:
            return self._kept[name].newest
        if name in self._plain:
            target = self._plain[name]
            return target.newest if name in drawn else target.blank()
        before = self._kept.get(name.removesuffix(PREVIOUS))
        if before and name.endswith(PREVIOUS):
            return before.previous
        image = images.get(name)
        return image if isinstance(image, moderngl.Texture) else self._gpu.empty
