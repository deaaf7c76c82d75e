"""A preset file is read as a whole: what it says, and every fault it has, with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.errors import AssetError, ConfigError
from empathy_palettes.mapping.bindings import Binding
from empathy_palettes.mapping.preset import Knob, LoadedPreset, PeopleSpec, load_preset

WHOLE = """
title  = "Tidal"
artist = "Rina"
about  = "A shoreline of raw feeling."
shader = ["tidal.fs", "bloom.fs"]
home   = [-0.2, 0.6]
step   = 60
seed   = 7

[knobs]
pace = { value = 1.0, min = 0, max = 3, label = "how fast the tide runs" }
depth = 4

[palette]
source   = "dusk"
colors   = 7
contrast = "0.35 + 0.4 * polarization"
vivid    = 1.5

[inputs]
swell = { follow = "live(arousal)", to = [0.1, 1.4], lag = [1, 4] }
calm  = { follow = "calm", lag = 2 }
plain = { follow = "joy" }
flow  = "travel(pace * range(live(arousal), 0.1, 1.4))"
wind  = ["momentum_valence", 0.1]
tint  = "palette[2]"
shade = [0, "joy", 1, 0.5]
on    = true
count = 3

[inputs.bloom]
amount = "resonance * depth"
swell  = 0.5

[people]
x = "valence + 0.1 * (noise(0.2) - 0.5)"
size = 3

