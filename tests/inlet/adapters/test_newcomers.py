"""Made-up devices by the thousand: they come slowly, and nobody who is heard goes for them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from empathy_palettes.inlet.adapters.newcomers import MOST_HOSTS, Newcomers
from empathy_palettes.inlet.osc import Message
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.wire.datagrams import NOBODY, host_bytes

from .conftest import ELSEWHERE, HOST, Inlet

Listening = Callable[..., Inlet]


def taken(newcomers: Newcomers, host: str, step: int, wanted: int) -> int:
    return sum(newcomers.take(host_bytes(host), step) for _ in range(wanted))


def test_a_second_s_worth_at_once_and_then_as_many_a_second() -> None:
    newcomers = Newcomers()
    assert taken(newcomers, "10.0.0.7", 0, 200) == 50
    assert taken(newcomers, "10.0.0.7", 0, 200) == 0
    assert taken(newcomers, "10.0.0.8", 0, 200) == 50  # another machine's are its own
    assert sum(taken(newcomers, "10.0.0.7", step, 5) for step in range(1, 601)) == 500
    assert taken(newcomers, "10.0.0.7", 10_000, 200) == 50


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_brings_more(host: str) -> None:
    assert taken(Newcomers(), host, 0, 2_000) == 1_000


def test_this_show_itself_is_this_machine() -> None:
    newcomers = Newcomers()
    assert sum(newcomers.take(NOBODY, 0) for _ in range(2_000)) == 1_000


def test_an_ipv6_network_is_one_host() -> None:
    newcomers = Newcomers()
    assert sum(taken(newcomers, f"2001:db8::{each:x}", 0, 1) for each in range(200)) == 50
    assert taken(newcomers, "2001:db8:0:1::1", 0, 200) == 50


def test_hosts_are_bounded_and_the_busy_are_kept() -> None:
    newcomers = Newcomers()
    assert taken(newcomers, "10.9.9.9", 0, 50) == 50
    for each in range(2 * MOST_HOSTS):
        newcomers.take(host_bytes(f"10.1.{each // 256}.{each % 256}"), 0)
    assert len(newcomers) == MOST_HOSTS
    assert taken(newcomers, "10.9.9.9", 0, 1) == 0  # no flood of addresses renews it
    assert taken(newcomers, "10.8.8.8", 0, 100) == 0  # the others' one allowance is spent
    newcomers.take(host_bytes("10.9.9.9"), 60)
    for stranger in ("10.8.8.8", "10.8.8.7", "10.8.8.6"):  # each takes the place of an idle one
        assert taken(newcomers, stranger, 60, 100) == 50
    assert taken(newcomers, "10.9.9.9", 60, 100) == 49
    assert len(newcomers) == MOST_HOSTS


def eda(device: str, host: bytes, value: float = 2.0) -> tuple[Message, bytes]:
    return Message(f"/EmotiBit/{device}/EDA", (value,)), host


def test_made_up_devices_do_not_drive_out_a_wearer(listening: Listening) -> None:
    inlet = listening("emotibit", most=100)
    for step in range(0, 3_600, 6):
        inlet.adapters.read([eda("0", HOST, 2 + 0.1 * np.sin(step / 60))], step)
    for step in range(3_600, 3_608):
        inlet.adapters.read([eda(f"{step}-{each}", ELSEWHERE) for each in range(1_000)], step)
    assert inlet.adapters.participants == 1 + 50 + 5  # a second's worth, and seven steps' more
    assert inlet.notices.rejected == {Reason.NEWCOMERS: 8_000 - 55}
    for step in range(3_608, 4_200):
        inlet.adapters.read([eda(f"{step}-{each}", ELSEWHERE) for each in range(2)], step)
    assert inlet.adapters.participants == 100 and inlet.notices.rejected[Reason.PEOPLE] > 0
    said = inlet.adapters.read([eda("0", HOST, 2.3)], 4_200)
    assert tuple(said.name[0]) == inlet.who("emotibit", "0")
    assert said.weight[0] == pytest.approx(0.3)  # a minute was listened to, and is not forgotten


def test_whoever_waits_is_told_once_per_message(listening: Listening) -> None:
    inlet = listening("emotibit")
    inlet.adapters.read([eda(str(each), HOST) for each in range(60)] * 2, 0)
    assert inlet.adapters.participants == 50
    assert inlet.notices.rejected == {Reason.NEWCOMERS: 20}
    assert "20 messages from 10 senders" in inlet.notices.lines(0)[0]
