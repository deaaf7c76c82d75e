import os
from pathlib import Path

from empathy_palettes.core.watch import Watch


def test_tells_of_an_edit_once(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("one")
    watch = Watch([file])
    assert not watch.changed()
    file.write_text("two!")
    assert watch.changed()
    assert not watch.changed()


def test_tells_of_an_edit_that_keeps_the_size(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("one")
    watch = Watch([file])
    file.write_text("two")
    os.utime(file, ns=(1, 1))
    assert watch.changed()


def test_tells_of_a_file_that_goes_and_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("one")
    watch = Watch([file])
    file.unlink()
    assert watch.changed()
    assert not watch.changed()
    file.write_text("one")
    assert watch.changed()
