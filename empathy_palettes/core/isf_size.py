"""The size of an ISF pass: an arithmetic expression over `$WIDTH`, `$HEIGHT` and number inputs.

Only numbers, names, `+ - * / ^`, brackets, floor, ceil, round, abs, min and max; nothing is ever
handed to Python to run.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Collection, Mapping

MOST_CHARACTERS = 200
MOST_PIXELS = 16_384  # a side of a texture, on the machines that draw for a wall
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")
_PREFIX = "isf_"  # no name of the language starts with it, so a `$name` cannot meet a function

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: math.fmod,
    ast.Pow: math.pow,
}
_FUNCTIONS: dict[str, tuple[Callable[..., float], int, int]] = {  # least, most arguments
    "floor": (math.floor, 1, 1),
    "ceil": (math.ceil, 1, 1),
    "round": (round, 1, 1),
    "abs": (abs, 1, 1),
    "min": (min, 2, 8),
    "max": (max, 2, 8),
}


class SizeExpression:
    """A checked expression; ValueError says in plain words what does not belong into one."""

    def __init__(self, text: str, inputs: Collection[str] = ()) -> None:
        if len(text) > MOST_CHARACTERS:
            raise ValueError(f"longer than {MOST_CHARACTERS} characters")
        python = _VARIABLE.sub(rf"{_PREFIX}\1", text).replace("^", "**").strip()
        try:
            self._tree = ast.parse(python, mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            raise ValueError("not an arithmetic expression") from None
        known = {"WIDTH", "HEIGHT", *inputs}
        self.inputs = frozenset(_VARIABLE.findall(text)) - {"WIDTH", "HEIGHT"}
        _check(self._tree, known)

    def evaluate(
        self, width: int, height: int, inputs: Mapping[str, float], most: int = MOST_PIXELS
    ) -> int:
        """Return the size in pixels, clamped to [1, `most`]; what has no value counts as 1."""
        names = {**inputs, "WIDTH": float(width), "HEIGHT": float(height)}
        try:
            value = _value(self._tree, names)
        except OverflowError:
            return most
        except (ZeroDivisionError, ValueError):
            return 1
        if math.isnan(value):
            return 1
        return int(min(max(value, 1), most))

    def trouble(self, width: int, height: int, inputs: Mapping[str, float]) -> str:
        """Return what is wrong with the size that it has there, in words; "" where nothing is."""
        names = {**inputs, "WIDTH": float(width), "HEIGHT": float(height)}
        try:
            value = _value(self._tree, names)
        except ZeroDivisionError:
            return "divides by zero"
        except (OverflowError, ValueError):
            return "has no value"
        if not abs(value) <= MOST_PIXELS:
            return f"asks for {value:g} pixels of the {MOST_PIXELS} there can be"
        return ""


def _check(node: ast.expr, known: Collection[str]) -> None:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Name(id=name) if name.startswith(_PREFIX):
            variable = name.removeprefix(_PREFIX)
            if variable not in known:
                raise ValueError(f"${variable} is neither $WIDTH, $HEIGHT nor a number input")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _check(left, known)
            _check(right, known)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand, known)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            _, least, most = _FUNCTIONS[name]
            if not least <= len(arguments) <= most:
                raise ValueError(f"{name} takes {least} value{'s' * (least > 1)}")
            for argument in arguments:
                _check(argument, known)
        case _:
            raise ValueError(f"may hold numbers, $names, + - * / ^ and {', '.join(_FUNCTIONS)}")


def _value(node: ast.expr, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return names[name.removeprefix(_PREFIX)]
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, names), _value(right, names))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case ast.UnaryOp(operand=operand):
            return _value(operand, names)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return float(_FUNCTIONS[name][0](*(_value(item, names) for item in arguments)))
    raise AssertionError("checked when it was made")
