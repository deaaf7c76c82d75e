"""The header of an ISF shader (Interactive Shader Format, version 2 and 1): JSON into records.

Does not read files and knows no GLSL beyond where the header ends: `render` does the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from .config import nearest
from .errors import Fault, ShaderError
from .isf_input import IsfInput, read_input
from .isf_size import SizeExpression
from .loose_json import Path, loads, places

__all__ = ["IsfHeader", "IsfImport", "IsfInput", "IsfPass", "is_isf", "parse"]

_HEADER = re.compile(
    r"/\*\s*\{(?:\s*[\"}]|[^*]{0,2000}?\b(?:ISFVSN|INPUTS|PASSES|CREDIT|DESCRIPTION)\b)", re.I
)
_COMMENT = re.compile(r"/\*(.*?)(?:\*/|(?P<open>\Z))", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_TOP = frozenset(
    "ISFVSN VSN DESCRIPTION CREDIT CATEGORIES INPUTS PASSES IMPORTED PERSISTENT_BUFFERS KEYWORDS"
    " NAME TYPE LABEL DEFAULT MIN MAX IDENTITY VALUES LABELS TARGET PERSISTENT FLOAT WIDTH HEIGHT"
    " PATH".split()
)
CUBE_SIDES = 6
_TRIED = ((1280, 720), (977, 613))  # pictures to try sizes on: none of them is a special case
_FULL = {"width": "$WIDTH", "height": "$HEIGHT"}


@dataclass(frozen=True, slots=True)
class IsfPass:
    """One drawing of the whole picture into `target`; "" is the shader's output.

    `width`, `height`: size expressions, see `isf_size`. `float32`: RGBA32F instead of RGBA8.
    """

    target: str = ""
    persistent: bool = False
    float32: bool = False
    width: str = "$WIDTH"
    height: str = "$HEIGHT"


@dataclass(frozen=True, slots=True)
class IsfImport:
    """Image files that the header asks for, as it writes them; none of them is opened here.

    `paths`: one for a picture, six for a `cube` (+x −x +y −y +z −z); none where the header names
    too few or too many, and then the image is what nobody supplies.
    """

    name: str
    paths: tuple[str, ...] = ()
    cube: bool = False


@dataclass(frozen=True, slots=True)
class IsfHeader:
    """What a shader says of itself.

    `body`: the GLSL, every line and column where it is in the file; the header's are blank.
    `warnings`: what was forgiven, and other hosts may not.
    """

    description: str
    credit: str
    categories: tuple[str, ...]
    inputs: tuple[IsfInput, ...]
    passes: tuple[IsfPass, ...]
    imports: tuple[IsfImport, ...]
    body: str
    warnings: tuple[Fault, ...]

    @property
    def kind(self) -> str:
        """`filter`, `transition` or `generator`, told by the names of its inputs as hosts do."""
        names = {item.name for item in self.inputs}
        if "inputImage" in names:
            return "filter"
        if {"startImage", "endImage", "progress"} <= names:
            return "transition"
        return "generator"


def is_isf(source: str) -> bool:
    """Return whether a text, or its beginning, has what looks like the header of an ISF shader."""
    return _HEADER.search(source) is not None


def parse(source: str, file: str) -> IsfHeader:
    """Return the header of `source`; ShaderError with every fault of it, by line of `file`."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    comment = next((c for c in _COMMENT.finditer(source) if c[1].lstrip().startswith("{")), None)
    if comment is None or comment["open"] is not None:
        fix = 'begin with /*{ "ISFVSN": "2", "INPUTS": [] }*/'
        raise ShaderError(Fault(file, "line 1", "no ISF header", fix))
    begin = comment.start(1)
    try:
        table, forgiven = loads(comment[1])
    except json.JSONDecodeError as error:
        where = _position(source, begin + error.pos)
        fix = "mind quotes and commas" if "deeply" not in error.msg else ""
        raise ShaderError(Fault(file, where, f"not JSON: {error.msg.lower()}", fix)) from None
    there = {path: _position(source, begin + at) for path, at in places(comment[1]).items()}
    reader = _Reader(file, there, _position(source, begin))
    for at, message in forgiven:
        reader.forgive(_position(source, begin + at), message)
    blank = re.sub(r"[^\n]", " ", comment[0])
    body = source[: comment.start()] + blank + source[comment.end() :]
    header = reader.header(table, body)
    if reader.faults:
        raise ShaderError(reader.faults)
    return header


class _Reader:
    """Walks the JSON once and keeps every fault on its way; `there`: the places of its keys."""

    def __init__(self, file: str, there: dict[Path, str], first: str) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._there = there
        self._first = first
        self._warnings: list[Fault] = []

    def header(self, raw: dict[str, Any], body: str) -> IsfHeader:
        table = self._keys(raw, ())
        inputs = self._inputs(table, body)
        return IsfHeader(
            description=_text(table.get("DESCRIPTION")),
            credit=_text(table.get("CREDIT")),
            categories=tuple(map(_text, _items(table.get("CATEGORIES")))),
            inputs=inputs,
            passes=self._passes(table, inputs),
            imports=tuple(self._imports(table.get("IMPORTED"))),
            body=body,
            warnings=tuple(self._warnings),
        )

    def forgive(self, where: str, problem: str) -> None:
        self._warnings.append(Fault(self._file, where, problem))

    def _warn(self, path: Path, problem: str) -> None:
        self.forgive(self._where(path), problem)

    def _fault(self, path: Path, problem: str, fix: str = "") -> None:
        self.faults.append(Fault(self._file, self._where(path), problem, fix))

    def _where(self, path: Path) -> str:
        """Where `path` stands in the file, or the nearest thing around it that is there."""
        sought = tuple(key.upper() if isinstance(key, str) else key for key in path)
        for length in range(len(sought), 0, -1):
            if sought[:length] in self._there:
                return self._there[sought[:length]]
        return self._first

    def _keys(self, table: dict[str, Any], path: Path) -> dict[str, Any]:
        """The same table with the keys of ISF in capitals, whatever they were written in."""
        found: dict[str, Any] = {}
        for key, value in table.items():
            capital = key.upper()
            if key != capital and capital in _TOP:
                problem = f"{key} is written {capital} in ISF; other hosts overlook it"
                self._warn((*path, key), problem)
                key = capital
            found[key] = value
        return found

    def _tables(self, table: dict[str, Any], key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
        value = table.get(key) or []
        if not isinstance(value, list):
            self._fault((key,), f"{key} is not a list", f'write "{key}": [ … ]')
            return
        for number, item in enumerate(value):
            if isinstance(item, dict):
                yield (key, number), self._keys(item, (key, number))
            else:
                problem = f"{key} holds {item!r}"
                self._fault((key, number), problem, "each item is an object { … }")

    def _name(self, name: object, what: str, path: Path) -> str | None:
        if isinstance(name, str) and _IDENTIFIER.match(name) and not name.startswith("gl_"):
            return name
        shown = repr(name) if name is not None else "nothing"
        self._fault(path, f"{what} named {shown}", "a name is a word of letters, digits and _")
        return None

    def _inputs(self, table: dict[str, Any], body: str) -> tuple[IsfInput, ...]:
        found: dict[str, IsfInput] = {}
        for path, item in self._tables(table, "INPUTS"):
            name = self._name(item.get("NAME"), "an input", (*path, "NAME"))
            if name is None:
                continue
            if name in found:
                self._fault((*path, "NAME"), f"two inputs named {name!r}", "rename one")
                continue
            try:
                found[name] = read_input(name, item, body, partial(self._warn_key, path))
            except ValueError as error:
                problem, _, fix = str(error).partition("; ")
                key = problem.split(" ", 1)[0]  # a problem begins with the key that has it
                self._fault((*path, key), f"input {name!r}: {problem}", fix)
        return tuple(found.values())

    def _warn_key(self, path: Path, problem: str) -> None:
        self._warn((*path, problem.split(" ", 1)[0]), problem)

    def _passes(self, table: dict[str, Any], inputs: tuple[IsfInput, ...]) -> tuple[IsfPass, ...]:
        numbers = {
            item.name: float(item.default)
            for item in inputs
            if item.type in ("float", "long", "bool") and isinstance(item.default, int | float)
        }
        buffers = self._version_1_buffers(table.get("PERSISTENT_BUFFERS"))
        passes = []
        for path, item in self._tables(table, "PASSES"):
            target = item.get("TARGET") or ""
            if target and self._name(target, "a target", (*path, "TARGET")) is None:
                continue
            item = {**buffers.get(target, {}), **item}
            sizes = {key: self._size(item, key.upper(), numbers, path) for key in _FULL}
            persistent = _truth(item.get("PERSISTENT"))
            if persistent and not target:
                self._warn((*path, "PERSISTENT"), "a pass without a TARGET keeps nothing")
            passes.append(
                IsfPass(target, persistent and bool(target), _truth(item.get("FLOAT")), **sizes)
            )
        return tuple(passes) or (IsfPass(),)

    def _size(self, item: dict[str, Any], key: str, numbers: dict[str, float], path: Path) -> str:
        """A size that can never be one is a fault; one that inputs may mend is a warning."""
        text = str(item.get(key, "")).strip() or _FULL[key.lower()]
        try:
            size = SizeExpression(text, numbers)
            troubles = [size.trouble(*picture, numbers) for picture in _TRIED]
            if all(troubles):
                if not size.inputs and "zero" in troubles[0]:
                    raise ValueError(troubles[0])
                self._warn((*path, key), f"{key} {text!r} {troubles[0]}")
        except ValueError as error:
            names = re.findall(r"\$(\w+)", text)
            unknown = [name for name in names if name not in ("WIDTH", "HEIGHT", *numbers)]
            fix = nearest(unknown[0], ["WIDTH", "HEIGHT", *numbers]) if unknown else ""
            self._fault((*path, key), f"{key} {text!r}: {error}", fix)
        return text

    def _version_1_buffers(self, value: object) -> dict[str, dict[str, Any]]:
        key = "PERSISTENT_BUFFERS"
        if isinstance(value, dict):
            return {
                name: {"PERSISTENT": True, **self._keys(_table(rest), (key, name))}
                for name, rest in value.items()
            }
        return {str(name): {"PERSISTENT": True} for name in _items(value)}

    def _imports(self, value: object) -> Iterator[IsfImport]:
        named = value.items() if isinstance(value, dict) else enumerate(_items(value))
        seen: set[str] = set()
        for key, item in named:
            path = ("IMPORTED", key)
            table = self._keys(item, path) if isinstance(item, dict) else {"PATH": item}
            given = key if isinstance(key, str) else table.get("NAME")
            name = self._name(given, "an import", path)
            if name is None:
                continue
            if name in seen:
                self._fault(path, f"two imports named {name!r}", "rename one")
                continue
            seen.add(name)
            yield self._import(name, table, path)

    def _import(self, name: str, table: dict[str, Any], path: Path) -> IsfImport:
        """Hosts write a cube as a list of PATHs, as a TYPE, or as both."""
        value = table.get("PATH")
        files = tuple(file for file in (_items(value) or [value]) if isinstance(file, str) and file)
        cube = str(table.get("TYPE", "")).lower() == "cube" or len(files) == CUBE_SIDES
        wanted = CUBE_SIDES if cube else 1
        if len(files) == wanted:
            return IsfImport(name, files, cube)
        what = "a cube" if cube else "a picture"
        problem = f"import {name!r}: {what} has {wanted} PATH, not {len(files)}: left empty"
        self._warn((*path, "PATH"), problem)
        return IsfImport(name, (), cube)


def _position(source: str, at: int) -> str:
    """Line and column, both from 1, of a place in the file."""
    return f"line {source.count(chr(10), 0, at) + 1}, column {at - source.rfind(chr(10), 0, at)}"


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _truth(value: object) -> bool:
    """Hosts write flags as true, 1, "1" and "true"."""
    if isinstance(value, str):
        return value.strip().lower() in ("1", "true", "yes")
    return bool(value)