[[promise]]
when = "arousal"
then = "motion"
sign = "+"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "project"
    for name in ("shaders/tidal.fs", "shaders/bloom.fs", "presets/palettes/dusk.toml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text('title = "Dusk"\ncolors = ["#000000", "#ffffff"]\n', "utf-8")
    return root


def load(project: Path, text: str) -> LoadedPreset:
    path = project / "presets" / "it.toml"
    path.write_text(text, encoding="utf-8")
    return load_preset(path, Assets([project]))


def faults(project: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(project, 'title = "It"\nshader = "tidal.fs"\n' + text)
    file = str(project / "presets" / "it.toml")
    assert all(fault.file == file for fault in caught.value.faults)
    return [str(fault).removeprefix(f"{file}: ") for fault in caught.value.faults]


def texts(binding: Binding) -> list[str]:
    return [formula.text for formula in binding.formulas]


def test_a_whole_preset(project: Path) -> None:
    loaded = load(project, WHOLE)
    preset = loaded.preset
    assert (preset.title, preset.artist, preset.step, preset.seed) == ("Tidal", "Rina", 60, 7)
    assert preset.home == (-0.2, 0.6)
    assert loaded.shaders == (project / "shaders/tidal.fs", project / "shaders/bloom.fs")
    assert loaded.files == (loaded.path, project / "presets/palettes/dusk.toml")
    assert preset.knobs["pace"].label == "how fast the tide runs"
    assert preset.knobs["depth"] == Knob(value=4, min=0, max=4)
    np.testing.assert_array_equal(loaded.fixed, [[0, 0, 0], [1, 1, 1]])
    assert {name: formula.text for name, formula in loaded.palette.items()} == {
        "contrast": "0.35 + 0.4 * polarization",
        "diversity": "diversity",
        "vivid": "1.5",
    }
    assert {name: formula.text for name, formula in loaded.people.items()} == {
        "x": "valence + 0.1 * (noise(0.2) - 0.5)",
        "y": PeopleSpec().y,
        "size": "3.0",
    }
    assert [(one.when, one.then, one.sign) for one in preset.promise] == [
        ("arousal", "motion", "+")
    ]


def test_every_form_of_an_input_becomes_formulas(project: Path) -> None:
    bindings = load(project, WHOLE).bindings
    assert {name: texts(binding) for name, binding in bindings.shared.items()} == {
        "swell": ["lag(range(live(arousal), 0.1, 1.4), 1.0, 4.0)"],
        "calm": ["lag(calm, 2.0, 2.0)"],
        "plain": ["joy"],
        "flow": ["travel(pace * range(live(arousal), 0.1, 1.4))"],
        "wind": ["momentum_valence", "0.1"],
        "tint": ["palette[2]"],
        "shade": ["0.0", "joy", "1.0", "0.5"],
        "on": ["1.0"],
        "count": ["3.0"],
    }
    assert list(bindings.own) == ["bloom"]
    own = bindings.own["bloom"]
    assert {name: texts(binding) for name, binding in own.items()} == {
        "amount": ["resonance * depth"],
        "swell": ["0.5"],
    }
    assert own["amount"].where == "inputs.bloom.amount"
    keys = [key for binding in bindings.all() for key, _ in binding.keys()]
    assert ("inputs", "wind.1") in keys
    assert ("inputs.bloom", "swell") in keys
    assert len(keys) == len(set(keys))


def test_what_is_left_out_has_a_default(project: Path) -> None:
    loaded = load(project, 'title = "It"\nshader = "tidal"')
    preset = loaded.preset
    assert (preset.step, preset.seed, preset.home, preset.knobs) == (30, 0, None, {})
    assert loaded.shaders == (project / "shaders/tidal.fs",)
    assert loaded.fixed is None
    assert loaded.people["size"].text == "range(arousal, 1.5, 5.0) * weight"
    assert list(loaded.bindings.all()) == []


@pytest.mark.parametrize(
    ("value", "span"), [("0.5", (0, 1)), ("-2", (-2, 1)), ("7.5", (0, 7.5)), ("1", (0, 1))]
)
def test_a_knob_may_be_a_bare_number(project: Path, value: str, span: tuple[float, float]) -> None:
    loaded = load(project, f'title = "It"\nshader = "tidal"\n[knobs]\npace = {value}')
    knob = loaded.preset.knobs["pace"]
    assert (knob.min, knob.max) == span
    assert knob.held(99.0) == span[1]
    assert knob.held(-99.0) == span[0]
    assert knob.held(float("nan")) == float(value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('titel = "x"', "titel: unknown key: did you mean 'title'?"),
        ("step = 25", "step: 25: should be 30 or 60"),
        ("home = [2, 0]", "home.0: 2: should be less than or equal to 1"),
        ("seed = -1", "seed: -1: should be greater than or equal to 0"),
        ("[knobs]\npace = { value = 5, max = 3 }", "value 5 must lie within 0 to 3"),
        ("[knobs]\npace = { value = 1, min = 3, max = 3 }", "min 3 must be less than max 3"),
        ("[knobs]\npace = { valeu = 1 }", "knobs.pace.valeu: unknown key: did you mean 'value'?"),
        ("[knobs]\npace = true", "knobs.pace: true"),
        ("[knobs]\njoy = 1", "knobs.joy: 'joy' is a signal already: say my_joy"),
        ("[knobs]\nsmooth = 1", "knobs.smooth: 'smooth' is a function already: say my_smooth"),
        ("[knobs]\nage = 1", "knobs.age: 'age' is a word already: say my_age"),
        ("[knobs]\ncrowd_x = 1", "knobs.crowd_x: 'crowd_x' is a word already: say my_crowd_x"),
        ('[knobs]\n"a b" = 1', "knobs.a b: 'a b' is no name for a formula"),
        ("[knobs]\nif = 1", "knobs.if: 'if' is no name for a formula"),
        ("[palette]\ncolors = 1", "palette.colors: 1: should be greater than or equal to 2"),
        ('[palette]\nsource = "dask"', "palette.source: no palette 'dask' in "),
        ('[palette]\ncontrast = "polarisation"', "palette.contrast, column 1: no name"),
        ('[palette]\ncontrast = "palette[0]"', "palette.contrast, column 1: 'palette[0]'"),
        ("[images]\nsky = 'sky.png'", "images.sky: no file 'sky.png' in "),
        ("[knobs]\naudio_bass = 1", "knobs.audio_bass: 'audio_bass' is a signal already: say my_"),
        ('[[promise]]\nwhen = "arousl"\nthen = "motion"\nsign = "+"', "did you mean 'arousal'?"),
        ('[[promise]]\nwhen = "joy"\nthen = "motions"\nsign = "+"', "did you mean 'motion'?"),
        ('[[promise]]\nwhen = "joy"\nthen = "order"\nsign = "up"', "promise.0.sign: 'up'"),
        ('[people]\nz = "valence"', "people.z: unknown key: known: size, x, y"),
        ('[people]\nx = "crowd_joi"', "people.x, column 1: no name 'crowd_joi' here: did you"),
        ('[people]\nx = "palette[0]"', "people.x, column 1: 'palette[0]'"),
        ('[inputs]\nswell = "arousl"', "inputs.swell, column 1: no name 'arousl' here"),
        (
            '[inputs]\nink = "#ffb35c"',
            "inputs.ink: '#ffb35c': a colour here is [r, g, b] in 0..1: [1, 0.702, 0.361]",
        ),
        ('[inputs]\nink = "#fff"', "a colour here is [r, g, b] in 0..1: [1, 1, 1]"),
        ('[inputs]\nink = "#ff0000"', "in 0..1: [0.906, 0.337, 0.4] comes nearest"),
        ('[inputs]\nink = "# later"', "inputs.ink: '# later': a colour here is [r, g, b]"),
        ('[inputs]\nink = "alone"', "ink, column 1: no name 'alone' here: one person's own: it is"),
        ('[inputs]\nink = "crowd_age"', "one person's own: it is for [people]"),
        ('[people]\nx = "crowd_alone"', "one person's own: write alone"),
        ('[inputs]\nink = "crowd_valence"', "no name 'crowd_valence' here: did you mean 'valence'"),
        ("[inputs]\nswell = nan", "inputs.swell: nan: a formula in quotes, a number"),
        ("[inputs]\nswell = 1e30", "inputs.swell, column 1: a number this large"),
        ("[inputs]\nswell = 1979-05-27", "inputs.swell: datetime.date"),
        ('[inputs]\nwind = ["0.1"]', "inputs.wind: a list of 1: a point is 2 of them"),
        ('[inputs]\nwind = ["0.1", "bla"]', "inputs.wind.1, column 1: no name 'bla' here"),
        ("[inputs]\nwind = [1, [2]]", "inputs.wind.1: [2]: a formula in quotes"),
        ('[inputs]\nwind = ["palette[0]", 1]', "inputs.wind: a colour within a list"),
        (
            '[inputs]\nswell = { follow = "arousal", too = [1, 2] }',
            "inputs.swell.too: unknown key: did you mean 'to'?",
        ),
        (
            '[inputs]\nswell = { folow = "arousal" }',
            "inputs.swell.folow: unknown key: did you mean 'follow'?",
        ),
        (
            '[inputs]\nswell = { follow = "arousal", to = [1] }',
            "inputs.swell.to.1: missing: add a value",
        ),
        (
            '[inputs]\nswell = { follow = "joy, 0, 1), x(joy", to = [1, 2] }',
            "inputs.swell.follow, column 10: not a formula",
        ),
        (
            '[inputs]\nswell = { follow = "joy, calm", to = [1, 2] }',
            "inputs.swell.follow, column 1: '(joy, calm)': the language has",
        ),
        (
            '[inputs]\nswell = { follow = "joy", lag = -1 }',
            "inputs.swell.lag: -1: should be greater than or equal to 0",
        ),
        (
            '[inputs.blom]\namount = "joy"',
            "inputs.blom: a table: a shader of this preset (known: tidal) or { follow = …",
        ),
        ('[inputs.tidal]\namount = "jo"', "inputs.tidal.amount, column 1: no name 'jo' here"),
    ],
)
def test_a_fault_names_its_place_and_remedy(project: Path, text: str, told: str) -> None:
    got = faults(project, text)
    assert any(told in line for line in got), got


def test_every_fault_is_told_at_once(project: Path) -> None:
    got = faults(
        project,
        """
        titel = "x"
        step = 25
        [knobs]
        pace = { value = 9, max = 3 }
        [palette]
        contrast = "polarisation"
        [inputs]
        swell = "pace * arousl + jooy"
        wind = ["one", "two"]
        [inputs.tidal]
        flow = "travel()"
        [people]
        size = "weigth"
        """,
    )
    assert [line.split(": ")[0] for line in got] == [
        "step",
        "knobs.pace",
        "titel",
        "inputs.swell, column 8",
        "inputs.swell, column 17",
        "inputs.wind.0, column 1",
        "inputs.wind.1, column 1",
        "inputs.tidal.flow, column 1",
        "palette.contrast, column 1",
        "people.size, column 1",
    ]


def test_a_shader_that_is_not_there(project: Path) -> None:
    path = project / "presets" / "it.toml"
    path.write_text('title = "It"\nshader = ["tidel.fs", "/etc/hostname"]', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_preset(path, Assets([project]))
    first, second = map(str, caught.value.faults)
    assert first.startswith(f"{path}: shader: no shader 'tidel.fs' in ")
    assert first.endswith("did you mean 'tidal'?")
    assert second.startswith(f"{path}: shader: '/etc/hostname' leads outside")


def test_a_palette_file_with_faults(project: Path) -> None:
    file = project / "presets/palettes/dusk.toml"
    file.write_text('title = "Dusk"\ncolors = ["red", "#ffffff"]', encoding="utf-8")
    (told,) = faults(project, '[palette]\nsource = "dusk"')
    assert told.startswith("palette.source (dusk.toml, colors.0): 'red': ")


def test_a_name_finds_a_preset_or_says_where_it_looked(project: Path) -> None:
    load(project, WHOLE)
    assert load_preset("it", Assets([project])).preset.title == "Tidal"
    with pytest.raises(AssetError, match="no preset 'that'"):
        load_preset("that", Assets([project]))
    with pytest.raises(ConfigError, match="No such file"):
        load_preset(project / "presets/none.toml", Assets([project]))


def test_the_presets_that_ship_hold() -> None:
    assets = Assets([builtin_root()])
    for path in assets.listing("presets"):
        assert load_preset(path, assets).shaders
