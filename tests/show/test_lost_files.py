"""What was too large for a recording is taken from where it lies today, or shown without."""

from __future__ import annotations

import wave
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.inlet.session.session import open_session
from empathy_palettes.show import sources
from empathy_palettes.show.installation import Sound
from empathy_palettes.show.recording import open_recording
from empathy_palettes.show.sources import changed

from .replays import SIZE, again, live, place, uneven

pytestmark = pytest.mark.gl

PRESET = """
title = "Heard"
artist = "a test"
shader = "heard.fs"
home = [0, 0]
[inputs]
level = "audio_level"
"""
SHADER = """/*{ "ISFVSN": "2", "INPUTS": [
    { "NAME": "level", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0 } ] }*/
void main() { gl_FragColor = vec4(vec3(0.2 + 0.5 * level), 1.0); }
"""


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation in the folder that one works in, of a work that hears a sound."""
    folder = tmp_path / "a place"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "heard.toml").write_text(PRESET)
    (folder / "heard.fs").write_text(SHADER)
    (folder / "place.toml").write_text('[[playlist]]\npreset = "./heard.toml"\n')
    chance = np.random.default_rng(0)
    with wave.open(str(folder / "hum.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        loud = np.repeat(chance.uniform(0, 1, 40), 2000)
        file.writeframes((loud * chance.normal(0, 6000, 80_000)).astype("<i2").tobytes())
    return folder


def test_a_sound_too_large_for_it(
    heard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MOST_BYTES", 50_000)
    path, assets = tmp_path / "show.mcap", Assets.discover()
    installation = place("./heard.toml", people=0).model_copy(
        update={"sound": Sound(file="hum.wav")}
    )
    was = live(installation, assets, path, uneven(40), owner=heard / "place.toml")
    assert len(set(was)) > 20
    with open_session(path) as session:
        (left_out,) = (file for file in session.beginning.files if not file.embedded)
        assert left_out.path.endswith("/hum.wav") and left_out.size > 160_000
    assert again(path, assets) == (was, ())
    (heard / "heard.fs").write_text("// not this one")
    data = (heard / "hum.wav").read_bytes()
    (heard / "hum.wav").write_bytes(bytes(len(data)))  # another one
    silent, notes = again(path, assets)
    assert len(silent) == len(was) and silent != was
    assert sum("hum.wav was too large to be kept: it is shown without it" in x for x in notes) == 1
    assert sum("changed since it was recorded" in x and "heard.fs" in x for x in notes) == 1
    (heard / "hum.wav").unlink()
    assert again(path, assets)[0] == silent


def test_a_work_that_is_edited_meanwhile_is_recorded_as_it_was(heard: Path, tmp_path: Path) -> None:
    """And a line says so, once: from its next turn on another picture is on the wall."""
    assets, lines = Assets.discover(), list[str]()
    owner = heard / "place.toml"
    installation = place("./heard.toml", "palette", people=0)
    recording = open_recording(
        tmp_path / "show.mcap", installation, owner, assets, "a test", SIZE, bytes(16)
    )
    with closing(recording):
        recording.on_show(0, 0, "heard", "Heard")
        assert recording.news() == []
        (heard / "heard.fs").write_text(SHADER.replace("0.5", "0.75"))
        for step in (300, 600):
            recording.on_show(step, 0, "heard", "Heard")
            lines += recording.news()
    assert lines == ["heard.fs was edited: it is recorded as it was at the beginning"]
    with open_session(tmp_path / "show.mcap") as session:
        (name,) = (name for name in session.files if name.endswith("/heard.fs"))
        assert session.files[name] == SHADER.encode()
        (different,) = changed(session, assets)
        assert different == name
