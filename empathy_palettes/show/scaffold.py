"""Makes a copy of a preset or an installation that is yours to edit."""

from __future__ import annotations

import re
from pathlib import Path

from ..core.assets import Assets
from ..core.errors import AssetError, Fault
from ..mapping.preset import load_preset

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def new_preset(name: str, source: str, folder: Path, assets: Assets) -> list[Path]:
    """Write `presets/NAME.toml` and `shaders/NAME.fs` under `folder`; return what was written.

    The copy has a shader of its own; further shaders of a chain, and what they include, stay the
    built-in ones. Raises AssetError where a file of that name is there already.
    """
    loaded = load_preset(assets.find("presets", source), assets)
    shader = loaded.shaders[0]
    preset_path = folder / "presets" / f"{_checked(name)}.toml"
    shader_path = folder / "shaders" / f"{name}{shader.suffix}"
    text = loaded.path.read_text(encoding="utf-8")
    text = re.sub(r"^title(\s*)=.*$", f'title\\1= "{name.capitalize()}"', text, count=1, flags=re.M)
    text = re.sub(r'^(shader\s*=.*?)"[^"]+"', rf'\1"{shader_path.name}"', text, count=1, flags=re.M)
    files = {preset_path: text, shader_path: shader.read_text(encoding="utf-8")}
    for suffix in (".vs", ".vert"):
        vertex = shader.with_suffix(suffix)
        if vertex.is_file():
            files[shader_path.with_suffix(suffix)] = vertex.read_text(encoding="utf-8")
    return _write(files)


def new_installation(name: str, source: str, folder: Path, assets: Assets) -> list[Path]:
    """Write `installations/NAME.toml` under `folder`; return what was written."""
    path = folder / "installations" / f"{_checked(name)}.toml"
    text = assets.find("installations", source).read_text(encoding="utf-8")
    text = re.sub(r"^title(\s*)=.*$", f'title\\1= "{name.capitalize()}"', text, count=1, flags=re.M)
    return _write({path: text})


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        fix = "use small letters, digits, - and _, for example my-tide"
        raise AssetError(Fault("", "name", repr(name), fix))
    return name


def _write(files: dict[Path, str]) -> list[Path]:
    there = [path for path in files if path.exists()]
    if there:
        fix = "choose another name, or move the file away"
        raise AssetError([Fault(str(path), "", "is there already", fix) for path in there])
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            for written in files:
                written.unlink(missing_ok=True)  # none of them was there before
            fix = "check the folder, its rights and the room on the disk"
            raise AssetError(Fault(str(path), "", error.strerror or str(error), fix)) from None
    return list(files)
