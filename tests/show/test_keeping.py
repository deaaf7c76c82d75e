"""The last minute of a show that is heard over a real port, kept by a real thread, drawn aside."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

from empathy_palettes.core.command import Command
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.sample import SIMULATED, Samples
from empathy_palettes.inlet.session.format import KEYS, Beginning
from empathy_palettes.inlet.session.keytable import KeyTable
from empathy_palettes.inlet.session.latest import Latest, Whos
from empathy_palettes.inlet.session.ring import Ring
from empathy_palettes.inlet.session.room import RecordRules
from empathy_palettes.inlet.session.session import Session, open_session
from empathy_palettes.inlet.simulate import SimulatedCrowd
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.show.darkroom import Darkroom, film_size
from empathy_palettes.show.door import Door
from empathy_palettes.show.keeping import Keeping
from empathy_palettes.show.listening import Inlet, open_listener
from empathy_palettes.show.recorded_door import RecordedDoor, ticks

PLAYLIST = [{"preset": "a", "seconds": 20.0}, {"preset": "b"}]
BEGINNING = Beginning(
    "00" * 16, 1, 0, "0.1.0", "20260131-235959", "A wall", (1280, 720),
    {"title": "A wall", "playlist": PLAYLIST},
)  # fmt: skip

#: In place of `empathy export`: waits for a file `go`, then writes down whom it can read.
DRAW = """
import sys, time
from pathlib import Path
from empathy_palettes.inlet.session.session import open_session
session, film = map(Path, sys.argv[1:3])
film.with_name(film.name + ".part").write_text("half")
film.with_name(session.stem + ".begun").write_text("")
while not (session.parent / "go").exists():
    time.sleep(0.01)
with open_session(session) as opened:
    who = {w for second in opened.seconds_of() for w in second.samples["who"].tolist()}
