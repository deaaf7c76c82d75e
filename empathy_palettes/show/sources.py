"""The files that a show is made of: for a recording to hold, and laid out again to be shown.

Where they lay on the machine is not told, but below which of the show's folders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..core.assets import Assets, project_of
from ..core.errors import EmpathyError, Fault, SessionError
from ..inlet.session.format import Beginning, File
from ..inlet.session.session import Session
from ..mapping.work import find_work, load_work
from ..render.chain import load_all
from .installation import Entry, Installation, find_transition

MOST_BYTES = 64 << 20  # of all files that go into a session; of what is more, films mostly, the sum
_TEXT = frozenset({".toml", ".fs", ".vs", ".frag", ".glsl", ".txt"})
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sources:
    """What `gather` found: `listed`, and of those that are embedded the `bytes`, by path.

    `owner`, `sound`, `roots`, `include_paths`: as `format.Beginning` has them. `works`: the paths
    of what is in the playlist, where nobody's file names it; "" for what was not found. `stamps`:
    of each file where it lies, by which an edit is seen.
    """

    listed: tuple[File, ...]
    bytes: dict[str, bytes] = field(repr=False)
    owner: str
    sound: str
    roots: tuple[str, ...]
    include_paths: tuple[str, ...]
    works: tuple[str, ...]
    stamps: dict[Path, tuple[int, int]] = field(default_factory=dict, repr=False)

    def edited(self) -> list[Path]:
        """Return which files are others than when they were gathered, each once."""
        found = [path for path, stamp in self.stamps.items() if _stamp(path) != stamp]
        for path in found:
            del self.stamps[path]
        return found


def gather(
    installation: Installation, owner: Path | None, assets: Assets, sound: Path | None = None
) -> Sources:
    """Return the files of an installation: presets, palettes, shaders, pictures and sound.

    What cannot be read is left out: where the show is shown again it cannot be read either.
    """
    found = sorted(dict.fromkeys(_files(installation, owner, assets, sound)))
    places = _Places([*assets.roots, *assets.include_paths, *map(project_of, found)])
    small = sorted(found, key=lambda path: (path.suffix not in _TEXT, _size(path)))
    left, listed, data = MOST_BYTES, [], {}
    stamps = {path: _stamp(path) for path in found}
    for path in small:
        with suppress(OSError):
            name, size = places.name(path), _size(path)
            embedded = size <= left
            if embedded:
                data[name] = path.read_bytes()
                left -= size
                digest = hashlib.sha256(data[name]).hexdigest()
            else:
                digest = _digest(path)
            listed.append(File(name, digest, size, embedded))
    return Sources(
        tuple(sorted(listed, key=lambda file: file.path)),
        data,
        places.name(owner.resolve()) if owner else "",
        places.name(sound.resolve()) if sound else "",
        tuple(map(places.name, assets.roots)),
        tuple(map(places.name, assets.include_paths)),
        () if owner else tuple(_named(entry, assets, places) for entry in installation.playlist),
        stamps,
    )


def lay_out(session: Session, folder: Path, now: Assets) -> Assets:
    """Write a session's files below `folder`, and return where presets and shaders are found there.

    Those that were too large for it are taken from where they lie `now`, if they are still what
    they were. SessionError where one of the others is not what was recorded.
    """
    for name, data in session.files.items():
        path = inside(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    begin, allowed = session.beginning, list[Path]()
    for file in (file for file in begin.files if not file.embedded):
        same = [path for path in _here(file, begin, now) if _digest(path) == file.sha256]
        if same:
            path = inside(folder, file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # a system without links
                path.symlink_to(same[0])
                allowed.append(same[0].parent)  # last, so that nothing else is found there first
    roots = [inside(folder, name) for name in begin.roots]
    for root in (*roots, *(inside(folder, name) for name in begin.include_paths)):
        root.mkdir(parents=True, exist_ok=True)
    return Assets(roots, [*(inside(folder, name) for name in begin.include_paths), *allowed])


def inside(folder: Path, name: str) -> Path:
    """Return a path of a session below `folder`; SessionError where it leads out of it."""
    parts = PurePosixPath(name)
    if not name or parts.is_absolute() or ".." in parts.parts or "\\" in name or ":" in name:
        fix = "use another session: this one was not written by us"
        raise SessionError(Fault("", name, "is no path within a session", fix))
    return folder / parts


def changed(session: Session, assets: Assets) -> list[str]:
    """Return the session's files that are not, here and now, what they were when it was recorded.

    Looked for as `_here` does, by their paths.
    """
    begin = session.beginning
    different = []
    for file in begin.files:
        known = _here(file, begin, assets)
        if known and all(_digest(path) != file.sha256 for path in known):
            different.append(file.path)
    return different


def _here(file: File, begin: Beginning, assets: Assets) -> list[Path]:
    """Where a session's file lies now, below the roots of now in place of those of then.

    The folder that one works in counts as such, where there is an installation of the same name.
    """
    path, owner = PurePosixPath(file.path), PurePosixPath(begin.owner)
    roots = list(zip(begin.roots, assets.roots[-len(begin.roots) :], strict=False))
    if owner.parts and (Path.cwd() / owner.relative_to(owner.parts[0])).is_file():
        roots.append((owner.parts[0], Path.cwd()))
    found = [root / path.relative_to(name) for name, root in roots if path.is_relative_to(name)]
    return [each for each in found if each.is_file()]


class _Places:
    """Names paths below the outermost of `folders`, numbered in their order."""

    def __init__(self, folders: Iterable[Path]) -> None:
        distinct = list(dict.fromkeys(folders))
        self._outermost = [
            folder
            for folder in distinct
            if not any(folder.is_relative_to(other) for other in distinct if other != folder)
        ]

    def name(self, path: Path) -> str:
        for number, folder in enumerate(self._outermost):
            if path.is_relative_to(folder):
                return PurePosixPath(str(number), path.relative_to(folder).as_posix()).as_posix()
        return PurePosixPath("elsewhere", path.name).as_posix()


def _named(entry: Entry, assets: Assets, places: _Places) -> str:
    try:
        return places.name(find_work(entry.preset, assets))
    except EmpathyError:
        return ""


def _files(
    installation: Installation, owner: Path | None, assets: Assets, sound: Path | None
) -> Iterator[Path]:
    if owner:
        yield owner.resolve()
    if sound:
        yield sound.resolve()
    elif installation.sound and owner:
        with suppress(EmpathyError):
            yield assets.locate(installation.sound.file, owner).resolve()
    shaders: list[Path] = []
    for entry in installation.playlist:
        with suppress(EmpathyError):
            loaded = load_work(entry.preset, assets, owner)
            yield from _whole(loaded.files)
            shaders += loaded.shaders
    for name in installation.transition.shaders:
        with suppress(EmpathyError):
            shaders.append(find_transition(name, assets, owner))
    yield from _whole(_read_by(shaders, assets))


def _read_by(shaders: Sequence[Path], assets: Assets) -> Iterator[Path]:
    for shader in dict.fromkeys(shaders):
        with suppress(EmpathyError):
            for source in load_all([shader], assets):
                yield from source.files.watched


def _whole(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files, and in place of a folder all that lie in it."""
    for path in paths:
        if path.is_dir():
            yield from (each.resolve() for each in sorted(path.iterdir()) if each.is_file())
        elif path.is_file():
            yield path.resolve()


def _stamp(path: Path) -> tuple[int, int]:
    try:
        told = path.stat()
    except OSError:
        return 0, 0
    return told.st_mtime_ns, told.st_size


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
