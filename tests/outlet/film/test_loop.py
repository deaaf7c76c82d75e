"""Loops: no jump where they begin again, and no larger than they may be."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.film.loop import Pictures, closed, write_loop


def drifting(count: int) -> Pictures:
    """A bar that wanders to the right, never to come back."""
    pictures = []
    for number in range(count):
        picture = np.full((36, 64, 3), 20, np.uint8)
        picture[:, number % 64 : number % 64 + 12] = 180
        pictures.append(picture)
    return pictures


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def test_the_end_runs_into_the_beginning() -> None:
    pictures = drifting(40)
    loop = closed(list(pictures), 8)
    assert len(loop) == 32
    assert all((a == b).all() for a, b in zip(loop[:24], pictures[8:32], strict=True))
    usual = apart(pictures[10], pictures[11])
    steps = [apart(a, b) for a, b in zip(loop, [*loop[1:], loop[0]], strict=True)]
    assert max(steps) < 4 * usual < apart(pictures[-1], pictures[8])


def test_a_dissolve_is_one_of_light() -> None:
    dark, light = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)
    (middle,) = closed([dark, light], 1)
    assert (middle == 188).all()  # half the light, not half the code


def test_without_a_dissolve_it_stays_as_it_is_and_too_few_pictures_are_refused() -> None:
    assert len(closed(drifting(5), 0)) == 5
    with pytest.raises(ValueError):
        closed(drifting(5), 3)


def test_it_is_as_fine_as_it_may_be_large(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    noisy = [random.integers(0, 255, (90, 160, 3), np.uint8) for _ in range(12)]
    fine, coarse = tmp_path / "fine.webm", tmp_path / "coarse.webm"
    large = write_loop(fine, noisy, 24, 10_000_000)
    small = write_loop(coarse, noisy, 24, large // 3)
    assert small < large and small == coarse.stat().st_size
    with av.open(str(coarse)) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(frames) == 12 and frames[0].shape == (90, 160, 3)
    assert not list(tmp_path.glob(".*"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot be written"):
        write_loop(tmp_path / "none" / "a.webm", drifting(3), 24, 1000)
