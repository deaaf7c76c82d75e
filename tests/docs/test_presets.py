"""The guide to presets is true: what it shows works, and what it lists is all there is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.errors import ConfigError, FormulaError
from empathy_palettes.core.isf import IsfInput
from empathy_palettes.crowd.signals import SIGNALS
from empathy_palettes.mapping.bindings import Binding, Follow
from empathy_palettes.mapping.fitting import Declared
from empathy_palettes.mapping.formula import Formula, compile
from empathy_palettes.mapping.functions import FUNCTIONS
from empathy_palettes.mapping.images import ImageSpec, unfit
from empathy_palettes.mapping.mapper import Mapper
from empathy_palettes.mapping.memory import State
from empathy_palettes.mapping.motion import CUES
from empathy_palettes.mapping.names import SOUNDS, input_names
from empathy_palettes.mapping.palette import PaletteSpec
from empathy_palettes.mapping.palette_file import load_palette
from empathy_palettes.mapping.person import PERSON
from empathy_palettes.mapping.preset import (
    MEASURES,
    Knob,
    LoadedPreset,
    PeopleSpec,
    Preset,
    Promise,
    load_preset,
)
from empathy_palettes.mapping.view import CrowdView

Text = Callable[[str], str]
Blocks = Callable[[str, str], list[str]]
Table = Callable[[str, str], list[list[str]]]

GUIDE = "presets.md"
RECORDS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("", Preset),
    ("[knobs]", Knob),
    ("[palette]", PaletteSpec),
    ("[inputs]", Follow),
    ("[people]", PeopleSpec),
    ("[images]", ImageSpec),
    ("[[promise]]", Promise),
)
#: Every operator of Python, and how one is written where it does not stand between two names.
OPERATORS = (
    "+ - * / // % ** @ << >> & | ^ < <= > >= == != is in and or not if…else := lambda".split()
)
WRITTEN = {
    "not": "not joy",
    "if…else": "1 if joy else 2",
    ":=": "(joy := 1)",
    "lambda": "lambda: joy",
}


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def numbers(cell: str) -> tuple[float, ...]:
    return tuple(map(float, cell.replace("−", "-").split(" … ")))


def typed(bindings: dict[str, Binding]) -> dict[str, IsfInput]:
    """Inputs of the types that the forms of these bindings ask for."""
    found = {}
    for name, binding in bindings.items():
        one = binding.formulas[0]
        kind = "event" if one.outermost == "trigger" else "color" if one.colour else "float"
        kind = {2: "point2D", 3: "color", 4: "color"}.get(len(binding.formulas), kind)
        found[name] = IsfInput(name, kind)
    return found


def loaded(text: str, folder: Path) -> LoadedPreset:
    """The preset of a block; what a fragment lacks to be one is put before it."""
    given = tomllib.loads(text)
    head = "" if "title" in given else 'title = "Tide"\n'
    head += "" if "shader" in given else 'shader = ["tidal.fs", "bloom.fs"]\n'
    path = folder / "presets" / "tide.toml"
    for file in (path, *(folder / "shaders" / name for name in ("tidal.fs", "bloom.fs"))):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(head + text, encoding="utf-8")
    return load_preset(path, Assets([folder, builtin_root()]))


def test_presets_load_and_run(blocks: Blocks, tmp_path: Path, views: list[CrowdView]) -> None:
    for number, block in enumerate(blocks(GUIDE, "toml")):
        preset = loaded(block, tmp_path / str(number))
        own = {stem: typed(bindings) for stem, bindings in preset.bindings.own.items()}
        people = {"emo_people": IsfInput("emo_people", "image")}
        declared: Declared = {"tidal": {**typed(preset.bindings.shared), **people}, **own}
        mapper = Mapper(preset, declared, seed=0)
        for view in views:
            asked = mapper.step(view, {})
        assert asked.inputs.keys() == preset.bindings.shared.keys()
        assert asked.overrides.keys() == preset.bindings.own.keys()
        assert len(asked.palette) == preset.preset.palette.colors


def test_pictures_are_found(blocks: Blocks, tmp_path: Path) -> None:
    for block in blocks(GUIDE, "toml images"):
        for name in ("portraits/a.png", "harbour.jpg", "waves.mp4"):
            path = tmp_path / "presets" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        images = loaded(block, tmp_path).images
        assert [image.folder for image in images] == [False, False, True]
        declared = {"tidal": {image.name: IsfInput(image.name, "image") for image in images}}
        assert not [*unfit([image.name for image in images], declared)]


def test_palettes_load(blocks: Blocks, tmp_path: Path) -> None:
    for block in blocks(GUIDE, "toml palette"):
        path = tmp_path / "mine.toml"
        path.write_text(block, encoding="utf-8")
        assert load_palette(path).linear() is not None


def test_faults_read_as_shown(blocks: Blocks, tmp_path: Path) -> None:
    for wrong, shown in zip(blocks(GUIDE, "toml wrong"), blocks(GUIDE, "faults"), strict=True):
        with pytest.raises(ConfigError) as caught:
            loaded(wrong, tmp_path)
        said = [str(fault).removeprefix(f"{tmp_path}/") for fault in caught.value.faults]
        assert said == shown.splitlines()


def test_the_keys_are_all_keys_with_their_defaults(table: Table) -> None:
    shown = {" ".join(codes(row[0])): row[1] for row in table(GUIDE, "key")}
    nested = {name.strip("[]") for name, _ in RECORDS}
    wanted: dict[str, Any] = {}
    for prefix, record in RECORDS:
        for name, field in record.model_fields.items():
            if prefix or name not in nested:
                default = "needed" if field.is_required() else field.get_default()
                wanted[f"{prefix} {name}".strip()] = default
    assert shown.keys() == wanted.keys()
    for key, cell in shown.items():
        default = tomllib.loads(f"x = {codes(cell)[0]}")["x"] if codes(cell) else cell
        assert (None if default == "none" else default) == wanted[key], key


def test_the_measures_are_all_measures(text: Text) -> None:
    section = text(GUIDE).split("## Knobs and promises")[1].split("##")[0]
    assert set(codes(section)) == set(MEASURES)


def test_the_names_are_all_there_are(table: Table) -> None:
    shown = {
        codes(row[0])[0]: (*numbers(row[1]), *numbers(row[2]), row[3])
        for row in table(GUIDE, "signal")
    }
    assert shown == {s.name: (s.lo, s.hi, s.neutral, s.says) for s in SIGNALS.values()}
    cues = {codes(row[0])[0]: (*numbers(row[1]), row[2]) for row in table(GUIDE, "cue")}
    assert cues == {cue.name: (cue.lo, cue.hi, cue.says) for cue in CUES.values()}
    assert {codes(row[0])[0]: row[1] for row in table(GUIDE, "name")} == dict(PERSON)
    assert {codes(row[0])[0]: row[1] for row in table(GUIDE, "sound")} == dict(SOUNDS)


def formula(text: str) -> Formula:
    return compile(text, input_names(["pace"]))


def worth(text: str) -> float:
    return float(formula(text).evaluate(dict.fromkeys(SIGNALS, 0.3), State()))


def test_the_functions_are_all_there_are_and_their_examples_work(table: Table) -> None:
    rows = table(GUIDE, "function")
    assert [(codes(usage)[0], does) for usage, does, _ in rows] == [
        (entry.usage, entry.does) for entry in FUNCTIONS.values()
    ]
    for (_, _, example), name in zip(rows, FUNCTIONS, strict=True):
        assert f"{name}(" in codes(example)[0]
        assert np.isfinite(worth(codes(example)[0]))


def test_the_operators_are_all_there_are_and_their_examples_work(table: Table) -> None:
    shown = set[str]()
    for operators, _, example in table(GUIDE, "operator"):
        shown |= {operator.replace(" ", "") for operator in codes(operators)}
        assert any(sign.split(" … ")[0] in codes(example)[0] for sign in codes(operators))
        assert np.isfinite(worth(codes(example)[0]))
    assert shown == {operator for operator in OPERATORS if spoken(operator)}


def spoken(operator: str) -> bool:
    """Whether the language has an operator."""
    try:
        formula(WRITTEN.get(operator, f"joy {operator} calm"))
    except FormulaError:
        return False
    return True
