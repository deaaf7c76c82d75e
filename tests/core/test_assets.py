"""Assets are found by name, the nearest first, and a file cannot lead out of its project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from empathy_palettes.core.assets import SUFFIXES, Assets, builtin_root
from empathy_palettes.core.errors import AssetError


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    write(root, "presets/rina/tidal.toml", "presets/mine.toml", "presets/palettes/dusk.toml")
    write(root, "shaders/tidal.fs", "shaders/lib/noise.glsl", "installations/desk.toml")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return root.resolve()


@pytest.fixture
def other(tmp_path: Path) -> Path:
    root = tmp_path / "other"
    write(root, "presets/tidal.toml", "presets/calm.toml", "shaders/calm.fs")
    return root.resolve()


def told(error: pytest.ExceptionInfo[AssetError]) -> str:
    (fault,) = error.value.faults
    return str(fault)


@pytest.mark.parametrize(
    "name", ["tidal", "tidal.toml", "rina/tidal", "rina/tidal.toml"], ids=lambda name: name
)
def test_a_name_needs_neither_folder_nor_suffix(project: Path, name: str) -> None:
    assert Assets([project]).find("presets", name) == project / "presets/rina/tidal.toml"


@pytest.mark.parametrize(
    ("kind", "name", "path"),
    [
        ("shaders", "tidal", "shaders/tidal.fs"),
        ("includes", "lib/noise.glsl", "shaders/lib/noise.glsl"),
        ("palettes", "dusk", "presets/palettes/dusk.toml"),
        ("installations", "desk", "installations/desk.toml"),
    ],
)
def test_every_kind_has_its_folder(project: Path, kind: str, name: str, path: str) -> None:
    assert Assets([project]).find(kind, name) == project / path


def test_a_palette_is_no_preset(project: Path) -> None:
    with pytest.raises(AssetError):
        Assets([project]).find("presets", "dusk")
    assert [path.stem for path in Assets([project]).listing("presets")] == ["mine", "tidal"]


def test_the_first_root_wins(project: Path, other: Path) -> None:
    assert Assets([other, project]).find("presets", "tidal") == other / "presets/tidal.toml"
    assert Assets([project, other]).find("presets", "tidal").is_relative_to(project)
    assert Assets([project, other]).find("presets", "calm") == other / "presets/calm.toml"
    listing = Assets([project, other]).listing("presets")
    assert [path.stem for path in listing] == ["calm", "mine", "tidal"]
    assert listing[2].is_relative_to(project)


def test_a_miss_lists_every_place_and_the_nearest_name(project: Path, other: Path) -> None:
    with pytest.raises(AssetError) as caught:
        Assets([project, other]).find("presets", "tidel")
    assert told(caught) == (
        f"no preset 'tidel' in {project / 'presets'}, {other / 'presets'}: did you mean 'tidal'?"
    )


def test_whoever_starts_the_program_may_name_any_file(project: Path, tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/own.toml")
    found = Assets([project]).find("presets", "own.toml")
    assert found == (tmp_path / "elsewhere/own.toml").resolve()
    assert Assets([]).find("presets", str(found)) == found


@pytest.mark.parametrize("name", ["", "\0", "a\0.toml", "x" * 5000 + ".toml", "../tidal", "."])
def test_an_impossible_name_is_a_miss(project: Path, name: str) -> None:
    owner = project / "presets/mine.toml"
    assets = Assets([project])
    with pytest.raises(AssetError):
        assets.find("presets", name)
    with pytest.raises(AssetError):
        assets.resolve("presets", name, owner)


def test_discovery_goes_from_the_project_to_what_is_built_in(
    project: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = os.pathsep.join([str(other), "", str(other)])
    assert Assets.discover().roots == [builtin_root()]
    assert Assets.discover(project, environment).roots == [project, other, builtin_root()]
    monkeypatch.chdir(project)
    assert Assets.discover(None, environment).roots == [project, other, builtin_root()]
    assert Assets.discover(other).roots == [other, builtin_root()]


def test_what_is_built_in_is_there() -> None:
    assert (builtin_root() / "presets").is_dir()
    assert (builtin_root() / "shaders").is_dir()


def test_a_reference_is_looked_up_beside_its_owner_then_in_its_project_then_in_the_roots(
    project: Path, other: Path
) -> None:
    assets = Assets([other])
    owner = project / "presets/rina/tidal.toml"
    assert assets.resolve("shaders", "tidal.fs", owner) == project / "shaders/tidal.fs"
    assert assets.resolve("shaders", "calm.fs", owner) == other / "shaders/calm.fs"
    write(project, "presets/rina/tidal.fs")
    assert assets.resolve("shaders", "tidal.fs", owner) == project / "presets/rina/tidal.fs"
    assert (
        assets.resolve("shaders", "../../shaders/tidal.fs", owner) == project / "shaders/tidal.fs"
    )


def test_a_reference_never_means_a_file_of_the_current_folder(
    project: Path, tmp_path: Path
) -> None:
    write(tmp_path, "elsewhere/tidal.fs")
    owner = project / "presets/rina/tidal.toml"
    assert Assets([project]).resolve("shaders", "tidal.fs", owner) == project / "shaders/tidal.fs"


def test_a_reference_that_is_not_there_names_its_owner(project: Path) -> None:
    owner = project / "presets/mine.toml"
    with pytest.raises(AssetError) as caught:
        Assets([project]).resolve("shaders", "tidel.fs", owner)
    assert told(caught).startswith(f"{owner}: no shader 'tidel.fs' in {project / 'shaders'}")
    assert told(caught).endswith("did you mean 'tidal'?")


def test_a_reference_cannot_lead_outside(project: Path, tmp_path: Path) -> None:
    write(tmp_path, "secret.fs")
    (project / "shaders/link.fs").symlink_to(tmp_path / "secret.fs")
    (project / "presets/beside.fs").symlink_to(tmp_path / "secret.fs")
    owner = project / "presets/mine.toml"
    for reference in (
        str(tmp_path / "secret.fs"),
        "../../secret.fs",
        "link.fs",
        "link",
        "beside.fs",
    ):
        with pytest.raises(AssetError) as caught:
            Assets([project]).resolve("shaders", reference, owner)
        assert told(caught) == f"{owner}: {reference!r} leads outside: put the file into {project}"


def test_a_symlink_within_the_roots_is_followed(project: Path, other: Path) -> None:
    (project / "shaders/link.fs").symlink_to(other / "shaders/calm.fs")
    owner = project / "presets/mine.toml"
    found = Assets([project, other]).resolve("shaders", "link", owner)
    assert found == other / "shaders/calm.fs"


def test_a_file_outside_any_project_has_its_own_folder(tmp_path: Path, project: Path) -> None:
    write(tmp_path, "desk/own.toml", "desk/own.fs", "above.fs")
    owner = (tmp_path / "desk/own.toml").resolve()
    assets = Assets([project])
    assert assets.resolve("shaders", "own.fs", owner) == owner.with_suffix(".fs")
    assert assets.resolve("shaders", "tidal", owner) == project / "shaders/tidal.fs"
    with pytest.raises(AssetError, match="leads outside"):
        assets.resolve("shaders", "../above.fs", owner)


@pytest.mark.parametrize("kind", SUFFIXES)
def test_nothing_is_listed_where_there_is_no_folder(kind: str, tmp_path: Path) -> None:
    assert Assets([tmp_path / "none"]).listing(kind) == []


def test_an_include_is_looked_for_in_the_include_paths(project: Path, tmp_path: Path) -> None:
    library = tmp_path / "libraries"
    write(library, "moss/soft.glsl", "moss/math/mod.glsl")
    assets = Assets.discover(project, include_paths=[library])
    owner = project / "shaders/tidal.fs"
    soft = assets.resolve("includes", "moss/soft.glsl", owner)
    assert soft == (library / "moss/soft.glsl").resolve()
    assert assets.resolve("includes", "math/mod.glsl", soft) == soft.parent / "math/mod.glsl"
    with pytest.raises(AssetError, match=r"no shader .moss/soft\.glsl"):
        assets.resolve("shaders", "moss/soft.glsl", owner)
    with pytest.raises(AssetError, match="leads outside"):
        write(tmp_path, "private.glsl")
        assets.resolve("includes", "../../private.glsl", soft)


def test_a_project_is_a_folder(project: Path) -> None:
    with pytest.raises(AssetError, match=r"project: .*nowhere.* is no folder"):
        Assets.discover(project / "nowhere")


def test_an_include_path_is_a_folder(project: Path) -> None:
    with pytest.raises(AssetError, match=r"include-path: .*nowhere.* is no folder"):
        Assets.discover(project, include_paths=[project / "nowhere"])
