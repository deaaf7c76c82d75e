from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from empathy_palettes.outlet.film.chapters import Chapters
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless

from .charts import chart, shot, write


def noted(works: str, fps: int) -> Chapters:
    found = Chapters()
    for index, work in enumerate(works):
        found.note(work.strip(), Fraction(index, fps))
    return found


def test_each_change_begins_a_chapter() -> None:
    found = noted("aaabbba", 2).until(Fraction(7, 2))
    named = [(each["metadata"]["title"], each["start"], each["end"]) for each in found]
    assert named == [("a", 0, 1500), ("b", 1500, 3000), ("a", 3000, 3500)]
    assert [each["id"] for each in found] == [0, 1, 2]
    assert {each["time_base"] for each in found} == {Fraction(1, 1000)}


def test_a_film_of_one_work_has_none() -> None:
    assert noted("aaaa", 2).until(Fraction(2)) == []
    assert noted("", 2).until(Fraction(0)) == []


def test_what_has_no_name_has_no_chapter() -> None:
    found = noted("  aa  b", 1).until(Fraction(7))
    assert [(each["metadata"]["title"], each["start"]) for each in found] == [
        ("a", 2000),
        ("b", 6000),
    ]


def test_none_is_shorter_than_players_can_count() -> None:
    found = noted("abc", 3000).until(Fraction(1))
    assert all(each["end"] > each["start"] for each in found)
    assert found[-1]["end"] == 1000


@pytest.mark.gl
@pytest.mark.parametrize(
    ("label", "suffix"), [("h264", ".mp4"), ("h264", ".mov"), ("ffv1", ".mkv"), ("vp9", ".webm")]
)
def test_a_film_has_them(headless: Headless, tmp_path: Path, label: str, suffix: str) -> None:
    frame = shot(headless.gl, chart())
    shown = [replace(frame, work="Tidal" if index < 13 else "Surge") for index in range(40)]
    path = tmp_path / f"a{suffix}"
    write(Film(path, Fraction(25), RECIPES[label]), shown)
    with av.open(str(path)) as container:
        found = [
            (each["metadata"]["title"], each["start"] * base, each["end"] * base)
            for each in container.chapters()
            if (base := each["time_base"])
        ]
        assert len(list(container.decode(video=0))) == 40
    seconds = [Fraction(0), Fraction(13, 25), Fraction(40, 25)]
    assert found == [("Tidal", *seconds[:2]), ("Surge", *seconds[1:])]
