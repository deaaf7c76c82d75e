"""What the kernel dropped is counted, by both ways in which Linux tells it."""

import sys
from collections.abc import Iterator

import pytest

from empathy_palettes.core.errors import MachineError
from empathy_palettes.inlet.wire import drops
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.inlet.wire.udp import UdpInlet

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts drops")


@pytest.fixture(params=["127.0.0.1", "::1"])
def flooded(request: pytest.FixtureRequest) -> Iterator[tuple[UdpInlet, int]]:
    """A port with room for few, and how many were sent to it."""
    try:
        inlet = UdpInlet(request.param, 0, receive_buffer=4096)
    except MachineError:
        pytest.skip("no IPv6 loopback on this machine")
    sender = Sender(request.param, inlet.port)
    for _ in range(100):
        sender.send(bytes(100))
    yield inlet, 100
    sender.close()
    inlet.close()


def test_every_datagram_was_read_or_is_told(flooded: tuple[UdpInlet, int]) -> None:
    inlet, sent = flooded
    heard = len(inlet.drain())
    assert 0 < heard < sent
    assert inlet.dropped == sent - heard
    inlet.close()
    assert inlet.dropped == sent - heard


def test_the_table_of_sockets_says_the_same(flooded: tuple[UdpInlet, int]) -> None:
    inlet, _ = flooded
    assert drops.listed(inlet._socket) == inlet.dropped
    inlet.close()
    assert drops.listed(inlet._socket) is None