film.with_name(film.name + ".part").rename(film)
film.write_text(repr(sorted(who | set(opened.here["who"].tolist()))))
"""
FAIL = "import sys; print('one', file=sys.stderr); print('out of paint', file=sys.stderr); exit(1)"


def by(script: str) -> Callable[[Path, Path, tuple[int, int]], Sequence[str]]:
    return lambda session, film, size: [sys.executable, "-c", script, str(session), str(film)]


def live(people: People, step: int, samples: Samples, withdrawn: Whos) -> Whos:
    """What a crowd does with its table at a step; return who is gone."""
    people.withdraw(withdrawn)
    people.apply(samples[~np.isin(samples["who"], withdrawn)], step)
    return people.expire(step, 300)


class Show:
    """What of a show there is to keep: a port, a door, people, and a keeping that follows."""

    def __init__(self, folder: Path, script: str = DRAW, rules: RecordRules | None = None) -> None:
        notices, naming = Notices(), Naming(bytes(16))
        gate = Gate("attested", notices=notices)
        inlet = Inlet.model_validate({}).model_copy(update={"port": 0})
        port = open_listener(inlet, 1, {}, naming, notices, gate=gate)
        people = SimulatedCrowd(3, "calm", seed=1, rate=2.0, arrive_over=0)
        self.folder = folder
        self.door = Door(gate, naming, notices, [port], people)
        self.sender = Sender("127.0.0.1", port.socket.port)
        self.people = People(64)
        rules = rules or RecordRules(least_free_gigabytes=0.0)
        self.darkroom = Darkroom(folder, self.sources, naming.key, rules, by(script))
        self.keeping = Keeping(self.darkroom, 2)
        self.keeping.on_show(0, 0, "a", "A")
        self.step = 0
        self.said: list[Samples] = []
        self.lines: list[str] = []

    def sources(self) -> tuple[Beginning, Mapping[str, bytes]]:
        return BEGINNING, {}

    def say(self, address: str, *values: float | str) -> None:
        self.sender.send(encode(address, *values))

    def run(self, steps: int, each: Callable[[int], None] | None = None) -> None:
        for _ in range(steps):
            self.step += 1
            if each:
                each(self.step)
            self.door.collect(self.step)
            admitted = self.door.admit(self.step)
            gone = live(self.people, self.step, *admitted)
            told = {"count": float(self.people.count)}
            self.keeping.lived(self.step, admitted, gone, told, self.door)
            self.door.gate.forget(gone)
            self.said.append(admitted.samples.copy())

    def speak(self, *names: str) -> Callable[[int], None]:
        def speak(step: int) -> None:
            if step % 20 == 1:
                for place, name in enumerate(names):
                    self.say(f"/empathy/{name}", place / 4 - 0.5, (step // 20) % 33 / 16 - 1.0)

        return speak

    def hear(self, line: str, seconds: float = 20.0) -> str:
        """Wait for a line of news."""
        end = monotonic() + seconds
        while monotonic() < end:
            self.lines += self.keeping.news()
            found = [each for each in self.lines if line in each]
            if found:
                self.lines.remove(found[0])
                return found[0]
            sleep(0.01)
        raise AssertionError((line, self.lines))

    def kept(self) -> Session:
        return open_session(self.path)

    @property
    def path(self) -> Path:
        return sorted(self.folder.glob("keep-*.mcap"))[-1]

    def numbers(self) -> dict[str, int]:
        """Who has which number in what was kept, by the names under its salt."""
        table = KeyTable(self.path.with_name(self.path.name + KEYS))
        naming = Naming(table.salts()[0])
        known = table._db.execute("SELECT name, who FROM people").fetchall()
        table.close()
        digests = {name: naming.digest(name.encode(), Space.SENDER) for name in NAMES}
        told = {name: b"".join(n.to_bytes(8, "little") for n in digests[name]) for name in NAMES}
        return {name: who for raw, who in known for name in NAMES if told[name] == raw}

    def close(self) -> None:
        (self.folder / "go").touch()
        self.keeping.close()
        self.sender.close()
        self.door.close()
        _reap()


def _reap() -> None:
    """Wait for what is drawn on after a show: at the end of a process the system would."""
    end = monotonic() + 20
    with suppress(ChildProcessError):
        while monotonic() < end:
            os.waitpid(-1, os.WNOHANG)
            sleep(0.02)


NAMES = ("anna", "ben", "cleo")


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Show]:
    show = Show(tmp_path)
    yield show
    show.close()


def test_the_last_minute_is_kept_as_it_was_lived(show: Show) -> None:
    show.run(600, show.speak("anna", "ben"))
    show.run(4800, show.speak("anna", "cleo"))  # ben has fallen silent, and left, meanwhile
    assert show.keeping.keep() == f"keeping the last 60 s as {keep_name(show)}"
    slots = show.people.slots()
    now = show.people.who[slots], show.people.arousal[slots]
    show.run(60, show.speak("anna", "ben", "cleo"))
    show.hear("kept keep-")
    with show.kept() as session:
        assert session.whole, session.faults
        begin = session.beginning.step
        assert 0 < begin <= 5400 - 70 * 60 < begin + 60
        assert begin % 60 == 0
        inside = np.concatenate(show.said[begin - 1 : 5400])
        played = np.concatenate([second.samples for second in session.seconds_of()])
        assert played.tobytes() == inside.tobytes()
        before = Latest()
        for samples in show.said[: begin - 1]:
            before.take(samples)
        everybody = before.samples(begin)
        here = np.isin(everybody["who"], session.here["who"])
        assert session.here.tobytes() == everybody[here].tobytes()
        left = everybody[~here]  # the simulated ones said so; ben has fallen silent
        assert left["origin"].tolist().count(SIMULATED) == len(left) - 1 == 3
        assert show.numbers().keys() == {"anna", "cleo"}
        seen = list(ticks(session))
        assert [tick.step for tick in seen] == list(
            range(5400 - 3600 + 1 - begin + 1, 5402 - begin)
        )
        assert seen[0].steps == seen[0].step
        assert {tick.steps for tick in seen[1:]} == {1}
        assert session.beginning.installation["playlist"] == [{"preset": "a"}, {"preset": "b"}]
        assert session.ended == "kept"
        assert len(session.time) > 690
        assert set(session.signals["count"].tolist()) == {2.0}
        door, people = RecordedDoor(session), People(64)
        for step in range(1, seen[-1].step + 1):
            live(people, step, *door.admit(step))
        door.close()
    lit = people.slots()
    assert people.who[lit].tolist() == now[0].tolist()
    assert people.arousal[lit].tolist() == now[1].tolist()


def keep_name(show: Show) -> str:
    return f"{show.keeping._kept}.mcap"


def test_of_a_show_that_has_just_begun_everything_is_kept(show: Show) -> None:
    show.run(1)
    show.run(200, show.speak("anna"))
    show.keeping.asked(10, Command("knob", ("pace", 2.0)))
    assert "the last 3 s" in show.keeping.keep()
    show.hear("kept keep-")
    with show.kept() as session:
        assert session.beginning.step == 0
        assert session.commands == ((10, Command("knob", ("pace", 2.0))),)
        assert [work.name for work in session.works] == ["a"]
        assert session.frames == 201
        played = np.concatenate([second.samples for second in session.seconds_of()])
        assert played.tobytes() == np.concatenate(show.said).tobytes()


def test_who_withdraws_before_is_not_in_it(show: Show) -> None:
    show.run(300, show.speak("anna", "ben"))
    show.say("/empathy/ben/consent", 0)
    show.run(10, show.speak("anna"))
    show.keeping.keep()
    show.hear("kept keep-")
    assert show.numbers().keys() == {"anna"}
    with show.kept() as session:
        assert session.people == 1


def test_who_withdraws_while_it_is_drawn_is_erased_and_it_is_drawn_anew(show: Show) -> None:
    show.run(300, show.speak("anna", "ben"))
    show.keeping.keep()
    show.hear("drawing")
    numbers = show.numbers()
    begun = show.path.with_suffix(".begun")
    while not begun.exists():
        sleep(0.01)
    begun.unlink()
    show.say("/empathy/ben/consent", 0)
    show.run(3)
    show.hear("begun anew, without whom has withdrawn")
    show.hear("drawing")
    (show.folder / "go").touch()
    show.hear("is done")
    drawn = eval(show.path.with_suffix(".mp4").read_text())
    assert numbers["anna"] in drawn
    assert numbers["ben"] not in drawn
    assert show.numbers().keys() == {"anna"}
    assert not list(show.folder.glob("*.part"))
    assert not list(show.folder.glob("*.log"))
    with show.kept() as session:
        assert session.erased == 1


def test_who_withdraws_when_it_is_done_is_erased_and_the_film_stays(show: Show) -> None:
    (show.folder / "go").touch()
    show.run(300, show.speak("anna", "ben"))
    show.keeping.keep()
    show.hear("is done")
    film = show.path.with_suffix(".mp4").read_bytes()
    show.say("/empathy/anna/consent", 0)
    show.run(3)
    end = monotonic() + 10
    while "anna" in show.numbers() and monotonic() < end:
        sleep(0.01)
    assert show.numbers().keys() == {"ben"}
    assert show.path.with_suffix(".mp4").read_bytes() == film


def test_who_comes_back_and_withdraws_takes_along_what_they_said_before(tmp_path: Path) -> None:
    show = Show(tmp_path)
    show.run(120, show.speak("anna", "ben"))
    show.keeping.keep()
    show.hear("drawing")
    show.run(400, show.speak("anna"))  # ben is gone, and has no number any more
    show.run(60, show.speak("anna", "ben"))
    show.say("/empathy/ben/consent", 0)
    show.run(3)
    show.hear("begun anew")
    show.hear("drawing")
    assert show.numbers().keys() == {"anna"}
    show.close()


def test_minutes_wait_their_turn_and_four_at_most(show: Show) -> None:
    show.run(120, show.speak("anna"))
    names = []
    for _ in range(5):
        assert show.keeping.keep().startswith("keeping the last 2 s as keep-")
        names.append(keep_name(show))
        show.hear("kept keep-")
        show.run(1)
        if len(names) == 1:
            show.hear("drawing")
    assert show.keeping.keep() == "not kept: 4 minutes wait to be drawn already"
    assert len(set(names)) == 5
    assert len(list(show.folder.glob("*.begun"))) <= 1
    (show.folder / "go").touch()
    for name in names:
        show.hear(f"{Path(name).stem}.mp4 is done", 60)


def test_a_show_that_ends_lets_it_be_drawn_and_says_what_is_not(show: Show) -> None:
    show.run(120, show.speak("anna"))
    show.keeping.keep()
    first = Path(keep_name(show)).stem
    show.hear("drawing")
    show.run(1)
    show.keeping.keep()
    second = Path(keep_name(show)).stem
    show.close()
    lines = show.lines + show.keeping.news()
    assert f"{first}.mp4 is drawn on, after the show" in lines
    assert any(line.startswith(f"{second}.mcap is not drawn yet: ") for line in lines)
    end = monotonic() + 20
    while not (show.folder / f"{first}.mp4").exists() and monotonic() < end:
        sleep(0.05)
    assert (show.folder / f"{first}.mp4").read_text()
    assert not (show.folder / f"{second}.mp4").exists()
    assert open_session(show.folder / f"{second}.mcap").whole


def test_a_film_that_fails_says_why(tmp_path: Path) -> None:
    show = Show(tmp_path, FAIL)
    show.run(120, show.speak("anna"))
    show.keeping.keep()
    line = show.hear("failed")
    assert f"{show.path.stem}.mp4 failed: out of paint: try " in line
    assert show.path.with_suffix(".log").read_text() == "one\nout of paint\n"
    show.close()


def test_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    show = Show(tmp_path, rules=RecordRules(least_free_gigabytes=1e9))
    show.run(120, show.speak("anna"))
    show.keeping.keep()
    assert show.hear("is not kept").endswith("the disk is nearly full")
    assert not list(tmp_path.glob("keep-*"))
    show.close()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    show = Show(tmp_path / "file")
    show.run(120, show.speak("anna"))
    show.keeping.keep()
    assert "File exists" in show.hear("is not kept") or "Not a directory" in show.lines
    show.sender.close()
    show.keeping.close()
    show.door.close()


def test_nothing_runs_where_nothing_is_kept(show: Show) -> None:
    show.run(10, show.speak("anna"))
    assert show.darkroom._thread is None
    assert Keeping(show.darkroom, 1, ring=Ring()).keep() == "not kept: the show has just begun"


@pytest.mark.parametrize(
    ("size", "film"),
    [
        ((1280, 720), (3840, 2160)),
        ((1080, 1920), (2160, 3840)),
        ((1000, 1000), (3840, 3840)),
        ((16384, 16), (3840, 4)),
        ((7680, 4320), (3840, 2160)),
    ],
)
def test_films_are_as_wide_or_high_as_4k(size: tuple[int, int], film: tuple[int, int]) -> None:
    assert film_size(size) == film
