"""The sound as shaders see it: the inputs of TYPE audio and audioFFT as textures.

Hears nothing itself: `inlet.hearing` does.
"""

from __future__ import annotations

import numpy as np

from ..core.isf import IsfInput
from ..inlet.hearing import MOST_COLUMNS, Hearing
from .fitting import Declared
from .params import Floats

COLUMNS = 256  # where the shader does not say


class Sounding:
    """Makes the textures that a preset's shaders declare.

    Each is (channels, columns, 4): row 0 is the first channel, a column is a sample or a bin, and
    the input's MAX says how many there are. Red, green and blue are the value, alpha is 1. Two
    shaders that give one name different sizes share the larger.
    """

    def __init__(self, declared: Declared) -> None:
        self._wanted: dict[str, tuple[bool, int]] = {}  # name → whether a spectrum, columns
        for table in declared.values():
            for name, item in table.items():
                if item.type in ("audio", "audioFFT"):
                    _, before = self._wanted.get(name, (False, 0))
                    columns = max(_columns(item), before)
                    self._wanted[name] = item.type == "audioFFT", columns

    def textures(self, sound: Hearing) -> dict[str, Floats]:
        """Return the texture of every audio input by name."""
        return {
            name: _texture(sound.spectrum(columns) if spectral else sound.waveform(columns))
            for name, (spectral, columns) in self._wanted.items()
        }


def _columns(item: IsfInput) -> int:
    most = item.max if isinstance(item.max, int | float) and item.max >= 1 else COLUMNS
    return min(int(most), MOST_COLUMNS)


def _texture(values: Floats) -> Floats:
    texture = np.ones((*values.shape, 4), np.float32)
    texture[:, :, :3] = values[:, :, np.newaxis]
    return texture
