"""Verdicts: each file is tried in a process of its own, and none keeps the others from theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.show.aside.check import Verdict, check, find_work

pytestmark = pytest.mark.gl

HEAD = '/*{ "ISFVSN": "2", "INPUTS": [] }*/\n'
GRADIENT = HEAD + "void main() { gl_FragColor = vec4(isf_FragNormCoord, 0.0, 1.0); }\n"
FILTER = """/*{ "ISFVSN": "2", "INPUTS": [{"NAME": "inputImage", "TYPE": "image"}] }*/
void main() { gl_FragColor = IMG_THIS_PIXEL(inputImage); }
"""
STILL = """/*{ "ISFVSN": "2", "INPUTS": [{"NAME": "inputImage", "TYPE": "image"}],
  "PASSES": [{"TARGET": "before", "PERSISTENT": true}, {}] }*/
void main() {
    vec4 now = IMG_THIS_PIXEL(inputImage);
    gl_FragColor = PASSINDEX == 0 ? now : vec4(abs(now - IMG_THIS_PIXEL(before)).rgb, 1.0);
}
"""
ONLY_RARELY = """/*{ "ISFVSN": "2", "INPUTS": [
  {"NAME": "hit", "TYPE": "event"}, {"NAME": "way", "TYPE": "long", "VALUES": [0, 7]},
  {"NAME": "sound", "TYPE": "audio"}] }*/
void main() {
    bool shown = WHICH;
    gl_FragColor = vec4(shown ? isf_FragNormCoord : vec2(0.0), 0.0, 1.0);
}
"""
TRANSITION = """/*{ "ISFVSN": "2", "INPUTS": [{"NAME": "startImage", "TYPE": "image"},
  {"NAME": "endImage", "TYPE": "image"},
  {"NAME": "progress", "TYPE": "float", "MIN": 0, "MAX": 1}] }*/
void main() {
    vec4 a = IMG_THIS_PIXEL(startImage), b = IMG_THIS_PIXEL(endImage);
    gl_FragColor = mix(a, b, progress);
}
"""
NOT_A_NUMBER = """/*{ "ISFVSN": "2", "INPUTS": [], "PASSES": [
  {"TARGET": "state", "PERSISTENT": true, "FLOAT": true, "WIDTH": 8, "HEIGHT": 8}, {}] }*/
