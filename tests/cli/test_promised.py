"""`check --promises`: a line for each promise and for the crowds, plain data, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from empathy_palettes.cli import check
from empathy_palettes.core.assets import Assets
from empathy_palettes.show.promises import judge
from empathy_palettes.show.promises.apart import Four
from empathy_palettes.show.promises.judge import Judged
from empathy_palettes.show.promises.looks import Look
from empathy_palettes.show.promises.measuring import Seen, Station
from empathy_palettes.show.promises.sweeps import CROWDS
from empathy_palettes.show.promises.verdict import Verdict

PRESET = 'title = "{0}"\nshader = "{0}.fs"\n'
SHADER = """/*{ "ISFVSN": "2", "INPUTS": [] }*/
void main() { gl_FragColor = vec4(isf_FragNormCoord, 0.0, 1.0); }
"""


def run(folder: Path, *words: str) -> Result:
    app = typer.Typer()
    check.add_to(app)

    @app.callback()
    def start(context: typer.Context) -> None:
        context.obj = Assets([folder])

    return CliRunner().invoke(app, ["check", "--promises", *words])


def verdict(*broken: str, memory: str = "") -> Verdict:
    return Verdict(
        when="arousal",
        then="motion",
        sign="+",
        memory=memory,
        broken=broken,
        low=0.1,
        high=0.25,
        rank=0.96,
        effect=2.3,
        step=0.405,
        wandering=0.01,
        rival="spread",
        rival_share=0.4,
        left=0.05,
        felt=(-0.3, 0.3),
        moved={"agreement": -0.1},
    )


def crowds(base: float) -> dict[str, Station]:
    looks = (Look(np.full(10, base + 0.1 * at), np.zeros((6, 11, 3))) for at in range(len(CROWDS)))
    return {name: Station({}, {}, look) for name, look in zip(CROWDS, looks, strict=True)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("presets", "shaders"):
        (tmp_path / name).mkdir()
    for name in ("surf", "page"):
        (tmp_path / "presets" / f"{name}.toml").write_text(PRESET.format(name))
        (tmp_path / "shaders" / f"{name}.fs").write_text(SHADER)
    return tmp_path


@pytest.fixture
def judges(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Verdict, ...]]:
    """What each preset is found to keep; nothing is drawn."""
    verdicts: dict[str, tuple[Verdict, ...]] = {"surf": (verdict(),), "page": (verdict(),)}

    def found(presets: Any, assets: Assets, **how: Any) -> Iterator[Judged]:
        for preset in presets:
            name = preset.path.stem
            four = Four({"neutral–split": 4.2, "nobody–calm": 3.0}, 0.2)
            for seed in how["seeds"]:
                how["tell"](1, 2)
                seen = Seen({}, crowds(9.0 if name == "surf" else 0.0))
                yield Judged(name, str(preset.path), seed, verdicts[name], four, seen)

    monkeypatch.setattr(judge, "judge", found)
    return verdicts


def test_a_line_says_what_is_kept(folder: Path, judges: dict[str, tuple[Verdict, ...]]) -> None:
    result = run(folder, str(folder / "presets"))
    assert result.exit_code == 0, result.output
    page, page_crowds, surf, _, apart = result.stdout.splitlines()
    assert page.startswith("kept     page: arousal + motion (arousal -0.30 to 0.30: 0.100 to 0.250")
    assert "2.3 × what is visible" in page and "next spread 0.40 of it" in page
    assert "going back leaves 5%" in page and "moved too: agreement -0.10" in page
    assert page_crowds.startswith("kept     page: four crowds (neutral–split 4.2")
    assert surf.startswith("kept     surf: ")
    assert apart.startswith("kept     page and surf: 28.5 apart")
    assert "2 measured: 2 of 2 promises kept" in result.stderr


def test_what_is_broken_is_named_and_the_exit_status_is_1(
    folder: Path, judges: dict[str, tuple[Verdict, ...]]
) -> None:
    judges["surf"] = (verdict("rank correlation 0.40, not 0.8", memory="it is a sea"), verdict())
    result = run(folder, str(folder / "presets" / "surf.toml"))
    assert result.exit_code == 1
    line = result.stdout.splitlines()[0]
    assert line.startswith("broken   surf: arousal + motion: rank correlation 0.40, not 0.8 (")
    assert "(remembers: it is a sea)" in line
    assert "1 of 2 promises kept" in result.stderr


def test_for_programs_and_for_the_guide(
    folder: Path, judges: dict[str, tuple[Verdict, ...]]
) -> None:
    result = run(folder, str(folder / "presets"), "--json", "--seed", "1", "--seed", "2")
    found = json.loads(result.stdout)
    assert [(each["preset"], each["seed"]) for each in found["presets"]] == [
        ("page", 1),
        ("page", 2),
        ("surf", 1),
        ("surf", 2),
    ]
    assert found["presets"][0]["promises"][0]["kept"] is True
    assert found["apart"][0]["kept"] is True
    judges["page"] = (verdict("going back leaves 60% of it"),)
    result = run(folder, str(folder / "presets"), "--table", "--seed", "1", "--seed", "2")
    rows = result.stdout.splitlines()
    assert len(rows) == 4 and result.exit_code == 1
    assert rows[2].startswith("| `page` | arousal | motion ↑ | 0.100 … 0.250 Hz | 0.96 | 2.3 × |")
    assert rows[2].endswith("**broken** |") and "broken" not in rows[3]


def test_what_is_no_preset_and_what_does_not_hold(
    folder: Path, judges: dict[str, tuple[Verdict, ...]]
) -> None:
    (folder / "presets" / "page.toml").write_text(PRESET.format("page") + "colour = 3\n")
    result = run(folder, str(folder / "presets"), "nowhere")
    assert result.exit_code == 1
    assert "page.toml: colour: unknown key" in result.stderr
    assert "nowhere: no such preset" in result.stderr
    assert result.stdout.count("surf: ") == 2
    result = run(folder, str(folder / "shaders"))
    assert result.exit_code == 0 and "no presets there" in result.stderr
