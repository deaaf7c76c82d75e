"""Shares: no class holds more than its part where another is there, and none is cut needlessly."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from empathy_palettes.core.config import parse
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.crowd.shares import Shares, capped
from empathy_palettes.crowd.signals import SIGNALS
from empathy_palettes.inlet.sample import SAMPLE, Samples

NOBODY = np.empty(0, np.uint32)
EXACT = 1e-9

classes = st.lists(
    st.tuples(st.one_of(st.just(0.0), st.floats(1e-6, 1e6)), st.floats(0.01, 1.0)),
    min_size=1,
    max_size=6,
)


def largest_total(totals: list[float], most: list[float]) -> float:
    """The largest S with S ≤ Σ min(total, most · S), by halving."""
    low, high = 0.0, sum(totals)
    for _ in range(200):
        middle = (low + high) / 2
        left = sum(min(t, m * middle) for t, m in zip(totals, most, strict=True))
        low, high = (middle, high) if left >= middle * (1 - 1e-13) else (low, middle)
    return low


@given(classes)
@example([(9.0, 0.375), (7.3125, 0.3125)])  # a factor of 1 but for rounding
def test_caps_hold_and_nothing_is_cut_that_need_not_be(each: Any) -> None:
    totals, most = (list(column) for column in zip(*each, strict=True))
    factors = capped(np.array(totals), np.array(most))
    left = np.array(totals) * factors
    assert (factors >= 0.0).all() and (factors <= 1.0).all()
    present = [i for i, total in enumerate(totals) if total > 0]
    if len(present) < 2:
        assert factors.tolist() == [1.0] * len(totals)
        return
    whole = sum(most[i] for i in present)
    parts = [part / min(whole, 1.0) for part in most]  # stretched where they make no whole
    for i in present:
        assert left[i] <= parts[i] * left.sum() * (1 + EXACT)
    if whole > 1.001:
        expected = largest_total(totals, most)
        assert left.sum() == pytest.approx(expected, rel=1e-6)


def test_some_shares_by_hand() -> None:
    assert capped(np.array([10.0, 90.0]), np.array([1.0, 0.5])).tolist() == [1.0, 10 / 90]
    assert capped(np.array([0.0, 90.0]), np.array([1.0, 0.5])).tolist() == [1.0, 1.0]
    assert capped(np.array([60.0, 40.0]), np.array([1.0, 0.5])).tolist() == [1.0, 1.0]
    thirds = capped(np.array([10.0, 20.0]), np.array([0.3, 0.3]))  # no whole: half each
    assert thirds.tolist() == pytest.approx([1.0, 0.5])


@pytest.mark.parametrize("shares", [{1: 0.0}, {1: 1.5}, {256: 0.5}, {-1: 0.5}, {1: math.nan}])
def test_a_share_is_a_part_of_a_whole(shares: dict[int, float]) -> None:
    with pytest.raises(ValueError, match="share"):
        Shares(shares)


def batch(people: int, origin: int, valence: float, first: int = 0) -> Samples:
    rows = np.zeros(people, SAMPLE)
    rows["who"] = np.arange(first, first + people)
    rows["valence"], rows["arousal"], rows["dominance"] = valence, -valence, valence
    rows["weight"], rows["origin"] = 1.0, origin
    return rows


def crowd(shares: dict[int, float]) -> Crowd:
    return Crowd(parse({}, CrowdSettings, ""), shares)


def test_an_inlet_that_is_flooded_with_people_holds_its_share_of_every_signal() -> None:
    room = crowd({2: 0.25})
    honest, flood = batch(30, 1, 0.5), batch(900, 2, -1.0, first=30)
    room.step(0, np.concatenate([honest, flood]), NOBODY)
    assert room.raw["valence"] == pytest.approx(0.75 * 0.5 - 0.25, abs=EXACT)
    assert room.raw["dominance"] == pytest.approx(0.75 * 0.5 - 0.25, abs=EXACT)
    assert room.raw["median_valence"] == 0.5 and room.raw["count"] == 930
    assert room.raw["calm"] == pytest.approx(0.75) and room.raw["tension"] == pytest.approx(0.25)
    assert dict(zip(np.round(room.modes.centres[:, 0], 3).tolist(), room.modes.mass, strict=True))[
        0.5
    ] == pytest.approx(0.75)
    alone = crowd({2: 0.25})
    alone.step(0, flood, NOBODY)
    assert alone.raw["valence"] == -1.0


thirty_seconds = st.integers(-32, 32).map(lambda n: n / 32)


@st.composite
def ballots(draw: st.DrawFn) -> Samples:
    """A room of voters, often split evenly between the ends, through two inlets."""
    people = draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = batch(people, 0, 0.0)
    for name in ("valence", "arousal", "dominance"):
        split = np.where(np.arange(people) % 2, 1.0, -1.0)
        rows[name] = split if draw(st.booleans()) else rng.integers(-32, 33, people) / 32
    rows["origin"] = rng.integers(1, 3, people)
    return rows


@given(ballots(), st.data(), st.sampled_from([0.3, 0.7]))
def test_one_voter_moves_no_centre_by_more_than_their_share(
    rows: Samples, data: st.DataObject, share: float
) -> None:
    before = crowd({1: share})
    before.step(0, rows, NOBODY)
    voter = data.draw(st.integers(0, len(rows) - 1))
    for name in ("valence", "arousal", "dominance"):
        rows[name][voter] = data.draw(thirty_seconds)
    after = crowd({1: share})
    after.step(0, rows, NOBODY)
    held = 1.0 / np.bincount(rows["origin"], minlength=3)[rows["origin"][voter]]
    if (rows["origin"] == 1).any() and (rows["origin"] == 2).any():
        totals = np.bincount(rows["origin"], minlength=3)[1:] * capped(
            np.bincount(rows["origin"], minlength=3)[1:].astype(float), np.array([share, 1.0])
        )
        held *= totals[rows["origin"][voter] - 1] / totals.sum()
    for name in ("valence", "arousal", "dominance"):
        signal = SIGNALS[name]
        moved = abs(after.raw[name] - before.raw[name]) / (signal.hi - signal.lo)
        assert moved <= held + 0.02
        published = abs(after.reading[name] - before.reading[name]) / (signal.hi - signal.lo)
        assert published <= 2 * 0.5 / 60 + EXACT  # each moves by at most half its span a second
