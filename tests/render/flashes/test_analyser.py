"""Films whose flashes are known by arithmetic: how many, how wide, for how long, and where."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.core.color import linear_to_srgb
from empathy_palettes.render.flashes.analyser import Analyser
from empathy_palettes.render.flashes.points import places
from empathy_palettes.render.flashes.verdict import Verdict
from empathy_palettes.render.flashes.windows import Reach, Second, Windows

SIZE = (64, 36)
FILM = Fraction(24000, 1001)
Pixels = NDArray[np.uint8]
Color = tuple[int, int, int]


def flat(*color: int, size: tuple[int, int] = SIZE) -> Pixels:
    return np.full((size[1], size[0], 3), color if len(color) == 3 else color * 3, np.uint8)


def judge(
    frames: Iterator[Pixels] | list[Pixels], fps: Fraction | int = 30, **how: object
) -> Verdict:
    analyser: Analyser | None = None
    for pixels in frames:
        if analyser is None:
            analyser = Analyser((pixels.shape[1], pixels.shape[0]), fps, **how)  # type: ignore[arg-type]
        analyser.see(pixels)
    assert analyser is not None
    return analyser.verdict()


def is_on(number: int, hz: float, fps: Fraction | int) -> bool:
    return int(2 * Fraction(hz) * number / fps) % 2 == 0


def strobe(
    hz: float,
    fps: Fraction | int,
    seconds: float,
    on: Pixels | None = None,
    off: Pixels | None = None,
) -> Iterator[Pixels]:
    on, off = flat(255) if on is None else on, flat(0) if off is None else off
    for number in range(int(seconds * fps)):
        yield on if is_on(number, hz, fps) else off


def most_in_a_second(hz: float, fps: Fraction | int, seconds: float) -> int:
    """The same film's transitions by counting changes in every second, as many frames as fit."""
    states = [is_on(number, hz, fps) for number in range(int(seconds * fps))]
    changes = [now for now in range(1, len(states)) if states[now] != states[now - 1]]
    return max(
        sum(1 for each in changes if 0 <= Fraction(last - each) / fps < 1) for last in changes
    )


@pytest.mark.parametrize("fps", [24, 25, 30, 60, FILM])
@pytest.mark.parametrize("hz", [1, 2, 3, 3.5, 4, 5, 7.5, 10, 12])
def test_strobes_are_counted_exactly(hz: float, fps: Fraction | int) -> None:
    found = judge(strobe(hz, fps, 3.5), fps).general
    most = most_in_a_second(hz, fps, 3.5)
    assert (found.flashes, found.share, found.passed) == (most / 2, 1.0, most <= 6)
    if isinstance(fps, int) and (2 * hz) % 1 == 0:
        assert most == 2 * hz
    assert found.where == (SIZE[0] / 2, SIZE[1] / 2)


def depth(low: float, high: float) -> tuple[Pixels, Pixels]:
    """Two greys of these luminances, to half a code value."""
    one, two = (round(value * 255) for value in linear_to_srgb([low, high]).tolist())
    return flat(one), flat(two)


@pytest.mark.parametrize(
    ("low", "high", "nits", "fails"),
    [
        (0.0, 0.11, 200, True),
        (0.0, 0.09, 200, False),
        (0.7, 0.82, 200, True),
        (0.81, 1.0, 200, False),  # the darker state is no darker than .80
        (0.0, 0.09, 400, True),  # 36 of 400 cd/m²
        (0.0, 0.045, 400, False),
        (0.0, 0.09, 100, False),  # nowhere is .1 raised
    ],
)
def test_depth(low: float, high: float, nits: float, fails: bool) -> None:
    off, on = depth(low, high)
    found = judge(strobe(5, 30, 2, on, off), peak_nits=nits).general
    assert (found.passed, found.flashes) == (not fails, 5.0 if fails else 0.0)


