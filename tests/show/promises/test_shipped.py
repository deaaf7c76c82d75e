"""What comes with the program keeps its promises, at two seeds, and the guide says which."""

from __future__ import annotations

from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.mapping.preset import load_preset
from empathy_palettes.show.promises.judge import Judged, apart, judge
from empathy_palettes.show.promises.report import lines, table

pytestmark = [pytest.mark.gl, pytest.mark.soak]

ASSETS = Assets([builtin_root()])
PRESETS = sorted(ASSETS.listing("presets"))
SEEDS = (1, 2)


@pytest.fixture(scope="module")
def found() -> list[Judged]:
    presets = [load_preset(path, ASSETS) for path in PRESETS]
    judged = sorted(judge(presets, ASSETS, seeds=SEEDS), key=lambda each: (each.name, each.seed))
    for each in judged:
        print(*lines(each), sep="\n")
    return judged


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_all_promises_are_kept_and_four_crowds_differ(path: Path, found: list[Judged]) -> None:
    mine = [each for each in found if each.name == path.stem]
    assert len(mine) == len(SEEDS)
    for each in mine:
        assert not each.faults
        assert 2 <= len(each.verdicts) <= 4
        for verdict in each.verdicts:
            assert verdict.kept, (each.seed, verdict.when, verdict.then, verdict.broken)
        assert each.four is not None and each.four.differ, each.four


def test_presets_are_further_from_each_other_than_from_themselves(found: list[Judged]) -> None:
    for each in apart(found):
        assert each.differ, each


def test_the_guide_has_the_table_that_the_command_writes(found: list[Judged]) -> None:
    """Word for word but for figures, which drivers differ in."""

    def promised(rows: list[str]) -> list[tuple[str, str, str, bool]]:
        cells = [[cell.strip() for cell in row.split("|")] for row in rows]
        return [(row[1], row[2], row[3], "**broken**" in row[8]) for row in cells]

    guide = (builtin_root() / "docs" / "promises.md").read_text("utf-8")
    head, *rows = table(found)
    body = guide.partition(head)[2].strip().splitlines()
    assert promised(body[1:]) == promised(rows[1:]), "empathy check --promises --table presets"
