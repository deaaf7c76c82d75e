"""A preset's `[images]` into files: which image input shows which picture, film or folder.

Opens none of them: `show.pictures` does. Does not know what shaders declare: `mapper` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from ..core.assets import Assets
from ..core.config import Record, nearest, parse
from ..core.errors import AssetError, ConfigError, Fault
from .fitting import OURS, Declared
from .sounding import SOUND

IMAGES = "images"
#: What a show hands to a shader itself, wherever it stands.
BY_THE_SHOW = frozenset({"inputImage", "startImage", "endImage"})


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
    """Return what `[images]` of the preset `owner` shows; what is wrong goes to `faults`.

    An input that is given the word `SOUND` is none of them: it hears.
    """
    found = []
    for name, value in table.items():
        where = f"{IMAGES}.{name}"
        if value == SOUND:
            continue
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


def hearing(table: Mapping[str, Any], declared: Declared) -> frozenset[str]:
    """Return the image inputs that hear: by `[images]`, or by their LABEL where it is silent."""
    labelled = {
        name
        for inputs in declared.values()
        for name, item in inputs.items()
        if item.type == "image" and item.label == SOUND and name not in table
    }
    return frozenset(labelled | {name for name, value in table.items() if value == SOUND})


def lacking(table: Mapping[str, Any], declared: Declared, file: Path) -> Iterator[Fault]:
    """Yield a warning for each image input that nothing is shown on."""
    heard = hearing(table, declared)
    for inputs in declared.values():
        for name, item in inputs.items():
            given = name in table or name in heard or name in BY_THE_SHOW or name.startswith(OURS)
            if item.type == "image" and not given:
                fix = f'give it one in a preset: [{IMAGES}] {name} = "photo.jpg"'
                yield Fault(str(file), "", f"the image {name!r} has no picture: it is black", fix)


def unfit(names: Iterable[str], declared: Declared) -> Iterator[Fault]:
    """Yield a fault for each name in `[images]` that no shader asks for."""
    known = {
        name
        for table in declared.values()
        for name, item in table.items()
        if item.type == "image" and not name.startswith(OURS)
    }
    for name in names:
        where = f"{IMAGES}.{name}"
        if name.startswith(OURS):
            yield Fault("", where, "an image that the engine sets", "leave it out")
        elif name not in known:
            fix = nearest(name, known) if known else "the shader has no image inputs"
            yield Fault("", where, f"no shader has an image input {name!r}", fix)


def _idle(where: str, spec: ImageSpec, folder: bool) -> Iterator[Fault]:
    """Yield a fault for each key that would change nothing."""
    keys = ("speed", "loop") if folder else ("seconds",)
    what = "a folder of pictures" if folder else "one file"
    for key in keys:
        if key in spec.model_fields_set:
            fix = "leave it out: a folder has seconds, a film has speed and loop"
            yield Fault("", f"{where}.{key}", f"means nothing for {what}", fix)
