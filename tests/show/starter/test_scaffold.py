"""A preset for any shader: it holds, it explains every input, and feeling moves what it draws."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.errors import AssetError, ConfigError, ShaderError
from empathy_palettes.mapping.red import too_red
from empathy_palettes.show.starter.scaffold import new_work
from empathy_palettes.show.still import render

New = Callable[..., dict[str, Any]]
Put = Callable[[str, str], Path]

TOY = "void mainImage(out vec4 o, in vec2 p) {{ o = {}; }}"
BODY = " void main() { gl_FragColor = vec4(1.0); }"


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """`put("a/b.fs", text)` writes a file somewhere outside the project."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / "elsewhere" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return put


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    return Assets([tmp_path / "project", builtin_root()])


@pytest.fixture
def new(tmp_path: Path, assets: Assets) -> New:
    """`new(path)`: the preset `mine` made from a shader, as a table."""

    def new(source: Path | str, name: str = "mine") -> dict[str, Any]:
        new_work(name, str(source), tmp_path / "project", assets)
        return tomllib.loads((tmp_path / "project" / "presets" / f"{name}.toml").read_text())

    return new


def header(*inputs: str) -> str:
    return f'/*{{"INPUTS": [{", ".join(f"{{{text}}}" for text in inputs)}]}}*/'


def using(head: str) -> str:
    """A shader with this header that uses each of its inputs."""
    names = re.findall(r'"NAME": "(\w+)"', head)
    return f"{head}\n#define ALL {' '.join(names)}\n{BODY}"


def test_every_kind_of_input_is_explained_and_set(put: Put, new: New, tmp_path: Path) -> None:
    inputs = (
        '"NAME": "radius", "TYPE": "float", "MIN": 0, "MAX": 8, "DEFAULT": 2, "LABEL": "how wide"',
        '"NAME": "brightness", "TYPE": "float"',
        '"NAME": "blur", "TYPE": "float", "MIN": 1, "MAX": 3, "DEFAULT": 1',
        '"NAME": "seed", "TYPE": "float", "DEFAULT": 7.25, "MAX": 10',
        '"NAME": "fixed", "TYPE": "float", "MIN": 1, "MAX": 1, "DEFAULT": 1',
        '"NAME": "valence", "TYPE": "float"',
        '"NAME": "mine", "TYPE": "float", "MIN": -1, "MAX": 1, "DEFAULT": 0',
        '"NAME": "shape", "TYPE": "long", "VALUES": [1, 4], "LABELS": ["dot", "bar"]',
        '"NAME": "mirror", "TYPE": "bool", "DEFAULT": true',
        '"NAME": "burst", "TYPE": "event"',
        '"NAME": "clearAll", "TYPE": "event"',
        '"NAME": "centre", "TYPE": "point2D", "DEFAULT": [0.5, 0.25]',
        '"NAME": "mouse", "TYPE": "point2D", "MIN": [0, 0], "MAX": [2, 2], "DEFAULT": [1, 1]',
        '"NAME": "ink", "TYPE": "color", "DEFAULT": [1, 1, 1, 1]',
        '"NAME": "background", "TYPE": "color", "DEFAULT": [0, 0, 0, 1]',
        '"NAME": "veil", "TYPE": "color", "DEFAULT": [0, 0, 0, 0.5]',
        '"NAME": "palette0", "TYPE": "color"',
        '"NAME": "photo", "TYPE": "image"',
        '"NAME": "emo_field", "TYPE": "image"',
        '"NAME": "wave", "TYPE": "audio"',
    )
    table = new(put("a.fs", using(header(*inputs))))
    assert table["inputs"] == {
        "radius": {"follow": "live(arousal)", "to": [1, 5], "lag": [1, 4]},
        "brightness": {"follow": "live(valence)", "to": [0.25, 0.75], "lag": [3, 3]},
        "blur": {"follow": "live(arousal)", "to": [2, 1], "lag": [4, 2]},
        "seed": 7.25,
        "fixed": 1,
        "mine": 0,
        "shape": 1,
        "mirror": True,
        "burst": "trigger(live(arousal) > 0.3)",
        "centre": [0.5, 0.25],
        "mouse": [f"range(smooth(live({name}), 2), 0.5, 1.5)" for name in ("valence", "arousal")],
        "ink": "palette[4]",
        "background": "palette[0]",
        "veil": [0, 0, 0, 0.5],
    }
    text = (tmp_path / "project" / "presets" / "mine.toml").read_text()
    assert "# radius (how wide): float; 0 to 8; default 2\n" in text
    assert "# shape: long; default 1; 1 dot, 4 bar\n" in text
    assert "# valence: float; default 0.5; named like a signal, so it is that signal\n" in text
    assert '# photo = "photo.jpg"' in text and "emo_field.jpg" not in text
    for line in inputs:
        assert f"# {line.split(chr(34))[3]}" in text, "an input without its explanation"


