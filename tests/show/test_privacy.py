"""Whatever a show is sent, and however it ends, nothing that tells somebody is left anywhere."""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.inlet.adapters.adapter import load_adapter
from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.session.records import BrokenError, Chunk, parts
from empathy_palettes.inlet.wire.datagrams import MAPPED, packed
from empathy_palettes.show.door import Door
from empathy_palettes.show.listening import Inlet, open_listener
from tests.show.planted import HOSTS, ODD, PLANTED, found_in, odd_in, odd_packets, packets

ADAPTERS = ("emotion-split", "label", "zigsim", "emotibit")
SPY = Path(__file__).parents[1] / "cli" / "spy.py"
SAYS_YES = [encode("/empathy/p1/consent", 1), encode("/empathy/p1", 0.5, 0.5)]


def free_ports(kinds: Sequence[socket.SocketKind]) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket(socket.AF_INET, kind)) for kind in kinds]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Place:
    """An installation with an inlet of each protocol, and somebody who hears what it sends on."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.folder = folder
        self.udp, self.tcp = free_ports([socket.SOCK_DGRAM, socket.SOCK_STREAM])
        self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ear.bind(("127.0.0.1", 0))
        self.ear.setblocking(False)
        said = f'adapter = {json.dumps(ADAPTERS)}\nlisten = "127.0.0.1"\nrate = 100000\n'
        (folder / "place.toml").write_text(
            '[[playlist]]\npreset = "tidal"\n[[display]]\nsize = [64, 36]\n'
            f"[[inlet]]\nport = {self.udp}\n{said}"
            f'[[inlet]]\nport = {self.tcp}\nprotocol = "tcp"\n{said}'
            f'[[send]]\nto = "127.0.0.1:{self.ear.getsockname()[1]}"\n'
            f'[consent]\nmode = "{mode}"\nminimum_group = 1\nnotice = "At the door."\n'
            + ('statement = "At the door."\n' if mode == "attested" else "")
        )
        (folder / "spy").mkdir()
        (folder / "spy" / "sitecustomize.py").write_text(SPY.read_text())

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Run a command there, whose output goes into files."""
        environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
        environment |= {
            "XDG_STATE_HOME": str(self.folder / "state"),
            "TMPDIR": str(self.folder),
            "PYTHONPATH": str(self.folder / "spy"),
            "SPY_FOLDER": str(self.folder),
        }
        with (
            (self.folder / "stdout").open("ab") as out,
            (self.folder / "stderr").open("ab") as err,
        ):
            return subprocess.Popen(
                [sys.executable, "-m", "empathy_palettes", *words],
                cwd=self.folder,
                env=environment,
                stdout=out,
                stderr=err,
            )

    def send_all(self) -> None:
        """Send everything, from several addresses, over both protocols, and as nobody should."""
        for host in ("127.0.0.1", *HOSTS):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.bind((host, 0))
                said = [*SAYS_YES, *odd_packets(), *packets(), *SAYS_YES]
                for turn, packet in enumerate(said):
                    sender.sendto(packet, ("127.0.0.1", self.udp))
                    if turn % 20 == 0:  # no faster than what is slow to read is read
                        time.sleep(0.017)
        whole = [packet for packet in packets() if len(packet) % 4 == 0]
        sized = b"".join(len(packet).to_bytes(4, "big") + packet for packet in whole)
        slip = b"".join(
            b"\xc0" + packet + b"\xc0" for packet in whole if not {0xC0, 0xDB} & {*packet}
        )
        texts = [b"GET /%b HTTP/1.1\r\n\r\n" % str(each).encode() for each in PLANTED]
        for host, stream in zip((*HOSTS, "127.0.0.1"), (sized, slip, b"".join(texts)), strict=True):
            with suppress(ConnectionError), socket.socket() as sender:
                sender.bind((host, 0))
                sender.connect(("127.0.0.1", self.tcp))
                sender.sendall(stream)

    def wait(self, holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < end and process.poll() is None, self.told()
            time.sleep(0.05)

    def told(self) -> str:
        return (self.folder / "stderr").read_text()

    def drawn(self, since: int) -> Callable[[], bool]:
        """Whether as many pictures have been drawn since."""
        return lambda: len(self.frames()) > since

    def frames(self) -> list[dict[str, Any]]:
        file = self.folder / "frames"
        text = file.read_text().rpartition("\n")[0] if file.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    def everything(self) -> dict[str, bytes]:
        """All that is left: every file, what was printed, what was sent on; the spy's is not."""
        left = {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and "spy" not in path.parts
        }
        sent = []
        with suppress(BlockingIOError):
            while True:
                sent.append(self.ear.recv(65_536))
        unpacked = {f"{name}, unpacked": _unpacked(left[name]) for name in left if ".mcap" in name}
        return left | unpacked | {"sent": b"".join(sent), "names of files": " ".join(left).encode()}


def _unpacked(data: bytes) -> bytes:
    """What a session's chunks hold; nothing for another file."""
    found = []
    with suppress(BrokenError):
        for part in parts(BytesIO(data)):
            if isinstance(part, Chunk):
                found += [message.topic.encode() + message.data for message in part.messages]
    return b"\n".join(found)


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    place = Place(tmp_path, getattr(request, "param", "explicit"))
    with closing(place.ear):
        yield place


def test_there_are_fifty_and_they_would_be_found() -> None:
    assert len(PLANTED) >= 50 and len({each.text for each in PLANTED}) == len(PLANTED)
    for each in PLANTED:
        assert found_in(b"line 1: " + each.text.encode().upper()), each
    assert odd_in(" ".join(ODD).encode()) == [*ODD]
    assert not found_in(b"12 values from 1 sender wait for consent: /empathy/<who>/<like valence>")


@pytest.mark.gl
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")
@pytest.mark.parametrize(
    "place", ["explicit", pytest.param("attested", marks=pytest.mark.soak)], indirect=True
)
def test_a_show_that_breaks_off_and_one_that_ends_leave_nothing(place: Place) -> None:
    kept = ("--record", "show.mcap")
    process = place.begin("run", "place.toml", "--headless", "--json", *kept)
    try:
        place.wait(place.drawn(2), process)
        place.send_all()
        place.wait(place.drawn(len(place.frames()) + 10), process)
        secret = place.folder / "secret"  # what the show holds and names as it breaks off
        secret.write_text(" ".join(map(str, PLANTED)))
        (place.folder / "raise").touch()
        first = place.frames()[-1]["pid"]
        place.wait(lambda: place.frames()[-1]["pid"] != first, process)
        secret.unlink()
        place.send_all()
        place.wait(place.drawn(len(place.frames()) + 10), process)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    finally:
        process.kill()
        process.wait()
    left = place.everything()
    report = json.loads(left["stdout"])
    assert report["restarts"] == 1 and report["accepted"] > 100
    assert len(left["sent"]) > 1_000 and "ValueError" in place.told()
    assert len(report["rejected"]) > 15, report["rejected"]
    for name in ("show", "show-again"):
        assert b"/empathy/samples" in left[f"{name}.mcap, unpacked"]
    assert {name for name, data in left.items() if found_in(data)} == set()
    assert {name for name in ("stdout", "stderr") if odd_in(left[name])} == set()
    log = left["state/empathy-palettes/show.log"]
    assert b"restarts" in left["stdout"] and b"ValueError" in log
    assert b"set range = [" in log and not odd_in(log)


@pytest.mark.parametrize("words", [(), pytest.param(("--json",), marks=pytest.mark.soak)])
def test_the_monitor_shows_nothing(place: Place, words: tuple[str, ...]) -> None:
    process = place.begin("monitor", "place.toml", "--seconds", "3", *words)
    try:
        place.wait(lambda: place.told().count("listening on") == 2, process)
        place.send_all()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    left = place.everything()
    assert b"/empathy/<who>" in left["stdout"] and b"truncated" in left["stdout"]
    assert {name for name, data in left.items() if found_in(data)} == set()


@pytest.mark.parametrize("mode", ["explicit", "attested"])
def test_what_a_door_keeps_is_no_name(mode: Mode) -> None:
    """Nor what it tells: these lines are what is written on the wall, too, and logged."""
    notices, naming = Notices(), Naming()
    gate = Gate(mode, notices=notices)
    adapters = {name: load_adapter(name, Assets.discover()) for name in ADAPTERS}
    inlet = Inlet(adapter=ADAPTERS).model_copy(update={"port": 0})
    listener = open_listener(inlet, 1, adapters, naming, notices, gate=gate)
    machines = [MAPPED + socket.inet_aton(host) for host in (*HOSTS, "10.83.19.207")]
    lines: set[str] = set()
    with closing(Door(gate, naming, notices, [listener])):
        for step in range(60):
            machine = machines[step % len(machines)]
            some = [*packets()[step % 7 :: 7], *odd_packets()[step % 5 :: 5]]
            said = listener.reader.read(packed(some, [machine] * len(some)), step)
            gate.admit(said, step)
            lines.update(notices.lines(step))
        assert gate.accepted > 20 and len(lines) > 20
        assert notices.rejected[Reason.ELSEWHERE] > 0
        adapted = listener.reader._adapters
        held = pickle.dumps([gate, notices, naming, adapted, gate.changes()])
        told = "\n".join(lines).encode()
        assert not found_in(held) and not found_in(told) and not odd_in(told)
        assert b"set range = [" in told and b"empathy list words" in told
