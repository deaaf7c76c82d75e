"""Measures for analysis against plain definitions, and real observers against what is known."""

import itertools
import math
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

from empathy_palettes.crowd import analysis, statistics
from empathy_palettes.crowd.features import kind_of_feeling
from empathy_palettes.crowd.tally import Tally
from empathy_palettes.inlet.annotations import load, timeline

EXACT = 1e-9
OBSERVERS = Path(__file__).parents[3] / "shared" / "data" / "gump"


def test_esteban_ray_is_the_sum_over_all_pairs() -> None:
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 9, (4, 21)).astype(float)
    for row, got in zip(rows, analysis.esteban_ray(rows), strict=True):
        p = row / row.sum()
        pairs = itertools.product(range(21), repeat=2)
        expected = 2**2.3 * sum(p[a] ** 2.3 * p[b] * abs(a - b) / 20 for a, b in pairs)
        assert got == pytest.approx(expected, abs=EXACT)


def test_esteban_ray_at_its_ends_and_of_nobody() -> None:
    rows = np.zeros((3, 21))
    rows[0, [0, -1]], rows[1, 7] = 5, 5
    two, one, nobody = analysis.esteban_ray(rows).tolist()
    assert (two, one) == (pytest.approx(1.0, abs=EXACT), 0.0) and math.isnan(nobody)


def test_bimodality_is_that_of_unbiased_skew_and_kurtosis() -> None:
    values = (np.random.default_rng(1).integers(-32, 33, 50) / 32).tolist()
    n, mean = len(values), fmean(values)
    m2, m3, m4 = (fmean([(x - mean) ** k for x in values]) for k in (2, 3, 4))
    skew = math.sqrt(n * (n - 1)) / (n - 2) * m3 / m2**1.5
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * m4 / m2**2 - 3 * (n - 1))
    expected = (skew**2 + 1) / (kurtosis + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))
    tally = Tally.of(values, np.zeros(n), np.full(n, math.nan), np.ones(n))
    more = analysis.more(tally)
    assert more["bimodality_valence"][0] == pytest.approx(expected, abs=EXACT)
    assert math.isnan(more["bimodality_arousal"][0])  # all the same


@pytest.mark.parametrize("people", [0, 1, 3, 4])
def test_bimodality_takes_four_people(people: int) -> None:
    values = np.array([-1.0, 0.0, 0.5, 1.0])[:people]
    more = analysis.more(Tally.of(values, values, values, np.ones(people)))
    assert math.isnan(more["bimodality_valence"][0]) == (people < 4)
    assert math.isnan(more["kinds"][0]) == (people == 0)


def test_kinds_are_as_many_as_are_equally_common() -> None:
    v, a = np.array([0.5, 0.5, -0.5, 0.0]), np.array([0.0, 0.5, 0.0, 0.0])
    assert len(set(kind_of_feeling(v, a).tolist())) == 4
    more = analysis.more(Tally.of(v, a, a, np.ones(4)))
    assert more["kinds"][0] == pytest.approx(4.0, abs=EXACT)
    assert analysis.hill(np.array([[3.0, 1.0, 0.0]]))[0] == pytest.approx(16 / 10)


def test_measures_of_a_tally_are_those_of_its_histograms() -> None:
    rng = np.random.default_rng(2)
    v, a = np.rint(rng.normal(0, 0.4, (2, 200)).clip(-1, 1) * 32) / 32
    weight = rng.integers(0, 9, 200) / 8
    more = analysis.more(Tally.of(v, a, np.full(200, math.nan), weight))
    for name, values in (("valence", v), ("arousal", a)):
        poles = np.histogram(values, np.linspace(-1, 1, 22), weights=weight)[0]
        expected = analysis.esteban_ray(poles[None])[0]
        assert more[f"esteban_ray_{name}"][0] == pytest.approx(expected, abs=EXACT)


@pytest.mark.skipif(not OBSERVERS.is_dir(), reason="../shared/data/gump is not on this machine")
def test_nine_observers_of_a_film_are_split_as_is_known_of_them() -> None:
    audio_visual = [one for one in load(OBSERVERS) if one.name.startswith("av")]
    assert len(audio_visual) == 9
    valence = timeline(audio_visual, np.arange(7200.0)).valence
    valence = np.where(np.isnan(valence), 0.0, valence)
    ones = np.ones(9)
    split = np.array([statistics.split_polarization(now, ones) for now in valence.T])
    assert round(float(split.mean()), 3) == 0.088
    assert round(float(np.quantile(split, 0.95)), 3) == 0.400
    assert (round(float(split.max()), 3), int(split.argmax())) == (0.988, 5895)
