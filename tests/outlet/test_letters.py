"""Lines stand where they are put, and keep to their room."""

from __future__ import annotations

import numpy as np
import pytest

from empathy_palettes.outlet.letters import write
from empathy_palettes.outlet.sdl import pygame


def written(line: str, room: int | None = None) -> tuple[int, np.ndarray]:
    surface = pygame.Surface((400, 60))
    wide = write(surface, line, 20, (255, 255, 255), midleft=(10, 30), room=room)
    return wide, pygame.surfarray.array3d(surface)[..., 0].T


def test_a_line_is_where_it_was_put() -> None:
    wide, pixels = written("crowd")
    rows, columns = np.nonzero(pixels)
    assert 10 <= columns.min() <= 14 and columns.max() < 10 + wide
    assert 20 < rows.mean() < 40


def test_what_has_no_room_is_cut() -> None:
    wide, pixels = written("what a crowd feels, as light", room=100)
    assert 60 < wide <= 101
    assert np.nonzero(pixels)[1].max() <= 112
    assert written("what a crowd feels, as light")[0] > 200


@pytest.mark.parametrize("line", ["", "   ", "\x00", "a\nb"])
def test_nothing_breaks_it(line: str) -> None:
    wide, _ = written(line)
    assert (wide > 0) == bool(line.strip())
