"""Real connections: both framings arrive whole, strangers are hung up on, nothing is unbounded."""

import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from pythonosc import slip
from pythonosc.tcp_client import SimpleTCPClient

from empathy_palettes.core.errors import MachineError
from empathy_palettes.inlet.osc import Message, decode, encode
from empathy_palettes.inlet.wire import connections, tcp
from empathy_palettes.inlet.wire.connections import MOST_CONNECTIONS, MOST_OF_A_HOST
from empathy_palettes.inlet.wire.datagrams import host_bytes
from empathy_palettes.inlet.wire.tcp import TcpInlet


def sized(packet: bytes) -> bytes:
    return struct.pack(">I", len(packet)) + packet


def short_slip(packet: bytes) -> bytes:
    """As RFC 1055 has it at the least: an END behind each packet, none before it."""
    return slip.encode(packet)[1:]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "nothing happens"
        time.sleep(0.002)


class Place:
    """A port, and everything that was heard at it."""

    def __init__(self, *trusted: str) -> None:
        self.inlet = TcpInlet("127.0.0.1", 0, trusted)
        self.heard: list[bytes] = []
        self.sockets: list[socket.socket] = []

    def connect(self, host: str = "127.0.0.1") -> socket.socket:
        """Connect as if from another machine, if it is another address of this one."""
        target = "127.0.0.1", self.inlet.port
        try:
            self.sockets.append(socket.create_connection(target, 5, (host, 0)))
        except OSError:
            pytest.skip("this machine has but one address of its own")
        return self.sockets[-1]

    def hear(self, count: int) -> list[bytes]:
        def enough() -> bool:
            self.heard += self.inlet.drain()
            return len(self.heard) >= count

        until(enough)
        heard, self.heard = self.heard, []
        return heard

    def close(self) -> None:
        for one in self.sockets:
            one.close()
        self.inlet.close()
        self.inlet.close()


