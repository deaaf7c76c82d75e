import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.crowd.modes import NO_MODES, Modes
from empathy_palettes.crowd.signals import neutral_reading
from empathy_palettes.crowd.statistics import signals
from empathy_palettes.mapping.groups import (
    Group,
    Grouping,
    are_camps,
    camps,
    quadrants,
    settle_counts,
    settle_order,
)


def modes(*gathered: tuple[int, float, float, float]) -> Modes:
    """Modes of (identity, valence, arousal, mass)."""
    table = np.array(gathered, np.float64)
    return Modes(
        centres=table[:, 1:3].astype(np.float32),
        mass=table[:, 3].astype(np.float32),
        spread=np.full(len(table), 0.1, np.float32),
        identity=table[:, 0].astype(np.int64),
        voices=np.full(len(table), 9, np.int64),
    )


SPLIT = modes((0, 0.6, 0.4, 0.55), (1, -0.6, 0.3, 0.4))


def test_two_gatherings_far_apart_are_camps() -> None:
    assert are_camps(SPLIT)
    assert not are_camps(NO_MODES)
    assert not are_camps(modes((0, 0.6, 0.4, 1.0)))
    assert not are_camps(modes((0, 0.6, 0.4, 0.9), (1, -0.6, 0.4, 0.1)))  # a few
    assert not are_camps(modes((0, 0.1, 0.4, 0.5), (1, -0.1, 0.4, 0.5)))  # near
    assert not are_camps(modes((0, 0.6, 0.4, 0.2), (1, -0.6, 0.4, 0.2)))  # most are scattered


def test_camps_share_out_the_scattered() -> None:
    happy, other = camps(SPLIT)
    assert (happy.key, other.key) == ("mode 0", "mode 1")
    assert happy.share == pytest.approx(0.55 / 0.95)
    assert happy.share + other.share == pytest.approx(1)
    assert [happy.valence, happy.arousal] == pytest.approx([0.6, 0.4])


@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 0.35), (0.2, 0.35), (-0.1, 0.2), (0.3, 0.1)])
def test_quadrants_lie_where_their_people_do(mean: float, deviation: float) -> None:
    random = np.random.default_rng(4)
    crowd = random.normal(mean, deviation, (400_000, 2))
    v, a = crowd.T
    places = {group.key: group for group in quadrants(reading_of(v, a))}
    sides = {"sorrow": (-1, -1), "tension": (-1, 1), "calm": (1, -1), "joy": (1, 1)}
    for name, (x, y) in sides.items():
        inside = (v * x > 0) & (a * y > 0)
        if inside.mean() > 0.001:
            assert places[name].valence == pytest.approx(v[inside].mean(), abs=0.01)
            assert places[name].arousal == pytest.approx(a[inside].mean(), abs=0.01)


def reading_of(valence: np.ndarray, arousal: np.ndarray) -> dict[str, float]:
    spread = math.sqrt((np.var(valence) + np.var(arousal)) / 2)
    centre = {"valence": float(np.mean(valence)), "arousal": float(np.mean(arousal))}
    return {**neutral_reading(), **centre, "spread": spread}


def test_a_crowd_of_one_mind_has_four_groups_in_one_place() -> None:
    everyone = np.full(50, 0.7, np.float32)
    reading = signals(everyone, everyone, everyone, np.ones(50, np.float32))
    groups = {group.key: group for group in quadrants(reading)}
    assert groups["joy"].share == pytest.approx(1)
    assert [groups["joy"].valence, groups["joy"].arousal] == pytest.approx([0.7, 0.7])
    for group in groups.values():
        assert group.valence in (0.0, pytest.approx(0.7))


def test_an_empty_room_has_groups_too() -> None:
    shareless = dict.fromkeys(("joy", "calm", "tension", "sorrow"), 0.0)
    for reading in (neutral_reading(), neutral_reading() | shareless):
        given_to = Grouping(5).step(reading, NO_MODES)
        assert sum(count for _, count in given_to) == 5
        assert all(group.valence == group.arousal == 0 for group, _ in given_to)


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 1), min_size=1),
    st.integers(2, 16),
)
def test_swatches_are_dealt_out_in_proportion(weights: dict[str, float], total: int) -> None:
    whole = sum(weights.values())
    shares = {key: weight / whole for key, weight in weights.items()}
    counts = settle_counts({}, shares, total)
    assert sum(counts.values()) == total
    for key, count in counts.items():
        assert abs(count - shares[key] * total) < 1
    for one in shares:
        for other in shares:
            if shares[one] > shares[other] + 1e-9:
                assert counts[one] >= counts[other]


def test_swatches_do_not_change_hands_for_a_trifle() -> None:
    counts = settle_counts({}, {"a": 0.52, "b": 0.48}, 5)
    assert counts == {"a": 3, "b": 2}
    for share in (0.50, 0.48, 0.45):
        counts = settle_counts(counts, {"a": share, "b": 1 - share}, 5)
        assert counts == {"a": 3, "b": 2}
    assert settle_counts(counts, {"a": 0.42, "b": 0.58}, 5) == {"a": 2, "b": 3}


def test_a_small_group_that_comes_takes_nothing() -> None:
    counts = settle_counts({"a": 3, "b": 2}, {"a": 0.48, "b": 0.47, "c": 0.05}, 5)
    assert counts == {"a": 3, "b": 2, "c": 0}


def test_a_group_that_goes_leaves_its_swatches() -> None:
    counts = settle_counts({"a": 2, "b": 2, "c": 1}, {"a": 0.5, "b": 0.5}, 5)
    assert sum(counts.values()) == 5
    assert set(counts) == {"a", "b"}


def order_of(order: Sequence[str], **valence: float) -> list[str]:
    return settle_order(list(order), {k: Group(k, v, 0.0, 0.5) for k, v in valence.items()})


def test_groups_stand_in_order_of_valence() -> None:
    assert order_of("", a=0.5, b=-0.5, c=0.0) == ["b", "c", "a"]
    assert order_of("ba", a=0.5, b=-0.5, c=0.0) == ["b", "c", "a"]
    assert order_of("abc", a=0.5, c=-0.5) == ["c", "a"]


def test_groups_change_places_late() -> None:
    assert order_of("ab", a=0.1, b=0.0) == ["a", "b"]
    assert order_of("ab", a=0.2, b=0.0) == ["b", "a"]
    assert order_of("ba", a=0.0, b=0.1) == ["b", "a"]


def test_camps_stay_camps_until_they_are_clearly_not() -> None:
    grouping = Grouping(5)
    reading = neutral_reading()
    assert len(grouping.step(reading, modes((0, 0.5, 0, 0.8), (1, -0.5, 0, 0.16)))) == 2
    keys = {
        group.key
        for group, _ in grouping.step(reading, modes((0, 0.5, 0, 0.85), (1, -0.5, 0, 0.13)))
    }
    assert keys <= {"mode 0", "mode 1"}
    keys = {
        group.key for group, _ in grouping.step(reading, modes((0, 0.5, 0, 0.9), (1, -0.5, 0, 0.1)))
    }
    assert "joy" in keys
