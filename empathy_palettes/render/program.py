"""Compiles a shader's passes and turns what a driver says into faults of the artist's own files.

Knows the logs of Mesa, NVIDIA, and those that write `ERROR: 0:12:` (AMD, Intel, Apple, ANGLE).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import moderngl

from ..core.errors import Fault, ShaderError
from .glsl import Glsl
from .source import ShaderFiles

UniformValue = int | float | tuple[float, ...]

MOST_FAULTS = 12
_MOST_QUOTED = 80  # characters of a source line: one may hold a whole table of numbers
_SAMPLER_2D, _SAMPLER_CUBE = 0x8B5E, 0x8B60
_LOG_LINES = (
    re.compile(r"^\d+:(?P<line>\d+)\(\d+\): (?:preprocessor )?error: (?P<says>.+)"),  # Mesa
    re.compile(r"^\d+\((?P<line>\d+)\) : (?:fatal )?error \w+: (?P<says>.+)"),  # NVIDIA
    re.compile(r"^ERROR: \d+:(?P<line>\d+): (?P<says>.+)"),
)
_LINK_LINE = re.compile(r"^(?:error|ERROR)\b[: ]*(?P<says>.*\S)")


class Program:
    """One pass of one shader, compiled; `reads` names the images that it samples.

    A value is written to the driver only when it differs from the one that is there.
    """

    def __init__(self, ctx: moderngl.Context, vertex: str, fragment: str, owner: ExitStack) -> None:
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

    def draw(self) -> None:
        """Cover the framebuffer in use with one quad."""
        self._array.render(moderngl.TRIANGLE_STRIP, vertices=4)


def compile_passes(ctx: moderngl.Context, glsl: Glsl, owner: ExitStack) -> tuple[Program, ...]:
    """Compile every pass of a shader; ShaderError says what the driver refuses, and where.

    What is made is released with `owner`.
    """
    return tuple(_compile(ctx, glsl, number, owner) for number in range(len(glsl.header.passes)))


def _compile(ctx: moderngl.Context, glsl: Glsl, number: int, owner: ExitStack) -> Program:
    try:
        return Program(ctx, glsl.vertex(number), glsl.fragment(number), owner)
    except moderngl.Error as error:
        first = str(error)
    try:
        vertex, fragment = (stage(number, extended=True) for stage in (glsl.vertex, glsl.fragment))
        return Program(ctx, vertex, fragment, owner)
    except moderngl.Error:
        raise ShaderError(read_log(first, glsl.files)) from None


def read_log(log: str, files: ShaderFiles) -> list[Fault]:
    """Return a driver's complaints as faults, each with its own file, line and source text."""
    # One mistake makes a driver complain on several times: the first complaint of a line is the one
    # that names it.
    faults = list(
        {(fault.file, fault.where): fault for fault in reversed([*_faults(log, files)])}.values()
    )
    faults.reverse()
    if not faults:
        said = next(
            (line for line in reversed(log.splitlines()) if line.strip()), "no reason given"
        )
        faults = [Fault(str(files.paths[0]), "", f"the driver refuses it: {said.strip()}")]
    return faults[:MOST_FAULTS]


def _faults(log: str, files: ShaderFiles) -> Iterator[Fault]:
    main = str(files.paths[0])
    for line in map(str.strip, log.splitlines()):
        found = next((match for form in _LOG_LINES if (match := form.match(line))), None)
        if found:
            file, number, text = files.place(int(found["line"]))
            where = f"line {number}" if number else ""
            says, quoted = _shortened(found["says"].strip()), _shortened(text)
            yield Fault(file or main, where, says, quoted and f"in: {quoted}")
        elif link := _LINK_LINE.match(line):
            yield Fault(main, "", _shortened(link["says"]))


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 1].rstrip()}…"
