from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.hashes import Hashes, first_difference, read_hashes
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

SIZE = (64, 36)
CONTEXT = OutletContext(SIZE)
Paint = Callable[..., Frame]


def pictures(count: int, seed: int = 0) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8) for _ in range(count)]


def write(path: Path, frames: list[Frame], spans: list[int]) -> None:
    path.unlink(missing_ok=True)
    outlet = Hashes(path)
    outlet.open(CONTEXT)
    step = 0
    for index, (frame, steps) in enumerate(zip(frames, spans, strict=True)):
        step += steps
        outlet.present(frame, Tick(index, step, steps))
        assert not path.exists() and path.with_name(path.name + ".part").exists()
    assert outlet.poll() == []
    outlet.close()
    outlet.close()


@pytest.mark.gl
def test_each_frame_has_the_hash_of_its_bytes(
    headless: Headless, paint: Paint, tmp_path: Path
) -> None:
    shown = pictures(9)
    spans = [1, 2, 1, 15, 3, 1, 1, 2, 0]
    path = tmp_path / "show.hashes"
    write(path, [paint(headless.gl, picture) for picture in shown], spans)
    found = read_hashes(path)
    assert found.size == SIZE
    assert [frame.index for frame in found.frames] == list(range(9))
    assert [frame.steps for frame in found.frames] == spans
    assert [frame.step for frame in found.frames] == np.cumsum(spans).tolist()
    for frame, picture in zip(found.frames, shown, strict=True):
        opaque = np.dstack([picture[::-1], np.full(SIZE[::-1], 255, np.uint8)])
        assert frame.digest == blake2b(opaque.tobytes(), digest_size=16).hexdigest()
    assert [item.name for item in tmp_path.iterdir()] == ["show.hashes"]


@pytest.mark.gl
def test_the_first_difference_is_told(headless: Headless, paint: Paint, tmp_path: Path) -> None:
    frames = [paint(headless.gl, picture) for picture in pictures(6)]
    other = paint(headless.gl, pictures(1, seed=1)[0])
    a, b = tmp_path / "a", tmp_path / "b"
    write(a, frames, [1] * 6)
    write(b, frames, [1] * 6)
    assert first_difference(a, b) == ""
    write(b, [*frames[:4], other, other], [1] * 6)
    assert first_difference(a, b) == "frame 4, step 5: its pixels differ"
    write(b, frames, [1, 1, 2, 1, 1, 1])
    assert first_difference(a, b) == f"frame 2: its step is 3, and 4 in {b}"
    write(b, frames[:5], [1] * 5)
    assert first_difference(a, b) == f"6 frames, and 5 in {b}"
    b.write_text(b.read_text().replace("64x36", "36x64"))
    assert first_difference(a, b) == "the frames differ in size: 64x36 and 36x64"


FULL = """
import resource, sys
from pathlib import Path
import numpy as np
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.hashes import Hashes
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

context = OutletContext((64, 36))
surface, outlet = Headless(), Hashes(Path(sys.argv[1]))
surface.open(context)
resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
outlet.open(context)
frame = Frame(surface.gl.simple_framebuffer((64, 36)), (64, 36), np.zeros((1, 3), np.float32), {})
for index in range(60):
    try:
        outlet.present(frame, Tick(index, index, 1))
    except MachineError as error:
        print(error)
outlet.close()
"""


@pytest.mark.gl
def test_a_full_disk_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "show.hashes"
    command = [sys.executable, "-c", FULL, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    (line,) = ended.stdout.splitlines()
    assert "cannot be written" in line
    assert not path.exists()
    kept = read_hashes(tmp_path / "show.hashes.part").frames
    assert [frame.index for frame in kept] == list(range(len(kept))) and len(kept) >= 8


def test_what_cannot_be_written_or_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="nowhere"):
        Hashes(tmp_path / "nowhere" / "a").open(CONTEXT)
    with pytest.raises(MachineError, match="cannot be read"):
        read_hashes(tmp_path / "a")


HEADER = "empathy-palettes hashes 1 64x36 rgba8 bottom row first\n"
LINE = f"0 1 1 {'0f' * 16}\n"


def test_nothing_but_hashes_is_written_over(
    headless: Headless, paint: Paint, tmp_path: Path
) -> None:
    path = tmp_path / "show.mcap"
    path.write_bytes(b"what somebody needs")
    with pytest.raises(MachineError, match="is there, and no file of these"):
        Hashes(path).open(OutletContext(SIZE))
    assert path.read_bytes() == b"what somebody needs"
    assert list(tmp_path.iterdir()) == [path]
    path.write_bytes(b"")
    for _ in range(2):  # an older one of ours is
        hashes = Hashes(path)
        hashes.open(OutletContext(SIZE))
        hashes.close()
    assert read_hashes(path).frames == ()


def test_a_file_that_was_cut_is_read_up_to_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "a"
    text = HEADER + LINE * 3
    for length in range(len(text) + 1):
        path.write_text(text[:length])
        if length < len(HEADER):
            with pytest.raises(MachineError, match="no file of hashes"):
                read_hashes(path)
        else:
            assert len(read_hashes(path).frames) == (length - len(HEADER)) // len(LINE)


@given(st.binary(max_size=200), st.integers(0, len(HEADER + LINE)))
def test_whatever_is_read_is_a_hash_or_refused(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, place: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.hashes"
    whole = (HEADER + LINE).encode()
    path.write_bytes(whole[:place] + junk + whole[place:])
    try:
        frames = read_hashes(path).frames
    except MachineError as error:
        assert "\n" not in str(error)
    else:
        assert all(len(frame.digest) == 32 for frame in frames)
