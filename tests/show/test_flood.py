"""Floods, from another process at a real port and from other machines: the honest are heard."""

import subprocess
import sys
from contextlib import closing
from time import monotonic, sleep

import numpy as np
import pytest

from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.gating.answers import NEW_NAMES
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.wire.datagrams import Datagrams, Hosts, host_bytes, packed
from empathy_palettes.inlet.wire.networks import Networks
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.inlet.wire.traffic import Traffic
from empathy_palettes.show.door import Door
from empathy_palettes.show.listening import Inlet, Listener, open_listener

SECONDS = 1.2
HONEST = 20  # people, each of whom speaks once in ten steps
SPEAK_STEPS = 10
HEARD_STEPS = 6  # after which the crowd knows
RATE = 2_000
MAX_PEOPLE = 500

#: What the flooding process sends, each line a round of it; `n` counts.
FLOODS = {
    "names": 'b"/empathy/%07d\\0\\0\\0\\0,ff\\0" % n + b"\\x3f\\0\\0\\0" * 2',
    "nan": 'b"/empathy/%07d\\0\\0\\0\\0,ff\\0" % (n % 9) + b"\\x7f\\xc0\\0\\0\\x7f\\x80\\0\\0"',
    "wildcards": 'b"/*/{a,b}[!c]?\\0\\0\\0,f\\0\\0" + b"\\x3f\\0\\0\\0"',
    "nested": 'b"#bundle\\0" + (b"\\0" * 8 + b"\\0\\0\\1\\0" + b"#bundle\\0") * 50 + b"\\0" * 8',
    "noise": "noise[n * 4 % 4000 : n * 4 % 4000 + 4 + n % 600]",
    "words": 'b"/empathy/%07d/word\\0\\0\\0,s\\0\\0joy\\0" % (n % 100)',
}

FLOODER = """
import socket, sys, time, random
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.connect(("127.0.0.1", int(sys.argv[1])))
noise = random.Random(1).randbytes(8000)
end, n = time.monotonic() + float(sys.argv[2]), 0
send = out.send
while time.monotonic() < end:
    for n in range(n, n + 100):
        send(%s)
    n += 1
print(n)
"""


class Place:
    """A door and a crowd behind it, a frame a step."""

    def __init__(self, listener: Listener, notices: Notices, naming: Naming) -> None:
        self.gate = Gate("attested", max_people=MAX_PEOPLE, notices=notices)
        self.door = Door(self.gate, naming, notices, [listener])
        self.crowd = Crowd(CrowdSettings(max_people=MAX_PEOPLE))
        self.step = 0

    def frame(self) -> None:
        self.step += 1
        self.door.collect(self.step)
        admitted = self.door.admit(self.step)
        self.crowd.step(self.step, admitted.samples, admitted.withdrawn)
        self.gate.forget(self.crowd.gone)

    @property
    def feeling(self) -> float:
        """What the honest say next."""
        return (self.step % 64 - 32) / 32

    def hears(self, feeling: float) -> float:
        """How many of the honest, who were here first, are known to feel so by now: 1 = all."""
        people = self.crowd.people
        return float((people.valence[people.slots()[:HONEST]] == feeling).mean())


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_is_counted_and_the_honest_are_heard(kind: str) -> None:
    notices, naming = Notices(), Naming(bytes(16))
    inlet = Inlet().model_copy(update={"port": 0})
    listener = open_listener(inlet, 1, {}, naming, notices)
    place = Place(listener, notices, naming)
    honest, feeling, heard = 0, 0.0, list[float]()

    with closing(place.door), closing(Sender("127.0.0.1", listener.socket.port)) as sender:

        def speak() -> None:
            nonlocal honest, feeling
            feeling = place.feeling
            for who in range(HONEST):
                sender.send(encode(f"/empathy/honest{who}", feeling, -feeling))
                honest += 1

        speak()
        place.frame()  # they were here first
        flooder = subprocess.Popen(
            [sys.executable, "-c", FLOODER % FLOODS[kind], str(listener.socket.port), str(SECONDS)],
            stdout=subprocess.PIPE,
            text=True,
        )
        while flooder.poll() is None:
            begun = monotonic()
            if place.step % SPEAK_STEPS == 0:
                speak()
            place.frame()
            if place.step % SPEAK_STEPS == HEARD_STEPS and place.step > SPEAK_STEPS:
                heard.append(place.hears(feeling))
            sleep(max(0.0, 1 / 60 - (monotonic() - begun)))
        sent = int(flooder.communicate()[0])
        for _ in range(5):
            place.frame()  # what it left behind
        speak()
        for _ in range(5):
            place.frame()

        dropped = listener.socket.dropped
        assert dropped is not None and sent > 1_000
        assert place.door.datagrams + dropped == sent + honest, "every datagram is accounted for"
        assert place.crowd.people.count <= MAX_PEOPLE
        assert place.hears(feeling) == 1, "the honest are heard"
        assert heard, "it was listened for during the flood"
        # Where this machine is busy, the system drops what it has no room for, of everybody alike.
        if not dropped:
            assert min(heard) == 1, "every one of the honest is heard during the flood"
        rejected = sum(notices.rejected.values())
        print(
            f"{kind}: {sent} sent, {dropped} dropped, {rejected} rejected, {place.step} frames, "
            f"heard {heard}"
        )
        if kind != "words":
            assert rejected >= 0.9 * (sent - dropped - MAX_PEOPLE)


