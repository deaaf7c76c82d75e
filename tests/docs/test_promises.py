"""The guide to promises is true: its sweeps, its measures, its figures are the program's."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable

from empathy_palettes.core.config import Record, parse
from empathy_palettes.mapping.preset import Promise
from empathy_palettes.render.measures.run import CELLS
from empathy_palettes.render.measures.table import MEASURES
from empathy_palettes.show.promises import apart, measuring, verdict
from empathy_palettes.show.promises.crowd import SetCrowd
from empathy_palettes.show.promises.hall import FPS, SIZE
from empathy_palettes.show.promises.moments import PEOPLE, SWAY, SWAY_SECONDS
from empathy_palettes.show.promises.scale import LEAST, STEPS
from empathy_palettes.show.promises.sweeps import LEVELS, ONE_MEAN, REACH, SWEEPS

Text = Callable[[str], str]
Blocks = Callable[[str, str], list[str]]
Table = Callable[[str, str], list[list[str]]]

GUIDE = "promises.md"


class Said(Record):
    promise: tuple[Promise, ...]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_example_holds_and_names_the_defaults(blocks: Blocks) -> None:
    (block,) = blocks(GUIDE, "toml")
    (promise,) = parse(tomllib.loads(block), Said, "").promise
    assert promise.within == Promise.model_fields["within"].default == measuring.SETTLE
    assert promise.memory == ""


def test_the_sweeps_are_all_there_are(table: Table) -> None:
    shown = {row[0]: codes(row[1]) for row in table(GUIDE, "sweep")}
    assert shown == {sweep.name: list(sweep.signals) for sweep in SWEEPS.values()}


def test_the_measures_are_all_there_are_with_their_steps(table: Table) -> None:
    shown = {codes(row[0])[0]: row[3] for row in table(GUIDE, "measure")}
    assert list(shown) == list(MEASURES)
    for name, step in shown.items():
        if name == "motion":
            assert math.log(float(step.removeprefix("× "))) == STEPS[name]
        elif name in verdict.BY_VALUE:
            assert float(step) == STEPS[name]
        else:
            assert step == "three times its wandering" and verdict.OF_WANDERING == 3


def test_the_figures_are_the_programs(text: Text) -> None:
    said = " ".join(text(GUIDE).split())
    steps = {name: f"{STEPS[name]:.2g}".lstrip("0") for name in STEPS}
    ratios = {name: f"{math.exp(STEPS[name]):.3g}" for name in ("complexity", "abundance")}
    for figure in (
        f"{SIZE[0]} × {SIZE[1]}",
        f"sways about it by {SWAY:g}".replace("0.", "."),
        f"{CELLS} across the short side",
        f"contrast {steps['contrast']}, complexity × {ratios['complexity']}",
        f"gathering {steps['gathering']}, order {steps['order']}, division {steps['division']}",
        f"abundance × {ratios['abundance']}",
        f"correlation of the signal that was felt and the measure that was seen is "
        f"{verdict.LEAST_RANK:g}".replace("0.8", ".8"),
    ):
        assert figure in said, figure
    assert (PEOPLE, LEVELS, FPS, SWAY_SECONDS, REACH) == (200, 7, 10, 3.0, 0.3)
    assert SWAY_SECONDS == measuring.LOOK and measuring.LONGER == 2.5
    assert (verdict.COMES_BACK, LEAST, apart.VISIBLE, apart.OF_WANDERING) == (0.25, 0.25, 1.0, 3.0)
    assert ONE_MEAN == ("neutral", "split", "diverse", "nobody") and len(apart.FEELINGS) == 6
    assert SetCrowd.__doc__ and "three times a second" in SetCrowd.__doc__
