from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.color import linear_to_oklab
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.mapping.ladder import least_difference
from empathy_palettes.mapping.palette_file import load_palette

BUILTIN = Assets([builtin_root()]).listing("palettes")


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_colours_are_read_in_order(tmp_path: Path) -> None:
    found = load_palette(written(tmp_path, 'title = "Mine"\ncolors = ["#000000", "#FFffFF"]'))
    assert found.title == "Mine"
    np.testing.assert_allclose(found.linear(), [[0, 0, 0], [1, 1, 1]])


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


def test_some_palettes_come_with_the_program() -> None:
    assert len(BUILTIN) >= 3


@pytest.mark.parametrize("path", BUILTIN, ids=lambda path: path.stem)
def test_ours_climb_and_can_be_told_apart(path: Path) -> None:
    linear = load_palette(path).linear()
    lab = linear_to_oklab(linear)
    assert (np.diff(lab[:, 0]) > 0.1).all()
    assert least_difference(lab) >= 0.05
    assert (linear[:, 0] <= 0.78 * linear.sum(axis=1)).all()
