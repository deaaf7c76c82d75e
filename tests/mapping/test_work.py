"""A preset or a shader is found by what a person calls it, and a shader is shown by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.errors import AssetError, ConfigError
from empathy_palettes.core.isf import IsfInput
from empathy_palettes.mapping.fitting import targets
from empathy_palettes.mapping.work import find_work, load_work

PLAIN = '/*{"INPUTS": []}*/ void main() { gl_FragColor = vec4(1.0); }'
FILTER = '/*{"INPUTS": [{"NAME": "inputImage", "TYPE": "image"}]}*/ void main() {}'
CROSSING = """/*{"INPUTS": [{"NAME": "startImage", "TYPE": "image"},
{"NAME": "endImage", "TYPE": "image"}, {"NAME": "progress", "TYPE": "float"}]}*/ void main() {}"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in (
        ("shaders/glow.fs", PLAIN),
        ("shaders/tide.fs", PLAIN),
        ("shaders/blur.fs", FILTER),
        ("shaders/cross.fs", CROSSING),
        ("presets/tide.toml", 'title = "Tide"\nshader = "glow.fs"\n'),
        ("elsewhere/lamp.frag", "void main() { gl_FragColor = vec4(1.0); }"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def assets(project: Path) -> Assets:
    return Assets([project, builtin_root()])


def test_a_name_is_a_presets_first_and_a_shaders_then(project: Path, assets: Assets) -> None:
    assert find_work("tide", assets) == project / "presets" / "tide.toml"
    assert find_work("tide.fs", assets) == project / "shaders" / "tide.fs"
    assert find_work("glow", assets) == project / "shaders" / "glow.fs"
    assert load_work("tide", assets).preset.title == "Tide"


def test_any_file_of_a_persons_own_may_be_named(project: Path, assets: Assets) -> None:
    lamp = project / "elsewhere" / "lamp.frag"
    loaded = load_work(str(lamp), assets)
    assert (loaded.path, loaded.shaders, loaded.files) == (lamp, (lamp,), ())
    assert loaded.preset.title == "lamp"


def test_what_a_file_names_stays_inside_its_project(project: Path, tmp_path: Path) -> None:
    lamp, owner = project / "elsewhere" / "lamp.frag", tmp_path / "place" / "presets" / "a.toml"
    with pytest.raises(AssetError, match="leads outside"):
        load_work(str(lamp), Assets([builtin_root()]), owner)


def test_a_miss_says_where_it_looked_and_what_is_near(assets: Assets, project: Path) -> None:
    with pytest.raises(AssetError) as caught:
        load_work("glwo", assets)
    told = str(caught.value)
    for name in ("x" * 300, "\0"):
        with pytest.raises(AssetError, match="no preset or shader"):
            load_work(name, assets)
    assert told.startswith(f"no preset or shader 'glwo' in {project / 'presets'}")
    assert told.endswith("did you mean 'glow'?")


def test_a_shader_by_itself_has_a_palette_people_and_its_signals(assets: Assets) -> None:
    loaded = load_work("glow.fs", assets)
    assert loaded.palette.keys() == {"contrast", "diversity", "vivid"}
    assert loaded.people.keys() == {"x", "y", "size"}
    declared = {"glow": {name: IsfInput(name, "float") for name in ("joy", "size")}}
    (found,) = targets(loaded.bindings, declared, [])
    assert (found.item.name, found.binding.formulas[0].text) == ("joy", "joy")


def test_a_filter_has_something_to_filter_and_a_transition_is_sent_home(assets: Assets) -> None:
    loaded = load_work("blur.fs", assets)
    assert [path.name for path in loaded.shaders] == ["palette.fs", "blur.fs"]
    assert loaded.preset.shader == ("palette.fs", "blur.fs")
    with pytest.raises(ConfigError, match=r'\[transition\] shader = "cross" in an installation'):
        load_work("cross.fs", assets)
