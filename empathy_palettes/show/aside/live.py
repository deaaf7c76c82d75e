"""Tries what is being edited in a process of its own, while the show goes on.

Waits on a thread, never in a frame; draws nothing itself.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from ...core.assets import Assets
from ...core.errors import Fault, MachineError
from ..mistakes import our_mistake
from .child import Child, NoAnswerError

SHORT_SIDE = 360  # pixels: enough to tell what never ends from what is only slow
BUILD_LIMIT = 10.0  # seconds to read and compile in
DRAW_LIMIT = 1.0  # seconds to draw in
FIRST_LIMIT = 5.0  # the same for the first drawing: drivers put off compiling until then


class Aside:
    """A warm process that draws presets for one show before the show does.

    `size`: of the show's picture; it is tried in that shape. `with` ends the process. Where this
    machine can start none, nothing is held against what is tried.
    """

    def __init__(self, assets: Assets, size: tuple[int, int]) -> None:
        scale = SHORT_SIDE / min(size)
        self._size = [max(round(side * scale), 1) for side in size]
        self._child = Child(assets)
        self._thread = ThreadPoolExecutor(1, "aside")
        self._thread.submit(self._child.start)  # warm by the time of the first edit

    def try_out(self, preset: str, owner: Path | None, seed: int) -> Future[tuple[Fault, ...]]:
        """Begin to draw a preset; `result` is what is wrong with it, never an exception.

        `owner`: the file that its name stands in.
        """
        request = {"preset": preset, "owner": str(owner or ""), "seed": seed, "size": self._size}
        return self._thread.submit(self._try_out, request)

    def _try_out(self, request: dict[str, object]) -> tuple[Fault, ...]:
        file = str(request["preset"])
        stages = (("assemble", BUILD_LIMIT), ("first", FIRST_LIMIT), ("again", DRAW_LIMIT))
        try:
            self._child.renew()
            for do, limit in stages:
                said = self._child.ask({"do": do, **request}, limit)
                if said["faults"]:
                    return tuple(Fault(*fault) for fault in said["faults"])
                file = said.get("file", file)
        except NoAnswerError as error:
            return (no_answer(file, error, limit),)
        except MachineError:
            return ()
        except Exception as error:
            self._child.stop()  # what it was asked, and what it answers, may be two things by now
            return (our_mistake(error, file),)
        return ()

    def close(self) -> None:
        """End the process, and what it was trying; safe to call twice."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._child.kill()
        self._thread.shutdown()
        self._child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def no_answer(file: str, error: NoAnswerError, limit: float) -> Fault:
    """Return the fault of a file whose trial gave no answer within `limit` seconds."""
    what = error.at or "to read"
    if error.late:
        loops = what.startswith("to draw")
        fix = "a loop that never ends?" if loops else "simplify it"
        return Fault(file, "", f"takes longer than {limit:g} s {what}", fix)
    fix = "it may want more memory than there is, or meet a fault of the driver"
    return Fault(file, "", f"the process that was {what} it ended", fix)
