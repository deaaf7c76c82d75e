"""Nothing is shown that the project does not draw again."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from empathy_palettes.core.assets import Assets
from empathy_palettes.show.still import render

GALLERY = Path(__file__).resolve().parents[1] / "gallery"
LINES = re.findall(r"^empathy render .*$", (GALLERY / "README.md").read_text("utf-8"), re.M)


def options(line: str) -> tuple[str, dict[str, str]]:
    """The preset of a line, and its options by name."""
    _, _, preset, *words = shlex.split(line.replace("=", " "))
    return preset, dict(zip(words[::2], words[1::2], strict=True))


def test_every_preset_is_shown_and_every_picture_has_its_line() -> None:
    drawn = {Path(options(line)[1]["--out"]).name for line in LINES}
    assert drawn == {path.name for path in GALLERY.glob("*.png")}
    shown = {options(line)[0] for line in LINES}
    assert shown == {path.stem for path in Assets.discover().listing("presets")}


@pytest.mark.soak
@pytest.mark.gl
@pytest.mark.parametrize("line", LINES, ids=lambda line: options(line)[1]["--out"])
def test_a_picture_is_what_its_line_draws(line: str) -> None:
    preset, given = options(line)
    width, height = map(int, given["--size"].split("x"))
    again = render(
        preset,
        feel=given.get("--feel"),
        people=300,
        mood=given.get("--mood", "drift"),
        time=float(given.get("--time", 8)),
        size=(width, height),
        seed=int(given.get("--seed", 0)),
    )
    with Image.open(GALLERY.parent / given["--out"]) as picture:
        kept = np.asarray(picture.convert("RGB")).astype(np.int16)
    # Another release of the same renderer may round another way; another picture it may not make.
    difference = np.abs(kept - again[..., :3])
    assert np.percentile(difference, 99) <= 2
    assert difference.mean() < 0.25
