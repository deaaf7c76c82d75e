"""A preset: its file, its record, its shaders and its formulas, checked as a whole.

Does not evaluate anything (`mapper` does) and does not read shaders (`render` does), so it cannot
say whether they have the inputs that a preset sets.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ..core.assets import Assets
from ..core.color import Array
from ..core.config import Record, nearest, parse, read_toml
from ..core.errors import ConfigError, EmpathyError, Fault
from ..crowd.signals import SIGNALS
from .bindings import Bindings, compiled, constant, read_bindings
from .formula import Formula
from .functions import FUNCTIONS
from .hues import AFFECT, Hues
from .images import ImageSource, read_images
from .names import RESERVED, SOUNDS, crowd_names, input_names, people_names
from .palette import AFFECT_SOURCE, PaletteSpec
from .palette_file import PaletteFile, load_palette
from .red import written_reds

Unit = Annotated[float, Field(ge=-1, le=1)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(max_length=2_000)]

MEASURES = (
    "lightness",
    "chroma",
    "warmth",
    "motion",
    "contrast",
    "complexity",
    "gathering",
    "order",
    "division",
    "abundance",
)

#: Signals that no promise is about: no crowd can be set to these, and nothing else.
UNSET = frozenset(
    "divide_angle divide_offset divide_gap momentum_valence momentum_arousal confidence arrivals "
    "departures".split()
)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _signal(name: str) -> str:
    if name not in SIGNALS:
        raise ValueError(f"a signal: {nearest(name, SIGNALS)}")
    return name


def _promised(name: str) -> str:
    if _signal(name) in UNSET:
        raise ValueError("no crowd is set to this alone: promise another signal")
    return name


def _measure(name: str) -> str:
    if name not in MEASURES:
        raise ValueError(f"a measure: {nearest(name, MEASURES)}")
    return name


class Knob(Record):
    """What a hand moves: a value within its range; a number alone has the range 0 to 1, or more."""

    value: float
    min: float = 0.0
    max: float = 1.0
    label: Words = ""

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, given: Any) -> Any:
        if isinstance(given, int | float) and not isinstance(given, bool):
            return {"value": given, "min": min(0, given), "max": max(1, given)}
        if isinstance(given, str | bool):
            raise ValueError("write a number, or a table: { value = 1.0, min = 0, max = 3 }")
        return given

    @model_validator(mode="after")
    def _within(self) -> Self:
        if not self.min < self.max:
            raise ValueError(f"min {self.min:g} must be less than max {self.max:g}")
        if not self.min <= self.value <= self.max:
            raise ValueError(f"value {self.value:g} must lie within {self.min:g} to {self.max:g}")
        return self

    def held(self, value: float) -> float:
        """Return a value within the range; the knob's own in place of what is not a number."""
        return min(max(value, self.min), self.max) if value == value else self.value


class PeopleSpec(Record):
    """A preset's `[people]`: where each person is drawn, in the plane of feeling, and how large.

    Feelings come in steps of 1/32: everybody glides from one to the next, and has a place of their
    own within the step, so that people who feel alike stand beside each other.
    """

    x: float | str = "smooth(valence, 0.5) + (pick(1) - 0.5) / 24"
    y: float | str = "smooth(arousal, 0.5) + (pick(2) - 0.5) / 24"
    size: float | str = "range(arousal, 1.5, 5.0) * weight"


class Promise(Record):
    """What a preset says of its meaning: when this signal rises, that measure rises, or falls.

    `within`: seconds in which it has answered. `memory`: why it does not look again as it did when
    the crowd feels again as it did; empty: it does.
    """

    when: Annotated[str, AfterValidator(_promised)]
    then: Annotated[str, AfterValidator(_measure)]
    sign: Literal["+", "-"]
    within: Annotated[float, Field(gt=0, le=60)] = 4.0
    memory: Words = ""


class Preset(Record):
    """A preset as it is written."""

    title: Text
    artist: Text = "unknown"
    about: Words = ""
    shader: Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(min_length=1, max_length=8)]
    home: tuple[Unit, Unit] | None = None
    step: Literal[30, 60] = 30
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    knobs: dict[str, Knob] = Field(default_factory=dict)
    palette: PaletteSpec = PaletteSpec()
    inputs: dict[str, Any] = Field(default_factory=dict)
    people: PeopleSpec = PeopleSpec()
    images: dict[str, Any] = Field(default_factory=dict)
    promise: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedPreset:
    """A preset that holds: the record, the files it is made of, and its formulas compiled.

    `files`: what the preset itself was read from; an edit to any of them calls for loading it
    anew. `palette`: the formulas of contrast, diversity and vivid; `fixed`: the palette file's
    linear RGB (n, 3), where it names colours; `hues`: its hues, where it names those. `people`: the
    formulas of x, y and size. `images`: the files of image inputs, none of them opened.
    """

    path: Path
    preset: Preset
    files: tuple[Path, ...]
    shaders: tuple[Path, ...]
    bindings: Bindings
    palette: dict[str, Formula]
    fixed: Array | None
    people: dict[str, Formula]
    images: tuple[ImageSource, ...] = ()
    hues: Hues = AFFECT


