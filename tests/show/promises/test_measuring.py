"""A work whose truth is known goes through the real path: what it says is kept, its lie is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.mapping.preset import load_preset
from empathy_palettes.show.promises.hall import Hall, open_hall
from empathy_palettes.show.promises.judge import judge
from empathy_palettes.show.promises.measuring import HALLS, Swept, go_up, halls
from empathy_palettes.show.promises.moments import Moments
from empathy_palettes.show.promises.report import as_data, lines, table
from empathy_palettes.show.promises.sweeps import STILL, SWEEPS
from empathy_palettes.show.promises.verdict import judged

pytestmark = pytest.mark.gl

#: A page with a wave on it: `level` its light, `going` how far the wave has gone.
TOY = """/*{
  "DESCRIPTION": "a page and a wave", "CREDIT": "Empathy Palettes", "ISFVSN": "2",
  "INPUTS": [
    {"NAME": "level", "TYPE": "float", "MIN": 0, "MAX": 1, "DEFAULT": 0},
    {"NAME": "going", "TYPE": "float", "MIN": 0, "MAX": 1024, "DEFAULT": 0}
  ]
}*/
void main() {
    float wave = 0.1 * sin(6.2832 * (3.0 * isf_FragNormCoord.x + going));
    gl_FragColor = vec4(vec3(level + wave), 1.0);
}
"""

PRESET = """title = "Toy"
shader = "toy.fs"
[inputs]
level = "0.45 + 0.5 * valence"
going = "travel(0.4 * exp(1.5 * arousal))"
[people]
x = 0
y = 0
size = 1
[[promise]]
when = "valence"
then = "lightness"
sign = "+"
[[promise]]
when = "arousal"
then = "motion"
sign = "+"
"""
LIES = """[[promise]]
when = "valence"
then = "lightness"
sign = "-"
[[promise]]
when = "arousal"
then = "lightness"
sign = "+"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("presets", "shaders"):
        (tmp_path / name).mkdir()
    (tmp_path / "shaders" / "toy.fs").write_text(TOY)
    (tmp_path / "presets" / "toy.toml").write_text(PRESET)
    (tmp_path / "presets" / "liar.toml").write_text(PRESET + LIES)
    return tmp_path


def quickly(hall: Hall, name: str) -> Swept:
    """A sweep without the minutes: the toy does not look at resonance."""
    sweep = STILL if name == STILL.name else SWEEPS[name]
    short = replace(sweep, alone=0.5, lead=0.5, steps=False)
    return go_up(hall, short, 0.8, lambda: None, look=1.0)


def test_a_toy_keeps_its_promises_and_lies_are_found(folder: Path) -> None:
    assets = Assets([folder])
    preset = folder / "presets" / "liar.toml"
    with open_hall(str(preset), assets, 1) as hall:
        hall.gather(Moments(), 1.0, 0.5)
        swept = {name: quickly(hall, name) for name in (STILL.name, "valence", "arousal")}
    promises = load_preset(preset, assets).preset.promise
    bright, moves, dark, wrong = (judged(promise, swept) for promise in promises)
    assert bright.kept, bright.broken
    assert bright.felt == pytest.approx((-0.3, 0.3), abs=0.05)
    # The mean light of the page: OKLab of sRGB greys .3 and .6.
    assert (bright.low, bright.high) == pytest.approx((0.418, 0.685), abs=0.04)
    assert moves.kept, moves.broken
    assert moves.high / moves.low == pytest.approx(2.71828**0.9, rel=0.15)
    assert any("rank correlation -1.00" in why for why in dark.broken)
    assert any("not visible" in why for why in wrong.broken)
    assert any("valence moves it more" in why for why in wrong.broken)


def test_what_no_hall_goes_through_is_gone_through_last() -> None:
    assert halls(["valence", "resonance"]) == list(HALLS)
    assert halls(["joy"]) == [HALLS[0], (*HALLS[1], "joy")]
    through = {name for hall in HALLS for name in hall}
    assert {name for name, sweep in SWEEPS.items() if sweep.rival} <= through
    assert STILL.name in through


@pytest.mark.soak
def test_the_toy_is_judged_whole_by_the_command(folder: Path) -> None:
    assets = Assets([folder])
    presets = [load_preset(folder / "presets" / f"{name}.toml", assets) for name in ("toy", "liar")]
    told: list[int] = []
    found = list(judge(presets, assets, tell=lambda done, of: told.append(done)))
    assert told[-1] > 100
    by_name = {each.name: each for each in found}
    assert all(verdict.kept for verdict in by_name["toy"].verdicts)
    assert [verdict.kept for verdict in by_name["liar"].verdicts] == [True, True, False, False]
    assert not by_name["toy"].holds, "a toy that looks at means alone shows four crowds as one"
    (crowds,) = [line for line in lines(by_name["toy"]) if "four crowds" in line]
    assert crowds.startswith("broken") and "neutral–split" in crowds
    json.dumps(as_data(found, []), allow_nan=False)
    assert len(table(found)) == 2 + 6
