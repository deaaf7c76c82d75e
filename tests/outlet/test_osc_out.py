"""The collective state as OSC, as a receiver that is not ours hears it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import pytest
from pythonosc.osc_packet import OscPacket

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.config import parse
from empathy_palettes.core.errors import ConfigError, MachineError
from empathy_palettes.crowd.signals import SIGNALS, neutral_reading
from empathy_palettes.outlet.contract import Outlet, OutletContext
from empathy_palettes.outlet.osc_out import MOST_BYTES, OscOut, Send, datagrams
from empathy_palettes.render.frame import Frame


def frame(signals: dict[str, float]) -> Frame:
    return Frame(cast(Any, None), (16, 9), np.zeros((2, 3), np.float32), signals)


def heard(receiver: socket.socket) -> list[tuple[str, float]]:
    """What has arrived, by python-osc: (address, value) in order."""
    found: list[tuple[str, float]] = []
    while True:
        try:
            datagram = receiver.recv(65_536)
        except BlockingIOError:
            return found
        for timed in OscPacket(datagram).messages:
            (value,) = timed.message.params
            assert isinstance(value, float)
            found.append((str(timed.message.address), value))


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.setblocking(False)
        yield bound


@pytest.fixture
def unheard_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def opened(receiver: socket.socket, **changes: Any) -> OscOut:
    out = OscOut(Send(to=f"127.0.0.1:{receiver.getsockname()[1]}", **changes))
    outlet: Outlet = out
    outlet.open(OutletContext((16, 9)))
    assert outlet.poll() == []
    return out


def test_every_signal_that_a_frame_tells_arrives(receiver: socket.socket) -> None:
    told = {name: (number - 9) / 32 for number, name in enumerate(SIGNALS)}
    out = opened(receiver)
    out.present(frame(told), Tick(0, 0, 0))
    assert heard(receiver) == [(f"/empathy/state/{name}", value) for name, value in told.items()]
    out.close()
    out.close()
    out.present(frame(told), Tick(1, 60, 60))
    assert out.failed == out.unheard == 0


def test_only_what_may_be_told_is_sent(receiver: socket.socket) -> None:
    out = opened(receiver)
    out.present(frame({"count": 2.0, "presence": 0.5}), Tick(0, 0, 0))
    assert heard(receiver) == [("/empathy/state/count", 2.0), ("/empathy/state/presence", 0.5)]
    out.present(frame({}), Tick(1, 60, 60))
    assert heard(receiver) == []
    assert out.sent == 1
    out.close()


def test_some_signals_under_a_name_of_ones_own(receiver: socket.socket) -> None:
    out = opened(receiver, signals=("joy", "arousal"), prefix="/room/a")
    out.present(frame(neutral_reading() | {"joy": 0.75}), Tick(0, 0, 0))
    assert heard(receiver) == [("/room/a/arousal", 0.0), ("/room/a/joy", 0.75)]
    out.present(frame({"joy": float("nan"), "arousal": 0.5}), Tick(1, 60, 60))
    assert heard(receiver) == [("/room/a/arousal", 0.5)]
    out.close()


@pytest.mark.parametrize(("rate", "steps", "bundles"), [(30, 1, 30), (7, 1, 7), (60, 4, 15)])
def test_the_rate_is_counted_in_steps(
    receiver: socket.socket, rate: int, steps: int, bundles: int
) -> None:
    out = opened(receiver, rate=rate, signals=("joy",))
    for step in range(0, 60, steps):
        out.present(frame({"joy": step / 64}), Tick(step // steps, step, steps))
    assert len(heard(receiver)) == out.sent == bundles
    out.close()


def test_no_bundle_is_larger_than_a_network_carries() -> None:
    prefix = "/" + "p" * 120
    told = neutral_reading()
    parts = list(datagrams(told, SIGNALS, prefix))
    assert len(parts) > 1 and all(len(part) <= MOST_BYTES for part in parts)
    names = [m.message.address for part in parts for m in OscPacket(part).messages]
    assert names == [f"{prefix}/{name}" for name in told]
    (one,) = datagrams(told, SIGNALS)
    assert [m.message.address for m in OscPacket(one).messages][-1] == "/empathy/state/departures"


def test_a_receiver_that_is_not_there_is_counted_and_heard_once_it_is(unheard_port: int) -> None:
    told: list[str] = []
    out = OscOut(Send(to=f"127.0.0.1:{unheard_port}", rate=60), told.append)
    out.open(OutletContext((16, 9)))
    for step in range(8):
        out.present(frame({"joy": 0.5}), Tick(step, step, 1))
    assert out.sent + out.unheard == 8
    assert out.unheard > 0, "this machine answers for its own ports"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
        late.bind(("127.0.0.1", unheard_port))
        late.setblocking(False)
        for step in (8, 9):
            out.present(frame({"joy": 0.25}), Tick(step, step, 1))
        assert heard(late)[-1] == ("/empathy/state/joy", 0.25)
    out.close()
    (line,) = told
    assert line.startswith(f"[[send]] to 127.0.0.1:{unheard_port}: nobody listens there")
    assert out.account == {
        "to": f"127.0.0.1:{unheard_port}",
        "sent": out.sent,
        "unheard": out.unheard,
        "failed": 0,
    }


class Unplugged:
    """A socket on a machine without a network."""

    def connect(self, address: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")


def test_a_network_that_fails_is_counted_and_tried_again(
    receiver: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    out = OscOut(Send(to=f"127.0.0.1:{receiver.getsockname()[1]}", rate=60), told.append)
    out.open(OutletContext((16, 9)))
    with monkeypatch.context() as patch:
        patch.setattr(out, "_socket", Unplugged())
        for step in range(3):
            out.present(frame({"joy": 0.5}), Tick(step, step, 1))
    assert (out.sent, out.failed) == (0, 3)
    out.present(frame({"joy": 0.5}), Tick(3, 3, 1))
    assert heard(receiver) == [("/empathy/state/joy", 0.5)]
    assert (out.sent, out.failed) == (1, 3)
    assert len(told) == 1 and "Network is unreachable" in told[0]
    out.close()


def test_a_host_without_an_address_is_told_at_the_start() -> None:
    with pytest.raises(MachineError) as caught:
        send = Send(to="no-such-host.invalid:57120")
        OscOut(send, file="foyer.toml", number=2).open(OutletContext((16, 9)))
    assert str(caught.value).startswith("foyer.toml: send.2.to: no such address")
    assert "HOST:PORT" in str(caught.value)


def test_a_wrong_table_tells_all_its_faults() -> None:
    wrong = {"to": "57120", "rate": 61, "signals": ["jog"], "prefix": "state /x"}
    with pytest.raises(ConfigError) as caught:
        parse(wrong, Send, "foyer.toml")
    said = {fault.where: f"{fault.problem}: {fault.fix}" for fault in caught.value.faults}
    assert said.keys() == {"to", "rate", "signals", "prefix"}
    assert "HOST:PORT" in said["to"]
    assert "60" in said["rate"]
    assert "did you mean 'joy'?" in said["signals"]
    assert "begins with /" in said["prefix"]


@pytest.mark.parametrize(
    "to",
    [
        *("127.0.0.1:0", "127.0.0.1:65536", ":57120", "a:x", "", "a:９", "a:"),
        *("http://127.0.0.1:57120", "me@a:1", "a b:1", "osc.udp://a:7"),
    ],
)
def test_an_address_has_a_host_and_a_port(to: str) -> None:
    with pytest.raises(ConfigError):
        parse({"to": to}, Send, "foyer.toml")


def test_no_signals_are_all_signals() -> None:
    assert Send(signals=()).signals == Send().signals
    assert OscOut(Send(signals=())).says == "sending all signals to 127.0.0.1:57120"
    some = Send(signals=("joy", "valence"), to="10.0.0.5:4560")
    assert OscOut(some).says == "sending valence, joy to 10.0.0.5:4560"


def test_the_new_address_family_too() -> None:
    try:
        receiver = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        receiver.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    with receiver:
        receiver.setblocking(False)
        out = OscOut(Send(to=f"[::1]:{receiver.getsockname()[1]}"))
        out.open(OutletContext((16, 9)))
        out.present(frame({"joy": 1.0}), Tick(0, 0, 0))
        assert heard(receiver) == [("/empathy/state/joy", 1.0)]
        out.close()
