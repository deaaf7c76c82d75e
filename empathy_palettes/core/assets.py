"""Where presets, shaders, palettes and installations are found; nothing else knows.

Does not read what it finds, but for what tells a Shadertoy's folder from another.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from .config import near, nearest
from .errors import AssetError, Fault
from .isf import is_isf
from .meant import files_in, media_meant, near_file

SUFFIXES = {
    "presets": (".toml",),
    "palettes": (".toml",),
    "shaders": (".fs", ".frag", ".glsl"),
    "transitions": (".fs", ".frag", ".glsl"),
    "includes": (".glsl", ".fs", ".frag"),
    "installations": (".toml",),
    "adapters": (".toml",),
}
_FOLDERS = {
    "palettes": "presets/palettes",
    "includes": "shaders",
    "transitions": "shaders/transitions",
    "adapters": "installations/adapters",
}
#: Folders of another kind that lie inside a kind's own.
_OTHERS = {
    "presets": ("presets/palettes",),
    "shaders": ("shaders/lib", "shaders/transitions"),
    "installations": ("installations/adapters",),
}
_DRAWS = re.compile(r"\bvoid\s+main(?:Image)?\s*\(|\bvec4\s+transition\s*\(")
_BEGINNING = 2**18  # bytes of a shader that are read to see what it is


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

        AssetError for a project or an include path that is no folder.
        """
        if project and not _is_folder(project):
            raise AssetError(Fault("", "project", f"{str(project)!r} is no folder"))
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

    def _search(self, kind: str, name: str, owner: Path | None = None) -> Path:
        for root in self.roots:
            for path in self._files(root, kind):
                relative = path.relative_to(root / _folder(kind))
                if name in (path.name, path.stem, *_spellings(relative)):
                    return path
        searched = ", ".join(str(root / _folder(kind)) for root in self.roots)
        fix = self.meant((kind,), name, owner)
        singular = kind.removesuffix("s")
        raise AssetError(Fault("", "", f"no {singular} {name!r} in {searched}", fix))

    def meant(self, kinds: Sequence[str], name: str, owner: Path | None = None) -> str:
        """Return what to do about a name that finds no file of these kinds.

        `owner`: the file that it stands in; None for a name that a person has typed, who may see
        what lies in any folder.
        """
        given = Path(name)
        beside = (owner.parent if owner else Path()) / given.parent
        suffixes = {suffix for kind in kinds for suffix in SUFFIXES[kind]}
        seen = owner is None or self._holds(beside, owner)
        close = near_file(given.name, files_in(beside, suffixes)) if seen else ""
        listed = [path for kind in kinds for path in self.listing(kind)]
        if "includes" in kinds:
            ours = {path.name for path in listed if path.suffix == ".glsl"}
            plain = given.parent == Path()  # lygia/noise.glsl is not our noise.glsl
            close = close or (near_file(given.name, ours) if plain else "")
            elsewhere = "put it beside the file or into shaders/, or say --include-path DIR"
            return f"did you mean {str(given.parent / close)!r}?" if close else elsewhere
        stems = {path.stem for path in listed}
        if close and (given.suffix in suffixes or not near(given.stem, stems)):
            return f"did you mean {str(given.parent / close)!r}?"
        return nearest(given.stem, stems)

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
        around = Assets([project_of(owner), *self.roots])
        try:
            return self.confine(around._search(kind, reference, owner), owner, reference)
        except AssetError as error:
            fault = error.faults[0]
            raise AssetError(Fault(str(owner), fault.where, fault.problem, fault.fix)) from None

    def locate(self, reference: str, owner: Path) -> Path:
        """Return the picture, film, sound or folder that a reference inside `owner` means.

        Looks beside `owner` first, then in its project and the other roots, and confines it as
        `resolve` does; AssetError says where it was looked for.
        """
        folders = [owner.parent, project_of(owner), *self.roots]
        for folder in dict.fromkeys(folders):
            found = folder / reference
            if is_file(found) or _is_folder(found):
                return self.confine(found, owner, reference)
        beside = [(folder / reference).parent for folder in folders[:2]]
        ours = [folder for folder in beside if self._holds(folder, owner)]
        if not ours:  # nothing is told of a folder that is none of ours
            raise self._outside(owner, reference)
        searched = ", ".join(map(str, dict.fromkeys(folders)))
        fix = media_meant(reference, ours)
        raise AssetError(Fault(str(owner), "", f"no file {reference!r} in {searched}", fix))

    def confine(self, path: Path, owner: Path, reference: str) -> Path:
        """Return `path` after symlinks, or AssetError where it lies outside every root."""
        if not self._holds(path, owner):
            raise self._outside(owner, reference)
        return path.resolve()

    def _holds(self, path: Path, owner: Path) -> bool:
        """Whether a path, after symlinks, lies where a reference inside `owner` may lead."""
        try:
            real = path.resolve()
        except (OSError, ValueError):
            return False
        allowed = (*self.roots, *self.include_paths, project_of(owner))
        return any(real.is_relative_to(root) for root in allowed)

    @staticmethod
    def _outside(owner: Path, reference: str) -> AssetError:
        fix = f"put the file into {project_of(owner)}"
        return AssetError(Fault(str(owner), "", f"{reference!r} leads outside", fix))

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


