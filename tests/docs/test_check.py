"""The guide to checking is true: its verdicts, its figures and its lines are the program's."""

from __future__ import annotations

import re
from collections.abc import Callable

from empathy_palettes.show.aside import check, child, limits, live, probe, takes, trial
from empathy_palettes.show.aside.child import NoAnswerError
from empathy_palettes.show.aside.live import no_answer

Text = Callable[[str], str]
Table = Callable[[str, str], list[list[str]]]

GUIDE = "check.md"


def test_the_verdicts_are_all_there_are(table: Table) -> None:
    assert tuple(row[0].strip("`") for row in table(GUIDE, "verdict")) == check.VERDICTS


def test_the_figures_are_the_programs(text: Text) -> None:
    guide = re.sub(r"\s+", " ", text(GUIDE))
    width, height = probe.LARGE
    late = [probe.LATE_STEPS * size // 3600 for size in range(1, len(probe.SIZES))]
    assert (len(probe.SIZES), late) == (3, [10, 20])
    assert takes.RANDOM_TAKES == 3
    for said in (
        f"One large picture, {width} × {height}.",
        f"({check.LIMIT:g} unless you say more)",
        f"may take {limits.ALLOWANCE >> 30} GiB more",
        f"with {trial.PEOPLE} people",
        f"picture, {live.SHORT_SIDE} pixels at its short side.",
        f"Compiling may take {live.BUILD_LIMIT:g} seconds,",
        f"the first drawing {live.FIRST_LIMIT:g},",
        f"and the next drawing {live.DRAW_LIMIT:g}.",
    ):
        assert said in guide
    assert child.START_LIMIT > live.BUILD_LIMIT


def test_the_lines_about_what_is_late_are_as_shown(text: Text) -> None:
    for at, limit in (("to draw", live.FIRST_LIMIT), ("to compile", live.BUILD_LIMIT)):
        line = no_answer("shaders/mine.fs", NoAnswerError(at, late=True), limit)
        assert f"\n{line}\n" in text(GUIDE)
