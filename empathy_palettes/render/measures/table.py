"""The measures by their names: what a promise may name, and nothing else.

`mapping.preset` knows the names; that each has a function here, a test proves.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from . import change, colour, form, forms
from .run import Run

MEASURES: MappingProxyType[str, Callable[[Run], float]] = MappingProxyType(
    {
        "lightness": colour.lightness,
        "chroma": colour.chroma,
        "warmth": colour.warmth,
        "motion": change.motion,
        "contrast": colour.contrast,
        "complexity": change.complexity,
        "gathering": form.gathering,
        "order": form.order,
        "division": form.division,
        "abundance": forms.abundance,
    }
)

STILL_EVERY = 6  # of a run, one picture in six is enough for what is not motion


def measured(run: Run) -> dict[str, float]:
    """Return every measure of a run of pictures, by name."""
    some = Run(run.lab[::STILL_EVERY], run.light[::STILL_EVERY], run.fps / STILL_EVERY)
    return {name: measure(run if name == "motion" else some) for name, measure in MEASURES.items()}
