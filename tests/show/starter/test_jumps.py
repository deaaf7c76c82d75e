"""What a shader multiplies TIME by is found where it is written, and nothing else is."""

from __future__ import annotations

import pytest

from empathy_palettes.core.assets import builtin_root
from empathy_palettes.render.source import strip_comments
from empathy_palettes.show.starter.jumps import jumping

INPUTS = ("speed", "size", "glow")


@pytest.mark.parametrize(
    "line",
    [
        "float a = TIME * speed;",
        "float a = speed*TIME;",
        "float a = 0.5 * TIME * (1.0 + speed);",
        "float a = sin(p.x + TIME * speed) * 2.0;",
        "vec2 p = vec2(TIME, 0.0) * speed;",
        "p += TIME / speed;",
        "p = q - -TIME * -speed;",
        "float t = TIME + 3.0; float a = fract(t * speed);",
        "float t = TIME; t *= speed;",
        "float s = 2.0 * speed; float a = mod(s * TIME, 1.0);",
        "vec3 p = vec3(0.0); p.z += TIME; p.xy *= 2.0; float a = p.z * speed;",
        "#define T (TIME * 0.1)\nfloat a = T * speed;",
        "#define iTime TIME\nfloat a = iTime * speed;",
        "#define T (TIME * speed)\nfloat a = T;",
        "if (TIME * speed > 3.0) discard;",
        "for (int i = 0; i < 3; i++) { a += float(i) + TIME * speed; }",
        "float a = noise(vec2(TIME * speed, 0.0))[0];",
    ],
)
def test_what_jumps(line: str) -> None:
    found = jumping(f"void main() {{\n{line}\n}}", INPUTS)
    assert found == {"speed": 1 + 1 + line.count("\n") * ("#define T (TIME * speed)" not in line)}


@pytest.mark.parametrize(
    "line",
    [
        "float a = TIME + speed;",
        "float a = sin(TIME) * speed;",
        "float a = fract(TIME * 0.1) * speed;",
        "float a = speed * size + TIME;",
        "float a = TIME; float b = speed == 0.5 ? 1.0 : size;",
        "float a = noise(p + TIME) * size;",
        "float a = TIME * 2.0, b = speed * 2.0;",
        "vec2 p = vec2(0.0); p.x = speed * p.y;",
        "float a = TIMEDELTA * speed;",
    ],
)
def test_what_does_not(line: str) -> None:
    assert jumping(f"void main() {{\n{line}\n}}", INPUTS) == {}


def test_a_name_means_what_its_own_function_says() -> None:
    text = "float f() { float t = TIME; return sin(t); }\nfloat g(float t) { return t * speed; }"
    assert jumping(text, INPUTS) == {}


def test_broken_text_is_read_as_far_as_it_goes() -> None:
    for text in (
        "",
        "((((",
        "float a = TIME * ;",
        "}}}} TIME *= speed",
        ")*speed*TIME(",
        "(" * 100_000,
    ):
        jumping(text, INPUTS)
    assert jumping("void main( { a = TIME * speed", INPUTS) == {"speed": 1}


def test_our_own_shaders_never_do() -> None:
    for path in sorted((builtin_root() / "shaders").glob("*.fs")):
        text = strip_comments(path.read_text("utf-8"))
        names = ("flow", "pace", "rate", "swell", "sway", "pulse", "amount", "light")
        assert jumping(text, names) == {}, path.name
