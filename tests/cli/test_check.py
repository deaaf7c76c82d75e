"""The command `check`: one line for each file, a summary, JSON for programs, and the exit code."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Event

import pytest
import typer
from typer.testing import CliRunner, Result

from empathy_palettes.cli import check
from empathy_palettes.core.assets import Assets

pytestmark = pytest.mark.gl

GRADIENT = """/*{ "ISFVSN": "2", "INPUTS": [] }*/
void main() { gl_FragColor = vec4(isf_FragNormCoord, 0.0, 1.0); }
"""

#: Where it does not hang, it takes half a minute for a picture.
ENDLESS = """/*{ "ISFVSN": "2", "INPUTS": [] }*/
void main() {
    vec4 x = gl_FragCoord.xyxy;
    for (;; x = fract(sin(x.yzwx) * 43758.5 + cos(x.wxyz) * 1.7)) if (x.x > 1e9 + TIME) break;
    gl_FragColor = x;
}
"""


def run(folder: Path, *words: str) -> Result:
    app = typer.Typer()
    check.add_to(app)

    @app.callback()
    def start(context: typer.Context) -> None:
        context.obj = Assets([folder])

    return CliRunner().invoke(app, ["check", *words])


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """The command takes SIGTERM for itself."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


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
    assert done.exit_code == 1
    assert "fault" in done.stdout and "none.fs: no such file or folder" in done.stdout
    assert done.stderr == "1 checked: 1 fault\n"


@pytest.mark.parametrize("words", [[], ["--limit", "0"], ["--jobs", "0"]])
def test_wrong_usage_exits_2(folder: Path, words: list[str]) -> None:
    assert run(folder, *words).exit_code == 2


def children_of(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(word) for task in tasks for word in task.read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_is_stopped_says_so_and_leaves_no_process(
    folder: Path, number: signal.Signals
) -> None:
    for path in folder.iterdir():
        path.write_text(ENDLESS)
    words = [sys.executable, "-m", "empathy_palettes", "check", str(folder), "--jobs", "2"]
    with subprocess.Popen(
        [*words, "--limit", "60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # Where the tests run in the background, Ctrl-C is ignored, and would be there, too.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        for _ in range(600):
            children = children_of(process.pid)
            if len(children) == 2:
                break
            Event().wait(0.05)
        process.send_signal(number)
        out, told = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert told == "0 checked; stopped before 2\n"
    assert len(children) == 2 and not any(Path(f"/proc/{child}").exists() for child in children)
