"""Pictures of the real presets: the same bytes twice, and what a feeling does to them."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import AssetError, ConfigError
from empathy_palettes.show.still import Image, render

from .replays import live, place, uneven

pytestmark = pytest.mark.gl

SIZE = (320, 180)


@pytest.mark.parametrize("preset", ["tidal", "surge", "palette"])
def test_the_same_arguments_give_the_same_bytes(preset: str) -> None:
    one, two = (
        render(preset, feel="joy", people=100, time=1.5, size=SIZE, seed=3) for _ in range(2)
    )
    assert one.shape == (180, 320, 4)
    assert one.dtype == np.uint8
    assert one.tobytes() == two.tobytes()
    assert np.ptp(one[..., :3]) > 30  # a picture, not a flat field


@pytest.mark.parametrize("preset", ["tidal", "surge", "palette"])
def test_feelings_look_different(preset: str) -> None:
    pictures = [
        render(preset, feel=feel, people=100, time=1.5, size=SIZE).astype(np.int16)
        for feel in ("joy", "calm", "anger", "sadness")
    ]
    for index, picture in enumerate(pictures):
        for other in pictures[index + 1 :]:
            assert np.abs(picture[..., :3] - other[..., :3]).mean() > 6


def test_other_people_make_another_picture() -> None:
    one, two = (render("tidal", people=50, time=2.0, size=SIZE, seed=seed) for seed in (1, 2))
    assert np.abs(one.astype(np.int16) - two).mean() > 0.5


def test_a_notebook_gets_a_png() -> None:
    image = render("palette", feel=(0.5, -0.2), size=SIZE)
    shown = Pillow.open(io.BytesIO(image._repr_png_()))
    assert np.array_equal(np.asarray(shown.convert("RGBA")), image)


def test_the_readme_s_lines_make_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    live(place("palette"), Assets.discover(), tmp_path / "tonight.mcap", uneven(4))
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    (block,) = (code for code in re.findall(r"```python\n(.*?)```", text, re.S) if "render" in code)
    small = block.replace("time=8.0)", "time=0.5, size=(64, 36))").replace(
        "\nrender", "\nmade = render"
    )
    found: dict[str, object] = {}
    exec(small, found)
    assert isinstance(found["made"], Image)
    assert found["made"].shape == (36, 64, 4)


def test_wrong_arguments_say_what_is_right() -> None:
    with pytest.raises(AssetError, match=r"no preset or shader 'tidle'.*did you mean 'tidal'"):
        render("tidle", size=SIZE)
    with pytest.raises(ConfigError, match="no word of the table"):
        render("tidal", feel="joyy", size=SIZE)
    with pytest.raises(ConfigError, match=r"in -1\.\.1"):
        render("tidal", feel=(0.5, 73.0), size=SIZE)


def test_what_is_wrong_with_a_session_is_told(tmp_path: Path) -> None:
    """Without its keys nobody says anything: that is no picture of its crowd."""
    live(place("palette"), Assets.discover(), tmp_path / "show.mcap", uneven(10))
    keys, lines = tmp_path / "show.mcap.keys", list[str]()
    render("palette", session=tmp_path / "show.mcap", time=0.2, size=(32, 18), tell=lines.append)
    assert lines == []
    keys.unlink()
    render("palette", session=tmp_path / "show.mcap", time=0.2, size=(32, 18), tell=lines.append)
    assert len(lines) == 1 and "the keys of what people said are missing" in lines[0]
