"""A shader and everything it needs to move into another project: vertex file, includes, pictures.

Writes nothing: `scaffold` does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...core.assets import Assets, builtin_root, is_file
from ...core.errors import AssetError, Fault, ShaderError
from ...core.isf import IsfHeader, parse
from ...render.dialects import to_isf
from ...render.glsl import Glsl
from ...render.loader import load
from ...render.source import strip_comments
from .jumps import jumping

_VERTEX = (".vs", ".vert")
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_UNIFORM = re.compile(r"^uniform \w+ \w+;$", re.MULTILINE)
_HELPER = re.compile(r"_(\w+)_(?:imgRect|imgSize|flip)\Z")
_JUMPING_TYPES = ("float", "long", "point2D", "color")


@dataclass(frozen=True, slots=True)
class Luggage:
    """What goes into `shaders/`: path in there → content.

    `main`: the shader's own file, or folder; `shared`: those of the paths that other shaders may
    have brought along already. `unused`: the inputs that nothing in it reads.
    """

    main: str
    header: IsfHeader
    files: dict[str, bytes]
    shared: frozenset[str]
    unused: frozenset[str] = frozenset()

    def jumps(self) -> dict[str, str]:
        """Return the inputs that TIME is multiplied by → the line and file of it, for people."""
        names = [item.name for item in self.header.inputs if item.type in _JUMPING_TYPES]
        found: dict[str, str] = {}
        for path, text in self._texts():
            for name, line in jumping(strip_comments(text), names).items():
                found.setdefault(name, f"line {line} of {path}")
        return found

    def _texts(self) -> Iterator[tuple[str, str]]:
        for path, data in self.files.items():
            try:
                yield path, data.decode("utf-8-sig")
            except UnicodeDecodeError:
                continue  # a picture


def packed(name: str, shader: Path, assets: Assets) -> Luggage:
    """Return a shader of any dialect, a file or a folder, as `NAME.fs`, or as the folder `NAME`.

    What is not ISF becomes ISF, where one file can hold it. Includes and pictures keep their place
    beside the shader; what is built in stays where it is. Raises ShaderError for a shader that does
    not hold, AssetError for a file that cannot come along.
    """
    glsl = load(shader, assets)
    files: dict[str, bytes] = {}
    header = glsl.header
    if shader.is_dir():
        main = name
        inside = [path for path in glsl.files.paths if path.is_relative_to(shader)]
        files |= {f"{name}/{path.relative_to(shader).as_posix()}": _read(path) for path in inside}
    else:
        inside = [path for path in glsl.files.paths if path == shader or path.suffix in _VERTEX]
        converted = _converted(shader)
        main = f"{name}.fs" if converted else f"{name}{shader.suffix}"
        header = parse(converted, main) if converted else header
        files |= {f"{name}{path.suffix}": _read(path) for path in inside if path != shader}
        files[main] = converted.encode() if converted else _read(shader)
    shared = {}
    for path in glsl.files.paths:
        if path not in inside and not path.is_relative_to(builtin_root() / "shaders"):
            shared[_place(path, shader)] = _read(path)
    for each in header.imports:
        for reference in each.paths:
            picture = shader.parent / reference
            if is_file(picture):
                shared[_place(assets.confine(picture, shader, reference), shader)] = _read(picture)
    return Luggage(main, header, files | shared, frozenset(shared), _unused(glsl))


def _unused(glsl: Glsl) -> frozenset[str]:
    """Return the inputs that stand in the header and nowhere in the code, nor in a pass's size."""
    passes = glsl.header.passes
    numbers = range(max(1, len(passes)))
    code = "\n".join(stage(number) for number in numbers for stage in (glsl.fragment, glsl.vertex))
    sizes = " ".join(f"{each.width} {each.height}" for each in passes)
    used = set(_WORD.findall(f"{_UNIFORM.sub('', code)} {sizes}"))
    used |= {part[1] for word in used if (part := _HELPER.match(word))}
    return frozenset(item.name for item in glsl.header.inputs if item.name not in used)


def _converted(shader: Path) -> str:
    """Return a shader as an ISF file's text; "" for one that works only as it was written."""
    try:
        return to_isf(shader.read_text(encoding="utf-8-sig"), shader)
    except ShaderError:
        return ""


def _place(path: Path, shader: Path) -> str:
    """Where a file that the shader reads goes in `shaders/`: as it lay to the shader, or by name.

    What a search found in its project's `shaders/` keeps its place in there.
    """
    beside = PurePosixPath(Path(os.path.relpath(path, shader.resolve().parent)).as_posix())
    if ".." not in beside.parts:
        return str(beside)
    for parent in path.parents:
        if parent.name == "shaders":
            return path.relative_to(parent).as_posix()
    return path.name


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        problem = error.strerror or str(error)
        raise AssetError(Fault(str(path), "", problem, "check the path and rights")) from None
