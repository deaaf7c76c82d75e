"""`--sound`: what is heard moves the picture, and is in the film."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from empathy_palettes.cli.app import app
from empathy_palettes.outlet.hashes import read_hashes

pytestmark = pytest.mark.gl

SHADER = """/*{ "ISFVSN": "2", "INPUTS": [ { "NAME": "light", "TYPE": "float" } ] }*/
void main() { gl_FragColor = vec4(vec3(light), 1.0); }
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A preset that is as light as the sound is loud, and a sound of a loud second in two."""
    for name, text in (
        ("shaders/heard.fs", SHADER),
        ("presets/heard.toml", 'title="H"\nshader="heard.fs"\n[inputs]\nlight="audio_level"\n'),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    rate = 16_000
    wave = 0.7 * np.sin(np.arange(2 * rate) * 0.3) * (np.arange(2 * rate) >= rate)
    with av.open(str(tmp_path / "tone.wav"), "w") as container:
        stream: Any = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        samples = np.round(wave * 32767).astype(np.int16)[np.newaxis]
        frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


def test_a_picture_hears_the_sound_of_its_instant(project: Path) -> None:
    for seconds, loud in (("0.5", False), ("1.5", True), ("2.5", False)):
        how = ("--size", "32x32", "--people", "0", "--time", seconds, "--sound", "tone.wav")
        assert run("render", "heard", "--out", "a.png", *how).exit_code == 0
        with Image.open("a.png") as picture:
            assert (np.asarray(picture)[16, 16, 0] > 200) == loud
            assert "--sound tone.wav" in picture.info["Source"]


def test_a_film_is_heard_and_seen_together(project: Path) -> None:
    how = ("--size", "32x32", "--people", "0", "--fps", "30", "--seconds", "1.6")
    assert run("export", "heard", "--out", "a.mp4", *how, "--sound", "tone.wav").exit_code == 0
    with av.open("a.mp4") as film:
        light = [frame.to_ndarray(format="gray8").mean() for frame in film.decode(video=0)]
    with av.open("a.mp4") as film:
        parts = [frame.to_ndarray() for frame in film.decode(audio=0)]
        rate = film.streams.audio[0].rate
    sound = np.abs(np.concatenate(parts, axis=1)[0])
    bright = np.flatnonzero(np.array(light) > 128)[0] / 30
    loud = np.flatnonzero(sound > 0.3)[0] / rate
    assert loud == pytest.approx(1.0, abs=0.01)
    assert bright == pytest.approx(loud, abs=1 / 30)
    assert run("export", "heard", "--out", "b.mp4", *how).exit_code == 0
    with av.open("b.mp4") as film:
        assert not film.streams.audio


def test_a_sound_that_is_not_there_is_one_line_and_leaves_no_film(project: Path) -> None:
    how = ("--size", "32x32", "--people", "0", "--seconds", "0.2", "--sound", "none.wav")
    with pytest.raises(Exception, match=r"none\.wav: no such file"):
        run("export", "heard", "--out", "a.mp4", *how)
    assert not list(project.glob("*.mp4*"))


def test_a_recorded_show_is_heard_when_it_was_seen(project: Path, free_port: int) -> None:
    """Its first frame was shown some steps after its sound began."""
    place = f"""
title = "A wall"
playlist = [{{ preset = "heard", seconds = 5 }}]
inlet = [{{ port = {free_port} }}]
display = [{{ size = [32, 32] }}]
sound = {{ file = "tone.wav" }}
consent = {{ mode = "attested", statement = "a test" }}
"""
    (project / "place.toml").write_text(place)
    words = "run place.toml --headless --seconds 2.5 --record show.mcap --hashes live.txt"
    command = [sys.executable, "-m", "empathy_palettes", *words.split()]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    first = read_hashes("live.txt").frames[0].step
    assert first > 0
    how = ("--session", "show.mcap", "--fps", "recorded", "--out", "a.mkv")
    assert run("export", *how).exit_code == 0
    with av.open("a.mkv") as film:
        parts = [frame.to_ndarray() for frame in film.decode(audio=0)]
        rate = film.streams.audio[0].rate
    sound = np.abs(np.concatenate(parts, axis=1)[0] / 2**15)
    loud = np.flatnonzero(sound > 0.3)[0] / rate
    assert loud == pytest.approx(1 - first / 60, abs=0.001)
