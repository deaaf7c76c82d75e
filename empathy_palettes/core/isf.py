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
from .loose_json import loads

__all__ = ["IsfHeader", "IsfImport", "IsfInput", "IsfPass", "parse"]

_COMMENT = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_TOP = frozenset(
    "ISFVSN VSN DESCRIPTION CREDIT CATEGORIES INPUTS PASSES IMPORTED PERSISTENT_BUFFERS KEYWORDS"
    " NAME TYPE LABEL DEFAULT MIN MAX IDENTITY VALUES LABELS TARGET PERSISTENT FLOAT WIDTH HEIGHT"
    " PATH".split()
)
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
    """An image file that the header asks for; `cube` when it is six of them."""

    name: str
    cube: bool = False


@dataclass(frozen=True, slots=True)
class IsfHeader:
    """What a shader says of itself.

    `body`: the GLSL, every line where it is in the file (the header's lines are empty).
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


def parse(source: str, file: str) -> IsfHeader:
    """Return the header of `source`; ShaderError with every fault of it, by line of `file`."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    comment = next((c for c in _COMMENT.finditer(source) if c[1].lstrip().startswith("{")), None)
    if comment is None:
        fix = 'begin with /*{ "ISFVSN": "2", "INPUTS": [] }*/'
        raise ShaderError(Fault(file, "line 1", "no ISF header", fix))
    first = source.count("\n", 0, comment.start(1))  # lines before the JSON
    try:
        table, forgiven = loads(comment[1])
    except json.JSONDecodeError as error:
        where = f"line {first + error.lineno}"
        fix = "mind quotes and commas" if "deeply" not in error.msg else ""
        raise ShaderError(Fault(file, where, f"not JSON: {error.msg.lower()}", fix)) from None
    reader = _Reader(file, comment[1], first)
    for message in forgiven:
        reader.warn("", message)
    blank = "\n" * comment[0].count("\n")
    body = source[: comment.start()] + blank + source[comment.end() :]
    header = reader.header(table, body)
    if reader.faults:
        raise ShaderError(reader.faults)
    return header


class _Reader:
    """Walks the JSON once and keeps every fault on its way."""

    def __init__(self, file: str, text: str, first_line: int) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._lines = text.split("\n")
        self._first = first_line
        self._warnings: list[Fault] = []

    def header(self, raw: dict[str, Any], body: str) -> IsfHeader:
        table = self._keys(raw)
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

    def warn(self, about: str, problem: str) -> None:
        self._warnings.append(Fault(self._file, self._where(about), problem))

    def _fault(self, about: str, problem: str, fix: str = "") -> None:
        self.faults.append(Fault(self._file, self._where(about), problem, fix))

    def _where(self, about: str) -> str:
        """The line that holds `about` as a JSON string, else the header's first."""
        wanted = f'"{about}"'
        for number, line in enumerate(self._lines, self._first + 1):
            if wanted in line:
                return f"line {number}"
        return f"line {self._first + 1}"

    def _keys(self, table: dict[str, Any]) -> dict[str, Any]:
        """The same table with the keys of ISF in capitals, whatever they were written in."""
        found: dict[str, Any] = {}
        for key, value in table.items():
            capital = key.upper()
            if key != capital and capital in _TOP:
                self.warn(key, f"{key} is written {capital} in ISF; other hosts overlook it")
                key = capital
            found[key] = value
        return found

    def _tables(self, table: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
        value = table.get(key) or []
        if not isinstance(value, list):
            self._fault(key, f"{key} is not a list", f'write "{key}": [ … ]')
            return
        for item in value:
            if isinstance(item, dict):
                yield self._keys(item)
            else:
                self._fault(key, f"{key} holds {item!r}", "each item is an object { … }")

    def _name(self, name: object, what: str, key: str) -> str | None:
        if isinstance(name, str) and _IDENTIFIER.match(name) and not name.startswith("gl_"):
            return name
        shown = repr(name) if name is not None else "nothing"
        self._fault(str(name), f"{what} named {shown}", f"{key} is a word of letters, digits and _")
        return None

    def _inputs(self, table: dict[str, Any], body: str) -> tuple[IsfInput, ...]:
        found: dict[str, IsfInput] = {}
        for item in self._tables(table, "INPUTS"):
            name = self._name(item.get("NAME"), "an input", "NAME")
            if name is None:
                continue
            if name in found:
                self._fault(name, f"two inputs named {name!r}", "rename one")
                continue
            try:
                found[name] = read_input(name, item, body, partial(self.warn, name))
            except ValueError as error:
                problem, _, fix = str(error).partition("; ")
                self._fault(name, f"input {name!r}: {problem}", fix)
        return tuple(found.values())

    def _passes(self, table: dict[str, Any], inputs: tuple[IsfInput, ...]) -> tuple[IsfPass, ...]:
        numbers = [item.name for item in inputs if item.type in ("float", "long", "bool")]
        buffers = self._version_1_buffers(table.get("PERSISTENT_BUFFERS"))
        passes = []
        for item in self._tables(table, "PASSES"):
            target = item.get("TARGET") or ""
            if target and self._name(target, "a target", "TARGET") is None:
                continue
            item = {**buffers.get(target, {}), **item}
            sizes = {key: self._size(item, key.upper(), numbers) for key in _FULL}
            persistent = _truth(item.get("PERSISTENT"))
            if persistent and not target:
                self.warn("PERSISTENT", "a pass without a TARGET keeps nothing")
            passes.append(
                IsfPass(target, persistent and bool(target), _truth(item.get("FLOAT")), **sizes)
            )
        return tuple(passes) or (IsfPass(),)

    def _size(self, item: dict[str, Any], key: str, numbers: list[str]) -> str:
        text = str(item.get(key, "")).strip() or _FULL[key.lower()]
        try:
            SizeExpression(text, numbers)
        except ValueError as error:
            names = re.findall(r"\$(\w+)", text)
            unknown = [name for name in names if name not in ("WIDTH", "HEIGHT", *numbers)]
            fix = nearest(unknown[0], ["WIDTH", "HEIGHT", *numbers]) if unknown else ""
            self._fault(text, f"{key} {text!r}: {error}", fix)
        return text

    def _version_1_buffers(self, value: object) -> dict[str, dict[str, Any]]:
        if isinstance(value, dict):
            return {
                name: {"PERSISTENT": True, **(self._keys(rest) if isinstance(rest, dict) else {})}
                for name, rest in value.items()
            }
        return {str(name): {"PERSISTENT": True} for name in _items(value)}

    def _imports(self, value: object) -> Iterator[IsfImport]:
        named = value.items() if isinstance(value, dict) else ((None, v) for v in _items(value))
        for given, item in named:
            table = self._keys(item) if isinstance(item, dict) else {}
            name = self._name(given or table.get("NAME"), "an import", "its name")
            if name is not None:
                paths = table.get("PATH")
                yield IsfImport(name, table.get("TYPE") == "cube" or isinstance(paths, list))


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _truth(value: object) -> bool:
    """Hosts write flags as true, 1, "1" and "true"."""
    if isinstance(value, str):
        return value.strip().lower() in ("1", "true", "yes")
    return bool(value)
