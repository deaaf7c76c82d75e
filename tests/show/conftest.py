"""Small real presets to show: a project folder of three, each with a shader of its own."""

from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets

PLAIN = """/*{
  "DESCRIPTION": "one colour", "CREDIT": "Empathy Palettes", "ISFVSN": "2",
  "INPUTS": [{"NAME": "level", "TYPE": "float", "MIN": 0, "MAX": 1, "DEFAULT": 0}]
}*/
void main() { gl_FragColor = vec4(vec3(level), 1.0); }
"""

COUNTER = """/*{
  "DESCRIPTION": "counts its simulation steps", "CREDIT": "Empathy Palettes", "ISFVSN": "2",
  "INPUTS": [{"NAME": "push", "TYPE": "float", "MIN": 0, "MAX": 1, "DEFAULT": 0}],
  "PASSES": [
    {"TARGET": "state", "PERSISTENT": true, "FLOAT": true, "WIDTH": "4", "HEIGHT": "4"}, {}
  ]
}*/
void main() {
    if (PASSINDEX == 0) {
        gl_FragColor = vec4(IMG_THIS_PIXEL(state).r + push / 64.0, 0.0, 0.0, 1.0);
    } else {
        gl_FragColor = vec4(vec3(IMG_NORM_PIXEL(state, vec2(0.5)).r), 1.0);
    }
}
"""

#: Mesa's software renderer leaves any loop after 65,536 turns, so that this one is only very slow:
#: half a minute for a picture. Elsewhere it hangs.
ENDLESS = """/*{ "ISFVSN": "2", "INPUTS": [] }*/
void main() {
    vec4 x = gl_FragCoord.xyxy;
    while (true) {
        x = fract(sin(x.yzwx) * 43758.5 + cos(x.wxyz) * 1.7);
        if (x.x + x.y > 9.0 + TIME) break;
    }
    gl_FragColor = x;
}
"""


def preset(title: str, shader: str, inputs: str) -> str:
    return f'title = "{title}"\nshader = "{shader}"\n[inputs]\n{inputs}\n'


@pytest.fixture
def endless() -> str:
    """A shader with a loop that never ends."""
    return ENDLESS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder: `follow` shows the pleasantness, `white`, and `count` simulates."""
    (tmp_path / "presets").mkdir()
    (tmp_path / "shaders").mkdir()
    (tmp_path / "shaders" / "plain.fs").write_text(PLAIN)
    (tmp_path / "shaders" / "counter.fs").write_text(COUNTER)
    presets = tmp_path / "presets"
    (presets / "follow.toml").write_text(
        preset("Follow", "plain.fs", 'level = "valence / 2 + 0.5"')
    )
    (presets / "white.toml").write_text(preset("White", "plain.fs", "level = 1.0"))
    (presets / "count.toml").write_text(preset("Count", "counter.fs", "push = 1.0"))
    return tmp_path


@pytest.fixture
def assets(project: Path) -> Assets:
    return Assets.discover(project)
