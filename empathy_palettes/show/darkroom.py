"""Where kept minutes are written, and made into films by a process of their own, one at a time.

All of it on a thread that starts with the first minute; nobody waits for it. The films are drawn by
`empathy export`, at the least priority there is.
"""

from __future__ import annotations

import secrets
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import join

from ..core.clock import wall
from ..inlet.session.format import Beginning
from ..inlet.session.keytable import Name, beside
from ..inlet.session.kin import Kin
from ..inlet.session.minute import Minute, write
from ..inlet.session.retention import about
from ..inlet.session.room import GIGABYTE, RecordRules, free_bytes
from .drawing import Drawing
from .mistakes import survived

LONG_SIDE = 3840  # pixels of a film
FILM = ".mp4"
_GLANCE = 0.2  # seconds between two looks at whether a film is done
_AGAIN = 60.0  # seconds until what could not be erased is tried again
_CLOSING = 10.0  # seconds

Size = tuple[int, int]
Line = Callable[[Path, Path, Size], Sequence[str]]


@dataclass(slots=True)
class _Kept:
    path: Path
    minute: Minute | None  # until it is written
    names: Mapping[int, Name]
    left: set[int] = field(default_factory=set)  # who has withdrawn since
    size: Size = (0, 0)

    @property
    def film(self) -> Path:
        return self.path.with_suffix(FILM)

    def holds(self, leaving: Mapping[int, Name | None]) -> bool:
        """Whether any of them may be in it, be it under another number."""
        return not leaving.keys().isdisjoint(self.names) or not set(leaving.values()).isdisjoint(
            self.names.values()
        )


def export_line(session: Path, film: Path, size: Size) -> list[str]:
    """Return the command that draws a kept minute."""
    empathy = [sys.executable, "-m", "empathy_palettes", "export", "--session", str(session)]
    return [*empathy, "--size", f"{size[0]}x{size[1]}", "--out", str(film)]


def film_size(size: Size) -> Size:
    """Return the size of a film of a display of `size`: as wide or high as 4K, both even."""
    width, height = (max(2, 2 * round(side * LONG_SIDE / max(size) / 2)) for side in size)
    return width, height