@pytest.mark.parametrize(
    ("frames", "fails"), [(6, False), (7, True), (12, True)], ids=["three", "three and a half", "6"]
)
def test_a_burst(frames: int, fails: bool) -> None:
    """So many changes and then nothing: each once, and no more than there were."""
    film = [flat(0)] * 20 + [flat(255 * (number % 2 == 0)) for number in range(frames)]
    film += [film[-1]] * 60
    found = judge(film, 30)
    assert (found.general.flashes, found.general.passed) == (frames / 2, not fails)
    assert found.extended.passed
    last = 20 + frames - 1  # the frame of the last change: the second ends with it
    assert found.general.second == pytest.approx(max(last / 30 - 1, 0), abs=1e-5)
    assert found.frames == len(film) and found.seconds == pytest.approx(len(film) / 30, abs=1e-5)


@pytest.mark.parametrize("colors", [((255, 0, 0), (0, 0, 255)), ((255, 0, 0), (0, 0, 0))])
def test_red(colors: tuple[Color, Color]) -> None:
    found = judge(strobe(4, 30, 2, *[flat(*color) for color in colors]))
    assert (found.red.flashes, found.red.passed) == (4.0, False)
    assert judge(strobe(3, 30, 2, *[flat(*color) for color in colors])).red.passed


def test_what_is_no_saturated_red_is_no_red_flash() -> None:
    # Linear (.0865, 1, …): green against blue, and a dark red that is below the floor.
    for one, other in (((0, 200, 0), (0, 0, 255)), ((60, 0, 0), (0, 0, 0))):
        assert judge(strobe(4, 30, 2, flat(*one), flat(*other))).red.flashes == 0


def test_a_red_flash_by_its_hue_alone_counts_too() -> None:
    # Of one R − G − B, .07, and far apart in u'v'.
    light = np.array([[0.07, 0.0, 0.0], [0.5, 0.2, 0.23]], np.float32)
    analyser = Analyser(SIZE, 30)
    for number in range(60):
        color = light[int(is_on(number, 5, 30))]
        analyser.see_points(np.broadcast_to(color, (SIZE[1], SIZE[0], 3)))
    assert analyser.verdict().red.flashes == 5.0


def test_of_two_seconds_with_as_many_the_wider_is_the_worst() -> None:
    narrow = flat(0)
    narrow[:, 12:28] = 255
    still = [flat(0)] * 45
    film = [*still, *strobe(5, 30, 1, narrow, flat(0)), *still, *strobe(5, 30, 1, flat(255))]
    found = judge(film).general
    assert (found.flashes, found.share) == (5.0, 1.0) and found.second >= 3.9


def patch(share_of_window: float, at: tuple[int, int] = (20, 8)) -> Pixels:
    """White rows, as many as make this share of a window of 30 by 20 pixels."""
    pixels = flat(0, size=(90, 60))
    pixels[at[1] : at[1] + round(share_of_window * 20), at[0] : at[0] + 30] = 255
    return pixels


@pytest.mark.parametrize(("share", "fails"), [(0.2, False), (0.25, False), (0.3, True)])
def test_area(share: float, fails: bool) -> None:
    on = patch(share)
    found = judge(strobe(5, 30, 2, on, np.zeros_like(on))).general
    assert found.passed is not fails
    if fails:
        assert found.share == pytest.approx(share)
        assert abs(found.where[0] - 35) <= 0.5 and abs(found.where[1] - 11) <= 7
    small = judge(strobe(5, 30, 2, on, np.zeros_like(on)), window=0.09).general
    assert not small.passed and small.share >= 0.8  # who stands near sees little else


def test_flashes_at_different_times_do_not_add_up_at_a_point() -> None:
    halves = [flat(0), flat(0)]
    halves[0][:, :32] = 255
    halves[1][:, 32:] = 255
    found = judge(strobe(5, 30, 2, *halves)).general  # the mean stands still, the halves do not
    assert (found.flashes, found.share) == (5.0, 1.0)
    moving = [np.roll(halves[0], 2 * number, 1) for number in range(90)]
    assert judge(moving).general.flashes == 1.0  # an edge each 16 frames


