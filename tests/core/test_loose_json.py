"""Strict JSON means what Python says it means; loose JSON means the same, with a warning."""

import json
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.loose_json import loads, places

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, width=32),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
).filter(lambda value: "Infinity" not in json.dumps(value))


@given(VALUES)
def test_strict_json_is_read_without_a_warning(value: Any) -> None:
    assert loads(json.dumps(value)) == (value, [])


@given(VALUES)
def test_comments_and_commas_at_the_end_are_forgiven(value: Any) -> None:
    text = f'{{ "a": [ {json.dumps(value)}, /* , ] */ ], // a "comment"\n }}'
    found, warnings = loads(text)
    assert found == {"a": [value]}
    ((place, problem),) = warnings
    assert "strict" in problem and text[place:].lstrip()[:1] in "]/"


def test_strings_that_look_like_comments_stay() -> None:
    assert loads('{"a": "http://b /* c */ ,]",}')[0] == {"a": "http://b /* c */ ,]"}


def test_a_tab_inside_a_string_is_no_fault() -> None:
    assert loads('{"a": "b\tc"}') == ({"a": "b\tc"}, [])


def test_the_last_of_two_equal_keys_counts() -> None:
    found, warnings = loads('{"a": 1, "b": 2, "a": 3}')
    assert found == {"a": 3, "b": 2}
    assert warnings == [(1, "a given twice: the last one counts")]


@given(VALUES)
def test_every_key_and_item_has_its_place(value: Any) -> None:
    text = json.dumps({"a": [value, {"b": value}, [value]], "c": {"d": value}}, indent=1)
    found = places(text)
    assert text[found["A",] :].startswith('"a"')
    assert text[found["A", 1, "B"] :].startswith('"b"')
    assert text[found["C", "D"] :].startswith('"d"')
    assert text[found["A", 2] :].startswith("[")
    assert json.JSONDecoder().raw_decode(text, found["A", 0])[0] == value
    assert json.JSONDecoder().raw_decode(text, found["A", 2, 0])[0] == value


def test_places_are_those_of_the_text_with_its_comments_and_commas() -> None:
    text = '{ /* "b": */ "a": [1, {"b": "x,]",},],\n "c": 2, }'
    found = places(text)
    assert [text[at:][:4].strip() for at in found.values()] == [
        '"a":',
        "1, {",
        '{"b"',
        '"b":',
        '"c":',
    ]


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "{'a': 1}", '{"a": NaN}', "[" * 100_000])
def test_what_cannot_be_read_says_where(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        loads(text)


def test_the_position_of_a_fault_is_in_the_text_as_it_was_given() -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        loads('{\n "a": 1,\n "b" 2\n}')
    assert caught.value.lineno == 3


@pytest.mark.parametrize("before", ["", "// a comment\n"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [("[" * 100_000, "nested too deeply"), ("1" * 5_000, "a number of too many digits")],
)
def test_too_much_of_it_is_a_fault(before: str, value: str, problem: str) -> None:
    with pytest.raises(json.JSONDecodeError, match=problem):
        loads(f'{before}{{"a": {value}}}')


@pytest.mark.parametrize("text", ['"\\' * 100_000, "/*" * 100_000])
def test_what_is_never_closed_is_told_at_once(text: str) -> None:
    begun = process_time()
    with pytest.raises(json.JSONDecodeError):
        loads(text)
    assert process_time() - begun < 1


def test_thousands_of_equal_keys_are_told_at_once() -> None:
    pairs = ",".join(f'"key{number % 10_000}": {number}' for number in range(20_000))
    begun = process_time()
    found, warnings = loads(f"{{{pairs}}}")
    assert process_time() - begun < 1
    assert len(found) == 10_000
    assert "key9999" in warnings[0][1]
