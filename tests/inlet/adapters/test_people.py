"""Whose a device is: by device, else by the address of its machine, else by adapter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from empathy_palettes.inlet.naming import Space
from empathy_palettes.inlet.wire.datagrams import host_bytes

from .conftest import HALF, Inlet, xy

Listening = Callable[..., Inlet]

PAD = b"/feel/%s\0,ff\0" + HALF * 2
NAMES = (b"anna", b"ben", b"carol")
PEOPLE = {"open-stage-control": "carol", "10.0.0.7": "ben", "a": "anna"}


def whose(inlet: Inlet, packet: bytes, host: str) -> str:
    """Who is heard, "" for a stranger."""
    said = inlet.hear(0, packet, host=host_bytes(host))
    (pair,) = said.name.tolist()
    known = {inlet.naming.digest(who, Space.SENDER): who.decode() for who in NAMES}
    return known.get(tuple(pair), "")


@pytest.mark.parametrize(
    ("without", "device", "host", "who"),
    [
        ((), b"a", "10.0.0.7", "anna"),
        ((), b"a", "10.0.0.8", "anna"),
        ((), b"b", "10.0.0.7", "ben"),
        ((), b"b", "10.0.0.8", "carol"),
        (("a",), b"a", "10.0.0.7", "ben"),
        (("10.0.0.7",), b"b", "10.0.0.7", "carol"),
        (("10.0.0.7", "open-stage-control"), b"b", "10.0.0.7", ""),
    ],
)
def test_device_then_machine_then_adapter(
    listening: Listening, without: tuple[str, ...], device: bytes, host: str, who: str
) -> None:
    people = {key: name for key, name in PEOPLE.items() if key not in without}
    assert whose(listening("open-stage-control", people=people), PAD % device, host) == who


@pytest.mark.parametrize(
    ("written", "sends", "who"),
    [
        ("192.168.1.40", "192.168.1.40", "ben"),
        ("192.168.1.40", "::ffff:192.168.1.40", "ben"),
        ("::ffff:192.168.1.40", "192.168.1.40", "ben"),
        ("192.168.1.40", "192.168.1.41", ""),
        ("2001:db8::1", "2001:db8::1", "ben"),
        ("2001:DB8:0:0::1", "2001:db8::1", "ben"),
        ("2001:db8::1", "2001:db8::2", ""),
        ("fe80::1%eth0", "fe80::1", "ben"),
        ("::1", "::1", "ben"),
        ("::1", "127.0.0.1", ""),
    ],
)
def test_a_machine_by_its_address(listening: Listening, written: str, sends: str, who: str) -> None:
    inlet = listening("touchosc", people={written: "ben"})
    assert whose(inlet, xy(0.75, 0.5), sends) == who


def test_a_machine_is_one_person_through_every_adapter(listening: Listening) -> None:
    inlet = listening("touchosc", "open-stage-control", people={"2001:db8::1": "ben"})
    said = inlet.hear(0, xy(0.75, 0.5), PAD % b"a", PAD % b"b", host=host_bytes("2001:db8::1"))
    assert {tuple(pair) for pair in said.name.tolist()} == {
        inlet.naming.digest(b"ben", Space.SENDER)
    }
