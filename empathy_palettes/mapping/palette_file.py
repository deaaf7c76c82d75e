"""Palettes of fixed colours, from files in `presets/palettes/`.

Does not find the files (`core.assets` does) and does not change their colours: one that is too red
for a wall (`red`) is a fault, and the fault names the nearest that is not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field

from ..core.color import Array, hex_to_srgb, srgb_to_linear
from ..core.config import Record, parse, read_toml
from .red import checked_hex

Hex = Annotated[str, AfterValidator(checked_hex)]


class FixedPalette(Record):
    """Colours that stay what they are: `#rrggbb`, 2 to 64 of them, in the order of the ramp.

    None has more than `core.color.RED_SHARE` of its linear light in red.
    """

    title: str
    about: str = ""
    colors: Annotated[tuple[Hex, ...], Field(min_length=2, max_length=64)]

    def linear(self) -> Array:
        """Return the colours as linear RGB (n, 3)."""
        return srgb_to_linear(np.array([hex_to_srgb(color) for color in self.colors]))


def load_palette(path: Path) -> FixedPalette:
    """Return the palette in a file; ConfigError with every fault of the file."""
    return parse(read_toml(path), FixedPalette, str(path))
