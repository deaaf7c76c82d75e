"""Where presets, shaders, palettes and installations are found; nothing else knows.

Does not read what it finds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from .config import nearest
from .errors import AssetError, Fault

SUFFIXES = {
    "presets": (".toml",),
    "palettes": (".toml",),
    "shaders": (".fs", ".frag", ".glsl"),
    "transitions": (".fs", ".frag", ".glsl"),
    "includes": (".glsl", ".fs", ".frag"),
    "installations": (".toml",),
}
_FOLDERS = {
    "palettes": "presets/palettes",
    "includes": "shaders",
    "transitions": "shaders/transitions",
}
#: Folders of another kind that lie inside a kind's own.
_OTHERS = {
    "presets": ("presets/palettes",),
    "shaders": ("shaders/lib", "shaders/transitions"),
}


def builtin_root() -> Path:
    """The folder that holds what ships with the package: inside the wheel, or the checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "_assets"
    return inside if inside.is_dir() else package.parent


class Assets:
    """Finds assets by name: the project first, then `$EMPATHY_PATH`, then the built-in ones.

    A name needs neither folder nor suffix: `tidal` finds `presets/rina/tidal.toml`. An `#include`
    is also looked for in the folders `include_paths`, by its whole path.
    """

    def __init__(self, roots: Sequence[Path], include_paths: Sequence[Path] = ()) -> None:
        self.roots = list(dict.fromkeys(root.resolve() for root in roots))
        self.include_paths = list(dict.fromkeys(path.resolve() for path in include_paths))

    @classmethod
    def discover(
        cls, project: Path | None = None, environment: str = "", include_paths: Sequence[Path] = ()
    ) -> Assets:
        """Return the roots of this run; `environment` is the text of `$EMPATHY_PATH`.

        AssetError for an include path that is no folder.
        """
        for path in include_paths:
            if not _is_folder(path):
                raise AssetError(Fault("", "include-path", f"{str(path)!r} is no folder"))
        here = Path.cwd()
        ours = any((here / folder).is_dir() for folder in ("presets", "installations", "shaders"))
        roots = [project] if project else [here] if ours else []
        roots += [Path(part) for part in environment.split(os.pathsep) if part]
        roots.append(builtin_root())
        return cls(roots, include_paths)

    def find(self, kind: str, name: str) -> Path:
        """Return the file that `name` means; AssetError lists every place searched.

        `kind` is a key of `SUFFIXES`. A name that is a path to a file is taken as it is: whoever
        started the program may open any file of theirs.
        """
        given = Path(name)
        if given.suffix in SUFFIXES[kind] and is_file(given):
            return given.resolve()
        if kind == "shaders" and tabs_of(given):
            return given.resolve()
        return self._search(kind, name)

    def _search(self, kind: str, name: str) -> Path:
        for root in self.roots:
            for path in self._files(root, kind):
                relative = path.relative_to(root / _folder(kind))
                if name in (path.name, path.stem, *_spellings(relative)):
                    return path
        searched = ", ".join(str(root / _folder(kind)) for root in self.roots)
        fix = nearest(Path(name).stem, {path.stem for path in self.listing(kind)})
        singular = kind.removesuffix("s")
        raise AssetError(Fault("", "", f"no {singular} {name!r} in {searched}", fix))

    def listing(self, kind: str) -> list[Path]:
        """Return every file of a kind, by name; a name found twice is listed where it is found."""
        found: dict[str, Path] = {}
        for root in self.roots:
            for path in self._files(root, kind):
                found.setdefault(path.stem, path)
        return [found[name] for name in sorted(found)]

    def resolve(self, kind: str, reference: str, owner: Path) -> Path:
        """Return the file that a reference inside `owner` means.

        Looks beside `owner` first, then for an include in the include paths, then in the roots.
        After symlinks the file must lie inside one of these or inside `owner`'s own project (the
        folder that holds its `presets/`, else its folder); AssetError otherwise.
        """
        beside = owner.parent / reference
        if is_file(beside) or (kind == "shaders" and tabs_of(beside)):
            return self.confine(beside, owner, reference)
        for folder in self.include_paths if kind == "includes" else ():
            if is_file(folder / reference):
                return self.confine(folder / reference, owner, reference)
        near = Assets([_project_of(owner), *self.roots])
        try:
            return self.confine(near._search(kind, reference), owner, reference)
        except AssetError as error:
            fault = error.faults[0]
            raise AssetError(Fault(str(owner), fault.where, fault.problem, fault.fix)) from None

    def locate(self, reference: str, owner: Path) -> Path:
        """Return the picture, film, sound or folder that a reference inside `owner` means.

        Looks beside `owner` first, then in its project and the other roots, and confines it as
        `resolve` does; AssetError says where it was looked for.
        """
        folders = [owner.parent, _project_of(owner), *self.roots]
        for folder in dict.fromkeys(folders):
            found = folder / reference
            if is_file(found) or _is_folder(found):
                return self.confine(found, owner, reference)
        beside = (owner.parent / reference).parent
        there = {path.name for path in beside.iterdir()} if _is_folder(beside) else set()
        searched = ", ".join(map(str, dict.fromkeys(folders)))
        fix = nearest(Path(reference).name, there) if there else "check the path"
        raise AssetError(Fault(str(owner), "", f"no file {reference!r} in {searched}", fix))

    def confine(self, path: Path, owner: Path, reference: str) -> Path:
        """Return `path` after symlinks, or AssetError where it lies outside every root."""
        real = path.resolve()
        allowed = [*self.roots, *self.include_paths, _project_of(owner)]
        if not any(real.is_relative_to(root) for root in allowed):
            fix = f"put the file into {allowed[-1]}"
            raise AssetError(Fault(str(owner), "", f"{reference!r} leads outside", fix))
        return real

    @staticmethod
    def _files(root: Path, kind: str) -> Iterator[Path]:
        folder = root / _folder(kind)
        toys: set[Path] = set()
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if any(path.is_relative_to(root / other) for other in _OTHERS.get(kind, ())):
                continue
            if path.parent in toys:
                continue
            if path.suffix in SUFFIXES[kind] and path.is_file():
                yield path
            elif kind == "shaders" and tabs_of(path):
                toys.add(path)  # its files are one shader: the folder
                yield path


