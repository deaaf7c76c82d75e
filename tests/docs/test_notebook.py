"""The example notebook runs, cell by cell, and shows what it says."""

import ast
import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import empathy_palettes
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
    for picture, size in ((joy, (360, 640)), (ribbon, (180, 640)), (surge, (360, 640))):
        assert picture.shape == (*size, 4)
        assert picture._repr_png_().startswith(b"\x89PNG")
        assert picture[..., :3].std() > 5  # there is something to see
    assert np.unique(ribbon[90].view(np.uint8), axis=0).shape[0] > 30
    session = names["session"]
    assert recorded == f"{session.seconds:.0f} s, {session.frames} frames, 300 people"
    assert session.whole
    assert 7.0 <= session.seconds <= 8.1
    assert alike.startswith("they were most alike after ")
    session.close()


def test_it_is_kept_without_what_it_showed(notebook: dict[str, Any]) -> None:
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 4)
    for cell in notebook["cells"]:
        assert cell["cell_type"] in ("markdown", "code")
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


def test_what_it_imports_is_there_and_nothing_else_is_loaded_for_it() -> None:
    assert {"open_session", "render"} <= set(empathy_palettes.__all__)
    with pytest.raises(AttributeError, match="no attribute 'rendre'"):
        empathy_palettes.rendre  # noqa: B018
