from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.animated import Animated
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless

from .charts import SIZE, Bytes, chart, ffprobe, shot, write

pytestmark = pytest.mark.gl


def clouds(index: int) -> Bytes:
    """Waves between dusk and fire, and a light: some thousands of colours, as of a show."""
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    wave = 0.5 + 0.25 * (np.sin(x / 40 + index / 6) + np.sin((x + 2 * y) / 50 - index / 9))
    dusk, fire = np.array([30.0, 20.0, 70.0]), np.array([250.0, 130.0, 40.0])
    light = np.exp(-((x - 60 - 4 * index) ** 2 + (y - 70) ** 2) / 900)[..., None]
    color = dusk + (fire - dusk) * wave[..., None]
    found: Bytes = (color + (np.array([240.0, 250.0, 255.0]) - color) * light).astype(np.uint8)
    return found


@pytest.mark.parametrize(
    ("label", "rate"),
    [("gif", Fraction(25)), ("gif", Fraction(50)), ("webp", Fraction(30)), ("webp", Fraction(60))],
)
def test_frames_last_as_long_as_they_should_and_come_again(
    headless: Headless, tmp_path: Path, label: str, rate: Fraction
) -> None:
    path = tmp_path / f"a.{label}"
    count = 12
    frames = [shot(headless.gl, chart(shift)) for shift in range(count)]
    write(Animated(path, rate, RECIPES[label]), frames)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    with Image.open(path) as image:
        assert image.info["loop"] == 0  # for ever
        assert image.size == SIZE and getattr(image, "n_frames", 1) == count
        ends, end = [], 0
        for index in range(count):
            image.seek(index)
            image.load()
            end += image.info["duration"]
            ends.append(end)
            found = np.asarray(image.convert("RGB")).astype(float)
            assert np.abs(found - chart(index)).mean() < 4
    wanted = [1000 * (index + 1) / rate for index in range(count)]
    assert ends == pytest.approx([float(each) for each in wanted], abs=1)
    if label == "gif":
        (stream,) = ffprobe(path)["streams"]
        assert (stream["codec_name"], stream["nb_read_frames"]) == ("gif", str(count))


