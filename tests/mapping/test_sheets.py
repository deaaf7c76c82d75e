"""Sheets that are lent: never one that somebody holds, and none made without need."""

import numpy as np

from empathy_palettes.mapping.sheets import Sheets


def test_a_sheet_that_is_held_is_not_lent_again() -> None:
    sheets = Sheets()
    held = [sheets.lend((4, 3)) for _ in range(20)]
    for number, sheet in enumerate(held):
        sheet[:] = number
    assert [sheet[0, 0] for sheet in held] == list(range(20))
    assert all(sheet.shape == (4, 3) and sheet.dtype == np.float32 for sheet in held)


def test_a_part_of_it_holds_it_too() -> None:
    sheets = Sheets()
    part = sheets.lend((4, 3)).reshape(12)[2:5]
    part[:] = 7.0
    for _ in range(20):
        sheets.lend((4, 3))[:] = 0.0
    assert part.tolist() == [7.0] * 3


def test_one_that_is_given_up_is_lent_again() -> None:
    sheets = Sheets()
    places = set()
    for _ in range(10):
        sheet = sheets.lend((4, 3))
        places.add(sheet.__array_interface__["data"][0])
        del sheet
    assert len(places) == 1


def test_another_shape_begins_anew() -> None:
    sheets = Sheets()
    before = sheets.lend((4, 3))
    before[:] = 1.0
    assert sheets.lend((2, 2)).shape == (2, 2)
    assert sheets.lend((4, 3)) is not before and (before == 1.0).all()
