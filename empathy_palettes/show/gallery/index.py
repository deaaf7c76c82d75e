"""What is known of a gallery without looking at its pictures: one small file beside them.

Draws nothing. The page and its like are written from what stands here.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ... import __version__
from ...core.assets import Assets
from ...core.errors import ConfigError, Fault, MachineError
from ...mapping.preset import LoadedPreset
from ...render.loader import load
from .states import FORM, STATES, line, loop_name, still_name

NAME = "index.json"
_TEXTS = {"title", "artist", "about", "home", "promise"}  # of a preset: they change no picture


@dataclass(frozen=True, slots=True)
class Work:
    """A preset of the gallery: its words, and of each picture what is seen there.

    `mark`: what its pictures were drawn from, as a hash. `promises`: signal, measure and sign.
    """

    name: str
    title: str
    artist: str
    about: str
    promises: tuple[tuple[str, str, str], ...]
    mark: str
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        """The names of its pictures and loops."""
        return [name(self.name, state) for state in STATES for name in (still_name, loop_name)]

    def alt(self, state: str) -> str:
        """Return what is said of a picture to who does not see it."""
        return f"{self.title}, {state}: {self.seen[state]}"


def work_of(loaded: LoadedPreset, mark: str, seen: dict[str, str]) -> Work:
    """Return what a gallery says of a preset."""
    preset = loaded.preset
    promises = tuple((each.when, each.then, each.sign) for each in preset.promise)
    about = " ".join(preset.about.split())
    name = loaded.path.stem
    return Work(name, preset.title, preset.artist, about, promises, mark, seen)


def mark_of(loaded: LoadedPreset, assets: Assets) -> str:
    """Return a hash of everything that a preset's pictures depend on, but for the machine.

    That is: our version, the lines, what the preset says, and its shaders, palette and images.
    ShaderError for a shader that cannot be read.
    """
    said = loaded.preset.model_dump(mode="json", exclude=_TEXTS)
    lines = [line(loaded.path.stem, state) for state in STATES]
    mark = hashlib.sha256(json.dumps([__version__, FORM, lines, said]).encode())
    files = [file for file in loaded.files if file != loaded.path]
    for shader in loaded.shaders:
        files += load(shader, assets).files.paths
    for file in files:
        mark.update(b"\0" + file.name.encode() + b"\0")
        for each in sorted(file.iterdir()) if file.is_dir() else (file,):
            mark.update(each.read_bytes() if each.is_file() else b"")
    return mark.hexdigest()[:16]


def read_index(folder: Path) -> dict[str, Work]:
    """Return the works of a gallery by name; none where there is no gallery yet.

    ConfigError where the file is not one of ours.
    """
    path = folder / NAME
    try:
        table: Any = json.loads(path.read_text(encoding="utf-8"))
        works = [
            Work(**{**each, "promises": tuple(map(tuple, each["promises"]))})
            for each in table["works"]
        ]
        return {work.name: work for work in works if set(work.seen) == {s.name for s in STATES}}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        fix = "move it away, and everything is drawn anew"
        raise ConfigError(Fault(str(path), "", "no index of a gallery", fix)) from None


def write_index(folder: Path, works: list[Work]) -> None:
    """Write the file, whole or not at all."""
    table = {"works": [asdict(work) for work in works]}
    write_text(folder / NAME, json.dumps(table, indent=1, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file of text; see `write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all; MachineError where it cannot be written."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(data)
        os.replace(aside, path)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        fix = "choose a folder that may be written to and has room: --out FOLDER"
        raise MachineError(Fault(str(path), "", problem, fix)) from None
