"""Palettes from files in `presets/palettes/`: fixed colours, or the crowd's with other hues.

Does not find the files (`core.assets` does) and does not change their colours: one that is too red
for a wall (`red`), or that no screen has, is a fault, and the fault names the nearest that will do.
Whether they can be told apart is another question, which `palette_check` asks.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from ..core.color import (
    Array,
    fit_oklch,
    hex_to_srgb,
    max_chroma,
    oklab_to_linear,
    oklch_to_oklab,
    srgb_to_linear,
)
from ..core.config import Record, parse, read_toml
from .hues import AFFECT, Hues
from .red import checked_hex

_OKLCH = re.compile(r"oklch\(\s*(\d*\.?\d+)(%?)\s+(\d*\.?\d+)\s+(\d*\.?\d+)\s*\)")
_WRITTEN = "write it as #ffb35c or as oklch(0.81 0.13 70)"
_ROUNDING = 0.0005  # of chroma: what three decimals cannot say


def linear_of(text: str) -> Array:
    """Return the linear RGB (3,) of `#rrggbb` or `oklch(L C h)`; ValueError for any other text."""
    lch = _oklch_of(text)
    if lch is None:
        return srgb_to_linear(hex_to_srgb(text))
    return np.clip(oklab_to_linear(oklch_to_oklab(fit_oklch(lch))), 0, 1)


def _oklch_of(text: str) -> tuple[float, float, float] | None:
    """Return what `oklch(L C h)` says, as CSS has it: L from 0 to 1 or from 0 % to 100 %."""
    if not (found := _OKLCH.fullmatch(text)):
        return None
    light, percent, chroma, hue = found.groups()
    return float(light) / (100 if percent else 1), float(chroma), float(hue)


def _checked(text: str) -> str:
    """Return a colour as it was written; ValueError for what is none, or cannot be shown."""
    if text.startswith("#"):
        return checked_hex(text)
    if not (lch := _oklch_of(text)):
        raise ValueError(_WRITTEN)
    light, chroma, hue = lch
    if light > 1 or hue > 360:
        raise ValueError("lightness goes from 0 to 1, hue from 0 to 360")
    most = float(max_chroma(light, hue))
    if chroma > most + _ROUNDING:
        near = f"'oklch({light:g} {int(most * 1000) / 1000:g} {hue:g})'"
        raise ValueError(f"no screen has so much chroma there, or it is too red: {near} has most")
    return text


Written = Annotated[str, AfterValidator(_checked)]


class PaletteFile(Record):
    """Colours that stay what they are, or hues for those of the crowd: one of the two.

    `colors`: 2 to 64 of `#rrggbb` or `oklch(L C h)`, in the order of the ramp; none has more than
    `core.color.RED_SHARE` of its linear light in red. `hues`: degrees by anchor; what is not named
    keeps the hue that it has by itself.
    """

    title: str
    about: str = ""
    colors: Annotated[tuple[Written, ...], Field(min_length=2, max_length=64)] | None = None
    hues: Hues | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.colors is None) == (self.hues is None):
            raise ValueError("write either colors = [ … ] or hues = { … }")
        return self

    def linear(self) -> Array | None:
        """Return the colours as linear RGB (n, 3), where there are any."""
        return None if self.colors is None else np.stack([linear_of(each) for each in self.colors])


#: The source that is no file.
BUILT_IN = PaletteFile(
    title="Affect", about="The crowd's own colours, from what it feels: built in.", hues=AFFECT
)


def load_palette(path: Path) -> PaletteFile:
    """Return the palette in a file; ConfigError with every fault of the file."""
    return parse(read_toml(path), PaletteFile, str(path))
