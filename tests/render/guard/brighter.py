"""The count of every pixel, for walls brighter than 200 cd/m²."""

from __future__ import annotations

from empathy_palettes.core.flash import threshold

from ..flashes.per_pixel import Legs, PerPixel


class Brighter(PerPixel):
    """Counts as for a wall of `nits` cd/m²."""

    def __init__(self, shape: tuple[int, int, int], nits: float) -> None:
        super().__init__(shape)
        self._bright = Legs(shape, threshold(nits) - 1e-6)
