"""The crowds that are set feel what they are set to feel, through the gate, and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from empathy_palettes.core.clock import STEPS_PER_SECOND
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.crowd.signals import SIGNALS
from empathy_palettes.mapping.preset import Promise
from empathy_palettes.show.promises.crowd import MOST, SetCrowd
from empathy_palettes.show.promises.hall import LEAP, SetDoor
from empathy_palettes.show.promises.moments import Moments, places
from empathy_palettes.show.promises.sweeps import CROWDS, ONE_MEAN, SWEEP_OF, SWEEPS


class Room:
    """A crowd that is set, and the table that it fills; no picture."""

    def __init__(self, seed: int) -> None:
        self.speaks = SetCrowd(seed)
        self.door = SetDoor(self.speaks)
        self.crowd = Crowd(CrowdSettings(max_people=MOST))

    def live(self, moments: Moments, seconds: float) -> dict[str, float]:
        """Set it, live on, and return the mean of every signal over the last three seconds."""
        begin = self.crowd.current_step
        end = begin + round(seconds * STEPS_PER_SECOND)
        self.speaks.become(moments, begin + 1)
        readings = []
        for step in (*range(begin + LEAP, end - 240, LEAP), *range(end - 240, end + 1)):
            admitted = self.door.admit(step)
            self.crowd.step(step, admitted.samples, admitted.withdrawn)
            if step > end - 180:
                readings.append(self.crowd.reading)
        return {name: float(np.mean([each[name] for each in readings])) for name in SIGNALS}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("people", [71, 200, 566])
def test_places_have_the_moments_that_are_set_whatever_the_seed(seed: int, people: int) -> None:
    for across, up, camps in ((0.25, 0.25, 0.0), (0.4, 0.12, 0.0), (0.43, 0.15, 0.41)):
        placed = places(Moments(across=across, up=up, camps=camps, people=people), seed)
        assert placed.shape == (people, 2)
        assert np.allclose(placed.mean(axis=0), 0.0, atol=1e-9)
        sway = 0.08**2
        assert placed[:, 0].var() + sway == pytest.approx(across**2, rel=0.02)
        assert placed[:, 1].var() + sway == pytest.approx(up**2, rel=0.02)
        assert abs(float((placed[:, 0] * placed[:, 1]).mean())) < 0.02 * across * up
        assert np.abs(placed).max() < 1.0
    evenly = places(Moments(evenly=True, people=people), seed)
    thirds = np.clip(np.floor(evenly / 0.6 + 1.5), 0, 2)
    _, counts = np.unique(thirds, axis=0, return_counts=True)
    assert len(counts) == 9 and counts.min() > people / 9 * 0.5


def test_the_sweeps_of_means_hold_everything_else() -> None:
    room = Room(1)
    for signal, other in (("valence", "arousal"), ("arousal", "valence")):
        low, high = SWEEPS[signal].levels()[0], SWEEPS[signal].levels()[-1]
        for moments, mean in ((low, -0.3), (high, 0.3)):
            felt = room.live(moments, 8.0)
            assert felt[signal] == pytest.approx(mean, abs=0.02)
            assert felt[other] == pytest.approx(0.0, abs=0.02)
            assert felt["spread"] == pytest.approx(0.25, abs=0.02)
            assert felt["count"] == 200
            assert felt["dominance"] == 0.0


def test_spread_camps_and_count_go_with_the_mean_held() -> None:
    room = Room(2)
    for name, ends in {
        "spread": (0.12, 0.40),
        "polarization": (0.11, 0.41),
        "presence": (math.log1p(71) / math.log(1001), math.log1p(566) / math.log(1001)),
        "dominance": (-0.3, 0.3),
    }.items():
        levels = SWEEPS[name].levels()
        assert len(levels) == 7
        for moments, end in zip((levels[0], levels[-1]), ends, strict=True):
            felt = room.live(moments, 6.0)
            assert felt[name] == pytest.approx(end, abs=0.03), name
            assert abs(felt["valence"]) < 0.02 and abs(felt["arousal"]) < 0.02
            if name == "polarization":
                assert felt["spread"] == pytest.approx(0.32, abs=0.02)
                assert 0.7 < felt["agreement"] < 0.85
    assert not room.door.notices.rejected


def test_resonance_is_what_it_is_set_to_after_a_minute() -> None:
    room = Room(1)
    for together in (0.1, 0.65):
        felt = room.live(Moments(together=together), 62.0)
        assert felt["resonance"] == pytest.approx(together, abs=0.06)
        assert abs(felt["valence"]) < 0.02 and felt["spread"] == pytest.approx(0.25, abs=0.03)


def test_four_crowds_of_one_mean_are_four() -> None:
    room = Room(1)
    felt = {name: room.live(CROWDS[name], 6.0) for name in ONE_MEAN}
    for name in ("neutral", "split", "diverse"):
        assert abs(felt[name]["valence"]) < 0.02 and abs(felt[name]["arousal"]) < 0.03
    assert felt["split"]["polarization"] > 0.5 > 0.2 > felt["neutral"]["polarization"]
    assert felt["diverse"]["diversity"] > 0.95
    assert felt["nobody"]["count"] == 0


def test_the_same_seed_says_the_same_and_another_does_not() -> None:
    def said(seed: int) -> list[bytes]:
        crowd = SetCrowd(seed)
        crowd.become(Moments(people=30), 1)
        first = [datagram for step in range(1, 90) for datagram in crowd.advance(step)]
        crowd.become(Moments(people=12, valence=0.2), 90)
        return first + [datagram for step in range(90, 180) for datagram in crowd.advance(step)]

    assert said(1) == said(1)
    assert said(1) != said(2)
    with pytest.raises(ValueError, match="1024"):
        SetCrowd(1).become(Moments(people=2000), 1)


def test_whatever_may_be_promised_has_a_sweep_and_nothing_else() -> None:
    assert SWEEP_OF.keys() <= SIGNALS.keys()
    for signal in SIGNALS:
        promised = {"when": signal, "then": "motion", "sign": "+"}
        if signal in SWEEP_OF:
            Promise.model_validate(promised)
        else:
            with pytest.raises(ValueError, match="no crowd is set"):
                Promise.model_validate(promised)
