"""The command `check`: one line for each file, a summary, JSON for programs, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from empathy_palettes.cli import check
from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import AssetError

pytestmark = pytest.mark.gl

GRADIENT = """/*{ "ISFVSN": "2", "INPUTS": [] }*/
void main() { gl_FragColor = vec4(isf_FragNormCoord, 0.0, 1.0); }
"""


def run(folder: Path, *words: str) -> Result:
    app = typer.Typer()
    check.add_to(app)

    @app.callback()
    def start(context: typer.Context) -> None:
        context.obj = Assets([folder])

    return CliRunner().invoke(app, ["check", *words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.fs").write_text(GRADIENT)
    (tmp_path / "b.fs").write_text(GRADIENT.replace("[] }", "[], }"))
    return tmp_path


def test_one_line_each_a_summary_and_exit_0(folder: Path) -> None:
    done = run(folder, str(folder), "--jobs", "1")
    assert done.exit_code == 0
    first, second = done.stdout.splitlines()
    assert first == f"ok       {folder}/a.fs"
    assert second.startswith(f"warning  {folder}/b.fs: line 1")
    assert done.stderr == "2 checked: 1 ok, 1 warning\n"


def test_a_fault_exits_1_and_json_has_every_verdict(folder: Path) -> None:
    (folder / "c.fs").write_text(GRADIENT.replace("vec4(", "vec5("))
    done = run(folder, str(folder / "c.fs"), str(folder / "a.fs"), "--json")
    assert done.exit_code == 1
    broken, good = json.loads(done.stdout)
    assert good == {"path": f"{folder}/a.fs", "verdict": "ok", "messages": []}
    assert broken["path"] == f"{folder}/c.fs" and broken["verdict"] == "fault"
    assert broken["messages"][0].startswith("line 2")
    assert done.stderr == "2 checked: 1 ok, 1 fault\n"


def test_a_folder_with_nothing_in_it_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, str(tmp_path))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "nothing to check there\n"


def test_a_path_that_is_nothing_is_a_fault(folder: Path) -> None:
    done = run(folder, str(folder / "none.fs"))
    assert isinstance(done.exception, AssetError), "main() prints it and exits 1"
    assert "no such file or folder" in str(done.exception)


@pytest.mark.parametrize("words", [[], ["--limit", "0"], ["--jobs", "0"]])
def test_wrong_usage_exits_2(folder: Path, words: list[str]) -> None:
    assert run(folder, *words).exit_code == 2
