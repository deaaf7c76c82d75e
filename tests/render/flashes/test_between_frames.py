"""What goes on while no frame comes: the same picture gets one verdict, however it is cut up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.render.flashes.analyser import Analyser
from empathy_palettes.render.flashes.verdict import Verdict
from empathy_palettes.render.flashes.windows import MOST_FRAMES, Second

SIZE = (64, 36)
Pixels = NDArray[np.uint8]
Timed = tuple[Fraction, Pixels]


def grey(value: int) -> Pixels:
    return np.full((SIZE[1], SIZE[0], 3), value, np.uint8)


def bursts(cycle: int, seconds: int) -> Iterator[Timed]:
    """Six changes in six frames of sixty, once in so many frames."""
    for step in range(60 * seconds):
        yield Fraction(step, 60), grey(255 * (min(step % cycle, 6) % 2))


def changes(film: Iterator[Timed]) -> Iterator[Timed]:
    """The same without the frames that show nothing new."""
    last: Pixels | None = None
    for at, pixels in film:
        if last is None or not np.array_equal(pixels, last):
            yield at, pixels
        last = pixels


def judge(film: Iterator[Timed], until: int, digits: int = 6) -> Verdict:
    analyser = Analyser(SIZE, 60)
    for at, pixels in film:
        analyser.see(pixels, Fraction(round(at * 10**digits), 10**digits))
    return analyser.verdict(until)


@pytest.mark.parametrize("cycle", [40, 60, 66, 76, 200])
@pytest.mark.parametrize("digits", [6, 3])
def test_extended_flashes_do_not_hang_on_the_frames(cycle: int, digits: int) -> None:
    whole = judge(bursts(cycle, 12), 12)
    few = judge(changes(bursts(cycle, 12)), 12, digits)
    lit = [min(step % cycle, 6) % 2 for step in range(720)]
    made = [now > 0 and lit[now] != lit[now - 1] for now in range(720)]
    held = [sum(made[max(now - 59, 0) : now + 1]) >= 4 for now in range(720)]
    most = max(sum(held[max(end - 300, 0) : end]) for end in range(1, 721)) / 60
    assert abs(whole.extended.held - most) < 0.01 and abs(few.extended.held - most) < 0.01
    assert whole.extended.passed is few.extended.passed is (most < 4)
    assert (whole.general.flashes, whole.seconds) == (few.general.flashes, few.seconds)
    for name in ("general", "extended"):
        one, other = (getattr(each.series, name) for each in (whole, few))
        assert len(one) == len(other) == 120
        if digits == 6:  # else a change may fall into the tenth beside
            assert np.abs(one - other).max() < 1e-3


def test_a_long_frame_holds_no_longer_than_its_transitions_are_young() -> None:
    film = [(Fraction(number, 10), grey(255 * (number % 2))) for number in range(7)]
    film += [(Fraction(20), grey(200)), (Fraction(20, 1) + 40, grey(200))]
    found = judge(iter(film), 61)
    # From the fourth change, .4, until the third of the last four is a second old, 1.3.
    assert found.extended.held == pytest.approx(0.9, abs=1e-6)
    assert found.general.flashes == 3 and len(found.series.general) == 610
    assert found.series.general[11] == 2.5 and found.series.extended[63:].max() == 0
    assert found.series.extended[54:57] == pytest.approx([0.9, 0.8, 0.7], abs=1e-6)


def test_a_film_of_two_frames_of_stripes() -> None:
    size = (640, 360)
    stripes = (np.arange(640) // 16 % 2 * 255).astype(np.uint8)[None, :, None].repeat(360, 0)
    stripes = stripes.repeat(3, 2)
    for until, fails in ((8.3, False), (8.4, True)):  # looks at 8, 8.2 and 8.35
        analyser = Analyser(size, 30)
        analyser.see(np.zeros_like(stripes), Fraction(0))
        analyser.see(stripes, Fraction(8))
        assert analyser.verdict(until).stripes.passed is not fails
    analyser = Analyser(size, 30)
    drawn = stripes.copy()
    for at in (Fraction(0), Fraction(8)):
        analyser.see(drawn, at)
        drawn[:] = 0  # its owner may use it again
    assert not analyser.verdict().stripes.passed


@pytest.mark.parametrize("hz", [3, 5])
def test_however_many_frames_a_second_has(hz: int) -> None:
    """Each pixel flashes in a phase of its own, so that every frame has transitions."""
    phase = np.arange(SIZE[0] * SIZE[1]) * 0.618 % 1
    for fps in (60, 240, 480, 960):
        analyser = Analyser(SIZE, fps)
        for frame in range(round(fps * 1.3)):
            on = ((hz * frame / fps + phase) % 1 < 0.5).reshape(SIZE[1], SIZE[0], 1)
            analyser.see((on * np.uint8(255)).repeat(3, 2))
        assert analyser.verdict().general.flashes == hz, fps


def test_more_frames_than_can_be_told_apart_are_survived() -> None:
    second, made = Second(1), np.ones(1, np.bool_)
    for now in range(MOST_FRAMES + 50):
        assert second.add(made, now)
    assert second.counts[0] == MOST_FRAMES and second.leaves == 1_000_050
    assert second.drop(2_000_000) and second.counts[0] == 0
