"""A feeling as somebody types it: a word, or numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.config import near
from ..core.errors import ConfigError, Fault
from ..core.words import lookup, spellings

Feeling = tuple[float, float, float | None]  # valence, arousal, dominance; None = not said


def parse_feeling(given: str | Sequence[float]) -> Feeling:
    """Return what `joy`, `0.8,0.5`, `0.8,0.5,0.3` or a sequence of two or three numbers says.

    Raises ConfigError for an unknown word or a number outside [-1, 1].
    """
    if isinstance(given, str):
        word = lookup(given)
        if word is not None:
            return word.valence, word.arousal, word.dominance
        parts: Sequence[str | float] = given.replace(",", " ").split()
    else:
        parts = given
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        close = near(str(given), spellings())
        fix = f"did you mean {close!r}?" if close else "empathy list words has them all"
        fault = Fault("", "feel", f"{given!r} is no word of the table", fix)
        raise ConfigError(fault) from None
    if len(numbers) not in (2, 3) or not all(-1.0 <= number <= 1.0 for number in numbers):
        fix = "give a word, or valence and arousal in -1..1, for example 0.8,0.5"
        raise ConfigError(Fault("", "feel", repr(given), fix))
    return numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else None
