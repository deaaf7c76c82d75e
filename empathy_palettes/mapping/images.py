"""A preset's `[images]` into files: which image input shows which picture, film or folder.

Opens none of them: `show.pictures` does. Does not know what shaders declare: `mapper` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from ..core.assets import Assets
from ..core.config import Record, nearest, parse
from ..core.errors import AssetError, ConfigError, Fault
from .fitting import OURS, Declared

IMAGES = "images"


class ImageSpec(Record):
    """A file, or a folder of pictures: how long each is seen, in seconds; how a film runs."""

    path: Annotated[str, Field(min_length=1, max_length=1_000)]
    seconds: Annotated[float, Field(ge=1 / 60, le=86_400)] = 4.0
    speed: Annotated[float, Field(ge=0.01, le=16)] = 1.0
    loop: bool = True


@dataclass(frozen=True, slots=True)
class ImageSource:
    """What an image input shows: a file, or a folder with `seconds` for each picture in it."""

    name: str
    path: Path
    written: str  # the path as the preset has it
    folder: bool = False
    seconds: float = 4.0
    speed: float = 1.0
    loop: bool = True

    @property
    def where(self) -> str:
        """The key path, such as `images.photo`."""
        return f"{IMAGES}.{self.name}"


def read_images(
    table: Mapping[str, Any], owner: Path, assets: Assets, faults: list[Fault]
) -> tuple[ImageSource, ...]:
    """Return what `[images]` of the preset `owner` says; what is wrong goes to `faults`."""
    found = []
    for name, value in table.items():
        where = f"{IMAGES}.{name}"
        if not isinstance(value, str | Mapping):
            fix = 'a path in quotes, or { path = "…" }'
            faults.append(Fault("", where, repr(value)[:60], fix))
            continue
        given = {"path": value} if isinstance(value, str) else value
        try:
            spec = parse(given, ImageSpec, "")
            path = assets.locate(spec.path, owner)
        except ConfigError as error:
            faults += [replace(fault, where=f"{where}.{fault.where}") for fault in error.faults]
            continue
        except AssetError as error:
            faults += [replace(fault, where=where) for fault in error.faults]
            continue
        folder = path.is_dir()
        faults += _idle(where, spec, folder)
        source = ImageSource(name, path, spec.path, folder, spec.seconds, spec.speed, spec.loop)
        found.append(source)
    return tuple(found)


def unfit(sources: tuple[ImageSource, ...], declared: Declared) -> Iterator[Fault]:
    """Yield a fault for each picture that no shader asks for."""
    known = {
        name
        for table in declared.values()
        for name, item in table.items()
        if item.type == "image" and not name.startswith(OURS)
    }
    for source in sources:
        if source.name.startswith(OURS):
            yield Fault("", source.where, "an image that the engine sets", "leave it out")
        elif source.name not in known:
            fix = nearest(source.name, known) if known else "the shader has no image inputs"
            yield Fault("", source.where, f"no shader has an image input {source.name!r}", fix)


def _idle(where: str, spec: ImageSpec, folder: bool) -> Iterator[Fault]:
    """Yield a fault for each key that would change nothing."""
    keys = ("speed", "loop") if folder else ("seconds",)
    what = "a folder of pictures" if folder else "one file"
    for key in keys:
        if key in spec.model_fields_set:
            fix = "leave it out: a folder has seconds, a film has speed and loop"
            yield Fault("", f"{where}.{key}", f"means nothing for {what}", fix)