def is_file(path: Path) -> bool:
    """Return whether a path that a person wrote is a file's; one that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long, not ours to look at, a NUL in it
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def tab_of(path: Path) -> str:
    """Return which tab of a Shadertoy a file is, by its name; "" where it is none.

    `Buffer A.glsl`, `buffer-a.frag` and `bufferA.fs` are all `bufferA`.
    """
    plain = re.sub(r"[\s_-]", "", path.stem).lower()
    if path.suffix not in SUFFIXES["shaders"]:
        return ""
    if plain in ("image", "main", "mainimage", "shader"):
        return "image"
    buffer = re.fullmatch(r"(?:buffer|buf)([abcd])", plain)
    return f"buffer{buffer[1].upper()}" if buffer else plain if plain == "common" else ""


def tabs_of(folder: Path) -> dict[str, Path]:
    """Return the files of a Shadertoy by tab: `image`, `common`, `bufferA` to `bufferD`.

    Empty where the folder is none: it takes an image, and one of the others beside it.
    """
    try:
        inside = sorted(folder.iterdir()) if folder.is_dir() else []
    except (OSError, ValueError):
        return {}
    found: dict[str, Path] = {}
    for path in inside:
        tab = tab_of(path)
        if tab:
            found.setdefault(tab, path)
    return found if "image" in found and len(found) > 1 else {}


def _folder(kind: str) -> str:
    return _FOLDERS.get(kind, kind)


def _spellings(relative: Path) -> tuple[str, str]:
    return relative.as_posix(), relative.with_suffix("").as_posix()


def _project_of(owner: Path) -> Path:
    """The project a file belongs to: the folder above its `presets/`, `shaders/`, … or its own."""
    for parent in owner.resolve().parents:
        if parent.name in ("presets", "shaders", "installations"):
            return parent.parent
    return owner.resolve().parent
