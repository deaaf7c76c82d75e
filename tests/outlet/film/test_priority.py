"""No encoder keeps a priority that it has taken for the show."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.clock import Tick
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.priority import kept_priority
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

pytestmark = [
    pytest.mark.gl,
    pytest.mark.skipif(sys.platform != "linux", reason="scheduling policies are those of Linux"),
]


@pytest.mark.parametrize("label", ["av1", "hevc", "h264"])
def test_a_show_that_writes_a_film_is_scheduled_as_before(
    headless: Headless, paint: Callable[..., Frame], tmp_path: Path, label: str
) -> None:
    """As root SVT-AV1 would make it a real-time one, before which nothing else runs."""
    before = os.sched_getscheduler(0)
    film = Film(tmp_path / ("a" + RECIPES[label].suffixes[0]), Fraction(10), RECIPES[label])
    film.open(OutletContext((128, 72)))
    for index in range(3):
        frame = paint(headless.gl, np.full((72, 128, 3), 40 * index, np.uint8))
        film.present(frame, Tick(index, index, 1))
    film.close()
    assert os.sched_getscheduler(0) == before == os.SCHED_OTHER


def test_what_was_changed_is_put_back() -> None:
    with kept_priority():
        try:
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        except OSError:
            pytest.skip("this system lets nobody change it")
        assert os.sched_getscheduler(0) == os.SCHED_BATCH
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