def test_a_red_that_lets_something_through_is_calmed(put: Put, new: New, tmp_path: Path) -> None:
    inputs = (
        '"NAME": "veil", "TYPE": "color", "DEFAULT": [1, 0, 0, 0.5]',
        '"NAME": "brightness", "TYPE": "float"',
    )
    veil = new(put("a.fs", using(header(*inputs))))["inputs"]["veil"]
    assert veil[3] == 0.5 and veil[0] > 0.85 and not too_red(veil[:3])
    assert "less red than its own" in (tmp_path / "project/presets/mine.toml").read_text()


def test_where_no_name_tells_anything_the_first_float_moves(put: Put, new: New) -> None:
    floats = ('"NAME": "angle", "TYPE": "float"', '"NAME": "qqq", "TYPE": "float"')
    assert new(put("a.fs", using(header(*floats))))["inputs"] == {
        "angle": 0.5,
        "qqq": {"follow": "live(arousal)", "to": [0.25, 0.75], "lag": [1, 4]},
    }


def test_a_float_called_like_its_shader_is_spelt_out(put: Put, new: New) -> None:
    table = new(put("a.fs", using(header('"NAME": "glow", "TYPE": "float"'))), "glow")
    assert table["inputs"]["glow"] == "lag(range(live(valence), 0.25, 0.75), 3, 3)"


def test_what_time_is_multiplied_by_is_left_alone(put: Put, new: New, tmp_path: Path) -> None:
    text = header('"NAME": "speed", "TYPE": "float", "MAX": 4, "DEFAULT": 1')
    text += "\n\nvoid main() { gl_FragColor = vec4(fract(TIME * speed)); }"
    table = new(put("a.fs", text))
    assert table["inputs"]["mine"] == {"speed": 1}
    said = (tmp_path / "project" / "presets" / "mine.toml").read_text()
    assert "TIME * speed jumps when speed changes: use travel(). In\n#   line 3 of mine.fs" in said
    assert 'speed_way = "travel(range(live(arousal), 0.5, 2.5))"' in said


def test_everything_a_shader_needs_comes_along(put: Put, new: New, tmp_path: Path) -> None:
    put("a.vs", '#include "deep/turn.glsl"\nvoid main() { isf_vertShaderInit(); }')
    put("deep/turn.glsl", '#include "srgb.glsl"\n')
    put("grain.png", "a picture")
    text = '/*{"IMPORTED": {"grain": {"PATH": "grain.png"}, "gone": {"PATH": "gone.png"}}}*/'
    source = put("a.fs", text + ' \n#include "near.glsl"\n' + BODY)
    put("near.glsl", "float near() { return 1.0; }")
    new(source)
    shaders = tmp_path / "project" / "shaders"
    inside = {path.relative_to(shaders).as_posix() for path in shaders.rglob("*.*")}
    assert inside == {"mine.fs", "mine.vs", "deep/turn.glsl", "near.glsl", "grain.png"}
    assert (shaders / "grain.png").read_text() == "a picture"
    new(source, "again")  # the shared files are there already, and the same
    (shaders / "near.glsl").write_text("float near() { return 2.0; }")
    with pytest.raises(AssetError, match=r"near\.glsl: is there already"):
        new(source, "third")
    assert not (shaders / "third.fs").exists()


def test_a_shader_already_in_its_place_gets_its_preset(
    new: New, tmp_path: Path, assets: Assets
) -> None:
    place = tmp_path / "project" / "shaders" / "mine.fs"
    place.parent.mkdir(parents=True)
    place.write_text(using(header('"NAME": "size", "TYPE": "float"')))
    assert new("mine.fs")["shader"] == "mine.fs"
    with pytest.raises(AssetError, match=r"mine\.toml: is there already"):
        new(place)


def test_what_does_not_hold_is_told_and_leaves_nothing(put: Put, new: New, tmp_path: Path) -> None:
    crossing = header(
        '"NAME": "startImage", "TYPE": "image"',
        '"NAME": "endImage", "TYPE": "image"',
        '"NAME": "progress", "TYPE": "float"',
    )
    with pytest.raises(ConfigError, match=r"\[transition\] shader"):
        new(put("cross.fs", crossing + BODY))
    with pytest.raises(ConfigError, match=r"\[transition\] shader"):
        new(put("fade.glsl", "vec4 transition(vec2 uv) { return getFromColor(uv); }"))
    with pytest.raises(ShaderError, match="no include"):
        new(put("lost.fs", '/*{}*/\n#include "lost.glsl"\n' + BODY))
    with pytest.raises(AssetError, match="no preset or shader"):
        new("nowhere")
    with pytest.raises(AssetError, match="choose another"):
        new(put("a.fs", "/*{}*/" + BODY), "wash")
    assert not (tmp_path / "project").exists()