@pytest.mark.parametrize("size", [(64, 36), (640, 360), (333, 217)])
@pytest.mark.parametrize("cell", [1, 2, 8])
def test_checkers_in_counter_phase(size: tuple[int, int], cell: int) -> None:
    row, col = np.indices((size[1], size[0]))
    on = ((row // cell + col // cell) % 2 * 255).astype(np.uint8)[..., None].repeat(3, 2)
    found = judge(strobe(5, 30, 1.2, on, 255 - on)).general
    assert (found.flashes, found.share) == (5.0, 1.0)


@pytest.mark.parametrize("cell", [1, 2, 3])
def test_a_checker_that_flashes_as_one_is_met_in_both_phases(cell: int) -> None:
    row, col = np.indices((720, 1280))
    on = ((row // cell + col // cell) % 2 * 255).astype(np.uint8)[..., None].repeat(3, 2)
    found = judge(strobe(5, 30, 1.2, on, np.zeros_like(on))).general
    assert not found.passed and 0.5 <= found.share < 0.6


@pytest.mark.parametrize(
    ("hz", "seconds", "fails"),
    [(2, 8, True), (2, 4.4, False), (3, 8, True), (1.5, 9, False), (2.5, 9, True)],
)
def test_extended(hz: float, seconds: float, fails: bool) -> None:
    found = judge(strobe(hz, 30, seconds))
    assert found.extended.passed is not fails
    assert found.general.passed


def test_extended_is_four_of_five_seconds() -> None:
    """Changes in frames 8, 15, 23, 30 …: from 30 on there are four in each second."""
    film = list(strobe(2, 30, 10))
    held = [judge(film[: 30 + frames]).extended for frames in (119, 120, 121)]
    assert [round(found.held * 30) for found in held] == [119, 120, 121]
    assert [found.passed for found in held] == [True, False, False]


def test_red_alone_can_be_extended() -> None:
    # Two reds of nearly one luminance against a blue-grey: the general rule sees nothing.
    on, off = flat(255, 0, 0), flat(0, 127, 0)
    found = judge(strobe(2, 30, 8, on, off))
    assert found.general.flashes == 0 and not found.extended.passed


def test_times_decide_where_they_are_given() -> None:
    times = [Fraction(number, 8) for number in range(24)]  # a change each eighth of a second
    uneven = [time + Fraction(number % 3, 100) for number, time in enumerate(times)]
    for given_times, flashes in ((times, 4.0), (uneven, 4.5)):  # nine in .98 s
        analyser = Analyser(SIZE, 30)
        for number, time in enumerate(given_times):
            analyser.see(flat(255 * (number % 2)), time)
        assert analyser.verdict().general.flashes == flashes
    with pytest.raises(ValueError, match="after one at"):
        analyser.see(flat(0), times[3])


def test_a_second_is_half_open_also_in_milliseconds() -> None:
    for digits in (6, 3):
        analyser = Analyser(SIZE, 30)
        for number in range(120):
            at = Fraction(round(Fraction(number, 30) * 10**digits), 10**digits)
            analyser.see(flat(255 * is_on(number, 3, 30)), at)
        assert analyser.verdict().general.flashes == 3.0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_leaves_nothing_behind(bad: float) -> None:
    clean, dirty = Analyser(SIZE, 30), Analyser(SIZE, 30)
    rng = np.random.default_rng(2)
    shape = (SIZE[1], SIZE[0], 3)
    for number in range(90):
        light = rng.random(shape).astype(np.float32)
        spoilt = light.copy()
        if number == 0:
            light[4:9], spoilt[4:9] = (1.0 if bad > 0 else 0.0), bad
        clean.see_points(light)
        dirty.see_points(spoilt)
    one, two = clean.verdict(), dirty.verdict()
    assert one.findings() == two.findings() and one.general.flashes > 3


def test_alpha_and_the_way_in_make_no_difference() -> None:
    rng = np.random.default_rng(3)
    ways = [Analyser(SIZE, 30) for _ in range(4)]
    for _ in range(40):
        pixels = rng.integers(0, 256, (SIZE[1], SIZE[0], 4), dtype=np.uint8)
        seen = pixels[*ways[0].places][..., :3]
        ways[0].see(pixels)
        ways[1].see(np.ascontiguousarray(pixels[..., :3]))
        ways[2].see_points(ways[2].decoding.from_bytes(seen))
        encoded = seen.reshape(-1, 3).T.astype(np.float32) / 255
        ways[3].see_srgb(np.ascontiguousarray(encoded))
    first, *others = (way.verdict() for way in ways)
    assert first.general.flashes > 3
    assert all(other.findings()[:2] == first.findings()[:2] for other in others)


@pytest.mark.parametrize("shape", [(36, 65, 3), (64, 36, 3)])
def test_a_picture_of_another_size_is_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="is not"):
        Analyser(SIZE, 30).see(np.zeros(shape, np.uint8))


def test_a_picture_that_stays_still_does_nothing() -> None:
    found = judge([flat(90, 20, 10)] * 100)
    assert found.passed and found.general.flashes == found.red.flashes == found.extended.held == 0


def test_the_series_tells_when() -> None:
    film = [flat(0)] * 60 + list(strobe(5, 30, 2)) + [flat(0)] * 60
    series = judge(film).series
    assert series.step == 0.1 and len(series.general) == 60
    assert series.general[:20].max() == 0 and series.general[50:].max() == 0
    assert series.general.max() == 5.0
    assert series.general[24] == 2.5


@given(st.integers(2, 12), st.integers(2, 12), st.floats(0.1, 1), st.floats(0.1, 1), st.integers())
def test_windows_by_trying_each(rows: int, cols: int, wide: float, high: float, seed: int) -> None:
    mask = np.random.default_rng(abs(seed)).random((rows, cols)) < 0.4
    windows = Windows((rows, cols), (wide, high))
    w, h = max(round(cols * wide), 1), max(round(rows * high), 1)
    shares = {
        (row, col): mask[row : row + h, col : col + w].mean()
        for row in range(rows - h + 1)
        for col in range(cols - w + 1)
    }
    assert windows.worst(mask.ravel())[0] == pytest.approx(max(shares.values()))
    assert windows.points == w * h


@given(st.lists(st.integers(0, 12), min_size=36, max_size=36))
def test_reach_by_trying_each(counts: list[int]) -> None:
    windows = Windows((6, 6), (0.5, 0.5))
    reach = Reach(windows)
    table = np.array(counts, np.uint16)
    for now in (np.flip(table), table):  # it starts where it was, and must forget that
        reach.look(now.copy())
        shares = {c: windows.worst(now >= c)[0] for c in range(1, 14)}
        most = max((c for c, share in shares.items() if share > 0.25), default=0)
        assert (reach.most, reach.share) == (most, shares.get(most, 0.0))


@given(st.lists(st.tuples(st.integers(1, 400_000), st.booleans()), max_size=60))
def test_seconds_by_counting_again(steps: list[tuple[int, bool]]) -> None:
    second, now, past = Second(1), 0, list[int]()
    for gap, made in steps:
        now += gap
        past += [now] * made
        second.add(np.array([made]), now)
        assert second.counts[0] == sum(1 for each in past if each > now - 999_500)


@pytest.mark.parametrize("size", [(1920, 1080), (640, 360), (320, 180), (50, 7), (1, 1)])
def test_places_lie_in_their_fields(size: tuple[int, int]) -> None:
    rows, cols = places(size, (320, 180))
    down, across = min(180, size[1]), min(320, size[0])
    assert rows.shape == cols.shape == (down, across)
    assert (rows * down // size[1] == np.arange(down)[:, None]).all()
    assert (cols * across // size[0] == np.arange(across)).all()
    for axis, step in ((rows, size[1] / down), (cols, size[0] / across)):
        if step >= 2:  # every place in a field is taken by about as many
            tally = np.bincount((axis % int(step)).ravel())
            assert len(tally) == int(step) and tally.min() > 0.8 * tally.mean()
