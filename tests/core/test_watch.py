import os
from pathlib import Path

from empathy_palettes.core.watch import Watch


def test_tells_of_an_edit_once(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("one")
    watch = Watch([file, tmp_path / "not there"])
    assert watch.changed() == frozenset()
    file.write_text("two!")
    assert watch.changed() == {file}
    assert watch.changed() == frozenset()


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


def test_an_edit_is_seen_though_other_files_are_watched_meanwhile(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in "abc")
    first.write_text("one")
    second.write_text("one")
    watch = Watch([first, second])
    first.write_text("two!")
    second.write_text("two!")
    watch.only([first, third])
    watch.also([third])
    third.write_text("new")
    assert watch.changed() == {first, third}
