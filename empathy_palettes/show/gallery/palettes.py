"""The palettes of a gallery: a sheet of swatches for each, and what is said of it.

Works no palette out (`mapping` does), and draws no sheet itself: `outlet.swatches` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...core.assets import Assets
from ...core.errors import EmpathyError, Fault
from ...mapping.palette_file import BUILT_IN, PaletteFile, load_palette
from ...outlet.film.webp import encode_webp
from ...outlet.swatches import WIDTH, rows_of, sheet
from .index import write_bytes

QUALITY = 90
_BUILT_IN = "affect"


@dataclass(frozen=True, slots=True)
class Swatches:
    """A palette's sheet: its file, how high it is in pixels, and what is said of it."""

    name: str
    title: str
    about: str
    height: int

    @property
    def file(self) -> str:
        """The name of the picture."""
        return f"swatches-{self.name}.webp"

    @property
    def alt(self) -> str:
        """What is said to who does not see it."""
        return f"Swatches of the palette {self.title}, and how eyes of four kinds see them"


def draw_swatches(folder: Path, assets: Assets, faults: list[Fault]) -> list[Swatches]:
    """Write a sheet for each palette that there is; what is wrong with one goes to `faults`.

    MachineError where a file cannot be written.
    """
    found = {_BUILT_IN: BUILT_IN}
    for path in assets.listing("palettes"):
        try:
            found.setdefault(path.stem, load_palette(path))
        except EmpathyError as error:
            faults += error.faults
    return [_draw(folder, name, palette) for name, palette in found.items()]


def _draw(folder: Path, name: str, palette: PaletteFile) -> Swatches:
    picture = sheet(palette.title, palette.about, rows_of(palette))
    drawn = Swatches(name, palette.title, palette.about, picture.shape[0])
    assert picture.shape[1] == WIDTH
    write_bytes(folder / drawn.file, encode_webp(picture, QUALITY))
    return drawn
