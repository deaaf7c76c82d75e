"""A folder of pictures, shown one after another in the order of their names, round and round.

Does not cross from one to the next: each is there until the next one is.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from ..core.assets import Assets
from ..core.clock import STEPS_PER_SECOND
from ..core.errors import AssetError, Fault
from .media import Pixels, open_media

PICTURES = frozenset(".bmp .gif .jpeg .jpg .png .tga .tif .tiff .webp".split())


class Roll:
    """The pictures of a folder, each for `seconds`; three are in memory at most.

    `owner`: the file that names the folder. A link that leads outside the folder and the project of
    its owner is skipped. The next picture is read beside the show, so that no frame waits for it.
    One that cannot be read is left out: the one before it stays. `faults` names each, once.
    AssetError where there is none, or the first cannot be read.
    """

    def __init__(self, folder: Path, seconds: float, owner: Path) -> None:
        self.faults: tuple[Fault, ...] = ()
        try:
            named = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
        except OSError as error:
            problem = error.strerror or str(error)
            raise AssetError(Fault(str(folder), "", problem, "check its rights")) from None
        if not named:
            fix = f"put pictures into it: {', '.join(sorted(PICTURES))}"
            raise AssetError(Fault(str(folder), "", "no picture in this folder", fix))
        self._paths = self._confined(named, Assets([folder]), owner)
        if not self._paths:
            raise AssetError(self.faults)
        self._seconds = Fraction(seconds)
        self._place = 0
        self._pixels = _read(self._paths[0])
        self._reader = ThreadPoolExecutor(1, "roll")
        self._next: tuple[int, Future[Pixels]] | None = None
        self._look_ahead()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of the picture that is seen."""
        height, width, _ = self._pixels.shape
        return width, height

    def at(self, step: int) -> Pixels:
        """Return the picture that is seen at a step, counted from 0."""
        turn = Fraction(step, STEPS_PER_SECOND) // self._seconds
        place = int(turn) % len(self._paths)
        if place != self._place:
            self._place = place
            self._pixels = self._taken(place)
            self._look_ahead()
        return self._pixels

    def close(self) -> None:
        """Stop reading, without waiting for what is being read; safe to call twice."""
        self._reader.shutdown(wait=False, cancel_futures=True)

    def _confined(self, named: list[Path], near: Assets, owner: Path) -> list[Path]:
        """Return where pictures lie after symlinks; those outside are named in `faults`."""
        found = []
        for path in named:
            try:
                found.append(near.confine(path, owner, path.name))
            except AssetError as error:
                fix = error.faults[0].fix
                self.faults += (Fault(str(path), "", "the link leads outside the project", fix),)
            except (OSError, RuntimeError):
                self.faults += (Fault(str(path), "", "the link leads nowhere", "remove it"),)
        return found

    def _taken(self, place: int) -> Pixels:
        """Return a picture, or the nearest before it that can be read, whichever way one came."""
        for back in range(len(self._paths)):
            number = (place - back) % len(self._paths)
            try:
                if self._next is not None and self._next[0] == number:
                    return self._next[1].result()
                return _read(self._paths[number])
            except AssetError as error:
                known = {fault.file for fault in self.faults}
                self.faults += tuple(fault for fault in error.faults if fault.file not in known)
        return self._pixels

    def _look_ahead(self) -> None:
        number = (self._place + 1) % len(self._paths)
        if number != self._place:
            self._next = number, self._reader.submit(_read, self._paths[number])


def _read(path: Path) -> Pixels:
    return open_media(path).at(0)
