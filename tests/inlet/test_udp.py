"""A real port on this machine: what is sent arrives, in order, bounded, and faults are told."""

import socket
from collections import Counter
from collections.abc import Iterator

import pytest

from empathy_palettes.core.errors import MachineError
from empathy_palettes.inlet import udp
from empathy_palettes.inlet.osc import decode, encode
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.send import Sender
from empathy_palettes.inlet.udp import UdpInlet


@pytest.fixture
def inlet() -> Iterator[UdpInlet]:
    inlet = UdpInlet("127.0.0.1", 0)
    yield inlet
    inlet.close()
    inlet.close()


@pytest.fixture
def sender(inlet: UdpInlet) -> Iterator[Sender]:
    sender = Sender("127.0.0.1", inlet.port)
    yield sender
    sender.close()
    sender.close()


def test_nothing_waits_and_nobody_is_waited_for(inlet: UdpInlet) -> None:
    assert inlet.drain() == []
    assert inlet.datagrams == 0


def test_what_is_sent_arrives_whole_and_in_order(inlet: UdpInlet, sender: Sender) -> None:
    sent = [encode("/n", number) for number in range(1000)]
    for datagram in sent:
        sender.send(datagram)
    assert inlet.drain() == sent
    assert inlet.datagrams == sender.sent == 1000
    assert inlet.drain() == []


def test_a_drain_is_bounded_in_datagrams(inlet: UdpInlet, sender: Sender) -> None:
    for _ in range(udp.MOST_DATAGRAMS + 10):
        sender.send(b"/a\0\0")
    assert len(inlet.drain()) == udp.MOST_DATAGRAMS
    assert len(inlet.drain()) == 10


def test_a_drain_is_bounded_in_bytes(inlet: UdpInlet, sender: Sender) -> None:
    for _ in range(udp.MOST_BYTES // 8192 + 5):
        sender.send(bytes(8192))
    assert sum(map(len, inlet.drain())) == udp.MOST_BYTES
    assert len(inlet.drain()) == 5


def test_a_drain_takes_no_more_than_it_is_asked_for(inlet: UdpInlet, sender: Sender) -> None:
    for _ in range(4):
        sender.send(b"/abc/de\0")
    assert inlet.drain(0) == []
    assert len(inlet.drain(9)) == 2  # with the one that reaches it
    assert len(inlet.drain()) == 2


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("127.0.0.2", True), ("0.0.0.0", False)]
)
def test_it_knows_whether_a_network_can_reach_it(host: str, loopback: bool) -> None:
    inlet = UdpInlet(host, 0)
    inlet.close()
    assert inlet.loopback is loopback


def test_an_oversized_datagram_is_rejected_by_its_size(inlet: UdpInlet, sender: Sender) -> None:
    sender.send(encode("/a", bytes(9000)))
    rejected = Counter[str]()
    (datagram,) = inlet.drain()
    assert decode(datagram, rejected) == []
    assert rejected == {Reason.SIZE: 1}


def test_a_socket_that_fails_ends_no_show() -> None:
    inlet = UdpInlet("127.0.0.1", 0)
    inlet.close()
    assert inlet.drain() == []
    assert inlet.errors == 1


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
def test_ipv6_loopback() -> None:
    try:
        inlet = UdpInlet("::1", 0)
    except MachineError:
        pytest.skip("no IPv6 loopback on this machine")
    sender = Sender("::1", inlet.port)
    sender.send(b"/a\0\0")
    assert inlet.addresses() == [f"[::1]:{inlet.port}"]
    assert inlet.drain() == [b"/a\0\0"]
    sender.close()
    inlet.close()
