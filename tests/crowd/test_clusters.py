"""Clusters against groups that were planted, and against crowds in which nobody follows anybody."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.crowd import clusters
from empathy_palettes.crowd.changes import changes
from empathy_palettes.crowd.clusters import APPEARS, NO_CLUSTERS, RESTS, ClusterTracker
from empathy_palettes.crowd.minute import BLOCK, SAMPLE_STEPS, Block
from empathy_palettes.crowd.resonance import Resonance
from empathy_palettes.crowd.seeding import densest
from empathy_palettes.crowd.table import NEVER, People

Series = NDArray[np.float64]  # (time, people) or (time, groups), twice a second
Ints = NDArray[np.int64]

MINUTE = 120
ALONE = -1


def wander(rng: np.random.Generator, samples: int, count: int, seconds: float = 4.0) -> Series:
    """Independent series of variance 1 that come back to 0 (Ornstein & Uhlenbeck)."""
    keep = np.exp(-1.0 / (2.0 * seconds))
    series = rng.normal(size=(samples, count))
    series[1:] *= np.sqrt(1.0 - keep * keep)
    for time in range(1, samples):
        series[time] += keep * series[time - 1]
    return series


def quantised(series: Series) -> Series:
    rounded: Series = np.clip(np.round(series * 32) / 32, -1, 1)
    return rounded


class Room:
    """A crowd whose feelings are put in place, a sample at a time."""

    def __init__(self, capacity: int) -> None:
        self.people = People(capacity)
        self.resonance = Resonance()
        self.tracker = ClusterTracker(capacity)
        self.time = 0
        self.found: list[tuple[int, list[int]]] = []  # at which sample, which identities

    def enter(self, slots: Ints) -> None:
        self.people.born[slots] = self.time * SAMPLE_STEPS
        self._recount()

    def leave(self, slots: Ints) -> None:
        self.people.born[slots] = NEVER
        self.people.valence[slots] = self.people.arousal[slots] = np.nan
        self._recount()

    def _recount(self) -> None:
        here = self.people.born > NEVER
        self.people.count = int(np.count_nonzero(here))
        self.people.reach = int(np.flatnonzero(here).max(initial=-1)) + 1

    def hear(self, valence: Series, arousal: Series, every_step: bool = False) -> None:
        for values in zip(quantised(valence), quantised(arousal), strict=True):
            here = self.people.born > NEVER
            for column, felt in zip(
                (self.people.valence, self.people.arousal), values, strict=True
            ):
                column[here] = felt[here]
            for step in range(SAMPLE_STEPS if every_step else 1):
                self.resonance.step(self.people, self.time * SAMPLE_STEPS + step)
                self.tracker.step(
                    self.people, self.time * SAMPLE_STEPS + step, self.resonance.minute
                )
            self.found.append((self.time, self.tracker.clusters.identity.tolist()))
            self.time += 1


def planted(
    rng: np.random.Generator, samples: int, group: Ints, shared: float = 0.7, groups: int = 8
) -> tuple[Series, Series]:
    """Feelings of people of whom each shares a part of their movement with their group's."""
    felt = []
    for _ in range(2):
        common = np.hstack([wander(rng, samples, groups), np.zeros((samples, 1))])
        part = np.where(group == ALONE, 0.0, shared)
        own = wander(rng, samples, len(group))
        felt.append(0.35 * (np.sqrt(part) * common[:, group] + np.sqrt(1.0 - part) * own))
    return felt[0], felt[1]


def together(room: Room, group: Ints) -> list[int]:
    """The label that most of each group have, which nine tenths of them do."""
    label = room.tracker.label[: len(group)]
    found = []
    for which in range(int(group.max()) + 1):
        counts = np.bincount(label[group == which], minlength=9)
        assert counts.max() >= 0.9 * counts.sum()
        found.append(int(counts.argmax()))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_groups_are_found_within_a_minute(seed: int) -> None:
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat([0, 1, 2, ALONE], [120, 60, 30, 90]))
    room = Room(300)
    room.enter(np.arange(300))
    valence, arousal = planted(rng, MINUTE, group)
    offset = rng.uniform(-0.3, 0.3, 300)  # wherever in the plane each of them is
    room.hear(valence + offset, arousal)
    clusters = room.tracker.clusters
    labels = together(room, group)
    assert sorted(labels) == [1, 2, 3] and len(clusters) == 3
    assert np.count_nonzero(room.tracker.label[group == ALONE]) <= 5
    for which, label in enumerate(labels):
        members = room.tracker.label == label
        assert clusters.members[label - 1] == np.count_nonzero(members)
        assert clusters.mass[label - 1] == pytest.approx(np.count_nonzero(members) / 300)
        assert clusters.coherence[label - 1] == pytest.approx(0.7, abs=0.2), which
    assert clusters.identity.tolist() == sorted(clusters.identity)