@pytest.fixture
def place() -> Iterator[Place]:
    before = threading.active_count()
    place = Place()
    yield place
    place.close()
    until(lambda: threading.active_count() == before)


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is silent is hung up on after half a second, instead of a minute."""
    monkeypatch.setattr(connections, "_SILENT", 0.4)


def is_hung_up(one: socket.socket) -> bool:
    try:
        return one.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("framed", [sized, slip.encode, short_slip])
@pytest.mark.parametrize("chunk", [1, 7, 4096, 1 << 20])
def test_packets_arrive_whole_and_in_order(
    place: Place, framed: Callable[[bytes], bytes], chunk: int
) -> None:
    random = np.random.default_rng(2)
    sent = [
        b"/n\0\0" + random.choice([0xC0, 0xDB, 0xDC, 0xDD, 1], length).astype(np.uint8).tobytes()
        for length in [0, 4, 8, 300, 4096, 8188]
    ]
    stream = b"".join(map(framed, sent))
    stream = stream[:2000] if chunk == 1 else stream
    expected = sent[: 4 if chunk == 1 else None]
    one = place.connect()
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for start in range(0, len(stream), chunk):
        one.sendall(stream[start : start + chunk])
    assert place.hear(len(expected)) == expected
    assert place.inlet.errors == 0


@pytest.mark.parametrize("mode", ["1.0", "1.1"])
def test_python_osc_s_own_client_is_heard(place: Place, mode: str) -> None:
    connect: Any = SimpleTCPClient  # its constructor has no types
    with connect("127.0.0.1", place.inlet.port, mode=mode) as client:
        client.send_message("/empathy/anna", [0.5, -0.25])
        (packet,) = place.hear(1)
    assert decode(packet) == [Message("/empathy/anna", (0.5, -0.25))]
    assert place.inlet.datagrams == 1


def test_who_sent_it_is_told(place: Place) -> None:
    one = place.connect()
    one.sendall(sized(b"/a\0\0"))
    while not len(taken := place.inlet.drain()):
        time.sleep(0.002)
    assert taken.host[0].tobytes() == host_bytes("127.0.0.1")
    assert taken.port.tolist() == [one.getsockname()[1]]
    assert place.inlet.loopback
    assert place.inlet.addresses() == [f"127.0.0.1:{place.inlet.port}"]


def test_a_drain_is_bounded(place: Place) -> None:
    place.connect().sendall(sized(b"/a\0\0") * 30)
    until(lambda: len(place.inlet._queue._parts) == 30)
    assert len(place.inlet.drain(most=4)) == 4
    assert len(place.inlet.drain(3, most=4)) == 12
    assert len(place.inlet.drain()) == 14


@pytest.mark.parametrize(
    "stream",
    [
        sized(bytes(8196))[:100],  # too long by its size
        b"\0\xff\xff\xff" + b"x" * 100,
        b"/" + b"x" * 20_000,  # no end in sight
        b"\xc0/a\xdbx\xc0",  # no such escape
        b"\xc0/a\xdb\xc0",
    ],
)
def test_a_framing_that_cannot_be_followed_ends_the_connection(
    place: Place, stream: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    one, other = place.connect(), place.connect()
    with suppress(ConnectionError):
        one.sendall(stream)
    until(lambda: place.inlet.errors == 1)
    assert is_hung_up(one)
    other.sendall(sized(b"/a\0\0"))
    assert place.hear(1) == [b"/a\0\0"]
    assert capfd.readouterr() == ("", "")


def test_a_packet_cut_short_by_its_sender_is_none(place: Place) -> None:
    for stream in (b"\0\0", sized(b"/a\0\0")[:-1], b"\xc0/a\0", b""):
        place.connect().sendall(stream)
        place.sockets[-1].shutdown(socket.SHUT_WR)
        assert is_hung_up(place.sockets[-1])
    assert len(place.inlet.drain()) == 0
    assert place.inlet.errors == 0


def test_strangers_are_hung_up_on() -> None:
    place = Place("192.0.2.0/24", "2001:db8::/32")
    one = place.connect()
    with suppress(ConnectionError):
        one.sendall(sized(b"/a\0\0"))
    assert is_hung_up(one)
    assert place.inlet.refused == 1
    assert len(place.inlet.drain()) == 0
    place.close()


def test_what_is_no_network_is_told() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        TcpInlet("127.0.0.1", 0, ["nonsense"])


def test_connections_are_bounded_and_make_room_again(place: Place) -> None:
    crowd = [place.connect(f"127.0.0.{2 + number % 60}") for number in range(MOST_CONNECTIONS)]
    until(lambda: len(place.inlet._connections._open) == MOST_CONNECTIONS)
    assert is_hung_up(place.connect())
    assert place.inlet.refused == 1
    crowd[0].close()
    until(lambda: len(place.inlet._connections._open) == MOST_CONNECTIONS - 1)
    place.connect().sendall(sized(b"/a\0\0"))
    assert place.hear(1) == [b"/a\0\0"]


def test_one_host_does_not_take_the_room_of_all(place: Place) -> None:
    for _ in range(MOST_OF_A_HOST):
        place.connect("127.0.0.2")
    until(lambda: len(place.inlet._connections._open) == MOST_OF_A_HOST)
    assert is_hung_up(place.connect("127.0.0.2"))
    assert place.inlet.refused == 1
    place.connect("127.0.0.3").sendall(sized(b"/a\0\0"))
    assert place.hear(1) == [b"/a\0\0"]
    assert place.inlet.refused == 1


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize("framed", [sized, slip.encode])
def test_who_sends_nothing_whole_is_hung_up_on(
    place: Place, framed: Callable[[bytes], bytes]
) -> None:
    silent, slow, empty, lively = (place.connect() for _ in range(4))
    ended, stream = threading.Event(), framed(b"/" + bytes(8187))

    def dribble() -> None:
        with suppress(OSError):  # until it is hung up on
            for place in range(len(stream)):
                slow.sendall(stream[place : place + 1])
                empty.sendall(framed(b""))
                lively.sendall(framed(b"/a\0\0"))
                if ended.wait(0.02):
                    return

    dribbling = threading.Thread(target=dribble)
    dribbling.start()
    assert is_hung_up(silent) and is_hung_up(slow) and is_hung_up(empty)
    until(lambda: place.inlet.errors == 3)
    assert len(place.hear(10)) >= 10
    ended.set()
    dribbling.join()
    lively.settimeout(0.01)
    with pytest.raises(TimeoutError):
        lively.recv(1)


@pytest.mark.usefixtures("_hasty")
def test_who_waits_for_our_room_is_not_silent(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp, "_MOST_BYTES", 100)
    sent = [encode("/n", number, bytes(400)) for number in range(4)]
    place.connect().sendall(b"".join(map(sized, sent)))
    time.sleep(0.7)
    assert place.hear(4) == sent


def test_packets_of_no_bytes_are_passed_over(place: Place) -> None:
    place.connect().sendall(sized(b"") * 3_000 + sized(b"/a\0\0") + sized(b"") + sized(b"/b\0\0"))
    assert place.hear(2) == [b"/a\0\0", b"/b\0\0"]


@pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="a system without it")
def test_who_is_gone_without_a_word_is_found_out_within_a_minute(place: Place) -> None:
    place.connect().sendall(sized(b"/a\0\0"))
    place.hear(1)
    (one,) = place.inlet._connections._open
    assert one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    idle, every, count = (
        one.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
        for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
    )
    assert 0 < idle + every * count <= 60


def test_running_out_of_files_neither_spins_nor_ends_it(place: Place) -> None:
    resource = pytest.importorskip("resource")
    waits = socket.socket()
    place.sockets.append(waits)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.close(lowest := os.dup(waits.fileno()))  # every file from now on would be above it
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, before[1]))
    try:
        waits.connect(("127.0.0.1", place.inlet.port))
        waits.sendall(sized(b"/a\0\0"))
        begun = time.process_time()
        time.sleep(0.5)
        assert time.process_time() - begun < 0.2
        assert 1 <= place.inlet.errors <= 8
        assert len(place.inlet.drain()) == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert place.hear(1) == [b"/a\0\0"]


def test_a_sender_waits_while_the_queue_is_full(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp, "_MOST_BYTES", 10_000)
    sent = [encode("/n", number, bytes(1000)) for number in range(2_000)]
    one = place.connect()
    sending = threading.Thread(target=one.sendall, args=(b"".join(map(sized, sent)),))
    sending.start()
    until(lambda: place.inlet._queue._size >= 10_000)
    assert place.inlet._queue._size < 12_000
    assert place.hear(len(sent)) == sent  # and nothing is lost
    sending.join()


def test_a_full_queue_does_not_hold_up_closing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp, "_MOST_BYTES", 100)
    place.connect().sendall(sized(bytes(400)) * 10)
    until(lambda: place.inlet._queue._size >= 100)
    begun = time.monotonic()
    place.inlet.close()
    assert time.monotonic() - begun < 1


def test_a_taken_port_is_told_with_its_remedy(place: Place) -> None:
    with pytest.raises(MachineError, match="already in use"):
        TcpInlet("127.0.0.1", place.inlet.port)


def test_ipv6_loopback() -> None:
    try:
        inlet = TcpInlet("::1", 0)
    except MachineError:
        pytest.skip("no IPv6 loopback on this machine")
    with socket.create_connection(("::1", inlet.port)) as one:
        one.sendall(sized(b"/a\0\0"))
        until(lambda: len(inlet._queue._parts) == 1)
    assert inlet.drain().host[0].tobytes() == host_bytes("::1")
    inlet.close()
