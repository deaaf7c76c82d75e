"""`convert` as a person meets it: what it writes, and what it will not write over."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from empathy_palettes.cli.convert import add_to
from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import EmpathyError
from empathy_palettes.core.isf import parse
from empathy_palettes.render.loader import load

TOY = "// by Ann\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0, 1); }\n"


def convert(*words: str) -> str:
    app = typer.Typer()
    app.callback()(lambda: None)
    add_to(app)
    done = CliRunner().invoke(app, ["convert", *words])
    if isinstance(done.exception, EmpathyError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_a_shader_becomes_isf(tmp_path: Path) -> None:
    source, out = tmp_path / "a.frag", tmp_path / "mine.fs"
    source.write_text(TOY)
    said = convert(str(source), "--out", str(out))
    assert str(out) in said and "shadertoy" in said
    assert parse(out.read_text(), str(out)).credit == "by Ann"
    assert load(out, Assets([tmp_path])).header.passes


def test_a_folder_of_image_and_common_becomes_one_file(tmp_path: Path) -> None:
    toy = tmp_path / "toy"
    toy.mkdir()
    (toy / "image.glsl").write_text(TOY.replace("0, 1", "half_(1.), 1"))
    (toy / "common.glsl").write_text("float half_(float x) { return x / 2.; }\n")
    convert(str(toy), "--out", str(tmp_path / "mine.fs"))
    text = (tmp_path / "mine.fs").read_text()
    assert text.index("float half_") < text.index("mainImage(out")


def test_a_transition_is_told_where_it_belongs(tmp_path: Path) -> None:
    (tmp_path / "melt.glsl").write_text(
        "vec4 transition(vec2 uv) { return mix(getFromColor(uv), getToColor(uv), progress); }"
    )
    said = convert(str(tmp_path / "melt.glsl"), "--out", str(tmp_path / "melt.fs"))
    assert "shaders/transitions/" in said and '[transition] shader = "melt"' in said
    assert "empathy live" not in said


@pytest.mark.parametrize(
    ("source", "out", "told"),
    [
        ("a.frag", "there.fs", "there already"),
        ("a.frag", "mine.glsl", "mine.fs"),
        ("a.frag", "none/mine.fs", "mkdir"),
        ("there.fs", "mine.fs", "ISF already"),
        ("missing.frag", "mine.fs", "No such file"),
        ("a.png", "mine.fs", "not a shader"),
        ("none.frag", "mine.fs", "the file is empty"),
        ("library.glsl", "mine.fs", "no main function"),
        ("empty", "mine.fs", "no Shadertoy"),
        ("toy", "mine.fs", "use the folder as it is"),
    ],
)
def test_what_cannot_be_written_is_said(tmp_path: Path, source: str, out: str, told: str) -> None:
    (tmp_path / "a.frag").write_text(TOY)
    (tmp_path / "none.frag").write_text("// later\n")
    (tmp_path / "there.fs").write_text("/*{}*/ void main() {}")
    (tmp_path / "library.glsl").write_text("float x() { return 1.; }")
    (tmp_path / "empty").mkdir()
    (tmp_path / "toy").mkdir()
    for name in ("image", "bufferA"):
        (tmp_path / "toy" / f"{name}.glsl").write_text(TOY)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EmpathyError) as caught:
        convert(str(tmp_path / source), "--out", str(tmp_path / out))
    assert told in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "there.fs").read_text() == "/*{}*/ void main() {}"
