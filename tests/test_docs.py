"""The guides are true: what they show works, and what they list is all there is."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import BaseModel
from pythonosc.osc_message_builder import OscMessageBuilder

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.errors import ConfigError, FormulaError, ShaderError
from empathy_palettes.core.isf import IsfInput
from empathy_palettes.core.isf_input import TYPES
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.crowd.signals import SIGNALS
from empathy_palettes.inlet.address import AddressSpace, Names
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import Message, decode
from empathy_palettes.inlet.sample import SAMPLE, Samples
from empathy_palettes.mapping.bindings import Follow
from empathy_palettes.mapping.fitting import Declared
from empathy_palettes.mapping.formula import Formula, compile
from empathy_palettes.mapping.functions import FUNCTIONS
from empathy_palettes.mapping.mapper import Mapper
from empathy_palettes.mapping.memory import State
from empathy_palettes.mapping.motion import CUES
from empathy_palettes.mapping.names import PERSON, input_names
from empathy_palettes.mapping.palette import PaletteSpec
from empathy_palettes.mapping.palette_file import load_palette
from empathy_palettes.mapping.params import Params
from empathy_palettes.mapping.people import TEXTURES
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
from empathy_palettes.render.chain import Chain
from empathy_palettes.render.glsl import load
from empathy_palettes.render.upload import SMOOTH
from empathy_palettes.show.installation import Installation

ROOT = builtin_root()
GUIDES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
DEFAULTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("", Preset),
    ("[knobs]", Knob),
    ("[palette]", PaletteSpec),
    ("[inputs]", Follow),
    ("[people]", PeopleSpec),
    ("[[promise]]", Promise),
)
OPERATORS = (
    "+ - * / // % ** @ << >> & | ^ < <= > >= == != is in and or not if…else := lambda".split()
)


class Block(NamedTuple):
    """A fenced block: the words after its fence, its text, and its line in the file."""

    words: str
    text: str
    line: int


def read(guide: str) -> str:
    return (ROOT / "docs" / guide).read_text(encoding="utf-8")


def blocks(guide: str, words: str) -> list[Block]:
    fences = re.finditer(r"^```(.+)\n(.*?)^```$", read(guide), re.MULTILINE | re.DOTALL)
    text = read(guide)
    found = [Block(f[1], f[2], text.count("\n", 0, f.start()) + 1) for f in fences]
    return [block for block in found if block.words == words]


def table(guide: str, *head: str) -> list[list[str]]:
    """The rows below the one header line that begins with these cells."""
    lines = read(guide).split("\n")
    starts = [n for n, line in enumerate(lines) if cells(line)[: len(head)] == list(head)]
    assert len(starts) == 1, f"{guide}: {len(starts)} tables headed {head}"
    rows = []
    for line in lines[starts[0] + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(cells(line))
    return rows


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def numbers(text: str) -> tuple[float, ...]:
    return tuple(map(float, text.replace("−", "-").split(" … ")))


def params(words: list[Block]) -> list[Any]:
    return [pytest.param(block, id=f"line {block.line}") for block in words]


# --- a crowd to try things on -------------------------------------------------------------------


def crowd_of(people: int, seconds: int = 3) -> tuple[Crowd, list[CrowdView]]:
    """A crowd with everything in it that can be said, and what it looked like at each step."""
    rng = np.random.default_rng(5)
    samples: Samples = np.zeros(people, SAMPLE)
    samples["who"] = np.arange(people)
    feelings = np.round(rng.normal((0.5, 0.3), 0.25, (people, 2)).clip(-1, 1) * 32) / 32
    samples["valence"], samples["arousal"] = feelings.T
    samples["dominance"] = np.where(np.arange(people) % 3, 0.5, np.nan)
    samples["weight"] = np.where(np.arange(people) % 2, 1.0, 0.5)
    crowd = Crowd(CrowdSettings(max_people=max(people, 8)))
    views = []
    for step in range(seconds * 60):
        crowd.step(step, samples if step == 0 else samples[:0], np.empty(0, np.uint32))
        views.append(CrowdView(crowd.reading, crowd.people, crowd.modes, step))
    return crowd, views


@pytest.fixture(scope="module")
def views() -> list[CrowdView]:
    return crowd_of(40)[1]


# --- presets.md ---------------------------------------------------------------------------------


def declared_by(bindings: dict[str, Any]) -> dict[str, IsfInput]:
    """Inputs of the types that the forms of these bindings ask for."""
    found = {}
    for name, binding in bindings.items():
        one = binding.formulas[0]
        kind = "event" if one.outermost == "trigger" else "color" if one.colour else "float"
        kind = {2: "point2D", 3: "color", 4: "color"}.get(len(binding.formulas), kind)
        default = {"point2D": (0.0, 0.0), "color": (1.0,) * 4}.get(kind, 0)
        found[name] = IsfInput(name, kind, default=default)
    return found


def project(folder: Path, shaders: list[str]) -> Assets:
    for name in (*shaders, "bloom.fs"):
        path = folder / "shaders" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("/*{}*/ void main() { gl_FragColor = vec4(1.0); }", encoding="utf-8")
    (folder / "presets").mkdir()
    return Assets([folder, ROOT])


def loaded(text: str, folder: Path) -> LoadedPreset:
    """The preset of a block; what a fragment lacks to be one is put before it."""
    given = tomllib.loads(text)
    head = "" if "title" in given else 'title = "Tide"\n'
    head += "" if "shader" in given else 'shader = ["tidal.fs", "bloom.fs"]\n'
    path = folder / "presets" / "tide.toml"
    assets = project(folder, ["tidal.fs"])
    path.write_text(head + text, encoding="utf-8")
    return load_preset(path, assets)


@pytest.mark.parametrize("block", params(blocks("presets.md", "toml")))
def test_presets_load_and_run(block: Block, tmp_path: Path, views: list[CrowdView]) -> None:
    preset = loaded(block.text, tmp_path)
    declared: Declared = {
        "tidal": {
            **declared_by(preset.bindings.shared),
            "emo_people": IsfInput("emo_people", "image"),
        },
        **{stem: declared_by(own) for stem, own in preset.bindings.own.items()},
    }
    mapper = Mapper(preset, declared, seed=0)
    for view in views:
        params = mapper.step(view, {})
    assert params.inputs.keys() == preset.bindings.shared.keys()
    assert params.overrides.keys() == preset.bindings.own.keys()
    assert len(params.palette) == preset.preset.palette.colors


@pytest.mark.parametrize("block", params(blocks("presets.md", "toml palette")))
def test_palettes_load(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(block.text, encoding="utf-8")
    assert len(load_palette(path).linear()) >= 2


@pytest.mark.parametrize("guide", ["senders.md", "installations.md"])
def test_installations_hold(guide: str) -> None:
    for block in blocks(guide, "toml"):
        Installation.model_validate({"playlist": [{"preset": "x"}], **tomllib.loads(block.text)})


@pytest.mark.parametrize("place", range(len(blocks("presets.md", "toml wrong"))))
def test_faults_of_presets_read_as_shown(place: int, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(blocks("presets.md", "toml wrong")[place].text, tmp_path)
    said = [str(fault).removeprefix(f"{tmp_path}/") for fault in caught.value.faults]
    assert said == blocks("presets.md", "faults")[place].text.splitlines()


def test_the_keys_are_all_keys_with_their_defaults() -> None:
    shown = {" ".join(codes(row[0])): row[1] for row in table("presets.md", "key")}
    wanted = {}
    nested = {name.strip("[]") for name, _ in DEFAULTS}
    for prefix, record in DEFAULTS:
        for name, field in record.model_fields.items():
            if name not in nested and name != "images":
                wanted[f"{prefix} {name}".strip()] = (
                    "needed" if field.is_required() else field.get_default()
                )
    assert shown.pop("[images]") == "none"
    assert shown.keys() == wanted.keys()
    for key, text in shown.items():
        value = tomllib.loads(f"x = {codes(text)[0]}")["x"] if codes(text) else text
        assert (None if value == "none" else value) == wanted[key], key


def test_the_measures_are_all_measures() -> None:
    section = read("presets.md").split("## Knobs and promises")[1].split("##")[0]
    assert set(codes(section)) == set(MEASURES)


def test_signals_cues_and_persons_are_all_there_are() -> None:
    shown = {
        codes(row[0])[0]: (*numbers(row[1]), *numbers(row[2]), row[3])
        for row in table("presets.md", "signal")
    }
    assert shown == {s.name: (s.lo, s.hi, s.neutral, s.says) for s in SIGNALS.values()}
    cues = {codes(row[0])[0]: (*numbers(row[1]), row[2]) for row in table("presets.md", "cue")}
    assert cues == {cue.name: (cue.lo, cue.hi, cue.says) for cue in CUES.values()}
    assert {codes(row[0])[0]: row[1] for row in table("presets.md", "name")} == dict(PERSON)


def formula(text: str) -> Formula:
    return compile(text, input_names(["pace"]))


def value(text: str) -> float:
    names = dict.fromkeys(input_names([]), 0.3)
    return float(formula(text).evaluate(names, State()))


def test_functions_are_all_there_are_and_their_examples_work() -> None:
    rows = table("presets.md", "function")
    assert [(codes(usage)[0], does) for usage, does, _ in rows] == [
        (entry.usage, entry.does) for entry in FUNCTIONS.values()
    ]
    for (_, _, example), name in zip(rows, FUNCTIONS, strict=True):
        text = codes(example)[0]
        assert f"{name}(" in text
        assert np.isfinite(value(text))


def test_operators_are_all_there_are_and_their_examples_work() -> None:
    shown = set()
    for operators, _, example in table("presets.md", "operator"):
        shown |= {sign.replace(" ", "") for sign in codes(operators)}
        assert np.isfinite(value(codes(example)[0]))
        for sign in codes(operators):
            assert all(part in codes(example)[0] for part in sign.split(" … ")) or "<" in operators
    assert shown == set(filter(spoken, OPERATORS))


def spoken(operator: str) -> bool:
    """Whether the language has an operator."""
    forms = {
        "not": "not joy",
        "if…else": "1 if joy else 2",
        ":=": "(joy := 1)",
        "lambda": "lambda: joy",
    }
    try:
        formula(forms.get(operator, f"joy {operator} calm"))
    except FormulaError:
        return False
    return True


# --- shaders.md ---------------------------------------------------------------------------------


def shader(folder: Path, text: str) -> Path:
    path = folder / "shaders" / "breath.fs"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def params_for(chain: Chain, views: list[CrowdView], folder: Path) -> Iterator[Params]:
    path = folder / "presets" / "tide.toml"
    path.parent.mkdir()
    path.write_text('title = "Tide"\nshader = "breath.fs"\n', encoding="utf-8")
    mapper = Mapper(load_preset(path, Assets([folder, ROOT])), chain.declared, seed=0)
    for view in views:
        yield mapper.step(view, {})


def pixels(chain: Chain, at: Params, mix: float) -> NDArray[np.float32]:
    picture = chain.draw(at, mix)
    kind = np.uint8 if picture.dtype == "f1" else np.float16
    raw = np.frombuffer(picture.read(), kind).astype(np.float32)
    return raw.reshape(-1, 4) / (255 if kind is np.uint8 else 1)


@pytest.mark.gl
@pytest.mark.parametrize("block", params(blocks("shaders.md", "isf")))
def test_shaders_compile_and_draw(
    gl: moderngl.Context, block: Block, tmp_path: Path, views: list[CrowdView]
) -> None:
    chain = Chain(gl, [shader(tmp_path, block.text)], Assets([tmp_path, ROOT]), (256, 144))
    try:
        assert chain.warnings == ()
        for params in params_for(chain, views, tmp_path):
            if params.step and params.step % 2 == 0:
                chain.simulate(params)
        drawn = pixels(chain, params, 1.0)
        assert np.isfinite(drawn).all()
        assert np.ptp(drawn[:, :3].max(axis=1)) > 0.1, "it shows nothing"
        changes = np.abs(pixels(chain, params, 0.0) - drawn).max() > 0
        assert changes == ("emo_mix" in block.text)
    finally:
        chain.release()


@pytest.mark.gl
@pytest.mark.parametrize("place", range(len(blocks("shaders.md", "isf wrong"))))
def test_faults_of_shaders_read_as_shown(gl: moderngl.Context, place: int, tmp_path: Path) -> None:
    path = shader(tmp_path, blocks("shaders.md", "isf wrong")[place].text)
    with pytest.raises(ShaderError) as caught:
        Chain(gl, [path], Assets([tmp_path, ROOT]), (16, 9))
    said = [str(fault).removeprefix(f"{tmp_path}/") for fault in caught.value.faults]
    shown = blocks("shaders.md", "faults")[place].text.splitlines()
    if "undeclared" in shown[0]:  # the driver's own words; ours stand before and after them
        said, shown = (
            [re.sub(r"(line \d+: ).*(: in: )", r"\1…\2", s) for s in x] for x in (said, shown)
        )
    assert said == shown


def test_the_automatic_names_are_all_there_are(tmp_path: Path) -> None:
    source = load(shader(tmp_path, "/*{}*/ void main() {}"), Assets([tmp_path, ROOT])).fragment(0)
    found = {name: kind for kind, name in re.findall(r"^uniform (\w+) (\w+);", source, re.M)}
    found |= {"PASSINDEX": "int", "isf_FragNormCoord": "vec2"}
    rows = table("shaders.md", "name")
    assert {codes(row[0])[0]: codes(row[1])[0] for row in rows} == found
    functions = set(re.findall(r"\b(IMG_\w+)\(sampler2D", source))
    assert {text.split("(")[0] for text in codes(read("shaders.md")) if "IMG_" in text} >= functions
    assert functions == {name for name in re.findall(r"`(IMG_\w+)\(image", read("shaders.md"))}


def test_the_types_are_all_types(tmp_path: Path) -> None:
    inputs = ", ".join(f'{{"NAME": "x{kind}", "TYPE": "{kind}"}}' for kind in TYPES)
    text = f'/*{{"INPUTS": [{inputs}]}}*/ void main() {{}}'
    source = load(shader(tmp_path, text), Assets([tmp_path, ROOT])).fragment(0)
    found = {name: kind for kind, name in re.findall(r"^uniform (\w+) x(\w+);", source, re.M)}
    rows = table("shaders.md", "TYPE of an input")
    assert {codes(row[0])[0]: codes(row[1])[0] for row in rows} == found


def test_the_library_is_all_there_is() -> None:
    found = []
    for path in sorted((ROOT / "shaders" / "lib").iterdir()):
        functions = re.findall(r"^(\w+ \w+\([^)]*\))\s*\{", path.read_text("utf-8"), re.M)
        found += [(path.name, function) for function in functions]
    shown, file = [], ""
    for row in table("shaders.md", "file"):
        file = codes(row[0])[0] if codes(row[0]) else file
        shown.append((file, codes(row[1])[0]))
    assert sorted(shown) == sorted(found)


def test_data_textures_are_as_the_code_makes_them() -> None:
    crowd, views = crowd_of(4096, seconds=1)
    rows = {codes(row[0])[0]: row for row in table("shaders.md", "texture")}
    assert rows.keys() == TEXTURES | {"emo_palette"}
    params = every_texture(views)
    for name, (_, size, read_as, _) in rows.items():
        width, height = map(int, size.split(" × "))
        assert read_as == ("linear" if name in SMOOTH else "nearest")
        if name == "emo_palette":
            assert (height, width) == (1, len(params.ramp))
        else:
            assert params.textures[name].shape == (height, width, 4)
    assert params.counts == {"emo_people_count": crowd.people.reach}


def every_texture(views: list[CrowdView]) -> Params:
    path = ROOT / "presets" / "rina" / "tidal.toml"
    preset = load_preset(path, Assets([ROOT]))
    declared = {"tidal": {name: IsfInput(name, "image") for name in TEXTURES}}
    bare = type(preset.bindings)()
    plain = {key: compile(str(text), PERSON) for key, text in PeopleSpec().model_dump().items()}
    mapper = Mapper(
        LoadedPreset(path, preset.preset, (path,), (), bare, preset.palette, None, plain),
        declared,
        seed=0,
    )
    for view in views:
        params = mapper.step(view, {})
    return params


def layouts() -> dict[str, dict[str, str]]:
    """What the table of layouts says: texel → name of a value → formula of r, g, b and a."""
    found = {}
    for row in table("shaders.md", "texel"):
        decoded = [code.split(" = ", 1) for cell in row[1:] for code in codes(cell)]
        found[row[0].replace("`", "")] = dict((name, text) for name, text in decoded)
    return found


def decoded(texel: str, at: NDArray[np.float32], **more: NDArray[np.intp]) -> dict[str, Any]:
    names = {**dict(zip("rgba", np.moveaxis(at, -1, 0), strict=True)), **more}
    return {
        name: compile(text, names).evaluate(names, State())
        for name, text in layouts()[texel].items()
    }


def test_texels_hold_what_the_layouts_say() -> None:
    crowd, views = crowd_of(9)
    people, textures = crowd.people, every_texture(views).textures
    slots = people.slots()
    assert {texel.split()[0] for texel in layouts()} == set(textures)
    place = decoded("emo_people row 0", textures["emo_people"][0, slots])
    said = decoded("emo_people row 1", textures["emo_people"][1, slots])
    own = decoded("emo_people row 2", textures["emo_people"][2, slots])
    size = (1.5 + 3.5 * (people.arousal[slots] + 1) / 2) * people.weight[slots]
    feelings = {name: np.nan_to_num(getattr(people, name)[slots]) for name in said}
    for name, known in feelings.items():
        assert np.allclose(said[name], known, atol=1e-6), name
    assert np.allclose(place["x"], feelings["valence"], atol=1e-6)
    assert np.allclose(place["y"], feelings["arousal"], atol=1e-6)
    assert np.allclose(place["size"], size, atol=1e-4)
    assert (place["presence"] == 1).all(), "here for more than a second, silent for less than 30"
    assert np.allclose(own["age"], (views[-1].step - people.born[slots]) / 60, atol=1e-4)
    assert all(((own[part] >= 0) & (own[part] <= 1)).all() for part in ("red", "green", "blue"))

    row, column = np.nonzero(textures["emo_dots"][..., 2])
    dots = decoded("emo_dots", textures["emo_dots"][row, column], row=row, column=column)
    who = np.rint(dots["slot"]).astype(int)
    assert set(who) <= set(slots) and len(who) >= 5
    order = np.searchsorted(slots, who)
    for name in ("x", "y", "size"):
        assert np.allclose(dots[name], place[name][order], atol=1e-4), name

    field = decoded("emo_field", textures["emo_field"])
    crowded = field["density"] > 0.1
    assert crowded.any() and (field["density"] < 1).all()
    assert (np.ptp(feelings["valence"]) >= np.ptp(field["valence"][crowded])).all()
    for name in ("valence", "arousal"):
        assert field[name][crowded].min() >= feelings[name].min() - 1e-3
        assert field[name][crowded].max() <= feelings[name].max() + 1e-3
    assert (field["agreement"] >= 0).all() and field["agreement"][0, 0] == 1

    many = len(crowd.modes)
    assert many > 0
    below = decoded("emo_modes row 0", textures["emo_modes"][0, :many])
    above = decoded("emo_modes row 1", textures["emo_modes"][1])
    assert np.allclose(below["valence"], crowd.modes.centres[:, 0], atol=1e-6)
    assert np.allclose(below["arousal"], crowd.modes.centres[:, 1], atol=1e-6)
    assert np.allclose(below["mass"], crowd.modes.mass, atol=1e-6)
    assert np.allclose(below["spread"], crowd.modes.spread, atol=1e-6)
    assert above["here"].tolist() == [1.0] * many + [0.0] * (16 - many)
    assert np.rint(above["identity"][:many]).tolist() == crowd.modes.identity.tolist()


# --- senders.md, and all of them ----------------------------------------------------------------


def encoded(line: str) -> bytes:
    """The message of a line `address types values…`, by an encoder that is not ours."""
    address, types, *values = line.split()
    assert len(types) == len(values)
    builder = OscMessageBuilder(address)
    for kind, text in zip(types, values, strict=True):
        builder.add_arg({"f": float, "d": float, "i": int, "s": str}[kind](text), kind)
    datagram: bytes = builder.build().dgram
    return datagram


def messages(block: Block) -> list[Message]:
    rejected: Counter[str] = Counter()
    found = [
        message for line in block.text.splitlines() for message in decode(encoded(line), rejected)
    ]
    assert not rejected
    return found


@pytest.mark.parametrize("block", params(blocks("senders.md", "osc")))
def test_what_senders_send_is_understood(block: Block) -> None:
    after = read("senders.md").split("\n")[block.line :]
    closing = after.index("```")
    unipolar = "[0, 1]" in " ".join(after[closing : closing + 3])
    notices = Notices()
    inlet = AddressSpace((0.0, 1.0) if unipolar else (-1.0, 1.0), Names(), notices)
    said = inlet.read(messages(block))
    assert len(said) == len(block.text.splitlines())
    assert not notices.rejected
    feelings = [(each.valence, each.arousal) for each in said]
    if unipolar:
        assert feelings[0][0] == 0.5 and feelings[1][1] == 0.0
