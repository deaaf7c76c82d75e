from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.film.sequence import Sequence, whole_frames
from empathy_palettes.outlet.film.tiff import encode_tiff
from empathy_palettes.outlet.headless import Headless

from .charts import SIZE, chart, ffprobe, shot, write

pytestmark = pytest.mark.gl

LINE = "empathy export 'tidal “2”' --people 40"
COUNT = 12


def test_each_frame_is_a_picture_of_its_own(headless: Headless, tmp_path: Path) -> None:
    frames = [shot(headless.gl, chart(shift)) for shift in range(COUNT)]
    outlet = Sequence(tmp_path / "shots" / "a-%04d.png", RECIPES["png"])
    write(outlet, frames, LINE)
    names = [f"a-{number:04d}.png" for number in range(COUNT)]
    assert outlet.written() == sum(item.stat().st_size for item in (tmp_path / "shots").iterdir())
    assert sorted(item.name for item in (tmp_path / "shots").iterdir()) == names
    for number, name in enumerate(names):
        with Image.open(tmp_path / "shots" / name) as image:
            image.load()
            assert (image.mode, image.info["Source"]) == ("RGB", LINE)
            assert "srgb" in image.info
            assert np.array_equal(np.asarray(image), chart(number))
    told = ffprobe(tmp_path / "shots" / "a-%04d.png")["streams"][0]
    assert (told["pix_fmt"], told["nb_read_frames"]) == ("rgb24", str(COUNT))
    assert told["color_range"] == "pc"


def test_sixteen_bits_hold_the_eight_that_there_are(headless: Headless, tmp_path: Path) -> None:
    frames = [shot(headless.gl, chart(shift)) for shift in range(3)]
    write(Sequence(tmp_path / "shots", RECIPES["tiff16"]), frames, LINE)
    for number in range(3):
        path = tmp_path / "shots" / f"{number:06d}.tif"
        with av.open(str(path)) as container:
            (frame,) = container.decode(video=0)
        assert frame.format.name == "rgb48le"
        assert np.array_equal(frame.to_ndarray(), chart(number) * np.uint16(257))
    told = ffprobe(path)["streams"][0]
    assert (told["codec_name"], told["width"], told["height"]) == ("tiff", *SIZE)


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 5, 4), (7, 2, 3)])
def test_a_tiff_of_any_size_is_read_by_others(shape: tuple[int, int, int], tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    path = tmp_path / "a.tif"
    path.write_bytes(encode_tiff(pixels, LINE))
    with av.open(str(path)) as container:
        (frame,) = container.decode(video=0)
    assert np.array_equal(frame.to_ndarray(), pixels * np.uint16(257))
    with Image.open(path) as image:  # it reads the fields, at least
        assert image.tag_v2[270].encode("latin-1", "replace")  # type: ignore[attr-defined]
        assert image.tag_v2.get(338, 0) == (2 if shape[2] == 4 else 0) or image.tag_v2[338] == (2,)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="uint8"):
        encode_tiff(pixels[..., :2])


def test_a_folder_without_a_number_counts_from_nothing(headless: Headless, tmp_path: Path) -> None:
    write(Sequence(tmp_path / "shots", RECIPES["png"]), [shot(headless.gl, chart())])
    assert [item.name for item in (tmp_path / "shots").iterdir()] == ["000000.png"]


def test_frames_of_another_time_are_not_mixed_in(headless: Headless, tmp_path: Path) -> None:
    path = tmp_path / "shots"
    frames = [shot(headless.gl, chart(shift)) for shift in range(4)]
    write(Sequence(path, RECIPES["png"]), frames, LINE)
    with pytest.raises(MachineError, match=r"000000\.png is there already"):
        Sequence(path, RECIPES["png"]).open(OutletContext(SIZE))
    with pytest.raises(MachineError, match="another line made it"):
        other = OutletContext(SIZE, reproduce="empathy export surge --resume")
        Sequence(path, RECIPES["png"], resume=True).open(other)


def test_a_sequence_goes_on_where_a_frame_is_missing(headless: Headless, tmp_path: Path) -> None:
    path = tmp_path / "shots"
    frames = [shot(headless.gl, chart(shift)) for shift in range(6)]
    write(Sequence(path, RECIPES["png"]), frames, LINE)
    before = {item.name: item.read_bytes() for item in path.iterdir()}
    (path / "000003.png").unlink()
    times = {item.name: item.stat().st_mtime_ns for item in path.iterdir()}
    outlet = Sequence(path, RECIPES["png"], resume=True)
    write(outlet, frames, f"{LINE} --resume")
    assert outlet.kept == 3
    after = {item.name: item.read_bytes() for item in path.iterdir()}
    for name, data in before.items():
        with Image.open(path / name) as image:
            assert np.array_equal(np.asarray(image), chart(int(name[:6])))
        if int(name[:6]) < 3:
            assert (path / name).stat().st_mtime_ns == times[name] and after[name] == data


def test_a_sequence_that_is_stopped_says_how_far_it_came(
    headless: Headless, tmp_path: Path
) -> None:
    outlet = Sequence(tmp_path / "shots", RECIPES["png"])
    outlet.open(OutletContext(SIZE))
    frame = shot(headless.gl, chart())
    for index in range(5):
        outlet.present(frame, Tick(index, index, 1))
    assert "the first 4 frames are there" in outlet.stop()
    outlet.close()
    assert len(list((tmp_path / "shots").iterdir())) == 4


CHILD = """
import os, signal, sys
from pathlib import Path
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.film.sequence import Sequence
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame
import numpy as np
import resource

how, folder = sys.argv[1:]
surface = Headless()
surface.open(OutletContext((256, 144)))
texture = surface.gl.texture((256, 144), 4)
texture.write(np.random.default_rng(0).integers(0, 256, 256 * 144 * 4, np.uint8).tobytes())
frame = Frame(surface.gl.framebuffer([texture]), (256, 144), np.zeros((1, 3), np.float32), {})
outlet = Sequence(Path(folder), RECIPES["png"])
outlet.open(OutletContext((256, 144)))
for index in range(100000):
    if how == "full" and index == 20:  # from now on no file can hold a whole frame
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if how == "killed" and index == 60:
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        outlet.present(frame, Tick(index, index, 1))
    except MachineError as error:
        print(error)
        outlet.close()
        break
"""


def whole_pictures(folder: Path) -> int:
    """Count the pictures; each that has a picture's name is one."""
    names = sorted(item.name for item in folder.iterdir() if not item.name.endswith(".part"))
    for name in names:
        with Image.open(folder / name) as image:
            image.load()
            assert image.size == SIZE
    return len(names)


@pytest.mark.parametrize("how", ["killed", "full"])
def test_each_picture_is_there_whole_or_not_at_all(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "shots"
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, how, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    count = whole_pictures(folder)
    first = whole_frames(str(folder / "%06d.png"))
    if how == "killed":
        assert ended.returncode == -signal.SIGKILL
        assert 40 <= first <= count <= 60  # lost is what the threads held
    else:
        (line,) = ended.stdout.splitlines()
        assert "stopped: " in line and f"the first {first} frames are there" in line
        assert 10 <= first <= count <= 20
        assert count == len(list(folder.iterdir()))  # nothing half written is left


def test_a_folder_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot be made") as caught:
        Sequence(tmp_path / "no" / "such" / "a%d.png", RECIPES["png"]).open(OutletContext(SIZE))
    assert "\n" not in str(caught.value)
