"""The guide that begins with a shader is true: what it shows is written, holds, and moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.show.starter.meaning import guessed, settled
from empathy_palettes.show.starter.scaffold import new_work
from empathy_palettes.show.still import render

Blocks = Callable[[str, str], list[str]]
Table = Callable[[str, str], list[list[str]]]

GUIDE = "start-from-a-shader.md"


@pytest.fixture
def begun(tmp_path: Path, blocks: Blocks) -> tuple[Path, Assets]:
    """The guide's shader made into a preset."""
    (tmp_path / "lanterns.fs").write_text(blocks(GUIDE, "isf")[0])
    assets = Assets([tmp_path, builtin_root()])
    new_work("lanterns", str(tmp_path / "lanterns.fs"), tmp_path, assets)
    return tmp_path, assets


def test_the_preset_is_the_one_that_is_written(begun: tuple[Path, Assets], blocks: Blocks) -> None:
    assert (begun[0] / "presets" / "lanterns.toml").read_text() == blocks(GUIDE, "toml")[0]


@pytest.mark.gl
def test_the_speed_is_freed_as_shown(begun: tuple[Path, Assets], blocks: Blocks) -> None:
    folder, assets = begun
    shader, preset = folder / "shaders" / "lanterns.fs", folder / "presets" / "lanterns.toml"
    row, line = blocks(GUIDE, "json")[0], blocks(GUIDE, "glsl")[0]
    lines = shader.read_text().splitlines(keepends=True)
    assert "TIME * speed" in lines[18], "the guide says line 19"
    lines[18] = line
    place = next(number for number, text in enumerate(lines) if '"NAME": "speed"' in text)
    shader.write_text("".join([*lines[:place], row, *lines[place:]]))
    freed = re.sub(r"(?m)^speed = .*\n", blocks(GUIDE, "toml way")[0], preset.read_text())
    preset.write_text(freed)

    def drifted(arousal: float) -> float:
        """How many lanterns go by in 0.4 s."""
        turns = []
        for time in (1.0, 1.4):
            image = render(
                "lanterns", feel=(0, arousal), people=30, time=time, size=(96, 54), assets=assets
            )
            row = image[:, :81, 0].mean(0)  # six lanterns, 13.5 pixels each
            turns.append(np.angle(row @ np.exp(-2j * np.pi * np.arange(81) / 13.5)) / (2 * np.pi))
        return float((turns[1] - turns[0]) % 1)

    assert drifted(0.9) == pytest.approx(0.4 * 1.2, abs=0.03)


def test_names_follow_what_the_table_says(table: Table) -> None:
    for names, follow in table(GUIDE, "names like"):
        for name in re.findall(r"`(\w+)`", names):
            guess = guessed(name)
            if follow.startswith("nothing"):
                assert settled(name) and guess is None
            elif not follow.startswith("across"):
                assert guess is not None and f"`{guess.signal}`" == follow.split(",")[0], name
                assert guess.falling == ("other way" in follow)
