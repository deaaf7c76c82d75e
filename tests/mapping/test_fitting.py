"""What a preset sets fits what its shaders declare, or is told; values become what a type wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from empathy_palettes.core.errors import Fault
from empathy_palettes.core.isf import IsfInput
from empathy_palettes.mapping.bindings import read_bindings
from empathy_palettes.mapping.fitting import Target, fitted, targets
from empathy_palettes.mapping.names import input_names

TYPES = ("float", "long", "bool", "event", "point2D", "color", "image", "audio", "audioFFT")
ALL = {f"a_{kind}": IsfInput(f"a_{kind}", kind) for kind in TYPES}


def fit(
    inputs: Mapping[str, Any], declared: Mapping[str, Mapping[str, IsfInput]]
) -> tuple[list[Target], list[str]]:
    faults: list[Fault] = []
    bindings = read_bindings(inputs, list(declared), input_names([]), faults)
    assert not faults
    return targets(bindings, declared, faults), [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("float", "joy"),
        ("float", 3),
        ("float", {"follow": "joy", "to": [0, 2]}),
        ("float", "trigger(joy > 0.5)"),
        ("long", "joy"),
        ("bool", True),
        ("event", "trigger(joy > 0.5)"),
        ("point2D", ["joy", 1]),
        ("color", ["joy", 1, 0, 1]),
        ("color", ["joy", 1, 0]),
        ("color", "palette[2]"),
        ("color", "mix(palette[0], palette[1], joy)"),
    ],
)
def test_what_fits(kind: str, value: Any) -> None:
    found, told = fit({f"a_{kind}": value}, {"tidal": ALL})
    assert told == []
    assert [(target.item.type, target.stem) for target in found] == [(kind, "")]


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("float", ["joy", 1], "a list of 2 for a float: give it one formula, of a number"),
        ("float", "palette[0]", "a colour for a float: give it one formula, of a number"),
        ("long", [1, 2, 3], "a list of 3 for a long: give it one formula, of a number"),
        ("bool", "palette[0]", "a colour for a bool: give it one formula, of a number"),
        ("event", "joy > 0.5", 'an event that nothing triggers: write "trigger(…)" with'),
        ("event", True, "an event that nothing triggers"),
        ("event", "trigger(joy) + 0", "an event that nothing triggers"),
        ("point2D", "joy", 'one number for a point2D: give it two formulas: ["…", "…"]'),
        ("point2D", [1, 2, 3], "a list of 3 for a point2D"),
        ("point2D", "palette[0]", "a colour for a point2D"),
        ("color", "joy", 'one number for a color: give it "palette[0]", or a list of 3 or 4'),
        ("color", [1, 2], "a list of 2 for a color"),
        (
            "image",
            "joy",
            "a formula for an image: a picture comes from a file: [images] a_image",
        ),
        ("audio", 1, "a formula for an audio: leave it out: it hears the show's sound"),
    ],
)
def test_what_does_not_fit_is_told(kind: str, value: Any, told: str) -> None:
    found, lines = fit({f"a_{kind}": value}, {"tidal": ALL})
    assert found == []
    (line,) = lines
    assert line.startswith(f"inputs.a_{kind}: {told}")


def test_an_input_that_no_shader_declares_names_the_nearest() -> None:
    declared = {"tidal": {"swell": IsfInput("swell", "float")}, "bloom": {}}
    _, lines = fit({"swel": "joy", "bloom": {"swell": 1}, "tidal": {"flow": 1}}, declared)
    assert lines == [
        "inputs.swel: no shader has an input 'swel': did you mean 'swell'?",
        "inputs.bloom.swell: no shader has an input 'swell': the shader has no inputs",
        "inputs.tidal.flow: no shader has an input 'flow': known: swell",
    ]


def test_what_the_engine_sets_is_not_for_presets() -> None:
    declared = {"tidal": {"emo_mix": IsfInput("emo_mix", "float")}}
    _, lines = fit({"emo_mix": 1}, declared)
    assert lines == ["inputs.emo_mix: an input that the engine sets: leave it out"]


def test_an_input_binds_every_shader_that_declares_it_and_one_may_have_its_own() -> None:
    swell = IsfInput("swell", "float")
    declared = {"tidal": {"swell": swell}, "bloom": {"swell": swell}}
    found, _ = fit({"swell": "joy", "bloom": {"swell": 1}}, declared)
    assert [(t.stem, t.binding.formulas[0].text) for t in found] == [("", "joy"), ("bloom", "1.0")]


def test_declarations_that_differ_are_told_each_in_its_form() -> None:
    declared = {
        "tidal": {"kind": IsfInput("kind", "long", values=(1, 2))},
        "bloom": {"kind": IsfInput("kind", "long", values=(10, 20))},
    }
    found, _ = fit({"kind": "joy"}, declared)
    assert [target.stem for target in found] == ["tidal", "bloom"]


def test_an_input_called_like_a_signal_is_that_signal() -> None:
    declared = {
        "tidal": {name: IsfInput(name, "float") for name in ("joy", "calm", "audio_bass")},
        "bloom": {"joy": IsfInput("joy", "bool"), "speed": IsfInput("speed", "float")},
        "glow": {"joy": IsfInput("joy", "float")},
    }
    found, _ = fit({"calm": 0.5, "glow": {"joy": 1}}, declared)
    told = {(t.stem, t.item.name): t.binding.formulas[0].text for t in found}
    assert told == {
        ("", "calm"): "0.5",
        ("glow", "joy"): "1.0",
        ("tidal", "joy"): "joy",
        ("", "audio_bass"): "audio_bass",
    }


@pytest.mark.parametrize(
    ("item", "values", "expected"),
    [
        (IsfInput("x", "float"), [0.25], 0.25),
        (IsfInput("x", "bool"), [0.5], False),
        (IsfInput("x", "bool"), [0.6], True),
        (IsfInput("x", "event"), [1.0], True),
        (IsfInput("x", "long", values=(2, 8, 32)), [5.1], 8),
        (IsfInput("x", "long", values=(2, 8, 32)), [5.0], 2),
        (IsfInput("x", "long", values=(2, 8, 32)), [1e18], 32),
        (IsfInput("x", "long"), [2.6], 3),
        (IsfInput("x", "long"), [-1e18], -(2**31) + 1),
        (IsfInput("x", "long", min=0, max=4), [9.7], 4),
        (IsfInput("x", "long", min=0, max=4), [-9.7], 0),
        (IsfInput("x", "point2D"), [1.0, -2.0], (1.0, -2.0)),
        (IsfInput("x", "color"), [0.5, 2.0, -1.0], (0.5, 1.0, 0.0, 1.0)),
        (IsfInput("x", "color"), [0.5, 0.25, 0.0, 0.5], (0.5, 0.25, 0.0, 0.5)),
        (IsfInput("x", "color"), [np.array([0.5, 0.25, 1.5])], (0.5, 0.25, 1.0, 1.0)),
    ],
)
def test_values(item: IsfInput, values: list[Any], expected: Any) -> None:
    got = fitted(item, values)
    assert got == expected
    assert type(got) is type(expected)
