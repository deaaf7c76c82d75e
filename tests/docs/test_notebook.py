"""The example notebook runs, cell by cell, and shows what it says."""

import ast
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from empathy_palettes.core.assets import builtin_root

NOTEBOOK = builtin_root() / "docs" / "notebook.ipynb"


@pytest.fixture
def notebook() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return read


def codes(notebook: dict[str, Any]) -> Iterator[str]:
    return ("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")


def shown(code: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does; return what its last line is worth."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


@pytest.mark.gl
def test_every_cell_runs(
    notebook: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "XDG_STATE_HOME", str(tmp_path))
    names: dict[str, Any] = {"__name__": "__main__"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        joy, recorded, alike, ribbon, surge = (shown(code, names) for code in codes(notebook))
    for picture, size in ((joy, (270, 480)), (ribbon, (160, 480)), (surge, (270, 480))):
        assert picture.shape == (*size, 4)
        assert picture._repr_png_().startswith(b"\x89PNG")
        assert picture[..., :3].std() > 5  # there is something to see
    assert np.unique(ribbon[80].view(np.uint8), axis=0).shape[0] > 30
    session = names["session"]
    assert recorded == f"{session.seconds:.0f} s, {session.frames} frames, 300 people"
    assert session.whole
    assert 2.0 <= session.seconds <= 6.1  # a machine that is slow leaves steps out
    assert alike.startswith("they were most alike after ")
    session.close()


def test_it_is_kept_without_what_it_showed(notebook: dict[str, Any]) -> None:
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 4)
    for cell in notebook["cells"]:
        assert cell["cell_type"] in ("markdown", "code")
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


IMPORTED = """
import sys
import empathy_palettes as empathy
assert not {"numpy", "moderngl", "pygame", "av"} & set(sys.modules)
import empathy_palettes.render.frame
from empathy_palettes.render import targets
assert sys.modules["empathy_palettes.render"].targets is targets
assert empathy.render.__name__ == "render" and empathy.render.__kwdefaults__["size"] == (1280, 720)
assert empathy.open_session.__module__ == "empathy_palettes.inlet.session.session"
from empathy_palettes import open_session, render
assert render is empathy.render and "moderngl" in sys.modules
try:
    empathy.rendre
except AttributeError as error:
    print(error)
"""


def test_what_it_imports_is_there_and_loads_nothing_before_it_is_asked_for() -> None:
    line = [sys.executable, "-W", "error", "-c", IMPORTED]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert not done.stderr
    assert "'rendre'" in done.stdout
