import re
from pathlib import Path

import numpy as np
import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from empathy_palettes.core.color import RED_SHARE
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.mapping.hues import AFFECT, Hues
from empathy_palettes.mapping.palette_file import BUILT_IN, PaletteFile, load_palette


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_colours_are_read_in_order(tmp_path: Path) -> None:
    found = load_palette(written(tmp_path, 'title = "Mine"\ncolors = ["#000000", "#FFffFF"]'))
    assert found.title == "Mine"
    linear = found.linear()
    assert linear is not None
    np.testing.assert_allclose(linear, [[0, 0, 0], [1, 1, 1]])


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = 'titel = "Mine"\ncolors = ["#000000", "red", "#12345"]'
    with pytest.raises(ConfigError) as caught:
        load_palette(written(tmp_path, text))
    told = str(caught.value)
    assert "mine.toml: colors.1: 'red'" in told
    assert "colors.2" in told
    assert "did you mean 'title'?" in told
    assert "title: missing" in told


@pytest.mark.parametrize("colors", ["[]", '["#000000"]', '"#000000"', "3"])
def test_a_palette_has_two_colours_or_more(tmp_path: Path, colors: str) -> None:
    with pytest.raises(ConfigError):
        load_palette(written(tmp_path, f'title = "Mine"\ncolors = {colors}'))


def test_a_colour_may_be_written_as_lightness_chroma_and_hue(tmp_path: Path) -> None:
    text = 'title = "Mine"\ncolors = ["oklch(0.2 0 0)", "oklch(.62 0.1 80)", "oklch(95% .02 90)"]'
    linear = load_palette(written(tmp_path, text)).linear()
    assert linear is not None
    wanted = [
        Color("oklch", [0.2, 0, 0]),
        Color("oklch", [0.62, 0.1, 80]),
        Color("oklch", [0.95, 0.02, 90]),
    ]
    oracle = [color.convert("srgb-linear").coords() for color in wanted]
    np.testing.assert_allclose(linear, oracle, atol=1e-5)


@given(st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 360))
def test_what_a_fault_names_in_place_of_too_much_chroma_will_do(
    light: float, chroma: float, hue: float
) -> None:
    color = f"oklch({light:.3f} {chroma:.3f} {hue:.1f})"
    try:
        linear = PaletteFile(title="-", colors=(color, "#000000")).linear()
    except ValidationError as error:
        (near,) = re.findall(r"'(oklch\([^)]*\))' has most", str(error))
        linear = PaletteFile(title="-", colors=(near, "#000000")).linear()
    assert linear is not None
    assert linear.min() >= 0 and linear.max() <= 1
    assert linear[0, 0] <= RED_SHARE * linear[0].sum() + 2e-7


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "write either colors = [ … ] or hues = { … }"),
        ('colors = ["#000000", "#ffffff"]\nhues = { joy = 3 }', "write either colors"),
        ('colors = ["#000000", "red"]', "colors.1: 'red': write it as #ffb35c or as oklch("),
        ('colors = ["#000000", "oklch(0.5, 0.1, 3)"]', "'oklch(0.5, 0.1, 3)': write it as"),
        ('colors = ["#000000", "oklch(1.5 0.1 3)"]', "lightness goes from 0 to 1"),
        ('colors = ["#000000", "oklch(0.5 0.1 361)"]', "hue from 0 to 360"),
        ('colors = ["#000000", "oklch(0.5 0.3 20)"]', "'oklch(0.5 0.133 20)' has most"),
        ('colors = ["#000000", "#ff0000"]', "'#e65665' comes nearest"),
        ("hues = { jooy = 3 }", "hues.jooy: unknown key: did you mean 'joy'?"),
        ("hues = { joy = 360 }", "hues.joy: 360: should be less than 360"),
        ("hues = { joy = true }", "hues.joy: true: write a number"),
        ("hues = 3", "hues: 3: write a table: { … }"),
        ('colours = ["#000000", "#ffffff"]', "colours: unknown key: did you mean 'colors'?"),
    ],
)
def test_a_bad_file_has_a_line_for_each_fault(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_palette(written(tmp_path, f'title = "Mine"\n{text}'))
    (line,) = str(caught.value).splitlines()
    assert line.startswith(str(tmp_path / "mine.toml")) and fault in line


def test_hues_are_read_and_the_rest_stay_what_they_are(tmp_path: Path) -> None:
    found = load_palette(written(tmp_path, 'title = "Mine"\nhues = { joy = 95, fear = 300.5 }'))
    assert found.hues == Hues(joy=95, fear=300.5)
    assert found.linear() is None


def test_the_one_that_is_no_file_has_the_hues_of_affect() -> None:
    assert BUILT_IN.hues == AFFECT and BUILT_IN.linear() is None
