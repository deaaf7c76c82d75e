"""`empathy monitor` as a program: at a terminal or without one, and for other programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import monotonic, sleep

import pytest
from pythonosc.udp_client import SimpleUDPClient

from empathy_palettes.cli.app import app
from empathy_palettes.cli.monitor import _summary as summary
from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import EmpathyError
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.inlet.wire.udp import UdpInlet
from empathy_palettes.show.listening import Inlet
from empathy_palettes.show.monitor import Monitor


def monitor(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "empathy_palettes", "monitor", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def somebody_sends(port: int) -> Iterator[None]:
    """Feelings and a message of no use, over and over, from before it listens."""
    done = threading.Event()

    def send() -> None:
        with closing(SimpleUDPClient("127.0.0.1", port)) as client:
            while not done.is_set():
                client.send_message("/empathy/anna", [0.5, 3.0])
                client.send_message("/fader/[1]", [0.75])
                sleep(0.01)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_it_reports_for_programs(free_port: int) -> None:
    with somebody_sends(free_port):
        ended = monitor("--port", str(free_port), "--range", "0,5", "--seconds", "1", "--json")
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    rows = {row["address"]: row for row in report["addresses"]}
    feeling, fader = rows["/empathy/<who>"], rows["/<…>/<…>"]
    assert feeling["types"] == "ff" and feeling["last"] == "0.5 3" and feeling["known"]
    assert fader["types"] == "f" and not fader["known"] and fader["adapter"] == ""
    assert feeling["rate"] > 10 and feeling["count"] + fader["count"] == report["datagrams"]
    assert report["rejected"] == {"unknown address": fader["count"]}
    assert report["people"] == {"heard": 1, "consented": 0, "waiting": 1, "withdrawn": 0}
    assert "anna" not in ended.stdout + ended.stderr
    assert f"listening on UDP 127.0.0.1:{free_port}" in ended.stderr


def test_without_a_terminal_it_prints_lines(free_port: int) -> None:
    with somebody_sends(free_port):
        ended = monitor("--port", str(free_port), "--seconds", "1", "--raw")
    assert ended.returncode == 0, ended.stderr
    assert f"{free_port} /fader/[1] f: 0.75" in ended.stderr.splitlines()
    head, first, second, *rest = ended.stdout.splitlines()
    assert head.split() == [
        "address",
        "types",
        "per",
        "second",
        "count",
        "last",
        "value",
        "adapter",
    ]
    assert first.startswith("/empathy/<who>") and second.endswith("nobody's")
    assert any("would wait for consent" in line for line in rest)
    assert any("set range = [0, 10]" in line for line in rest), "the remedy"
    assert "anna" not in ended.stdout + ended.stderr


def test_at_a_terminal_the_table_is_live(free_port: int) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal, somebody_sends(free_port):
        shown = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "empathy_palettes",
                "monitor",
                "--raw",
                "--port",
                str(free_port),
            ],
            stdout=subprocess.PIPE,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"},
        )
        os.close(theirs)
        seen = b""
        end = monotonic() + 30
        while b"would wait" not in seen or b"/fader/[1]" not in seen:
            assert monotonic() < end, seen
            seen += terminal.read(4096)
        shown.send_signal(signal.SIGTERM)  # as whoever runs it as a service ends it
        assert shown.stdout is not None
        with shown.stdout as out:
            ended = out.read()
        assert shown.wait(30) == 0
    assert b"/empathy/<who>" in seen and b"anna" not in seen
    assert b"/empathy/<who>" in ended and b"would wait" in ended, "what it was stays"


@pytest.fixture
def _as_it_was() -> Iterator[None]:
    """The command takes SIGTERM for itself."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("_as_it_was")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--range", "nothing"), "write it as 0,1"),
        (("--range", "1,0"), "a range rises"),
        (("desk", "--port", "9000"), "an installation has its own ports"),
        (("nowhere",), "nowhere"),
        (("--adapter", "no-such"), "no-such"),
        (("--listen", "no-such-host.invalid"), "no-such-host.invalid"),
    ],
)
def test_it_says_what_is_wrong(options: tuple[str, ...], says: str) -> None:
    with pytest.raises(EmpathyError) as caught:
        app(["monitor", *options, "--seconds", "0.1"], standalone_mode=False)
    assert says in str(caught.value)


@pytest.mark.usefixtures("_as_it_was")
def test_a_port_that_a_show_listens_on_is_told_with_what_to_do() -> None:
    with closing(UdpInlet("127.0.0.1", 0)) as show, pytest.raises(EmpathyError) as caught:
        app(["monitor", "--port", str(show.port), "--seconds", "0.1"], standalone_mode=False)
    assert "--port: port" in str(caught.value) and "end it first" in str(caught.value)


def test_what_another_adapter_would_take_is_hinted_at(free_port: int) -> None:
    with closing(Monitor((Inlet(port=free_port),), Assets.discover())) as watched:
        with closing(Sender("127.0.0.1", free_port)) as sender:
            sender.send(encode("/1/xy1", 0.5, 0.5))
        watched.step(1)
        (row,) = watched.rows()
        assert (row.address, row.adapter, row.known) == ("/1/xy1", "touchosc?", False)


@pytest.mark.parametrize(
    ("people", "yeses", "told"),
    [
        (6, 1, "6 people, of whom 1 has consented; 5 would wait"),
        (2, 2, "2 people, of whom 2 have consented; 0 would wait"),
        (1, 1, "1 person, of whom 1 has consented; 0 would wait"),
        (0, 0, "0 people, of whom 0 have consented"),
    ],
)
def test_people_are_counted_in_words(free_port: int, people: int, yeses: int, told: str) -> None:
    with closing(Monitor((Inlet(port=free_port),), Assets.discover())) as watched:
        with closing(Sender("127.0.0.1", free_port)) as sender:
            for who in range(people):
                sender.send(encode(f"/empathy/somebody{who}", 0.5, 0.5))
                if who < yeses:
                    sender.send(encode(f"/empathy/somebody{who}/consent", 1))
        watched.step(1)
        assert summary(watched, 1)[1].startswith(told)
