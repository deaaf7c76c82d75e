"""A sound out of a file, ready to be heard.

Does not analyse it: `hearing` does. Plays nothing.
"""

from __future__ import annotations

from pathlib import Path

from .hearing import Track
from .media import decode_sound


def open_sound(path: Path) -> Track:
    """Return the sound of any audio file, or of a film; all of it is held in memory.

    AssetError for what cannot be read, has no sound, is too long, or has a rate that no sound has.
    """
    return Track(*decode_sound(path))
