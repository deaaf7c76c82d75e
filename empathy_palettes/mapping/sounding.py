"""The sound as shaders see it: audio and audioFFT inputs, and images that hear, as textures.

Hears nothing itself: `inlet.hearing` does.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..core.isf import IsfInput
from ..inlet.hearing import MOST_COLUMNS, Hearing
from .fitting import Declared
from .params import Floats

COLUMNS = 256  # where the shader does not say
CHANNEL = 512  # columns of a Shadertoy's sound
#: What makes an image input hear: the word in `[images]`, or its LABEL where nothing is given.
SOUND = "sound"


class Sounding:
    """Makes the textures that a preset's shaders declare.

    Each is (channels, columns, 4): row 0 is the first channel, a column is a sample or a bin, and
    the input's MAX says how many there are. Red, green and blue are the value, alpha is 1. Two
    shaders that give one name different sizes share the larger. `hearing`: image inputs that hear
    as a Shadertoy's channel does: (2, `CHANNEL`, 4), row 0 the spectrum from 0 Hz to a quarter of
    the rate, row 1 the wave; they have no texture while no sound is set.
    """

    def __init__(self, declared: Declared, hearing: Collection[str] = ()) -> None:
        self._hearing = tuple(hearing)
        self._wanted: dict[str, tuple[bool, int]] = {}  # name → whether a spectrum, columns
        for table in declared.values():
            for name, item in table.items():
                if item.type in ("audio", "audioFFT"):
                    _, before = self._wanted.get(name, (False, 0))
                    columns = max(_columns(item), before)
                    self._wanted[name] = item.type == "audioFFT", columns

    def __bool__(self) -> bool:
        """Whether any shader hears."""
        return bool(self._wanted or self._hearing)

    def textures(self, sound: Hearing) -> dict[str, Floats]:
        """Return the texture of every input that hears, by name."""
        found = {
            name: _texture(sound.spectrum(columns) if spectral else sound.waveform(columns))
            for name, (spectral, columns) in self._wanted.items()
        }
        if self._hearing and sound.source is not None:
            rows = sound.spectrum(2 * CHANNEL)[:, :CHANNEL], sound.waveform(CHANNEL)
            channel = _texture(np.stack([row.mean(axis=0) for row in rows]))
            found |= dict.fromkeys(self._hearing, channel)
        return found


def _columns(item: IsfInput) -> int:
    most = item.max if isinstance(item.max, int | float) and item.max >= 1 else COLUMNS
    return min(int(most), MOST_COLUMNS)


def _texture(values: Floats) -> Floats:
    texture = np.ones((*values.shape, 4), np.float32)
    texture[:, :, :3] = values[:, :, np.newaxis]
    return texture
