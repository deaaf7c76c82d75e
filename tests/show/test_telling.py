"""What may be told of few people, among simulated ones too; long histories: `test_groups`."""

import numpy as np
import pytest

from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.inlet.sample import NOT_GIVEN, SAMPLE, SIMULATED, Samples
from empathy_palettes.show.telling import ALWAYS_TOLD, Telling

NOBODY = np.empty(0, np.uint32)


def said(people: int, first: int = 0, origin: int = 1, weight: float = 1.0) -> Samples:
    rows = np.zeros(people, SAMPLE)
    rows["who"] = np.arange(first, first + people)
    rows["valence"], rows["arousal"], rows["dominance"] = 0.5, -0.25, NOT_GIVEN
    rows["weight"], rows["origin"] = weight, origin
    return rows


def crowd_of(*parts: Samples) -> Crowd:
    crowd = Crowd(CrowdSettings(max_people=64))
    crowd.step(0, np.concatenate(parts), NOBODY)
    return crowd


def is_told(crowd: Crowd) -> bool:
    told = Telling(3).reading(crowd)
    assert set(ALWAYS_TOLD) <= set(told)
    return "valence" in told


@pytest.mark.parametrize("people", range(1, 6))
def test_of_too_few_only_how_many_they_are(people: int) -> None:
    assert is_told(crowd_of(said(people))) == (people >= 3)
    assert bool(Telling(3).analysis(crowd_of(said(people)))) == (people >= 3)


def test_of_simulated_people_alone_everything_is_told() -> None:
    assert is_told(crowd_of(said(2, origin=SIMULATED)))


def test_simulated_people_do_not_hide_the_few_among_them() -> None:
    simulated = said(30, first=30, origin=SIMULATED)
    assert not is_told(crowd_of(simulated, said(2)))
    assert is_told(crowd_of(simulated, said(3)))


def test_a_word_without_weight_is_nobody_s_cover() -> None:
    assert not is_told(crowd_of(said(2), said(4, first=10, weight=0.0)))
    simulated = said(30, first=30, origin=SIMULATED)
    assert not is_told(crowd_of(simulated, said(2), said(4, first=10, weight=0.0)))


def test_what_few_said_is_not_told_although_many_are_here() -> None:
    rows = said(5)
    rows["valence"][:4] = NOT_GIVEN
    told = Telling(3).reading(crowd_of(rows))
    assert "arousal" in told and "median_arousal" in told
    hidden = {"valence", "median_valence", "polarization", "joy", "spread", "agreement"}
    assert not hidden & told.keys()


def test_nobody_is_nothing_to_tell_of() -> None:
    crowd = Crowd(CrowdSettings(max_people=64))
    crowd.step(0, np.zeros(0, SAMPLE), NOBODY)
    assert not is_told(crowd)
