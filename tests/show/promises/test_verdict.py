"""Verdicts on promises, from sweeps that are written down: kept, and broken for each reason."""

from __future__ import annotations

import numpy as np
import pytest

from empathy_palettes.mapping.preset import Promise
from empathy_palettes.render.measures.table import MEASURES
from empathy_palettes.show.promises.apart import four_crowds, presets_apart
from empathy_palettes.show.promises.looks import Look, distance, wandering
from empathy_palettes.show.promises.measuring import Station, Swept
from empathy_palettes.show.promises.sweeps import CROWDS, STILL
from empathy_palettes.show.promises.verdict import judged, spearman

from .worlds import Sees, world


def promise(when: str, then: str, sign: str = "+", memory: str = "") -> Promise:
    return Promise.model_validate({"when": when, "then": then, "sign": sign, "memory": memory})


def honest(name: str, level: float) -> dict[str, float]:
    if name == "valence":
        return {"lightness": 0.5 + 0.05 * level}
    if name == "arousal":
        return {"motion": 0.2 * 1.5**level, "lightness": 0.5 - 0.01 * level}
    return {"division": 0.3 + 0.002 * np.sin(9 * level)}


def test_an_honest_work_keeps_what_it_promises() -> None:
    swept = world(honest)
    found = judged(promise("valence", "lightness"), swept)
    assert found.kept, found.broken
    assert found.rank == pytest.approx(1.0)
    assert (found.low, found.high) == pytest.approx((0.45, 0.55))
    assert found.effect == pytest.approx(0.1 / 0.06)
    assert found.rival == "arousal" and found.rival_share == pytest.approx(0.2)
    assert found.left == 0.0
    assert judged(promise("arousal", "motion"), swept).effect == pytest.approx(2.0)
    assert judged(promise("median_valence", "lightness"), swept).kept


def test_the_wrong_sign_is_broken() -> None:
    found = judged(promise("valence", "lightness", "-"), world(honest))
    assert any("rank correlation -1.00" in why for why in found.broken)
    assert any("not visible: -0.100" in why for why in found.broken)


def test_what_is_not_seen_is_broken() -> None:
    def faint(name: str, level: float) -> dict[str, float]:
        if name == "valence":
            return {"lightness": 0.5 + 0.029 * level, "chroma": 0.1 + 0.014 * level}
        return {"motion": 0.2 * 1.22**level} if name == "arousal" else {}

    swept = world(faint)
    for when, then in (("valence", "lightness"), ("valence", "chroma"), ("arousal", "motion")):
        (why,) = judged(promise(when, then), swept).broken
        assert why.startswith("not visible")


def test_the_rest_is_seen_from_three_times_the_wandering_on() -> None:
    def work(noise: float) -> Sees:
        signs = dict(zip(np.linspace(-1, 1, 7).round(3), (1, -1, 1, 1, -1, -1, 1), strict=True))

        def sees(name: str, level: float) -> dict[str, float]:
            if name == "polarization":
                return {"division": 0.3 + 0.05 * level}
            return {"division": 0.3 + noise * signs[round(level, 3)]} if name == "still" else {}

        return sees

    assert judged(promise("polarization", "division"), world(work(0.02))).kept
    broken = judged(promise("polarization", "division"), world(work(0.05))).broken
    assert any(why.startswith("not visible") for why in broken)


def test_what_does_not_go_level_by_level_is_broken() -> None:
    heights = dict(zip(np.linspace(-1, 1, 7).round(3), (0, 5, 2, 6, 1, 4, 3), strict=True))

    def leaps(name: str, level: float) -> dict[str, float]:
        return {"lightness": 0.4 + 0.04 * heights[round(level, 3)]} if name == "valence" else {}

    (why,) = judged(promise("valence", "lightness"), world(leaps)).broken
    assert why.startswith("rank correlation 0.")


def test_a_signal_that_moves_it_more_is_named() -> None:
    def works(name: str, level: float) -> dict[str, float]:
        reach = {"valence": 0.05, "presence": 0.09}.get(name, 0.0)
        return {"lightness": 0.5 + reach * level}

    found = judged(promise("valence", "lightness"), world(works))
    assert found.rival == "presence"
    assert found.broken == ("presence moves it more (× 1.8)",)

    def there_and_back(name: str, level: float) -> dict[str, float]:
        reach = {"valence": 0.05 * level, "arousal": 0.15 * level**2}.get(name, 0.0)
        return {"lightness": 0.5 + reach}

    assert judged(promise("valence", "lightness"), world(there_and_back)).rival == "arousal"


