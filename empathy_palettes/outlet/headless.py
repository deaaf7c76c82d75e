"""A surface without a window: OpenGL that draws into memory.

Shows nothing and stores nothing; `video` and `png` do.
"""

from __future__ import annotations

import sys
from typing import Any

import moderngl

from ..core.clock import Tick
from ..core.command import Command
from ..core.errors import Fault, MachineError
from ..render.frame import Frame
from .contract import OutletContext


class Headless:
    """Owns a GL context that needs no display: EGL on Linux, the platform's own elsewhere.

    `finish` waits until each frame is drawn, as the swap of a window does. An export turns it off:
    its file reads each frame one tick later, and the drawing goes on meanwhile.
    """

    gl: moderngl.Context

    def __init__(self, *, finish: bool = True) -> None:
        self.notes: list[str] = []
        self._finish = finish
        self._open = False

    def open(self, context: OutletContext) -> None:
        """Create the GL context; MachineError where this machine has no OpenGL 3.3."""
        try:
            settings: dict[str, Any] = (
                {"backend": "egl"} if sys.platform.startswith("linux") else {}
            )
            self.gl = moderngl.create_context(require=330, standalone=True, **settings)
        except Exception as error:  # the backends raise bare Exception for whatever is missing
            fix = "install OpenGL (Debian, Ubuntu: apt install libegl1 libgl1 libgl1-mesa-dri)"
            problem = f"no OpenGL 3.3 without a display ({error})"
            raise MachineError(Fault("", "headless", problem, fix)) from None
        self._open = True

    def poll(self) -> list[Command]:
        """Return nothing: nobody can ask a headless surface for anything."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Wait until the frame is drawn, unless told not to."""
        if self._finish:
            self.gl.finish()

    def close(self) -> None:
        """Release the GL context; every GL object made with it is gone."""
        if self._open:
            self._open = False
            self.gl.release()
