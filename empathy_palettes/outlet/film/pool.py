"""Frames on their way from the show to the threads that write them.

Does not know what is written of a frame, nor where.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from ...render.frame import Frame, Pixels
from ..waiting import waiter
from .colour import straighten

_WAITING = 2  # frames beyond those being written; once all are full, the show waits

Write = Callable[[int, Pixels], None]


class Pool:
    """Has `write(number, pixels)` called for each frame, from 0, by so many `workers`.

    `pixels` (height, width, 4), row 0 at the top, with straight `alpha` or opaque; to be used
    during the call only. A frame is read when the next one comes, so that its drawing need not be
    waited for. `frames`: how many were handed on. `failure`: what stopped it first.
    """

    def __init__(
        self, size: tuple[int, int], write: Write, *, alpha: bool = False, workers: int = 1
    ) -> None:
        self.frames = 0
        self.failure: Exception | None = None
        self._write = write
        self._waiting: Frame | None = None
        self._wait: Callable[[], None] | None = None
        self._free: queue.Queue[tuple[Pixels, NDArray[np.uint8] | None]] = queue.Queue()
        width, height = size
        for _ in range(workers + _WAITING):
            pixels = np.empty((height, width, 4), np.uint8)
            self._free.put((pixels, np.empty((height, width), np.uint8) if alpha else None))
        self._threads = ThreadPoolExecutor(workers, "film")

    def take(self, frame: Frame) -> None:
        """Hand the frame before this one on; waits while all are being written."""
        self._store()
        self._waiting = frame

    def finish(self, *, last: bool = True) -> None:
        """Wait until all is written; `last`: with the frame that was taken last. Safe twice."""
        if last:
            self._store()
        self._waiting = None
        self._threads.shutdown()

    def _store(self) -> None:
        if self._waiting is None or self.failure is not None:
            return
        pixels, alpha = self._free.get()
        if self._wait is None:
            self._wait = waiter(self._waiting.framebuffer.ctx)
        self._wait()
        self._waiting.read_into(pixels)
        if alpha is not None:
            self._waiting.read_alpha_into(alpha)
        self._waiting = None
        self._threads.submit(self._work, self.frames, pixels, alpha)
        self.frames += 1

    def _work(self, number: int, pixels: Pixels, alpha: NDArray[np.uint8] | None) -> None:
        try:
            if self.failure is None:
                if alpha is not None:
                    straighten(pixels, alpha)
                self._write(number, pixels[::-1])
        except Exception as error:  # raised again, as a MachineError, where frames arrive
            self.failure = self.failure or error
        finally:
            self._free.put((pixels, alpha))