def test_the_colours_of_a_gif_serve_all_of_its_frames(headless: Headless, tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    write(
        Animated(path, Fraction(25), RECIPES["gif"]),
        [shot(headless.gl, clouds(k)) for k in range(20)],
    )
    palettes, far, near = set(), [], []
    with Image.open(path) as image:
        for index in range(20):
            image.seek(index)
            picture = image.convert("RGB")
            palettes.add(path.read_bytes()[13 : 13 + 768])
            small = picture.resize((SIZE[0] // 4, SIZE[1] // 4), Image.Resampling.BOX)
            wanted = Image.fromarray(clouds(index))
            afar = wanted.resize(small.size, Image.Resampling.BOX)
            far.append(np.abs(np.asarray(small).astype(float) - np.asarray(afar)).mean())
            few = wanted.convert("P", palette=Image.Palette.WEB, dither=Image.Dither.FLOYDSTEINBERG)
            plain = few.convert("RGB").resize(small.size, Image.Resampling.BOX)
            near.append(np.abs(np.asarray(plain).astype(float) - np.asarray(afar)).mean())
    assert len(palettes) == 1
    # From afar it is nearer than with the 216 colours that are for anything, in the last frame too.
    assert max(far) < 1
    assert np.mean(far) < np.mean(near) / 2


def test_what_is_stopped_is_kept_as_a_film(headless: Headless, tmp_path: Path) -> None:
    outlet = Animated(tmp_path / "a.gif", Fraction(25), RECIPES["gif"])
    outlet.open(OutletContext(SIZE))
    for index in range(9):
        outlet.present(shot(headless.gl, chart(index)), Tick(index, index, 1))
    line = outlet.stop()
    outlet.close()
    assert "a.gif.mkv.part" in line
    assert [item.name for item in tmp_path.iterdir()] == ["a.gif.mkv.part"]
    with av.open(str(tmp_path / "a.gif.mkv.part")) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) == 8
    assert all(np.array_equal(each, chart(index)) for index, each in enumerate(pictures))


def test_no_frames_leave_no_file(headless: Headless, tmp_path: Path) -> None:
    outlet = Animated(tmp_path / "a.webp", Fraction(25), RECIPES["webp"])
    outlet.open(OutletContext(SIZE))
    outlet.close()
    outlet.close()
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_is_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.gif.mkv").write_bytes(b"somebody's")
    with pytest.raises(MachineError, match="is there already"):
        Animated(tmp_path / "a.gif", Fraction(25), RECIPES["gif"]).open(OutletContext(SIZE))
    assert (tmp_path / "a.gif.mkv").read_bytes() == b"somebody's"


CHILD = """
import sys, resource
from fractions import Fraction
from pathlib import Path
import numpy as np
from empathy_palettes.core.clock import Tick
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.animated import Animated
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

label, count, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
size = (640, 360)
surface = Headless()
surface.open(OutletContext(size))
texture = surface.gl.texture(size, 4)
frame = Frame(surface.gl.framebuffer([texture]), size, np.zeros((1, 3), np.float32), {})
outlet = Animated(path, Fraction(25), RECIPES[label])
outlet.open(OutletContext(size))
y, x = np.mgrid[0 : 360, 0 : 640]
for index in range(count):
    waves = [x // 80 * 32, y // 80 * 48, x * 0 + index, x * 0 + 255]
    texture.write(np.stack(waves, axis=-1).astype(np.uint8).tobytes())
    outlet.present(frame, Tick(index, index, 1))
outlet.close()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(label: str, count: int, path: Path) -> int:
    command = [sys.executable, "-c", CHILD, label, str(count), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return int(done.stdout)


@pytest.mark.soak
@pytest.mark.parametrize("label", ["gif", "webp"])
def test_a_long_one_takes_no_more_memory(tmp_path: Path, label: str) -> None:
    short = peak(label, 30, tmp_path / f"short.{label}")  # of fewer, the encoder's own is more
    long = peak(label, 150, tmp_path / f"long.{label}")
    pictures = 640 * 360 * 4 * 120 / 1024  # what holding them would take: 105 MiB
    assert long - short < pictures / 4


def test_one_that_was_stopped_goes_on(headless: Headless, tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    recipe = RECIPES["webp"]
    frames = [shot(headless.gl, chart(index)) for index in range(12)]
    outlet = Animated(path, Fraction(25), recipe)
    outlet.open(OutletContext(SIZE, reproduce="empathy export tidal"))
    for index in range(9):
        outlet.present(frames[index], Tick(index, index, 1))
    outlet.stop()
    again = Animated(path, Fraction(25), recipe, resume=True)
    write(again, frames, "empathy export tidal --resume")
    assert 6 <= again.kept <= 8
    whole = Animated(tmp_path / "b.webp", Fraction(25), recipe)
    write(whole, frames)
    assert path.read_bytes() == (tmp_path / "b.webp").read_bytes()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.webp", "b.webp"]


@pytest.mark.parametrize("label", ["gif", "webp"])
def test_one_that_could_not_be_finished_goes_on(
    headless: Headless, tmp_path: Path, label: str
) -> None:
    """All of its frames were drawn by then: they are neither lost nor in the way."""
    path, recipe = tmp_path / f"a.{label}", RECIPES[label]
    frames = [shot(headless.gl, chart(index)) for index in range(7)]
    path.mkdir()
    with pytest.raises(MachineError, match=r"cannot be finished.* --resume goes on with it"):
        write(Animated(path, Fraction(25), recipe), frames)
    path.rmdir()
    assert [item.name for item in tmp_path.iterdir()] == [f"a.{label}.mkv"]
    with pytest.raises(MachineError, match="is there already"):
        write(Animated(path, Fraction(25), recipe, resume=True), frames, "empathy export surge")
    again = Animated(path, Fraction(25), recipe, resume=True)
    write(again, frames, "empathy export tidal --resume")
    assert again.kept == 6
    write(Animated(tmp_path / f"b.{label}", Fraction(25), recipe), frames)
    assert path.read_bytes() == (tmp_path / f"b.{label}").read_bytes()
    assert sorted(item.name for item in tmp_path.iterdir()) == [f"a.{label}", f"b.{label}"]
