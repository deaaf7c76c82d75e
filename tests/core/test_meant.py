"""A reference that finds nothing is told what lies beside it, and never what lies elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.errors import AssetError
from empathy_palettes.core.meant import media_meant, near_file


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in (
        *("presets/mine.toml", "presets/photo.toml", "photo.jpg", ".foto.jpg", "photo.frag"),
        *("pictures/harbour.png", "shaders/rings.fs", "shaders/lib/noise.glsl", "desk/clouds.frag"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("", encoding="utf-8")
    (tmp_path / "corporate.jpg").write_text("")
    return root.resolve()


def fix(error: pytest.ExceptionInfo[AssetError]) -> str:
    (fault,) = error.value.faults
    return fault.fix


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("foto.jpg", "did you mean 'photo.jpg'?"),
        ("photo.png", "did you mean 'photo.jpg'?"),
        ("pictures/harbor.png", "did you mean 'pictures/harbour.png'?"),
        ("picture", "did you mean 'pictures'?"),
        ("zzz.jpg", "known: photo.jpg"),
        ("nowhere/a.jpg", "check the path"),
    ],
)
def test_a_picture_is_sought_among_pictures(project: Path, reference: str, told: str) -> None:
    with pytest.raises(AssetError) as caught:
        Assets([builtin_root()]).locate(reference, project / "presets" / "mine.toml")
    assert fix(caught) == told


@pytest.mark.parametrize("reference", ["../../corp.jpg", "../../corporate.jpg", "/corp.jpg"])
def test_nothing_is_told_of_a_folder_outside(project: Path, reference: str) -> None:
    with pytest.raises(AssetError, match="leads outside") as caught:
        Assets([builtin_root()]).locate(reference, project / "presets" / "mine.toml")
    assert "corporate" not in fix(caught)


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("noize.glsl", "did you mean 'noise.glsl'?"),
        ("lib/noize.glsl", "did you mean 'lib/noise.glsl'?"),
        ("moss/noise.glsl", "put it beside the file or into shaders/, or say --include-path DIR"),
        ("mod.glsl", "put it beside the file or into shaders/, or say --include-path DIR"),
    ],
)
def test_an_include_is_sought_among_libraries(project: Path, reference: str, told: str) -> None:
    with pytest.raises(AssetError) as caught:
        Assets([project]).resolve("includes", reference, project / "shaders" / "rings.fs")
    assert fix(caught) == told


def test_a_typed_name_may_be_a_file_s_of_any_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds, assets = ("presets", "shaders"), Assets([project])
    monkeypatch.chdir(project / "desk")
    assert assets.meant(kinds, "cluods.frag") == "did you mean 'clouds.frag'?"
    assert assets.meant(kinds, "cluods") == "did you mean 'clouds.frag'?"
    assert assets.meant(kinds, "ring") == "did you mean 'rings'?"
    monkeypatch.chdir(project)
    assert assets.meant(kinds, "desk/cloud.frag") == "did you mean 'desk/clouds.frag'?"
    assert assets.meant(kinds, "zzz.frag") == "known: mine, photo, rings"


def test_a_reference_to_a_shader_is_told_only_what_it_may_have(
    project: Path, tmp_path: Path
) -> None:
    (tmp_path / "clouds.frag").write_text("")
    owner = project / "presets" / "mine.toml"
    for reference, told in (
        ("../desk/cloud.frag", "did you mean '../desk/clouds.frag'?"),
        ("../../cloud.frag", "known: photo, rings"),
    ):
        with pytest.raises(AssetError) as caught:
            Assets([project]).resolve("shaders", reference, owner)
        assert fix(caught) == told.replace("photo, ", "")


def test_the_stem_counts_and_then_the_suffix() -> None:
    assert near_file("bet.wav", ["beat.mp3", "beat.wav", "a.wav"]) == "beat.wav"
    assert near_file("corp.jpg", ["a.jpg", "b.jpg"]) == ""


def test_a_folder_that_cannot_be_read_holds_nothing(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path / "a\0", tmp_path / ("x" * 5000)):
        assert media_meant("a.wav", [folder]) == "check the path"
