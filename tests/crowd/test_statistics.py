"""The statistics against slow, plain definitions of themselves, and the laws they obey."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.crowd import statistics
from empathy_palettes.crowd.signals import SIGNALS, Reading

NAN = math.nan
Floats = NDArray[np.float32]
NEED_TIME = {"resonance", "momentum_valence", "momentum_arousal", "arrivals", "departures"}
ALWAYS = {"count", "presence", "confidence"}
EXACT = 1e-9  # sums in float64 of at most some thousand numbers in [-1, 1]


def read(*people: tuple[float, ...]) -> Reading:
    """Signals of (valence, arousal[, dominance[, weight]]) tuples."""
    rows = [(*person, *(NAN, 1.0)[len(person) - 2 :]) for person in people]
    columns = np.array(rows, np.float32).reshape(len(rows), 4).T
    return statistics.signals(*columns)


def random_crowd(people: int, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    feelings = np.clip(np.round(rng.normal(0.1, 0.4, (3, people)) * 32) / 32, -1, 1)
    v, a, d = feelings.astype(np.float32)
    v[rng.random(people) < 0.1] = NAN
    d[rng.random(people) < 0.5] = NAN
    return v, a, d, rng.random(people).astype(np.float32)


CROWDS = [random_crowd(people, people) for people in (3, 40, 700)]


# One test per measure, against an oracle.


@pytest.mark.parametrize("crowd", CROWDS)
def test_means_are_numpys_weighted_averages(crowd: Any) -> None:
    reading = statistics.signals(*crowd)
    for name, values in zip(("valence", "arousal", "dominance"), crowd[:3], strict=True):
        said = ~np.isnan(values)
        expected = np.average(values[said].astype(float), weights=crowd[3][said].astype(float))
        assert reading[name] == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("crowd", CROWDS)
def test_medians_have_half_the_weight_on_either_side(crowd: Any) -> None:
    reading = statistics.signals(*crowd)
    for name, values in zip(("valence", "arousal", "dominance"), crowd[:3], strict=True):
        pairs = [(v, w) for v, w in zip(values.tolist(), crowd[3].tolist(), strict=True) if v == v]
        median = reading[f"median_{name}"]
        assert 2 * sum(w for v, w in pairs if v < median) <= sum(w for _, w in pairs)
        assert 2 * sum(w for v, w in pairs if v > median) <= sum(w for _, w in pairs)
        assert median in values or len(pairs) % 2 == 0


def test_an_even_split_has_its_median_midway() -> None:
    assert read((-0.5, 0), (0.75, 0))["median_valence"] == 0.125
    heavier = read((-0.5, 0, NAN, 1.0), (0.75, 0, NAN, 0.9))
    assert heavier["median_valence"] == -0.5


@pytest.mark.parametrize("crowd", CROWDS)
def test_spread_is_the_root_of_numpys_mean_variance(crowd: Any) -> None:
    v, a, _, w = crowd
    said = ~np.isnan(v) & ~np.isnan(a)
    covariance = np.cov(np.stack([v, a])[:, said], aweights=w[said], ddof=0)
    expected = math.sqrt(np.trace(covariance) / 2)
    assert statistics.signals(*crowd)["spread"] == pytest.approx(expected, abs=1e-7)  # np.cov: f4


def agreement_of(histogram: list[float]) -> float:
    """van der Eijk's A as he tells it: layer by layer, triple by triple."""
    left, total, k = list(histogram), 0.0, len(histogram)
    while any(height > 0 for height in left):
        thickness = min(height for height in left if height > 0)
        pattern = [int(height > 0) for height in left]
        triples = [
            (pattern[i], pattern[j], pattern[m]) for i, j, m in itertools.combinations(range(k), 3)
        ]
        tu = triples.count((1, 1, 0)) + triples.count((0, 1, 1))
        tdu = triples.count((1, 0, 1))
        size = sum(pattern)
        u = ((k - 2) * tu - (k - 1) * tdu) / ((k - 2) * (tu + tdu)) if tu + tdu else 1.0
        total += u * (1 - (size - 1) / (k - 1)) * thickness * size
        left = [height - thickness if height > 0 else 0 for height in left]
    return total / sum(histogram)


def test_agreement_of_the_example_of_the_r_package_agrmt() -> None:
    histogram = np.array([[30.0, 40, 210, 130, 530, 50, 10]])
    assert statistics.agreement(histogram)[0] == pytest.approx(0.6113333, abs=5e-8)


