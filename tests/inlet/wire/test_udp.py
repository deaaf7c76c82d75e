"""A real port on this machine: what is sent arrives, in order, bounded, and faults are told."""

import errno
import socket
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from empathy_palettes.core.errors import MachineError
from empathy_palettes.inlet.osc import decode, encode
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.wire import mmsg, udp
from empathy_palettes.inlet.wire.block import Block
from empathy_palettes.inlet.wire.datagrams import host_bytes
from empathy_palettes.inlet.wire.mmsg import Mmsg, can_mmsg
from empathy_palettes.inlet.wire.onebyone import OneByOne
from empathy_palettes.inlet.wire.receiver import Receiver, best_receiver
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.inlet.wire.udp import UdpInlet

WAYS = [OneByOne]
if can_mmsg():
    WAYS.append(Mmsg)  # type: ignore[arg-type]


@pytest.fixture(params=WAYS)
def receiver(request: pytest.FixtureRequest) -> Receiver:
    made: Receiver = request.param()
    return made


@pytest.fixture
def inlet(receiver: Receiver) -> Iterator[UdpInlet]:
    inlet = UdpInlet("127.0.0.1", 0, receiver=receiver)
    yield inlet
    inlet.close()
    inlet.close()


@pytest.fixture
def sender(inlet: UdpInlet) -> Iterator[Sender]:
    sender = Sender("127.0.0.1", inlet.port)
    yield sender
    sender.close()
    sender.close()


def test_the_fastest_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(best_receiver(), Mmsg) is can_mmsg()
    monkeypatch.setattr(mmsg, "can_mmsg", lambda: False)
    assert isinstance(best_receiver(), OneByOne)


def test_nothing_waits_and_nobody_is_waited_for(inlet: UdpInlet) -> None:
    taken = inlet.drain()
    assert len(taken) == 0 and taken.host.shape == (0, 2)
    assert inlet.datagrams == 0


def test_what_is_sent_arrives_whole_and_in_order(inlet: UdpInlet, sender: Sender) -> None:
    sent = [encode("/n", number) for number in range(6000)]  # more than is read into at once
    for datagram in sent:
        sender.send(datagram)
    assert list(inlet.drain()) == sent
    assert inlet.datagrams == sender.sent == 6000
    assert len(inlet.drain()) == 0


def test_lengths_of_all_kinds_arrive_whole_and_in_order(inlet: UdpInlet, sender: Sender) -> None:
    random = np.random.default_rng(5)
    lengths = [*range(70), 0, 8192, *np.exp(random.uniform(0, np.log(8192), 300)).astype(int)]
    sent = [random.bytes(length) for length in lengths]
    for _ in range(2):  # the block is used again
        for datagram in sent:
            sender.send(datagram)
        taken = inlet.drain()
        assert list(taken) == sent
        assert not (taken.start % 4).any()
        assert taken.data.ctypes.data % 4 == 0


def test_empty_datagrams_are_datagrams(inlet: UdpInlet, sender: Sender) -> None:
    for _ in range(3):
        sender.send(b"")
    assert list(inlet.drain()) == [b""] * 3


def test_who_sent_it_is_told(inlet: UdpInlet) -> None:
    ports = []
    for host in ("127.0.0.1", "127.0.0.2", "127.0.0.1"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((host, 0))
            sender.sendto(b"/a\0\0", ("127.0.0.1", inlet.port))
            ports.append(sender.getsockname()[1])
    taken = inlet.drain()
    assert taken.port.tolist() == ports
    mapped = "00000000000000000000ffff7f00000{}"
    assert [host.tobytes().hex() for host in taken.host] == [mapped.format(n) for n in (1, 2, 1)]


def test_a_drain_is_bounded_in_datagrams(inlet: UdpInlet, sender: Sender) -> None:
    for number in range(1500):
        sender.send(encode("/n", number))
    assert len(inlet.drain(most=1100)) == 1100
    assert len(inlet.drain(most=0)) == 0
    assert len(inlet.drain(2, most=100)) == 200  # a frame of two steps
    assert inlet.drain()[0] == encode("/n", 1300)


def test_a_drain_is_bounded_by_the_block(inlet: UdpInlet, sender: Sender) -> None:
    inlet._blocks = Block(64 * 1024), Block(64 * 1024)
    inlet._receiver.at_once = 16
    sent = [bytes([number]) * 8192 for number in range(20)]
    sent += [bytes([number]) * 1024 for number in range(100)]
    for datagram in sent:
        sender.send(datagram)
    heard = list(inlet.drain())
    assert len(heard) == 16  # as they were read: they do not fit
    taken = list(inlet.drain())
    assert len(taken) == 16
    heard += taken
    taken = list(inlet.drain())
    assert 16 < len(taken) < 80  # and as many as fit
    heard += taken
    while taken := list(inlet.drain()):
        heard += taken
    assert heard == sent


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("127.0.0.2", True), ("0.0.0.0", False)]
)
def test_it_knows_whether_a_network_can_reach_it(host: str, loopback: bool) -> None:
    inlet = UdpInlet(host, 0)
    inlet.close()
    assert inlet.loopback is loopback


