"""A preset's `[images]`: what each line means, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.core.isf import IsfInput
from empathy_palettes.mapping.images import ImageSource
from empathy_palettes.mapping.mapper import Mapper
from empathy_palettes.mapping.preset import LoadedPreset, load_preset

Load = Callable[[str], LoadedPreset]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project: files beside the preset, in its root, and outside of it."""
    root = tmp_path.resolve() / "project"
    for name in (
        "shaders/tidal.fs",
        "presets/rina/harbour.jpg",
        "presets/rina/waves.mp4",
        "presets/rina/roll/a.png",
        "pictures/sky.png",
        "../secret.png",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"-")
    (root / "presets/rina/link.png").symlink_to(tmp_path / "secret.png")
    return root


@pytest.fixture
def load(root: Path) -> Load:
    def load(images: str) -> LoadedPreset:
        path = root / "presets" / "rina" / "it.toml"
        head = 'title = "It"\nshader = "tidal.fs"\n[images]\n'
        path.write_text(head + images, encoding="utf-8")
        return load_preset(path, Assets([root]))

    return load


def test_what_each_form_means(load: Load, root: Path) -> None:
    loaded = load("""
        photo = "harbour.jpg"
        sky   = "pictures/sky.png"
        clip  = { path = "waves.mp4", speed = 0.5, loop = false }
        roll  = { path = "roll", seconds = 2 }
        slow  = "roll"
    """)
    here = root / "presets" / "rina"
    assert loaded.images == (
        ImageSource("photo", here / "harbour.jpg", "harbour.jpg"),
        ImageSource("sky", root / "pictures/sky.png", "pictures/sky.png"),
        ImageSource("clip", here / "waves.mp4", "waves.mp4", speed=0.5, loop=False),
        ImageSource("roll", here / "roll", "roll", folder=True, seconds=2.0),
        ImageSource("slow", here / "roll", "roll", folder=True, seconds=4.0),
    )
    assert set(loaded.files) >= {here / "it.toml", here / "harbour.jpg", here / "roll"}


def test_every_fault_is_told_at_once_with_file_key_and_remedy(load: Load, root: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load("""
            a = "harbor.jpg"
            b = 3
            c = { path = "waves.mp4", sped = 2 }
            d = { path = "waves.mp4", speed = -1 }
            e = { path = "roll", speed = 2, loop = false }
            f = { path = "harbour.jpg", seconds = 2 }
            g = "../../../secret.png"
            h = "link.png"
            i = "/etc/hostname"
            j = {}
        """)
    told = {fault.where: fault for fault in caught.value.faults}
    assert {fault.file for fault in caught.value.faults} == {str(root / "presets/rina/it.toml")}
    wanted = {
        "images.a": ("no file 'harbor.jpg'", "did you mean 'harbour.jpg'?"),
        "images.b": ("3", 'a path in quotes, or { path = "…" }'),
        "images.c.sped": ("unknown key", "did you mean 'speed'?"),
        "images.d.speed": ("-1", "greater than"),
        "images.e.speed": ("means nothing for a folder", "leave it out"),
        "images.e.loop": ("means nothing for a folder", "leave it out"),
        "images.f.seconds": ("means nothing for one file", "leave it out"),
        "images.g": ("leads outside", "put the file into"),
        "images.h": ("leads outside", "put the file into"),
        "images.i": ("leads outside", "put the file into"),
        "images.j.path": ("missing", "add a line"),
    }
    assert told.keys() == wanted.keys()
    for where, (problem, fix) in wanted.items():
        assert problem in told[where].problem and fix in told[where].fix, told[where]


def declare(**inputs: str) -> dict[str, dict[str, IsfInput]]:
    return {"tidal": {name: IsfInput(name, kind) for name, kind in inputs.items()}}


def test_only_image_inputs_take_pictures(load: Load) -> None:
    loaded = load("""
        photo = "harbour.jpg"
        foto  = "harbour.jpg"
        level = "harbour.jpg"
        wave  = "harbour.jpg"
        emo_field = "harbour.jpg"
    """)
    declared = declare(photo="image", level="float", wave="audio", emo_field="image")
    with pytest.raises(ConfigError) as caught:
        Mapper(loaded, declared, 0)
    assert [(fault.where, fault.fix) for fault in caught.value.faults] == [
        ("images.foto", "did you mean 'photo'?"),
        ("images.level", "known: photo"),
        ("images.wave", "known: photo"),
        ("images.emo_field", "leave it out"),
    ]
    with pytest.raises(ConfigError, match="the shader has no image inputs"):
        Mapper(load('photo = "harbour.jpg"'), declare(level="float"), 0)


def test_an_image_may_hear_and_one_that_nothing_is_shown_on_is_told(load: Load) -> None:
    declared = {
        "tidal": {
            "photo": IsfInput("photo", "image"),
            "wave": IsfInput("wave", "image"),
            "iChannel0": IsfInput("iChannel0", "image", label="sound"),
            "inputImage": IsfInput("inputImage", "image"),
            "emo_people": IsfInput("emo_people", "image"),
        }
    }
    silent = Mapper(load(""), declared, 0)
    assert [fault.problem for fault in silent.lacks] == [
        "the image 'photo' has no picture: it is black",
        "the image 'wave' has no picture: it is black",
    ]
    assert silent.listens  # the channel does
    given = Mapper(load('photo = "harbour.jpg"\nwave = "sound"'), declared, 0)
    assert not given.lacks and given.listens
    shown = Mapper(load('photo = "harbour.jpg"\niChannel0 = "harbour.jpg"'), declared, 0)
    assert not shown.listens
    with pytest.raises(ConfigError, match=r"images\.waev: no shader has an image input"):
        Mapper(load('waev = "sound"'), declared, 0)
