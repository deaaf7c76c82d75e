"""What is left of films that end otherwise than they should, and what is said of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from empathy_palettes.core.clock import Tick
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

pytestmark = pytest.mark.gl

CONTEXT = OutletContext((64, 36), reproduce="empathy export tidal", session="5e" * 32)
Paint = Callable[..., Frame]


def begin(path: Path, frame: Frame, count: int, label: str = "h264") -> Film:
    film = Film(path, Fraction(30), RECIPES[label])
    film.open(CONTEXT)
    for index in range(count):
        film.present(frame, Tick(index, index, 1))
    return film


@pytest.fixture
def grey(headless: Headless, paint: Paint) -> Frame:
    return paint(headless.gl, np.full((36, 64, 3), 90, np.uint8))


def test_what_is_resumed_is_named(grey: Frame, tmp_path: Path) -> None:
    """A second film of a name is written aside; it is the first that is gone on with."""
    path = tmp_path / "a.mp4"
    assert f"{path}.part, and --resume goes on with it" in begin(path, grey, 9).stop()
    second = begin(path, grey, 12)
    assert f".{os.getpid()}.part, and --resume goes on with a.mp4.part" in second.stop()
    assert second.stop() == ""


def test_one_that_is_interrupted_while_it_is_finished_leaves_what_plays(
    grey: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "a.mp4"
    film = begin(path, grey, 9)
    monkeypatch.setattr("empathy_palettes.outlet.film.finish.os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        film.close()
    assert [item.name for item in tmp_path.iterdir()] == ["a.mp4.part"]
    with av.open(str(tmp_path / "a.mp4.part")) as container:
        assert len(list(container.decode(video=0))) == 9


@pytest.mark.parametrize(
    ("name", "label"),
    [("a.mp4", "h264"), ("a.mov", "prores"), ("a.mkv", "ffv1"), ("a.webm", "vp9")],
)
def test_a_film_of_a_session_names_it(grey: Frame, tmp_path: Path, name: str, label: str) -> None:
    begin(tmp_path / name, grey, 3, label).close()
    with av.open(str(tmp_path / name)) as container:
        told = {key.lower(): value for key, value in container.metadata.items()}
    assert told["album"] == f"session {'5e' * 32}"
    assert told["comment"] == "empathy export tidal"
