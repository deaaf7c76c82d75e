"""A folder of pictures, one after another."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PIL import Image

from empathy_palettes.core.errors import AssetError
from empathy_palettes.inlet import roll as module
from empathy_palettes.inlet.media import Pixels
from empathy_palettes.inlet.roll import Roll


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four pictures of four greys and sizes, in the order of their names, and what is none."""
    for number, name in enumerate(("10.png", "2.jpg", "b.PNG", "c.png")):
        Image.new("RGB", (8 + number, 6), (50 * number + 40,) * 3).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "sub").mkdir()
    return tmp_path


def grey(roll: Roll, step: int) -> int:
    return round(float(roll.at(step)[:, :, :3].mean()))


def test_each_is_there_for_its_time_and_then_the_next(folder: Path) -> None:
    roll = Roll(folder, 0.5, folder)
    assert roll.size == (8, 6)
    for step in [*range(0, 300, 3), 7, 200, 29, 30, 31]:
        assert grey(roll, step) == pytest.approx(40 + 50 * (step // 30 % 4), abs=1), step
    assert roll.at(45) is roll.at(59) is not roll.at(60)
    assert roll.faults == ()
    roll.close()
    roll.close()


def test_one_that_cannot_be_read_is_left_out_and_named_once(folder: Path) -> None:
    (folder / "b.PNG").write_bytes(b"damaged")
    roll = Roll(folder, 1, folder)
    for lap in range(3):
        seen = [grey(roll, lap * 240 + step) for step in (0, 60, 120, 180)]
        assert seen == pytest.approx([40, 90, 90, 190], abs=1)
    assert grey(roll, 120) == pytest.approx(90, abs=1)
    (fault,) = roll.faults
    assert fault.file == str(folder / "b.PNG")
    roll.close()


def test_a_folder_without_pictures_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a picture")
    with pytest.raises(AssetError, match=r"no picture in this folder: .*\.jpg"):
        Roll(tmp_path, 4, tmp_path)
    with pytest.raises(AssetError, match="No such file"):
        Roll(tmp_path / "none", 4, tmp_path)


def test_one_picture_stays(tmp_path: Path) -> None:
    Image.new("L", (4, 4), 99).save(tmp_path / "a.png")
    roll = Roll(tmp_path, 0.1, tmp_path)
    assert roll.at(0) is roll.at(1000)
    roll.close()


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A folder in a project: a picture, a link within the project, one out of it, one to itself."""
    folder = tmp_path / "project" / "pictures" / "roll"
    folder.mkdir(parents=True)
    (tmp_path / "project" / "presets").mkdir()
    for path, level in (
        (tmp_path / "secret.png", 250),
        (tmp_path / "project" / "pictures" / "other.png", 160),
        (folder / "b.png", 80),
    ):
        Image.new("L", (8, 6), level).save(path)
    (folder / "a.png").symlink_to(tmp_path / "secret.png")
    (folder / "c.png").symlink_to(tmp_path / "project" / "pictures" / "other.png")
    (folder / "d.png").symlink_to("d.png")
    return folder


def test_a_link_that_leads_out_of_the_project_is_skipped_and_named(linked: Path) -> None:
    roll = Roll(linked, 1, linked.parents[1] / "presets" / "a.toml")
    assert [grey(roll, step) for step in (0, 60, 120)] == pytest.approx([80, 160, 80], abs=1)
    assert [fault.file for fault in roll.faults] == [str(linked / "a.png"), str(linked / "d.png")]
    assert roll.faults[0].problem == "the link leads outside the project"
    assert str(linked.parents[1]) in roll.faults[0].fix
    roll.close()
    (linked / "b.png").unlink()
    (linked / "c.png").unlink()
    with pytest.raises(AssetError, match="outside the project"):
        Roll(linked, 1, linked.parents[1] / "presets" / "a.toml")


def test_closing_waits_for_nothing_and_leaves_no_thread(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()
    before = set(threading.enumerate())
    read = module._read

    def slow(path: Path) -> Pixels:
        if threading.current_thread() is not threading.main_thread():
            free.wait(10)
        return read(path)

    monkeypatch.setattr(module, "_read", slow)
    for _ in range(20):
        roll = Roll(folder, 0.5, folder)
        roll.close()
        roll.close()
        assert set(threading.enumerate()) - before, "it was waited for"
    free.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert set(threading.enumerate()) <= before
