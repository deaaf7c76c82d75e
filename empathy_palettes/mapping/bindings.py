"""A preset's `[inputs]` into formulas: which input is told what, in every form it may be written.

Does not know what shaders declare: `fitting` does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import Field

from ..core.color import hex_to_srgb
from ..core.config import Record, nearest, parse
from ..core.errors import ConfigError, Fault, FormulaError
from .formula import Formula, compile
from .red import listed

INPUTS = "inputs"

Seconds = Annotated[float, Field(ge=0, le=3600)]


class Follow(Record):
    """The everyday form: a signal, the range it is moved into, the seconds it lags up and down."""

    follow: str
    to: tuple[float, float] | None = None
    lag: Seconds | tuple[Seconds, Seconds] = 0.0

    def text(self) -> str:
        """Return the formula that says the same."""
        text = self.follow
        if self.to:
            text = f"range({text}, {self.to[0]!r}, {self.to[1]!r})"
        if self.lag:
            up, down = self.lag if isinstance(self.lag, tuple) else (self.lag, self.lag)
            text = f"lag({text}, {up!r}, {down!r})"
        return text


@dataclass(frozen=True, slots=True)
class Binding:
    """One input's formulas, one per component; `listed`: written as a list, as points are.

    `table`: `inputs`, or `inputs.STEM` for one shader only.
    """

    table: str
    name: str
    formulas: tuple[Formula, ...]
    listed: bool = False

    @property
    def where(self) -> str:
        """The key path, such as `inputs.bloom.amount`."""
        return f"{self.table}.{self.name}"

    def keys(self) -> Iterator[tuple[tuple[str, str], Formula]]:
        """Yield each formula with the (table, name) under which its state is kept."""
        for place, formula in enumerate(self.formulas):
            yield (self.table, f"{self.name}.{place}" if self.listed else self.name), formula


@dataclass(frozen=True, slots=True)
class Bindings:
    """`shared`: input name → binding for every shader; `own`: the same by shader, by file stem."""

    shared: dict[str, Binding] = field(default_factory=dict)
    own: dict[str, dict[str, Binding]] = field(default_factory=dict)

    def all(self) -> Iterator[Binding]:
        """Yield every binding."""
        yield from self.shared.values()
        for table in self.own.values():
            yield from table.values()


def read_bindings(
    tables: Mapping[str, Any], stems: Collection[str], names: Collection[str], faults: list[Fault]
) -> Bindings:
    """Return what `[inputs]` says; what is wrong goes to `faults`, every thing of it.

    `stems`: the file stems of the preset's shaders; a table under one of these names is that
    shader's own. `names`: what a formula may read.
    """
    bindings = Bindings()
    for name, value in tables.items():
        table = f"{INPUTS}.{name}"
        if not isinstance(value, Mapping) or (name not in stems and _is_follow(value)):
            binding = _binding(INPUTS, name, value, names, faults)
            if binding:
                bindings.shared[name] = binding
        elif name in stems:
            own = ((key, _binding(table, key, item, names, faults)) for key, item in value.items())
            bindings.own[name] = {key: binding for key, binding in own if binding}
        else:
            fix = f"a shader of this preset ({nearest(name, stems)}) or {{ follow = …, to = … }}"
            faults.append(Fault("", table, "a table", fix))
    return bindings


def compiled(text: str, where: str, names: Collection[str], faults: list[Fault]) -> Formula | None:
    """Return the formula, or None and its faults in `faults`, at `where`."""
    try:
        return compile(text, names)
    except FormulaError as error:
        for fault in error.faults:
            place = ", ".join(part for part in (where, fault.where) if part)
            faults.append(replace(fault, where=place))
        return None


def constant(value: float | str) -> str:
    """Return a number as the formula that says it; a formula stays as it is."""
    return value if isinstance(value, str) else repr(float(value))


def _is_follow(value: Mapping[str, Any]) -> bool:
    """Whether a table is meant as the everyday form, misspelt or not."""
    return any(get_close_matches(key, Follow.model_fields, n=1) for key in value)


def _binding(
    table: str, name: str, value: Any, names: Collection[str], faults: list[Fault]
) -> Binding | None:
    where = f"{table}.{name}"
    listed = isinstance(value, list)
    if listed and len(value) not in (2, 3, 4):
        fix = "a point is 2 of them, a colour 3 or 4"
        faults.append(Fault("", where, f"a list of {len(value)}", fix))
        return None
    parts = {f"{where}.{i}": item for i, item in enumerate(value)} if listed else {where: value}
    texts = {place: _text(item, place, names, faults) for place, item in parts.items()}
    formulas = [compiled(text, at, names, faults) for at, text in texts.items() if text is not None]
    found = tuple(formula for formula in formulas if formula)
    if len(found) < len(parts):
        return None
    if listed and any(formula.colour for formula in found):
        faults.append(Fault("", where, "a colour within a list", "a list holds numbers"))
        return None
    return Binding(table, name, found, listed)


def _text(value: Any, where: str, names: Collection[str], faults: list[Fault]) -> str | None:
    """Return the formula that a value means, or None and why it means none in `faults`."""
    if isinstance(value, str) and value.lstrip().startswith("#"):
        faults.append(Fault("", where, repr(value)[:60], _colour_here(value.strip())))
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float) and math.isfinite(value):
        return constant(value)
    if isinstance(value, Mapping):
        return _follow(value, where, names, faults)
    fix = "a formula in quotes, a number, a list of them, or { follow = … }"
    faults.append(Fault("", where, repr(value)[:60], fix))
    return None


def _colour_here(text: str) -> str:
    """Say how a colour such as #ffb35c is written in `[inputs]`; a comment is no colour."""
    short = re.fullmatch(r"#([0-9A-Fa-f])([0-9A-Fa-f])([0-9A-Fa-f])", text)
    try:
        srgb = hex_to_srgb("#" + "".join(2 * digit for digit in short.groups()) if short else text)
    except ValueError:
        return "a colour here is [r, g, b] in 0..1; a comment goes outside the quotes"
    return f"a colour here is [r, g, b] in 0..1: {listed(srgb)}"


def _follow(
    value: Mapping[str, Any], where: str, names: Collection[str], faults: list[Fault]
) -> str | None:
    try:
        follow = parse(value, Follow, "")
    except ConfigError as error:
        faults += [replace(fault, where=f"{where}.{fault.where}") for fault in error.faults]
        return None
    return follow.text() if compiled(follow.follow, f"{where}.follow", names, faults) else None
