"""The thread that reads while frames stall: nothing lost, nothing turned round, and it ends."""

import errno
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from empathy_palettes.inlet.wire.block import Block
from empathy_palettes.inlet.wire.mmsg import Mmsg, can_mmsg
from empathy_palettes.inlet.wire.nap import Stalls
from empathy_palettes.inlet.wire.onebyone import OneByOne
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.inlet.wire.udp import UdpInlet

WAYS: list[Callable[[], OneByOne | Mmsg]] = [OneByOne, *([Mmsg] if can_mmsg() else [])]


def nappers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "nap"]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "nothing happens"
        time.sleep(0.002)


def numbered(number: int) -> bytes:
    return number.to_bytes(4, "big") * (1 + number % 5)


@pytest.fixture(params=WAYS)
def inlet(request: pytest.FixtureRequest) -> Iterator[UdpInlet]:
    inlet = UdpInlet("127.0.0.1", 0, receiver=request.param())
    yield inlet
    inlet.close()
    assert not nappers()


@pytest.fixture
def sender(inlet: UdpInlet) -> Iterator[Sender]:
    sender = Sender("127.0.0.1", inlet.port)
    yield sender
    sender.close()


def test_frames_stall_from_a_long_one_until_ten_seconds_without() -> None:
    stalls = Stalls()
    assert not any(stalls.told(steps) for steps in (0, 1, 2, 1, 2))
    assert stalls.told(3)
    assert all(stalls.told(1) for _ in range(599))
    assert not stalls.told(1)
    assert stalls.told(15) and stalls.told(2)


def test_what_the_system_dropped_calls_the_thread_as_a_stall_does() -> None:
    stalls = Stalls()
    assert not stalls.told(1)
    assert stalls.told(1, lost=True) and stalls.told(1)


def test_a_thread_reads_while_frames_stall(inlet: UdpInlet, sender: Sender) -> None:
    inlet.drain(2)
    assert not inlet.napping and not nappers()
    inlet.drain(4)
    assert inlet.napping and len(nappers()) == 1
    sender.send(b"/a\0\0")
    until(lambda: len(inlet._napper._filled) == 1)
    assert list(inlet.drain(1)) == [b"/a\0\0"]
    for _ in range(600):
        inlet.drain(1)
    assert not inlet.napping and not nappers()


def test_nothing_is_lost_or_turned_round_at_any_switch(inlet: UdpInlet, sender: Sender) -> None:
    total = 12_000
    heard: list[bytes] = []

    def send() -> None:
        for number in range(total):
            sender.send(numbered(number))
            if number % 200 == 0:
                time.sleep(0.002)

    sending = threading.Thread(target=send)
    sending.start()
    for turn in range(10_000):
        (inlet.nap, inlet.wake, lambda: None)[turn % 3]()
        heard += inlet._napper.take(170) if inlet._napper else inlet._read(170)
        if len(heard) == total:
            break
        time.sleep(0.001)
    sending.join()
    assert heard == [numbered(number) for number in range(total)]


def test_what_was_lent_stays_until_the_next_drain(inlet: UdpInlet, sender: Sender) -> None:
    inlet.nap()
    sender.send(b"/a\0\0")
    until(lambda: len(inlet._napper._filled) == 1)  # type: ignore[union-attr]
    assert inlet._napper
    first = inlet._napper.take(10)
    for _ in range(500):
        sender.send(b"/xxxxxx\0")
    until(lambda: len(inlet._napper._filled) == 500)  # type: ignore[union-attr]
    assert list(first) == [b"/a\0\0"]
    inlet.wake()
    assert list(inlet.drain()) == [b"/xxxxxx\0"] * 500


def test_a_full_block_is_left_alone_and_the_kernel_counts() -> None:
    inlet = UdpInlet("127.0.0.1", 0, receive_buffer=65_536)
    inlet._blocks = Block(32 * 1024), Block(32 * 1024)
    sender = Sender("127.0.0.1", inlet.port)
    inlet.nap()
    for number in range(300):
        sender.send(numbered(number) * 100)
        if number % 10 == 0:
            time.sleep(0.002)
    dropped = inlet.dropped or 0
    heard: list[bytes] = []
    inlet.wake()
    while taken := list(inlet.drain()):
        heard += taken
    order = [int.from_bytes(datagram[:4], "big") for datagram in heard]
    assert order == sorted(set(order))
    assert len(heard) >= 20
    if inlet.dropped is not None:
        assert len(heard) + dropped == 300
    sender.close()
    inlet.close()


def test_a_network_that_fails_is_counted_and_tried_again() -> None:
    class Fails(OneByOne):
        turns = 0

        def fetch(self, port: socket.socket, most: int) -> int:
            self.turns += 1
            if self.turns <= 3:
                raise OSError(errno.ENETDOWN, "down")
            return super().fetch(port, most)

    inlet = UdpInlet("127.0.0.1", 0, receiver=Fails())
    sender = Sender("127.0.0.1", inlet.port)
    inlet.nap()
    sender.send(b"/a\0\0")
    until(lambda: inlet.errors == 3)
    until(lambda: list(inlet.drain(3)) == [b"/a\0\0"])
    inlet.wake()
    assert inlet.errors == 3
    sender.close()
    inlet.close()


def test_the_thread_ends_with_the_inlet(inlet: UdpInlet) -> None:
    inlet.nap()
    (thread,) = nappers()
    assert thread.daemon
    inlet.close()
    assert not thread.is_alive()
    inlet.nap()
    assert not nappers()


def test_taking_never_waits_long_for_a_flood(inlet: UdpInlet, sender: Sender) -> None:
    inlet.nap()
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            for _ in range(100):
                sender.send(bytes(28))

    flooding = threading.Thread(target=flood)
    flooding.start()
    taken, waits = 0, []
    for _ in range(40):
        time.sleep(0.005)
        begun = time.monotonic()
        taken += len(inlet.drain(3))
        waits.append(time.monotonic() - begun)
    stop.set()
    flooding.join()
    assert taken > 0
    assert sorted(waits)[len(waits) // 2] < 0.1  # a thread that keeps its lock takes the flood's


def test_a_thread_that_starts_again_keeps_the_order(inlet: UdpInlet, sender: Sender) -> None:
    sent = [numbered(number) for number in range(40)]
    heard: list[bytes] = []
    for start in range(0, 40, 10):
        inlet.nap()
        for datagram in sent[start : start + 10]:
            sender.send(datagram)
        until(lambda: len(inlet._napper._filled) >= 10)  # type: ignore[union-attr]
        heard += inlet._napper.take(3)  # type: ignore[union-attr]
        inlet.wake()
    while taken := list(inlet.drain()):
        heard += taken
    assert heard == sent
