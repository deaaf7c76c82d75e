"""What a reference that finds no file was meant to be: the likeliest of the names beside it.

Lists the folders it is given, and opens nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path, PurePath

from .config import near, nearest

#: What is never a picture, a film or a sound.
_OURS = frozenset({".toml", ".fs", ".vs", ".frag", ".vert", ".glsl"})


def files_in(folder: Path, suffixes: Collection[str]) -> set[str]:
    """Return the names of a folder's files with these suffixes; none where it cannot be read."""
    return {path.name for path in _inside(folder) if path.suffix in suffixes and path.is_file()}


def media_in(folder: Path, *, folders: bool = False) -> set[str]:
    """Return the names of what may be a picture, a film or a sound, hidden files left out.

    `folders`: its folders' names too.
    """
    return {
        path.name
        for path in _inside(folder)
        if not path.name.startswith(".")
        and path.suffix.lower() not in _OURS
        and (folders or not path.is_dir())
    }


def near_file(name: str, names: Iterable[str]) -> str:
    """Return the file whose name comes closest, "" for none; its suffix counts least."""
    by_stem: dict[str, list[str]] = {}
    for known in sorted(names):
        by_stem.setdefault(PurePath(known).stem, []).append(known)
    close = by_stem.get(near(PurePath(name).stem, by_stem), [])
    same = [known for known in close if PurePath(known).suffix == PurePath(name).suffix]
    return next(iter(same or close), "")


def media_meant(reference: str, folders: Iterable[Path]) -> str:
    """Return what to do about a picture, film or sound that is in none of these folders."""
    given = PurePath(reference)
    names = set[str]().union(*(media_in(each, folders=not given.suffix) for each in folders))
    if close := near_file(given.name, names):
        return f"did you mean {(given.parent / close).as_posix()!r}?"
    return nearest(given.name, names) if names else "check the path"


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir()) if folder.is_dir() else []
    except (OSError, ValueError):  # too long, not ours to look at, a NUL in it
        return []
