"""ISF headers: what they say, what is forgiven, and faults by line."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.errors import ShaderError
from empathy_palettes.core.isf import IsfHeader, IsfImport, IsfPass, parse

BODY = "void main() { gl_FragColor = vec4(1.0); }\n"


def read(header: dict[str, Any], body: str = BODY) -> IsfHeader:
    return parse(f"/*{json.dumps(header)}*/\n{body}", "a.fs")


def faults(header: str, body: str = BODY) -> list[str]:
    with pytest.raises(ShaderError) as caught:
        parse(header + body, "a.fs")
    return [str(fault) for fault in caught.value.faults]


def one_input(**table: Any) -> Any:
    header = read({"INPUTS": [{"NAME": "x", **table}]})
    return header.inputs[0]


def test_an_empty_header_is_a_generator_with_one_pass() -> None:
    header = read({})
    assert header.kind == "generator"
    assert header.passes == (IsfPass("", False, False, "$WIDTH", "$HEIGHT"),)
    assert header.inputs == ()
    assert header.warnings == ()


def test_words_about_the_shader() -> None:
    header = read({"DESCRIPTION": "a", "CREDIT": "b", "CATEGORIES": ["c", "d"], "UNKNOWN": 1})
    assert (header.description, header.credit, header.categories) == ("a", "b", ("c", "d"))
    assert header.warnings == ()


def test_every_line_and_column_of_the_body_stays_where_it_is_in_the_file() -> None:
    source = "\n// first\n/*{\n\n}*/ float a;\r\nfloat b;\r\n"
    assert parse(source, "a.fs").body.split("\n") == [
        "",
        "// first",
        "   ",
        "",
        "    float a;",
        "float b;",
        "",
    ]


def test_the_header_is_the_first_comment_that_holds_an_object() -> None:
    assert parse('/* (c) someone */\n/* {"CREDIT": "b"} */\n' + BODY, "a.fs").credit == "b"


@pytest.mark.parametrize(
    ("inputs", "kind"),
    [
        (["inputImage"], "filter"),
        (["startImage", "endImage", "progress"], "transition"),
        (["startImage", "endImage"], "generator"),
    ],
)
def test_the_kind_is_told_by_the_names_of_its_inputs(inputs: list[str], kind: str) -> None:
    tables = [{"NAME": n, "TYPE": "float" if n == "progress" else "image"} for n in inputs]
    assert read({"INPUTS": tables}).kind == kind


@pytest.mark.parametrize(
    ("table", "default"),
    [
        ({"TYPE": "float"}, 0.5),
        ({"TYPE": "float", "MIN": 2, "MAX": 8}, 5.0),
        ({"TYPE": "float", "MIN": -1, "MAX": 1, "DEFAULT": 0.25}, 0.25),
        ({"TYPE": "bool"}, 0),
        ({"TYPE": "bool", "DEFAULT": 1.0}, 1),
        ({"TYPE": "bool", "DEFAULT": True}, 1),
        ({"TYPE": "event"}, 0),
        ({"TYPE": "event", "DEFAULT": True}, 0),
        ({"TYPE": "long", "VALUES": [3, 5], "LABELS": ["a", "b"]}, 3),
        ({"TYPE": "long", "VALUES": [3, 5], "DEFAULT": 5}, 5),
        ({"TYPE": "long", "MIN": 2, "MAX": 4}, 2),
        ({"TYPE": "point2D"}, (0.0, 0.0)),
        ({"TYPE": "point2D", "MIN": [0, 0], "MAX": [1, 4]}, (0.5, 2.0)),
        ({"TYPE": "color"}, (1.0, 1.0, 1.0, 1.0)),
        ({"TYPE": "color", "DEFAULT": [0.1, 0.2, 0.3]}, (0.1, 0.2, 0.3, 1.0)),
        ({"TYPE": "image"}, None),
        ({"TYPE": "audioFFT"}, None),
    ],
)
def test_what_an_input_is_when_nobody_sets_it(table: dict[str, Any], default: object) -> None:
    assert one_input(**table).default == default


def test_an_input_without_a_label_is_called_by_its_name() -> None:
    assert one_input(TYPE="float").label == "x"
    assert one_input(TYPE="float", LABEL="how much").label == "how much"


def test_the_choices_of_a_long() -> None:
    found = one_input(TYPE="long", VALUES=[0, 2, 4], LABELS=["a", "b", "c"], DEFAULT=2)
    assert (found.values, found.labels, found.default) == ((0, 2, 4), ("a", "b", "c"), 2)
    assert one_input(TYPE="long", LABELS=["a", "b"]).values == (0, 1)


@pytest.mark.parametrize(
    ("table", "body", "normalised"),
    [
        ({"DEFAULT": [0.5, 0.5]}, "vec2 p = x / RENDERSIZE;", True),
        ({"DEFAULT": [0.5, 0.5]}, "float p = (x.y) / RENDERSIZE.y;", True),
        ({"DEFAULT": [0.5, 0.5]}, "vec2 p = x;", False),
        ({"DEFAULT": [10, 10]}, "vec2 p = x / RENDERSIZE;", False),
        ({"MIN": [0, 0], "MAX": [1, 1]}, "vec2 p = x / RENDERSIZE;", False),
    ],
)
def test_a_point_in_units_of_the_picture(
    table: dict[str, Any], body: str, normalised: bool
) -> None:
    header = read({"INPUTS": [{"NAME": "x", "TYPE": "point2D", **table}]}, body)
    assert header.inputs[0].normalised is normalised


def test_passes_and_their_flags_in_every_spelling() -> None:
    header = read(
        {
            "INPUTS": [{"NAME": "detail", "TYPE": "float"}],
            "PASSES": [
                {"TARGET": "a", "PERSISTENT": "1", "FLOAT": 1, "WIDTH": 64},
                {"TARGET": "b", "PERSISTENT": "false", "HEIGHT": "$HEIGHT * $detail"},
                {},
            ],
        }
    )
    assert header.passes == (
        IsfPass("a", True, True, "64", "$HEIGHT"),
        IsfPass("b", False, False, "$WIDTH", "$HEIGHT * $detail"),
        IsfPass(),
    )


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ("$WIDTH / ($HEIGHT - 720)", ""),  # of one picture only
        ("$WIDTH / $n", "divides by zero"),
        ("$WIDTH % $n", "has no value"),
        ("9 ^ 9 ^ 9", "has no value"),
        ("$WIDTH * 1e6", "asks for 1.28e+09 pixels of the 16384 there can be"),
        ("$n - 2 * $WIDTH", ""),
    ],
)
def test_a_size_that_needs_care_is_a_warning(size: str, told: str) -> None:
    header = read(
        {
            "INPUTS": [{"NAME": "n", "TYPE": "long"}],
            "PASSES": [{"TARGET": "a", "WIDTH": size}],
        }
    )
    wanted = [f"WIDTH {size!r} {told}"] if told else []
    assert [fault.problem for fault in header.warnings] == wanted


def test_version_1_names_its_persistent_buffers_apart() -> None:
    header = read(
        {
            "PERSISTENT_BUFFERS": {"a": {"WIDTH": 8, "FLOAT": True}},
            "PASSES": [{"TARGET": "a"}, {"TARGET": "b"}],
        }
    )
    assert header.passes == (IsfPass("a", True, True, "8", "$HEIGHT"), IsfPass("b"))
    listed = read({"PERSISTENT_BUFFERS": ["b"], "PASSES": [{"TARGET": "b"}]})
    assert listed.passes[0].persistent


def test_imports_in_both_forms() -> None:
    sides = [f"{axis}.png" for axis in "abcdef"]
    as_table = read({"IMPORTED": {"noise": {"PATH": "a.png"}, "bare": "b.png"}})
    as_list = read({"IMPORTED": [{"NAME": "sky", "TYPE": "cube", "PATH": sides}]})
    assert as_table.imports == (IsfImport("noise", ("a.png",)), IsfImport("bare", ("b.png",)))
    assert as_list.imports == (IsfImport("sky", tuple(sides), cube=True),)
    assert read({"IMPORTED": {"sky": {"PATH": sides}}}).imports == as_list.imports
    assert as_table.warnings == as_list.warnings == ()


def test_an_import_of_too_few_files_or_none_is_left_empty() -> None:
    header = read(
        {"IMPORTED": {"a": {"PATH": ["x", "y"]}, "b": {}, "c": {"TYPE": "Cube", "PATH": "z"}}}
    )
    assert header.imports == (IsfImport("a"), IsfImport("b"), IsfImport("c", (), cube=True))
    assert [fault.problem for fault in header.warnings] == [
        "import 'a': a picture has 1 PATH, not 2: left empty",
        "import 'b': a picture has 1 PATH, not 0: left empty",
        "import 'c': a cube has 6 PATH, not 1: left empty",
    ]


def test_small_letters_are_understood_with_a_warning() -> None:
    header = read({"inputs": [{"name": "x", "TYPE": "Float"}]})
    assert header.inputs[0].type == "float"
    assert [str(warning).split(" is ")[0] for warning in header.warnings] == [
        "a.fs: line 1, column 4: inputs",
        "a.fs: line 1, column 16: name",
        "a.fs: line 1, column 29: TYPE 'Float'",
    ]


def test_all_faults_of_a_header_at_once_each_with_its_line() -> None:
    header = """/*{
        "INPUTS": [
            {"NAME": "one", "TYPE": "flaot"},
            {"NAME": "two", "TYPE": "float", "MIN": "low"},
            {"NAME": "two words", "TYPE": "float"},
            {"NAME": "three", "TYPE": "color", "DEFAULT": [1]},
            {"TYPE": "float"},
            {"NAME": "four", "TYPE": "float"},
            {"NAME": "four", "TYPE": "float"}
        ],
        "PASSES": [{"TARGET": "a", "WIDTH": "$WIDHT / 2"}]
    }*/"""
    word = "a name is a word of letters, digits and _"
    assert faults(header) == [
        "a.fs: line 3, column 29: input 'one': TYPE 'flaot': did you mean 'float'?",
        "a.fs: line 4, column 46: input 'two': MIN 'low': a float is one number",
        f"a.fs: line 5, column 14: an input named 'two words': {word}",
        "a.fs: line 6, column 48: input 'three': DEFAULT [1]: a color is a list of 4 numbers",
        f"a.fs: line 7, column 13: an input named nothing: {word}",
        "a.fs: line 9, column 14: two inputs named 'four': rename one",
        "a.fs: line 11, column 36: WIDTH '$WIDHT / 2': $WIDHT is neither $WIDTH, $HEIGHT nor a"
        " number input: did you mean 'WIDTH'?",
    ]


def test_a_fault_stands_at_its_own_key_however_the_header_is_laid_out() -> None:
    header = """/*{ // the name stands in other places too
        "DESCRIPTION": "\\"x\\", MIN", "LABEL": "x",
        "INPUTS": [ { "NAME": "MIN", "TYPE": "float", },
            {
                "NAME": "x", "LABEL": "MIN",
                "TYPE": "point2D",
                "MIN": [0],
            }
        ], "IMPORTED": { "x": {}, "two words": {} }
    }*/"""
    assert [fault.split(": ")[1] for fault in faults(header)] == [
        "line 7, column 17",
        "line 9, column 35",
    ]


def test_one_number_for_all_parts_is_forgiven() -> None:
    header = read({"INPUTS": [{"NAME": "c", "TYPE": "color", "MIN": 0, "MAX": 1}]})
    assert (header.inputs[0].min, header.inputs[0].max) == ((0,) * 4, (1,) * 4)
    assert [str(fault).rpartition(": ")[2] for fault in header.warnings] == [
        "MIN 0 is one number for all 4; other hosts want a list",
        "MAX 1 is one number for all 4; other hosts want a list",
    ]


@pytest.mark.parametrize(
    ("kind", "fix"),
    [
        ("flaot", "did you mean 'float'?"),
        ("int", "ISF says 'long'"),
        ("Sampler2D", "ISF says 'image'"),
        ("matrix", "known: audio, audioFFT, bool, color, event, float, image, long, point2D"),
    ],
)
def test_a_type_that_isf_does_not_have(kind: str, fix: str) -> None:
    (fault,) = faults(f'/*{{"INPUTS": [{{"NAME": "x", "TYPE": "{kind}"}}]}}*/')
    assert fault == f"a.fs: line 1, column 29: input 'x': TYPE {kind!r}: {fix}"


@pytest.mark.parametrize(
    "choice",
    [
        '"DEFAULT": 2147483648',
        '"DEFAULT": -2147483649',
        '"MAX": 1e12',
        '"VALUES": [1, 4294967295]',
    ],
)
def test_a_long_that_no_int_of_glsl_can_be(choice: str) -> None:
    (fault,) = faults(f'/*{{"INPUTS": [{{"NAME": "n", "TYPE": "long", {choice}}}]}}*/')
    assert fault.endswith("a long is -2147483648 to 2147483647")


def test_the_longest_longs() -> None:
    ends = -(2**31), 2**31 - 1
    found = one_input(TYPE="long", VALUES=list(ends), DEFAULT=ends[0])
    assert (found.values, found.default) == (ends, ends[0])


def test_a_fault_in_the_json_is_told_by_the_line_of_the_file() -> None:
    assert faults('\n\n/*{\n"A": 1\n"B": 2 }*/') == [
        "a.fs: line 5, column 1: not JSON: expecting ',' delimiter: mind quotes and commas"
    ]


def test_a_file_without_a_header() -> None:
    assert faults("") == [
        'a.fs: line 1: no ISF header: begin with /*{ "ISFVSN": "2", "INPUTS": [] }*/'
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["x", "float", "$"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["NAME", "TYPE", "DEFAULT", "MIN", "VALUES", "LABELS", "TARGET", "PATH"]
            ),
            inner,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["INPUTS", "PASSES", "IMPORTED", "CATEGORIES"]), JSON))
def test_a_header_of_any_shape_is_read_or_refused(header: dict[str, Any]) -> None:
    try:
        parse(f"/*{json.dumps(header)}*/", "a.fs")
    except ShaderError as error:
        assert error.faults


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for source in (text, f"/*{{{text}}}*/"):
        try:
            parse(source, "a.fs")
        except ShaderError as error:
            assert error.faults
