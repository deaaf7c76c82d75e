"""The guide to palettes is true: what it shows loads, and what it lists is all there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.mapping.hues import AFFECT, PLACES
from empathy_palettes.mapping.palette_check import MOST_LEAP, SMALL, judged
from empathy_palettes.mapping.palette_file import load_palette
from empathy_palettes.mapping.sight import LEAST_DIFFERENCE, WANTED_DIFFERENCE
from empathy_palettes.outlet.swatches import sheet

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)

Blocks = Callable[[str, str], list[str]]
Table = Callable[[str, str], list[list[str]]]
Text = Callable[[str], str]

GUIDE = "palettes.md"


def saved(block: str, folder: Path, stem: str) -> Path:
    path = folder / "presets" / "palettes" / f"{stem}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block, encoding="utf-8")
    return path


def test_palettes_have_nothing_to_mend(blocks: Blocks, tmp_path: Path) -> None:
    for block in blocks(GUIDE, "toml palette"):
        path = saved(block, tmp_path, "harbour")
        assert judged(load_palette(path), path) == ([], [])


def test_faults_read_as_shown(blocks: Blocks, tmp_path: Path) -> None:
    for wrong, shown in zip(blocks(GUIDE, "toml alike"), blocks(GUIDE, "faults"), strict=True):
        path = saved(wrong, tmp_path, "signals")
        faults, warnings = judged(load_palette(path), path)
        assert [str(each).removeprefix(f"{tmp_path}/") for each in faults] == shown.splitlines()
        assert not warnings


def test_the_sheet_is_drawn(
    blocks: Blocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(blocks(GUIDE, "toml palette")[0], tmp_path, "harbour")
    monkeypatch.chdir(tmp_path)
    (snippet,) = blocks(GUIDE, "python")
    exec(snippet, {"sheet": sheet})
    assert (tmp_path / "harbour.png").read_bytes().startswith(b"\x89PNG")


def test_the_palettes_are_all_there_are(table: Table) -> None:
    shown = {row[0].strip("`"): row[1] for row in table(GUIDE, "palette")}
    listing = Assets([builtin_root()]).listing("palettes")
    assert shown == {path.stem: load_palette(path).about for path in listing}


def test_the_anchors_are_all_there_are(table: Table) -> None:
    rows = table(GUIDE, "anchor")
    assert {row[0].strip("`"): float(row[1]) for row in rows} == AFFECT.model_dump()
    places = {
        row[0].strip("`"): tuple(map(float, row[2].replace("−", "-").split(", "))) for row in rows
    }
    assert places == dict(PLACES)


def test_the_bounds_are_those_that_are_kept(text: Text) -> None:
    section = FENCED.sub("", text(GUIDE)).split("## Check it")[1]
    named = {float(number) for number in re.findall(r"(?<![\d.])\.\d+", section)}
    assert named == {WANTED_DIFFERENCE, LEAST_DIFFERENCE, MOST_LEAP, SMALL}
