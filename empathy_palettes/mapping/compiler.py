"""A formula's syntax tree into closures: the whitelist itself.

What is not named here is not part of the language. Does not parse text: `formula` does, and bounds
its size. Every part of a formula is evaluated in every step, both branches of a choice included,
so that what remembers never misses a step.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from ..core.config import nearest
from ..core.errors import Fault
from ..crowd.signals import SIGNALS
from . import arithmetic
from .arithmetic import LIMIT, Number
from .functions import FUNCTIONS
from .memory import Scope
from .person import ID, PERSON
from .remembering import SHAPES, Remembering
from .stateless import Function, span_range

Run = Callable[[Scope], Number]
Span = tuple[float, float]

PALETTE = "palette"
CROWD = "crowd_"
_LANGUAGE = "numbers, names, + - * / // % **, comparisons, and or not, a if b else c, functions"

_BINARY: Mapping[type[ast.operator], Callable[[Number, Number], Number]] = MappingProxyType(
    {
        ast.Add: arithmetic.add,
        ast.Sub: arithmetic.subtract,
        ast.Mult: arithmetic.multiply,
        ast.Div: arithmetic.divide,
        ast.FloorDiv: arithmetic.floor_divide,
        ast.Mod: arithmetic.modulo,
        ast.Pow: arithmetic.power,
    }
)
_INSTEAD: Mapping[type[ast.operator], str] = MappingProxyType(
    {ast.BitXor: "a power is **", ast.BitAnd: "write and", ast.BitOr: "write or"}
)
_COMPARE: Mapping[type[ast.cmpop], Callable[[Number, Number], Number]] = MappingProxyType(
    {
        ast.Lt: arithmetic.below,
        ast.LtE: arithmetic.at_most,
        ast.Gt: arithmetic.above,
        ast.GtE: arithmetic.at_least,
        ast.Eq: arithmetic.equal,
        ast.NotEq: arithmetic.unequal,
    }
)
_KEEPS_SPAN = frozenset({"smooth", "lag", "delay", "hold", "live"})


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a formula: how to evaluate it, the span it is known to have, if it is a colour.

    `constant`: what it is worth at every step, where that is known. `steady`: whether it depends on
    nothing but that and `id`, which stays the same array until somebody comes or goes.
    """

    run: Run
    span: Span | None = None
    colour: bool = False
    constant: float | None = None
    steady: bool = False


