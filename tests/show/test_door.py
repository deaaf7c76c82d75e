"""The door with real ports: who is real, who is simulated, and who is the hand."""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic, perf_counter

import pytest
from pythonosc.tcp_client import SimpleTCPClient

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.config import parse
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.inlet.adapters.adapter import load_adapter
from empathy_palettes.inlet.adapters.engine import Adapters
from empathy_palettes.inlet.gate import QUIET_STEPS, Gate, Mode
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode, encode_bundle
from empathy_palettes.inlet.simulate import SimulatedCrowd
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.show.door import LEAVING_STEPS, Door
from empathy_palettes.show.listening import Inlet, Listener, open_listener

SIMULATED = 30
MODES: tuple[Mode, ...] = ("attested", "explicit")


def listener(
    naming: Naming,
    notices: Notices,
    number: int = 1,
    gate: Gate | None = None,
    **written: object,
) -> Listener:
    """A port that the system chooses."""
    inlet = Inlet.model_validate(written).model_copy(update={"port": 0})
    adapters = {name: load_adapter(name, Assets.discover()) for name in inlet.adapters}
    return open_listener(inlet, number, adapters, naming, notices, gate=gate)


class Place:
    """A door with a crowd of 30 of its own, a port, and who is here by what the door says."""

    def __init__(self, listeners: int = 1) -> None:
        self.notices = Notices()
        naming = Naming(bytes(16))
        self.door = Door(
            Gate("attested", notices=self.notices),
            naming,
            self.notices,
            [listener(naming, self.notices, number + 1) for number in range(listeners)],
            SimulatedCrowd(SIMULATED, "calm", seed=1, arrive_over=0),
        )
        self.senders = [Sender("127.0.0.1", one.socket.port) for one in self.door.listeners]
        self.step = 0
        self.here: set[int] = set()

    def send(self, address: str, *values: float | str, to: int = 0) -> None:
        self.senders[to].send(encode(address, *values))

    def run(self, steps: int = 1) -> list[int]:
        """Take steps; return the numbers that were heard in the last one."""
        heard: list[int] = []
        for _ in range(steps):
            self.door.collect(self.step)
            samples, withdrawn = self.door.admit(self.step)
            heard = samples["who"].tolist()
            self.here = self.here - set(withdrawn.tolist()) | set(heard)
            self.step += 1
        return heard

    def close(self) -> None:
        self.door.close()
        for sender in self.senders:
            sender.close()


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place()
    yield place
    place.close()


def test_the_simulated_crowd_stays_while_nobody_real_speaks(place: Place) -> None:
    place.run(2 * LEAVING_STEPS)
    assert len(place.here) == SIMULATED
    assert place.door.accepted == 0


