"""Arithmetic that is total: every operation has a finite answer, on a number or an array alike.

Knows no names, no formulas and no memory: `functions`, `memory` and `formula` build on it.

The rules: no number is farther from 0 than `LIMIT`, results beyond it stay at it; a number nearer
to 0 than `TINY` divides like 0, and dividing by 0 gives 0; a number counts as true when it is
more than one half; true is 1 and false is 0. Sums are bounded by whoever stores them: they grow by
their number of terms only, which float32 has room for. Arrays want numpy's floating-point warnings
off, which `formula.Formula.evaluate` sees to.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
#: What every operation takes and gives: a number, or an array of them.
Number = float | Array

LIMIT = 2.0**60  # its square is finite in float32
TINY = 2.0**-100
TRUE_ABOVE = 0.5


def bound(x: Number) -> Number:
    """Return x within ±LIMIT; x may be infinite, not NaN."""
    if isinstance(x, float):
        return x if -LIMIT <= x <= LIMIT else min(max(x, -LIMIT), LIMIT)
    return x.clip(-LIMIT, LIMIT)


def finite(x: object) -> Number:
    """Return anything numeric as a number of the language: NaN becomes 0, infinity ±LIMIT."""
    if isinstance(x, np.ndarray):
        array = x if x.dtype.kind == "f" else x.astype(np.float64)
        if array.size and not -LIMIT <= array.min() <= array.max() <= LIMIT:  # nor does NaN
            array = np.nan_to_num(array, nan=0.0, posinf=LIMIT, neginf=-LIMIT)
            return array.clip(-LIMIT, LIMIT)
        return array
    number = float(x)  # type: ignore[arg-type]  # float() itself is the check
    return 0.0 if number != number else min(max(number, -LIMIT), LIMIT)


def add(a: Number, b: Number) -> Number:
    """Return a + b."""
    return a + b


def subtract(a: Number, b: Number) -> Number:
    """Return a − b."""
    return a - b


def multiply(a: Number, b: Number) -> Number:
    """Return a · b."""
    product = a * b
    if isinstance(product, float):
        return product if -LIMIT <= product <= LIMIT else bound(product)
    return product.clip(-LIMIT, LIMIT)


def divide(a: Number, b: Number) -> Number:
    """Return a / b, 0 where b is 0."""
    if isinstance(a, float) and isinstance(b, float):
        return 0.0 if abs(b) < TINY else min(max(a / b, -LIMIT), LIMIT)
    if isinstance(b, float) and abs(b) >= TINY:  # the usual case, at a third of the cost
        return bound(a / b)
    return np.where(np.abs(b) < TINY, 0.0, np.clip(np.divide(a, b), -LIMIT, LIMIT))


def floor_divide(a: Number, b: Number) -> Number:
    """Return the whole number below a / b, 0 where b is 0."""
    if isinstance(a, float) and isinstance(b, float):
        return 0.0 if abs(b) < TINY else min(max(a // b, -LIMIT), LIMIT)
    return np.where(np.abs(b) < TINY, 0.0, np.clip(np.floor_divide(a, b), -LIMIT, LIMIT))


def modulo(a: Number, b: Number) -> Number:
    """Return what is left of a after whole multiples of b, with b's sign; 0 where b is 0."""
    if isinstance(a, float) and isinstance(b, float):
        return 0.0 if abs(b) < TINY else a % b
    return np.where(np.abs(b) < TINY, 0.0, np.mod(a, b))


def power(a: Number, b: Number) -> Number:
    """Return a to the power of b: 0 where a is negative and b broken, or a is 0 and b negative."""
    if isinstance(a, float) and isinstance(b, float):
        return _power(a, b)
    raised = np.power(a, b)
    undefined = np.isnan(raised) | ((np.abs(a) < TINY) & (np.less(b, 0.0)))
    return np.where(undefined, 0.0, np.clip(raised, -LIMIT, LIMIT))


def _power(a: float, b: float) -> float:
    if abs(a) < TINY and b < 0.0:
        return 0.0
    try:
        return min(max(math.pow(a, b), -LIMIT), LIMIT)
    except OverflowError:
        return -LIMIT if a < 0.0 and b % 2.0 == 1.0 else LIMIT
    except ValueError:  # a negative number to a broken power
        return 0.0


def negate(a: Number) -> Number:
    """Return −a."""
    return -a


def magnitude(a: Number) -> Number:
    """Return a without its sign."""
    return abs(a) if isinstance(a, float) else np.abs(a)


def truth(condition: Number) -> Any:
    """Return where a number counts as true: a bool, or an array of them."""
    return condition > TRUE_ABOVE


def as_number(condition: Any) -> Number:
    """Return 1 for true and 0 for false."""
    if isinstance(condition, np.ndarray):
        return condition.astype(np.float64)
    return 1.0 if condition else 0.0


def below(a: Number, b: Number) -> Number:
    """Return 1 where a < b, else 0."""
    return as_number(a < b)


def at_most(a: Number, b: Number) -> Number:
    """Return 1 where a ≤ b, else 0."""
    return as_number(a <= b)


def above(a: Number, b: Number) -> Number:
    """Return 1 where a > b, else 0."""
    return as_number(a > b)


def at_least(a: Number, b: Number) -> Number:
    """Return 1 where a ≥ b, else 0."""
    return as_number(a >= b)


def equal(a: Number, b: Number) -> Number:
    """Return 1 where a = b, else 0."""
    return as_number(a == b)


def unequal(a: Number, b: Number) -> Number:
    """Return 1 where a ≠ b, else 0."""
    return as_number(a != b)


def both(a: Number, b: Number) -> Number:
    """Return 1 where a and b count as true, else 0."""
    return as_number(truth(a) & truth(b))


def either(a: Number, b: Number) -> Number:
    """Return 1 where a or b counts as true, else 0."""
    return as_number(truth(a) | truth(b))


def opposite(a: Number) -> Number:
    """Return 1 where a counts as false, else 0."""
    return as_number(np.logical_not(truth(a)) if isinstance(a, np.ndarray) else not truth(a))


def select(condition: Number, a: Number, b: Number) -> Number:
    """Return a where the condition counts as true, else b."""
    if isinstance(condition, float) and isinstance(a, float) and isinstance(b, float):
        return a if condition > TRUE_ABOVE else b
    chosen: Array = np.where(truth(condition), a, b)
    return chosen