@given(st.lists(st.integers(0, 12), min_size=7, max_size=7).filter(any))
def test_agreement_is_that_of_layers_and_triples(histogram: list[int]) -> None:
    got = statistics.agreement(np.array([histogram], np.float64))[0]
    assert got == pytest.approx(agreement_of([float(n) for n in histogram]), abs=EXACT)


def test_agreement_at_its_ends_and_of_nobody() -> None:
    rows = [[0, 0, 5, 0, 0, 0, 0], [3, 0, 0, 0, 0, 0, 3], [1] * 7, [0] * 7]
    one, minus_one, zero, nobody = statistics.agreement(np.array(rows, np.float64)).tolist()
    assert (one, minus_one, zero) == (1.0, -1.0, 0.0) and math.isnan(nobody)


def test_categories_are_seven_equal_parts_and_hold_both_ends() -> None:
    values = np.array([[-1.0, -0.72, -0.71, 0.0, 0.71, 0.72, 1.0]])
    counts = statistics.category_histograms(values, np.ones_like(values))
    assert counts.tolist() == [[2, 1, 0, 1, 0, 1, 2]]


def test_the_signal_agreement_is_the_mean_of_both_axes() -> None:
    apart = read((-1, 0.5), (1, 0.5))
    assert apart["agreement"] == pytest.approx(0.5, abs=EXACT)  # (0 on valence + 1 on arousal) / 2


def test_polarization_at_its_ends_and_for_two() -> None:
    assert read((1, 0), (-1, 0))["polarization"] == pytest.approx(1.0, abs=EXACT)
    assert read((0.75, 0), (-0.25, 0))["polarization"] == pytest.approx(0.5, abs=EXACT)
    assert read((1, 0), (0.25, 0))["polarization"] == 0.0
    assert read((0, 0), (0, 1))["polarization"] == 0.0


@pytest.mark.parametrize("crowd", CROWDS)
def test_polarization_is_its_definition(crowd: Any) -> None:
    v, w = crowd[0].astype(float), crowd[3].astype(float)
    up, down, total = v > 0, v < 0, w[~np.isnan(v)].sum()
    p_up, p_down = w[up].sum() / total, w[down].sum() / total
    means = [np.average(v[side], weights=w[side]) if side.any() else 0.0 for side in (up, down)]
    expected = 4 * p_up * p_down * (means[0] - means[1]) / 2
    assert statistics.signals(*crowd)["polarization"] == pytest.approx(expected, abs=EXACT)


def octant(valence: float, arousal: float) -> int:
    if math.hypot(valence, arousal) < 0.2:
        return 8
    return round(math.atan2(arousal, valence) / (math.pi / 4)) % 8


@pytest.mark.parametrize("crowd", CROWDS)
def test_diversity_is_the_entropy_over_octants_and_neutral(crowd: Any) -> None:
    shares = np.zeros(9)
    for v, a, _, w in np.stack(crowd, axis=1).tolist():
        if v == v and a == a:
            shares[octant(v, a)] += w
    shares = shares[shares > 0] / shares.sum()
    expected = -(shares * np.log(shares)).sum() / math.log(9)
    assert statistics.signals(*crowd)["diversity"] == pytest.approx(expected, abs=EXACT)


def test_diversity_at_its_ends() -> None:
    around = [(math.cos(k * math.pi / 4) * 0.9, math.sin(k * math.pi / 4) * 0.9) for k in range(8)]
    assert read(*around, (0, 0))["diversity"] == pytest.approx(1.0, abs=EXACT)
    assert read((0.5, 0.5), (0.6, 0.4))["diversity"] == 0.0


@pytest.mark.parametrize("crowd", CROWDS)
def test_quadrant_shares_are_their_soft_memberships(crowd: Any) -> None:
    sums = dict.fromkeys(("joy", "calm", "tension", "sorrow"), 0.0)
    for v, a, _, w in np.stack(crowd, axis=1).tolist():
        if v == v and a == a:
            right, up = (min(max(0.5 + 2 * x, 0.0), 1.0) for x in (v, a))
            sums["joy"] += w * right * up
            sums["calm"] += w * right * (1 - up)
            sums["tension"] += w * (1 - right) * up
            sums["sorrow"] += w * (1 - right) * (1 - up)
    reading = statistics.signals(*crowd)
    for name, part in sums.items():
        assert reading[name] == pytest.approx(part / sum(sums.values()), abs=EXACT)


