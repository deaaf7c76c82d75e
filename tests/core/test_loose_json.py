"""Strict JSON means what Python says it means; loose JSON means the same, with a warning."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.loose_json import loads

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
    assert len(warnings) == 1 and "strict" in warnings[0]


def test_strings_that_look_like_comments_stay() -> None:
    assert loads('{"a": "http://b /* c */ ,]",}')[0] == {"a": "http://b /* c */ ,]"}


def test_a_tab_inside_a_string_is_no_fault() -> None:
    assert loads('{"a": "b\tc"}') == ({"a": "b\tc"}, [])


def test_the_last_of_two_equal_keys_counts() -> None:
    found, warnings = loads('{"a": 1, "b": 2, "a": 3}')
    assert found == {"a": 3, "b": 2}
    assert warnings == ["a given twice: the last one counts"]


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "{'a': 1}", '{"a": NaN}', "[" * 100_000])
def test_what_cannot_be_read_says_where(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        loads(text)


def test_the_position_of_a_fault_is_in_the_text_as_it_was_given() -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        loads('{\n "a": 1,\n "b" 2\n}')
    assert caught.value.lineno == 3
