"""The functions without memory: against Python's math and numpy, at their edges, on arrays."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.mapping.arithmetic import LIMIT, TINY, Number
from empathy_palettes.mapping.stateless import STATELESS, Function, span_range

TABLE = {function.name: function for function in STATELESS}
usual = st.floats(-100, 100)
any_number = st.floats(-LIMIT, LIMIT) | st.sampled_from([0.0, -0.0, TINY, -TINY, LIMIT, -LIMIT])


def call(name: str, *values: Number) -> Number:
    with np.errstate(all="ignore"):
        return TABLE[name].call(*values)


def number(name: str, *values: float) -> float:
    value = call(name, *values)
    assert isinstance(value, float)
    return value


ORACLES: dict[str, Callable[[float], float]] = {
    "abs": math.fabs,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "tanh": math.tanh,
    "floor": lambda x: float(math.floor(x)),
    "sign": lambda x: float(np.sign(x)),
}


@pytest.mark.parametrize("name", ORACLES)
@given(usual)
def test_of_one_number(name: str, x: float) -> None:
    assert number(name, x) == ORACLES[name](x)


@given(st.floats(-40, 40))
def test_exponential_and_logarithm_are_each_others_inverse(x: float) -> None:
    assert number("exp", x) == math.exp(x)
    assert number("log", math.exp(x)) == pytest.approx(x, abs=1e-14)
    assert number("sqrt", x * x) == pytest.approx(abs(x), abs=1e-150)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("exp", (1000.0,), LIMIT),
        ("exp", (-1000.0,), 0.0),
        ("log", (0.0,), math.log(TINY)),
        ("log", (-5.0,), math.log(TINY)),
        ("sqrt", (-4.0,), 0.0),
        ("pow", (2.0, 10.0), 1024.0),
        ("pow", (-2.0, 0.5), 0.0),
        ("fract", (-0.25,), 0.75),
        ("fract", (-1e-30,), 0.0),
        ("min", (3.0, 1.0, 2.0), 1.0),
        ("max", (3.0, 1.0, 4.0, 2.0), 4.0),
        ("clamp", (5.0, 0.0, 1.0), 1.0),
        ("clamp", (0.5, 1.0, 0.0), 0.0),
        ("mix", (10.0, 20.0, 0.25), 12.5),
        ("mix", (10.0, 20.0, 2.0), 30.0),
        ("step", (0.5, 0.4999), 0.0),
        ("step", (0.5, 0.5), 1.0),
        ("smoothstep", (0.0, 1.0, 0.25), 0.15625),
        ("smoothstep", (1.0, 0.0, 0.25), 0.84375),
        ("smoothstep", (0.5, 0.5, 0.4), 0.0),
        ("smoothstep", (0.5, 0.5, 0.5), 1.0),
        ("where", (1.0, 7.0, 8.0), 7.0),
        ("where", (0.5, 7.0, 8.0), 8.0),
    ],
)
def test_at_the_edges(name: str, values: tuple[float, ...], expected: float) -> None:
    assert number(name, *values) == expected
    many = call(name, *(np.array([value, value]) for value in values))
    np.testing.assert_allclose(many, expected, rtol=1e-15)


@given(usual, usual, st.floats(-2, 2))
def test_a_span_is_moved_linearly_and_ends_exactly(lo: float, hi: float, x: float) -> None:
    ends = span_range(-1.0, lo, hi, -1.0, 1.0), span_range(1.0, lo, hi, -1.0, 1.0)
    assert ends == (lo, hi)
    expected = np.interp(x, [-1, 1], [lo, hi])
    assert span_range(x, lo, hi, -1.0, 1.0) == pytest.approx(expected, abs=1e-13)


def _arguments(function: Function) -> int:
    return len(function.arguments) + function.more


@pytest.mark.parametrize(
    "function", [f for f in STATELESS if f.name != "range"], ids=lambda f: f.name
)
@given(st.data())
def test_finite_everywhere_and_alike_on_numbers_and_arrays(
    function: Function, data: st.DataObject
) -> None:
    values = [data.draw(any_number) for _ in range(_arguments(function))]
    single = number(function.name, *values)
    assert abs(single) <= LIMIT
    many = call(function.name, *(np.full(2, value) for value in values))
    # numpy's transcendental functions and Python's differ in the last bits; of numbers near the
    # limit the sine's argument itself is rounded, so there only finiteness is promised
    if max(map(abs, values)) < 1e6:
        np.testing.assert_allclose(many, single, rtol=1e-14, atol=1e-300)
    coarse = call(function.name, *(np.full(2, value, np.float32) for value in values))
    assert np.isfinite(coarse).all()


def test_a_row_says_how_it_is_written() -> None:
    assert TABLE["range"].usage == "range(signal, lo, hi)"
    assert TABLE["min"].usage == "min(a, b, …)"
    assert [TABLE["min"].takes(count) for count in (1, 2, 5)] == [False, True, True]
    assert [TABLE["sin"].takes(count) for count in (0, 1, 2)] == [False, True, False]
    assert all(function.does for function in STATELESS)
