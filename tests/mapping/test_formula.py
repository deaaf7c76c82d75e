"""The language: what it is, what it is not, what it says about faults, and that it is total."""

from __future__ import annotations

import ast
import builtins
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from empathy_palettes.core.errors import FormulaError
from empathy_palettes.crowd.signals import SIGNALS, neutral_reading
from empathy_palettes.mapping.arithmetic import LIMIT, Number
from empathy_palettes.mapping.formula import MOST_CHARACTERS, compile
from empathy_palettes.mapping.functions import FUNCTIONS
from empathy_palettes.mapping.memory import PERSON, REBORN, State

NAMES = (*SIGNALS, "pace", "palette")
PEOPLE = ("valence", "arousal", "weight", *(f"crowd_{name}" for name in SIGNALS))
PALETTE = np.array([[0.0, 0.2, 0.4], [1.0, 0.4, 0.0]], np.float32)


def value(text: str, **values: Any) -> Any:
    env = {**neutral_reading(), "pace": 2.0, "palette": PALETTE, **values}
    return compile(text, NAMES).evaluate(env, State())


def faults(text: str, names: tuple[str, ...] = NAMES) -> list[str]:
    with pytest.raises(FormulaError) as caught:
        compile(text, names)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", 3.0),
        ("True", 1.0),
        ("1_000.5e-1", 100.05),
        ("-2 ** 2", -4.0),
        ("7 // 2 + 7 % 4 - +1", 5.0),
        ("1 < 2 <= 2", 1.0),
        ("1 < 2 > 3", 0.0),
        ("not 0", 1.0),
        ("0 or 1 and 1", 1.0),
        ("4 if pace > 1 else 5", 4.0),
        ("range(arousal, 0.1, 1.4)", 0.75),
        ("range(-arousal, 0, 1)", 0.5),
        ("range(abs(arousal), 0, 1)", 0.0),
        ("range(joy, 0, 8)", 2.0),
        ("range(smooth(lag(live(arousal), 1, 2), 3), 0, 1)", 0.5),
        ("range(delay(hold(arousal, 1), 1), 0, 1)", 0.5),
        ("range(pace, 0, 8)", 8.0),
        ("range(arousal + 0.25, 0, 8)", 2.0),
        ("range(0.25, 0, 8)", 2.0),
        ("min(3, 2, pace)", 2.0),
        ("1 / 0", 0.0),
        ("  \n\t3 +\n4 ", 7.0),
        ("mix(0, 10, agreement)", 10.0),
    ],
)
def test_what_formulas_say(text: str, expected: float) -> None:
    got = value(text)
    assert type(got) is float
    assert got == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("palette[0]", [0, 0.2, 0.4]),
        ("palette[1]", [1, 0.4, 0]),
        ("palette[0.5]", [0.5, 0.3, 0.2]),
        ("palette[-7]", [0, 0.2, 0.4]),
        ("palette[1e9]", [1, 0.4, 0]),
        ("palette[agreement]", [1, 0.4, 0]),
        ("mix(palette[0], palette[1], 0.5)", [0.5, 0.3, 0.2]),
        ("smooth(palette[0], 2) * 0.5", [0, 0.1, 0.2]),
        ("palette[0] if joy > 0.5 else palette[1]", [1, 0.4, 0]),
    ],
)
def test_colours(text: str, expected: list[float]) -> None:
    assert compile(text, NAMES).colour
    np.testing.assert_allclose(value(text), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("arousl", ["column 1: no name 'arousl' here: did you mean 'arousal'?"]),
        (
            "  smoth(joy, 1) + jo",
            [
                "column 3: no function 'smoth': did you mean 'smooth'?",
                "column 19: no name 'jo' here: did you mean 'joy'?",
            ],
        ),
        ("smooth(joy)", ["column 1: smooth with 1 value: write smooth(x, s)"]),
        ("min(joy)", ["column 1: min with 1 value: write min(a, b, …)"]),
        ("sin(joy, 1)", ["column 1: sin with 2 values: write sin(x)"]),
        ("smooth", ["column 1: 'smooth' without brackets: write smooth(x, s)"]),
        ("palette", ["column 1: the whole palette: take a colour of it: palette[0]"]),
        (
            "palette[palette[0]]",
            ["column 9: a colour in brackets: palette[…] wants a number"],
        ),
        ("smooth(x=1, s=2)", ["column 1: 'smooth(x=1, s=2)': values without names: smooth(x, s)"]),
        ("lfo(1, 'sin')", ["column 8: no shape 'sin': did you mean 'sine'?"]),
        ("lfo(1, 2)", ["column 8: '2': a shape in quotes: \"sine\""]),
        ("'joy'", ["column 1: a text: only lfo takes one: the name of its shape"]),
        ("joy ^ 2", ["column 1: 'joy ^ 2': a power is **"]),
        ("joy & calm", ["column 1: 'joy & calm': write and"]),
        ("joy is calm", ["column 1: 'joy is calm': compare with < <= > >= == !="]),
        ("1e400", ["column 1: a number this large: at most 1e+18"]),
        ("9" * 400, ["column 1: a number this large: at most 1e+18"]),
        ("1 + 2j", ["column 5: '2j': the language has "]),
        ("math.sin(1)", ["column 1: 'math.sin': only the listed functions are called"]),
        ("joy.real", ["column 1: 'joy.real': there are no dots in a formula"]),
        ("joy[0]", ["column 1: 'joy[0]': the language has "]),
        ("palette[0:1]", ["column 9: '0:1': the language has "]),
        ("joy − 1", ["column 5: the character '−': use the characters of a plain keyboard"]),
        ("joy # much", ["column 5: the character '#': write a comment outside the quotes"]),
        ("joy\0", ["column 4: the character '\\x00': use the characters"]),
        ("joy +", ["column 6: not a formula"]),
        ("  joy)", ["column 6: not a formula"]),
        ("joy = 1", ["not a formula"]),
        ("", ["an empty formula: write a number or a name"]),
        (" \n", ["an empty formula: write a number or a name"]),
        ("1+" * 600 + "1", [f"1201 characters: at most {MOST_CHARACTERS}"]),
        ("-" * 300 + "1", ["a formula this large: divide it"]),
        ("(" * 300 + "1" + ")" * 300, ["not a formula"]),
        ("live(pace)", ["column 6: live(pace): a crowd's signal: "]),
        ("live(joy + 1)", ["column 6: live(joy + 1): a crowd's signal: "]),
    ],
)
def test_faults_name_the_column_the_thing_and_the_remedy(text: str, told: list[str]) -> None:
    got = faults(text)
    assert len(got) == len(told)
    for line, start in zip(got, told, strict=True):
        assert start in line


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__[0].__subclasses__()",
        "(lambda: 1)()",
        "[x for x in (1, 2)]",
        "{1: 2}",
        "{1, 2}",
        "(1, 2)",
        "f'{joy}'",
        "(joy := 3)",
        "*joy",
        "smooth(*joy)",
        "smooth(**joy)",
        "eval('1')",
        "range(1, 2, 3).start",
        "joy if calm",
        "await joy",
        "yield",
        "None",
        "...",
        "b'x'",
        "~1",
        "joy @ calm",
        "joy << 2",
        "palette.__class__",
        "globals()",
        "print",
        "exec",
        "*reborn",
        "joy; calm",
        "joy\ncalm",
        "import os",
    ],
)
def test_nothing_else_is_part_of_the_language(text: str) -> None:
    faults(text)


