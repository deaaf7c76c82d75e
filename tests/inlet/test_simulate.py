"""Simulated people speak real OSC, evenly, the same in every run, and come and go politely."""

import hashlib
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from empathy_palettes.core.errors import ConfigError
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import Message, decode
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.simulate import Held, SimulatedCrowd
from empathy_palettes.inlet.wire.datagrams import from_ourselves


def spoken(crowd: SimulatedCrowd, step: int) -> list[Message]:
    rejected = Counter[str]()
    messages = []
    for datagram in crowd.advance(step):
        assert len(datagram) <= 1472  # one Ethernet frame
        found = decode(datagram, rejected)
        assert 1 <= len(found) <= 32
        messages += found
    assert not rejected
    return messages


def values(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.address.count("/") == 2]


def consents(messages: list[Message]) -> list[tuple[str, int]]:
    found = []
    for address, args in messages:
        if address.endswith("/consent"):
            (answer,) = args
            assert isinstance(answer, int)
            found.append((address.split("/")[2], answer))
    return found


def test_messages_say_what_people_feel() -> None:
    crowd = SimulatedCrowd(40, "joy", 1, arrive_over=0)
    said = values(spoken(crowd, 0))
    assert [message.address for message in said] == [f"/empathy/s{n:04d}" for n in range(1, 41)]
    expected = crowd.feelings.astype(np.float32)
    assert np.array_equal(np.array([message.args for message in said], np.float32), expected)


def test_names_grow_with_the_crowd() -> None:
    crowd = SimulatedCrowd(10_000, "joy", 1, arrive_over=0)
    assert values(spoken(crowd, 0))[-1].address == "/empathy/s10000"


def digest(seed: int) -> str:
    crowd = SimulatedCrowd(60, "drift", seed)
    total = hashlib.sha256()
    for step in range(300):
        if step == 200:
            crowd.leave(step, 50)
        for datagram in crowd.advance(step):
            total.update(datagram)
    return total.hexdigest()


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert digest(1) == digest(1)
    assert digest(1) != digest(2)


