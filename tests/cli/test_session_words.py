"""What is said of sessions where they are named in a wrong place, or hold less than they did."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from empathy_palettes import open_session, render
from empathy_palettes.cli.app import app
from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import AssetError, ConfigError, EmpathyError, SessionError
from empathy_palettes.inlet.session.format import KEYS
from empathy_palettes.inlet.session.notes import lines, notes
from empathy_palettes.show.child import _installation_for
from empathy_palettes.show.installation import load_installation
from empathy_palettes.show.recorded import notes_of
from tests.inlet.session.sessions import truth, write


def asked(*words: str) -> None:
    app(words, standalone_mode=False)


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("run", "x.mcap"), "empathy run --session x.mcap"),
        (("export", "x.mcap", "--out", "a.mp4"), "empathy export --out a.mp4 --session x"),
        (("live", "x.mcap"), "empathy live PRESET --session x.mcap"),
        (("render", "x.mcap", "--out", "a.png"), "empathy render PRESET --out a.png --session x"),
    ],
)
def test_a_session_in_place_of_a_work(words: tuple[str, ...], fix: str) -> None:
    with pytest.raises(ConfigError, match="is a recorded session: " + fix):
        asked(*words)


@pytest.mark.parametrize("words", [("--people", "3"), ("--mood", "split"), ("--circles", "2")])
def test_a_session_has_its_own_crowd(words: tuple[str, ...]) -> None:
    for command in (("render", "tidal", "--out", "a.png"), ("live", "tidal")):
        with pytest.raises(typer.BadParameter, match=f"{words[0]}: of a simulated crowd"):
            asked(*command, "--session", "x.mcap", *words)
    with pytest.raises(typer.BadParameter, match="--feel"):
        asked("render", "tidal", "--out", "a.png", "--session", "x.mcap", "--feel", "joy")


def test_a_fix_keeps_the_session() -> None:
    with pytest.raises(AssetError, match=r"empathy live tidal --session 'a b\.mcap'"):
        _installation_for("a b.mcap", "tidal", Assets.discover())


def test_an_address_and_a_table_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "show.mcap"
    write(path, truth(2))
    with pytest.raises(SessionError, match="is an address: write the name alone: anna"):
        asked("session", "erase", str(path), "--who", "/empathy/anna/word", "--yes")
    with pytest.raises(SessionError, match="no such file"):
        asked("session", "info", str(path), "--keys", str(tmp_path / "nope.keys"))


def test_what_there_is_to_know_is_said_plainly(tmp_path: Path) -> None:
    path = tmp_path / "show.mcap"
    write(path, truth(4))
    with open_session(path) as session:
        assert repr(session).startswith(f"<Session {str(path)!r}: ")
        assert "5 people" in repr(session)
        told = "\n".join(lines(notes(session)))
        assert "ended     with the show, or when it was asked to" in told
        with pytest.raises(KeyError, match="did you mean 'valence'"):
            session.signals["valense"]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    with open_session(path) as session:
        assert "damaged" in session.faults[0].problem
        assert "not read: it is damaged before its end" in "\n".join(lines(notes(session)))
    path.with_name(path.name + KEYS).unlink()
    with open_session(path) as session:
        assert any("keys of what people said are missing" in line for line in notes_of(session))


def test_a_picture_of_no_size() -> None:
    with pytest.raises(ConfigError, match="3x3: each side from 16"):
        render("tidal", size=(3, 3))


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    place = tmp_path / "place.toml"
    place.write_text(
        '[[playlist]]\npreset = "tidal"\n[consent]\nmode = "attested"\nstatement = "x"\n'
        f'[record]\nfolder = "{tmp_path / "taken"}"\n'
    )
    with pytest.raises(EmpathyError, match=r"record\.folder: .* is a file: name a folder"):
        load_installation(str(place), Assets.discover())
