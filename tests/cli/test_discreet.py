"""The programs that people speak to, and that run in one process: a crash says nothing of them."""

from __future__ import annotations

from pathlib import Path
from typing import Never

import pytest
from typer.testing import CliRunner

from empathy_palettes.cli.app import app
from empathy_palettes.outlet.log import default_log_path

SECRET = "ann-of-42"
PLACE = '[[playlist]]\npreset = "tidal"\n[[inlet]]\n'


def crash(*_: object, **__: object) -> Never:
    raise ValueError(f"could not convert {SECRET}")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["demo"], "empathy_palettes.show.perform.perform"),
        (["live", "tidal", "--headless"], "empathy_palettes.show.perform.perform"),
        (["monitor", "place.toml", "--seconds", "1"], "empathy_palettes.show.monitor.Monitor.step"),
    ],
    ids=["demo", "live", "monitor"],
)
def test_a_crash_tells_where_and_nothing_of_anybody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free_port: int, words: list[str], what: str
) -> None:
    cores: list[int] = []
    monkeypatch.setattr("empathy_palettes.show.discreet.leave_no_core", lambda: cores.append(0))
    monkeypatch.setattr("empathy_palettes.outlet.window.display_available", lambda: True)
    monkeypatch.setattr(what, crash)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "place.toml").write_text(f"{PLACE}port = {free_port}\n")
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit)
    assert cores
    for text in (done.output, default_log_path().read_text()):
        assert "ValueError" in text and "in crash" in text
        assert SECRET not in text