class Compiler:
    """Compiles one expression; collects what it reads, what it remembers, and every fault."""

    def __init__(self, names: Collection[str]) -> None:
        """Take what may be read; a mapping says each name's span, or None, as well."""
        self.names = names
        self.faults: list[Fault] = []
        self.read: set[str] = set()
        self.calls: list[tuple[str, int]] = []

    def part(self, node: ast.expr) -> Part:
        """Return the closure of one node; where it holds a fault, a closure that gives 0."""
        match node:
            case ast.Constant(value=bool() | int() | float() as value):
                return self._number(node, value)
            case ast.Constant(value=str()):
                return self._fault(node, "a text", "only lfo takes one: the name of its shape")
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not()):
                return self._unary(node)
            case ast.BinOp(op=operator):
                if type(operator) not in _BINARY:
                    return self._fault(node, _shown(node), _INSTEAD.get(type(operator), _LANGUAGE))
                return _applied(_BINARY[type(operator)], self._parts(node.left, node.right))
            case ast.BoolOp(op=operator, values=values):
                joined = arithmetic.both if isinstance(operator, ast.And) else arithmetic.either
                return _folded(joined, self._parts(*values))
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return _applied(arithmetic.select, self._parts(test, body, orelse))
            case ast.Call():
                return self._call(node)
            case ast.Subscript(value=ast.Name(id="palette")) if PALETTE in self.names:
                return self._palette(node)
        if isinstance(node, ast.Attribute):
            return self._fault(node, _shown(node), "there are no dots in a formula")
        return self._fault(node, _shown(node), f"the language has {_LANGUAGE}")

    def _parts(self, *nodes: ast.expr) -> list[Part]:
        return [self.part(node) for node in nodes]

    def _fault(self, node: ast.expr, problem: str, fix: str) -> Part:
        self.faults.append(Fault("", f"column {node.col_offset + 1}", problem, fix))
        return Part(lambda scope: 0.0)

    def _number(self, node: ast.expr, value: float) -> Part:
        if not abs(value) <= LIMIT:
            return self._fault(node, "a number this large", f"at most {LIMIT:.0e}")
        return _constant(float(value))

    def _name(self, node: ast.expr, name: str) -> Part:
        if name in FUNCTIONS:
            usage = FUNCTIONS[name].usage
            return self._fault(node, f"{name!r} without brackets", f"write {usage}")
        if name not in self.names:
            own = name.removeprefix(CROWD)
            if own in PERSON and own not in SIGNALS:
                here = f"write {own}" if own in self.names else "it is for [people]"
                return self._fault(node, f"no name {name!r} here", f"one person's own: {here}")
            known = {*self.names, *FUNCTIONS}
            meant = CROWD + name if CROWD + name in known else name
            return self._fault(node, f"no name {name!r} here", nearest(meant, known))
        if name == PALETTE:
            return self._fault(node, "the whole palette", "take a colour of it: palette[0]")
        self.read.add(name)
        finite = arithmetic.finite

        def run(scope: Scope) -> Number:
            value = scope.values[name]
            # as it nearly always is; nor is NaN between any two
            return value if type(value) is float and -LIMIT <= value <= LIMIT else finite(value)

        return Part(run, self._span(name), steady=name == ID)

    def _span(self, name: str) -> Span | None:
        if isinstance(self.names, Mapping):
            span: Span | None = self.names[name]
            return span
        signal = SIGNALS.get(name.removeprefix(CROWD))
        return (signal.lo, signal.hi) if signal else None

    def _unary(self, node: ast.UnaryOp) -> Part:
        inner = self.part(node.operand)
        if isinstance(node.op, ast.UAdd):
            return inner
        if isinstance(node.op, ast.Not):
            return _applied(arithmetic.opposite, [inner])
        span = (-inner.span[1], -inner.span[0]) if inner.span else None
        return _applied(arithmetic.negate, [inner], span)

    def _compare(self, node: ast.Compare) -> Part:
        for operator in node.ops:
            if type(operator) not in _COMPARE:
                return self._fault(node, _shown(node), "compare with < <= > >= == !=")
        parts = self._parts(node.left, *node.comparators)
        if len(parts) == 2:
            return _applied(_COMPARE[type(node.ops[0])], parts)
        operators = [_COMPARE[type(operator)] for operator in node.ops]

        def chain(*values: Number) -> Number:
            met: Number = 1.0
            for compare, left, right in zip(operators, values, values[1:], strict=False):
                met = arithmetic.both(met, compare(left, right))
            return met

        return _applied(chain, parts)

    def _call(self, node: ast.Call) -> Part:
        if not isinstance(node.func, ast.Name):
            return self._fault(node.func, _shown(node.func), "only the listed functions are called")
        name = node.func.id
        entry = FUNCTIONS.get(name)
        if entry is None:
            return self._fault(node, f"no function {name!r}", nearest(name, FUNCTIONS))
        if node.keywords:
            return self._fault(node, _shown(node), f"values without names: {entry.usage}")
        if not entry.takes(len(node.args)):
            count = len(node.args)
            problem = f"{name} with {count} value{'' if count == 1 else 's'}"
            return self._fault(node, problem, f"write {entry.usage}")
        if isinstance(entry, Remembering):
            return self._remembering(node, entry)
        parts = self._parts(*node.args)
        if name == "range":
            least, most = parts[0].span or (0.0, 1.0)
            return _applied(lambda x, lo, hi: span_range(x, lo, hi, least, most), parts)
        assert isinstance(entry, Function), "a function either remembers or does not"
        return _applied(entry.call, parts, _span_of_abs(parts[0].span, name))

    def _remembering(self, node: ast.Call, entry: Remembering) -> Part:
        if entry.name == "live":
            parts = self._live_parts(node.args[0])
        elif entry.name == "lfo":
            parts = [self.part(node.args[0]), self._shape(node.args[1:])]
        else:
            parts = self._parts(*node.args)
        text = ast.unparse(node)
        occurrence = sum(text == called for called, _ in self.calls)
        self.calls.append((text, occurrence))
        runs = [part.run for part in parts]

        call, make = (text, occurrence), entry.cell

        def run(scope: Scope) -> Number:
            cell = scope.state.cell(call, make)
            return cell.step(scope, *[value(scope) for value in runs])

        span = parts[0].span if entry.name in _KEEPS_SPAN else None
        return Part(run, span, any(part.colour for part in parts))

    def _live_parts(self, node: ast.expr) -> list[Part]:
        """Return the signal, its span and the number of people, which `live` wants."""
        name = node.id if isinstance(node, ast.Name) else ""
        personal = CROWD + name in self.names
        signal = SIGNALS.get(name.removeprefix(CROWD))
        if name not in self.names or signal is None or personal:
            known = {known for known in self.names if known.removeprefix(CROWD) in SIGNALS}
            crowds = {known for known in known if CROWD + known not in self.names}
            fix = nearest(CROWD + name if personal else name, crowds)
            return [self._fault(node, f"live({_shown(node, '')})", f"a crowd's signal: {fix}")]
        count = CROWD * name.startswith(CROWD) + "count"
        counted = count in self.names
        people = self._name(node, count) if counted else _constant(LIMIT)
        ends = [_constant(signal.lo * 1.0), _constant(signal.hi * 1.0)]
        return [self.part(node), *ends, people]

    def _shape(self, nodes: list[ast.expr]) -> Part:
        node = nodes[0] if nodes else ast.Constant(SHAPES[0])
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return self._fault(node, _shown(node), f'a shape in quotes: "{SHAPES[0]}"')
        if node.value not in SHAPES:
            return self._fault(node, f"no shape {node.value!r}", nearest(node.value, SHAPES))
        return _constant(float(SHAPES.index(node.value)))

    def _palette(self, node: ast.Subscript) -> Part:
        index = self.part(node.slice)
        if index.colour:
            return self._fault(node.slice, "a colour in brackets", "palette[…] wants a number")
        self.read.add(PALETTE)
        place = index.run
        return Part(lambda scope: _swatch(scope.values[PALETTE], place(scope)), colour=True)