def test_what_is_a_persons_and_what_is_the_crowds() -> None:
    assert faults("live(arousal)", PEOPLE)[0].endswith("did you mean 'crowd_arousal'?")
    formula = compile("range(live(crowd_arousal), 0, 1) + range(arousal, 0, 1)", PEOPLE)
    env: dict[str, Any] = {"crowd_arousal": 0.0, "crowd_count": 40.0, "arousal": np.ones(2)}
    env |= {REBORN: np.zeros(2, bool), PERSON: np.arange(2)}
    np.testing.assert_array_equal(formula.evaluate(env, State()), [1.5, 1.5])
    assert formula.names == {"crowd_arousal", "crowd_count", "arousal"}
    assert "no name 'palette'" in faults("palette[0]", PEOPLE)[0] or "'palette[0]'" in str(
        faults("palette[0]", PEOPLE)
    )


def test_what_a_formula_says_about_itself() -> None:
    formula = compile("trigger(joy > smooth(joy, 2))", NAMES)
    assert formula.outermost == "trigger"
    assert formula.names == {"joy"}
    assert not formula.colour
    assert formula.calls == {("trigger(joy > smooth(joy, 2))", 0), ("smooth(joy, 2)", 0)}
    assert compile("trigger(joy) + 0", NAMES).outermost == ""


