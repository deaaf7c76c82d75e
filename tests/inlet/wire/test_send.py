"""A sender survives that nobody listens, and says where it cannot send."""

import pytest

from empathy_palettes.core.errors import MachineError
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.inlet.wire.udp import UdpInlet


def test_nobody_listens() -> None:
    inlet = UdpInlet("127.0.0.1", 0)
    sender = Sender("127.0.0.1", inlet.port)
    inlet.close()
    for _ in range(5):
        sender.send(b"/a\0\0")
    assert sender.sent + sender.unheard == 5
    assert sender.sent >= 1
    sender.close()


def test_a_host_that_is_none() -> None:
    with pytest.raises(
        MachineError, match="to not a host:9000: no such address: 'not a host': write"
    ):
        Sender("not a host", 9000)


def test_a_datagram_that_no_network_carries() -> None:
    sender = Sender("127.0.0.1", 9)
    with pytest.raises(MachineError):
        sender.send(bytes(70_000))
    sender.close()
