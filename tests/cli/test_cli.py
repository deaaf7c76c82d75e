"""The program as a person runs it: in a folder of their own, by its words and exit codes."""

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from empathy_palettes.core.assets import builtin_root

Done = subprocess.CompletedProcess[str]


def empathy(folder: Path, *words: str) -> Done:
    environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    environment |= {"XDG_STATE_HOME": str(folder / "state")}
    return subprocess.run(
        [sys.executable, "-m", "empathy_palettes", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def lines(done: Done) -> list[str]:
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()


@pytest.mark.parametrize(
    "words",
    [("rendr",), ("render",), ("run", "desk", "--seconds", "soon"), ("export", "tidal", "--fbs=3")],
)
def test_wrong_usage_exits_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = empathy(tmp_path, *words)
    assert done.returncode == 2
    assert lines(done)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("render", "tidle", "--out", "a.png"), "did you mean 'tidal'"),
        (("render", "tidal", "--out", "a.png", "--feel", "joyy"), "did you mean 'joy'"),
        (("render", "tidal", "--out", "a.png", "--size", "big"), "1280x720"),
        (("render", "tidal", "--out", "a.png", "--mood", "merry"), "merry"),
        (("render", "tidal", "--out", "none/a.png"), "mkdir none"),
        (("export", "tidal", "--out", "none/a.mp4"), "mkdir none"),
        (("export", "tidal", "--out", "a.avi"), ".mp4"),
        (("export", "tidal", "--out", "a.mp4", "--fps", "0"), "24000/1001"),
        (("run", "dsk"), "did you mean 'desk'"),
        (("replay", "nowhere"), "nowhere"),
        (("feel", "joyy"), "did you mean 'joy'"),
        (("feel", "joy", "--to", "nine"), "127.0.0.1:9000"),
        (("feel", "joy", "--to", "127.0.0.1:²"), "127.0.0.1:9000"),
        (("feel", "joy", "--who", "Zoë"), "letters, digits"),
        (("feel", "joy", "--who", "a/b"), "letters, digits"),
        (("render", "tidal", "--out", "."), "name a file"),
        (("export", "x" * 300, "--out", "a.mp4"), "no preset"),
        (("render", "tidal", "--out", "a.png", "--size", "²x720"), "1280x720"),
        (("render", "tidal", "--out", "a.jpg"), "a PNG is written: name it a.png"),
        (("render", "tidal", "--out", "a"), "name it a.png"),
        (("live", "notes.txt"), "a shader is .fs, .frag, .glsl"),
        (("run", "tidal"), "tidal is a preset: empathy live tidal"),
        (("run", "wash"), "wash is a shader: empathy live wash"),
        (("live", "desk"), "desk is an installation: empathy run desk"),
        (("render", "sea.toml", "--out", "a.png"), "sea.toml is an installation"),
        (("run", "tide.toml"), "tide.toml is a preset: empathy live tide.toml"),
        (("--project", "nowhere", "list"), "project: 'nowhere' is no folder"),
        (("render", "cluods.frag", "--out", "a.png"), "did you mean 'clouds.frag'"),
        (("render", "empty.fs", "--out", "a.png"), "empty.fs: the file is empty"),
        (("list", "preset"), "did you mean 'presets'"),
        (("new", "My Tide"), "small letters"),
    ],
)
def test_a_mistake_is_one_line_with_its_remedy(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    for name, text in (
        ("notes.txt", "later"),
        ("clouds.frag", "void main() {}"),
        ("empty.fs", "/* later */\n"),
        ("sea.toml", '[[playlist]]\npreset = "tidal"\n'),
        ("tide.toml", 'title = "Tide"\nshader = "tidal.fs"\n'),
    ):
        (tmp_path / name).write_text(text)
    done = empathy(tmp_path, *words)
    assert done.returncode == 1
    assert len(lines(done)) == 1
    assert told in done.stderr


def test_a_port_in_use_says_so(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (tmp_path / "place.toml").write_text(
            f'[[playlist]]\npreset = "palette"\n[[inlet]]\nport = {port}\n'
        )
        done = empathy(tmp_path, "run", "./place.toml", "--headless", "--seconds", "1")
    assert done.returncode == 1
    assert len(lines(done)) == 1
    assert f"{port}" in done.stderr and "in use" in done.stderr


def test_a_window_without_a_display_says_so(tmp_path: Path) -> None:
    done = empathy(tmp_path, "live", "palette")
    assert done.returncode == 1
    assert len(lines(done)) == 1
    assert "--headless" in done.stderr


@pytest.mark.gl
def test_every_fault_of_a_preset_at_once(tmp_path: Path) -> None:
    preset = tmp_path / "wrong.toml"
    preset.write_text(
        'title = "Wrong"\nshader = "palette.fs"\nshadow = 1\n'
        '[inputs]\nlevel = "arousl"\nother = { follow = "valense", to = [0, 1] }\n'
    )
    done = empathy(tmp_path, "render", "wrong.toml", "--out", "a.png")
    told = lines(done)
    assert done.returncode == 1
    assert len(told) >= 3
    assert all("wrong.toml" in line for line in told)
    assert "did you mean 'shader'" in done.stderr
    assert "did you mean 'arousal'" in done.stderr
    assert "did you mean 'valence'" in done.stderr


@pytest.mark.gl
def test_a_work_of_one_s_own_from_an_empty_folder(tmp_path: Path) -> None:
    done = empathy(tmp_path, "new", "tide", "--from", "tidal")
    assert done.returncode == 0
    assert done.stdout.split() == ["presets/tide.toml", "shaders/tide.fs"]
    shader = tmp_path / "shaders" / "tide.fs"
    small = ("--size", "320x180", "--time", "1", "--people", "40")
    assert empathy(tmp_path, "render", "tide", "--out", "one.png", *small).returncode == 0
    shader.write_text(shader.read_text().replace("gl_FragColor =", "gl_FragColor = 0.5 *"))
    assert empathy(tmp_path, "render", "tide", "--out", "two.png", *small).returncode == 0
    one, two = (np.asarray(Image.open(tmp_path / name)).mean() for name in ("one.png", "two.png"))
    assert two < 0.8 * one
    shader.write_text(shader.read_text() + "\nfloat broken( { return 1.0; }\n")
    broken = empathy(tmp_path, "render", "tide", "--out", "three.png", *small)
    assert broken.returncode == 1
    assert "tide.fs" in broken.stderr and f"line {len(shader.read_text().splitlines())}" in (
        broken.stderr
    )
    again = empathy(tmp_path, "new", "tide", "--from", "tidal")
    assert again.returncode == 1 and "is there already" in again.stderr


@pytest.mark.gl
def test_a_shader_that_cannot_be_drawn_is_told_at_once(tmp_path: Path) -> None:
    text = '/*{"ISFVSN": "2"}*/\nvoid main() { gl_FragColor = vec4(wrong); }\n'
    (tmp_path / "bad.fs").write_text(text)
    done = empathy(tmp_path, "new", "mine", "--from", "bad.fs")
    assert done.returncode == 1
    assert "shaders/mine.fs: line 2" in done.stderr and "wrong" in done.stderr
    assert (tmp_path / "presets" / "mine.toml").is_file()  # to be mended


def test_a_picture_carries_the_line_that_makes_it_again(tmp_path: Path) -> None:
    small = ("--size", "160x90", "--time", "0.5", "--people", "30", "--feel", "calm")
    assert empathy(tmp_path, "render", "palette", "--out", "a.png", *small).returncode == 0
    with Image.open(tmp_path / "a.png") as picture:
        line = str(picture.info["Source"])
        first = picture.tobytes()
    assert line.startswith("empathy render palette") and "--circles" not in line
    assert empathy(tmp_path, *line.split()[1:]).returncode == 0
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.tobytes() == first


@pytest.mark.gl
def test_circles_of_simulated_people_are_seen_and_the_line_carries_them(tmp_path: Path) -> None:
    guide = (builtin_root() / "docs" / "shaders.md").read_text(encoding="utf-8")
    (rings,) = (text for text in re.findall(r"```isf\n(.*?)```", guide, re.S) if "A ring" in text)
    (tmp_path / "rings.fs").write_text(rings)
    small = ("rings.fs", "--size", "160x90", "--time", "0.5")
    pictures = []
    for out, more in (("none.png", ()), ("some.png", ("--circles", "5"))):
        done = empathy(tmp_path, "render", *small, "--out", out, *more)
        assert done.returncode == 0, done.stderr
        with Image.open(tmp_path / out) as picture:
            pictures.append(np.asarray(picture.convert("L")))
            line = str(picture.info["Source"])
    assert pictures[0].max() == 0 and np.count_nonzero(pictures[1] > 64) > 50
    assert "--circles 5" in line
    done = empathy(tmp_path, "render", "palette", "--out", "a.png", "--circles", "65")
    assert done.returncode != 0 and "64" in done.stderr


@pytest.mark.gl
def test_an_export_is_frame_exact(tmp_path: Path) -> None:
    done = empathy(
        *(tmp_path, "export", "palette", "--out", "a.mp4", "--size", "160x90"),
        *("--fps", "24", "--seconds", "1.5", "--people", "20"),
    )
    assert done.returncode == 0, done.stderr
    with av.open(str(tmp_path / "a.mp4")) as film:
        stream = film.streams.video[0]
        frames = list(film.decode(stream))
        assert stream.codec_context.name == "h264"
        assert stream.average_rate == 24
        assert len(frames) == 36
        assert (frames[0].width, frames[0].height) == (160, 90)
        assert "export palette" in film.metadata["comment"]


@pytest.mark.gl
def test_a_name_that_means_two_things_is_told_and_how_to_say_the_other(tmp_path: Path) -> None:
    (tmp_path / "installations").mkdir()
    place = '[[playlist]]\npreset = "palette"\n[consent]\nmode = "attested"\nstatement = "a"\n'
    (tmp_path / "installations" / "palette.toml").write_text(place)
    small = ("--size", "64x36", "--seconds", "0.2", "--people", "5")
    done = empathy(tmp_path, "export", "palette", "--out", "a.mp4", *small)
    assert done.returncode == 0, done.stderr
    other = "empathy export installations/palette.toml"
    told = f"palette is a preset and an installation: this is the preset; the other: {other}"
    assert told in lines(done)
    for name in ("installations/palette.toml", "surge"):
        done = empathy(tmp_path, "export", name, "--out", "a.mp4", *small)
        assert done.returncode == 0 and "the other:" not in done.stderr


STROBE = """/*{ "ISFVSN": "2" }*/
void main() { gl_FragColor = vec4(vec3(isf_FragNormCoord.x > 0.5 ? 0.2 : mod(TIME * 16.0, 2.0) < 1.0
    ? 0.1 : 0.9), 1.0); }
"""


@pytest.mark.gl
def test_an_export_says_what_the_guard_held(tmp_path: Path) -> None:
    (tmp_path / "strobe.fs").write_text(STROBE)
    small = ("--size", "160x90", "--seconds", "3", "--people", "20", "--fps", "30")
    done = empathy(tmp_path, "export", "strobe.fs", "--out", "a.mp4", *small)
    assert done.returncode == 0, done.stderr
    (line,) = (line for line in lines(done) if "flash guard" in line)
    share = int(re.findall(r"the flash guard held (\d+)% of the picture: it would have", line)[0])
    assert 20 <= share <= 60
    done = empathy(tmp_path, "export", "palette", "--out", "a.mp4", *small)
    assert done.returncode == 0 and "guard" not in done.stderr


def documented_report(root: Path) -> list[str]:
    """The keys of the report that the guide for technicians explains, in their order."""
    guide = (root / "docs" / "installations.md").read_text(encoding="utf-8")
    rows = guide.partition("| in the report |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE)


@pytest.mark.gl
def test_a_headless_run_reports(tmp_path: Path, free_port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        to = f"127.0.0.1:{nobody.getsockname()[1]}"
    (tmp_path / "place.toml").write_text(
        f'[[playlist]]\npreset = "palette"\n[[inlet]]\nport = {free_port}\n'
        "[[display]]\nsize = [160, 90]\n"
        f'[[send]]\nto = "{to}"\nsignals = []\n'
    )
    done = empathy(tmp_path, "run", "./place.toml", "--headless", "--seconds", "1", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {"datagrams", "accepted", "rejected", "people", "frames", "frame_ms"} <= set(report)
    assert report["frames"] > 0
    (account,) = report["sending"]
    assert account.keys() == {"to", "sent", "unheard", "failed"}
    assert account["to"] == to and account["unheard"] > 0
    assert done.stderr.count(f"[[send]] to {to}: nobody listens there") == 1
    assert f"sending all signals to {to}" in done.stderr
    assert documented_report(builtin_root()) == list(report)
    assert report["guard"]["mode"] == "budget"
    assert set(report["frame_ms"]) == {"p50", "p95", "p99"}
    assert f"127.0.0.1:{free_port}" in done.stderr
    log = tmp_path / "state" / "empathy-palettes" / "show.log"
    assert str(log) in done.stderr
    assert "start:" in log.read_text() and "start again:" not in log.read_text()
    assert log.read_text().endswith(f" end: {report['frames']} frames\n")


def test_a_feeling_that_nobody_hears_says_so(tmp_path: Path, free_port: int) -> None:
    done = empathy(tmp_path, "feel", "joy", "--to", f"127.0.0.1:{free_port}")
    assert done.returncode == 1
    assert "nobody listens" in done.stderr


def test_a_feeling_arrives_as_osc(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(5)
        to = f"127.0.0.1:{ear.getsockname()[1]}"
        assert empathy(tmp_path, "feel", "-0.5", "0.25", "--who", "ann", "--to", to).returncode == 0
        heard = [ear.recv(512), ear.recv(512)]
    assert heard[0].startswith(b"/empathy/ann/consent\0")
    assert heard[1].startswith(b"/empathy/ann\0\0\0\0,ff\0")


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("presets", "tidal"),
        ("installations", "desk"),
        ("shaders", "surge"),
        ("palettes", ""),
        ("signals", "resonance"),
        ("functions", "travel(rate)"),
        ("words", "grief"),
        ("moods", "split"),
        ("commands", "blackout"),
    ],
)
def test_lists(tmp_path: Path, what: str, name: str) -> None:
    done = empathy(tmp_path, "list", what, "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert any(row["name"].startswith(name) for row in rows)
    assert all(row["says"] for row in rows)
    plain = empathy(tmp_path, "list", what)
    assert len(plain.stdout.splitlines()) == len(rows)


def test_help_names_every_list_and_what_is_begun_from(tmp_path: Path) -> None:
    shown = " ".join(empathy(tmp_path, "list", "--help").stdout.split())
    assert "transitions" in shown
    shown = " ".join(empathy(tmp_path, "new", "--help").stdout.replace("│", " ").split())
    assert "else tidal." in shown and "else wall." in shown
    assert empathy(tmp_path, "new", "foyer", "--installation", "--from", "desk").returncode == 0
    assert 'title = "Foyer"' in (tmp_path / "installations" / "foyer.toml").read_text()
    text = (tmp_path / "installations" / "foyer.toml").read_text()
    assert "# " in text
    for source in ("wall", "demo"):
        words = ("new", f"{source}-two", "--installation", "--from", source)
        assert empathy(tmp_path, *words).returncode == 0
        copy = (tmp_path / "installations" / f"{source}-two.toml").read_text()
        told = f"-two: an installation of your own, begun as a copy of {source}.\n"
        assert copy.startswith(f"# {source.capitalize()}{told}")
        assert "Copy it" not in copy and not re.search(rf"empathy run {source}\b(?!-)", copy)
        assert tomllib.loads(copy)["playlist"]
    assert text.splitlines()[0].startswith("# Foyer: an installation of your own")
    assert text.splitlines()[1].startswith("#   empathy run foyer  ")


@pytest.mark.gl
def test_the_doctor_finds_what_is_here(tmp_path: Path) -> None:
    findings = {
        row["what"]: row for row in json.loads(empathy(tmp_path, "doctor", "--json").stdout)
    }
    assert findings["OpenGL"]["ok"]
    assert not findings["display"]["ok"] and findings["display"]["optional"]
