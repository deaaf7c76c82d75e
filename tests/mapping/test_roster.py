"""`emo_people` and everybody's colour, against a slow definition that works out every slot anew."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.color import linear_to_srgb
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.sample import SAMPLE
from empathy_palettes.mapping.affect import affect_rgb
from empathy_palettes.mapping.own_color import OwnColors
from empathy_palettes.mapping.roster import Roster

Floats = NDArray[np.float32]


NAMES = ("valence", "arousal", "dominance")


@cache
def color(valence: float, arousal: float, dominance: float | None) -> Floats:
    return np.asarray(linear_to_srgb(affect_rgb(valence, arousal, dominance)), np.float32)


def color_of(people: People, slot: int) -> Floats:
    valence, arousal, dominance = (float(getattr(people, name)[slot]) for name in NAMES)
    neutral = (0.0 if math.isnan(value) else value for value in (valence, arousal))
    return color(*neutral, None if math.isnan(dominance) else dominance)


def said(random: np.random.Generator, who: NDArray[np.integer], levels: bool) -> NDArray[np.void]:
    samples = np.zeros(len(who), SAMPLE)
    samples["who"] = who
    for name in ("valence", "arousal", "dominance"):
        values = random.uniform(-1, 1, len(who))
        samples[name] = np.round(values * 32) / 32 if levels else values
        samples[name][random.random(len(who)) < 0.3] = np.nan
    samples["weight"] = random.integers(1, 5, len(who)) / 4
    return samples


@pytest.mark.parametrize("levels", [True, False])
def test_colours_that_are_looked_up_are_those_of_the_feeling(levels: bool) -> None:
    random, people = np.random.default_rng(8), People(400)
    people.apply(said(random, np.arange(400), levels), 0)
    here = people.slots()
    colors = OwnColors(400)
    colors.step(people, here, here)
    for slot in here.tolist():
        np.testing.assert_allclose(colors.shown[slot, :3], color_of(people, slot), atol=2e-6)


def test_the_table_is_what_each_slot_says() -> None:
    """Through arrivals, returns, withdrawals and silence, every slot of every step."""
    random, people = np.random.default_rng(1), People(60)
    roster = Roster(people.capacity, leave_after=1.0)
    ease, shown = 1 - math.exp(-1 / 60 / 0.25), dict[tuple[int, int], Floats]()
    came = 0
    for step in range(120):
        who = np.unique(random.integers(0, came + 2, 3 if step % 40 < 25 else 0))
        came = max(came, int(who.max(initial=-1)) + 1)
        gone = random.integers(0, came + 1, int(step % 7 == 0)).astype(np.uint32)
        people.withdraw(gone)
        people.apply(said(random, who[~np.isin(who, gone)], True), step)
        people.expire(step, 60)
        place = random.random((3, people.reach)).astype(np.float32) * people.alive[: people.reach]
        presence = roster.presence(people, step)
        table = roster.table(people, (place[0], place[1], place[2], presence), step)
        assert table.shape == (3, 60, 4)
        assert not table[:, ~people.alive].any()
        before, shown = shown, {}
        for slot in people.slots().tolist():
            feelings = [float(getattr(people, name)[slot]) for name in NAMES]
            np.testing.assert_allclose(
                table[1, slot, :3], [0.5 if math.isnan(v) else v / 2 + 0.5 for v in feelings]
            )
            assert table[1, slot, 3] == people.weight[slot]
            lived = min((step - int(people.born[slot])) / 60, 1)
            silent = min(max(2 - 2 * (step - int(people.said[slot])) / 60, 0), 1)
            np.testing.assert_allclose(
                table[0, slot], [*place[:, slot], lived**2 * (3 - 2 * lived) * silent], atol=1e-6
            )
            person, due = (slot, int(people.born[slot])), color_of(people, slot)
            last = before.get(person, due)
            shown[person] = last + (due - last) * np.float32(ease)
            np.testing.assert_allclose(table[2, slot, :3], shown[person], atol=1e-5)
            age = (step - int(people.born[slot])) / 60
            assert table[2, slot, 3] == pytest.approx(1 - math.exp(-age / 60), abs=1e-6)
    assert came > 20 and people.count < came, "people came and went"
