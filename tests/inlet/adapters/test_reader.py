"""Adapters behind a real port: what is for them reaches them, what nobody wants is not decoded."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.inlet.adapters.adapter import load_adapter
from empathy_palettes.inlet.adapters.engine import Adapters
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.said import Said, together
from empathy_palettes.inlet.wire.udp import UdpInlet

from .conftest import KEY

HALF = b"\x3f\0\0\0"


class Port:
    """A port with adapters, and a socket that sends to it."""

    def __init__(self, inlet: UdpInlet, sender: socket.socket, assets: Assets) -> None:
        self.inlet, self.sender = inlet, sender
        self.notices, self.naming = Notices(), Naming(KEY)
        names = ("mind-monitor", "muse-direct", "vmc", "va-flat")
        chosen = [load_adapter(name, assets) for name in names]
        self.adapters = Adapters(chosen, self.naming, self.notices, 1)
        self.reader = Reader(
            (-1.0, 1.0), self.naming, self.notices, origin=1, adapters=self.adapters
        )

    def hear(self, step: int, *packets: bytes) -> Said:
        """What the port makes of these packets, sent from another socket."""
        before = self.inlet.datagrams
        for packet in packets:
            self.sender.sendto(packet, ("127.0.0.1", self.inlet.port))
        parts, until = [], time.monotonic() + 5
        while self.inlet.datagrams < before + len(packets) and time.monotonic() < until:
            parts.append(self.reader.read(self.inlet.drain(), step))
        assert self.inlet.datagrams == before + len(packets)
        return together([part for part in parts if len(part)])


@pytest.fixture
def port(free_port: int, assets: Assets) -> Iterator[Port]:
    with (
        closing(UdpInlet("127.0.0.1", free_port)) as inlet,
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender,
    ):
        yield Port(inlet, sender, assets)


def test_each_reaches_whom_it_is_for(port: Port) -> None:
    said = port.hear(
        0,
        b"/empathy/anna\0\0\0,ff\0" + HALF + HALF,
        b"/va\0,ff\0" + HALF + HALF,
        b"#bundle\0\0\0\0\0\0\0\0\x01"
        + (b"\0\0\0\x20/VMC/Ext/Blend/Val\0\0,sf\0Joy\0\x3f\x80\0\0")
        + (b"\0\0\0\x1c/VMC/Ext/Blend/Apply\0\0\0\0,\0\0\0"),
    )
    assert not port.notices.rejected
    assert port.adapters.taken == {"va-flat": 1, "vmc": 2}
    names = {tuple(name) for name in said.name}
    assert len(names) == len(said) == 3
    assert port.naming.digest(b"anna", Space.SENDER) in names
    assert np.isclose(said.valence, 0.76).sum() == 1


def test_waves_are_dropped_unread(port: Port) -> None:
    raw = b"/muse/eeg\0\0\0,ffff\0\0\0" + HALF * 4
    broken = b"/muse/acc\0\0\0,fff"  # nobody looks
    assert len(port.hear(0, *[raw] * 200, broken)) == 0
    assert port.reader.counts.ignored == 201
    assert not port.adapters.taken and not port.notices.rejected


def test_a_slash_may_be_missing(port: Port) -> None:
    double = b"\x3f\xe0\0\0\0\0\0\0"
    said = port.hear(
        0,
        b"Person0/elements/beta_absolute\0\0,dddd\0\0\0" + double * 4,
        b"Person0/elements/alpha_absolute\0,dddd\0\0\0" + double * 4,
    )
    assert len(said) == 1 and said.arousal[0] == 0
    assert not port.notices.rejected


def test_what_waits_for_its_turn_comes_without_another_packet(port: Port) -> None:
    port.hear(0, b"/valence\0\0\0\0,f\0\0" + HALF)
    assert len(port.hear(1, b"/arousal\0\0\0\0,f\0\0" + HALF)) == 0
    (arousal,) = port.reader.read(port.inlet.drain(), 3).arousal
    assert arousal == 0.5


def test_what_is_nobodys_is_told(port: Port) -> None:
    assert len(port.hear(0, b"/fader1\0,f\0\0" + HALF)) == 0
    assert port.notices.rejected == {Reason.UNKNOWN_ADDRESS: 1}
