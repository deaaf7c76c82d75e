"""Which machines are heard, against the standard library's own idea of a network."""

import ipaddress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.wire.networks import Hosts, Networks


def hosts(*addresses: str) -> Hosts:
    """Addresses as sockets give them: 16 bytes each, IPv4 mapped into IPv6."""
    packed = b""
    for text in addresses:
        address = ipaddress.ip_address(text)
        packed += (b"\0" * 10 + b"\xff\xff" if address.version == 4 else b"") + address.packed
    return np.frombuffer(packed, np.uint64).reshape(-1, 2)


def test_without_a_network_everybody_is_heard() -> None:
    assert Networks().hear(hosts("10.0.0.1", "::1", "8.8.8.8")).tolist() == [True] * 3


def test_one_machine_a_network_and_both_families() -> None:
    networks = Networks(["10.0.0.5", "192.168.1.0/24", "fd00::/8"])
    asked = hosts("10.0.0.5", "10.0.0.6", "192.168.1.77", "192.168.2.1", "fd12::1", "fe80::1")
    assert networks.hear(asked).tolist() == [True, False, True, False, True, False]


@given(st.ip_addresses(v=4), st.ip_addresses(v=4), st.integers(0, 32))
def test_is_the_standard_librarys_idea_of_a_network(
    inside: ipaddress.IPv4Address, other: ipaddress.IPv4Address, length: int
) -> None:
    network = ipaddress.ip_network((inside, length), strict=False)
    heard = Networks([str(network)]).hear(hosts(str(inside), str(other)))
    assert heard.tolist() == [True, other in network]


def test_what_is_no_network_is_refused() -> None:
    for text in ("home", "10.0.0.1/24", "10.0.0.0/33", ""):
        with pytest.raises(ValueError):
            Networks([text])