@pytest.mark.parametrize(
    ("feeling", "name"),
    [
        ((0.5, 0.5), "joy"),
        ((0.5, -0.5), "calm"),
        ((-0.5, 0.5), "tension"),
        ((-0.5, -0.5), "sorrow"),
    ],
)
def test_a_clear_feeling_is_wholly_of_its_quadrant(feeling: tuple[float, float], name: str) -> None:
    assert read(feeling)[name] == 1.0
    assert read((0.0, 0.0))[name] == 0.25


def test_confidence_counts_effective_people() -> None:
    for people in (1, 2, 10):
        got = read(*[(0.5, 0.5)] * people)["confidence"]
        assert got == pytest.approx(1 - math.exp(-people / 5), abs=EXACT)
    uneven = read((0, 0, NAN, 1.0), (0, 0, NAN, 0.5))  # (1.5)² / 1.25 = 1.8 people
    assert uneven["confidence"] == pytest.approx(1 - math.exp(-1.8 / 5), abs=EXACT)
    ones = np.ones(4, np.float32)
    half = statistics.signals(ones, ones, ones, ones, freshness=0.5)["confidence"]
    assert half == pytest.approx((1 - math.exp(-4 / 5)) / 2, abs=EXACT)


def test_presence_is_full_at_a_thousand() -> None:
    assert [statistics.presence(n) for n in (0, 1000, 50_000)] == [0.0, 1.0, 1.0]
    assert statistics.presence(9) == pytest.approx(math.log(10) / math.log(1001), abs=EXACT)


# The line between two camps.


def two_camps(
    angle: float, low: float, high: float, across: float, share: float = 0.5, people: int = 400
) -> Reading:
    """Camps round `low` and `high` along `angle`, both `across` from the axis through 0."""
    rng = np.random.default_rng(5)
    along = np.where(np.arange(people) < share * people, low, high)
    noise = rng.normal(0, 0.02, (2, people))
    for camp in (along == low, along == high):
        noise[:, camp] -= noise[:, camp].mean(axis=1, keepdims=True)
    x, y = along + noise[0], across + noise[1]
    v = x * math.cos(angle) - y * math.sin(angle)
    a = x * math.sin(angle) + y * math.cos(angle)
    nothing = np.full(people, NAN, np.float32)
    ones = np.ones(people, np.float32)
    return statistics.signals(v.astype(np.float32), a.astype(np.float32), nothing, ones)


@pytest.mark.parametrize("angle", [-1.2, -0.5, 0.0, 0.3, 0.8, 1.5])
@pytest.mark.parametrize("share", [0.5, 0.15])
def test_the_line_lies_midway_across_the_way_from_camp_to_camp(angle: float, share: float) -> None:
    reading = two_camps(angle, -0.4, 0.6, 0.1, share)
    assert reading["divide_angle"] == pytest.approx(angle, abs=0.01)  # the axis tilts with noise
    assert reading["divide_offset"] == pytest.approx(0.1, abs=0.005)
    assert reading["divide_gap"] == pytest.approx(1.0, abs=0.002)


def test_camps_apart_in_arousal_alone_lie_straight_up_whatever_the_rounding() -> None:
    for jitter in (-1e-17, 0.0, 1e-17):
        reading = read((jitter, -0.5), (0.0, 0.75))
        assert reading["divide_angle"] == math.pi / 2
        assert reading["divide_offset"] == pytest.approx(0.125, abs=EXACT)
        assert reading["divide_gap"] == pytest.approx(1.25, abs=EXACT)


def test_the_cut_leaves_the_least_variance_within() -> None:
    values = [-1.0, -0.9, -0.75, 0.0, 0.25, 0.5, 1.0]
    cuts = [(values[:k], values[k:]) for k in range(1, len(values))]
    low, high = min(cuts, key=lambda cut: sum(np.var(side) * len(side) for side in cut))
    reading = read(*[(value, 0.0) for value in values])
    assert reading["divide_gap"] == pytest.approx(np.mean(high) - np.mean(low), abs=1e-7)


@pytest.mark.parametrize(
    "people", [[(0.5, 0.5)] * 3, [(1, 0), (-1, 0), (0, 1), (0, -1)], [(0.5, NAN), (-0.5, NAN)]]
)
def test_there_is_no_line_where_all_agree_or_no_axis_leads(people: list[Any]) -> None:
    reading = read(*people)
    assert all(math.isnan(reading[f"divide_{part}"]) for part in ("angle", "offset", "gap"))


# Few people, and the laws.


