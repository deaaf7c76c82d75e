"""The command `gallery`: what it draws, what it leaves alone, what it writes, and what it says."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import typer
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from empathy_palettes.cli import gallery
from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import EmpathyError
from empathy_palettes.show.gallery import drawing
from empathy_palettes.show.gallery.states import STATES, State

SHADER = '/*{ "ISFVSN": "2", "INPUTS": [] }*/\nvoid main() { gl_FragColor = vec4(0.5); }\n'
PRESET = 'title = "A & <B>"\nartist = "Ann"\nabout = "What it is."\nshader = "one.fs"\n'
PROMISE = '[[promise]]\nwhen = "arousal"\nthen = "motion"\nsign = "-"\n'


def run(folder: Path, *words: str) -> Result:
    app = typer.Typer()
    gallery.add_to(app)

    @app.callback()
    def start(context: typer.Context) -> None:
        context.obj = Assets([folder])

    return CliRunner().invoke(app, ["gallery", "--out", str(folder / "out"), *words])


def grey(state: State, size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.full((size[1], size[0], 3), 20 + 30 * STATES.index(state), np.uint8)


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was drawn, by name; nothing really is. SIGTERM is as it was afterwards."""
    names: list[str] = []

    def still(preset: Path, state: State, assets: Assets) -> NDArray[np.uint8]:
        names.append(f"{preset.stem} {state.name}")
        return grey(state, (64, 36))

    def loop(
        preset: Path, state: State, assets: Assets
    ) -> Iterator[tuple[Tick, NDArray[np.uint8]]]:
        for number in range(6):
            yield Tick(number, number, 1), grey(state, (64, 36))

    monkeypatch.setattr(drawing, "draw_still", still)
    monkeypatch.setattr(drawing, "draw_loop", loop)

    def written(path: Path, pictures: list[NDArray[np.uint8]], fps: int, most: int) -> int:
        return path.write_bytes(bytes(len(pictures)))

    monkeypatch.setattr(drawing, "DISSOLVE_FRAMES", 2)
    monkeypatch.setattr(drawing, "write_loop", written)
    before = signal.getsignal(signal.SIGTERM)
    yield names
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind in ("shaders", "presets"):
        (tmp_path / kind).mkdir()
    (tmp_path / "shaders" / "one.fs").write_text(SHADER)
    for name in ("ash", "birch"):
        (tmp_path / "presets" / f"{name}.toml").write_text(PRESET + PROMISE)
    return tmp_path


def test_everything_is_drawn_once_and_written_down(folder: Path, drawn: list[str]) -> None:
    result = run(folder)
    assert result.exit_code == 0, result.output
    assert drawn == [f"{name} {state.name}" for name in ("ash", "birch") for state in STATES]
    out = folder / "out"
    names = {path.name for path in out.iterdir()}
    assert {"index.html", "README.md", "index.json", "sheet.webp", "ash-joy.webp"} < names
    assert len(names) == 5 + 2 * 2 * len(STATES)
    page = (out / "index.html").read_text()
    assert "A &amp; &lt;B&gt;" in page and "A & <B>" not in page
    assert "more arousal, less motion" in page
    assert (out / "README.md").read_text().count("empathy render ash ") == len(STATES)
    assert "2 presets" in result.output


def test_what_has_not_changed_is_not_drawn_again(folder: Path, drawn: list[str]) -> None:
    run(folder)
    drawn.clear()
    assert "nothing, all is as it was" in run(folder).output and not drawn
    words = (folder / "presets" / "ash.toml").read_text().replace("What it is.", "New words.")
    (folder / "presets" / "ash.toml").write_text("# A comment.\n" + words)
    run(folder)
    assert not drawn and "New words." in (folder / "out" / "index.html").read_text()
    (folder / "presets" / "ash.toml").write_text("seed = 5\n" + words)
    run(folder)
    assert {each.split()[0] for each in drawn} == {"ash"}
    drawn.clear()
    (folder / "shaders" / "one.fs").write_text(SHADER.replace("0.5", "0.6"))
    run(folder, "birch")
    assert {each.split()[0] for each in drawn} == {"birch"}
    drawn.clear()
    (folder / "out" / "birch-calm.webm").unlink()
    run(folder)
    assert {each.split()[0] for each in drawn} == {"ash", "birch"}
    drawn.clear()
    run(folder, "birch", "--all")
    assert {each.split()[0] for each in drawn} == {"birch"}


def test_what_is_gone_is_taken_away_but_nothing_else(folder: Path) -> None:
    run(folder)
    own = folder / "out" / "mine.png"
    own.write_bytes(b"")
    (folder / "presets" / "ash.toml").unlink()
    run(folder, "birch")
    assert (folder / "out" / "ash-joy.webp").exists()
    run(folder)
    assert not list((folder / "out").glob("ash-*")) and own.exists()
    assert "ash-" not in (folder / "out" / "index.html").read_text()


def test_a_preset_with_a_fault_costs_a_line_and_no_other(folder: Path, drawn: list[str]) -> None:
    (folder / "presets" / "ash.toml").write_text(PRESET.replace("one.fs", "none.fs"))
    result = run(folder)
    assert result.exit_code == 1
    said = [line for line in result.output.splitlines() if "none.fs" in line]
    assert len(said) == 1 and "ash.toml: shader" in said[0]
    assert {each.split()[0] for each in drawn} == {"birch"}
    assert "1 preset, " in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bich",), "no preset 'bich'"),
        (("one.fs",), "is a shader: the gallery shows presets"),
    ],
)
def test_what_is_no_preset_is_told(folder: Path, words: tuple[str, ...], said: str) -> None:
    result = run(folder, *words)
    assert isinstance(result.exception, EmpathyError)
    (fault,) = result.exception.faults
    assert said in str(fault)


def test_an_index_that_is_not_ours_is_left_alone(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "index.json").write_text(json.dumps({"pages": []}))
    result = run(folder)
    assert isinstance(result.exception, EmpathyError)
    assert "no index of a gallery" in str(result.exception)


def test_a_folder_that_cannot_be_made_is_told(folder: Path) -> None:
    (folder / "out").write_text("a file")
    result = run(folder)
    assert isinstance(result.exception, EmpathyError)
    assert "cannot be made" in str(result.exception) or "no index" in str(result.exception)


def test_what_was_done_is_kept_when_it_is_stopped(
    folder: Path, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = drawing.draw_still

    def stopped(preset: Path, state: State, assets: Assets) -> NDArray[np.uint8]:
        if preset.stem == "birch" and state.name == "calm":
            raise KeyboardInterrupt
        return usual(preset, state, assets)

    monkeypatch.setattr(drawing, "draw_still", stopped)
    result = run(folder)
    assert result.exit_code == 130 and "ash" in result.output
    monkeypatch.setattr(drawing, "draw_still", usual)
    drawn.clear()
    run(folder)
    assert {each.split()[0] for each in drawn} == {"birch"}
