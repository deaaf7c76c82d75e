"""Keeps single pictures as PNG files while the show goes on: packing one takes some twenty steps.

Does not choose when; the show does.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from ..core.clock import stamp
from ..core.errors import EmpathyError
from ..render.frame import Frame, Pixels
from .png import write_png

_MOST_WAITING = 4


class Keeper:
    """Writes frames into `folder`, each under a name of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, "keeper")
        self._waiting: list[Future[str]] = []

    def keep(self, frame: Frame, step: int, source: str) -> None:
        """Take the frame's picture and write it; what comes of it is told by `news`.

        `source` goes into the file: the command line that makes one like it.
        """
        if len(self._waiting) < _MOST_WAITING:  # a key that is held down must not fill the memory
            pixels = frame.pixels()
            path = self._folder / f"picture-{stamp()}-{step}.png"
            self._waiting.append(self._thread.submit(self._write, path, pixels, source))

    def news(self) -> list[str]:
        """Return a line for each picture that was written, or could not be, since last asked."""
        done = [future for future in self._waiting if future.done()]
        self._waiting = [future for future in self._waiting if not future.done()]
        return [future.result() for future in done]

    def close(self) -> None:
        """Finish what was begun; safe to call twice."""
        self._thread.shutdown()

    @staticmethod
    def _write(path: Path, pixels: Pixels, source: str) -> str:
        try:
            write_png(path, pixels, {"Source": source})
        except EmpathyError as error:
            return str(error)
        return f"kept {path.name}: one like it: {source}"