def stray_tab(path: Path) -> bool:
    """Whether a shader's file is called like a buffer of a Shadertoy that there is none of."""
    called = re.match(r"buf(?:fer)?[\s_-]?\w?\Z", path.stem, re.IGNORECASE)
    return bool(called) and path.suffix in SUFFIXES["shaders"] and not tab_of(path)


def tabs_of(folder: Path) -> dict[str, Path]:
    """Return the files of a Shadertoy by tab: `image`, `common`, `bufferA` to `bufferD`.

    Empty where the folder is none: it takes an image, and one of the others beside it. No shader of
    it is ISF then, and where it has no buffers, none but the image draws by itself.
    """
    try:
        inside = sorted(folder.iterdir()) if folder.is_dir() else []
    except (OSError, ValueError):
        return {}
    found: dict[str, Path] = {}
    for path in inside:
        tab = tab_of(path)
        if tab and is_file(path):
            found.setdefault(tab, path)
    if "image" not in found or len(found) == 1 or _own_shaders(inside, found):
        return {}
    return found


def other_tabs(folder: Path, tabs: dict[str, Path]) -> Iterator[Path]:
    """Yield where the tabs that a Shadertoy does not have would lie, as its others are written."""
    suffixes = {path.suffix for path in tabs.values()}
    buffers = [path.stem for tab, path in tabs.items() if tab.startswith("buffer")]
    stems = {"common", "Common"} - ({"common", "Common"} if "common" in tabs else set())
    for letter in "ABCD":
        if f"buffer{letter}" not in tabs:
            low = letter.lower()
            stems |= {f"buffer{letter}", f"Buffer {letter}", f"Buffer{letter}", f"buf{letter}"}
            stems |= {f"buffer-{low}", f"buffer_{low}", f"buf_{low}", f"buffer{low}"}
            stems |= {stem[:-1] + (letter if stem[-1].isupper() else low) for stem in buffers}
    for stem in sorted(stems):
        yield from (folder / f"{stem}{suffix}" for suffix in sorted(suffixes))


def _own_shaders(inside: list[Path], tabs: dict[str, Path]) -> bool:
    """Whether any of a folder's files is a shader of its own, and no part of a Shadertoy."""
    texts = {
        path: _beginning(path)
        for path in inside
        if path.suffix in SUFFIXES["shaders"] and is_file(path)
    }
    if any(map(is_isf, texts.values())):
        return True
    if len(tabs) > 2 or "common" not in tabs:
        return False  # with a buffer: what else lies there belongs to it
    others = (path for path in texts if path not in tabs.values() and not stray_tab(path))
    return any(_DRAWS.search(texts[path]) for path in others)


def _beginning(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_BEGINNING).decode("utf-8", "replace")
    except OSError:
        return ""


def _folder(kind: str) -> str:
    return _FOLDERS.get(kind, kind)


def _spellings(relative: Path) -> tuple[str, str]:
    return relative.as_posix(), relative.with_suffix("").as_posix()


def project_of(owner: Path) -> Path:
    """The project a file belongs to: the folder above its `presets/`, `shaders/`, … or its own.

    The own one of a folder is itself.
    """
    real = owner.resolve()
    for parent in real.parents:
        if parent.name in ("presets", "shaders", "installations"):
            return parent.parent
    return real if real.is_dir() else real.parent