class Darkroom:
    """Writes minutes into `folder`, and has them drawn.

    `sources`: how the show began, and the files it is made of now; called on the thread. `salt`:
    the key under which names are known as it begins. `line`: the command that draws. What a minute
    became is told by `news`.
    """

    def __init__(
        self,
        folder: Path,
        sources: Callable[[], tuple[Beginning, Mapping[str, bytes]]],
        salt: bytes,
        rules: RecordRules | None = None,
        line: Line = export_line,
    ) -> None:
        self._folder = folder.resolve()
        self._sources = sources
        self._salt = salt
        self._rules = rules or RecordRules()
        self._line = line
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._closing = False
        self._unwritten: deque[_Kept] = deque()
        self._undrawn: deque[_Kept] = deque()
        self._leaving: deque[tuple[Mapping[int, Name | None], int]] = deque()
        self._drawn: _Kept | None = None  # now
        self._drawing = Drawing()
        self._unerased = False  # whether that has been told
        self._news: deque[str] = deque(maxlen=100)

    @property
    def waiting(self) -> int:
        """How many minutes wait to be drawn; the one being drawn is not among them."""
        return len(self._unwritten) + len(self._undrawn)

    def take(self, name: str, minute: Minute) -> None:
        """Write a minute as the session `name`, and have it drawn."""
        self._unwritten.append(_Kept(self._folder / name, minute, minute.names))
        self._go_on()

    def erase(self, leaving: Mapping[int, Name | None], step: int) -> None:
        """Erase people from every session of this show in the folder; they withdrew at `step`.

        A film that is being drawn is begun anew without them; one that is done stays.
        """
        for kept in tuple(self._unwritten):
            kept.left |= {who for who, name in kept.names.items() if name in leaving.values()}
            kept.left |= {who for who in leaving if who >= 0}
        self._leaving.append((leaving, step))
        self._go_on()

    def news(self) -> list[str]:
        """Return a line for whatever has become of a minute, each once."""
        lines = []
        while self._news:
            lines.append(self._news.popleft())
        return lines

    def close(self) -> None:
        """Finish what is being written and erased; waits ten seconds at most. Safe to call twice.

        What is being drawn then goes on by itself; what waited for it is left undrawn, and a line
        says how to have it drawn.
        """
        self._closing = True
        if self._thread is not None:
            self._wake.set()
            self._thread.join(_CLOSING)

    def _go_on(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="darkroom", daemon=True)
            self._thread.start()
        self._wake.set()

    def _work(self) -> None:
        kin = Kin(self._folder, self._salt)
        while True:
            closing = self._closing
            self._wake.clear()
            unerased = self._erase(kin)
            while self._unwritten:
                with survived(self._news.extend):
                    self._write(self._unwritten[0], kin)
                self._unwritten.popleft()
            if self._leaving and not unerased:
                continue  # somebody has withdrawn in the meantime
            with survived(self._news.extend):
                self._look()
            if closing:
                self._end()
                return
            self._wake.wait(_GLANCE if self._drawn else _AGAIN if unerased else None)

    def _erase(self, kin: Kin) -> bool:
        """Erase who has withdrawn; return whether some could not be."""
        failed = False
        for _ in range(len(self._leaving)):
            leaving, step = self._leaving.popleft()
            if self._drawn is not None and self._drawn.holds(leaving):
                self._begin_anew(self._drawn)
            try:
                kin.erase(leaving, step)
            except OSError as error:
                if not self._unerased:
                    self._news.append(f"{error}: who withdrew is not erased yet: it is tried again")
                self._leaving.append((leaving, step))
                failed = True
        self._unerased = failed
        return failed

    def _write(self, kept: _Kept, kin: Kin) -> None:
        assert kept.minute is not None
        rules, name, seconds = self._rules, kept.path.name, kept.minute.seconds
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if free_bytes(self._folder) < rules.least_free_gigabytes * GIGABYTE:
                self._news.append(f"{name} is not kept: the disk is nearly full")
                return
            beginning, files = self._sources()
            beginning = _as_kept(beginning, kept.minute.cut.begin)
            told = about(wall(), rules.keep_hours)
            people = write(kept.path, kept.minute, beginning, files, told, lambda: kept.left)
        except OSError as error:
            self._news.append(f"{name} is not kept: {error.strerror or error}")
            return
        kin.add(beside(kept.path))
        kept.minute, kept.size = None, film_size(beginning.size)
        self._news.append(f"kept {name}: {seconds:.0f} s, {people} people")
        self._undrawn.append(kept)

    def _look(self) -> None:
        """See whether the film is done, and begin the next."""
        drawn = self._drawn
        if drawn is not None and (why := self._drawing.ended(drawn.film)) is not None:
            self._drawn = None
            failed = f"failed: {why}: try {self._by_hand(drawn)}"
            self._news.append(f"{drawn.film.name} {failed if why else 'is done'}")
        held = self._closing or self._unerased
        if self._drawn is None and self._undrawn and not held:
            kept = self._undrawn.popleft()
            self._drawing.begin(self._line(kept.path, kept.film, kept.size), kept.film)
            self._drawn = kept
            self._news.append(f"drawing {kept.film.name}, {kept.size[0]}x{kept.size[1]}")

    def _begin_anew(self, kept: _Kept) -> None:
        self._drawing.stop(kept.film)
        self._drawn = None
        self._undrawn.appendleft(kept)
        self._news.append(f"{kept.film.name} is begun anew, without whom has withdrawn")

    def _end(self) -> None:
        """Leave what is being drawn to itself."""
        if self._drawn is not None:
            self._drawing.leave()
            self._news.append(f"{self._drawn.film.name} is drawn on, after the show")
        for kept in self._undrawn:
            self._news.append(f"{kept.path.name} is not drawn yet: {self._by_hand(kept)}")

    def _by_hand(self, kept: _Kept) -> str:
        line = list(self._line(kept.path, kept.film, kept.size))
        return join(["empathy", *line[3:]] if line[1:2] == ["-m"] else line)


def _as_kept(beginning: Beginning, begin: int) -> Beginning:
    """Return how a session begins that begins at step `begin` of the show.

    Nothing crosses of itself in it: what has, comes as commands.
    """
    told = dict(beginning.installation)
    entries = told.get("playlist", ())
    told["playlist"] = [
        {name: value for name, value in entry.items() if name != "seconds"} for entry in entries
    ]
    return replace(
        beginning,
        series=secrets.token_hex(16),
        part=1,
        step=begin,
        installation=told,
        standing=beginning.standing if begin == 0 else (),
    )
