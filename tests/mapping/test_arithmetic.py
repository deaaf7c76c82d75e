"""Every operation is finite everywhere, and is Python's own wherever Python has an answer."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.mapping import arithmetic
from empathy_palettes.mapping.arithmetic import LIMIT, TINY, Number

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, -3.0, TINY, -TINY, 1e-38, 5e-324, LIMIT, -LIMIT]
numbers = st.floats(-LIMIT, LIMIT, allow_nan=False) | st.sampled_from(EDGES) | st.floats(-9, 9)
Binary = Callable[[Number, Number], Number]

ARITHMETIC: list[tuple[Binary, Callable[[Any, Any], Any]]] = [
    (arithmetic.add, operator.add),
    (arithmetic.subtract, operator.sub),
    (arithmetic.multiply, operator.mul),
    (arithmetic.divide, operator.truediv),
    (arithmetic.floor_divide, operator.floordiv),
    (arithmetic.modulo, operator.mod),
    (arithmetic.power, operator.pow),
]
COMPARISONS: list[tuple[Binary, Callable[[Any, Any], Any]]] = [
    (arithmetic.below, operator.lt),
    (arithmetic.at_most, operator.le),
    (arithmetic.above, operator.gt),
    (arithmetic.at_least, operator.ge),
    (arithmetic.equal, operator.eq),
    (arithmetic.unequal, operator.ne),
]
LOGIC = [arithmetic.both, arithmetic.either]
EVERY = [mine for mine, _ in ARITHMETIC + COMPARISONS] + LOGIC


def _ours_differs(mine: Binary, a: float, b: float) -> bool:
    """Whether the numbers are so near 0 that they count as 0 with us."""
    if mine is arithmetic.power:
        return abs(a) < TINY and b < 0
    divides = mine in (arithmetic.divide, arithmetic.floor_divide, arithmetic.modulo)
    return divides and abs(b) < TINY


@pytest.mark.parametrize(("mine", "pythons"), ARITHMETIC + COMPARISONS)
@given(numbers, numbers)
def test_where_python_has_an_answer_within_the_limit_it_is_ours(
    mine: Binary, pythons: Callable[[Any, Any], Any], a: float, b: float
) -> None:
    try:
        expected = pythons(a, b)
    except (ZeroDivisionError, OverflowError):
        return
    if isinstance(expected, complex) or abs(expected) > LIMIT or _ours_differs(mine, a, b):
        return
    assert mine(a, b) == expected


@pytest.mark.parametrize("mine", EVERY)
@given(numbers, numbers)
def test_a_float_and_an_array_agree_and_are_finite(mine: Binary, a: float, b: float) -> None:
    single = mine(a, b)
    assert isinstance(single, float)
    assert abs(single) <= 2 * LIMIT
    with np.errstate(all="ignore"):
        many = mine(np.full(3, a), np.full(3, b))
        right = mine(a, np.full(3, b))
        left = mine(np.full(3, a), b)
    # numpy's power and Python's differ in the last bit at most, and so do numpy's own: it takes
    # a square root where the exponent is one number, one half.
    rtol = 1e-15 if mine is arithmetic.power else 0
    np.testing.assert_allclose(many, single, rtol=1e-15, atol=0)
    np.testing.assert_allclose(many, right, rtol=rtol, atol=0)
    np.testing.assert_allclose(many, left, rtol=rtol, atol=0)


@pytest.mark.parametrize("mine", EVERY)
@given(numbers, numbers)
def test_single_precision_is_finite_too(mine: Binary, a: float, b: float) -> None:
    with np.errstate(all="ignore"):
        many = mine(np.full(3, a, np.float32), np.full(3, b, np.float32))
    assert np.isfinite(many).all()


@pytest.mark.parametrize(
    ("operation", "a", "b", "expected"),
    [
        (arithmetic.divide, 1.0, 0.0, 0.0),
        (arithmetic.divide, 0.0, 0.0, 0.0),
        (arithmetic.divide, 1.0, TINY / 2, 0.0),
        (arithmetic.divide, 1.0, -TINY, -LIMIT),
        (arithmetic.floor_divide, 5.0, 0.0, 0.0),
        (arithmetic.modulo, 5.0, 0.0, 0.0),
        (arithmetic.modulo, -0.25, 1.0, 0.75),
        (arithmetic.multiply, LIMIT, -LIMIT, -LIMIT),
        (arithmetic.power, 0.0, -1.0, 0.0),
        (arithmetic.power, 0.0, 0.0, 1.0),
        (arithmetic.power, -8.0, 1 / 3, 0.0),
        (arithmetic.power, -10.0, 301.0, -LIMIT),
        (arithmetic.power, -10.0, 400.0, LIMIT),
        (arithmetic.power, -1e18, 1e18, LIMIT),
    ],
)
def test_what_python_leaves_undefined(
    operation: Binary, a: float, b: float, expected: float
) -> None:
    assert operation(a, b) == expected
    with np.errstate(all="ignore"):
        assert operation(np.array([a]), b) == np.array([expected])


@pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf, 1e30, -1e30, 0.25, np.float32(0.25)])
def test_whatever_comes_in_becomes_a_number_of_the_language(x: float) -> None:
    expected = 0.0 if math.isnan(x) else min(max(float(x), -LIMIT), LIMIT)
    single = arithmetic.finite(x)
    assert type(single) is float
    assert single == expected
    np.testing.assert_array_equal(arithmetic.finite(np.array([x, x])), [expected] * 2)


@pytest.mark.parametrize("dtype", ["u2", "i8", "?"])
def test_whole_numbers_and_flags_become_floats(dtype: str) -> None:
    array = arithmetic.finite(np.array([0, 1], dtype))
    assert isinstance(array, np.ndarray)
    assert array.dtype == np.float64
    assert array.tolist() == [0.0, 1.0]


def test_true_is_more_than_a_half() -> None:
    assert [arithmetic.truth(x) for x in (0.0, 0.5, 0.51, -1.0)] == [False, False, True, False]
    assert arithmetic.opposite(0.5) == 1.0
    assert arithmetic.opposite(np.array([0.5, 0.6], np.float32)).tolist() == [1.0, 0.0]  # type: ignore[union-attr]


def test_a_choice_is_made_element_by_element() -> None:
    condition = np.array([0.0, 1.0], np.float32)
    np.testing.assert_array_equal(arithmetic.select(condition, 3.0, 4.0), [4.0, 3.0])
    np.testing.assert_array_equal(arithmetic.select(1.0, condition, 9.0), condition)
    assert arithmetic.select(0.0, 3.0, 4.0) == 4.0