def test_the_centre_is_where_the_members_are_now() -> None:
    rng = np.random.default_rng(4)
    group = np.repeat([0, 1], [40, 60])
    room = Room(100)
    room.enter(np.arange(100))
    room.hear(*planted(rng, MINUTE, group))
    assert len(room.tracker.clusters) == 2
    for place, centre in enumerate(room.tracker.clusters.centre):
        members = room.tracker.label == place + 1
        mean = [room.people.valence[members].mean(), room.people.arousal[members].mean()]
        np.testing.assert_allclose(centre, mean, atol=1e-6)


@pytest.mark.parametrize("count", [6, 30, 100, 1000])
@pytest.mark.parametrize("seconds", [0.01, 3.0, 1000.0])  # noise · a crowd's pace · random walks
def test_where_nobody_follows_anybody_there_is_none(count: int, seconds: float) -> None:
    rng = np.random.default_rng(count)
    room = Room(count)
    room.enter(np.arange(count))
    size = 5.0 if seconds > 100 else 0.35
    valence, arousal = (size * wander(rng, 3 * MINUTE // 2, count, seconds) for _ in range(2))
    room.hear(valence, arousal)
    assert all(not identities for _, identities in room.found)
    assert not room.tracker.label.any() and room.resonance.value < 0.1


def test_who_holds_still_or_leaps_once_is_in_none() -> None:
    room = Room(40)
    room.enter(np.arange(40))
    series = np.full((MINUTE, 40), 0.25)
    series[50:, :20] = 0.75  # twenty hear the same bang
    room.hear(series, -series)
    assert room.tracker.clusters is not NO_CLUSTERS and len(room.tracker.clusters) == 0


def test_identities_hold_while_people_come_go_and_groups_swap_sizes() -> None:
    rng = np.random.default_rng(5)
    group = np.tile([0, 1], 150)
    valence, arousal = planted(rng, 4 * MINUTE, group)
    drift = np.linspace(-0.4, 0.4, 4 * MINUTE)[:, None] * np.where(group == 0, 1, -1)
    valence += drift
    one, two = np.flatnonzero(group == 0), np.flatnonzero(group == 1)
    room = Room(300)
    room.enter(np.concatenate([one[:120], two[:40]]))
    parts = np.split(np.arange(4 * MINUTE), [MINUTE, 2 * MINUTE, 3 * MINUTE])
    room.hear(valence[parts[0]], arousal[parts[0]])
    before = room.tracker.clusters.identity.tolist()
    first = room.tracker.label[one[0]], room.tracker.label[two[0]]
    assert len(before) == 2 and sorted(first) == [1, 2]
    assert room.tracker.clusters.number.tolist() == [1, 2]
    assert room.tracker.clusters.members[first[0] - 1] > room.tracker.clusters.members[first[1] - 1]
    room.leave(one[:30])
    room.enter(two[40:])
    room.hear(valence[parts[1]], arousal[parts[1]])
    room.leave(one[30:80])
    room.hear(valence[parts[2]], arousal[parts[2]])
    room.enter(one[:10])
    room.hear(valence[parts[3]], arousal[parts[3]])
    assert room.tracker.clusters.identity.tolist() == before
    assert all(found == before for time, found in room.found if time >= MINUTE)
    assert (room.tracker.label[one[100]], room.tracker.label[two[0]]) == first
    assert room.tracker.clusters.members[first[0] - 1] < room.tracker.clusters.members[first[1] - 1]


def test_a_group_that_breaks_up_ends_and_its_identity_is_not_given_again() -> None:
    rng = np.random.default_rng(6)
    group = np.repeat([0, ALONE], [60, 60])
    room = Room(120)
    room.enter(np.arange(120))
    room.hear(*planted(rng, MINUTE, group))
    assert room.tracker.clusters.identity.tolist() == [0]
    room.hear(*planted(rng, 2 * MINUTE, np.full(120, ALONE)))
    assert room.tracker.clusters.identity.tolist() == [] and not room.tracker.label.any()
    room.hear(*planted(rng, MINUTE, group))
    assert room.tracker.clusters.identity.tolist() == [1]


def test_a_number_holds_when_an_older_cluster_ends_and_is_given_again_later() -> None:
    rng = np.random.default_rng(20)
    group = np.repeat([0, 1], [60, 60])
    room = Room(180)
    room.enter(np.arange(120))
    valence, arousal = planted(rng, 5 * MINUTE, np.concatenate([group, np.full(60, 2)]))
    room.hear(valence[:MINUTE], arousal[:MINUTE])
    clusters, label = room.tracker.clusters, room.tracker.label
    assert clusters.identity.tolist() == [0, 1] and clusters.number.tolist() == [1, 2]
    older, younger = (np.flatnonzero(label == number) for number in (1, 2))
    assert len(older) >= 55 and len(younger) >= 55
    room.leave(older)
    for row in range(MINUTE, 2 * MINUTE):
        room.hear(valence[row : row + 1], arousal[row : row + 1])
        assert np.count_nonzero(room.tracker.label[younger] == 2) >= 55
        assert not (room.tracker.label[younger] == 1).any()
    assert room.tracker.clusters.identity.tolist() == [1]
    assert room.tracker.clusters.number.tolist() == [2]
    room.enter(np.arange(120, 180))
    room.hear(valence[2 * MINUTE : 4 * MINUTE], arousal[2 * MINUTE : 4 * MINUTE])
    assert room.tracker.clusters.identity.tolist() == [1, 2]
    assert room.tracker.clusters.number.tolist() == [2, 1]
    assert np.count_nonzero(room.tracker.label[120:] == 1) >= 55


def test_a_number_rests_before_it_is_given_again() -> None:
    tracker = ClusterTracker(4)
    for row in (0, 1, 2):
        tracker._name(row, 600)
    tracker._end(1, 1000)
    tracker._name(3, 1000 + RESTS - 1)
    tracker._name(4, 1000 + RESTS)
    assert tracker._number.tolist() == [1, 0, 3, 4, 2, 0, 0, 0]
    for row in (1, 5, 6, 7):
        tracker._name(row, 2000)
    assert sorted(tracker._number.tolist()) == list(range(1, 9))
    tracker._end(0, 2000)
    tracker._name(0, 2001)
    assert tracker._identity[0] == -1  # none to be had: on trial a while longer
    tracker._name(0, 2000 + RESTS)
    assert tracker._number[0] == 1 and tracker._identity[0] == 9


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_of_changes_are_exact_in_any_order(seed: int) -> None:
    """So that labels do not depend on how a processor's matrix product orders its sums."""
    rng = np.random.default_rng(seed)
    ring = rng.integers(-32, 33, (2, 120, 1024)).astype(np.int8)
    ring[:, :, :600] = ring[:, :, :1]  # all alike: the largest sums there are
    length = rng.integers(40, 121, (2, 1024)).astype(np.int16)
    length[:, :600] = 120
    units, counted, _, _, weight = changes(Block(0, ring, length), 7)
    np.testing.assert_allclose((units**2).sum(axis=0), counted, atol=0.01)
    whole, shares = np.rint(units * 1024).astype(np.int64), np.rint(weight * 16).astype(np.int64)
    np.testing.assert_array_equal(whole, units * 1024)
    assert ((units @ weight) * 2**14).tolist() == (whole @ shares).tolist()
    few = units[:, ::4].T.copy()
    products = (few @ few.T) * 2**20
    assert products.tolist() == (whole[:, ::4].T @ whole[:, ::4]).tolist()
    start = densest(few, np.full(256, 0.4, np.float32))
    fine = np.rint(start * 8192).astype(np.int64)
    np.testing.assert_array_equal(fine, start * 8192)
    along = start.astype(np.float32) @ units
    assert (along * 2**23).tolist() == (fine @ whole).tolist()
    mixed = rng.permutation(256)
    again = densest(few[mixed], np.full(256, 0.4, np.float32))
    assert again.tolist() == start.tolist()


def test_two_groups_that_become_one_keep_the_older_identity() -> None:
    rng = np.random.default_rng(7)
    group = np.repeat([0, 1], [50, 50])
    room = Room(100)
    room.enter(np.arange(100))
    room.hear(*planted(rng, MINUTE, group))
    assert room.tracker.clusters.identity.tolist() == [0, 1]
    room.hear(*planted(rng, 2 * MINUTE, np.zeros(100, np.int64)))
    assert room.tracker.clusters.identity.tolist() == [0]
    assert np.count_nonzero(room.tracker.label == 1) >= 90


def test_one_group_that_parts_becomes_two() -> None:
    rng = np.random.default_rng(8)
    room = Room(100)
    room.enter(np.arange(100))
    room.hear(*planted(rng, MINUTE, np.zeros(100, np.int64)))
    assert room.tracker.clusters.identity.tolist() == [0]
    group = np.repeat([0, 1], [50, 50])
    room.hear(*planted(rng, 2 * MINUTE, group))
    assert room.tracker.clusters.identity.tolist() == [0, 1]
    assert sorted(together(room, group)) == [1, 2]


def test_four_are_enough_and_a_share_of_all_is_asked_for() -> None:
    rng = np.random.default_rng(9)
    few = Room(8)
    few.enter(np.arange(8))
    few.hear(*planted(rng, MINUTE, np.array([0, 0, 0, 0, 1, 1, 1, ALONE]), shared=0.9))
    assert few.tracker.clusters.members.tolist() == [4]
    many = Room(400)
    many.enter(np.arange(400))
    group = np.full(400, ALONE)
    group[: round(400 * APPEARS) - 4] = 0
    many.hear(*planted(rng, MINUTE, group, shared=0.9))
    assert len(many.tracker.clusters) == 0


def test_somebody_new_in_a_slot_has_no_label() -> None:
    rng = np.random.default_rng(10)
    room = Room(40)
    room.enter(np.arange(40))
    room.hear(*planted(rng, MINUTE, np.zeros(40, np.int64)))
    assert room.tracker.label.tolist() == [1] * 40
    step = (room.time - 1) * SAMPLE_STEPS + 1
    room.people.born[7] = step
    room.resonance.step(room.people, step)
    room.tracker.step(room.people, step, room.resonance.minute)
    assert room.tracker.label[7] == 0 and np.count_nonzero(room.tracker.label) == 39


def test_no_step_looks_at_more_than_a_few_hundred_of_ten_thousand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = Room(10_000)

    def spy(name: str) -> None:
        original = getattr(clusters, name)

        def called(*given: Any) -> Any:
            size = given[0].ring.shape[2] if name == "changes" else ""
            steps.append((count[0], f"{name}{size}"))
            return original(*given)

        monkeypatch.setattr(clusters, name, called)

    count = [0]
    steps: list[tuple[int, str]] = []
    for name in ("changes", "densest", "grown"):
        spy(name)
    room.enter(np.arange(10_000))
    walk = np.random.default_rng(30).integers(-32, 33, (56, 10_000)) / 32
    for row in walk:
        room.people.valence[:] = row
        for step in range(room.time * SAMPLE_STEPS, (room.time + 1) * SAMPLE_STEPS):
            count[0] = step
            room.resonance.step(room.people, step)
            room.tracker.step(room.people, step, room.resonance.minute)
        room.time += 1
    assert len({step for step, _ in steps}) == len(steps)
    assert {what for _, what in steps} == {"changes256", "densest", "grown"}
    assert sum(what == "changes256" for _, what in steps) >= 40  # everybody, once or more


def test_the_work_of_a_large_crowd_is_spread_and_ends_the_same_each_time() -> None:
    count = 2 * BLOCK + 100
    group = np.random.default_rng(11).integers(-1, 2, count)

    def once() -> Room:
        rng = np.random.default_rng(12)
        room = Room(count)
        room.enter(np.arange(count))
        shared = [wander(rng, 70, 3) for _ in range(2)]
        noise = rng.normal(0, 0.5, (2, 70, count)).cumsum(axis=1) * 0.3
        valence, arousal = (
            0.3 * (one[:, group] * (group != ALONE) + own)
            for one, own in zip(shared, noise, strict=True)
        )
        room.hear(valence, arousal, every_step=True)
        return room

    one, two = once(), once()
    assert len(one.tracker.clusters) == 2
    assert sorted(together(one, group)) == [1, 2]
    np.testing.assert_array_equal(one.tracker.label, two.tracker.label)
    assert one.found == two.found
