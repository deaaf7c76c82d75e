"""Texts of older shaders: only what may not stand goes, and every line stays where it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.render.tidy import clashes, clean, words

OURS = {"TIME", "size", "image"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("uniform float TIME;", ""),
        ("uniform float TIME = 1.0; float a;", " float a;"),
        ("uniform highp vec2 size;", ""),
        ("layout(binding = 0) uniform sampler2D image;", ""),
        ("uniform float speed;", "uniform float speed;"),
        ("uniform float TIME, speed;", "uniform float  speed;"),
        ("uniform vec2 a = vec2(1, 2), size, b;", "uniform vec2  a = vec2(1, 2), b;"),
        ("uniform float timeTIME, TIMEs;", "uniform float timeTIME, TIMEs;"),
        ("uniform vec4 table[4];", "uniform vec4 table[4];"),
        ("uniform\nfloat\nTIME;\nfloat a;", "\n\n\nfloat a;"),
        ("uniform float\nTIME,\nspeed;", "uniform float  speed;\n\n"),
        ("float TIME2 = size.x;", "float TIME2 = size.x;"),
        ("in vec2 isf_FragNormCoord;", ""),
        ("varying highp vec2 vv_FragNormCoord;", ""),
        ("void f(in vec2 isf_FragNormCoord2) {}", "void f(in vec2 isf_FragNormCoord2) {}"),
        ("  # version 120\na", "\na"),
        ("#extension X : enable\na", "\na"),
        ("#ifdef version\n#endif", "#ifdef version\n#endif"),
    ],
)
def test_what_is_declared_already_is_not_declared_again(text: str, wanted: str) -> None:
    assert clean(text, OURS) == wanted


PIECES = st.lists(
    st.sampled_from(
        "uniform float vec2 TIME size other , ; = ( ) [ ] { } 1.0 in varying #version # \n"
        " isf_FragNormCoord layout".split(" ")
    )
)


@given(PIECES)
def test_no_line_is_lost_and_no_word_invented(pieces: list[str]) -> None:
    text = " ".join(pieces)
    cleaned = clean(text, OURS)
    assert cleaned.count("\n") == text.count("\n")
    assert words(cleaned) <= words(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("float filter;", {"filter"}),
        ("float a_filter, filters;", set()),
        ("#define filter 3\nfloat a = filter;", set()),
        ("  #  define filter(x) x\nfloat a = filter(1.0);", set()),
        ("flat in int a;", set()),
        ("flat varying vec2 a;", set()),
        ("float flat = 1.0;", {"flat"}),
        ("#ifdef GL_ES\nprecision highp float;\n#endif", set()),
        ("const float precision = .1;", {"precision"}),
        ("layout(location = 0) out vec4 a;", set()),
        ("switch (a) { case 0: break; default : break; }", set()),
        ("float case0; bool switch; int default;", {"switch", "default"}),
        ("vec4 sample, patch;", {"sample", "patch"}),
    ],
)
def test_only_words_that_are_used_as_names_clash(text: str, wanted: set[str]) -> None:
    assert clashes(text) == wanted
