"""The formula language: a whitelist over Python's expressions, compiled once, evaluated each step.

Nothing of the user's text is ever executed: `compiler` walks the checked tree into closures over
our own total functions, so there is no code object, no builtin and no attribute to reach. Does
not know presets: `preset` says which names a formula may use, `mapper` what they are worth.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.errors import Fault, FormulaError
from .arithmetic import Number, bound
from .compiler import Compiler, Run
from .memory import Scope, State

MOST_CHARACTERS = 1_000
MOST_PARTS = 1_000  # names and numbers count twice, as Python sees them
MOST_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula.

    `names`: the names it reads. `colour`: whether it gives a colour, three numbers. `outermost`:
    the function that gives its result, "" where that is none. `calls`: its stateful calls, as
    (text, occurrence).
    """

    text: str
    names: frozenset[str]
    colour: bool
    outermost: str
    calls: frozenset[tuple[str, int]]
    run: Run

    def evaluate(self, env: Mapping[str, Any], state: State) -> Number:
        """Return this step's value: a float, or an array where the values of its names are arrays.

        `env` holds a number or an array for each of `names`, and `palette` (n, 3) where it is one
        of them; an array is not written on again. `state` is this formula's own; each evaluation
        takes it one step of 1/60 s on.
        Always finite and within ±`arithmetic.LIMIT`, whatever `env` holds.
        """
        with np.errstate(all="ignore"):
            return self.value(env, state)

    def value(self, env: Mapping[str, Any], state: State) -> Number:
        """Return the same where numpy's floating-point warnings are off already."""
        return bound(self.run(Scope(env, state)))


def compile(text: str, names: Collection[str]) -> Formula:
    """Return the formula that `text` writes; FormulaError holds every fault, by column.

    `names`: what it may read; a mapping says the span [lo, hi] of each too, or None, and otherwise
    a signal has its own, `crowd_` before it or not. `palette`, where it is among the names, is
    read as `palette[i]`.
    """
    tree = _parse(text)
    compiler = Compiler(names)
    part = compiler.part(tree)
    if compiler.faults:
        raise FormulaError(compiler.faults)
    root = tree.func.id if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else ""
    read, calls = frozenset(compiler.read), frozenset(compiler.calls)
    return Formula(text, read, part.colour, root, calls, part.run)


def _parse(text: str) -> ast.expr:
    """Return the expression, of bounded size; columns are those of `text`."""
    if len(text) > MOST_CHARACTERS:
        raise _error(f"{len(text)} characters", f"at most {MOST_CHARACTERS}")
    if not text.strip():
        raise _error("an empty formula", 'write a number or a name, such as "arousal"')
    for column, character in enumerate(text, 1):
        if not (character.isascii() and (character.isprintable() or character.isspace())):
            fix = "use the characters of a plain keyboard, such as - * /"
            raise _error(f"the character {character!r}", fix, column)
        if character == "#":
            raise _error("the character '#'", "write a comment outside the quotes", column)
    flat = "".join(" " if character.isspace() else character for character in text)
    indent = len(flat) - len(flat.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(flat.lstrip(), mode="eval").body
    except SyntaxError as error:
        column = (error.offset or len(flat.strip()) + 1) + indent  # none, where it just ends
        raise _error(f"not a formula: {error.msg}", "", column) from None
    except (ValueError, RecursionError, MemoryError):
        raise _error("not a formula", "make it simpler") from None
    _measure(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset += indent
    return tree


def _measure(tree: ast.expr) -> None:
    """Refuse what is too large to be walked."""
    parts, depth = 0, 0
    level: list[ast.AST] = [tree]
    while level:
        parts += len(level)
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if parts > MOST_PARTS or depth > MOST_DEPTH:
            raise _error("a formula this large", "divide it: inputs of their own, or knobs")


def _error(problem: str, fix: str, column: int = 0) -> FormulaError:
    return FormulaError(Fault("", f"column {column}" if column else "", problem, fix))