void main() {
    float before = IMG_NORM_PIXEL(state, vec2(0.5)).r;
    if (PASSINDEX == 0) gl_FragColor = vec4(before + sqrt(-1.0 - TIME));
    else gl_FragColor = vec4(isf_FragNormCoord, before, 1.0);
}
"""
CLEAR = GRADIENT.replace("1.0);", "0.0);")


def verdicts(assets: Assets, *paths: Path, limit: float = 20.0) -> dict[str, Verdict]:
    works = find_work(paths)
    found = dict(check(works, assets, limit=limit, jobs=2))
    assert sorted(found) == list(range(len(works)))
    assert all(found[place].path == str(work.path) for place, work in enumerate(works))
    return {Path(verdict.path).name: verdict for verdict in found.values()}


def test_every_kind_of_file_has_its_verdict(project: Path, assets: Assets) -> None:
    shaders = {
        "gradient.fs": GRADIENT,
        "filter.fs": FILTER,
        "moves.fs": STILL,
        "transition.fs": TRANSITION,
        "jumps.fs": TRANSITION.replace("progress);", "0.2 + 0.8 * progress);"),
        "hit.fs": ONLY_RARELY.replace("WHICH", "hit"),
        "seven.fs": ONLY_RARELY.replace("WHICH", "way == 7"),
        "heard.fs": ONLY_RARELY.replace("WHICH", "abs(IMG_THIS_PIXEL(sound).r - 0.5) > 0.01"),
        "late.fs": ONLY_RARELY.replace("WHICH", "TIME > 60.0"),
        "one.fs": GRADIENT.replace("isf_FragNormCoord", "vec2(TIME)"),
        "clear.fs": CLEAR,
        "trailing.fs": GRADIENT.replace("[] }", "[], }"),
        "nan.fs": NOT_A_NUMBER,
        "broken.fs": GRADIENT.replace("vec4(", "vec5("),
        "headless.fs": GRADIENT.replace('"2",', '"2"'),
    }
    for name, text in shaders.items():
        (project / "shaders" / name).write_text(text)
    (project / "shaders" / "lib").mkdir()
    (project / "shaders" / "lib" / "half.glsl").write_text("float half_of(float x) { return x; }")
    presets = project / "presets"
    (presets / "lost.toml").write_text('title = "Lost"\nshader = "none.fs"\n')
    (presets / "odd.toml").write_text('title = "Odd"\nshader = "plain.fs"\n[inputs]\nlevl = 1\n')
    (presets / "torn.toml").write_text("title = \n")
    (presets / "palettes").mkdir()
    (presets / "palettes" / "two.toml").write_text('title = "Two"\ncolors = ["#000000", "#fff"]\n')
    (project / "installations").mkdir()
    places = {
        "place.toml": '[[playlist]]\npreset = "follow"\n[[playlist]]\npreset = "count"\n',
        "empty.toml": "playlist = []\n",
        "half.toml": '[[playlist]]\npreset = "follow"\n[[playlist]]\npreset = "odd"\n',
        "jumpy.toml": '[[playlist]]\npreset = "follow"\n[transition]\nshader = "jumps"\n',
    }
    for name, text in places.items():
        (project / "installations" / name).write_text(text)
    (project / "tool.toml").write_text("[other]\nkey = 1\n")
    (project / "notes.txt").write_text("not ours")

    found = verdicts(assets, project)
    assert {name: verdict.verdict for name, verdict in found.items()} == {
        **dict.fromkeys(("gradient.fs", "filter.fs", "moves.fs", "transition.fs"), "ok"),
        **dict.fromkeys(("hit.fs", "seven.fs", "heard.fs", "late.fs"), "ok"),
        **dict.fromkeys(("clear.fs", "trailing.fs", "nan.fs", "jumps.fs"), "warning"),
        **dict.fromkeys(("broken.fs", "headless.fs"), "fault"),
        **dict.fromkeys(("plain.fs", "counter.fs", "one.fs"), "flat"),
        **dict.fromkeys(("lost.toml", "odd.toml", "torn.toml"), "fault"),
        **dict.fromkeys(("follow.toml", "white.toml", "count.toml"), "flat"),
        "two.toml": "fault",
        **dict.fromkeys(("place.toml", "jumpy.toml"), "flat"),
        **dict.fromkeys(("empty.toml", "half.toml"), "fault"),
    }
    assert found["gradient.fs"].messages == ()
    assert "jumps.fs does not begin" in found["jumpy.toml"].messages[1]
    told = {
        "clear.fs": "transparent",
        "jumps.fs": "does not begin with the first picture",
        "nan.fs": "'state' holds what is no number",
        "broken.fs": "line 2",
        "headless.fs": "not JSON",
        "lost.toml": "none.fs",
        "odd.toml": "inputs.levl",
        "torn.toml": "not TOML",
        "two.toml": "colors",
        "empty.toml": "playlist",
        "half.toml": f"{presets / 'odd.toml'}: inputs.levl",
    }
    for name, words in told.items():
        assert words in found[name].messages[0], found[name]
        assert name not in found[name].messages[0], "the path stands beside it already"


def test_what_never_ends_is_a_fault_and_the_rest_go_on(
    project: Path, assets: Assets, endless: str
) -> None:
    shaders = project / "shaders"
    (shaders / "a.fs").write_text(endless)
    (shaders / "b.fs").write_text(GRADIENT)
    (shaders / "c.fs").write_text(GRADIENT)
    found = verdicts(assets, *(shaders / f"{name}.fs" for name in "abc"), limit=1.0)
    (message,) = found["a.fs"].messages
    assert "takes longer than 1 s to draw" in message
    assert "a loop that never ends?" in message
    assert [found[f"{name}.fs"].verdict for name in "abc"] == ["fault", "ok", "ok"]


def test_a_preset_is_told_of_a_red_that_its_knobs_or_its_shader_make(
    project: Path, assets: Assets
) -> None:
    colours = """/*{ "ISFVSN": "2", "INPUTS": [
      {"NAME": "ink", "TYPE": "color", "DEFAULT": [0.9, 0.05, 0.05, 1]},
      {"NAME": "paper", "TYPE": "color", "DEFAULT": [1, 1, 1, 1]}] }*/
    void main() { gl_FragColor = mix(ink, paper, isf_FragNormCoord.x); }
    """
    (project / "shaders" / "two.fs").write_text(colours)
    preset = project / "presets" / "two.toml"
    preset.write_text('title = "T"\nshader = "two.fs"\n[inputs]\npaper = ["hot", 0, 0]\n')
    preset.write_text(preset.read_text() + "[knobs]\nhot = 0.8\n")
    (verdict,) = verdicts(assets, preset).values()
    assert verdict.verdict == "warning"
    paper, ink = verdict.messages
    assert paper.startswith("inputs.paper: [0.8, 0, 0], as its knobs stand: 100 % of its light")
    assert ink.startswith("inputs.ink: nothing sets it, and the DEFAULT of two is a red: ")
    preset.write_text(preset.read_text().replace("[inputs]\n", "[inputs]\nink = [0, 0, 0]\n"))
    preset.write_text(
        preset.read_text().replace("hot = 0.8", "hot = 0").replace("0, 0]\n[knobs", "1, 1]\n[knobs")
    )
    (verdict,) = verdicts(assets, preset).values()
    assert verdict.verdict == "ok"


def test_only_what_can_be_tried_is_work(project: Path) -> None:
    (project / "shaders" / "lib.glsl").write_text("float one() { return 1.0; }")
    (project / ".hidden").mkdir()
    (project / ".hidden" / "a.fs").write_text(GRADIENT)
    toy = project / "shaders" / "toy"
    toy.mkdir()
    (toy / "image.glsl").write_text("void mainImage(out vec4 c, vec2 p) { c = vec4(p, 0, 1); }")
    (toy / "common.glsl").write_text("const float x = 1.0;")
    names = [work.path.name for work in find_work([project])]
    assert names == ["count.toml", "follow.toml", "white.toml", "toy", "counter.fs", "plain.fs"]
    assert find_work([toy])[0].path == toy
    assert [work.kind for work in find_work([project / "shaders" / "lib.glsl"])] == ["shader"]
    assets = Assets([project])
    for name in ("count", "count.toml"):
        (found, *_) = find_work([Path(name)], assets)
        assert found.path.name == "count.toml" and found.kind == "preset"
    (none,) = find_work([Path("cuont")], assets)
    assert none.kind == ""
    assert [work.kind for work in find_work([Path("count")])] == [""]
    twice = find_work([project / "presets", project / "presets" / "count.toml"])
    assert [work.path.name for work in twice] == ["count.toml", "follow.toml", "white.toml"]


def test_a_path_that_is_nothing_does_not_keep_the_others_from_being_tried(
    project: Path, assets: Assets
) -> None:
    (project / "notes").write_text("nothing to draw")
    found = verdicts(
        assets, project / "none.fs", project / "shaders" / "plain.fs", project / "notes"
    )
    assert {name: each.verdict for name, each in found.items()} == {
        "none.fs": "fault",
        "plain.fs": "flat",
        "notes": "fault",
    }
    assert found["none.fs"].messages == (
        "no such file or folder: check it, or see empathy list presets",
    )
    assert found["notes"].messages[0].startswith("nothing that can be checked: a shader (.fs")


def test_a_file_of_comments_is_no_library(project: Path) -> None:
    (project / "shaders" / "empty.fs").write_text("// later\n")
    assert "empty.fs" in [work.path.name for work in find_work([project])]


def test_a_file_named_from_here_is_not_named_twice(
    project: Path, assets: Assets, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "presets" / "odd.toml").write_text(
        'title = "Odd"\nshader = "plain.fs"\n[inputs]\nlevl = 1\n'
    )
    monkeypatch.chdir(project)
    found = verdicts(assets, Path("presets/odd.toml"))["odd.toml"]
    assert found.path == "presets/odd.toml"
    assert found.messages[0].startswith("inputs.levl: ")
