"""What is told where a film is written, and what is left of it where something else fails."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from typer.testing import CliRunner

from empathy_palettes.cli.app import app
from empathy_palettes.cli.films import Wish, write_film
from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import Fault, MachineError
from empathy_palettes.outlet.hashes import Hashes
from empathy_palettes.render.frame import Frame
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


def film(out: Path, rules: SafetyRules, *, ssaa: int = 1, hashes: Path | None = None) -> None:
    show = preset_show("palette", SIZE, 0, None).model_copy(update={"safety": rules})
    wish = Wish(out, SIZE, Fraction(10), ssaa=ssaa, hashes=hashes)
    write_film(show, None, Assets.discover(), wish, frames=5)


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


def test_what_supersampling_takes_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film(tmp_path / "a.mp4", SafetyRules(), ssaa=2)
    assert "a.mp4: ssaa 2: drawn at 128x72" in capsys.readouterr().err
    film(tmp_path / "b.mp4", SafetyRules())
    assert "ssaa" not in capsys.readouterr().err


def test_a_film_is_not_finished_where_something_else_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a film does not get the name of a whole one, nor take the place of one."""

    def fail(self: Hashes, frame: Frame, tick: Tick) -> None:
        if tick.index == 3:
            raise MachineError(Fault("h", "", "no room"))

    (tmp_path / "a.mp4").write_bytes(b"an older film")
    monkeypatch.setattr(Hashes, "present", fail)
    with pytest.raises(MachineError, match="no room"):
        film(tmp_path / "a.mp4", SafetyRules(), hashes=tmp_path / "h")
    assert (tmp_path / "a.mp4").read_bytes() == b"an older film"
    assert "stopped after 3 frames: what was written plays" in capsys.readouterr().err
    with av.open(str(tmp_path / "a.mp4.part")) as container:
        assert len(list(container.decode(video=0))) == 3


def test_one_that_is_stopped_while_it_is_finished_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("empathy_palettes.outlet.film.animated._write_gif", interrupt)
    out = tmp_path / "a.gif"
    how = ["--size", "64x36", "--seconds", "0.2", "--people", "5"]
    ended = CliRunner().invoke(app, ["export", "palette", "--out", str(out), *how])
    assert ended.exit_code == 130
    assert "a.gif: stopped before it was finished" in ended.stderr
    assert [item.name for item in tmp_path.iterdir()] == ["a.gif.mkv"]