def test_an_oversized_datagram_is_rejected_by_its_size(inlet: UdpInlet, sender: Sender) -> None:
    sender.send(encode("/a", bytes(9000)))
    sender.send(b"/a\0\0")
    rejected = Counter[str]()
    long, after = inlet.drain()
    assert len(long) == 8193
    assert decode(long, rejected) == []
    assert rejected == {Reason.SIZE: 1}
    assert after == b"/a\0\0"


def test_a_socket_that_fails_ends_no_show(receiver: Receiver) -> None:
    inlet = UdpInlet("127.0.0.1", 0, receiver=receiver)
    inlet.close()
    assert len(inlet.drain()) == 0
    assert inlet.errors == 1


def test_what_was_read_before_a_failure_is_not_lost(sender: Sender, inlet: UdpInlet) -> None:
    class Fails(OneByOne):
        at_once = 1
        turns = 0

        def fetch(self, port: socket.socket, most: int) -> int:
            self.turns += 1
            if self.turns % 2 == 0:
                raise OSError(errno.ENETDOWN, "down")
            return super().fetch(port, min(most, 1))

    inlet._receiver = Fails()
    sender.send(b"/a\0\0")
    sender.send(b"/b\0\0")
    assert list(inlet.drain()) == [b"/a\0\0"]
    assert list(inlet.drain()) == [b"/b\0\0"]
    assert inlet.errors == 2


def test_the_receive_buffer_is_read_back() -> None:
    inlet = UdpInlet("127.0.0.1", 0, receive_buffer=64 * 1024)
    assert 64 * 1024 <= inlet.receive_buffer <= 256 * 1024
    inlet.close()


def test_a_taken_port_is_told_with_its_remedy(inlet: UdpInlet) -> None:
    with pytest.raises(MachineError, match=rf"port {inlet.port} is already in use.*another show"):
        UdpInlet("127.0.0.1", inlet.port)


@pytest.mark.parametrize(
    ("host", "problem"),
    [
        ("", "no address to listen on"),
        ("192.0.2.1", "not an address of this machine"),
        ("not an address", "no such address"),
    ],
)
def test_an_address_that_cannot_be_bound_is_told(host: str, problem: str) -> None:
    with pytest.raises(MachineError, match=problem):
        UdpInlet(host, 0)


@pytest.mark.parametrize("port", [-1, 65536, 10**30])
def test_a_port_that_is_none_is_told(port: int) -> None:
    with pytest.raises(MachineError):
        UdpInlet("127.0.0.1", port)
    with pytest.raises(MachineError):
        Sender("127.0.0.1", port)


def test_addresses_are_what_senders_need(inlet: UdpInlet) -> None:
    assert inlet.addresses() == [f"127.0.0.1:{inlet.port}"]
    everywhere = UdpInlet("0.0.0.0", 0)
    addresses = everywhere.addresses()
    everywhere.close()
    assert addresses[0] == f"127.0.0.1:{everywhere.port}"
    assert not any(address.startswith("0.0.0.0") for address in addresses)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")
def test_ipv6_loopback(receiver: Receiver) -> None:
    try:
        inlet = UdpInlet("::1", 0, receiver=receiver)
    except MachineError:
        pytest.skip("no IPv6 loopback on this machine")
    sender = Sender("::1", inlet.port)
    sender.send(b"/a\0\0")
    sender.send(b"/bcdefg\0")
    assert inlet.addresses() == [f"[::1]:{inlet.port}"]
    taken = inlet.drain()
    assert list(taken) == [b"/a\0\0", b"/bcdefg\0"]
    assert [host.tobytes() for host in taken.host] == [host_bytes("::1")] * 2
    assert taken.port[0] == taken.port[1] > 0
    sender.close()
    inlet.close()


def test_an_ipv6_port_hears_ipv4_under_its_mapped_address(receiver: Receiver) -> None:
    try:
        inlet = UdpInlet("::", 0, receiver=receiver)
    except MachineError:
        pytest.skip("no IPv6 on this machine")
    sender = Sender("127.0.0.1", inlet.port)
    sender.send(b"/a\0\0")
    hosts = inlet.drain().host
    sender.close()
    inlet.close()
    if not len(hosts):
        pytest.skip("this system keeps IPv4 from IPv6 ports")
    assert hosts[0].tobytes() == host_bytes("127.0.0.1")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("10.1.2.3", "00000000000000000000ffff0a010203"),
        ("fe80::1%eth0", "fe800000000000000000000000000001"),
    ],
)
def test_an_address_is_sixteen_bytes(host: str, expected: str) -> None:
    assert host_bytes(host).hex() == expected


def test_more_is_asked_of_the_kernel_than_a_frame_reads() -> None:
    assert udp.MOST_DATAGRAMS >= 10_082  # what a buffer of 4 MB holds
