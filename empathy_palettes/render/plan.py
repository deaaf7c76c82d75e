"""Which passes of a shader run when, and how large their targets are; draws nothing.

PERSISTENT passes run at simulation steps only, on targets that do not grow with the picture: so
the motion is the same at any frame rate and any size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from ..core.isf import IsfHeader, IsfPass
from ..core.isf_size import MOST_PIXELS, SizeExpression
from .glsl import input_name
from .program import UniformValue

Size = tuple[int, int]

REFERENCE_SHORT_SIDE = 720


def reference_size(size: Size) -> Size:
    """Return the size of the same shape whose short side is `REFERENCE_SHORT_SIDE`."""
    scale = REFERENCE_SHORT_SIDE / min(size)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


class Plan:
    """The numbers of the passes to run at a simulation step, and for a picture.

    `reads`: the names that each pass samples. A pass runs where its target is wanted: a plain one
    that a persistent one reads runs at the simulation step too; one that nobody reads never runs.
    """

    def __init__(self, passes: Sequence[IsfPass], reads: Sequence[Set[str]]) -> None:
        self.kept = frozenset(item.target for item in passes if item.persistent)
        self.result = passes[-1].target
        self.simulation, self.simulation_reads = self._wanted(passes, reads, self.kept)
        self.picture, _ = self._wanted(passes, reads, {self.result} - self.kept)

    def _wanted(
        self, passes: Sequence[IsfPass], reads: Sequence[Set[str]], results: Set[str]
    ) -> tuple[list[int], set[str]]:
        numbers: list[int] = []
        read: set[str] = set()
        for number in range(len(passes) - 1, -1, -1):
            target = passes[number].target
            helps = target in read and target not in self.kept
            if target in results or helps:
                numbers.insert(0, number)
                read |= reads[number]
        return numbers, read


class Sizes:
    """The size of each target of a shader, at most `most` to a side.

    `vary`: whether any follows an input.
    """

    def __init__(self, header: IsfHeader, most: int = MOST_PIXELS) -> None:
        self._most = most
        numbers = {
            item.name: float(item.default)
            for item in header.inputs
            if item.type in ("float", "long", "bool") and isinstance(item.default, int | float)
        }
        self._defaults = numbers
        self._sides: dict[str, tuple[SizeExpression, SizeExpression]] = {}
        for item in header.passes:
            sides = SizeExpression(item.width, numbers), SizeExpression(item.height, numbers)
            self._sides.setdefault(item.target, sides)
        self.vary = any(side.inputs for sides in self._sides.values() for side in sides)

    def of(self, target: str, base: Size, values: Mapping[str, UniformValue] | None = None) -> Size:
        """Return a target's size for a picture of size `base`; `values`: by uniform."""
        inputs = dict(self._defaults)
        for uniform, value in (values or {}).items():
            if not isinstance(value, tuple):
                inputs[input_name(uniform)] = float(value)
        width, height = (side.evaluate(*base, inputs, self._most) for side in self._sides[target])
        return width, height