def test_a_real_sender_makes_the_simulated_crowd_leave_and_is_counted(place: Place) -> None:
    place.run(60)
    simulated = set(place.here)
    place.send("/empathy/anna", 0.5, 0.5)
    place.run()
    assert place.door.accepted == 1
    (anna,) = place.here - simulated
    place.run(LEAVING_STEPS // 2)
    assert 1 < len(place.here) < SIMULATED
    place.run(LEAVING_STEPS // 2 + 1)
    assert place.here == {anna}
    assert place.run(60) == []
    assert place.door._simulated is None  # nobody's work any more


def test_the_key_turns_beside_a_simulated_crowd_which_stays_who_it_is(place: Place) -> None:
    place.run(60)
    here = set(place.here)
    place.send("/empathy/anna/consent", 0)
    place.run()
    key, place.step = place.door._naming.key, place.step + QUIET_STEPS
    place.run()
    assert place.door._naming.key != key
    place.run(60)
    assert place.here == here and place.door.gate._registry.seated_count == SIMULATED


def test_what_is_not_let_in_makes_nobody_leave(place: Place) -> None:
    place.send("/empathy/anna", 7.0, 7.0)
    place.send("/empathy/anna/consent", 0)
    place.send("/empathy/anna", 0.5, 0.5)
    place.run(LEAVING_STEPS + 60)
    assert len(place.here) == SIMULATED and place.door.accepted == 0


def test_a_leaving_simulated_crowd_takes_nobody_real_of_the_same_name_along(place: Place) -> None:
    place.run(60)
    simulated = set(place.here)
    for _ in range(LEAVING_STEPS // 10 + 6):
        for number in range(1, SIMULATED + 1):
            place.send(f"/empathy/s{number:04d}", 0.5, 0.5)
        place.run(10)
    assert len(place.here) == SIMULATED and not place.here & simulated
    assert not place.notices.rejected


def test_nobody_who_sends_withdraws_a_simulated_person_or_the_hand(place: Place) -> None:
    place.door.say(0.5, 0.5)
    place.run()
    here = set(place.here)
    assert len(here) == SIMULATED + 1
    for name in ("hand", *(f"s{number:04d}" for number in range(1, SIMULATED + 1))):
        place.send(f"/empathy/{name}/consent", 0)
    place.run()
    assert place.here == here


def test_the_hand_is_somebody_until_it_is_hushed(place: Place) -> None:
    place.run(10)
    simulated = set(place.here)
    place.door.say(0.5, -0.5)
    place.run()
    (hand,) = place.here - simulated
    assert place.door.accepted == 1
    place.run(LEAVING_STEPS + 60)
    assert place.here == {hand}
    assert place.door.accepted > 1  # a hand that rests still feels it
    place.door.hush()
    accepted = place.door.accepted
    place.run(120)
    assert place.here == set() and place.door.accepted == accepted


def test_from_this_machine_as_many_come_as_like_whatever_a_port_listens_on() -> None:
    notices, naming = Notices(), Naming()
    one = listener(naming, notices, listen="0.0.0.0")
    door = Door(Gate("attested", notices=notices), naming, notices, [one])
    with closing(door), closing(Sender("127.0.0.1", one.socket.port)) as sender:
        for number in range(300):
            sender.send(encode(f"/empathy/n{number}", 0.5, 0.5))
        door.collect(0)
        assert len(door.admit(0).samples) == 300 and not notices.rejected


def test_a_flood_on_two_ports_costs_a_frame_little_and_no_port_starves() -> None:
    place = Place(listeners=3)
    records = b"".join(b"%08d" % number + bytes(8) for number in range(500))
    flood = encode("/empathy/crowd", records)
    for sender in place.senders[:2]:
        for _ in range(60):
            sender.send(flood)
    place.send("/empathy/anna", 0.5, 0.5, to=2)
    begin = perf_counter()
    place.door.collect(0)
    heard = place.door.admit(0)
    cost = perf_counter() - begin
    place.close()
    print(f"{place.door.accepted} observations in {1000 * cost:.1f} ms")
    assert place.door.accepted == 2 * 60 * 500 + 1
    assert 0.5 in heard.samples["valence"]  # anna


def test_only_the_networks_that_are_named_are_heard() -> None:
    notices, naming = Notices(), Naming()
    deaf = listener(naming, notices, networks=["10.0.0.0/8"])
    keen = listener(naming, notices, networks=["10.0.0.0/8", "127.0.0.1"])
    door = Door(Gate("attested", notices=notices), naming, notices, [deaf, keen])
    for one in (deaf, keen):
        with closing(Sender("127.0.0.1", one.socket.port)) as sender:
            sender.send(encode("/empathy/anna", 0.5, 0.5))
    door.collect(0)
    door.admit(0)
    door.close()
    assert door.accepted == 1 and dict(notices.rejected) == {"network": 1}


def test_a_device_speaks_through_its_adapter_and_withdraws_by_message() -> None:
    notices, naming = Notices(), Naming()
    adapters = {"touchosc": load_adapter("touchosc", Assets.discover())}
    inlet = Inlet(adapter="touchosc", range=(0.0, 1.0), people={"127.0.0.1": "anna"})
    one = open_listener(inlet.model_copy(update={"port": 0}), 1, adapters, naming, notices)
    gate = Gate("attested", notices=notices)
    door = Door(gate, naming, notices, [one])
    with closing(door), closing(Sender("127.0.0.1", one.socket.port)) as sender:
        sender.send(encode("/1/xy1", 1.0, 0.25))
        heard = []
        for step in range(6):  # within a twentieth of a second
            door.collect(step)
            heard += door.admit(step).samples.tolist()
        assert [sample[2:4] for sample in heard] == [(1.0, -0.5)]
        sender.send(encode("/empathy/anna/consent", 0))
        door.collect(6)
        assert door.admit(6).withdrawn.tolist() == [heard[0][0]]


class Worn:
    """A door with anna's device at its first port, and what it says in a frame."""

    def __init__(self, mode: Mode, adapter: str = "emotion-split", device: str = "") -> None:
        self.notices = Notices()
        naming = Naming(bytes(16))
        gate = Gate(mode, notices=self.notices)
        people = {device or adapter: "anna"}
        one = listener(naming, self.notices, 1, gate, adapter=adapter, people=people)
        other = listener(naming, self.notices, 2, gate)
        self.door = Door(gate, naming, self.notices, [one, other])
        self.senders = [Sender("127.0.0.1", each.socket.port) for each in (one, other)]
        self.step = 0

    def say(self, *messages: bytes, to: int = 0, steps: int = 6) -> list[tuple[float, float]]:
        """Send, take steps, and return valence and arousal of what went on."""
        for message in messages:
            self.senders[to].send(message)
        heard = []
        for _ in range(steps):
            self.door.collect(self.step)
            heard += self.door.admit(self.step).samples[["valence", "arousal"]].tolist()
            self.step += 1
        return [(valence, arousal) for valence, arousal in heard]

    def close(self) -> None:
        self.door.close()
        for sender in self.senders:
            sender.close()


FEELS = encode("/emotion/valence", 0.9375)
CALM = encode("/emotion/arousal", 0.0)
YES, NO = (encode("/empathy/anna/consent", answer) for answer in (1, 0))


def test_nothing_that_a_device_said_before_consent_is_told_after_it() -> None:
    with closing(Worn("explicit")) as anna:
        assert anna.say(FEELS) == []
        assert anna.notices.rejected == {"waiting for consent": 1}
        assert anna.say(YES) == []
        ((valence, arousal),) = anna.say(CALM)
        assert valence != valence and arousal == 0.0


@pytest.mark.parametrize("port", [0, 1])
def test_nothing_that_a_device_said_before_a_withdrawal_is_told_after_the_next_yes(
    port: int,
) -> None:
    with closing(Worn("attested")) as anna:
        assert len(anna.say(FEELS)) == 1
        assert anna.say(NO, to=port) == []
        assert anna.say(FEELS) == [] and anna.notices.rejected == {"withdrawn": 1}
        assert anna.say(YES, to=port) == []
        ((valence, arousal),) = anna.say(CALM)
        assert valence != valence and arousal == 0.0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("port", [0, 1])
def test_a_feeling_a_no_and_a_yes_in_one_frame_leave_nothing(mode: Mode, port: int) -> None:
    with closing(Worn(mode)) as anna:
        anna.say(YES)
        anna.senders[0].send(FEELS)
        assert anna.say(NO, YES, to=port) == []
        ((valence, _),) = anna.say(CALM)
        assert valence != valence


def test_of_whom_does_not_consent_nothing_is_usual() -> None:
    with closing(Worn("explicit", "emotibit", "0")) as anna:
        for _ in range(40):
            pulse = encode("/EmotiBit/0/HR", 70.0)
            assert anna.say(pulse, encode("/EmotiBit/0/EDA", 2.0), steps=3) == []
        adapters = anna.door.listeners[0].reader._adapters
        assert isinstance(adapters, Adapters) and adapters.participants == 0
        anna.say(YES, steps=1)
        anna.say(pulse, steps=1)
        assert adapters.participants == 1
        anna.say(NO, to=1, steps=1)
        assert adapters.participants == 0


def test_ports_share_the_time_for_what_is_read_slowly_and_none_starves() -> None:
    place = Place(listeners=3)
    with closing(place):
        for port, sender in enumerate(place.senders):
            for number in range(1500 if port < 2 else 5):
                sender.send(encode(f"/empathy/p{port}n{number}/word", "joy"))
        place.door.collect(0)
        spent = [one.reader.spent for one in place.door.listeners]
        each = (1 / 3, 1 / 3)  # and what the last has no use for is nobody's
        assert spent[:2] == pytest.approx(each, abs=0.01) and spent[2] < 0.02
        place.run()
        assert place.door.accepted >= 2 * 100 + 5
        place.send("/empathy/anna/word", "joy", to=2)
        for number in range(1500):
            place.send(f"/empathy/m{number}/word", "joy", to=2)
        place.door.collect(1)
        assert sum(one.reader.spent for one in place.door.listeners) == pytest.approx(1, abs=0.01)


def test_where_two_ports_disagree_within_a_frame_no_wins() -> None:
    for yes, no in ((0, 1), (1, 0)):
        place = Place(listeners=2)
        place.send("/empathy/anna", 0.5, 0.5, to=0)
        place.run()
        here = len(place.here)
        place.senders[no].send(encode("/empathy/anna/consent", 0))
        place.senders[yes].send(encode("/empathy/anna/consent", 1))
        place.run()
        place.send("/empathy/anna", 0.5, 0.5, to=yes)
        place.run()
        assert len(place.here) == here - 1 and place.notices.rejected["withdrawn"] == 1
        place.close()


def test_bundles_for_another_time_are_applied_at_once_and_counted() -> None:
    notices, naming = Notices(), Naming()
    inlet = Inlet().model_copy(update={"port": 0})
    one = open_listener(inlet, 1, {}, naming, notices, now=lambda: 3_900_000_000.0)
    door = Door(Gate("attested", notices=notices), naming, notices, [one])
    with closing(door), closing(Sender("127.0.0.1", one.socket.port)) as sender:
        for seconds in (3_900_000_000, 3_900_000_060, 3_899_999_000):
            bundle = bytearray(encode_bundle([encode("/empathy/anna", 0.5, 0.5)]))
            bundle[8:16] = seconds.to_bytes(4, "big") + bytes(4)
            sender.send(bytes(bundle))
        door.collect(0)
        door.admit(0)
        assert door.accepted == 3 and door.mistimed == 2 and not notices.rejected


def test_a_trusted_machine_speaks_over_tcp() -> None:
    notices, naming = Notices(), Naming()
    one = listener(naming, notices, protocol="tcp")
    door = Door(Gate("attested", notices=notices), naming, notices, [one])
    where = "127.0.0.1", one.socket.port
    with closing(door), SimpleTCPClient(*where) as client:  # type: ignore[no-untyped-call]
        client.send_message("/empathy/anna", [0.5, -0.5])
        end = monotonic() + 5
        while not door.accepted and monotonic() < end:
            door.collect(0)
            door.admit(0)
        assert door.accepted == 1 and door.listening()[0].startswith("listening on TCP 127.0.0.1:")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"networks": ["home"]}, "192.168.1.0/24"),
        ({"protocol": "tcp", "listen": "0.0.0.0"}, "this protocol is for machines you trust"),
        ({"people": {"0": "anna"}}, "name their adapter"),
        ({"adapter": "emotibit", "people": {"0": "an na"}}, "an na"),
        ({"share": 0.0}, "greater than 0"),
        ({"rate": 0}, "greater than or equal to 1"),
    ],
)
def test_what_is_written_wrongly_is_told(written: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse(written, Inlet, "place.toml")


def test_what_one_frame_leaves_the_next_one_reads(place: Place) -> None:
    messages = [encode(f"/empathy/n{number:03d}", 0.5, 0.5) for number in range(200)]
    for _ in range(20):
        place.senders[0].send(encode_bundle(messages))
    place.run(3)
    assert place.door.accepted == 20 * 200
