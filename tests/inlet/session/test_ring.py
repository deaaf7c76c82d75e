"""The last minute in memory, beside a plain list of everything that was ever said."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from empathy_palettes.inlet.sample import SAMPLE, SIMULATED, Samples
from empathy_palettes.inlet.session.latest import Latest, Whos
from empathy_palettes.inlet.session.ring import Cut, Ring

NONE = np.empty(0, np.uint32)
FIRST_SIMULATED = 100


def spoken(who: Whos, step: int) -> Samples:
    """What these people say at a step; it tells whose it is, and of which step."""
    samples = np.zeros(len(who), SAMPLE)
    samples["who"], samples["step"], samples["consent"] = who, step, 1
    samples["valence"] = (who % 33) / 32
    samples["arousal"] = step % 33 / 32 - 1
    samples["dominance"] = np.nan
    samples["weight"] = who
    samples["origin"] = np.where(who >= FIRST_SIMULATED, SIMULATED, 1)
    return samples


class Plain:
    """The same, kept in lists and looked through whole."""

    def __init__(self) -> None:
        self.said: list[tuple[int, Samples]] = []
        self.left: list[tuple[int, list[int]]] = []  # those whose step counts: simulated, and gone
        self.told: list[int] = []

    def step(self, step: int, samples: Samples, withdrawn: Whos, gone: Whos) -> None:
        simulated = [w for w in withdrawn.tolist() if w >= FIRST_SIMULATED]
        real = [w for w in withdrawn.tolist() if w < FIRST_SIMULATED]
        samples = samples[~np.isin(samples["who"], withdrawn)]
        self.said = [(s, rows[~np.isin(rows["who"], real)]) for s, rows in self.said]
        self.said.append((step, samples))
        self.left.append((step, simulated + gone.tolist()))

    def check(self, cut: Cut) -> None:
        before = Latest()
        for (step, samples), (_, left) in zip(self.said, self.left, strict=True):
            if step < cut.begin:
                before.take(samples, NONE, np.array(left, np.uint32))
        assert cut.here().tobytes() == before.samples(cut.begin).tobytes()
        pasts = [cut.second(index) for index in range(len(cut))]
        inside = [samples for step, samples in self.said if cut.begin <= step <= cut.end]
        assert b"".join(past.samples.tobytes() for past in pasts) == b"".join(
            samples.tobytes() for samples in inside
        )
        for past in pasts:
            assert past.second * 60 >= cut.begin
            assert set((past.samples["step"] // 60).tolist()) <= {past.second}


MOMENTS = st.lists(
    st.tuples(
        st.lists(st.sampled_from([0, 1, 2, 3, 100, 101]), max_size=5, unique=True),
        st.lists(st.sampled_from([0, 1, 2, 100, 101]), max_size=2, unique=True),
        st.lists(st.sampled_from([3]), max_size=1),
        st.integers(0, 25),
    ),
    max_size=30,
)


@settings(max_examples=6)
@given(MOMENTS, st.integers(0, 130), st.integers(1, 4))
def test_it_holds_what_was_said_and_no_more(
    moments: list[tuple[list[int], list[int], list[int], int]], begin: int, seconds: int
) -> None:
    ring, plain, step, left = Ring(seconds), Plain(), begin, set[int]()
    for speak, leave, gone, quiet in moments:
        # A number is not given twice, and only who is here leaves.
        who = np.array([w for w in speak if w not in left], np.uint32)
        here = {int(w) for _, rows in plain.said for w in rows["who"]} - left
        off = np.array([w for w in leave if w in here], np.uint32)
        away = np.array([w for w in gone if w in here], np.uint32)
        ring.step(step, spoken(who, step), off, away)
        plain.step(step, spoken(who, step), off, away)
        left |= set(off.tolist()) | set(away.tolist())
        step += 1
        for _ in range(quiet):
            ring.step(step, spoken(NONE, step))
            plain.step(step, spoken(NONE, step), NONE, NONE)
            step += 1
    cut = ring.cut()
    if moments:
        assert cut.end == step - 1
        assert cut.begin % 60 == 0
        assert cut.end - cut.begin < (seconds + 1) * 60
        assert cut.begin <= begin or cut.end - cut.begin >= seconds * 60
    plain.check(cut)
    ring.step(step, spoken(np.array([7], np.uint32), step))  # the cut stays as it is
    plain.check(cut)


def test_whoever_withdraws_leaves_nothing_in_memory() -> None:
    ring = Ring(2)
    people = np.arange(40, dtype=np.uint32)
    for step in range(400):
        ring.step(step, spoken(people, step))
    cut = ring.cut()  # who leaves later is not in what is read of it, either
    ring.step(400, spoken(people, 400), people[:20])
    for whole in (cut, ring.cut()):
        rows = np.concatenate([whole.second(index).samples for index in range(len(whole))])
        assert set(rows["who"].tolist()) == set(range(20, 40))
    assert ring.cut().here()["who"].tolist() == list(range(20, 40))
    held = b"".join(second.rows[: second.count].tobytes() for second in ring._seconds)
    rows = np.frombuffer(held, SAMPLE)
    assert not np.isin(rows["weight"][rows["who"] != 0], np.arange(1.0, 20.0)).any()
    alone = spoken(people[5:6], 120).tobytes()
    assert alone not in held
    assert spoken(people[25:26], 300).tobytes() in held  # it could have been found


def test_one_and_many_are_erased_alike() -> None:
    people = np.arange(40, dtype=np.uint32)
    one_by_one, at_once = Ring(2), Ring(2)
    for ring in (one_by_one, at_once):
        for step in range(300):
            ring.step(step, spoken(people, step))
    for who in range(30):
        one_by_one.erase(np.array([who], np.uint32))
    at_once.erase(people[:30])
    for index in range(len(at_once.cut())):
        one, all_ = one_by_one.cut().second(index), at_once.cut().second(index)
        assert one.samples.tobytes() == all_.samples.tobytes()


def test_simulated_people_leave_and_what_they_said_stays() -> None:
    ring = Ring(5)
    ring.step(0, spoken(np.array([1, 100], np.uint32), 0))
    ring.step(1, spoken(NONE, 1), np.array([1, 100], np.uint32))
    past = ring.cut().second(0)
    assert past.samples["who"].tolist() == [100]
    assert [(step, whos.tolist()) for step, whos in past.withdrawn] == [(1, [100])]
    for step in range(2, 600):
        ring.step(step, spoken(NONE, step))
    assert len(ring.cut().here()) == 0


def test_who_withdraws_while_a_cut_is_read_is_whole_in_it_or_not_at_all() -> None:
    """Read on one thread while they leave on another; the copies are of a megabyte each."""
    people = np.arange(600, dtype=np.uint32)
    for attempt in range(3):
        ring = Ring(10)
        for step in range(300):
            ring.step(step, spoken(people, step))
        cut, begun = ring.cut(), threading.Event()
        rows: list[Samples] = []

        def read(cut: Cut, begun: threading.Event, rows: list[Samples]) -> None:
            begun.set()
            rows.extend(cut.second(index).samples for index in range(len(cut)))

        reader = threading.Thread(target=read, args=(cut, begun, rows))
        reader.start()
        begun.wait()
        for who in range(attempt, 300, 3):
            ring.erase(people[who : who + 1])
        reader.join()
        for part in rows:
            np.testing.assert_array_equal(part["valence"], (part["who"] % 33).astype("f4") / 32)
            assert (part["weight"] == part["who"]).all()
        assert set(np.concatenate(rows)["who"].tolist()) >= set(range(300, 600))


def test_memory_is_bounded_and_the_oldest_fall_first() -> None:
    people = np.arange(500, dtype=np.uint32)
    ring = Ring(70, most_bytes=4 << 20)
    most = 0
    for step in range(900):
        ring.step(step, spoken(people, step))
        most = max(most, ring.bytes)
    second = 60 * 500 * (SAMPLE.itemsize + 4)
    assert most <= (4 << 20) + 3 * second  # and what grows, and what falls
    assert 0 < ring.first < 900 - 60
    assert len(ring.cut().here()) == 500
    assert ring.cut().here()["step"].tolist() == [ring.first] * 500


def test_signals_are_kept_ten_times_a_second() -> None:
    ring, told = Ring(2), {"valence": 0.0}
    for step in range(1, 62):
        told["valence"] = step / 64
        ring.step(step, spoken(NONE, step), told=told)
    kept = [each for index in range(2) for each in ring.cut().second(index).told]
    assert [step for step, _ in kept] == list(range(6, 62, 6))
    assert [values["valence"] for _, values in kept] == [step / 64 for step, _ in kept]


def test_an_impossible_length() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Ring(0)
