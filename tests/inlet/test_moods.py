"""The moods do what their names say, in the proportions that real crowds have."""

import numpy as np
import pytest

from empathy_palettes.inlet.moods import Array
from empathy_palettes.inlet.simulate import MOODS, Held, SimulatedCrowd

SECONDS = 240
PER_SECOND = 2


def series(mood: str | Held, seed: int, people: int = 150, seconds: int = SECONDS) -> Array:
    """What everybody feels, twice a second: (times, people, 2)."""
    crowd = SimulatedCrowd(people, mood, seed, arrive_over=0)
    found = []
    for step in range(0, seconds * 60, 60 // PER_SECOND):
        crowd.advance(step)
        found.append(crowd.feelings)
    return np.array(found)


def resonance(feelings: Array) -> float:
    """Mean pairwise correlation within minutes, by brute force."""
    minute = 60 * PER_SECOND
    found = []
    for start in range(0, len(feelings) - minute + 1, minute):
        for axis in (0, 1):
            table = np.asarray(np.corrcoef(feelings[start : start + minute, :, axis].T))
            found.append(table[np.triu_indices(len(table), 1)].mean())
    return float(np.mean(found))


def polarization(values: Array) -> float:
    """Split polarisation of one instant (Esteban & Ray 1994, two groups)."""
    above, below = values[values > 0], values[values < 0]
    if not (len(above) and len(below)):
        return 0.0
    shares = len(above) * len(below) / len(values) ** 2
    return float(4 * shares * (above.mean() - below.mean()) / 2)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("mood", "signs"),
    [("joy", (1, 1)), ("calm", (1, -1)), ("tension", (-1, 1)), ("grief", (-1, -1))],
)
def test_a_mood_lies_in_its_quadrant_and_moves_like_a_crowd(
    mood: str, signs: tuple[int, int], seed: int
) -> None:
    feelings = series(mood, seed)
    means = feelings.mean(axis=1)
    assert np.all(means.mean(axis=0) * signs > 0.3)
    assert np.all(means * signs > 0.1)
    assert np.all(means.std(axis=0) < 0.2)
    assert np.all(np.ptp(means, axis=0) > 0.15)
    assert 0.25 < feelings.std(axis=1).mean() < 0.4
    assert 0.1 < resonance(feelings) < 0.6
    assert np.mean([polarization(instant) for instant in feelings[..., 0]]) < 0.25


def test_tension_is_livelier_than_joy_and_calm_is_stiller() -> None:
    speed = {
        mood: float(np.abs(np.diff(series(mood, 1), axis=0)).mean())
        for mood in ("calm", "joy", "tension")
    }
    assert speed["calm"] < 0.9 * speed["joy"]
    assert speed["joy"] < 0.9 * speed["tension"]


@pytest.mark.parametrize("seed", [1, 2])
def test_split_is_two_camps(seed: int) -> None:
    feelings = series("split", seed)
    valence = feelings[..., 0]
    assert min(polarization(instant) for instant in valence) > 0.45
    assert abs(np.median(np.abs(valence.mean(axis=0))) - 0.6) < 0.1
    pleasant = (valence.mean(axis=0) > 0).mean()
    assert 0.45 < pleasant < 0.55
    assert 0.1 < resonance(feelings) < 0.6


@pytest.mark.parametrize("seed", [1, 2])
def test_a_wave_travels_from_person_to_person(seed: int) -> None:
    feelings = series("wave", seed, seconds=60)
    assert np.all(np.abs(feelings.mean(axis=1)) < 0.1)
    phase = np.exp(1j * np.arctan2(feelings[..., 1], feelings[..., 0]))
    place = np.arange(feelings.shape[1]) / feelings.shape[1]
    fit = (phase * np.exp(2j * np.pi * place)).mean(axis=1)  # one turn along the crowd
    assert np.abs(fit).min() > 0.8
    turned = np.diff(np.unwrap(np.angle(fit))) * PER_SECOND
    assert turned.mean() == pytest.approx(2 * np.pi / 16, rel=0.03)  # and in sixteen seconds


@pytest.mark.parametrize("seed", [1, 2])
def test_drift_tours_the_plane(seed: int) -> None:
    means = series("drift", seed).mean(axis=1)
    quadrants = {(bool(v > 0.1), bool(a > 0.1)) for v, a in means if min(abs(v), abs(a)) > 0.1}
    assert len(quadrants) == 4
    assert np.abs(np.diff(means, axis=0)).max() * PER_SECOND < 0.15


@pytest.mark.parametrize("people", [1, 5, 300])
@pytest.mark.parametrize("feeling", [(0.0, 0.0), (0.8, -0.5), (-0.9, 0.9), (1.0, -1.0)])
def test_a_held_crowd_stays_about_its_feeling(people: int, feeling: tuple[float, float]) -> None:
    feelings = series(Held(*feeling), 3, people, seconds=10)
    tolerance = 0.02 + 0.2 / np.sqrt(people)  # everybody wanders a little
    assert np.abs(feelings.mean(axis=1) - feeling).max() < tolerance
    if people == 300:
        room = 1.0 - np.abs(feeling)
        assert np.all(feelings.std(axis=1) <= room / 2 + 1e-12)
        assert np.all(feelings.std(axis=1)[:, room > 0.5] > 0.1)


@pytest.mark.parametrize("mood", MOODS)
def test_nobody_leaves_the_scale_or_is_stuck_at_its_end(mood: str) -> None:
    feelings = series(mood, 5, seconds=60)
    assert np.abs(feelings).max() < 1.0
    assert feelings.std(axis=0).min() > 0.0


def test_neighbours_feel_more_alike_than_strangers() -> None:
    feelings = np.concatenate([series("calm", seed, seconds=60)[60:] for seed in range(6)])
    near = np.abs(feelings - np.roll(feelings, 1, axis=1)).mean()
    far = np.abs(feelings - np.roll(feelings, 70, axis=1)).mean()
    assert near < 0.95 * far
