"""What a person names to be shown: a preset, or a shader that no preset is written for yet.

Does not compile shaders: `render` does.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..core.assets import SUFFIXES, Assets, builtin_root, is_file
from ..core.config import read_toml
from ..core.errors import AssetError, ConfigError, Fault, ShaderError
from ..core.isf import parse
from .bindings import Bindings, compiled, constant
from .names import crowd_names, people_names
from .preset import FORMULAS, LoadedPreset, Preset, load_preset

#: What is drawn for a filter where nobody has said what it is to filter.
BACKGROUND = "palette.fs"
#: The inputs that make a shader a transition.
TRANSITION = frozenset({"startImage", "endImage", "progress"})


def load_work(name: str, assets: Assets, owner: Path | None = None) -> LoadedPreset:
    """Return the preset that `name` means, or the preset that goes without saying for a shader.

    `owner`: the file that the name stands in; None for a name that a person has typed. Raises
    AssetError for a name that finds neither, ConfigError with every fault of a preset, and for a
    shader that is a transition.
    """
    path = find_work(name, assets, owner)
    if path.suffix in SUFFIXES["presets"] and is_file(path):
        return load_preset(path, assets)
    return implied_preset(path)


def find_work(name: str, assets: Assets, owner: Path | None = None) -> Path:
    """Return the file of a preset or of a shader, presets first; AssetError where there is none.

    A name that a person has typed may be an installation's: the error says how to show that.
    """
    given = Path(name)
    if owner is None and given.suffix in SUFFIXES["presets"] and is_file(given):
        if _has_playlist(given):
            raise _an_installation(name)
        return given.resolve()
    if owner is None and _is_folder(given) and not _named(name, assets):
        return given.resolve()  # a shader in several files
    if owner is None and is_file(given) and given.suffix in SUFFIXES["shaders"]:
        return given.resolve()
    try:
        return _found("presets", name, assets, owner)
    except AssetError as error:
        first = error.faults[0]
    try:
        return _found("shaders", name, assets, owner)
    except AssetError:
        pass
    if owner is None and is_file(given):
        fix = f"a shader is {_suffixes('shaders')}; a preset is {_suffixes('presets')}"
        raise AssetError(Fault(name, "", "neither a shader nor a preset, by its name", fix))
    if owner is None and name in {path.stem for path in assets.listing("installations")}:
        raise _an_installation(name)
    problem = first.problem.replace("no preset", "no preset or shader", 1)
    fix = assets.meant(("presets", "shaders"), name, owner)
    raise AssetError(replace(first, problem=problem, fix=fix))


def implied_preset(shader: Path) -> LoadedPreset:
    """Return the preset of a shader by itself: its inputs that are called like signals are those.

    A filter is drawn over the built-in palette. ConfigError for a transition.
    """
    kind = _kind(shader)
    if kind == "transition":
        raise not_by_itself(shader)
    before = (background(),) if kind == "filter" else ()
    shaders = (*before, shader)
    preset = Preset(title=shader.stem, shader=tuple(path.name for path in shaders))
    faults: list[Fault] = []
    tables = {
        "palette": (preset.palette, crowd_names(())),
        "people": (preset.people, people_names(())),
    }
    formulas = {
        table: {
            key: formula
            for key in FORMULAS[table]
            if (formula := compiled(constant(getattr(record, key)), key, names, faults))
        }
        for table, (record, names) in tables.items()
    }
    return LoadedPreset(
        path=shader,
        preset=preset,
        files=(),
        shaders=shaders,
        bindings=Bindings(),
        palette=formulas["palette"],
        fixed=None,
        people=formulas["people"],
    )


def background() -> Path:
    """Return the built-in generator that a filter is tried on."""
    return builtin_root() / "shaders" / BACKGROUND


def not_by_itself(transition: Path) -> ConfigError:
    """Return why a transition is not shown, and where it belongs."""
    fix = (
        f'it crosses between presets: [transition] shader = "{transition.stem}" in an installation'
    )
    return ConfigError(Fault(str(transition), "", "a transition draws nothing by itself", fix))


def _has_playlist(path: Path) -> bool:
    """Whether a file is an installation; what cannot be read is for whoever opens it."""
    try:
        return "playlist" in read_toml(path)
    except ConfigError:
        return False


def _an_installation(name: str) -> AssetError:
    return AssetError(Fault("", "", f"{name} is an installation", f"empathy run {name}"))


def _suffixes(kind: str) -> str:
    return ", ".join(SUFFIXES[kind])


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # too long, not ours to look at, a NUL in it
        return False


def _named(name: str, assets: Assets) -> bool:
    """Whether a name that is a folder's too is also a preset's."""
    return name in {path.stem for path in assets.listing("presets")}


def _found(kind: str, name: str, assets: Assets, owner: Path | None) -> Path:
    return assets.find(kind, name) if owner is None else assets.resolve(kind, name, owner)


def _kind(shader: Path) -> str:
    """What an ISF header says the shader is; other dialects, and faults, are for the loader."""
    try:
        return parse(shader.read_text(encoding="utf-8-sig"), str(shader)).kind
    except (ShaderError, OSError, UnicodeDecodeError):
        return "generator"
