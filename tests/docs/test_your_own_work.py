"""The guide to a work of one's own is true: each of its steps is drawn, bound and kept."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import typer

from empathy_palettes.cli.app import app
from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.mapping.preset import load_preset
from empathy_palettes.show.aside.check import check, find_work
from empathy_palettes.show.gallery.index import mark_of
from empathy_palettes.show.gallery.states import STATES
from empathy_palettes.show.promises.judge import promises_of
from empathy_palettes.show.promises.report import lines
from empathy_palettes.show.still import render

Text = Callable[[str], str]
Blocks = Callable[[str, str], list[str]]

GUIDE = "your-own-work.md"


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Path, Assets]:
    """The folder that the guide begins with."""
    for name in ("shaders", "presets"):
        (tmp_path / name).mkdir()
    return tmp_path, Assets([tmp_path, builtin_root()])


@pytest.fixture
def bound(begun: tuple[Path, Assets], blocks: Blocks) -> tuple[Path, Assets]:
    """The folder as the guide leaves it."""
    folder, _ = begun
    (folder / "shaders" / "afterglow.fs").write_text(blocks(GUIDE, "isf whole")[0])
    preset = blocks(GUIDE, "toml")[0] + "\n" + blocks(GUIDE, "toml promise")[0]
    (folder / "presets" / "afterglow.toml").write_text(preset)
    return begun


def drawn(assets: Assets, **how: object) -> np.ndarray:
    image = render("afterglow", size=(96, 54), time=4, assets=assets, **how)  # type: ignore[arg-type]
    return np.asarray(image)[..., :3].astype(float)


@pytest.mark.gl
def test_the_first_steps_are_drawn(begun: tuple[Path, Assets], blocks: Blocks) -> None:
    folder, assets = begun
    pictures = []
    for block in blocks(GUIDE, "isf"):
        (folder / "shaders" / "afterglow.fs").write_text(block)
        pictures.append(drawn(assets))
    empty, glow = pictures
    assert empty.std(axis=(0, 1)).max() < 1 and empty.argmax(axis=2).min() == 2, "one dark blue"
    assert glow[30:36].mean() > 4 * glow[50:].mean(), "light above, the hill below"


@pytest.mark.gl
def test_the_whole_of_it_passes_the_check(bound: tuple[Path, Assets]) -> None:
    folder, assets = bound
    verdicts = [verdict for _, verdict in check(find_work([folder], assets), assets, jobs=1)]
    assert [(verdict.verdict, verdict.messages) for verdict in verdicts] == [("ok", ())] * 2


@pytest.mark.gl
def test_it_answers_and_everybody_is_in_it(bound: tuple[Path, Assets]) -> None:
    _, assets = bound
    six = {
        state.name: drawn(assets, feel=state.feel or None, people=state.people, mood=state.mood)
        for state in STATES
    }
    for one in STATES:
        for other in STATES:
            if one is not other:
                apart = np.abs(six[one.name] - six[other.name]).mean()
                assert apart > 3, f"{one.name} looks like {other.name}"
    assert six["calm"].mean() > 1.3 * six["sorrow"].mean()
    sparks = drawn(assets, feel="0.9,0.9", people=40) - drawn(assets, feel="0.9,0.9", people=1)
    assert (sparks > 30).any()


def test_it_can_be_galleried(bound: tuple[Path, Assets]) -> None:
    _, assets = bound
    loaded = load_preset("afterglow", assets)
    assert len(loaded.preset.promise) == 2
    assert len(mark_of(loaded, assets)) == 16


def test_its_lines_are_those_of_the_program(text: Text) -> None:
    told = re.findall(r"^empathy .*$", text(GUIDE), re.MULTILINE)
    assert len(told) == 5
    group = typer.main.get_command(app)
    for line in told:
        _, command, *words = shlex.split(line)
        with group.commands[command].make_context(command, words):  # type: ignore[attr-defined]
            pass


@pytest.mark.soak
@pytest.mark.gl
def test_it_keeps_its_promises(bound: tuple[Path, Assets]) -> None:
    _, assets = bound
    found = promises_of(load_preset("afterglow", assets), assets)
    assert all(verdict.kept for verdict in found.verdicts), lines(found)
    assert found.four is not None and found.four.differ
