"""Palettes are checked for every eye, and what only one of them lacks is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.show.aside.check import check, find_work

pytestmark = pytest.mark.gl

FILES = {
    "alike.toml": 'title = "Alike"\ncolors = ["#17191c", "#5f9c4c", "#b7794a"]',
    "hardly.toml": 'title = "Hardly"\ncolors = ["#17191c", "#404040", "#4b4b4b"]',
    "hues.toml": 'title = "Hues"\nhues = { joy = 100 }',
    "leaps.toml": 'title = "Leaps"\nhues = { joy = 30, love = 210, anger = 30, surprise = 210 }',
    "wrong.toml": 'title = "Wrong"\nhues = { jooy = 100 }',
}


def test_a_palette_is_looked_at_with_every_eye(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    works = find_work([tmp_path])
    verdicts = {
        Path(verdict.path).name: verdict
        for _, verdict in check(works, Assets([tmp_path]), limit=20.0, jobs=1)
    }
    assert {name: verdict.verdict for name, verdict in verdicts.items()} == {
        "alike.toml": "fault",
        "hardly.toml": "warning",
        "hues.toml": "ok",
        "leaps.toml": "warning",
        "wrong.toml": "fault",
    }
    assert "deutan" in verdicts["alike.toml"].messages[0]
    assert "a leap in colour" in verdicts["leaps.toml"].messages[0]