def test_a_shader_for_another_host_becomes_isf(put: Put, new: New, tmp_path: Path) -> None:
    toy = "// by ann, CC0\nvoid mainImage(out vec4 o, in vec2 p) { o = vec4(fract(iTime)); }\n"
    table = new(put("toy.glsl", toy))
    assert table["shader"] == ["mine.fs", "wash.fs"]
    converted = (tmp_path / "project" / "shaders" / "mine.fs").read_text()
    assert converted.startswith("/*{") and toy in converted


def test_a_shader_in_several_files_stays_a_folder(put: Put, new: New, tmp_path: Path) -> None:
    put("toy/image.glsl", TOY.format("texelFetch(iChannel0, ivec2(p), 0)"))
    folder = put("toy/bufferA.glsl", TOY.format("vec4(1)")).parent
    assert new(folder)["shader"] == ["mine", "wash.fs"]
    inside = {path.name for path in (tmp_path / "project" / "shaders" / "mine").iterdir()}
    assert inside == {"image.glsl", "bufferA.glsl"}


@pytest.mark.gl
@pytest.mark.parametrize(
    "text",
    [
        header('"NAME": "level", "TYPE": "float"') + "void main() { gl_FragColor = vec4(level); }",
        header('"NAME": "inputImage", "TYPE": "image"', '"NAME": "gain", "TYPE": "float"')
        + "void main() { gl_FragColor = IMG_THIS_PIXEL(inputImage) * gain; }",
        "/*{}*/ void main() { gl_FragColor = vec4(isf_FragNormCoord.xxx, 1.0); }",
        "void main() { gl_FragColor = vec4(gl_FragCoord.x / 96.0, 0.4, 0.1, 1.0); }",
    ],
    ids=["float", "filter", "no input", "plain GLSL"],
)
def test_feeling_is_seen(put: Put, new: New, assets: Assets, text: str) -> None:
    new(put("a.fs" if "/*{" in text else "a.frag", text))
    joy, sorrow = (
        render("mine", feel=feel, people=20, time=1.0, size=(48, 27), assets=assets)
        for feel in ("joy", "sorrow")
    )
    assert np.abs(joy.astype(int) - sorrow.astype(int))[..., :3].mean() > 5


@pytest.mark.gl
def test_a_shader_is_drawn_by_itself(put: Put, assets: Assets) -> None:
    text = header('"NAME": "valence", "TYPE": "float", "MIN": -1, "MAX": 1')
    path = put("a.fs", text + "void main() { gl_FragColor = vec4(vec3(valence * 0.5 + 0.5), 1); }")
    joy, grief = (
        render(path, feel=feel, people=20, time=1.0, size=(32, 18), assets=assets)[..., 0].mean()
        for feel in ((0.8, 0.0), (-0.8, 0.0))
    )
    assert joy > 200 and grief < 60
    fade = put("fade.glsl", "vec4 transition(vec2 uv) { return getFromColor(uv); }")
    with pytest.raises(ConfigError, match="a transition draws nothing by itself"):
        render(fade, size=(32, 18), assets=assets)


def test_what_the_shader_never_uses_is_not_mapped(put: Put, new: New, tmp_path: Path) -> None:
    names = ("speed", "size", "joy", "wide", "glow")
    inputs = [f'"NAME": "{name}", "TYPE": "float", "MIN": 0, "MAX": 8' for name in names]
    inputs.append('"NAME": "photo", "TYPE": "image"')
    passes = '"PASSES": [{"TARGET": "small", "WIDTH": "max(1, floor($wide))"}, {}]}*/'
    text = header(*inputs).replace("}*/", f", {passes}")
    text += " uniform float speed; /* joy */ void main() { gl_FragColor = vec4(bright()); }"
    text = text.replace(" void", '\n#include "bright.glsl"\n void')
    put("bright.glsl", "float bright() { return glow; }")
    table = new(put("a.fs", text))
    assert set(table["inputs"]) == {"wide", "glow"}
    lines = (tmp_path / "project" / "presets" / "mine.toml").read_text().splitlines()
    told = [line.split(":")[0] for line in lines if line.endswith("; the shader never uses it")]
    assert told == ["# speed", "# size", "# joy", "# photo"]
    assert "# [images]" not in lines


def test_the_first_lines_say_what_it_is_and_whose(put: Put, new: New, tmp_path: Path) -> None:
    new(put("a.fs", f'/*{{"CREDIT": "Taken from https://example.org/a"}}*/{BODY}'))
    lines = (tmp_path / "project" / "presets" / "mine.toml").read_text().splitlines()
    assert lines[:3] == [
        "# A first mapping for a.fs, guessed from the names of its inputs.",
        "# Change a line and save: `empathy live mine` shows it.",
        "# The shader's CREDIT: Taken from https://example.org/a",
    ]
