"""Tallies: exact whatever the order and however the crowd is divided, and the same statistics."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.crowd import statistics
from empathy_palettes.crowd.modes import ModeTracker
from empathy_palettes.crowd.table import People, cells
from empathy_palettes.crowd.tally import CELLS, CHUNK, Scales, Tally
from empathy_palettes.inlet.sample import SAMPLE

NAN = math.nan
EXACT = 1e-9
FIELDS = ("mass", "dominance", "squares", "trust", "people")
Columns = NDArray[np.float32]  # (4, people): valence, arousal, dominance, weight

levels = st.integers(-32, 32).map(lambda n: n / 32)
maybe = st.one_of(levels, st.just(NAN))
crowds = st.lists(
    st.tuples(maybe, maybe, maybe, st.integers(0, 256).map(lambda n: n / 256)), max_size=30
)


def columns(crowd: Any) -> Columns:
    """The crowd as arrays; who has said nothing weighs nothing."""
    out = np.array(crowd, np.float32).reshape(-1, 4).T.copy()
    out[3, np.isnan(out[:3]).all(axis=0)] = 0.0
    return out


def same(one: Tally, other: Tally) -> None:
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@given(crowds)
def test_a_tally_gives_the_signals_of_its_people(crowd: Any) -> None:
    people = columns(crowd)
    got = statistics.reading(statistics.of(Tally.of(*people)))
    assert got == pytest.approx(statistics.signals(*people), abs=EXACT, nan_ok=True)


@given(crowds, st.randoms(use_true_random=False))
def test_the_order_of_people_changes_no_bit(crowd: Any, random: Any) -> None:
    one = Tally.of(*columns(crowd))
    random.shuffle(crowd)
    same(one, Tally.of(*columns(crowd)))


@given(crowds, crowds)
def test_two_tallies_add_up_to_that_of_all_to_the_bit(one: Any, two: Any) -> None:
    merged = Tally.of(*columns(one)) + Tally.of(*columns(two))
    same(merged, Tally.of(*columns(one + two)))
    apart, together = (statistics.of(tally) for tally in (merged, Tally.of(*columns(two + one))))
    for name in apart:
        np.testing.assert_array_equal(apart[name], together[name], err_msg=name)


@given(crowds, st.integers(1, 8))
def test_a_power_of_two_as_a_factor_of_the_weights_changes_no_bit(crowd: Any, power: int) -> None:
    people = columns(crowd)
    before = statistics.reading(statistics.of(Tally.of(*people)))
    people[3] *= 2.0**-power
    after = statistics.reading(statistics.of(Tally.of(*people)))
    assert repr(after) == repr(before)


@given(crowds, st.sampled_from([0.1, 0.3, 0.7]))
def test_any_factor_of_the_weights_means_nothing(crowd: Any, factor: float) -> None:
    people = columns(crowd)
    tally = Tally.of(*people)
    before, after = (statistics.of(each) for each in (tally, tally.whole(factor)))
    for name in before:
        np.testing.assert_allclose(after[name], before[name], rtol=0, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("people", [0, 1, 2])
def test_of_few_people(people: int) -> None:
    crowd = [(0.5, -0.25, 1.0, 1.0), (-0.5, 0.75, NAN, 1.0)][:people]
    got = statistics.reading(statistics.of(Tally.of(*columns(crowd))))
    assert got["count"] == people
    assert math.isnan(got["valence"]) == (people == 0)
    assert math.isnan(got["divide_gap"]) == (people < 2)
    if people == 2:
        assert (got["valence"], got["arousal"], got["dominance"]) == (0.0, 0.25, 1.0)
        assert got["divide_gap"] == pytest.approx(math.sqrt(2), abs=EXACT)


def test_rows_are_groups_and_can_be_made_one() -> None:
    rng = np.random.default_rng(3)
    v, a, d = (rng.integers(-32, 33, (3, 500)) / 32).astype(np.float32)
    weight = (rng.integers(0, 65, 500) / 64).astype(np.float32)
    room = People(500)
    batch = np.zeros(500, SAMPLE)
    for name, values in (("valence", v), ("arousal", a), ("dominance", d), ("weight", weight)):
        batch[name] = values
    batch["who"], batch["origin"] = np.arange(500), rng.integers(0, 3, 500)
    room.apply(batch, 0)
    row_of = np.zeros(256, np.intp)
    row_of[[1, 2]] = 1, 2
    scales = Scales(500, half_life=60.0, leave_after=600)
    rows = scales.weigh(room, 0, None, row_of, 3)
    for row in range(3):
        mine = batch["origin"] == row
        same(rows.rows(np.arange(3) == row), Tally.of(v[mine], a[mine], d[mine], weight[mine]))
    same(rows.whole(), scales.weigh(room, 0))
    halved = rows.whole([0.5, 1.0, 1.0])
    once_more = Tally.of(v, a, d, np.where(batch["origin"] == 0, weight / 2, weight))
    same(halved, once_more)


def test_scales_weigh_trust_worth_and_silence() -> None:
    people = CHUNK + 100
    room, scales = People(people), Scales(people, half_life=60.0, leave_after=600)
    batch = np.zeros(people, SAMPLE)
    batch["who"], batch["weight"] = np.arange(people), 0.5
    batch["valence"], batch["arousal"], batch["dominance"] = 0.25, NAN, -1.0
    room.apply(batch, 0)
    batch["weight"] = 1.0
    room.apply(batch[-50:], 60)
    worth = np.ones(people, np.float32)
    worth[-25:] = 0.25
    tally = scales.weigh(room, 60, worth)
    expected = [0.25] * (people - 50) + [1.0] * 25 + [0.25] * 25
    assert (scales.units / 65536).tolist() == expected
    assert tally.mass.sum() == tally.dominance[0, 0] == sum(expected)
    assert tally.squares.tolist() == [[sum(w * w for w in expected), 0.0]]
    assert tally.trust[0] == 0.5 * (people - 50) + 25 + 25 * 0.25
    room.withdraw(np.arange(10, dtype=np.uint32))
    assert scales.weigh(room, 60, worth).mass.sum() == sum(expected) - 2.5
    assert scales.weigh(room, 60 + 540, worth).mass.sum() > 0.0
    assert scales.weigh(room, 661, worth).mass.sum() == 0.0  # silent for longer than one may be


def test_modes_of_a_tally_are_those_of_its_people() -> None:
    rng = np.random.default_rng(1)
    camps = np.concatenate([rng.normal(at, 0.15, (300, 2)) for at in (-0.5, 0.5)])
    v, a = (np.rint(np.clip(camps, -1, 1) * 32) / 32).astype(np.float32).T
    v[:3], a[5:9] = NAN, NAN
    weight = (rng.integers(0, 257, 600) / 256).astype(np.float32)
    one, two = ModeTracker(), ModeTracker()
    heard = np.bincount(cells(v, a)[np.rint(weight * 65_536) > 0], minlength=CELLS)
    modes = one.follow(Tally.of(v, a, np.full(600, NAN), weight), heard)
    expected = two.update(v, a, weight)
    assert modes.identity.tolist() == expected.identity.tolist() == [0, 1]
    for name in ("centres", "mass", "spread"):
        np.testing.assert_allclose(getattr(modes, name), getattr(expected, name), atol=1e-7)
    np.testing.assert_array_equal(modes.voices, expected.voices)
    assert 250 < modes.voices.min() <= modes.voices.sum() <= np.count_nonzero(weight)


def test_voices_are_counted_by_what_they_said() -> None:
    rng = np.random.default_rng(2)
    v, a, d = np.where(rng.random((3, 900)) < 0.3, NAN, rng.integers(-32, 33, (3, 900)) / 32)
    weight = rng.integers(0, 3, 900) / 2 * ~(np.isnan(v) & np.isnan(a) & np.isnan(d))
    said = [~np.isnan(values) & (weight > 0) for values in (v, a, d)]
    expected = [np.count_nonzero(weight), *map(np.count_nonzero, (*said, said[0] & said[1]))]
    assert Tally.of(v, a, d, weight).voices.tolist() == [expected]
    halves = Tally.of(*(x[:400] for x in (v, a, d, weight))) + Tally.of(
        *(x[400:] for x in (v, a, d, weight))
    )
    assert halves.voices.tolist() == [expected]
