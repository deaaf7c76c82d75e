"""Modes: where people gather is found, kept apart from chance, and keeps its identity."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.crowd.modes import LASTS, MEMORY, MOST, NO_MODES, Modes, ModeTracker

Places = NDArray[np.float32]  # (people, 2)


def camp(
    valence: float, arousal: float, people: int, spread: float = 0.08, seed: int = 1
) -> Places:
    places = np.random.default_rng(seed).normal(0, spread, (people, 2))
    places += (valence, arousal)
    return np.clip(places, -1, 1).astype(np.float32)


def modes_of(places: Places, tracker: ModeTracker | None = None) -> Modes:
    weight = np.ones(len(places), np.float32)
    return (tracker or ModeTracker()).update(places[:, 0], places[:, 1], weight)


def test_of_nobody_there_are_none() -> None:
    assert len(NO_MODES) == len(modes_of(np.empty((0, 2), np.float32))) == 0
    unheard = np.array([[math.nan, 0.5], [0.5, math.nan]], np.float32)
    assert len(modes_of(unheard)) == 0
    weightless = ModeTracker().update(*np.zeros((3, 4), np.float32))
    assert len(weightless) == 0


@pytest.mark.parametrize("place", [(0.3, -0.7), (1.0, 1.0), (-1.0, 0.0), (-1.0, -1.0)])
def test_one_person_is_a_mode_just_where_they_are(place: tuple[float, float]) -> None:
    modes = modes_of(np.array([place], np.float32))
    np.testing.assert_allclose(modes.centres, [place], atol=1e-7)  # float32 of the place itself
    assert (modes.mass.tolist(), modes.spread.tolist()) == ([1.0], [0.0])
    assert modes.identity.tolist() == [0]
    columns = (modes.centres, modes.mass, modes.spread, modes.identity)
    assert [column.dtype.str[1:] for column in columns] == ["f4", "f4", "f4", "i8"]


def test_camps_are_found_with_centre_mass_and_spread() -> None:
    camps = [camp(-0.5, 0.6, 60), camp(0.5, 0.4, 30), camp(0.1, -0.6, 10)]
    modes = modes_of(np.concatenate(camps))
    assert len(modes) == 3
    for places in camps:
        mean = places.mean(axis=0)
        which = int(np.hypot(*(modes.centres - mean).T).argmin())
        np.testing.assert_allclose(modes.centres[which], mean, atol=1e-6)
        assert modes.mass[which] == pytest.approx(len(places) / 100, abs=1e-6)
        assert modes.spread[which] == pytest.approx(np.sqrt(places.var(axis=0).mean()), abs=1e-6)


@pytest.mark.parametrize("people", [150, 300, 1000])
def test_chance_makes_no_modes(people: int) -> None:
    for seed in range(12):
        assert len(modes_of(camp(0.1, 0.0, people, spread=0.3, seed=seed))) == 1


def test_two_camps_that_overlap_are_one_mode_until_a_valley_parts_them() -> None:
    def apart(distance: float) -> int:
        camps = [camp(side * distance / 2, 0.1, 1000, 0.15, seed=2) for side in (-1, 1)]
        return len(modes_of(np.concatenate(camps)))

    assert [apart(distance) for distance in (0.0, 0.2, 0.3, 0.6, 0.8, 1.2)] == [1, 1, 1, 2, 2, 2]


def test_a_handful_beside_a_crowd_is_no_mode() -> None:
    crowd = camp(-0.5, -0.5, 96)
    assert len(modes_of(np.concatenate([crowd, camp(0.8, 0.8, 4, 0.02)]))) == 1
    assert len(modes_of(np.concatenate([crowd, camp(0.8, 0.8, 7, 0.02)]))) == 2


def test_weight_is_what_counts() -> None:
    places = np.concatenate([camp(-0.5, 0.0, 20), camp(0.5, 0.0, 20)])
    weight = np.repeat(np.array([0.75, 0.25], np.float32), 20)
    modes = ModeTracker().update(places[:, 0], places[:, 1], weight)
    assert sorted(modes.mass.tolist()) == pytest.approx([0.25, 0.75], abs=1e-6)


def test_at_most_sixteen_the_heaviest() -> None:
    cells = [(4 * x + 1 + 2 * (y % 2), 3 * y + 1) for y in range(5) for x in range(4)]
    grid = ((np.array(cells) + 0.5) / 8 - 1).astype(np.float32)
    tracker = ModeTracker()

    def gathered(*people: int) -> Modes:
        return modes_of(np.repeat(grid[: len(people)], people, axis=0), tracker)

    assert len(gathered(*[40] * 20)) == 0  # a twentieth each: too few
    assert len(gathered(*[40] * 16)) == MOST
    crowded = gathered(*[101] * 13, *[100] * 3, *[122] * 3)
    assert len(crowded) == MOST and crowded.identity.tolist() == [*range(13), 16, 17, 18]


@given(st.lists(st.tuples(*[st.integers(-32, 32)] * 2), min_size=1, max_size=40))
def test_the_order_of_people_means_nothing(crowd: list[tuple[int, int]]) -> None:
    places = (np.array(crowd) / 32).astype(np.float32)
    one = modes_of(places)
    two = modes_of(places[::-1])
    np.testing.assert_array_equal(one.identity, two.identity)
    np.testing.assert_allclose(one.centres, two.centres, atol=1e-6)
    np.testing.assert_allclose(one.mass, two.mass, atol=1e-6)
    assert (one.mass >= np.float32(LASTS)).all() and one.mass.sum() <= 1 + 1e-6
    assert (np.abs(one.centres) <= 1).all() and (np.diff(one.identity) > 0).all()


def test_a_mode_keeps_its_identity_while_it_wanders() -> None:
    tracker = ModeTracker()
    for time in range(200):
        angle = time * 2 * math.pi / 100
        one = camp(0.6 * math.cos(angle), 0.6 * math.sin(angle), 50)
        two = camp(-0.6 * math.cos(angle), -0.6 * math.sin(angle), 50)
        modes = modes_of(np.concatenate([one, two]), tracker)
        assert modes.identity.tolist() == [0, 1]
        if time == 0:
            first = int(np.hypot(*(modes.centres - one.mean(axis=0)).T).argmin())
        np.testing.assert_allclose(modes.centres[first], one.mean(axis=0), atol=1e-6)


def test_a_new_mode_gets_a_number_of_its_own_and_leaves_the_others_theirs() -> None:
    tracker = ModeTracker()
    crowd = camp(-0.5, 0.0, 50)
    assert modes_of(crowd, tracker).identity.tolist() == [0]
    both = modes_of(np.concatenate([camp(0.6, 0.0, 50), crowd]), tracker)
    assert both.identity.tolist() == [0, 1]
    assert both.centres[0, 0] < 0 < both.centres[1, 0]


def test_a_mode_is_remembered_for_two_seconds() -> None:
    for pause, identity in ((MEMORY, [0, 1]), (MEMORY + 1, [0, 2])):
        tracker = ModeTracker()
        crowd, others = camp(-0.5, 0.0, 50), camp(0.6, 0.0, 50)
        modes_of(crowd, tracker)
        modes_of(np.concatenate([crowd, others]), tracker)
        for _ in range(pause):
            assert modes_of(crowd, tracker).identity.tolist() == [0]
        assert modes_of(np.concatenate([crowd, others]), tracker).identity.tolist() == identity


def test_a_mode_does_not_come_and_go_with_one_person() -> None:
    def with_few(people: int, tracker: ModeTracker) -> int:
        places = [camp(-0.5, 0.0, 1000 - people), camp(0.7, 0.0, people, 0.02)]
        return len(modes_of(np.concatenate(places), tracker))

    tracker = ModeTracker()
    assert [with_few(n, tracker) for n in (55, 61, 55, 51, 49, 55)] == [1, 2, 2, 2, 1, 2]
    assert with_few(55, ModeTracker()) == 1