class Wire:
    """A port that hands out what a test puts into it, each datagram from a host of its own."""

    port, loopback, datagrams, errors, refused = 9000, False, 0, 0, 0
    dropped: int | None = 0

    def __init__(self) -> None:
        self.waiting: list[tuple[str, bytes]] = []

    def drain(self, steps: int) -> Datagrams:
        parts, self.waiting = self.waiting, []
        self.datagrams += len(parts)
        hosts = [host_bytes(host) for host, _ in parts]
        return packed([data for _, data in parts], hosts, [1] * len(parts))

    def own(self) -> Hosts:
        return np.zeros((0, 2), np.uint64)

    def addresses(self) -> list[str]:
        return []

    def close(self) -> None:
        pass


class Network:
    """A place whose senders are other machines'."""

    def __init__(self) -> None:
        self.notices, naming = Notices(), Naming(bytes(16))
        self.wire = Wire()
        reader = Reader((-1.0, 1.0), naming, self.notices, origin=1)
        traffic = Traffic(RATE, self.notices)
        listener = Listener(self.wire, reader, traffic, Networks())
        self.place = Place(listener, self.notices, naming)
        self.made_up = 0

    def flood(self, host: str, count: int) -> None:
        """A new name with each datagram."""
        for _ in range(count):
            self.made_up += 1
            self.wire.waiting.append((host, encode(f"/empathy/x{self.made_up}", 0.5, 0.5)))

    def speak(self, feeling: float) -> None:
        """The honest, each from a machine of their own, behind whatever is there already."""
        for who in range(HONEST):
            message = encode(f"/empathy/honest{who}", feeling, -feeling)
            self.wire.waiting.append((f"10.0.1.{who}", message))


@pytest.mark.parametrize("flooders", [1, 3])
def test_a_flood_over_a_network_is_held_to_the_rate_and_other_hosts_are_heard(
    flooders: int,
) -> None:
    network, feeling, heard = Network(), 0.0, list[float]()
    place = network.place
    network.speak(feeling)
    place.frame()
    for frame in range(180):
        for host in range(flooders):
            network.flood(f"10.0.0.{host}", 150)
        if frame % SPEAK_STEPS == 0:
            feeling = place.feeling
            network.speak(feeling)
        place.frame()
        if frame % SPEAK_STEPS == HEARD_STEPS:
            heard.append(place.hears(feeling))
    assert heard == [1.0] * 18
    let_through = flooders * (RATE + 180 * RATE // 60)
    rejected = network.notices.rejected
    assert network.made_up - rejected[Reason.RATE] == pytest.approx(let_through, rel=0.01)
    made_it = place.crowd.people.count - HONEST
    assert 0 < made_it <= flooders * (NEW_NAMES + 3 * NEW_NAMES)
    outside = rejected[Reason.NEWCOMERS] + rejected[Reason.PEOPLE]
    assert network.made_up == rejected[Reason.RATE] + outside + made_it, "all of it is counted"


def test_who_is_new_is_let_in_while_another_host_makes_names_up() -> None:
    network = Network()
    place = network.place
    network.speak(0.0)
    place.frame()
    for frame in range(240):
        network.flood("10.0.0.66", RATE // 60 - 1)  # within its rate
        if frame % 30 == 0:
            who = f"/empathy/new{frame}", 0.25, 0.25
            network.wire.waiting.append((f"10.0.2.{frame}", encode(*who)))
        place.frame()
    people = place.crowd.people
    assert network.notices.rejected[Reason.RATE] == 0
    assert network.notices.rejected[Reason.NEWCOMERS] > 0
    assert int((people.valence[people.slots()] == 0.25).sum()) == 8