@settings(max_examples=300)
@given(st.text(max_size=60) | st.text("ajoy01.+-*/%()[]<=' ,", max_size=40))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        formula = compile(text, NAMES)
    except FormulaError as error:
        assert error.faults
    else:
        assert np.isfinite(value(text)).all()
        assert formula.text == text


LEAVES = st.sampled_from(["x", "y", "arousal", "0", "1", "-2.5", "0.5", "1e18", "1e-30", "1e-300"])


def _larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = ["+", "-", "*", "/", "//", "%", "**", "<", "<=", ">", ">=", "==", "!=", "and", "or"]
    binary = st.builds("({} {} {})".format, parts, st.sampled_from(operators), parts)
    unary = st.builds("({}{})".format, st.sampled_from(["-", "+", "not "]), parts)
    choice = st.builds("({} if {} else {})".format, parts, parts, parts)
    names = sorted(set(FUNCTIONS) - {"live", "lfo"})
    calls = [
        st.builds((name + "({})").format, st.tuples(*[parts] * count).map(", ".join))
        for name in names
        for count in [max(len(FUNCTIONS[name].arguments), 1)]
    ]
    return binary | unary | choice | st.one_of(calls)


expressions = st.recursive(LEAVES, _larger, max_leaves=8)
anything = st.floats(width=32) | st.sampled_from([0.0, 1.0, float("nan"), float("inf"), -1e38])


def _runs(text: str, steps: list[dict[str, Any]]) -> list[Number]:
    formula, state = compile(text, ("x", "y", "arousal")), State(5, "inputs", "it")
    return [formula.evaluate(env, state) for env in steps]


@settings(max_examples=400)
@given(expressions, st.lists(st.tuples(anything, anything, anything), min_size=3, max_size=3))
def test_every_formula_is_finite_on_every_input(
    text: str, rows: list[tuple[float, float, float]]
) -> None:
    names = ("x", "y", "arousal")
    for got in _runs(text, [dict(zip(names, row, strict=True)) for row in rows]):
        assert type(got) is float
        assert abs(got) <= LIMIT
    for dtype in (np.float32, np.float64):
        columns = [
            dict(zip(names, (np.full(4, item, dtype) for item in row), strict=True)) for row in rows
        ]
        reborn = {REBORN: np.array([False, True, False, False]), PERSON: np.arange(4)}
        for many in _runs(text, [{**row, **reborn} for row in columns]):
            assert np.isfinite(many).all()
            assert (np.abs(many) <= LIMIT).all()


ordinary = st.recursive(
    st.sampled_from(["x", "y", "0", "1", "-2.5", "0.5"]),
    lambda parts: (
        st.builds(
            "({} {} {})".format,
            parts,
            st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "<=", ">", ">=", "==", "!="]),
            parts,
        )
        | st.builds("(-{})".format, parts)
        | st.builds("({} if {} > 0.5 else {})".format, parts, parts, parts)
    ),
    max_leaves=10,
)


# no divisor made of so few of them is so small that it counts as 0 with us, and with Python not
sixty_fourths = st.integers(-640, 640).map(lambda count: count / 64)


@settings(max_examples=300)
@given(ordinary, sixty_fourths, sixty_fourths)
def test_wherever_python_has_an_answer_it_is_ours(text: str, x: float, y: float) -> None:
    # Python itself is the oracle: the same expression, every literal a float
    tree = ast.parse(text, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value = float(node.value)  # type: ignore[arg-type]
    try:
        expected = float(eval(builtins.compile(tree, "oracle", "eval"), {}, {"x": x, "y": y}))
    except ZeroDivisionError:
        return
    single = compile(text, ("x", "y")).evaluate({"x": x, "y": y}, State())
    assert single == expected
    env = {"x": np.full(5, x), "y": np.full(5, y)}
    many = np.broadcast_to(compile(text, ("x", "y")).evaluate(env, State()), 5)
    np.testing.assert_array_equal(many, [single] * 5)
