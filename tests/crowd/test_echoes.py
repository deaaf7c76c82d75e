"""Streams that move identically weigh as one; people who merely agree do not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.crowd.echoes import COINCIDE, FEWEST_CHANGES, TICK, Echoes, alike
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.sample import SAMPLE

Series = NDArray[np.float64]  # (half second, people): a level of valence; NaN: says nothing

HALF_SECOND = 30

ROUND = 120  # steps: by then everything that was heard has been compared, in a small crowd


class Room:
    """People who speak, some at each step."""

    def __init__(self, capacity: int) -> None:
        self.people = People(capacity)
        self.echoes = Echoes(capacity)
        self.step = -1

    def say(self, who: NDArray[np.int64], valence: NDArray[np.float64]) -> None:
        """Let a step pass in which these speak."""
        self.step += 1
        batch = np.zeros(len(who), SAMPLE)
        batch["who"], batch["weight"], batch["arousal"] = who, 1.0, np.nan
        batch["dominance"], batch["valence"] = np.nan, np.round(valence * 32) / 32
        self.people.apply(batch, self.step)
        self.echoes.heard(self.people, self.people.spoke, self.step)
        self.echoes.step(self.people, self.step)

    def wait(self, steps: int = ROUND) -> None:
        for _ in range(steps):
            self.say(np.empty(0, np.int64), np.empty(0))

    def play(self, series: Series, late: NDArray[np.int64] | int = 0) -> None:
        """Say a row of `series` every half second, everybody `late` steps into it."""
        late = np.broadcast_to(np.asarray(late), series.shape[1:])
        for row in series:
            for step in range(HALF_SECOND):
                who = np.flatnonzero((late == step) & ~np.isnan(row))
                self.say(who, row[who])

    def worth(self, count: int) -> list[float]:
        return [round(float(worth), 6) for worth in self.echoes.worth[:count]]


def aimless(seed: int, ticks: int, count: int) -> Series:
    return np.random.default_rng(seed).integers(-32, 33, (ticks, count)) / 32


def test_four_streams_that_move_alike_weigh_as_one_and_three_as_three() -> None:
    series = aimless(1, 40, 12)
    series[:, [1, 4, 7]] = series[:, [0]]
    series[:, [5, 9]] = series[:, [2]]
    room = Room(12)
    room.play(series)
    room.wait()
    expected = np.ones(12)
    expected[[0, 1, 4, 7]] = 0.25
    assert room.worth(12) == expected.tolist()


def test_bots_among_thousands_are_found() -> None:
    series = aimless(2, 20, 6000)
    bots = np.random.default_rng(3).permutation(6000)[:2500]
    series[:, bots] = series[:, bots[:1]]
    room = Room(6000)
    room.play(series)
    room.wait(2 * ROUND)
    worth = room.echoes.worth
    assert worth[bots].sum() == pytest.approx(1.0, abs=1e-3)
    assert (np.delete(worth, bots) == 1.0).all()


@pytest.mark.parametrize("phase", [0, 3, 8, 13, 18, 23, 28])
def test_a_little_delay_and_a_change_in_ten_hide_nothing(phase: int) -> None:
    rng = np.random.default_rng(4)
    series = aimless(5, 40, 10)
    series[:, :8] = series[:, [0]]
    for stream in range(1, 8):
        series[30 + stream, stream] = 1.0 if series[30 + stream, 0] < 0 else -1.0
    room = Room(10)
    room.say(np.arange(10), np.zeros(10))  # in the order of their slots
    room.wait(phase)
    room.play(series, late=rng.integers(0, TICK // 2, 10))
    room.wait()
    assert room.worth(10) == [0.125] * 8 + [1.0, 1.0]


def test_who_said_the_same_word_or_holds_still_counts_in_full() -> None:
    room = Room(50)
    series = np.full((60, 50), np.nan)
    series[0] = 0.0
    series[10, :40] = 0.875  # forty say "joy" in the same moment
    series[20:, 45:] = 0.5  # five hold a fader and send on
    room.play(series)
    room.wait()
    assert room.worth(50) == [1.0] * 50


def test_wearables_at_the_same_pace_count_in_full() -> None:
    """Once a second, in step, few levels: they coincide in time and often by value."""
    rng = np.random.default_rng(6)
    series = np.full((60, 400), np.nan)
    series[::2] = np.cumsum(rng.integers(-1, 2, (30, 400)), axis=0) / 32
    room = Room(400)
    room.play(series)
    room.wait()
    assert room.worth(400) == [1.0] * 400


def test_people_who_feel_alike_about_a_film_count_in_full() -> None:
    rng = np.random.default_rng(7)
    film = np.cumsum(rng.normal(0, 0.1, (60, 1)), axis=0)
    room = Room(300)
    room.play(np.clip(film + rng.normal(0, 0.08, (60, 300)), -1, 1))
    room.wait()
    assert room.worth(300) == [1.0] * 300


def test_fewer_than_eight_changes_in_half_a_minute_say_nothing() -> None:
    slow = np.repeat(aimless(8, 9, 1), 10, axis=0)  # a change every five seconds
    series = np.repeat(slow, 6, axis=1)
    room = Room(6)
    room.play(series)
    room.wait()
    assert room.worth(6) == [1.0] * 6


def test_who_goes_their_own_way_counts_in_full_again() -> None:
    series = aimless(9, 40, 5)
    series[:, 1:] = series[:, :1]
    room = Room(5)
    room.play(series)
    room.wait()
    assert room.worth(5) == [0.2] * 5
    room.play(np.hstack([series[:20, :4], aimless(10, 20, 1)]))
    room.wait()
    assert room.worth(5) == [0.25] * 4 + [1.0]


def test_a_group_that_holds_still_weighs_as_one_as_long_as_it_does() -> None:
    series = aimless(20, 40, 12)
    series[:, :9] = series[:, :1]
    series[-1, :9] = 1.0
    room = Room(12)
    room.play(series)
    for _ in range(3):
        room.wait(40 * 60)
        assert room.worth(12) == pytest.approx([1 / 9] * 9 + [1.0] * 3, abs=1e-6)
    held = np.full((80, 12), np.nan)
    held[:, :9] = 1.0  # said again and again
    room.play(held)
    held[::16, :9] = -1.0  # and moving alike, too seldom to be found by it
    room.play(held, late=np.random.default_rng(21).integers(0, TICK, 12))
    room.wait()
    assert room.worth(12) == pytest.approx([1 / 9] * 9 + [1.0] * 3, abs=1e-6)


def test_one_of_those_who_hold_still_who_speaks_for_themselves_is_free() -> None:
    room = Room(9)
    room.play(np.repeat(aimless(22, 40, 1), 9, axis=1))
    room.wait(40 * 60)
    still = [pytest.approx(1 / 8, abs=1e-6)] * 8
    for valence in (0.25, -0.5):
        room.say(np.array([3]), np.array([valence]))
        room.wait(3 * 60)
    assert room.worth(9) == [*still[:3], 1.0, *still[3:]]
    own = np.full((20, 9), np.nan)
    own[::4, [0, 5, 8]] = aimless(23, 5, 3)  # three more, each for themselves: the first, the last
    room.play(own)
    room.wait(2 * ROUND)
    assert room.worth(9) == pytest.approx([1.0, 0.2, 0.2, 1.0, 0.2, 1.0, 0.2, 0.2, 1.0])


def test_those_who_remain_of_a_group_share_its_worth_until_they_are_fewer_than_four() -> None:
    room = Room(8)
    room.play(np.repeat(aimless(24, 40, 1), 8, axis=1))
    room.wait(40 * 60)
    room.people.withdraw(np.array([6, 7], np.uint32))  # the end of the slots in use
    room.people.withdraw(np.array([0], np.uint32))
    room.wait(2 * ROUND)
    assert room.worth(6)[1:] == [0.2] * 5
    room.people.withdraw(np.array([1, 2], np.uint32))
    room.wait(2 * ROUND)
    assert room.worth(6)[3:] == [1.0] * 3


def test_a_part_of_a_group_that_moves_on_stays_one_with_those_who_hold_still() -> None:
    series = np.repeat(aimless(25, 40, 1), 10, axis=1)
    room = Room(10)
    room.play(series)
    room.wait(40 * 60)
    series[:, 5:] = np.nan
    series[:, :5] = aimless(26, 40, 1)
    room.play(series)
    room.wait()
    assert room.worth(10) == [0.1] * 10
    series[:, 5:] = aimless(27, 40, 1)  # two scripts from now on: each of five
    room.play(series)
    room.wait()
    assert room.worth(10) == [0.2] * 10


def test_two_hundred_who_were_one_and_hold_still_do_not_outvote_fifty() -> None:
    rng = np.random.default_rng(28)
    series = np.full((140, 250), np.nan)
    series[:, :50] = rng.integers(-32, 1, (140, 50)) / 32
    series[:40, 50:] = rng.integers(16, 33, (40, 1)) / 32
    series[40:, 50:] = 1.0
    room = Room(250)
    room.play(series)
    worth = room.echoes.worth[:250]
    mean = float((room.people.valence[:250] * worth).sum() / worth.sum())
    assert mean < -0.4
    assert (worth[:50] == 1.0).all() and worth[50:].sum() == pytest.approx(1.0, abs=1e-3)


def test_somebody_new_in_a_slot_begins_with_one_and_without_a_past() -> None:
    series = aimless(11, 40, 1)
    room = Room(5)
    room.play(np.repeat(series, 5, axis=1))
    room.wait()
    assert room.worth(5) == [0.2] * 5
    room.people.withdraw(np.array([2], np.uint32))
    room.say(np.array([77]), np.array([0.5]))
    assert room.people.who[2] == 77 and room.worth(5) == [0.2, 0.2, 1.0, 0.2, 0.2]
    room.wait()
    assert room.worth(5) == [0.25, 0.25, 1.0, 0.25, 0.25]


def test_after_nine_hours_of_ticks_nothing_old_looks_new() -> None:
    room = Room(4)
    room.play(np.repeat(aimless(12, 30, 1), 4, axis=1))
    room.wait()
    room.step += 65_536 * TICK - 2 * ROUND  # the count of half seconds has come round
    room.wait(2 * ROUND)
    assert room.worth(4) == [0.25] * 4
    room.play(aimless(13, 10, 4))
    room.wait()
    assert room.worth(4) == [1.0] * 4


@pytest.mark.parametrize("seed", range(5))
def test_alike_is_what_it_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = 300
    tables = []
    for _ in range(pairs):
        one = {int(tick): int(cell) for tick, cell in rng.integers(1, 400, (16, 2))}
        two = {
            tick + int(rng.integers(0, 4) * (rng.random() < 0.3)): (
                cell if rng.random() < 0.93 else 999
            )
            for tick, cell in one.items()
            if rng.random() < 0.97
        }
        tables.append((one, two))
    rings = np.zeros((2, 16, pairs), np.uint32)
    for pair, table in enumerate(tables):
        for side, changes in enumerate(table):
            entries = [(tick << 16) | cell for tick, cell in changes.items()]
            rings[side, : len(entries), pair] = rng.permutation(entries)
    found = alike(rings[0], rings[1])
    for (one, two), same in zip(tables, found.tolist(), strict=True):
        met = sum(
            any(two.get(t + d) == cell for d in range(-COINCIDE, COINCIDE + 1))
            for t, cell in one.items()
        )
        enough = min(len(one), len(two)) >= FEWEST_CHANGES
        assert same == (enough and met >= 0.9 * max(len(one), len(two)))
    assert 0 < np.count_nonzero(found) < pairs
