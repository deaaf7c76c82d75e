"""Who says no when they have long been silent is erased like anybody else who does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

from empathy_palettes.core.clock import Tick
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.session.format import KEYS, Beginning
from empathy_palettes.inlet.session.keytable import KeyTable
from empathy_palettes.inlet.session.recorder import Recorder
from empathy_palettes.inlet.session.room import RecordRules
from empathy_palettes.inlet.session.session import open_session
from empathy_palettes.inlet.session.spoken import Spoken
from empathy_palettes.show.recording import Recording

from .test_keeping import NAMES, Show

PLENTY = RecordRules(least_free_gigabytes=0.0, hours_per_file=4 / 3600)
SERIES = ("00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100")


def recording(path: Path, show: Show, series: str = SERIES[0]) -> Recording:
    told = Beginning(series, 1, 0, "0.1.0", "20260131-235959", "A wall", (64, 36), {})
    return Recording(Recorder(path, told, {}, salt=show.door.salt, rules=PLENTY))


def names_in(table: Path, salt: bytes) -> set[str]:
    with closing(KeyTable(table)) as keys:
        there = set(keys.names(salt))
    naming = Naming(salt)
    digests = {name: naming.digest(name.encode(), Space.SENDER) for name in NAMES}
    told = {name: b"".join(n.to_bytes(8, "little") for n in both) for name, both in digests.items()}
    return {name for name, digest in told.items() if digest in there}


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end, "it never came to that"
        sleep(0.01)


class Recorded(Show):
    """A show that is followed by a recording, too."""

    def begin(self, path: Path, series: str = SERIES[0]) -> None:
        self.recording = recording(path, self, series)
        self.recording.on_show(0, 0, "a", "A")
        self.keeping_lived, self.keeping.lived = self.keeping.lived, self._lived  # type: ignore[method-assign]

    def _lived(self, step, admitted, gone, told, door) -> None:  # type: ignore[no-untyped-def]
        self.keeping_lived(step, admitted, gone, told, door)
        self.recording.lived(step, admitted, gone, told, door)
        self.recording.shown(Tick(step - 1, step, 1))


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Recorded]:
    show = Recorded(tmp_path)
    show.begin(tmp_path / "show.mcap")
    yield show
    show.recording.close()
    show.close()


def test_they_are_erased_from_each_part_of_a_recording(show: Recorded, tmp_path: Path) -> None:
    first = tmp_path / f"show.mcap{KEYS}"
    show.run(120, show.speak("anna", "ben"))
    show.recording.on_show(120, 1, "b", "B")
    show.run(700, show.speak("ben"))  # anna is gone, and has no number any more
    until(lambda: (tmp_path / f"show-3.mcap{KEYS}").exists())
    assert names_in(first, show.door.salt) == {"anna", "ben"}
    show.say("/empathy/anna/consent", 0)
    show.say("/empathy/nobody/consent", 0)
    show.run(3)
    until(lambda: names_in(first, show.door.salt) == {"ben"})
    show.recording.close()
    with open_session(tmp_path / "show.mcap") as session:
        assert session.erased == 1 and not session.faults
        assert len(session.parts) > 3
        assert [work.title for work in session.works] == ["A", "B"]  # each part says it anew


def test_and_from_that_of_the_show_before_which_broke_off(tmp_path: Path) -> None:
    show = Recorded(tmp_path)
    show.begin(tmp_path / "show.mcap")
    show.run(130, show.speak("anna", "ben"))
    show.recording.close()
    show.recording = recording(tmp_path / "show-again.mcap", show, SERIES[1])
    show.run(400, show.speak("ben"))
    show.say("/empathy/anna/consent", 0)
    show.run(3)
    until(lambda: names_in(tmp_path / f"show.mcap{KEYS}", show.door.salt) == {"ben"})
    show.recording.close()
    show.close()


def test_they_leave_the_last_minute_and_those_that_were_kept(show: Recorded) -> None:
    show.run(120, show.speak("anna", "ben"))
    show.keeping.keep()
    show.hear("drawing")
    assert show.numbers().keys() == {"anna", "ben"}
    show.run(400, show.speak("ben"))
    show.say("/empathy/anna/consent", 0)
    show.run(3)
    show.hear("begun anew, without whom has withdrawn")
    show.hear("drawing")
    assert show.numbers().keys() == {"ben"}
    show.keeping.keep()  # what anna said was in it a moment ago
    show.hear("kept keep-")
    assert show.numbers().keys() == {"ben"}


def test_of_a_flood_of_noes_only_known_ones_cost_anything() -> None:
    chance = np.random.default_rng(0)
    names = chance.integers(0, 2**63, (5000, 2)).astype(np.uint64)
    spoken = Spoken()
    spoken.add(names[:1000])
    spoken.add(names[500:1500])
    assert len(spoken) == 1500
    found = spoken.take(np.concatenate([names[1400:], names[1450:1460]]))
    assert {*map(tuple, found.tolist())} == {*map(tuple, names[1400:1500].tolist())}
    assert len(spoken) == 1400
    assert not len(spoken.take(names[1400:]))  # said again, it is nothing new
