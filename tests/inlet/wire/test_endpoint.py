"""Which addresses are this machine's own: whoever sends from one of them is this machine."""

from contextlib import closing

import numpy as np
import pytest

from empathy_palettes.core.errors import MachineError
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.wire import endpoint
from empathy_palettes.inlet.wire.datagrams import host_bytes, packed
from empathy_palettes.inlet.wire.udp import UdpInlet


def test_a_port_that_every_network_reaches_knows_the_address_it_tells() -> None:
    with closing(UdpInlet("0.0.0.0", 0)) as inlet:
        told = [address.rpartition(":")[0] for address in inlet.addresses()]
        own = [row.tobytes() for row in inlet.own()]
    assert told[0] == "127.0.0.1"
    assert own == [host_bytes(address) for address in told]


def test_of_ipv6_no_address_is_known_as_our_own() -> None:
    try:
        inlet = UdpInlet("::", 0)
    except MachineError:
        pytest.skip("no IPv6 here")
    with closing(inlet):
        told = [address.rpartition(":")[0].strip("[]") for address in inlet.addresses()]
        own = [row.tobytes() for row in inlet.own()]
    assert own == [host_bytes(address) for address in told if ":" not in address]


def test_only_ipv4_addresses_are_known_as_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = ["::1", "2001:db8::5", "192.0.2.5"]
    monkeypatch.setattr(endpoint, "_hosts", lambda bound: hosts)
    with closing(UdpInlet("127.0.0.1", 0)) as inlet:
        assert [row.tobytes() for row in inlet.own()] == [host_bytes("192.0.2.5")]


def test_who_sends_from_the_address_that_is_told_is_this_machine() -> None:
    hosts = ["192.0.2.5", "192.0.2.6", "192.0.2.5", "127.0.0.1"]
    own = np.frombuffer(host_bytes("192.0.2.5"), np.uint64).reshape(1, 2)
    said = [encode(f"/empathy/p{number}", 0.5, 0.5) for number in range(4)]
    datagrams = packed(said, [host_bytes(host) for host in hosts], [5000] * 4)
    assert (Reader((-1, 1), own=own).read(datagrams, 0).host == 0).tolist() == [
        True,
        False,
        True,
        True,
    ]
    alone = packed(said[:1], [host_bytes("192.0.2.5")], [5000])
    assert Reader((-1, 1), own=own).read(alone, 0).host.tolist() == [0]
    assert Reader((-1, 1)).read(alone, 0).host.tolist() != [0]
