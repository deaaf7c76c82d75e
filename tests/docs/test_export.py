"""The guide to films is true: its table is the program's, and so are its figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import pytest

from empathy_palettes.outlet.film.choosing import choose, faults
from empathy_palettes.outlet.film.hardware import KINDS, candidates
from empathy_palettes.outlet.film.recipes import RECIPES, Recipe

Text = Callable[[str], str]
Table = Callable[[str, str], list[list[str]]]

GUIDE = "export.md"


def row(recipe: Recipe) -> list[str]:
    scale = recipe.quality
    return [
        f"`{recipe.label}`",
        " ".join(recipe.suffixes) or "-",
        recipe.pixels,
        recipe.alpha,
        f"{scale.usual}, from {scale.finest} to {scale.coarsest}" if scale else "",
        recipe.sound,
        recipe.use,
    ]


def test_the_table_is_that_of_the_program(table: Table) -> None:
    assert table(GUIDE, "codec") == [row(recipe) for recipe in RECIPES.values()]


def test_the_names_that_it_shows_are_of_the_codecs_it_says(text: Text) -> None:
    shown = re.findall(r"^empathy export .*?--out (\S+)(?:.*--codec (\S+))?", text(GUIDE), re.M)
    labels = [choose(out.strip("'"), codec or None).label for out, codec in shown]
    assert labels == ["h264", "prores4444", "png", "raw"]


def test_the_rates_of_a_gif(text: Text) -> None:
    said = re.search(
        r"at least two: (.*?) a second do, (.*?) do not", " ".join(text(GUIDE).split())
    )
    assert said
    for words, well in zip(said.groups(), (True, False), strict=True):
        for rate in re.findall(r"\d+", words):
            found = faults(RECIPES["gif"], "a.gif", (64, 36), Fraction(rate))
            assert (list(found) == []) == well


@pytest.mark.parametrize("label", KINDS)
def test_hardware_is_tried_for_what_it_says(text: Text, label: str) -> None:
    assert f"`{label}`" in text(GUIDE).rpartition("`--hardware`")[2]
    assert len(list(candidates(RECIPES[label]))) == 5  # NVIDIA, Intel, AMD, Apple and VA-API


def test_what_is_exact(text: Text) -> None:
    exact = re.search(r"and\n?\s?((?:`\w+`(?:, | and )?)+) exactly", text(GUIDE))
    assert exact
    named = set(re.findall(r"`(\w+)`", exact[1]))
    assert named == {label for label, recipe in RECIPES.items() if recipe.lossless}
