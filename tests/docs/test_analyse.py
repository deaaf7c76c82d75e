"""The guide to analysing is true: its kinds, its figures and its keys are the program's."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from empathy_palettes.core import flash
from empathy_palettes.render.flashes import stripes
from empathy_palettes.render.flashes.analyser import POINTS, Analyser
from empathy_palettes.render.flashes.verdict import Finding
from empathy_palettes.show.analysis import SMALLEST_WINDOW, Analysis, report

Text = Callable[[str], str]
Table = Callable[[str, str], list[list[str]]]

GUIDE = "analyse.md"


def an_analysis() -> Analysis:
    analyser = Analyser((32, 18), 30)
    analyser.see(np.zeros((18, 32, 3), np.uint8))
    window = (1 / 3, 1 / 3)
    verdict = analyser.verdict()
    return Analysis(Path("a.mp4"), (32, 18), Fraction(30), 1.0, window, 200.0, verdict, ())


def test_the_kinds_and_their_limits(table: Table) -> None:
    told = {row[0].strip("`"): row[1] for row in table(GUIDE, "kind")}
    assert list(told) == [name for name, _ in an_analysis().verdict.findings()]
    most = flash.MOST_TRANSITIONS // 2
    assert told["general"] == f"more than {most} flashes in a second"
    assert told["red"] == f"more than {most} red flashes in a second"
    assert told["extended"] == (
        f"{flash.EXTENDED_TRANSITIONS // 2} flashes or more in each second, "
        f"for {flash.EXTENDED_SECONDS} of {flash.EXTENDED_OF_SECONDS} seconds"
    )
    assert told["stripes"] == (
        f"more than {stripes.PAIRS} light-dark pairs, over more than {stripes.STILL_AREA:.0%} "
        f"of the picture, or {stripes.MOVING_AREA:.0%} where they move"
    )


def test_the_figures_are_the_programs(text: Text) -> None:
    guide = re.sub(r"\s+", " ", text(GUIDE))
    assert (flash.RED_CHANGE, flash.RED_FLOOR) == (20 / 320, 20 / 320)
    assert flash.WINDOW == 1 / 3
    for said in (
        f"more than {flash.AREA:.0%} of any window of ten degrees",
        f"looked at in {POINTS[0]} x {POINTS[1]} places",
        f"luminance of {flash.CHANGE:g} or more",
        f"darker end is below {flash.DARKER_BELOW:g}",
        f"smaller of {flash.CHANGE:g} and {flash.ABSOLUTE_CHANGE:g} / peak",
        f"R being at least {flash.RED_SATURATED:g} of R + G + B",
        f"more than {flash.RED_DISTANCE:g} in u'v'",
        f"ten degrees are {flash.WINDOW_PER_METRE:g} of the distance",
        f"with `--window`, {SMALLEST_WINDOW:g} at least",
        f"scales ({stripes.WIDE}, 320, 160 and 80 pixels wide)",
        f"is {stripes.CONTRAST:g} of relative luminance high, and has a darker half "
        f"below {stripes.DARK_BELOW:g}",
    ):
        assert said in guide, said
    assert "safe for epilepsy" not in guide


def test_every_key_of_the_report_is_there(text: Text, table: Table) -> None:
    rows = table(GUIDE, "key")
    told = {key for row in rows for key in re.findall(r"`(\w+)`", row[0])}
    found = report(an_analysis())
    assert told == set(found)
    kinds = next(row[1] for row in rows if row[0] == "`kinds`")
    assert set(re.findall(r"`(\w+)`", kinds)) == set(Finding.__dataclass_fields__)
