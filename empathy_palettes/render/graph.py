"""One shader of a chain at work: it simulates, and it shows what the simulation has become.

Knows nothing of the other shaders: its input image is handed to it.
"""

from __future__ import annotations

from collections.abc import Mapping

import moderngl

from .glsl import input_name
from .phase import Gpu, Images, Phase, Shader
from .plan import Plan, Size, reference_size
from .program import UniformValue
from .targets import Target
from .values import Values

INPUT_IMAGE = "inputImage"


class Graph:
    """The targets of one shader, and its passes in two phases: the simulation and the picture.

    `previewed`: a later shader's simulation looks at this one's picture, so that it is also drawn
    at simulation steps, at the reference size. Nothing here looks into a state: a NaN that a shader
    lets into its own stays until the shader writes something else (the compositor shows it black).
    """

    def __init__(self, gpu: Gpu, shader: Shader, size: Size, *, previewed: bool) -> None:
        passes = shader.glsl.header.passes
        plan = plan_of(shader)
        reference = reference_size(size)
        names = [item.target for item in passes]
        self.values = Values(shader.glsl)
        self._gpu = gpu
        self._kept = {
            name: gpu.target(
                shader.file,
                name,
                shader.sizes.of(name, reference),
                shader.dtype(name, gpu.link),
                3 if names.count(name) > 1 else 2,
            )
            for name in sorted(plan.kept)
        }
        self._simulation = Phase(gpu, shader, plan.simulation, reference, self._kept)
        self._picture = _View(gpu, shader, plan, size, self._kept)
        self._preview = self._picture
        if previewed and size != reference:
            self._preview = _View(gpu, shader, plan, reference, self._kept)

    def forget(self) -> None:
        """Empty the persistent targets."""
        for target in self._kept.values():
            target.clear()

    def nans(self) -> tuple[str, ...]:
        """Return the persistent targets whose newest state holds a NaN or an infinity."""
        return tuple(name for name, target in self._kept.items() if not target.finite())

    def simulate(self, values: Mapping[str, UniformValue], images: Images) -> None:
        """Take every persistent target one state on."""
        for target in self._kept.values():
            target.mark()
        self._simulation.run(values, self.values.points, images)

    def picture(self, values: Mapping[str, UniformValue], images: Images) -> moderngl.Texture:
        """Draw the shader's output and return it; it stays until the next one is drawn."""
        return self._picture.draw(values, self.values.points, images)

    def preview(self, values: Mapping[str, UniformValue], images: Images) -> moderngl.Texture:
        """Draw the output for a later shader's simulation: the same at any picture size."""
        return self._preview.draw(values, self.values.points, images)


class _View:
    """The picture phase at one size, and the copy that a last pass with a TARGET needs."""

    def __init__(
        self, gpu: Gpu, shader: Shader, plan: Plan, size: Size, kept: Mapping[str, Target]
    ) -> None:
        self._copier = gpu.copier
        self._phase = Phase(gpu, shader, plan.picture, size, kept)
        self._result = plan.result
        self._kept = kept.get(plan.result)
        fits = shader.sizes.of(plan.result, size) == size and not shader.sizes.vary
        if self._kept:
            fits = self._kept.size == size
        same = shader.dtype(plan.result, gpu.link) == gpu.link
        self._copy: Target | None = None
        if not (fits and same):
            self._copy = gpu.target(shader.file, plan.result, size, gpu.link, 1)

    def draw(
        self, values: Mapping[str, UniformValue], points: frozenset[str], images: Images
    ) -> moderngl.Texture:
        self._phase.run(values, points, images)
        found = self._kept.newest if self._kept else self._phase.drawn(self._result)
        if self._copy is None:
            return found
        self._copier.copy(found, self._copy.next())
        return self._copy.newest


def plan_of(shader: Shader) -> Plan:
    """Return which passes of a shader run when, by what its programs really read."""
    reads = [{input_name(name) for name in program.reads} for program in shader.programs]
    return Plan(shader.glsl.header.passes, reads)