def test_of_nobody_only_the_count_is_known() -> None:
    reading = read()
    assert {name for name, value in reading.items() if value == value} == ALWAYS
    assert all(reading[name] == 0.0 for name in ALWAYS)


def test_people_without_weight_are_here_but_say_nothing() -> None:
    reading = read((0.5, 0.5, 0.5, 0.0), (0.5, 0.5, 0.5, 0.0))
    assert {name for name, value in reading.items() if value == value} == ALWAYS
    assert reading["count"] == 2.0 and reading["confidence"] == 0.0


def test_of_one_person() -> None:
    reading = read((0.5, -0.25, 0.125))
    assert [reading[n] for n in ("valence", "arousal", "dominance")] == [0.5, -0.25, 0.125]
    assert reading["median_arousal"] == -0.25 and reading["agreement"] == 1.0
    assert [reading[n] for n in ("polarization", "spread", "diversity")] == [0.0, 0.0, 0.0]
    assert math.isnan(reading["divide_gap"])


def test_of_two_people() -> None:
    reading = read((0.5, 0.0), (-0.5, 0.5))
    assert (reading["valence"], reading["arousal"]) == (0.0, 0.25)
    assert reading["spread"] == pytest.approx(math.hypot(1.0, 0.5) / (2 * math.sqrt(2)), abs=EXACT)
    assert reading["divide_gap"] == pytest.approx(math.hypot(1.0, 0.5), abs=EXACT)
    assert math.isnan(reading["dominance"])


def test_arousal_alone_is_heard_where_valence_is_not_said() -> None:
    reading = read((NAN, 0.5), (NAN, 1.0))
    assert reading["arousal"] == 0.75 and math.isnan(reading["valence"])
    assert reading["agreement"] < 1.0 and math.isnan(reading["joy"])
    assert math.isnan(reading["polarization"]) and reading["confidence"] > 0.0


thirty_seconds = st.integers(-32, 32).map(lambda n: n / 32)
maybe = st.one_of(thirty_seconds, st.just(NAN))
crowds = st.lists(
    st.tuples(maybe, maybe, maybe, st.integers(0, 64).map(lambda n: n / 64)), max_size=30
)


@given(crowds)
def test_every_reading_is_within_its_range(crowd: Any) -> None:
    reading = read(*crowd)
    assert set(reading) == set(SIGNALS) - NEED_TIME
    for name, value in reading.items():
        signal = SIGNALS[name]
        assert math.isnan(value) or signal.lo - EXACT <= value <= signal.hi + EXACT, name
    shares = [reading[name] for name in ("joy", "calm", "tension", "sorrow")]
    assert math.isnan(shares[0]) or sum(shares) == pytest.approx(1.0, abs=EXACT)


@given(crowds, st.randoms(use_true_random=False))
def test_the_order_of_people_means_nothing(crowd: Any, random: Any) -> None:
    before = read(*crowd)
    random.shuffle(crowd)
    assert read(*crowd) == pytest.approx(before, abs=1e-7, nan_ok=True)


@given(crowds, st.sampled_from([2.0**-9, 0.1, 0.7]))
def test_a_common_factor_of_the_weights_means_nothing(crowd: Any, factor: float) -> None:
    scaled = read(*[(v, a, d, w * factor) for v, a, d, w in crowd])
    # Scaling rounds each weight to float32: relative 6e-8; an angle magnifies that by 1/anisotropy.
    assert scaled == pytest.approx(read(*crowd), abs=2e-4, nan_ok=True)


@given(st.lists(st.tuples(thirty_seconds, thirty_seconds), min_size=1, max_size=40), st.data())
def test_one_voter_moves_a_centre_by_at_most_their_share(crowd: Any, data: Any) -> None:
    voter = data.draw(st.integers(0, len(crowd) - 1))
    changed = list(crowd)
    changed[voter] = data.draw(st.tuples(thirty_seconds, thirty_seconds))
    before, after = read(*crowd), read(*changed)
    for name in ("valence", "arousal"):
        assert abs(after[name] - before[name]) <= 2.0 / len(crowd) + EXACT  # of a span of 2


@given(crowds, crowds)
def test_a_mean_lies_between_the_means_of_its_parts(one: Any, two: Any) -> None:
    parts = sorted(read(*part)["valence"] for part in (one, two))
    assume(not any(map(math.isnan, parts)))
    assert parts[0] - EXACT <= read(*one, *two)["valence"] <= parts[1] + EXACT
