"""What is told of the flash guard where a film is written, and that a still has none."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.cli.films import Wish, write_film
from empathy_palettes.core.assets import Assets
from empathy_palettes.render.guard import choice
from empathy_palettes.show.installation import SafetyRules, preset_show
from empathy_palettes.show.still import render
from empathy_palettes.show.watching import UNGUARDED

pytestmark = pytest.mark.gl

SIZE = (64, 36)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard fails its trial."""
    monkeypatch.setattr(choice, "proved", lambda *_: "in its trial, picture 1 is wrong by 9 of 255")


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def film(out: Path, rules: SafetyRules) -> None:
    show = preset_show("palette", SIZE, 0, None).model_copy(update={"safety": rules})
    write_film(show, None, Assets.discover(), Wish(out, SIZE, Fraction(10)), frames=5)


def test_a_film_says_once_that_its_guard_is_slow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], failing: None
) -> None:
    film(tmp_path / "a.mp4", SafetyRules())
    assert capsys.readouterr().err.count("picture 1 is wrong by 9") == 1


def test_a_film_says_once_that_it_is_not_guarded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film(tmp_path / "a.mp4", SafetyRules(unsafe_no_flash_guard=True))
    assert capsys.readouterr().err.count(UNGUARDED) == 1
    film(tmp_path / "b.mp4", SafetyRules())
    assert "guard" not in capsys.readouterr().err


def test_a_still_is_what_it_is_without_a_guard(failing: None) -> None:
    image = render("palette", feel="joy", size=SIZE)
    assert np.asarray(image)[..., :3].max() > 100, "light comes slowly"
