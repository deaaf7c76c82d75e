"""Makes a copy of a preset or an installation that is yours to edit, or a preset for a shader.

Does not decide what moves what: `first_mapping` does.
"""

from __future__ import annotations

import re
from pathlib import Path

from ...core.assets import SUFFIXES, Assets
from ...core.errors import AssetError, EmpathyError, Fault
from ...mapping.mapper import Mapper
from ...mapping.preset import LoadedPreset, load_preset
from ...mapping.work import BACKGROUND, find_work, not_by_itself
from ...render.loader import load
from .first_mapping import WASH, Subject, preset_text
from .luggage import Luggage, packed

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
Files = dict[Path, bytes]


def new_work(name: str, source: str, folder: Path, assets: Assets) -> list[Path]:
    """Write `presets/NAME.toml` and its shader under `folder`; return what was written.

    `source`: a preset, of which a copy is made; or a shader of any dialect, anywhere, for which a
    first mapping is written. Raises AssetError where a file of that name is there already or
    `source` is nowhere, ShaderError for a shader that does not hold, ConfigError for a transition.
    """
    path = find_work(source, assets)
    if path.suffix in SUFFIXES["presets"] and path.is_file():
        return new_preset(name, str(path), folder, assets)
    return new_preset_for(name, path, folder, assets)


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
    files = {preset_path: text.encode(), shader_path: shader.read_bytes()}
    for suffix in (".vs", ".vert"):
        vertex = shader.with_suffix(suffix)
        if vertex.is_file():
            files[shader_path.with_suffix(suffix)] = vertex.read_bytes()
    return _write(files)


def new_preset_for(name: str, shader: Path, folder: Path, assets: Assets) -> list[Path]:
    """Write `presets/NAME.toml` for a shader, and the shader with what it needs; see `new_work`.

    What is written is read once more as a show would read it; where it does not hold, nothing
    stays. A filter is put behind a built-in generator.
    """
    luggage = packed(_checked(name), shader, assets)
    header = luggage.header
    if header.kind == "transition":
        raise not_by_itself(shader)
    if name in (Path(BACKGROUND).stem, Path(WASH).stem):
        fix = "choose another: a built-in shader of that name may stand in the same chain"
        raise AssetError(Fault("", "name", repr(name), fix))
    before = BACKGROUND if header.kind == "filter" else ""
    subject = Subject(
        name, luggage.main, shader.name, header, luggage.jumps(), before, luggage.unused
    )
    preset_path = folder / "presets" / f"{name}.toml"
    files = {preset_path: preset_text(subject).encode()}
    files |= {folder / "shaders" / path: data for path, data in luggage.files.items()}
    written = _write(files, _there_anyway(luggage, shader, folder))
    try:
        _hold(load_preset(preset_path, assets), assets)
    except EmpathyError:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return written


def new_installation(name: str, source: str, folder: Path, assets: Assets) -> list[Path]:
    """Write `installations/NAME.toml` under `folder`; return what was written.

    What the copied file says of itself, how it is run and in a sentence at its head, is said of
    the copy.
    """
    path = folder / "installations" / f"{_checked(name)}.toml"
    found = assets.find("installations", source)
    text = found.read_text(encoding="utf-8-sig")
    text = re.sub(rf"\bempathy run {re.escape(found.stem)}(?![\w-])", f"empathy run {name}", text)
    text = re.sub(r"\A#[^\n]*[.!?] *\n", "", text)
    own = f"# {name.capitalize()}: an installation of your own, begun as a copy of {found.stem}.\n"
    text = own + ("" if text.startswith("#") else "\n") + text.lstrip("\n")
    text = re.sub(r"^title(\s*)=.*$", f'title\\1= "{name.capitalize()}"', text, count=1, flags=re.M)
    return _write({path: text.encode()})


def _there_anyway(luggage: Luggage, shader: Path, folder: Path) -> Files:
    """Return the files that may be there before: shared ones, and a shader already in its place."""
    shared = {folder / "shaders" / path: luggage.files[path] for path in luggage.shared}
    place = folder / "shaders" / luggage.main
    if place.exists() and place.resolve() == shader.resolve():
        shared |= {folder / "shaders" / path: data for path, data in luggage.files.items()}
    return shared


def _hold(loaded: LoadedPreset, assets: Assets) -> None:
    """Raise what a show would, as far as that shows without a GPU."""
    headers = {path.stem: load(path, assets).header for path in loaded.shaders}
    declared = {
        stem: {item.name: item for item in header.inputs} for stem, header in headers.items()
    }
    Mapper(loaded, declared, seed=0)


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        fix = "use small letters, digits, - and _, for example my-tide"
        raise AssetError(Fault("", "name", repr(name), fix))
    return name


def _write(files: Files, there_anyway: Files | None = None) -> list[Path]:
    """Write all of the files or none; those of `there_anyway` may be there, if they are the same.

    Returns those that were not.
    """
    same = [path for path, data in (there_anyway or {}).items() if _holds(path, data)]
    files = {path: data for path, data in files.items() if path not in same}
    there = [path for path in files if path.exists()]
    if there:
        fix = "choose another name, or move the file away"
        raise AssetError([Fault(str(path), "", "is there already", fix) for path in there])
    for path, data in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            for written in files:
                written.unlink(missing_ok=True)  # none of them was there before
            fix = "check the folder, its rights and the room on the disk"
            raise AssetError(Fault(str(path), "", error.strerror or str(error), fix)) from None
    return list(files)


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
