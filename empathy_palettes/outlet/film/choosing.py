"""Which recipe a file is written by, and what of it cannot be.

Writes nothing; whether the encoder is there at all shows when it is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from ...core.errors import Fault, MachineError
from .recipes import MUXERS, RECIPES, Recipe, chroma

STDOUT = "-"  # as `--out`: the frames go to standard output
_NUMBER = re.compile(r"%(0\d{1,2})?d")
_GIF_RATES = (50, 25, 20, 10, 5, 4, 2, 1)


def choose(out: str | Path, codec: str | None = None) -> Recipe:
    """Return the recipe of this label, or else the first whose suffix `out` has.

    `out`: a file, a pattern such as `frames/%06d.png`, a folder, or `STDOUT`. MachineError where
    there is none, or `out` is not what it writes.
    """
    name = str(out)
    if codec is not None and codec not in RECIPES:
        fix = f"use one of {', '.join(RECIPES)}"
        raise MachineError(Fault(name, "codec", repr(codec), fix))
    recipe = RECIPES[codec] if codec else _by_name(name)
    if fault := _mismatch(recipe, name):
        raise MachineError(fault)
    return recipe


def faults(
    recipe: Recipe,
    out: str | Path,
    size: tuple[int, int],
    fps: Fraction | None = None,
    *,
    quality: int | None = None,
    alpha: bool = False,
) -> Iterator[Fault]:
    """Yield what cannot be had of a recipe.

    `fps`: None where the frames lie as they were recorded; `quality`: on the recipe's own scale.
    """
    name = str(out)
    if fault := _mismatch(recipe, name):
        yield fault
    if quality is not None:
        yield from _quality_faults(recipe, name, quality)
    yield from _size_faults(recipe, name, size)
    if recipe.kind == "animated":
        yield from _rate_faults(recipe, name, fps)
    if alpha and not recipe.alpha:
        others = ", ".join(each.label for each in RECIPES.values() if each.alpha)
        yield Fault(name, "alpha", f"{recipe.label} cannot store it", f"use one of {others}")


def remarks(recipe: Recipe, out: str | Path, *, sound: bool) -> list[str]:
    """Return what is left out without harm, a line each; `sound`: there is something to hear."""
    if sound and not recipe.sound:
        return [f"{out}: {recipe.label} has no sound: what is heard is left out"]
    return []


def pattern(out: str | Path, recipe: Recipe) -> str:
    """Return the names of a sequence's files, with the frame's number as `%06d`.

    A folder's are `000000.png` and so on.
    """
    path = Path(out)
    return str(path if path.suffix else path / f"%06d{recipe.suffixes[0]}")


def numbered(names: str, number: int) -> str:
    """Return the name of one file of a sequence."""
    return _NUMBER.sub(lambda found: found[0] % number, names)


def _by_name(name: str) -> Recipe:
    if name == STDOUT:
        return RECIPES["raw"]
    suffix = Path(name).suffix.lower()
    if not suffix and Path(name).is_dir():
        return RECIPES["png"]
    for recipe in RECIPES.values():
        if suffix in recipe.suffixes:
            return recipe
    known = ", ".join((*MUXERS, *RECIPES["png"].suffixes, *RECIPES["tiff16"].suffixes))
    problem = f"no video format for {suffix!r}" if suffix else "a name without a suffix"
    raise MachineError(Fault(name, "", problem, f"give it one of {known}"))


def _mismatch(recipe: Recipe, name: str) -> Fault | None:
    if recipe.kind == "raw" or name == STDOUT:
        if recipe.kind == "raw" and name == STDOUT:
            return None
        if recipe.kind == "raw":
            return Fault(name, "codec", "raw frames go to standard output", f"use --out {STDOUT}")
        problem = f"{recipe.label} cannot go to standard output"
        return Fault(name, "codec", problem, "use raw, or name a file")
    path = Path(name)
    if recipe.kind == "sequence" and not path.suffix:
        return None
    if path.suffix.lower() not in recipe.suffixes:
        named = f"name it {path.stem}{recipe.suffixes[0]}"
        problem = f"{recipe.label} does not go into {path.suffix or 'a name without a suffix'}"
        return Fault(name, "codec", problem, named)
    if recipe.kind == "sequence":
        rest, count = _NUMBER.subn("", path.name)
        if count != 1 or "%" in rest or "%" in str(path.parent):
            example = path.with_name(f"{path.stem.replace('%', '')}-%06d{path.suffix}")
            problem = "each frame has a file of its own, whose name holds its number once"
            return Fault(name, "", problem, f"use {example}, or a folder")
    return None


def _quality_faults(recipe: Recipe, name: str, quality: int) -> Iterator[Fault]:
    scale = recipe.quality
    if scale is None:
        yield Fault(name, "crf", f"{recipe.label} is always as fine as it can be", "leave it out")
    elif not min(scale.finest, scale.coarsest) <= quality <= max(scale.finest, scale.coarsest):
        fix = f"{scale.finest} is the finest, {scale.coarsest} the coarsest"
        yield Fault(name, "crf", str(quality), fix)


def _rate_faults(recipe: Recipe, name: str, fps: Fraction | None) -> Iterator[Fault]:
    if fps is None:
        yield Fault(name, "fps", f"{recipe.label} wants frames at even distances", "use 25")
    elif recipe.hundredths and ((100 / fps).denominator > 1 or fps > 50):
        rate = f"{float(fps):g} frames a second"
        problem = f"{rate}: in {recipe.label} each lasts whole hundredths of a second, at least two"
        near = min(_GIF_RATES, key=lambda known: abs(known - float(fps)))
        yield Fault(name, "fps", problem, f"use {near}")


def _size_faults(recipe: Recipe, name: str, size: tuple[int, int]) -> Iterator[Fault]:
    width, height = size
    shown = f"{width}x{height}"
    if recipe.most_side and max(size) > recipe.most_side:
        most = f"each side is at most {recipe.most_side} pixels"
        yield Fault(name, "size", f"{shown} is too large for {recipe.label}", most)
    across, down = chroma(recipe.pixels) if recipe.kind == "film" else (1, 1)
    if width % across or height % down:
        kind = "4:2:0" if down == 2 else "4:2:2"
        even = f"{width + width % across}x{height + height % down}"
        problem = f"{shown} cannot be encoded: {kind} shares colour between two pixels"
        fix = "even numbers" if down == 2 else "an even width"
        yield Fault(name, "size", problem, f"use {fix}, such as {even}")