def _swatch(palette: Any, place: Number) -> Number:
    """Return the colour at a place of the ladder; between two, their mix; beyond it, its end."""
    colours = np.nan_to_num(np.asarray(palette, np.float64))
    inside = min(max(float(place), 0.0), len(colours) - 1.0)
    lower = int(inside)
    upper = min(lower + 1, len(colours) - 1)
    mixed: Number = colours[lower] + (colours[upper] - colours[lower]) * (inside - lower)
    return mixed


def _applied(call: Callable[..., Number], parts: list[Part], span: Span | None = None) -> Part:
    """Return a function applied to parts, whose values are numbers or colours."""
    colour = any(part.colour for part in parts)
    known = [part.constant for part in parts if part.constant is not None]
    if len(known) == len(parts):
        value = call(*known)  # the same at every step
        if type(value) is float:
            return _constant(value, span)
    if not colour and all(part.steady for part in parts):
        return Part(_kept(_calling(call, parts, known)), span, steady=True)
    return Part(_calling(call, parts, known), span, colour)


def _calling(call: Callable[..., Number], parts: list[Part], known: list[float]) -> Run:
    runs = [part.run for part in parts]
    if len(runs) == 1:
        (one,) = runs
        return lambda scope: call(one(scope))
    if len(runs) == 2:
        return _of_two(call, *parts)
    if len(known) == len(parts) - 1 and parts[0].constant is None:
        first = runs[0]
        return lambda scope: call(first(scope), *known)
    return lambda scope: call(*[run(scope) for run in runs])


def _kept(run: Run) -> Run:
    """What depends on `id` alone is worked out anew when that is another array, or number."""
    ids: Any = None
    value: Number = 0.0

    def kept(scope: Scope) -> Number:
        nonlocal ids, value
        now = scope.values[ID]
        if now is not ids:
            ids, value = now, run(scope)
        return value

    return kept


def _of_two(call: Callable[..., Number], one: Part, two: Part) -> Run:
    left, right, first, second = one.run, two.run, one.constant, two.constant
    if second is not None:
        return lambda scope: call(left(scope), second)
    if first is not None:
        return lambda scope: call(first, right(scope))
    return lambda scope: call(left(scope), right(scope))


def _constant(value: float, span: Span | None = None) -> Part:
    return Part(lambda scope: value, span, constant=value, steady=True)


def _folded(call: Callable[[Number, Number], Number], parts: list[Part]) -> Part:
    whole = parts[0]
    for part in parts[1:]:
        whole = _applied(call, [whole, part])
    return whole


def _span_of_abs(span: Span | None, name: str) -> Span | None:
    if name != "abs" or span is None:
        return None
    return (0.0, max(abs(span[0]), abs(span[1])))


def _shown(node: ast.expr, quote: str = "'") -> str:
    text = ast.unparse(node)
    return f"{quote}{text if len(text) <= 40 else text[:39] + '…'}{quote}"
