"""Size expressions: the arithmetic of Python, and nothing else of it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.isf_size import SizeExpression

LEAVES = st.sampled_from(["$WIDTH", "$HEIGHT", "$scale", "2", "0.5", "3.0"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | inner.map(lambda t: f"floor({t})")
        | st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})")
    ),
    max_leaves=8,
).filter(lambda text: len(text) <= 200)


@given(EXPRESSIONS, st.integers(1, 8192), st.integers(1, 8192), st.floats(0.01, 8))
def test_an_expression_means_what_python_would_make_of_it(
    text: str, width: int, height: int, scale: float
) -> None:
    python = text.replace("$WIDTH", "w").replace("$HEIGHT", "h").replace("$scale", "s")
    names = {"w": float(width), "h": float(height), "s": scale, "floor": math.floor, "max": max}
    try:
        wanted = int(min(max(eval(python, {"__builtins__": {}}, names), 1), 16_384))
    except ZeroDivisionError:
        wanted = 1
    found = SizeExpression(text, ["scale"]).evaluate(width, height, {"scale": scale})
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$WIDTH/16.0", 80),
        ("256", 256),
        ("2^7", 128),
        ("-$WIDTH", 1),
        ("9^9^9", 16_384),
        ("$WIDTH/0", 1),
        ("1e999 - 1e999", 1),
        ("min($WIDTH, $HEIGHT) / 2", 360),
    ],
)
def test_sizes_are_whole_pixels_within_what_a_texture_can_be(text: str, wanted: int) -> None:
    assert SizeExpression(text).evaluate(1280, 720, {}) == wanted


def test_it_tells_which_inputs_it_follows() -> None:
    assert SizeExpression("$WIDTH * $detail", ["detail"]).inputs == {"detail"}
    assert SizeExpression("$WIDTH / 2").inputs == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$WIDTH /",
        "$nothing",
        "WIDTH",
        "__import__('os')",
        "(1).real",
        "[1][0]",
        "max(1)",
        "floor(1, 2)",
        "floor(x=1)",
        "1 if 2 else 3",
        "$WIDTH" + " + 1" * 60,
        "'a'",
        "True",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        SizeExpression(text)
