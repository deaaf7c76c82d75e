"""A session as OSC: over a real port into a real door, it comes to the crowd that was recorded."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import SessionError
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import Message, decode
from empathy_palettes.inlet.sample import NOT_GIVEN, SAMPLE, Samples
from empathy_palettes.inlet.session.format import KEYS, Beginning
from empathy_palettes.inlet.session.keytable import KeyTable, Name
from empathy_palettes.inlet.session.latest import Whos
from empathy_palettes.inlet.session.part import Lived, Part
from empathy_palettes.inlet.session.player import SessionPlayer
from empathy_palettes.inlet.session.session import open_session
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.show.door import Door
from empathy_palettes.show.listening import Inlet, open_listener

SECONDS = 9
PEOPLE = 9
LEAVES = (400, 3)  # step, and who

Spoken = Callable[[int], Samples]


def lively(step: int) -> Samples:
    """Nine people, who come one after another, and say something ten times a second each."""
    who = [
        n for n in range(PEOPLE) if step % 6 == n % 6 and step > 20 * n and not is_silent(n, step)
    ]
    samples = np.zeros(len(who), SAMPLE)
    number = np.array(who, np.float64)
    samples["who"], samples["step"] = who, step
    samples["valence"] = np.rint(32 * np.sin(step / 90 + number)) / 32 + 0.0
    samples["arousal"] = np.rint(32 * np.cos(step / 70 + 2 * number)) / 32 + 0.0
    samples["dominance"] = np.where(number % 3 == 0, NOT_GIVEN, (number - 4) / 8)
    samples["weight"] = np.where(number % 3 == 1, 0.5, 1.0)
    samples["circle"] = np.where(step > 300, 1 + number % 2, number % 2)
    samples["consent"] = np.where((number == 5) & (step > 200), 2, 1)
    return samples


def is_silent(who: int, step: int) -> bool:
    """Whether somebody says nothing more: of a second in which they withdraw nothing is kept."""
    return who == LEAVES[1] and step >= LEAVES[0] // 60 * 60


def withdrawn(step: int) -> Whos:
    return np.array([LEAVES[1]] if step == LEAVES[0] else [], np.uint32)


def record(path: Path, spoken: Spoken = lively, *, here: Samples | None = None) -> Path:
    begin = 0 if here is None else int(here["step"][0])
    names = {who: Name(bytes([who]) * 16, bytes(16)) for who in range(PEOPLE)}
    beginning = Beginning(
        secrets.token_hex(16), 1, begin, "0.1.0", "20260131-235959", "A wall", (64, 36), {}
    )
    part = Part(
        path, beginning, {}, here=np.empty(0, SAMPLE) if here is None else here, names=names
    )
    for second in range(begin // 60, begin // 60 + SECONDS):
        steps = range(60 * second, 60 * second + 60)
        left = [(step, withdrawn(step)) for step in steps if len(withdrawn(step))]
        samples = np.concatenate([spoken(step) for step in steps])
        ticks = [Tick(step - begin - 1, step, 1) for step in steps if step > begin]
        part.second(Lived(second, samples, left, ticks), names)
    part.finish("ended")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return record(tmp_path / "a.mcap")


class Table:
    """Of a crowd its table alone, which is soon done with a step."""

    def __init__(self) -> None:
        self.people = People(64)
        self.gone: Whos = np.empty(0, np.uint32)

    def step(self, step: int, samples: Samples, withdrawn: Whos) -> None:
        self.people.withdraw(withdrawn)
        self.people.apply(samples[~np.isin(samples["who"], withdrawn)], step)
        self.gone = self.people.expire(step, 3600)


class Place:
    """A door with a port, and a crowd, or of a crowd its table."""

    def __init__(self, crowd: Crowd | Table) -> None:
        self.notices, naming = Notices(), Naming(bytes(16))
        gate = Gate("explicit", notices=self.notices)
        inlet = Inlet.model_validate({}).model_copy(update={"port": 0})
        port = open_listener(inlet, 1, {}, naming, self.notices, gate=gate)
        self.door = Door(gate, naming, self.notices, [port])
        self.sender = Sender("127.0.0.1", port.socket.port)
        self.crowd = crowd

    def step(self, step: int, datagrams: list[bytes]) -> None:
        for datagram in datagrams:
            self.sender.send(datagram)
        self.door.collect(step)
        self.crowd.step(step, *self.door.admit(step))
        self.door.gate.forget(self.crowd.gone)

    def close(self) -> None:
        self.sender.close()
        self.door.close()


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place(Table())
    yield place
    place.close()


def people(crowd: Crowd | Table) -> list[tuple[float, ...]]:
    """Everybody who is here, in the order of their numbers: how they feel, and all else."""
    table = crowd.people
    slots = sorted(table.slots().tolist(), key=lambda slot: int(table.who[slot]))
    columns = (table.valence, table.arousal, table.dominance, table.weight, table.alone)
    return [tuple(float(column[slot]) for column in columns) for slot in slots]


def groups(crowd: Crowd | Table) -> list[set[int]]:
    """Which places in the order of numbers are in a circle together."""
    table = crowd.people
    slots = sorted(table.slots().tolist(), key=lambda slot: int(table.who[slot]))
    circles = [int(table.circle[slot]) for slot in slots]
    found = [{at for at, each in enumerate(circles) if each == one} for one in set(circles) - {0}]
    return sorted(found, key=min)


def test_it_comes_to_the_crowd_that_was_recorded(path: Path) -> None:
    recorded, again = (Crowd(CrowdSettings(max_people=64)) for _ in range(2))
    place, worst = Place(again), 0.0
    with closing(place), open_session(path) as session:
        player = SessionPlayer(session)
        assert 60 * SECONDS <= player.steps <= 60 * SECONDS + 1
        for step in range(60 * SECONDS):
            recorded.step(step, lively(step), withdrawn(step))
            place.step(step, player.advance(step))
            np.testing.assert_equal(people(again), people(recorded))
            assert groups(again) == groups(recorded)
            told = again.reading
            worst = max(worst, *(abs(told[each] - now) for each, now in recorded.reading.items()))
        assert player.advance(player.steps) == []
    assert worst < 1e-5
    assert again.reading["count"] == PEOPLE - 1
    assert not sum(place.notices.rejected.values())


def messages(datagrams: list[bytes]) -> list[Message]:
    found: list[Message] = []
    for datagram in datagrams:
        inside = list(decode(datagram))
        assert len(inside) <= 32
        found += inside
    return found


def test_consent_comes_first_at_each_ones_level(path: Path) -> None:
    met: set[str] = set()
    levels: list[tuple[str, object]] = []
    with open_session(path) as session:
        player = SessionPlayer(session)
        for step in range(player.steps):
            for address, args in messages(player.advance(step)):
                who, _, field = address.removeprefix("/empathy/").partition("/")
                if field == "consent":
                    met.add(who)
                    levels.append((who, args[0]))
                assert who in met, address
    assert met == {f"p{number}" for number in range(PEOPLE)}
    assert levels[-2:] == [("p5", 2), ("p3", 0)] or ("p3", 0) in levels
    assert ("p5", 2) in levels
    assert len(levels) == PEOPLE + 2


@pytest.mark.parametrize("speed", [0.5, 3.0, 40.0])
def test_at_another_speed_everybody_ends_where_they_did(
    path: Path, place: Place, speed: float
) -> None:
    recorded = Table()
    for step in range(60 * SECONDS):
        recorded.step(step, lively(step), withdrawn(step))
    with open_session(path) as session:
        player = SessionPlayer(session, speed)
        assert player.steps == pytest.approx(60 * SECONDS / speed, abs=2)
        for step in range(player.steps + 2):
            place.step(step, player.advance(step))
    np.testing.assert_equal(people(place.crowd), people(recorded))


@pytest.mark.parametrize("seconds", [0.5, 5.0, 8.0])
def test_from_the_middle_everybody_is_there_at_once(
    path: Path, place: Place, seconds: float
) -> None:
    recorded = Table()
    start = round(60 * seconds)
    with open_session(path) as session:
        player = SessionPlayer(session, start=seconds)
        for step in range(60 * SECONDS):
            recorded.step(step, lively(step), withdrawn(step))
            if step >= start:
                place.step(step - start, player.advance(step - start))
            if step > start + 6:  # the gate lets thirty samples a second through, of each
                np.testing.assert_equal(people(place.crowd), people(recorded))


def test_over_and_over(path: Path) -> None:
    with open_session(path) as session:
        player = SessionPlayer(session, loop=True)
        said = [sorted(messages(player.advance(step))) for step in range(2 * player.steps)]
    assert said[: player.steps] == said[player.steps :]
    assert any(said)


def test_a_part_that_begins_in_the_middle(tmp_path: Path, place: Place) -> None:
    here = np.concatenate([lively(step) for step in range(354, 360)])
    here["step"] = 600
    path = record(tmp_path / "b.mcap", lambda step: lively(step)[:0], here=here)
    with open_session(path) as session:
        player = SessionPlayer(session)
        place.step(0, player.advance(0))
        assert place.crowd.people.count == PEOPLE
        assert all(player.advance(step) == [] for step in range(1, player.steps))


def test_what_is_said_of_one_axis_alone_and_of_none(tmp_path: Path, place: Place) -> None:
    def sparse(step: int) -> Samples:
        samples = lively(step)
        samples["valence"][samples["who"] == 1] = NOT_GIVEN
        samples["arousal"][samples["who"] == 2] = NOT_GIVEN
        samples["dominance"] = NOT_GIVEN
        samples["weight"] = 1.0
        return samples

    recorded = Table()
    with open_session(record(tmp_path / "c.mcap", sparse)) as session:
        player = SessionPlayer(session)
        for step in range(60 * SECONDS):
            recorded.step(step, sparse(step), withdrawn(step))
            place.step(step, player.advance(step))
    np.testing.assert_equal(people(place.crowd), people(recorded))


def test_who_was_erased_says_nothing(path: Path) -> None:
    with closing(KeyTable(path.with_name(path.name + KEYS))) as table:
        table.erase({4: None}, 0)
    with open_session(path) as session:
        player = SessionPlayer(session)
        said = [m.address for step in range(player.steps) for m in messages(player.advance(step))]
    assert not [address for address in said if address.startswith("/empathy/p4")]
    assert [address for address in said if address.startswith("/empathy/p5")]


def test_nobody_left_to_play(path: Path) -> None:
    path.with_name(path.name + KEYS).unlink()
    with open_session(path) as session, pytest.raises(SessionError, match="nobody left to play"):
        SessionPlayer(session)


def test_impossible_paces(path: Path) -> None:
    with open_session(path) as session:
        for speed, start in ((0.0, 0.0), (-1.0, 0.0), (float("nan"), 0.0), (1.0, -1.0)):
            with pytest.raises(ValueError, match="speed is above 0"):
                SessionPlayer(session, speed, start)
