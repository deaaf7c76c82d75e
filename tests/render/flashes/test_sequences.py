"""The sequences are what they say, and get the verdict that follows from what they are made of."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.core.assets import builtin_root
from empathy_palettes.render.flashes.adversaries import adversarial
from empathy_palettes.render.flashes.analyser import Analyser
from empathy_palettes.render.flashes.figures import STEPS, square
from empathy_palettes.render.flashes.sequence import Sequence, known
from empathy_palettes.render.flashes.sequences import sequences
from empathy_palettes.render.flashes.verdict import Verdict

from .frame_mean import FrameMean, in_a_second, transitions
from .per_pixel import AREA, Hues, Legs, PerPixel

ALL = sequences()
PLACES = ["checkers", "turns", "bars", "stripes", "patches", "chance"]
SMALL = (96, 54)
FINER = (160, 90)  # what has an area close to a quarter of a window wants more points
HALF = (320, 180)
FULL = (640, 360)
FLASHES = ("general", "red", "extended")
SOME = ALL[::3]  # all of them are soaked, below
STRIPED = [each for each in ALL if each.verdict.patterns or "stripes" in each.name]


def judged(sequence: Sequence, size: tuple[int, int], fps: int, seconds: float) -> Verdict:
    """The verdict of the analyser on the sequence as it is, every pixel up to 320 by 180."""
    analyser = Analyser(size, Fraction(fps))
    for step in range(0, round(seconds * STEPS), STEPS // fps):
        analyser.see(sequence.draw(step, size))
    return analyser.verdict()


def check(sequence: Sequence, found: Verdict, *kinds: str) -> None:
    """Hold a verdict against what is known; silence is no claim."""
    for kind in kinds:
        fails = getattr(sequence.verdict, kind)
        finding = found.stripes if kind == "patterns" else getattr(found, kind)
        assert fails is None or finding.passed is not fails, (sequence.name, kind, finding)


def test_there_are_many_and_each_has_a_name_and_a_reason() -> None:
    assert len(ALL) >= 60
    assert len({sequence.name for sequence in ALL}) == len(ALL)
    for sequence in ALL:
        assert sequence.about and sequence.verdict.because.endswith(".")
        assert sequence.fps in (30, 60) and sequence.seconds >= 6
    for kind in ("general", "red", "extended", "patterns"):
        claims = [getattr(sequence.verdict, kind) for sequence in ALL]
        assert claims.count(True) >= 5 and claims.count(False) >= 20, kind


@pytest.mark.parametrize("sequence", SOME, ids=lambda sequence: sequence.name)
def test_the_analyser_finds_what_is_known(sequence: Sequence) -> None:
    close = sequence.name.startswith(("patch", "strip", "two patches"))
    found = judged(sequence, FINER if close else SMALL, sequence.fps, sequence.seconds)
    check(sequence, found, *FLASHES)


@pytest.mark.parametrize("sequence", STRIPED[::2], ids=lambda sequence: sequence.name)
def test_the_analyser_finds_stripes(sequence: Sequence) -> None:
    check(sequence, judged(sequence, HALF, 30, 3), "patterns")


@pytest.mark.soak
@pytest.mark.parametrize("sequence", ALL, ids=lambda sequence: sequence.name)
def test_and_at_full_size_at_every_rate(sequence: Sequence) -> None:
    for fps in {sequence.fps, 60}:
        found = judged(sequence, FULL, fps, sequence.seconds)
        check(sequence, found, *FLASHES, "patterns")


def test_a_picture_is_the_same_whenever_it_is_drawn() -> None:
    for sequence in ALL:
        picture = sequence.draw(77, (30, 20))
        assert picture.shape == (20, 30, 3) and picture.dtype == np.uint8
        sequence.draw(3, (8, 8))
        assert np.array_equal(picture, sequence.draw(77, (30, 20))), sequence.name


@given(st.fractions(Fraction(1, 2), 30), st.integers(0, 10_000))
def test_a_square_wave_keeps_its_rate(hz: Fraction, first: int) -> None:
    lit = [square(hz)(step) for step in range(first, first + STEPS + 1)]
    changes = sum(a != b for a, b in pairwise(lit))
    assert abs(changes - 2 * hz) < 2 or hz > 29  # at 30 Hz each frame is another


def test_a_verdict_is_arithmetic() -> None:
    black, white = (0.0,) * 3, (1.0,) * 3
    three, more = known(black, white, 6), known(black, white, 7)
    assert (three.general, three.extended) == (False, True)
    assert (more.general, more.red, more.extended) == (True, False, True)
    assert known(black, white, 60, share=0.25).general is False
    assert known(black, white, 60, share=0.26).general is True
    assert known(black, (0.09,) * 3, 60).general is False
    assert known((0.82,) * 3, white, 60).general is False
    assert known(black, white, 5, held=False).extended is False
    red = known(black, (0.4, 0.0, 0.0), 8)
    assert (red.general, red.red, red.extended) == (False, True, True)
    assert known(black, (0.05, 0.0, 0.0), 8).red is False
    assert "0.40" in red.because and "0.085" in red.because


def test_adversaries_are_many_and_different_and_the_same_again() -> None:
    one, again, other = (
        np.stack(list(islice(adversarial(20, (16, 9), seed), 90))) for seed in (1, 1, 2)
    )
    assert one.shape == (90, 20, 9, 16, 3) and one.dtype == np.uint8
    assert np.array_equal(one, again) and not np.array_equal(one, other)
    shows = one.swapaxes(0, 1)
    assert len({show.tobytes() for show in shows}) == 20
    assert sum(bool((show != show[0]).any()) for show in shows) >= 19


def test_the_opinions_agree_on_adversaries() -> None:
    size, count, frames = (32, 18), 12, 150
    pixels = PerPixel((count, size[1], size[0]))
    analysers = [Analyser(size, 60) for _ in range(count)]
    for pictures in islice(adversarial(count, size, 3), frames):
        pixels.see(pictures)
        for analyser, picture in zip(analysers, pictures, strict=True):
            analyser.see(picture)
    found = [analyser.verdict() for analyser in analysers]
    general = [not verdict.general.passed for verdict in found]
    assert general == list(pixels.share["general"] > AREA)
    assert 3 <= sum(general)
    red = [not verdict.red.passed for verdict in found]
    assert all(fails for fails, share in zip(red, pixels.share["red"], strict=True) if share > AREA)
    assert 2 <= sum(pixels.share["red"] > AREA)
    held = [verdict.extended.held for verdict in found]
    assert np.all(held >= pixels.held - 0.02)


def test_a_red_flash_by_hue_alone_is_one_to_every_pixel() -> None:
    one, other = (255, 0, 0), (255, 0, 255)  # R − G − B of 1 and of 0; the hues are .17 apart
    near, far = (200, 0, 0), (200, 120, 200)
    for pair, many in (((one, (0, 0, 255)), 10), ((near, far), 10), ((one, other), 10)):
        pixels = PerPixel((1, 3, 3))
        for step in range(70):
            color = pair[step // 6 % 2]
            pixels.see(np.full((1, 3, 3, 3), color, np.uint8))
        assert pixels.most["red"][0] == many
    hues = Hues((1,))
    light = [np.array([[0.07], [0.0], [0.0]], np.float32), np.array([[0.5], [0.2], [0.23]])]
    made = [bool(hues.go(*light[number % 2].astype(np.float32))[0]) for number in range(8)]
    assert made == [False] + 7 * [True]


levels = st.lists(st.integers(0, 20), min_size=2, max_size=80)


@given(levels)
def test_legs_and_swings_are_as_many(levels: list[int]) -> None:
    series = np.array(levels) / 20
    legs = Legs((1,), 0.1 - 1e-6)
    walked = 0
    for value in series.astype(np.float32):
        _, begin, end = legs.go(np.array([value], np.float32))
        walked += int(legs.once(np.minimum(begin, end) < 2)[0])
    assert walked == transitions(series, dark=2).sum() == longest_alternation(series)


def longest_alternation(series: NDArray[np.float64], swing: float = 0.1) -> int:
    """The most changes of so much, up and down by turns, that a series holds: all ways tried."""
    up = np.zeros(len(series), int)
    down = np.zeros(len(series), int)
    for here in range(len(series)):
        for before in range(here):
            change = series[here] - series[before]
            if change >= swing - 1e-9:
                up[here] = max(up[here], 1 + down[before])
            if -change >= swing - 1e-9:
                down[here] = max(down[here], 1 + up[before])
    return int(max(up.max(), down.max()))


def test_the_frame_mean_sees_a_strobe_and_no_checker() -> None:
    named = {sequence.name: sequence for sequence in ALL}
    most = {}
    for name in ("strobe 5 Hz", "checker of 1 px, depth 1.00, 5 Hz", "patch of 100% of a window"):
        means = FrameMean(60)
        for step in range(130):
            means.see(named[name].draw(step, (48, 36)))
        most[name] = means.most()
    assert list(most["strobe 5 Hz"]) == [10] * 10
    assert not most["checker of 1 px, depth 1.00, 5 Hz"].any()
    assert list(most["patch of 100% of a window"]) == [10] + [0] * 4 + [10] + [0] * 4
    assert in_a_second(np.ones(5, np.bool_), 3).tolist() == [1, 2, 3, 3, 3]


def test_the_guide_says_what_is_so() -> None:
    guide = (builtin_root() / "docs" / "sequences.md").read_text("utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        few = example.replace("in sequences():", "in sequences()[:3]:").replace("480", "4")
        exec(compile(few, "docs/sequences.md", "exec"), {})
    quoted = " ".join(re.findall(r"^> (.*)$", guide, re.MULTILINE))
    assert quoted in {sequence.verdict.because for sequence in ALL}
    families = re.findall(r"^\| (\w+) \| ", guide, re.MULTILINE)[1:]
    assert families == ["strobes", "depths", "shades", "bursts", "reds", *PLACES]