def load_preset(preset: Path | str, assets: Assets) -> LoadedPreset:
    """Return the preset in a file, or the one that a name finds in `assets`.

    AssetError for a name that finds none; ConfigError with every fault of the file: keys, values,
    formulas, and shaders and palettes that are not there.
    """
    path = assets.find("presets", preset) if isinstance(preset, str) else preset
    table = read_toml(path)
    faults: list[Fault] = []
    try:
        record = parse(table, Preset, "")
    except ConfigError as error:
        faults += error.faults
        record = None
    loaded = _assemble(path, record or _readable(table), assets, faults)
    if faults:
        unique = dict.fromkeys(replace(fault, file=str(path)) for fault in faults)
        raise ConfigError(unique)
    return loaded


def _readable(table: Mapping[str, Any]) -> Preset:
    """Return what of a faulty preset can be looked at, so that its other faults are told too."""
    fields = {}
    for key in Preset.model_fields:
        part = {"title": "-", "shader": "-", key: table.get(key)}
        try:
            fields[key] = getattr(parse(part, Preset, ""), key)
        except ConfigError:
            if key == "knobs" and isinstance(table.get(key), Mapping):
                fields[key] = dict.fromkeys(table[key], Knob(value=0.0))
    return Preset.model_construct(**{"title": "", "shader": (), **fields})


def _assemble(path: Path, preset: Preset, assets: Assets, faults: list[Fault]) -> LoadedPreset:
    _check_knobs(preset.knobs, faults)
    stems = [Path(name).stem for name in preset.shader]
    inputs = read_bindings(preset.inputs, stems, input_names(preset.knobs), faults)
    faults += written_reds(inputs)
    palette = _formulas(preset.palette, "palette", crowd_names(preset.knobs), faults)
    people = _formulas(preset.people, "people", people_names(preset.knobs), faults)
    shaders = tuple(
        found
        for name in preset.shader
        if (found := _resolved(assets, "shaders", name, path, "shader", faults))
    )
    source = preset.palette.source
    where = "palette.source"
    named = source != AFFECT_SOURCE
    file = _resolved(assets, "palettes", source, path, where, faults) if named else None
    images = read_images(preset.images, path, assets, faults)
    files = (path, *((file,) if file else ()), *(image.path for image in images))
    written = _written(file, faults) if file else None
    fixed = written.linear() if written else None
    hues = written.hues if written and written.hues else AFFECT
    return LoadedPreset(path, preset, files, shaders, inputs, palette, fixed, people, images, hues)


def _check_knobs(knobs: Collection[str], faults: list[Fault]) -> None:
    for name in knobs:
        where = f"knobs.{name}"
        if not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name):
            fix = "letters, digits and _, a letter first"
            faults.append(Fault("", where, f"{name!r} is no name for a formula", fix))
        elif name in RESERVED or name.startswith("crowd_"):
            signal = name in SIGNALS or name in SOUNDS
            kind = "signal" if signal else "function" if name in FUNCTIONS else "word"
            faults.append(Fault("", where, f"{name!r} is a {kind} already", f"say my_{name}"))


def _formulas(
    record: Record, table: str, names: Collection[str], faults: list[Fault]
) -> dict[str, Formula]:
    found = {}
    for key in FORMULAS[table]:
        formula = compiled(constant(getattr(record, key)), f"{table}.{key}", names, faults)
        if formula:
            found[key] = formula
    return found


FORMULAS = {"palette": ("contrast", "diversity", "vivid"), "people": ("x", "y", "size")}


def _resolved(
    assets: Assets, kind: str, name: str, owner: Path, where: str, faults: list[Fault]
) -> Path | None:
    try:
        return assets.resolve(kind, name, owner)
    except EmpathyError as error:
        faults += [replace(fault, where=where) for fault in error.faults]
        return None


def _written(file: Path, faults: list[Fault]) -> PaletteFile | None:
    try:
        return load_palette(file)
    except EmpathyError as error:
        for fault in error.faults:
            where = f"palette.source ({file.name}{fault.where and f', {fault.where}'})"
            faults.append(replace(fault, where=where))
        return None
