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
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode, encode_bundle
from empathy_palettes.inlet.sample import Source
from empathy_palettes.inlet.send import Sender
from empathy_palettes.inlet.simulate import SimulatedCrowd
from empathy_palettes.show.door import LEAVING_STEPS, Door
from empathy_palettes.show.listening import Inlet, Listener, open_listener

SIMULATED = 30


def listener(naming: Naming, notices: Notices, number: int = 1, **written: object) -> Listener:
    """A port that the system chooses."""
    inlet = Inlet.model_validate(written).model_copy(update={"port": 0})
    return open_listener(inlet, number, {}, naming, notices)


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

    def send(self, address: str, *values: float, to: int = 0) -> None:
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


def test_a_port_of_this_machine_and_one_of_a_network() -> None:
    for host, source in (("127.0.0.1", Source.LOOPBACK), ("0.0.0.0", Source.NETWORK)):
        one = listener(Naming(), Notices(), listen=host)
        one.socket.close()
        assert one.source is source


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