def test_what_the_promised_signal_does_in_anothers_sweep_is_not_held_against_it() -> None:
    def works(name: str, level: float) -> dict[str, float]:
        agreement = {"spread": 0.15, "polarization": 0.08}.get(name, 0.0)
        return {"gathering": 0.3 - agreement * level}

    found = judged(promise("agreement", "gathering"), world(works))
    assert found.kept, found.broken
    assert found.rival_share < 0.05
    assert (found.low, found.high) == pytest.approx((0.15, 0.45)), "as agreement rises"
    assert judged(promise("spread", "gathering", "-"), world(works)).kept
    assert not judged(promise("spread", "gathering", "+"), world(works)).kept


def test_what_does_not_come_back_is_broken_unless_it_remembers() -> None:
    swept = world(honest, back={"lightness": 0.5})
    (why,) = judged(promise("valence", "lightness"), swept).broken
    assert why == "going back leaves 50% of it"
    kept = judged(promise("valence", "lightness", memory="smoke hangs in the air"), swept)
    assert kept.kept and kept.left == pytest.approx(0.5)


def test_what_else_moved_is_told() -> None:
    found = judged(promise("polarization", "division"), world(honest))
    assert found.moved == {"agreement": pytest.approx(-0.16)}


def test_ranks_are_spearmans() -> None:
    assert spearman(np.array([1.0, 2, 3, 4]), np.array([1.0, 4, 9, 16])) == pytest.approx(1.0)
    assert spearman(np.array([1.0, 2, 3]), np.array([5.0, 5, 5])) == 0.0
    # The example of two tied pairs, by hand: ranks 1 2.5 2.5 4 and 1.5 1.5 3 4.
    tied = spearman(np.array([1.0, 2, 2, 3]), np.array([1.0, 1, 2, 3]))
    assert tied == pytest.approx(3.75 / 4.5)
    random = np.random.default_rng(5)
    x, y = random.normal(size=(2, 9))
    ranks = [values.argsort().argsort() for values in (x, y)]
    assert spearman(x, y) == pytest.approx(float(np.corrcoef(ranks)[0, 1]))


def test_every_measure_can_be_judged() -> None:
    for measure in MEASURES:
        found = judged(promise("valence", measure), world(honest))
        assert found.broken if measure != "lightness" else found.kept


def look(lightness: float, abundance: float = 0.0, thumb: float = 0.0) -> Look:
    figures = np.zeros(10)
    figures[[0, 9]] = lightness, abundance
    return Look(figures, np.full((6, 11, 3), thumb))


def test_distances_are_counted_in_visible_steps() -> None:
    assert distance(look(1.0), look(1.0)) == 0.0
    assert distance(look(1.0, 3.0), look(4.0, 7.0)) == pytest.approx(5.0)
    assert distance(look(0.0), look(0.0, thumb=0.06)) == pytest.approx(3**0.5)
    assert wandering([look(0.0), look(1.0), look(2.0)]) == pytest.approx(2**0.5)


def test_crowds_differ_by_more_than_the_picture_does_by_itself() -> None:
    def seen(far: float, wander: float) -> list[str]:
        crowds = {name: Station({}, {}, look(far * at)) for at, name in enumerate(CROWDS)}
        stations = tuple(Station({}, {}, look(wander * (at % 2))) for at in range(7))
        still = Swept(STILL.name, stations, stations[0])
        four = four_crowds(crowds, {STILL.name: still})
        assert four.differ == (not four.alike)
        assert "nobody–calm" in four.distances
        return list(four.alike)

    assert seen(2.0, 0.1) == []
    assert "neutral–split" in seen(0.9, 0.1), "not a visible step"
    assert "neutral–split" in seen(2.0, 1.0), "it does as much by itself"


def test_presets_are_further_from_each_other_than_from_themselves() -> None:
    def crowds(base: float, reach: float) -> dict[str, Station]:
        return {name: Station({}, {}, look(base + reach * at)) for at, name in enumerate(CROWDS)}

    looks = {("a", 1): crowds(0, 0.5), ("b", 1): crowds(9, 0.5), ("c", 1): crowds(9, 1.0)}
    found = {(each.one, each.other): each for each in presets_apart(looks)}
    assert found["a", "b"].differ and found["a", "b"].apart == pytest.approx(9.0)
    assert not found["b", "c"].differ
    assert found["b", "c"].within == found["a", "c"].within
