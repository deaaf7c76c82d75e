"""Bare frames to standard output, for whatever program stands behind the pipe.

Each is width · height · 3 bytes, R, G, B, row 0 at the top; four bytes a pixel with straight alpha.
Nothing says size and rate: whoever reads them must know.
"""

from __future__ import annotations

import os

from ...core.clock import Tick
from ...core.command import Command
from ...core.errors import Fault, MachineError
from ...render.frame import Frame, Pixels
from ..contract import OutletContext
from .choosing import STDOUT
from .pool import Pool


class Raw:
    """Writes each frame to a file descriptor, in order; the show waits for who reads them.

    `kept`: 0, as nothing that went down a pipe is there for a resumption.
    """

    kept = 0

    def __init__(self, descriptor: int = 1, *, alpha: bool = False) -> None:
        self._descriptor = descriptor
        self._alpha = alpha
        self._pool: Pool | None = None
        self._written = 0
        self._bytes = 0

    def open(self, context: OutletContext) -> None:
        """Begin; MachineError where the frames would go onto a terminal."""
        if os.isatty(self._descriptor):
            fix = "pipe them into a program, or into a file: > frames.rgb"
            raise self._error("bare frames are nothing for a terminal", fix)
        self._pool = Pool(context.size, self._write, alpha=self._alpha)

    def poll(self) -> list[Command]:
        """Return nothing: a pipe asks for nothing."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Send the frame before this one; MachineError, once, where nobody takes them any more."""
        if self._pool is not None:
            self._pool.take(frame)
            if self._pool.failure is not None:
                self._end(last=False)

    def close(self) -> None:
        """Send what is left; MachineError where nobody takes it. Safe to call twice."""
        if self._pool is not None:
            self._end(last=True)

    def written(self) -> int:
        """Return how many bytes went out by now."""
        return self._bytes

    def stop(self) -> str:
        """End before the end, with a whole frame.

        Returns a line that says so; "" where it had ended already.
        """
        if self._pool is None:
            return ""
        pool, self._pool = self._pool, None
        pool.finish(last=False)
        return f"{STDOUT}: stopped after {self._written} frames"

    def _end(self, *, last: bool) -> None:
        assert self._pool is not None
        pool, self._pool = self._pool, None
        pool.finish(last=last)
        if pool.failure is None:
            return
        if isinstance(pool.failure, BrokenPipeError):
            problem = f"the program behind the pipe ended after {self._written} frames"
            raise self._error(problem, "see what it says") from None
        reason = getattr(pool.failure, "strerror", None) or str(pool.failure)
        problem = f"stopped after {self._written} frames: {reason}"
        raise self._error(problem, "see where it goes, and that there is room") from pool.failure

    def _write(self, number: int, pixels: Pixels) -> None:
        left = memoryview((pixels if self._alpha else pixels[..., :3]).tobytes())
        while left:
            sent = os.write(self._descriptor, left)
            self._bytes += sent
            left = left[sent:]
        self._written = number + 1

    def _error(self, problem: str, fix: str) -> MachineError:
        return MachineError(Fault(STDOUT, "", problem, fix))
