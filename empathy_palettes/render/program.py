"""Compiles a shader's passes, and holds one pass with its uniforms.

Does not understand what a driver complains of: `driver_log` does.
"""

from __future__ import annotations

from contextlib import ExitStack

import moderngl

from ..core.errors import ShaderError
from .driver_log import read_log
from .glsl import HEADS, Glsl

UniformValue = int | float | tuple[float, ...]

_SAMPLER_2D, _SAMPLER_CUBE = 0x8B5E, 0x8B60


class Program:
    """One pass of one shader, compiled; `reads` names the images that it samples.

    `head`: the one of `HEADS` that it is compiled with.

    A value is written to the driver only when it differs from the one that is there.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        vertex: str,
        fragment: str,
        owner: ExitStack,
        head: str = HEADS[0],
    ) -> None:
        self.head = head
        program = ctx.program(vertex_shader=vertex, fragment_shader=fragment)
        owner.callback(program.release)
        self._array = ctx.vertex_array(program, [])
        owner.callback(self._array.release)
        self._uniforms: dict[str, moderngl.Uniform] = {}
        self._values: dict[str, UniformValue] = {}
        self.reads: dict[str, int] = {}  # sampler → texture unit
        self.cubes: set[str] = set()
        for name in program:
            member = program[name]
            if not isinstance(member, moderngl.Uniform):
                continue
            kind: int = member.gl_type  # type: ignore[attr-defined]  # missing in moderngl's stubs
            if kind in (_SAMPLER_2D, _SAMPLER_CUBE):
                self.reads[name] = member.value = len(self.reads)
                if kind == _SAMPLER_CUBE:
                    self.cubes.add(name)
            else:
                self._uniforms[name] = member

    def uses(self, name: str) -> bool:
        """Whether the program has this uniform: a driver drops those that change nothing."""
        return name in self._uniforms

    def set(self, name: str, value: UniformValue) -> None:
        """Give a uniform its value; nothing happens where the program does not use it."""
        uniform = self._uniforms.get(name)
        if uniform is not None and self._values.get(name) != value:
            uniform.value = value
            self._values[name] = value

    def draw(self, instances: int = 1) -> None:
        """Cover the framebuffer in use with one quad, or draw several."""
        self._array.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=instances)


def compile_passes(ctx: moderngl.Context, glsl: Glsl, owner: ExitStack) -> tuple[Program, ...]:
    """Compile every pass of a shader; ShaderError says what the driver refuses, and where.

    What is made is released with `owner`.
    """
    return tuple(_compile(ctx, glsl, number, owner) for number in range(len(glsl.header.passes)))


def _compile(ctx: moderngl.Context, glsl: Glsl, number: int, owner: ExitStack) -> Program:
    """Try one head after another; what the first has to say is what the author hears."""
    first = ""
    for head in HEADS:
        try:
            vertex, fragment = glsl.vertex(number, head), glsl.fragment(number, head)
            return Program(ctx, vertex, fragment, owner, head)
        except moderngl.Error as error:
            first = first or str(error)
    raise ShaderError(read_log(first, glsl.files, glsl.defined))
