"""What the technician reads of the flash guard."""

from __future__ import annotations

import pytest

from empathy_palettes.core.flash import Safety
from empathy_palettes.render.guard.tally import Interventions
from empathy_palettes.show.watching import HOUR_STEPS, TOLD_STEPS, UNGUARDED, GuardWatch


def after(held: float, reddened: float, altered: float) -> tuple[str, ...]:
    """What is told after a second like that, which came after one of nothing."""
    watch = GuardWatch(Safety())
    assert watch.lines(60, Interventions(0, 60)) == ()
    done = Interventions(60, 120, held / 2, reddened / 2, altered / 2, altered)
    found = watch.lines(120, done)
    assert watch.lines(120 + TOLD_STEPS, done) == ()
    return found


def test_a_cell_that_is_held_and_paled_is_counted_once() -> None:
    (line,) = after(held=0.4, reddened=0.3, altered=0.5)
    assert "holds 50% of the picture" in line
    assert "three times a second" in line


@pytest.mark.parametrize("held", [0.0, 0.1])
def test_a_red_that_is_paled_is_not_called_held(held: float) -> None:
    (line,) = after(held=held, reddened=0.3, altered=0.3)
    assert "pales the red of 30% of the picture" in line
    assert "holds" not in line


def test_a_little_is_not_told() -> None:
    assert after(held=0.03, reddened=0.03, altered=0.04) == ()


def test_what_it_is_at_all_is_told_each_hour() -> None:
    off, slow = GuardWatch(Safety(guard="off")), GuardWatch(Safety(), ("it is slow",))
    assert off.cautions == (UNGUARDED,) and slow.cautions == ("it is slow",)
    for step in (0, HOUR_STEPS):
        assert off.lines(step, Interventions()) == (UNGUARDED,)
        assert slow.lines(step, Interventions()) == ("it is slow",)
        assert slow.lines(step + TOLD_STEPS, Interventions()) == ()
