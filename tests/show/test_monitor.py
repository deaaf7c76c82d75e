"""The monitor, at real ports: what it shows is what was sent, and never a name."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from time import perf_counter, sleep

import pytest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import ConfigError, MachineError
from empathy_palettes.inlet.osc import encode
from empathy_palettes.show.listening import Inlet
from empathy_palettes.show.monitor import MOST_ROWS, OTHERS, Monitor
from empathy_palettes.show.seen import Row, our_shape

SECRETS = ("anna", "bertolt", "carl", "our circle")


@pytest.fixture
def client(free_port: int) -> Iterator[SimpleUDPClient]:
    sender = SimpleUDPClient("127.0.0.1", free_port)
    yield sender
    sender.close()


@pytest.fixture
def open_monitor(assets: Assets, free_port: int) -> Iterator[Callable[..., Monitor]]:
    opened: list[Monitor] = []

    def open_monitor(raw: bool = False, **changes: object) -> Monitor:
        inlet = Inlet.model_validate({"port": free_port, **changes})
        opened.append(Monitor([inlet], assets, raw=raw))
        return opened[-1]

    yield open_monitor
    for each in opened:
        each.close()
        each.close()


def taken(monitor: Monitor, many: int, step: int = 0) -> int:
    """Take in so many datagrams; return the step after."""
    began = perf_counter()
    while monitor.datagrams < many:
        assert perf_counter() - began < 5, "they never came"
        monitor.step(step)
        step += 1
        sleep(0.002)
    return step


def shown(monitor: Monitor) -> dict[str, Row]:
    return {row.address: row for row in monitor.rows()}


def test_every_address_with_its_types_and_last_value(
    open_monitor: Callable[..., Monitor], client: SimpleUDPClient
) -> None:
    monitor = open_monitor(raw=True)
    client.send_message("/empathy/anna", [0.5, -0.25])
    client.send_message("/empathy/bertolt", [0.25, 0.0, 1.0])
    client.send_message("/empathy/anna/word", "joy")
    client.send_message("/empathy/anna/word", "anna is sad")
    client.send_message("/empathy/anna/circle", "our circle")
    client.send_message("/empathy/anna/consent", 1)
    client.send_message("/empathy/crowd", b"0" * 32)
    client.send_message("/fader/1", [7, "up", True])
    taken(monitor, 8)
    rows = shown(monitor)
    assert {name: (row.types, row.last, row.count, row.known) for name, row in rows.items()} == {
        "/empathy/<who>": ("fff", "0.25 0 1", 2, True),
        "/empathy/<who>/word": ("s", "text", 2, True),
        "/empathy/<who>/circle": ("s", "text", 1, True),
        "/empathy/<who>/consent": ("i", "1", 1, True),
        "/empathy/crowd": ("b", "32 bytes", 1, True),
        "/fader/1": ("isT", "7 text True", 1, False),
    }
    assert list(rows)[-1] == "/fader/1", "what nobody has a use for comes last"


def test_no_name_is_kept_or_shown(
    open_monitor: Callable[..., Monitor], client: SimpleUDPClient
) -> None:
    monitor = open_monitor()
    for address in (
        *("/empathy/anna", "/Empathy/anna", "/emapthy/anna/valence", "/EMPATHY/anna/carl"),
        *("/empathy/anna/carl", "/empathy//anna", "/empathy/anna/valence/carl", "/empathy/anna/"),
    ):
        client.send_message(address, [0.1, 0.2])
    client.send_message("/empathy/anna/circle", "our circle")
    client.send_message("/empathy/anna/word", "bertolt")
    step = taken(monitor, 10)
    told = json.dumps(monitor.report(step))
    for secret in SECRETS:
        assert secret not in told
        assert secret not in repr(vars(monitor))
    assert shown(monitor)["/empathy/<who>/<other>"].known is False
    assert our_shape("/empathy/crowd") == ("/empathy/crowd", "", True)
    assert our_shape("/symphony/1") is None and our_shape("/empathy") is None


def test_of_what_nobody_knows_no_name_and_no_text_is_kept_or_shown(
    open_monitor: Callable[..., Monitor], client: SimpleUDPClient
) -> None:
    monitor = open_monitor(adapter=("emotion-split", "touchosc", "vmc"))
    client.send_message("/emotion/text", "I hate my boss Karl")
    client.send_message("/emotion/name", "Anna Schmidt")
    client.send_message("/anna.schmidt/valence", 0.5)
    client.send_message("/user/anna@example.org/12", "sad")
    client.send_message("/fader7/anna", "Karl")
    client.send_message("/VMC/Ext/Blend/Val", ["Fun", 0.5])
    client.send_message("/VMC/Ext/Blend/anna", ["Fun", 0.5])
    step = taken(monitor, 7)
    rows = {name: row.last for name, row in shown(monitor).items()}
    assert rows == {
        "/emotion/text": "text",
        "/emotion/name": "text",
        "/<…>/valence": "0.5",
        "/<…>/<…>/<n>": "'sad'",
        "/fader<n>/<…>": "text",
        "/VMC/Ext/Blend/Val": "'Fun' 0.5",
        "/VMC/Ext/Blend/<…>": "text 0.5",
    }
    kept = json.dumps(monitor.report(step)) + repr(vars(monitor))
    assert not [name for name in ("anna", "Anna", "Karl", "schmidt", "example") if name in kept]


def test_raw_shows_addresses_but_still_nobody_s_words(
    open_monitor: Callable[..., Monitor], client: SimpleUDPClient
) -> None:
    monitor = open_monitor(raw=True)
    client.send_message("/user/anna@example.org/mood", "I hate my boss Karl")
    client.send_message("/Empathy/anna", [0.5, 0.5])
    taken(monitor, 2)
    rows = {name: row.last for name, row in shown(monitor).items()}
    assert rows == {"/user/anna@example.org/mood": "text", "/Empathy/<who>": "0.5 0.5"}


def test_an_adapter_takes_what_is_its_own(
    assets: Assets, client: SimpleUDPClient, open_monitor: Callable[..., Monitor]
) -> None:
    if not any(path.stem == "emotibit" for path in assets.listing("adapters")):
        pytest.skip("no adapter of that name yet")
    monitor = open_monitor(adapter="emotibit")
    client.send_message("/EmotiBit/anna-wrist/EDA", 2.5)
    client.send_message("/EmotiBit/anna-wrist/nothing", 2.5)
    taken(monitor, 2)
    (row,) = [row for row in monitor.rows() if row.adapter]
    assert (row.address, row.adapter) == ("/EmotiBit/{device}/EDA", "emotibit")


def test_bundles_are_looked_into(open_monitor: Callable[..., Monitor], free_port: int) -> None:
    monitor = open_monitor(raw=True)
    inner, outer = OscBundleBuilder(IMMEDIATELY), OscBundleBuilder(IMMEDIATELY)
    for builder, address, value in ((inner, "/empathy/anna", 0.5), (outer, "/b", 2)):
        message = OscMessageBuilder(address)
        message.add_arg(value)
        message.add_arg(0.25)
        builder.add_content(message.build())
    outer.add_content(inner.build())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(outer.build().dgram, ("127.0.0.1", free_port))
        sender.sendto(b"/bare\0\0\0", ("127.0.0.1", free_port))
        sender.sendto(b"/cut\0\0\0\0,f\0\0", ("127.0.0.1", free_port))
        taken(monitor, 3)
    rows = shown(monitor)
    assert {name: row.types for name, row in rows.items()} == {
        "/empathy/<who>": "ff",
        "/b": "if",
        "/bare": "",
    }


def test_the_rate_is_that_of_the_last_two_seconds() -> None:
    row = Row(9000, "/a", True)
    for step in range(600):
        if step % 6 == 0:
            row.add(1, step)
        if step > 60:
            assert row.rate(step) == pytest.approx(10, abs=1.1)
    assert row.count == 100
    assert row.rate(660) == pytest.approx(5, abs=1)
    assert row.rate(600 + 132) == 0
    assert len(row._bins) == 0


def test_what_is_rejected_is_told_with_the_remedy(
    open_monitor: Callable[..., Monitor], client: SimpleUDPClient
) -> None:
    monitor = open_monitor()
    for _ in range(3):
        client.send_message("/empathy/anna", [73.0, 0.5])
    client.send_message("/nobody", 1)
    step = taken(monitor, 4)
    report = monitor.report(step)
    assert report["rejected"] == {"out of range": 3, "unknown address": 1}
    lines = report["notices"]
    assert isinstance(lines, list) and any("range = [0, 100]" in line for line in lines)


def test_who_waits_for_consent_is_counted(
    open_monitor: Callable[..., Monitor], client: SimpleUDPClient
) -> None:
    monitor = open_monitor()
    for who in "abcde":
        client.send_message(f"/empathy/{who}", [0.5, 0.5])
    client.send_message("/empathy/a/consent", 1)
    client.send_message("/empathy/b/consent", 2)
    client.send_message("/empathy/c/consent", 0)
    client.send_message("/empathy/f/consent", 1)
    taken(monitor, 9)
    assert monitor.people() == {"heard": 6, "consented": 3, "waiting": 2, "withdrawn": 1}


def test_a_flood_is_sampled_and_says_so(
    open_monitor: Callable[..., Monitor], free_port: int
) -> None:
    monitor = open_monitor()
    feeling = encode("/empathy/anna", 0.5, 0.25)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", free_port))
        for number in range(4000):
            sender.send(feeling if number % 4 else encode(f"/made/up{number}", 1))
        taken(monitor, 4000)
    rows = shown(monitor)
    assert 4000 / 64 <= monitor.sampled <= 4000 / 16 + 1
    assert sum(row.count for row in rows.values()) == pytest.approx(4000, rel=0.1)
    assert rows["/empathy/<who>"].count > 1000


def test_addresses_that_somebody_makes_up_are_bounded(
    open_monitor: Callable[..., Monitor], free_port: int
) -> None:
    monitor = open_monitor(raw=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", free_port))
        for number in range(MOST_ROWS + 50):
            sender.send(encode(f"/made/up{number}", "x" * 200))
            if number % 10 == 0:
                step = taken(monitor, number + 1)
        sender.send(encode("/empathy/anna", 0.5, 0.25))
        step = taken(monitor, MOST_ROWS + 51, step)
    rows = shown(monitor)
    assert len(rows) == MOST_ROWS + 2
    assert rows[OTHERS].count == 50 and rows[OTHERS].last == ""
    assert rows["/empathy/<who>"].known, "what is ours is shown however full it is"
    assert list(rows)[-1] == OTHERS
    assert max(len(row.last) for row in rows.values()) < 60
    assert len(json.dumps(monitor.report(step))) < 100_000


def test_text_from_a_network_cannot_steer_a_terminal(
    open_monitor: Callable[..., Monitor], client: SimpleUDPClient
) -> None:
    monitor = open_monitor(raw=True)
    client.send_message("/light", "\x1b[2J\n\u202egood")
    client.send_message("/" + "long" * 60, 1)
    taken(monitor, 2)
    for row in monitor.rows():
        assert all(sign.isprintable() for sign in row.last + row.address)
        assert len(row.address) <= 80


def test_a_port_or_an_adapter_that_cannot_be_had(
    open_monitor: Callable[..., Monitor], free_port: int
) -> None:
    open_monitor()
    with pytest.raises(MachineError):
        open_monitor()
    with pytest.raises(ConfigError):
        open_monitor(adapter="no such thing")