@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_the_hash_seed_of_python_changes_nothing(hash_seed: str) -> None:
    program = (
        "import hashlib\n"
        "from empathy_palettes.inlet.simulate import SimulatedCrowd\n"
        "crowd, total = SimulatedCrowd(60, 'drift', 1), hashlib.sha256()\n"
        "for step in range(300):\n"
        "    if step == 200: crowd.leave(step, 50)\n"
        "    for datagram in crowd.advance(step): total.update(datagram)\n"
        "print(total.hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest(1)


def test_steps_that_are_left_out_change_no_later_one() -> None:
    one, other = (SimulatedCrowd(20, "tension", 1, arrive_over=0) for _ in range(2))
    for step in range(100):
        one.advance(step)
    other.advance(0)
    assert other.advance(100) == one.advance(100)
    with pytest.raises(ValueError, match="back in time"):
        one.advance(10)


@pytest.mark.parametrize("rate", [1.0, 7.0, 10.0, 60.0])
def test_everybody_sends_at_the_rate_and_the_sends_are_spread(rate: float) -> None:
    crowd = SimulatedCrowd(120, "joy", 1, rate=rate, arrive_over=0)
    crowd.advance(0)
    each = Counter[str]()
    loads = []
    for step in range(1, 601):
        said = values(spoken(crowd, step))
        each.update(message.address for message in said)
        loads.append(len(said))
    assert len(each) == 120
    assert all(abs(count - 10 * rate) <= 1 for count in each.values())
    assert max(abs(load - 2 * rate) for load in loads) <= 3


def test_nobody_sends_twice_in_a_step() -> None:
    crowd = SimulatedCrowd(3, "joy", 1, rate=500.0, arrive_over=0)
    assert [len(values(spoken(crowd, step))) for step in range(5)] == [3] * 5


def test_people_arrive_one_after_another_and_consent_before_they_speak() -> None:
    crowd = SimulatedCrowd(60, "joy", 1, arrive_over=180)
    arrived: list[str] = []
    for step in range(1000, 1200):  # counted from the first step asked for
        messages = spoken(crowd, step)
        came = consents(messages)
        assert all(answer == 1 for _, answer in came)
        arrived += [name for name, _ in came]
        assert len(came) <= 1
        assert crowd.present == len(arrived)
        speakers = {message.address.split("/")[2] for message in values(messages)}
        assert {name for name, _ in came} <= speakers <= set(arrived)
    assert len(set(arrived)) == 60


def test_people_leave_one_after_another_and_say_so() -> None:
    crowd = SimulatedCrowd(60, "joy", 1, arrive_over=0)
    for step in range(50):
        crowd.advance(step)
    crowd.leave(50, over=300)
    gone: list[str] = []
    for step in range(50, 400):
        messages = spoken(crowd, step)
        left = [name for name, answer in consents(messages) if answer == 0]
        gone += left
        assert len(left) <= 1
        assert crowd.present == 60 - len(gone)
        assert not {message.address.split("/")[2] for message in values(messages)} & set(gone)
        assert len(gone) == min((step - 50) // 5, 60)
        crowd.leave(step, over=1)  # once begun it goes on
    assert len(set(gone)) == len(gone) == 60
    assert all(spoken(crowd, step) == [] for step in range(400, 500))


def test_who_has_not_arrived_when_all_leave_does_not_come() -> None:
    crowd = SimulatedCrowd(50, "joy", 1, arrive_over=100)
    said: list[tuple[str, int]] = []
    for step in range(300):
        if step == 20:
            crowd.leave(step, over=0)
        said += consents(spoken(crowd, step))
    came, left = ([name for name, answer in said if answer == want] for want in (1, 0))
    assert 0 < len(came) < 50
    assert sorted(came) == sorted(left)
    assert crowd.present == 0


@pytest.mark.parametrize("mode", ["attested", "explicit"])
def test_the_gate_lets_them_in_and_a_second_crowd_after_them(mode: str) -> None:
    notices = Notices()
    gate = Gate("explicit" if mode == "explicit" else "attested", notices=notices)
    reader = Reader((-1.0, 1.0), notices=notices)
    withdrawn: list[int] = []
    seen: set[int] = set()
    for start in (0, 100):
        crowd = SimulatedCrowd(30, Held(0.5, 0.5), 1, arrive_over=10)
        for step in range(start, start + 100):
            if step == start + 50:
                crowd.leave(step, over=20)
            said = reader.read(from_ourselves(crowd.advance(step)), step)
            admitted = gate.admit(said, step)
            withdrawn += admitted.withdrawn.tolist()
            seen |= set(admitted.samples["who"].tolist())
    assert seen == set(range(60))
    assert sorted(withdrawn) == list(range(60))
    assert not notices.rejected


def test_nobody_is_a_crowd_too() -> None:
    crowd = SimulatedCrowd(0, "split", 1)
    crowd.leave(0)
    assert all(crowd.advance(step) == [] for step in range(20))


def test_an_unknown_mood_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="no mood 'jooy': did you mean 'joy'"):
        SimulatedCrowd(1, "jooy", 1)


@pytest.mark.parametrize(
    ("people", "rate", "arrive_over"), [(-1, 1.0, 0), (1, 0.0, 0), (1, float("nan"), 0), (1, 1, -1)]
)
def test_impossible_crowds(people: int, rate: float, arrive_over: int) -> None:
    with pytest.raises(ValueError, match="rate is above 0"):
        SimulatedCrowd(people, "joy", 1, rate, arrive_over)


def joins(messages: list[Message]) -> dict[str, str]:
    return {
        address.split("/")[2]: str(args[0])
        for address, args in messages
        if address.endswith("/circle")
    }


def test_people_join_a_circle_after_they_consent_and_before_they_speak() -> None:
    crowd = SimulatedCrowd(60, "drift", 1, arrive_over=180, circles=5)
    of: dict[str, str] = {}
    for step in range(200):
        messages = spoken(crowd, step)
        came = [name for name, _ in consents(messages)]
        joined = joins(messages)
        assert list(joined) == came
        kinds = [message.address.count("/") for message in messages]
        assert kinds == sorted(kinds, reverse=True)  # feelings last
        of |= joined
    assert set(of.values()) == {"c1", "c2", "c3", "c4", "c5"}
    assert len(of) == 60


@pytest.mark.parametrize("circles", [1, 7, 64])
def test_circles_are_uneven_seeded_and_none_is_empty(circles: int) -> None:
    sizes = []
    for seed in (1, 1, 2):
        crowd = SimulatedCrowd(640, "joy", seed, arrive_over=0, circles=circles)
        sizes.append(Counter(joins(spoken(crowd, 0)).values()))
    assert sizes[0] == sizes[1]
    assert len(sizes[0]) == circles and sum(sizes[0].values()) == 640
    if circles > 1:
        assert sizes[0] != sizes[2]
        assert max(sizes[0].values()) > 2 * min(sizes[0].values())


def test_more_circles_than_people_and_too_many() -> None:
    crowd = SimulatedCrowd(3, "joy", 1, arrive_over=0, circles=64)
    assert len(set(joins(spoken(crowd, 0)).values())) == 3
    assert SimulatedCrowd(0, "joy", 1, circles=3).advance(0) == []
    for circles in (65, -1):
        with pytest.raises(ValueError, match="at most 64"):
            SimulatedCrowd(3, "joy", 1, circles=circles)


def test_where_nothing_is_shared_circles_change_no_feeling() -> None:
    one, other = (
        SimulatedCrowd(40, "wave", 1, arrive_over=0, circles=circles) for circles in (0, 6)
    )
    for step in range(120):
        assert values(spoken(one, step)) == values(spoken(other, step))


def test_circles_have_ups_and_downs_of_their_own() -> None:
    crowd = SimulatedCrowd(320, "joy", 3, arrive_over=0, circles=8)
    of = joins(spoken(crowd, 0))
    names = np.array([of[f"s{n:04d}"] for n in range(1, 321)])
    series = []
    for step in range(60, 60 * 240, 60):
        crowd.advance(step)
        series.append(crowd.feelings[:, 0])
    valence = np.array(series)
    together = np.asarray(np.corrcoef(valence.T))
    same = names[:, None] == names[None, :]
    within = [
        (together[np.ix_(names == name, names == name)].sum() - count) / (count * (count - 1))
        for name, count in Counter(names.tolist()).items()
    ]
    assert max(within) - min(within) > 0.1  # some are close, some are not
    assert np.mean(within) > together[~same].mean() + 0.05
    means = np.array([valence[:, names == name].mean(axis=1) for name in sorted(set(names))])
    ties = np.asarray(np.corrcoef(means))[np.triu_indices(8, 1)]
    assert ties.max() > 0.3 and ties.min() < 0.0
