"""The guide to shaders is true: what it shows is drawn, and what it lists is all there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.errors import ShaderError
from empathy_palettes.core.isf import IsfInput
from empathy_palettes.core.isf_input import TYPES
from empathy_palettes.crowd.crowd import Crowd
from empathy_palettes.mapping.fitting import Declared
from empathy_palettes.mapping.formula import compile
from empathy_palettes.mapping.mapper import Mapper
from empathy_palettes.mapping.memory import State
from empathy_palettes.mapping.params import Params
from empathy_palettes.mapping.people import TEXTURES
from empathy_palettes.mapping.preset import load_preset
from empathy_palettes.mapping.view import CrowdView
from empathy_palettes.render.chain import Chain
from empathy_palettes.render.loader import load
from empathy_palettes.render.upload import SMOOTH
from empathy_palettes.show.still import render

Text = Callable[[str], str]
Blocks = Callable[[str, str], list[str]]
Table = Callable[[str, str], list[list[str]]]
Gathering = Callable[[int, int], tuple[Crowd, list[CrowdView]]]

GUIDE = "shaders.md"


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def shader(folder: Path, text: str) -> Path:
    path = folder / "shaders" / "breath.fs"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def roots(folder: Path) -> Assets:
    return Assets([folder, builtin_root()])


def mapped(declared: Declared, views: list[CrowdView], folder: Path) -> Iterator[Params]:
    """What a preset that sets no input asks of a shader, step by step."""
    path = folder / "presets" / "tide.toml"
    path.parent.mkdir(exist_ok=True)
    text = 'title = "Tide"\nshader = "tidal.fs"\n[people]\nx = "valence"\ny = "arousal"\n'
    path.write_text(text, encoding="utf-8")
    mapper = Mapper(load_preset(path, roots(folder)), declared, seed=0)
    for view in views:
        yield mapper.step(view, {})


def pixels(chain: Chain, at: Params, mix: float) -> NDArray[np.floating[Any]]:
    picture = chain.draw(at, mix)
    kind = np.uint8 if picture.dtype == "f1" else np.float16
    raw = np.frombuffer(picture.read(), kind).astype(np.float32)
    return raw.reshape(-1, 4) / (255 if kind is np.uint8 else 1)


@pytest.mark.gl
def test_shaders_compile_and_draw(
    gl: moderngl.Context, blocks: Blocks, tmp_path: Path, views: list[CrowdView]
) -> None:
    for block in blocks(GUIDE, "isf"):
        chain = Chain(gl, [shader(tmp_path, block)], roots(tmp_path), (256, 144))
        try:
            assert chain.warnings == ()
            for asked in mapped(chain.declared, views, tmp_path):
                if asked.step and asked.step % 2 == 0:
                    chain.simulate(asked)
            drawn = pixels(chain, asked, 1.0)
            assert np.isfinite(drawn).all()
            assert np.ptp(drawn[:, :3].max(axis=1)) > 0.1, "it shows nothing"
            changes = np.abs(pixels(chain, asked, 0.0) - drawn).max() > 0
            assert changes == ("emo_mix" in block)
        finally:
            chain.release()


@pytest.mark.gl
def test_faults_read_as_shown(gl: moderngl.Context, blocks: Blocks, tmp_path: Path) -> None:
    for wrong, shown in zip(blocks(GUIDE, "isf wrong"), blocks(GUIDE, "faults"), strict=True):
        with pytest.raises(ShaderError) as caught:
            Chain(gl, [shader(tmp_path, wrong)], roots(tmp_path), (16, 9))
        said = [str(fault).removeprefix(f"{tmp_path}/") for fault in caught.value.faults]
        assert {ours(line) for line in said} == {ours(line) for line in shown.splitlines()}


@pytest.mark.gl
@pytest.mark.parametrize(("size", "radius"), [(3, 3), (7, 6.5), (20, 6.5)])
def test_dots_are_round_however_large_they_are_asked_to_be(
    blocks: Blocks, tmp_path: Path, size: int, radius: float
) -> None:
    (dots,) = (text for text in blocks(GUIDE, "isf") if "Everybody, as a dot" in text)
    shader(tmp_path, dots)
    preset = tmp_path / "presets" / "dots.toml"
    preset.parent.mkdir()
    preset.write_text(
        'title = "Dots"\nshader = "breath.fs"\n[people]\n'
        f'x = "valence"\ny = "arousal"\nsize = "{size}"\n'
    )
    picture = render(preset, feel=(0.3, -0.2), size=(1920, 1080), assets=roots(tmp_path))
    lit = picture[..., :3].max(axis=2) > 40
    rows, columns = np.nonzero(lit)
    unit = 1.08
    for across in (np.ptp(rows), np.ptp(columns)):
        assert abs((across + 1) / 2 - radius * unit) <= 1.5
    y, x = rows - rows.mean(), columns - columns.mean()
    assert np.hypot(x, y).max() < radius * unit + 1.5  # a square would reach 1.4 times as far


def ours(line: str) -> str:
    """A fault without what each driver has of its own: words, and whether it tells a column."""
    return re.sub(r"(line \d+)(?:, column \d+)?(: ).*(: in: )", r"\1\2…\3", line)


def test_the_automatic_names_are_all_there_are(text: Text, table: Table, tmp_path: Path) -> None:
    source = load(shader(tmp_path, "/*{}*/ void main() {}"), roots(tmp_path)).fragment(0)
    found = {name: kind for kind, name in re.findall(r"^uniform (\w+) (\w+);", source, re.M)}
    found |= {"PASSINDEX": "int", "isf_FragNormCoord": "vec2"}
    rows = table(GUIDE, "name")
    assert {codes(row[0])[0]: codes(row[1])[0] for row in rows} == found
    functions = set(re.findall(r"\b(IMG_\w+)\(sampler2D", source))
    assert set(re.findall(r"`(IMG_\w+)\(image", text(GUIDE))) == functions


def test_the_types_are_all_types(table: Table, tmp_path: Path) -> None:
    inputs = ", ".join(f'{{"NAME": "x{kind}", "TYPE": "{kind}"}}' for kind in TYPES)
    declaring = f'/*{{"INPUTS": [{inputs}]}}*/ void main() {{}}'
    source = load(shader(tmp_path, declaring), roots(tmp_path)).fragment(0)
    found = {name: kind for kind, name in re.findall(r"^uniform (\w+) x(\w+);", source, re.M)}
    rows = table(GUIDE, "TYPE of an input")
    assert {codes(row[0])[0]: codes(row[1])[0] for row in rows} == found


def test_the_library_is_all_there_is(table: Table) -> None:
    found = []
    for path in (builtin_root() / "shaders" / "lib").glob("*.glsl"):
        functions = re.findall(r"^(\w+ \w+\([^)]*\))\s*\{", path.read_text("utf-8"), re.M)
        found += [(path.name, function) for function in functions]
    shown, file = [], ""
    for row in table(GUIDE, "file"):
        file = codes(row[0])[0] if row[0] else file
        shown.append((file, codes(row[1])[0]))
    assert sorted(shown) == sorted(found)


def every_texture(views: list[CrowdView], folder: Path) -> Params:
    declared = {"tidal": {name: IsfInput(name, "image") for name in TEXTURES}}
    return list(mapped(declared, views, folder))[-1]


def test_data_textures_are_as_the_code_makes_them(
    table: Table, gathering: Gathering, tmp_path: Path
) -> None:
    crowd, views = gathering(4096, 1)
    last = every_texture(views, tmp_path)
    rows = {codes(row[0])[0]: row for row in table(GUIDE, "texture")}
    assert rows.keys() == TEXTURES | {"emo_palette"}
    for name, (_, size, read_as, _) in rows.items():
        width, height = map(int, size.split(" × "))
        assert read_as == ("linear" if name in SMOOTH else "nearest")
        made = last.ramp[None] if name == "emo_palette" else last.textures[name]
        assert made.shape[:2] == (height, width)
    assert last.counts == {"emo_people_count": crowd.people.reach}


def layouts(table: Table) -> dict[str, dict[str, str]]:
    """What the table of layouts says: texel → name of a value → formula of r, g, b and a."""
    found = {}
    for row in table(GUIDE, "texel"):
        decoded = [code.split(" = ", 1) for cell in row[1:] for code in codes(cell)]
        found[row[0].replace("`", "")] = dict((name, text) for name, text in decoded)
    return found


def decoded(
    layout: dict[str, str], at: NDArray[np.float32], **more: NDArray[np.intp]
) -> dict[str, Any]:
    names = {**dict(zip("rgba", np.moveaxis(at, -1, 0), strict=True)), **more}
    return {name: compile(text, names).evaluate(names, State()) for name, text in layout.items()}


def test_texels_hold_what_the_layouts_say(
    table: Table, gathering: Gathering, tmp_path: Path
) -> None:
    crowd, views = gathering(9, 3)
    says = layouts(table)
    people, textures = crowd.people, every_texture(views, tmp_path).textures
    slots = people.slots()
    assert {texel.split()[0] for texel in says} == set(textures)
    place = decoded(says["emo_people row 0"], textures["emo_people"][0, slots])
    said = decoded(says["emo_people row 1"], textures["emo_people"][1, slots])
    own = decoded(says["emo_people row 2"], textures["emo_people"][2, slots])
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
    dots = decoded(says["emo_dots"], textures["emo_dots"][row, column], row=row, column=column)
    who = np.rint(dots["slot"]).astype(int)
    assert set(who) <= set(slots) and len(who) >= 5
    order = np.searchsorted(slots, who)
    for name in ("x", "y", "size"):
        assert np.allclose(dots[name], place[name][order], atol=1e-4), name

    field = decoded(says["emo_field"], textures["emo_field"])
    crowded = field["density"] > 0.1
    assert crowded.any() and (field["density"] < 1).all()
    assert (np.ptp(feelings["valence"]) >= np.ptp(field["valence"][crowded])).all()
    for name in ("valence", "arousal"):
        assert field[name][crowded].min() >= feelings[name].min() - 0.01
        assert field[name][crowded].max() <= feelings[name].max() + 0.01
    assert (field["agreement"] >= 0).all() and field["agreement"][0, 0] == 1

    many = len(crowd.modes)
    assert many > 0
    below = decoded(says["emo_modes row 0"], textures["emo_modes"][0, :many])
    above = decoded(says["emo_modes row 1"], textures["emo_modes"][1])
    assert np.allclose(below["valence"], crowd.modes.centres[:, 0], atol=1e-6)
    assert np.allclose(below["arousal"], crowd.modes.centres[:, 1], atol=1e-6)
    assert np.allclose(below["mass"], crowd.modes.mass, atol=1e-6)
    assert np.allclose(below["spread"], crowd.modes.spread, atol=1e-6)
    assert above["here"].tolist() == [1.0] * many + [0.0] * (16 - many)
    assert np.rint(above["identity"][:many]).tolist() == crowd.modes.identity.tolist()


def test_circles_are_as_the_layouts_say(table: Table, gathering: Gathering, tmp_path: Path) -> None:
    crowd, views = gathering(30, 3)
    says = layouts(table)
    textures = every_texture(views, tmp_path).textures
    feeling, place, flags = (
        decoded(says[f"emo_circles row {row}"], textures["emo_circles"][row, :2])
        for row in range(3)
    )
    ours, signals = crowd.circles, crowd.circles.signals
    assert flags["here"].tolist() == [1, 1]
    assert textures["emo_circles"][2, :, 0].sum() == 2
    for name in ("valence", "arousal", "agreement"):
        assert np.allclose(feeling[name], signals[name][:2], atol=1e-6), name
    assert np.allclose(feeling["share"], ours.share[:2], atol=1e-6)
    assert 0 < feeling["share"].sum() < 1, "a third of them are in no circle"
    assert np.allclose(place["x"], ours.x[:2], atol=1e-6)
    assert np.allclose(place["y"], ours.y[:2], atol=1e-6)
    assert np.allclose(place["age"], ours.age[:2], atol=1e-4)
    known = ~np.isnan(signals["resonance"][:2])
    assert flags["known"].tolist() == known.tolist()
    assert np.allclose(place["resonance"][known], signals["resonance"][:2][known])
    ties = decoded(says["emo_ties"], textures["emo_ties"])
    told = ~np.isnan(ours.ties)
    assert (ties["known"] == told).all()
    assert np.allclose(ties["tie"], np.where(told, ours.ties, 0), atol=1e-6)
